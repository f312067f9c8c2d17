//! NIfTI-2, and files beyond 2 GB. Headers are built by hand from the table in `nifti2.h`.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

mod common;

use common::{Order, RawNifti, gzip};
use iodose_io::{read_labels, read_nifti};
use proptest::prelude::*;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

/// A header of 1 x 2 x 3 mm voxels of 16 bits along R, A, S, in either byte order.
fn header(size: [i64; 3], datatype: i16, bits: i16, big: bool) -> Vec<u8> {
    let mut bytes = vec![0; 544];
    let mut put = |offset: usize, little: &[u8]| {
        let field = &mut bytes[offset..offset + little.len()];
        field.copy_from_slice(little);
        if big {
            field.reverse();
        }
    };
    put(0, &540i32.to_le_bytes());
    put(12, &datatype.to_le_bytes());
    put(14, &bits.to_le_bytes());
    for (n, side) in [3, size[0], size[1], size[2], 1, 1, 1, 1].into_iter().enumerate() {
        put(16 + 8 * n, &side.to_le_bytes());
    }
    for n in 0..4 {
        put(104 + 8 * n, &(n.max(1) as f64).to_le_bytes());
    }
    put(168, &544i64.to_le_bytes());
    put(176, &2f64.to_le_bytes());
    put(184, &(-1f64).to_le_bytes());
    put(348, &1i32.to_le_bytes());
    for (row, step) in [1f64, 2.0, 3.0].into_iter().enumerate() {
        put(400 + 40 * row, &step.to_le_bytes());
        put(424 + 32 * row, &(10.0 * step).to_le_bytes());
    }
    put(500, &2i32.to_le_bytes());
    bytes[4..12].copy_from_slice(b"n+2\0\r\n\x1a\n");
    bytes[240..244].copy_from_slice(b"made");
    bytes[508..513].copy_from_slice(b"Bq/mL");
    bytes
}

fn counting(big: bool) -> Vec<u8> {
    let mut bytes = header([2, 3, 4], 4, 16, big);
    for n in 0..24i16 {
        bytes.extend(if big { n.to_be_bytes() } else { n.to_le_bytes() });
    }
    bytes
}

fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("second.nii");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn the_second_version_is_read_in_either_byte_order_and_gzipped() {
    for bytes in [counting(false), counting(true), gzip(&counting(false))] {
        let (_folder, path) = written(&bytes);
        let image = read_nifti(&path).unwrap();
        assert_eq!(image.volume.grid().size(), [2, 3, 4]);
        assert_eq!(
            image.volume.grid().affine().columns,
            [[-1.0, 0.0, 0.0], [0.0, -2.0, 0.0], [0.0, 0.0, 3.0]]
        );
        assert_eq!(image.volume.grid().affine().origin, [-10.0, -20.0, 30.0]);
        let expected: Vec<f32> = (0..24).map(|n| 2.0 * n as f32 - 1.0).collect();
        assert_eq!(image.volume.data(), expected);
        assert_eq!((image.description.as_str(), image.unit.as_deref()), ("made", Some("Bq/mL")));
    }
}

#[test]
fn each_wrong_field_of_the_second_version_is_named() {
    let whole = counting(false);
    let cases: [(&str, usize, &[u8]); 6] = [
        ("magic", 4, b"n+1"),
        ("magic", 8, b"\n\n"),
        ("vox_offset", 168, &500i64.to_le_bytes()),
        ("vox_offset", 168, &(-1i64).to_le_bytes()),
        ("dim", 24, &0i64.to_le_bytes()),
        ("data", 168, &i64::MAX.to_le_bytes()),
    ];
    for (field, offset, damage) in cases {
        let mut bytes = whole.clone();
        bytes[offset..offset + damage.len()].copy_from_slice(damage);
        let (_folder, path) = written(&bytes);
        let message = read_nifti(&path).unwrap_err().to_string();
        assert!(message.contains(&format!("second.nii: {field}")), "{field}: {message}");
    }
    for length in [4, 347, 348, 539, 544, whole.len() - 1] {
        let (_folder, path) = written(&whole[..length]);
        read_nifti(&path).unwrap_err();
    }
    // 2^45 voxels: refused by the size of the file, before any memory is taken.
    let (_folder, path) = written(&header([1 << 15, 1 << 15, 1 << 15], 4, 16, false));
    assert!(read_nifti(&path).unwrap_err().to_string().contains("data"));
}

proptest! {
    #[test]
    fn no_damage_of_the_second_header_panics(
        damage in prop::collection::vec((4usize..544, any::<u8>()), 1..12),
        big in any::<bool>(),
    ) {
        let mut bytes = counting(big);
        for (offset, byte) in damage {
            bytes[offset] = byte;
        }
        let (_folder, path) = written(&bytes);
        if let Ok(image) = read_nifti(&path) {
            prop_assert_eq!(image.volume.data().len(), image.volume.grid().len());
        }
    }
}

/// 700^3 voxels of 64 bits are 2.7 GB on a file with a hole, and 0.7 GB as labels.
#[test]
#[ignore = "takes 0.7 GB of memory: cargo test --release -p iodose-io --test nifti_second -- --ignored"]
fn files_beyond_two_gigabytes_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let side = 700u64;
    let first = RawNifti::new(Order::Little, [side as i16; 3], 64, 8).header;
    let mut second = header([side as i64; 3], 64, 64, false);
    second[176..192].fill(0); // no scaling
    for (name, header) in [("first.nii", first), ("second.nii", second)] {
        let path = folder.path().join(name);
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(&header).unwrap();
        let end = header.len() as u64 + 8 * side.pow(3);
        assert!(end > 2 << 30);
        file.seek(SeekFrom::Start(end - 8)).unwrap();
        file.write_all(&7f64.to_le_bytes()).unwrap();
        let labels = read_labels(&path).unwrap();
        assert_eq!(labels.data().last(), Some(&7));
        assert_eq!(labels.data().iter().filter(|&&label| label != 0).count(), 1);
        fs::remove_file(&path).unwrap();
    }
}
