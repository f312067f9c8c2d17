use super::*;
use crate::Affine;
use approx::assert_relative_eq;
use proptest::prelude::*;

fn cube(size: usize, spacing: f64, origin: f64) -> Grid {
    Grid::axis_aligned([size; 3], [spacing; 3], [origin; 3]).unwrap()
}

fn sum(values: &[f64]) -> f64 {
    values.iter().sum()
}

fn centroid(volume: &Volume<f64>) -> [f64; 3] {
    let mut moment = [0.0; 3];
    for (offset, value) in volume.data().iter().enumerate() {
        let point = volume.grid().index_to_patient(volume.grid().index(offset).map(|n| n as f64));
        for axis in 0..3 {
            moment[axis] += value * point[axis];
        }
    }
    moment.map(|m| m / sum(volume.data()))
}

/// Axes in any order with any flip, then turned by an angle about a slanted axis.
fn any_grid(angle: impl Strategy<Value = f64>) -> impl Strategy<Value = Grid> {
    let sizes = prop::array::uniform3(1usize..9);
    let spacings = prop::array::uniform3(0.7f64..5.0);
    let origins = prop::array::uniform3(-10.0f64..10.0);
    (sizes, spacings, origins, 0usize..6, prop::array::uniform3(any::<bool>()), angle).prop_map(
        |(size, spacing, origin, order, flips, angle)| {
            let order = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]][order];
            let mut columns = [[0.0; 3]; 3];
            for axis in 0..3 {
                columns[axis][order[axis]] = if flips[axis] { -spacing[axis] } else { spacing[axis] };
            }
            Grid::new(size, Affine { columns: columns.map(|v| turn(v, angle)), origin }).unwrap()
        },
    )
}

/// Rodrigues' rotation about the axis (2, -1, 2) / 3.
fn turn(v: [f64; 3], angle: f64) -> [f64; 3] {
    let u = [2.0 / 3.0, -1.0 / 3.0, 2.0 / 3.0];
    let (s, c) = angle.sin_cos();
    let along: f64 = (0..3).map(|a| u[a] * v[a]).sum();
    std::array::from_fn(|a| {
        let (b, d) = ((a + 1) % 3, (a + 2) % 3);
        v[a] * c + (u[b] * v[d] - u[d] * v[b]) * s + u[a] * along * (1.0 - c)
    })
}

