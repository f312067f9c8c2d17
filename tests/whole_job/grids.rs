//! The dose grid: of the activity image, of the CT, or of a spacing.

use crate::common::{CASE, Study, WITH_DENSITY, body, edited, grid, sampled};
use iodose::volume::Grid;

fn on_grid(study: &Study, grid: &str) -> iodose::Outcome {
    study.run(&edited(&[WITH_DENSITY, ("histories = 20000", &format!("histories = 60000\ngrid = {grid}"))]))
}

#[test]
fn total_activity_and_lesion_dose_do_not_depend_on_the_dose_grid() {
    let study = Study::small();
    // Voxels of half the width, with the edges of the coarse ones: the same masses in the lesions.
    let fine = Grid::axis_aligned([40, 36, 32], [2.0; 3], [-39.0, -35.0, 99.0]).unwrap();
    let density = |place| if body(place).2 < -500.0 { 1.2e-3 } else { 1.0 };
    study.image("density.nii.gz", &sampled(fine, density));
    let reference = on_grid(&study, "\"activity\"");
    for (grid, voxels) in [("\"ct\"", 512), ("2.0", 512), ("[2.0, 4.0, 4.0]", 128)] {
        let other = on_grid(&study, grid);
        let total = other.record.time_integrated_activity / reference.record.time_integrated_activity;
        assert!((total - 1.0).abs() < 1e-6, "{grid}: {total}");
        assert_eq!(other.report.lesions[0].voxels, voxels, "{grid}");
        for (a, b) in reference.maps.regions.iter().zip(&other.maps.regions) {
            let sigma = libm::hypot(a.u, b.u);
            assert!(
                (a.mean - b.mean).abs() < 4.0 * sigma,
                "{grid}, lesion {}: {} {}",
                a.label,
                a.mean,
                b.mean
            );
            assert!(sigma < 0.05 * a.mean, "the comparison must mean something");
        }
    }
}

#[test]
fn a_map_of_materials_overrules_the_density() {
    let study = Study::small();
    let with = |materials: &str| {
        let density = "path = \"density.nii.gz\"\n";
        edited(&[WITH_DENSITY]).replace(density, &format!("{density}{materials}"))
    };
    let densities = |body_density: f32| {
        let map = sampled(grid(), |place| if body(place).2 < -500.0 { 1.2e-3 } else { body_density });
        study.image("density.nii.gz", &map);
    };
    let by_map = |label: u16| {
        let map = sampled(grid(), |place| if body(place).2 < -500.0 { 0 } else { label });
        study.labels("materials.nii.gz", &map);
        study.run(&with("materials = \"materials.nii.gz\"\n"))
    };
    // The label of what the density says anyway changes nothing; another does.
    for (density, label, other) in [(1.0, 2, 8), (0.4, 3, 1), (1.5, 8, 2)] {
        densities(density);
        let by_density = study.run(&with("")).maps.dose;
        assert_eq!(by_map(label).maps.dose, by_density, "{density} g/cm3, label {label}");
        assert_ne!(by_map(other).maps.dose, by_density, "{density} g/cm3, label {other}");
    }
    let bone = by_map(8);
    let inputs: Vec<&str> = bone.record.inputs.iter().map(|input| input.path.as_str()).collect();
    assert_eq!(inputs, ["activity.nii.gz", "density.nii.gz", "materials.nii.gz", "lesions.nii.gz"]);
}

#[test]
fn the_dose_to_a_lesion_goes_with_one_over_its_density() {
    let study = Study::small();
    let lesion = |density: f32| {
        let map = sampled(grid(), |place| if body(place).0 == 1 { density } else { 1.0 });
        study.image("density.nii.gz", &map);
        study.run(&edited(&[WITH_DENSITY])).maps.regions[0].mean
    };
    // Half the mass takes nearly the same energy; a little more leaves.
    let ratio = lesion(0.75) / lesion(1.5);
    assert!((1.7..2.0).contains(&ratio), "{ratio}");
}

#[test]
fn a_site_curve_is_read_and_recorded() {
    let study = Study::small();
    std::fs::write(study.path("curve.csv"), "HU,g/cm3\n-1000,0.0012\n0,1.0\n3000,2.8\n").unwrap();
    let outcome =
        study.run(&CASE.replace("path = \"ct.nii.gz\"", "path = \"ct.nii.gz\"\ncurve = \"curve.csv\""));
    let curve = outcome.record.inputs.iter().find(|input| input.path == "curve.csv").unwrap();
    assert_eq!(curve.sha256.len(), 64);
}
