//! Which images, CT and lesions a case is made of.

use crate::Error;
use crate::case::Modality;
use crate::inspect::{Entry, Inspection, Kind};

/// Images that begin within this time (s) show the same scan: other reconstructions of it.
const SAME_SCAN_S: f64 = 60.0;

/// What was chosen.
pub(super) struct Choice<'a> {
    pub(super) modality: Modality,
    /// Why this modality, where there was another.
    pub(super) why_modality: String,
    /// In the order of time.
    pub(super) images: Vec<&'a Entry>,
    /// A CT, or a density map where there is none.
    pub(super) tissue: Option<&'a Entry>,
    pub(super) lesions: Option<&'a Entry>,
    /// What could have been chosen as well, or cannot be used, and why.
    pub(super) left: Vec<(&'a Entry, String)>,
}

impl<'a> Choice<'a> {
    pub(super) fn of(inspection: &'a Inspection, wanted: Option<Modality>) -> Result<Self, Error> {
        refuse_several_patients(inspection)?;
        let (modality, why_modality) = choose_modality(inspection, wanted)?;
        let mut left = Vec::new();
        let images = images(inspection, modality, &mut left);
        let frames: Vec<&String> =
            images.iter().filter_map(|image| image.frame_of_reference.as_ref()).collect();
        let tissue = best(inspection, &[Kind::Ct, Kind::Density], &frames, &mut left);
        // Lesions may be drawn on the CT of a visit of its own.
        let of_tissue = tissue.and_then(|entry| entry.frame_of_reference.as_ref());
        let frames: Vec<&String> = of_tissue.into_iter().chain(frames).collect();
        let kinds = [Kind::Segmentation, Kind::Structures, Kind::Labels];
        let lesions = best(inspection, &kinds, &frames, &mut left);
        Ok(Self { modality, why_modality, images, tissue, lesions, left })
    }
}

/// Images of several patients make no case, whoever they are.
fn refuse_several_patients(inspection: &Inspection) -> Result<(), Error> {
    match inspection.patients.len() {
        0 | 1 => Ok(()),
        several => Err(Error::input(
            "paths",
            "(0010,0020) PatientID",
            format!("{several} patients"),
            "the files of one (`iodose inspect` tells which is whose)",
        )),
    }
}

fn choose_modality(inspection: &Inspection, wanted: Option<Modality>) -> Result<(Modality, String), Error> {
    let has = |kind| inspection.entries.iter().any(|entry| entry.kind == kind && is_usable(entry));
    let unknown = has(Kind::Activity);
    match (wanted, has(Kind::Pet), has(Kind::Spect)) {
        (Some(Modality::Pet), true, _) | (None, true, false) => Ok((Modality::Pet, String::new())),
        (Some(Modality::Spect), _, true) | (None, false, true) => Ok((Modality::Spect, String::new())),
        (None, true, true) => {
            let why =
                "PET and SPECT were found; `iodose init --use spect` makes a post-therapy case of the SPECT";
            Ok((Modality::Pet, why.into()))
        }
        (Some(modality), ..) if unknown => Ok((modality, "as stated with --use".into())),
        (None, false, false) if unknown => {
            Ok((Modality::Pet, "no file says so; `--use spect` makes a post-therapy case".into()))
        }
        (wanted, ..) => {
            let what = wanted.map_or("PET or SPECT".to_owned(), |modality| modality.to_string());
            Err(nothing(inspection, &what))
        }
    }
}

fn nothing(inspection: &Inspection, what: &str) -> Error {
    let problem = inspection.all_problems().next();
    let found = match (problem, inspection.entries.is_empty()) {
        (Some(problem), _) => format!("none that can be used ({problem})"),
        (None, true) => "no image".into(),
        (None, false) => {
            let kinds: Vec<&str> = inspection.entries.iter().map(|entry| entry.kind.name()).collect();
            let mut different = kinds.clone();
            different.sort_unstable();
            different.dedup();
            different.join(", ")
        }
    };
    Error::input("paths", "images", found, format!("at least one {what} image"))
}

/// An activity image that a case can name: at worst the scanner's nuclide data are to be corrected.
fn is_usable(entry: &Entry) -> bool {
    let Some(activity) = &entry.activity else { return false };
    entry.problems.iter().all(|problem| Some(problem) == activity.deviation.as_ref())
}

