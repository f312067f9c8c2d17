//! What only DICOM has: series and frames of reference.

use crate::Error;
use crate::init::choose::Choice;
use crate::init::page::Page;
use crate::init::place::relative;
use crate::inspect::{Entry, Inspection, Kind};
use std::path::Path;

/// `series`, where the path holds others of the same kind.
pub(super) fn series(page: &mut Page, entry: &Entry, inspection: &Inspection) {
    let Some(uid) = &entry.series_uid else { return };
    // Lesions are looked for in objects of both kinds.
    let are_lesions = |kind| matches!(kind, Kind::Segmentation | Kind::Structures);
    let alike =
        |other: &&Entry| other.kind == entry.kind || are_lesions(other.kind) && are_lesions(entry.kind);
    let others = inspection.entries.iter().filter(alike);
    let others = others.filter(|other| other.series_uid.as_ref() != Some(uid));
    let inside = |other: &&Entry| other.sources.iter().any(|source| source.starts_with(&entry.path));
    let names: Vec<&str> = others.filter(inside).map(|other| other.name.as_str()).collect();
    if !names.is_empty() {
        page.key("series", uid.as_str(), &format!("the path also holds {}", names.join(", ")));
    }
}

/// The frame of reference of the CT where it is not that of an entry.
fn other_frame<'a>(entry: &Entry, choice: &Choice<'a>) -> Option<&'a String> {
    let frame = choice.tissue?.frame_of_reference.as_ref()?;
    entry.frame_of_reference.as_ref().filter(|own| *own != frame).map(|_| frame)
}

fn registered_by<'a>(entry: &Entry, choice: &Choice<'_>, inspection: &'a Inspection) -> Option<&'a Entry> {
    let (own, of_ct) = (entry.frame_of_reference.as_ref()?, other_frame(entry, choice)?);
    inspection.entries.iter().find(|other| {
        let registration = other.registration.as_ref();
        registration.is_some_and(|registration| registration.between(own, of_ct).is_some())
    })
}

/// `registration`, where an entry has another frame of reference than the CT.
pub(super) fn registration(
    page: &mut Page,
    at: &str,
    entry: &Entry,
    choice: &Choice<'_>,
    inspection: &Inspection,
    folder: &Path,
) -> Result<(), Error> {
    if other_frame(entry, choice).is_none() {
        return Ok(());
    }
    let mut before = choice.images.iter().take_while(|image| !std::ptr::eq(**image, entry));
    if before.any(|image| image.frame_of_reference == entry.frame_of_reference) {
        page.remark("registration: that of the first image of its frame of reference");
        return Ok(());
    }
    if let Some(found) = registered_by(entry, choice, inspection) {
        let why = format!("{}: from its frame of reference to the CT's", found.name);
        page.key("registration", relative(&found.path, folder)?, &why);
        return Ok(());
    }
    let transforms = inspection.entries.iter().filter(|entry| entry.kind == Kind::Transform);
    let names: Vec<&str> = transforms.map(|entry| entry.name.as_str()).collect();
    let found =
        if names.is_empty() { "none was found".to_owned() } else { format!("found: {}", names.join(", ")) };
    let why = format!(
        "its frame of reference is not the CT's: an ITK transform, a 4x4 matrix or a DICOM REG ({found}), or frames = \"registered\" in [case]"
    );
    page.open(at, "registration", "registration.tfm", &why);
    Ok(())
}

/// `case.frames`, where images and CT have different frames of reference and nothing says how they lie.
pub(super) fn frames(page: &mut Page, choice: &Choice<'_>, inspection: &Inspection) {
    let entries = choice.images.iter().chain(&choice.lesions);
    let open = entries.filter(|entry| other_frame(entry, choice).is_some());
    if open.into_iter().any(|entry| registered_by(entry, choice, inspection).is_none()) {
        let why = "frames of reference differ: only if all images lie over each other as they are";
        page.optional("frames", "registered", why);
    }
}
