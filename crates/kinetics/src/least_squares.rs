//! Weighted least squares of sums of exponentials. Equations: `docs/methods/kinetics.md`.
//!
//! Levenberg-Marquardt goes down from many starts; the starts come from a scan of the rates, each pair with its own best
//! amplitudes, so that no local minimum is taken for the global one.

use crate::RegionCurve;
use crate::exponentials::Form;
use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::storage::Owned;
use nalgebra::{DMatrix, DVector, Dyn};

/// A form, the points, and which of its parameters are free.
struct Problem<'a> {
    form: &'static Form,
    curve: &'a RegionCurve,
    free: &'a [usize],
    parameters: Vec<f64>,
}

impl LeastSquaresProblem<f64, Dyn, Dyn> for Problem<'_> {
    type ParameterStorage = Owned<f64, Dyn>;
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, Dyn>;

    fn set_params(&mut self, found: &DVector<f64>) {
        self.free.iter().zip(found.iter()).for_each(|(&place, value)| self.parameters[place] = *value);
    }

    fn params(&self) -> DVector<f64> {
        DVector::from_iterator(self.free.len(), self.free.iter().map(|&place| self.parameters[place]))
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        let residuals = residuals(self.form, &self.parameters, self.curve);
        Some(DVector::from_iterator(self.curve.times_h().len(), residuals))
    }

    fn jacobian(&self) -> Option<DMatrix<f64>> {
        let rows = weighted_gradients(self.form, &self.parameters, self.curve);
        Some(DMatrix::from_fn(rows.len(), self.free.len(), |point, column| rows[point][self.free[column]]))
    }
}

/// The least squares reached from `start` with the `free` parameters, and its chi-square (K3). `None` where the solver
/// ends at no finite place.
pub(crate) fn refine(
    form: &'static Form,
    curve: &RegionCurve,
    start: &[f64],
    free: &[usize],
) -> Option<(Vec<f64>, f64)> {
    let problem = Problem { form, curve, free, parameters: start.to_vec() };
    let (Problem { parameters, .. }, _) = LevenbergMarquardt::new().minimize(problem);
    let chi_square = chi_square(form, &parameters, curve);
    (parameters.iter().all(|p| p.is_finite()) && chi_square.is_finite()).then_some((parameters, chi_square))
}

/// Sum of the squared deviations over the points' variances (K3).
pub(crate) fn chi_square(form: &Form, parameters: &[f64], curve: &RegionCurve) -> f64 {
    residuals(form, parameters, curve).map(|r| r * r).sum()
}

/// The covariance of all parameters of a form at a solution, the inverse of the information matrix (K18); `None` where the
/// points do not determine them.
pub(crate) fn covariance(form: &Form, parameters: &[f64], curve: &RegionCurve) -> Option<Vec<Vec<f64>>> {
    let rows = weighted_gradients(form, parameters, curve);
    let n = form.parameters;
    // Parameters differ by many powers of ten; each is measured in what it alone is known to.
    let scale: Vec<f64> =
        (0..n).map(|i| rows.iter().map(|row| row[i] * row[i]).sum::<f64>().sqrt()).collect();
    if scale.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
        return None;
    }
    let information = DMatrix::from_fn(n, n, |i, j| {
        rows.iter().map(|row| row[i] / scale[i] * (row[j] / scale[j])).sum::<f64>()
    });
    let inverse = information.cholesky()?.inverse();
    let covariance: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| inverse[(i, j)] / (scale[i] * scale[j])).collect()).collect();
    covariance.iter().flatten().all(|c| c.is_finite()).then_some(covariance)
}

/// The amplitudes of one or two shapes that describe the curve best, and their chi-square. `None` where the shapes cannot
/// be told apart.
pub(crate) fn amplitudes<const N: usize>(
    curve: &RegionCurve,
    shapes: &[Vec<f64>; N],
) -> Option<([f64; N], f64)> {
    let weights = curve.weights();
    let values = curve.concentrations_bq_per_ml();
    let product =
        |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).zip(&weights).map(|((a, b), w)| w * a * b).sum() };
    let normal = DMatrix::from_fn(N, N, |i, j| product(&shapes[i], &shapes[j]));
    let right = DVector::from_fn(N, |i, _| product(&shapes[i], values));
    let solved = normal.cholesky()?.solve(&right);
    let found: [f64; N] = std::array::from_fn(|i| solved[i]);
    let model = |point: usize| (0..N).map(|i| found[i] * shapes[i][point]).sum::<f64>();
    let chi_square =
        values.iter().zip(&weights).enumerate().map(|(i, (c, w))| w * (c - model(i)).powi(2)).sum();
    Some((found, chi_square))
}

/// Deviations of the curve from the points in units of their standard uncertainties.
fn residuals<'a>(
    form: &'a Form,
    parameters: &'a [f64],
    curve: &'a RegionCurve,
) -> impl Iterator<Item = f64> + 'a {
    let points = curve.times_h().iter().zip(curve.concentrations_bq_per_ml());
    points
        .zip(curve.standard_uncertainties_bq_per_ml())
        .map(move |((&time, c), u)| (form.value_at(parameters, time) - c) / u)
}

fn weighted_gradients(form: &Form, parameters: &[f64], curve: &RegionCurve) -> Vec<Vec<f64>> {
    let points = curve.times_h().iter().zip(curve.standard_uncertainties_bq_per_ml());
    points.map(|(&time, u)| form.gradient_at(parameters, time).iter().map(|g| g / u).collect()).collect()
}

/// `count` numbers between two others (both above 0), evenly spread in their logarithms.
pub(crate) fn spread(from: f64, to: f64, count: usize) -> Vec<f64> {
    let step = libm::log(to / from) / (count - 1) as f64;
    (0..count).map(|i| from * libm::exp(step * i as f64)).collect()
}

/// The places of a table (`rows` times `columns`, row by row) that no neighbour is below, lowest first, at most `most`.
pub(crate) fn valleys(table: &[f64], columns: usize, most: usize) -> Vec<(usize, usize)> {
    let rows = table.len() / columns;
    let at = |i: usize, j: usize| table[i * columns + j];
    let near = |i: usize, end: usize| i.saturating_sub(1)..(i + 2).min(end);
    let mut found: Vec<(usize, usize)> = (0..rows)
        .flat_map(|i| (0..columns).map(move |j| (i, j)))
        .filter(|&(i, j)| at(i, j).is_finite())
        .filter(|&(i, j)| {
            near(i, rows).all(|y| near(j, columns).all(|x| at(i, j) <= at(y, x) || at(y, x).is_nan()))
        })
        .collect();
    found.sort_by(|a, b| at(a.0, a.1).total_cmp(&at(b.0, b.1)));
    found.truncate(most);
    found
}
