//! Collision stopping powers and CSDA ranges.

use crate::bench::Bench;
use crate::gate::{Comparison, Gate};
use crate::{Validation, ValidationError};

pub(super) fn run(bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
    let mut validation = Validation::default();
    for table in &bench.expected.stopping_power {
        let (mut powers, mut ranges) = (Vec::new(), Vec::new());
        let energies: Vec<f64> = table.rows.iter().map(|row| row[0]).collect();
        let our_ranges = bench.subject.csda_ranges(&table.material, &energies)?;
        if our_ranges.len() != energies.len() {
            return Err(ValidationError::Missing(format!("CSDA range in {}", table.material)));
        }
        for (&[energy, power, range], our_range) in table.rows.iter().zip(our_ranges) {
            let what = format!("{energy} MeV");
            let ours = bench.subject.collision_stopping_power(&table.material, energy)?;
            powers.push(Comparison::relative(what.clone(), (power, 0.0), (ours, 0.0)));
            ranges.push(Comparison::relative(what, (range, 0.0), (our_range, 0.0)));
        }
        let name = |quantity: &str| format!("{quantity}, {}", table.material);
        validation.rows.push(Gate::Within(table.within_stopping_power).row(
            &name("collision stopping power, MeV cm2/g"),
            &table.source,
            false,
            &powers,
        ));
        validation.rows.push(Gate::Within(table.within_range).row(
            &name("CSDA range, g/cm2"),
            &table.source,
            false,
            &ranges,
        ));
    }
    Ok(validation)
}
