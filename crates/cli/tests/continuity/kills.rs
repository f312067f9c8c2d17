//! Kill -9 at any moment: what lies in a folder afterwards is whole or nothing, and going on ends with the same bytes.

use crate::common::{Study, json};
use crate::{command, done, maps};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// The commands, each with the folder of its result.
const COMMANDS: [(&str, &str); 3] = [
    ("run case.toml --histories 8000 -o OUT", "OUT"),
    (
        "simulate --tia activity.nii.gz --unit Bq.s/mL --ct ct.nii.gz --roi lesions.nii.gz --histories 60000 -o OUT --checkpoint OUT.kept \
         --checkpoint-interval 0.01 --resume",
        "OUT",
    ),
    ("batch case.toml --histories 8000 -o OUT --resume", "OUT/small"),
];

/// Starts a command and kills it after a time; whether it was still at work.
fn killed(study: &Study, line: &str, after: Duration) -> bool {
    let mut child = command(study, line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    !child.wait().unwrap().success()
}

/// A record speaks only for a result that is whole: every file is there, with the bytes of an undisturbed run.
fn is_whole_or_nothing(study: &Study, folder: &str, expected: &[Vec<u8>; 2]) -> bool {
    if !study.path(folder).join("run.json").exists() {
        return false;
    }
    assert!(json(&study.path(folder).join("run.json"))["decays"].is_number());
    assert!(&maps(study, folder) == expected, "{folder}: other bytes");
    true
}

/// Kills each command at so many moments, spread over the time that it takes, and lets it end then.
fn kill_at(moments: u32) {
    for (line, folder) in COMMANDS {
        let study = Study::small();
        let (whole, disturbed) = (line.replace("OUT", "whole"), line.replace("OUT", "disturbed"));
        let start = Instant::now();
        done(&study, &whole);
        let length = start.elapsed();
        let expected = maps(&study, &folder.replace("OUT", "whole"));
        let folder = folder.replace("OUT", "disturbed");
        let (mut at_work, mut results) = (0, 0);
        for moment in 0..moments {
            // The golden section spreads any number of moments evenly.
            let part = (f64::from(moment) * 0.618_033_988_749_895 + 0.5).fract();
            at_work += u32::from(killed(&study, &disturbed, length.mul_f64(part)));
            results += u32::from(is_whole_or_nothing(&study, &folder, &expected));
            // Every other time the next one goes on from what is there.
            if moment % 2 == 1 {
                done(&study, &disturbed);
                assert!(is_whole_or_nothing(&study, &folder, &expected), "{line}: no result in the end");
                let left = std::fs::read_dir(study.path(&folder)).unwrap();
                let names = left.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
                assert_eq!(names.filter(|name| name.starts_with(".part-")).count(), 0, "{line}");
                std::fs::remove_dir_all(study.path("disturbed")).unwrap();
            }
        }
        println!("{line}: killed {moments} times, {at_work} of them at work, {results} with a whole result");
        assert!(at_work > 0, "{line}");
    }
}

#[test]
fn killed_at_a_few_moments() {
    kill_at(4);
}

/// `cargo test --release -p iodose-cli --test continuity -- --ignored --nocapture killed_at_a_hundred`
#[test]
#[ignore = "minutes; see above"]
fn killed_at_a_hundred_moments() {
    kill_at(100);
}
