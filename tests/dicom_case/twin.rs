//! The reference case from DICOM folders against the same case from NIfTI files, where it is at hand.

use crate::common::{Study, json, library};
use iodose::RunOptions;
use iodose::case::Case;
use iodose::transport::Unwatched;
use iodose::{Outcome, run_into};
use std::path::{Path, PathBuf};

const HOURS: [&str; 3] = ["024", "048", "096"];
const NAMES: &str = r#"names = { 1 = "lung met deep", 2 = "lung met small" }"#;
const REST: &str = r#"
[administration]
activity_MBq = 74.0

[therapy]
activity_GBq = 7.4

[transport]
histories = 20000
seed = 5
"#;

fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/thyroid-mets");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no reference cases at {}", folder.display());
    None
}

/// The case with the images of `image`, made from hours, and CT and lesions at other paths below the shared folder.
fn text(image: impl Fn(&str) -> String, ct: &str, lesions: &str) -> String {
    let images: String = HOURS
        .iter()
        .map(|hours| {
            let keys = image(hours);
            format!("[[image]]\n{keys}\nmodality = \"PET\"\nnuclide = \"I-124\"\nresolution_mm = 6.5\n\n")
        })
        .collect();
    format!(
        "[case]\nid = \"twin\"\npurpose = \"pre-therapy\"\n\n{images}[ct]\npath = \"{ct}\"\n\n[lesions]\n{lesions}\n{REST}"
    )
}

fn dicom(lesions: &str) -> String {
    text(|hours| format!("path = \"dicom/pet_{hours}h\""), "dicom/ct", lesions)
}

fn run(shared: &Path, text: &str, out: &Path) -> Outcome {
    let case = Case::from_toml(text, "case.toml", shared).unwrap_or_else(|error| panic!("{error}"));
    run_into(&case, &RunOptions::default(), out, &library(), &Unwatched)
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_case_from_dicom_folders_gives_the_doses_of_its_nifti_twin() {
    let Some(shared) = shared() else { return };
    let outputs = Study::empty();
    let nifti = text(
        |hours| {
            format!(
                "path = \"pet_{hours}h.nii.gz\"\nunit = \"Bq/mL\"\ntime_h = {}",
                hours.trim_start_matches('0')
            )
        },
        "ct.nii.gz",
        &format!("path = \"lesions.nii.gz\"\n{NAMES}"),
    );
    let twin = run(&shared, &nifti, &outputs.path("nifti"));
    for (lesion, shift) in twin.report.positions.iter().map(|lesion| (lesion, lesion.largest_shift.unwrap()))
    {
        // Only noise moves them.
        eprintln!("lesion {}: {:.3} mm, width {}", lesion.label, shift.length_mm, shift.width_mm);
        assert!(shift.length_mm < 0.1 * shift.width_mm);
    }
    for lesions in ["dicom/rtstruct", "dicom/seg"] {
        let out = outputs.path(&lesions.replace('/', "_"));
        let outcome = run(&shared, &dicom(&format!("path = \"{lesions}\"")), &out);
        assert_eq!(outcome.report.lesions.len(), 6);
        for (ours, theirs) in outcome.report.lesions.iter().zip(&twin.report.lesions) {
            assert_eq!((ours.label, ours.voxels), (theirs.label, theirs.voxels));
            assert!((ours.volume_ml / theirs.volume_ml - 1.0).abs() < 1e-6);
            let [ours_gy, theirs_gy] = [ours, theirs].map(|lesion| lesion.dose.as_ref().unwrap().mean);
            eprintln!("{lesions} {}: {ours_gy} Gy, twin {theirs_gy} Gy", ours.name);
            assert!(
                (ours_gy / theirs_gy - 1.0).abs() < 0.01,
                "{}: {ours_gy} Gy, twin {theirs_gy} Gy",
                ours.name
            );
        }
        // RT Dose cannot hold what few histories leave below 0.
        let negative = outcome.maps.dose.data().iter().filter(|&&value| value < 0.0).count();
        let noted = format!("dose.dcm: {negative} voxels whose Monte Carlo estimate is below 0 hold 0");
        assert_eq!(outcome.record.conversions.iter().any(|line| line.starts_with(&noted)), negative > 0);
        assert_eq!(outcome.report.lesions[0].name, "lung met deep");
        // rt-utils draws rows of voxels as contours of two points, which are warned of; else there is nothing new to say.
        let warnings = outcome.report.warnings.iter().filter(|text| !text.contains("less than 3 points"));
        assert_eq!(warnings.count(), twin.report.warnings.len(), "{:?}", outcome.report.warnings);
        for name in ["dose.dcm", "uncertainty.dcm", "dose.nii.gz"] {
            assert!(out.join(name).is_file(), "{name}");
        }
        let conversions = json(&out.join("run.json"))["conversions"].to_string();
        for said in ["taken 24 h after administration, by the file's times", "taken 96 h"] {
            assert!(conversions.contains(said), "{conversions}");
        }
        assert_eq!(conversions.contains("by the rule voxel-centre"), lesions == "dicom/rtstruct");
    }
    assert!(!outputs.path("nifti/dose.dcm").exists());
}
