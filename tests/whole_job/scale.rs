//! The scale of the dose: energy is conserved, and the numbers are those of a calculation by hand.

use crate::common::{CASE, Study, WITH_DENSITY, edited, json, read, sampled};
use iodose::volume::Grid;
use std::f64::consts::LN_2;

const JOULE_PER_MEV: f64 = 1.602_176_634e-13;
/// Hours. ICRP Publication 107.
const HALF_LIFE_I124: f64 = 4.176 * 24.0;
const HALF_LIFE_I131: f64 = 8.0207 * 24.0;

/// Time-integrated activity of 131I (Bq.s) for 7.4 GBq from 1 Bq of 124I 24 h after 74 MBq, effective half-life 60 h.
fn decays_per_imaged_becquerel() -> f64 {
    let (imaged, therapy) = (LN_2 / HALF_LIFE_I124, LN_2 / HALF_LIFE_I131);
    let biological = LN_2 / 60.0 - imaged;
    let at_administration = (7400.0 / 74.0) * libm::exp(LN_2 / 60.0 * 24.0);
    at_administration / (biological + therapy) * 3600.0
}

#[test]
fn iodine_124_becomes_iodine_131_as_by_hand() {
    let study = Study::small();
    let outcome = study.run(CASE);
    let image = read(&study.path("activity.nii.gz"));
    let becquerel: f64 = image.data().iter().map(|&value| f64::from(value) * 0.064).sum();
    let expected = becquerel * decays_per_imaged_becquerel();
    assert!((outcome.record.time_integrated_activity / expected - 1.0).abs() < 1e-5);
    // 64 voxels of 0.064 mL with 50 kBq/mL, in MBq.h.
    let lesion = &outcome.report.lesions[0];
    let expected = 64.0 * 0.064 * 5e4 * decays_per_imaged_becquerel() / 3.6e9;
    assert!((lesion.time_integrated_activity_mbq_h.unwrap() / expected - 1.0).abs() < 1e-5);
    let half_life = 1.0 / (1.0 / 60.0 - 1.0 / HALF_LIFE_I124 + 1.0 / HALF_LIFE_I131);
    assert!((lesion.effective_half_life_h.unwrap() / half_life - 1.0).abs() < 1e-9);
}

#[test]
fn three_images_of_one_decay_give_what_one_with_its_half_life_gives() {
    let study = Study::small();
    let single = study.run(CASE).record.time_integrated_activity;
    let image = read(&study.path("activity.nii.gz"));
    let mut images = String::new();
    for time in [24.0, 48.0, 96.0] {
        let decayed = libm::exp(-LN_2 / 60.0 * (time - 24.0));
        study.image(&format!("at_{time}.nii.gz"), &image.map(|&value| (f64::from(value) * decayed) as f32));
        images += &format!(
            "[[image]]\npath = \"at_{time}.nii.gz\"\nmodality = \"PET\"\nnuclide = \"I-124\"\nunit = \"Bq/mL\"\n\
             time_h = {time:.1}\n"
        );
    }
    let first_image = &CASE[CASE.find("[[image]]").unwrap()..CASE.find("[ct]").unwrap()];
    let text = edited(&[
        (first_image, &images),
        ("[kinetics]\neffective_half_life_h = 60.0\n", ""),
        ("20000", "2000"),
    ]);
    let fitted = study.run(&text).record.time_integrated_activity;
    assert!((fitted / single - 1.0).abs() < 1e-4, "{fitted} vs {single}");
}

#[test]
fn what_is_emitted_is_scored_or_escapes_and_the_dose_map_holds_it() {
    let study = Study::small();
    let outcome = study.run(&edited(&[WITH_DENSITY]));
    let record = json(&study.path("out/run.json"));
    let energy = |key: &str| record["energy_MeV_per_decay"][key].as_f64().unwrap();
    let rest = energy("emitted") - energy("scored") - energy("escaped");
    assert!(rest.abs() < 1e-9 * energy("emitted"), "{rest}");
    assert!(energy("escaped") > 0.0);

    let (dose, density) = (read(&study.path("out/dose.nii.gz")), read(&study.path("density.nii.gz")));
    let joule: f64 = dose
        .data()
        .iter()
        .zip(density.data())
        .map(|(&dose, &density)| f64::from(dose) * f64::from(density) * 0.064e-3)
        .sum();
    let expected = energy("scored") * outcome.record.time_integrated_activity * JOULE_PER_MEV;
    assert!((joule / expected - 1.0).abs() < 1e-5, "{joule} vs {expected}");
}

#[test]
fn deep_inside_uniform_activity_all_that_is_emitted_is_absorbed() {
    // Two metres of water, 1 kBq/mL of 131I at 24 h, effective half-life 60 h. The middle is 650 mm from the edge, seven
    // mean free paths: as much energy comes in as goes out.
    let study = Study::empty();
    let grid = Grid::axis_aligned([40; 3], [50.0; 3], [-975.0; 3]).unwrap();
    study.image("activity.nii.gz", &sampled(grid, |_| 1e3));
    study.image("density.nii.gz", &sampled(grid, |_| 1.0));
    let lesions = &CASE[CASE.find("[lesions]").unwrap()..CASE.find("[administration]").unwrap()];
    let administration = "[administration]\nactivity_MBq = 74.0\n";
    let text = edited(&[
        ("pre-therapy", "post-therapy"),
        ("\"I-124\"", "\"I-131\""),
        (lesions, ""),
        (administration, ""),
        WITH_DENSITY,
        ("20000", "300000"),
    ]);
    let outcome = study.run(&text);
    let decays_per_gram = 1e3 * libm::exp(LN_2 / 60.0 * 24.0) * 60.0 * 3600.0 / LN_2;
    let total = decays_per_gram * 8e6;
    assert!((outcome.record.time_integrated_activity / total - 1.0).abs() < 1e-5);

    // Beta, conversion, Auger, gamma and X per decay, MeV: ICRP Publication 107.
    let emitted = 0.18187 + 0.009567 + 0.000413 + 0.38124 + 0.001522;
    let expected = decays_per_gram * emitted * JOULE_PER_MEV * 1e3;
    let dose = &outcome.maps.dose;
    let central = |offset: &usize| grid.index(*offset).iter().all(|n| (13..27).contains(n));
    let doses: Vec<f64> =
        (0..dose.data().len()).filter(central).map(|offset| f64::from(dose.data()[offset])).collect();
    let mean = doses.iter().sum::<f64>() / doses.len() as f64;
    // 13 000 decays in the middle, each leaving its mark to half its energy: 0.5 %.
    assert!((mean / expected - 1.0).abs() < 0.02, "{mean} Gy, by hand {expected} Gy");
}
