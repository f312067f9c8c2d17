//! Weighted least squares of the recovery curve.

use super::PhantomSphere;
use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::storage::Owned;
use nalgebra::{DVector, Dyn, Matrix2, OMatrix, U2, Vector2};

/// What the solver found.
pub(super) struct Found {
    pub(super) parameters: [f64; 2],
    pub(super) covariance: [[f64; 2]; 2],
    pub(super) chi_square: f64,
}

/// The curve (RC1) at a diameter (mm) and its slope over ln b and ln c.
pub(super) fn value_and_gradient([ln_b, ln_c]: &[f64; 2], diameter_mm: f64) -> (f64, [f64; 2]) {
    let c = libm::exp(*ln_c);
    let x = libm::log(diameter_mm) - ln_b;
    let value = 1.0 / (1.0 + libm::exp(-c * x));
    let slope = value * (1.0 - value);
    (value, [-c * slope, c * x * slope])
}

struct Problem<'a> {
    spheres: &'a [PhantomSphere],
    parameters: Vector2<f64>,
}

impl Problem<'_> {
    fn at(&self, sphere: &PhantomSphere) -> (f64, [f64; 2]) {
        value_and_gradient(&[self.parameters.x, self.parameters.y], sphere.diameter_mm)
    }
}

impl LeastSquaresProblem<f64, Dyn, U2> for Problem<'_> {
    type ParameterStorage = Owned<f64, U2>;
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, U2>;

    fn set_params(&mut self, found: &Vector2<f64>) {
        self.parameters = *found;
    }

    fn params(&self) -> Vector2<f64> {
        self.parameters
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        let residual = |sphere: &PhantomSphere| (self.at(sphere).0 - sphere.recovery) / sphere.u;
        Some(DVector::from_iterator(self.spheres.len(), self.spheres.iter().map(residual)))
    }

    fn jacobian(&self) -> Option<OMatrix<f64, Dyn, U2>> {
        let slope = |n: usize, column: usize| self.at(&self.spheres[n]).1[column] / self.spheres[n].u;
        Some(OMatrix::<f64, Dyn, U2>::from_fn(self.spheres.len(), slope))
    }
}

/// The least squares (RC2); `None` where the spheres determine no rising curve.
pub(super) fn least_squares(spheres: &[PhantomSphere]) -> Option<Found> {
    let start = Vector2::new(libm::log(10.0), 0.5);
    let (problem, report) = LevenbergMarquardt::new().minimize(Problem { spheres, parameters: start });
    let jacobian = problem.jacobian()?;
    let information: Matrix2<f64> = jacobian.transpose() * &jacobian;
    let covariance = information.cholesky()?.inverse();
    let [ln_b, ln_c] = [problem.parameters.x, problem.parameters.y];
    // A curve that hardly rises (c of 0.05) or jumps is none.
    let is_a_curve = ln_b.abs() < 12.0 && ln_c.abs() < 3.0 && covariance.iter().all(|c| c.is_finite());
    (report.termination.was_successful() && is_a_curve).then(|| Found {
        parameters: [ln_b, ln_c],
        covariance: [[covariance.m11, covariance.m12], [covariance.m21, covariance.m22]],
        chi_square: 2.0 * report.objective_function,
    })
}
