//! Photon coefficients by process.

use crate::bench::Bench;
use crate::gate::{Comparison, Gate};
use crate::{Validation, ValidationError};
use iodose_physics::PhotonProcess;

/// A process counts where it has more than this share of the total.
const COUNTS_ABOVE: f64 = 1e-3;

/// The columns of the table.
const PROCESSES: [(&str, Option<PhotonProcess>); 6] = [
    ("coherent", Some(PhotonProcess::Coherent)),
    ("incoherent", Some(PhotonProcess::Incoherent)),
    ("photoelectric", Some(PhotonProcess::Photoelectric)),
    ("pair, nucleus", Some(PhotonProcess::PairNuclear)),
    ("pair, electron", Some(PhotonProcess::PairElectron)),
    ("total", None),
];

pub(super) fn run(bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
    let mut validation = Validation::default();
    for table in &bench.expected.photon {
        for (column, (name, process)) in PROCESSES.into_iter().enumerate() {
            let mut all = Vec::new();
            for row in &table.rows {
                let ([energy, .., total], published) = (*row, row[column + 1]);
                if published > COUNTS_ABOVE * total {
                    let ours = bench.subject.photon(&table.weights, process, energy)?;
                    all.push(Comparison::relative(format!("{energy} MeV"), (published, 0.0), (ours, 0.0)));
                }
            }
            // Triplet production stays below a thousandth of the total up to 3 MeV.
            if all.is_empty() && process == Some(PhotonProcess::PairElectron) {
                continue;
            }
            let case = format!("photons, {name}, cm2/g, {}", table.material);
            validation.rows.push(Gate::Within(table.within).row(&case, &table.source, false, &all));
        }
    }
    Ok(validation)
}
