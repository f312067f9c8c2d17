//! Which voxels histories start in: a share of them in few voxels of weights of their own, the others anywhere else.

/// Entries of a list with the probabilities that a history starts in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Chosen {
    /// Weight of this and all earlier entries.
    cumulative: Vec<f64>,
}

impl Chosen {
    /// From the weights of all entries.
    pub(super) fn new(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let cumulative = weights.map(|weight| {
            sum += weight;
            sum
        });
        Self { cumulative: cumulative.collect() }
    }

    /// Sum of all weights.
    pub(super) fn total(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or(0.0)
    }

    /// The entry at `number` in [0, 1) of the distribution function, and its probability; there must be one with a weight.
    #[inline]
    pub(super) fn at(&self, number: f64) -> (usize, f64) {
        let target = number * self.total();
        let entry = self.cumulative.partition_point(|&sum| sum <= target).min(self.cumulative.len() - 1);
        (entry, self.probability(entry))
    }

    #[inline]
    fn probability(&self, entry: usize) -> f64 {
        let before = if entry > 0 { self.cumulative[entry - 1] } else { 0.0 };
        (self.cumulative[entry] - before) / self.total()
    }

    /// The largest value over probability.
    pub(super) fn largest(&self, values: impl Iterator<Item = f64>) -> f64 {
        let ratios = values.enumerate().map(|(entry, value)| (value, self.probability(entry)));
        ratios.filter(|&(_, probability)| probability > 0.0).map(|(value, p)| value / p).fold(0.0, f64::max)
    }
}

/// All cells of a grid with weights that are known by a rule: only their sums over rows are kept, so that it takes no
/// memory to speak of.
#[derive(Clone, Debug)]
pub(super) struct Everywhere {
    row: usize,
    /// Weight of this and all earlier rows.
    cumulative: Vec<f64>,
}

impl Everywhere {
    /// From the weights of `cells` cells in rows of `row`.
    pub(super) fn new(cells: usize, row: usize, weight: impl Fn(u32) -> f64) -> Self {
        let mut sum = 0.0;
        let rows = (0..cells / row).map(|number| {
            sum += ((number * row) as u32..((number + 1) * row) as u32).map(&weight).sum::<f64>();
            sum
        });
        Self { row, cumulative: rows.collect() }
    }

    /// Sum of all weights.
    pub(super) fn total(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or(0.0)
    }

    /// The cell at `number` in [0, 1) of the distribution function, and its probability; `weight` as it was in
    /// [`Self::new`]. `None` where no cell has a weight.
    #[inline]
    pub(super) fn at(&self, number: f64, weight: impl Fn(u32) -> f64) -> Option<(u32, f64)> {
        let target = number * self.total();
        let row = self.cumulative.partition_point(|&sum| sum <= target).min(self.cumulative.len() - 1);
        let mut left = target - if row > 0 { self.cumulative[row - 1] } else { 0.0 };
        let mut last = None;
        for cell in (row * self.row) as u32..((row + 1) * self.row) as u32 {
            let own = weight(cell);
            if own > 0.0 {
                last = Some((cell, own / self.total()));
                left -= own;
                if left < 0.0 {
                    break;
                }
            }
        }
        // Rounding may lead past the last cell of a row.
        last
    }
}

/// A share of the starts in chosen cells, the others everywhere else.
#[derive(Clone, Debug, Default)]
pub(super) struct Mixture {
    pub(super) chosen: Chosen,
    /// Share of the starts in chosen cells.
    pub(super) in_chosen: f64,
}

/// A cell of a [`Mixture`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    /// An entry of those chosen.
    Chosen(usize),
    /// A cell that is none of them.
    Elsewhere(u32),
}

impl Mixture {
    /// The cell at `number` in [0, 1) of all starts, and its probability; `weight` as it was for `everywhere`, 0 for chosen cells.
    /// `None` where no cell has a weight.
    #[inline]
    pub(super) fn at(
        &self,
        number: f64,
        everywhere: &Everywhere,
        weight: impl Fn(u32) -> f64,
    ) -> Option<(Pick, f64)> {
        if number < self.in_chosen {
            let (entry, probability) = self.chosen.at(number / self.in_chosen);
            return Some((Pick::Chosen(entry), probability * self.in_chosen));
        }
        let rest = 1.0 - self.in_chosen;
        let (cell, probability) = everywhere.at((number - self.in_chosen) / rest, weight)?;
        Some((Pick::Elsewhere(cell), probability * rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const POINTS: usize = 8000;

    fn counts(at: impl Fn(f64) -> (u32, f64), weights: &[f64]) -> Vec<usize> {
        let mut counts = vec![0; weights.len()];
        for n in 0..POINTS {
            let (cell, probability) = at((n as f64 + 0.5) / POINTS as f64);
            let expected = weights[cell as usize] / weights.iter().sum::<f64>();
            assert_relative_eq!(probability, expected, max_relative = 1e-12);
            counts[cell as usize] += 1;
        }
        counts
    }

    #[test]
    fn cells_are_met_in_proportion_to_their_weights() {
        let weights = [0.0, 3.0, 0.0, 1.0, 0.0, 4.0];
        let chosen = Chosen::new(weights.into_iter());
        let at = |number| {
            let (entry, probability) = chosen.at(number);
            (entry as u32, probability)
        };
        assert_eq!(counts(at, &weights), [0, 3000, 0, 1000, 0, 4000]);
        let weight = |cell: u32| weights[cell as usize];
        let everywhere = Everywhere::new(6, 3, weight);
        assert_eq!(
            counts(|number| everywhere.at(number, weight).unwrap(), &weights),
            [0, 3000, 0, 1000, 0, 4000]
        );
        assert_relative_eq!(chosen.largest(weights.into_iter()), 8.0, max_relative = 1e-12);
    }

    #[test]
    fn a_mixture_takes_its_share_from_the_chosen() {
        let entries = [1.0, 3.0];
        let elsewhere = [0.0, 2.0, 6.0, 0.0];
        let weight = |cell: u32| elsewhere[cell as usize];
        let everywhere = Everywhere::new(4, 2, weight);
        let mixture = Mixture { chosen: Chosen::new(entries.into_iter()), in_chosen: 0.4 };
        for (number, pick, probability) in [
            (0.05, Pick::Chosen(0), 0.1),
            (0.35, Pick::Chosen(1), 0.3),
            (0.45, Pick::Elsewhere(1), 0.15),
            (0.95, Pick::Elsewhere(2), 0.45),
        ] {
            let (found, its_probability) = mixture.at(number, &everywhere, weight).unwrap();
            assert_eq!(found, pick);
            assert_relative_eq!(its_probability, probability, max_relative = 1e-12);
        }
    }
}
