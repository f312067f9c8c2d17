//! `iodose init`

use crate::common::{Study, csv, names};
use crate::objects::{Object, ct, nm, pet};
use crate::{clinic, iodose, pet_of, save, shared};
use dicom_core::VR;
use dicom_dictionary_std::tags;
use iodose::case::Case;
use std::io::Write;

#[track_caller]
fn refused(study: &Study, line: &str, parts: &[&str]) {
    let before = names(&study.path(""));
    let (code, out, err) = iodose(study, line);
    assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
    assert!(err.starts_with("error: ") && err.lines().count() <= 2, "{err}");
    for part in parts {
        assert!(err.contains(part), "{part:?} is not in: {err}");
    }
    assert_eq!(names(&study.path("")), before, "nothing is written");
}

#[test]
fn a_study_becomes_a_case_that_runs_with_images_in_the_order_of_time() {
    let study = clinic();
    // More decay than that of the nuclide, so that a curve can be fitted.
    save(&study, "study/a", |k, z| pet_of("20240312", "1.2.3.72", k, z).ds(tags::RESCALE_SLOPE, &[0.3]));
    let (code, out, err) = iodose(&study, "init study -o cases/one/case.toml");
    assert_eq!((code, err.as_str(), out.as_str()), (Some(0), "", "case: cases/one/case.toml\n"));
    let text = std::fs::read_to_string(study.path("cases/one/case.toml")).unwrap();
    let case = Case::read(study.path("cases/one/case.toml")).unwrap();
    let paths: Vec<&str> = case.images.iter().map(|image| image.path.written.as_str()).collect();
    assert_eq!(paths, ["../../study/b", "../../study/a"], "{text}");
    assert_eq!(case.administration.as_ref().map(|given| given.activity_mbq), Some(100.0));
    assert_eq!(case.therapy.activity_gbq, None);
    assert!(!text.to_ascii_lowercase().contains("secret"), "{text}");
    let (code, out, err) = iodose(&study, "--log log run cases/one/case.toml --histories 500 -o out");
    assert_eq!(code, Some(0), "{err}\n{text}");
    assert!(study.path("out/dose_per_GBq.nii.gz").exists());
    // What is said on the way names the patient no more than the results do.
    let log = std::fs::read_to_string(study.path("log")).unwrap();
    assert!(log.lines().count() > 3, "{log}");
    assert!([out, err, log].iter().all(|said| !said.to_ascii_lowercase().contains("secret")));
}

/// The sections for what no image can say are comments that hold as they stand, once their question marks are answered.
#[test]
fn sections_for_the_decision_are_comments_that_hold() {
    let study = clinic();
    save(&study, "study/a", |k, z| pet_of("20240312", "1.2.3.72", k, z).ds(tags::RESCALE_SLOPE, &[0.3]));
    let (code, _, err) = iodose(&study, "init study");
    assert_eq!(code, Some(0), "{err}");
    let text = std::fs::read_to_string(study.path("case.toml")).unwrap();
    let (head, decision) = text.split_once("\n# [recovery]").unwrap();
    let is_key = |line: &str| line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
    let stated: String = format!("# [recovery]{decision}")
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.starts_with('[') || is_key(line))
        .map(|line| line.replace(" = ?", " = 1.5") + "\n")
        .collect();
    let sections =
        ["[recovery]", "[[organ]]", "[blood]", "[limits]", "[protocol]", "[[earlier]]", "[radiobiology]"];
    for section in sections {
        assert_eq!(stated.matches(section).count(), 1, "{section} in {stated}");
    }
    let stated = stated.replace("blood_volume_mL = 1.5", "blood_volume_mL = 5000");
    std::fs::write(study.path("stated.toml"), format!("{head}\n[lesions]\npath = \"l.nii.gz\"\n{stated}"))
        .unwrap();
    let case = Case::read(study.path("stated.toml")).unwrap_or_else(|error| panic!("{error}\n{stated}"));
    assert_eq!((case.organs.len(), case.earlier.len(), case.blood.is_some()), (1, 1, true));
    assert!(case.recovery.spheres_file.is_some() && case.radiobiology.is_some());
    for line in ["# image_u = ?", "# uptake_half_time_h = ?", "# voxels = \"fit\"", "or \"mono\", \"bi\""] {
        assert!(head.contains(line), "{line:?} is not in:\n{text}");
    }
}

