//! Self-dose of spheres of unit density: against published kernels integrated over them, and the energy balance that
//! it must approach.

mod self_dose;

use crate::bench::Bench;
use crate::gate::{Comparison, Gate};
use crate::{Emission, PointRequest, Row, Validation, ValidationError};
use iodose_physics::constants::GRAY_PER_MEV_PER_GRAM;
use iodose_transport::Shell;
use self_dose::{absorbed, fraction, iodine_electrons, radius, small_sphere_photons};

const HISTORIES: u64 = 250_000;
/// mGy/(MBq s) per Gy/decay.
const MILLIGRAY_PER_MEGABECQUEREL_SECOND: f64 = 1e9;

pub(super) fn run(bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
    let mut rows = of_one_energy(bench)?;
    rows.extend(of_iodine(bench)?);
    Ok(Validation { rows, plots: Vec::new() })
}

fn kernel(bench: &mut Bench<'_>, emission: Emission, edges: Vec<f64>) -> Result<Vec<Shell>, ValidationError> {
    let run = bench.run(HISTORIES);
    bench.subject.point_kernel(&PointRequest { emission, material: "water".into(), density: 1.0, edges, run })
}

/// Electrons of the energies that have a published kernel.
fn of_one_energy(bench: &mut Bench<'_>) -> Result<Vec<Row>, ValidationError> {
    const SHELLS_PER_RANGE: f64 = 25.0;
    let sphere = &bench.expected.sphere;
    let mut rows = Vec::new();
    for part in &sphere.kernels {
        let published = bench.expected.point_kernel.iter().find(|kernel| kernel.name == part.kernel);
        let published = published.ok_or_else(|| {
            ValidationError::Expected(format!("point_kernel: found none named {}", part.kernel))
        })?;
        let edges = (0..=36).map(|n| f64::from(n) * published.range / SHELLS_PER_RANGE).collect();
        let ours = kernel(bench, Emission::Electron(published.energy), edges)?;
        let compare = |&mass: &f64| {
            let (energy, u) = absorbed(&ours, mass);
            Comparison::relative(
                format!("{mass} g"),
                fraction(published, published.range, mass),
                (energy / published.energy, u),
            )
        };
        let all: Vec<Comparison> = part.masses.iter().map(compare).collect();
        let case = format!("absorbed fraction in spheres, electrons of {} MeV", published.energy);
        let source = format!("{}: {}", sphere.source_kernels, published.source);
        rows.push(Gate::PlusTwoSigma(part.within).row(&case, &source, false, &all));
    }
    Ok(rows)
}

fn of_iodine(bench: &mut Bench<'_>) -> Result<Vec<Row>, ValidationError> {
    let expected = bench.expected;
    let sphere = &expected.sphere;
    let largest = sphere.nuclide_masses.iter().copied().fold(0.0, f64::max);
    let mut of = |kinds: &str| {
        let emission = Emission::Nuclide { name: "I-131".into(), kinds: kinds.into() };
        kernel(bench, emission, edges(2.0 * radius(largest)))
    };
    let (electrons, photons) = (of("beta,ce,auger")?, of("gamma,x")?);
    let quick = bench.quick;
    let mut rows = Vec::new();
    let mut compare = |gate: Gate, case: String, source: &str, shown, published, ours| {
        let comparison = Comparison::relative(String::new(), (published, 0.0), ours);
        rows.push(gate.row(&format!("131I sphere of {case}"), source, shown, &[comparison]));
    };
    for &mass in &sphere.nuclide_masses {
        let published = iodine_electrons(expected, mass)
            .ok_or_else(|| ValidationError::Expected("sphere: kernels or ranges missing".into()))?;
        compare(
            Gate::PlusTwoSigma(sphere.nuclide_within),
            format!("{mass} g, electron energy absorbed, MeV"),
            &sphere.source_nuclide,
            false,
            published,
            absorbed(&electrons, mass),
        );
        // Large spheres attenuate and build up photons: their limit is no target there.
        let to_s = GRAY_PER_MEV_PER_GRAM * MILLIGRAY_PER_MEGABECQUEREL_SECOND / mass;
        let (energy, u) = add(absorbed(&electrons, mass), absorbed(&photons, mass));
        compare(
            Gate::PlusTwoSigma(sphere.nuclide_within),
            format!("{mass} g, S, mGy/(MBq s)"),
            &format!("{}; photons: {}", sphere.source_nuclide, sphere.source_photons),
            mass > sphere.photon_mass,
            (published + small_sphere_photons(expected, mass)) * to_s,
            (energy * to_s, u),
        );
    }
    for limit in &sphere.limits {
        compare(
            Gate::new(limit.within, quick),
            format!("{} g, electron energy absorbed, MeV, beside all of it", limit.mass),
            &sphere.source_electrons,
            false,
            sphere.electron_energy,
            absorbed(&electrons, limit.mass),
        );
    }
    let mass = sphere.photon_mass;
    compare(
        Gate::PlusTwoSigma(sphere.photon_within),
        format!("{mass} g, photon energy absorbed, MeV"),
        &sphere.source_photons,
        false,
        small_sphere_photons(expected, mass),
        absorbed(&photons, mass),
    );
    Ok(rows)
}

/// Shells of 0.1 mm to 5 mm, then each 5 % thicker.
fn edges(farthest: f64) -> Vec<f64> {
    let mut thickness = 0.01;
    let mut edges: Vec<f64> = (0..=50).map(|n| f64::from(n) * thickness).collect();
    while edges[edges.len() - 1] < farthest {
        thickness *= 1.05;
        edges.push(edges[edges.len() - 1] + thickness);
    }
    edges
}

/// Sum of two numbers with relative uncertainties.
fn add(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let sum = a.0 + b.0;
    (sum, libm::hypot(a.0 * a.1, b.0 * b.1) / sum)
}
