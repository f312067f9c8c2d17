//! The case file as users meet it: what is read.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]

mod agreement;
mod decision;
mod refusals;
mod robustness;

use std::path::{Path, PathBuf};

use iodose::case::*;

/// The example of the contract, with its comment signs taken from the half-life a single image needs.
const DEMO: &str = r#"[case]
id = "demo"
purpose = "pre-therapy"

[[image]]
path = "pet_024h.nii.gz"
modality = "PET"
nuclide = "I-124"
unit = "Bq/mL"
time_h = 24.0
resolution_mm = 6.5

[ct]
path = "ct.nii.gz"
curve = "default"

[lesions]
path = "lesions.nii.gz"
names = { 1 = "lung met deep" }

[administration]
activity_MBq = 74.0

[therapy]
nuclide = "I-131"
activity_GBq = 7.4

[kinetics]
model = "auto"
effective_half_life_h = 60.0

[transport]
grid = "activity"
uncertainty = 0.01
seed = 1
"#;

fn read(text: &str) -> Result<Case, CaseError> {
    Case::from_toml(text, "demo.toml", Path::new("/data/demo"))
}

fn with(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(DEMO.to_owned(), |text, (old, new)| {
        assert_eq!(text.matches(old).count(), 1, "{old:?} is not once in the text");
        text.replace(old, new)
    })
}

fn refusal(text: &str) -> String {
    read(text).expect_err("the case should be refused").to_string()
}

fn path(written: &str) -> CasePath {
    CasePath { written: written.to_owned(), resolved: Path::new("/data/demo").join(written) }
}

#[test]
fn the_example_of_the_contract_is_read_in_full() {
    let expected = Case {
        file: "demo.toml".to_owned(),
        header: Header { id: "demo".to_owned(), purpose: Purpose::PreTherapy, frames: None },
        images: vec![Image {
            path: path("pet_024h.nii.gz"),
            modality: Modality::Pet,
            nuclide: "I-124".to_owned(),
            unit: Some(ImageUnit::BqPerMl),
            time_h: Some(24.0),
            resolution_mm: Some(6.5),
            calibration_u: None,
            series: None,
            scanner_nuclide_data: None,
            registration: Registration::default(),
        }],
        tissue: Tissue::Ct(Ct { path: path("ct.nii.gz"), series: None, curve: CtCurve::Default }),
        lesions: Some(Lesions {
            path: path("lesions.nii.gz"),
            names: [(1, "lung met deep".to_owned())].into(),
            contour_rule: None,
            only: Vec::new(),
            exclude: Vec::new(),
            series: None,
            registration: Registration::default(),
        }),
        administration: Some(Administration { activity_mbq: 74.0 }),
        therapy: Therapy { nuclide: "I-131".to_owned(), activity_gbq: Some(7.4) },
        kinetics: Kinetics { effective_half_life_h: Some(60.0), ..Kinetics::default() },
        recovery: Recovery::default(),
        transport: Transport::default(),
        report: Report::default(),
        organs: Vec::new(),
        blood: None,
        limits: Limits::default(),
        protocol: Protocol::default(),
        earlier: Vec::new(),
        radiobiology: None,
    };
    let case = read(DEMO).unwrap();
    assert_eq!(case, expected);
    assert_eq!(case.imaged_activity_mbq(), Some(74.0));
    assert_eq!(case.kinetics.half_life_h(Some(1)), Some(60.0));
}

#[test]
fn other_ways_to_say_things_are_read() {
    let case = read(&with(&[
        (
            "unit = \"Bq/mL\"",
            "unit = \"counts\"\ncalibration_cps_per_MBq = 95\nduration_s = 1500\ndead_time_factor = 1.04",
        ),
        (
            "[ct]\npath = \"ct.nii.gz\"\ncurve = \"default\"",
            "[density]\npath = \"/abs/rho.mha\"\nmaterials = \"m.nii\"",
        ),
        (
            "effective_half_life_h = 60.0",
            "lesion_half_life_h = { 1 = 50, 7 = 70.5 }\nbackground_half_life_h = 20",
        ),
        ("grid = \"activity\"\nuncertainty = 0.01\nseed = 1", "grid = [4, 4.0, 3]\nhistories = 1e8"),
    ]))
    .unwrap();
    let counts = ImageUnit::Counts {
        calibration_cps_per_mbq: 95.0,
        duration_s: Some(1500.0),
        dead_time_factor: Some(1.04),
    };
    assert_eq!(case.images[0].unit, Some(counts));
    assert_eq!(counts.bq_per_ml(), None);
    let absolute = CasePath { written: "/abs/rho.mha".to_owned(), resolved: PathBuf::from("/abs/rho.mha") };
    assert_eq!(case.tissue, Tissue::Density(Density { path: absolute, materials: Some(path("m.nii")) }));
    assert_eq!(case.kinetics.half_life_h(Some(7)), Some(70.5));
    assert_eq!(case.kinetics.half_life_h(Some(2)), None);
    assert_eq!(case.kinetics.half_life_h(None), Some(20.0));
    assert_eq!(case.transport.grid, DoseGrid::Spacing([4.0, 4.0, 3.0]));
    assert_eq!(case.transport.stop, StopRule::Histories(100_000_000));
    assert_eq!(case.transport.seed, 1);

    let site_curve = read(&with(&[("\"default\"", "\"site.CSV\""), ("\"activity\"", "2")])).unwrap();
    assert_eq!(
        site_curve.tissue,
        Tissue::Ct(Ct { path: path("ct.nii.gz"), series: None, curve: CtCurve::File(path("site.CSV")) })
    );
    assert_eq!(site_curve.transport.grid, DoseGrid::Spacing([2.0; 3]));
}

