//! Following a photon until it is absorbed or leaves. Equations: `docs/methods/photons.md`.

mod absorption;
mod compton;
mod majorant;
mod recoil;
mod track_length;

pub(crate) use majorant::Majorant;
pub(crate) use recoil::Recoil;

use self::compton::coherent_deflection;
use crate::history::{Electrons, Part, Walker};
use crate::medium::Medium;
use crate::particle::Particle;
use crate::tables::{Interaction, MaterialTables, PhotonPlace};
use crate::vector::{advance, deflect};

/// Photons below this energy (MeV) are deposited where they are: the lowest energy of the tables.
const LOWEST_ENERGY: f64 = 0.001;

impl<'a, M: Medium> Walker<'a, M> {
    /// Follows a photon through its interactions.
    pub(crate) fn follow_photon(&mut self, photon: Particle) {
        self.interact(photon);
        self.electrons = Electrons::Score;
    }

    fn interact(&mut self, mut photon: Particle) {
        while photon.energy >= LOWEST_ENERGY {
            let next = match self.part {
                Part::Photons { shifts: Some(shifts) } => {
                    self.electrons = Electrons::Radiate;
                    self.walk_to_interaction(&mut photon, shifts)
                }
                _ => self.fly_to_interaction(&mut photon),
            };
            let Some((tables, density, interaction)) = next else {
                self.balance.escaped += photon.energy;
                return;
            };
            match interaction {
                Interaction::Coherent => {
                    let mu = coherent_deflection(photon.energy, &tables.scattering, &mut self.random);
                    photon.direction = deflect(photon.direction, mu, &mut self.random);
                }
                Interaction::Incoherent => self.scatter_incoherently(&mut photon, tables, density),
                Interaction::Photoelectric => return self.absorb(&photon, tables, density),
                Interaction::Pair => return self.make_pair(&photon),
            }
        }
        self.deposit(photon.voxel, photon.energy);
    }

