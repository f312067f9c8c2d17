//! The choice of a model. Equations: `docs/methods/kinetics.md`.

use crate::{
    Candidate, Conversion, Fit, KineticsError, Model, RegionCurve, UptakePrior, fit_bi_exponential,
    fit_mono_exponential, fit_trapezoid, fit_uptake_washout,
};

/// Fits the model asked for: mono, uptake-washout, bi or trapezoid.
///
/// # Errors
/// As the fit of that model; [`KineticsError::NotFitted`] for the models that need a statement beside the points.
pub fn fit_model(
    model: Model,
    curve: &RegionCurve,
    conversion: &Conversion,
    prior: &UptakePrior,
) -> Result<Fit, KineticsError> {
    match model {
        Model::Mono => fit_mono_exponential(curve, conversion, prior),
        Model::UptakeWashout => fit_uptake_washout(curve, conversion, prior),
        Model::BiExponential => fit_bi_exponential(curve, conversion, prior),
        Model::Trapezoid => fit_trapezoid(curve, conversion, prior),
        Model::SingleTime | Model::TwoTOverLn2 => Err(KineticsError::NotFitted { model: model.name() }),
    }
}

/// Fits the model of `among` with the lowest AICc (K15). A model takes part where the points allow the criterion, from two
/// points more than it has parameters on, and where they show what it describes. Where none takes part, it is the first of
/// `among`, which is to be the simplest.
///
/// # Errors
/// As the fits; [`KineticsError::NotFitted`] where `among` is empty or holds a model that is not fitted.
pub fn fit_auto(
    among: &[Model],
    curve: &RegionCurve,
    conversion: &Conversion,
    prior: &UptakePrior,
) -> Result<Fit, KineticsError> {
    let images = curve.times_h().len();
    let mut tried = Vec::new();
    for &model in among.iter().filter(|model| images >= model.parameters() + 2) {
        let fit = fit_model(model, curve, conversion, prior)?;
        if fit.model == model && !curve.is_zero() {
            tried.push((aicc(fit.chi_square, model.parameters(), images), fit));
        }
    }
    let candidates: Vec<Candidate> = tried
        .iter()
        .map(|(aicc, fit)| Candidate { model: fit.model, chi_square: fit.chi_square, aicc: *aicc })
        .collect();
    // The first of equals is the simplest.
    match tried.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, fit)) => Ok(Fit { candidates, ..fit }),
        None => match among.first() {
            Some(&simplest) => fit_model(simplest, curve, conversion, prior),
            None => Err(KineticsError::NotFitted { model: "none" }),
        },
    }
}

/// Akaike's information criterion with the correction for few points (Hurvich and Tsai 1989, Biometrika 76, 297), the
/// variances of the points being known (K15).
pub fn aicc(chi_square: f64, parameters: usize, points: usize) -> f64 {
    let (k, n) = (parameters as f64, points as f64);
    chi_square + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0)
}

#[cfg(test)]
mod tests;
