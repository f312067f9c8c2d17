//! Physical constants, CODATA 2018 (Tiesinga et al., Rev. Mod. Phys. 93 (2021) 025010).
//! Equations: `docs/methods/electrons.md`, `docs/methods/units-and-frames.md`.

/// Electron rest energy m c2, MeV.
pub const ELECTRON_REST_ENERGY: f64 = 0.510_998_95;
/// Classical electron radius, cm.
pub const CLASSICAL_ELECTRON_RADIUS: f64 = 2.817_940_326_2e-13;
/// Avogadro's number, 1/mol.
pub const AVOGADRO: f64 = 6.022_140_76e23;
/// hc, MeV x angstrom.
pub const PLANCK_TIMES_C: f64 = 1.239_841_984e-2;
/// Joules in one MeV.
pub const JOULE_PER_MEV: f64 = 1.602_176_634e-13;
/// Absorbed dose in Gy from 1 MeV in 1 g (U4).
pub const GRAY_PER_MEV_PER_GRAM: f64 = JOULE_PER_MEV * 1e3;
/// 2 pi r_e^2 m c^2 N_A, MeV cm2/mol: the factor in front of every electron collision formula, C in (E3).
pub const COLLISION_FACTOR: f64 = 2.0
    * std::f64::consts::PI
    * CLASSICAL_ELECTRON_RADIUS
    * CLASSICAL_ELECTRON_RADIUS
    * ELECTRON_REST_ENERGY
    * AVOGADRO;

/// beta^2 of an electron or positron of kinetic energy `energy` (MeV).
pub fn beta_squared(energy: f64) -> f64 {
    let tau = energy / ELECTRON_REST_ENERGY;
    tau * (tau + 2.0) / ((tau + 1.0) * (tau + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_collision_factor_is_that_of_icru_37() {
        // ICRU Report 37 (1984): 2 pi r_e^2 m c^2 N_A = 0.153536 MeV cm2/mol.
        assert_relative_eq!(COLLISION_FACTOR, 0.153536, max_relative = 1e-5);
    }

    #[test]
    fn one_rest_energy_gives_beta_squared_three_quarters() {
        assert_relative_eq!(beta_squared(ELECTRON_REST_ENERGY), 0.75);
    }
}
