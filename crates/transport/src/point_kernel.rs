//! Dose point kernels: the energy around a point of decay in a medium without end.

use crate::medium::{Medium, Substance, Voxel};
use crate::{Accuracy, Emitter, EngineError, Goal, Plan, Scores, Simulation, Source, Stop, Tables, Watch};
use iodose_physics::constants::GRAY_PER_MEV_PER_GRAM;
use iodose_physics::{Library, LineKind, Material, Nuclide};
use std::f64::consts::PI;

/// Voxels of the lattice in the innermost shell. The decay is spread over one voxel and a deposit counts for the shell
/// of its voxel's centre; both blur a radius by less than a voxel, whose square stands against that of the radius.
const VOXELS_PER_SHELL: f64 = 20.0;

/// A point kernel to be computed.
#[derive(Clone, Debug)]
pub struct PointKernel<'a> {
    /// What each decay emits.
    pub emitter: &'a Emitter,
    /// The medium.
    pub material: &'a Material,
    /// g/cm3
    pub density: f64,
    /// Radii between which energy is scored, cm, ascending from 0: one shell less than there are edges.
    pub edges: Vec<f64>,
}

/// The energy that one shell receives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shell {
    /// Inner radius, cm.
    pub inner: f64,
    /// Outer radius, cm.
    pub outer: f64,
    /// MeV per decay.
    pub energy: f64,
    /// Relative standard uncertainty, k = 1; NaN where never hit.
    pub relative_uncertainty: f64,
}

/// A shell of the kernel of electrons of one energy E0, in units of E0 and of their CSDA range R.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaledShell {
    /// r/R of the middle of the shell.
    pub r_over_rcsda: f64,
    /// d(E/E0)/d(r/R), mean over the shell.
    pub f: f64,
    /// Relative standard uncertainty, k = 1; NaN where never hit.
    pub relative_uncertainty: f64,
}

/// A shell of the kernel of a nuclide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RadialDose {
    /// Radius of the middle of the shell, mm.
    pub r_mm: f64,
    /// r^2 times absorbed dose, Gy mm2 per decay, mean over the shell's thickness.
    pub r2_dose: f64,
    /// Relative standard uncertainty, k = 1; NaN where never hit.
    pub relative_uncertainty: f64,
}

impl Shell {
    /// In units of an energy (MeV) and a CSDA range (cm).
    pub fn scaled(&self, energy: f64, range: f64) -> ScaledShell {
        ScaledShell {
            r_over_rcsda: 0.5 * (self.inner + self.outer) / range,
            f: self.energy / energy * range / (self.outer - self.inner),
            relative_uncertainty: self.relative_uncertainty,
        }
    }

    /// As dose in a medium of this density (g/cm3).
    pub fn radial_dose(&self, density: f64) -> RadialDose {
        const SQUARE_MM_PER_SQUARE_CM: f64 = 100.0;
        let r2_dose_cm2 =
            GRAY_PER_MEV_PER_GRAM * self.energy / (4.0 * PI * density * (self.outer - self.inner));
        RadialDose {
            r_mm: 5.0 * (self.inner + self.outer),
            r2_dose: r2_dose_cm2 * SQUARE_MM_PER_SQUARE_CM,
            relative_uncertainty: self.relative_uncertainty,
        }
    }
}

impl PointKernel<'_> {
    /// Edges (cm) of `shells` equal shells up to 1.2 times `range` (cm).
    pub fn electron_edges(range: f64, shells: usize) -> Vec<f64> {
        (0..=shells).map(|n| 1.2 * range * n as f64 / shells as f64).collect()
    }

    /// Edges (cm) for a nuclide: 60 equal shells to 1.2 times the longest CSDA range of its electrons, then each 5 %
    /// thicker than the last up to 10 g/cm2.
    pub fn nuclide_edges(
        nuclide: &Nuclide,
        material: &Material,
        density: f64,
        library: &Library,
    ) -> Result<Vec<f64>, EngineError> {
        const GROWTH: f64 = 1.05;
        const FARTHEST: f64 = 10.0;
        let betas = nuclide.betas.iter().flat_map(|beta| &beta.spectrum);
        let beta = betas.filter(|point| point[1] > 0.0).map(|point| point[0]);
        let lines = [LineKind::Conversion, LineKind::Auger, LineKind::Gamma, LineKind::X];
        let line = lines.into_iter().flat_map(|kind| nuclide.lines(kind)).map(|line| line.energy);
        let highest = beta.chain(line).fold(0.01, f64::max);
        let range = Tables::new(&[material], library, Accuracy::default())?.csda_range(0, highest) / density;
        let mut edges = Self::electron_edges(range, 60);
        let mut thickness = edges[1];
        while edges[edges.len() - 1] < FARTHEST / density {
            thickness *= GROWTH;
            edges.push(edges[edges.len() - 1] + thickness);
        }
        Ok(edges)
    }

    /// Simulates `histories` decays.
    pub fn compute(
        &self,
        library: &Library,
        accuracy: Accuracy,
        seed: u64,
        histories: u64,
        threads: Option<usize>,
        watch: &dyn Watch,
    ) -> Result<(Vec<Shell>, Scores), EngineError> {
        let medium = ShellMedium::new(&self.edges, self.density)?;
        let tables = Tables::new(&[self.material], library, accuracy)?;
        let source = Source::one_voxel();
        let simulation = Simulation {
            medium: &medium,
            source: &source,
            emitter: self.emitter,
            tables: &tables,
            regions: None,
        };
        let goal = Goal::cells((0..medium.cells() as u32).collect());
        let plan = Plan { seed, stop: Stop::Histories(histories), goal, threads };
        let scores = simulation.run(&plan, watch)?;
        let shells =
            self.edges.windows(2).zip(scores.cells.iter()).enumerate().map(|(cell, (edges, dose))| Shell {
                inner: edges[0],
                outer: edges[1],
                energy: dose.mean * medium.cell_mass(cell as u32),
                relative_uncertainty: dose.relative(),
            });
        Ok((shells.collect(), scores))
    }
}

