//! The point spread of a camera.

use crate::PhantomError;
use crate::check::within;
use iodose_volume::Volume;

/// Where the kernel is cut, in standard deviations: 6e-5 of a Gaussian lies beyond.
const CUT_SIGMA: f64 = 4.0;
/// FWHM of a Gaussian over its standard deviation: 2 sqrt(2 ln 2).
const FWHM_PER_SIGMA: f64 = 2.354_820_045_030_949_3;

/// Convolves with a Gaussian of the given full width at half maximum (mm) along each voxel axis in turn.
///
/// The kernel is sampled at the voxel centres, cut at four standard deviations and normalised. At the edges the
/// image is continued as its mirror (the edge voxel repeated), so what would leave the grid is folded back: the sum
/// over all voxels is conserved whatever the kernel. Below a FWHM of about one voxel the sampled kernel is narrower
/// than the Gaussian it stands for. The voxel axes are taken as orthogonal. 0 leaves the image as it is.
///
/// # Errors
/// [`PhantomError::Value`] for a FWHM outside 0 to 100 mm, or more than 10000 voxel widths.
pub fn gaussian_blur(image: &Volume<f32>, fwhm_mm: f64) -> Result<Volume<f32>, PhantomError> {
    within("fwhm_mm".to_string(), fwhm_mm, 0.0, 100.0)?;
    if fwhm_mm == 0.0 {
        return Ok(image.clone());
    }
    let mut data: Vec<f64> = image.data().iter().map(|&x| f64::from(x)).collect();
    let size = image.grid().size();
    let strides = [1, size[0], size[0] * size[1]];
    for (axis, spacing) in image.grid().spacing().into_iter().enumerate() {
        within("fwhm_mm / voxel spacing".to_string(), fwhm_mm / spacing, 0.0, 1e4)?;
        let kernel = half_kernel(fwhm_mm / FWHM_PER_SIGMA / spacing);
        let (length, stride) = (size[axis], strides[axis]);
        let mut line = vec![0.0; length];
        for start in (0..data.len()).filter(|offset| offset / stride % length == 0) {
            for (i, value) in line.iter_mut().enumerate() {
                *value = data[start + i * stride];
            }
            for i in 0..length {
                data[start + i * stride] = convolved(&line, &kernel, i);
            }
        }
    }
    let mut blurred = image.clone();
    blurred.data_mut().iter_mut().zip(data).for_each(|(out, value)| *out = value as f32);
    Ok(blurred)
}

/// The kernel from its centre outwards; `sigma` in voxels. Its two-sided sum is 1.
fn half_kernel(sigma: f64) -> Vec<f64> {
    let reach = (CUT_SIGMA * sigma).ceil() as usize;
    let mut kernel: Vec<f64> = (0..=reach).map(|n| libm::exp(-0.5 * (n as f64 / sigma).powi(2))).collect();
    let sum = 2.0 * kernel.iter().sum::<f64>() - 1.0;
    kernel.iter_mut().for_each(|weight| *weight /= sum);
    kernel
}

fn convolved(line: &[f64], kernel: &[f64], centre: usize) -> f64 {
    let at = |position: i64| line[mirrored(position, line.len())];
    let mut sum = kernel[0] * line[centre];
    for (step, weight) in kernel.iter().enumerate().skip(1) {
        let (centre, step) = (centre as i64, step as i64);
        sum += weight * (at(centre - step) + at(centre + step));
    }
    sum
}

/// Folds a position into 0..length by reflection at the outer faces of the edge voxels, as often as needed.
fn mirrored(position: i64, length: usize) -> usize {
    let length = length as i64;
    let folded = position.rem_euclid(2 * length);
    (if folded < length { folded } else { 2 * length - 1 - folded }) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use iodose_volume::Grid;
    use proptest::prelude::*;

    fn point_source(size: [usize; 3], spacing: [f64; 3], at: [usize; 3]) -> Volume<f32> {
        let grid = Grid::axis_aligned(size, spacing, [0.0; 3]).unwrap();
        Volume::from_fn(grid, |index| if index == at { 1e6 } else { 0.0 })
    }

    fn sum(image: &Volume<f32>) -> f64 {
        image.data().iter().map(|&x| f64::from(x)).sum()
    }

    proptest! {
        #[test]
        fn the_sum_is_conserved_even_at_the_edge_and_for_wide_kernels(
            i in 0usize..9, j in 0usize..5, k in 0usize..2, fwhm in 0.0f64..60.0
        ) {
            let image = point_source([9, 5, 2], [4.0, 3.0, 2.5], [i, j, k]);
            let blurred = gaussian_blur(&image, fwhm).unwrap();
            assert_relative_eq!(sum(&blurred), sum(&image), max_relative = 1e-6);
            prop_assert!(blurred.data().iter().all(|&x| x >= 0.0));
        }
    }

    #[test]
    fn the_width_is_the_stated_one_along_every_axis() {
        let spacing = [4.0, 3.0, 2.0];
        let fwhm = 9.0;
        let centre = [12, 15, 20];
        let blurred = gaussian_blur(&point_source([25, 31, 41], spacing, centre), fwhm).unwrap();
        for axis in 0..3 {
            let variance: f64 = blurred
                .data()
                .iter()
                .enumerate()
                .map(|(offset, &value)| {
                    let steps = blurred.grid().index(offset)[axis] as f64 - centre[axis] as f64;
                    f64::from(value) * (steps * spacing[axis]).powi(2)
                })
                .sum::<f64>()
                / sum(&blurred);
            assert_relative_eq!(variance.sqrt() * FWHM_PER_SIGMA, fwhm, max_relative = 2e-3);
        }
        let half_maximum = blurred[[12, 15, 20]] / 2.0;
        // 4.5 mm off the centre along y, between two voxels, a Gaussian has half its maximum.
        let between = (blurred[[12, 16, 20]] * blurred[[12, 17, 20]]).sqrt();
        assert!(blurred[[12, 16, 20]] > half_maximum && blurred[[12, 17, 20]] < half_maximum);
        assert_relative_eq!(between, half_maximum, max_relative = 0.1);
    }

    #[test]
    fn no_width_changes_nothing_and_bad_widths_are_refused() {
        let image = point_source([3, 3, 3], [4.0; 3], [1, 1, 1]);
        assert_eq!(gaussian_blur(&image, 0.0).unwrap(), image);
        for bad in [-1.0, f64::NAN, f64::INFINITY, 1e3] {
            assert!(gaussian_blur(&image, bad).is_err(), "{bad}");
        }
        assert!(gaussian_blur(&point_source([3, 3, 3], [1e-9; 3], [1, 1, 1]), 5.0).is_err());
    }
}
