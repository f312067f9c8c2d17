//! Hard collisions of electrons and positrons with electrons.

use super::{Law, Trial, geometric};
use iodose_physics::constants::{ELECTRON_REST_ENERGY, beta_squared};
use iodose_physics::{Charge, HardCollisions};

/// d sigma/dW (1/MeV^2) in units of C n_e/beta^2: Moller's formula with both electrons on a par (Moller, Ann. Phys. 406
/// (1932) 531; ICRU Report 37, 1984, eq. 2.9), Bhabha's as in Rohrlich & Carlson, Phys. Rev. 93 (1954) 38.
pub(super) fn differential(charge: Charge, energy: f64, loss: f64) -> f64 {
    let gamma = 1.0 + energy / ELECTRON_REST_ENERGY;
    match charge {
        Charge::Electron => {
            let rest = energy - loss;
            1.0 / (loss * loss) + 1.0 / (rest * rest) + ((gamma - 1.0) / (gamma * energy)).powi(2)
                - (2.0 * gamma - 1.0) / (gamma * gamma * loss * rest)
        }
        Charge::Positron => {
            let (share, y) = (loss / energy, 1.0 / (gamma + 1.0));
            let two = 1.0 - 2.0 * y;
            let (b1, b2) = (2.0 - y * y, two * (3.0 + y * y));
            let (b3, b4) = (two.powi(2) + two.powi(3), two.powi(3));
            let beta = beta_squared(energy);
            let bracket = 1.0 / (beta * share * share) - b1 / share + b2 - b3 * share + b4 * share * share;
            beta * bracket / (energy * energy)
        }
    }
}

/// Largest loss, MeV: the faster of two electrons is the one that goes on.
pub(super) fn largest_loss(charge: Charge, energy: f64) -> f64 {
    match charge {
        Charge::Electron => 0.5 * energy,
        Charge::Positron => energy,
    }
}

#[test]
fn losses_follow_moller_and_bhabha() {
    for charge in [Charge::Electron, Charge::Positron] {
        for (energy, cut) in
            [(0.002, 5e-4), (0.01, 0.004), (0.1, 0.004), (0.606, 0.004), (1.5, 0.004), (2.9, 5e-4)]
        {
            let highest = largest_loss(charge, energy);
            let trial = Trial::new(10, 100_000, |random| {
                HardCollisions { charge, cut }.sample(energy, || random.uniform())
            });
            let edges = || geometric(cut, highest, 100);
            trial.follows(&Law::new(edges(), |loss| differential(charge, energy, loss)));
            // Two numbers a try, tries from 1/W^2; the ratio to that is bounded by 1, its limit at small losses, or by
            // its value at the largest.
            let ratio = |loss: f64| differential(charge, energy, loss) * loss * loss;
            let bound = ratio(highest).max(1.0);
            assert!(edges().into_iter().all(|loss| ratio(loss) <= bound * (1.0 + 1e-12)));
            let accepted = Law::new(edges(), |loss| 1.0 / (loss * loss)).mean(|loss| ratio(loss) / bound);
            trial.takes(2.0 / accepted);
        }
    }
}
