use super::*;
use crate::prescription::{
    Goals, LesionEvidence, LesionType, LimitEvidence, LimitInput, ModelChoice, PrescriptionInput, Protocol,
};
use crate::report::example;
use crate::schema::tests::{check, errors};
use crate::{Prescription, Quantity};
use std::path::Path;

#[test]
fn basis_limits_and_lesions_are_there() {
    let mut report = example::report(&["a", "b"]);
    report.lesions[1].dose.as_mut().unwrap().mean_u = Some(f64::NAN);
    let json: serde_json::Value = serde_json::from_str(&lesions_json(&report).unwrap()).unwrap();
    assert_eq!(json["schema"], SCHEMA);
    assert_eq!(json["dose_basis"], "absorbed dose for 7.4 GBq");
    assert_eq!(json["settings"]["basis"]["activity_GBq"], 7.4);
    assert_eq!(json["settings"]["response"]["high_Gy"], 80.0);
    assert_eq!(json["lesions"][1]["D50_Gy"], 25.5);
    assert_eq!(json["lesions"][0]["partial_volume_flag"], "mean-needs-correction");
    assert!(json["lesions"][1]["dose_mean_u_Gy"].is_null(), "NaN is not a number");
    assert_eq!(json["lesions"][1]["uncertainty_budget"][0]["name"], "Monte Carlo");
    assert_eq!(json["warnings"][0], "the mask was resampled");
}

#[test]
fn a_lesion_without_a_dose_has_the_same_keys_with_nulls() {
    let mut report = example::report(&["a"]);
    report.lesions.push(example::lost("pelvis"));
    let json: serde_json::Value = serde_json::from_str(&lesions_json(&report).unwrap()).unwrap();
    let keys = |number: usize| json["lesions"][number].as_object().unwrap().keys().collect::<Vec<_>>();
    assert_eq!(keys(0), keys(1));
    let lost = json["lesions"][1].as_object().unwrap();
    assert_eq!((&lost["name"], &lost["voxels"]), (&"pelvis".into(), &0.into()));
    for budget in ["uncertainty_budget", "corrected_uncertainty_budget"] {
        assert_eq!(lost[budget], serde_json::json!([]));
    }
    for (key, value) in lost {
        let of_dose = ["dose_", "D9", "D50", "D2", "response_", "second_check", "largest_", "voxels_below"]
            .iter()
            .any(|start| key.starts_with(start));
        assert_eq!(value.is_null(), of_dose || ABSENT.contains(&key.as_str()), "{key}: {value}");
    }
    const ABSENT: [&str; 5] = [
        "goals_activity_GBq",
        "recovery_coefficient",
        "time_integrated_activity_MBq_h",
        "effective_half_life_h",
        "largest_shift",
    ];
}

