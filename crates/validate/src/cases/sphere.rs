//! Self-dose of spheres: the energy balance that it must approach.

use super::histories;
use crate::gate::{Comparison, Gate};
use crate::{Emission, Expected, Options, PointRequest, Subject, Validation, ValidationError};
use iodose_physics::constants::GRAY_PER_MEV_PER_GRAM;
use iodose_transport::Shell;
use std::f64::consts::PI;

const HISTORIES: u64 = 1_000_000;
/// mGy/(MBq s) per Gy/decay.
const MILLIGRAY_PER_MEGABECQUEREL_SECOND: f64 = 1e9;

pub(super) fn run(
    subject: &dyn Subject,
    expected: &Expected,
    options: &Options,
) -> Result<Validation, ValidationError> {
    let sphere = &expected.sphere;
    let masses = [0.01, 0.1, 1.0, 10.0, 100.0, 1000.0];
    let largest = radius(masses[masses.len() - 1]);
    let kernel = |kinds: &str| {
        subject.point_kernel(&PointRequest {
            emission: Emission::Nuclide { name: "I-131".into(), kinds: kinds.into() },
            material: "water".into(),
            density: 1.0,
            edges: edges(2.0 * largest),
            histories: histories(options, HISTORIES),
            seed: options.seed,
        })
    };
    let (electrons, photons) = (kernel("beta,ce,auger")?, kernel("gamma,x")?);

    let mut validation = Validation::default();
    for limit in &sphere.limits {
        let comparison = Comparison::relative(
            String::new(),
            (sphere.electron_energy, 0.0),
            absorbed(&electrons, limit.mass),
        );
        let case = format!("131I sphere of {} g, electron energy absorbed, MeV", limit.mass);
        validation.rows.push(Gate::new(limit.within, options.quick).row(
            &case,
            &sphere.source_electrons,
            false,
            &[comparison],
        ));
    }
    let mass = sphere.photon_mass;
    let published = (small_sphere_photons(expected, mass), 0.0);
    let comparison = Comparison::relative(String::new(), published, absorbed(&photons, mass));
    validation.rows.push(Gate::PlusTwoSigma(sphere.photon_within).row(
        &format!("131I sphere of {mass} g, photon energy absorbed, MeV"),
        &sphere.source_photons,
        false,
        &[comparison],
    ));
    // Small spheres lose electrons, large ones attenuate and build up photons: the sum of the limits is no target there.
    for mass in masses {
        let to_s = GRAY_PER_MEV_PER_GRAM * MILLIGRAY_PER_MEGABECQUEREL_SECOND / mass;
        let limit = (sphere.electron_energy + small_sphere_photons(expected, mass)) * to_s;
        let (parts, u) = add(absorbed(&electrons, mass), absorbed(&photons, mass));
        let comparison = Comparison::relative(String::new(), (limit, 0.0), (parts * to_s, u));
        validation.rows.push(Gate::PlusTwoSigma(0.0).row(
            &format!("131I sphere of {mass} g, S, mGy/(MBq s), beside the sum of the limits"),
            &format!("{}; {}", sphere.source_electrons, sphere.source_photons),
            true,
            &[comparison],
        ));
    }
    Ok(validation)
}

/// Radius (cm) of a sphere of unit density.
fn radius(mass: f64) -> f64 {
    (3.0 * mass / (4.0 * PI)).cbrt()
}

/// Shells of 0.05 mm to 5 mm, then each 5 % thicker.
fn edges(farthest: f64) -> Vec<f64> {
    let mut thickness = 0.005;
    let mut edges: Vec<f64> = (0..=100).map(|n| f64::from(n) * thickness).collect();
    while edges[edges.len() - 1] < farthest {
        thickness *= 1.05;
        edges.push(edges[edges.len() - 1] + thickness);
    }
    edges
}

/// Energy (MeV per decay) that a sphere with the source in it absorbs, and its relative standard uncertainty.
///
/// A point at distance r in a random direction from a random point of a sphere of radius a lies in the sphere with
/// probability 1 - 3/4 (r/a) + 1/16 (r/a)^3 (Loevinger and Berman, MIRD Pamphlet 1 (1968): the geometric reduction
/// factor).
fn absorbed(shells: &[Shell], mass: f64) -> (f64, f64) {
    const PARTS: usize = 8;
    let a = radius(mass);
    let stays = |r: f64| {
        let x = r / a;
        if x < 2.0 { 1.0 - 0.75 * x + x.powi(3) / 16.0 } else { 0.0 }
    };
    let (mut sum, mut u) = (0.0, 0.0);
    for shell in shells.iter().filter(|shell| shell.energy > 0.0) {
        let part = |n: usize| shell.inner + (shell.outer - shell.inner) * (n as f64 + 0.5) / PARTS as f64;
        let energy = shell.energy * (0..PARTS).map(|n| stays(part(n))).sum::<f64>() / PARTS as f64;
        sum += energy;
        u += (energy * shell.relative_uncertainty).powi(2);
    }
    (sum, u.sqrt() / sum)
}

/// Sum of two numbers with relative uncertainties.
fn add(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let sum = a.0 + b.0;
    (sum, (a.0 * a.1).hypot(b.0 * b.1) / sum)
}

/// Photon energy (MeV per decay) absorbed in a sphere so small that attenuation does not count: the mean way out is
/// 3/4 of the radius.
fn small_sphere_photons(expected: &Expected, mass: f64) -> f64 {
    let table = &expected.sphere.energy_absorption;
    let per_energy = |&[energy, particles]: &[f64; 2]| {
        let above = table.partition_point(|row| row[0] <= energy).clamp(1, table.len() - 1);
        let ([e0, m0], [e1, m1]) = (table[above - 1], table[above]);
        let fraction = (energy / e0).ln() / (e1 / e0).ln();
        energy * particles * (m0.ln() + fraction * (m1 / m0).ln()).exp()
    };
    0.75 * radius(mass) * expected.sphere.photons.iter().map(per_energy).sum::<f64>()
}
