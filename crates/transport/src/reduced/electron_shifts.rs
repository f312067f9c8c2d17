//! Where the electrons of photons leave the energy that they take. Equation (N6) of `docs/methods/variance-reduction.md`.

use super::track::{Recorder, TrackBook};
use crate::history::World;
use crate::lattice::Lattice;
use crate::medium::{Medium, Substance, VoxelMedium};
use crate::particle::Particle;
use crate::photon::Recoil;
use crate::random::Stream;
use crate::vector::{Vector, advance, deflect};
use crate::watch::{Watch, go_on};
use crate::{EngineError, Tables};
use iodose_physics::{Charge, OctaveGrid};
use rayon::prelude::*;

/// Photon energies of which electrons are kept apart: 7.8 keV to 4 MeV, rows 12 to 25 % wide. Photons below have electrons that
/// get 2 micrometres far in water; they are taken for those of the lowest row.
const ROWS: OctaveGrid = OctaveGrid::new(-7, 9, 2);
/// What tracks do not resolve, g/cm2: 2 micrometres of water.
const RESOLUTION: f64 = 2e-4;
/// The energy (MeV) at which materials are compared: their CSDA ranges in terms of each other hardly change with energy.
const TYPICAL_ENERGY: f64 = 0.2;

/// Shifts from where photons hand over energy to where it stays, drawn anew for each batch.
#[derive(Debug, Default)]
pub(crate) struct ElectronShifts {
    shifts: Vec<Shift>,
    rows: usize,
    per_row: usize,
    /// CSDA range of each material over that of the one that shifts are recorded in, g/cm2 both.
    reach: Vec<f64>,
    recorded: usize,
}

/// An electron that was drawn by the energy it takes, and a point of its track drawn by the energy that stays there.
#[derive(Clone, Copy, Debug, Default)]
struct Shift {
    /// Energy of the photon, MeV.
    photon: f32,
    /// Length of the straight line from the start of the track to the point, g/cm2.
    thickness: f32,
    /// (1 - cos theta)/2 of its angle to the photon's direction.
    mu: f32,
    /// Share of the electron's energy that stays anywhere: all but its bremsstrahlung.
    kept: f32,
}

/// The shift of one photon's flight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlightShift {
    /// g/cm2 of the recorded material.
    thickness: f64,
    direction: Vector,
    pub(crate) kept: f64,
    /// Share of the way through a voxel at which it is handed over.
    pub(crate) along: f64,
}

impl ElectronShifts {
    /// Number of streams of random numbers that a recording takes at most.
    pub(super) const STREAMS: u64 = ROWS.cells() as u64;

    /// Without shifts yet, for photons up to `highest` MeV.
    pub(super) fn new(medium: &VoxelMedium, tables: &Tables, highest: f64) -> Self {
        Self::in_material(heaviest_material(medium), tables, highest)
    }

    /// The same, recorded in a given material.
    pub(super) fn in_material(recorded: usize, tables: &Tables, highest: f64) -> Self {
        let range = |material: usize| tables.csda_range(material, TYPICAL_ENERGY);
        let reach = (0..tables.materials.len()).map(|material| range(material) / range(recorded));
        let rows = ROWS.locate(highest).0 + 1;
        Self { shifts: Vec::new(), rows, per_row: 0, reach: reach.collect(), recorded }
    }

    /// Draws `per_row` shifts for each row, with random numbers of `stream(row)`.
    pub(super) fn record(
        &mut self,
        tables: &Tables,
        per_row: usize,
        stream: impl Fn(u64) -> Stream + Sync,
        watch: &dyn Watch,
    ) -> Result<(), EngineError> {
        let material = &tables.materials[self.recorded];
        self.per_row = per_row;
        self.shifts.resize(self.rows * per_row, Shift::default());
        self.shifts.par_chunks_mut(per_row).enumerate().try_for_each_init(
            TrackBook::default,
            |book, (row, shifts)| {
                let mut recorder = Recorder {
                    tables: material,
                    accuracy: tables.accuracy,
                    resolution: RESOLUTION,
                    random: stream(row as u64),
                };
                let (low, high) = (ROWS.point(row), ROWS.point(row + 1));
                for (n, shift) in shifts.iter_mut().enumerate() {
                    go_on(watch)?;
                    let place = (n as f64 + recorder.random.uniform()) / per_row as f64;
                    let photon = low + place * (high - low);
                    let recoil = Recoil::by_energy(photon, material, &mut recorder.random);
                    book.clear();
                    recorder.record(book, Charge::Electron, recoil.energy);
                    let (point, kept) = book.point(0, recorder.random.uniform());
                    *shift = Shift::new(photon, recoil, point, kept, &mut recorder.random);
                }
                Ok(())
            },
        )
    }

