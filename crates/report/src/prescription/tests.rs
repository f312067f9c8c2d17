use super::*;
use crate::report::example;
use crate::{Budget, LesionInput, LesionResult, Settings};
use approx::assert_relative_eq;

const PER_GBQ: DoseBasis = DoseBasis::PerActivity;

/// A lesion of this mean (unit of the basis) and relative u, from calibration.
fn lesion(basis: DoseBasis, label: u32, mean: f32, relative_u: Option<f64>) -> LesionResult {
    let input = LesionInput {
        label,
        name: format!("lesion {label}"),
        doses: vec![mean; 3],
        volume_ml: 30.0,
        budget: Budget::new().with("calibration", relative_u),
        effective_half_life_h: Some(60.0),
        ..LesionInput::default()
    };
    input.judge(&Settings::new(basis)).unwrap()
}

fn evidence(result: &LesionResult) -> LesionEvidence<'_> {
    LesionEvidence { result, lesion_type: LesionType::Metastasis, earlier: None, voxels: &[] }
}

fn limits() -> Vec<LimitInput> {
    let per_gbq = Quantity::new(0.25, Some(0.02));
    vec![
        LimitInput {
            name: "administered activity".into(),
            limit: 11.1,
            unit: "GBq",
            evidence: LimitEvidence::Administered,
        },
        LimitInput {
            name: "blood dose".into(),
            limit: 2.0,
            unit: "Gy",
            evidence: LimitEvidence::PerActivity { per_gbq, earlier: None },
        },
        LimitInput {
            name: "48 h retention".into(),
            limit: 4.44,
            unit: "GBq",
            evidence: LimitEvidence::NotChecked("no whole-body samples".into()),
        },
    ]
}

fn prescribe<'a>(basis: DoseBasis, lesions: Vec<LesionEvidence<'a>>) -> PrescriptionInput<'a> {
    PrescriptionInput {
        case_id: "demo",
        nuclide: "I-131",
        basis,
        protocol: Protocol::default(),
        limits: limits(),
        limit_margin_k: 0.0,
        lesions,
        models: ModelChoice::default(),
    }
}

#[test]
fn per_activity_the_allowed_activity_gives_the_doses() {
    let results = [lesion(PER_GBQ, 1, 4.0, Some(0.15)), lesion(PER_GBQ, 2, 0.5, Some(0.15))];
    let table = Prescription::new(&prescribe(PER_GBQ, results.iter().map(evidence).collect()));
    assert_eq!(table.occasion, Occasion::Allowed { activity_gbq: Some(8.0) });
    let first = &table.lesions[0];
    assert_eq!(first.dose.unwrap().value, 32.0);
    assert_relative_eq!(first.dose.unwrap().u.unwrap(), 4.8, max_relative = 1e-9);
    assert_eq!(
        first.goals.iter().map(|goal| goal.reached.unwrap()).collect::<Vec<_>>(),
        [true, false, false]
    );
    assert_relative_eq!(first.goals[0].margin_k.unwrap(), 2.5, max_relative = 1e-9);
    assert_eq!(first.goals[1].activity_gbq.unwrap().value, 20.0);
    let reached: Vec<String> = table.goals.iter().map(ReachedGoal::describe).collect();
    assert_eq!(
        reached,
        [
            "20 Gy: of 2 metastases 1 sure (1), 1 missed (2)",
            "80 Gy: of 2 metastases 2 missed (1, 2)",
            "100 Gy: of 2 metastases 2 missed (1, 2)"
        ]
    );
    let verdict = &table.verdict;
    assert_eq!((verdict.outcome, verdict.reaching.as_slice()), (Outcome::Met, &[1][..]));
    assert_eq!(verdict.certainty, Certainty::Sure);
    assert_relative_eq!(verdict.probability.unwrap(), 0.993_790, epsilon = 1e-6);
    assert!(
        verdict.sentence.contains("1 of 2 metastases would get at least 20 Gy from 8.00 GBq"),
        "{}",
        verdict.sentence
    );
    assert!(verdict.sentence.contains("set by blood dose (2 Gy)"), "{}", verdict.sentence);
    assert_eq!(verdict.not_checked, ["48 h retention (4.44 GBq): no whole-body samples"]);
    assert!(verdict.cannot_know.contains("stunning") && verdict.cannot_know.contains("rhTSH"));
}

