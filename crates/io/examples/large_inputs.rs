//! Inputs of a case as large as scanners make them, written slice by slice:
//! `cargo run --release -p iodose-io --example large_inputs -- FOLDER [NX NY NZ]`
//!
//! A trunk of 400 x 250 mm with lungs and a spine, three spheres with activity. `tests/large/run` measures what a run of them takes.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The field of view, mm: voxels of 1 x 1 x 1.5 mm where there are 512 x 512 x 400.
const FIELD: [f64; 3] = [512.0, 512.0, 600.0];
/// Centre (mm from that of the field), radius (mm) and activity (Bq.s/mL) of the spheres.
const SPHERES: [([f64; 3], f64, f32); 3] =
    [([-120.0, 20.0, -150.0], 15.0, 4e9), ([80.0, 0.0, 0.0], 10.0, 8e9), ([0.0, 80.0, 200.0], 8.0, 6e9)];

const CASE: &str = r#"[case]
id = "large"
purpose = "post-therapy"

[[image]]
path = "activity.nii"
modality = "SPECT"
nuclide = "I-131"
unit = "Bq/mL"
time_h = 24.0
resolution_mm = 10.0

[ct]
path = "ct.nii"

[lesions]
path = "lesions.nii"

[therapy]
nuclide = "I-131"
activity_GBq = 7.4

[kinetics]
effective_half_life_h = 40.0
"#;

/// Number of the sphere at a place, from 1; 0 outside.
fn sphere(place: [f64; 3]) -> usize {
    let inside = |(centre, radius, _): &([f64; 3], f64, f32)| {
        let squares = (0..3).map(|axis| (place[axis] - centre[axis]).powi(2));
        squares.sum::<f64>() < radius * radius
    };
    SPHERES.iter().position(inside).map_or(0, |position| position + 1)
}

/// HU
fn ct([x, y, z]: [f64; 3]) -> i16 {
    let within = |[cx, cy]: [f64; 2], [a, b]: [f64; 2]| ((x - cx) / a).powi(2) + ((y - cy) / b).powi(2) < 1.0;
    match () {
        () if !within([0.0, 0.0], [200.0, 125.0]) => -1000,
        () if within([0.0, 90.0], [20.0, 20.0]) => 600,
        () if z > 20.0 && (within([-90.0, 0.0], [70.0, 90.0]) || within([90.0, 0.0], [70.0, 90.0])) => -740,
        () => 40,
    }
}

/// Bq.s/mL, or Bq/mL in the case.
fn activity(place: [f64; 3]) -> f32 {
    match sphere(place) {
        0 if ct(place) > -200 => 2e7,
        0 => 0.0,
        number => SPHERES[number - 1].2,
    }
}

/// The header of a NIfTI file (NIfTI-1, single file) with voxels of this type.
fn header(size: [i16; 3], data_type: i16, bits: i16) -> Vec<u8> {
    let mut header = vec![0; 352];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348i32.to_le_bytes());
    for (n, value) in [3, size[0], size[1], size[2], 1, 1, 1, 1].into_iter().enumerate() {
        put(40 + 2 * n, &value.to_le_bytes());
    }
    put(70, &data_type.to_le_bytes());
    put(72, &bits.to_le_bytes());
    let sides: [f32; 3] = std::array::from_fn(|axis| (FIELD[axis] / f64::from(size[axis])) as f32);
    for (axis, side) in sides.into_iter().enumerate() {
        put(80 + 4 * axis, &side.to_le_bytes());
        // Row of the map from indices to mm.
        put(280 + 16 * axis + 4 * axis, &side.to_le_bytes());
        put(280 + 16 * axis + 12, &(0.5 * side - 0.5 * FIELD[axis] as f32).to_le_bytes());
    }
    put(76, &1f32.to_le_bytes());
    put(108, &352f32.to_le_bytes());
    put(112, &1f32.to_le_bytes());
    // Millimetres; the map is that of a scanner.
    put(123, &[2]);
    put(254, &1i16.to_le_bytes());
    put(344, b"n+1\0");
    header
}

fn write<const N: usize>(
    path: &Path,
    size: [i16; 3],
    data_type: i16,
    value: impl Fn([f64; 3]) -> [u8; N],
) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(&header(size, data_type, 8 * N as i16))?;
    let place =
        |axis: usize, n: i16| (f64::from(n) + 0.5) / f64::from(size[axis]) * FIELD[axis] - 0.5 * FIELD[axis];
    for k in 0..size[2] {
        for j in 0..size[1] {
            for i in 0..size[0] {
                out.write_all(&value([place(0, i), place(1, j), place(2, k)]))?;
            }
        }
    }
    Ok(out.flush()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let sides = arguments.map(|side| side.parse()).collect::<Result<Vec<i16>, _>>()?;
    let size = if sides.is_empty() {
        [512, 512, 400]
    } else {
        sides.try_into().map_err(|_| "which three sides?")?
    };
    std::fs::create_dir_all(&folder)?;
    write(&folder.join("ct.nii"), size, 4, |place| ct(place).to_le_bytes())?;
    write(&folder.join("activity.nii"), size, 16, |place| activity(place).to_le_bytes())?;
    write(&folder.join("lesions.nii"), size, 512, |place| (sphere(place) as u16).to_le_bytes())?;
    Ok(std::fs::write(folder.join("case.toml"), CASE)?)
}
