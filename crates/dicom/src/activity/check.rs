//! The nuclide data that the scanner used against the true ones; corrections where the user allows them.

use super::ActivityImage;
use crate::error::{DicomError, Result};
use std::f64::consts::LN_2;

/// Tables differ by less; a deviation above it is another nuclide or a typing error.
const MAX_DEVIATION: f64 = 0.02;

/// How the user allows a correction.
const OR_STATED: &str =
    ", or the statement that it is to be corrected (in a case file: scanner_nuclide_data = \"correct\")";

/// What is true of a nuclide.
#[derive(Clone, Debug, PartialEq)]
pub struct NuclideData {
    /// As `I-124`.
    pub name: String,
    /// Half-life, s.
    pub half_life_s: f64,
    /// Positrons per decay; `None` for nuclides imaged by their photons.
    pub positron_fraction: Option<f64>,
}

/// What is done where the file deviates from the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deviations {
    /// Another nuclide, or half-life or positron fraction over 2 % off: an error.
    #[default]
    Refuse,
    /// The user states that the scan was made with other data: values are corrected, with a line for the record.
    Correct,
}

impl ActivityImage {
    /// Checks nuclide, half-life and positron fraction of the file, and corrects the values where that is allowed:
    /// activities scale with used / true positron fraction, and the decay from each slice's moment to the scan's start is
    /// taken out with the half-life used and put in with the true one (equations (J3) and (J4) of `docs/methods/dicom.md`).
    pub fn checked_for(mut self, truth: &NuclideData, deviations: Deviations) -> Result<Self> {
        self.check_name(truth, deviations)?;
        if let Some(fraction) = truth.positron_fraction {
            self.check_positron_fraction(fraction, deviations)?;
        }
        self.check_half_life(truth, deviations)?;
        Ok(self)
    }

    fn check_name(&mut self, truth: &NuclideData, deviations: Deviations) -> Result<()> {
        match &self.radiopharmaceutical.nuclide {
            None => self.warnings.push(format!("the file names no nuclide; taken as {}", truth.name)),
            Some(name) if *name == truth.name => {}
            Some(name) if deviations == Deviations::Correct => {
                self.warnings.push(format!("the scan was made as {name}; read as {}, as stated", truth.name));
            }
            Some(name) => {
                let found = name.clone();
                let expected = format!("{}{OR_STATED}", truth.name);
                return Err(self.error("(0054,0300) RadionuclideCodeSequence", found, expected));
            }
        }
        Ok(())
    }

    fn check_positron_fraction(&mut self, truth: f64, deviations: Deviations) -> Result<()> {
        let Some(used) = self.radiopharmaceutical.positron_fraction else {
            self.warnings.push("the file states no positron fraction: it cannot be checked".into());
            return Ok(());
        };
        if (used / truth - 1.0).abs() <= MAX_DEVIATION {
            return Ok(());
        }
        if deviations == Deviations::Refuse {
            let field = "(0018,1076) RadionuclidePositronFraction";
            return Err(self.error(field, used.to_string(), within(truth)));
        }
        let factor = used / truth;
        self.scale(|_| factor);
        self.conversions.push(format!(
            "positron fraction {used} of the scanner replaced by {truth}: values x {factor:.5}"
        ));
        self.radiopharmaceutical.positron_fraction = Some(truth);
        Ok(())
    }

    fn check_half_life(&mut self, truth: &NuclideData, deviations: Deviations) -> Result<()> {
        let truth_s = truth.half_life_s;
        let Some(used) = self.radiopharmaceutical.half_life_s else {
            // NM objects have no such element, and no decay is corrected in them.
            if truth.positron_fraction.is_some() {
                self.warnings.push("the file states no half-life: it cannot be checked".into());
            }
            return Ok(());
        };
        if (used / truth_s - 1.0).abs() <= MAX_DEVIATION {
            return Ok(());
        }
        let field = "(0018,1075) RadionuclideHalfLife";
        if deviations == Deviations::Refuse {
            return Err(self.error(field, format!("{used} s"), within(truth_s)));
        }
        if self.moments_s.is_empty() {
            let expected = format!("{truth_s} s, or times from which the decay can be recomputed");
            return Err(self.error(field, format!("{used} s"), expected));
        }
        let excess = LN_2 / truth_s - LN_2 / used;
        let factors: Vec<f64> = self.moments_s.iter().map(|moment| libm::exp(excess * moment)).collect();
        self.scale(|k| factors[k]);
        let (least, most) = factors.iter().fold((f64::INFINITY, 0.0f64), |(a, b), &f| (a.min(f), b.max(f)));
        self.conversions.push(format!(
            "decay to the scan's start recomputed with half-life {truth_s} s in place of {used} s: values x {least:.5} to {most:.5}"
        ));
        self.radiopharmaceutical.half_life_s = Some(truth_s);
        Ok(())
    }

    /// Multiplies every slice along k by a factor.
    fn scale(&mut self, factor: impl Fn(usize) -> f64) {
        let [nx, ny, _] = self.volume.grid().size();
        for (k, slice) in self.volume.data_mut().chunks_exact_mut(nx * ny).enumerate() {
            let factor = factor(k);
            slice.iter_mut().for_each(|value| *value = (f64::from(*value) * factor) as f32);
        }
    }

    fn error(&self, field: &str, found: String, expected: String) -> DicomError {
        DicomError::Series { series: self.series.clone(), field: field.into(), found, expected }
    }
}

fn within(truth: f64) -> String {
    format!("{truth} to {:.0} %{OR_STATED}", 100.0 * MAX_DEVIATION)
}
