//! Parts of the history loop one at a time, for the benches of the repository alone: they last some tens of nanoseconds, too
//! little to be had as the difference of two runs. No interface; it may change with any version.

use crate::history::{Part, Walker, World};
use crate::particle::{Particle, Species};
use crate::random::Stream;
use crate::tally::{HistoryScore, Tally};
use crate::{Medium, Simulation, VoxelMedium};
use iodose_physics::Charge;

/// What a run would simulate, taken to pieces.
pub struct Parts<'a> {
    simulation: &'a Simulation<'a, VoxelMedium>,
    world: World<'a, VoxelMedium>,
    tally: Tally,
}

impl<'a> Parts<'a> {
    /// The parts of a simulation.
    pub fn of(simulation: &'a Simulation<'a, VoxelMedium>) -> Self {
        let Simulation { medium, emitter, tables, .. } = *simulation;
        Self { simulation, world: World::new(medium, emitter, tables), tally: Tally::new(medium.cells()) }
    }

    /// `count` flights of photons of `energy` (MeV) from the middle of the grid to their next interaction. The number that
    /// escaped.
    pub fn photon_flights(&self, energy: f64, count: u64) -> u64 {
        let mut walker = Walker::new(&self.world, Part::Whole);
        let escaped = |_: &u64| {
            let mut photon = self.in_the_middle(Species::Photon, energy, &mut walker.random);
            walker.fly_to_interaction(&mut photon).is_none()
        };
        (0..count).filter(escaped).count() as u64
    }

    /// `count` electrons of `energy` (MeV) to rest, from a face of the middle voxel: they scatter step by step until too little is
    /// left to reach the face again. The energy (MeV) that they deposited.
    pub fn electrons(&self, energy: f64, count: u64) -> f64 {
        let charge = Charge::Electron;
        let mut walker = Walker::new(&self.world, Part::Electrons);
        let mut deposited = 0.0;
        for _ in 0..count {
            let mut electron = self.in_the_middle(Species::Charged(charge), energy, &mut walker.random);
            electron.position[0] -= 0.5 * self.world.lattice.sides[0];
            walker.follow_electron(electron, charge);
            walker.follow_all();
            walker.score.drain(|_, energy| deposited += energy);
        }
        deposited
    }

    /// The starts of `count` histories. A sum of their voxels.
    pub fn starts(&self, count: u64) -> i64 {
        let mut starts = Vec::new();
        self.simulation.source.starts(self.world.lattice.sides, 1, 0..count, &mut starts);
        starts.iter().map(|start| i64::from(start.voxel[0])).sum()
    }

    /// `count` histories of eight deposits in eight neighbouring voxels, at random places of a tally as large as the grid. What the
    /// first voxel holds, in MeV.
    pub fn tally(&self, count: u64) -> f64 {
        let places = (self.simulation.medium.cells() - 8) as f64;
        let (mut score, mut random) = (HistoryScore::new(), Stream::new(1, 0));
        for _ in 0..count {
            let first = (random.uniform() * places) as u32;
            (first..first + 8).for_each(|cell| score.deposit(cell, 0.02));
            self.tally.add(&mut score, |_, _| {});
        }
        self.tally.collect(&mut score);
        self.tally.mean(0, 1).0
    }

    fn in_the_middle(&self, species: Species, energy: f64, random: &mut Stream) -> Particle {
        let voxel = self.simulation.medium.size().map(|n| n as i32 / 2);
        let position = self.world.lattice.centre(voxel);
        Particle { species, energy, position, direction: random.isotropic(), voxel }
    }
}
