//! What no image can say and a decision may need: sections that are comments until somebody states them.

use crate::case::Modality;
use crate::init::choose::Choice;
use crate::init::page::Page;
use toml::Value;

pub(super) fn write(page: &mut Page, choice: &Choice<'_>) {
    recovery(page);
    organs(page);
    blood(page);
    limits(page);
    page.section("# [protocol]  # the question that the verdict answers");
    page.optional("goal_Gy", 20, "mean dose that metastases must reach");
    page.optional("lesions_needed", 1, "how many of them must");
    page.optional("metastasis_goals_Gy", list(&[20, 80, 100]), "goals that the table shows");
    page.optional("remnant_goals_Gy", list(&[300]), "the same for remnants of the thyroid");
    page.optional("remnants", list(&[2]), "labels of lesions that are remnants; the others are metastases");
    page.optional("mean", "corrected", "for partial volume, where it can be; or \"uncorrected\"");
    page.section("# [[earlier]]  # one section per earlier treatment; doses are added up");
    page.optional("date", "2021-03", "");
    page.optional(
        "lesion_dose_Gy",
        doses("1"),
        "mean doses by label; and organ_dose_Gy = { lungs = 6.0 } by organ",
    );
    page.optional("dose_u", 0.2, "their relative standard uncertainty; unknown where absent");
    page.section("# [radiobiology]  # models, not measurements: none is computed where this is absent");
    page.optional_number("alpha_beta_Gy", "for BED, beside the next");
    page.optional_number("repair_half_time_h", "for BED");
    page.optional_number(
        "alpha_per_Gy",
        "for EUD of equal survival; or eud_a, the exponent of the generalised one",
    );
    if choice.modality == Modality::Spect {
        page.remark(
            "After a therapy the doses are those that were given, and the limits show what was exceeded.",
        );
    }
}

fn recovery(page: &mut Page) {
    page.section("# [recovery]  # how means are corrected for the blur of the images");
    page.optional("method", "auto", "by the phantom's spheres, else by resolution_mm, else not; or \"none\"");
    let why = "the site's phantom: diameter_mm,recovery,u; or spheres = [[10.0, 0.41, 0.03], ...]";
    page.optional("spheres_file", "spheres.csv", why);
    page.optional("resolution_u", 0.058, "relative standard uncertainty of resolution_mm");
    page.optional_number(
        "outline_resolution_mm",
        "FWHM of the image that the lesions were drawn on; 0 for a CT",
    );
}

fn organs(page: &mut Page) {
    page.section("# [[organ]]  # one section per organ; lungs are checked against 25 Gy");
    page.optional("name", "lungs", "");
    page.optional("kind", "lung", "or \"marrow\", \"salivary\", \"other\"");
    page.optional(
        "path",
        "lungs.nii.gz",
        "label map, SEG or RTSTRUCT; or only label = 9, one of the lesions' map",
    );
    page.optional_number("limit_Gy", "mean dose that it may have; of lungs else 25");
    page.remark("effective_half_life_h may stand here too, of the imaged nuclide in it");
}

fn blood(page: &mut Page) {
    page.section("# [blood]  # samples, for the limits of blood dose and retention");
    let why = "columns time_h,sample,value,unit,u; samples whole-body and blood";
    page.optional("path", "samples.csv", why);
    page.optional_number("body_mass_kg", "of the patient");
    page.optional_number("blood_volume_mL", "estimates the blood dose where there are no blood samples");
    page.optional("sample_u", 0.05, "relative standard uncertainty of samples that state none");
}

fn limits(page: &mut Page) {
    page.section("# [limits]  # what the patient may have");
    page.optional("administered_GBq", 11.1, "");
    page.optional("blood_Gy", 2, "");
    page.optional(
        "retention_48h_GBq",
        4.44,
        "with diffuse lung disease retention_48h_diffuse_lung_GBq = 2.96",
    );
    page.optional("lung_Gy", 25, "mean of the lungs; published limits run from 25 to 30");
    page.optional("diffuse_lung_disease", false, "");
    page.optional("margin_k", 0, "standard uncertainties to spare below estimated limits");
}

fn list(values: &[i64]) -> Value {
    values.iter().map(|&value| Value::from(value)).collect::<Vec<_>>().into()
}

fn doses(label: &str) -> Value {
    Value::Table(std::iter::once((label.to_owned(), Value::from(12.5))).collect())
}
