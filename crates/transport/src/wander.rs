//! Scattering and soft losses within a voxel: where electrons spend their time. Equations:
//! `docs/methods/electrons.md`, `docs/methods/units-and-frames.md`.

use crate::lattice::Lattice;
use crate::particle::Particle;
use crate::random::Stream;
use crate::tables::{EventKind, SlowingDown, State};
use crate::vector::advance;

/// Why a particle has wandered enough.
pub(crate) enum Wandering {
    /// It cannot leave its voxel any more, or has come to rest.
    Stays,
    /// The flight to its next event, at this state, may cross a face; it has not begun.
    Leaves(State),
    /// It has arrived at an event that may make another particle.
    Branches(EventKind),
}

/// Lets a charged particle scatter and lose energy softly while nothing else happens to it: (E8), (E5b), (M4), (M6).
/// `density` (g/cm3) is that of its voxel, by which paths follow from mass thicknesses (U3).
///
/// Position, direction and state are kept up, the particle's energy is not. A function of its own and not inlined: its
/// loop is small enough to have the particle and the random numbers in registers.
#[inline(never)]
pub(crate) fn wander(
    particle: &mut Particle,
    state: &mut State,
    table: &SlowingDown,
    lattice: &Lattice,
    density: f64,
    random: &mut Stream,
) -> Wandering {
    let centre = lattice.centre(particle.voxel);
    let volume = 1.0 / density;
    let (mut position, mut direction, mut here) = (particle.position, particle.direction, *state);
    let mut stream = random.clone();
    let wandering = loop {
        let clearance = lattice.clearance(position, centre);
        if here.at_rest() || here.csda_range * volume <= clearance {
            break Wandering::Stays;
        }
        let event = table.next_event(&here, stream.exponential());
        let path = (here.range - event.range) * volume;
        if path >= clearance {
            break Wandering::Leaves(event);
        }
        position = advance(position, direction, path);
        here = event;
        if here.at_rest() {
            break Wandering::Stays;
        }
        match table.event_kind(&here, &mut stream) {
            EventKind::Elastic(deflection) => direction = deflection.turn(direction),
            EventKind::SoftCollision { loss } => here = table.after_loss(&here, loss),
            kind => break Wandering::Branches(kind),
        }
    };
    (particle.position, particle.direction, *state, *random) = (position, direction, here, stream);
    wandering
}
