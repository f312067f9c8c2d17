//! NIfTI and MetaImage.

use crate::place;
use iodose::io::{write_nifti_f32, write_nifti_u16};
use iodose::volume::{Grid, Volume};

/// Types of voxels by their code and bytes: 8 to 64 bits with and without sign, floats of 32 and 64.
const TYPES: [(i16, usize); 10] =
    [(2, 1), (4, 2), (8, 4), (16, 4), (64, 8), (256, 1), (512, 2), (768, 4), (1024, 8), (1280, 8)];
const SIZE: [usize; 3] = [2, 3, 4];

/// The voxels 0, 1, 2, ... of 16 bits.
pub fn counting() -> Vec<u8> {
    (0..24i16).flat_map(i16::to_le_bytes).collect()
}

/// Both versions, all types of voxels, both byte orders, both kinds of orientation.
pub fn nifti() -> Vec<Vec<u8>> {
    let grid = Grid::axis_aligned(SIZE, [1.5, 2.0, 3.0], [-10.0, 5.0, 7.0]).unwrap();
    let path = place::folder().join("seed.nii");
    let mut seeds = Vec::new();
    write_nifti_f32(&path, &Volume::from_fn(grid, |[i, j, k]| (i + j * k) as f32), "made").unwrap();
    seeds.push(std::fs::read(&path).unwrap());
    write_nifti_u16(&path, &Volume::from_fn(grid, |[i, j, k]| (i + j * k) as u16), "labels").unwrap();
    seeds.push(std::fs::read(&path).unwrap());
    for (datatype, bytes) in TYPES {
        seeds.push(first(datatype, bytes, false));
        seeds.push(second(datatype, bytes, false));
    }
    seeds.extend([first(4, 2, true), second(64, 8, true)]);
    seeds
}

struct Header(Vec<u8>, bool);

impl Header {
    fn put(&mut self, at: usize, little: &[u8]) {
        let place = &mut self.0[at..at + little.len()];
        place.copy_from_slice(little);
        if self.1 {
            place.reverse();
        }
    }
}

/// Whole numbers that every type holds, in either byte order.
fn voxels(datatype: i16, bytes: usize, big: bool) -> Vec<u8> {
    let voxel = |n: u8| {
        let mut voxel = match datatype {
            16 => f32::from(n).to_le_bytes().to_vec(),
            64 => f64::from(n).to_le_bytes().to_vec(),
            _ => u64::from(n).to_le_bytes()[..bytes].to_vec(),
        };
        if big {
            voxel.reverse();
        }
        voxel
    };
    (0..24).flat_map(voxel).collect()
}

/// By `nifti1.h`, with a quaternion.
fn first(datatype: i16, bytes: usize, big: bool) -> Vec<u8> {
    let mut header = Header(vec![0; 352], big);
    header.put(0, &348i32.to_le_bytes());
    for (n, side) in [3i16, 2, 3, 4, 1, 1, 1, 1].iter().enumerate() {
        header.put(40 + 2 * n, &side.to_le_bytes());
        header.put(76 + 4 * n, &1f32.to_le_bytes());
    }
    header.put(70, &datatype.to_le_bytes());
    header.put(72, &(8 * bytes as i16).to_le_bytes());
    header.put(108, &352f32.to_le_bytes());
    header.put(112, &2f32.to_le_bytes());
    header.0[123] = 2;
    header.put(252, &1i16.to_le_bytes());
    header.put(256, &0.5f32.to_le_bytes());
    header.0[344..348].copy_from_slice(b"n+1\0");
    [header.0, voxels(datatype, bytes, big)].concat()
}

/// By `nifti2.h`, with an affine.
fn second(datatype: i16, bytes: usize, big: bool) -> Vec<u8> {
    let mut header = Header(vec![0; 544], big);
    header.put(0, &540i32.to_le_bytes());
    header.put(12, &datatype.to_le_bytes());
    header.put(14, &(8 * bytes as i16).to_le_bytes());
    for (n, side) in [3i64, 2, 3, 4, 1, 1, 1, 1].iter().enumerate() {
        header.put(16 + 8 * n, &side.to_le_bytes());
        header.put(104 + 8 * n, &1f64.to_le_bytes());
    }
    header.put(168, &544i64.to_le_bytes());
    header.put(348, &1i32.to_le_bytes());
    for row in 0..3 {
        header.put(400 + 40 * row, &1f64.to_le_bytes());
    }
    header.put(500, &2i32.to_le_bytes());
    header.0[4..12].copy_from_slice(b"n+2\0\r\n\x1a\n");
    [header.0, voxels(datatype, bytes, big)].concat()
}

/// Voxels in the file, and in one beside it.
pub fn metaimage() -> Vec<Vec<u8>> {
    let header = |kind: &str, file: &str| {
        format!(
            "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = False\n\
             TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 5 6 7\nCenterOfRotation = 0 0 0\nAnatomicalOrientation = RAI\n\
             ElementSpacing = 1 2 3\nDimSize = 2 3 4\nElementNumberOfChannels = 1\nElementToIntensityFunctionSlope = 1\n\
             DistanceUnits = mm\nComment = made\nElementType = {kind}\nElementDataFile = {file}\n"
        )
        .into_bytes()
    };
    let names =
        ["UCHAR", "SHORT", "INT", "FLOAT", "DOUBLE", "CHAR", "USHORT", "UINT", "LONG_LONG", "ULONG_LONG"];
    let local = names.iter().zip(TYPES).map(|(name, (datatype, bytes))| {
        [header(&format!("MET_{name}"), "LOCAL"), voxels(datatype, bytes, false)].concat()
    });
    let headed = String::from_utf8(header("MET_SHORT", "beside.raw"))
        .unwrap()
        .replace("Comment = made", "HeaderSize = -1");
    local.chain([header("MET_SHORT", "beside.raw"), headed.into_bytes()]).collect()
}
