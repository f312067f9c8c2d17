//! Nothing changes along a run of 1e10 decays: its shares, the first, the last and those between, have the same mean doses.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

mod common;

use common::World;
use iodose_physics::Nuclide;
use iodose_transport::{
    EmissionSet, Emitter, EngineError, Estimate, Goal, Keeper, Plan, ReducedSimulation, Reductions, Scores,
    Share, Simulation, Stop, Sums, Unwatched,
};
use std::ops::Range;

/// The most decays that a run may have.
const LONGEST: u64 = 10_000_000_000;

/// The sums of a share.
#[derive(Default)]
struct Kept {
    decays: u64,
    bytes: Vec<u8>,
    /// Where they are said to begin when they are loaded: at 0, so that a run that ends there is a run of this share alone.
    loads: bool,
}

impl Keeper for Kept {
    fn load(&mut self, sums: &mut dyn Sums) -> Result<Option<u64>, EngineError> {
        if self.loads {
            sums.absorb(0..self.decays, &mut &self.bytes[..]).unwrap();
        }
        Ok(self.loads.then_some(self.decays))
    }

    fn keep(&mut self, sums: &dyn Sums, _next_look: u64) -> Result<(), EngineError> {
        if !self.loads {
            let Range { start, end } = sums.range();
            self.decays = end - start;
            sums.write(&mut self.bytes).unwrap();
        }
        Ok(())
    }
}

/// What share `number` of so many of the longest run finds; with variance reduction where a batch of it has `of_batch` decays.
fn share(world: &World, number: u32, of: u32, of_batch: Option<u64>) -> Scores {
    let plan = |stop| Plan { seed: 11, stop, goal: Goal::cells(world.regions.all_cells()), threads: None };
    let longest = plan(Stop::Histories(LONGEST));
    // Ends as soon as it looks at what it has loaded.
    let no_more = plan(Stop::Uncertainty { target: 0.999, max_histories: None, max_seconds: None });
    let share = Share::new(number, of).unwrap();
    let mut kept = Kept::default();
    let World { medium, tables, source, emitter, regions, decays, .. } = world;
    match of_batch {
        None => {
            let simulation = Simulation { medium, source, emitter, tables, regions: Some(regions) };
            simulation.run_share(&longest, share, &mut kept, &Unwatched).unwrap();
            kept.loads = true;
            simulation.run_kept(&no_more, &mut kept, &Unwatched).unwrap()
        }
        Some(of_batch) => {
            let reductions = Reductions::ALL;
            let simulation =
                ReducedSimulation { medium, decays, emitter, tables, regions: Some(regions), reductions };
            simulation.run_share(&longest, share, &mut kept, &Unwatched).unwrap();
            // As many batches of the usual size: scores are those of whole batches, whatever that is.
            assert!(kept.decays.is_multiple_of(of_batch));
            kept.decays = kept.decays / of_batch * 2048;
            kept.loads = true;
            let scores = simulation.run_kept(&no_more, &mut kept, &Unwatched).unwrap();
            assert_eq!(scores.histories, kept.decays, "nothing was added");
            scores
        }
    }
}

/// How far two values are apart, in standard uncertainties.
fn apart(one: Estimate, other: Estimate) -> f64 {
    (one.mean - other.mean) / (one.u * one.u + other.u * other.u).sqrt()
}

/// Whether a voxel of the world is not in its outermost layer, where variance reduction states a systematic uncertainty beside that of
/// statistics.
fn inside(cell: usize) -> bool {
    let index = [cell % 12, cell / 12 % 10, cell / 120];
    index.iter().zip([12, 10, 8]).all(|(&n, size)| (1..size - 1).contains(&n))
}

/// Every voxel and region of two shares; `expected` is the mean square of what they are apart.
fn agree(one: &Scores, other: &Scores, expected: f64, what: &str) {
    let cells = one.cells.iter().zip(other.cells.iter()).enumerate().filter(|(cell, _)| inside(*cell));
    let squares: Vec<f64> = cells.map(|(_, (one, other))| apart(one, other).powi(2)).collect();
    let mean = squares.iter().sum::<f64>() / squares.len() as f64 / expected;
    let regions: Vec<f64> =
        one.regions.iter().zip(&other.regions).map(|(one, other)| apart(*one, *other)).collect();
    println!("{what}: {mean:.3} of the expected square a voxel, regions {regions:.2?} u apart");
    // 480 voxels: 1 +- 0.065 if they were independent of their neighbours.
    assert!((mean - 1.0).abs() < 0.35, "{what}: {mean}");
    assert!(regions.iter().all(|z| z.abs() < 5.0), "{what}: {regions:?}");
    assert!((one.emitted / other.emitted - 1.0).abs() < 0.01);
}

