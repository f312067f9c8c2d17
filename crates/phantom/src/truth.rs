//! The true values a result can be compared with.

use crate::check::key;
use crate::geometry::Body;
use crate::regions::Region;
use crate::{Description, PhantomError};
use iodose_volume::Volume;
use serde::Serialize;

/// The true values a result can be compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Truth {
    /// Name of the phantom.
    pub phantom: String,
    /// The imaged nuclide.
    pub imaged_nuclide: String,
    /// Its administered activity, MBq.
    #[serde(rename = "administered_activity_MBq")]
    pub administered_activity_mbq: f64,
    /// The therapy nuclide.
    pub therapy_nuclide: String,
    /// Its activity, GBq.
    #[serde(rename = "therapy_activity_GBq")]
    pub therapy_activity_gbq: f64,
    /// One entry per label, by increasing label.
    pub lesions: Vec<LesionTruth>,
}

/// The true values of one lesion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LesionTruth {
    /// Label in the label map.
    pub label: u16,
    /// Name.
    pub name: String,
    /// Centre of the shape, LPS mm.
    pub centre_mm: [f64; 3],
    /// Volume by sub-voxel sampling of what later shapes leave of it inside the grid, mL.
    #[serde(rename = "volume_mL")]
    pub volume_ml: f64,
    /// Volume of the voxels that bear the label, mL.
    #[serde(rename = "label_volume_mL")]
    pub label_volume_ml: f64,
    /// Density, g/cm3.
    pub density_g_per_cm3: f64,
    /// Concentration of the imaged nuclide at the administration, Bq/mL.
    #[serde(rename = "concentration_Bq_per_mL")]
    pub concentration_bq_per_ml: f64,
    /// Effective half-life of the imaged nuclide, h; absent without activity.
    pub effective_half_life_h: Option<f64>,
    /// Effective half-life of the therapy nuclide, h; absent without activity.
    pub therapy_effective_half_life_h: Option<f64>,
    /// Time-integrated activity concentration of the therapy nuclide inside the lesion, MBq.h/mL.
    #[serde(rename = "tia_MBq_h_per_mL")]
    pub tia_mbq_h_per_ml: f64,
}

/// The truth from the shares of the voxels: `covered_voxels` per region, outside first.
pub(crate) fn truth(
    description: &Description,
    regions: &[Region],
    bodies: &[Body],
    covered_voxels: &[f64],
    labels: &Volume<u16>,
) -> Result<Truth, PhantomError> {
    let voxel_ml = labels.grid().voxel_volume_ml();
    let mut lesions = Vec::new();
    for (number, shape) in description.shapes.iter().enumerate() {
        let Some(label) = shape.label else { continue };
        let region = &regions[number + 1];
        let labelled = labels.data().iter().filter(|&&other| other == label).count();
        if labelled == 0 {
            return Err(PhantomError::value(
                key(number, shape, "label"),
                format!("no voxel of which label {label} has the largest share"),
                "a lesion inside the grid, not covered by later shapes and not below the voxel size",
            ));
        }
        lesions.push(LesionTruth {
            label,
            name: shape.name.clone().unwrap_or_default(),
            centre_mm: bodies[number].centre(),
            volume_ml: covered_voxels[number + 1] * voxel_ml,
            label_volume_ml: labelled as f64 * voxel_ml,
            density_g_per_cm3: shape.density_g_per_cm3,
            concentration_bq_per_ml: shape.concentration_bq_per_ml,
            effective_half_life_h: shape
                .effective_half_life_h
                .filter(|_| shape.concentration_bq_per_ml > 0.0),
            therapy_effective_half_life_h: region.therapy_effective_half_life_h,
            tia_mbq_h_per_ml: region.tia_bq_h_per_ml * 1e-6,
        });
    }
    lesions.sort_by_key(|lesion| lesion.label);
    Ok(Truth {
        phantom: description.name.clone(),
        imaged_nuclide: description.imaging.nuclide.clone(),
        administered_activity_mbq: description.imaging.administered_activity_mbq,
        therapy_nuclide: description.therapy.nuclide.clone(),
        therapy_activity_gbq: description.therapy.activity_gbq,
        lesions,
    })
}
