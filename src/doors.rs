//! Doors into readers that a program reaches only on its way through a run, for the crate that damages their files
//! (`crates/hostile`). No part of the interface.

use crate::blood::BloodFindings;
use crate::case::Case;
use crate::convergence::Looks;
use crate::dose::{compute_dose_at, compute_share, tables_of};
use crate::inputs::Inputs;
use crate::keep::{Checkpoint, Origin, PartFile, Parts};
use crate::{DoseInput, DoseMaps, DoseSettings, Error};
use iodose_physics::Library;
use iodose_transport::{Tables, Unwatched, Watch};

/// The numbers that the samples of a case say: blood dose (Gy/GBq) and retention (GBq/GBq) with their uncertainties, as far as
/// they are known.
pub fn read_blood(case: &Case, library: &Library) -> Result<Vec<f64>, Error> {
    let found = BloodFindings::read(case, library, &mut Inputs::default())?;
    let known = [found.dose_gy_per_gbq, found.retention_48h].into_iter().flatten();
    Ok(known.flat_map(|quantity| [Some(quantity.value), quantity.u]).flatten().collect())
}

/// The tables of some materials.
pub fn tables(materials: &[&str], library: &Library) -> Result<Tables, Error> {
    tables_of(materials, library)
}

/// Writes a part of a run.
pub fn write_part(
    input: &DoseInput<'_>,
    settings: &DoseSettings,
    library: &Library,
    part: &PartFile,
    watch: &dyn Watch,
) -> Result<(), Error> {
    compute_share(input, settings, library, part, watch)
}

/// The result from the parts of a run.
pub fn from_parts(
    input: &DoseInput<'_>,
    settings: &DoseSettings,
    library: &Library,
    tables: &Tables,
    parts: &Parts,
) -> Result<DoseMaps, Error> {
    compute_dose_at(input, settings, library, tables, &Origin::Parts(parts), &Looks::new(&Unwatched))
}

/// The result from a checkpoint.
pub fn from_checkpoint(
    input: &DoseInput<'_>,
    settings: &DoseSettings,
    library: &Library,
    tables: &Tables,
    checkpoint: &Checkpoint,
) -> Result<DoseMaps, Error> {
    compute_dose_at(
        input,
        settings,
        library,
        tables,
        &Origin::Checkpoint(checkpoint),
        &Looks::new(&Unwatched),
    )
}
