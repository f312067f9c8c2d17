//! What the patient is made of, on the dose grid.

use crate::Error;
use crate::case::{Case, CtCurve, Registration, SeriesKey, Tissue, is_dicom};
use crate::clinical;
use crate::dose::DoseInput;
use crate::frames::{Frames, Origin};
use crate::inputs::Inputs;
use crate::prepare::{MOST_ACTIVITY_OUTSIDE, NOTABLE_ACTIVITY_OUTSIDE};
use iodose_io::tissue::{MATERIAL_NAMES, TissueError};
use iodose_io::{HuCurve, densities_from_ct, materials_from_density, simulable_densities};
use iodose_report::Background;
use iodose_volume::{Grid, Volume, resample_labels, resample_mean};
use std::collections::BTreeMap;
use std::path::Path;

/// Density (g/cm3) of what a CT does not show: dry air (ICRU 37).
const AIR: f32 = 1.2e-3;

/// Names of the materials that a label map may assign: label n is the n-th, counted from 1; 0 leaves it to the density.
pub const MATERIAL_LABELS: [&str; 9] =
    ["water", "soft-tissue", "lung", "adipose", "muscle", "blood", "bone-compact", "bone-cortical", "air"];

/// A patient as read: density on its own grid, materials if given, and the CT for pictures.
#[derive(Debug)]
pub(crate) struct TissueImages {
    density: Volume<f32>,
    materials: Option<Volume<u16>>,
    pub(crate) ct: Option<Volume<f32>>,
}

/// Density and material of every voxel of the dose grid.
#[derive(Debug)]
pub(crate) struct TissueMaps {
    /// g/cm3
    pub(crate) density: Volume<f32>,
    /// Position in `names`.
    pub(crate) materials: Volume<u8>,
    pub(crate) names: &'static [&'static str],
    /// The part of each voxel that the CT or density map covers, 0 to 1.
    pub(crate) covered: Volume<f32>,
}

impl TissueMaps {
    /// What the engine gets: decays of a nuclide in this tissue.
    pub(crate) fn dose_input<'a>(
        &'a self,
        decays: &'a Volume<f32>,
        nuclide: &'a str,
        labels: Option<&'a Volume<u16>>,
    ) -> DoseInput<'a> {
        let Self { density, materials, names: material_names, .. } = self;
        DoseInput { decays, density, materials, material_names, nuclide, labels }
    }
}

impl TissueImages {
    pub(crate) fn of_case(case: &Case, frames: &mut Frames, inputs: &mut Inputs) -> Result<Self, Error> {
        match &case.tissue {
            Tissue::Ct(ct) => {
                let curve = match &ct.curve {
                    CtCurve::Default => HuCurve::Default,
                    CtCurve::Schneider2000 => HuCurve::Schneider2000,
                    CtCurve::File(path) => {
                        inputs.note_file("CT curve", &path.written, &path.resolved)?;
                        HuCurve::from_csv(&path.resolved)?
                    }
                };
                let (written, path) = (&ct.path.written, &ct.path.resolved);
                let (volume, origin) = read_ct(written, path, ct.series.as_ref(), inputs)?;
                let volume =
                    frames.place(&ct.path, origin.as_ref(), &Registration::default(), volume, inputs)?;
                Self::from_ct(written, path, volume, &curve, inputs)
            }
            Tissue::Density(map) => {
                let (written, path) = (&map.path.written, &map.path.resolved);
                let density = inputs.image("density map", written, path)?;
                let materials = map.materials.as_ref().map(|file| {
                    let labels = inputs.labels("material map", &file.written, &file.resolved)?;
                    Ok::<_, Error>((file.resolved.as_path(), labels))
                });
                Self::from_density(written, path, density, materials.transpose()?, inputs)
            }
        }
    }

    pub(crate) fn from_ct(
        written: &str,
        path: &Path,
        ct: Volume<f32>,
        curve: &HuCurve,
        inputs: &mut Inputs,
    ) -> Result<Self, Error> {
        let in_file = |source: TissueError| Error::Tissue { path: path.to_path_buf(), source };
        let converted = densities_from_ct(&ct, curve).map_err(in_file)?;
        if converted.above_curve > 0 {
            inputs.warn(format!(
                "{written}: {} voxels lie above the last point of the CT curve ({} HU) and get its density; metal?",
                converted.above_curve,
                curve.last_hu()
            ));
        }
        Ok(Self {
            density: simulable(written, path, converted.volume, inputs)?,
            materials: None,
            ct: Some(ct),
        })
    }

    /// From densities and, with the file they come from, labels of materials.
    pub(crate) fn from_density(
        written: &str,
        path: &Path,
        density: Volume<f32>,
        materials: Option<(&Path, Volume<u16>)>,
        inputs: &mut Inputs,
    ) -> Result<Self, Error> {
        let density = simulable(written, path, density, inputs)?;
        if let Some((path, labels)) = &materials {
            let most = labels.data().iter().copied().max().unwrap_or(0);
            if usize::from(most) > MATERIAL_LABELS.len() {
                let expected = format!("0 for by density, or 1 to 9 for {}", MATERIAL_LABELS.join(", "));
                return Err(Error::input(path.display(), "label", most, expected));
            }
        }
        Ok(Self { density, materials: materials.map(|(_, labels)| labels), ct: None })
    }

