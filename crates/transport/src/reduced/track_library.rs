//! The tracks of a batch: recorded anew for each, laid many times (`docs/methods/variance-reduction.md`, Tracks).

use super::electron_starts::Start;
use super::surroundings::Tissues;
use super::track::{Piece, Recorder, TrackBook};
use crate::medium::{Medium, VoxelMedium};
use crate::random::Stream;
use crate::watch::{Watch, go_on};
use crate::{EngineError, Tables};
use rayon::prelude::*;

/// Starts that share a track.
pub(super) const USES: u64 = 16;
/// Tracks that are recorded one after the other.
const BOOK: u64 = 64;

/// The tracks of a batch: the same electrons in each material in which tracks are recorded.
#[derive(Debug, Default)]
pub(super) struct TrackLibrary {
    shelves: Vec<Shelf>,
    tracks: u64,
}

/// Electrons that were recorded one after the other, with a book for each material.
#[derive(Debug, Default)]
struct Shelf {
    starts: Vec<Start>,
    books: Vec<TrackBook>,
}

/// An electron of a library.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recorded<'a> {
    pub(super) start: Start,
    shelf: &'a Shelf,
    track: usize,
}

impl<'a> Recorded<'a> {
    /// Its track in one of the materials in which tracks are recorded.
    #[inline]
    pub(super) fn track(self, material: usize) -> &'a [Piece] {
        self.shelf.books[material].track(self.track)
    }
}

impl TrackLibrary {
    /// The electron at `number` in [0, 1).
    #[inline]
    pub(super) fn at(&self, number: f64) -> Recorded<'_> {
        let number = ((number * self.tracks as f64) as u64).min(self.tracks - 1);
        let (shelf, track) = (&self.shelves[(number / BOOK) as usize], (number % BOOK) as usize);
        Recorded { start: shelf.starts[track], shelf, track }
    }
}

/// How tracks are recorded.
pub(super) struct Recording<'a> {
    pub(super) tables: &'a Tables,
    /// Materials in which tracks are recorded.
    pub(super) materials: Vec<u8>,
    /// What tracks do not resolve, g/cm2.
    pub(super) resolution: f64,
}

impl Recording<'_> {
    /// Makes the tracks of a batch: `count` of them, each with the random numbers of its `stream`, their
    /// electrons `drawn` by numbers spread evenly from a `shift` in [0, 1).
    pub(super) fn fill(
        &self,
        library: &mut TrackLibrary,
        count: u64,
        stream: impl Fn(u64) -> Stream + Sync,
        shift: f64,
        drawn: impl Fn(f64) -> Start + Sync,
        watch: &dyn Watch,
    ) -> Result<(), EngineError> {
        library.tracks = count;
        library.shelves.resize_with(count.div_ceil(BOOK) as usize, Shelf::default);
        library.shelves.par_iter_mut().enumerate().try_for_each(|(number, shelf)| {
            let begin = number as u64 * BOOK;
            let tracks = begin..count.min(begin + BOOK);
            shelf.starts.clear();
            shelf.starts.extend(tracks.clone().map(|track| drawn((track as f64 + shift) / count as f64)));
            shelf.books.resize_with(self.materials.len(), TrackBook::default);
            for (book, &material) in shelf.books.iter_mut().zip(&self.materials) {
                go_on(watch)?;
                book.clear();
                let mut recorder = Recorder {
                    tables: &self.tables.materials[usize::from(material)],
                    accuracy: self.tables.accuracy,
                    resolution: self.resolution,
                    random: stream(begin),
                };
                for (track, start) in tracks.clone().zip(&shelf.starts) {
                    recorder.random = stream(track);
                    recorder.record(book, start.electron.charge, start.electron.energy);
                }
            }
            Ok(())
        })
    }
}

/// The most common material of each tissue that fills more than a tenth of the voxels asked for; at least one.
pub(super) fn materials_to_record(medium: &VoxelMedium, tissues: &Tissues, goal: &[u32]) -> Vec<u8> {
    let mut counts = [0usize; 256];
    let all = 0..medium.cells() as u32;
    let count = |cell: u32| counts[usize::from(medium.voxel(cell as usize).material)] += 1;
    if goal.is_empty() {
        all.for_each(count)
    } else {
        goal.iter().copied().for_each(count)
    }
    let total: usize = counts.iter().sum();
    let mut materials: Vec<u8> =
        (0..=u8::MAX).filter(|&material| counts[usize::from(material)] > 0).collect();
    materials.sort_by_key(|&material| std::cmp::Reverse(counts[usize::from(material)]));
    let mut recorded: Vec<u8> = Vec::new();
    for &material in &materials {
        let tissue = tissues.of_material(material);
        let of_tissue = materials.iter().filter(|&&other| tissues.of_material(other) == tissue);
        let share: usize = of_tissue.map(|&other| counts[usize::from(other)]).sum();
        let known = recorded.iter().any(|&other| tissues.of_material(other) == tissue);
        if !known && (recorded.is_empty() || 10 * share > total) {
            recorded.push(material);
        }
    }
    recorded
}
