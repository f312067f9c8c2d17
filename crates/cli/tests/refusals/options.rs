//! Options that contradict each other or cannot be.

use crate::common::Study;
use crate::refused;

/// A command line, and what must be said to it.
const PROBLEMS: &[(&str, &[&str])] = &[
    ("run case.toml -o out --histories 0", &["'0'", "--histories", "1 to 10000000000"]),
    ("run case.toml -o out --histories 1e11", &["--histories", "1 to 10000000000"]),
    (
        "run case.toml -o out --histories 100 --uncertainty 0.1",
        &["--uncertainty", "cannot be used with", "--histories"],
    ),
    ("run case.toml -o out --histories 100 --max-histories 10", &["--max-histories", "cannot be used with"]),
    (
        "run case.toml -o out --max-histories 10",
        &["case.toml: transport.max_histories: found a ceiling of 10 decays beside histories = 20000"],
    ),
    ("run case.toml -o out --uncertainty 2", &["--uncertainty", "above 0 and below 1"]),
    ("run case.toml -o out --threads 0", &["--threads", "1..="]),
    ("run case.toml -o out --seed -1", &["-1"]),
    ("run case.toml -o out --max-seconds 0", &["--max-seconds", "above 0"]),
    ("run case.toml --phantom sphere-in-water -o out", &["--phantom", "cannot be used with"]),
    ("run --phantom spheres -o out", &["\"spheres\"", "sphere-in-water"]),
    ("run -o out", &["CASE.toml"]),
    ("simulte", &["'simulte'", "'simulate'"]),
    ("simulate --tia activity.nii.gz --water -o out", &["--unit"]),
    (
        "simulate --tia activity.nii.gz --unit Bq --water -o out",
        &["--unit", "Bq.s/mL, MBq.h/mL or Bq.s/voxel"],
    ),
    ("simulate --tia activity.nii.gz --unit Bq.s/mL -o out", &["--density", "--ct", "--water"]),
    ("simulate --tia activity.nii.gz --unit Bq.s/mL --water --ct ct.nii.gz -o out", &["cannot be used with"]),
    (
        "simulate --tia activity.nii.gz --unit Bq.s/mL --water --nuclide I-999 -o out",
        &["nuclide: found \"I-999\"", "I-131"],
    ),
    (
        "simulate --tia activity.nii.gz --unit Bq.s/mL --ct ct.nii.gz --materials ct.nii.gz -o out",
        &["--materials"],
    ),
    ("simulate --tia absent.nii.gz --unit Bq.s/mL --water -o out", &["absent.nii.gz", "cannot be read"]),
    ("kernel voxel --size 4x4 -o out", &["--size", "4x4x3"]),
    ("kernel voxel --size 4 --material butter -o out", &["material: found \"butter\"", "soft-tissue"]),
    ("kernel voxel --size 4 --nuclide I-999 -o out", &["nuclide: found \"I-999\""]),
    ("kernel voxel --size 4 --emissions betas -o out", &["--emissions", "\"betas\""]),
    ("phantom spheres -o out", &["\"spheres\"", "sphere-in-water"]),
    ("phantom", &["<NAME>"]),
];

#[test]
fn bad_usage_is_two_lines_and_exit_code_two() {
    let study = Study::small();
    for (line, said) in PROBLEMS {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let said: Vec<&str> = said.to_vec();
        refused(&study, &arguments, 2, &said);
    }
}
