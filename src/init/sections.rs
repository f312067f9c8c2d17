//! The sections of a case file.

mod clinical;
mod decision;
mod image;

use super::choose::Choice;
use super::page::Page;
use super::place::relative;
use crate::Error;
use crate::case::Modality;
use crate::inspect::{Inspection, Kind};
use iodose_physics::Library;
use std::path::Path;

/// Activities that differ by less (relative) are one, written twice.
const SAME_ACTIVITY: f64 = 1e-3;
const DEFAULT_THERAPY: &str = "I-131";

pub(super) fn write(
    page: &mut Page,
    choice: &Choice<'_>,
    inspection: &Inspection,
    folder: &Path,
    library: &Library,
) -> Result<(), Error> {
    page.section("[case]");
    page.key("id", "case", "pseudonym in reports and logs: choose another, but no name");
    let (purpose, why) = match choice.modality {
        Modality::Pet => ("pre-therapy", "as the images are PET"),
        Modality::Spect => ("post-therapy", "as the images are SPECT"),
    };
    let why = if choice.why_modality.is_empty() { why } else { &choice.why_modality };
    page.key("purpose", purpose, why);
    clinical::frames(page, choice, inspection);

    for (number, entry) in choice.images.iter().enumerate() {
        image::write(page, number, entry, choice, inspection, folder, library)?;
    }
    tissue(page, choice, inspection, folder)?;
    lesions(page, choice, inspection, folder)?;
    activities(page, choice);
    kinetics(page, choice);
    page.section("[transport]");
    page.key("uncertainty", 0.01, "mean relative standard uncertainty of the lesions' voxels");
    page.key("seed", 1, "");
    decision::write(page, choice);

    if !choice.left.is_empty() {
        page.section("# Not used:");
        for (entry, why) in &choice.left {
            page.remark(&format!("- {} ({}): {why}", entry.name, entry.path.display()));
        }
    }
    Ok(())
}

fn tissue(page: &mut Page, choice: &Choice<'_>, inspection: &Inspection, folder: &Path) -> Result<(), Error> {
    let Some(entry) = choice.tissue else {
        page.section("[ct]");
        page.open("ct", "path", "ct", "no CT was found; a DICOM folder, NIfTI or MetaImage file of HU");
        return Ok(());
    };
    if entry.kind == Kind::Density {
        page.section("[density]");
        page.key("path", relative(&entry.path, folder)?, &image::origin(entry));
        return Ok(());
    }
    page.section("[ct]");
    page.key("path", relative(&entry.path, folder)?, &image::origin(entry));
    clinical::series(page, entry, inspection);
    page.key("curve", "default", "HU to density; or \"schneider2000\", or a .csv of HU,g/cm3");
    Ok(())
}

fn lesions(
    page: &mut Page,
    choice: &Choice<'_>,
    inspection: &Inspection,
    folder: &Path,
) -> Result<(), Error> {
    let Some(entry) = choice.lesions else {
        page.section("# [lesions]  # none were found: dose maps only");
        page.optional("path", "lesions.nii.gz", "label map, SEG or RTSTRUCT");
        return Ok(());
    };
    page.section("[lesions]");
    page.key("path", relative(&entry.path, folder)?, &image::origin(entry));
    clinical::series(page, entry, inspection);
    clinical::registration(page, "lesions", entry, choice, inspection, folder)?;
    if entry.kind == Kind::Structures {
        let why = "or \"coverage\", each voxel by the share that lies inside the contour";
        page.key("contour_rule", "voxel-centre", why);
    }
    let outlines: Vec<toml::Value> = entry
        .lesions
        .iter()
        .filter(|lesion| lesion.is_outline && !lesion.name.trim().is_empty())
        .map(|lesion| lesion.name.clone().into())
        .collect();
    if !outlines.is_empty() {
        page.key("exclude", outlines, "no lesions, by their name or type");
    }
    for lesion in &entry.lesions {
        let volume = lesion.volume_ml.map_or(String::new(), |volume| format!(", {volume:.3} mL"));
        page.remark(&format!("{} {}{volume}", lesion.label, lesion.name).replace(" ,", ","));
    }
    if entry.kind == Kind::Labels {
        let name = |label: i64| (label.to_string(), toml::Value::from(format!("lesion {label}")));
        let names: toml::map::Map<_, _> =
            entry.lesions.iter().take(1).map(|lesion| name(lesion.label)).collect();
        page.optional("names", names, "names by label");
    }
    Ok(())
}

/// What was given: from the images where they agree on it.
fn activities(page: &mut Page, choice: &Choice<'_>) {
    let activities = choice.images.iter().filter_map(|entry| entry.activity.as_ref());
    let stated: Vec<f64> = activities.clone().filter_map(|activity| activity.administered_bq).collect();
    let agreed = stated
        .first()
        .copied()
        .filter(|first| stated.iter().all(|other| (other / first - 1.0).abs() <= SAME_ACTIVITY));
    let choices: Vec<String> = stated.iter().map(|bq| format!("{} MBq", bq / 1e6)).collect();
    let why = match stated.len() {
        0 => "no file states it".to_owned(),
        _ => format!("the images disagree: {}", choices.join(", ")),
    };
    let nuclide = activities.clone().find_map(|activity| activity.nuclide.as_deref());
    match choice.modality {
        Modality::Pet => {
            page.section("[administration]");
            match agreed {
                Some(bq) => page.key("activity_MBq", bq / 1e6, "of the imaged nuclide, as the images state"),
                None => page.open_number("administration", "activity_MBq", &format!("imaged nuclide; {why}")),
            }
            page.section("[therapy]");
            page.key("nuclide", DEFAULT_THERAPY, "the usual one");
            page.optional_number("activity_GBq", "planned; no image can state it: results are per GBq");
        }
        Modality::Spect => {
            page.section("[therapy]");
            match nuclide {
                Some(nuclide) => page.key("nuclide", nuclide, "the imaged one"),
                None => page.key("nuclide", DEFAULT_THERAPY, "the usual one; it must be the imaged one"),
            }
            match agreed {
                Some(bq) => page.key("activity_GBq", bq / 1e9, "given, as the image states"),
                None => page.optional_number("activity_GBq", &format!("given; {why}: no dose per GBq")),
            }
        }
    }
}

fn kinetics(page: &mut Page, choice: &Choice<'_>) {
    page.section("[kinetics]");
    let is_single = choice.images.len() == 1;
    let models = if is_single {
        "the one that suits the number of images; or \"single-time\", \"2t-ln2\""
    } else {
        "the one that suits the images; or \"mono\", \"bi\", \"uptake-washout\", \"trapezoid\""
    };
    page.key("model", "auto", models);
    if is_single {
        let why = "effective half-life of the imaged nuclide: a single image cannot tell it";
        page.open_number("kinetics", "effective_half_life_h", why);
        page.optional_number("effective_half_life_u", "its relative standard uncertainty");
    }
    let image_u = match choice.modality {
        Modality::Pet => "an image against the next, relative standard uncertainty; else 0.035",
        Modality::Spect => {
            "an image against the next, relative standard uncertainty; else 0.027, that of phantoms"
        }
    };
    page.optional_number("image_u", image_u);
    page.optional_number(
        "uptake_half_time_h",
        "uptake before the first image; else at once, with uptake_u_h = 3.5",
    );
    if !is_single {
        page.optional("voxels", "fit", "every voxel its own washout; else \"shape\", that of its lesion");
    }
}
