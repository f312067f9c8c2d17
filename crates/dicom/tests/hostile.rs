//! Whole series with damaged files: an error or an image, never a panic.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, which the lint does not know as such

mod common;

use common::{EXPLICIT, IMPLICIT, ct, nm, pet};
use iodose_dicom::*;
use proptest::prelude::*;
use std::fs;

fn read_all(files: &[Vec<u8>]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    for (n, bytes) in files.iter().enumerate() {
        fs::write(folder.path().join(n.to_string()), bytes).unwrap();
    }
    let study = Study::scan(&[folder.path().to_owned()]).unwrap();
    let calibration = Some(SpectCalibration::new(50.0));
    let mut read = 0;
    for series in &study.series {
        read += usize::from(read_ct(series).is_ok());
        read += usize::from(read_pet(series, &PetOptions::default()).is_ok());
        read += usize::from(read_nm(series, &NmOptions { calibration }).is_ok());
    }
    read
}

fn whole(kind: usize, syntax: &str) -> Vec<Vec<u8>> {
    match kind {
        0 => (0..3).map(|k| ct(k, f64::from(k)).file(syntax)).collect(),
        1 => (0..3).map(|k| pet(k, f64::from(k)).file(syntax)).collect(),
        _ => vec![nm().file(syntax)],
    }
}

#[test]
fn whole_series_are_read() {
    for kind in 0..3 {
        assert_eq!(read_all(&whole(kind, EXPLICIT)), 1);
        assert_eq!(read_all(&whole(kind, IMPLICIT)), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damaged_ones_never_panic(
        kind in 0usize..3,
        implicit in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut files = whole(kind, if implicit { IMPLICIT } else { EXPLICIT });
        for (file, place, value) in changes {
            let bytes = file.get_mut(&mut files);
            // Behind the preamble.
            let place = 132 + place.index(bytes.len() - 132);
            bytes[place] = value;
        }
        prop_assert!(read_all(&files) <= 1);
    }
}
