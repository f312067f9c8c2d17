//! What of a dose is known to be there, and the highest of it, which scales a picture and is what it shows.

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

/// The dose where it is known to be there. An uncertainty that is not a number says nothing against it.
pub(super) fn certain(dose: &Volume<f32>, uncertainty: &Volume<f32>) -> Volume<f32> {
    let mut certain = dose.clone();
    for (dose, u) in certain.data_mut().iter_mut().zip(uncertainty.data()) {
        if *dose < 2.0 * u {
            *dose = 0.0;
        }
    }
    certain
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::Grid;

    #[test]
    fn what_may_be_nothing_is_left_out() {
        let grid = Grid::axis_aligned([3, 1, 1], [4.0; 3], [0.0; 3]).unwrap();
        let dose = Volume::new(grid, vec![5.0f32, 5.0, 5.0]).unwrap();
        let u = Volume::new(grid, vec![2.6, 2.4, f32::NAN]).unwrap();
        assert_eq!(certain(&dose, &u).data(), [0.0, 5.0, 5.0]);
    }
}
