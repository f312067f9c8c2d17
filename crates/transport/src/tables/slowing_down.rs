//! How an electron or positron loses its energy: ranges, and where the discrete events lie on the way.
//! Equations: `docs/methods/electrons.md`.

use crate::lattice::lesser;
use crate::random::Stream;
use crate::tables::rates::{EventRates, Rates};
use crate::tables::soft_loss::SoftLoss;
use crate::vector::Deflection;
use crate::{Accuracy, EngineError};
use iodose_physics::{Charge, Library, Material, OctaveGrid, WentzelDistribution};

const GRID: OctaveGrid = OctaveGrid::ELECTRON;

/// The slowing down of one particle in one material, in mass thickness (g/cm2).
///
/// Losses below the cuts are continuous; hard elastic, soft elastic, hard and soft inelastic collisions and
/// bremsstrahlung are discrete and independent (a Poisson process along the path). Range and expected number of events
/// are functions of the energy (E7), so that the energy of the next event follows from one exponential number (E8), with
/// no rejection and no step length to choose. In each cell of the energy grid the cross sections are constant, and both
/// functions therefore straight.
#[derive(Clone, Debug)]
pub(crate) struct SlowingDown {
    /// What changes within each cell of the energy grid.
    cells: Vec<Cell>,
    /// Expected number of bremsstrahlung photons emitted while stopping from each cell edge.
    photons: Vec<f64>,
    /// Expected energy of these photons, MeV.
    radiated: Vec<f64>,
    kinds: Vec<EventCell>,
    /// Screening of hard elastic deflections in each cell: asked for too rarely to stand in its row.
    screening: Vec<f32>,
    elastic_cut: f64,
}

/// One cell of the energy grid: values at its lower edge and how much they grow over it; of the events one over that,
/// by which a place is found without a division. A cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Cell {
    /// MeV
    energy: [f64; 2],
    /// Range of the continuous losses, g/cm2.
    range: [f64; 2],
    /// CSDA range of all losses, g/cm2.
    csda_range: [f64; 2],
    /// Expected number of events from rest.
    events: [f64; 2],
}

impl Cell {
    /// The state a `fraction` of the cell above its lower edge.
    #[inline]
    fn state(&self, cell: usize, fraction: f64) -> State {
        let at = |[low, growth]: [f64; 2]| low + fraction * growth;
        State {
            energy: at(self.energy),
            range: at(self.range),
            csda_range: at(self.csda_range),
            events: self.events[0] + fraction / self.events[1],
            cell,
        }
    }
}

/// The events in one energy cell: upper limits of cumulative probability in units of 2^-32, and their parameters in single
/// precision, so that it is half a cache line. Soft elastic deflections are the rest.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(32))]
struct EventCell {
    bremsstrahlung: u32,
    hard_collision: u32,
    soft_collision: u32,
    hard_elastic: u32,
    /// mu = (1 - cos theta)/2 of a soft deflection, and sin theta.
    soft_deflection: [f32; 2],
    soft_loss: SoftLoss,
}

/// Where on its way a particle of some energy is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    /// MeV
    pub(crate) energy: f64,
    /// Range of the continuous losses, g/cm2.
    pub(crate) range: f64,
    /// CSDA range, g/cm2.
    pub(crate) csda_range: f64,
    /// Expected number of events until rest.
    events: f64,
    cell: usize,
}

impl State {
    /// Whether no event is left to happen.
    #[inline]
    pub(crate) fn at_rest(&self) -> bool {
        self.events <= 0.0
    }
}

/// What happens in an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum EventKind {
    /// Deflection by the atom, hard or soft.
    Elastic(Deflection),
    /// Collision above the cut; the loss is to be drawn.
    HardCollision,
    /// Loss (MeV) that stands for the energy straggling of the collisions below the cut.
    SoftCollision { loss: f64 },
    /// Emission of a photon above the cut.
    Bremsstrahlung,
}

