//! The planes of a series, from single frames or multi-frame objects, and their values as one volume.

use crate::enhanced;
use crate::error::{DicomError, Result};
use crate::file::DicomFile;
use crate::geometry::{Plane, Stack, StackError};
use crate::pixels::{Frames, PixelFormat};
use crate::series::{ObjectInfo, SeriesInfo};
use crate::source::Source;
use dicom_dictionary_std::tags;
use iodose_volume::{Grid, Volume};
use rayon::prelude::*;

/// One frame of one object, its place and its scale.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    pub source: Source,
    /// Which header of the series it came from.
    pub header: usize,
    /// Counted from 0.
    pub frame: usize,
    pub plane: Plane,
    /// The value is `slope * stored + intercept`.
    pub slope: f64,
    pub intercept: f64,
    /// RescaleType, where it is stated.
    pub unit: Option<String>,
}

/// Slices in order along their normal, on their grid.
#[derive(Debug)]
pub(crate) struct Slices {
    pub grid: Grid,
    pub slices: Vec<Slice>,
}

/// The headers of some objects of a series, in their order.
pub(crate) fn headers(objects: &[&ObjectInfo]) -> Result<Vec<DicomFile>> {
    objects.par_iter().map(|object| DicomFile::open_header(&object.source, tags::PIXEL_DATA)).collect()
}

impl Slices {
    /// All frames of objects that are one plane each or carry functional groups.
    pub fn new(series: &SeriesInfo, objects: &[&ObjectInfo], headers: &[DicomFile]) -> Result<Self> {
        let mut slices = Vec::new();
        for (number, (object, header)) in objects.iter().zip(headers).enumerate() {
            let root = header.attributes();
            let format = PixelFormat::new(&root)?;
            if root.has(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE)
                || root.has(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
            {
                slices.extend(enhanced::slices(&object.source, number, &root, &format)?);
                continue;
            }
            if format.frames != 1 {
                let found = format.frames.to_string();
                return Err(root.error(
                    tags::NUMBER_OF_FRAMES,
                    found,
                    "1 where there are no functional groups",
                ));
            }
            let name = object.source.path().display().to_string();
            let (slope, intercept, unit) = enhanced::rescale(&root)?;
            slices.push(Slice {
                source: object.source.clone(),
                header: number,
                frame: 0,
                plane: Plane::new(name, &root, &root, &root, &format)?,
                slope,
                intercept,
                unit,
            });
        }
        let planes: Vec<Plane> = slices.iter().map(|slice| slice.plane.clone()).collect();
        let stack = Stack::new(&planes).map_err(|error| stack_error(series, error))?;
        let slices = stack.order.iter().map(|&index| slices[index].clone()).collect();
        Ok(Self { grid: stack.grid, slices })
    }

    /// The values; `value` gets the slice's place along the normal, the slice and the stored value.
    pub fn load(&self, value: impl Fn(usize, &Slice, i64) -> f64 + Sync) -> Result<Volume<f32>> {
        let mut files: Vec<(&Source, Vec<usize>)> = Vec::new();
        let mut by_header: Vec<usize> = (0..self.slices.len()).collect();
        by_header.sort_by_key(|&k| self.slices[k].header);
        for k in by_header {
            let slice = &self.slices[k];
            match files.last_mut() {
                Some((_, places)) if self.slices[places[0]].header == slice.header => places.push(k),
                _ => files.push((&slice.source, vec![k])),
            }
        }
        let loaded: Vec<Vec<(usize, Vec<f32>)>> = files
            .par_iter()
            .map(|(source, places)| {
                let file = DicomFile::open_source(source)?;
                let frames = Frames::new(&file)?;
                places.par_iter().map(|&k| Ok((k, self.one(&file, &frames, k, &value)?))).collect()
            })
            .collect::<Result<_>>()?;
        let mut by_place: Vec<Vec<f32>> = vec![Vec::new(); self.slices.len()];
        for (k, values) in loaded.into_iter().flatten() {
            by_place[k] = values;
        }
        let data: Vec<f32> = by_place.concat();
        Volume::new(self.grid, data).map_err(|error| DicomError::Source {
            path: self.slices.first().map(|slice| slice.source.path().to_owned()).unwrap_or_default(),
            found: error.to_string(),
            expected: "one value per voxel".into(),
        })
    }

    fn one(
        &self,
        file: &DicomFile,
        frames: &Frames<'_>,
        k: usize,
        value: &(impl Fn(usize, &Slice, i64) -> f64 + Sync),
    ) -> Result<Vec<f32>> {
        let slice = &self.slices[k];
        let values: Vec<f32> = frames
            .stored_values(slice.frame)?
            .into_iter()
            .map(|stored| value(k, slice, stored) as f32)
            .collect();
        if values.iter().all(|value| value.is_finite()) {
            return Ok(values);
        }
        let found = format!("slope {} and intercept {}", slice.slope, slice.intercept);
        Err(file.attributes().error(tags::RESCALE_SLOPE, found, "values that fit a 32-bit float"))
    }
}

/// The error of a stack with its series.
pub(crate) fn stack_error(series: &SeriesInfo, error: StackError) -> DicomError {
    match error {
        StackError::Field { field, found, expected } => series.error(field, found, expected),
        StackError::Grid(source) => DicomError::Grid { series: series.label(), source },
    }
}
