//! K fluorescence: the photon that leaves an atom whose innermost shell was emptied. Method: `docs/methods/photons.md`.

use crate::Line;
use crate::element::{Element, Tabulated};

/// The K shell of an element: where it starts to absorb, how much of the absorption is its own, and what it emits.
#[derive(Clone, Debug, Default)]
pub(crate) struct KShell {
    /// Fluorescence yield: photons per vacancy.
    pub(crate) fluorescence_yield: f64,
    /// Energies (MeV) and shares of the lines, which sum to 1.
    pub(crate) lines: Vec<Line>,
}

/// K fluorescence of an element.
///
/// A photoelectric absorption above the K edge empties the K shell with probability 1 - 1/J, J the jump of the cross
/// section at the edge, taken as constant above it (it grows by a few per cent up to 1 MeV). The vacancy then gives one photon
/// with the fluorescence yield (Krause 1979, J. Phys. Chem. Ref. Data 8, 307), of a line by Scofield's rates (1974, At. Data
/// Nucl. Data Tables 14, 121). Elements whose K lines lie under 1 keV, and all L lines (4 keV for iodine), are left out: their
/// photons go less than a tenth of a millimetre in soft tissue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KFluorescence<'a> {
    /// K edge, MeV.
    pub edge: f64,
    /// K photons per photoelectric absorption of a photon above the edge.
    pub photons: f64,
    /// Energies (MeV) and shares of the lines.
    pub lines: &'a [Line],
}

/// Energy (MeV) of the highest absorption edge in a table and the factor by which it jumps.
fn k_edge(table: &Tabulated) -> Option<(f64, f64)> {
    let upper = (1..table.energy.len()).rev().find(|&n| table.energy[n] == table.energy[n - 1])?;
    Some((table.energy[upper], table.value[upper] / table.value[upper - 1]))
}

impl Element {
    /// What its K shell emits; none where no line is followed.
    pub fn k_fluorescence(&self) -> Option<KFluorescence<'_>> {
        let shell = self.k_shell.as_ref()?;
        let (edge, jump) = k_edge(&self.photoelectric)?;
        let photons = (1.0 - 1.0 / jump) * shell.fluorescence_yield;
        Some(KFluorescence { edge, photons, lines: &shell.lines })
    }

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
    use crate::Library;
    use approx::assert_relative_eq;

    #[test]
    fn a_seventh_of_the_absorptions_in_calcium_above_4_kev_fluoresces() {
        let library = Library::embedded().unwrap();
        let calcium = library.element("Ca").unwrap().k_fluorescence().unwrap();
        // K edge 4.0381 keV (Bearden & Burr 1967); 0.89 of the absorption in the K shell, 0.169 of which fluoresces.
        assert_relative_eq!(calcium.edge, 0.0040381, max_relative = 1e-3);
        assert_relative_eq!(calcium.photons, 0.15, max_relative = 0.05);
        assert!(library.element("O").unwrap().k_fluorescence().is_none());
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
