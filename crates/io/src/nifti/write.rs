//! NIfTI-1 files written whole, little-endian, with sform and qform and millimetres.

use crate::error::FieldError;
use crate::{IoError, write_whole};
use flate2::{Compression, GzBuilder};
use iodose_volume::{Affine, Grid, Volume};
use std::io::{self, Write};
use std::path::Path;

/// The fastest level: noisy floats hardly shrink, and higher levels take several times as long for the same size.
const COMPRESSION: u32 = 1;
/// Bytes in front of the voxels: the header and four that say "no extensions".
const OFFSET: usize = 352;

/// Writes 32-bit floats to `.nii` or, gzipped, to `.nii.gz`; NaN is kept. The same volume gives the same bytes.
///
/// `description` is cut after 79 bytes. The file appears under its name only when it is whole. The sform is always set,
/// the qform where the voxel axes are at right angles (no shear). Code 1 in both: scanner coordinates.
pub fn write_nifti_f32(path: &Path, volume: &Volume<f32>, description: &str) -> Result<(), IoError> {
    write(path, volume, description, 16, f32::to_le_bytes)
}

/// Writes 16-bit labels like [`write_nifti_f32`].
pub fn write_nifti_u16(path: &Path, volume: &Volume<u16>, description: &str) -> Result<(), IoError> {
    write(path, volume, description, 512, u16::to_le_bytes)
}

fn write<T: Copy, const BYTES: usize>(
    path: &Path,
    volume: &Volume<T>,
    description: &str,
    datatype: i16,
    to_bytes: impl Fn(T) -> [u8; BYTES],
) -> Result<(), IoError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let gzipped = name.ends_with(".nii.gz");
    if !gzipped && !name.ends_with(".nii") {
        return Err(FieldError::new("file name", name, "an ending of .nii or .nii.gz").at(path));
    }
    let header =
        header(volume.grid(), datatype, BYTES as i16 * 8, description).map_err(|error| error.at(path))?;
    let fill = |writer: &mut dyn Write| -> io::Result<()> {
        writer.write_all(&header)?;
        let mut bytes = Vec::with_capacity(BYTES << 14);
        for values in volume.data().chunks(1 << 14) {
            bytes.clear();
            bytes.extend(values.iter().flat_map(|&value| to_bytes(value)));
            writer.write_all(&bytes)?;
        }
        Ok(())
    };
    write_whole(path, |writer| {
        if gzipped {
            // No name and no time in the stream: the same content gives the same bytes.
            let mut encoder = GzBuilder::new().mtime(0).write(writer, Compression::new(COMPRESSION));
            fill(&mut encoder)?;
            encoder.finish().map(drop)
        } else {
            fill(writer)
        }
    })
}

fn header(grid: &Grid, datatype: i16, bitpix: i16, description: &str) -> Result<[u8; OFFSET], FieldError> {
    let mut bytes = [0; OFFSET];
    let mut put = |offset: usize, field: &[u8]| bytes[offset..offset + field.len()].copy_from_slice(field);
    put(0, &348i32.to_le_bytes());
    let mut dim = [3i16, 1, 1, 1, 1, 1, 1, 1];
    for (side, &voxels) in dim[1..].iter_mut().zip(&grid.size()) {
        *side = i16::try_from(voxels)
            .map_err(|_| FieldError::new("dim", format!("{:?}", grid.size()), "sides of at most 32767"))?;
    }
    put(40, &dim.map(i16::to_le_bytes).concat());
    put(70, &datatype.to_le_bytes());
    put(72, &bitpix.to_le_bytes());

    let (ras, form) = (to_ras(grid.affine()), qform(grid));
    let qfac = form.map_or(1.0, |form| form.qfac);
    let [x, y, z] = grid.spacing().map(|spacing| spacing as f32);
    put(76, &[qfac, x, y, z, 1.0, 1.0, 1.0, 1.0].map(f32::to_le_bytes).concat());
    put(108, &(OFFSET as f32).to_le_bytes());
    put(112, &1f32.to_le_bytes()); // scl_slope
    put(123, &[2]); // xyzt_units: mm
    let mut end = description.len().min(79);
    while !description.is_char_boundary(end) {
        end -= 1;
    }
    put(148, &description.as_bytes()[..end]);

    if let Some(form) = form {
        put(252, &1i16.to_le_bytes());
        put(256, &form.quaternion.map(|part| (part as f32).to_le_bytes()).concat());
        put(268, &ras.origin.map(|x| (x as f32).to_le_bytes()).concat());
    }
    put(254, &1i16.to_le_bytes());
    for row in 0..3 {
        let srow = [ras.columns[0][row], ras.columns[1][row], ras.columns[2][row], ras.origin[row]];
        put(280 + 16 * row, &srow.map(|x| (x as f32).to_le_bytes()).concat());
    }
    put(344, b"n+1\0");
    Ok(bytes)
}

fn to_ras(affine: &Affine) -> Affine {
    let turn = |[x, y, z]: [f64; 3]| [-x, -y, z];
    Affine { columns: affine.columns.map(turn), origin: turn(affine.origin) }
}

/// Handedness and the parts b, c, d of the unit quaternion of a rotation.
#[derive(Clone, Copy)]
struct Qform {
    qfac: f32,
    quaternion: [f64; 3],
}

/// The rotation of a grid as `nifti1.h` wants it, or `None` for sheared axes.
fn qform(grid: &Grid) -> Option<Qform> {
    if !grid.is_orthogonal() {
        return None;
    }
    let ras = to_ras(grid.affine());
    let spacing = grid.spacing();
    let mirrored = ras.determinant() < 0.0;
    // r[column][row]
    let mut r = ras.columns;
    for axis in 0..3 {
        let sign = if axis == 2 && mirrored { -1.0 } else { 1.0 };
        r[axis] = r[axis].map(|x| sign * x / spacing[axis]);
    }
    // S. W. Shepperd, "Quaternion from rotation matrix", J. Guidance and Control 1 (1978) 223: divide by the largest part.
    let trace = r[0][0] + r[1][1] + r[2][2];
    let squares = [trace, r[0][0], r[1][1], r[2][2]];
    let largest = (0..4).fold(0, |best, n| if squares[n] > squares[best] { n } else { best });
    let sums = [
        [1.0 + trace, r[1][2] - r[2][1], r[2][0] - r[0][2], r[0][1] - r[1][0]],
        [r[1][2] - r[2][1], 1.0 + 2.0 * r[0][0] - trace, r[0][1] + r[1][0], r[2][0] + r[0][2]],
        [r[2][0] - r[0][2], r[0][1] + r[1][0], 1.0 + 2.0 * r[1][1] - trace, r[1][2] + r[2][1]],
        [r[0][1] - r[1][0], r[2][0] + r[0][2], r[1][2] + r[2][1], 1.0 + 2.0 * r[2][2] - trace],
    ][largest];
    let norm = sums.iter().map(|x| x * x).sum::<f64>().sqrt();
    // The first part is not stored but taken as the positive root.
    let sign = if sums[0] < 0.0 { -1.0 } else { 1.0 };
    let [_, b, c, d] = sums.map(|x| sign * x / norm);
    Some(Qform { qfac: if mirrored { -1.0 } else { 1.0 }, quaternion: [b, c, d] })
}
