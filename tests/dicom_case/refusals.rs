//! What a DICOM image says against the case, and what it leaves open.

use crate::common::{json, library, names};
use crate::made::{CASE, edited, refused, run, save, says, study};
use crate::objects::{Object, ct, iodine_124, nm, pet};
use dicom_core::VR;
use dicom_dictionary_std::tags;
use iodose::transport::Unwatched;
use iodose::{RunOptions, run_into};

fn given(change: impl Fn(Object) -> Object) -> impl Fn(i32, f64) -> Object {
    move |k, z| {
        let item = change(iodine_124());
        pet(k, z).sequence(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, vec![item])
    }
}

#[test]
fn unit_and_time_come_from_the_file_and_identity_stays_out_of_all_but_the_dose_objects() {
    let study = study();
    let outcome = run(&study, CASE).unwrap();
    says(&outcome.record.conversions, &["pet: taken 24 h after administration"]);
    let times =
        outcome.report.parameters.iter().find(|(name, _)| name == "images taken after administration");
    assert_eq!(times.unwrap().1, "24.0000 h");
    for entry in std::fs::read_dir(study.path("out")).unwrap() {
        let entry = entry.unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        let holds_name = bytes.windows(6).any(|bytes| bytes.eq_ignore_ascii_case(b"secret"));
        let is_dicom = entry.file_name().to_string_lossy().ends_with(".dcm");
        assert_eq!(holds_name, is_dicom, "{:?}", entry.file_name());
    }
    let first = std::fs::read(study.path("out/dose.dcm")).unwrap();
    run(&study, CASE).unwrap();
    assert_eq!(std::fs::read(study.path("out/dose.dcm")).unwrap(), first, "the same run, other bytes");
}

#[test]
fn without_an_activity_of_the_therapy_there_are_no_grays_for_a_dose_object() {
    let study = study();
    let outcome = run(&study, &edited("activity_GBq = 7.4", "")).unwrap();
    says(&outcome.report.warnings, &["dose.dcm is not written", "Gy/GBq"]);
    assert!(!study.path("out/dose.dcm").exists());
}

#[test]
fn the_case_has_the_last_word_on_the_time() {
    let study = study();
    let outcome = run(&study, &edited("\"I-124\"", "\"I-124\"\ntime_h = 23.0")).unwrap();
    says(&outcome.report.warnings, &["pet: taken 23 h after", "the file says 24.000 h"]);
    let without = given(|item| item.without(tags::RADIOPHARMACEUTICAL_START_DATE_TIME));
    save(&study, "pet", without);
    std::fs::remove_dir_all(study.path("out")).unwrap();
    refused(&study, CASE, &["pet: time_h: found no time of administration in the file", "image.time_h"]);
    run(&study, &edited("\"I-124\"", "\"I-124\"\ntime_h = 24.0")).unwrap();
}

#[test]
fn images_out_of_order() {
    let study = study();
    save(&study, "pet2", pet);
    let text = edited("[ct]", "[[image]]\npath = \"pet2\"\nmodality = \"PET\"\nnuclide = \"I-124\"\n\n[ct]")
        .replace("[kinetics]\neffective_half_life_h = 60.0", "");
    refused(&study, &text, &["pet2: time_h: found 24 h after an image at 24 h, expected images in order"]);
}

#[test]
fn another_nuclide_is_refused_unless_it_is_to_be_corrected() {
    let study = study();
    let code = || Object::new().text(tags::CODE_MEANING, VR::LO, "^18^Fluorine");
    let fluorine = given(|item| {
        item.sequence(tags::RADIONUCLIDE_CODE_SEQUENCE, vec![code()])
            .ds(tags::RADIONUCLIDE_HALF_LIFE, &[6586.2])
            .ds(tags::RADIONUCLIDE_POSITRON_FRACTION, &[0.9673])
    });
    save(&study, "pet", fluorine);
    refused(&study, CASE, &["RadionuclideCodeSequence: found F-18, expected I-124"]);
    let outcome = run(&study, &edited("\"I-124\"", "\"I-124\"\nscanner_nuclide_data = \"correct\"")).unwrap();
    says(&outcome.record.conversions, &["positron fraction 0.9673 of the scanner replaced by 0.2286"]);
    says(&outcome.record.conversions, &["decay to the scan's start recomputed"]);
    says(&outcome.report.warnings, &["the scan was made as F-18; read as I-124"]);
    let record = json(&study.path("out/run.json"));
    assert_eq!(record["settings"]["image"][0]["scanner_nuclide_data"], "correct");
}

#[test]
fn half_life_and_positron_fraction_over_two_per_cent_off() {
    let study = study();
    save(&study, "pet", given(|item| item.ds(tags::RADIONUCLIDE_HALF_LIFE, &[370_000.0])));
    refused(&study, CASE, &["RadionuclideHalfLife: found 370000 s, expected 360"]);
    save(&study, "pet", given(|item| item.ds(tags::RADIONUCLIDE_POSITRON_FRACTION, &[0.26])));
    refused(&study, CASE, &["RadionuclidePositronFraction: found 0.26, expected 0.22"]);
}

#[test]
fn a_unit_that_the_file_contradicts() {
    let study = study();
    refused(
        &study,
        &edited("\"I-124\"", "\"I-124\"\nunit = \"kBq/mL\""),
        &["Units: found BQML", "no factor"],
    );
    let counts = "\"I-124\"\nunit = \"counts\"\ncalibration_cps_per_MBq = 95.0";
    refused(
        &study,
        &edited("\"I-124\"", counts),
        &["pet: unit: found", "calibration_cps_per_MBq is for SPECT"],
    );
    run(&study, &edited("\"I-124\"", "\"I-124\"\nunit = \"Bq/mL\"")).unwrap();
}