/// So many shares of `1/of` of the longest run, spread over all of it, of analog transport: no trend in the dose of any region.
fn no_trend(shares: u32, of: u32) {
    let world = World::new("I-131");
    let runs: Vec<Scores> =
        (0..shares).map(|n| share(&world, 1 + (of - 1) / (shares - 1) * n, of, None)).collect();
    agree(&runs[0], &runs[runs.len() - 1], 1.0, "the first and the last share");
    let decays: u64 = runs.iter().map(|run| run.histories).sum();
    let middle = f64::from(shares - 1) / 2.0;
    for region in 0..runs[0].regions.len() {
        let doses: Vec<Estimate> = runs.iter().map(|run| run.regions[region]).collect();
        let count = f64::from(shares);
        let mean = doses.iter().map(|dose| dose.mean).sum::<f64>() / count;
        let u = (doses.iter().map(|dose| dose.u * dose.u).sum::<f64>() / count).sqrt();
        let scatter =
            doses.iter().map(|dose| ((dose.mean - mean) / dose.u).powi(2)).sum::<f64>() / (count - 1.0);
        let places = || (0..shares).map(|n| f64::from(n) - middle);
        let norm = places().map(|place| place * place).sum::<f64>();
        let slope = places().zip(&doses).map(|(place, dose)| place * (dose.mean - mean)).sum::<f64>() / norm;
        let (drift, drift_u) = (slope * (count - 1.0) / mean, u / norm.sqrt() * (count - 1.0) / mean);
        println!(
            "{decays} decays in {shares} shares, region {region}: from first to last {:+.3} +- {:.3} %, scatter {scatter:.2}",
            100.0 * drift,
            100.0 * drift_u
        );
        assert!(drift.abs() < 4.0 * drift_u, "{drift} +- {drift_u}");
        assert!((scatter - 1.0).abs() < 4.0 * (2.0 / (count - 1.0)).sqrt(), "{scatter}");
    }
    for run in &runs {
        assert!(
            ((run.scored + run.escaped) / run.emitted - 1.0).abs() < 1e-9,
            "energy is kept in every share"
        );
    }
}

#[test]
fn there_is_no_trend_in_shares_of_ten_billion_decays() {
    no_trend(20, 100_000);
}

/// 1e8 decays: `cargo test --release -p iodose-transport --test long -- --ignored --nocapture`
#[test]
#[ignore = "minutes; see above"]
fn there_is_no_trend_in_long_shares_of_ten_billion_decays() {
    no_trend(50, 5_000);
}

/// The first and the last batches of the longest run, so many of each.
fn same_batches(batches: u32) {
    let world = World::new("I-131");
    let of_batch = LONGEST.div_ceil(1 << 17);
    let of = (1 << 17) / batches;
    let early = share(&world, 1, of, Some(of_batch));
    // The last batch of the run is a shorter one: the share before has whole ones.
    let late = share(&world, of - 1, of, Some(of_batch));
    assert!(early.histories >= u64::from(batches - 1) * 2048);
    // The mean square of Student's t of what two spreads of so few batches tell.
    let freedom = 2.0 * f64::from(batches - 1);
    agree(&early, &late, freedom / (freedom - 2.0), &format!("{batches} batches of variance reduction"));
}

#[test]
fn batches_with_variance_reduction_are_the_same_at_the_end_of_ten_billion_decays() {
    same_batches(4);
}

/// Command above.
#[test]
#[ignore = "minutes; see above"]
fn many_batches_with_variance_reduction_are_the_same_at_the_end_of_ten_billion_decays() {
    same_batches(32);
}

#[test]
fn more_decays_than_there_is_room_for_are_refused() {
    let world = World::new("I-131");
    let World { medium, tables, source, emitter, .. } = &world;
    let simulation = Simulation { medium, source, emitter, tables, regions: None };
    for histories in [LONGEST + 1, 1 << 63, u64::MAX, 0] {
        let goal = Goal::cells(vec![0]);
        let plan = Plan { seed: 1, stop: Stop::Histories(histories), goal, threads: None };
        let refused = simulation.run(&plan, &Unwatched).unwrap_err().to_string();
        assert_eq!(refused, format!("histories: found {histories}, expected 1 to 10000000000"));
    }
}

#[test]
fn a_nuclide_of_much_energy_has_fewer_decays_at_most() {
    let mut world = World::new("I-131");
    let text = "name = 'X'\nsource = 's'\nhalf_life_s = 1.0\nlines.gamma = [[2.0, 4.0]]";
    world.emitter = Emitter::new(&Nuclide::from_toml("x.toml", text).unwrap(), EmissionSet::ALL).unwrap();
    let World { medium, tables, source, emitter, decays, .. } = &world;
    let simulation = Simulation { medium, source, emitter, tables, regions: None };
    let plan = |stop| Plan { seed: 1, stop, goal: Goal::cells(vec![0]), threads: None };
    // 99 % of 2^34 MeV over 8 MeV.
    let most = 2_126_008_811;
    let refused = simulation.run(&plan(Stop::Histories(most + 1)), &Unwatched).unwrap_err();
    assert_eq!(refused, EngineError::NoRoom { found: most + 1, most });
    assert!(refused.to_string().contains("expected at most 2126008811"));
    let share = Share::new(1, 1_000_000).unwrap();
    let mut kept = Kept::default();
    let refused =
        simulation.run_share(&plan(Stop::Histories(LONGEST)), share, &mut kept, &Unwatched).unwrap_err();
    assert!(matches!(refused, EngineError::NoRoom { .. }));
    simulation.run_share(&plan(Stop::Histories(most)), share, &mut kept, &Unwatched).unwrap();
    // Variance reduction sums up batches, which have room for every number of decays.
    let reductions = Reductions::ALL;
    let simulation = ReducedSimulation { medium, decays, emitter, tables, regions: None, reductions };
    let share = Share::new(1, 131_072).unwrap();
    simulation.run_share(&plan(Stop::Histories(LONGEST)), share, &mut Kept::default(), &Unwatched).unwrap();
}
