//! Dose and uncertainty as RT Dose objects beside the NIfTI maps, where the inputs were DICOM. Method: `docs/methods/rtdose.md`.

use crate::Error;
use crate::case::Case;
use crate::dose::DoseMaps;
use crate::folder::{DOSE_DICOM, UNCERTAINTY_DICOM};
use crate::frames::Frames;
use crate::inputs::Inputs;
use iodose_dicom::{DicomFile, DoseDescription, DoseQuantity, rtdose_bytes};
use iodose_io::write_bytes_whole;
use iodose_report::DoseBasis;
use iodose_volume::{Grid, Volume};
use sha2::{Digest, Sha256};
use std::path::Path;

/// An image of the patient whose record the dose belongs to.
#[derive(Debug)]
pub(crate) struct DoseRecord {
    reference: DicomFile,
    nuclide: String,
    basis: String,
}

impl DoseRecord {
    /// Where the CT or an activity image that lies over it is DICOM, and doses are in Gy. What would make the objects
    /// impossible is found out here, before the simulation.
    pub(crate) fn of(
        case: &Case,
        basis: &DoseBasis,
        grid: &Grid,
        frames: &Frames,
        inputs: &mut Inputs,
    ) -> Result<Option<Self>, Error> {
        if let Some(reason) = frames.why_no_record() {
            inputs.warn(format!("{DOSE_DICOM} is not written: {reason}"));
        }
        let Some(source) = frames.record().and_then(|origin| origin.source.as_ref()) else { return Ok(None) };
        if *basis == DoseBasis::PerActivity {
            inputs.warn(format!(
                "{DOSE_DICOM} is not written: RT Dose holds Gy, and without therapy.activity_GBq there is only Gy/GBq"
            ));
            return Ok(None);
        }
        let record = Self {
            reference: DicomFile::open_source(source)?,
            nuclide: case.therapy.nuclide.clone(),
            basis: basis.describe(),
        };
        let voxels = Volume::filled(Grid::new([2; 3], *grid.affine())?, 0.0);
        rtdose_bytes(
            &voxels,
            &record.reference,
            &record.description(DoseQuantity::AbsorbedDose, String::new()),
        )?;
        Ok(Some(record))
    }

    /// Writes both objects.
    pub(crate) fn write(&self, folder: &Path, maps: &DoseMaps) -> Result<(), Error> {
        let fingerprint = fingerprint(maps);
        let dose = maps.dose.map(|&value| value.max(0.0));
        for (name, volume, quantity) in [
            (DOSE_DICOM, &dose, DoseQuantity::AbsorbedDose),
            (UNCERTAINTY_DICOM, &maps.uncertainty, DoseQuantity::Uncertainty),
        ] {
            let description = self.description(quantity, fingerprint.clone());
            write_bytes_whole(&folder.join(name), &rtdose_bytes(volume, &self.reference, &description)?)?;
        }
        Ok(())
    }

    /// What the object cannot hold of a dose: an estimate of next to nothing may lie below 0, a stored value may not.
    pub(crate) fn note(maps: &DoseMaps) -> Option<String> {
        let negative = maps.dose.data().iter().filter(|&&value| value < 0.0).count();
        (negative > 0).then(|| {
            format!("{DOSE_DICOM}: {negative} voxels whose Monte Carlo estimate is below 0 hold 0 (values are unsigned)")
        })
    }

    /// Dates are left empty: an object's bytes follow from its UID, and that from the result.
    fn description(&self, quantity: DoseQuantity, fingerprint: String) -> DoseDescription {
        let Self { nuclide, basis, .. } = self;
        let what = match quantity {
            DoseQuantity::AbsorbedDose => "absorbed dose",
            DoseQuantity::Uncertainty => "dose uncertainty (k=1)",
        };
        DoseDescription {
            quantity,
            series_description: format!("iodose {nuclide} {what}"),
            comment: format!("{nuclide}, {basis}; Monte Carlo, iodose {}. {}", crate::VERSION, crate::NOTICE),
            date: String::new(),
            time: String::new(),
            version: crate::VERSION.into(),
            fingerprint,
        }
    }
}

/// Of the values and their places: the same result is the same object.
fn fingerprint(maps: &DoseMaps) -> String {
    let mut hasher = Sha256::new();
    hasher.update(format!("{:?}", maps.dose.grid()));
    for volume in [&maps.dose, &maps.uncertainty] {
        for values in volume.data().chunks(1 << 12) {
            hasher.update(values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>());
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
