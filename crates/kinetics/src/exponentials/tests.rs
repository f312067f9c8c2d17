use super::*;
use crate::conversion::tests::per_gbq;
use approx::assert_relative_eq;

static BOTH: Form = Form {
    terms: &[
        Term { sign: 1.0, amplitude: 0, rates: &[1] },
        Term { sign: -1.0, amplitude: 0, rates: &[1, 2] },
        Term { sign: 1.0, amplitude: 3, rates: &[4] },
    ],
    parameters: 5,
};
const PARAMETERS: [f64; 5] = [3e4, 0.012, 0.2, 1e4, 0.05];

fn curve(parameters: &[f64], covariance: Vec<Vec<f64>>, half_time_h: f64) -> Exponentials {
    let setting = Setting { conversion: &per_gbq(), uptake: Uptake::of_half_time(half_time_h) };
    Exponentials::new(&BOTH, parameters.to_vec(), covariance, setting)
}

#[test]
fn integrals_are_those_of_the_values() {
    for half_time in [0.0, 3.0] {
        let curve = curve(&PARAMETERS, vec![vec![0.0; 5]; 5], half_time);
        let step = 0.02;
        let sum = |from: f64| -> f64 {
            (0..200_000).map(|i| curve.value_at(from + (f64::from(i) + 0.5) * step) * step).sum()
        };
        assert_relative_eq!(sum(0.0), curve.integral(), max_relative = 1e-6);
        assert_relative_eq!(sum(96.0), curve.integral_after(96.0), max_relative = 1e-6);
    }
}

#[test]
fn uncertainties_are_those_of_the_slopes() {
    let u = [1e3, 1e-3, 2e-2, 5e2, 4e-3];
    for half_time in [0.0, 3.0] {
        for (place, u) in u.iter().enumerate() {
            let mut covariance = vec![vec![0.0; 5]; 5];
            covariance[place][place] = u * u;
            let changed = |by: f64| {
                let mut parameters = PARAMETERS;
                parameters[place] *= 1.0 + by;
                curve(&parameters, covariance.clone(), half_time)
            };
            let slope = |of: &dyn Fn(&Exponentials) -> f64| {
                (of(&changed(1e-5)) - of(&changed(-1e-5))) / (2e-5 * PARAMETERS[place])
            };
            let exact = changed(0.0);
            let by_slope = slope(&Exponentials::integral).abs() * u;
            assert_relative_eq!(exact.integral_u(), by_slope, max_relative = 1e-6);
            let by_slope = slope(&|curve| curve.value_at(30.0)).abs() * u;
            assert_relative_eq!(exact.value_u_at(30.0), by_slope, max_relative = 1e-6);
        }
    }
}

#[test]
fn the_half_life_is_that_of_the_slowest_washout() {
    let mut covariance = vec![vec![0.0; 5]; 5];
    covariance[1][1] = 1e-6;
    let (half_life, u) = curve(&PARAMETERS, covariance, 0.0).half_life_h();
    let rate = per_gbq().therapy_rate_per_h(0.012);
    assert_relative_eq!(half_life, LN_2 / rate, max_relative = 1e-14);
    assert_relative_eq!(u, half_life * 1e-3 / rate, max_relative = 1e-12);
}
