use super::*;
use crate::phantoms;
use approx::assert_relative_eq;
use std::f64::consts::LN_2;

/// 124I imaged, 131I as therapy, h.
const INPUT: RenderInput<'static> = RenderInput {
    imaged_half_life_h: 4.176 * 24.0,
    therapy_half_life_h: 8.0207 * 24.0,
    hu_of_density: &|density| 1000.0 * (density - 1.0),
};

const SMALL: &str = r#"
name = "small"
purpose = "pre-therapy"
[grid]
size = [30, 28, 26]
spacing_mm = [2.0, 2.0, 2.5]
[outside]
material = "air"
density_g_per_cm3 = 0.0012
hu = -1000.0
[[shape]]
box = { centre_mm = [0, 0, 0], size_mm = [52, 48, 60] }
material = "water"
density_g_per_cm3 = 1.0
concentration_Bq_per_mL = 1000.0
effective_half_life_h = 20.0
[[shape]]
name = "ball"
label = 7
sphere = { centre_mm = [1.0, -2.0, 3.0], diameter_mm = 30.0 }
material = "lung"
density_g_per_cm3 = 0.3
concentration_Bq_per_mL = 5e4
effective_half_life_h = 60.0
[imaging]
nuclide = "I-124"
modality = "PET"
times_h = [24.0, 48.0]
fwhm_mm = 0.0
administered_activity_MBq = 74.0
[therapy]
nuclide = "I-131"
activity_GBq = 7.4
"#;

fn parsed(text: &str) -> Phantom {
    Phantom::parse(text).unwrap()
}

#[test]
fn a_sphere_has_its_volume() {
    let rendered = parsed(SMALL).render(&INPUT).unwrap();
    let lesion = &rendered.truth.lesions[0];
    let exact = std::f64::consts::PI / 6.0 * 27.0;
    assert_relative_eq!(lesion.volume_ml, exact, max_relative = 0.005);
    assert_relative_eq!(lesion.label_volume_ml, exact, max_relative = 0.02);
    assert_eq!((lesion.label, lesion.name.as_str(), lesion.centre_mm), (7, "ball", [1.0, -2.0, 3.0]));
}

#[test]
fn shares_make_mass_and_activity_exact() {
    let rendered = parsed(SMALL).render(&INPUT).unwrap();
    let voxel_ml = rendered.density.grid().voxel_volume_ml();
    let sum = |volume: &Volume<f32>| volume.data().iter().map(|&x| f64::from(x)).sum::<f64>() * voxel_ml;
    let sphere = std::f64::consts::PI / 6.0 * 27.0;
    let water = 5.2 * 4.8 * 6.0 - sphere;
    let air = 6.0 * 5.6 * 6.5 - water - sphere;
    assert_relative_eq!(sum(&rendered.density), water + 0.3 * sphere + 0.0012 * air, max_relative = 1e-3);
    assert_relative_eq!(sum(&rendered.hu), -700.0 * sphere - 1000.0 * air, max_relative = 1e-3);
    for (time, image) in &rendered.images {
        let activity = 5e4 * 0.5f64.powf(time / 60.0) * sphere + 1e3 * 0.5f64.powf(time / 20.0) * water;
        assert_relative_eq!(sum(image), activity, max_relative = 5e-3);
    }
    assert_eq!(rendered.material_names, ["air", "water", "lung"]);
    let centre = rendered.density.grid().voxel_at([1.0, -2.0, 3.0]).unwrap();
    assert_eq!(rendered.materials[centre], 2);
    assert_eq!(rendered.labels[centre], 7);
    assert_eq!(rendered.hu[[0, 0, 0]], -1000.0);
}

#[test]
fn the_true_integral_is_that_of_131i() {
    let rendered = parsed(SMALL).render(&INPUT).unwrap();
    let rate = LN_2 * (1.0 / 60.0 - 1.0 / (4.176 * 24.0) + 1.0 / (8.0207 * 24.0));
    let expected = 100.0 * 5e4 / rate;
    let lesion = &rendered.truth.lesions[0];
    assert_relative_eq!(lesion.tia_mbq_h_per_ml, expected * 1e-6, max_relative = 1e-12);
    assert_relative_eq!(lesion.therapy_effective_half_life_h.unwrap(), LN_2 / rate, max_relative = 1e-12);
    let centre = rendered.density.grid().voxel_at([1.0, -2.0, 3.0]).unwrap();
    let tia = f64::from(rendered.true_tia_bq_s_per_ml[centre]);
    assert_relative_eq!(tia, expected * 3600.0, max_relative = 1e-6);
}

