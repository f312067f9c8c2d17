//! All data in one place: elements, materials and nuclides.

use crate::csv::{Row, Rows};
use crate::element::{BremsstrahlungRow, Element, Oscillator, Tabulated};
use crate::{Line, Material, Nuclide, PhysicsError};
use serde::Deserialize;

/// Elements, materials and nuclides with their tables.
///
/// Never changes once made; materials and nuclides of a user are added to a copy.
#[derive(Clone, Debug)]
pub struct Library {
    elements: Vec<Element>,
    materials: Vec<Material>,
    nuclides: Vec<Nuclide>,
    reduced_photon_energies: Vec<f64>,
    momentum_transfers: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MaterialFile {
    material: Vec<Material>,
}

impl Library {
    /// The tables that come with the engine.
    pub fn embedded() -> Result<Self, PhysicsError> {
        let mut library = Self {
            elements: read_elements(include_str!("../data/elements.csv"))?,
            materials: Vec::new(),
            nuclides: Vec::new(),
            reduced_photon_energies: Vec::new(),
            momentum_transfers: Vec::new(),
        };
        library.read_photon(include_str!("../data/photon.csv"))?;
        library.read_fluorescence(include_str!("../data/fluorescence.csv"))?;
        library.read_density_effect(include_str!("../data/density_effect.csv"))?;
        library.read_elastic(include_str!("../data/electron_elastic.csv"))?;
        library.read_bremsstrahlung(include_str!("../data/bremsstrahlung.csv"))?;
        library.read_form_factors(include_str!("../data/form_factors.csv"))?;
        library.add_materials("materials.toml", include_str!("../data/materials.toml"))?;
        for (file, text) in [
            ("I-131.toml", include_str!("../data/nuclides/I-131.toml")),
            ("I-124.toml", include_str!("../data/nuclides/I-124.toml")),
            ("Lu-177.toml", include_str!("../data/nuclides/Lu-177.toml")),
            ("Y-90.toml", include_str!("../data/nuclides/Y-90.toml")),
        ] {
            library.add_nuclide(file, text)?;
        }
        Ok(library)
    }

    /// Adds the materials of a file (TOML, the form of `data/materials.toml`); a name known already is replaced.
    pub fn add_materials(&mut self, file: &str, text: &str) -> Result<(), PhysicsError> {
        let parsed: MaterialFile = toml::from_str(text)
            .map_err(|error| PhysicsError::File { file: file.into(), problem: error.to_string() })?;
        for material in parsed.material {
            material.check(file)?;
            material.constituents(self)?;
            self.materials.retain(|known| known.name != material.name);
            self.materials.push(material);
        }
        Ok(())
    }

    /// Adds the nuclide of a file (TOML, documented in `data/nuclides/README.md`); a name known already is replaced.
    pub fn add_nuclide(&mut self, file: &str, text: &str) -> Result<(), PhysicsError> {
        let nuclide = Nuclide::from_toml(file, text)?;
        self.nuclides.retain(|known| known.name != nuclide.name);
        self.nuclides.push(nuclide);
        Ok(())
    }

    /// An element by its chemical symbol.
    pub fn element(&self, symbol: &str) -> Result<&Element, PhysicsError> {
        let found = self.elements.iter().find(|element| element.symbol == symbol);
        found.ok_or_else(|| PhysicsError::UnknownElement(symbol.into()))
    }

    /// A material by name.
    pub fn material(&self, name: &str) -> Result<&Material, PhysicsError> {
        self.materials.iter().find(|material| material.name == name).ok_or_else(|| {
            PhysicsError::UnknownMaterial {
                found: name.into(),
                known: join(self.materials.iter().map(|material| &material.name)),
            }
        })
    }

    /// A nuclide by name, in the form "I-131".
    pub fn nuclide(&self, name: &str) -> Result<&Nuclide, PhysicsError> {
        self.nuclides.iter().find(|nuclide| nuclide.name == name).ok_or_else(|| {
            PhysicsError::UnknownNuclide {
                found: name.into(),
                known: join(self.nuclides.iter().map(|nuclide| &nuclide.name)),
            }
        })
    }

    /// All materials.
    pub fn materials(&self) -> &[Material] {
        &self.materials
    }

    /// All nuclides.
    pub fn nuclides(&self) -> &[Nuclide] {
        &self.nuclides
    }

    /// k/E of the columns of the bremsstrahlung table.
    pub(crate) fn reduced_photon_energies(&self) -> &[f64] {
        &self.reduced_photon_energies
    }

    /// x = sin(theta/2)/lambda (1/angstrom) of the rows of the form factor table.
    pub(crate) fn momentum_transfers(&self) -> &[f64] {
        &self.momentum_transfers
    }

    /// The element that a row is about, by the atomic number in its first column.
    fn element_of_row(&mut self, row: &Row<'_>) -> Result<&mut Element, PhysicsError> {
        let z = row.atomic_number(0)?;
        let found = self.elements.iter_mut().find(|element| element.atomic_number == z);
        found.ok_or_else(|| row.error(format!("Z: found {z}, expected an element of elements.csv")))
    }

    fn read_photon(&mut self, text: &str) -> Result<(), PhysicsError> {
        let (_, rows) = Rows::new("photon.csv", text)?;
        for row in rows {
            let element = self.element_of_row(&row)?;
            push(&mut element.coherent, &row, 1, 2)?;
            push(&mut element.incoherent, &row, 1, 3)?;
            push(&mut element.photoelectric, &row, 1, 4)?;
            push(&mut element.pair_nuclear, &row, 1, 5)?;
            push(&mut element.pair_electron, &row, 1, 6)?;
        }
        Ok(())
    }