fn images<'a>(
    inspection: &'a Inspection,
    modality: Modality,
    left: &mut Vec<(&'a Entry, String)>,
) -> Vec<&'a Entry> {
    let kind = if modality == Modality::Pet { Kind::Pet } else { Kind::Spect };
    let of_kind = |entry: &&Entry| entry.kind == kind || entry.kind == Kind::Activity;
    let (mut images, unusable): (Vec<&Entry>, Vec<&Entry>) =
        inspection.entries.iter().filter(of_kind).partition(|entry| is_usable(entry));
    for entry in unusable {
        left.push((entry, entry.problems.first().cloned().unwrap_or_default()));
    }
    // A DICOM image says of itself what a converted copy does not.
    let clinical = images.iter().any(|entry| entry.format == "DICOM");
    let known = images.iter().any(|entry| entry.kind == kind);
    images.retain(|entry| {
        let fits = (!clinical || entry.format == "DICOM") && (!known || entry.kind == kind);
        if !fits {
            left.push((entry, "other images say more of themselves".into()));
        }
        fits
    });
    images.sort_by(|a, b| {
        let hours = |entry: &Entry| entry.activity.as_ref().and_then(|activity| activity.hours_by_name);
        let by_name = hours(a).unwrap_or(f64::MAX).total_cmp(&hours(b).unwrap_or(f64::MAX));
        a.made.cmp(&b.made).then(by_name).then_with(|| a.path.cmp(&b.path))
    });
    one_nuclide(&mut images, left);
    one_per_scan(images, left)
}

/// A case has one imaged nuclide: the one of most images.
fn one_nuclide<'a>(images: &mut Vec<&'a Entry>, left: &mut Vec<(&'a Entry, String)>) {
    let nuclide = |entry: &Entry| entry.activity.as_ref().and_then(|activity| activity.nuclide.clone());
    let count = |name: &Option<String>| images.iter().filter(|entry| nuclide(entry) == *name).count();
    // Of equals the first: `max_by_key` gives the last.
    let most = images.iter().rev().map(|entry| nuclide(entry)).filter(Option::is_some).max_by_key(count);
    let Some(Some(most)) = most else { return };
    images.retain(|entry| match nuclide(entry) {
        Some(other) if other != most => {
            left.push((entry, format!("an image of {other}, not of {most}")));
            false
        }
        _ => true,
    });
}

fn one_per_scan<'a>(images: Vec<&'a Entry>, left: &mut Vec<(&'a Entry, String)>) -> Vec<&'a Entry> {
    let mut chosen: Vec<&Entry> = Vec::new();
    for entry in images {
        let same = chosen.last().filter(|last| match (last.made, entry.made) {
            (Some(before), Some(now)) => now.seconds_since(before).abs() < SAME_SCAN_S,
            _ => false,
        });
        match same {
            Some(last) => {
                let why = format!("begins with {}: taken for another reconstruction of that scan", last.name);
                left.push((entry, why));
            }
            None => chosen.push(entry),
        }
    }
    chosen
}

/// The best entry of some kinds, the earlier kinds first, then those that share a frame of reference with the images.
fn best<'a>(
    inspection: &'a Inspection,
    kinds: &[Kind],
    frames: &[&String],
    left: &mut Vec<(&'a Entry, String)>,
) -> Option<&'a Entry> {
    let rank = |entry: &Entry| {
        let kind = kinds.iter().position(|kind| *kind == entry.kind);
        let shares = entry.frame_of_reference.as_ref().is_some_and(|frame| frames.contains(&frame));
        // Without DICOM images, no file has a frame of reference to share.
        let foreign = !frames.is_empty() && !shares;
        kind.map(|kind| (kind, foreign))
    };
    let candidates = inspection.entries.iter().filter(|entry| rank(entry).is_some());
    let (usable, unusable): (Vec<&Entry>, Vec<&Entry>) =
        candidates.partition(|entry| entry.problems.is_empty());
    for entry in unusable {
        left.push((entry, entry.problems.first().cloned().unwrap_or_default()));
    }
    let chosen = *usable.iter().min_by_key(|entry| rank(entry))?;
    for entry in usable.into_iter().filter(|entry| !std::ptr::eq(*entry, chosen)) {
        left.push((entry, format!("{} was taken", chosen.name)));
    }
    Some(chosen)
}
