//! One history: a decay and everything that comes of it. Equations: `docs/methods/decay.md`, `docs/methods/tally.md`.

use crate::emission::Emitter;
use crate::lattice::Lattice;
use crate::medium::{Medium, Voxel};
use crate::particle::{Particle, Species};
use crate::photon::Majorant;
use crate::random::Stream;
use crate::reduced::ElectronShifts;
use crate::source::Start;
use crate::tables::Tables;
use crate::tally::HistoryScore;
use crate::vector::Vector;
use iodose_physics::Charge;
use iodose_physics::constants::ELECTRON_REST_ENERGY;

/// What every history of a run shares; never changes while it runs.
pub(crate) struct World<'a, M> {
    pub(crate) medium: &'a M,
    pub(crate) lattice: Lattice,
    pub(crate) emitter: &'a Emitter,
    pub(crate) tables: &'a Tables,
    pub(crate) majorant: Majorant,
}

impl<'a, M: Medium> World<'a, M> {
    pub(crate) fn new(medium: &'a M, emitter: &'a Emitter, tables: &'a Tables) -> Self {
        let lattice = Lattice::new(medium.sides());
        Self { medium, lattice, emitter, tables, majorant: Majorant::new(medium, tables) }
    }
}

/// Energies of one or more histories, MeV: both ends of (T5).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EnergyBalance {
    /// Kinetic energies and photons emitted, and the rest energy of pairs that annihilate.
    pub emitted: f64,
    /// What left the lattice or was deposited where nothing is scored.
    pub escaped: f64,
}

/// Which part of a decay a worker follows and scores.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part<'a> {
    /// Everything, as it happens.
    Whole,
    /// Electrons and positrons; the photons they make are dropped.
    Electrons,
    /// Photons. Of the electrons that a decay emits only the photons that they make count, and its positrons are followed to
    /// where they annihilate.
    Photons {
        /// Photons score the energy that electrons take from them along their way, shifted to where these leave it; without
        /// shifts, electrons are followed.
        shifts: Option<&'a ElectronShifts>,
    },
}

/// What electrons do at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Electrons {
    /// They are followed and score.
    Score,
    /// They only emit photons: one in [`RADIATING`] of them, for all.
    Radiate,
    /// One that radiates for all is being followed.
    RadiateForAll,
}

/// Of electrons that only emit photons one in so many is followed, and emits so many photons in place of one. Few emit any.
pub(crate) const RADIATING: u32 = 16;

/// The hands of a worker: random numbers, particles still to be followed, and the score of the running history.
/// Allocated once per thread; following a history allocates nothing.
pub(crate) struct Walker<'a, M> {
    pub(crate) world: &'a World<'a, M>,
    pub(crate) random: Stream,
    pub(crate) score: HistoryScore,
    pub(crate) balance: EnergyBalance,
    pub(crate) part: Part<'a>,
    pub(crate) electrons: Electrons,
    waiting: Vec<Particle>,
    /// Photons that wait until all electrons that a decay emits are done with.
    photons: Vec<Particle>,
}

impl<'a, M: Medium> Walker<'a, M> {
    pub(crate) fn new(world: &'a World<'a, M>, part: Part<'a>) -> Self {
        Self {
            world,
            random: Stream::new(0, 0),
            score: HistoryScore::new(),
            balance: EnergyBalance::default(),
            part,
            electrons: Electrons::Score,
            waiting: Vec::with_capacity(256),
            photons: Vec::with_capacity(256),
        }
    }

    /// Simulates a history from its start (D1), (D2) to (D4) and what follows; its score stands in `self.score` afterwards.
    pub(crate) fn start(&mut self, start: Start) {
        self.random = start.random;
        self.decay(start.voxel, start.position);
    }

    /// Lets a decay happen and follows what comes of it.
    pub(crate) fn decay(&mut self, voxel: Voxel, position: Vector) {
        let local = self.world.emitter.local_energy();
        self.balance.emitted += local;
        if matches!(self.part, Part::Whole) {
            self.deposit(voxel, local);
        }
        let emitter = self.world.emitter;
        let (waiting, balance) = (&mut self.waiting, &mut self.balance);
        emitter.decay(&mut self.random, |random, species, energy| {
            balance.emitted += energy;
            if species == Species::Charged(Charge::Positron) && emitter.annihilation() {
                balance.emitted += 2.0 * ELECTRON_REST_ENERGY;
            }
            waiting.push(Particle { species, energy, position, direction: random.isotropic(), voxel });
        });
        if matches!(self.part, Part::Photons { .. }) {
            self.electrons = Electrons::Radiate;
            self.follow_all();
            self.electrons = Electrons::Score;
            std::mem::swap(&mut self.waiting, &mut self.photons);
        }
        self.follow_all();
    }

    /// Follows all particles that wait.
    pub(crate) fn follow_all(&mut self) {
        while let Some(particle) = self.waiting.pop() {
            match particle.species {
                Species::Photon if self.electrons == Electrons::Radiate => self.photons.push(particle),
                Species::Photon => self.follow_photon(particle),
                Species::Charged(Charge::Electron) if self.electrons == Electrons::Radiate => {
                    self.radiate_only(particle, |_| particle.direction)
                }
                Species::Charged(charge) => self.follow_electron(particle, charge),
            }
        }
    }

    /// Lets a particle wait for its turn.
    #[inline]
    pub(crate) fn queue(&mut self, particle: Particle) {
        if !matches!(self.part, Part::Electrons) || particle.species != Species::Photon {
            self.waiting.push(particle);
        }
    }

    #[inline]
    pub(crate) fn deposit(&mut self, voxel: Voxel, energy: f64) {
        if self.electrons != Electrons::Score {
            return;
        }
        match self.world.medium.cell(voxel) {
            Some(cell) => self.score.deposit(cell, energy),
            None => self.balance.escaped += energy,
        }
    }
}
