use crate::{Phantom, phantoms};

fn message_after(change: impl Fn(&str) -> String) -> String {
    let text = phantoms::text("sphere-in-water").unwrap();
    let changed = change(text);
    assert_ne!(text, changed, "the change did not apply");
    Phantom::parse(&changed).unwrap_err().to_string()
}

fn replaced(from: &str, to: &str) -> String {
    message_after(|text| text.replacen(from, to, 1))
}

#[test]
fn a_misspelt_key_is_named_with_its_line() {
    let message = replaced("density_g_per_cm3", "densty_g_per_cm3");
    assert!(message.contains("densty_g_per_cm3") && message.contains("line"), "{message}");
    let message = replaced("diameter_mm", "diametre_mm");
    assert!(message.contains("diametre_mm"), "{message}");
}

#[test]
fn a_missing_key_is_named() {
    let message = message_after(|text| {
        text.lines().filter(|line| !line.starts_with("fwhm_mm")).collect::<Vec<_>>().join("\n")
    });
    assert!(message.contains("fwhm_mm"), "{message}");
}

#[test]
fn values_out_of_range_are_named() {
    for (from, to, expected) in [
        ("size = [", "size = [0, ", "size"),
        ("spacing_mm = [4.0", "spacing_mm = [0.0", "grid.spacing_mm: found 0"),
        ("spacing_mm = [4.0", "spacing_mm = [nan", "grid.spacing_mm: found NaN"),
        ("size = [56, 56, 50]", "size = [56000, 56000, 56000]", "grid.size"),
        ("subsamples = 4", "subsamples = 0", "grid.subsamples: found 0"),
        ("diameter_mm = 40.0", "diameter_mm = -40.0", "shape 2 (sphere): sphere.diameter_mm: found -40"),
        ("label = 1", "label = 0", "shape 2 (sphere): label: found 0"),
        ("times_h = [24.0, 96.0]", "times_h = [96.0, 24.0]", "imaging.times_h"),
        ("times_h = [24.0, 96.0]", "times_h = []", "imaging.times_h: found 0 times"),
        ("times_h = [24.0, 96.0]", "times_h = [24.0]", "imaging.effective_half_life_h"),
        ("fwhm_mm = 14.0", "fwhm_mm = inf", "imaging.fwhm_mm: found inf"),
        ("activity_GBq = 3.7", "activity_GBq = 7.4", "therapy.activity_GBq: found 7.4"),
        ("density_g_per_cm3 = 1.0", "density_g_per_cm3 = 0.0", "density_g_per_cm3: found 0"),
    ] {
        let message = replaced(from, to);
        assert!(message.contains(expected), "{from} -> {to}: {message}");
    }
}

#[test]
fn activity_needs_a_half_life() {
    let message = replaced("effective_half_life_h = 60.0\n", "");
    assert!(message.starts_with("shape 2 (sphere): effective_half_life_h: found nothing"), "{message}");
}

#[test]
fn a_shape_has_one_body_and_a_label_one_shape() {
    let message = replaced("sphere = {", "box = { centre_mm = [0, 0, 0], size_mm = [1, 1, 1] }\nsphere = {");
    assert!(message.contains("expected exactly one of sphere, ellipsoid, box, cylinder"), "{message}");
    let message = message_after(|text| {
        let (before, rest) = text.split_once("[[shape]]\nname = \"sphere\"").unwrap();
        let (lesion, after) = rest.split_once("[imaging]").unwrap();
        let shape = format!("[[shape]]\nname = \"sphere\"{lesion}");
        format!("{before}{shape}{shape}[imaging]{after}")
    });
    assert!(
        message.starts_with("shape 3 (sphere): label: found 1, expected a label used only once"),
        "{message}"
    );
}

#[test]
fn too_many_shapes_are_refused() {
    let phantom = Phantom::parse(phantoms::text("sphere-in-water").unwrap()).unwrap();
    let mut description = phantom.description().clone();
    description.shapes = vec![description.shapes[0].clone(); 10_001];
    assert_eq!(
        Phantom::new(description).unwrap_err().to_string(),
        "shape: found 10001, expected at most 10000"
    );
}
