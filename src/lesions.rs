//! The lesions of a case on the grids of the images and of the dose.

use crate::Error;
use crate::activity::ActivityImages;
use crate::case::{Case, Lesions as Section, is_dicom};
use crate::drawn::{self, Drawn};
use crate::frames::Frames;
use crate::inputs::{Inputs, require_overlap};
use iodose_io::label_sizes;
use iodose_volume::{Grid, Volume, resample_labels};
use std::collections::BTreeMap;

/// One lesion as drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lesion {
    pub(crate) label: u16,
    pub(crate) name: String,
    /// mL
    pub(crate) volume_ml: f64,
    /// Share of its volume outside the activity image, 0 to 1.
    pub(crate) fraction_outside: f64,
    /// Centre of its voxels, LPS mm.
    centre: [f64; 3],
}

/// All lesions, as drawn.
#[derive(Clone, Debug)]
pub(crate) struct Lesions {
    pub(crate) labels: Volume<u16>,
    pub(crate) list: Vec<Lesion>,
}

impl Lesions {
    /// Reads the lesions of a case that has some.
    /// Contours that refer to no image of the case are laid on the grid of the tissue's.
    pub(crate) fn read(
        case: &Case,
        section: &Section,
        activity: &ActivityImages,
        tissue: &Grid,
        frames: &mut Frames,
        inputs: &mut Inputs,
    ) -> Result<Self, Error> {
        let file = &section.path.resolved;
        let Drawn { labels, names, volumes_ml } = if is_dicom(file) {
            drawn::read(section, tissue, frames, inputs)?
        } else {
            let labels = inputs.labels("lesion mask", &section.path.written, file)?;
            let labels = frames.place(&section.path, None, &section.registration, labels, inputs)?;
            Drawn { labels, names: BTreeMap::new(), volumes_ml: BTreeMap::new() }
        };
        let sizes =
            label_sizes(&labels).map_err(|source| Error::Labels { path: file.to_path_buf(), source })?;
        let keyed = section.names.keys().map(|label| ("lesions.names", label));
        let keyed = keyed.chain(
            case.kinetics.lesion_half_life_h.keys().map(|label| ("kinetics.lesion_half_life_h", label)),
        );
        let keyed = keyed.chain(case.protocol.remnants.iter().map(|label| ("protocol.remnants", label)));
        let earlier = case.earlier.iter().flat_map(|treatment| treatment.lesion_dose_gy.keys());
        let keyed = keyed.chain(earlier.map(|label| ("earlier.lesion_dose_Gy", label)));
        for (key, label) in keyed {
            if !sizes.iter().any(|size| size.label == *label) {
                let present: Vec<String> = sizes.iter().map(|size| size.label.to_string()).collect();
                let expected = format!("a label of {}: {}", section.path.written, present.join(", "));
                return Err(Error::input(&case.file, key, format!("label {label}"), expected));
            }
        }
        require_overlap(file, labels.grid(), "the first activity image", activity.grid())?;
        if !labels.grid().matches(activity.grid(), 1e-2) {
            inputs.warn(format!(
                "{}: lies on another grid than the activity images; resampled by largest share",
                section.path.written
            ));
        }
        let list = sizes
            .iter()
            .map(|size| {
                let (centre, fraction_outside) = place(&labels, size.label, activity);
                let name = section
                    .names
                    .get(&size.label)
                    .or(names.get(&size.label))
                    .cloned()
                    .unwrap_or_else(|| format!("lesion {}", size.label));
                let volume_ml = volumes_ml.get(&size.label).copied().unwrap_or(size.volume_ml);
                Lesion { label: size.label, name, volume_ml, fraction_outside, centre }
            })
            .collect();
        Ok(Self { labels, list })
    }

    /// A mask of one label by itself.
    pub(crate) fn of_one(labels: Volume<u16>, label: u16, name: &str, activity: &ActivityImages) -> Self {
        let (centre, fraction_outside) = place(&labels, label, activity);
        let voxels = labels.data().iter().filter(|found| **found == label).count();
        let volume_ml = voxels as f64 * labels.grid().voxel_volume_ml();
        Self {
            labels,
            list: vec![Lesion { label, name: name.to_owned(), volume_ml, fraction_outside, centre }],
        }
    }

    /// Makes a label background.
    pub(crate) fn take_out(&mut self, label: u16) {
        self.labels.data_mut().iter_mut().filter(|found| **found == label).for_each(|found| *found = 0);
        self.list.retain(|lesion| lesion.label != label);
    }

