//! Electrons of one energy in voxels of three different sides: which axis is which, and the geometry of voxels, held
//! against a published point kernel integrated over them.

use crate::bench::Bench;
use crate::expected::PublishedKernel;
use crate::gate::{Comparison, Gate};
use crate::{Emission, KernelRequest, Validation, ValidationError};
use iodose_physics::constants::GRAY_PER_MEV_PER_GRAM;
use std::f64::consts::PI;

const HISTORIES: u64 = 400_000;
const TARGETS: [[usize; 3]; 4] = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]];
/// mGy/(MBq s) per Gy/decay.
const MILLIGRAY_PER_MEGABECQUEREL_SECOND: f64 = 1e9;

pub(super) fn run(bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
    let Some(kernel) = bench.expected.point_kernel.first() else {
        return Err(ValidationError::Expected("point_kernel: found none, expected at least one".into()));
    };
    let brick = &bench.expected.brick;
    let ours = bench.subject.voxel_kernel(&KernelRequest {
        emission: Emission::Electron(kernel.energy),
        material: kernel.material.clone(),
        density: kernel.density,
        sides_mm: brick.sides_mm,
        extent: 1,
        run: bench.run(HISTORIES),
    })?;
    let sides = brick.sides_mm.map(|mm| mm / 10.0);
    let mass = sides.iter().product::<f64>() * kernel.density;
    let per_s = mass / (kernel.energy * GRAY_PER_MEV_PER_GRAM * MILLIGRAY_PER_MEGABECQUEREL_SECOND);
    let mut validation = Validation::default();
    for target in TARGETS {
        let found = ours.iter().find(|value| value.index == target);
        let found = found.ok_or_else(|| ValidationError::Missing(format!("brick: S at {target:?}")))?;
        let comparison = Comparison::relative(
            String::new(),
            absorbed_fraction(kernel, sides, target),
            (found.s * per_s, found.relative_uncertainty),
        );
        let within = if target == [0; 3] { brick.within_self } else { brick.within_neighbour };
        let [i, j, k] = target;
        let [x, y, z] = brick.sides_mm;
        let case = format!(
            "absorbed fraction, electrons of {} MeV, brick {x} x {y} x {z} mm, ({i},{j},{k})",
            kernel.energy
        );
        validation.rows.push(Gate::PlusTwoSigma(within).row(&case, &brick.source, false, &[comparison]));
    }
    Ok(validation)
}

/// Share of the energy that goes from one brick into that at `target`, and its relative standard uncertainty: the
/// kernel averaged over all ways from a point in the one to a point in the other. Two such points that differ by (x, y,
/// z) exist with probability prod(1 - |x/a - i|) (0 where negative).
fn absorbed_fraction(kernel: &PublishedKernel, sides: [f64; 3], target: [usize; 3]) -> (f64, f64) {
    const RADII: usize = 4;
    const POLAR: usize = 100;
    const AZIMUTHS: usize = 200;
    let (mut share, mut variance) = (0.0, 0.0);
    for &[from, to, f, u] in &kernel.shells {
        let mut overlap = 0.0;
        for n in 0..RADII {
            let radius =
                kernel.range / kernel.density * (from + (to - from) * (n as f64 + 0.5) / RADII as f64);
            for p in 0..POLAR {
                let cosine = -1.0 + 2.0 * (p as f64 + 0.5) / POLAR as f64;
                let sine = (1.0 - cosine * cosine).sqrt();
                for a in 0..AZIMUTHS {
                    let (sin, cos) = libm::sincos(2.0 * PI * (a as f64 + 0.5) / AZIMUTHS as f64);
                    let direction = [sine * cos, sine * sin, cosine];
                    overlap += (0..3)
                        .map(|axis| {
                            let steps = radius * direction[axis] / sides[axis] - target[axis] as f64;
                            (1.0 - steps.abs()).max(0.0)
                        })
                        .product::<f64>();
                }
            }
        }
        overlap *= (to - from) / (RADII * POLAR * AZIMUTHS) as f64;
        share += f * overlap;
        variance += (u * overlap).powi(2);
    }
    (share, variance.sqrt() / share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Expected;

    #[test]
    fn all_bricks_together_get_all_energy() {
        let expected = Expected::embedded().unwrap();
        let kernel = &expected.point_kernel[0];
        let all: f64 = kernel.shells.iter().map(|[from, to, f, _]| f * (to - from)).sum();
        let mut sum = 0.0;
        for index in 0..27 {
            let target = [index % 3, index / 3 % 3, index / 9];
            let mirrored = target.iter().map(|&n| if n == 0 { 1.0 } else { 2.0 }).product::<f64>();
            sum += mirrored * absorbed_fraction(kernel, [0.02, 0.02, 0.04], target).0;
        }
        assert!((sum / all - 1.0).abs() < 1e-3, "{sum} of {all}");
    }
}
