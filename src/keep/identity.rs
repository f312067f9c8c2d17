//! What decides the bytes of a result, beside the version of the program. See `docs/methods/resuming.md`.

use super::fingerprint::Fingerprint;
use crate::dose::{DoseInput, DoseSettings};
use iodose_physics::{Library, PhysicsError};
use iodose_transport::Stop;
use serde::{Deserialize, Serialize};

/// Names and values, those first that say the most where two runs differ. Long values are given by a [`Fingerprint`].
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Identity(Vec<(String, String)>);

impl Identity {
    pub(crate) fn of(
        input: &DoseInput<'_>,
        settings: &DoseSettings,
        library: &Library,
    ) -> Result<Self, PhysicsError> {
        // Every field is named, so that one that is added later cannot be forgotten here.
        let &DoseInput { decays, density, materials, material_names, nuclide, labels } = input;
        let &DoseSettings { seed, stop, threads: _, measure, reductions } = settings;
        let used = material_names.iter().map(|name| library.material(name)).collect::<Result<Vec<_>, _>>()?;
        let emissions = Fingerprint::of_emissions(library.nuclide(nuclide)?);
        let regions =
            labels.map_or("none".to_owned(), |labels| Fingerprint::of_volume(labels, u16::to_le_bytes));
        Ok(Self(
            [
                ("seed", seed.to_string()),
                ("end of the run", end(stop)),
                ("time-integrated activity", Fingerprint::of_volume(decays, f32::to_le_bytes)),
                ("density", Fingerprint::of_volume(density, f32::to_le_bytes)),
                ("map of materials", Fingerprint::of_volume(materials, u8::to_le_bytes)),
                ("lesions or regions", regions),
                ("nuclide", format!("{nuclide} {emissions}")),
                ("materials", Fingerprint::of_materials(&used)),
                ("goal", measure.to_string()),
                ("variance reduction", reductions.to_string()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
        ))
    }

    /// The first name whose values differ, with the value here and there.
    pub(crate) fn difference<'a>(&'a self, other: &'a Self) -> Option<(&'a str, &'a str, &'a str)> {
        let names = other.0.iter().chain(&self.0).map(|(name, _)| name.as_str());
        let mut values = names.map(|name| (name, self.value(name), other.value(name)));
        values.find(|(_, here, there)| here != there)
    }

    fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("nothing", |(_, value)| value)
    }
}

/// The ceiling in seconds is left out: it says when a run ends and not what it finds.
fn end(stop: Stop) -> String {
    match stop {
        Stop::Histories(histories) => format!("{histories} decays"),
        // With all digits that tell the number from others.
        Stop::Uncertainty { target, max_histories, max_seconds: _ } => match max_histories {
            None => format!("uncertainty {target:e}"),
            Some(most) => format!("uncertainty {target:e} or {most} decays"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_transport::{Measure, Reduction, Reductions};
    use iodose_volume::{Grid, Volume};

    const UNTIL: Stop = Stop::Uncertainty { target: 0.01, max_histories: None, max_seconds: None };

    /// The name by which a run differs from a plain one after its settings were changed.
    fn changed(change: impl Fn(&mut DoseSettings)) -> Option<String> {
        let grid = Grid::axis_aligned([2, 2, 2], [4.0; 3], [0.0; 3]).unwrap();
        let (decays, density) = (Volume::filled(grid, 1e6), Volume::filled(grid, 1.0));
        let (materials, library) = (Volume::filled(grid, 0), Library::embedded().unwrap());
        let input = DoseInput {
            decays: &decays,
            density: &density,
            materials: &materials,
            material_names: &["water"],
            nuclide: "I-131",
            labels: None,
        };
        let plain = DoseSettings::until(UNTIL);
        let mut other = plain;
        change(&mut other);
        let [one, other] = [plain, other].map(|settings| Identity::of(&input, &settings, &library).unwrap());
        one.difference(&other).map(|(name, ..)| name.to_owned())
    }

    #[test]
    fn a_run_is_told_by_what_decides_its_bytes_alone() {
        assert_eq!(changed(|_| {}), None);
        assert_eq!(changed(|settings| settings.threads = Some(3)), None);
        let stop = |target, max_histories, max_seconds| {
            let stop = Stop::Uncertainty { target, max_histories, max_seconds };
            changed(|settings| settings.stop = stop)
        };
        assert_eq!(stop(0.01, None, Some(60.0)), None);
        let differs = |name: &str| Some(name.to_owned());
        assert_eq!(stop(0.01, Some(1 << 20), None), differs("end of the run"));
        assert_eq!(stop(0.010_000_000_000_000_002, None, None), differs("end of the run"));
        assert_eq!(changed(|settings| settings.stop = Stop::Histories(1)), differs("end of the run"));
        assert_eq!(changed(|settings| settings.seed = 2), differs("seed"));
        assert_eq!(changed(|settings| settings.measure = Measure::D95), differs("goal"));
        let fewer = Reductions::ALL.without(Reduction::Kerma);
        assert_eq!(changed(|settings| settings.reductions = fewer), differs("variance reduction"));
    }

    #[test]
    fn what_only_one_of_two_has_is_a_difference() {
        let of = |pairs: &[(&str, &str)]| {
            Identity(pairs.iter().map(|&(name, value)| (name.into(), value.into())).collect())
        };
        let (all, some) = (of(&[("seed", "1"), ("goal", "D95")]), of(&[("seed", "1")]));
        assert_eq!(all.difference(&some), Some(("goal", "D95", "nothing")));
        assert_eq!(some.difference(&all), Some(("goal", "nothing", "D95")));
        assert_eq!(all.difference(&all), None);
    }
}
