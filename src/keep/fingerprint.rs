//! Hashes of what goes into a run, by its numbers and words alone: how a type prints or which order its fields have does not
//! matter.

use iodose_physics::{BetaSign, BetaSpectrum, Line, LineKind, Material, Nuclide};
use iodose_volume::{Affine, Grid, Volume};
use sha2::{Digest, Sha256};

/// A hash in the making. All parts of variable length begin with it, so that no two lists of parts are the same bytes.
#[derive(Default)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Of a grid and its values, these as bytes.
    pub(crate) fn of_volume<T: Copy, const N: usize>(
        volume: &Volume<T>,
        bytes: impl Fn(T) -> [u8; N],
    ) -> String {
        let mut fingerprint = Self::default();
        fingerprint.grid(volume.grid());
        for chunk in volume.data().chunks(1 << 12) {
            fingerprint.0.update(chunk.iter().flat_map(|&value| bytes(value)).collect::<Vec<u8>>());
        }
        fingerprint.end()
    }

    /// Of what a nuclide emits. Its half-life has done its work when the number of decays is known.
    pub(crate) fn of_emissions(nuclide: &Nuclide) -> String {
        let Nuclide { name: _, source: _, half_life: _, betas, lines } = nuclide;
        let mut fingerprint = Self::default();
        fingerprint.count(betas.len());
        for BetaSpectrum { sign, branches, spectrum } in betas {
            fingerprint.text(match sign {
                BetaSign::Minus => "minus",
                BetaSign::Plus => "plus",
            });
            fingerprint.count(branches.len());
            branches.iter().for_each(|branch| fingerprint.numbers(branch));
            fingerprint.numbers(spectrum.as_flattened());
        }
        fingerprint.count(lines.len());
        for (kind, lines) in lines {
            fingerprint.text(match kind {
                LineKind::Gamma => "gamma",
                LineKind::X => "x",
                LineKind::Conversion => "conversion",
                LineKind::Auger => "auger",
                LineKind::Annihilation => "annihilation",
            });
            let pairs: Vec<f64> =
                lines.iter().flat_map(|&Line { energy, particles }| [energy, particles]).collect();
            fingerprint.numbers(&pairs);
        }
        fingerprint.end()
    }

    /// Of materials, in their order. The elements they are made of belong to the program.
    pub(crate) fn of_materials(materials: &[&Material]) -> String {
        let mut fingerprint = Self::default();
        fingerprint.count(materials.len());
        for material in materials {
            let Material {
                name,
                nominal_density,
                density_effect_density,
                mean_excitation_energy,
                source: _,
                weights,
            } = material;
            fingerprint.text(name);
            fingerprint.numbers(&[*nominal_density, *mean_excitation_energy]);
            fingerprint.numbers(density_effect_density.as_slice());
            fingerprint.count(weights.len());
            for (symbol, weight) in weights {
                fingerprint.text(symbol);
                fingerprint.numbers(&[*weight]);
            }
        }
        fingerprint.end()
    }

    fn grid(&mut self, grid: &Grid) {
        grid.size().into_iter().for_each(|side| self.count(side));
        let Affine { columns, origin } = grid.affine();
        self.numbers(columns.as_flattened());
        self.numbers(origin);
    }

    fn count(&mut self, count: usize) {
        self.0.update((count as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text);
    }

    /// Bit by bit.
    fn numbers(&mut self, numbers: &[f64]) {
        self.count(numbers.len());
        numbers.iter().for_each(|number| self.0.update(number.to_le_bytes()));
    }

    /// 64 bits tell cases apart; nobody gains from making two alike.
    fn end(self) -> String {
        self.0.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_physics::Library;

    #[test]
    fn a_volume_is_its_numbers_and_their_places() {
        let grid = |size, origin| Grid::axis_aligned(size, [4.0; 3], [origin, 0.0, 0.0]).unwrap();
        let of = |size, origin, values: Vec<f32>| {
            let volume = Volume::new(grid(size, origin), values).unwrap();
            Fingerprint::of_volume(&volume, f32::to_le_bytes)
        };
        let one = of([4, 1, 1], 0.0, vec![0.0, 1.0, 2.0, 3.0]);
        assert_eq!(one, of([4, 1, 1], 0.0, vec![0.0, 1.0, 2.0, 3.0]));
        assert_ne!(one, of([4, 1, 1], 0.0, vec![0.0, 1.0, 2.0, 3.000_000_2]));
        assert_ne!(one, of([2, 2, 1], 0.0, vec![0.0, 1.0, 2.0, 3.0]));
        assert_ne!(one, of([4, 1, 1], 1e-12, vec![0.0, 1.0, 2.0, 3.0]));
    }

    #[test]
    fn a_nuclide_is_what_it_emits() {
        let library = Library::embedded().unwrap();
        let nuclide = library.nuclide("I-124").unwrap();
        let of = |change: &dyn Fn(&mut Nuclide)| {
            let mut changed = nuclide.clone();
            change(&mut changed);
            Fingerprint::of_emissions(&changed)
        };
        let same = of(&|_| {});
        assert_eq!(same, of(&|nuclide| nuclide.source.push_str(", page 1")));
        assert_eq!(same, of(&|nuclide| nuclide.half_life *= 2.0));
        assert_ne!(same, of(&|nuclide| nuclide.betas[0].sign = BetaSign::Minus));
        assert_ne!(same, of(&|nuclide| nuclide.betas[0].branches[0][1] *= 1.0 + 1e-15));
        assert_ne!(same, of(&|nuclide| nuclide.betas[0].spectrum[1][0] *= 1.0 + 1e-15));
        assert_ne!(same, of(&|nuclide| nuclide.lines.get_mut(&LineKind::X).unwrap()[0].particles *= 1.1));
        assert_ne!(
            same,
            of(&|nuclide| {
                let lines = nuclide.lines.remove(&LineKind::Auger).unwrap();
                nuclide.lines.insert(LineKind::Conversion, lines);
            })
        );
    }

    #[test]
    fn materials_are_their_numbers_in_their_order() {
        let library = Library::embedded().unwrap();
        let [water, air] = ["water", "air"].map(|name| library.material(name).unwrap());
        let of = |change: &dyn Fn(&mut Material)| {
            let mut changed = water.clone();
            change(&mut changed);
            Fingerprint::of_materials(&[&changed, air])
        };
        let same = of(&|_| {});
        assert_eq!(same, of(&|material| material.source.push_str(", page 1")));
        assert_ne!(same, Fingerprint::of_materials(&[air, water]));
        assert_ne!(same, of(&|material| material.mean_excitation_energy += 1e-12));
        assert_ne!(same, of(&|material| material.density_effect_density = Some(0.5)));
        assert_ne!(same, of(&|material| *material.weights.get_mut("H").unwrap() += 1e-9));
    }
}
