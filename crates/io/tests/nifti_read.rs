//! Files that must load, and load right.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

mod common;

use common::{Order, RawNifti, gzip};
use iodose_io::nifti::{Orientation, ReadOptions, read_nifti_with};
use iodose_io::{read_labels, read_nifti};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

fn file(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn both_byte_orders_and_gzip_hold_the_same_image() {
    let folder = tempfile::tempdir().unwrap();
    let little = RawNifti::counting(Order::Little, [2, 3, 4]);
    let big = RawNifti::counting(Order::Big, [2, 3, 4]);
    let images = [
        file(&folder, "little.nii", &little.bytes()),
        file(&folder, "big.nii", &big.bytes()),
        file(&folder, "little.nii.gz", &little.gzipped()),
        file(&folder, "big.v2.final.nii.gz", &big.gzipped()),
        // Content decides, not the name.
        file(&folder, "gzipped.nii", &little.gzipped()),
    ]
    .map(|path| read_nifti(&path).unwrap());
    for image in &images {
        assert_eq!(image, &images[0]);
    }
    let values: Vec<f32> = (0..24).map(|n| n as f32).collect();
    assert_eq!(images[0].volume.data(), values);
    assert_eq!(images[0].volume.grid().size(), [2, 3, 4]);
    assert_eq!(
        images[0].volume.grid().index_to_patient([1.0, 1.0, 1.0]),
        [-1.0, -1.0, 1.0],
        "RAS becomes LPS"
    );
    assert!(images[0].warnings.is_empty());
}

#[test]
fn every_number_type_is_read_in_both_byte_orders() {
    macro_rules! check {
        ($number:ty, $code:expr, $values:expr) => {
            for order in [Order::Little, Order::Big] {
                let values: [$number; 3] = $values;
                let mut raw = RawNifti::new(order, [3, 1, 1], $code, size_of::<$number>() as i16);
                for value in values {
                    raw.data.extend(match order {
                        Order::Little => value.to_le_bytes(),
                        Order::Big => value.to_be_bytes(),
                    });
                }
                let folder = tempfile::tempdir().unwrap();
                let image = read_nifti(&file(&folder, "a.nii", &raw.bytes())).unwrap();
                assert_eq!(image.volume.data(), values.map(|value| value as f32), stringify!($number));
            }
        };
    }
    check!(u8, 2, [0, 200, 255]);
    check!(i16, 4, [-1024, 0, 3071]);
    check!(i32, 8, [-70000, 0, 70000]);
    check!(f32, 16, [-1.5, 0.0, 3.4e38]);
    check!(f64, 64, [-1.5, 0.1, 1e30]);
    check!(i8, 256, [-128, 0, 127]);
    check!(u16, 512, [0, 40000, 65535]);
    check!(u32, 768, [0, 1, 4_000_000_000]);
    check!(i64, 1024, [-5_000_000_000, 0, 5_000_000_000]);
    check!(u64, 1280, [0, 1, 10_000_000_000_000_000_000]);
}

#[test]
fn slope_and_intercept_apply_and_slope_zero_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = RawNifti::counting(Order::Big, [3, 1, 1]);
    raw.put_f32(112, 2.0);
    raw.put_f32(116, -1024.0);
    assert_eq!(
        read_nifti(&file(&folder, "a.nii", &raw.bytes())).unwrap().volume.data(),
        [-1024.0, -1022.0, -1020.0]
    );
    raw.put_f32(112, 0.0);
    assert_eq!(read_nifti(&file(&folder, "b.nii", &raw.bytes())).unwrap().volume.data(), [0.0, 1.0, 2.0]);
}

