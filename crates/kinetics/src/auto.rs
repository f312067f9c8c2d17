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
    // The first of equals is the simplest.
    let best = (0..tried.len()).min_by(|&a, &b| tried[a].0.total_cmp(&tried[b].0));
    match (best, among.first()) {
        (Some(best), _) => Ok(chosen(tried, best)),
        (None, Some(&simplest)) => fit_model(simplest, curve, conversion, prior),
        (None, None) => Err(KineticsError::NotFitted { model: "none" }),
    }
}

/// The best of the fits with their criteria, and with what the choice adds to its uncertainty (K19), (K20).
fn chosen(mut tried: Vec<(f64, Fit)>, best: usize) -> Fit {
    let lowest = tried[best].0;
    let evidence = |aicc: f64| libm::exp(-0.5 * (aicc - lowest));
    let all: f64 = tried.iter().map(|(aicc, _)| evidence(*aicc)).sum();
    let candidates: Vec<Candidate> = tried
        .iter()
        .map(|(aicc, fit)| Candidate {
            model: fit.model,
            chi_square: fit.chi_square,
            aicc: *aicc,
            weight: evidence(*aicc) / all,
            tia_bq_h_per_ml: fit.tia_bq_h_per_ml,
        })
        .collect();
    let mean_square = |deviation: &dyn Fn(&Fit) -> f64| -> f64 {
        candidates
            .iter()
            .zip(&tried)
            .map(|(candidate, (_, fit))| candidate.weight * deviation(fit).powi(2))
            .sum()
    };
    let tia = tried[best].1.tia_bq_h_per_ml;
    let between = mean_square(&|fit| fit.tia_bq_h_per_ml - tia);
    let within = mean_square(&|fit| fit.tia_u_bq_h_per_ml);
    Fit {
        tia_u_bq_h_per_ml: (within + between).sqrt(),
        tia_u_model_bq_h_per_ml: between.sqrt(),
        candidates,
        ..tried.swap_remove(best).1
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
