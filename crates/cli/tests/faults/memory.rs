//! A machine, or a queue of a cluster, that gives less memory than is needed.

use crate::common::Study;
use crate::{COMMANDS, after, everything};

/// Runs with so much address space.
fn limited(study: &Study, line: &str, kib: u64) -> std::process::Output {
    after(&format!("ulimit -v {kib}"), study, line).output().unwrap()
}

fn out_of_memory(steps: u64) {
    let study = Study::small();
    let line = |line: &str| format!("{} --threads 2", line.replace("OUT", "out"));
    for command in COMMANDS.map(line) {
        let before = everything(&study);
        let mut failures = 0;
        // Whether it ends well with so much; otherwise it has said why and left nothing.
        let mut is_enough = |kib| {
            let output = limited(&study, &command, kib);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            if !output.status.success() {
                // Before `main`, and where the C library itself has none, others say so in words of their own.
                if said.contains("bytes more were needed") {
                    assert_eq!(output.status.code(), Some(1), "{command} in {kib} KiB: {said}");
                    failures += 1;
                }
                // The end is too sudden for empty folders to be tidied up.
                for folder in ["out/small", "out"] {
                    let _ = std::fs::remove_dir(study.path(folder));
                }
                assert!(
                    everything(&study) == before,
                    "{command} in {kib} KiB: {:?} was left: {said}",
                    everything(&study).keys()
                );
                return false;
            }
            std::fs::remove_dir_all(study.path("out")).unwrap();
            true
        };
        // The least that is enough, within 256 MiB; below some size not even the program can be loaded.
        let (mut fails, mut suffices) = (0, 256 << 10);
        while suffices - fails > 2048 {
            let middle = (fails + suffices) / 2;
            *(if is_enough(middle) { &mut suffices } else { &mut fails }) = middle;
        }
        // Close below it the last demands of a run fail.
        for step in 1..=steps {
            is_enough(suffices - step * suffices / (8 * steps));
        }
        println!("{command}: {suffices} KiB are enough; out of memory {failures} times");
        assert!(failures > 0, "{command}: {suffices}");
    }
}

#[test]
fn a_run_out_of_memory_says_so_and_leaves_nothing() {
    out_of_memory(3);
}

/// `cargo test --release -p iodose-cli --test faults -- --ignored --nocapture`
#[test]
#[ignore = "minutes; see above"]
fn a_hundred_sizes_of_memory() {
    out_of_memory(100);
}
