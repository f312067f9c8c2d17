//! What decides the bytes of a result, beside the version of the program.

use crate::dose::{DoseInput, DoseSettings};
use iodose_physics::{Library, PhysicsError};
use iodose_transport::Stop;
use iodose_volume::{Grid, Volume};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Names and values, those first that say the most where two runs differ. Long values are given by the beginning of their SHA-256.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Identity(Vec<(String, String)>);

impl Identity {
    pub(crate) fn of(
        input: &DoseInput<'_>,
        settings: &DoseSettings,
        library: &Library,
    ) -> Result<Self, PhysicsError> {
        let mut materials = Vec::new();
        for name in input.material_names {
            materials.push(library.material(name)?);
        }
        let goal = match input.labels {
            Some(labels) => digest(labels, |label| label.to_le_bytes()),
            None => "none".to_owned(),
        };
        let nuclide = library.nuclide(input.nuclide)?;
        Ok(Self(
            [
                ("seed", settings.seed.to_string()),
                ("end of the run", describe(settings.stop)),
                ("time-integrated activity", digest(input.decays, |value| value.to_le_bytes())),
                ("density", digest(input.density, |value| value.to_le_bytes())),
                ("map of materials", digest(input.materials, |material| [material])),
                ("lesions or regions", goal),
                ("nuclide", format!("{} {}", input.nuclide, digest_of_text(&format!("{nuclide:?}")))),
                ("materials", digest_of_text(&format!("{materials:?}"))),
                ("goal", settings.measure.to_string()),
                ("variance reduction", settings.reductions.to_string()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
        ))
    }

    /// The first name whose values differ, with the value here and there.
    pub(crate) fn difference<'a>(&'a self, other: &'a Self) -> Option<(&'a str, &'a str, &'a str)> {
        let mut pairs = self.0.iter().zip(&other.0);
        let (here, there) = pairs.find(|(here, there)| here != there)?;
        Some((&here.0, &here.1, &there.1))
    }
}

/// The ceiling in seconds is left out: it says when a run ends and not what it finds.
fn describe(stop: Stop) -> String {
    match stop {
        Stop::Histories(histories) => format!("{histories} decays"),
        Stop::Uncertainty { target, max_histories: None, .. } => format!("uncertainty {target:e}"),
        Stop::Uncertainty { target, max_histories: Some(most), .. } => {
            format!("uncertainty {target:e} or {most} decays")
        }
    }
}

/// Of a grid and its values.
fn digest<T: Copy, const N: usize>(volume: &Volume<T>, bytes: impl Fn(T) -> [u8; N]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(grid_text(volume.grid()));
    for chunk in volume.data().chunks(1 << 12) {
        hasher.update(chunk.iter().flat_map(|&value| bytes(value)).collect::<Vec<u8>>());
    }
    short(hasher)
}

/// Numbers are written with all the digits that tell them from others.
fn grid_text(grid: &Grid) -> String {
    format!("{grid:?}")
}

fn digest_of_text(text: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(text);
    short(hasher)
}

/// 64 bits tell cases apart; nobody gains from making two alike.
fn short(hasher: Sha256) -> String {
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