/// The basis is how doses were written, not what they are.
#[test]
fn a_planned_activity_changes_no_row() {
    let planned = DoseBasis::Planned { activity_gbq: 12.0 };
    let (a, b) = (lesion(PER_GBQ, 1, 4.0, Some(0.15)), lesion(planned, 1, 48.0, Some(0.15)));
    let a = Prescription::new(&prescribe(PER_GBQ, vec![evidence(&a)]));
    let b = Prescription::new(&prescribe(planned, vec![evidence(&b)]));
    let means = [&a, &b].map(|table| table.lesions[0].dose.unwrap());
    assert_relative_eq!(means[0].value, means[1].value, max_relative = 1e-6);
    assert_relative_eq!(means[0].u.unwrap(), means[1].u.unwrap(), max_relative = 1e-6);
    assert!(b.verdict.sentence.contains("The planned 12 GBq are more than the limits allow"));
    assert!(!a.verdict.sentence.contains("planned"));
}

#[test]
fn after_therapy_the_delivered_dose_counts() {
    let basis = DoseBasis::Delivered { activity_gbq: Some(10.0) };
    let result = lesion(basis, 1, 60.0, Some(0.1));
    let mut with_history = evidence(&result);
    with_history.earlier = Some(Quantity::new(25.0, Some(8.0)));
    let table = Prescription::new(&prescribe(basis, vec![with_history]));
    let row = &table.lesions[0];
    assert_relative_eq!(row.dose.unwrap().value, 60.0, max_relative = 1e-9);
    assert_relative_eq!(row.per_gbq().unwrap().value, 6.0, max_relative = 1e-9);
    assert_eq!(row.total.unwrap(), Quantity::new(85.0, Some(10.0)));
    assert_relative_eq!(row.goals[1].missing_gy.unwrap(), 20.0, max_relative = 1e-9);
    let sentence = &table.verdict.sentence;
    assert!(sentence.contains("1 of 1 metastasis got at least 20 Gy from the 10 GBq given"), "{sentence}");
    assert!(sentence.contains("Exceeded by the estimates: blood dose (2 Gy)."), "{sentence}");
    assert!(table.verdict.cannot_know.starts_with("Images of a therapy"));
}

#[test]
fn an_unknown_activity_after_therapy_leaves_the_doses() {
    let basis = DoseBasis::Delivered { activity_gbq: None };
    let result = lesion(basis, 1, 60.0, None);
    let table = Prescription::new(&prescribe(basis, vec![evidence(&result)]));
    let row = &table.lesions[0];
    assert_eq!((row.per_gbq(), row.goals[0].activity_gbq), (None, None));
    assert_eq!(row.goals[0].reached, Some(true));
    assert_eq!(table.verdict.probability, None);
    assert!(table.verdict.sentence.contains("u is unknown"), "{}", table.verdict.sentence);
    assert!(row.u_lacks.contains(&"calibration".to_owned()));
}

#[test]
fn without_a_checked_limit_there_is_no_activity() {
    let result = lesion(PER_GBQ, 1, 4.0, Some(0.1));
    let mut input = prescribe(PER_GBQ, vec![evidence(&result)]);
    input.limits = limits().split_off(2);
    let table = Prescription::new(&input);
    assert_eq!(table.occasion.activity_gbq(), None);
    assert_eq!((table.lesions[0].dose, table.verdict.outcome), (None, Outcome::Unknown));
    assert_eq!(table.lesions[0].goals[0].activity_gbq.unwrap().value, 5.0);
    let read: Prescription = serde_json::from_str(&table.json().unwrap()).unwrap();
    assert_eq!((read.occasion, read.verdict), (table.occasion, table.verdict));
}

