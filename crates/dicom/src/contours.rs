//! Structure sets (RTSTRUCT): closed planar contours to voxels. Method: `docs/methods/contours.md`.

mod crossing;
mod plane;
mod rasterise;
mod read;
mod slab;

use iodose_volume::{GridError, RigidTransform};
use std::path::PathBuf;

/// Which voxels belong to a contour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContourRule {
    /// Those whose centre lies inside or on it (to 0.02 mm).
    #[default]
    VoxelCentre,
    /// Each by the share of it that lies inside.
    Coverage,
}

/// A structure set as its file states it.
#[derive(Clone, Debug, PartialEq)]
pub struct StructureSet {
    /// The file.
    pub path: PathBuf,
    /// StructureSetLabel.
    pub label: String,
    /// SeriesInstanceUIDs of the images that it refers to, in the order of the file.
    pub referenced_series: Vec<String>,
    /// Its regions of interest, by number.
    pub rois: Vec<Roi>,
}

/// One region of interest.
#[derive(Clone, Debug, PartialEq)]
pub struct Roi {
    /// ROINumber.
    pub number: i64,
    /// ROIName; free text of the clinic.
    pub name: String,
    /// ROIDisplayColor: red, green, blue.
    pub colour: Option<[u8; 3]>,
    /// RTROIInterpretedType: GTV, PTV, ORGAN, ...
    pub interpreted_type: Option<String>,
    /// UID of the frame of reference of the contours' points.
    pub frame_of_reference: Option<String>,
    /// The closed contours.
    pub contours: Vec<Contour>,
    /// Contours that enclose nothing by their kind (points, open lines): `contour 3: POINT`.
    pub not_closed: Vec<String>,
}

/// A closed contour in one plane. Several contours of a plane are combined by the even-odd rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Contour {
    /// Its corners, LPS mm; the last is joined to the first.
    pub points: Vec<[f64; 3]>,
    /// SOPInstanceUID of the image that it was drawn on.
    pub image: Option<String>,
}

impl StructureSet {
    /// The set with its points mapped by a registration to another patient space.
    ///
    /// # Errors
    /// Where a point leaves the range of finite numbers.
    pub fn moved(mut self, transform: &RigidTransform) -> Result<Self, GridError> {
        for point in
            self.rois.iter_mut().flat_map(|roi| &mut roi.contours).flat_map(|contour| &mut contour.points)
        {
            *point = transform.apply(*point);
            if !point.iter().all(|x| x.is_finite()) {
                return Err(GridError::NotFinite);
            }
        }
        Ok(self)
    }
}

impl Roi {
    /// How messages name it.
    pub fn describe(&self) -> String {
        format!("ROI {} {:?}", self.number, self.name)
    }
}