/// That the schema in docs is that of the types.
fn kept(name: &str, schema: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("IODOSE_BLESS").is_some() {
        std::fs::write(&file, schema).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    // Compared as JSON, not as text: the order of keys depends on features other crates turn on.
    let [kept, made] = [&kept, schema].map(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    assert!(
        kept == made,
        "docs/{name} is stale; renew it with `IODOSE_BLESS=1 cargo test -p iodose-report json`"
    );
}

#[test]
fn schemas_explain_every_field_and_are_kept_in_docs() {
    for (name, schema) in
        [("lesions.schema.json", lesions_schema()), ("prescription.schema.json", prescription_schema())]
    {
        check(&schema);
        kept(name, &schema);
    }
}

/// Whatever may be unknown is unknown in one of the lesions.
fn unknowns() -> Report {
    let mut report = example::report(&["a", "b", "c"]);
    let dose = |report: &mut Report, number: usize| report.lesions[number].dose.clone().unwrap();
    let (mut known, mut unsure) = (dose(&mut report, 1), dose(&mut report, 2));
    known.mean_corrected = Some(30.0);
    known.mean_corrected_u = Some(3.0);
    (known.sphere, known.local) = (Some(20.0), Some(21.0));
    (known.second_check, known.second_check_tolerance) =
        (Some(crate::second_check::Verdict::Differs), Some(2.0));
    unsure.mean_u = Some(f64::NAN);
    unsure.mean_u_mc = None;
    unsure.mean_corrected = Some(f64::NAN);
    report.lesions[1].dose = Some(known);
    report.lesions[2].dose = Some(unsure);
    report.lesions.push(example::lost("pelvis"));
    report.organs.push(example::lost("gland"));
    let shift = Shift {
        from_h: 4.0,
        to_h: 24.0,
        lps_mm: [1.0, 2.0, 2.0],
        length_mm: 3.0,
        width_mm: 6.5,
        width_is_stated: true,
    };
    let place = |centroid| Position {
        image: "pet.nii.gz".into(),
        time_h: 4.0,
        centroid,
        shift: None,
        shift_mm: None,
    };
    report.positions.push(crate::LesionPositions {
        label: 1,
        positions: vec![place(Some([0.0; 3])), place(None)],
        largest_shift: Some(shift),
    });
    report.prescription = Some(table(&report));
    let table = report.prescription.clone().unwrap();
    table.mark(&mut report.lesions);
    report
}

fn table(report: &Report) -> Prescription {
    let evidence = |result| LesionEvidence {
        result,
        lesion_type: LesionType::Metastasis,
        earlier: Some(Quantity::new(10.0, None)),
        voxels: &[],
    };
    let limit = |name: &str, evidence| LimitInput { name: name.into(), limit: 2.0, unit: "Gy", evidence };
    let blood = LimitEvidence::PerActivity { per_gbq: Quantity::new(0.2, Some(0.01)), earlier: None };
    Prescription::new(&PrescriptionInput {
        case_id: "demo",
        nuclide: "I-131",
        basis: report.settings.basis,
        protocol: Protocol { goals: Goals::default(), ..Protocol::default() },
        limits: vec![limit("blood", blood), limit("lungs", LimitEvidence::NotChecked("no organ".into()))],
        limit_margin_k: 1.0,
        lesions: report.lesions.iter().map(evidence).collect(),
        models: ModelChoice { eud: Some(crate::eud::EudModel::Generalised { a: -5.0 }), bed: None },
    })
}

#[test]
fn files_keep_to_their_schema_whatever_is_unknown() {
    let (plain, unknown) = (example::report(&["a"]), unknowns());
    let per_activity = example::report_of(crate::DoseBasis::PerActivity, &["a"]);
    for report in [&plain, &unknown, &per_activity, &example::report(&[])] {
        assert_eq!(errors(&lesions_schema(), &lesions_json(report).unwrap()), [""; 0]);
    }
    for report in [&unknown, &per_activity] {
        assert_eq!(errors(&prescription_schema(), &table(report).json().unwrap()), [""; 0]);
    }
}

#[test]
fn schemas_refuse_what_is_not_theirs() {
    let text = lesions_json(&unknowns()).unwrap();
    let refused = |edit: fn(&mut serde_json::Value)| {
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        edit(&mut value);
        errors(&lesions_schema(), &value.to_string()).join("\n")
    };
    assert_eq!(refused(|_| {}), "");
    assert!(refused(|file| file["lesions"][0]["extra"] = 1.into()).contains("extra"));
    assert!(refused(|file| file["settings"]["basis"]["extra"] = 1.into()).contains("/settings/basis"));
    assert!(refused(|file| file["schema"] = "iodose-lesions/0".into()).contains("/schema"));
    assert!(refused(|file| file["lesions"][0]["dose_mean_Gy"] = "25".into()).contains("dose_mean_Gy"));
    let without = refused(|file| {
        file["lesions"][0].as_object_mut().unwrap().remove("D95_Gy");
    });
    assert!(without.contains("D95_Gy"), "{without}");
}
