use super::*;
use crate::picture::{Background, OverlaySource, Overlays, PictureSource, Pictures, Projections, Viewer};
use crate::position::{LesionPositions, Position, Shift};
use crate::report::example;
use crate::second_check::Verdict;
use crate::uncertainty::{Budget, KINETICS, RECOVERY};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use iodose_volume::{Grid, Volume};
use sha2::Digest;

fn with_pictures(names: &[&str]) -> Report {
    let grid = Grid::axis_aligned([12, 10, 8], [4.0; 3], [0.0; 3]).unwrap();
    let dose = Volume::from_fn(grid, |[i, j, k]| (i * j * k) as f32);
    let anatomy = Volume::filled(grid, 40.0f32);
    let labels = Volume::from_fn(grid, |[i, j, k]| u8::from(i > 6 && j > 5 && k > 4));
    let source = PictureSource {
        dose: &dose,
        uncertainty: None,
        background: Some(Background::ct(&anatomy)),
        labels: Some(&labels),
    };
    let pictures = Pictures::draw(&source, None, None).unwrap();
    let projections = Projections::draw(&source, pictures.full_scale).unwrap();
    let viewer = Viewer::pack(&source, 100_000).unwrap();
    Report { pictures: Some(pictures), projections: Some(projections), viewer, ..example::report(names) }
}

/// What a reader sees, and the numbers for the script.
fn shown(report: &Report) -> String {
    render(report).split_once("<script>").unwrap().0.to_owned()
}

#[test]
fn the_policy_names_the_script_and_no_other() {
    let page = render(&with_pictures(&["a"]));
    let script = page.rsplit_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
    let policy = page.split_once("http-equiv=\"Content-Security-Policy\" content=\"").unwrap().1;
    let hash = STANDARD.encode(sha2::Sha256::digest(script));
    let expected =
        format!("default-src 'none'; img-src data:; script-src 'sha256-{hash}'; style-src 'unsafe-inline'\"");
    assert!(policy.starts_with(&expected), "{}", &policy[..200]);
    assert!(!page.contains(" onclick=") && !page.contains(" onload="));
}

#[test]
fn the_page_with_a_viewer_keeps_to_its_room() {
    let mut report = with_pictures(&["a", "name".repeat(100).as_str(), "<<<<"]);
    let source = report.viewer.take().unwrap();
    let room = room(&report);
    assert!(room > 100_000 && room < MOST_BYTES, "{room}");
    let filler = "A".repeat(room - source.doses.len() - source.uncertainties.len() - source.labels.len());
    report.viewer = Some(Viewer { anatomy: filler, ..source });
    let page = render(&report);
    assert!(page.len() <= MOST_BYTES && page.len() > MOST_BYTES - 20_000, "{}", page.len());
}

