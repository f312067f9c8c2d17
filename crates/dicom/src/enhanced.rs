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

    /// A group that must be there.
    pub fn required(&self, root: &Attributes<'_>, group: Tag) -> Result<Attributes<'a>> {
        self.optional(group)?
            .ok_or_else(|| self.own.as_ref().map_or_else(|| root.missing(group), |own| own.missing(group)))
    }
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
        let transformation = groups.required(root, tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE)?;
        let slope = transformation.decimal(tags::RESCALE_SLOPE)?;
        if slope == 0.0 {
            return Err(transformation.error(tags::RESCALE_SLOPE, "0", "a factor other than 0"));
        }
        let name = format!("frame {} of {}", frame + 1, source.path().display());
        Ok(Slice {
            source: source.clone(),
            header,
            frame,
            plane: Plane::new(name, &measures, &orientation, &position, format)?,
            slope,
            intercept: transformation.decimal(tags::RESCALE_INTERCEPT)?,
            unit: transformation.text_optional(tags::RESCALE_TYPE),
        })
    };
    groups.iter().enumerate().map(slice).collect()
}
