//! What campaigns have found: the numbers of the executions that found it, and the fields by name.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

use iodose_hostile::{Progress, Reader, seeds};

fn read(name: &str, bytes: &[u8]) -> Progress {
    (Reader::named(name).unwrap().read)(bytes)
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|found| found == from.as_bytes()).unwrap();
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

/// A side of 1e-320 mm is finite and has a square of zero: the grid's spacing was 0.
#[test]
fn sides_whose_squares_vanish() {
    let seed = &seeds::metaimage()[0];
    assert_eq!(read("metaimage", seed), Progress::Whole);
    for spacing in ["1 5e-324 3", "2.2250738585072014e-308 2 3", "1 2 1e300", "1e103 1e103 1e103"] {
        let bytes = replaced(seed, "ElementSpacing = 1 2 3", &format!("ElementSpacing = {spacing}"));
        assert_eq!(read("metaimage", &bytes), Progress::Refused, "{spacing}");
    }
    let mut bytes = seeds::nifti().into_iter().find(|seed| seed.starts_with(&540i32.to_le_bytes())).unwrap();
    bytes[400..408].copy_from_slice(&5e-324f64.to_le_bytes());
    assert_eq!(read("nifti", &bytes), Progress::Refused);
}

/// The inverse of a shift by 1e292 mm about a centre led to infinity.
#[test]
fn shifts_that_lead_to_infinity() {
    for parameters in ["0.1 0.2 0.3 1 2 1e300", "0.1 0.2 0.3 1e292 2 3", "0.1 0.2 0.3 1 2 -1.7e308"] {
        let bytes = replaced(&seeds::transforms()[0], "0.1 0.2 0.3 1 2 3", parameters);
        assert_eq!(read("transform", &bytes), Progress::PastHeader, "{parameters}");
    }
}

/// A beta spectrum of finite densities had a mean energy of NaN.
#[test]
fn spectra_without_a_mean() {
    let seed = &seeds::nuclides()[0];
    for point in ["[0.1, 1e308]", "[5e-324, 4.0]"] {
        let progress = read("nuclide", &replaced(seed, "[0.1, 4.0]", point));
        assert!(progress >= Progress::PastHeader, "{point}");
    }
    let bytes = replaced(
        seed,
        "[[0.0, 1.0], [0.1, 4.0], [0.2, 2.0], [0.3, 0.0]]",
        "[[0.0, 5e-324], [5e-324, 5e-324]]",
    );
    assert_eq!(read("nuclide", &bytes), Progress::PastHeader);
}

/// Sums near the largest number overflowed with the next batch.
#[test]
fn sums_that_someone_made_up() {
    let checkpoint = seeds::as_checkpoint(&seeds::parts()[0]);
    let header = 12 + u32::from_le_bytes(checkpoint[8..12].try_into().unwrap()) as usize;
    let mut bytes = checkpoint.clone();
    bytes[header..].fill(0x7F);
    // Some decays are left to do.
    let bytes =
        replaced(&bytes, "\"decays\":{\"start\":0,\"end\":64}", "\"decays\":{\"start\":0,\"end\":32}");
    assert_eq!(read("checkpoint", &checkpoint), Progress::Whole);
    assert_eq!(read("checkpoint", &bytes), Progress::PastHeader);
}

/// A frame reference time of 1e300 ms overflowed the sum of milliseconds.
#[test]
fn times_beyond_all_dates() {
    for time in ["1e300 ", "-9e18 ", "9e15  "] {
        let seed = replaced(&seeds::pet()[0], "300000", &time[..6]);
        assert!(read("dicom-pet", &seed) >= Progress::PastHeader, "{time}");
    }
}