#[test]
fn a_pet_in_another_unit_needs_a_factor() {
    let study = study();
    let activity = |extra: &str| run(&study, &edited("\"I-124\"", &format!("\"I-124\"\n{extra}")));
    let of = |outcome: &iodose::Outcome| outcome.record.conversions.clone();
    save(&study, "pet", |k, z| pet(k, z).cs(tags::UNITS, "CNTS"));
    // That numbers are Bq/mL is no factor where the file says otherwise.
    for text in [CASE.to_owned(), edited("\"I-124\"", "\"I-124\"\nunit = \"Bq/mL\"")] {
        refused(&study, &text, &["(0054,1001) Units: found CNTS", "BQML", "Bq_per_mL_per_unit"]);
    }
    let outcome = activity("unit = \"arbitrary\"\nBq_per_mL_per_unit = 2.5").unwrap();
    says(&of(&outcome), &["unit CNTS taken to Bq/mL by the stated factor: x 2.5"]);
    let record = json(&study.path("out/run.json"));
    assert_eq!(record["settings"]["image"][0]["Bq_per_mL_per_unit"], 2.5);
}

#[test]
fn counts_need_a_calibration() {
    let study = study();
    std::fs::create_dir(study.path("nm")).unwrap();
    nm().save(&study.path("nm/1.dcm"));
    let spect = CASE
        .replace("\"pet\"", "\"nm\"")
        .replace("PET", "SPECT")
        .replace("\"I-124\"", "\"I-124\"\ntime_h = 24.0");
    refused(&study, &spect, &["calibration: found none for values in counts, expected cps/MBq"]);
    let counts = "nuclide = \"I-124\"\nunit = \"counts\"\ncalibration_cps_per_MBq = 95.0";
    let outcome = run(&study, &spect.replace("nuclide = \"I-124\"", counts)).unwrap();
    says(
        &outcome.record.conversions,
        &["nm: counts x ", "95 cps/MBq, 1200 s (20 s x 60 frames of the file)", "dead-time factor 1"],
    );
    let outcome =
        run(&study, &spect.replace("nuclide = \"I-124\"", &format!("{counts}\ndead_time_factor = 1.04")))
            .unwrap();
    says(&outcome.record.conversions, &["nm: counts x ", "dead-time factor 1.04"]);
}

#[test]
fn several_series_need_a_choice() {
    let study = study();
    save(&study, "pet", |k, z| {
        pet(k, z).text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.44").text(tags::SERIES_NUMBER, VR::IS, "7")
    });
    refused(&study, CASE, &["pet: found 2 series", "1.2.3.44", "expected one PT series"]);
    run(&study, &edited("path = \"pet\"", "path = \"pet\"\nseries = \"1.2.3.44\"")).unwrap();
    run(&study, &edited("path = \"pet\"", "path = \"pet\"\nseries = 7")).unwrap();
}

/// A name that is listed and leads nowhere is what a file is that goes between listing and reading. The series without it would be a
/// shorter body.
#[cfg(unix)]
#[test]
fn a_slice_that_goes_between_listing_and_reading() {
    let study = study();
    for series in ["ct", "pet"] {
        let folder = study.path(series);
        let last = names(&folder).pop().unwrap();
        std::fs::rename(folder.join(&last), study.path("gone")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.join(&last)).unwrap();
        refused(&study, CASE, &[&last, "cannot be read"]);
        std::fs::rename(study.path("gone"), folder.join(&last)).unwrap();
    }
    run(&study, CASE).unwrap();
}

#[test]
fn folders_without_an_image() {
    let study = study();
    refused(
        &study,
        &edited("\"pet\"", "\"ct\"").replacen("path = \"ct\"", "path = \"ct/\"", 1),
        &["a PT series"],
    );
    refused(&study, &edited("\"ct\"", "\"pet\""), &["pet: found", "expected a CT series"]);
    refused(&study, &edited("\"ct\"", "\"absent\""), &["absent: cannot be read"]);
}

#[test]
fn the_patient_is_named_in_the_report_on_request_and_elsewhere_in_dicom_only() {
    let study = study();
    let holds = |name: &str| {
        let bytes = std::fs::read(study.path(&format!("out/{name}"))).unwrap();
        ["SECRET-ID", "Secret^Person"]
            .map(|text| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
    };
    for identify in [false, true] {
        let options = RunOptions { identify, ..RunOptions::default() };
        let outcome =
            run_into(&study.case(CASE), &options, &study.path("out"), &library(), &Unwatched).unwrap();
        assert!(!format!("{:?}{:?}", outcome.report, outcome.record).contains("SECRET"));
        for file in std::fs::read_dir(study.path("out")).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let named = if name == "report.html" { [identify, false] } else { [name.ends_with(".dcm"); 2] };
            assert_eq!(holds(&name), named, "{name}, identify: {identify}");
        }
    }
    let nobody = |k, z| ct(k, z).without(tags::PATIENT_ID);
    save(&study, "ct", nobody);
    save(&study, "pet", |k, z| pet(k, z).without(tags::PATIENT_ID));
    let options = RunOptions { identify: true, ..RunOptions::default() };
    let result = run_into(&study.case(CASE), &options, &study.path("out"), &library(), &Unwatched);
    assert!(result.unwrap_err().to_string().contains("(0010,0020) PatientID"));
}
