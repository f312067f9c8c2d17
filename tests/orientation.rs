//! The order and direction of the axes in a file are no part of the patient: the dose is the same at the same place.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]

mod common;

use common::{CASE, Study, body, grid, sampled};
use iodose::Outcome;
use iodose::volume::{Affine, Grid};

/// The same voxels, with axis `order[a]` of the grid as axis `a`, run through backwards where `flip[a]`.
fn reordered(grid: Grid, order: [usize; 3], flip: [bool; 3]) -> Grid {
    let old = grid.affine();
    let mut affine = *old;
    for axis in 0..3 {
        let column = old.columns[order[axis]];
        affine.columns[axis] = column;
        if flip[axis] {
            let steps = (grid.size()[order[axis]] - 1) as f64;
            affine.columns[axis] = column.map(|x| -x);
            affine.origin = std::array::from_fn(|n| affine.origin[n] + steps * column[n]);
        }
    }
    Grid::new(order.map(|axis| grid.size()[axis]), affine).unwrap()
}

/// A place turned about an oblique axis by 25 degrees.
fn turned(place: [f64; 3]) -> [f64; 3] {
    let (axis, angle) = ([2.0 / 3.0, 2.0 / 3.0, 1.0 / 3.0], 25.0f64.to_radians());
    // Rodrigues' formula.
    let dot: f64 = (0..3).map(|n| axis[n] * place[n]).sum();
    std::array::from_fn(|n| {
        let (a, b) = ((n + 1) % 3, (n + 2) % 3);
        let cross = axis[a] * place[b] - axis[b] * place[a];
        place[n] * libm::cos(angle) + cross * libm::sin(angle) + axis[n] * dot * (1.0 - libm::cos(angle))
    })
}

fn turned_grid(grid: Grid) -> Grid {
    let affine = Affine { columns: grid.affine().columns.map(turned), origin: turned(grid.affine().origin) };
    Grid::new(grid.size(), affine).unwrap()
}

/// A study whose files lie on the grids given.
fn study(activity: Grid, ct: Grid, lesions: Grid) -> Study {
    let study = Study::empty();
    study.image("activity.nii.gz", &sampled(activity, |place| body(place).1));
    study.image("ct.nii.gz", &sampled(ct, |place| body(place).2));
    study.labels("lesions.nii.gz", &sampled(lesions, |place| body(place).0));
    study
}

/// `tolerance` is relative, beside the statistics.
fn assert_lesions_agree(a: &Outcome, b: &Outcome, what: &str, tolerance: f64) {
    for (a, b) in a.maps.regions.iter().zip(&b.maps.regions) {
        assert_eq!(a.label, b.label);
        let sigma = libm::hypot(a.u, b.u);
        assert!(
            (a.mean - b.mean).abs() < 4.0 * sigma + tolerance * a.mean,
            "{what}, lesion {}: {} {} {sigma}",
            a.label,
            a.mean,
            b.mean
        );
        assert!(sigma < 0.05 * a.mean, "the comparison must mean something");
    }
}

#[test]
fn flipped_and_permuted_images_give_the_same_dose_at_the_same_place() {
    let text = CASE.replace("20000", "60000");
    let plain = study(grid(), grid(), grid()).run(&text);
    for (order, flip) in [
        ([0, 1, 2], [true, true, false]),
        ([2, 0, 1], [false, true, false]),
        ([1, 0, 2], [true, false, true]),
    ] {
        let what = format!("{order:?} {flip:?}");
        let stored = reordered(grid(), order, flip);
        let outcome = study(stored, stored, stored).run(&text);
        assert_lesions_agree(&plain, &outcome, &what, 0.0);
        // The histories are others, but every lesion voxel must agree within the uncertainties stated.
        let (mut sum, mut voxels, mut total, mut total_plain) = (0.0, 0.0, 0.0, 0.0);
        for offset in 0..stored.len() {
            let index = stored.index(offset);
            let here = grid().voxel_at(stored.index_to_patient(index.map(|n| n as f64))).unwrap();
            let value = |outcome: &Outcome, at: [usize; 3]| {
                (f64::from(outcome.maps.dose[at]), f64::from(outcome.maps.uncertainty[at]))
            };
            let ((a, ua), (b, ub)) = (value(&plain, here), value(&outcome, index));
            total += b;
            total_plain += a;
            // Elsewhere too few histories meet for a normal distribution.
            if body(grid().index_to_patient(here.map(|n| n as f64))).0 > 0 {
                sum += (a - b).powi(2) / (ua * ua + ub * ub);
                voxels += 1.0;
            }
        }
        let chi2 = sum / voxels;
        assert!(voxels == 72.0 && (0.5..1.6).contains(&chi2), "{what}: {chi2} over {voxels} voxels");
        assert!((total / total_plain - 1.0).abs() < 0.03, "{what}: {total} {total_plain}");
    }
}

#[test]
fn each_file_may_be_stored_in_its_own_way() {
    let plain = study(grid(), grid(), grid()).run(CASE);
    let mixed = study(
        grid(),
        reordered(grid(), [1, 2, 0], [true, false, true]),
        reordered(grid(), [2, 1, 0], [false, true, true]),
    )
    .run(CASE);
    assert_eq!(plain.labels, mixed.labels);
    assert_eq!(
        plain.maps.dose, mixed.maps.dose,
        "the activity image, which gives the dose grid, is the same"
    );
}

#[test]
fn a_patient_turned_as_a_whole_gets_the_same_dose_in_every_voxel() {
    let plain = study(grid(), grid(), grid()).run(CASE);
    let study = study(grid(), grid(), grid());
    let oblique = turned_grid(grid());
    for name in ["activity.nii.gz", "ct.nii.gz"] {
        let volume = common::read(&study.path(name));
        study.image(name, &iodose::volume::Volume::new(oblique, volume.into_data()).unwrap());
    }
    let labels = iodose::io::read_labels(&study.path("lesions.nii.gz")).unwrap();
    study.labels("lesions.nii.gz", &iodose::volume::Volume::new(oblique, labels.into_data()).unwrap());
    let outcome = study.run(CASE);
    assert!(outcome.maps.dose.grid().matches(&oblique, 1e-3));
    // The affine of a file has 32-bit numbers: sides differ in their last digit, and so may a few histories.
    assert_lesions_agree(&plain, &outcome, "turned", 0.0);
    let largest = plain.maps.dose.data().iter().copied().fold(0.0, f32::max);
    let close = plain
        .maps
        .dose
        .data()
        .iter()
        .zip(outcome.maps.dose.data())
        .filter(|(a, b)| (*a - *b).abs() < 1e-4 * largest)
        .count();
    assert!(close as f64 > 0.95 * grid().len() as f64, "{close} voxels");
}

#[test]
fn an_oblique_ct_is_averaged_into_the_voxels() {
    let text = CASE.replace("20000", "60000");
    let plain = study(grid(), grid(), grid()).run(&text);
    let fine = Grid::axis_aligned([100, 90, 80], [2.0; 3], [-99.0, -89.0, 40.0]).unwrap();
    let outcome = study(grid(), turned_grid(fine), grid()).run(&text);
    // The borders of organs, sampled obliquely and averaged over voxels of other directions, move a little.
    assert_lesions_agree(&plain, &outcome, "oblique CT", 0.005);
}
