//! Where the elements of each PET slice stand: in a data set of its own, or, for objects converted from such (Legacy Converted
//! Enhanced PET, PS3.3 A.72), in what the conversion found no other place for.

use super::checks::is_legacy;
use crate::element::Attributes;
use crate::enhanced::Groups;
use crate::error::{Result, element_name};
use crate::pixels::PixelFormat;
use crate::series::SeriesInfo;
use crate::time::{DateTime, date_time, moment};
use dicom_core::Tag;
use dicom_dictionary_std::tags;

/// The elements of one slice.
pub(super) struct View<'a> {
    /// The data sets that may hold them, the nearest first, the object itself last.
    places: Vec<Attributes<'a>>,
    root: Attributes<'a>,
}

/// The slices of each object, as its frames are numbered. An enhanced object has one view, of what all its frames share.
pub(super) fn views<'a>(roots: &[Attributes<'a>]) -> Result<Vec<Vec<View<'a>>>> {
    roots.iter().map(of_object).collect()
}

fn of_object<'a>(root: &Attributes<'a>) -> Result<Vec<View<'a>>> {
    if !is_legacy(root) {
        return Ok(vec![View { places: vec![root.clone()], root: root.clone() }]);
    }
    let groups = Groups::of(root, PixelFormat::new(root)?.frames)?;
    let view = |groups: &Groups<'a>| {
        let mut places = Vec::new();
        for group in [
            tags::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE,
            tags::UNASSIGNED_SHARED_CONVERTED_ATTRIBUTES_SEQUENCE,
            tags::FRAME_CONTENT_SEQUENCE,
        ] {
            places.extend(groups.optional(group)?);
        }
        places.push(root.clone());
        Ok(View { places, root: root.clone() })
    };
    groups.iter().map(view).collect()
}

impl<'a> View<'a> {
    /// The object.
    pub fn root(&self) -> &Attributes<'a> {
        &self.root
    }

    /// The data set that holds an element; the object where none does.
    pub fn place(&self, tag: Tag) -> &Attributes<'a> {
        self.places.iter().find(|place| place.has(tag)).unwrap_or(&self.root)
    }

    /// When the slice's acquisition began: its own element of date and time, which a conversion makes, before date and time apart.
    pub fn begin(&self) -> Result<DateTime> {
        let tag = tags::FRAME_ACQUISITION_DATE_TIME;
        if let Some(begin) = date_time(self.place(tag), &self.root, tag)? {
            return Ok(begin);
        }
        let place = self.place(tags::ACQUISITION_TIME);
        moment(place, tags::ACQUISITION_DATE, tags::ACQUISITION_TIME)?.ok_or_else(|| {
            let absent = if place.has(tags::ACQUISITION_TIME) {
                tags::ACQUISITION_DATE
            } else {
                tags::ACQUISITION_TIME
            };
            place.error(absent, "nothing", "date and time of the slice's acquisition")
        })
    }

    /// For how long it was acquired, s.
    pub fn duration_s(&self) -> Result<Option<f64>> {
        let stated = |tag| -> Result<Option<f64>> {
            Ok(self.place(tag).decimal_optional(tag)?.filter(|&milliseconds| milliseconds > 0.0))
        };
        let own = stated(tags::ACTUAL_FRAME_DURATION)?;
        let duration = if own.is_none() && is_legacy(&self.root) {
            stated(tags::FRAME_ACQUISITION_DURATION)?
        } else {
            own
        };
        Ok(duration.map(|milliseconds| milliseconds * 1e-3))
    }
}

/// A text that must be there and the same in all slices.
pub(super) fn same(series: &SeriesInfo, views: &[&View<'_>], tag: Tag) -> Result<String> {
    let first = views[0].place(tag).text(tag)?;
    for view in views {
        let other = view.place(tag).text(tag)?;
        if other != first {
            let path = |view: &View<'_>| view.root.path().display().to_string();
            let found = format!("{first} in {} and {other} in {}", path(views[0]), path(view));
            return Err(series.error(element_name(tag), found, "the same in every slice"));
        }
    }
    Ok(first)
}
