//! Segmentations (SEG): binary and fractional frames and label maps to regions on a grid of their own (PS3.3 A.51, C.8.20).

mod geometry;
mod pixels;
mod planes;

use crate::element::Attributes;
use crate::enhanced::Groups;
use crate::error::Result;
use crate::file::DicomFile;
use crate::regions::{Region, Regions};
use dicom_dictionary_std::tags;
use geometry::Frame;
use pixels::{Pixels, background};
use planes::Planes;
use std::collections::BTreeMap;

/// What the share of a voxel means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentationKind {
    /// All or nothing.
    Binary,
    /// The part of the voxel that the segment fills.
    Occupancy,
    /// How likely the voxel belongs to the segment.
    Probability,
    /// Each pixel holds the number of its segment.
    LabelMap,
}

/// A segmentation as its file states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Segmentation {
    /// What a share means.
    pub kind: SegmentationKind,
    /// UID of the frame of reference.
    pub frame_of_reference: Option<String>,
    /// SeriesInstanceUID of the images that it was drawn on.
    pub referenced_series: Option<String>,
    /// Its segments on a grid that reaches from its first to its last frame; frames between them that are not stored are
    /// empty. [`Regions::on`] takes it to the grid of the images.
    pub regions: Regions,
}

impl Segmentation {
    /// Reads a segmentation of type BINARY, FRACTIONAL or LABELMAP, its frames in any order.
    ///
    /// # Errors
    /// Frames that differ in orientation or spacing, lie on uneven planes, or come twice
    /// for one segment; too few pixels; segment numbers beyond 1 to 65535 or not listed.
    pub fn read(file: &DicomFile) -> Result<Self> {
        let root = file.attributes();
        let modality = root.text(tags::MODALITY)?;
        if modality != "SEG" {
            return Err(root.error(tags::MODALITY, modality, "SEG"));
        }
        let kind = kind(&root)?;
        let mut segments = segments(&root, kind)?;
        let count = root.integer(tags::NUMBER_OF_FRAMES)?;
        let Some(count) = usize::try_from(count).ok().filter(|&count| count > 0) else {
            return Err(root.error(tags::NUMBER_OF_FRAMES, count.to_string(), "at least 1"));
        };
        let per_frame = Groups::of(&root, count)?;
        let pixels = Pixels::of(file, kind, count)?;
        let frames: Result<Vec<Frame>> = per_frame.iter().map(|groups| Frame::read(&root, groups)).collect();
        let (grid, planes) = geometry::grid(&root, &frames?, pixels.columns, pixels.rows)?;

        let mut filled = Planes::new(&root, &grid, &pixels);
        for (number, (groups, plane)) in per_frame.iter().zip(planes).enumerate() {
            filled.add(number, plane, groups, &mut segments)?;
        }
        let mut regions: Vec<Region> = segments.into_values().collect();
        let mut warnings = Vec::new();
        for region in &mut regions {
            region.voxels.sort_unstable_by_key(|&(offset, _)| offset);
            if region.voxels.is_empty() {
                warnings.push(format!("segment {} {:?}: covers no voxel", region.label, region.name));
            }
        }
        if kind == SegmentationKind::Probability {
            warnings.push("shares are probabilities: a voxel counts from one half on".into());
        }
        let series = root.items(tags::REFERENCED_SERIES_SEQUENCE)?;
        Ok(Self {
            kind,
            frame_of_reference: root.text_optional(tags::FRAME_OF_REFERENCE_UID),
            referenced_series: series.first().and_then(|item| item.text_optional(tags::SERIES_INSTANCE_UID)),
            regions: Regions { grid, regions, warnings },
        })
    }
}

fn kind(root: &Attributes<'_>) -> Result<SegmentationKind> {
    match root.text(tags::SEGMENTATION_TYPE)?.as_str() {
        "BINARY" => Ok(SegmentationKind::Binary),
        "FRACTIONAL" => match root.text(tags::SEGMENTATION_FRACTIONAL_TYPE)?.as_str() {
            "OCCUPANCY" => Ok(SegmentationKind::Occupancy),
            "PROBABILITY" => Ok(SegmentationKind::Probability),
            other => Err(root.error(tags::SEGMENTATION_FRACTIONAL_TYPE, other, "OCCUPANCY or PROBABILITY")),
        },
        "LABELMAP" => Ok(SegmentationKind::LabelMap),
        other => Err(root.error(tags::SEGMENTATION_TYPE, other, "BINARY, FRACTIONAL or LABELMAP")),
    }
}

fn segments(root: &Attributes<'_>, kind: SegmentationKind) -> Result<BTreeMap<u16, Region>> {
    let mut segments = BTreeMap::new();
    // The background of a label map may be listed like a segment.
    let none = if kind == SegmentationKind::LabelMap { Some(background(root)?) } else { None };
    for item in root.items(tags::SEGMENT_SEQUENCE)? {
        let number = item.integer(tags::SEGMENT_NUMBER)?;
        if Some(number) == none {
            continue;
        }
        let label = u16::try_from(number).ok().filter(|&label| label > 0);
        let Some(label) = label else {
            return Err(item.error(tags::SEGMENT_NUMBER, number.to_string(), "a number from 1 to 65535"));
        };
        let name = item.text_optional(tags::SEGMENT_LABEL).unwrap_or_default();
        if segments.insert(label, Region { label, name, colour: None, voxels: Vec::new() }).is_some() {
            return Err(item.error(
                tags::SEGMENT_NUMBER,
                format!("{number} a second time"),
                "one item per number",
            ));
        }
    }
    if segments.is_empty() { Err(root.missing(tags::SEGMENT_SEQUENCE)) } else { Ok(segments) }
}
