//! `--checkpoint`, `--resume` and time limits.

use crate::common::{Study, json, names};
use crate::{ENGINES, SIMULATE, command, done, maps, record, refused};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// The number of decays in a checkpoint, as its header says.
fn decays(study: &Study, name: &str) -> Option<u64> {
    let bytes = std::fs::read(study.path(name)).ok()?;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned();
    let (_, rest) = text.split_once("\"decays\":{\"start\":0,\"end\":")?;
    rest.split_once('}')?.0.parse().ok()
}

/// Starts a command with a checkpoint at short intervals and kills it as soon as there is something in that.
fn killed(study: &Study, line: &str) -> u64 {
    let line = format!("{line} --checkpoint kept --checkpoint-interval 0.001");
    let mut child = command(study, &line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while decays(study, "kept").unwrap_or(0) == 0 {
        assert!(child.try_wait().unwrap().is_none(), "{line}: it ended before it could be killed");
        assert!(start.elapsed() < Duration::from_secs(120), "{line}: no checkpoint");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success(), "{line}: it ended before it was killed");
    decays(study, "kept").unwrap()
}

#[test]
fn a_killed_run_goes_on_to_the_same_bytes() {
    let study = Study::small();
    for (engine, end) in [
        ("all", "--histories 150001"),
        ("all", "--uncertainty 0.004"),
        ("none", "--histories 800001"),
        ("none", "--uncertainty 0.01"),
    ] {
        let what = format!("{SIMULATE} {engine} {end}");
        done(&study, &format!("{what} -o whole --threads 2"));
        let kept = killed(&study, &format!("{what} -o resumed"));
        let all = json(&study.path("whole/run.json"))["decays"].as_u64().unwrap();
        assert!(kept < all, "{what}: nothing was left to do after {kept} decays");
        assert!(!study.path("resumed/run.json").exists(), "{what}: no result yet");
        let log = study.path("log");
        let resumed = format!("{what} -o resumed --checkpoint kept --resume --threads 1 --log");
        done(&study, &format!("{resumed} {}", log.display()));
        let log = std::fs::read_to_string(log).unwrap();
        assert!(log.contains(&format!("decays={kept}")) && log.contains("sums loaded"), "{what}: {log}");
        assert!(maps(&study, "whole") == maps(&study, "resumed"), "{what}");
        assert_eq!(record(&study, "whole"), record(&study, "resumed"), "{what}");
        assert!(!study.path("kept").exists(), "{what}: the checkpoint is of no more use");
        std::fs::remove_dir_all(study.path("resumed")).unwrap();
    }
}

#[test]
fn a_checkpoint_that_is_damaged_or_of_another_run_is_refused() {
    let study = Study::small();
    let what = format!("{SIMULATE} all --histories 300000 -o out");
    killed(&study, &what);
    refused(&study, &format!("{what} --checkpoint kept"), &["kept: checkpoint: found a file", "--resume"]);
    let resume = "--checkpoint kept --resume";
    refused(&study, &format!("{what} --seed 7 {resume}"), &["kept: seed: found 1, expected 7"]);
    refused(&study, &format!("{what} --goal lesion-mean {resume}"), &["kept: goal: found voxels"]);
    refused(
        &study,
        &format!("{SIMULATE} all --uncertainty 0.1 -o out {resume}"),
        &["kept: end of the run: found 300000 decays, expected uncertainty 1e-1"],
    );
    refused(&study, &format!("{what} --nuclide Lu-177 {resume}"), &["kept: nuclide: found I-131"]);
    refused(&study, "merge kept", &["kept: part: found a checkpoint"]);
    let whole = std::fs::read(study.path("kept")).unwrap();
    for torn in [&whole[..whole.len() - 1], &whole[..whole.len() / 2], &whole[..20], &[]] {
        std::fs::write(study.path("kept"), torn).unwrap();
        refused(&study, &format!("{what} {resume}"), &["kept: "]);
    }
    let mut flipped = whole;
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    std::fs::write(study.path("kept"), flipped).unwrap();
    refused(&study, &format!("{what} {resume}"), &["kept: checksum", "damaged"]);
    std::fs::remove_file(study.path("kept")).unwrap();
    done(&study, &format!("shard 1/2 {SIMULATE} all --histories 300 -o kept"));
    refused(
        &study,
        &format!("{SIMULATE} all --histories 300 -o out {resume}"),
        &["kept: checkpoint", "merge"],
    );
    refused(&study, &format!("{what} --resume"), &["--checkpoint"]);
}

#[test]
fn one_command_serves_the_first_time_and_every_other() {
    let study = Study::small();
    let run = "run case.toml --histories 3000 -o out --checkpoint kept --resume";
    let said = done(&study, run);
    assert!(said.contains("kept: no checkpoint yet"), "{said}");
    assert!(!names(&study.path("")).contains(&"kept".to_owned()));
    refused_place(&study);
}

/// A checkpoint that cannot be written must end the run at once, and not after an hour.
fn refused_place(study: &Study) {
    let output =
        command(study, "run case.toml --histories 3000 -o new --checkpoint absent/kept").output().unwrap();
    let error = crate::said(&output);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("absent/kept: cannot be written"), "{error}");
    assert!(!study.path("new").exists());
}

#[test]
fn the_number_of_decays_of_a_run_that_a_time_limit_ended_makes_it_again() {
    let study = Study::small();
    for engine in ENGINES {
        for end in ["--uncertainty 0.0001", "--uncertainty 0.0001 --max-histories 9e9", "--histories 9e9"] {
            done(&study, &format!("{SIMULATE} {engine} {end} --max-seconds 0.2 -o limited"));
            let decays = &json(&study.path("limited/run.json"))["decays"];
            done(&study, &format!("{SIMULATE} {engine} --histories {decays} -o again"));
            assert!(maps(&study, "limited") == maps(&study, "again"), "{engine} {end}: {decays} decays");
        }
    }
}
