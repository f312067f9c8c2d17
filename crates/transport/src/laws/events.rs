//! The events on an electron's way: which, and how far apart.

use super::collisions::{differential, largest_loss};
use super::{Law, Trial, assert_shares, even, geometric};
use crate::Accuracy;
use crate::random::Stream;
use crate::tables::{EventKind, SlowingDown};
use crate::vector::Deflection;
use approx::assert_relative_eq;
use iodose_physics::constants::{COLLISION_FACTOR, beta_squared};
use iodose_physics::{
    Bremsstrahlung, Charge, ElasticModel, Library, Material, OctaveGrid, StoppingPower, WentzelDistribution,
};

/// Rates per g/cm2 of hard and soft elastic deflections, hard and soft collisions and photons, each from its law.
struct Rates {
    soft_deflection: f64,
    /// Limits between which soft losses follow 1/W^2, MeV, in the single precision of the table.
    soft_loss: [f64; 2],
    of_kinds: [f64; 5],
}

fn rates(material: &Material, library: &Library, charge: Charge, energy: f64) -> Rates {
    let cuts = Accuracy::default();
    let collision_cut = cuts.collision_cut(energy);
    let stopping = StoppingPower::new(material, library).unwrap();
    let wentzel = WentzelDistribution::from_moments(
        ElasticModel::new(material, library).unwrap().moments(charge, energy),
    );
    let a = wentzel.screening;
    let density = |mu: f64| wentzel.strength * a * (1.0 + a) / (a + mu).powi(2);
    let hard = Law::new(geometric(cuts.elastic_cut, 1.0, 50), density).total();
    // A screening of 1e-9 has the peak within the first of these pieces.
    let below = || [vec![0.0], geometric(1e-3 * a, cuts.elastic_cut, 400)].concat();
    let collisions = stopping.soft_deflection(charge, energy, collision_cut);
    let first = Law::new(below(), |mu| mu * density(mu)).total() + collisions.first;
    let second = Law::new(below(), |mu| mu * mu * density(mu)).total() + collisions.second;
    let highest = largest_loss(charge, energy);
    let hard_collision = if highest > collision_cut {
        let edges = geometric(collision_cut, highest, 50);
        COLLISION_FACTOR * stopping.electrons_per_gram() / beta_squared(energy)
            * Law::new(edges, |loss| differential(charge, energy, loss)).total()
    } else {
        0.0
    };
    let photons = Bremsstrahlung::new(material, library).unwrap().rate(energy, cuts.bremsstrahlung_cut);
    let spread = stopping.soft_losses(charge, energy, collision_cut);
    let least = (cuts.soft_loss * energy).max(stopping.mean_excitation_energy()).min(collision_cut);
    // On [a, b] the mean of W^2 is ab and that of W^3 ab(a + b)/2.
    let most = (2.0 * spread.third / spread.second - least).max(least);
    Rates {
        soft_deflection: second / first,
        soft_loss: [least, most].map(|loss| f64::from(loss as f32)),
        of_kinds: [hard, first * first / second, hard_collision, spread.second / (least * most), photons],
    }
}

#[test]
fn events_happen_as_often_as_their_cross_sections_say() {
    let library = Library::embedded().unwrap();
    for (name, charge) in
        [("water", Charge::Electron), ("bone-cortical", Charge::Electron), ("lung", Charge::Positron)]
    {
        let material = library.material(name).unwrap();
        let table = SlowingDown::new(material, &library, charge, Accuracy::default()).unwrap();
        for energy in [0.0015, 0.02, 0.15, 0.606, 2.5] {
            // The table takes the cross sections at the middle of a cell.
            let grid = OctaveGrid::ELECTRON;
            let (cell, _) = grid.locate(energy);
            let energy = 0.5 * (grid.point(cell) + grid.point(cell + 1));
            let rates = rates(material, &library, charge, energy);
            events_follow(&table, energy, &rates);
        }
    }
}