fn values(grid: Grid) -> Volume<f64> {
    Volume::from_fn(grid, |[i, j, k]| ((7 * i + 13 * j + 29 * k) % 11) as f64 + 0.25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_integral_is_conserved_between_parallel_grids(a in any_grid(Just(0.4)), b in any_grid(Just(0.4))) {
        let source = values(a);
        let moved = resample_extensive(&source, &b);
        let total = sum(source.data());
        prop_assert!((sum(moved.volume.data()) + moved.outside - total).abs() < 1e-11 * total);
        prop_assert!(moved.outside >= 0.0);
    }

    #[test]
    fn the_integral_is_conserved_between_oblique_grids(a in any_grid(0.0f64..1.5), b in any_grid(0.0f64..1.5)) {
        let source = values(a);
        let moved = resample_extensive(&source, &b);
        let total = sum(source.data());
        prop_assert!((sum(moved.volume.data()) + moved.outside - total).abs() < 1e-11 * total);
    }

    #[test]
    fn what_leaves_is_what_does_not_overlap(a in any_grid(Just(0.0)), b in any_grid(prop_oneof![Just(0.0), 0.1f64..1.5])) {
        let source = Volume::filled(a, 1.0f32);
        let moved = resample_extensive(&source, &b);
        let inside = sum(moved.volume.data()) / a.len() as f64;
        // A single small voxel is cut to some 2 %, 6 % at worst (`sampled.rs`); over many the errors even out.
        let tolerance = 0.02 + 0.04 / (a.len() as f64).sqrt();
        prop_assert!((inside - overlap_fraction(&a, &b)).abs() < tolerance, "{inside}");
    }

    #[test]
    fn a_mean_and_a_quantity_agree(a in any_grid(Just(0.2)), b in any_grid(Just(0.2))) {
        let density = values(a).map(|&v| v as f32);
        let mean = resample_mean(&density, &b, 0.0);
        let mass = resample_extensive(&density, &b);
        for (m, q) in mean.volume.data().iter().zip(mass.volume.data()) {
            let per_voxel = q * a.voxel_volume_ml() / b.voxel_volume_ml();
            prop_assert!((f64::from(*m) - per_voxel).abs() < 1e-5 * 12.0, "{m} {per_voxel}");
        }
    }
}

#[test]
fn an_equal_grid_returns_an_identical_copy() {
    let grid = cube(5, 0.1 + 0.2, 1.0 / 3.0);
    let source = values(grid).map(|&v| (v * 0.1) as f32);
    assert_eq!(resample_mean(&source, &grid, 9.0).volume, source);
    assert_eq!(resample_extensive(&source, &grid).volume, source.map(|&v| f64::from(v)));
    let labels = source.map(|&v| v as u16);
    assert_eq!(resample_labels(&labels, &grid), labels);
}

#[test]
fn a_flipped_and_permuted_grid_holds_the_same_values() {
    let source = values(Grid::axis_aligned([3, 4, 5], [1.1, 2.2, 3.3], [0.1, 0.2, 0.3]).unwrap());
    // Target axes: i along -z, j along +x, k along -y, over the very same box.
    let columns = [[0.0, 0.0, -3.3], [1.1, 0.0, 0.0], [0.0, -2.2, 0.0]];
    let target =
        Grid::new([5, 3, 4], Affine { columns, origin: [0.1, 0.2 + 3.0 * 2.2, 0.3 + 4.0 * 3.3] }).unwrap();
    let moved = resample_extensive(&source, &target);
    assert_eq!(moved.outside, 0.0);
    for (offset, &value) in moved.volume.data().iter().enumerate() {
        let [i, j, k] = target.index(offset);
        assert_eq!(value, source[[j, 3 - k, 4 - i]]);
    }
}

#[test]
fn a_linear_ramp_stays_linear() {
    let source = Volume::from_fn(cube(32, 1.0, 0.0), |[i, j, k]| (i + 2 * j + 3 * k) as f32);
    let target = cube(6, 4.0, 5.5);
    let mean = resample_mean(&source, &target, 0.0);
    for (offset, &value) in mean.volume.data().iter().enumerate() {
        let [x, y, z] = target.index_to_patient(target.index(offset).map(|n| n as f64));
        assert_relative_eq!(f64::from(value), x + 2.0 * y + 3.0 * z, max_relative = 1e-5);
    }
    assert_eq!(mean.mostly_uncovered(), 0);
}

#[test]
fn a_point_keeps_its_place() {
    // The centroid stays, whatever the spacing: nothing moves by half a voxel.
    let mut source = Volume::filled(cube(21, 2.0, -20.0), 0.0);
    source[[10, 10, 10]] = 5.0;
    for spacing in [0.5, 0.7, 1.3, 2.0, 3.1] {
        let count = 2 * (12.0 / spacing) as usize + 1;
        let middle = -spacing * (count as f64 - 1.0) / 2.0;
        let straight = cube(count, spacing, middle);
        let turned = straight.affine().columns.map(|v| turn(v, 0.3));
        let origin = turn([middle; 3], 0.3);
        let oblique = Grid::new(straight.size(), Affine { columns: turned, origin }).unwrap();
        for target in [straight, oblique] {
            let moved = resample_extensive(&source, &target);
            assert_relative_eq!(sum(moved.volume.data()), 5.0, epsilon = 1e-12);
            for coordinate in centroid(&moved.volume) {
                assert!(coordinate.abs() < 0.02 * spacing, "{spacing} mm: {coordinate}");
            }
        }
    }
}

#[test]
fn the_largest_share_names_the_voxel() {
    // 4 x 1 x 1 target voxels of 3 source voxels each.
    let line = |n, spacing: f64, origin| {
        Grid::axis_aligned([n, 1, 1], [spacing, 1.0, 1.0], [origin, 0.0, 0.0]).unwrap()
    };
    let source = Volume::new(line(12, 1.0, 0.0), vec![1, 1, 2, 0, 0, 3, 5, 4, 0, 7, 7, 7]).unwrap();
    assert_eq!(resample_labels(&source, &line(4, 3.0, 1.0)).data(), [1, 0, 0, 7]);
    // Half of the last voxel lies outside: a tie with the background, which is the smaller.
    let source = Volume::new(line(2, 1.0, 0.0), vec![9, 9]).unwrap();
    assert_eq!(resample_labels(&source, &line(2, 4.0, -0.5 + 2.0)).data(), [0, 0]);
    assert_eq!(resample_labels(&source, &line(2, 3.0, 1.0)).data(), [9, 0]);
}

#[test]
fn labels_keep_their_volume_on_an_oblique_grid() {
    let inside = |p: [f64; 3]| p.iter().map(|x| x * x).sum::<f64>() < 144.0;
    let grid = cube(31, 1.0, -15.0);
    let source = Volume::from_fn(grid, |v| u16::from(inside(grid.index_to_patient(v.map(|n| n as f64)))));
    let straight = cube(18, 2.0, -17.0);
    let columns = straight.affine().columns.map(|v| turn(v, 0.5));
    let target = Grid::new([18; 3], Affine { columns, origin: turn([-17.0; 3], 0.5) }).unwrap();
    let moved = resample_labels(&source, &target);
    let millilitres =
        |v: &Volume<u16>| v.data().iter().filter(|&&l| l == 1).count() as f64 * v.grid().voxel_volume_ml();
    assert_relative_eq!(millilitres(&moved), millilitres(&source), max_relative = 0.03);
}

#[test]
fn the_outside_value_fills_what_the_source_does_not_cover() {
    let source = Volume::filled(cube(4, 1.0, 0.0), 2.0f32);
    let target = Grid::axis_aligned([3, 1, 1], [2.0, 1.0, 1.0], [2.5, 1.0, 1.0]).unwrap();
    let mean = resample_mean(&source, &target, 0.5);
    // Source ends at x = 3.5; the voxels reach over 1.5-3.5, 3.5-5.5, 5.5-7.5.
    assert_eq!(mean.volume.data(), [2.0, 0.5, 0.5]);
    assert_eq!(mean.covered.data(), [1.0, 0.0, 0.0]);
    assert_eq!(mean.mostly_uncovered(), 2);
    let shifted = Grid::axis_aligned([1, 1, 1], [2.0, 1.0, 1.0], [3.0, 1.0, 1.0]).unwrap();
    assert_relative_eq!(resample_mean(&source, &shifted, 0.5).volume.data()[0], 0.75 * 2.0 + 0.25 * 0.5);
}

#[test]
fn overlap_is_the_part_of_the_first() {
    let small = cube(10, 1.0, 0.0);
    let large = cube(10, 2.0, 0.5);
    assert_relative_eq!(overlap_fraction(&small, &large), 1.0, epsilon = 1e-12);
    assert_relative_eq!(overlap_fraction(&large, &small), 0.125, epsilon = 1e-12);
    assert_eq!(overlap_fraction(&small, &cube(10, 1.0, 100.0)), 0.0);
    let columns = small.affine().columns.map(|v| turn(v, 0.3));
    let far = Grid::new([10; 3], Affine { columns, origin: [500.0; 3] }).unwrap();
    assert_eq!(overlap_fraction(&small, &far), 0.0);
}
