//! Photon cross sections on the grid of the tables, worked out once for each element and once for each material.
//! Equations: `docs/methods/photons.md`.

use crate::EngineError;
use iodose_physics::{Element, Library, Line, Material, OctaveGrid, PhotonProcess};
use std::collections::BTreeMap;

const GRID: OctaveGrid = OctaveGrid::PHOTON;

/// Mass attenuation coefficients (cm2/g) by process at the cell edges of [`OctaveGrid::PHOTON`] (P1).
#[derive(Clone, Debug)]
pub(crate) struct GridCoefficients {
    pub(crate) coherent: Vec<f64>,
    pub(crate) incoherent: Vec<f64>,
    pub(crate) pair: Vec<f64>,
    pub(crate) photoelectric: Vec<f64>,
    /// Of each element whose K shell emits.
    pub(crate) k_photons: Vec<KPhotons>,
}

/// K photons of one element.
#[derive(Clone, Debug)]
pub(crate) struct KPhotons {
    /// Mass attenuation coefficient (cm2/g) of absorptions that end in one, at the cell edges.
    pub(crate) coefficient: Vec<f64>,
    /// Energies (MeV) and shares of the lines.
    pub(crate) lines: Vec<Line>,
}

/// The coefficients of elements, kept for the next material that has them.
#[derive(Default)]
pub(crate) struct ElementCoefficients<'a>(BTreeMap<&'a str, GridCoefficients>);

impl<'a> ElementCoefficients<'a> {
    /// The coefficients of a material, summed over its elements.
    pub(crate) fn of_material(
        &mut self,
        material: &Material,
        library: &'a Library,
    ) -> Result<GridCoefficients, EngineError> {
        let mut sum = GridCoefficients::zero();
        for constituent in material.constituents(library)? {
            let element = constituent.element;
            let part =
                self.0.entry(element.symbol()).or_insert_with(|| GridCoefficients::of_element(element));
            sum.add(constituent.weight, part);
        }
        Ok(sum)
    }
}

impl GridCoefficients {
    fn zero() -> Self {
        let zero = vec![0.0; GRID.points()];
        Self {
            coherent: zero.clone(),
            incoherent: zero.clone(),
            pair: zero.clone(),
            photoelectric: zero,
            k_photons: Vec::new(),
        }
    }

    fn of_element(element: &Element) -> Self {
        use PhotonProcess::*;
        let of = |process| GRID.iter().map(|energy| element.photon_coefficient(process, energy)).collect();
        let photoelectric: Vec<f64> = of(Photoelectric);
        let k_photons = element.k_fluorescence().map(|k| KPhotons {
            coefficient: (GRID.iter().zip(&photoelectric))
                .map(|(energy, all)| if energy > k.edge { all * k.photons } else { 0.0 })
                .collect(),
            lines: k.lines.to_vec(),
        });
        let [nuclear, electron]: [Vec<f64>; 2] = [PairNuclear, PairElectron].map(of);
        Self {
            coherent: of(Coherent),
            incoherent: of(Incoherent),
            pair: nuclear.iter().zip(&electron).map(|(n, e)| n + e).collect(),
            photoelectric,
            k_photons: k_photons.into_iter().collect(),
        }
    }

    fn add(&mut self, weight: f64, part: &Self) {
        for (sum, part) in [
            (&mut self.coherent, &part.coherent),
            (&mut self.incoherent, &part.incoherent),
            (&mut self.pair, &part.pair),
            (&mut self.photoelectric, &part.photoelectric),
        ] {
            sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += weight * part);
        }
        self.k_photons.extend(part.k_photons.iter().map(|k| KPhotons {
            coefficient: k.coefficient.iter().map(|part| weight * part).collect(),
            lines: k.lines.clone(),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use iodose_physics::PhotonCoefficients;

    #[test]
    fn they_are_those_of_the_material_and_calcium_alone_makes_bone_fluoresce_at_30_kev() {
        let library = Library::embedded().unwrap();
        let mut elements = ElementCoefficients::default();
        let water = elements.of_material(library.material("water").unwrap(), &library).unwrap();
        let bone = library.material("bone-cortical").unwrap();
        let table = elements.of_material(bone, &library).unwrap();
        let exact = PhotonCoefficients::new(bone, &library).unwrap();
        for (place, energy) in GRID.iter().enumerate().step_by(100) {
            use PhotonProcess::*;
            let at = |process| exact.coefficient(process, energy);
            assert_relative_eq!(table.coherent[place], at(Coherent), max_relative = 1e-12);
            assert_relative_eq!(table.incoherent[place], at(Incoherent), max_relative = 1e-12);
            assert_relative_eq!(table.pair[place], at(PairNuclear) + at(PairElectron), max_relative = 1e-12);
            assert_relative_eq!(table.photoelectric[place], at(Photoelectric), max_relative = 1e-12);
        }
        assert!(water.k_photons.is_empty());
        let (place, _) = GRID.locate(0.03);
        let total: f64 = table.k_photons.iter().map(|k| k.coefficient[place]).sum();
        // Calcium does two thirds of the absorption at 30 keV; 0.89 of that in the K shell, 0.169 of which fluoresces.
        assert_relative_eq!(total / table.photoelectric[place], 0.12, max_relative = 0.15);
    }
}