#[test]
fn a_remnant_has_its_own_goal_and_no_vote() {
    let results = [lesion(PER_GBQ, 1, 40.0, Some(0.1)), lesion(PER_GBQ, 2, 1.0, Some(0.1))];
    let mut lesions: Vec<_> = results.iter().map(evidence).collect();
    lesions[0].lesion_type = LesionType::Remnant;
    let table = Prescription::new(&prescribe(PER_GBQ, lesions));
    assert_eq!(table.lesions[0].goals.len(), 1);
    assert_eq!(table.lesions[0].goals[0].reached, Some(true));
    assert_eq!(table.verdict.outcome, Outcome::NotMet);
    assert!(table.verdict.sentence.starts_with("Not met, sure: by the estimates 0 of 1 metastasis"));
}

#[test]
fn what_is_unknown_keeps_the_verdict_open() {
    let lost = example::lost("pelvis");
    let table = Prescription::new(&prescribe(PER_GBQ, vec![evidence(&lost)]));
    assert_eq!(table.verdict.outcome, Outcome::Unknown);
    assert!(table.verdict.sentence.contains("(1 of unknown dose)"));
    assert_eq!(table.lesions[0].remarks, ["dose unknown: not in the activity image"]);
    let none = Prescription::new(&prescribe(PER_GBQ, vec![]));
    assert_eq!(none.verdict.outcome, Outcome::NotMet);
}

#[test]
fn a_normal_distribution_is_not_trusted_where_it_reaches_below_zero() {
    let results = [lesion(PER_GBQ, 1, 4.0, Some(0.6)), lesion(PER_GBQ, 2, 4.0, Some(0.4))];
    let table = Prescription::new(&prescribe(PER_GBQ, results.iter().map(evidence).collect()));
    assert_eq!(table.lesions[0].remarks, ["u is over half of the dose: probabilities are rough"]);
    assert!(table.lesions[1].remarks.is_empty());
}

/// 118 Gy with u = 185 Gy: far above 20 Gy by the estimate, and yet not known to reach it.
#[test]
fn a_verdict_is_no_surer_than_its_lesions() {
    let verdict = |lesions: &[(f32, f64)]| {
        let results: Vec<LesionResult> =
            (1..).zip(lesions).map(|(label, (mean, u))| lesion(PER_GBQ, label, *mean, Some(*u))).collect();
        Prescription::new(&prescribe(PER_GBQ, results.iter().map(evidence).collect())).verdict
    };
    // At 8 GBq.
    let open = verdict(&[(14.75, 1.57)]);
    assert_eq!((open.outcome, open.certainty), (Outcome::Met, Certainty::NotDecided));
    assert!(
        open.sentence.starts_with("Not decided: by the estimates 1 of 1 metastasis would get"),
        "{open:?}"
    );
    assert!(open.sentence.contains("it is 70 %."), "{}", open.sentence);
    assert!(open.sentence.contains("The u behind it lacks"), "{}", open.sentence);
    let likely = verdict(&[(4.0, 0.3), (1.0, 0.1)]);
    assert_eq!((likely.outcome, likely.certainty), (Outcome::Met, Certainty::Likely));
    // None reaches it, but ten may by chance: one of them is no longer unlikely.
    let many = verdict(&[(2.0, 0.2); 10]);
    assert_eq!((many.outcome, many.certainty), (Outcome::NotMet, Certainty::NotDecided));
    assert!(
        many.sentence.contains("11 % to above 99 %") || many.sentence.contains("at least 11 %"),
        "{}",
        many.sentence
    );
    assert_eq!(verdict(&[(2.0, 0.2)]).certainty, Certainty::Likely);
}

