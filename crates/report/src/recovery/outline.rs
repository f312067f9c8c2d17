//! A lesion's outline as an image sees it: which part of each voxel it fills, and how blur spreads it.

use super::faces::{CUT_SIGMA, Faces};
use iodose_volume::{Grid, Volume};
use std::f64::consts::LN_2;

/// Blurred shares below are left out.
const LEAST_SHARE: f64 = 1e-6;

/// One lesion on the grid of an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The lesion.
    pub label: u16,
    /// Offsets of image voxels that it reaches, ascending, and the part of the lesion that lies in each; 1 in all, less what
    /// lies outside the image.
    pub inside: Vec<(usize, f64)>,
    /// Offsets of image voxels, ascending, and what the image shows at their centres of a lesion of concentration 1 (RC5).
    pub blurred: Vec<(usize, f64)>,
}

impl Outline {
    /// The lesion of a label seen on `image` through a Gaussian of full width at half maximum `fwhm_mm` (above 0; (RC5)).
    ///
    /// The mask is taken as the boxes of its voxels, whatever the two grids; nothing is resampled. `None` where the label is
    /// absent, the mask's axes are not at right angles, or there is no blur.
    pub fn new(labels: &Volume<u16>, label: u16, image: &Grid, fwhm_mm: f64) -> Option<Self> {
        let mask = Mask::cut(labels, label).filter(|_| fwhm_mm > 0.0)?;
        let blurred = mask.blurred(image, fwhm_mm);
        Some(Self { label, inside: mask.inside(image), blurred })
    }

    /// What the image shows of it at a voxel.
    pub fn blurred_at(&self, offset: usize) -> f64 {
        let found = self.blurred.binary_search_by_key(&offset, |&(known, _)| known);
        found.map_or(0.0, |at| self.blurred[at].1)
    }

    /// Mean of a value over the lesion, by the part of it in each voxel; `None` where the image shows nothing of it.
    pub fn mean(&self, value: impl Fn(usize) -> f64) -> Option<f64> {
        let seen: f64 = self.inside.iter().map(|(_, part)| part).sum();
        let sum: f64 = self.inside.iter().map(|&(offset, part)| part * value(offset)).sum();
        (seen > 0.0).then(|| sum / seen)
    }
}

/// The voxels of one label in the box around them.
struct Mask<'a> {
    grid: &'a Grid,
    first: [usize; 3],
    size: [usize; 3],
    /// For each row along the first axis its runs of voxels, from one face to another.
    rows: Vec<Vec<[usize; 2]>>,
}

impl<'a> Mask<'a> {
    fn cut(labels: &'a Volume<u16>, label: u16) -> Option<Self> {
        let grid = labels.grid();
        let (first, last) = labels.bounds(|&found| found == label).filter(|_| grid.is_orthogonal())?;
        let size: [usize; 3] = std::array::from_fn(|axis| last[axis] - first[axis] + 1);
        let row = |n: usize| {
            let start = grid.offset([first[0], first[1] + n % size[1], first[2] + n / size[1]]);
            runs(&labels.data()[start..start + size[0]], label)
        };
        let rows = (0..size[1] * size[2]).map(row).collect();
        Some(Self { grid, first, size, rows })
    }

    /// Indices of its voxels on its grid.
    fn voxels(&self) -> impl Iterator<Item = [usize; 3]> {
        self.rows.iter().enumerate().flat_map(move |(n, runs)| {
            let (j, k) = (n % self.size[1], n / self.size[1]);
            let voxels = runs.iter().flat_map(|&[from, to]| from..to);
            voxels.map(move |i| [self.first[0] + i, self.first[1] + j, self.first[2] + k])
        })
    }

    /// Image voxels whose centre lies within `reach_mm` of the box.
    fn window(&self, image: &Grid, reach_mm: f64) -> Vec<usize> {
        let spacing = self.grid.spacing();
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for corner in 0..8 {
            let index = std::array::from_fn(|axis| {
                let reach = 0.5 + reach_mm / spacing[axis];
                let end = if corner >> axis & 1 == 0 { -reach } else { self.size[axis] as f64 - 1.0 + reach };
                self.first[axis] as f64 + end
            });
            let seen = image.patient_to_index(self.grid.index_to_patient(index));
            for axis in 0..3 {
                low[axis] = low[axis].min(seen[axis]);
                high[axis] = high[axis].max(seen[axis]);
            }
        }
        let range = |axis: usize| {
            let from = low[axis].floor().max(0.0) as usize;
            from..((high[axis].ceil() + 1.0).max(0.0) as usize).min(image.size()[axis])
        };
        range(2)
            .flat_map(|k| range(1).flat_map(move |j| range(0).map(move |i| [i, j, k])))
            .map(|index| image.offset(index))
            .collect()
    }

    fn blurred(&self, image: &Grid, fwhm_mm: f64) -> Vec<(usize, f64)> {
        let sigma = fwhm_mm / (2.0 * (2.0 * LN_2).sqrt());
        let mut faces =
            std::array::from_fn(|axis| Faces::new(sigma / self.grid.spacing()[axis], self.size[axis]));
        let shares = self.window(image, CUT_SIGMA * sigma).into_iter().map(|offset| {
            let centre = image.index_to_patient(image.index(offset).map(|n| n as f64));
            let place = self.grid.patient_to_index(centre);
            for (faces, (at, first)) in faces.iter_mut().zip(place.into_iter().zip(self.first)) {
                faces.centre(at - first as f64);
            }
            (offset, self.sum(&faces))
        });
        shares.filter(|(_, share)| *share > LEAST_SHARE).collect()
    }

