//! Frames of enhanced multi-frame objects: what is said of each in functional groups (PS3.3 C.7.6.16).

use crate::element::Attributes;
use crate::error::Result;
use crate::geometry::Plane;
use crate::pixels::PixelFormat;
use crate::slices::Slice;
use crate::source::Source;
use dicom_core::Tag;
use dicom_dictionary_std::tags;

/// The groups of one frame: its own, and those that all frames share.
pub(crate) struct Groups<'a> {
    own: Option<Attributes<'a>>,
    shared: Option<Attributes<'a>>,
}

impl<'a> Groups<'a> {
    /// The groups of every frame; there must be one item per frame.
    pub fn of(root: &Attributes<'a>, frames: usize) -> Result<Vec<Self>> {
        let shared = root.item_optional(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE)?;
        let own = root.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)?;
        if own.len() != frames {
            let tag = tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE;
            return Err(root.error(
                tag,
                format!("{} items", own.len()),
                format!("one for each of {frames} frames"),
            ));
        }
        Ok(own.into_iter().map(|own| Self { own: Some(own), shared: shared.clone() }).collect())
    }

    /// The only item of a group, the frame's own before the shared one.
    pub fn optional(&self, group: Tag) -> Result<Option<Attributes<'a>>> {
        for place in [&self.own, &self.shared].into_iter().flatten() {
            if place.has(group) {
                return place.item_optional(group);
            }
        }
        Ok(None)
    }

    /// All items of a group, the frame's own before the shared ones.
    pub fn all(&self, group: Tag) -> Result<Vec<Attributes<'a>>> {
        for place in [&self.own, &self.shared].into_iter().flatten() {
            if place.has(group) {
                return place.items(group);
            }
        }
        Ok(Vec::new())
    }

    /// A group that must be there.
    pub fn required(&self, root: &Attributes<'_>, group: Tag) -> Result<Attributes<'a>> {
        self.optional(group)?
            .ok_or_else(|| self.own.as_ref().map_or_else(|| root.missing(group), |own| own.missing(group)))
    }
}

/// A linear map from stored values to a unit (PS3.3 C.7.6.16.2.11).
pub(crate) struct RealWorld {
    pub slope: f64,
    pub intercept: f64,
}

impl RealWorld {
    /// The map into a unit (a UCUM code, of whatever case) among several; a table in place of a line is refused.
    pub fn of(items: Vec<Attributes<'_>>, unit: &str) -> Result<Option<Self>> {
        for item in items {
            let Some(code) = item.item_optional(tags::MEASUREMENT_UNITS_CODE_SEQUENCE)? else { continue };
            if code.text_optional(tags::CODE_VALUE).is_some_and(|value| value.eq_ignore_ascii_case(unit)) {
                let slope = item.decimal(tags::REAL_WORLD_VALUE_SLOPE)?;
                if slope == 0.0 {
                    return Err(item.error(tags::REAL_WORLD_VALUE_SLOPE, "0", "a factor other than 0"));
                }
                return Ok(Some(Self { slope, intercept: item.decimal(tags::REAL_WORLD_VALUE_INTERCEPT)? }));
            }
        }
        Ok(None)
    }
}

/// Slope, intercept and type of the item or data set that holds them.
pub(crate) fn rescale(item: &Attributes<'_>) -> Result<(f64, f64, Option<String>)> {
    let slope = item.decimal(tags::RESCALE_SLOPE)?;
    if slope == 0.0 {
        return Err(item.error(tags::RESCALE_SLOPE, "0", "a factor other than 0"));
    }
    Ok((slope, item.decimal(tags::RESCALE_INTERCEPT)?, item.text_optional(tags::RESCALE_TYPE)))
}

/// Every frame with its place and its scale, in the order of the file (which says nothing about places).
pub(crate) fn slices(
    source: &Source,
    header: usize,
    root: &Attributes<'_>,
    format: &PixelFormat,
) -> Result<Vec<Slice>> {
    let groups = Groups::of(root, format.frames)?;
    let slice = |(frame, groups): (usize, &Groups<'_>)| {
        let measures = groups.required(root, tags::PIXEL_MEASURES_SEQUENCE)?;
        let orientation = groups.required(root, tags::PLANE_ORIENTATION_SEQUENCE)?;
        let position = groups.required(root, tags::PLANE_POSITION_SEQUENCE)?;
        let scale = match RealWorld::of(groups.all(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE)?, "Bq/ml")? {
            Some(RealWorld { slope, intercept }) => (slope, intercept, Some("BQML".to_owned())),
            None => rescale(&groups.required(root, tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE)?)?,
        };
        let (slope, intercept, unit) = scale;
        let name = format!("frame {} of {}", frame + 1, source.path().display());
        Ok(Slice {
            source: source.clone(),
            header,
            frame,
            plane: Plane::new(name, &measures, &orientation, &position, format)?,
            slope,
            intercept,
            unit,
        })
    };
    groups.iter().enumerate().map(slice).collect()
}
