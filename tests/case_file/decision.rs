//! What belongs to the decision: limits, protocol, organs, samples, earlier treatments, models.

use super::{DEMO, path, read, refusal};
use iodose::case::*;

const ORGANS: &str = r#"
[[organ]]
name = "lungs"
kind = "lung"
path = "lungs.nii.gz"

[[organ]]
name = "left parotid"
kind = "salivary"
label = 9
effective_half_life_h = 12
"#;

fn with(more: &str) -> String {
    format!("{DEMO}{more}")
}

#[test]
fn everything_of_the_decision_is_read() {
    let more = r#"
[blood]
path = "samples.csv"
body_mass_kg = 64
blood_volume_mL = 5040
sample_u = 0.05

[limits]
administered_GBq = 7.4
blood_Gy = 1.5
lung_Gy = 27
diffuse_lung_disease = true
margin_k = 1

[protocol]
lesions_needed = 2
goal_Gy = 30
metastasis_goals_Gy = [30, 60.5]
remnants = [3]
mean = "uncorrected"

[[earlier]]
date = "2021-03"
lesion_dose_Gy = { 1 = 12.5 }
organ_dose_Gy = { lungs = 6, "left parotid" = 3 }
dose_u = 0.2

[radiobiology]
alpha_beta_Gy = 10
repair_half_time_h = 1.5
eud_a = -10
"#;
    let text = with(&(ORGANS.to_owned() + more));
    let case = read(&text).unwrap();
    assert_eq!(case.organs.len(), 2);
    assert_eq!((&case.organs[0].path, case.organs[0].kind), (&Some(path("lungs.nii.gz")), OrganKind::Lung));
    assert_eq!((case.organs[1].label, case.organs[1].effective_half_life_h), (Some(9), Some(12.0)));
    assert_eq!(case.blood.as_ref().unwrap().blood_volume_ml, Some(5040.0));
    assert_eq!((case.limits.retention_limit_gbq(), case.limits.lung_gy), (2.96, 27.0));
    assert_eq!((case.protocol.lesions_needed, case.protocol.mean), (2, ProtocolMean::Uncorrected));
    assert_eq!(case.protocol.remnant_goals_gy, [300.0]);
    assert_eq!(case.earlier[0].organ_dose_gy["left parotid"], 3.0);
    let models = case.radiobiology.as_ref().unwrap().models();
    assert!(models.bed.is_some() && models.eud.is_some());
    assert_eq!(read(&toml::to_string(&case).unwrap()).unwrap(), case);
}

#[test]
fn what_cannot_be_is_refused_with_its_line() {
    let first = DEMO.lines().count() + 1;
    for (more, expected) in [
        ("[limits]\nblood_Gy = -2", "limits.blood_Gy: found -2, expected an absorbed dose in Gy, above 0"),
        (
            "[limits]\nadministered_GBq = 0",
            "limits.administered_GBq: found 0, expected an activity in GBq, above 0",
        ),
        (
            "[limits]\nmargin_k = 6",
            "limits.margin_k: found 6, expected a number of standard uncertainties from 0 to 5",
        ),
        (
            "[limits]\ndiffuse_lung_disease = 1",
            "limits.diffuse_lung_disease: found 1, expected true or false",
        ),
        ("[limits]\nblod_Gy = 2", "limits.blod_Gy: unknown key, did you mean \"blood_Gy\"?"),
        ("[protocol]\ngoal_Gy = 0", "protocol.goal_Gy: found 0, expected an absorbed dose in Gy, above 0"),
        (
            "[protocol]\nmetastasis_goals_Gy = [20, -80]",
            "protocol.metastasis_goals_Gy: found [20, -80], expected absorbed doses in Gy, above 0, such as [20, 80, 100]",
        ),
        (
            "[protocol]\nlesions_needed = 0",
            "protocol.lesions_needed: found 0, expected a number of lesions from 1 to 65535",
        ),
        (
            "[protocol]\nremnants = [0]",
            "protocol.remnants: found [0], expected lesion labels from 1 to 65535, such as [3]",
        ),
        (
            "[protocol]\nmean = \"best\"",
            "protocol.mean: found \"best\", expected \"corrected\" or \"uncorrected\"",
        ),
        (
            "[radiobiology]\nalpha_beta_Gy = 10",
            "radiobiology.alpha_beta_Gy: found 10, expected it only beside repair_half_time_h",
        ),
        ("[radiobiology]\neud_a = 0", "radiobiology.eud_a: found 0, expected a number other than 0"),
    ] {
        assert_eq!(refusal(&with(more)), format!("demo.toml:{}: {expected}", first + 1), "{more}");
    }
    for (more, expected) in [
        ("[blood]\npath = \"s.csv\"", "blood.body_mass_kg: missing, expected a body mass from 1 to 1000 kg"),
        (
            "[[organ]]\nname = \"x\"\nkind = \"lung\"",
            "organ[0].label: missing, expected a label of the lesions' label map, or a path",
        ),
        ("[organ]\nname = \"x\"", "organ: found a table, expected [[organ]] sections, one per organ"),
    ] {
        assert_eq!(refusal(&with(more)), format!("demo.toml:{first}: {expected}"), "{more}");
    }
}

#[test]
fn organs_and_earlier_treatments_must_fit_each_other() {
    let twice = with(&ORGANS.replace("left parotid", "lungs"));
    assert!(
        refusal(&twice).ends_with("organ[1].name: found \"lungs\", expected a name that no other organ has")
    );
    let stranger = with(&format!("{ORGANS}[[earlier]]\ndate = \"2021\"\norgan_dose_Gy = {{ liver = 3 }}"));
    assert!(
        refusal(&stranger)
            .ends_with("earlier[0].organ_dose_Gy: found \"liver\", expected the name of an [[organ]]")
    );
    let empty = with("[[earlier]]\ndate = \"2021\"");
    assert!(refusal(&empty).contains("a treatment without doses adds nothing"));
    let negative = with("[[earlier]]\ndate = \"2021\"\nlesion_dose_Gy = { 1 = -3 }");
    assert!(
        refusal(&negative)
            .ends_with("earlier[0].lesion_dose_Gy.1: found -3, expected an absorbed dose in Gy, 0 or more")
    );
    let regions = with(&ORGANS.replace("kind = \"lung\"", "kind = \"lung\"\nregions = [\"Lung_L\"]"));
    assert!(refusal(&regions).contains("a label map has no names"));
}
