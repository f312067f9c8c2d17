//! A run so small that it is over at once, and the files that it keeps.

use crate::place;
use crate::readers::Progress;
use iodose::physics::Library;
use iodose::transport::{Reductions, Share, Stop, Tables, Unwatched};
use iodose::volume::{Grid, Volume};
use iodose::{Checkpoint, DoseInput, DoseMaps, DoseSettings, Error, PartFile, Parts, doors};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

/// Everything that a run of a few decays in eight voxels of water needs, made once.
pub struct SmallRun {
    library: Library,
    tables: Tables,
    decays: Volume<f32>,
    density: Volume<f32>,
    materials: Volume<u8>,
    labels: Volume<u16>,
}

const HISTORIES: u64 = 64;

/// The run.
pub fn small_run() -> &'static SmallRun {
    static RUN: OnceLock<SmallRun> = OnceLock::new();
    RUN.get_or_init(|| {
        let library = Library::embedded().unwrap();
        let grid = Grid::axis_aligned([2; 3], [4.0; 3], [0.0; 3]).unwrap();
        SmallRun {
            tables: doors::tables(&["water"], &library).unwrap(),
            library,
            decays: Volume::filled(grid, 1e6),
            density: Volume::filled(grid, 1.0),
            materials: Volume::filled(grid, 0),
            labels: Volume::from_fn(grid, |[i, ..]| i as u16),
        }
    })
}

impl SmallRun {
    fn input(&self) -> DoseInput<'_> {
        DoseInput {
            decays: &self.decays,
            density: &self.density,
            materials: &self.materials,
            material_names: &["water"],
            nuclide: "I-131",
            labels: Some(&self.labels),
        }
    }

    fn settings(reductions: Reductions) -> DoseSettings {
        DoseSettings { reductions, ..DoseSettings::until(Stop::Histories(HISTORIES)) }
    }

    /// The result from parts, with either way of transport.
    pub fn from_parts(&self, parts: &Parts) -> Progress {
        let merge = |reductions| {
            doors::from_parts(&self.input(), &Self::settings(reductions), &self.library, &self.tables, parts)
        };
        [Reductions::ALL, Reductions::NONE]
            .map(|reductions| progress(merge(reductions)))
            .into_iter()
            .max()
            .unwrap()
    }

    /// The result from a checkpoint, with either way of transport.
    pub fn from_checkpoint(&self, path: PathBuf) -> Progress {
        let checkpoint = Checkpoint { path, interval: Duration::from_secs(3600), resume: true };
        let resume = |reductions| {
            let settings = Self::settings(reductions);
            doors::from_checkpoint(&self.input(), &settings, &self.library, &self.tables, &checkpoint)
        };
        [Reductions::ALL, Reductions::NONE]
            .map(|reductions| progress(resume(reductions)))
            .into_iter()
            .max()
            .unwrap()
    }
}

fn progress(result: Result<DoseMaps, Error>) -> Progress {
    match result {
        Ok(maps) => {
            // Sums that someone made up may give any dose, but one for each voxel.
            assert_eq!(maps.dose.data().len(), 8);
            Progress::Whole
        }
        Err(error) => {
            let text = error.to_string();
            let is_refused =
                ["format:", "checksum:", "header:", "version:"].iter().any(|field| text.contains(field));
            if is_refused { Progress::Refused } else { Progress::PastHeader }
        }
    }
}

/// Parts of both ways of transport, without their checksums.
pub fn parts() -> Vec<Vec<u8>> {
    let run = small_run();
    let part = |reductions| {
        let part = PartFile {
            share: Share::new(1, 1).unwrap(),
            path: place::folder().join("seed.part"),
            note: vec!["--seed".into(), "1".into()],
        };
        doors::write_part(&run.input(), &SmallRun::settings(reductions), &run.library, &part, &Unwatched)
            .unwrap();
        let mut bytes = std::fs::read(&part.path).unwrap();
        bytes.truncate(bytes.len() - 32);
        bytes
    };
    [Reductions::ALL, Reductions::NONE].map(part).to_vec()
}

/// The same sums as a checkpoint.
pub fn as_checkpoint(part: &[u8]) -> Vec<u8> {
    let length = u32::from_le_bytes(part[8..12].try_into().unwrap()) as usize;
    let header = String::from_utf8(part[12..12 + length].to_vec()).unwrap();
    let begin = header.find("\"share\":").unwrap();
    let end = begin + header[begin..].find(']').unwrap() + 1;
    let header = [&header[..begin], "\"share\":null", &header[end..]].concat();
    [&part[..8], &(header.len() as u32).to_le_bytes(), header.as_bytes(), &part[12 + length..]].concat()
}
