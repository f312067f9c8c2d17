//! Checks of times and images before anything is computed.

use crate::KineticsError;
use iodose_volume::Volume;

/// Checks that image times (hours after administration) are finite, above 0 and strictly increasing.
///
/// # Errors
/// [`KineticsError::NotPositive`] or [`KineticsError::TimesNotIncreasing`].
pub fn check_times(times_h: &[f64]) -> Result<(), KineticsError> {
    for (position, &time) in times_h.iter().enumerate() {
        if !(time.is_finite() && time > 0.0) {
            return Err(KineticsError::NotPositive { field: "time_h", found: time });
        }
        if position > 0 && time <= times_h[position - 1] {
            let earlier = times_h[position - 1];
            return Err(KineticsError::TimesNotIncreasing { position, earlier, later: time });
        }
    }
    Ok(())
}

/// Checks that every voxel of an activity image is finite and not negative.
///
/// # Errors
/// [`KineticsError::Activity`] with the count of such voxels and the first of them.
pub fn check_activity(image: &Volume<f32>) -> Result<(), KineticsError> {
    let is_bad = |value: &f32| !(value.is_finite() && *value >= 0.0);
    let count = image.data().iter().filter(|value| is_bad(value)).count();
    match image.data().iter().position(is_bad) {
        None => Ok(()),
        Some(first) => Err(KineticsError::Activity {
            count,
            index: image.grid().index(first),
            value: image.data()[first],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::Grid;

    #[test]
    fn times_must_increase_from_above_zero() {
        assert!(check_times(&[1.0, 24.0, 96.0]).is_ok());
        for bad in
            [[0.0, 1.0], [-1.0, 1.0], [f64::NAN, 1.0], [1.0, f64::INFINITY], [24.0, 24.0], [48.0, 24.0]]
        {
            assert!(check_times(&bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn bad_voxels_are_counted_and_the_first_is_named() {
        let grid = Grid::axis_aligned([3, 2, 2], [4.0; 3], [0.0; 3]).unwrap();
        let mut image = Volume::filled(grid, 1.0f32);
        assert!(check_activity(&image).is_ok());
        image[[2, 1, 0]] = -0.5;
        image[[0, 0, 1]] = f32::NAN;
        image[[1, 1, 1]] = f32::INFINITY;
        assert_eq!(
            check_activity(&image),
            Err(KineticsError::Activity { count: 3, index: [2, 1, 0], value: -0.5 })
        );
    }
}
