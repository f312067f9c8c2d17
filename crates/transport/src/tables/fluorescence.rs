//! K photons after photoelectric absorption.

use crate::EngineError;
use crate::random::Stream;
use iodose_physics::{KFluorescence, Library, Material, OctaveGrid, PhotonCoefficients, PhotonProcess};

const GRID: OctaveGrid = OctaveGrid::PHOTON;

/// Draws the K photon of a photoelectric absorption in one material, if there is one.
#[derive(Clone, Debug)]
pub(crate) struct FluorescenceSampler {
    emitters: Vec<Emitter>,
}

#[derive(Clone, Debug)]
struct Emitter {
    /// Share of the absorptions that end in a K photon of this or an earlier element, at the cell edges.
    cumulative: Vec<f64>,
    /// Cumulative share and energy (MeV) of each line.
    lines: Vec<(f64, f64)>,
}

impl FluorescenceSampler {
    pub(crate) fn new(material: &Material, library: &Library) -> Result<Self, EngineError> {
        let fluorescence = KFluorescence::new(material, library)?;
        let coefficients = PhotonCoefficients::new(material, library)?;
        let mut sum = vec![0.0; GRID.points()];
        let emitters = (0..fluorescence.len()).map(|element| {
            for (sum, energy) in sum.iter_mut().zip(GRID.iter()) {
                let all = coefficients.coefficient(PhotonProcess::Photoelectric, energy);
                *sum += fluorescence.coefficient(element, energy) / all;
            }
            let total: f64 = fluorescence.lines(element).iter().map(|line| line.particles).sum();
            let mut cumulative = 0.0;
            let lines = fluorescence.lines(element).iter().map(|line| {
                cumulative += line.particles / total;
                (cumulative, line.energy)
            });
            Emitter { lines: lines.collect(), cumulative: sum.clone() }
        });
        Ok(Self { emitters: emitters.collect() })
    }

    /// The energy (MeV) of the K photon, or none, when a photon of `energy` (MeV) is absorbed.
    pub(crate) fn sample(&self, energy: f64, random: &mut Stream) -> Option<f64> {
        if self.emitters.is_empty() {
            return None;
        }
        let choice = random.uniform();
        let emitter =
            self.emitters.iter().find(|emitter| choice < GRID.interpolate(&emitter.cumulative, energy))?;
        let choice = random.uniform();
        let line =
            emitter.lines.iter().find(|(cumulative, _)| choice < *cumulative).or(emitter.lines.last())?;
        (line.1 < energy).then_some(line.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn bone_emits_as_often_as_its_coefficients_say_and_water_never() {
        let library = Library::embedded().unwrap();
        let bone = library.material("bone-cortical").unwrap();
        let sampler = FluorescenceSampler::new(bone, &library).unwrap();
        let fluorescence = KFluorescence::new(bone, &library).unwrap();
        let photoelectric = PhotonCoefficients::new(bone, &library).unwrap();
        let mut random = Stream::new(9, 9);
        for energy in [0.003, 0.02, 0.1] {
            const DRAWS: usize = 100_000;
            let emitted: Vec<f64> = (0..DRAWS).filter_map(|_| sampler.sample(energy, &mut random)).collect();
            assert!(emitted.iter().all(|line| (0.001..0.01).contains(line) && *line < energy));
            let expected = (0..fluorescence.len()).map(|n| fluorescence.coefficient(n, energy)).sum::<f64>()
                / photoelectric.coefficient(PhotonProcess::Photoelectric, energy);
            assert_abs_diff_eq!(emitted.len() as f64 / DRAWS as f64, expected, epsilon = 0.004);
        }
        let water = FluorescenceSampler::new(library.material("water").unwrap(), &library).unwrap();
        assert_eq!(water.sample(0.05, &mut random), None);
    }
}
