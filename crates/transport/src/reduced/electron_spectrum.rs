//! All electrons and positrons of a decay as one distribution of energy, drawn in proportion to the energy they carry.

use crate::emission::{ElectronPiece, along_straight_line};
use iodose_physics::Charge;

/// Energies ascending; an electron is drawn with a probability proportional to its yield times its energy, so that every
/// history carries about the same energy, and weighted back.
#[derive(Clone, Debug)]
pub(super) struct ElectronSpectrum {
    pieces: Vec<ElectronPiece>,
    /// Probability of this and all earlier pieces.
    cumulative: Vec<f64>,
    /// Integral of yield times energy, MeV per decay.
    energy: f64,
}

/// One electron of a decay, and the number of electrons per decay that it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DrawnElectron {
    pub(super) charge: Charge,
    /// MeV
    pub(super) energy: f64,
    pub(super) weight: f64,
}

impl ElectronSpectrum {
    /// `None` where a decay emits no electrons.
    pub(super) fn new(mut pieces: Vec<ElectronPiece>) -> Option<Self> {
        pieces.sort_by(|a, b| a.lowest().total_cmp(&b.lowest()));
        let mut energy = 0.0;
        let sums: Vec<f64> = pieces
            .iter()
            .map(|piece| {
                energy += carried(piece);
                energy
            })
            .collect();
        let cumulative = sums.iter().map(|sum| sum / energy).collect();
        (energy > 0.0).then_some(Self { pieces, cumulative, energy })
    }

    /// The electron at `number` in [0, 1) of the distribution function.
    #[inline]
    pub(super) fn at(&self, number: f64) -> DrawnElectron {
        let index = self.piece_at(number);
        let before = if index > 0 { self.cumulative[index - 1] } else { 0.0 };
        match self.pieces[index] {
            ElectronPiece::Line { energy, .. } => {
                DrawnElectron { charge: Charge::Electron, energy, weight: self.energy / energy }
            }
            ElectronPiece::Straight { charge, low: [e0, n0], high: [e1, n1] } => {
                // Drawn from a straight line between the ends of yield times energy, which the true product is close to.
                let (h0, h1) = (n0 * e0, n1 * e1);
                let place = (number - before) / (self.cumulative[index] - before);
                let share = along_straight_line(h0, h1, place.clamp(0.0, 1.0));
                let [n, h] = [[n0, n1], [h0, h1]].map(|[low, high]| low + share * (high - low));
                let energy = e0 + share * (e1 - e0);
                DrawnElectron { charge, energy, weight: if h > 0.0 { self.energy * n / h } else { 0.0 } }
            }
        }
    }

    /// Mean over a decay of the sum of `function(energy)` over its electrons.
    pub(super) fn mean(&self, function: impl Fn(f64) -> f64) -> f64 {
        // Pieces are a few keV wide.
        const POINTS: usize = 8;
        let of_piece = |piece: &ElectronPiece| match *piece {
            ElectronPiece::Line { energy, particles } => particles * function(energy),
            ElectronPiece::Straight { low: [e0, n0], high: [e1, n1], .. } => {
                let at = |point: usize| {
                    let share = (point as f64 + 0.5) / POINTS as f64;
                    (n0 + share * (n1 - n0)) * function(e0 + share * (e1 - e0))
                };
                (0..POINTS).map(at).sum::<f64>() * (e1 - e0) / POINTS as f64
            }
        };
        self.pieces.iter().map(of_piece).sum()
    }

    /// The highest energy (MeV) up to `number` of the distribution function.
    pub(super) fn highest_up_to(&self, number: f64) -> f64 {
        let last = self.piece_at(number);
        self.pieces[..=last].iter().map(ElectronPiece::highest).fold(0.0, f64::max)
    }

    fn piece_at(&self, number: f64) -> usize {
        self.cumulative.partition_point(|&sum| sum <= number).min(self.pieces.len() - 1)
    }

    /// The largest weight times energy, MeV.
    pub(super) fn largest_carried(&self) -> f64 {
        // Within a piece the product of two straight lines lies at most a quarter above the line through its ends.
        1.5 * self.energy
    }
}

/// Integral over a piece of the straight line between the ends of yield times energy, MeV.
fn carried(piece: &ElectronPiece) -> f64 {
    match *piece {
        ElectronPiece::Line { energy, particles } => energy * particles,
        ElectronPiece::Straight { low: [e0, n0], high: [e1, n1], .. } => {
            0.5 * (n0 * e0 + n1 * e1) * (e1 - e0)
        }
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EmissionSet, Emitter};
    use approx::assert_relative_eq;
    use iodose_physics::Library;

    #[test]
    fn the_spectrum_carries_what_a_decay_emits() {
        let library = Library::embedded().unwrap();
        let electrons = EmissionSet { gamma: false, x: false, annihilation: false, ..EmissionSet::ALL };
        for nuclide in ["I-131", "I-124", "Lu-177", "Y-90"] {
            let emitter = Emitter::new(library.nuclide(nuclide).unwrap(), electrons).unwrap();
            let spectrum = ElectronSpectrum::new(emitter.electron_pieces()).unwrap();
            let expected = emitter.mean_energy() - emitter.local_energy();
            assert_relative_eq!(spectrum.mean(|energy| energy), expected, max_relative = 1e-5);
            const POINTS: usize = 100_000;
            let at = |n: usize| spectrum.at((n as f64 + 0.5) / POINTS as f64);
            let drawn = (0..POINTS).map(at).map(|electron| electron.weight * electron.energy).sum::<f64>();
            assert_relative_eq!(drawn / POINTS as f64, expected, max_relative = 1e-4);
        }
    }
}
