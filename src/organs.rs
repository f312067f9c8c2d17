//! Organs on the grids of images and dose. Method: `docs/methods/lung.md`.

mod record;

use crate::Error;
use crate::activity::ActivityImages;
use crate::case::{Case, Lesions as Section, Organ, is_dicom};
use crate::drawn;
use crate::frames::Frames;
use crate::inputs::{Inputs, require_overlap};
use crate::lesions::Lesions;
use crate::tissue::TissueMaps;
use iodose_volume::{Grid, Volume, resample_labels};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

pub(crate) use record::OrganEvidence;

/// One organ: the case's words and its mask, which bears a label that no lesion has.
#[derive(Debug)]
struct Region<'a> {
    organ: &'a Organ,
    /// Number of its section, from 1.
    number: u32,
    label: u16,
    mask: Lesions,
    /// The mask on the dose grid, where the CT or density map shows it.
    on_dose_grid: Volume<u16>,
    /// Share of it that they do not show.
    without_tissue: f64,
}

/// The organs of a case.
#[derive(Debug, Default)]
pub(crate) struct Organs<'a> {
    regions: Vec<Region<'a>>,
}

/// The masks of a case's organs as drawn, each with the label that it bears.
pub(crate) struct OrganMasks<'a>(Vec<(&'a Organ, u16, Lesions)>);

impl<'a> OrganMasks<'a> {
    /// Reads the organs of a case. Those that are labels of the lesions' map are taken out of the lesions.
    pub(crate) fn read(
        case: &'a Case,
        lesions: &mut Option<Lesions>,
        activity: &ActivityImages,
        tissue: &Grid,
        frames: &mut Frames,
        inputs: &mut Inputs,
    ) -> Result<Self, Error> {
        let taken: BTreeSet<u16> =
            lesions.iter().flat_map(|lesions| &lesions.list).map(|lesion| lesion.label).collect();
        let mut free = (1..=u16::MAX).rev().filter(|label| !taken.contains(label));
        let mut masks = Vec::new();
        for (place, organ) in case.organs.iter().enumerate() {
            let (found, file) = drawn_labels(case, organ, lesions.as_ref(), tissue, frames, inputs)?;
            let refused = |found: String, expected: &str| {
                Err(Error::input(&case.file, format!("organ[{place}].label"), found, expected))
            };
            let Some(label) = free.next() else {
                return refused("no label left beside the lesions'".into(), "fewer lesions");
            };
            let is_organ = |value: u16| organ.label.map_or(value > 0, |label| value == label);
            let mask = found.map(|&value| if is_organ(value) { label } else { 0 });
            if !mask.data().contains(&label) {
                let label = organ.label.map_or("any label".to_owned(), |label| format!("label {label}"));
                return refused(format!("no voxel of {label} in {}", file.display()), "at least one");
            }
            require_overlap(file, mask.grid(), "the first activity image", activity.grid())?;
            masks.push((organ, label, Lesions::of_one(mask, label, &organ.name, activity)));
        }
        for label in case.organs.iter().filter(|organ| organ.path.is_none()).filter_map(|organ| organ.label) {
            lesions.iter_mut().for_each(|lesions| lesions.take_out(label));
        }
        Ok(Self(masks))
    }

    /// What curves are fitted to: the lesions, and the organs where no lesion is. `lesions` are those on the grid of the
    /// images, `None` for a case without.
    pub(crate) fn beside(&self, labels: &Volume<u16>, lesions: Option<&Lesions>) -> Lesions {
        let mut labels = labels.clone();
        let mut list = lesions.map_or(Vec::new(), |lesions| lesions.list.clone());
        for (_, label, mask) in &self.0 {
            let on_images = resample_labels(&mask.labels, labels.grid());
            for (target, &organ) in labels.data_mut().iter_mut().zip(on_images.data()) {
                if *target == 0 && organ > 0 {
                    *target = *label;
                }
            }
            list.extend(mask.list.iter().cloned());
        }
        Lesions { labels, list }
    }

    /// The case with the half-lives of its organs beside those of its lesions; the background's where there is one image.
    pub(crate) fn case_with_half_lives<'c>(&self, case: &'c Case) -> Cow<'c, Case> {
        if self.0.is_empty() {
            return Cow::Borrowed(case);
        }
        let mut case = case.clone();
        for (organ, label, _) in &self.0 {
            let of_background = case.kinetics.half_life_h(None).filter(|_| case.images.len() == 1);
            if let Some(half_life) = organ.effective_half_life_h.or(of_background) {
                case.kinetics.lesion_half_life_h.insert(*label, half_life);
            }
        }
        Cow::Owned(case)
    }

    /// The organs on the dose grid.
    pub(crate) fn on_grid(
        self,
        grid: &Grid,
        activity: &ActivityImages,
        tissue: &TissueMaps,
        inputs: &mut Inputs,
    ) -> Organs<'a> {
        let regions = (1..).zip(self.0).map(|(number, (organ, label, mask))| {
            let (mut on_dose_grid, _) = mask.on_grid(grid, activity);
            let without_tissue = tissue.clear_uncovered(&mut on_dose_grid).remove(&label).unwrap_or(0.0);
            mask.warn_of_the_lost(&on_dose_grid, inputs);
            Region { organ, number, label, mask, on_dose_grid, without_tissue }
        });
        Organs { regions: regions.collect() }
    }
}

impl Organs<'_> {
    /// The name of the organ that bears a label.
    pub(crate) fn name_of(&self, label: u16) -> Option<&str> {
        let region = self.regions.iter().find(|region| region.label == label)?;
        Some(&region.organ.name)
    }
}

/// The label map that an organ is part of, in the reference's patient space, and its file.
fn drawn_labels<'c>(
    case: &'c Case,
    organ: &'c Organ,
    lesions: Option<&Lesions>,
    tissue: &Grid,
    frames: &mut Frames,
    inputs: &mut Inputs,
) -> Result<(Volume<u16>, &'c Path), Error> {
    let Some(path) = &organ.path else {
        let section = case.lesions.as_ref().zip(lesions);
        return match section {
            Some((section, lesions)) => Ok((lesions.labels.clone(), &section.path.resolved)),
            None => {
                Err(Error::input(&case.file, "organ.label", "no [lesions] section", "one, or organ.path"))
            }
        };
    };
    let file = path.resolved.as_path();
    if is_dicom(file) {
        let section = Section {
            path: path.clone(),
            names: Default::default(),
            contour_rule: organ.contour_rule,
            only: organ.regions.clone(),
            exclude: Vec::new(),
            series: organ.series.clone(),
            registration: organ.registration.clone(),
        };
        return Ok((drawn::read(&section, tissue, frames, inputs)?.labels, file));
    }
    let labels = inputs.labels(&format!("organ mask, {}", organ.name), &path.written, file)?;
    Ok((frames.place(path, None, &organ.registration, labels, inputs)?, file))
}