    fn read_fluorescence(&mut self, text: &str) -> Result<(), PhysicsError> {
        // Photons under this energy (MeV) are not followed.
        const LEAST_ENERGY: f64 = 0.001;
        let (_, rows) = Rows::new("fluorescence.csv", text)?;
        for row in rows {
            let line = Line { energy: row.number(3)?, particles: row.number(4)? };
            if row.text(1)? == "K" && line.energy >= LEAST_ENERGY {
                let fluorescence_yield = row.number(2)?;
                self.element_of_row(&row)?.add_k_line(fluorescence_yield, line);
            }
        }
        Ok(())
    }

    fn read_density_effect(&mut self, text: &str) -> Result<(), PhysicsError> {
        let (_, rows) = Rows::new("density_effect.csv", text)?;
        for row in rows {
            let oscillator = Oscillator { electrons: row.number(1)?, binding: row.number(2)? };
            self.element_of_row(&row)?.oscillators.push(oscillator);
        }
        Ok(())
    }

    fn read_elastic(&mut self, text: &str) -> Result<(), PhysicsError> {
        let (_, rows) = Rows::new("electron_elastic.csv", text)?;
        for row in rows {
            let element = self.element_of_row(&row)?;
            let [first, second] = match row.text(1)? {
                "electron" => &mut element.elastic_electron,
                "positron" => &mut element.elastic_positron,
                other => {
                    return Err(
                        row.error(format!("particle: found {other:?}, expected electron or positron"))
                    );
                }
            };
            push(first, &row, 2, 4)?;
            push(second, &row, 2, 5)?;
        }
        Ok(())
    }

    fn read_bremsstrahlung(&mut self, text: &str) -> Result<(), PhysicsError> {
        let (header, rows) = Rows::new("bremsstrahlung.csv", text)?;
        // The first column of the table is k/E = 1e-12: zero for every purpose here.
        self.reduced_photon_energies =
            (2..header.len()).map(|column| header.number(column)).collect::<Result<_, _>>()?;
        self.reduced_photon_energies[0] = 0.0;
        for row in rows {
            let chi = (2..header.len()).map(|column| row.number(column)).collect::<Result<_, _>>()?;
            let energy = row.number(1)?;
            self.element_of_row(&row)?.bremsstrahlung.push(BremsstrahlungRow { energy, chi });
        }
        Ok(())
    }

    fn read_form_factors(&mut self, text: &str) -> Result<(), PhysicsError> {
        let (_, rows) = Rows::new("form_factors.csv", text)?;
        let first_element = self.elements.first().map(|element| element.atomic_number);
        for row in rows {
            if Some(row.atomic_number(0)?) == first_element {
                self.momentum_transfers.push(row.number(1)?);
            }
            let element = self.element_of_row(&row)?;
            element.form_factor.push(row.number(2)?);
            element.scattering_function.push(row.number(3)?);
        }
        Ok(())
    }
}

fn read_elements(text: &str) -> Result<Vec<Element>, PhysicsError> {
    let (_, rows) = Rows::new("elements.csv", text)?;
    rows.map(|row| {
        Ok(Element {
            atomic_number: row.atomic_number(0)?,
            symbol: row.text(1)?.into(),
            atomic_weight: row.number(2)?,
            ..Element::default()
        })
    })
    .collect()
}

fn push(table: &mut Tabulated, row: &Row<'_>, energy: usize, value: usize) -> Result<(), PhysicsError> {
    table.push(row.number(energy)?, row.number(value)?);
    Ok(())
}

fn join<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_has_every_table_on_common_points() {
        let library = Library::embedded().unwrap();
        assert_eq!(library.elements.len(), 16);
        let points = library.momentum_transfers.len();
        let columns = library.reduced_photon_energies.len();
        for element in &library.elements {
            assert!(element.coherent.energy.len() > 20, "{}", element.symbol);
            assert!(element.elastic_electron[0].energy.len() > 20, "{}", element.symbol);
            assert!(element.elastic_positron[1].energy.len() > 20, "{}", element.symbol);
            assert!(!element.oscillators.is_empty(), "{}", element.symbol);
            assert_eq!(element.form_factor.len(), points, "{}", element.symbol);
            assert!(element.bremsstrahlung.iter().all(|row| row.chi.len() == columns), "{}", element.symbol);
            let energies = |e: &Element| e.bremsstrahlung.iter().map(|row| row.energy).collect::<Vec<_>>();
            assert_eq!(energies(element), energies(&library.elements[0]), "{}", element.symbol);
        }
    }

    #[test]
    fn unknown_names_are_answered_with_the_known_ones() {
        let library = Library::embedded().unwrap();
        let error = library.nuclide("I-132").unwrap_err().to_string();
        assert!(error.contains("\"I-132\"") && error.contains("I-131, I-124, Lu-177, Y-90"), "{error}");
        assert!(library.material("wood").unwrap_err().to_string().contains("soft-tissue"));
        assert!(library.element("Xx").is_err());
    }

    #[test]
    fn a_user_can_add_a_material_and_a_wrong_one_is_refused() {
        let mut library = Library::embedded().unwrap();
        let text = "[[material]]\nname='gel'\ndensity_g_per_cm3=1.02\nI_eV=74.0\nsource='own'\nweights={H=0.11,O=0.89}";
        library.add_materials("own.toml", text).unwrap();
        assert_eq!(library.material("gel").unwrap().nominal_density, 1.02);
        assert!(library.add_materials("own.toml", &text.replace("O=", "Xx=")).is_err());
    }
}