    /// The integral of the Gaussian over the mask.
    fn sum(&self, [along, across, up]: &[Faces; 3]) -> f64 {
        let mut total = 0.0;
        for k in up.voxels() {
            for j in across.voxels() {
                let row = &self.rows[j + self.size[1] * k];
                let in_row: f64 = row.iter().map(|&[from, to]| along.between(from, to)).sum();
                total += up.between(k, k + 1) * across.between(j, j + 1) * in_row;
            }
        }
        total
    }

    /// The part of the lesion in each image voxel, by points within its voxels.
    fn inside(&self, image: &Grid) -> Vec<(usize, f64)> {
        /// Points along the side of the finest image voxel.
        const POINTS: f64 = 4.0;
        let finest = image.spacing().into_iter().fold(f64::INFINITY, f64::min);
        let points =
            self.grid.spacing().map(|spacing| (POINTS * spacing / finest).ceil().clamp(1.0, 16.0) as usize);
        let members = self.voxels().count();
        let part = 1.0 / (members * points.iter().product::<usize>()) as f64;
        let mut parts = std::collections::BTreeMap::new();
        for index in self.voxels() {
            for point in 0..points.iter().product() {
                let step =
                    [point % points[0], point / points[0] % points[1], point / (points[0] * points[1])];
                let place = std::array::from_fn(|axis| {
                    let within = (step[axis] as f64 + 0.5) / points[axis] as f64 - 0.5;
                    index[axis] as f64 + within
                });
                if let Some(voxel) = image.voxel_at(self.grid.index_to_patient(place)) {
                    *parts.entry(image.offset(voxel)).or_insert(0.0) += part;
                }
            }
        }
        parts.into_iter().collect()
    }
}

/// The runs of a label in a row of voxels.
fn runs(row: &[u16], label: u16) -> Vec<[usize; 2]> {
    let mut runs: Vec<[usize; 2]> = Vec::new();
    for n in (0..row.len()).filter(|&n| row[n] == label) {
        match runs.last_mut() {
            Some(run) if run[1] == n => run[1] = n + 1,
            _ => runs.push([n, n + 1]),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uncertainty::sphere_recovery;
    use approx::assert_relative_eq;

    fn ball(radius: f64, spacing: f64) -> Volume<u16> {
        let n = (2.0 * radius / spacing).ceil() as usize + 3;
        let origin = -0.5 * (n - 1) as f64 * spacing;
        let grid = Grid::axis_aligned([n; 3], [spacing; 3], [origin; 3]).unwrap();
        Volume::from_fn(grid, |index| {
            let place = grid.index_to_patient(index.map(|i| i as f64));
            u16::from(place.iter().map(|x| x * x).sum::<f64>() <= radius * radius)
        })
    }

    #[test]
    fn a_ball_loses_what_the_sphere_loses() {
        let image = Grid::axis_aligned([60; 3], [1.0; 3], [-29.3, -29.1, -29.7]).unwrap();
        for (radius, fwhm) in [(10.0, 6.5), (6.0, 6.5), (15.0, 12.0)] {
            let labels = ball(radius, 0.5);
            let volume = labels.data().iter().filter(|&&l| l == 1).count() as f64 * 0.125e-3;
            let diameter = crate::partial_volume::equivalent_diameter_mm(volume);
            let outline = Outline::new(&labels, 1, &image, fwhm).unwrap();
            let mean = outline.mean(|offset| outline.blurred_at(offset)).unwrap();
            // Reading the blurred lesion at the centres of voxels for the parts within them costs up to a percent.
            assert_relative_eq!(mean, sphere_recovery(diameter, fwhm), max_relative = 0.01);
            assert_relative_eq!(
                outline.inside.iter().map(|(_, part)| part).sum::<f64>(),
                1.0,
                epsilon = 1e-9
            );
        }
    }

    #[test]
    fn rows_are_cut_into_runs() {
        assert_eq!(runs(&[1, 1, 0, 2, 1, 1], 1), [[0, 2], [4, 6]]);
        assert_eq!(runs(&[0, 0], 1), [[0; 2]; 0]);
    }

    #[test]
    fn blur_keeps_the_activity_on_any_grid() {
        let labels = ball(9.0, 3.0);
        let volume = labels.data().iter().filter(|&&l| l == 1).count() as f64 * 27.0;
        let turned = iodose_volume::Affine {
            columns: [[1.6, 1.2, 0.0], [-1.2, 1.6, 0.0], [0.0, 0.0, 2.0]],
            origin: [-12.0, -84.0, -45.0],
        };
        for image in [
            Grid::axis_aligned([60; 3], [2.0; 3], [-60.0; 3]).unwrap(),
            Grid::new([60, 60, 45], turned).unwrap(),
        ] {
            let outline = Outline::new(&labels, 1, &image, 7.0).unwrap();
            let sum: f64 = outline.blurred.iter().map(|(_, share)| share).sum();
            assert_relative_eq!(sum * image.voxel_volume_ml() * 1e3, volume, max_relative = 2e-3);
        }
    }

    #[test]
    fn what_the_image_does_not_show_has_no_part() {
        let image = Grid::axis_aligned([10, 40, 40], [2.0; 3], [0.0, -39.0, -39.0]).unwrap();
        let outline = Outline::new(&ball(10.0, 1.0), 1, &image, 6.5).unwrap();
        let seen: f64 = outline.inside.iter().map(|(_, part)| part).sum();
        assert!((0.5..0.6).contains(&seen), "{seen}");
        let away = Grid::axis_aligned([4; 3], [2.0; 3], [500.0; 3]).unwrap();
        assert_eq!(Outline::new(&ball(10.0, 1.0), 1, &away, 6.5).unwrap().mean(|_| 1.0), None);
        assert!(Outline::new(&ball(10.0, 1.0), 2, &image, 6.5).is_none());
    }
}
