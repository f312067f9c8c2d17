//! A run that is to end does so within half a second, whatever it is at.

#![allow(clippy::unwrap_used, reason = "helpers of tests count as tests")]

use iodose::physics::Library;
use iodose::transport::{EngineError, Progress, Reductions, Watch};
use iodose::volume::{Grid, Volume};
use iodose::{Error, SimulateRequest, TiaUnit, TissueChoice, simulate};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const AT_MOST: Duration = Duration::from_millis(500);

/// Asks to stop once so much time has passed.
struct After(Instant, Duration);

impl Watch for After {
    fn cancelled(&self) -> bool {
        self.0.elapsed() >= self.1
    }
}

/// Asks to stop from where it is told of progress.
#[derive(Default)]
struct AtOnce(OnceLock<Instant>);

impl Watch for AtOnce {
    fn progress(&self, _: Progress) {
        self.0.get_or_init(Instant::now);
    }

    fn cancelled(&self) -> bool {
        self.0.get().is_some()
    }
}

/// Lung, soft tissue and bone (three materials and air), that would keep the engine busy for hours.
fn endless(side: usize, reductions: Reductions) -> SimulateRequest {
    let grid = Grid::axis_aligned([side; 3], [3.0; 3], [0.0; 3]).unwrap();
    let density = Volume::from_fn(grid, |[i, _, _]| [0.001, 0.3, 1.05, 1.5][4 * i / side]);
    let tissue = TissueChoice::Density { density: density.into(), materials: None };
    SimulateRequest::new(Volume::filled(grid, 1e6_f32), TiaUnit::BqSecondPerMl, tissue, "I-131")
        .histories(5_000_000_000)
        .reductions(reductions)
}

fn is_cancelled<T>(result: Result<T, Error>) -> bool {
    matches!(result, Err(Error::Engine(EngineError::Cancelled)))
}

#[test]
fn a_run_ends_soon_after_it_is_asked_to() {
    let library = Library::embedded().unwrap();
    for (side, reductions) in [(24, Reductions::ALL), (24, Reductions::NONE), (112, Reductions::ALL)] {
        let request = endless(side, reductions);
        for milliseconds in [0, 30, 100, 300, 1000, 2000] {
            let after = Duration::from_millis(milliseconds);
            let start = Instant::now();
            assert!(is_cancelled(simulate(&request, &library, &After(start, after))));
            let late = start.elapsed() - after;
            assert!(late < AT_MOST, "{side}, {reductions}, {milliseconds} ms: {late:?} late");
        }
    }
}

#[test]
fn a_run_ends_from_where_it_is_told_of_progress() {
    let library = Library::embedded().unwrap();
    let watch = AtOnce::default();
    assert!(is_cancelled(simulate(&endless(24, Reductions::ALL), &library, &watch)));
    assert!(watch.0.get().unwrap().elapsed() < AT_MOST);
}
