//! Drawing from a list of weights in constant time. Method: `docs/methods/random-numbers.md`.

/// Walker's alias table (Walker 1977, ACM TOMS 3, 253) as built by Vose (1991, IEEE TSE 17, 972).
#[derive(Clone, Debug)]
pub struct AliasTable {
    columns: Vec<Column>,
    /// What each column stands for, where that is not its index.
    labels: Option<Vec<u32>>,
}

/// One column: the probability to stay in it, and what the rest of it stands for. Side by side, since tables of large
/// sources do not fit into a cache.
#[derive(Clone, Copy, Debug)]
struct Column {
    keep: f32,
    other: u32,
}

impl AliasTable {
    /// A table of non-negative weights, not all zero, at most 2^32, whose outcomes are their indices; `None` otherwise.
    pub fn new(weights: impl ExactSizeIterator<Item = f64> + Clone) -> Option<Self> {
        Some(Self { columns: columns(weights)?, labels: None })
    }

    /// A table whose outcomes are the labels of the indices, as many as there are weights.
    pub fn labelled(weights: impl ExactSizeIterator<Item = f64> + Clone, labels: Vec<u32>) -> Option<Self> {
        let mut columns = columns(weights)?;
        for column in &mut columns {
            column.other = labels[column.other as usize];
        }
        Some(Self { columns, labels: Some(labels) })
    }

    /// An outcome with probability proportional to its weight, from one uniform number in [0, 1).
    #[inline]
    pub fn sample(&self, uniform: f64) -> usize {
        let scaled = uniform * self.columns.len() as f64;
        let index = scaled as usize;
        let Column { keep, other } = self.columns[index];
        if ((scaled - index as f64) as f32) >= keep {
            return other as usize;
        }
        self.labels.as_ref().map_or(index, |labels| labels[index] as usize)
    }
}

fn columns(weights: impl ExactSizeIterator<Item = f64> + Clone) -> Option<Vec<Column>> {
    let count = weights.len();
    let total: f64 = weights.clone().sum();
    if !(total > 0.0 && total.is_finite()) || weights.clone().any(|w| w < 0.0) || count > u32::MAX as usize {
        return None;
    }
    let scale = count as f64 / total;
    let mut share: Vec<f64> = weights.map(|weight| weight * scale).collect();
    let mut columns: Vec<Column> = (0..count as u32).map(|other| Column { keep: 1.0, other }).collect();
    let (mut poor, mut rich): (Vec<u32>, Vec<u32>) =
        (0..count as u32).partition(|&index| share[index as usize] < 1.0);
    while let (Some(small), Some(&large)) = (poor.pop(), rich.last()) {
        columns[small as usize].keep = share[small as usize] as f32;
        columns[small as usize].other = large;
        share[large as usize] -= 1.0 - share[small as usize];
        if share[large as usize] < 1.0 {
            rich.pop();
            poor.push(large);
        }
    }
    Some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{Trial, assert_shares};

    /// Draws from weights and holds the counts against them.
    fn draws_follow(weights: &[f64]) {
        let table = AliasTable::new(weights.iter().copied()).unwrap();
        let trial = Trial::new(11, 500_000, |random| table.sample(random.uniform()) as f64);
        let mut counts = vec![0.0; weights.len()];
        for value in trial.values() {
            counts[*value as usize] += 1.0;
        }
        assert_shares(&counts, weights);
        trial.takes(1.0);
    }

    #[test]
    fn draws_follow_the_weights() {
        draws_follow(&[0.0, 1.0, 5.0, 0.5, 0.0, 3.5]);
        // Five decades, in no order.
        let weights: Vec<f64> = (0..1000).map(|n| 10f64.powf(f64::from(n * 617 % 1000) / 200.0)).collect();
        draws_follow(&weights);
    }

    #[test]
    fn impossible_weights_make_no_table() {
        assert!(AliasTable::new([0.0, 0.0].into_iter()).is_none());
        assert!(AliasTable::new([1.0, -1.0].into_iter()).is_none());
        assert!(AliasTable::new([f64::NAN].into_iter()).is_none());
        assert!(AliasTable::new(std::iter::empty::<f64>()).is_none());
    }
}
