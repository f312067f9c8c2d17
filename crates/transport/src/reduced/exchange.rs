//! What an electron brings, as a difference from what is known without it: (N2) where there is equilibrium, (N3) elsewhere, both
//! of `docs/methods/variance-reduction.md`.

use super::cell_set::CellSet;
use super::replay::Listener;
use crate::history::Walker;
use crate::medium::VoxelMedium;
use crate::particle::Particle;

/// What is known of the dose of each cell.
pub(super) struct Balance<'a> {
    pub(super) medium: &'a VoxelMedium,
    pub(super) decays: &'a [f32],
    /// Cells whose dose is that of a uniform source and a difference (N2); that of the others is what their own decays emit and
    /// an exchange with the others (N3).
    pub(super) equilibrium: CellSet,
    /// Density (g/cm3) below which most electrons leave their voxel: outside equilibrium nothing is known of its dose.
    pub(super) thin: f64,
}

impl Balance<'_> {
    /// Whether the dose of a cell is (N2) or (N3), which begin with something known.
    #[inline]
    pub(super) fn knows(&self, cell: u32) -> bool {
        self.equilibrium.contains(cell) || self.medium.voxel(cell as usize).density >= self.thin
    }
}

/// What an electron leaves elsewhere than where it starts.
pub(super) struct Exchange<'a, 'e, S> {
    balance: &'e Balance<'a>,
    /// Where it starts, the decays there and the density, g/cm3.
    cell: u32,
    own: f64,
    density: f64,
    weight: f64,
    /// Whether what the start's own decays leave there is known.
    known: bool,
    /// Energy that has left the cell, MeV.
    gone: f64,
    score: S,
}

impl<'a, 'e, S: FnMut(u32, f64)> Exchange<'a, 'e, S> {
    /// Of an electron that starts in `cell`, each of its scores with a weight; `score` is told each cell and what the electron
    /// brings there, in MeV times decays, as a difference from what is known.
    pub(super) fn new(balance: &'e Balance<'a>, cell: u32, weight: f64, score: S) -> Self {
        Self {
            balance,
            cell,
            own: f64::from(balance.decays[cell as usize]),
            density: balance.medium.voxel(cell as usize).density,
            weight,
            known: balance.knows(cell),
            gone: 0.0,
            score,
        }
    }

    /// A term of (N2) or (N3).
    #[inline]
    fn stays(&mut self, cell: u32, energy: f64) {
        if cell == self.cell && self.known {
            return;
        }
        self.gone += energy;
        let factor = if self.balance.equilibrium.contains(cell) {
            let ratio = self.density / self.balance.medium.voxel(cell as usize).density;
            self.own - f64::from(self.balance.decays[cell as usize]) * ratio
        } else {
            self.own
        };
        if factor != 0.0 {
            (self.score)(cell, self.weight * factor * energy);
        }
    }

    /// (N2): in equilibrium, what a uniform source beyond the edge would bring is known and has to go.
    fn mirrored(&mut self, cell: u32, energy: f64) {
        let level = f64::from(self.balance.decays[cell as usize]);
        if level > 0.0 && self.balance.equilibrium.contains(cell) {
            let ratio = self.density / self.balance.medium.voxel(cell as usize).density;
            (self.score)(cell, -self.weight * level * ratio * energy);
        }
    }

    /// Settles what has left (N3).
    pub(super) fn end(mut self) {
        if self.known && self.own > 0.0 && self.gone > 0.0 && !self.balance.equilibrium.contains(self.cell) {
            (self.score)(self.cell, -self.weight * self.own * self.gone);
        }
    }
}

/// The listener of a track, with a walker to whom particles go for which the track does not hold.
pub(super) struct Follower<'w, 'a, 'e, S> {
    pub(super) exchange: Exchange<'a, 'e, S>,
    pub(super) walker: &'e mut Walker<'w, VoxelMedium>,
}

impl<S: FnMut(u32, f64)> Follower<'_, '_, '_, S> {
    /// Follows the particles that wait.
    pub(super) fn follow_particles(&mut self) {
        let (exchange, walker) = (&mut self.exchange, &mut *self.walker);
        walker.follow_all();
        walker.score.drain(|cell, energy| exchange.stays(cell, energy));
        exchange.gone += std::mem::take(&mut walker.balance.escaped);
    }
}

impl<S: FnMut(u32, f64)> Listener for Follower<'_, '_, '_, S> {
    #[inline]
    fn stays(&mut self, cell: u32, energy: f64) {
        self.exchange.stays(cell, energy);
    }

    fn escapes(&mut self, energy: f64) {
        self.exchange.gone += energy;
    }

    fn mirrored(&mut self, cell: u32, energy: f64) {
        self.exchange.mirrored(cell, energy);
    }

    fn crosses(&mut self, particle: Particle) {
        self.walker.queue(particle);
    }
}
