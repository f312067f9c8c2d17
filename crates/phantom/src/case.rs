//! The case file that runs on a rendered phantom.

use crate::{Phantom, PhantomError, Purpose};
use std::fmt::Write;

/// Names of the files as the case file shall give them (relative to itself).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFiles {
    /// One per image, in order of time.
    pub images: Vec<String>,
    /// The CT.
    pub ct: String,
    /// The label map.
    pub lesions: String,
}

impl Phantom {
    /// The text of a case file over the given files.
    ///
    /// # Errors
    /// [`PhantomError::Value`] where there are more or fewer image names than images.
    pub fn case_toml(&self, files: &CaseFiles) -> Result<String, PhantomError> {
        let description = &self.description;
        let (imaging, therapy) = (&description.imaging, &description.therapy);
        let expected = imaging.times_h.len();
        if files.images.len() != expected {
            let found = format!("{} names", files.images.len());
            return Err(PhantomError::value("images", found, format!("{expected}, one per image")));
        }
        let purpose = match description.purpose {
            Purpose::PreTherapy => "pre-therapy",
            Purpose::PostTherapy => "post-therapy",
        };
        let mut text = format!("[case]\nid = {}\npurpose = {}\n", quoted(&description.name), quoted(purpose));
        let mut add = |part: String| text.push_str(&part);
        for (path, time_h) in files.images.iter().zip(&imaging.times_h) {
            let resolution = if imaging.fwhm_mm > 0.0 {
                format!("resolution_mm = {:?}\n", imaging.fwhm_mm)
            } else {
                String::new()
            };
            add(format!(
                "\n[[image]]\npath = {}\nmodality = {}\nnuclide = {}\nunit = \"Bq/mL\"\ntime_h = {time_h:?}\n{resolution}",
                quoted(path),
                quoted(imaging.modality.as_str()),
                quoted(&imaging.nuclide),
            ));
        }
        add(format!("\n[ct]\npath = {}\ncurve = \"default\"\n", quoted(&files.ct)));
        add(format!(
            "\n[lesions]\npath = {}\nnames = {{ {} }}\n",
            quoted(&files.lesions),
            self.lesion_names()
        ));
        add(format!("\n[administration]\nactivity_MBq = {:?}\n", imaging.administered_activity_mbq));
        add(format!(
            "\n[therapy]\nnuclide = {}\nactivity_GBq = {:?}\n",
            quoted(&therapy.nuclide),
            therapy.activity_gbq
        ));
        add("\n[kinetics]\nmodel = \"auto\"\n".to_string());
        if let Some(half_life) = imaging.effective_half_life_h {
            add(format!("effective_half_life_h = {half_life:?}\n"));
        }
        add("\n[transport]\ngrid = \"activity\"\nuncertainty = 0.01\nseed = 1\n".to_string());
        Ok(text)
    }

    /// `1 = "name", 2 = "name"`, by increasing label.
    fn lesion_names(&self) -> String {
        let mut lesions: Vec<_> = self
            .description
            .shapes
            .iter()
            .filter_map(|shape| Some((shape.label?, shape.name.as_deref()?)))
            .collect();
        lesions.sort();
        lesions
            .iter()
            .map(|(label, name)| format!("{label} = {}", quoted(name)))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(character);
            }
            control if control.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phantoms;

    fn files(images: usize) -> CaseFiles {
        CaseFiles {
            images: (0..images).map(|n| format!("image {n} \"a\\b\".nii.gz")).collect(),
            ct: "ct.nii.gz".to_string(),
            lesions: "lesions.nii.gz".to_string(),
        }
    }

    #[test]
    fn the_case_is_toml_and_holds_what_the_description_says() {
        let phantom = Phantom::parse(phantoms::text("lung-metastases").unwrap()).unwrap();
        let imaging = &phantom.description().imaging;
        let text = phantom.case_toml(&files(imaging.times_h.len())).unwrap();
        let case: toml::Table = text.parse().unwrap();
        assert_eq!(case["case"]["id"].as_str(), Some("lung-metastases"));
        assert_eq!(case["case"]["purpose"].as_str(), Some("pre-therapy"));
        let images = case["image"].as_array().unwrap();
        assert_eq!(images.len(), 3);
        assert_eq!(images[1]["path"].as_str(), Some("image 1 \"a\\b\".nii.gz"));
        assert_eq!(images[1]["time_h"].as_float(), Some(imaging.times_h[1]));
        assert_eq!(images[1]["modality"].as_str(), Some("PET"));
        assert_eq!(images[1]["resolution_mm"].as_float(), Some(imaging.fwhm_mm));
        assert_eq!(case["lesions"]["names"].as_table().unwrap().len(), 6);
        assert_eq!(case["administration"]["activity_MBq"].as_float(), Some(74.0));
        assert_eq!(case["therapy"]["nuclide"].as_str(), Some("I-131"));
    }

    #[test]
    fn control_characters_survive() {
        let table: toml::Table = format!("a = {}", quoted("tab\tnew\nline\u{7f}\"\\é")).parse().unwrap();
        assert_eq!(table["a"].as_str(), Some("tab\tnew\nline\u{7f}\"\\é"));
    }

    #[test]
    fn a_missing_image_name_is_refused() {
        let phantom = Phantom::parse(phantoms::text("lung-metastases").unwrap()).unwrap();
        let message = phantom.case_toml(&files(1)).unwrap_err().to_string();
        assert_eq!(message, "images: found 1 names, expected 3, one per image");
    }
}
