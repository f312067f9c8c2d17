//! What a decay emits. Method: `docs/methods/decay.md`.

use crate::PhysicsError;
use crate::monotone_cubic::refine;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The kind of a discrete emission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// Gamma photon.
    Gamma,
    /// Characteristic X photon.
    X,
    /// Internal-conversion electron.
    Conversion,
    /// Auger or Coster-Kronig electron.
    Auger,
    /// 511 keV photon; listed as a check only, the engine makes it from the positron.
    Annihilation,
}

/// A discrete emission.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Energy, MeV.
    pub energy: f64,
    /// Mean number per decay.
    pub particles: f64,
}

/// Sign of the charge of a beta particle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum BetaSign {
    /// Electron.
    #[serde(rename = "-")]
    Minus,
    /// Positron.
    #[serde(rename = "+")]
    Plus,
}

/// A beta spectrum summed over its branches.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BetaSpectrum {
    /// Electron or positron.
    pub sign: BetaSign,
    /// Mean energy (MeV), yield per decay and, where known, end point (MeV) of each branch.
    pub branches: Vec<Vec<f64>>,
    /// Energy (MeV) and density dN/dE (1/MeV per decay) at points, straight between them: not a histogram. A file's
    /// points are refined by a monotone cubic when read, since straight lines between them would overstate the mean
    /// energy by 0.3 % where the spectrum is hollow.
    pub spectrum: Vec<[f64; 2]>,
}

impl BetaSpectrum {
    /// Mean number of particles per decay: the sum over branches, to which the spectrum is normalised.
    pub fn particles(&self) -> f64 {
        self.branches.iter().filter_map(|branch| branch.get(1)).sum()
    }

    /// Mean energy (MeV) of one particle, from the straight-line spectrum.
    pub fn mean_energy(&self) -> f64 {
        let (mut number, mut energy) = (0.0, 0.0);
        for pair in self.spectrum.windows(2) {
            let ([e0, n0], [e1, n1]) = (pair[0], pair[1]);
            let width = e1 - e0;
            number += 0.5 * (n0 + n1) * width;
            energy += width * (n0 * (2.0 * e0 + e1) + n1 * (e0 + 2.0 * e1)) / 6.0;
        }
        energy / number
    }
}

/// A radionuclide: half-life and mean emissions per decay. Emissions of one decay are taken as independent.
#[derive(Clone, Debug, PartialEq)]
pub struct Nuclide {
    /// Name in the form "I-131".
    pub name: String,
    /// Where the data were published.
    pub source: String,
    /// Physical half-life, s.
    pub half_life: f64,
    /// Beta spectra.
    pub betas: Vec<BetaSpectrum>,
    /// Discrete emissions by kind, ascending in energy.
    pub lines: BTreeMap<LineKind, Vec<Line>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NuclideFile {
    name: String,
    source: String,
    half_life_s: f64,
    #[serde(default)]
    beta: Vec<BetaSpectrum>,
    #[serde(default)]
    lines: BTreeMap<LineKind, Vec<[f64; 2]>>,
}

impl Nuclide {
    /// Highest energy (MeV) of any emission that the tables of the engine reach.
    pub const HIGHEST_ENERGY: f64 = 4.0;

    /// Reads a nuclide file (TOML; its form is documented in `data/nuclides/README.md`). `file` names it in errors.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, PhysicsError> {
        let problem = |problem: String| PhysicsError::File { file: file.into(), problem };
        let mut parsed: NuclideFile = toml::from_str(text).map_err(|error| problem(error.to_string()))?;
        if !HALF_LIVES.contains(&parsed.half_life_s) {
            return Err(problem(format!(
                "half_life_s: found {}, expected a positive number from a millisecond to the age of the universe",
                parsed.half_life_s
            )));
        }
        let mut lines = BTreeMap::new();
        for (kind, pairs) in parsed.lines {
            let mut of_kind = Vec::with_capacity(pairs.len());
            for [energy, particles] in pairs {
                if !(energy > 0.0
                    && energy <= Self::HIGHEST_ENERGY
                    && (0.0..=MOST_PARTICLES).contains(&particles))
                {
                    return Err(problem(format!(
                        "lines.{kind:?}: found [{energy}, {particles}], expected an energy above 0 up to 4 MeV and a yield"
                    )));
                }
                of_kind.push(Line { energy, particles });
            }
            lines.insert(kind, of_kind);
        }
        for beta in &mut parsed.beta {
            check_spectrum(beta).map_err(problem)?;
            beta.spectrum = refine(&beta.spectrum, SPECTRUM_REFINEMENT);
            // Numbers that are finite each may be so large or so close that what follows from them is not.
            let mean = beta.mean_energy();
            if !(0.0..=Self::HIGHEST_ENERGY).contains(&mean)
                || beta.spectrum.iter().any(|point| !point[1].is_finite())
            {
                return Err(problem(format!(
                    "beta.spectrum: found a mean energy of {mean} MeV, expected densities and widths that give one up to 4 MeV"
                )));
            }
        }
        Ok(Self {
            name: parsed.name,
            source: parsed.source,
            half_life: parsed.half_life_s,
            betas: parsed.beta,
            lines,
        })
    }

