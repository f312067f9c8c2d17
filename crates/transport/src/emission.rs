//! What one decay emits. Equations: `docs/methods/decay.md`.

mod electron_piece;
mod samplers;
mod set;

pub(crate) use electron_piece::ElectronPiece;
pub(crate) use samplers::along_straight_line;
pub use set::EmissionSet;

use crate::EngineError;
use crate::particle::Species;
use crate::random::Stream;
use iodose_physics::constants::ELECTRON_REST_ENERGY;
use iodose_physics::{Charge, Line, LineKind, Nuclide};
use samplers::{BetaSampler, LineSampler};

/// Lines below this energy (MeV) deposit their mean energy per decay where it happens: an electron of 1 keV reaches
/// 0.06 micrometres in water, a photon of 1 keV 2.5 micrometres.
const LOCAL_BELOW: f64 = 0.001;
/// The most energy (MeV) of a decay in the mean that the sums of voxels are made for: lines and betas that sum up to several times
/// what any nuclide emits.
const MOST_MEAN_ENERGY: f64 = 10.0;

/// Draws the particles of one decay. Their numbers and energies are independent of each other.
#[derive(Clone, Debug)]
pub struct Emitter {
    betas: Vec<BetaSampler>,
    photons: Option<LineSampler>,
    electrons: Option<LineSampler>,
    local_energy: f64,
    annihilation: bool,
}

impl Emitter {
    /// For the chosen emissions of a nuclide.
    pub fn new(nuclide: &Nuclide, emissions: EmissionSet) -> Result<Self, EngineError> {
        let betas: Vec<BetaSampler> = if emissions.beta {
            nuclide.betas.iter().filter_map(BetaSampler::new).collect()
        } else {
            Vec::new()
        };
        let lines = |kinds: [(LineKind, bool); 2]| -> Vec<Line> {
            let chosen = kinds.into_iter().filter(|(_, wanted)| *wanted);
            chosen.flat_map(|(kind, _)| nuclide.lines(kind).iter().copied()).collect()
        };
        let photons = lines([(LineKind::Gamma, emissions.gamma), (LineKind::X, emissions.x)]);
        let electrons =
            lines([(LineKind::Conversion, emissions.conversion), (LineKind::Auger, emissions.auger)]);
        let local_energy = photons
            .iter()
            .chain(&electrons)
            .filter(|line| line.energy < LOCAL_BELOW)
            .map(|line| line.energy * line.particles)
            .sum();
        let emitter = Self {
            betas,
            photons: LineSampler::new(&photons),
            electrons: LineSampler::new(&electrons),
            local_energy,
            annihilation: emissions.annihilation,
        };
        if emitter.betas.is_empty()
            && emitter.photons.is_none()
            && emitter.electrons.is_none()
            && local_energy == 0.0
        {
            return Err(EngineError::NoEmission(nuclide.name.clone()));
        }
        let mean = emitter.mean_energy();
        if mean > MOST_MEAN_ENERGY {
            return Err(EngineError::TooEnergetic(mean));
        }
        Ok(emitter)
    }

    /// Electrons of one energy, one per decay; `None` outside 1 keV to 4 MeV, the reach of the tables.
    pub fn monoenergetic_electrons(energy: f64) -> Option<Self> {
        if !(LOCAL_BELOW..=Nuclide::HIGHEST_ENERGY).contains(&energy) {
            return None;
        }
        let electrons = LineSampler::new(&[Line { energy, particles: 1.0 }])?;
        Some(Self {
            betas: Vec::new(),
            photons: None,
            electrons: Some(electrons),
            local_energy: 0.0,
            annihilation: true,
        })
    }

    /// Energy (MeV) that every decay deposits where it happens (D4).
    pub fn local_energy(&self) -> f64 {
        self.local_energy
    }

    /// No photon has more energy (MeV): those that a decay emits, bremsstrahlung of its electrons, annihilation.
    pub(crate) fn highest_photon_energy(&self) -> f64 {
        let photons = self.photons.iter().flat_map(|lines| lines.energies.iter().copied());
        let electrons = self.electron_pieces();
        let annihilation = if self.annihilation { ELECTRON_REST_ENERGY } else { 0.0 };
        photons.chain(electrons.iter().map(ElectronPiece::highest)).fold(annihilation, f64::max)
    }

    /// Whether positrons at rest annihilate into photons that are followed.
    pub(crate) fn annihilation(&self) -> bool {
        self.annihilation
    }

    /// Calls `emit` for each particle of one decay with its species and kinetic energy (MeV).
    #[inline]
    pub(crate) fn decay(&self, random: &mut Stream, mut emit: impl FnMut(&mut Stream, Species, f64)) {
        for beta in &self.betas {
            for _ in 0..number(beta.particles, random) {
                let energy = beta.energy(random);
                emit(random, Species::Charged(beta.charge), energy);
            }
        }
        let lines = [(&self.photons, Species::Photon), (&self.electrons, Species::Charged(Charge::Electron))];
        for (sampler, species) in lines {
            if let Some(sampler) = sampler {
                for _ in 0..number(sampler.particles, random) {
                    let energy = sampler.energy(random);
                    emit(random, species, energy);
                }
            }
        }
    }

    /// The spectrum of electrons and positrons in parts.
    pub(crate) fn electron_pieces(&self) -> Vec<ElectronPiece> {
        let straight = self.betas.iter().flat_map(|beta| {
            let charge = beta.charge;
            // Tabulated spectra hold their number of particles to a few parts in ten thousand only.
            let scale = beta.particles / beta.area;
            let end = move |[energy, number]: [f64; 2]| [energy, number * scale];
            beta.points.windows(2).map(move |ends| ElectronPiece::Straight {
                charge,
                low: end(ends[0]),
                high: end(ends[1]),
            })
        });
        let lines = self.electrons.iter().flat_map(|lines| {
            let pairs = lines.energies.iter().zip(&lines.yields);
            pairs.map(|(&energy, &particles)| ElectronPiece::Line { energy, particles })
        });
        straight.chain(lines).collect()
    }

    /// Mean energy (MeV) per decay, the rest energy of pairs that annihilate included.
    pub fn mean_energy(&self) -> f64 {
        let betas: f64 = self
            .betas
            .iter()
            .map(|beta| {
                let pair = if beta.charge == Charge::Positron && self.annihilation {
                    2.0 * ELECTRON_REST_ENERGY
                } else {
                    0.0
                };
                beta.particles * (beta.mean_energy + pair)
            })
            .sum();
        let lines = [&self.photons, &self.electrons]
            .into_iter()
            .flatten()
            .map(|sampler| sampler.mean_energy)
            .sum::<f64>();
        betas + lines + self.local_energy
    }
}

/// A whole number with the given mean: its integer part, or one more (D3).
#[inline]
fn number(mean: f64, random: &mut Stream) -> u32 {
    (mean + random.uniform()) as u32
}

#[cfg(test)]
mod tests;
