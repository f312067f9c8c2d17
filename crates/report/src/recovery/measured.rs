//! Recovery coefficients of a site's phantom as a curve over the diameter.

use super::fit;
use crate::uncertainty::sphere_recovery;
use thiserror::Error;

/// Recovery coefficients that make no curve.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("recovery coefficients: {field}: found {found}, expected {expected}")]
pub struct RecoveryError {
    /// What was looked at.
    pub field: &'static str,
    /// What it held.
    pub found: String,
    /// What would be right.
    pub expected: &'static str,
}

/// A sphere of the phantom as the scanner saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhantomSphere {
    /// Inner diameter, mm.
    pub diameter_mm: f64,
    /// Measured over true mean activity concentration, without background.
    pub recovery: f64,
    /// Standard uncertainty (k=1) of `recovery`.
    pub u: f64,
}

/// R(d) = 1 - 1/(1 + (d/b)^c), (RC1): the two-parameter form of Gear et al. 2018, there in the volume.
#[derive(Clone, Debug, PartialEq)]
pub struct RecoveryCurve {
    /// ln(b / mm) and ln c.
    parameters: [f64; 2],
    /// Of the parameters.
    covariance: [[f64; 2]; 2],
    chi_square: f64,
    degrees_of_freedom: usize,
}

/// Widths of the blur (mm) between which one is looked for: nothing that matters to the widest gamma camera.
const WIDTHS_MM: [f64; 2] = [0.05, 60.0];

impl RecoveryCurve {
    /// The curve of least weighted squares through a phantom's spheres (RC2).
    ///
    /// # Errors
    /// Fewer than three spheres, values out of range, or spheres that no curve fits.
    pub fn fit(spheres: &[PhantomSphere]) -> Result<Self, RecoveryError> {
        let wrong = |field, found: String, expected| Err(RecoveryError { field, found, expected });
        if spheres.len() < 3 {
            return wrong("spheres", spheres.len().to_string(), "at least 3");
        }
        for sphere in spheres {
            let PhantomSphere { diameter_mm, recovery, u } = *sphere;
            if !(diameter_mm > 0.0 && diameter_mm < 1000.0) {
                return wrong("diameter", diameter_mm.to_string(), "above 0 and below 1000 mm");
            }
            if !(recovery > 0.0 && recovery < 1.5) {
                return wrong("coefficient", recovery.to_string(), "above 0 and below 1.5");
            }
            if !(u > 0.0 && u < 1.0) {
                return wrong("u", u.to_string(), "a standard uncertainty above 0 and below 1");
            }
        }
        let Some(found) = fit::least_squares(spheres) else {
            return wrong("spheres", "no curve that rises with the diameter".into(), "such a curve");
        };
        let degrees_of_freedom = spheres.len() - 2;
        // Spheres that scatter more than their u says are taken at their scatter (Birge 1932, Phys. Rev. 40, 207).
        let scatter = (found.chi_square / degrees_of_freedom as f64).max(1.0);
        Ok(Self {
            parameters: found.parameters,
            covariance: found.covariance.map(|row| row.map(|c| c * scatter)),
            chi_square: found.chi_square,
            degrees_of_freedom,
        })
    }

    /// Recovery coefficient of a sphere of this diameter (mm) and its standard uncertainty (RC1), (RC3).
    pub fn recovery(&self, diameter_mm: f64) -> (f64, f64) {
        let (value, gradient) = fit::value_and_gradient(&self.parameters, diameter_mm);
        let mut variance = 0.0;
        for row in 0..2 {
            for column in 0..2 {
                variance += gradient[row] * self.covariance[row][column] * gradient[column];
            }
        }
        (value, variance.max(0.0).sqrt())
    }

    /// Full width at half maximum (mm) of the Gaussian blur that leaves a sphere of this diameter (mm) with its coefficient,
    /// and the standard uncertainty of that width (RC4).
    pub fn width_mm(&self, diameter_mm: f64) -> (f64, f64) {
        let (recovery, u) = self.recovery(diameter_mm);
        let width = |recovery: f64| width_of(recovery, diameter_mm);
        (width(recovery), 0.5 * (width(recovery - u) - width(recovery + u)).abs())
    }