#[test]
fn series_in_one_folder_are_told_apart_and_the_rest_is_named() {
    let study = clinic();
    save(&study, "all", |k, z| ct(k, z).text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.1"));
    for k in 0..3 {
        let z = 5.0 + 4.0 * f64::from(k);
        pet_of("20240310", "5.1", k, z).save(&study.path(&format!("all/first{k}")));
        pet_of("20240310", "5.2", k, z).save(&study.path(&format!("all/again{k}")));
        pet_of("20240311", "5.3", k, z).save(&study.path(&format!("all/second{k}")));
        pet_of("20240312", "5.4", k, z).cs(tags::UNITS, "GML").save(&study.path(&format!("all/suv{k}")));
    }
    let (code, _, err) = iodose(&study, "init all");
    assert_eq!(code, Some(0), "{err}");
    let text = std::fs::read_to_string(study.path("case.toml")).unwrap();
    for part in ["series = \"5.1\"", "series = \"5.3\"", "another reconstruction", "(0054,1001) Units"] {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
    assert_eq!(Case::read(study.path("case.toml")).unwrap().images.len(), 2, "{text}");
}

#[test]
fn what_no_file_states_is_a_commented_line() {
    let study = Study::empty();
    nm().save(&study.path("spect"));
    save(&study, "ct", |k, z| ct(k, z).text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.1"));
    let (code, _, err) = iodose(&study, "init spect ct");
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("to state: image[0].calibration_cps_per_MBq"), "{err}");
    let text = std::fs::read_to_string(study.path("case.toml")).unwrap();
    for part in
        ["purpose = \"post-therapy\"", "# unit = \"counts\"", "# calibration_cps_per_MBq = ", "# nuclide = "]
    {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }

    // Images of another visit, and nothing that says how it lies to the CT's.
    let study = clinic();
    save(&study, "study/a", |k, z| {
        pet_of("20240312", "1.2.3.72", k, z).text(tags::FRAME_OF_REFERENCE_UID, VR::UI, "1.2.3.6")
    });
    let (_, _, err) = iodose(&study, "init study");
    assert!(err.contains("to state: image[1].registration") && err.lines().count() == 1, "{err}");
    let text = std::fs::read_to_string(study.path("case.toml")).unwrap();
    assert!(text.contains("# frames = \"registered\"") && text.contains("# registration = "), "{text}");

    registration("1.2.3.6", "1.2.3.5").save(&study.path("study/to_ct"));
    let (code, _, err) = iodose(&study, "init study --force");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let text = std::fs::read_to_string(study.path("case.toml")).unwrap();
    assert!(text.contains("\nregistration = \"study/to_ct\"") && !text.contains("frames = "), "{text}");
    let (_, out, _) = iodose(&study, "inspect study");
    assert!(out.contains("registers     F2 (") && out.contains(") to F1 ("), "{out}");
}

/// A Spatial Registration by the identity.
fn registration(from: &str, to: &str) -> Object {
    let matrix: Vec<f64> = (0..16).map(|n| if n % 5 == 0 { 1.0 } else { 0.0 }).collect();
    let matrix = Object::new()
        .ds(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX, &matrix)
        .cs(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE, "RIGID");
    let product = Object::new().sequence(tags::MATRIX_SEQUENCE, vec![matrix]);
    let item = Object::new()
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, from)
        .sequence(tags::MATRIX_REGISTRATION_SEQUENCE, vec![product]);
    Object::new()
        .text(tags::SOP_CLASS_UID, VR::UI, "1.2.840.10008.5.1.4.1.1.66.1")
        .text(tags::SOP_INSTANCE_UID, VR::UI, "1.2.3.66")
        .cs(tags::MODALITY, "REG")
        .text(tags::STUDY_INSTANCE_UID, VR::UI, "1.2.3")
        .text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.66.1")
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, to)
        .sequence(tags::REGISTRATION_SEQUENCE, vec![item])
}

