//! The shared reference case, where it is at hand.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, which the lint does not know as such

#[path = "../../io/tests/reference/mod.rs"]
mod reference;

use iodose_dicom::*;
use iodose_io::read_nifti;
use reference::case;

#[test]
fn a_scan_of_the_whole_study_finds_every_series() {
    let Some(folder) = case() else { return };
    let study = Study::scan(&[folder.join("dicom")]).unwrap();
    assert!(study.problems.is_empty(), "{:?}", study.problems);
    let found: Vec<_> =
        study.series.iter().map(|series| (series.modality.as_str(), series.objects.len())).collect();
    assert_eq!(
        found,
        [("CT", 190), ("NM", 1), ("PT", 258), ("PT", 258), ("PT", 258), ("RTSTRUCT", 1), ("SEG", 1)]
    );
    let error = study.choose("PT", &SeriesChoice::Only).unwrap_err().to_string();
    assert!(error.contains("3 series"), "{error}");
    for series in &study.series {
        eprintln!("{} {} {}", series.label(), series.date, series.time);
    }
}

/// Largest difference between two volumes on the same grid; voxels are compared at the same place in the patient.
fn largest_difference(ours: &iodose_volume::Volume<f32>, reference: &iodose_volume::Volume<f32>) -> f64 {
    assert_eq!(ours.grid().len(), reference.grid().len());
    let mut largest = 0.0f64;
    for (offset, &value) in ours.data().iter().enumerate() {
        let place = ours.grid().index_to_patient(ours.grid().index(offset).map(|n| n as f64));
        let twin = reference.grid().patient_to_index(place);
        for index in twin {
            assert!((index - index.round()).abs() < 1e-3, "{twin:?}");
        }
        let twin = twin.map(|index| index.round() as usize);
        largest = largest.max((f64::from(value) - f64::from(reference[twin])).abs());
    }
    largest
}

#[test]
fn the_ct_equals_its_twin() {
    let Some(folder) = case() else { return };
    let study = Study::scan(&[folder.join("dicom")]).unwrap();
    let ct = read_ct(study.choose_image(ImageKind::Ct, &SeriesChoice::Only).unwrap()).unwrap();
    let twin = read_nifti(&folder.join("ct.nii.gz")).unwrap();
    assert!(ct.warnings.is_empty(), "{:?}", ct.warnings);
    assert_eq!(largest_difference(&ct.volume, &twin.volume), 0.0);
}

#[test]
fn every_pet_equals_its_twin_within_quantisation() {
    let Some(folder) = case() else { return };
    let truth =
        NuclideData { name: "I-124".into(), half_life_s: 4.176 * 86_400.0, positron_fraction: Some(0.2286) };
    for hours in [24, 48, 96] {
        let path = folder.join(format!("dicom/pet_{hours:03}h"));
        let (_, pet) = open_pet(&[path], &SeriesChoice::Only, &PetOptions::default()).unwrap();
        assert_eq!(pet.hours_after_administration(), Some(f64::from(hours)));
        assert_eq!(pet.radiopharmaceutical.activity_bq, Some(74e6));
        let pet = pet.checked_for(&truth, Deviations::Refuse).unwrap();
        assert!(
            pet.conversions.is_empty() && pet.warnings.is_empty(),
            "{:?} {:?}",
            pet.conversions,
            pet.warnings
        );
        let twin = read_nifti(&folder.join(format!("pet_{hours:03}h.nii.gz"))).unwrap();
        // Slices are stored in whole steps of their own slope: half the largest one is the most that can be lost.
        let largest = twin.volume.data().iter().fold(0.0f32, |a, &b| a.max(b));
        let step = f64::from(largest) / 32_767.0;
        let difference = largest_difference(&pet.volume, &twin.volume);
        eprintln!("{hours} h: largest difference {difference:.4} Bq/mL, step {step:.4}, maximum {largest}");
        assert!(difference <= 0.51 * step, "{difference} > {step} / 2");
    }
}

#[test]
fn the_spect_equals_its_twin_within_a_count() {
    let Some(folder) = case() else { return };
    let study = Study::scan(&[folder.join("dicom")]).unwrap();
    let series = study.choose_image(ImageKind::Nm, &SeriesChoice::Only).unwrap();
    let options = NmOptions { calibration: Some(SpectCalibration::new(95.0)) };
    let spect = read_nm(series, &options).unwrap();
    assert_eq!(spect.hours_after_administration(), Some(48.0));
    assert_eq!(spect.radiopharmaceutical.nuclide.as_deref(), Some("I-131"));
    let [line] = spect.conversions.as_slice() else { panic!("{:?}", spect.conversions) };
    assert!(line.contains("1500 s") && line.contains("95 cps/MBq"), "{line}");
    let twin = read_nifti(&folder.join("spect_048h.nii.gz")).unwrap();
    let count = 1e6 / (95.0 * 1500.0 * spect.volume.grid().voxel_volume_ml());
    let difference = largest_difference(&spect.volume, &twin.volume);
    eprintln!("largest difference {difference:.3} Bq/mL, one count is {count:.3} Bq/mL");
    assert!(difference <= 0.51 * count, "{difference}");
    assert!(read_nm(series, &NmOptions::default()).unwrap_err().to_string().contains("cps/MBq"));
}
