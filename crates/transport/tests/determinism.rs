//! One seed, one result, to the last bit.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

mod common;

use common::World;
use iodose_transport::{Scores, Stop};

fn bits(scores: &Scores) -> Vec<u64> {
    let estimates = scores.cells.iter().chain(scores.regions.iter().copied());
    let mut bits: Vec<u64> = estimates.flat_map(|e| [e.mean.to_bits(), e.u.to_bits()]).collect();
    bits.extend([scores.emitted, scores.scored, scores.escaped].map(f64::to_bits));
    bits.push(scores.histories);
    bits
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let world = World::new("I-131");
    for stop in
        [Stop::Histories(50_001), Stop::Uncertainty { target: 0.08, max_histories: None, max_seconds: None }]
    {
        let one = bits(&world.run(5, stop, 1));
        assert!(one == bits(&world.run(5, stop, 2)));
        assert!(one == bits(&world.run(5, stop, 5)));
        assert!(one != bits(&world.run(6, stop, 1)), "another seed must give other numbers");
    }
}

#[test]
fn a_run_to_an_uncertainty_is_the_run_of_as_many_histories() {
    let world = World::new("I-131");
    let by_uncertainty =
        world.run(3, Stop::Uncertainty { target: 0.05, max_histories: None, max_seconds: None }, 2);
    assert!(by_uncertainty.mean_uncertainty() <= 0.05);
    let by_count = world.run(3, Stop::Histories(by_uncertainty.histories), 2);
    assert!(bits(&by_uncertainty) == bits(&by_count));
}

#[test]
fn ceilings_end_a_run_that_would_not_reach_its_goal() {
    let world = World::new("I-131");
    let stop = Stop::Uncertainty { target: 1e-6, max_histories: Some(100_000), max_seconds: None };
    let scores = world.run(3, stop, 2);
    assert_eq!(scores.histories, 100_000);
    assert!(scores.mean_uncertainty() > 1e-6);
    let stop = Stop::Uncertainty { target: 1e-6, max_histories: None, max_seconds: Some(0.5) };
    let start = std::time::Instant::now();
    world.run(3, stop, 2);
    assert!(start.elapsed().as_secs_f64() < 10.0);
}