/// A medium without end, scored in shells around the middle of voxel (0, 0, 0): a lattice so fine that a voxel counts
/// as a point.
struct ShellMedium {
    side: f64,
    density: f64,
    /// Outer radii of the shells in voxels, squared.
    outer_squared: Vec<f64>,
    /// g
    masses: Vec<f64>,
}

impl ShellMedium {
    fn new(edges: &[f64], density: f64) -> Result<Self, EngineError> {
        let ascending = edges.len() >= 2 && edges[0] == 0.0 && edges.windows(2).all(|pair| pair[0] < pair[1]);
        if !(ascending && edges.iter().all(|edge| edge.is_finite())) {
            return Err(EngineError::Shells);
        }
        let side = edges[1] / VOXELS_PER_SHELL;
        Ok(Self {
            side,
            density,
            outer_squared: edges[1..].iter().map(|edge| (edge / side).powi(2)).collect(),
            masses: edges
                .windows(2)
                .map(|pair| 4.0 / 3.0 * PI * (pair[1].powi(3) - pair[0].powi(3)) * density)
                .collect(),
        })
    }
}

impl Medium for ShellMedium {
    fn sides(&self) -> [f64; 3] {
        [self.side; 3]
    }

    fn substance(&self, _: Voxel) -> Option<Substance> {
        Some(Substance { density: self.density, material: 0 })
    }

    #[inline]
    fn cell(&self, voxel: Voxel) -> Option<u32> {
        let squared: f64 = voxel.iter().map(|&n| f64::from(n) * f64::from(n)).sum();
        let shell = self.outer_squared.partition_point(|&outer| outer <= squared);
        (shell < self.outer_squared.len()).then_some(shell as u32)
    }

    fn cells(&self) -> usize {
        self.masses.len()
    }

    fn cell_mass(&self, cell: u32) -> f64 {
        self.masses[cell as usize]
    }

    fn largest_densities(&self) -> Vec<f64> {
        vec![self.density]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EmissionSet, Unwatched};
    use approx::assert_relative_eq;

    #[test]
    fn all_energy_of_electrons_lies_within_their_range() {
        let library = Library::embedded().unwrap();
        let water = library.material("water").unwrap();
        let range = Tables::new(&[water], &library, Accuracy::default()).unwrap().csda_range(0, 0.1) / 0.5;
        let emitter = Emitter::monoenergetic_electrons(0.1).unwrap();
        let edges = PointKernel::electron_edges(range, 60);
        let kernel = PointKernel { emitter: &emitter, material: water, density: 0.5, edges };
        let (shells, scores) =
            kernel.compute(&library, Accuracy::default(), 1, 20_000, None, &Unwatched).unwrap();
        let scaled: Vec<ScaledShell> = shells.iter().map(|shell| shell.scaled(0.1, range)).collect();
        assert_eq!(scaled.len(), 60);
        assert_relative_eq!(scaled[0].r_over_rcsda, 0.01, max_relative = 1e-9);
        assert_relative_eq!(scaled.iter().map(|s| s.f * 0.02).sum::<f64>(), 1.0, max_relative = 3e-3);
        assert_relative_eq!(scores.emitted, scores.scored + scores.escaped, max_relative = 1e-9);
        // The most energy goes where the electrons turn, the least beyond their range.
        let peak = scaled.iter().max_by(|a, b| a.f.total_cmp(&b.f)).unwrap();
        assert!((0.5..0.7).contains(&peak.r_over_rcsda), "{peak:?}");
        assert!(scaled[59].f < 0.01 * peak.f);
    }

    #[test]
    fn dose_per_shell_adds_up_to_the_energy() {
        let library = Library::embedded().unwrap();
        let (nuclide, water) = (library.nuclide("Y-90").unwrap(), library.material("water").unwrap());
        let emitter = Emitter::new(nuclide, EmissionSet::ALL).unwrap();
        let edges = PointKernel::nuclide_edges(nuclide, water, 1.0, &library).unwrap();
        assert!(edges.windows(2).all(|pair| pair[0] < pair[1]) && edges[edges.len() - 1] >= 10.0);
        let kernel = PointKernel { emitter: &emitter, material: water, density: 1.0, edges };
        let (shells, scores) =
            kernel.compute(&library, Accuracy::default(), 1, 2_000, None, &Unwatched).unwrap();
        // Gy mm2 times 4 pi mm times 1e-6 kg/mm3 is J.
        let joules: f64 = shells
            .iter()
            .map(|shell| {
                shell.radial_dose(1.0).r2_dose * 4.0 * PI * 10.0 * (shell.outer - shell.inner) * 1e-6
            })
            .sum();
        assert_relative_eq!(joules, scores.scored * 1.602_176_634e-13, max_relative = 1e-9);
    }

    #[test]
    fn shells_that_do_not_ascend_are_refused() {
        assert!(ShellMedium::new(&[0.0, 1.0, 1.0], 1.0).is_err());
        assert!(ShellMedium::new(&[0.1, 1.0], 1.0).is_err());
        assert!(ShellMedium::new(&[0.0], 1.0).is_err());
        let medium = ShellMedium::new(&[0.0, 1.0, 3.0], 1.0).unwrap();
        assert_eq!(medium.cell([0, 0, 0]), Some(0));
        assert_eq!(medium.cell([19, 0, 0]), Some(0));
        assert_eq!(medium.cell([0, -21, 0]), Some(1));
        assert_eq!(medium.cell([0, 0, 61]), None);
    }
}
