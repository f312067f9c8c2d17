//! `[[image]]`

use super::clinical;
use crate::Error;
use crate::init::choose::Choice;
use crate::init::page::Page;
use crate::init::place::relative;
use crate::inspect::{Activity, Entry, Inspection, ValueUnit};
use iodose_physics::Library;
use std::path::Path;

/// Units that a case file knows; free texts of files are compared with them.
const UNITS: [&str; 3] = ["Bq/mL", "kBq/mL", "MBq/mL"];

pub(super) fn write(
    page: &mut Page,
    number: usize,
    entry: &Entry,
    choice: &Choice<'_>,
    inspection: &Inspection,
    folder: &Path,
    library: &Library,
) -> Result<(), Error> {
    let Some(activity) = &entry.activity else { return Ok(()) };
    let at = format!("image[{number}]");
    page.section("[[image]]");
    page.key("path", relative(&entry.path, folder)?, &origin(entry));
    clinical::series(page, entry, inspection);
    page.key("modality", choice.modality.to_string(), entry.guessed_from.as_deref().unwrap_or_default());
    nuclide(page, &at, activity, library);
    unit(page, &at, entry, activity);
    time(page, &at, entry, activity, choice);
    clinical::registration(page, &at, entry, choice, inspection, folder)?;
    page.optional_number("resolution_mm", "full width at half maximum; no file states it");
    Ok(())
}

/// Where an entry comes from, in a few words.
pub(super) fn origin(entry: &Entry) -> String {
    match &entry.guessed_from {
        Some(why) => format!("a {} by {why}", entry.kind.name()),
        None => entry.name.clone(),
    }
}

fn nuclide(page: &mut Page, at: &str, activity: &Activity, library: &Library) {
    let known: Vec<&str> = library.nuclides().iter().map(|nuclide| nuclide.name.as_str()).collect();
    let list = known.join(", ");
    match &activity.nuclide {
        Some(name) if known.contains(&name.as_str()) => page.key("nuclide", name.as_str(), ""),
        Some(name) => {
            let why = format!(
                "the file says {name}, of which no data are at hand ({list}); if another was imaged \"as {name}\", state it and the next line"
            );
            page.open(at, "nuclide", "I-124", &why);
            page.optional(
                "scanner_nuclide_data",
                "correct",
                "values are corrected for the scanner's other nuclide",
            );
        }
        None => page.open(at, "nuclide", "I-124", &format!("the file does not say; one of {list}")),
    }
    if let Some(deviation) = &activity.deviation {
        let why = format!("values are to be corrected, or the image is refused: {deviation}");
        page.open(at, "scanner_nuclide_data", "correct", &why);
    }
}

fn unit(page: &mut Page, at: &str, entry: &Entry, activity: &Activity) {
    match &activity.unit {
        ValueUnit::BqPerMl => page.remark("unit: Bq/mL, as the file says"),
        ValueUnit::Stated(text) if UNITS.contains(&text.as_str()) => {
            page.key("unit", text.as_str(), "by the file's text");
        }
        ValueUnit::Counts { duration_known } => {
            let why = "the file holds counts: with the camera's calibration, state both lines";
            page.open(at, "unit", "counts", why);
            page.open_number(
                at,
                "calibration_cps_per_MBq",
                "of the camera for this protocol; no file states it",
            );
            if *duration_known {
                page.remark("duration_s: as the file says");
            } else {
                page.open_number(at, "duration_s", "of the scan; the file does not state it");
            }
        }
        ValueUnit::Stated(_) | ValueUnit::Unknown => {
            let choices =
                "\"Bq/mL\", \"kBq/mL\", \"MBq/mL\", or \"counts\" (with calibration_cps_per_MBq, duration_s)";
            page.open(at, "unit", "Bq/mL", &format!("{} does not say; {choices}", entry.format));
        }
    }
}

fn time(page: &mut Page, at: &str, entry: &Entry, activity: &Activity, choice: &Choice<'_>) {
    if let Some(hours) = activity.hours {
        return page.remark(&format!("time_h: {hours:.3} h after administration, as the file says"));
    }
    if let Some(hours) = activity.hours_by_name {
        return page.open(
            at,
            "time_h",
            hours,
            "hours after administration; only the file's name suggests it",
        );
    }
    let first = choice.images.first().and_then(|first| first.made);
    let later = entry.made.zip(first).map(|(made, first)| made.seconds_since(first) / 3600.0);
    let since =
        later.filter(|later| *later > 0.0).map(|later| format!(" ({later:.2} h after the first image)"));
    let made = entry.made.map(|made| format!("; the scan began {made}{}", since.unwrap_or_default()));
    let why = format!("hours after administration; no file says when that was{}", made.unwrap_or_default());
    page.open_number(at, "time_h", &why);
}