#[test]
fn dicom_may_leave_unit_and_time_to_its_files() {
    let bare = with(&[
        ("unit = \"Bq/mL\"\ntime_h = 24.0\n", ""),
        ("pet_024h.nii.gz", "pet_024h"),
        ("names = { 1 = \"lung met deep\" }", "contour_rule = \"coverage\""),
        ("lesions.nii.gz", "rtstruct"),
    ]);
    let case = read(&bare).unwrap();
    assert_eq!((case.images[0].unit, case.images[0].time_h), (None, None));
    assert_eq!(case.lesions.unwrap().contour_rule, Some(ContourRule::Coverage));
    let counts = bare.replace("modality", "unit = \"counts\"\ncalibration_cps_per_MBq = 95.0\nmodality");
    let unit = read(&counts).unwrap().images[0].unit;
    let counts =
        ImageUnit::Counts { calibration_cps_per_mbq: 95.0, duration_s: None, dead_time_factor: None };
    assert_eq!(unit, Some(counts));
    let arbitrary = bare.replace("modality", "unit = \"arbitrary\"\nBq_per_mL_per_unit = 2.5\nmodality");
    let unit = read(&arbitrary).unwrap().images[0].unit;
    assert_eq!(unit, Some(ImageUnit::Arbitrary { bq_per_ml_per_unit: 2.5 }));
    assert_eq!(unit.and_then(ImageUnit::bq_per_ml), Some(2.5));
}

#[test]
fn after_therapy_the_imaged_activity_is_the_therapys() {
    let post = |administration: &str, activity: &str| {
        let edits = [
            ("pre-therapy", "post-therapy"),
            ("I-124", "I-131"),
            ("[administration]\nactivity_MBq = 74.0\n", administration),
            ("activity_GBq = 7.4\n", activity),
        ];
        read(&with(&edits)).map(|case| (case.therapy.activity_gbq, case.imaged_activity_mbq()))
    };
    let administration = "[administration]\nactivity_MBq = 7400\n";
    assert_eq!(post("", "activity_GBq = 7.4\n").unwrap(), (Some(7.4), Some(7400.0)));
    assert_eq!(post(administration, "").unwrap(), (Some(7.4), Some(7400.0)));
    assert_eq!(post(administration, "activity_GBq = 7.4\n").unwrap(), (Some(7.4), Some(7400.0)));
    assert_eq!(post("", "").unwrap(), (None, None));
}

#[test]
fn files_are_read_with_absolute_paths_and_refused_with_their_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    let message = |file: &Path| Case::read(file).unwrap_err().to_string();

    assert!(message(&file).starts_with(&format!("{}: cannot be read (", file.display())));
    let expected = "expected a case file: UTF-8 text of at most 1 MiB";
    std::fs::write(&file, [0xff, 0xfe, 0]).unwrap();
    assert_eq!(message(&file), format!("{}: found bytes that are not UTF-8, {expected}", file.display()));
    std::fs::write(&file, vec![b'#'; (1 << 20) + 1]).unwrap();
    assert_eq!(message(&file), format!("{}: found more than 1 MiB, {expected}", file.display()));
    std::fs::write(&file, "[cas]").unwrap();
    assert!(
        message(&file).contains(&format!("{}:1: cas: unknown key, did you mean \"case\"?", file.display()))
    );
    std::fs::write(&file, DEMO).unwrap();
    let image = &Case::read(&file).unwrap().images[0];
    assert!(image.path.resolved.is_absolute());
    assert_eq!(image.path.resolved, folder.path().join("pet_024h.nii.gz"));
    assert_eq!(image.path.written, "pet_024h.nii.gz");
}
