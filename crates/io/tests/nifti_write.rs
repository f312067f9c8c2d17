//! What is written must come back, the same and in the same place.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure
#![allow(clippy::disallowed_methods)] // its angles need not be the same to the last bit on every processor

use iodose_io::nifti::{Orientation, ReadOptions, read_nifti_with};
use iodose_io::{read_labels, read_nifti, write_nifti_f32, write_nifti_u16};
use iodose_volume::{Affine, Grid, Volume};
use std::fs;

fn turned(degrees: [f64; 3], flip: [bool; 3], order: [usize; 3]) -> Grid {
    let spacing = [1.5, 2.5, 4.0];
    let mut columns = [[0.0; 3]; 3];
    for axis in 0..3 {
        columns[axis][order[axis]] = if flip[axis] { -spacing[axis] } else { spacing[axis] };
    }
    for (axis, angle) in degrees.into_iter().enumerate() {
        let (s, c) = angle.to_radians().sin_cos();
        let (a, b) = ((axis + 1) % 3, (axis + 2) % 3);
        for column in &mut columns {
            (column[a], column[b]) = (c * column[a] - s * column[b], s * column[a] + c * column[b]);
        }
    }
    Grid::new([5, 4, 3], Affine { columns, origin: [-120.0, 33.3, 1000.7] }).unwrap()
}

#[test]
fn any_rotation_comes_back_by_sform_and_by_qform() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dose.nii");
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for flips in 0..8 {
            let flip = [0, 1, 2].map(|axis| flips >> axis & 1 == 1);
            for degrees in [[0.0; 3], [10.0, 0.0, 0.0], [35.0, -80.0, 120.0], [180.0, 1.0, 179.0]] {
                let grid = turned(degrees, flip, order);
                let volume = Volume::from_fn(grid, |[i, j, k]| (i + 10 * j + 100 * k) as f32);
                write_nifti_f32(&path, &volume, "dose in Gy").unwrap();
                for orientation in [Orientation::Unambiguous, Orientation::Sform, Orientation::Qform] {
                    let image = read_nifti_with(&path, ReadOptions { orientation }).unwrap();
                    // Near half a turn the quaternion's first part, which the format leaves out, is known to 3e-4 only.
                    let tolerance = if orientation == Orientation::Qform { 1e-2 } else { 1e-4 };
                    assert!(image.volume.grid().matches(&grid, tolerance), "{order:?} {flip:?} {degrees:?}");
                    assert_eq!(image.volume.data(), volume.data());
                    assert_eq!(image.description, "dose in Gy");
                    assert!(image.warnings.is_empty());
                }
            }
        }
    }
}

#[test]
fn sheared_axes_are_written_as_sform_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tilted.nii.gz");
    let columns = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.4, 3.0]];
    let grid = Grid::new([3, 3, 3], Affine { columns, origin: [0.0; 3] }).unwrap();
    write_nifti_f32(&path, &Volume::filled(grid, 1.0), "").unwrap();
    assert!(read_nifti(&path).unwrap().volume.grid().matches(&grid, 1e-3));
    let options = ReadOptions { orientation: Orientation::Qform };
    assert!(read_nifti_with(&path, options).is_err());
}

#[test]
fn nan_and_labels_survive_and_names_with_dots_stay() {
    let folder = tempfile::tempdir().unwrap();
    let grid = Grid::axis_aligned([2, 1, 1], [1.0; 3], [0.0; 3]).unwrap();
    let path = folder.path().join("uncertainty.v1.2.nii.gz");
    write_nifti_f32(&path, &Volume::new(grid, vec![f32::NAN, 2.5e-12]).unwrap(), "u").unwrap();
    let data = read_nifti(&path).unwrap().volume.into_data();
    assert!(data[0].is_nan() && data[1] == 2.5e-12);
    let path = folder.path().join("lesions.nii");
    write_nifti_u16(&path, &Volume::new(grid, vec![0, 65535]).unwrap(), "labels").unwrap();
    assert_eq!(read_labels(&path).unwrap().data(), [0, 65535]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no other file appears");
}

#[test]
fn the_same_volume_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let grid = Grid::axis_aligned([40, 30, 20], [1.0; 3], [0.0; 3]).unwrap();
    let volume = Volume::from_fn(grid, |[i, j, k]| ((i * j + k) as f32).sqrt());
    let [first, second] = ["first.nii.gz", "second.nii.gz"].map(|name| {
        let path = folder.path().join(name);
        write_nifti_f32(&path, &volume, "dose").unwrap();
        fs::read(path).unwrap()
    });
    assert_eq!(first, second);
    assert_eq!(&first[4..8], [0; 4], "no time in the gzip header");
}

#[test]
fn long_descriptions_are_cut_between_characters() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.nii");
    let grid = Grid::axis_aligned([1; 3], [1.0; 3], [0.0; 3]).unwrap();
    write_nifti_f32(&path, &Volume::filled(grid, 0.0), &"µ".repeat(60)).unwrap();
    assert_eq!(read_nifti(&path).unwrap().description, "µ".repeat(39));
}

#[test]
fn impossible_targets_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let grid = Grid::axis_aligned([1; 3], [1.0; 3], [0.0; 3]).unwrap();
    let volume = Volume::filled(grid, 0.0);
    let write =
        |name: &str, volume| write_nifti_f32(&folder.path().join(name), volume, "").unwrap_err().to_string();
    assert!(write("dose.mha", &volume).contains(".nii"));
    assert!(write("absent/dose.nii", &volume).contains("cannot be written"));
    let long = Grid::axis_aligned([40000, 1, 1], [1.0; 3], [0.0; 3]).unwrap();
    assert!(write("dose.nii", &Volume::filled(long, 0.0)).contains("32767"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
