//! Where the lesions' activity lies in each image, to tell a wrong registration. Method: `docs/methods/registration.md`.

mod centroid;
mod neighbourhood;

use crate::activity::ActivityImages;
use crate::case::{Case, Image};
use crate::inputs::Inputs;
use crate::lesions::Lesions;
use iodose_report::{LesionPositions, Position, Shift};
use iodose_volume::{Grid, Volume};

/// The neighbourhood of a lesion reaches so many widths beyond its outline (RG5).
const REACH_WIDTHS: f64 = 2.0;
/// In place of a resolution that is not stated, in voxels.
const VOXELS_PER_WIDTH: f64 = 2.0;
/// Shifts that differ by less, in widths, count as equal: noise shall not choose the pair that a lesion is named for.
const EQUAL: f64 = 0.1;
/// So many lesions at most are named in one warning.
const MOST_NAMED: usize = 12;

/// An image's resolution width, mm, and whether the case states it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Width {
    mm: f64,
    stated: bool,
}

impl Width {
    fn of(image: &Image, grid: &Grid) -> Self {
        let largest = grid.spacing().into_iter().fold(0.0, f64::max);
        match image.resolution_mm {
            Some(mm) => Self { mm, stated: true },
            None => Self { mm: VOXELS_PER_WIDTH * largest, stated: false },
        }
    }

    fn coarser(self, other: Self) -> Self {
        if other.mm > self.mm { other } else { self }
    }
}

/// The centroids of all lesions in all images, and a warning of shifts over one width. `labels` lie on the images' grid.
pub(crate) fn locate(
    case: &Case,
    images: &ActivityImages,
    labels: &Volume<u16>,
    lesions: &Lesions,
    inputs: &mut Inputs,
) -> Vec<LesionPositions> {
    let widths: Vec<Width> =
        case.images.iter().zip(images.fields_of_view()).map(|(image, grid)| Width::of(image, grid)).collect();
    let reach = REACH_WIDTHS * widths.iter().map(|width| width.mm).fold(0.0, f64::max);
    let grid = labels.grid();
    let shown = |offset: usize| images.show(grid.index_to_patient(grid.index(offset).map(|n| n as f64)));
    let places = neighbourhood::neighbourhoods(labels, reach, shown);
    let located = lesions.list.iter().map(|lesion| {
        let place = places.get(&lesion.label);
        let centroids: Vec<Option<[f64; 3]>> =
            images.volumes().map(|image| centroid::centroid(image, place?)).collect();
        LesionPositions {
            label: lesion.label.into(),
            positions: positions(case, &images.times_h(), &centroids),
            largest_shift: largest_shift(&images.times_h(), &widths, &centroids),
        }
    });
    let located: Vec<LesionPositions> = located.collect();
    warn(&located, lesions, inputs);
    located
}

/// (RG10), from the first image that shows the lesion.
fn positions(case: &Case, times_h: &[f64], centroids: &[Option<[f64; 3]>]) -> Vec<Position> {
    let first = centroids.iter().position(Option::is_some);
    let position = |(n, (image, &time_h)): (usize, (&Image, &f64))| {
        let shift =
            first.filter(|&first| first != n).and_then(|first| between(centroids[first], centroids[n]));
        Position {
            image: image.path.written.clone(),
            time_h,
            centroid: centroids[n],
            shift,
            shift_mm: shift.map(length),
        }
    };
    case.images.iter().zip(times_h).enumerate().map(position).collect()
}

/// The pair of images that lie the most widths apart; of pairs as far apart the first.
fn largest_shift(times_h: &[f64], widths: &[Width], centroids: &[Option<[f64; 3]>]) -> Option<Shift> {
    let pairs = (0..centroids.len()).flat_map(|from| (from + 1..centroids.len()).map(move |to| (from, to)));
    let shifts = pairs.filter_map(|(from, to)| {
        let lps_mm = between(centroids[from], centroids[to])?;
        let width = widths[from].coarser(widths[to]);
        Some(Shift {
            from_h: times_h[from],
            to_h: times_h[to],
            lps_mm,
            length_mm: length(lps_mm),
            width_mm: width.mm,
            width_is_stated: width.stated,
        })
    });
    shifts.reduce(|largest, next| {
        let more = next.length_mm / next.width_mm - largest.length_mm / largest.width_mm;
        if more > EQUAL { next } else { largest }
    })
}

fn between(from: Option<[f64; 3]>, to: Option<[f64; 3]>) -> Option<[f64; 3]> {
    let (from, to) = (from?, to?);
    Some([0, 1, 2].map(|axis| to[axis] - from[axis]))
}

fn length(vector: [f64; 3]) -> f64 {
    vector.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// One warning for each pair of times, with all the lesions that moved most between these, and one for those lost.
fn warn(located: &[LesionPositions], lesions: &Lesions, inputs: &mut Inputs) {
    let name = |label: u32| {
        let named = lesions.list.iter().find(|lesion| u32::from(lesion.label) == label);
        named.map_or("lesion", |lesion| lesion.name.as_str())
    };
    let mut groups: Vec<(Shift, Vec<String>)> = Vec::new();
    for (lesion, shift) in located.iter().filter_map(|lesion| Some((lesion, lesion.largest_shift?))) {
        if !shift.is_large() {
            continue;
        }
        let [x, y, z] = shift.lps_mm;
        let moved = format!("{} {:.1} mm ({x:+.1}, {y:+.1}, {z:+.1})", name(lesion.label), shift.length_mm);
        let same =
            |(other, _): &&mut (Shift, Vec<String>)| (other.from_h, other.to_h) == (shift.from_h, shift.to_h);
        match groups.iter_mut().find(same) {
            Some((_, all)) => all.push(moved),
            None => groups.push((shift, vec![moved])),
        }
    }
    for (shift, moved) in groups {
        inputs.warn(format!(
            "activity shifted between {} h and {} h by over one resolution width ({:.1} mm{}): {}, in LPS mm; a wrong \
             registration, or another uptake within the lesion? See the images over the anatomy in the report",
            hours(shift.from_h),
            hours(shift.to_h),
            shift.width_mm,
            if shift.width_is_stated { "" } else { ", twice the voxel, as no resolution_mm is stated" },
            listed(&moved)
        ));
    }
    let lost: Vec<String> = located.iter().filter_map(|lesion| lost(name(lesion.label), lesion)).collect();
    if !lost.is_empty() {
        inputs.warn(format!(
            "activity seen at some times and not at others within two resolution widths of the outline: {}; washed out, \
             or a wrong registration? See the images over the anatomy in the report",
            listed(&lost)
        ));
    }
}

/// The times at which a lesion that is seen at others is not.
fn lost(name: &str, lesion: &LesionPositions) -> Option<String> {
    let unseen = lesion.positions.iter().filter(|at| at.centroid.is_none());
    let unseen: Vec<String> = unseen.map(|at| format!("{} h", hours(at.time_h))).collect();
    let some = !unseen.is_empty() && unseen.len() < lesion.positions.len();
    some.then(|| format!("{name} (not at {})", unseen.join(", ")))
}

/// A time to the thousandth of an hour, without needless digits.
pub(crate) fn hours(time_h: f64) -> f64 {
    (1e3 * time_h).round() / 1e3
}

fn listed(all: &[String]) -> String {
    let more = all.len().saturating_sub(MOST_NAMED);
    let named = all[..all.len() - more].join("; ");
    if more > 0 { format!("{named}; and {more} more (lesions.json)") } else { named }
}
