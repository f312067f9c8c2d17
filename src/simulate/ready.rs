//! The files of a request, read, checked against each other and brought onto the dose grid.

use super::{SimulateRequest, TissueChoice};
use crate::Error;
use crate::dose::DoseInput;
use crate::given::Given;
use crate::inputs::{Inputs, require_overlap};
use crate::prepare::require_right_angles;
use crate::tissue::{TissueImages, TissueMaps, read_ct};
use iodose_io::label_sizes;
use iodose_physics::Library;
use iodose_volume::{Grid, Volume, resample_labels};

/// A request with its files read and checked against each other.
pub(super) struct Ready<'a> {
    pub(super) request: &'a SimulateRequest,
    pub(super) inputs: Inputs,
    pub(super) decays: Volume<f32>,
    tissue: TissueMaps,
    labels: Option<Volume<u16>>,
}

impl<'a> Ready<'a> {
    pub(super) fn read(request: &'a SimulateRequest, library: &Library) -> Result<Self, Error> {
        library.nuclide(&request.nuclide)?;
        let mut inputs = Inputs::default();
        let decays = read_decays(request, &mut inputs)?;
        let tissue = read_tissue(request, decays.grid(), &mut inputs)?;
        tissue.check_coverage(request.tia.path(), &decays, &mut inputs)?;
        let labels = request.roi.as_ref().map(|roi| read_roi(roi, decays.grid(), &mut inputs)).transpose()?;
        Ok(Self { request, inputs, decays, tissue, labels })
    }

    pub(super) fn dose_input(&self) -> DoseInput<'_> {
        self.tissue.dose_input(&self.decays, &self.request.nuclide, self.labels.as_ref())
    }
}

fn read_decays(request: &SimulateRequest, inputs: &mut Inputs) -> Result<Volume<f32>, Error> {
    let path = request.tia.path();
    let stored = request.tia.read("time-integrated activity", inputs)?;
    let scale = request.unit.decays_per_voxel(stored.grid().voxel_volume_ml());
    let wrong = stored.data().iter().position(|value| !(value.is_finite() && *value >= 0.0));
    if let Some(offset) = wrong {
        let found = format!("{} at voxel {:?}", stored.data()[offset], stored.grid().index(offset));
        return Err(Error::input(
            path.display(),
            "time-integrated activity",
            found,
            "finite numbers of at least 0",
        ));
    }
    if stored.data().iter().all(|&value| value == 0.0) {
        let found = "0 in every voxel";
        return Err(Error::input(
            path.display(),
            "time-integrated activity",
            found,
            "at least one voxel above 0",
        ));
    }
    require_right_angles(path, stored.grid())?;
    Ok(stored.map(|&value| (f64::from(value) * scale) as f32))
}

fn read_tissue(request: &SimulateRequest, grid: &Grid, inputs: &mut Inputs) -> Result<TissueMaps, Error> {
    let images = match &request.tissue {
        TissueChoice::Water => return Ok(TissueMaps::water(*grid)),
        TissueChoice::Ct { ct, curve } => {
            let (written, path) = (ct.written(), ct.path());
            let volume = match ct {
                Given::File(path) => read_ct(&written, path, None, inputs)?.0,
                Given::Memory(_) => ct.read("CT", inputs)?,
            };
            TissueImages::from_ct(&written, path, volume, curve, inputs)?
        }
        TissueChoice::Density { density, materials } => {
            let volume = density.read("density map", inputs)?;
            let materials = materials
                .as_ref()
                .map(|labels| Ok::<_, Error>((labels.path(), labels.read("material map", inputs)?)));
            let materials = materials.transpose()?;
            TissueImages::from_density(&density.written(), density.path(), volume, materials, inputs)?
        }
    };
    require_overlap(request.tia.path(), grid, "the CT or density map", images.grid())?;
    if !grid.matches(images.grid(), 1e-2) {
        inputs.warn(
            "the CT or density map lies on another grid; its density was averaged over the dose voxels"
                .into(),
        );
    }
    Ok(images.on_grid(grid))
}

fn read_roi(roi: &Given<u16>, grid: &Grid, inputs: &mut Inputs) -> Result<Volume<u16>, Error> {
    let (written, path) = (roi.written(), roi.path());
    let labels = roi.read("regions", inputs)?;
    if labels.grid().matches(grid, 1e-2) {
        return Ok(Volume::from_fn(*grid, |index| labels[index]));
    }
    inputs.warn(format!("{written}: lies on another grid than the activity; resampled by largest share"));
    let resampled = resample_labels(&labels, grid);
    if resampled.data().iter().all(|&label| label == 0) {
        return Err(Error::input(
            path.display(),
            "position",
            "no label in the activity's grid",
            "labels that overlap with it",
        ));
    }
    for size in label_sizes(&labels).unwrap_or_default() {
        if !resampled.data().contains(&size.label) {
            inputs.warn(format!("{written}: label {} has no voxel on the activity's grid", size.label));
        }
    }
    Ok(resampled)
}
