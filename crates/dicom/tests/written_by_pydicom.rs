//! Files written by pydicom, imagecodecs and the libraries behind it. To run:
//!
//! ```text
//! python crates/dicom/tests/written_by_pydicom.py /some/folder
//! IODOSE_WRITTEN_BY_PYDICOM=/some/folder cargo test -p iodose-dicom --all-features --test written_by_pydicom -- --nocapture
//! ```
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use iodose_dicom::*;
use std::fs;
use std::path::PathBuf;

fn folder(name: &str) -> Vec<PathBuf> {
    let Some(root) = std::env::var_os("IODOSE_WRITTEN_BY_PYDICOM") else {
        eprintln!("skipped: IODOSE_WRITTEN_BY_PYDICOM names no folder");
        return Vec::new();
    };
    let paths = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(name)).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

#[test]
fn every_coding_gives_the_values_back() {
    for folder in folder("codings") {
        let mut count = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "dcm") {
                continue;
            }
            let file = DicomFile::open(&path).unwrap();
            let pixels = file.transfer_syntax().pixels;
            let feature = (pixels != PixelCoding::JpegLs || cfg!(feature = "jpeg-ls"))
                && (pixels != PixelCoding::Jpeg2000 || cfg!(feature = "jpeg-2000"));
            let found = Frames::new(&file).unwrap().stored_values(0);
            if !feature {
                assert!(matches!(found, Err(DicomError::Feature { .. })), "{}", path.display());
                continue;
            }
            let raw = fs::read(path.with_extension("raw")).unwrap();
            let expected: Vec<i64> =
                raw.chunks(2).map(|pair| i64::from(u16::from_le_bytes([pair[0], pair[1]]))).collect();
            assert_eq!(found.unwrap(), expected, "{}", path.display());
            count += 1;
        }
        eprintln!("{count} images equal");
        assert!(count > 40);
    }
}

#[test]
fn oblique_and_flipped_series_lie_at_the_same_places() {
    for folder in folder("place-") {
        let (_, ct) = open_ct(std::slice::from_ref(&folder), &SeriesChoice::Only).unwrap();
        let grid = ct.volume.grid();
        assert_eq!(grid.size(), [6, 5, 7]);
        let mut largest = 0.0f64;
        for (offset, &value) in ct.volume.data().iter().enumerate() {
            let [x, y, z] = grid.index_to_patient(grid.index(offset).map(|n| n as f64));
            largest = largest.max((f64::from(value) - (1000.0 + 3.0 * x - 5.0 * y + 7.0 * z)).abs());
        }
        // Half of the coarsest slope, 0.07, and the rounding of positions.
        eprintln!("{}: largest difference {largest:.4} HU", folder.display());
        assert!(largest < 0.036, "{largest}");
    }
}