    /// The labels on another grid by largest share. A lesion too small to win any voxel gets the one at its centre, so
    /// that it is not lost; the labels for which that was done are returned as well. Voxels that not all images show
    /// bear no label: their dose is not known.
    pub(crate) fn on_grid(&self, grid: &Grid, activity: &ActivityImages) -> (Volume<u16>, Vec<u16>) {
        let is_known = |voxel: [usize; 3]| activity.show(grid.index_to_patient(voxel.map(|n| n as f64)));
        let mut labels = resample_labels(&self.labels, grid);
        for (offset, label) in labels.data_mut().iter_mut().enumerate().filter(|(_, label)| **label > 0) {
            if !is_known(grid.index(offset)) {
                *label = 0;
            }
        }
        let mut kept = Vec::new();
        for lesion in &self.list {
            if labels.data().contains(&lesion.label) {
                continue;
            }
            if let Some(voxel) =
                grid.voxel_at(lesion.centre).filter(|&voxel| labels[voxel] == 0 && is_known(voxel))
            {
                labels[voxel] = lesion.label;
                kept.push(lesion.label);
            }
        }
        (labels, kept)
    }

    /// Names the lesions whose dose, or part of it, stays unknown.
    pub(crate) fn warn_of_the_lost(&self, labels: &Volume<u16>, inputs: &mut Inputs) {
        for lesion in &self.list {
            if lesion.fraction_outside > 0.0 {
                let percent = 100.0 * lesion.fraction_outside;
                inputs.warn(format!(
                    "{}: {percent:.0} % of the lesion lies outside the activity image",
                    lesion.name
                ));
            } else if !labels.data().contains(&lesion.label) {
                inputs.warn(format!(
                    "{}: no voxel of the dose grid belongs to it, as another lesion lies in the voxel at its centre",
                    lesion.name
                ));
            }
        }
    }
}

/// Centre (LPS mm) of a label's voxels and the share of them whose centre not all images show.
fn place(labels: &Volume<u16>, label: u16, activity: &ActivityImages) -> ([f64; 3], f64) {
    let (mut sum, mut voxels, mut outside) = ([0.0; 3], 0.0, 0.0);
    for (offset, _) in labels.data().iter().enumerate().filter(|(_, value)| **value == label) {
        let point = labels.grid().index_to_patient(labels.grid().index(offset).map(|n| n as f64));
        voxels += 1.0;
        for axis in 0..3 {
            sum[axis] += point[axis];
        }
        if !activity.show(point) {
            outside += 1.0;
        }
    }
    (sum.map(|x| x / voxels), outside / voxels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesions(labels: Volume<u16>, activity: &ActivityImages) -> Lesions {
        let list = label_sizes(&labels).unwrap();
        let list = list.iter().map(|size| {
            let (centre, fraction_outside) = place(&labels, size.label, activity);
            Lesion {
                label: size.label,
                name: String::new(),
                volume_ml: size.volume_ml,
                fraction_outside,
                centre,
            }
        });
        Lesions { list: list.collect(), labels }
    }

    #[test]
    fn a_lesion_partly_outside_the_activity_image_says_so() {
        let mask = Grid::axis_aligned([10, 4, 4], [2.0; 3], [0.0; 3]).unwrap();
        let activity = Grid::axis_aligned([3, 2, 2], [4.0; 3], [1.0, 1.0, 1.0]).unwrap();
        let labels =
            Volume::from_fn(
                mask,
                |[i, j, _]| if j == 0 && (4..8).contains(&i) { 1 } else { u16::from(i == 9) * 2 },
            );
        let lesions = lesions(labels, &ActivityImages::empty(&[activity]));
        assert_eq!(lesions.list[0].fraction_outside, 0.5);
        assert_eq!(lesions.list[1].fraction_outside, 1.0);
    }

    #[test]
    fn a_lesion_smaller_than_a_voxel_is_not_lost() {
        let mask = Grid::axis_aligned([8, 8, 8], [1.0; 3], [0.0; 3]).unwrap();
        let coarse = Grid::axis_aligned([2, 2, 2], [4.0; 3], [1.5; 3]).unwrap();
        let mut labels = Volume::filled(mask, 0u16);
        labels[[5, 1, 2]] = 9;
        let images = ActivityImages::empty(&[coarse]);
        let (resampled, kept) = lesions(labels, &images).on_grid(&coarse, &images);
        assert_eq!(kept, [9]);
        assert_eq!(resampled[[1, 0, 0]], 9);
        assert_eq!(resampled.data().iter().filter(|&&l| l == 9).count(), 1);
    }

    #[test]
    fn what_one_image_misses_has_no_label() {
        let grid = Grid::axis_aligned([8, 4, 4], [4.0; 3], [0.0; 3]).unwrap();
        let half = Grid::axis_aligned([4, 4, 4], [4.0; 3], [0.0; 3]).unwrap();
        let images = ActivityImages::empty(&[grid, half]);
        let labels = Volume::from_fn(grid, |[i, ..]| u16::from((2..6).contains(&i)));
        let lesions = lesions(labels, &images);
        assert_eq!(lesions.list[0].fraction_outside, 0.5);
        let (on_grid, kept) = lesions.on_grid(&grid, &images);
        assert_eq!(on_grid, Volume::from_fn(grid, |[i, ..]| u16::from(i == 2 || i == 3)));
        assert!(kept.is_empty());
    }
}