    /// The shift for a photon's next flight.
    #[inline]
    pub(crate) fn draw(&self, photon: &Particle, random: &mut Stream) -> FlightShift {
        let (row, _) = ROWS.locate(photon.energy);
        let chosen = ((random.uniform() * self.per_row as f64) as usize).min(self.per_row - 1);
        let shift = self.shifts[row * self.per_row + chosen];
        // Within a row ranges grow about as the square of the photon's energy.
        let ratio = (photon.energy / f64::from(shift.photon)).min(1.25);
        FlightShift {
            thickness: f64::from(shift.thickness) * ratio * ratio,
            direction: deflect(photon.direction, f64::from(shift.mu), random),
            kept: f64::from(shift.kept),
            along: random.uniform(),
        }
    }

    /// The cell where energy stays that was handed over at the particle's position, in `here`; `None` if it leaves the
    /// lattice. Straight through all densities by their mass thickness; that of another material counts by its CSDA range.
    #[inline]
    pub(crate) fn cell<M: Medium>(
        &self,
        shift: &FlightShift,
        world: &World<'_, M>,
        position: Vector,
        photon: &Particle,
        here: Substance,
    ) -> Option<u32> {
        let lattice = &world.lattice;
        let path = shift.thickness * self.reach[usize::from(here.material)] / here.density;
        let target = advance(position, shift.direction, path);
        if lattice.clearance(target, lattice.centre(photon.voxel)) > 0.0 {
            return world.medium.cell(photon.voxel);
        }
        let ray = Particle { position, direction: shift.direction, ..*photon };
        self.walk(shift.thickness, world.medium, lattice, ray, here)
    }

    fn walk<M: Medium>(
        &self,
        mut thickness: f64,
        medium: &M,
        lattice: &Lattice,
        mut ray: Particle,
        mut here: Substance,
    ) -> Option<u32> {
        loop {
            let (distance, axis) = ray.distance_to_face(lattice.sides);
            let through = distance * here.density / self.reach[usize::from(here.material)];
            if thickness <= through {
                return medium.cell(ray.voxel);
            }
            thickness -= through;
            ray.cross_face(distance, axis, lattice.sides);
            here = medium.substance(ray.voxel)?;
        }
    }
}

impl Shift {
    /// From a point in the frame of a track whose first direction is the third axis.
    fn new(photon: f64, recoil: Recoil, point: Vector, kept: f64, random: &mut Stream) -> Self {
        let thickness = point.iter().map(|x| x * x).sum::<f64>().sqrt();
        // The angle between the photon's and the point's direction: the recoil's direction with the point's turned about it.
        let cosine = if thickness > 0.0 {
            let to_recoil = (point[2] / thickness).clamp(-1.0, 1.0);
            let [.., along] =
                deflect(deflect([0.0, 0.0, 1.0], recoil.mu, random), 0.5 - 0.5 * to_recoil, random);
            along
        } else {
            1.0
        };
        Self {
            photon: photon as f32,
            thickness: thickness as f32,
            mu: (0.5 - 0.5 * cosine).clamp(0.0, 1.0) as f32,
            kept: (kept / recoil.energy) as f32,
        }
    }
}

/// The material of the greatest mass.
fn heaviest_material(medium: &VoxelMedium) -> usize {
    let mut mass = [0.0; 256];
    for cell in 0..medium.cells() {
        let here = medium.voxel(cell);
        mass[usize::from(here.material)] += here.density;
    }
    (0..mass.len()).max_by(|&a, &b| f64::total_cmp(&mass[a], &mass[b])).unwrap_or(0)
}
