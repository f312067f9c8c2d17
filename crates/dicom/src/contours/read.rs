//! The structure set's elements (PS3.3 A.19, C.8.8.5, C.8.8.6).

use super::{Contour, Roi, StructureSet};
use crate::element::Attributes;
use crate::error::Result;
use crate::file::DicomFile;
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use std::collections::BTreeMap;

/// Retired, and never common; it would shift the contour.
const CONTOUR_OFFSET_VECTOR: Tag = Tag(0x3006, 0x0045);

impl StructureSet {
    /// Reads regions and contours. What is open or a point is listed in [`Roi::not_closed`]; an unknown kind of contour, a
    /// wrong count of coordinates and contours of an unlisted region are errors.
    pub fn read(file: &DicomFile) -> Result<Self> {
        let root = file.attributes();
        let modality = root.text(tags::MODALITY)?;
        if modality != "RTSTRUCT" {
            return Err(root.error(tags::MODALITY, modality, "RTSTRUCT"));
        }
        let mut rois = BTreeMap::new();
        for item in root.items(tags::STRUCTURE_SET_ROI_SEQUENCE)? {
            let roi = listed(&item)?;
            let number = roi.number;
            if rois.insert(number, roi).is_some() {
                return Err(item.error(
                    tags::ROI_NUMBER,
                    format!("{number} a second time"),
                    "one item per number",
                ));
            }
        }
        if rois.is_empty() {
            return Err(root.missing(tags::STRUCTURE_SET_ROI_SEQUENCE));
        }
        for item in root.items(tags::RTROI_OBSERVATIONS_SEQUENCE)? {
            let number = item.integer(tags::REFERENCED_ROI_NUMBER)?;
            if let Some(roi) = rois.get_mut(&number) {
                roi.interpreted_type = item.text_optional(tags::RTROI_INTERPRETED_TYPE);
            }
        }
        for item in root.items(tags::ROI_CONTOUR_SEQUENCE)? {
            let number = item.integer(tags::REFERENCED_ROI_NUMBER)?;
            let Some(roi) = rois.get_mut(&number) else {
                let expected = "the number of a region in StructureSetROISequence";
                return Err(item.error(tags::REFERENCED_ROI_NUMBER, number.to_string(), expected));
            };
            if !(roi.contours.is_empty() && roi.not_closed.is_empty()) {
                let found = format!("{number} a second time");
                return Err(item.error(tags::REFERENCED_ROI_NUMBER, found, "one item per region"));
            }
            roi.colour = colour(&item)?;
            for (index, contour) in item.items(tags::CONTOUR_SEQUENCE)?.iter().enumerate() {
                match closed(contour)? {
                    Ok(contour) => roi.contours.push(contour),
                    Err(kind) => roi.not_closed.push(format!("contour {}: {kind}", index + 1)),
                }
            }
        }
        Ok(Self {
            path: file.path().to_owned(),
            label: root.text_optional(tags::STRUCTURE_SET_LABEL).unwrap_or_default(),
            referenced_series: referenced_series(&root)?,
            rois: rois.into_values().collect(),
        })
    }
}

fn listed(item: &Attributes<'_>) -> Result<Roi> {
    Ok(Roi {
        number: item.integer(tags::ROI_NUMBER)?,
        name: item.text_optional(tags::ROI_NAME).unwrap_or_default(),
        colour: None,
        interpreted_type: None,
        frame_of_reference: item.text_optional(tags::REFERENCED_FRAME_OF_REFERENCE_UID),
        contours: Vec::new(),
        not_closed: Vec::new(),
    })
}

fn colour(item: &Attributes<'_>) -> Result<Option<[u8; 3]>> {
    let values = item.integers(tags::ROI_DISPLAY_COLOR)?;
    // A colour is for people only: one that is none is as good as absent.
    let bytes: Option<Vec<u8>> = values.into_iter().map(|value| u8::try_from(value).ok()).collect();
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()))
}

/// A closed contour, or the kind of one that is not.
fn closed(item: &Attributes<'_>) -> Result<Result<Contour, String>> {
    let kind = item.text(tags::CONTOUR_GEOMETRIC_TYPE)?;
    match kind.as_str() {
        // CLOSEDPLANAR_XOR says in words what is done with all closed contours here.
        "CLOSED_PLANAR" | "CLOSEDPLANAR_XOR" => {}
        "POINT" | "OPEN_PLANAR" | "OPEN_NONPLANAR" => return Ok(Err(kind)),
        _ => return Err(item.error(tags::CONTOUR_GEOMETRIC_TYPE, kind, "CLOSED_PLANAR")),
    }
    let offset = item.vector_optional::<3>(CONTOUR_OFFSET_VECTOR)?;
    if offset.is_some_and(|offset| offset != [0.0; 3]) {
        return Err(item.error(CONTOUR_OFFSET_VECTOR, format!("{offset:?}"), "none, or zeros"));
    }
    let values = item.decimals(tags::CONTOUR_DATA)?;
    let (points, rest) = values.as_chunks::<3>();
    if points.is_empty() || !rest.is_empty() {
        let found = format!("{} numbers", values.len());
        return Err(item.error(tags::CONTOUR_DATA, found, "three coordinates (mm) for each of its points"));
    }
    if let Some(count) = item.integer_optional(tags::NUMBER_OF_CONTOUR_POINTS)?
        && usize::try_from(count) != Ok(points.len())
    {
        let found = format!("{count}");
        return Err(item.error(
            tags::NUMBER_OF_CONTOUR_POINTS,
            found,
            format!("{}, as in ContourData", points.len()),
        ));
    }
    let images = item.items(tags::CONTOUR_IMAGE_SEQUENCE)?;
    let image = images.first().and_then(|image| image.text_optional(tags::REFERENCED_SOP_INSTANCE_UID));
    Ok(Ok(Contour { points: points.to_vec(), image }))
}

fn referenced_series(root: &Attributes<'_>) -> Result<Vec<String>> {
    let mut series = Vec::new();
    for frame in root.items(tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE)? {
        for study in frame.items(tags::RT_REFERENCED_STUDY_SEQUENCE)? {
            for item in study.items(tags::RT_REFERENCED_SERIES_SEQUENCE)? {
                series.extend(item.text_optional(tags::SERIES_INSTANCE_UID));
            }
        }
    }
    Ok(series)
}
