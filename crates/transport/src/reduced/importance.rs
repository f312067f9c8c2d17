//! Where histories are worth most.

use super::equilibrium::Equilibrium;
use crate::medium::{Medium, VoxelMedium};

/// Share of the histories that is spread as the decays are, so that no voxel is left out.
const SPREAD: f64 = 0.1;
/// Mass thickness (g/cm2) over which the square of the energy that electrons bring falls by e.
const REACH: f64 = 0.03;
/// Pairs of voxels that are looked at.
const MOST_PAIRS: usize = 30_000_000;

/// The probability of a history for each voxel, up to a factor: electrons.
///
/// The variance of the doses asked for, relative to themselves, is least where the probability of a start in A grows as the
/// root of the sum over goal voxels B of (share of A's energy in B)^2 [(q_A - c_B m_A)/D_B m_B]^2 (Cochran 1977, Sampling
/// Techniques, section 5.5). The share is guessed as exponential in the mass thickness between: a wrong guess costs time and
/// changes no result.
pub(super) fn electron_weights(
    medium: &VoxelMedium,
    decays: &[f64],
    equilibrium: &Equilibrium,
    goal: &[u32],
) -> Vec<f64> {
    let size = medium.size().map(|n| n as i32);
    let sides = medium.sides();
    let window =
        (1..=6i32).rev().find(|&n| goal.len() * (2 * n as usize + 1).pow(3) <= MOST_PAIRS).unwrap_or(1);
    let mut weight = vec![0.0; medium.cells()];
    for &target in goal {
        let [nx, ny, _] = size.map(|n| n as usize);
        let offset = target as usize;
        let voxel = [offset % nx, offset / nx % ny, offset / nx / ny].map(|n| n as i32);
        let mass = medium.cell_mass(target);
        let level = f64::from(equilibrium.level[offset]);
        let around = neighbourhood(medium, decays, voxel);
        if around <= 0.0 {
            continue;
        }
        let density = medium.voxel(offset).density;
        for k in -window..=window {
            for j in -window..=window {
                for i in -window..=window {
                    let other = [voxel[0] + i, voxel[1] + j, voxel[2] + k];
                    let Some(source) = medium.offset(other) else { continue };
                    let square: f64 =
                        [i, j, k].iter().zip(sides).map(|(&n, side)| (f64::from(n) * side).powi(2)).sum();
                    let between = 0.5 * (density + medium.voxel(source).density) * square.sqrt();
                    let difference = decays[source] - level * medium.cell_mass(source as u32);
                    weight[source] += libm::exp(-between / REACH) * (difference / (mass * around)).powi(2);
                }
            }
        }
    }
    with_spread(weight.iter().map(|w| w.sqrt()).collect(), decays)
}

/// The probability of a history for each voxel, up to a factor: photons. They reach far; those from the goal voxels reach
/// them most.
pub(super) fn photon_weights(decays: &[f64], goal: &[u32]) -> Vec<f64> {
    let mut near = vec![0.0; decays.len()];
    goal.iter().for_each(|&cell| near[cell as usize] = decays[cell as usize]);
    let (all, own): (f64, f64) = (decays.iter().sum(), near.iter().sum());
    let factor = if own > 0.0 { all / own } else { 0.0 };
    decays.iter().zip(near).map(|(all, near)| all + factor * near).collect()
}

/// Specific activity (decays per gram) of a voxel and its 26 neighbours together.
pub(super) fn neighbourhood(medium: &VoxelMedium, decays: &[f64], voxel: [i32; 3]) -> f64 {
    let (mut activity, mut mass) = (0.0, 0.0);
    for n in 0..27 {
        let step = [n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1];
        if let Some(offset) = medium.offset(std::array::from_fn(|axis| voxel[axis] + step[axis])) {
            activity += decays[offset];
            mass += medium.cell_mass(offset as u32);
        }
    }
    activity / mass
}

fn with_spread(weight: Vec<f64>, decays: &[f64]) -> Vec<f64> {
    let (total, activity): (f64, f64) = (weight.iter().sum(), decays.iter().sum());
    let (own, spread) = if total > 0.0 { ((1.0 - SPREAD) / total, SPREAD) } else { (0.0, 1.0) };
    weight.iter().zip(decays).map(|(w, d)| own * w + spread * d / activity).collect()
}
