//! Materials by density.

use iodose_volume::Volume;

/// The materials a density can stand for, lightest first, by the names the physics tables know them by.
pub const MATERIAL_NAMES: [&str; 4] = ["air", "lung", "soft-tissue", "bone-cortical"];

/// Density (g/cm3) below which a voxel is of the material of the same position in [`MATERIAL_NAMES`]; the last has none.
pub const MATERIAL_UPPER_DENSITIES: [f32; 3] = [0.05, 0.7, 1.2];

/// Position in [`MATERIAL_NAMES`] of the material of a density in g/cm3.
pub fn material_of_density(density: f32) -> u8 {
    MATERIAL_UPPER_DENSITIES.iter().filter(|&&upper| density >= upper).count() as u8
}

/// The material of every voxel of a density map (g/cm3), as a position in [`MATERIAL_NAMES`].
pub fn materials_from_density(densities: &Volume<f32>) -> Volume<u8> {
    densities.map(|&density| material_of_density(density))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_belongs_to_the_denser_material() {
        let name = |density| MATERIAL_NAMES[usize::from(material_of_density(density))];
        for (density, expected) in [
            (0.0012, "air"),
            (0.0499, "air"),
            (0.05, "lung"),
            (0.6999, "lung"),
            (0.7, "soft-tissue"),
            (1.1999, "soft-tissue"),
            (1.2, "bone-cortical"),
            (3.0, "bone-cortical"),
        ] {
            assert_eq!(name(density), expected, "{density}");
        }
    }
}
