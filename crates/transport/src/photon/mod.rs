//! Following a photon until it is absorbed or leaves.

mod absorption;
mod compton;
mod majorant;

pub(crate) use majorant::Majorant;

use crate::history::Walker;
use crate::medium::Medium;
use crate::particle::Particle;
use crate::tables::{Interaction, PhotonPlace};
use crate::vector::{advance, deflect};

/// Photons below this energy (MeV) are deposited where they are: the lowest energy of the tables.
const LOWEST_ENERGY: f64 = 0.001;

impl<M: Medium> Walker<'_, M> {
    /// Follows a photon by delta tracking (Woodcock et al., ANL-7050 (1965) 557): flights are drawn for the largest
    /// attenuation anywhere, and a collision is real with the ratio of the local to the largest one.
    /// One random number decides whether a collision is real and which process it is.
    pub(crate) fn follow_photon(&mut self, mut photon: Particle) {
        while photon.energy >= LOWEST_ENERGY {
            let place = PhotonPlace::of(photon.energy);
            let largest = self.world.majorant.attenuation(place);
            let (tables, density, interaction) = loop {
                let flight = self.random.exponential() / largest;
                photon.position = advance(photon.position, photon.direction, flight);
                photon.voxel = self.world.lattice.voxel_at(photon.position);
                let Some(here) = self.world.medium.substance(photon.voxel) else {
                    self.balance.escaped += photon.energy;
                    return;
                };
                let tables = &self.world.tables.materials[here.material as usize];
                let target = self.random.uniform() * largest / here.density;
                if let Some(interaction) = tables.attenuation.interaction(place, target) {
                    break (tables, here.density, interaction);
                }
            };
            match interaction {
                Interaction::Coherent => {
                    let mu = self.coherent_deflection(photon.energy, tables);
                    photon.direction = deflect(photon.direction, mu, &mut self.random);
                }
                Interaction::Incoherent => self.scatter_incoherently(&mut photon, tables, density),
                Interaction::Photoelectric => return self.absorb(&photon, tables, density),
                Interaction::Pair => return self.make_pair(&photon),
            }
        }
        self.deposit(photon.voxel, photon.energy);
    }
}