    /// Physical decay constant, 1/s.
    pub fn decay_constant(&self) -> f64 {
        std::f64::consts::LN_2 / self.half_life
    }

    /// Discrete emissions of one kind.
    pub fn lines(&self, kind: LineKind) -> &[Line] {
        self.lines.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Energy emitted per decay as lines of one kind, MeV.
    pub fn line_energy(&self, kind: LineKind) -> f64 {
        self.lines(kind).iter().map(|line| line.energy * line.particles).sum()
    }

    /// Kinetic energy emitted per decay as betas of either sign, MeV.
    pub fn beta_energy(&self) -> f64 {
        self.betas.iter().map(|beta| beta.particles() * beta.mean_energy()).sum()
    }
}

/// Half-lives that can matter, s.
const HALF_LIVES: std::ops::RangeInclusive<f64> = 1e-3..=4.4e17;
/// Particles per decay in one line or branch; iodine has ten Auger electrons in one.
const MOST_PARTICLES: f64 = 1e3;

/// Pieces that each interval of a file's beta spectrum is cut into.
const SPECTRUM_REFINEMENT: usize = 8;

fn check_spectrum(beta: &BetaSpectrum) -> Result<(), String> {
    let branches = &beta.branches;
    if branches.is_empty()
        || branches.iter().any(|branch| branch.len() < 2)
        || branches.iter().flatten().any(|x| !(0.0..=MOST_PARTICLES).contains(x))
        || beta.particles() <= 0.0
    {
        return Err(
            "beta.branches: expected at least one [mean energy MeV, yield, ...] of non-negative numbers"
                .into(),
        );
    }
    let points = &beta.spectrum;
    if points.len() < 2 || points.windows(2).any(|pair| pair[1][0] <= pair[0][0]) {
        return Err("beta.spectrum: expected at least two points, strictly ascending in energy".into());
    }
    let sane = |&[energy, density]: &[f64; 2]| {
        (0.0..=Nuclide::HIGHEST_ENERGY).contains(&energy) && density.is_finite() && density >= 0.0
    };
    if !points.iter().all(sane) || points.iter().all(|point| point[1] == 0.0) {
        return Err(
            "beta.spectrum: expected energies of 0 to 4 MeV and non-negative densities, not all zero".into(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;
    use approx::assert_relative_eq;

    #[test]
    fn iodine_131_emits_what_icrp_107_says() {
        let library = Library::embedded().unwrap();
        let iodine = library.nuclide("I-131").unwrap();
        assert_relative_eq!(iodine.half_life, 8.0207 * 86400.0, max_relative = 1e-6);
        // ICRP Publication 107 (2008), MeV per decay.
        assert_relative_eq!(iodine.beta_energy(), 0.18187, max_relative = 1e-3);
        assert_relative_eq!(iodine.line_energy(LineKind::Gamma), 0.38124, max_relative = 1e-3);
        assert_relative_eq!(iodine.line_energy(LineKind::Conversion), 0.009567, max_relative = 2e-3);
        assert_relative_eq!(iodine.line_energy(LineKind::Auger), 0.000413, max_relative = 2e-3);
        assert_relative_eq!(iodine.line_energy(LineKind::X), 0.001522, max_relative = 2e-3);
        assert_eq!(iodine.betas[0].branches.len(), 6);
    }

    #[test]
    fn a_file_with_an_impossible_number_is_refused_by_name() {
        let text = "name='X'\nsource='s'\nhalf_life_s=-1";
        assert!(
            Nuclide::from_toml("x.toml", text).unwrap_err().to_string().contains("half_life_s: found -1")
        );
        let text = "name='X'\nsource='s'\nhalf_life_s=1\nlines.gamma=[[9.0,1.0]]";
        assert!(
            Nuclide::from_toml("x.toml", text).unwrap_err().to_string().contains("lines.Gamma: found [9, 1]")
        );
        let text = "name='X'\nsource='s'\nhalf_life_s=1\nbeta=[{sign='-',branches=[[0.1,1.0]],spectrum=[[0.1,1.0],[0.1,2.0]]}]";
        assert!(Nuclide::from_toml("x.toml", text).unwrap_err().to_string().contains("strictly ascending"));
        assert!(Nuclide::from_toml("x.toml", "nome='X'").is_err());
        for spectrum in [
            "[0.0,1e308],[1e-300,1e308],[1.0,1.0]",
            "[0.0,5e-324],[5e-324,5e-324]",
            "[0.0,1e300],[5e-324,0.0],[1.0,1e300]",
        ] {
            let text = format!(
                "name='X'\nsource='s'\nhalf_life_s=1\nbeta=[{{sign='-',branches=[[0.1,1.0]],spectrum=[{spectrum}]}}]"
            );
            let read = Nuclide::from_toml("x.toml", &text);
            assert!(
                read.is_err() || read.is_ok_and(|nuclide| nuclide.beta_energy().is_finite()),
                "{spectrum}"
            );
        }
        let text = "name='X'\nsource='s'\nhalf_life_s=5e-324";
        assert!(Nuclide::from_toml("x.toml", text).unwrap_err().to_string().contains("half_life_s"));
    }
}
