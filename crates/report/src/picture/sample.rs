//! The value of a volume at a point of the patient.

use iodose_volume::Volume;

/// Trilinear between voxel centres, constant from the outermost centres to the edge; `None` outside the grid, and where
/// a voxel nearby is not a number.
pub(super) fn linear(volume: &Volume<f32>, point: [f64; 3]) -> Option<f64> {
    let grid = volume.grid();
    grid.voxel_at(point)?;
    let index = grid.patient_to_index(point);
    let size = grid.size();
    let mut low = [0; 3];
    let mut part = [0.0; 3];
    for axis in 0..3 {
        let x = index[axis].clamp(0.0, (size[axis] - 1) as f64);
        low[axis] = x.floor() as usize;
        part[axis] = x - x.floor();
    }
    let mut sum = 0.0;
    for corner in 0..8 {
        let mut weight = 1.0;
        let mut voxel = low;
        for axis in 0..3 {
            if corner >> axis & 1 == 1 {
                weight *= part[axis];
                voxel[axis] += 1;
            } else {
                weight *= 1.0 - part[axis];
            }
        }
        if weight > 0.0 {
            sum += weight * f64::from(volume[voxel]);
        }
    }
    sum.is_finite().then_some(sum)
}

/// The label of the voxel that holds the point; 0 outside the grid.
pub(super) fn label<L: Copy + Into<u32>>(labels: &Volume<L>, point: [f64; 3]) -> u32 {
    labels.grid().voxel_at(point).map_or(0, |voxel| labels[voxel].into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use iodose_volume::Grid;

    #[test]
    fn a_ramp_is_met_exactly_and_ends_with_the_grid() {
        let grid = Grid::axis_aligned([4, 3, 2], [2.0, 3.0, 5.0], [0.0; 3]).unwrap();
        let ramp = Volume::from_fn(grid, |[i, j, k]| (i + 10 * j + 100 * k) as f32);
        assert_relative_eq!(linear(&ramp, [3.0, 4.5, 2.5]).unwrap(), 1.5 + 15.0 + 50.0, epsilon = 1e-9);
        assert_relative_eq!(linear(&ramp, [6.9, 0.0, 0.0]).unwrap(), 3.0, epsilon = 1e-9);
        assert_eq!(linear(&ramp, [7.1, 0.0, 0.0]), None);
        assert_eq!(label(&ramp.map(|&v| v as u16), [0.9, 0.0, 7.4]), 100);
    }

    #[test]
    fn what_is_not_a_number_is_nothing() {
        let grid = Grid::axis_aligned([2, 1, 1], [1.0; 3], [0.0; 3]).unwrap();
        let holed = Volume::new(grid, vec![1.0, f32::NAN]).unwrap();
        assert_eq!(linear(&holed, [0.5, 0.0, 0.0]), None);
        assert_eq!(linear(&holed, [0.0, 0.0, 0.0]), Some(1.0));
    }
}
