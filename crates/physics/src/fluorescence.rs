//! K fluorescence: the photon that leaves an atom whose innermost shell was emptied. Method: `docs/methods/photons.md`.

use crate::element::{Element, Tabulated};
use crate::material::Constituent;
use crate::{Library, Line, Material, PhysicsError};

/// The K shell of an element: where it starts to absorb, how much of the absorption is its own, and what it emits.
#[derive(Clone, Debug, Default)]
pub(crate) struct KShell {
    /// Fluorescence yield: photons per vacancy.
    pub(crate) fluorescence_yield: f64,
    /// Energies (MeV) and shares of the lines, which sum to 1.
    pub(crate) lines: Vec<Line>,
}

/// K fluorescence of a material.
///
/// A photoelectric absorption above the K edge empties the K shell with probability 1 - 1/J, J the jump of the cross
/// section at the edge, taken as constant above it (it grows by a few per cent up to 1 MeV). The vacancy then gives one photon
/// with the fluorescence yield (Krause 1979, J. Phys. Chem. Ref. Data 8, 307), of a line by Scofield's rates (1974, At. Data
/// Nucl. Data Tables 14, 121). Elements whose K lines lie under 1 keV, and all L lines (4 keV for iodine), are left out: their
/// photons go less than a tenth of a millimetre in soft tissue.
#[derive(Clone, Debug)]
pub struct KFluorescence<'a> {
    constituents: Vec<Constituent<'a>>,
}

impl<'a> KFluorescence<'a> {
    /// For a material.
    pub fn new(material: &Material, library: &'a Library) -> Result<Self, PhysicsError> {
        let mut constituents = material.constituents(library)?;
        constituents.retain(|c| c.element.k_shell.as_ref().is_some_and(|shell| !shell.lines.is_empty()));
        Ok(Self { constituents })
    }

    /// Number of elements that emit.
    pub fn len(&self) -> usize {
        self.constituents.len()
    }

    /// Whether no element emits.
    pub fn is_empty(&self) -> bool {
        self.constituents.is_empty()
    }

    /// Lines of the emitting element of an index: energies (MeV) and shares.
    pub fn lines(&self, element: usize) -> &[Line] {
        self.constituents[element].element.k_shell.as_ref().map_or(&[], |shell| &shell.lines)
    }

    /// Mass attenuation coefficient (cm2/g) of absorptions that end in a K photon of the element of an index.
    pub fn coefficient(&self, element: usize, energy: f64) -> f64 {
        let Constituent { element, weight } = &self.constituents[element];
        match (&element.k_shell, k_edge(&element.photoelectric)) {
            (Some(shell), Some((edge, jump))) if energy > edge => {
                weight * element.photoelectric.log_log(energy) * (1.0 - 1.0 / jump) * shell.fluorescence_yield
            }
            _ => 0.0,
        }
    }
}

/// Energy (MeV) of the highest absorption edge in a table and the factor by which it jumps.
fn k_edge(table: &Tabulated) -> Option<(f64, f64)> {
    let upper = (1..table.energy.len()).rev().find(|&n| table.energy[n] == table.energy[n - 1])?;
    Some((table.energy[upper], table.value[upper] / table.value[upper - 1]))
}

impl Element {
    /// Adds a line of the K shell.
    pub(crate) fn add_k_line(&mut self, fluorescence_yield: f64, line: Line) {
        let shell = self.k_shell.get_or_insert_default();
        shell.fluorescence_yield = fluorescence_yield;
        shell.lines.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PhotonCoefficients, PhotonProcess};
    use approx::assert_relative_eq;

    #[test]
    fn calcium_gives_bone_its_fluorescence_above_4_kev_only() {
        let library = Library::embedded().unwrap();
        let bone = library.material("bone-cortical").unwrap();
        let fluorescence = KFluorescence::new(bone, &library).unwrap();
        let total =
            |energy: f64| (0..fluorescence.len()).map(|n| fluorescence.coefficient(n, energy)).sum::<f64>();
        let photoelectric =
            PhotonCoefficients::new(bone, &library).unwrap().coefficient(PhotonProcess::Photoelectric, 0.03);
        // Calcium does two thirds of the absorption at 30 keV; 0.89 of that in the K shell, 0.169 of which fluoresces.
        assert_relative_eq!(total(0.03) / photoelectric, 0.12, max_relative = 0.15);
        assert!(total(0.004) < 0.1 * total(0.0041));
    }

    #[test]
    fn iodine_emits_88_of_100_k_vacancies() {
        let library = Library::embedded().unwrap();
        let iodine = library.element("I").unwrap();
        let (edge, jump) = k_edge(&iodine.photoelectric).unwrap();
        // K edge of iodine 33.169 keV (Bearden & Burr 1967); jump 5 to 7 at this Z.
        assert_relative_eq!(edge, 0.033169, max_relative = 1e-4);
        assert!((5.0..7.0).contains(&jump), "{jump}");
        let shell = iodine.k_shell.as_ref().unwrap();
        assert_relative_eq!(shell.fluorescence_yield, 0.88, max_relative = 0.01);
        assert_relative_eq!(
            shell.lines.iter().map(|line| line.particles).sum::<f64>(),
            1.0,
            max_relative = 1e-3
        );
    }
}