impl SlowingDown {
    /// The tables of (E7) and (E9).
    pub(crate) fn new(
        material: &Material,
        library: &Library,
        charge: Charge,
        accuracy: Accuracy,
    ) -> Result<Self, EngineError> {
        let rates = EventRates::new(material, library, charge, accuracy)?;
        let lowest = rates.at(GRID.lowest());
        // Below the table the stopping power is taken to go on rising like 1/E; the last keV is shorter than any voxel.
        let mut range = 0.5 * GRID.lowest() / lowest.total_loss;
        let (mut csda_range, mut events) = (range, 0.0);
        let (mut photons, mut radiated) = (vec![0.0], vec![0.0]);
        let (mut cells, mut kinds) = (Vec::with_capacity(GRID.cells()), Vec::with_capacity(GRID.cells()));
        let mut screening = Vec::with_capacity(GRID.cells());
        for index in 0..GRID.cells() {
            let (low, high) = (GRID.point(index), GRID.point(index + 1));
            let width = high - low;
            let rates = rates.at(0.5 * (low + high));
            let number = width / rates.continuous_loss * rates.sum();
            let cell = Cell {
                energy: [low, width],
                range: [range, width / rates.continuous_loss],
                csda_range: [csda_range, width / rates.total_loss],
                events: [events, 1.0 / number],
            };
            range += cell.range[1];
            csda_range += cell.csda_range[1];
            events += number;
            photons.push(photons[index] + cell.csda_range[1] * rates.bremsstrahlung);
            radiated.push(radiated[index] + cell.csda_range[1] * rates.photon_loss);
            cells.push(cell);
            kinds.push(event_cell(&rates));
            screening.push(rates.screening as f32);
        }
        let elastic_cut = accuracy.elastic_cut;
        Ok(Self { cells, photons, radiated, kinds, screening, elastic_cut })
    }

    #[inline]
    pub(crate) fn at(&self, energy: f64) -> State {
        let (cell, fraction) = GRID.locate(energy);
        State { energy, ..self.cells[cell].state(cell, fraction) }
    }

    /// The state after a loss (MeV).
    #[inline]
    pub(crate) fn after_loss(&self, state: &State, loss: f64) -> State {
        self.at((state.energy - loss).max(0.0))
    }

    /// The state at the next event after `mean_free_paths` expected events, or at rest (E8).
    #[inline]
    pub(crate) fn next_event(&self, state: &State, mean_free_paths: f64) -> State {
        let target = state.events - mean_free_paths;
        if target <= 0.0 {
            return State { events: 0.0, ..self.cells[0].state(0, 0.0) };
        }
        let index = self.last_cell(state, |cell| cell.events[0] <= target);
        let cell = &self.cells[index];
        let fraction = (target - cell.events[0]) * cell.events[1];
        let next = cell.state(index, fraction);
        // Rounding must not make a particle gain energy or walk backwards.
        State {
            energy: lesser(next.energy, state.energy),
            range: lesser(next.range, state.range),
            events: target,
            ..next
        }
    }

    /// The energy (MeV) at which the range of the continuous losses (E7) is `range`, searched down from `state`.
    #[inline]
    pub(crate) fn energy_at_range(&self, state: &State, range: f64) -> f64 {
        let cell = &self.cells[self.last_cell(state, |cell| cell.range[0] <= range)];
        cell.energy[0] + (range - cell.range[0]) / cell.range[1] * cell.energy[1]
    }

    /// The last cell up to that of `state` that begins `below` what is looked for: mostly one of the nearest three.
    #[inline]
    fn last_cell(&self, state: &State, below: impl Fn(&Cell) -> bool) -> usize {
        self.cells[..=state.cell].iter().rposition(below).unwrap_or(0)
    }

