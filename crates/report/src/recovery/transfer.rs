//! What lesions and the background around them give to each other in a blurred image.
//!
//! The geometric transfer matrix of Rousset, Ma and Evans 1998 (J. Nucl. Med. 39, 904), with a background of each lesion's
//! own in a shell around it: (RC6), (RC7).

use super::Outline;
use iodose_volume::Volume;
use nalgebra::{DMatrix, DVector};
use std::collections::BTreeSet;

/// Between these blurred shares of the lesion lies its shell: some 0.9 to 1.6 FWHM off a large one.
const SHELL: [f64; 2] = [1e-4, 0.02];
/// A voxel with a larger blurred share of all lesions together shows too little of the background.
const MOST_LESION_IN_SHELL: f64 = 0.05;

/// What one image says of one lesion; concentrations in the unit of the image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Solved {
    /// The lesion.
    pub label: u16,
    /// Mean over the outline as the image shows it.
    pub measured: f64,
    /// What the image would show of the lesion alone, with concentration 1.
    pub recovery: f64,
    /// Concentration in the lesion (RC7).
    pub concentration: f64,
    /// Concentration around it; 0 where no shell is left between other lesions and the edges of the image.
    pub background: f64,
    /// Standard deviation of the voxels of the shell.
    pub background_spread: f64,
}

/// The matrix of a set of lesions on one grid through one blur.
#[derive(Clone, Debug)]
pub struct Transfer {
    outlines: Vec<Outline>,
    shells: Vec<Vec<usize>>,
    matrix: DMatrix<f64>,
}

impl Transfer {
    /// The matrix of lesions seen on one grid; lesions that the image does not show at all must be left out.
    pub fn new(outlines: Vec<Outline>) -> Self {
        let occupied: BTreeSet<usize> =
            outlines.iter().flat_map(|outline| outline.inside.iter().map(|&(offset, _)| offset)).collect();
        let shells: Vec<Vec<usize>> = outlines.iter().map(|o| shell(o, &outlines, &occupied)).collect();
        let n = outlines.len();
        let mut matrix = DMatrix::zeros(2 * n, 2 * n);
        for row in 0..n {
            let (mut in_lesion, mut in_shell) = (1.0, 1.0);
            for (column, other) in outlines.iter().enumerate() {
                let seen = outlines[row].mean(|offset| other.blurred_at(offset)).unwrap_or(0.0);
                let around = mean(&shells[row], |offset| other.blurred_at(offset));
                matrix[(row, column)] = seen;
                matrix[(n + row, column)] = around;
                in_lesion -= seen;
                in_shell -= around;
            }
            matrix[(row, n + row)] = in_lesion;
            matrix[(n + row, n + row)] = in_shell;
            if shells[row].is_empty() {
                matrix.row_mut(n + row).fill(0.0);
                matrix[(n + row, n + row)] = 1.0;
            }
        }
        Self { outlines, shells, matrix }
    }

    /// The lesions, in the order of the solutions.
    pub fn outlines(&self) -> &[Outline] {
        &self.outlines
    }

    /// Solves (RC6) for an image. `None` where the lesions cannot be told apart.
    pub fn solve(&self, image: &Volume<f32>) -> Option<Vec<Solved>> {
        let n = self.outlines.len();
        let value = |offset: usize| f64::from(image.data()[offset]);
        let mut seen = DVector::zeros(2 * n);
        for (row, outline) in self.outlines.iter().enumerate() {
            seen[row] = outline.mean(value)?;
            seen[n + row] = mean(&self.shells[row], value);
        }
        let found = self.matrix.clone().lu().solve(&seen)?;
        let solved = self.outlines.iter().enumerate().map(|(row, outline)| {
            let around = seen[n + row];
            let spread = mean(&self.shells[row], |offset| (value(offset) - around).powi(2)).sqrt();
            Solved {
                label: outline.label,
                measured: seen[row],
                recovery: self.matrix[(row, row)],
                concentration: found[row],
                background: found[n + row],
                background_spread: spread,
            }
        });
        found.iter().all(|x| x.is_finite()).then(|| solved.collect())
    }
}

fn shell(outline: &Outline, all: &[Outline], occupied: &BTreeSet<usize>) -> Vec<usize> {
    let [least, most] = SHELL;
    let near = outline.blurred.iter().filter(|(_, share)| (least..=most).contains(share));
    near.map(|&(offset, _)| offset)
        .filter(|offset| !occupied.contains(offset))
        .filter(|&offset| all.iter().map(|o| o.blurred_at(offset)).sum::<f64>() <= MOST_LESION_IN_SHELL)
        .collect()
}

fn mean(offsets: &[usize], value: impl Fn(usize) -> f64) -> f64 {
    let sum: f64 = offsets.iter().map(|&offset| value(offset)).sum();
    if offsets.is_empty() { 0.0 } else { sum / offsets.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use iodose_volume::Grid;

    fn labels() -> Volume<u16> {
        let grid = Grid::axis_aligned([60; 3], [1.0; 3], [0.0; 3]).unwrap();
        let centres = [([22.0, 30.0, 30.0], 8.0), ([38.0, 30.0, 30.0], 5.0)];
        Volume::from_fn(grid, |index| {
            let inside = |(centre, radius): &([f64; 3], f64)| {
                (0..3).map(|a| (index[a] as f64 - centre[a]).powi(2)).sum::<f64>() <= radius * radius
            };
            centres.iter().position(inside).map_or(0, |n| n as u16 + 1)
        })
    }

    fn outlines(fwhm: f64) -> Vec<Outline> {
        let image = Grid::axis_aligned([30; 3], [2.0; 3], [0.5; 3]).unwrap();
        [1, 2].map(|label| Outline::new(&labels(), label, &image, fwhm).unwrap()).to_vec()
    }

    #[test]
    fn neighbours_and_background_are_told_apart() {
        let outlines = outlines(6.5);
        let image = Grid::axis_aligned([30; 3], [2.0; 3], [0.5; 3]).unwrap();
        let image = Volume::from_fn(image, |index| {
            let offset = image.offset(index);
            let [a, b] = [0, 1].map(|n| outlines[n].blurred_at(offset));
            (1000.0 * a + 300.0 * b + 50.0 * (1.0 - a - b)) as f32
        });
        let solved = Transfer::new(outlines).solve(&image).unwrap();
        assert_relative_eq!(solved[0].concentration, 1000.0, max_relative = 1e-5);
        assert_relative_eq!(solved[1].concentration, 300.0, max_relative = 1e-5);
        for lesion in &solved {
            assert_relative_eq!(lesion.background, 50.0, max_relative = 1e-4);
            assert!(lesion.measured < lesion.concentration && lesion.recovery < 0.8);
        }
        assert!(solved[0].background_spread > 0.0);
    }

    #[test]
    fn without_a_shell_the_background_is_zero() {
        let mut alone = outlines(6.5).remove(0);
        alone.blurred.retain(|(_, share)| *share > 0.03);
        let image = Volume::filled(Grid::axis_aligned([30; 3], [2.0; 3], [0.5; 3]).unwrap(), 100.0);
        let solved = Transfer::new(vec![alone]).solve(&image).unwrap();
        assert_eq!(solved[0].background, 0.0);
        assert_relative_eq!(solved[0].concentration, 100.0 / solved[0].recovery, max_relative = 1e-9);
    }
}
