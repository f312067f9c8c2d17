//! No energy is lost and none is made.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

mod common;

use approx::assert_relative_eq;
use common::World;
use iodose_transport::Stop;

#[test]
fn emitted_is_scored_plus_escaped() {
    for nuclide in ["I-131", "I-124", "Lu-177", "Y-90"] {
        let scores = World::new(nuclide).run(1, Stop::Histories(40_000), 2);
        assert_relative_eq!(scores.emitted, scores.scored + scores.escaped, max_relative = 1e-9);
        assert!(scores.escaped > 0.0 && scores.scored > 0.0);
    }
}

#[test]
fn the_emitted_energy_is_that_of_the_nuclide() {
    let world = World::new("I-131");
    let scores = world.run(1, Stop::Histories(200_000), 2);
    assert_relative_eq!(scores.emitted, world.emitter.mean_energy(), max_relative = 2e-3);
}