#[test]
fn parts_come_in_their_order_and_nothing_is_fetched() {
    let page = render(&with_pictures(&["lung met deep", "rib"]));
    let order = [
        "<h1><bdi>demo</bdi></h1>",
        "absorbed dose for 7.4 GBq",
        "not a medical device",
        "id=\"summary\"",
        "There is one warning.",
        "id=\"lesions\"",
        "id=\"dvh\"",
        "id=\"slices\"",
        "id=\"projections\"",
        "id=\"uncertainty\"",
        "id=\"methods\"",
        "id=\"inputs\"",
        "id=\"settings\"",
        "id=\"warnings\"",
        "<footer>",
        "not a medical device",
        "iodose 0.1.0. Research use only",
        "id=\"viewer-data\"",
    ];
    let mut rest = page.as_str();
    for part in order {
        let at = rest.find(part);
        assert!(at.is_some(), "{part} is missing or out of order");
        rest = &rest[at.unwrap_or(0) + part.len()..];
    }
    assert_eq!(page.matches("<img src=\"data:image/png;base64,").count(), 5);
    assert_eq!(page.matches("<script").count(), 3, "two blocks of numbers and the script");
    // The name space of SVG is a name, no address.
    let page = page.replace("http://www.w3.org/2000/svg", "");
    for outside in ["http://", "https://", "fetch(", "<link", "@import", "url(h"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

/// Five images, sixty lesions, a CT with noise of 20 HU in every voxel.
fn with_overlays() -> Report {
    let names: Vec<String> = (0..60).map(|number| format!("met {number}")).collect();
    let mut report = example::report(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let grid = Grid::axis_aligned([150, 100, 250], [3.0; 3], [0.0; 3]).unwrap();
    let noise = |n: usize| ((n as u32).wrapping_mul(2_654_435_761) >> 16) as f32 / 65_536.0 - 0.5;
    let anatomy = Volume::from_fn(grid, |voxel| 40.0 + 70.0 * noise(grid.offset(voxel)));
    let activity = Volume::from_fn(grid, |voxel| 1e4 * (0.5 + noise(grid.offset(voxel) + 7)));
    let labels = Volume::from_fn(grid, |[i, j, k]| {
        let inside = i % 24 < 6 && j % 20 < 6 && k % 50 < 6;
        let label = i / 24 + 6 * (j / 20 + 5 * (k / 50)) + 1;
        if inside && i / 24 < 6 && label <= 60 { label as u16 } else { 0 }
    });
    let sources: Vec<OverlaySource<'_>> = (1..=5)
        .map(|day| OverlaySource { title: format!("PET <{day}>, {} h", 24 * day), activity: &activity })
        .collect();
    let (ct, lesions) = (Background::ct(&anatomy), (1..=60).collect::<Vec<u32>>());
    report.overlays = Some(Overlays::draw(&sources, ct, true, Some(&labels), &lesions).unwrap());
    let source =
        PictureSource { background: Some(ct), labels: Some(&labels), ..PictureSource::new(&activity) };
    report.pictures = Some(Pictures::draw(&source, None, None).unwrap());
    report
}

#[test]
fn every_image_lies_over_the_ct_and_the_page_stays_small() {
    let report = with_overlays();
    let page = render(&report);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert_eq!(page.matches("<h3><bdi>PET &lt;").count(), 5);
    assert_eq!(page.matches("slice of activity over CT, PET &lt;3&gt;, 72 h through lesion").count(), 8);
    assert!(page.contains("56 more lesions have no close-up") && !page.contains("no CT"));
    assert!(page.matches("<img ").count() == page.matches(" alt=\"").count());

    let mut over_density = report;
    over_density.overlays.as_mut().unwrap().over_ct = false;
    assert!(render(&over_density).contains("The case has no CT. Each activity image over the density map"));
}

#[test]
fn shifts_are_listed_and_large_ones_marked() {
    let mut report = example::report(&["a", "b"]);
    let at = |time_h: f64, centroid: Option<[f64; 3]>, shift: Option<[f64; 3]>| Position {
        image: "pet.nii.gz".into(),
        time_h,
        centroid,
        shift,
        shift_mm: shift.map(|[x, y, z]| (x * x + y * y + z * z).sqrt()),
    };
    let shift = |length_mm: f64| Shift {
        from_h: 24.0,
        to_h: 96.0,
        lps_mm: [0.0, -length_mm, 0.0],
        length_mm,
        width_mm: 6.5,
        width_is_stated: true,
    };
    let of = |label, second, shift| LesionPositions {
        label,
        positions: vec![at(24.0, Some([0.0; 3]), None), second],
        largest_shift: shift,
    };
    report.positions = vec![
        of(1, at(96.0, Some([0.0, -7.25, 0.0]), Some([0.0, -7.25, 0.0])), Some(shift(7.25))),
        of(2, at(96.0, None, None), None),
    ];
    let page = render(&report);
    assert!(page.contains("7.3 <span class=\"reason\">0.0, −7.3, 0.0</span>"));
    assert!(page.contains("over one width</span> <span class=\"reason\">24 to 96 h; width 6.5"));
    assert!(page.contains("not seen"));
    assert_eq!(page.matches("over one width</span>").count(), 1);
    report.positions[0].largest_shift = Some(shift(6.5));
    assert_eq!(render(&report).matches("over one width</span>").count(), 0);
    let json: serde_json::Value = serde_json::from_str(&crate::json::lesions_json(&report).unwrap()).unwrap();
    let [a, b] = [0, 1].map(|lesion| &json["lesions"][lesion]);
    assert_eq!(a["positions"][1]["shift_LPS_mm"], serde_json::json!([0.0, -7.25, 0.0]));
    assert_eq!(
        (&a["largest_shift"]["length_mm"], &a["largest_shift"]["from_h"]),
        (&6.5.into(), &24.0.into())
    );
    assert!(b["positions"][1]["centroid_LPS_mm"].is_null() && b["largest_shift"].is_null());
}

#[test]
fn no_text_becomes_markup() {
    let attack = "<script>alert('1')</script>\"&";
    let mut report = example::report(&[attack]);
    report.case_id = attack.into();
    report.purpose = attack.into();
    report.nuclide = attack.into();
    report.version = attack.into();
    report.warnings = vec![attack.into()];
    report.methods = vec![attack.into()];
    report.parameters = vec![(attack.into(), attack.into())];
    report.inputs[0].what = attack.into();
    report.inputs[0].path = attack.into();
    report.inputs[0].sha256 = attack.into();
    report.lesions[0].notes = vec![attack.into()];
    let dose = report.lesions[0].dose.as_mut().unwrap();
    dose.uncertainty_budget = crate::Budget::new().with(attack, Some(0.1)).with(format!("{attack}2"), None);
    let page = render(&report);
    assert_eq!(page.to_lowercase().matches("<script").count(), 2, "the curves and the script");
    assert!(!page.contains("alert('"));
    assert!(page.matches("&lt;script&gt;").count() >= 14);
}

#[test]
fn unknown_values_are_said_to_be_unknown() {
    let mut report = example::report(&["dark", "bright"]);
    let dose = report.lesions[1].dose.as_mut().unwrap();
    (dose.mean_u, dose.mean_u_mc) = (Some(f64::NAN), None);
    let page = shown(&report);
    assert!(page.contains("25.5 ± unknown"));
    assert!(page.contains("not included"));
    assert!(!page.contains("NaN"));
}

#[test]
fn a_lesion_without_a_dose_is_shown_and_not_plotted() {
    let mut report = example::report(&["a", "b"]);
    report.lesions.push(example::lost("pelvis <1>"));
    let page = shown(&report);
    assert!(page.contains("2 lesions with a dose;") && page.contains("For one lesion no dose is known."));
    // Twelve columns, of which name, volume and diameter are known.
    assert!(
        page.contains("<td class=\"spanning\" colspan=\"7\"><span>not in the activity image</span></td>")
    );
    assert!(page.contains("pelvis &lt;1&gt;</bdi>: 100 % of the lesion lies outside the activity image"));
    assert_eq!(page.matches("<path class=\"curve\"").count(), 4);
    assert!(!page.contains("NaN"));

    report.lesions.drain(..2);
    let page = shown(&report);
    assert!(page.contains("No lesion has a dose.") && page.contains("not in the activity image"));
    for absent in ["id=\"dvh\"", "id=\"uncertainty\"", "<dl class=\"key\">", "inf"] {
        assert!(!page.contains(absent), "{absent}");
    }
}

#[test]
fn what_the_uncertainty_lacks_and_the_flags_mean_stands_by_the_table() {
    let mut report = example::report(&["a", "b"]);
    let dose = report.lesions[1].dose.as_mut().unwrap();
    dose.uncertainty_budget =
        dose.uncertainty_budget.clone().with(crate::uncertainty::CALIBRATION, Some(0.03));
    let page = render(&report);
    let missing =
        "<b>not included:</b> Monte Carlo (lesion 1); calibration (lesion 1); delineation; kinetics fit";
    assert!(page.contains(missing), "{}", page.split("<b>not included:").nth(1).unwrap_or(""));
    assert!(page.contains("small</span> <span class=\"reason\">below 30 mm</span>"));
}

#[test]
fn a_dose_far_above_the_others_brings_a_second_plot() {
    let mut report = example::report(&["dark", "a", "b", "c"]);
    assert_eq!(render(&report).matches("<svg class=\"plot\"").count(), 1);
    report.lesions[3].dose.as_mut().unwrap().max = 1000.0;
    let page = render(&report);
    assert_eq!(page.matches("<svg class=\"plot\"").count(), 2);
    assert!(page.contains("The same curves up to 100 Gy"));
}

#[test]
fn per_activity_shows_its_unit_and_no_band() {
    let page = render(&example::report_of(crate::DoseBasis::PerActivity, &["a"]));
    assert!(page.contains("absorbed dose per GBq, in Gy/GBq"));
    assert!(page.contains("Absorbed dose (Gy/GBq)"));
    assert!(!page.contains("Response band"));
}

#[test]
fn none_one_and_sixty_lesions_are_whole_pages() {
    let sixty: Vec<String> =
        (0..60).map(|number| format!("Läsion {number} 肺 {}", "lang ".repeat(20))).collect();
    let sixty: Vec<&str> = sixty.iter().map(String::as_str).collect();
    for names in [&[][..], &["one"][..], &sixty[..]] {
        let page = render(&example::report(names));
        for element in ["section", "table", "tr", "td", "th", "svg", "figure", "dl", "div", "ul", "p"] {
            let open =
                page.matches(&format!("<{element}>")).count() + page.matches(&format!("<{element} ")).count();
            assert_eq!(
                open,
                page.matches(&format!("</{element}>")).count(),
                "{element}, {} lesions",
                names.len()
            );
        }
        assert_eq!(page.matches("<path class=\"curve\"").count(), 2 * names.len());
    }
}

#[test]
fn corrected_budgets_and_the_second_check_are_shown_where_there_are_any() {
    let mut report = example::report(&["lung met deep", "rib"]);
    let without = render(&report);
    assert!(!without.contains("id=\"second-check\"") && !without.contains("corrected for blur"));
    let dose = report.lesions[1].dose.as_mut().unwrap();
    dose.mean_corrected = Some(51.5);
    dose.mean_corrected_u = Some(4.1);
    dose.corrected_uncertainty_budget =
        Budget::new().with(RECOVERY, Some(0.071)).with(KINETICS, Some(0.034)).completed();
    (dose.sphere, dose.local, dose.second_check_tolerance) = (Some(48.25), Some(50.5), Some(6.75));
    dose.second_check = Some(Verdict::Differs);
    let page = render(&report);
    let section = |id: &str| {
        let rest = page.split_once(&format!("id=\"{id}\"")).unwrap().1;
        rest.split_once("</section>").unwrap().0.to_owned()
    };
    let corrected = section("uncertainty").split_once("corrected for blur").unwrap().1.to_owned();
    // The largest in bold; what is not known is said.
    for part in ["<b>7.1 %</b>", "3.4 %", "not included", "rib"] {
        assert!(corrected.contains(part), "{part}: {corrected}");
    }
    assert!(!corrected.contains("lung met deep"));
    for part in ["48.2", "50.5", "6.75", "differs"] {
        assert!(section("second-check").contains(part), "{part}");
    }
    assert!(section("lesions").contains("51.5 ± 4.1"));
}
