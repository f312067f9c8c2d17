//! Following an electron or positron until it stops or leaves. Equations: `docs/methods/electrons.md`,
//! `docs/methods/boundary-crossing.md`.

pub(crate) mod knock_on;

use self::knock_on::directions_after;
use crate::history::{Electrons, Part, RADIATING, Walker};
use crate::medium::{Medium, Substance};
use crate::particle::{Particle, Species};
use crate::random::Stream;
use crate::tables::{BremsstrahlungSampler, EventKind, MaterialTables, SlowingDown, State};
use crate::vector::{Vector, advance, deflect};
use crate::wander::{Wandering, wander};
use iodose_physics::constants::ELECTRON_REST_ENERGY;
use iodose_physics::{Charge, HardCollisions};

/// What became of the straight flight to the next event.
enum Flight {
    /// The event's place is reached.
    Arrived,
    /// The particle entered another material: its next event is to be drawn anew there.
    NewMaterial(Substance),
    /// The particle left the lattice.
    Escaped,
}

impl<M: Medium> Walker<'_, M> {
    /// Follows a charged particle; its secondaries wait for their turn.
    pub(crate) fn follow_electron(&mut self, mut particle: Particle, charge: Charge) {
        let Some(mut here) = self.world.medium.substance(particle.voxel) else {
            return self.escape(&particle, charge);
        };
        'material: loop {
            let tables = &self.world.tables.materials[here.material as usize];
            let table = tables.slowing_down(charge);
            let mut state = table.at(particle.energy);
            // The energy stands in the state; the particle keeps that of its last deposit until it is settled.
            loop {
                let wandering = wander(
                    &mut particle,
                    &mut state,
                    table,
                    &self.world.lattice,
                    here.density,
                    &mut self.random,
                );
                let kind = match wandering {
                    Wandering::Stays => {
                        self.settle(&mut particle, state.energy);
                        return self.stop(particle, charge, tables);
                    }
                    Wandering::Branches(kind) => kind,
                    Wandering::Leaves(event) => {
                        match self.fly(&mut particle, &mut here, &state, &event, table) {
                            Flight::Arrived => state = event,
                            Flight::NewMaterial(substance) => {
                                here = substance;
                                continue 'material;
                            }
                            Flight::Escaped => return self.escape(&particle, charge),
                        }
                        if state.at_rest() {
                            return self.stop(particle, charge, tables);
                        }
                        table.event_kind(&state, &mut self.random)
                    }
                };
                match kind {
                    EventKind::Elastic(deflection) => {
                        particle.direction = deflection.turn(particle.direction);
                    }
                    EventKind::SoftCollision { loss } => state = table.after_loss(&state, loss),
                    EventKind::HardCollision => {
                        self.settle(&mut particle, state.energy);
                        self.collide(&mut particle, charge, tables, here.density);
                        state = table.at(particle.energy);
                    }
                    EventKind::Bremsstrahlung => {
                        self.settle(&mut particle, state.energy);
                        self.emit_bremsstrahlung(&mut particle, tables);
                        state = table.at(particle.energy);
                    }
                }
            }
        }
    }

    /// Deposits what the particle lost on its way through its voxel.
    #[inline]
    fn settle(&mut self, particle: &mut Particle, energy: f64) {
        self.deposit(particle.voxel, particle.energy - energy);
        particle.energy = energy;
    }

    /// Flies straight to the event through as many voxels as needed, depositing the continuous losses in each (B1).
    ///
    /// Ranges are mass thicknesses, so a face between two densities of one material needs no stop.
    fn fly(
        &mut self,
        particle: &mut Particle,
        here: &mut Substance,
        state: &State,
        event: &State,
        table: &SlowingDown,
    ) -> Flight {
        let sides = self.world.lattice.sides;
        let mut range = state.range;
        loop {
            let (distance, axis) = particle.distance_to_face(sides);
            let range_at_face = range - distance * here.density;
            if range_at_face <= event.range {
                let path = (range - event.range) / here.density;
                particle.position = advance(particle.position, particle.direction, path);
                self.settle(particle, event.energy);
                return Flight::Arrived;
            }
            range = range_at_face;
            let energy = table.energy_at_range(state, range).min(particle.energy).max(event.energy);
            self.settle(particle, energy);
            particle.cross_face(distance, axis, sides);
            match self.world.medium.substance(particle.voxel) {
                None => return Flight::Escaped,
                Some(next) if next.material != here.material => return Flight::NewMaterial(next),
                Some(next) => *here = next,
            }
        }
    }

    /// A collision above the cut, its loss from (E3): a knock-on electron leaves.
    fn collide(&mut self, particle: &mut Particle, charge: Charge, tables: &MaterialTables, density: f64) {
        let energy = particle.energy;
        let collisions = HardCollisions { charge, cut: self.world.tables.accuracy.collision_cut(energy) };
        // A cell of the energy grid may reach below the threshold.
        if collisions.largest_loss(energy) <= collisions.cut {
            return;
        }
        let loss = collisions.sample(energy, || self.random.uniform());
        let (primary, knock_on) = directions_after(particle.direction, energy, loss, &mut self.random);
        particle.energy = energy - loss;
        particle.direction = primary;
        self.release_electron(particle, loss, tables, density, |_| knock_on);
    }

    /// Emits a photon above the cut (E6).
    fn emit_bremsstrahlung(&mut self, particle: &mut Particle, tables: &MaterialTables) {
        // A cell of the energy grid may reach below the threshold.
        if particle.energy > self.world.tables.accuracy.bremsstrahlung_cut {
            let photon = tables.bremsstrahlung.photon_energy(particle.energy, &mut self.random);
            self.radiate(particle, photon);
            if self.electrons == Electrons::RadiateForAll {
                for _ in 1..RADIATING {
                    let photon = tables.bremsstrahlung.photon_energy(particle.energy, &mut self.random);
                    self.radiate(particle, photon);
                }
            }
            particle.energy -= photon;
        }
    }

    /// Starts an electron of `energy` (MeV) where its parent is, or deposits it at once where its range cannot reach the
    /// nearest face; its direction is only asked for if it is needed.
    #[inline]
    pub(crate) fn release_electron(
        &mut self,
        parent: &Particle,
        energy: f64,
        tables: &MaterialTables,
        density: f64,
        direction: impl FnOnce(&mut Stream) -> Vector,
    ) {
        let mut electron = Particle { species: Species::Charged(Charge::Electron), energy, ..*parent };
        match self.electrons {
            Electrons::Score => {}
            Electrons::Radiate => return self.radiate_only(electron, direction),
            // Knock-on electrons have little to radiate.
            Electrons::RadiateForAll => return self.stop(electron, Charge::Electron, tables),
        }
        let range = tables.electron.at(energy).csda_range;
        let lattice = &self.world.lattice;
        if range <= lattice.clearance(electron.position, lattice.centre(electron.voxel)) * density {
            self.stop(electron, Charge::Electron, tables);
        } else {
            electron.direction = direction(&mut self.random);
            self.queue(electron);
        }
    }

    /// Ends a particle in its voxel: the energy stays there, but for the bremsstrahlung it still emits (E9).
    fn stop(&mut self, mut particle: Particle, charge: Charge, tables: &MaterialTables) {
        let table = tables.slowing_down(charge);
        loop {
            let expected = table.photons_until_rest(particle.energy);
            let next = expected - self.random.exponential();
            if next <= 0.0 {
                break;
            }
            let energy = table.energy_with_photons_left(particle.energy, next);
            self.deposit(particle.voxel, particle.energy - energy);
            particle.energy = energy;
            // By now its direction is forgotten.
            particle.direction = self.random.isotropic();
            self.emit_bremsstrahlung(&mut particle, tables);
        }
        self.deposit(particle.voxel, particle.energy);
        if charge == Charge::Positron {
            self.annihilate(&particle);
        }
    }

    /// Follows an electron for the photons that it emits: one in [`RADIATING`], for all.
    pub(crate) fn radiate_only(
        &mut self,
        mut electron: Particle,
        direction: impl FnOnce(&mut Stream) -> Vector,
    ) {
        if self.random.uniform() * f64::from(RADIATING) < 1.0 {
            electron.direction = direction(&mut self.random);
            self.electrons = Electrons::RadiateForAll;
            self.follow_electron(electron, Charge::Electron);
            self.electrons = Electrons::Radiate;
        }
    }

    /// Sends off a photon of `energy` (MeV), its direction from (P5) in `docs/methods/photons.md`.
    fn radiate(&mut self, electron: &Particle, energy: f64) {
        let mu = BremsstrahlungSampler::deflection(electron.energy, &mut self.random);
        let direction = deflect(electron.direction, mu, &mut self.random);
        self.queue(Particle { species: Species::Photon, energy, direction, ..*electron });
    }

    /// Two photons of 511 keV back to back from a positron at rest. Annihilation in flight (3 % of the positrons of
    /// 124I in water, with 1.7 % of their kinetic energy) and the 0.5 degrees of non-collinearity are neglected.
    fn annihilate(&mut self, positron: &Particle) {
        if !self.world.emitter.annihilation() {
            return;
        }
        let direction = self.random.isotropic();
        for direction in [direction, direction.map(|x| -x)] {
            self.queue(Particle {
                species: Species::Photon,
                energy: ELECTRON_REST_ENERGY,
                direction,
                ..*positron
            });
        }
    }

    fn escape(&mut self, particle: &Particle, charge: Charge) {
        self.balance.escaped += particle.energy;
        if matches!(self.part, Part::Whole) && charge == Charge::Positron && self.world.emitter.annihilation()
        {
            self.balance.escaped += 2.0 * ELECTRON_REST_ENERGY;
        }
    }
}
