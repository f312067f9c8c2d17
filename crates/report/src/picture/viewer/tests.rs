use super::*;
use crate::picture::Background;

const ROOM: usize = 1_000_000;

fn source<'a>(dose: &'a Volume<f32>, u: &'a Volume<f32>, labels: &'a Volume<u16>) -> PictureSource<'a, u16> {
    PictureSource { dose, uncertainty: Some(u), background: Some(Background::ct(dose)), labels: Some(labels) }
}

/// Turned about z by 30 degrees and flipped along k.
fn oblique() -> Grid {
    let (c, s) = (3.0 * 0.75f64.sqrt(), 3.0 * 0.5);
    let columns = [[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, -5.0]];
    Grid::new([7, 6, 5], Affine { columns, origin: [10.0, -20.0, 30.0] }).unwrap()
}

#[test]
fn every_voxel_comes_back_at_its_place_on_flipped_and_oblique_grids() {
    let flipped = Affine { columns: [[-2.0, 0.0, 0.0], [0.0, 0.0, 4.0], [0.0, -3.0, 0.0]], origin: [5.0; 3] };
    for grid in [oblique(), Grid::new([4, 5, 6], flipped).unwrap()] {
        let dose = Volume::from_fn(grid, |[i, j, k]| (1 + i + 10 * j + 100 * k) as f32);
        let u = dose.map(|&dose| 0.05 * dose);
        let labels = Volume::from_fn(grid, |[i, j, k]| u16::from(i == 1 && j == 2 && k == 3) * 300);
        let viewer = Viewer::pack(&source(&dose, &u, &labels), ROOM).unwrap().unwrap();
        let [first, size] = viewer.part;
        let (doses, relative) = (pack::unpack(&viewer.doses), pack::unpack(&viewer.uncertainties));
        let found = pack::unpack(&viewer.labels);
        for (n, &code) in doses.iter().enumerate() {
            let voxel = [
                first[0] + n % size[0],
                first[1] + n / size[0] % size[1],
                first[2] + n / (size[0] * size[1]),
            ];
            // From the patient, by the map of the page.
            let point = grid.index_to_patient(voxel.map(|n| n as f64));
            for axis in 0..3 {
                let index: f64 = viewer.grid.origin[axis]
                    + (0..3).map(|c| viewer.grid.columns[c][axis] * point[c]).sum::<f64>();
                assert!((index - voxel[axis] as f64).abs() < 1e-9);
            }
            assert_eq!(code, code::dose(dose[voxel], viewer.threshold, viewer.exponent));
            assert_eq!(found[n], labels[voxel]);
            assert_eq!(relative[n], 1 + 90 + 40, "5.0 %");
        }
        assert_eq!(doses.len(), grid.len(), "no dose is below a thousandth");
    }
}

#[test]
fn slices_go_through_voxel_centres() {
    let grid = Grid::axis_aligned([4, 5, 6], [4.0, 3.0, 2.5], [-7.0, 2.0, 100.0]).unwrap();
    assert_eq!(stops(&grid), [4, 5, 6]);
    // Along the box of the turned grid, a voxel apart.
    let [low, high] = bounding_box(&oblique());
    let expected = [0, 1].map(|axis| ((high[axis] - low[axis]) / 3.0).round() as usize);
    assert_eq!((stops(&oblique()), expected), ([9, 9, 5], [9, 9]));
}

#[test]
fn only_what_matters_is_packed() {
    let grid = Grid::axis_aligned([20, 20, 20], [2.0; 3], [0.0; 3]).unwrap();
    let dose = Volume::from_fn(grid, |[i, j, k]| {
        let inside = (5..9).contains(&i) && (6..8).contains(&j) && k == 7;
        if inside { 50.0 } else { 0.049 }
    });
    let labels = Volume::from_fn(grid, |[i, j, k]| u16::from([i, j, k] == [12, 6, 7]));
    let viewer = Viewer::pack(&source(&dose, &dose, &labels), ROOM).unwrap().unwrap();
    assert_eq!(viewer.part, [[5, 6, 7], [8, 2, 1]]);
    assert!((viewer.threshold - 0.05).abs() < 1e-9);
}

