use super::*;
use crate::prescription::{
    LesionEvidence, LesionType, LimitEvidence, LimitInput, ModelChoice, PrescriptionInput, Protocol,
};
use crate::{Budget, DoseBasis, LesionInput, Settings};
use approx::assert_relative_eq;

fn table(case_id: &str, basis: DoseBasis, lesions: &[(u32, &str, f32)]) -> Prescription {
    let results: Vec<_> = lesions
        .iter()
        .map(|&(label, name, mean)| {
            let input = LesionInput {
                label,
                name: name.into(),
                doses: vec![mean],
                volume_ml: 30.0,
                budget: Budget::new().with("calibration", Some(0.1)),
                ..LesionInput::default()
            };
            input.judge(&Settings::new(basis)).unwrap()
        })
        .collect();
    let evidence = results.iter().map(|result| LesionEvidence {
        result,
        lesion_type: LesionType::Metastasis,
        earlier: None,
        voxels: &[],
    });
    Prescription::new(&PrescriptionInput {
        case_id,
        nuclide: "I-131",
        basis,
        protocol: Protocol::default(),
        limits: vec![LimitInput {
            name: "administered activity".into(),
            limit: 10.0,
            unit: "GBq",
            evidence: LimitEvidence::Administered,
        }],
        limit_margin_k: 0.0,
        lesions: evidence.collect(),
        models: ModelChoice::default(),
    })
}

fn per_gbq(case_id: &str, lesions: &[(u32, &str, f32)]) -> Prescription {
    table(case_id, DoseBasis::PerActivity, lesions)
}

#[test]
fn lesions_are_matched_by_name_whatever_their_label() {
    let before = per_gbq("before", &[(1, "rib", 0.5), (2, "lung", 3.0), (3, "gone", 1.0)]);
    let after = per_gbq("after", &[(1, "lung", 6.0), (2, "rib", 4.0), (4, "new", 1.0)]);
    let found = Comparison::new(&before, &after).unwrap();
    let names: Vec<&str> = found.lesions.iter().map(|lesion| lesion.name.as_str()).collect();
    assert_eq!(names, ["lung", "rib", "new", "gone"]);
    let rib = &found.lesions[1];
    assert_eq!((rib.label_before, rib.label_after), (Some(1), Some(2)));
    let ratio = rib.ratio.unwrap();
    assert_relative_eq!(ratio.value, 8.0, max_relative = 1e-6);
    assert_relative_eq!(ratio.u.unwrap(), 8.0 * 0.02f64.sqrt(), max_relative = 1e-6);
    let reached = [rib.goal_before, rib.goal_after].map(|goal| goal.unwrap().reached);
    assert_eq!(reached, [Some(false), Some(true)]);
    assert_eq!(found.lesions[2].remarks, ["only in the second case"]);
    assert_eq!((found.lesions[3].label_before, found.lesions[3].ratio), (Some(3), None));
    assert_eq!((found.before.1, found.after.1), (Outcome::Met, Outcome::Met));
}

#[test]
fn a_label_stands_in_for_a_missing_name_and_never_against_one() {
    let before =
        per_gbq("before", &[(1, "lesion 1", 1.0), (2, "liver", 1.0), (5, "twin", 1.0), (6, "twin", 2.0)]);
    let after = per_gbq("after", &[(1, "rib", 2.0), (2, "spine", 2.0), (5, "twin", 2.0), (6, "twin", 2.0)]);
    let found = Comparison::new(&before, &after).unwrap().lesions;
    assert_eq!((found[0].label_before, found[0].remarks[0].as_str()), (Some(1), "matched by its label"));
    assert_eq!((found[1].label_before, found[1].remarks[0].as_str()), (None, "only in the second case"));
    assert_eq!((found[2].label_before, found[3].label_before), (Some(5), Some(6)));
    assert_eq!(found.len(), 5);
}

#[test]
fn a_delivered_dose_is_compared_per_activity() {
    let before = per_gbq("before", &[(1, "rib", 0.5)]);
    let after = table("after", DoseBasis::Delivered { activity_gbq: Some(8.0) }, &[(1, "rib", 32.0)]);
    let found = Comparison::new(&before, &after).unwrap();
    assert_relative_eq!(found.lesions[0].ratio.unwrap().value, 8.0, max_relative = 1e-6);
    assert_eq!((found.before.1, found.after.1), (Outcome::NotMet, Outcome::Met));
    let text = found.terminal();
    assert!(
        text.contains("rib: 0.500 ± 0.050 -> 4.00 ± 0.40 (x 8.0 ± 1.1), uncorrected; 20 Gy missed, sure, then reached, sure"),
        "{text}"
    );
    assert!(text.contains("protocol: not met, sure, then met, sure (changed)"), "{text}");
    let csv = found.csv().unwrap();
    assert!(
        csv.lines().nth(1).unwrap().starts_with("rib,1,1,uncorrected,0.5,0.05,4,0.4,8,1.1313708,no,yes,"),
        "{csv}"
    );
}

#[test]
fn corrected_and_uncorrected_means_are_not_mixed() {
    let mut before = per_gbq("before", &[(1, "rib", 1.0)]);
    let after = per_gbq("after", &[(1, "rib", 2.0)]);
    before.lesions[0].corrected_per_gbq = Some(Quantity::new(1.6, Some(0.3)));
    before.lesions[0].mean_used = MeanChoice::Corrected;
    let mut found = Comparison::new(&before, &after).unwrap().lesions.remove(0);
    assert_eq!((found.mean_used, found.ratio.unwrap().value), (MeanChoice::Uncorrected, 2.0));
    assert!(found.remarks.pop().unwrap().contains("only one of the two means was corrected"));
}

#[test]
fn a_dark_lesion_has_no_ratio() {
    let (before, after) = (per_gbq("before", &[(1, "rib", 0.0)]), per_gbq("after", &[(1, "rib", 2.0)]));
    let found = Comparison::new(&before, &after).unwrap().lesions.remove(0);
    assert_eq!((found.ratio, found.remarks[0].as_str()), (None, "nothing was taken up before: no ratio"));
}

#[test]
fn what_cannot_be_compared_is_refused_by_name() {
    let before = per_gbq("before", &[(1, "rib", 1.0)]);
    let mut other = before.clone();
    other.nuclide = "Lu-177".into();
    let text = Comparison::new(&before, &other).unwrap_err().to_string();
    assert_eq!(text, "nuclide: found I-131 before and Lu-177 after, expected the same nuclide of therapy");
    let mut other = before.clone();
    other.protocol.goal_gy = 30.0;
    assert!(
        Comparison::new(&before, &other)
            .unwrap_err()
            .to_string()
            .starts_with("protocol.goal_Gy: found 20 Gy")
    );
    let unit = table("after", DoseBasis::Delivered { activity_gbq: None }, &[(1, "rib", 32.0)]);
    let text = Comparison::new(&before, &unit).unwrap_err().to_string();
    assert!(text.starts_with("unit: found Gy/GBq before and Gy of an unknown activity after"), "{text}");
}
