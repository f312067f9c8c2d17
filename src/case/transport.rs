//! `[transport]`: the Monte Carlo run.

use iodose_transport::{Measure, Reductions};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::fmt::Display;
use toml::de::DeValue;

use super::table::Table;
use super::value;

/// Finer voxels than an electron's path are of no use and would fill any memory.
const SPACING_MM: std::ops::RangeInclusive<f64> = 0.1..=100.0;
const DEFAULT_UNCERTAINTY: f64 = 0.01;
const DEFAULT_SEED: u64 = 1;

/// The Monte Carlo run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("not" = { "required": ["uncertainty", "histories"] }))]
pub struct Transport {
    /// The dose grid: "activity" (that of the first activity image), "ct" (that of the CT or density map), or a
    /// spacing in mm, one number or [x, y, z], from 0.1 to 100.
    #[schemars(with = "GridKey")]
    pub grid: DoseGrid,
    /// When the run ends.
    #[serde(flatten)]
    #[schemars(with = "StopKeys")]
    pub stop: StopRule,
    /// Seed of the random numbers: the same seed gives the same dose, whatever the number of threads.
    pub seed: u64,
    /// The uncertainty that `uncertainty` is about: the mean over the lesions' voxels ("voxels"), the largest of them
    /// ("voxel-max"), the largest of the lesions' mean doses ("lesion-mean") or of their D95 ("D95").
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "MeasureName")]
    pub goal: Measure,
    /// How time is saved without another result: "all", "none" (analog transport), or some of balance, tracks, importance,
    /// lattice, kerma joined by commas.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub variance_reduction: Reductions,
    /// End early after this many decays, with the uncertainty reached by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_histories: Option<u64>,
    /// End early after this many seconds, with the uncertainty reached by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub max_seconds: Option<f64>,
}

/// The grid on which dose is scored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DoseGrid {
    /// That of the first activity image.
    #[default]
    Activity,
    /// That of the CT or density map.
    Ct,
    /// A spacing of its own: x, y, z in mm.
    #[serde(untagged)]
    Spacing([f64; 3]),
}

/// When a Monte Carlo run ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StopRule {
    /// Once the mean relative standard uncertainty (k=1) of the goal voxels is at most this.
    Uncertainty(f64),
    /// After this many decays.
    Histories(u64),
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            grid: DoseGrid::default(),
            stop: StopRule::Uncertainty(DEFAULT_UNCERTAINTY),
            seed: DEFAULT_SEED,
            goal: Measure::default(),
            variance_reduction: Reductions::ALL,
            max_histories: None,
            max_seconds: None,
        }
    }
}

/// The values of [`DoseGrid`] as the file has them.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
#[expect(dead_code, reason = "describes the schema only")]
enum GridKey {
    Name(GridName),
    Cubic(#[schemars(range(min = 0.1, max = 100))] f64),
    Spacing(#[schemars(inner(range(min = 0.1, max = 100)))] [f64; 3]),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase", inline)]
#[expect(dead_code, reason = "describes the schema only")]
enum GridName {
    Activity,
    Ct,
}

/// The keys of [`StopRule`] as the file has them, side by side.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the schema only")]
struct StopKeys {
    /// Run until the mean relative standard uncertainty (k=1) of the goal voxels is at most this: the lesions'
    /// voxels or, without lesions, those above half the maximum dose. Above 0 and below 1; absent: 0.01.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    uncertainty: Option<f64>,
    /// Run this many decays, in place of an uncertainty.
    #[schemars(range(min = 1))]
    histories: Option<u64>,
}

impl Transport {
    pub(super) fn read(root: &mut Table) -> Self {
        let defaults = Self::default();
        let mut table = root.table("transport");
        let grid = table.optional(
            "grid",
            r#""activity", "ct", or a spacing from 0.1 to 100 mm, one number or [x, y, z]"#,
            read_grid,
        );
        let uncertainty = table.optional(
            "uncertainty",
            "a relative uncertainty above 0 and below 1, such as 0.01",
            |found| value::positive(found).filter(|&uncertainty| uncertainty < 1.0),
        );
        let histories = table.optional("histories", "a whole number of decays, 1 or more", at_least_one);
        let seed = table.optional("seed", "a whole number, 0 or more", value::whole);
        let goal = table.optional(
            "goal",
            r#""voxels", "voxel-max", "lesion-mean" or "D95""#,
            value::choice(&Measure::ALL),
        );
        let variance_reduction = table.optional(
            "variance_reduction",
            r#""all", "none", or some of balance, tracks, importance, lattice, kerma joined by commas"#,
            |found| found.as_str()?.parse::<Reductions>().ok(),
        );
        let max_histories =
            table.optional("max_histories", "a whole number of decays, 1 or more", at_least_one);
        let max_seconds = table.optional("max_seconds", "a time in seconds, above 0", value::positive);
        table.refuse_unknown_keys();
        if table.has("histories") {
            for key in ["uncertainty", "max_histories"].into_iter().filter(|key| table.has(key)) {
                table.note(key, "found beside transport.histories, expected only one of the two");
            }
        }
        Self {
            grid: grid.unwrap_or(defaults.grid),
            stop: histories
                .map(StopRule::Histories)
                .or(uncertainty.map(StopRule::Uncertainty))
                .unwrap_or(defaults.stop),
            seed: seed.unwrap_or(defaults.seed),
            goal: goal.unwrap_or(defaults.goal),
            variance_reduction: variance_reduction.unwrap_or(defaults.variance_reduction),
            max_histories,
            max_seconds,
        }
    }
}

fn as_text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// The names of [`Measure::ALL`] as the file has them.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", inline)]
#[expect(dead_code, reason = "describes the schema only")]
enum MeasureName {
    Voxels,
    VoxelMax,
    LesionMean,
    #[schemars(rename = "D95")]
    D95,
}

fn at_least_one(found: &DeValue) -> Option<u64> {
    value::whole(found).filter(|&number| number >= 1)
}

fn read_grid(found: &DeValue) -> Option<DoseGrid> {
    let spacing = |found: &DeValue| value::number(found).filter(|spacing| SPACING_MM.contains(spacing));
    match found {
        DeValue::String(_) => value::choice(&[("activity", DoseGrid::Activity), ("ct", DoseGrid::Ct)])(found),
        DeValue::Array(array) => {
            let spacings = array.iter().map(|found| spacing(found.get_ref())).collect::<Option<Vec<_>>>()?;
            spacings.try_into().ok().map(DoseGrid::Spacing)
        }
        _ => spacing(found).map(|spacing| DoseGrid::Spacing([spacing; 3])),
    }
}