    /// Sum of the squared deviations in units of the spheres' standard uncertainties, and its degrees of freedom.
    pub fn chi_square(&self) -> (f64, usize) {
        (self.chi_square, self.degrees_of_freedom)
    }

    /// b (mm) and c of (RC1).
    pub fn parameters(&self) -> [f64; 2] {
        self.parameters.map(libm::exp)
    }
}

/// The blur that leaves a sphere with this coefficient, by bisection: recovery falls as the blur widens.
fn width_of(recovery: f64, diameter_mm: f64) -> f64 {
    let [mut narrow, mut wide] = WIDTHS_MM;
    for _ in 0..60 {
        let middle = 0.5 * (narrow + wide);
        if sphere_recovery(diameter_mm, middle) > recovery {
            narrow = middle;
        } else {
            wide = middle;
        }
    }
    0.5 * (narrow + wide)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn spheres(recovery: impl Fn(f64) -> f64, u: f64) -> Vec<PhantomSphere> {
        // The NEMA IEC body phantom.
        let diameters = [10.0, 13.0, 17.0, 22.0, 28.0, 37.0];
        diameters.map(|d| PhantomSphere { diameter_mm: d, recovery: recovery(d), u }).to_vec()
    }

    #[test]
    fn an_exact_curve_is_recovered() {
        let curve =
            RecoveryCurve::fit(&spheres(|d| 1.0 - 1.0 / (1.0 + (d / 12.0_f64).powf(1.7)), 0.03)).unwrap();
        let [b, c] = curve.parameters();
        assert_relative_eq!(b, 12.0, max_relative = 1e-6);
        assert_relative_eq!(c, 1.7, max_relative = 1e-6);
        assert!(curve.chi_square().0 < 1e-10);
        assert_relative_eq!(curve.recovery(12.0).0, 0.5, max_relative = 1e-6);
    }

    #[test]
    fn the_uncertainty_is_the_slope_of_the_curve_over_each_sphere() {
        let all = spheres(|d| 1.0 - 1.0 / (1.0 + (d / 12.0_f64).powf(1.7)), 0.03);
        let (_, u) = RecoveryCurve::fit(&all).unwrap().recovery(15.0);
        let step = 1e-4;
        let squares = (0..all.len()).map(|n| {
            let [below, above] = [-step, step].map(|shift| {
                let mut moved = all.clone();
                moved[n].recovery += shift;
                RecoveryCurve::fit(&moved).unwrap().recovery(15.0).0
            });
            (0.03 * (above - below) / (2.0 * step)).powi(2)
        });
        assert_relative_eq!(u, squares.sum::<f64>().sqrt(), max_relative = 1e-3);
    }

    #[test]
    fn the_width_gives_the_coefficient_back() {
        let curve = RecoveryCurve::fit(&spheres(|d| sphere_recovery(d, 6.5), 0.02)).unwrap();
        for d in [10.0, 15.0, 25.0, 37.0] {
            let (width, u) = curve.width_mm(d);
            assert_relative_eq!(sphere_recovery(d, width), curve.recovery(d).0, max_relative = 1e-9);
            assert!((width - 6.5).abs() < 0.5, "{d}: {width}");
            assert!(u > 0.05 && u < 1.0, "{d}: {u}");
        }
    }

    #[test]
    fn what_makes_no_curve_is_refused_by_name() {
        let good = spheres(|d| sphere_recovery(d, 6.5), 0.02);
        let message = |spheres: &[PhantomSphere]| RecoveryCurve::fit(spheres).unwrap_err().to_string();
        assert!(message(&good[..2]).contains("found 2, expected at least 3"));
        let mut bad = good.clone();
        bad[1].recovery = f64::NAN;
        assert!(message(&bad).contains("coefficient: found NaN"));
        bad = good.clone();
        bad[0].u = 0.0;
        assert!(message(&bad).contains("u: found 0"));
        bad = good;
        bad[3].diameter_mm = -1.0;
        assert!(message(&bad).contains("diameter: found -1"));
        assert!(message(&spheres(|d| 1.0 - sphere_recovery(d, 6.5), 0.02)).contains("rises"));
    }
}
