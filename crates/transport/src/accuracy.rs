//! The settings that trade accuracy against time.

/// How finely electrons and photons are followed. Path lengths between events are a result of these.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
    /// Elastic deflections with mu = (1 - cos theta)/2 above this are simulated one by one; those below are replaced
    /// by fewer deflections with the same first and second transport coefficient. 0 would be every collision.
    pub elastic_cut: f64,
    /// Collision losses above this share of the energy, within limits (see [`Self::collision_cut`]), are simulated one by
    /// one; those below are continuous but for their straggling.
    pub collision_share: f64,
    /// The straggling below the collision cut is given by losses of at least this share of the energy.
    pub soft_loss: f64,
    /// Bremsstrahlung photons above this (MeV) are simulated; the energy of the others is deposited on the spot.
    pub bremsstrahlung_cut: f64,
}

impl Default for Accuracy {
    /// Settings at which voxel S values have stopped moving (`docs/validation.md`).
    fn default() -> Self {
        Self { elastic_cut: 0.3, collision_share: 0.03, soft_loss: 0.015, bremsstrahlung_cut: 0.002 }
    }
}

impl Accuracy {
    /// The collision loss (MeV) at an energy (MeV) above which collisions are simulated one by one.
    ///
    /// A share of the energy, since straggling shows relative to it; at least 0.3 keV, about the binding energies that the cross
    /// section of free electrons neglects, and at most 10 keV, whose electrons reach 2.5 micrometres in water.
    pub fn collision_cut(&self, energy: f64) -> f64 {
        (self.collision_share * energy).clamp(0.0003, 0.01)
    }

    /// Ten times finer than the default in every respect: what the default is judged against.
    pub fn detailed() -> Self {
        Self { elastic_cut: 0.01, collision_share: 0.004, soft_loss: 0.001, bremsstrahlung_cut: 0.001 }
    }
}
