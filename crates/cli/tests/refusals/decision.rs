//! Limits, organs, samples and comparisons that cannot be.

use crate::common::{CASE, Study, edited};
use crate::{refused, run_refused};

#[test]
fn labels_that_no_voxel_has_are_named() {
    let study = Study::small();
    let organ = "[[organ]]\nname = \"lungs\"\nkind = \"lung\"\nlabel = 9\n";
    run_refused(
        &study,
        &format!("{CASE}{organ}"),
        &["organ[0].label: found no voxel of label 9 in", "lesions.nii.gz"],
    );
    run_refused(
        &study,
        &format!("{CASE}[protocol]\nremnants = [7]\n"),
        &["protocol.remnants: found label 7, expected a label of"],
    );
    let earlier = "[[earlier]]\ndate = \"2020\"\nlesion_dose_Gy = { 8 = 3 }\n";
    run_refused(&study, &format!("{CASE}{earlier}"), &["earlier.lesion_dose_Gy: found label 8"]);
    let absent = "[[organ]]\nname = \"lungs\"\nkind = \"lung\"\npath = \"none.nii.gz\"\n";
    run_refused(&study, &format!("{CASE}{absent}"), &["none.nii.gz"]);
}

#[test]
fn samples_are_refused_by_file_and_line() {
    let study = Study::small();
    let text = format!("{CASE}[blood]\npath = \"samples.csv\"\nbody_mass_kg = 70\n");
    run_refused(&study, &text, &["samples.csv"]);
    std::fs::write(study.path("samples.csv"), "time_h,sample,value,unit\n24,blood,-1,%/L\n").unwrap();
    run_refused(&study, &text, &["samples.csv:2: value: found \"-1\""]);
    std::fs::write(study.path("samples.csv"), "time_h,sample,value,unit\n24,blood,1,%/L\n").unwrap();
    run_refused(&study, &text, &["samples.csv:2: u: found nothing", "blood.sample_u"]);
    let other = edited(&[("nuclide = \"I-131\"", "nuclide = \"Lu-177\"")])
        + "[blood]\npath = \"samples.csv\"\nbody_mass_kg = 70\n";
    run_refused(&study, &other, &["blood beside therapy.nuclide: found Lu-177, expected I-131"]);
}

#[test]
fn folders_without_a_table_are_not_compared() {
    let study = Study::small();
    refused(&study, &["compare", "a", "b"], 2, &["prescription.json: file: found none", "iodose run"]);
}
