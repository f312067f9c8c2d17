//! What is written, and that the files agree with each other.

use crate::common::{CASE, Study, csv, json, names, read};
use iodose::io::read_labels;
use iodose::transport::{EngineError, Watch};
use iodose::{RunOptions, rebuild_report};
use std::path::Path;

/// The columns promised for `lesions.csv`.
const COLUMNS: &str = "label,name,voxels,volume_mL,equivalent_diameter_mm,partial_volume_flag,recovery_coefficient,\
                       dose_mean_Gy,dose_mean_u_Gy,dose_mean_u_mc_Gy,dose_min_Gy,dose_max_Gy,D98_Gy,D95_Gy,D90_Gy,\
                       D50_Gy,D2_Gy,dose_mean_corrected_Gy,dose_per_activity_Gy_per_GBq,response_band";

#[test]
fn a_run_writes_what_is_promised_and_nothing_else() {
    let study = Study::small();
    study.run(CASE);
    let out = study.path("out");
    assert_eq!(
        names(&out),
        [
            "dose.nii.gz",
            "dvh.csv",
            "lesions.csv",
            "lesions.json",
            "prescription.csv",
            "prescription.json",
            "report.html",
            "report.json",
            "run.json",
            "uncertainty.nii.gz"
        ]
    );
    let (header, rows) = csv(&out.join("lesions.csv"));
    for column in COLUMNS.split(',') {
        assert!(header.iter().any(|name| name == column), "{column} is missing");
    }
    assert_eq!(rows.len(), 2);
    let record = json(&out.join("run.json"));
    for key in [
        "version",
        "inputs",
        "settings",
        "seed",
        "warnings",
        "dose_basis",
        "decays",
        "cpu_seconds",
        "wall_seconds",
        "peak_memory_bytes",
        "mean_rel_uncertainty",
        "max_rel_uncertainty",
        "unhit_goal_voxels",
    ] {
        assert!(!record[key].is_null(), "{key} is missing");
    }
    let html = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(html.contains("first") && html.contains("second") && !html.contains("src=\"http"));
}