#[test]
fn records_of_lesions_say_which_goals_they_reach() {
    let mut results = vec![lesion(PER_GBQ, 1, 4.0, Some(0.15)), lesion(PER_GBQ, 2, 4.0, None)];
    let table = Prescription::new(&prescribe(PER_GBQ, results.iter().map(evidence).collect()));
    table.mark(&mut results);
    assert_eq!(results[0].goals_activity_gbq, Some(8.0));
    let csv = crate::csv::lesions_csv(&results).unwrap();
    assert!(csv.contains("8,\"20 Gy reached, sure; 80 Gy missed, sure; 100 Gy missed, sure\""), "{csv}");
    assert!(csv.contains("20 Gy reached by the estimate, u unknown"), "{csv}");
    let json = serde_json::to_value(&results[0]).unwrap();
    assert_eq!(json["goals"][0]["certainty"], "sure");
}

#[test]
fn several_lesions_needed_go_by_the_last_of_them() {
    let results = [lesion(PER_GBQ, 1, 4.0, Some(0.1)), lesion(PER_GBQ, 2, 2.5, Some(0.1))];
    let mut input = prescribe(PER_GBQ, results.iter().map(evidence).collect());
    input.protocol.lesions_needed = 2;
    let table = Prescription::new(&input);
    assert_eq!(table.verdict.outcome, Outcome::Met);
    assert_relative_eq!(table.verdict.probability.unwrap(), 0.5, epsilon = 1e-9);
    input.protocol.lesions_needed = 3;
    let table = Prescription::new(&input);
    assert_eq!((table.verdict.outcome, table.verdict.probability), (Outcome::NotMet, None));
}

#[test]
fn the_corrected_mean_is_used_where_there_is_one_and_both_are_shown() {
    let mut result = lesion(PER_GBQ, 1, 4.0, Some(0.1));
    result.dose.as_mut().unwrap().mean_corrected = Some(5.0);
    let mut input = prescribe(PER_GBQ, vec![evidence(&result)]);
    let row = Prescription::new(&input).lesions.remove(0);
    assert_eq!(row.mean_used, MeanChoice::Corrected);
    assert_eq!((row.uncorrected_per_gbq.unwrap().value, row.corrected_per_gbq.unwrap().value), (4.0, 5.0));
    assert_eq!(row.dose.unwrap().value, 40.0);
    input.protocol.mean = MeanChoice::Uncorrected;
    let row = Prescription::new(&input).lesions.remove(0);
    assert_eq!((row.mean_used, row.dose.unwrap().value), (MeanChoice::Uncorrected, 32.0));
    assert_eq!(row.corrected_per_gbq.unwrap().value, 5.0);
}

#[test]
fn texts_hold_every_lesion_and_come_back() {
    let results = [lesion(PER_GBQ, 1, 4.0, Some(0.15)), example::lost("a, \"b\"")];
    let mut input = prescribe(PER_GBQ, results.iter().map(evidence).collect());
    input.models.bed = Some(crate::bed::BedParameters::new(10.0, 1.5).unwrap());
    let table = Prescription::new(&input);
    let read: Prescription = serde_json::from_str(&table.json().unwrap()).unwrap();
    assert_eq!((&read.limits, &read.lesions[1]), (&table.limits, &table.lesions[1]));
    assert_eq!(
        (read.lesions[0].dose, read.verdict.sentence),
        (table.lesions[0].dose, table.verdict.sentence.clone())
    );
    let csv = table.csv().unwrap();
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6);
    assert_eq!((&rows[0][8], &rows[0][9], &rows[0][15], &rows[0][18]), ("8", "32", "20", "yes"));
    assert!(rows[0][23].starts_with("BED = ") && rows[0][22].contains("kinetics fit"), "{:?}", rows[0]);
    assert_eq!((&rows[3][1], &rows[3][9], &rows[3][18]), ("a, \"b\"", "", ""));
    let terminal = table.terminal();
    assert!(
        terminal.starts_with("largest allowed activity: 8.00 GBq, set by blood dose (2 Gy)\n"),
        "{terminal}"
    );
    assert!(terminal.contains("not checked: 48 h retention"), "{terminal}");
    assert!(
        terminal.contains("lesion 1: 32.0 ± 4.8 Gy (uncorrected); 20 Gy reached, sure (P above 99 %)"),
        "{terminal}"
    );
}
