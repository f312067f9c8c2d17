//! When PET slices were taken and what they are decay-corrected to; in single frames and in functional groups.

use super::checks::is_enhanced;
use super::views::{View, same};
use crate::element::Attributes;
use crate::enhanced::Groups;
use crate::error::Result;
use crate::series::SeriesInfo;
use crate::slices::Slices;
use crate::time::{DateTime, date_time, moment};
use dicom_dictionary_std::tags;

/// No scan takes longer; a date that is a day off makes one seem to.
const LONGEST_SCAN_S: f64 = 12.0 * 3600.0;

/// What values are decay-corrected to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Correction {
    None,
    Start,
    Administration,
    /// A stated moment (enhanced PET).
    At(DateTime),
}

/// When a slice was taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameTime {
    pub begin: DateTime,
    pub duration_s: Option<f64>,
    /// From the series' start to the moment that the values occurred.
    reference_s: Option<f64>,
    decay_factor: Option<f64>,
}

pub(super) struct Timing {
    pub correction: Correction,
    pub series_start: Option<DateTime>,
    /// In the order of slices along k.
    pub frames: Vec<FrameTime>,
}

impl Timing {
    /// `by_object` are the views of [`views`](super::views::views).
    pub fn read(series: &SeriesInfo, by_object: &[Vec<View<'_>>], slices: &Slices) -> Result<Self> {
        let views: Vec<&View<'_>> = by_object.iter().flatten().collect();
        let root = views[0].root();
        if is_enhanced(root) {
            let roots: Vec<_> = views.iter().map(|view| view.root().clone()).collect();
            let timing = Self::read_enhanced(&roots, slices)?;
            timing.check_span(series)?;
            return Ok(timing);
        }
        let tag = tags::DECAY_CORRECTION;
        let correction = match same(series, &views, tag)?.as_str() {
            "NONE" => Correction::None,
            "START" => Correction::Start,
            "ADMIN" => Correction::Administration,
            other => return Err(views[0].place(tag).error(tag, other, "NONE, START or ADMIN")),
        };
        let series_start = moment(root, tags::SERIES_DATE, tags::SERIES_TIME)?;
        let mut frames = Vec::with_capacity(slices.slices.len());
        for slice in &slices.slices {
            let view = &by_object[slice.header][slice.frame];
            let stated = |tag| view.place(tag).decimal_optional(tag);
            frames.push(FrameTime {
                begin: view.begin()?,
                duration_s: view.duration_s()?,
                reference_s: stated(tags::FRAME_REFERENCE_TIME)?.map(|milliseconds| milliseconds * 1e-3),
                decay_factor: stated(tags::DECAY_FACTOR)?.filter(|&factor| factor > 0.0),
            });
        }
        let timing = Self { correction, series_start, frames };
        timing.check_span(series)?;
        Ok(timing)
    }

    fn read_enhanced(roots: &[Attributes<'_>], slices: &Slices) -> Result<Self> {
        let root = &roots[0];
        let correction = match root.text(tags::DECAY_CORRECTED)?.as_str() {
            "NO" => Correction::None,
            "YES" => match date_time(root, root, tags::DECAY_CORRECTION_DATE_TIME)? {
                Some(moment) => Correction::At(moment),
                None => return Err(root.missing(tags::DECAY_CORRECTION_DATE_TIME)),
            },
            other => return Err(root.error(tags::DECAY_CORRECTED, other, "YES or NO")),
        };
        let mut groups = Vec::with_capacity(roots.len());
        for (number, root) in roots.iter().enumerate() {
            let count = slices.slices.iter().filter(|slice| slice.header == number).count();
            groups.push(Groups::of(root, count)?);
        }
        let mut frames = Vec::with_capacity(slices.slices.len());
        for slice in &slices.slices {
            let root = &roots[slice.header];
            let content = groups[slice.header][slice.frame].required(root, tags::FRAME_CONTENT_SEQUENCE)?;
            let Some(begin) = date_time(&content, root, tags::FRAME_ACQUISITION_DATE_TIME)? else {
                return Err(content.missing(tags::FRAME_ACQUISITION_DATE_TIME));
            };
            let duration_s = content.decimal_optional(tags::FRAME_ACQUISITION_DURATION)?.map(|ms| ms * 1e-3);
            let duration_s = duration_s.filter(|&seconds| seconds > 0.0);
            frames.push(FrameTime { begin, duration_s, reference_s: None, decay_factor: None });
        }
        Ok(Self { correction, series_start: None, frames })
    }

    /// The scan's start: the earliest acquisition time of a slice.
    pub fn earliest(&self) -> DateTime {
        let first = self.frames[0].begin;
        self.frames.iter().fold(first, |earliest, frame| earliest.min(frame.begin))
    }

    /// Seconds from `start` to the moment of every slice's values: where a decaying activity has its mean over the frame
    /// (PS3.3 C.8.9.4.1.5, example 2); `None` where neither duration nor frame reference time is known.
    pub fn moments_s(
        &self,
        start: DateTime,
        constant: Option<f64>,
        warnings: &mut Vec<String>,
    ) -> Option<Vec<f64>> {
        let mut worst = 0.0f64;
        let mut moments = Vec::with_capacity(self.frames.len());
        for frame in &self.frames {
            let stated = self.stated_moment(frame).map(|moment| moment.seconds_since(start));
            let measured = frame.duration_s.map(|duration| {
                frame.begin.seconds_since(start) + constant.map_or(0.5 * duration, |l| mean_time(l, duration))
            });
            if let (Some(stated), Some(measured), Some(duration)) = (stated, measured, frame.duration_s) {
                worst = worst.max((stated - measured).abs() - 0.5 * duration);
            }
            moments.push(measured.or(stated)?);
        }
        // A frame reference time outside its frame is that of no measurement; whole-body series often hold 0 everywhere.
        if worst > 1.0 && !warnings.iter().any(|warning| warning.contains("FrameReferenceTime")) {
            warnings.push(format!(
                "(0054,1300) FrameReferenceTime lies up to {worst:.0} s outside the acquisition of its slice; not used"
            ));
        }
        Some(moments)
    }

    /// The moment that the decay factor says values are corrected to, from the slice taken first.
    ///
    /// Its own moment is that of its acquisition: what a reprocessed series counts from is not its SeriesTime.
    pub fn stated_reference(&self, constant: f64) -> Option<DateTime> {
        let frame = self.frames.iter().min_by_key(|frame| frame.begin)?;
        let moment = match frame.duration_s {
            Some(duration) => frame.begin.plus_seconds(mean_time(constant, duration)),
            None => self.stated_moment(frame)?,
        };
        Some(moment.plus_seconds(-libm::log(frame.decay_factor?) / constant))
    }

    /// When a slice's values occurred by FrameReferenceTime, which counts from the series' start. A series that starts after
    /// its slices were taken was reprocessed, and its time is that of the processing.
    fn stated_moment(&self, frame: &FrameTime) -> Option<DateTime> {
        let series = self.series_start.filter(|&series| series <= frame.begin)?;
        Some(series.plus_seconds(frame.reference_s?))
    }

    /// Refuses slices of too many hours: a scan over midnight whose date was not counted on.
    fn check_span(&self, series: &SeriesInfo) -> Result<()> {
        let first = self.earliest();
        let last = self.frames.iter().fold(first, |latest, frame| latest.max(frame.begin));
        if last.seconds_since(first) <= LONGEST_SCAN_S {
            return Ok(());
        }
        let hours = LONGEST_SCAN_S / 3600.0;
        Err(series.error(
            "(0008,0022) AcquisitionDate, (0008,0032) AcquisitionTime",
            format!("slices taken from {first} to {last}"),
            format!("a scan of at most {hours} h (over midnight, with one date for both days?)"),
        ))
    }
}

/// Time from a frame's beginning at which the activity has its mean: ln(lT / (1 - exp(-lT))) / l.
fn mean_time(constant: f64, duration: f64) -> f64 {
    let decays = constant * duration;
    libm::log(-decays / libm::expm1(-decays)) / constant
}