/// What a file says against its schema in docs, a line each.
fn against_schema(file: &Path, schema: &str) -> Vec<String> {
    let schema = json(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(&json(file)).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn files_keep_to_their_schemas() {
    let study = Study::small();
    study.run(CASE);
    study.run_as(&CASE.replace("activity_GBq = 7.4", ""), "per-activity", RunOptions::default()).unwrap();
    for folder in ["out", "per-activity"].map(|name| study.path(name)) {
        for name in ["lesions", "prescription"] {
            let (file, schema) = (format!("{name}.json"), format!("{name}.schema.json"));
            assert_eq!(against_schema(&folder.join(file), &schema), [""; 0]);
        }
    }
}

#[test]
fn every_file_column_and_key_is_documented() {
    let study = Study::small();
    study.run(CASE);
    let out = study.path("out");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/outputs.md");
    let page = std::fs::read_to_string(page).unwrap();
    let files = names(&out);
    let tables = files.iter().filter(|name| name.ends_with(".csv"));
    let columns = tables.flat_map(|name| csv(&out.join(name)).0);
    let keys = json(&out.join("run.json")).as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for name in files.iter().cloned().chain(columns).chain(keys) {
        assert!(page.contains(&format!("`{name}`")), "docs/outputs.md says nothing of {name}");
    }
}

#[test]
fn the_page_is_made_again_from_the_folder_alone() {
    let study = Study::small();
    study.run(CASE);
    let out = study.path("out");
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    for name in names(&out).iter().filter(|name| *name != "report.json") {
        std::fs::remove_file(out.join(name)).unwrap();
    }
    assert!(rebuild_report(&out).unwrap() == page, "the page differs");
    let report = std::fs::read(out.join("report.json")).unwrap();
    let refused = |bytes: &[u8]| {
        std::fs::write(out.join("report.json"), bytes).unwrap();
        rebuild_report(&out).unwrap_err()
    };
    for (bytes, says) in [
        (&report[..report.len() / 2], "report.json: JSON: found EOF"),
        (b"{\"schema\": \"iodose-lesions/1\"}", "report.json: schema: found \"iodose-lesions/1\""),
        (b"\xff\xfe", "report.json: text: found invalid utf-8"),
    ] {
        let error = refused(bytes);
        assert!(error.is_bad_input() && error.to_string().contains(says), "{error}");
    }
    std::fs::remove_file(out.join("report.json")).unwrap();
    let error = rebuild_report(&out).unwrap_err();
    assert!(error.is_bad_input() && error.to_string().contains("report.json: file: found none"), "{error}");
}

#[test]
fn the_lesion_table_and_the_histograms_are_those_of_the_dose_map() {
    let study = Study::small();
    study.run(CASE);
    let out = study.path("out");
    let dose = read(&out.join("dose.nii.gz"));
    let labels = read_labels(&study.path("lesions.nii.gz")).unwrap();
    let (header, rows) = csv(&out.join("lesions.csv"));
    let (dvh_header, dvh) = csv(&out.join("dvh.csv"));
    assert_eq!(dvh_header, ["lesion", "dose_Gy", "volume_fraction"]);
    for row in rows {
        let text = |name: &str| &row[header.iter().position(|column| column == name).unwrap()];
        let value = |name: &str| text(name).parse::<f64>().unwrap();
        let label: u16 = text("label").parse().unwrap();
        let mut doses: Vec<f64> = labels
            .data()
            .iter()
            .zip(dose.data())
            .filter(|(other, _)| **other == label)
            .map(|(_, &dose)| f64::from(dose))
            .collect();
        doses.sort_by(f64::total_cmp);
        let n = doses.len() as f64;
        let close = |name: &str, expected: f64| {
            assert!((value(name) / expected - 1.0).abs() < 1e-3, "{name}: {} vs {expected}", value(name));
        };
        assert_eq!(value("voxels"), n);
        close("volume_mL", n * 0.064);
        close("dose_mean_Gy", doses.iter().sum::<f64>() / n);
        close("dose_min_Gy", doses[0]);
        close("dose_max_Gy", doses[doses.len() - 1]);
        close("dose_per_activity_Gy_per_GBq", value("dose_mean_Gy") / 7.4);
        for percent in [98.0, 95.0, 90.0, 50.0, 2.0] {
            // D_x is the largest dose that at least x % of the volume gets, to the width of one voxel.
            let found = value(&format!("D{percent}_Gy"));
            let at_least =
                |dose: f64| 100.0 * doses.iter().filter(|&&other| other >= dose).count() as f64 / n;
            let voxel = 100.0 / n;
            assert!(at_least(found * 0.999) >= percent - voxel, "D{percent} of {label}: {found}");
            assert!(at_least(found * 1.001) <= percent + voxel, "D{percent} of {label}: {found}");
        }
        for point in dvh.iter().filter(|point| point[0] == row[0] || point[0] == *text("name")) {
            let (dose, fraction): (f64, f64) = (point[1].parse().unwrap(), point[2].parse().unwrap());
            let above =
                |factor: f64| doses.iter().filter(|&&other| other >= factor * dose).count() as f64 / n;
            let range = above(1.001) - 1.0 / n..=above(0.999) + 1.0 / n;
            assert!(range.contains(&fraction), "{label}: {fraction} at {dose} Gy, not in {range:?}");
        }
    }
    assert!(dvh.len() > 10);
}

#[test]
fn uncertainty_is_unknown_exactly_where_nothing_was_scored() {
    let study = Study::small();
    study.run(CASE);
    let dose = read(&study.path("out/dose.nii.gz"));
    let uncertainty = read(&study.path("out/uncertainty.nii.gz"));
    assert_eq!(dose.grid(), uncertainty.grid());
    for (dose, u) in dose.data().iter().zip(uncertainty.data()) {
        assert_eq!(*dose == 0.0, u.is_nan(), "dose {dose}, uncertainty {u}");
    }
}

#[test]
fn the_record_tells_what_was_done() {
    let study = Study::small();
    let options = RunOptions { seed: Some(42), ..RunOptions::default() };
    let text = CASE.replace("histories = 20000", "histories = 3000\nmax_seconds = 1000");
    study.run_as(&text, "out", options).unwrap();
    let record = json(&study.path("out/run.json"));
    assert_eq!(record["seed"], 42);
    assert_eq!(record["settings"]["transport"]["seed"], 42);
    assert_eq!(record["decays"], 3000);
    assert_eq!(record["settings"]["transport"]["histories"], 3000);
    let paths: Vec<&str> =
        record["inputs"].as_array().unwrap().iter().map(|input| input["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["activity.nii.gz", "ct.nii.gz", "lesions.nii.gz"]);
    let everything = std::fs::read_to_string(study.path("out/run.json")).unwrap();
    let folder = study.path("");
    assert!(
        !everything.contains(folder.to_str().unwrap()),
        "a path of this machine is no part of the record"
    );
}

#[test]
fn a_ceiling_ends_a_run_early_and_says_so() {
    let study = Study::small();
    let text = CASE.replace("histories = 20000", "uncertainty = 0.0001");
    let options = RunOptions { max_histories: Some(5000), ..RunOptions::default() };
    let outcome = study.run_as(&text, "out", options).unwrap();
    assert_eq!(outcome.record.decays, 5000);
    assert!(outcome.report.warnings.iter().any(|warning| warning.contains("ceiling")));
    // The same number of decays asked for gives the same bytes.
    let options = RunOptions { stop: Some(iodose::case::StopRule::Histories(5000)), ..RunOptions::default() };
    study.run_as(&text, "again", options).unwrap();
    let bytes = |folder: &str| std::fs::read(study.path(folder).join("dose.nii.gz")).unwrap();
    assert_eq!(bytes("out"), bytes("again"));

    let options = RunOptions { max_histories: Some(5000), ..RunOptions::default() };
    let message = study.run_as(CASE, "both", options).unwrap_err().to_string();
    assert!(message.contains("transport.max_histories"), "{message}");
}

/// Stops at once.
struct Impatient;

impl Watch for Impatient {
    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_cancelled_run_leaves_an_earlier_result_as_it_was_and_no_folder_of_its_own() {
    let study = Study::small();
    study.run(CASE);
    let before: Vec<Vec<u8>> = names(&study.path("out"))
        .iter()
        .map(|name| std::fs::read(study.path("out").join(name)).unwrap())
        .collect();
    let case = study.case(&CASE.replace("20000", "30000"));
    for folder in ["out", "new/deep"] {
        let result = iodose::run_into(
            &case,
            &RunOptions::default(),
            &study.path(folder),
            &crate::common::library(),
            &Impatient,
        );
        assert!(matches!(result, Err(iodose::Error::Engine(EngineError::Cancelled))));
    }
    let after: Vec<Vec<u8>> = names(&study.path("out"))
        .iter()
        .map(|name| std::fs::read(study.path("out").join(name)).unwrap())
        .collect();
    assert_eq!(before, after);
    assert!(!study.path("new").exists());
}
