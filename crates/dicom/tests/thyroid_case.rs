//! The shared reference case, where it is at hand.

use iodose_dicom::{SeriesChoice, Study};
use std::path::{Path, PathBuf};

fn case() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/thyroid-mets");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no reference cases at {}", folder.display());
    None
}

#[test]
fn a_scan_of_the_whole_study_finds_every_series() {
    let Some(folder) = case() else { return };
    let study = Study::scan(&[folder.join("dicom")]).unwrap();
    assert!(study.problems.is_empty(), "{:?}", study.problems);
    let found: Vec<_> =
        study.series.iter().map(|series| (series.modality.as_str(), series.objects.len())).collect();
    assert_eq!(
        found,
        [("CT", 190), ("NM", 1), ("PT", 258), ("PT", 258), ("PT", 258), ("RTSTRUCT", 1), ("SEG", 1)]
    );
    let error = study.choose("PT", &SeriesChoice::Only).unwrap_err().to_string();
    assert!(error.contains("3 series"), "{error}");
    for series in &study.series {
        eprintln!("{} {} {}", series.label(), series.date, series.time);
    }
}
