//! The lesions of a case on the grids of the images and of the dose.

use crate::Error;
use crate::case;
use crate::inputs::Inputs;
use iodose_io::label_sizes;
use iodose_volume::{Grid, Volume, resample_labels};

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
    pub(crate) fn read(section: &case::Lesions, activity: &Grid, inputs: &mut Inputs) -> Result<Self, Error> {
        let labels = inputs.labels("lesion mask", &section.path.written, &section.path.resolved)?;
        let file = &section.path.resolved;
        let sizes =
            label_sizes(&labels).map_err(|source| Error::Labels { path: file.to_path_buf(), source })?;
        if let Some(unknown) =
            section.names.keys().find(|label| !sizes.iter().any(|size| size.label == **label))
        {
            let present: Vec<String> = sizes.iter().map(|size| size.label.to_string()).collect();
            let expected = format!("a label of the map: {}", present.join(", "));
            return Err(Error::input(file.display(), "lesions.names", unknown, expected));
        }
        if !labels.grid().matches(activity, 1e-2) {
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
                    .cloned()
                    .unwrap_or_else(|| format!("lesion {}", size.label));
                Lesion { label: size.label, name, volume_ml: size.volume_ml, fraction_outside, centre }
            })
            .collect();
        Ok(Self { labels, list })
    }

    /// The labels on another grid by largest share. A lesion too small to win any voxel gets the one at its centre, so
    /// that it is not lost; the labels for which that was done are returned as well.
    pub(crate) fn on_grid(&self, grid: &Grid) -> (Volume<u16>, Vec<u16>) {
        let mut labels = resample_labels(&self.labels, grid);
        let mut kept = Vec::new();
        for lesion in &self.list {
            if labels.data().contains(&lesion.label) {
                continue;
            }
            if let Some(voxel) = grid.voxel_at(lesion.centre).filter(|&voxel| labels[voxel] == 0) {
                labels[voxel] = lesion.label;
                kept.push(lesion.label);
            }
        }
        (labels, kept)
    }
}

/// Centre (LPS mm) of a label's voxels and the share of them whose centre lies outside a grid.
fn place(labels: &Volume<u16>, label: u16, grid: &Grid) -> ([f64; 3], f64) {
    let (mut sum, mut voxels, mut outside) = ([0.0; 3], 0.0, 0.0);
    for (offset, _) in labels.data().iter().enumerate().filter(|(_, value)| **value == label) {
        let point = labels.grid().index_to_patient(labels.grid().index(offset).map(|n| n as f64));
        voxels += 1.0;
        for axis in 0..3 {
            sum[axis] += point[axis];
        }
        if grid.voxel_at(point).is_none() {
            outside += 1.0;
        }
    }
    (sum.map(|x| x / voxels), outside / voxels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesions(labels: Volume<u16>, activity: &Grid) -> Lesions {
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
        let labels = Volume::from_fn(
            mask,
            |[i, j, _]| if j == 0 && i >= 4 && i < 8 { 1 } else { u16::from(i == 9) * 2 },
        );
        let lesions = lesions(labels, &activity);
        assert_eq!(lesions.list[0].fraction_outside, 0.5);
        assert_eq!(lesions.list[1].fraction_outside, 1.0);
    }

    #[test]
    fn a_lesion_smaller_than_a_voxel_is_not_lost() {
        let mask = Grid::axis_aligned([8, 8, 8], [1.0; 3], [0.0; 3]).unwrap();
        let coarse = Grid::axis_aligned([2, 2, 2], [4.0; 3], [1.5; 3]).unwrap();
        let mut labels = Volume::filled(mask, 0u16);
        labels[[5, 1, 2]] = 9;
        let (resampled, kept) = lesions(labels, &coarse).on_grid(&coarse);
        assert_eq!(kept, [9]);
        assert_eq!(resampled[[1, 0, 0]], 9);
        assert_eq!(resampled.data().iter().filter(|&&l| l == 9).count(), 1);
    }
}
