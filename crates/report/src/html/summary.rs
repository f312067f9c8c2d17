//! The head of the report: what it is of, and what it says in a few sentences.

use super::{escape::escape, section};
use crate::lesion::LesionResult;
use crate::number::readable;
use crate::partial_volume::PartialVolumeFlag;
use crate::report::Report;
use crate::response::BandCertainty;

/// Purpose, nuclide, basis, and therapy activity as a list.
pub(super) fn facts(report: &Report) -> String {
    let basis = &report.settings.basis;
    let activity = basis.activity_gbq().map_or("not given".to_owned(), |activity| format!("{activity} GBq"));
    let facts = [
        ("Purpose", escape(&report.purpose)),
        ("Nuclide", escape(&report.nuclide)),
        ("Therapy activity", activity),
        ("Doses are", format!("{}, in {}", basis.describe(), basis.unit())),
    ];
    let items: String =
        facts.iter().map(|(term, fact)| format!("<div><dt>{term}</dt><dd>{fact}</dd></div>\n")).collect();
    format!("<dl class=\"facts\">\n{items}</dl>")
}

/// The summary in words.
pub(super) fn summary(report: &Report) -> String {
    let sentences: Vec<String> = [range(report), bands(report), sizes(&report.lesions), warned(report)]
        .into_iter()
        .filter(|sentence| !sentence.is_empty())
        .collect();
    section_of(&sentences.join(" "))
}

fn section_of(text: &str) -> String {
    section("summary", "Summary", &format!("<p class=\"lead\">{text}</p>\n"))
}

fn range(report: &Report) -> String {
    let basis = &report.settings.basis;
    let means = || report.lesions.iter().map(|lesion| lesion.dose_mean);
    let (lowest, highest) = (means().fold(f64::INFINITY, f64::min), means().fold(0.0, f64::max));
    match report.lesions.as_slice() {
        [] => "The case has no lesions.".to_owned(),
        [only] => {
            format!(
                "One lesion; its mean {} is {} {}.",
                basis.describe(),
                readable(only.dose_mean),
                basis.unit()
            )
        }
        many => format!(
            "{} lesions; their mean {} runs from {} to {} {}.",
            many.len(),
            basis.describe(),
            readable(lowest),
            readable(highest),
            basis.unit()
        ),
    }
}

/// How many lesions lie in each band, the empty bands left out.
fn bands(report: &Report) -> String {
    let in_band = |band: &str| {
        report.lesions.iter().filter(|lesion| lesion.response_band.as_deref() == Some(band)).count()
    };
    let counts: Vec<String> = report
        .settings
        .response
        .bands()
        .iter()
        .map(|band| (in_band(band), band_in_words(band)))
        .filter(|&(count, _)| count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    if counts.is_empty() {
        return String::new();
    }
    let unsure =
        count(&report.lesions, |lesion| lesion.response_band_certainty == Some(BandCertainty::Uncertain));
    let unsure = match unsure {
        0 => String::new(),
        unsure => format!(" ({unsure} not certain within two standard uncertainties)"),
    };
    format!("Response bands: {}{unsure}.", counts.join(", "))
}

/// `<20` as "below 20 Gy", and so on.
fn band_in_words(band: &str) -> String {
    match (band.strip_prefix('<'), band.strip_prefix(">=")) {
        (Some(limit), _) => format!("below {limit} Gy"),
        (_, Some(limit)) => format!("of {limit} Gy or more"),
        _ => format!("from {} Gy", band.replacen('-', " to ", 1)),
    }
}

fn sizes(lesions: &[LesionResult]) -> String {
    match count(lesions, |lesion| lesion.partial_volume_flag != PartialVolumeFlag::Ok) {
        0 => String::new(),
        1 => "One lesion is too small for the scanner to show its true dose.".to_owned(),
        flagged => format!("{flagged} lesions are too small for the scanner to show their true dose."),
    }
}

fn warned(report: &Report) -> String {
    match report.warnings.len() {
        0 => String::new(),
        1 => "There is <a href=\"#warnings\">one warning</a>.".to_owned(),
        many => format!("There are <a href=\"#warnings\">{many} warnings</a>."),
    }
}

fn count(lesions: &[LesionResult], which: impl Fn(&LesionResult) -> bool) -> usize {
    lesions.iter().filter(|lesion| which(lesion)).count()
}