    /// Moves a photon to its next interaction, with the tables and the density (g/cm3) there; `None` if it has escaped.
    ///
    /// By delta tracking (Woodcock et al., ANL-7050 (1965) 557): flights are drawn for the largest attenuation anywhere,
    /// and a collision is real with the ratio of the local to the largest one (P2). One random number decides whether a
    /// collision is real and which process it is.
    #[inline]
    pub(crate) fn fly_to_interaction(
        &mut self,
        photon: &mut Particle,
    ) -> Option<(&'a MaterialTables, f64, Interaction)> {
        let place = PhotonPlace::of(photon.energy);
        let largest = self.world.majorant.attenuation(place);
        loop {
            let flight = self.random.exponential() / largest;
            photon.position = advance(photon.position, photon.direction, flight);
            photon.voxel = self.world.lattice.voxel_at(photon.position);
            let here = self.world.medium.substance(photon.voxel)?;
            let tables = &self.world.tables.materials[here.material as usize];
            let target = self.random.uniform() * largest / here.density;
            if let Some(interaction) = tables.attenuation.interaction(place, target) {
                return Some((tables, here.density, interaction));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::World;
    use crate::laws::{Law, Trial, assert_shares};
    use crate::particle::Species;
    use crate::random::Stream;
    use crate::{Accuracy, Emitter, Tables, VoxelMedium};
    use approx::assert_relative_eq;
    use iodose_physics::{Library, PhotonCoefficients, PhotonProcess};
    use iodose_volume::{Grid, Volume};

    /// Material and density (g/cm3) of layers, one after the other and again from the first.
    const LAYERS: [(&str, f64); 4] =
        [("lung", 0.26), ("bone-cortical", 1.92), ("water", 1.0), ("adipose", 0.9)];
    const COUNT: usize = 24;

    /// Sends photons of an energy (MeV) aslant through the layers, each half a mean free path of water thick.
    fn interactions_follow_the_attenuation(energy: f64) {
        let library = Library::embedded().unwrap();
        let materials = LAYERS.map(|(name, _)| library.material(name).unwrap());
        let physics = materials.map(|material| PhotonCoefficients::new(material, &library).unwrap());
        let thickness = 0.5 / physics[2].total(energy);
        let grid =
            Grid::axis_aligned([COUNT, 1, 1], [10.0 * thickness, 1e3 * thickness, 1e3 * thickness], [0.0; 3])
                .unwrap();
        let density = Volume::from_fn(grid, |[i, _, _]| LAYERS[i % 4].1 as f32);
        let medium = VoxelMedium::new(&density, &Volume::from_fn(grid, |[i, _, _]| (i % 4) as u8)).unwrap();
        let tables = Tables::new(&materials, &library, Accuracy::default()).unwrap();
        let emitter = Emitter::monoenergetic_electrons(1.0).unwrap();
        let world = World::new(&medium, &emitter, &tables);

        let start = Particle {
            species: Species::Photon,
            energy,
            position: [0.0, 50.0 * thickness, 50.0 * thickness],
            direction: [0.8, 0.6, 0.0],
            voxel: [0; 3],
        };
        let step = thickness / 0.8;
        let length = step * COUNT as f64;
        let mut counts = [[0.0; 4]; 4];
        let (mut walker, mut elsewhere) = (Walker::new(&world, Part::Whole), Stream::new(0, 1));
        let trial = Trial::new(9, 100_000, |random| {
            walker.random = random.clone();
            let mut photon = start;
            let end = walker.fly_to_interaction(&mut photon);
            *random = walker.random.clone();
            match end {
                // What escapes stands in a bin of its own.
                None => length + step * elsewhere.uniform(),
                Some((_, density, interaction)) => {
                    let layer = photon.voxel[0] as usize % 4;
                    assert_relative_eq!(density, LAYERS[layer].1, max_relative = 8e-6);
                    counts[layer][interaction as usize] += 1.0;
                    (photon.position[1] - start.position[1]) / 0.6
                }
            }
        });

        let linear: Vec<f64> = (0..4).map(|n| physics[n].total(energy) * LAYERS[n].1).collect();
        let mut depth = vec![0.0];
        (0..COUNT).for_each(|n| depth.push(depth[n] + linear[n % 4] * step));
        let through = |path: f64| {
            let layer = ((path / step) as usize).min(COUNT - 1);
            (-depth[layer] - linear[layer % 4] * (path - layer as f64 * step)).exp()
        };
        let escaping = (-depth[COUNT]).exp();
        let density = |path: f64| {
            if path > length { escaping / step } else { linear[(path / step) as usize % 4] * through(path) }
        };
        trial.follows(&Law::new((0..=COUNT + 1).map(|n| n as f64 * step).collect(), density));

        let all = |process| physics.each_ref().map(|p| p.coefficient(process, energy));
        let pair = all(PhotonProcess::PairNuclear);
        let triplet = all(PhotonProcess::PairElectron);
        for layer in 0..4 {
            let weights = [
                all(PhotonProcess::Coherent)[layer],
                all(PhotonProcess::Incoherent)[layer],
                pair[layer] + triplet[layer],
                all(PhotonProcess::Photoelectric)[layer],
            ];
            assert_shares(&counts[layer], &weights);
        }

        // Collisions are a Poisson process of the largest rate up to the interaction or the face: an exponential number
        // for each, another for the flight beyond the face, and a uniform one for each collision.
        let largest = linear.iter().copied().fold(0.0, f64::max);
        let path = Law::new((0..=COUNT).map(|n| n as f64 * step).collect(), through).total();
        let exponential = crate::ziggurat::mean_numbers();
        trial.takes(largest * path * (1.0 + exponential) + escaping * exponential);
    }

    #[test]
    fn photons_of_3_kev_to_3_mev_interact_where_and_how_the_coefficients_say() {
        for energy in [0.003, 0.03, 0.08, 0.364, 1.5, 2.9] {
            interactions_follow_the_attenuation(energy);
        }
    }
}
