//! Values to 32-bit numbers and a factor.

use super::DoseQuantity;
use super::grid::decimal;
use iodose_volume::Volume;

/// The largest length of an element, an even number (PS3.5 7.1.1; 2^32 - 1 means undefined).
const LONGEST: usize = 0xFFFF_FFFE;

/// Pixels by frames, rows and columns.
pub(super) struct Stored {
    /// `DoseGridScaling`.
    pub(super) scaling: String,
    pub(super) bytes: Vec<u8>,
    /// Voxels that had no value.
    pub(super) unknown: usize,
}

/// The values in units of the scaling, rounded; the slices from last to first where `reversed`.
pub(super) fn store(volume: &Volume<f32>, reversed: bool, quantity: DoseQuantity) -> Result<Stored, String> {
    let [nx, ny, nz] = volume.grid().size();
    if volume.data().len() > LONGEST / 4 {
        return Err(format!("{} voxels of 4 bytes", volume.data().len()));
    }
    let known = |value: f32| value.is_finite() || quantity == DoseQuantity::AbsorbedDose;
    let mut largest = 0f32;
    for (offset, &value) in volume.data().iter().enumerate().filter(|(_, value)| known(**value)) {
        if !(value.is_finite() && value >= 0.0) {
            return Err(format!("{value} Gy in voxel {:?}", volume.grid().index(offset)));
        }
        largest = largest.max(value);
    }
    let (scaling, factor) = scaling(f64::from(largest));
    let mut bytes = Vec::with_capacity(4 * volume.data().len());
    let mut unknown = 0;
    for frame in 0..nz {
        let k = if reversed { nz - 1 - frame } else { frame };
        for &value in &volume.data()[nx * ny * k..nx * ny * (k + 1)] {
            let value = if known(value) {
                value
            } else {
                unknown += 1;
                largest
            };
            // The scaling makes the largest value fit.
            bytes.extend(((f64::from(value) / factor).round() as u32).to_le_bytes());
        }
    }
    Ok(Stored { scaling, bytes, unknown })
}

/// The least factor as a decimal string by which the largest value fits 32 bits, and the number that the string states.
fn scaling(largest: f64) -> (String, f64) {
    let most = f64::from(u32::MAX);
    let mut wanted = if largest > 0.0 { largest / most } else { 1.0 };
    loop {
        let text = decimal(wanted);
        match text.parse::<f64>() {
            Ok(factor) if (largest / factor).round() <= most => return (text, factor),
            // The string was rounded down.
            _ => wanted *= 1.0 + 1e-9,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::Grid;

    fn volume(values: Vec<f32>) -> Volume<f32> {
        Volume::new(Grid::axis_aligned([2, 1, 2], [1.0; 3], [0.0; 3]).unwrap(), values).unwrap()
    }

    fn values(stored: &Stored) -> Vec<f64> {
        let factor: f64 = stored.scaling.parse().unwrap();
        let (chunks, _) = stored.bytes.as_chunks::<4>();
        chunks.iter().map(|&chunk| f64::from(u32::from_le_bytes(chunk)) * factor).collect()
    }

    #[test]
    fn values_come_back_to_half_a_unit_in_either_order() {
        for largest in [123.456f32, 3e-30, 1e30, 1.0, f32::MIN_POSITIVE] {
            let data = vec![0.0, largest / 3.0, largest, largest * 0.1];
            let stored = store(&volume(data.clone()), false, DoseQuantity::AbsorbedDose).unwrap();
            for (found, expected) in values(&stored).into_iter().zip(&data) {
                assert!(
                    (found - f64::from(*expected)).abs() <= 1.2e-10 * f64::from(largest),
                    "{found} {expected}"
                );
            }
            let turned = store(&volume(data), true, DoseQuantity::AbsorbedDose).unwrap();
            assert_eq!([&turned.bytes[8..], &turned.bytes[..8]].concat(), stored.bytes);
        }
        let empty = store(&volume(vec![0.0; 4]), false, DoseQuantity::AbsorbedDose).unwrap();
        assert_eq!((values(&empty), empty.scaling.as_str()), (vec![0.0; 4], "1"));
    }

    #[test]
    fn an_unknown_uncertainty_is_the_largest_and_an_unknown_dose_is_refused() {
        let data = volume(vec![f32::NAN, 2.0, 0.5, f32::INFINITY]);
        let stored = store(&data, false, DoseQuantity::Uncertainty).unwrap();
        assert_eq!(stored.unknown, 2);
        assert!(values(&stored).iter().zip([2.0, 2.0, 0.5, 2.0]).all(|(a, b)| (a - b).abs() < 1e-9));
        assert!(store(&data, false, DoseQuantity::AbsorbedDose).is_err());
        assert!(store(&volume(vec![0.0, -1.0, 0.0, 0.0]), false, DoseQuantity::Uncertainty).is_err());
    }
}
