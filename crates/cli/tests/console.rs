//! What a command says, where, and with which exit code.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]

#[path = "../../../tests/common/mod.rs"]
mod common;

use assert_cmd::Command;
use common::{Study, json, names};
use std::process::Stdio;

fn iodose() -> Command {
    Command::new(env!("CARGO_BIN_EXE_iodose"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn results_go_to_standard_output_and_warnings_to_standard_error() {
    let study = Study::small();
    let fine = iodose::volume::Grid::axis_aligned([40, 36, 32], [2.0; 3], [-39.0, -35.0, 99.0]).unwrap();
    study.labels("lesions.nii.gz", &common::sampled(fine, |place| common::body(place).0));
    let output =
        iodose().arg("run").arg(study.path("case.toml")).arg("-o").arg(study.path("out")).output().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{err}");
    assert!(out.contains("first") && out.contains("second") && out.contains("report: "), "{out}");
    assert!(out.trim_end().ends_with("report.html"), "{out}");
    assert!(err.lines().all(|line| line.starts_with("warning: ")) && err.contains("another grid"), "{err}");
    assert!(!err.contains('\u{1b}') && !out.contains('\u{1b}'), "no colours and no bar outside a terminal");
}

#[test]
fn quiet_says_nothing_and_the_log_everything() {
    let study = Study::small();
    let log = study.path("run.log");
    iodose()
        .args(["run", "-q", "--log"])
        .arg(&log)
        .arg(study.path("case.toml"))
        .arg("-o")
        .arg(study.path("out"))
        .assert()
        .success()
        .stdout("")
        .stderr("");
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("activity.nii.gz") && log.contains(iodose::VERSION), "{log}");
}

#[test]
fn a_failure_is_in_the_log_as_well() {
    let study = Study::small();
    std::fs::remove_file(study.path("ct.nii.gz")).unwrap();
    let log = study.path("run.log");
    iodose().arg("--log").arg(&log).arg("run").arg(study.path("case.toml")).assert().code(2);
    assert!(std::fs::read_to_string(log).unwrap().contains("ct.nii.gz"));
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    for arguments in
        [&["phantom", "--list"][..], &["--help"], &["kernel", "voxel", "--size", "10", "--histories", "100"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_iodose"))
            .args(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_iodose"))
        .args(["phantom", "--list"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: standard output: cannot be written"));
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in [&["run"][..], &["simulate"], &["kernel", "voxel"], &["phantom"]] {
        let output = iodose().args(command).arg("--help").output().unwrap();
        let help = text(&output.stdout);
        assert!(output.status.success() && help.contains("Example"), "{command:?}: {help}");
        assert!(help.contains(&format!("  iodose {}", command.join(" "))), "{command:?}: {help}");
    }
}

#[test]
fn a_phantom_can_be_run_without_a_case_file_and_again_in_its_place() {
    let study = Study::empty();
    for _ in 0..2 {
        iodose()
            .args(["run", "--phantom", "sphere-in-water", "--histories", "2000", "-o"])
            .arg(study.path("out"))
            .assert()
            .success();
    }
    let written = names(&study.path("out"));
    assert!(
        written.contains(&"phantom".to_owned()) && written.contains(&"report.html".to_owned()),
        "{written:?}"
    );
    assert!(names(&study.path("out/phantom")).contains(&"truth.json".to_owned()));
}

#[test]
fn options_of_the_command_line_stand_in_the_record() {
    let study = Study::small();
    let text = common::CASE.replace("histories = 20000", "uncertainty = 0.001");
    std::fs::write(study.path("case.toml"), text).unwrap();
    iodose()
        .args(["run", "--seed", "9", "--uncertainty", "0.002", "--max-histories", "4096", "-o"])
        .arg(study.path("out"))
        .arg(study.path("case.toml"))
        .assert()
        .success();
    let record = json(&study.path("out/run.json"));
    let transport = &record["settings"]["transport"];
    assert_eq!((&transport["seed"], &transport["uncertainty"]), (&9.into(), &0.002.into()));
    assert_eq!((&transport["max_histories"], &record["decays"]), (&4096.into(), &4096.into()));

    let start = std::time::Instant::now();
    iodose()
        .args(["run", "--uncertainty", "1e-6", "--max-seconds", "0.5", "-o"])
        .arg(study.path("out"))
        .arg(study.path("case.toml"))
        .assert()
        .success();
    assert!(start.elapsed().as_secs() < 60);
    let warnings = json(&study.path("out/run.json"))["warnings"].to_string();
    assert!(warnings.contains("ceiling"), "{warnings}");
}

#[test]
fn point_kernels_are_tables_of_three_columns() {
    let kernel = |source: &[&str]| {
        let output =
            iodose().args(["kernel", "point", "-q", "--histories", "3000"]).args(source).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    for (source, header) in [
        (["--electron-keV", "100"], "r_over_rcsda,F,rel_uncertainty"),
        (["--nuclide", "I-131"], "r_mm,r2_dose_Gy_mm2_per_decay,rel_uncertainty"),
    ] {
        let table = kernel(&source);
        let mut lines = table.lines();
        assert_eq!(lines.next(), Some(header));
        assert!(lines.clone().count() >= 60);
        assert!(lines.all(|line| line.split(',').count() == 3));
    }
    // All but a little of the energy lies within 1.2 ranges: the sum of F over shells of 0.02 is 1.
    let value = |line: &str| line.split(',').nth(1).unwrap().parse::<f64>().unwrap();
    let sum: f64 = kernel(&["--electron-keV", "100"]).lines().skip(1).map(|line| 0.02 * value(line)).sum();
    assert!((sum - 1.0).abs() < 0.01, "{sum}");
    // Gammas alone bring little near the source.
    let first = |source: &[&str]| value(kernel(source).lines().nth(1).unwrap());
    let gamma = first(&["--nuclide", "I-131", "--emissions", "gamma"]);
    assert!(gamma < 0.05 * first(&["--nuclide", "I-131", "--emissions", "all"]), "{gamma}");
    for wrong in [
        ["--electron-keV", "9999", "--density", "1"],
        ["--electron-keV", "100", "--emissions", "beta"],
        ["--nuclide", "I-131", "--density", "50"],
        ["--material", "water", "--density", "1"],
    ] {
        iodose().args(["kernel", "point"]).args(wrong).assert().code(2);
    }
}

/// What a terminal is shown, by `script` of util-linux; nothing where that is not at hand.
#[cfg(target_os = "linux")]
fn on_a_terminal(study: &Study, variable: (&str, &str)) -> Option<String> {
    let line = format!("{} run case.toml --histories 2000 -o out", env!("CARGO_BIN_EXE_iodose"));
    let mut command = std::process::Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).current_dir(study.path(""));
    command.env_remove("NO_COLOR").env("TERM", "xterm").env(variable.0, variable.1);
    let output = command.output().ok()?;
    assert!(output.status.success());
    Some(text(&output.stdout))
}

#[cfg(target_os = "linux")]
#[test]
fn colours_on_a_terminal_alone_and_not_where_they_are_unwanted() {
    let study = Study::small();
    let has_colour = |said: &str| said.contains("\u{1b}[3") || said.contains("\u{1b}[1;3");
    for (variable, expected) in [(("LANG", "C"), true), (("NO_COLOR", "1"), false), (("TERM", "dumb"), false)]
    {
        let Some(said) = on_a_terminal(&study, variable) else {
            println!("skipped: no script");
            return;
        };
        assert!(said.contains("corrected"), "{said}");
        assert_eq!(has_colour(&said), expected, "{variable:?}: {said:?}");
    }
    let piped = std::process::Command::new(env!("CARGO_BIN_EXE_iodose"))
        .args("run case.toml --histories 2000 -o out".split_whitespace())
        .current_dir(study.path(""))
        .output()
        .unwrap();
    assert!(!text(&piped.stdout).contains('\u{1b}'));
}
