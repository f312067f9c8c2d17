//! The reported uncertainty is the spread that other seeds show.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

mod common;

use common::World;
use iodose_transport::{Estimate, Stop};

#[test]
fn the_spread_over_seeds_is_the_reported_uncertainty() {
    const SEEDS: u64 = 50;
    let world = World::new("I-131");
    let runs: Vec<_> = (0..SEEDS).map(|seed| world.run(seed, Stop::Histories(30_000), 2)).collect();

    // Ratio of the spread to the reported uncertainty, and the share of values within one of it.
    let ratio = |of: &dyn Fn(usize) -> Estimate| {
        let n = SEEDS as f64;
        let mean = (0..runs.len()).map(|run| of(run).mean).sum::<f64>() / n;
        let variance = (0..runs.len()).map(|run| (of(run).mean - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let reported = (0..runs.len()).map(|run| of(run).u.powi(2)).sum::<f64>() / n;
        let within = (0..runs.len()).filter(|&run| (of(run).mean - mean).abs() < of(run).u).count();
        ((variance / reported).sqrt(), within as f64 / n)
    };
    let (mut ratios, mut within, mut count) = (0.0, 0.0, 0.0);
    for cell in 0..runs[0].cells.len() {
        if runs.iter().all(|run| run.cells.get(cell).relative() < 0.05) {
            let (r, w) = ratio(&|run| runs[run].cells.get(cell));
            ratios += r;
            within += w;
            count += 1.0;
        }
    }
    assert!(count > 20.0, "only {count} voxels under 5 %");
    let (ratios, within) = (ratios / count, within / count);
    println!("{count} voxels: spread over u {ratios:.3}, within one u {within:.3}");
    assert!((ratios - 1.0).abs() < 0.05);
    assert!((within - 0.68).abs() < 0.03);
    // Each region's ratio has a standard deviation of 1/sqrt(2 * 49) = 0.10.
    for region in 0..2 {
        let (r, _) = ratio(&|run| runs[run].regions[region]);
        println!("region {region}: spread over u {r:.3}");
        assert!((r - 1.0).abs() < 0.35);
    }
}
