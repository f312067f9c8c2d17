//! K photons after photoelectric absorption. Method: `docs/methods/photons.md`.

use crate::random::Stream;
use crate::tables::GridCoefficients;
use iodose_physics::OctaveGrid;

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
    pub(crate) fn new(coefficients: &GridCoefficients) -> Self {
        let mut sum = vec![0.0; GRID.points()];
        let emitters = coefficients.k_photons.iter().map(|k| {
            for (sum, (part, all)) in
                sum.iter_mut().zip(k.coefficient.iter().zip(&coefficients.photoelectric))
            {
                *sum += part / all;
            }
            let total: f64 = k.lines.iter().map(|line| line.particles).sum();
            let mut cumulative = 0.0;
            let lines = k.lines.iter().map(|line| {
                cumulative += line.particles / total;
                (cumulative, line.energy)
            });
            Emitter { lines: lines.collect(), cumulative: sum.clone() }
        });
        Self { emitters: emitters.collect() }
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
    use crate::laws::published::{Atom, library};
    use crate::laws::{Trial, assert_shares};
    use crate::tables::ElementCoefficients;
    use iodose_physics::{Library, Material, PhotonCoefficients, PhotonProcess};

    fn sampler(material: &Material, library: &Library) -> FluorescenceSampler {
        FluorescenceSampler::new(&ElementCoefficients::default().of_material(material, library).unwrap())
    }

    /// Atomic numbers of the elements of the library with K photons above 1 keV.
    const EMITTERS: [(&str, u8); 12] = [
        ("Na", 11),
        ("Mg", 12),
        ("Si", 14),
        ("P", 15),
        ("S", 16),
        ("Cl", 17),
        ("Ar", 18),
        ("K", 19),
        ("Ca", 20),
        ("Fe", 26),
        ("Zn", 30),
        ("I", 53),
    ];

    /// Lines (MeV) of a material, with the share of its photoelectric absorptions that end in each.
    fn published(material: &Material, library: &Library, energy: f64) -> Vec<(f64, f64)> {
        let all = PhotonCoefficients::new(material, library).unwrap();
        let all = all.coefficient(PhotonProcess::Photoelectric, energy);
        let total: f64 = material.weights.values().sum();
        let lines_of = |(symbol, number): (&str, u8)| -> Vec<(f64, f64)> {
            let weight = material.weights.get(symbol).copied().unwrap_or(0.0) / total;
            let absorption = Atom(number).photoelectric();
            let (edge, jump) = absorption.highest_edge();
            let vacancies =
                if energy > edge { weight * absorption.at(energy) * (1.0 - 1.0 / jump) / all } else { 0.0 };
            let lines = Atom(number).k_lines().into_iter();
            lines.map(|[yielded, line, share]| (line, vacancies * yielded * share)).collect()
        };
        let lines = EMITTERS.into_iter().flat_map(lines_of);
        lines.filter(|(line, share)| *line >= 0.001 && *share > 0.0).collect()
    }

    fn emits_what_is_published(name: &str, energy: f64) {
        let library = library();
        let material = library.material(name).unwrap();
        let sampler = sampler(material, &library);
        let lines = published(material, &library, energy);
        let trial = Trial::new(9, 200_000, |random| sampler.sample(energy, random).unwrap_or(0.0));
        let count = |energy: f64| trial.values().iter().filter(|value| **value == energy).count() as f64;
        let mut counts: Vec<f64> = lines.iter().map(|(line, _)| count(*line)).collect();
        let mut shares: Vec<f64> = lines.iter().map(|(_, share)| *share).collect();
        counts.push(count(0.0));
        shares.push(1.0 - shares.iter().sum::<f64>());
        assert_eq!(counts.iter().sum::<f64>(), 200_000.0, "a line that is not published");
        if !lines.is_empty() {
            assert_shares(&counts, &shares);
        }
        // Whether and from which element, and of those the line.
        trial.takes(2.0 - shares[shares.len() - 1]);
    }

    #[test]
    fn bone_emits_as_often_as_its_coefficients_say_and_water_never() {
        for energy in [0.003, 0.02, 0.1, 1.0] {
            emits_what_is_published("bone-cortical", energy);
        }
        for energy in [0.03, 0.04, 0.364] {
            emits_what_is_published("iodine", energy);
        }
        let library = library();
        let water = sampler(library.material("water").unwrap(), &library);
        let mut random = Stream::new(9, 9);
        let before = random.clone();
        assert_eq!(water.sample(0.05, &mut random), None);
        assert_eq!(random.draws_since(&before), 0);
    }
}
