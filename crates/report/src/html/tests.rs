use super::*;
use crate::picture::{Background, Pictures};
use crate::report::example;
use iodose_volume::{Grid, Volume};

fn with_pictures(names: &[&str]) -> Report {
    let grid = Grid::axis_aligned([12, 10, 8], [4.0; 3], [0.0; 3]).unwrap();
    let dose = Volume::from_fn(grid, |[i, j, k]| (i * j * k) as f32);
    let anatomy = Volume::filled(grid, 40.0f32);
    let labels = Volume::from_fn(grid, |[i, j, k]| u8::from(i > 6 && j > 5 && k > 4));
    let pictures = Pictures::draw(&dose, Some(Background::ct(&anatomy)), Some(&labels), None, None).unwrap();
    Report { pictures: Some(pictures), ..example::report(names) }
}

#[test]
fn parts_come_in_their_order_and_nothing_is_fetched() {
    let page = render(&with_pictures(&["lung met deep", "rib"]));
    let order = [
        "<h1><bdi>demo</bdi></h1>",
        "absorbed dose for 7.4 GBq",
        "not a medical device",
        "id=\"summary\"",
        "id=\"lesions\"",
        "id=\"dvh\"",
        "id=\"slices\"",
        "id=\"inputs\"",
        "id=\"settings\"",
        "id=\"warnings\"",
        "id=\"methods\"",
        "<footer>",
        "not a medical device",
        "iodose 0.1.0",
    ];
    let mut rest = page.as_str();
    for part in order {
        let at = rest.find(part);
        assert!(at.is_some(), "{part} is missing or out of order");
        rest = &rest[at.unwrap_or(0) + part.len()..];
    }
    assert_eq!(page.matches("<img src=\"data:image/png;base64,").count(), 3);
    for outside in ["http://", "https://", "<script", "<link", "@import", "url(h"] {
        assert!(!page.contains(outside), "{outside}");
    }
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
    report.lesions[0].uncertainty_budget = crate::Budget::new().with(attack, Some(0.1));
    let page = render(&report);
    assert!(!page.to_lowercase().contains("<script"));
    assert!(!page.contains("alert('"));
    assert!(page.matches("&lt;script&gt;").count() >= 14);
}

#[test]
fn unknown_values_are_said_to_be_unknown() {
    let mut report = example::report(&["dark", "bright"]);
    report.lesions[1].dose_mean_u = Some(f64::NAN);
    report.lesions[1].dose_mean_u_mc = None;
    let page = render(&report);
    assert!(page.contains("25.5 ± unknown"));
    assert!(page.contains("not included"));
    assert!(!page.contains("NaN"));
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
