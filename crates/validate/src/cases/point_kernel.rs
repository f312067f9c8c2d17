//! Point kernels of electrons of one energy.

use crate::bench::Bench;
use crate::expected::PublishedKernel;
use crate::gate::{Comparison, Gate};
use crate::{Emission, Plot, PointRequest, Validation, ValidationError};
use iodose_transport::Shell;

const HISTORIES: u64 = 500_000;
/// Share of the energy that defines the compared radius.
const SHARE: f64 = 0.9;

pub(super) fn run(bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
    let mut validation = Validation::default();
    for published in &bench.expected.point_kernel {
        // Scored in the published shells themselves, each cut into equal parts no thicker than 0.02 ranges for the
        // radius that holds 90 %.
        let parts = (published.shells[0][1] / 0.02).ceil().max(1.0) as usize;
        let mut edges = vec![0.0];
        for [from, to, ..] in &published.shells {
            edges.extend((1..=parts).map(|n| {
                (from + (to - from) * n as f64 / parts as f64) * published.range / published.density
            }));
        }
        let run = bench.run(HISTORIES);
        let ours = bench.subject.point_kernel(&PointRequest {
            emission: Emission::Electron(published.energy),
            material: published.material.clone(),
            density: published.density,
            edges,
            run,
        })?;
        if ours.len() != parts * published.shells.len() {
            return Err(ValidationError::Missing(format!("point kernel {}", published.name)));
        }
        let merged: Vec<(f64, f64)> = ours.chunks(parts).map(merge).collect();
        let all = shells(published, &merged);
        let case = format!("point kernel, d(E/E0)/d(r/R), {}", published.name);
        validation.rows.push(Gate::PlusTwoSigma(published.within_peak).row(
            &format!("{case}, of the peak"),
            &published.source,
            published.shown,
            &all,
        ));
        let radius = radius(published, &ours, run.histories);
        validation.rows.push(Gate::new(published.within_radius, bench.quick).row(
            &format!("{case}, r/R holding 90 %"),
            &published.source,
            published.shown,
            &[radius],
        ));
        validation.plots.push(Plot::of_point_kernel(published, &merged));
    }
    Ok(validation)
}

/// Energy (MeV) of neighbouring shells together and its standard uncertainty, as if fully correlated: the cautious
/// reading.
fn merge(parts: &[Shell]) -> (f64, f64) {
    let energy = parts.iter().map(|shell| shell.energy).sum();
    let u = parts.iter().filter(|shell| shell.energy > 0.0).map(|s| s.energy * s.relative_uncertainty).sum();
    (energy, u)
}

fn shells(published: &PublishedKernel, ours: &[(f64, f64)]) -> Vec<Comparison> {
    let peak = published.shells.iter().map(|shell| shell[2]).fold(0.0, f64::max);
    let compare = |(&[from, to, f, u], &(energy, energy_u)): (&[f64; 4], &(f64, f64))| {
        let per_energy = 1.0 / (published.energy * (to - from));
        Comparison {
            what: format!("r/R {:.3}", 0.5 * (from + to)),
            published: f,
            ours: energy * per_energy,
            scale: peak,
            u: libm::hypot(u, energy_u * per_energy) / peak,
        }
    };
    published.shells.iter().zip(ours).map(compare).collect()
}

/// The radius that holds 90 % of the energy within 1.2 ranges.
fn radius(published: &PublishedKernel, ours: &[Shell], histories: u64) -> Comparison {
    let theirs = published.shells.iter().map(|[from, to, f, _]| ([*from, *to], f * (to - from)));
    let scale = published.density / published.range;
    let mine = ours.iter().map(|shell| ([shell.inner * scale, shell.outer * scale], shell.energy));
    // The range of single electrons straggles by some 10 %; so does, per square root of their number, the radius.
    let u = 0.1 / (histories as f64).sqrt();
    Comparison::relative(
        String::new(),
        (radius_holding(SHARE, &theirs.collect::<Vec<_>>()), 0.0),
        (radius_holding(SHARE, &mine.collect::<Vec<_>>()), u),
    )
}

/// Radius that holds a share of the energy of all shells, given as edges and energy.
fn radius_holding(share: f64, shells: &[([f64; 2], f64)]) -> f64 {
    let wanted = share * shells.iter().map(|shell| shell.1).sum::<f64>();
    let mut below = 0.0;
    for ([inner, outer], energy) in shells {
        if below + energy >= wanted {
            return inner + (outer - inner) * (wanted - below) / energy;
        }
        below += energy;
    }
    f64::NAN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_radius_is_found_between_edges() {
        let shells = [([0.0, 1.0], 4.0), ([1.0, 2.0], 4.0), ([2.0, 4.0], 2.0)];
        assert!((radius_holding(0.9, &shells) - 3.0).abs() < 1e-12);
        assert!((radius_holding(0.2, &shells) - 0.5).abs() < 1e-12);
        assert!(radius_holding(0.9, &[]).is_nan());
    }
}
