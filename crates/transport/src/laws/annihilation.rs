//! Annihilation at rest, seen by where its photons go.

use super::{Law, Trial, even};
use crate::history::{EnergyBalance, Part, Walker, World};
use crate::particle::{Particle, Species};
use crate::vector::{Vector, normalise};
use crate::{Accuracy, Emitter, Medium, Source, Substance, Tables, Voxel};
use approx::assert_relative_eq;
use iodose_physics::constants::ELECTRON_REST_ENERGY;
use iodose_physics::{Charge, Library};
use std::sync::Mutex;

/// One voxel that stops every electron, and vacuum in which it is noted where flights end: they are long, since a
/// thousandth of a millionth of the voxel's density is said to be the largest.
#[derive(Default)]
struct Target {
    ends: Mutex<Vec<Voxel>>,
}

impl Medium for Target {
    fn sides(&self) -> [f64; 3] {
        [1.0; 3]
    }

    fn substance(&self, voxel: Voxel) -> Option<Substance> {
        if voxel == [0; 3] {
            return Some(Substance { density: 1e3, material: 0 });
        }
        self.ends.lock().unwrap().push(voxel);
        None
    }

    fn cell(&self, _: Voxel) -> Option<u32> {
        None
    }

    fn cells(&self) -> usize {
        0
    }

    fn cell_mass(&self, _: u32) -> f64 {
        0.0
    }

    fn largest_densities(&self) -> Vec<f64> {
        vec![1e-6]
    }
}

#[test]
fn two_photons_leave_back_to_back_in_any_direction() {
    const KINETIC: f64 = 0.002;
    let library = Library::embedded().unwrap();
    let medium = Target::default();
    let tables = Tables::new(&[library.material("water").unwrap()], &library, Accuracy::default()).unwrap();
    let emitter = Emitter::monoenergetic_electrons(0.001).unwrap();
    let world = World::new(&medium, &emitter, &tables);
    let positron = Particle {
        species: Species::Charged(Charge::Positron),
        energy: KINETIC,
        position: [0.5; 3],
        direction: [0.0, 0.0, 1.0],
        voxel: [0; 3],
    };
    let mut walker = Walker::new(&world, Part::Whole);
    let mut directions: Vec<Vector> = Vec::new();
    let mut starts = Vec::new();
    Source::one_voxel().starts(world.lattice.sides, 1, 0..30_000, &mut starts);
    let trial = Trial::new(15, 30_000, |random| {
        walker.random = random.clone();
        walker.follow_electron(positron, Charge::Positron);
        *random = walker.random.clone();
        // The photons wait; a history, of an electron that stays where it is, follows them as well.
        walker.balance = EnergyBalance::default();
        walker.start(starts.pop().unwrap());
        assert_relative_eq!(
            walker.balance.escaped,
            2.0 * ELECTRON_REST_ENERGY + walker.balance.emitted,
            max_relative = 1e-12
        );
        let ends: Vec<Voxel> = medium.ends.lock().unwrap().drain(..).collect();
        let [first, second] = ends[..] else { panic!("{ends:?}") };
        let [first, second] = [first, second].map(|end| end.map(f64::from));
        // A voxel is a direction to a part in its distance.
        let part = 2.0
            / [first, second]
                .map(|v| v.iter().map(|x| x * x).sum::<f64>().sqrt())
                .into_iter()
                .fold(f64::INFINITY, f64::min);
        let [first, second] = [first, second].map(normalise);
        for axis in 0..3 {
            assert!((first[axis] + second[axis]).abs() < 2.0 * part, "{first:?} {second:?}");
        }
        directions.push(first);
        0.0
    });
    for axis in 0..3 {
        let mut components = directions.iter().map(|direction| direction[axis]);
        let trial = Trial::new(0, directions.len(), |_| components.next().unwrap());
        trial.follows(&Law::new(even(-1.0, 1.0, 1), |_| 1.0));
    }
    // Whether the positron still makes a photon while it stops, and the direction.
    trial.takes(crate::ziggurat::mean_numbers() + 1.0);
}
