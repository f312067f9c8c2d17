//! The orientation of a grid in words.

use iodose_volume::Grid;

/// Directions within this angle (degrees) of the patient's axes are called straight.
const STRAIGHT: f64 = 0.1;

/// Slices and axes of a grid, such as `axial, LPS`: to where the indices i, j, k grow (left or right, posterior or anterior,
/// superior or inferior), and by how much that is turned from the patient's axes.
pub fn orientation(grid: &Grid) -> String {
    let spacing = grid.spacing();
    let (mut letters, mut turned, mut plane) = (String::new(), 0.0f64, "axial");
    for (axis, column) in grid.affine().columns.iter().enumerate() {
        let along = (0..3).max_by(|&a, &b| column[a].abs().total_cmp(&column[b].abs())).unwrap_or(axis);
        letters.push(match (along, column[along] > 0.0) {
            (0, true) => 'L',
            (0, false) => 'R',
            (1, true) => 'P',
            (1, false) => 'A',
            (_, true) => 'S',
            (_, false) => 'I',
        });
        let cosine = (column[along].abs() / spacing[axis]).min(1.0);
        turned = turned.max(libm::acos(cosine).to_degrees());
        if axis == 2 {
            plane = ["sagittal", "coronal", "axial"][along];
        }
    }
    if turned > STRAIGHT {
        format!("{plane}, {letters}, oblique by {turned:.1} degrees")
    } else {
        format!("{plane}, {letters}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::Affine;

    fn words(columns: [[f64; 3]; 3]) -> String {
        orientation(&Grid::new([2; 3], Affine { columns, origin: [0.0; 3] }).unwrap())
    }

    #[test]
    fn axes_are_named_by_where_they_lead() {
        assert_eq!(words([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 3.0]]), "axial, LPS");
        assert_eq!(words([[-2.0, 0.0, 0.0], [0.0, -2.0, 0.0], [0.0, 0.0, -3.0]]), "axial, RAI");
        assert_eq!(words([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [3.0, 0.0, 0.0]]), "sagittal, PIL");
        assert_eq!(words([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 3.0, 0.0]]), "coronal, LIP");
        let [c, s] = [0.9848077530, 0.1736481777];
        assert_eq!(
            words([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 2.0]]),
            "axial, LPS, oblique by 10.0 degrees"
        );
    }
}
