//! The choice of emissions.

/// Which emissions of a nuclide are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmissionSet {
    /// Beta particles of either sign.
    pub beta: bool,
    /// Gamma photons.
    pub gamma: bool,
    /// Characteristic X photons.
    pub x: bool,
    /// Internal-conversion electrons.
    pub conversion: bool,
    /// Auger electrons.
    pub auger: bool,
    /// Annihilation photons of the positrons that come to rest.
    pub annihilation: bool,
}

impl EmissionSet {
    /// Everything.
    pub const ALL: Self =
        Self { beta: true, gamma: true, x: true, conversion: true, auger: true, annihilation: true };
    /// Nothing; to be built up from.
    pub const NONE: Self =
        Self { beta: false, gamma: false, x: false, conversion: false, auger: false, annihilation: false };
}

impl std::str::FromStr for EmissionSet {
    type Err = String;

    /// Reads `all`, or some of `beta,gamma,x,ce,auger,annihilation`.
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self::ALL);
        }
        let mut set = Self::NONE;
        for name in text.split(',') {
            *match name {
                "beta" => &mut set.beta,
                "gamma" => &mut set.gamma,
                "x" => &mut set.x,
                "ce" => &mut set.conversion,
                "auger" => &mut set.auger,
                "annihilation" => &mut set.annihilation,
                _ => {
                    return Err(format!(
                        "found {name:?}, expected all, or some of beta,gamma,x,ce,auger,annihilation"
                    ));
                }
            } = true;
        }
        Ok(set)
    }
}