#[test]
fn a_folder_of_nifti_becomes_a_case_once_its_lines_are_stated() {
    let study = Study::small();
    refused(&study, "init .", &["case.toml", "--force"]);
    std::fs::rename(study.path("activity.nii.gz"), study.path("pet_024h.nii.gz")).unwrap();
    let (code, _, err) = iodose(&study, "init . --force");
    assert_eq!((code, err.lines().count()), (Some(0), 5), "{err}");
    let text = std::fs::read_to_string(study.path("case.toml")).unwrap();
    let (code, _, err) = iodose(&study, "run case.toml -o out");
    assert!(code == Some(2) && err.contains("image[0].unit"), "{err}");
    let mut stated = text.clone();
    for (line, value) in [
        ("nuclide = \"I-124\"", "nuclide = \"I-124\""),
        ("unit = \"Bq/mL\"", "unit = \"Bq/mL\""),
        ("time_h = 24.0", "time_h = 24.0"),
        ("activity_MBq = ?", "activity_MBq = 74.0"),
        ("effective_half_life_h = ?", "effective_half_life_h = 60.0"),
    ] {
        assert_eq!(stated.matches(&format!("\n# {line}")).count(), 1, "{line:?} is not once in:\n{stated}");
        stated = stated.replace(&format!("\n# {line}"), &format!("\n{value}"));
    }
    assert!(
        stated.contains("path = \"lesions.nii.gz\"") && stated.contains("path = \"ct.nii.gz\""),
        "{stated}"
    );
    std::fs::write(study.path("case.toml"), stated).unwrap();
    let (code, _, err) = iodose(&study, "run case.toml --histories 2000 -o out");
    assert_eq!(code, Some(0), "{err}");
}

#[test]
fn what_makes_no_case_is_refused_and_nothing_is_written() {
    let study = Study::empty();
    save(&study, "ct", ct);
    refused(&study, "init ct", &["found CT", "at least one PET or SPECT image"]);
    save(&study, "pet", |k, z| pet(k, z).text(tags::PATIENT_ID, VR::LO, "ANOTHER"));
    refused(&study, "init ct pet", &["PatientID", "2 patients"]);
    refused(&study, "init pet --use spect", &["at least one SPECT image"]);
    refused(&study, "init pet --use mri", &["mri"]);
    refused(&study, "init nowhere", &["nowhere"]);
    save(&study, "suv", |k, z| pet(k, z).cs(tags::UNITS, "GML"));
    refused(&study, "init suv -o new/case.toml", &["(0054,1001) Units"]);
}

#[test]
fn the_shared_study_runs_as_it_is_written() {
    let Some(folder) = shared() else { return };
    let study = Study::empty();
    let (code, _, err) = iodose(&study, &format!("init {}", folder.join("dicom").display()));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let text = std::fs::read_to_string(study.path("case.toml")).unwrap();
    // The segmentation goes before the structure set.
    assert!(text.contains("dicom/seg/lesions.dcm\"") && text.matches("[[image]]").count() == 3, "{text}");
    let (code, _, err) = iodose(&study, "run case.toml --histories 2000 -o out");
    assert_eq!(code, Some(0), "{err}\n{text}");
    assert!(study.path("out/dose_per_GBq.nii.gz").exists());
    let (_, rows) = csv(&study.path("out/lesions.csv"));
    assert_eq!(rows.len(), 6);
}

#[test]
fn an_archive_with_everything_in_it_runs_as_well() {
    let Some(folder) = shared() else { return };
    let study = Study::empty();
    let mut archive = zip::ZipWriter::new(std::fs::File::create(study.path("study.zip")).unwrap());
    for series in names(&folder.join("dicom")) {
        for name in names(&folder.join("dicom").join(&series)) {
            let options = zip::write::SimpleFileOptions::default();
            archive.start_file(format!("{series}/{name}"), options).unwrap();
            archive
                .write_all(&std::fs::read(folder.join("dicom").join(&series).join(name)).unwrap())
                .unwrap();
        }
    }
    archive.finish().unwrap();
    let (code, _, err) = iodose(&study, "init study.zip");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let text = std::fs::read_to_string(study.path("case.toml")).unwrap();
    // The three PET and the lesions, which come in two forms.
    assert_eq!(text.matches("\nseries = ").count(), 4, "{text}");
    let (code, _, err) = iodose(&study, "run case.toml --histories 2000 -o out");
    assert_eq!(code, Some(0), "{err}\n{text}");
}