fn events_follow(table: &SlowingDown, energy: f64, rates: &Rates) {
    const EVENTS: usize = 500_000;
    let cut = Accuracy::default().elastic_cut;
    let state = table.at(energy);
    let (mut counts, mut losses) = ([0.0; 5], Vec::new());
    let mut random = Stream::new(12, energy.to_bits());
    for _ in 0..EVENTS {
        let before = random.clone();
        let kind = table.event_kind(&state, &mut random);
        let (index, numbers) = match kind {
            EventKind::Elastic(deflection) if 1.0 - 2.0 * cut >= deflection.cosine => (0, 2),
            EventKind::Elastic(Deflection { cosine, across: [x, y] }) => {
                let mu = 0.5 * (1.0 - cosine);
                assert_relative_eq!(mu, rates.soft_deflection, max_relative = 1e-4);
                assert_relative_eq!(x * x + y * y + cosine * cosine, 1.0, max_relative = 2e-7);
                (1, 1)
            }
            EventKind::HardCollision => (2, 1),
            EventKind::SoftCollision { loss } => {
                losses.push(loss);
                (3, 1)
            }
            EventKind::Bremsstrahlung => (4, 1),
        };
        counts[index] += 1.0;
        assert_eq!(random.draws_since(&before), numbers, "{kind:?}");
    }
    assert_shares(&counts, &rates.of_kinds);
    // A short way on, events are as dense as the rates together are high.
    let next = table.next_event(&state, 1e-6);
    let all: f64 = rates.of_kinds.iter().sum();
    assert_relative_eq!(1e-6 / (state.range - next.range), all, max_relative = 1e-4);
    let [least, most] = rates.soft_loss;
    if least < most {
        let mut losses = losses.into_iter();
        let trial = Trial::new(0, losses.len(), |_| losses.next().unwrap());
        trial.follows(&Law::new(geometric(least, most, 20), |loss| 1.0 / (loss * loss)));
    } else {
        assert!(losses.into_iter().all(|loss| loss == least));
    }
}

#[test]
fn hard_deflections_follow_wentzel() {
    let library = Library::embedded().unwrap();
    for (name, charge) in [("water", Charge::Electron), ("bone-cortical", Charge::Positron)] {
        let elastic = ElasticModel::new(library.material(name).unwrap(), &library).unwrap();
        for energy in [0.001, 0.02, 0.15, 0.606, 2.9] {
            let a = WentzelDistribution::from_moments(elastic.moments(charge, energy)).screening;
            for cut in [Accuracy::default().elastic_cut, Accuracy::detailed().elastic_cut] {
                let trial = Trial::new(13, 50_000, |random| {
                    WentzelDistribution::sample_above(a, cut, random.uniform())
                });
                trial.follows(&Law::new(geometric(cut, 1.0, 50), |mu| (a + mu).powi(-2)));
                trial.takes(1.0);
            }
        }
    }
}

#[test]
fn photons_of_a_stopping_electron_come_where_its_losses_say() {
    let library = Library::embedded().unwrap();
    let cut = Accuracy::default().bremsstrahlung_cut;
    for (name, energy) in [("water", 0.15), ("water", 2.5), ("bone-cortical", 1.0)] {
        let material = library.material(name).unwrap();
        let table = SlowingDown::new(material, &library, Charge::Electron, Accuracy::default()).unwrap();
        let stopping = StoppingPower::new(material, &library).unwrap();
        let photons = Bremsstrahlung::new(material, &library).unwrap();
        let per_loss = |energy: f64| {
            photons.rate(energy, cut)
                / (stopping.collision(Charge::Electron, energy) + photons.stopping_power(energy))
        };
        let expected = Law::new(geometric(cut, energy, 60), per_loss);
        // Over the photons expected on the way, the way to the next one is exponential; who comes to rest before is sent on.
        let mut beyond = Stream::new(0, 2);
        let trial = Trial::new(14, 40_000, |random| {
            let left = table.photons_until_rest(energy) - random.exponential();
            if left <= 0.0 {
                return expected.total() + beyond.exponential();
            }
            let at = table.energy_with_photons_left(energy, left);
            expected.total() * (1.0 - expected.below(at))
        });
        trial.follows(&Law::new(even(0.0, 40.0, 100), |photons| (-photons).exp()));
    }
}