#[test]
fn post_therapy_images_show_the_delivered_activity() {
    let text = SMALL
        .replace("pre-therapy", "post-therapy")
        .replace("I-124", "I-131")
        .replace("activity_MBq = 74.0", "activity_MBq = 7400.0");
    let input = RenderInput { imaged_half_life_h: INPUT.therapy_half_life_h, ..INPUT };
    let lesion = parsed(&text).render(&input).unwrap().truth.lesions.remove(0);
    assert_relative_eq!(lesion.tia_mbq_h_per_ml, 5e-2 * 60.0 / LN_2, max_relative = 1e-12);
}

#[test]
fn blur_conserves_activity_and_noise_is_the_same_every_time() {
    let sharp = parsed(SMALL).render(&INPUT).unwrap();
    let blurred = parsed(&SMALL.replace("fwhm_mm = 0.0", "fwhm_mm = 6.5")).render(&INPUT).unwrap();
    let sum = |image: &Volume<f32>| image.data().iter().map(|&x| f64::from(x)).sum::<f64>();
    for ((_, a), (_, b)) in sharp.images.iter().zip(&blurred.images) {
        assert_ne!(a, b);
        assert_relative_eq!(sum(a), sum(b), max_relative = 1e-6);
    }
    assert_eq!(sharp.true_tia_bq_s_per_ml, blurred.true_tia_bq_s_per_ml);

    let noise = "fwhm_mm = 6.5\nnoise = { relative = 0.1, at_Bq_per_mL = 2e4, seed = 5 }";
    let noisy = parsed(&SMALL.replace("fwhm_mm = 0.0", noise));
    let (first, second) = (noisy.render(&INPUT).unwrap(), noisy.render(&INPUT).unwrap());
    assert_eq!(first, second);
    assert_ne!(first.images, blurred.images);
    let other = parsed(&SMALL.replace("fwhm_mm = 0.0", &noise.replace("seed = 5", "seed = 6")));
    assert_ne!(first.images, other.render(&INPUT).unwrap().images);
}

#[test]
fn a_lesion_that_is_not_there_is_an_error() {
    for (from, to) in [
        ("centre_mm = [1.0, -2.0, 3.0]", "centre_mm = [100.0, -2.0, 3.0]"),
        ("diameter_mm = 30.0", "diameter_mm = 0.5"),
    ] {
        let message = parsed(&SMALL.replace(from, to)).render(&INPUT).unwrap_err().to_string();
        assert!(message.starts_with("shape 2 (ball): label: found no voxel"), "{message}");
    }
}

#[test]
fn impossible_physics_is_an_error() {
    let message =
        parsed(&SMALL.replace("life_h = 60.0", "life_h = 101.0")).render(&INPUT).unwrap_err().to_string();
    assert!(message.starts_with("shape 2 (ball): effective_half_life_h: found 101"), "{message}");
    let phantom = parsed(SMALL);
    assert!(phantom.render(&RenderInput { therapy_half_life_h: 0.0, ..INPUT }).is_err());
    assert!(phantom.render(&RenderInput { hu_of_density: &|_| f64::NAN, ..INPUT }).is_err());
}

#[test]
fn every_phantom_of_the_project_renders() {
    for entry in phantoms::list() {
        let phantom = parsed(entry.text);
        let imaged_half_life_h = match phantom.description().imaging.nuclide.as_str() {
            "I-124" => INPUT.imaged_half_life_h,
            _ => INPUT.therapy_half_life_h,
        };
        let rendered = phantom.render(&RenderInput { imaged_half_life_h, ..INPUT }).unwrap();
        assert!(!rendered.truth.lesions.is_empty());
        for lesion in &rendered.truth.lesions {
            // The small lesions are placed on the grid so that few voxels still make their volume.
            assert_relative_eq!(lesion.label_volume_ml, lesion.volume_ml, max_relative = 0.15);
            let mean = |volume: &Volume<f32>| {
                let inside =
                    rendered.labels.data().iter().zip(volume.data()).filter(|(l, _)| **l == lesion.label);
                let (sum, n) = inside.fold((0.0, 0.0), |(sum, n), (_, &x)| (sum + f64::from(x), n + 1.0));
                sum / n
            };
            let tia = mean(&rendered.true_tia_bq_s_per_ml) / 3600.0 * 1e-6;
            assert!(
                tia > 0.6 * lesion.tia_mbq_h_per_ml && tia <= lesion.tia_mbq_h_per_ml * 1.000_001,
                "{lesion:?}"
            );
        }
        assert!(rendered.images.iter().all(|(_, image)| image.data().iter().all(|&x| x >= 0.0)));
    }
}
