//! A grid in the terms of RT Dose: frames along the normal of their plane (C.7.6.2, C.8.8.3.2).

use iodose_volume::Grid;

/// Size and place of a dose grid, numbers as decimal strings.
pub(super) struct Placed {
    pub(super) columns: u16,
    pub(super) rows: u16,
    pub(super) frames: usize,
    /// Whether the frames are the slices in reverse order.
    pub(super) reversed: bool,
    pub(super) pixel_spacing: Vec<String>,
    pub(super) orientation: Vec<String>,
    pub(super) position: Vec<String>,
    pub(super) offsets: Vec<String>,
    pub(super) slice_thickness: String,
}

/// The grid, or what about it cannot be stated.
///
/// Offsets of frames run along the cross product of rows and columns; where k runs against it, the last slice comes first.
pub(super) fn place(grid: &Grid) -> Result<Placed, String> {
    if !grid.is_orthogonal() {
        return Err("a dose grid whose axes are not at right angles".into());
    }
    let [nx, ny, nz] = grid.size();
    let (Ok(columns), Ok(rows)) = (u16::try_from(nx), u16::try_from(ny)) else {
        return Err(format!("{nx} x {ny} voxels in a slice (at most 65535 each)"));
    };
    let spacing = grid.spacing();
    let reversed = grid.affine().determinant() < 0.0;
    let first = if reversed { nz - 1 } else { 0 };
    let [along_i, along_j, _] = grid.affine().columns;
    let cosines = along_i.iter().map(|x| x / spacing[0]).chain(along_j.iter().map(|x| x / spacing[1]));
    Ok(Placed {
        columns,
        rows,
        frames: nz,
        reversed,
        // Between rows first (C.7.6.3.1: PixelSpacing).
        pixel_spacing: vec![decimal(spacing[1]), decimal(spacing[0])],
        orientation: cosines.map(decimal).collect(),
        position: grid.index_to_patient([0.0, 0.0, first as f64]).map(decimal).to_vec(),
        offsets: (0..nz).map(|k| decimal(k as f64 * spacing[2])).collect(),
        slice_thickness: decimal(spacing[2]),
    })
}

/// A number as a decimal string (PS3.5 6.2, DS): at most 16 characters, as many digits as fit.
pub(super) fn decimal(number: f64) -> String {
    let number = number + 0.0; // no negative zero
    let plain = format!("{number}");
    if plain.len() <= 16 {
        return plain;
    }
    let size = number.abs();
    let candidates = (0..=15usize).rev().map(|digits| {
        if (1e-4..1e15).contains(&size) {
            format!("{number:.digits$}")
        } else {
            format!("{number:.digits$e}")
        }
    });
    let shortest = format!("{number:.0e}");
    candidates.into_iter().find(|text| text.len() <= 16).unwrap_or(shortest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::Affine;

    #[test]
    fn decimals_fit_16_characters_and_keep_what_fits() {
        for number in [
            0.0,
            -0.0,
            4.0,
            -248.487_991_333_007_8,
            1.0 / 3.0,
            -1.0 / 3.0,
            1e-17,
            -1.234567890123456e-200,
            1e300,
            123_456_789.123_456_79,
            6e-17,
        ] {
            let text = decimal(number);
            assert!(text.len() <= 16 && text != "-0", "{text}");
            let back: f64 = text.parse().unwrap();
            assert!((back - number).abs() <= 1e-8 * number.abs(), "{number} {text}");
        }
        assert_eq!(decimal(4.0), "4");
        assert_eq!(decimal(-1.0 / 3.0), "-0.3333333333333");
    }

    #[test]
    fn frames_run_along_the_normal() {
        for (k, reversed, z) in [(3.0, false, "7"), (-3.0, true, "-2")] {
            let affine = Affine {
                columns: [[2.0, 0.0, 0.0], [0.0, 2.5, 0.0], [0.0, 0.0, k]],
                origin: [5.0, 6.0, 7.0],
            };
            let placed = place(&Grid::new([2, 3, 4], affine).unwrap()).unwrap();
            assert_eq!((placed.reversed, placed.position[2].as_str()), (reversed, z));
            assert_eq!(placed.offsets, ["0", "3", "6", "9"]);
            assert_eq!(placed.pixel_spacing, ["2.5", "2"]);
        }
        let sheared =
            Affine { columns: [[2.0, 0.1, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]], origin: [0.0; 3] };
        assert!(place(&Grid::new([2, 3, 4], sheared).unwrap()).is_err());
    }
}