#[test]
fn all_48_orders_and_flips_hold_the_same_content() {
    // A body seen by 48 scanners: the value at a place depends on the place alone.
    let content = |[x, y, z]: [i32; 3]| (x + 10 * y + 100 * z) as i16;
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let extent = [4, 3, 2];
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for order in orders {
        for flips in 0..8 {
            for form in ["sform", "qform"] {
                let size = order.map(|world| extent[world] as i16);
                let flipped = [0, 1, 2].map(|axis| flips >> axis & 1 == 1);
                // Index axis a runs along RAS axis order[a].
                let ras = |index: [i32; 3]| {
                    let mut place = [0; 3];
                    for axis in 0..3 {
                        let last = extent[order[axis]] - 1;
                        place[order[axis]] = if flipped[axis] { last - index[axis] } else { index[axis] };
                    }
                    place
                };
                let mut raw = RawNifti::new(Order::Little, size, 4, 2);
                let origin = ras([0, 0, 0]);
                let mut matrix = [[0i32; 3]; 3];
                for axis in 0..3 {
                    let mut step = [0; 3];
                    step[axis] = 1;
                    for world in 0..3 {
                        // A side of 1 has no second voxel to step to; the map is linear all the same.
                        matrix[world][axis] = ras(step)[world] - origin[world];
                    }
                }
                if form == "sform" {
                    for world in 0..3 {
                        for axis in 0..3 {
                            raw.put_f32(280 + 16 * world + 4 * axis, matrix[world][axis] as f32);
                        }
                        raw.put_f32(280 + 16 * world + 12, origin[world] as f32);
                    }
                } else {
                    raw.put_i16(254, 0);
                    put_qform(&mut raw, matrix, origin);
                }
                for k in 0..i32::from(size[2]) {
                    for j in 0..i32::from(size[1]) {
                        for i in 0..i32::from(size[0]) {
                            raw.push_i16(content(ras([i, j, k])));
                        }
                    }
                }
                let image = read_nifti(&file(&folder, "a.nii", &raw.bytes())).unwrap();
                for z in 0..extent[2] {
                    for y in 0..extent[1] {
                        for x in 0..extent[0] {
                            // RAS to LPS.
                            let place = [-f64::from(x), -f64::from(y), f64::from(z)];
                            let voxel = image.volume.grid().voxel_at(place).unwrap();
                            assert_eq!(
                                image.volume[voxel],
                                f32::from(content([x, y, z])),
                                "{order:?} {flipped:?} {form}"
                            );
                        }
                    }
                }
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 96);
}

/// Finds the quaternion by search: of the 24 turns of a cube, the one whose matrix this is.
fn put_qform(raw: &mut RawNifti, matrix: [[i32; 3]; 3], origin: [i32; 3]) {
    let m = matrix;
    let determinant = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
    let parts = [-1.0, -0.5f64.sqrt(), -0.5, 0.0, 0.5, 0.5f64.sqrt(), 1.0];
    for b in parts {
        for c in parts {
            for d in parts {
                let square: f64 = b * b + c * c + d * d;
                if square > 1.0 + 1e-9 {
                    continue;
                }
                let a = (1.0 - square).max(0.0).sqrt();
                let r = [
                    [a * a + b * b - c * c - d * d, 2.0 * (b * c - a * d), 2.0 * (b * d + a * c)],
                    [2.0 * (b * c + a * d), a * a + c * c - b * b - d * d, 2.0 * (c * d - a * b)],
                    [2.0 * (b * d - a * c), 2.0 * (c * d + a * b), a * a + d * d - b * b - c * c],
                ];
                let qfac = f64::from(determinant);
                let same = (0..3).all(|w| {
                    (0..3).all(|x| {
                        (r[w][x] * if x == 2 { qfac } else { 1.0 } - f64::from(m[w][x])).abs() < 1e-9
                    })
                });
                if same {
                    raw.put_i16(252, 1);
                    raw.put_f32(76, qfac as f32);
                    for (n, part) in [b, c, d].into_iter().enumerate() {
                        raw.put_f32(256 + 4 * n, part as f32);
                        raw.put_f32(268 + 4 * n, origin[n] as f32);
                    }
                    return;
                }
            }
        }
    }
    panic!("no quaternion for {matrix:?}");
}

#[test]
fn header_extensions_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = RawNifti::counting(Order::Little, [3, 1, 1]);
    raw.put_f32(108, 384.0);
    raw.header[348] = 1;
    raw.header.extend([0xab; 32]);
    assert_eq!(read_nifti(&file(&folder, "a.nii", &raw.bytes())).unwrap().volume.data(), [0.0, 1.0, 2.0]);
}

#[test]
fn a_pair_is_read_by_either_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = RawNifti::counting(Order::Big, [2, 2, 1]);
    raw.header[344..348].copy_from_slice(b"ni1\0");
    raw.put_f32(108, 0.0);
    let header = file(&folder, "scan.1.hdr", &raw.header);
    let data = file(&folder, "scan.1.img.gz", &gzip(&raw.data));
    for path in [header, data] {
        assert_eq!(read_nifti(&path).unwrap().volume.data(), [0.0, 1.0, 2.0, 3.0]);
    }
}

#[test]
fn one_time_point_and_texts_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = RawNifti::counting(Order::Little, [2, 1, 1]);
    raw.put_i16(40, 4);
    raw.header[148..151].copy_from_slice(b"PET");
    raw.header[328..333].copy_from_slice(b"Bq/mL");
    raw.header[123] = 0;
    let image = read_nifti(&file(&folder, "a.nii", &raw.bytes())).unwrap();
    assert_eq!((image.description.as_str(), image.unit.as_deref()), ("PET", Some("Bq/mL")));
    assert_eq!(image.warnings.len(), 1, "no unit of length: {:?}", image.warnings);
}

#[test]
fn a_missing_orientation_can_be_assumed() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = RawNifti::counting(Order::Little, [2, 1, 1]);
    raw.put_i16(254, 0);
    let path = file(&folder, "a.nii", &raw.bytes());
    assert!(read_nifti(&path).unwrap_err().to_string().contains("sform_code"));
    let options = ReadOptions { orientation: Orientation::AssumeRightAnteriorSuperior };
    let image = read_nifti_with(&path, options).unwrap();
    assert_eq!(image.volume.grid().index_to_patient([1.0, 0.0, 0.0]), [-1.0, 0.0, 0.0]);
    assert_eq!(image.warnings.len(), 1);
}

#[test]
fn labels_may_be_stored_as_floats() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = RawNifti::new(Order::Little, [3, 1, 1], 16, 4);
    for value in [0.0f32, 6.0, 65535.0] {
        raw.data.extend(value.to_le_bytes());
    }
    assert_eq!(read_labels(&file(&folder, "a.nii", &raw.bytes())).unwrap().data(), [0, 6, 65535]);
}