    /// What kind of event happens at `state`: shares of the rates (E3), (E5b), (E6), (M4), (M6).
    ///
    /// One half of a draw chooses, the other gives the event's first number.
    #[inline]
    pub(crate) fn event_kind(&self, state: &State, random: &mut Stream) -> EventKind {
        let cell = &self.kinds[state.cell];
        let [choice, number] = random.halves();
        // The most frequent is asked for first.
        if choice >= cell.hard_elastic {
            let [mu, sine] = cell.soft_deflection.map(f64::from);
            EventKind::Elastic(Deflection::new(1.0 - 2.0 * mu, sine, number))
        } else if choice >= cell.soft_collision {
            let screening = f64::from(self.screening[state.cell]);
            let mu = WentzelDistribution::sample_above(screening, self.elastic_cut, Stream::share(number));
            let [azimuth, _] = random.halves();
            EventKind::Elastic(Deflection::by(mu, azimuth))
        } else if choice >= cell.hard_collision {
            EventKind::SoftCollision { loss: cell.soft_loss.at(Stream::share(number)) }
        } else if choice >= cell.bremsstrahlung {
            EventKind::HardCollision
        } else {
            EventKind::Bremsstrahlung
        }
    }

    /// Expected number of bremsstrahlung photons while stopping from `energy` (MeV): n_b of (E9).
    #[inline]
    pub(crate) fn photons_until_rest(&self, energy: f64) -> f64 {
        GRID.interpolate(&self.photons, energy)
    }

    /// Expected energy (MeV) of the bremsstrahlung photons emitted while stopping from `energy` (MeV).
    pub(crate) fn radiated_until_rest(&self, energy: f64) -> f64 {
        GRID.interpolate(&self.radiated, energy)
    }

    /// The energy (MeV) below `energy` at which `photons` are still expected until rest (E9).
    pub(crate) fn energy_with_photons_left(&self, energy: f64, photons: f64) -> f64 {
        let (mut cell, _) = GRID.locate(energy);
        while cell > 0 && self.photons[cell] > photons {
            cell -= 1;
        }
        let (low, high) = (GRID.point(cell), GRID.point(cell + 1));
        let width = self.photons[cell + 1] - self.photons[cell];
        let fraction =
            if width > 0.0 { ((photons - self.photons[cell]) / width).clamp(0.0, 1.0) } else { 0.0 };
        (low + fraction * (high - low)).min(energy)
    }
}

fn event_cell(rates: &Rates) -> EventCell {
    let mut cumulative = 0.0;
    let mut next = |rate: f64| {
        cumulative += rate / rates.sum();
        (cumulative * (1u64 << 32) as f64) as u32
    };
    let mu = rates.soft_deflection;
    EventCell {
        bremsstrahlung: next(rates.bremsstrahlung),
        hard_collision: next(rates.hard_collision),
        soft_collision: next(rates.soft_collision),
        hard_elastic: next(rates.hard_elastic),
        soft_deflection: [mu as f32, (2.0 * (mu * (1.0 - mu)).sqrt()) as f32],
        soft_loss: rates.soft_loss,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn water() -> SlowingDown {
        let library = Library::embedded().unwrap();
        let material = library.material("water").unwrap();
        SlowingDown::new(material, &library, Charge::Electron, Accuracy::default()).unwrap()
    }

    #[test]
    fn the_csda_range_of_water_agrees_with_estar() {
        // ESTAR (Berger et al., NISTIR 4999), liquid water, g/cm2.
        for (energy, expected) in
            [(0.01, 2.515e-4), (0.1, 1.431e-2), (0.3, 8.421e-2), (1.0, 0.4367), (2.0, 0.9785)]
        {
            assert_relative_eq!(water().at(energy).csda_range, expected, max_relative = 5e-3);
        }
    }

    #[test]
    fn the_next_event_lies_the_asked_number_of_mean_free_paths_ahead() {
        let table = water();
        let state = table.at(0.5);
        let event = table.next_event(&state, 3.0);
        let later = table.at(event.energy);
        assert_relative_eq!(state.events - later.events, 3.0, max_relative = 1e-9);
        assert_relative_eq!(later.range, event.range, max_relative = 1e-12);
        assert_relative_eq!(table.energy_at_range(&state, event.range), event.energy, max_relative = 1e-12);
        assert!(table.next_event(&state, 1e9).at_rest());
    }
}
