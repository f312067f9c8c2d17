//! Frames into regions: of one segment each, or label maps of all.

use super::pixels::Pixels;
use crate::element::Attributes;
use crate::enhanced::Groups;
use crate::error::Result;
use crate::regions::Region;
use dicom_dictionary_std::tags;
use iodose_volume::Grid;
use std::collections::BTreeMap;

/// Everything that the frames of an object are laid into.
pub(super) struct Planes<'a> {
    pub(super) root: &'a Attributes<'a>,
    pub(super) grid: &'a Grid,
    pub(super) pixels: &'a Pixels<'a>,
    /// Which frame lies on the plane of a segment; label maps have segment 0 for all.
    seen: BTreeMap<(i64, usize), usize>,
}

impl<'a> Planes<'a> {
    pub(super) fn new(root: &'a Attributes<'a>, grid: &'a Grid, pixels: &'a Pixels<'a>) -> Self {
        Self { root, grid, pixels, seen: BTreeMap::new() }
    }

    /// Adds the voxels of a frame to the segments they belong to.
    pub(super) fn add(
        &mut self,
        number: usize,
        plane: usize,
        groups: &Groups<'_>,
        segments: &mut BTreeMap<u16, Region>,
    ) -> Result<()> {
        let begin = self.grid.offset([0, 0, plane]);
        if self.pixels.is_label_map() {
            self.once(0, plane, number, self.root)?;
            return self.labels(number, begin, segments);
        }
        let item = groups.required(self.root, tags::SEGMENT_IDENTIFICATION_SEQUENCE)?;
        let segment = item.integer(tags::REFERENCED_SEGMENT_NUMBER)?;
        let Some(region) = u16::try_from(segment).ok().and_then(|label| segments.get_mut(&label)) else {
            let expected = "the number of a segment in SegmentSequence";
            return Err(item.error(tags::REFERENCED_SEGMENT_NUMBER, segment.to_string(), expected));
        };
        self.once(segment, plane, number, &item)?;
        self.pixels.frame(number, |offset, share| region.voxels.push((begin + offset, share)))
    }

    fn once(&mut self, segment: i64, plane: usize, number: usize, item: &Attributes<'_>) -> Result<()> {
        let Some(other) = self.seen.insert((segment, plane), number) else { return Ok(()) };
        let (tag, found) = if segment == 0 {
            let found = format!("frame {} on the plane of frame {}", number + 1, other + 1);
            (tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, found)
        } else {
            let found = format!("segment {segment} on the plane of frame {} again", other + 1);
            (tags::REFERENCED_SEGMENT_NUMBER, found)
        };
        Err(item.error(tag, found, "one frame per segment and plane"))
    }

    fn labels(&self, number: usize, begin: usize, segments: &mut BTreeMap<u16, Region>) -> Result<()> {
        for (offset, value) in self.pixels.labels(number)? {
            let Some(region) = u16::try_from(value).ok().and_then(|label| segments.get_mut(&label)) else {
                let found = format!("{value} in frame {}", number + 1);
                let expected = "the background (PixelPaddingValue, else 0) or the number of a segment";
                return Err(self.root.error(tags::PIXEL_DATA, found, expected));
            };
            region.voxels.push((begin + offset, 1.0));
        }
        Ok(())
    }
}