#[test]
fn a_stray_track_does_not_set_the_threshold() {
    let grid = Grid::axis_aligned([3, 1, 1], [2.0; 3], [0.0; 3]).unwrap();
    let dose = Volume::new(grid, vec![5000.0, 50.0, 0.06]).unwrap();
    let u = Volume::new(grid, vec![4000.0, 1.0, 0.01]).unwrap();
    let none = Volume::filled(grid, 0u16);
    let viewer = Viewer::pack(&source(&dose, &u, &none), ROOM).unwrap().unwrap();
    assert!((viewer.threshold - 0.05).abs() < 1e-9);
    let unknown = u.map(|_| f32::NAN);
    let viewer = Viewer::pack(&source(&dose, &unknown, &none), ROOM).unwrap().unwrap();
    assert!((viewer.threshold - 5.0).abs() < 1e-9, "nothing is certain");
}

#[test]
fn no_dose_and_no_number_are_told_apart() {
    let grid = Grid::axis_aligned([3, 1, 1], [2.0; 3], [0.0; 3]).unwrap();
    let zeros = Volume::filled(grid, 0.0f32);
    let none = Volume::filled(grid, 0u16);
    let viewer = Viewer::pack(&source(&zeros, &zeros, &none), ROOM).unwrap().unwrap();
    assert_eq!((viewer.threshold, viewer.part), (0.0, [[0; 3], [1; 3]]));
    let holed = Volume::new(grid, vec![1.0, f32::NAN, 1.0]).unwrap();
    let viewer = Viewer::pack(&source(&holed, &holed.map(|_| f32::NAN), &none), ROOM).unwrap().unwrap();
    assert_eq!(pack::unpack(&viewer.doses)[1], code::NOT_A_NUMBER);
    assert_eq!(pack::unpack(&viewer.uncertainties), [0, 0, 0]);
}

#[test]
fn a_large_case_fits_by_leaving_out_low_doses_and_fine_anatomy() {
    let grid = Grid::axis_aligned([64, 64, 50], [4.0; 3], [0.0; 3]).unwrap();
    // The finaliser of MurmurHash3 (A. Appleby): neighbours share nothing.
    let noise = |n: usize| {
        let mut bits = n as u32;
        bits = (bits ^ (bits >> 16)).wrapping_mul(0x85eb_ca6b);
        bits = (bits ^ (bits >> 13)).wrapping_mul(0xc2b2_ae35);
        ((bits ^ (bits >> 16)) >> 8) as f32 / 16_777_216.0
    };
    let ct_grid = Grid::axis_aligned([128, 128, 50], [2.0, 2.0, 4.0], [-1.0, -1.0, 0.0]).unwrap();
    let ct = Volume::from_fn(ct_grid, |voxel| 400.0 * noise(ct_grid.offset(voxel)) - 160.0);
    // A slope of three decades with noise of some 10 %.
    let dose = Volume::from_fn(grid, |[i, j, k]| {
        let slope = libm::exp10f(-((i + j + k) as f32) / 59.0);
        100.0 * slope * (0.8 + 0.4 * noise(grid.offset([i, j, k])))
    });
    let labels = Volume::filled(grid, 0u16);
    let source = PictureSource {
        dose: &dose,
        uncertainty: Some(&dose),
        background: Some(Background::ct(&ct)),
        labels: Some(&labels),
    };
    let mut thresholds = vec![];
    for room in [300_000, 100_000] {
        let viewer = Viewer::pack(&source, room).unwrap().unwrap();
        let length = [&viewer.doses, &viewer.uncertainties, &viewer.labels, &viewer.anatomy].map(String::len);
        assert!(length.iter().sum::<usize>() <= room, "{length:?}");
        assert!(viewer.anatomy_grid.size[0] < 64);
        thresholds.push(viewer.threshold);
    }
    assert!(thresholds[0] < thresholds[1], "{thresholds:?}");
    assert_eq!(Viewer::pack(&source, 100).unwrap(), None);
}
