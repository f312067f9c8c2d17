//! Lesions that do not fit: outside the image, smaller than a voxel, on another grid.

use crate::common::{CASE, Study, body, csv, edited, grid, sampled};
use iodose::volume::{Grid, Volume};

/// Voxels of the labels given in boxes (label, from, to), ends not included.
fn boxes(grid: Grid, boxes: &[(u16, [usize; 3], [usize; 3])]) -> Volume<u16> {
    Volume::from_fn(grid, |index| {
        let holds = |(_, from, to): &&(u16, [usize; 3], [usize; 3])| {
            (0..3).all(|axis| (from[axis]..to[axis]).contains(&index[axis]))
        };
        boxes.iter().find(holds).map_or(0, |(label, ..)| *label)
    })
}

#[test]
fn a_lesion_outside_the_activity_image_is_reported_as_such() {
    let study = Study::small();
    // The mask reaches 40 mm further up than the image: one lesion lies half in it, one not at all.
    let tall = Grid::axis_aligned([20, 18, 26], [4.0; 3], [-38.0, -34.0, 100.0]).unwrap();
    let masks = boxes(tall, &[(1, [8, 8, 14], [10, 10, 18]), (2, [8, 8, 20], [10, 10, 24])]);
    study.labels("lesions.nii.gz", &masks);
    for dose_grid in ["\"activity\"", "\"ct\"", "5.0"] {
        study.image("ct.nii.gz", &sampled(tall, |place| body(place).2));
        let text = edited(&[("histories = 20000", &format!("histories = 5000\ngrid = {dose_grid}"))]);
        let outcome = study.run(&text);
        let [partly, wholly] = &outcome.report.lesions[..] else { panic!("two lesions") };
        assert_eq!(partly.fraction_outside_activity_image, Some(0.5), "{dose_grid}");
        assert!(partly.dose.is_some() && partly.voxels <= 8);
        assert_eq!(wholly.fraction_outside_activity_image, Some(1.0));
        assert!(wholly.dose.is_none(), "what was not seen has no dose: {dose_grid}");
        for (name, share) in [("first", "50 %"), ("second", "100 %")] {
            let said = |warning: &String| warning.contains(name) && warning.contains(share);
            assert!(outcome.report.warnings.iter().any(said), "{:?}", outcome.report.warnings);
        }
        let (header, rows) = csv(&study.path("out/lesions.csv"));
        let column = header.iter().position(|name| name == "dose_mean_Gy").unwrap();
        assert!(!rows[0][column].is_empty() && rows[1][column].is_empty());
    }
}

#[test]
fn a_lesion_smaller_than_a_voxel_keeps_the_one_at_its_centre() {
    let study = Study::small();
    let fine = Grid::axis_aligned([80, 72, 64], [1.0; 3], [-39.5, -35.5, 98.5]).unwrap();
    // One cubic millimetre in a voxel of 64; two more such lesions share a voxel, so that one of them gets none.
    let dots = [(1, [21, 41, 26]), (2, [41, 41, 33]), (3, [43, 43, 34])];
    let masks = dots.map(|(label, at)| (label, at, at.map(|n| n + 1)));
    study.labels("lesions.nii.gz", &boxes(fine, &masks));
    let outcome = study.run(&edited(&[("20000", "5000")]));
    let [first, second, third] = &outcome.report.lesions[..] else { panic!("three lesions") };
    assert_eq!((first.voxels, second.voxels, third.voxels), (1, 1, 0));
    assert!((first.volume_ml - 1e-3).abs() < 1e-9, "the volume is that of the outline");
    assert!(first.dose.is_some() && third.dose.is_none());
    assert!(first.notes.iter().any(|note| note.contains("smaller than a voxel")), "{:?}", first.notes);
    let lost = |warning: &String| warning.contains("lesion 3") && warning.contains("no voxel");
    assert!(outcome.report.warnings.iter().any(lost), "{:?}", outcome.report.warnings);
}

#[test]
fn a_label_map_on_another_grid_is_resampled_with_a_warning() {
    let study = Study::small();
    let exact = study.run(CASE);
    let fine = Grid::axis_aligned([80, 72, 64], [1.0; 3], [-39.5, -35.5, 98.5]).unwrap();
    study.labels("lesions.nii.gz", &sampled(fine, |place| body(place).0));
    let resampled = study.run(CASE);
    assert!(resampled.report.warnings.iter().any(|warning| warning.contains("another grid")));
    assert_eq!(exact.labels, resampled.labels);
    assert_eq!(exact.maps.dose, resampled.maps.dose);
}

#[test]
fn a_case_without_lesions_gives_maps_and_an_empty_table() {
    let study = Study::small();
    let lesions = &CASE[CASE.find("[lesions]").unwrap()..CASE.find("[administration]").unwrap()];
    let outcome = study.run(&edited(&[(lesions, "")]));
    assert!(outcome.report.lesions.is_empty() && outcome.labels.is_none());
    assert!(outcome.maps.dose.data().iter().any(|&dose| dose > 0.0));
    assert!(csv(&study.path("out/lesions.csv")).1.is_empty());
}

#[test]
fn what_the_ct_does_not_show_has_no_dose() {
    let study = Study::small();
    // The CT begins in the middle of the first lesion: beyond it there would be air, and an absurd dose in it.
    let whole = grid();
    let [nx, ny, nz] = whole.size();
    let lesion = sampled(whole, |place| body(place).0);
    let first: Vec<[usize; 3]> =
        (0..whole.len()).map(|n| whole.index(n)).filter(|&index| lesion[index] == 1).collect();
    let middle = first.iter().map(|index| index[2]).sum::<usize>() / first.len();
    let origin = whole.index_to_patient([0.0, 0.0, middle as f64]);
    let shown = Grid::axis_aligned([nx, ny, nz - middle], whole.spacing(), origin).unwrap();
    study.image("ct.nii.gz", &sampled(shown, |place| body(place).2));
    // Without a width of blur, no means are corrected for it, which would take most of the time.
    let outcome = study.run(&edited(&[("resolution_mm = 6.0\n", "")]));
    let lesion = &outcome.report.lesions[0];
    assert!(lesion.voxels > 0 && lesion.voxels < first.len(), "{} of {}", lesion.voxels, first.len());
    assert!(lesion.notes.iter().any(|note| note.contains("outside the CT")), "{:?}", lesion.notes);
    let dose = lesion.dose.as_ref().unwrap();
    assert!(dose.max < 20.0 * dose.d50, "no voxel of air among them: {} {}", dose.max, dose.d50);
    let said = |warning: &String| warning.contains(&lesion.name) && warning.contains("outside the CT");
    assert!(outcome.report.warnings.iter().any(said), "{:?}", outcome.report.warnings);
}