    pub(crate) fn grid(&self) -> &Grid {
        self.density.grid()
    }

    /// What lies under a picture.
    pub(crate) fn background(&self) -> Background<'_> {
        match &self.ct {
            Some(ct) => Background::ct(ct),
            None => Background::density(&self.density),
        }
    }

    /// Averages the density over the voxels of the dose grid; what lies beyond the images is air.
    pub(crate) fn on_grid(&self, grid: &Grid) -> TissueMaps {
        let mean = resample_mean(&self.density, grid, AIR);
        let by_density = materials_from_density(&mean.volume);
        let Some(labels) = &self.materials else {
            return TissueMaps {
                density: mean.volume,
                materials: by_density,
                names: &MATERIAL_NAMES,
                covered: mean.covered,
            };
        };
        let labels = resample_labels(labels, grid);
        let name_of = |offset: usize, label: u16| match label {
            0 => MATERIAL_NAMES[usize::from(by_density.data()[offset])],
            label => MATERIAL_LABELS[usize::from(label) - 1],
        };
        let position =
            |name: &str| MATERIAL_LABELS.iter().position(|known| *known == name).unwrap_or(0) as u8;
        let materials = Volume::from_fn(*grid, |index| {
            let offset = grid.offset(index);
            position(name_of(offset, labels.data()[offset]))
        });
        TissueMaps { density: mean.volume, materials, names: &MATERIAL_LABELS, covered: mean.covered }
    }
}

impl TissueMaps {
    /// Activity where the images show no tissue would be simulated in air, where little mass makes an absurd dose: worth a
    /// warning, and refused where it is most of it. `file` is the activity's.
    pub(crate) fn check_coverage(
        &self,
        file: &Path,
        decays: &Volume<f32>,
        inputs: &mut Inputs,
    ) -> Result<(), Error> {
        let (mut total, mut uncovered) = (0.0, 0.0);
        for (&decays, &covered) in decays.data().iter().zip(self.covered.data()) {
            total += f64::from(decays);
            uncovered += f64::from(decays) * (1.0 - f64::from(covered));
        }
        let percent = 100.0 * uncovered / total;
        if uncovered > MOST_ACTIVITY_OUTSIDE * total {
            let found =
                format!("{percent:.0} % of the time-integrated activity outside the CT or density map");
            let expected = "at most 50 %; are they in one frame of reference?";
            return Err(Error::input(file.display(), "position", found, expected));
        }
        if uncovered > NOTABLE_ACTIVITY_OUTSIDE * total {
            inputs.warn(format!(
                "{percent:.1} % of the time-integrated activity lies outside the CT or density map and is simulated in air"
            ));
        }
        Ok(())
    }

    /// Takes the voxels that the images do not show out of the lesions, where no dose is known, and returns the share of
    /// each lesion that went.
    pub(crate) fn clear_uncovered(&self, labels: &mut Volume<u16>) -> BTreeMap<u16, f64> {
        /// Rounding of a grid that fits exactly.
        const WHOLLY: f32 = 0.999;
        let mut counts: BTreeMap<u16, (f64, f64)> = BTreeMap::new();
        for (label, &covered) in labels.data_mut().iter_mut().zip(self.covered.data()) {
            if *label > 0 {
                let (all, cleared) = counts.entry(*label).or_default();
                *all += 1.0;
                if covered < WHOLLY {
                    *cleared += 1.0;
                    *label = 0;
                }
            }
        }
        counts
            .into_iter()
            .filter(|(_, (_, cleared))| *cleared > 0.0)
            .map(|(label, (all, c))| (label, c / all))
            .collect()
    }

    /// Water of 1 g/cm3 everywhere.
    pub(crate) fn water(grid: Grid) -> Self {
        Self {
            density: Volume::filled(grid, 1.0),
            materials: Volume::filled(grid, 0),
            names: &["water"],
            covered: Volume::filled(grid, 1.0),
        }
    }
}

/// Reads a CT, HU, and where it comes from if it is DICOM.
pub(crate) fn read_ct(
    written: &str,
    path: &Path,
    series: Option<&SeriesKey>,
    inputs: &mut Inputs,
) -> Result<(Volume<f32>, Option<Origin>), Error> {
    if is_dicom(path) {
        let (ct, origin) = clinical::read_ct(written, path, series, inputs)?;
        return Ok((ct, Some(origin)));
    }
    Ok((inputs.image("CT", written, path)?, None))
}

fn simulable(
    written: &str,
    path: &Path,
    density: Volume<f32>,
    inputs: &mut Inputs,
) -> Result<Volume<f32>, Error> {
    let fit =
        simulable_densities(&density).map_err(|source| Error::Tissue { path: path.to_path_buf(), source })?;
    if fit.lowered > 0 {
        inputs.warn(format!(
            "{written}: {} voxels above 3 g/cm3 are simulated with 3 g/cm3; metal?",
            fit.lowered
        ));
    }
    if fit.raised > 0 {
        inputs.warn(format!(
            "{written}: {} voxels under 0.0005 g/cm3 are simulated with 0.0005 g/cm3",
            fit.raised
        ));
    }
    Ok(fit.volume)
}
