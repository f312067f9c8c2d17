//! Files that must be refused, with an error that names the field.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

mod common;

use common::{Order, RawNifti, gzip};
use iodose_io::{IoError, read_labels, read_nifti};
use proptest::prelude::*;
use std::fs;

fn error_of(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scan.nii");
    fs::write(&path, bytes).unwrap();
    let message = read_nifti(&path).unwrap_err().to_string();
    assert!(message.contains("scan.nii"), "{message}");
    assert!(message.contains("expected"), "{message}");
    message
}

fn damaged(damage: impl Fn(&mut RawNifti)) -> String {
    let mut raw = RawNifti::counting(Order::Little, [4, 4, 4]);
    damage(&mut raw);
    error_of(&raw.bytes())
}

#[test]
fn each_wrong_field_is_named() {
    type Damage = fn(&mut RawNifti);
    let cases: [(&str, Damage); 16] = [
        ("sizeof_hdr", |raw| raw.put_i32(0, 1543)),
        ("NIfTI-2", |raw| raw.put_i32(0, 540)),
        ("magic", |raw| raw.header[344] = b'x'),
        ("dim", |raw| raw.put_i16(40, 0)),
        ("dim", |raw| raw.put_i16(40, 300)),
        ("dim", |raw| raw.put_i16(44, -3)),
        ("dim", |raw| {
            raw.put_i16(40, 4);
            raw.put_i16(48, 2);
        }),
        ("datatype: found 32 (Complex64)", |raw| raw.put_i16(70, 32)),
        ("datatype: found 128 (Rgb24)", |raw| raw.put_i16(70, 128)),
        ("datatype: found 77", |raw| raw.put_i16(70, 77)),
        ("bitpix", |raw| raw.put_i16(72, 8)),
        ("vox_offset", |raw| raw.put_f32(108, 100.0)),
        ("vox_offset", |raw| raw.put_f32(108, f32::NAN)),
        ("scl_slope", |raw| raw.put_f32(112, f32::NAN)),
        ("xyzt_units", |raw| raw.header[123] = 6),
        ("sform_code", |raw| raw.put_i16(254, 0)),
    ];
    for (field, damage) in cases {
        let message = damaged(damage);
        assert!(message.contains(field), "{field}: {message}");
    }
}

#[test]
fn contradictory_orientations_are_refused() {
    let message = damaged(|raw| {
        raw.put_i16(252, 1);
        raw.put_f32(268, 0.6);
    });
    assert!(message.contains("sform and qform"), "{message}");
}

#[test]
fn flat_orientations_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = RawNifti::counting(Order::Little, [4, 4, 4]);
    raw.put_f32(280, 0.0);
    let path = folder.path().join("flat.nii");
    fs::write(&path, raw.bytes()).unwrap();
    assert!(matches!(read_nifti(&path), Err(IoError::Grid { .. })));
}

#[test]
fn truncated_files_are_refused() {
    let bytes = RawNifti::counting(Order::Little, [4, 4, 4]).bytes();
    for length in [0, 1, 100, 347, 348, 352, bytes.len() - 1] {
        error_of(&bytes[..length]);
    }
    let message = error_of(&bytes[..bytes.len() - 1]);
    assert!(message.contains("data") && message.contains("480 bytes"), "{message}");
}

#[test]
fn truncated_and_damaged_gzip_is_refused() {
    let whole = RawNifti::counting(Order::Little, [16, 16, 16]).gzipped();
    for length in [2, 10, 40, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        error_of(&whole[..length]);
    }
    let mut wrong_sum = whole.clone();
    let end = wrong_sum.len() - 5;
    wrong_sum[end] ^= 1;
    assert!(error_of(&wrong_sum).contains("gzip"));
    assert!(error_of(&[whole.as_slice(), b"tail"].concat()).contains("gzip"));
}

#[test]
fn bytes_beyond_the_voxels_are_refused() {
    let raw = RawNifti::counting(Order::Little, [4, 4, 4]);
    let message = error_of(&[raw.bytes(), vec![0]].concat());
    assert!(message.contains("more bytes"), "{message}");
    // A stream of 64 MB behind a header for 128 bytes: reading stops at the header's size.
    let bomb = gzip(&[raw.bytes(), vec![0; 64 << 20]].concat());
    assert!(bomb.len() < 1 << 20);
    assert!(error_of(&bomb).contains("more bytes"));
}

#[test]
fn absurd_sizes_are_refused_before_any_memory_is_taken() {
    let huge = |raw: &mut RawNifti| {
        for n in 0..3 {
            raw.put_i16(42 + 2 * n, i16::MAX);
        }
    };
    assert!(damaged(huge).contains("data"));
    let mut raw = RawNifti::counting(Order::Little, [4, 4, 4]);
    huge(&mut raw);
    assert!(error_of(&raw.gzipped()).contains("holds at most"));
}

#[test]
fn a_value_beyond_single_precision_is_refused() {
    let mut raw = RawNifti::new(Order::Little, [1, 2, 1], 64, 8);
    raw.data = [1.0f64, 1e300].map(f64::to_le_bytes).concat();
    assert!(error_of(&raw.bytes()).contains("voxel [0, 1, 0]"));
}

#[test]
fn what_is_no_label_is_refused_with_its_voxel() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.nii");
    for bad in [0.5f32, -1.0, 65536.0, f32::NAN, f32::INFINITY] {
        let mut raw = RawNifti::new(Order::Little, [2, 1, 1], 16, 4);
        raw.data = [1.0, bad].map(f32::to_le_bytes).concat();
        fs::write(&path, raw.bytes()).unwrap();
        let message = read_labels(&path).unwrap_err().to_string();
        assert!(message.contains("labels.nii: voxel [1, 0, 0]"), "{message}");
    }
}

#[test]
fn missing_files_folders_and_half_pairs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(read_nifti(&folder.path().join("absent.nii")), Err(IoError::Read { .. })));
    assert!(matches!(read_nifti(folder.path()), Err(IoError::Read { .. })));
    let mut raw = RawNifti::counting(Order::Little, [4, 4, 4]);
    raw.header[344..348].copy_from_slice(b"ni1\0");
    let header = folder.path().join("scan.hdr");
    fs::write(&header, &raw.header).unwrap();
    assert!(read_nifti(&header).unwrap_err().to_string().contains("scan.img"));
    let single = folder.path().join("scan.nii");
    fs::write(&single, raw.bytes()).unwrap();
    assert!(read_nifti(&single).unwrap_err().to_string().contains(".hdr"));
    assert!(read_nifti(&folder.path().join("lost.img")).unwrap_err().to_string().contains("lost.hdr"));
}

proptest! {
    #[test]
    fn no_damage_of_the_header_panics(
        damage in prop::collection::vec((0usize..352, any::<u8>()), 1..12),
        big in any::<bool>(),
        gzipped in any::<bool>(),
    ) {
        let order = if big { Order::Big } else { Order::Little };
        let mut raw = RawNifti::counting(order, [4, 4, 4]);
        for (offset, byte) in damage {
            raw.header[offset] = byte;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scan.nii");
        fs::write(&path, if gzipped { raw.gzipped() } else { raw.bytes() }).unwrap();
        if let Ok(image) = read_nifti(&path) {
            prop_assert_eq!(image.volume.data().len(), image.volume.grid().len());
        }
    }
}
