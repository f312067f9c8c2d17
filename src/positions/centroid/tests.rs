use super::super::neighbourhood::neighbourhoods;
use super::*;
use iodose_volume::Grid;

const WIDTH: f64 = 6.5;

fn grid() -> Grid {
    Grid::axis_aligned([26, 26, 24], [4.0, 4.0, 3.0], [-50.0, -51.0, 207.0]).unwrap()
}

fn sampled<T>(value: impl Fn([f64; 3]) -> T) -> Volume<T> {
    Volume::from_fn(grid(), |index| value(grid().index_to_patient(index.map(|n| n as f64))))
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt()
}

const CENTRE: [f64; 3] = [1.3, -2.1, 240.7];

fn mask(radius: f64) -> Neighbourhood {
    let labels = sampled(|point| u16::from(distance(point, CENTRE) < radius));
    neighbourhoods(&labels, 2.0 * WIDTH, |_| true).remove(&1).unwrap()
}

/// A ball of 9 over a background of 1, blurred by a Gaussian of the width.
fn ball(centre: [f64; 3], radius: f64) -> impl Fn([f64; 3]) -> f32 {
    let sigma = WIDTH / libm::sqrt(8.0 * libm::log(2.0));
    move |point| {
        let distance = distance(point, centre).max(1e-6);
        let [near, far] = [radius - distance, radius + distance].map(|x| x / (sigma * libm::sqrt(2.0)));
        let faces = 0.5 * (libm::erf(near) + libm::erf(far));
        let slopes = libm::exp(-near * near) - libm::exp(-far * far);
        (1.0 + 9.0 * (faces - sigma / (distance * libm::sqrt(2.0 * std::f64::consts::PI)) * slopes)) as f32
    }
}

fn shifted(by: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|axis| CENTRE[axis] + by[axis])
}

/// Evenly distributed from -0.5 to 0.5, from the place alone.
fn noise(seed: u32, [x, y, z]: [f64; 3]) -> f64 {
    let mut state = seed ^ ((x * 8.0) as i32 as u32).wrapping_mul(0x9e37_79b1);
    for part in [y, z] {
        state = (state ^ ((part * 8.0) as i32 as u32)).wrapping_mul(0x85eb_ca6b).rotate_left(13);
    }
    state = (state ^ state >> 15).wrapping_mul(0xc2b2_ae35);
    f64::from(state ^ state >> 13) / f64::from(u32::MAX) - 0.5
}

#[test]
fn a_known_shift_comes_back_within_a_tenth_of_a_voxel() {
    for radius in [3.0f64, 8.0, 14.0] {
        let place = mask(radius.max(4.0));
        let at = |by| centroid(&sampled(ball(shifted(by), radius)), &place).unwrap();
        let zero = at([0.0; 3]);
        for by in [[1.0, 0.0, 0.0], [0.4, -0.7, 1.1], [-3.1, 2.2, 1.7], [0.0, 0.0, -7.2], [5.5, -4.0, 3.0]] {
            let found = at(by);
            for axis in 0..3 {
                let error = found[axis] - zero[axis] - by[axis];
                assert!(
                    error.abs() < 0.1 * grid().spacing()[axis],
                    "{radius} mm {by:?}: {error} mm along {axis}"
                );
            }
        }
    }
}

#[test]
fn noise_moves_it_by_far_less_than_a_width() {
    // A standard deviation of 10 % of the contrast in every voxel.
    let place = mask(8.0);
    for seed in 0..100 {
        let ball = ball(CENTRE, 8.0);
        let image = sampled(|point| ball(point) + (0.9 * libm::sqrt(12.0) * noise(seed, point)) as f32);
        let error = distance(centroid(&image, &place).unwrap(), CENTRE);
        assert!(error < 0.2 * WIDTH, "seed {seed}: {error} mm");
    }
}

#[test]
fn noise_alone_is_seldom_taken_for_a_lesion() {
    let place = mask(8.0);
    let seen = (0..200).filter(|&seed| {
        // The sum of two even distributions.
        let image = sampled(|point| (5.0 + noise(seed, point) + noise(seed + 1000, point)) as f32);
        centroid(&image, &place).is_some()
    });
    assert_eq!(seen.count(), 0);
}

#[test]
fn a_hotter_organ_nearby_is_another_thing() {
    let place = mask(5.0);
    let (lesion, organ) = (ball(CENTRE, 5.0), ball(shifted([24.0, 0.0, 0.0]), 7.0));
    let image = sampled(|point| lesion(point) + 3.0 * (organ(point) - 1.0));
    let found = centroid(&image, &place).unwrap();
    assert!(distance(found, CENTRE) < 1.0, "{found:?}");
}

#[test]
fn what_has_nothing_around_it_or_is_no_hotter_is_not_seen() {
    let mut place = mask(8.0);
    assert_eq!(centroid(&sampled(|_| 7.0), &place), None);
    place.around.clear();
    assert_eq!(centroid(&sampled(ball(CENTRE, 8.0)), &place), None);
    assert_eq!(centroid(&sampled(ball(CENTRE, 8.0)), &Neighbourhood::default()), None);
}
