//! The head of the report: what it is of, and what it says in a few sentences.

use super::{escape::escape, section};
use crate::lesion::{BestMean, LesionDose, LesionResult};
use crate::number::readable;
use crate::partial_volume::PartialVolumeFlag;
use crate::report::Report;
use crate::response::BandCertainty;
use crate::second_check::Verdict;

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

/// The summary in words, with the count of warnings.
pub(super) fn summary(report: &Report) -> String {
    let sentences: Vec<String> =
        [range(report), lost(report), bands(report), sizes(&report.lesions), checks(report), warned(report)]
            .into_iter()
            .filter(|sentence| !sentence.is_empty())
            .collect();
    let body = format!("<p class=\"lead\">{}</p>\n", sentences.join(" "));
    section("summary", "Summary", &body)
}

fn range(report: &Report) -> String {
    let basis = &report.settings.basis;
    let best: Vec<BestMean<'_>> = doses(&report.lesions).map(LesionDose::best).collect();
    let means: Vec<f64> = best.iter().map(|mean| mean.value).collect();
    let how = match best.iter().filter(|mean| mean.is_corrected).count() {
        0 => " as measured",
        corrected if corrected == best.len() => ", corrected for blur,",
        _ => ", corrected for blur where possible,",
    };
    let lowest = means.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = means.iter().copied().fold(0.0, f64::max);
    match means.as_slice() {
        [] if report.lesions.is_empty() => "The case has no lesions.".to_owned(),
        [] => "No lesion has a dose.".to_owned(),
        [only] => {
            format!(
                "One lesion with a dose; its mean {}{how} is {} {}.",
                basis.describe(),
                readable(*only),
                basis.unit()
            )
        }
        many => format!(
            "{} lesions with a dose; their mean {}{how} runs from {} to {} {}.",
            many.len(),
            basis.describe(),
            readable(lowest),
            readable(highest),
            basis.unit()
        ),
    }
}

fn lost(report: &Report) -> String {
    match report.lesions.len() - doses(&report.lesions).count() {
        0 => String::new(),
        1 => "For one lesion no dose is known.".to_owned(),
        many => format!("For {many} lesions no dose is known."),
    }
}

fn doses(lesions: &[LesionResult]) -> impl Iterator<Item = &LesionDose> {
    lesions.iter().filter_map(|lesion| lesion.dose.as_ref())
}

/// How many lesions lie in each band, the empty bands left out.
fn bands(report: &Report) -> String {
    let in_band = |band: &str| doses(&report.lesions).filter(|dose| dose.best().band == Some(band)).count();
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
    let is_unsure = |dose: &&LesionDose| dose.best().band_certainty == Some(BandCertainty::Uncertain);
    let unsure = match doses(&report.lesions).filter(is_unsure).count() {
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
    let is_small = |lesion: &&LesionResult| lesion.partial_volume_flag != PartialVolumeFlag::Ok;
    match lesions.iter().filter(|lesion| lesion.dose.is_some()).filter(is_small).count() {
        0 => String::new(),
        1 => "One lesion is too small for the scanner to show its true dose.".to_owned(),
        flagged => format!("{flagged} lesions are too small for the scanner to show their true dose."),
    }
}

/// The lesions that the second check says something of.
fn checks(report: &Report) -> String {
    let differs = |lesion: &&LesionResult| {
        lesion.dose.as_ref().and_then(|dose| dose.second_check) == Some(Verdict::Differs)
    };
    let labels: Vec<String> =
        report.lesions.iter().filter(differs).map(|lesion| lesion.label.to_string()).collect();
    if labels.is_empty() {
        return String::new();
    }
    let plural = if labels.len() == 1 { "" } else { "s" };
    format!(
        "<a href=\"#second-check\">The second check differs for lesion{plural} {}.</a>",
        labels.join(", ")
    )
}

fn warned(report: &Report) -> String {
    match report.warnings.len() {
        0 => String::new(),
        1 => "<a class=\"warned\" href=\"#warnings\">There is one warning.</a>".to_owned(),
        many => format!("<a class=\"warned\" href=\"#warnings\">There are {many} warnings.</a>"),
    }
}

/// The warnings that the summary counts.
pub(super) fn warnings(report: &Report) -> String {
    let items: String =
        report.warnings.iter().map(|warning| format!("<li>{}</li>\n", escape(warning))).collect();
    let list = if items.is_empty() { items } else { format!("<ul class=\"warnings\">\n{items}</ul>\n") };
    section("warnings", "Warnings", &list)
}
