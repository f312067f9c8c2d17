//! The highest dose, which scales a picture and is what it shows.

use iodose_volume::Volume;

/// Whether a dose is at least twice its uncertainty (k = 1): a single track through a voxel of air may leave far more than any
/// lesion has. No dose is, whose uncertainty is not a number.
fn is_certain(dose: f32, uncertainty: f32) -> bool {
    dose >= 2.0 * uncertainty
}

/// The highest of the finite doses that count: its place in the data, and itself.
pub(super) fn highest(dose: &Volume<f32>, counts: impl Fn(usize) -> bool) -> Option<(usize, f32)> {
    let mut best = None;
    for (offset, &value) in dose.data().iter().enumerate() {
        let is_higher = best.is_none_or(|(_, highest)| value > highest);
        if is_higher && value.is_finite() && counts(offset) {
            best = Some((offset, value));
        }
    }
    best
}

/// The highest that is known to be there; of all where none above 0 is.
pub(super) fn highest_certain(dose: &Volume<f32>, uncertainty: Option<&Volume<f32>>) -> Option<(usize, f32)> {
    let counts =
        |offset: usize| uncertainty.is_none_or(|u| is_certain(dose.data()[offset], u.data()[offset]));
    highest(dose, counts).filter(|&(_, dose)| dose > 0.0).or_else(|| highest(dose, |_| true))
}
