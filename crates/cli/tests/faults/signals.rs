//! Ctrl-C and SIGTERM, as schedulers of clusters send it.

use crate::common::Study;
use crate::{COMMANDS, after, everything, failed_cleanly};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs that last until they are ended, beside those that write results.
const OTHERS: [&str; 3] = [
    "run case.toml --histories 2000000000 -o OUT",
    "validate",
    "kernel point --electron-keV 500 --histories 2000000000 -o OUT",
];

/// Ends a command by a signal after a time; it must end within a second, and as if it had not been started unless it was done by then.
fn signalled(study: &Study, line: &str, signal: &str, wait: Duration) -> bool {
    let before = everything(study);
    let mut command = after("", study, line);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(wait);
    let sent = Instant::now();
    // The child is not waited for yet, so its number is its own.
    let _ = Command::new("kill").args([signal, &child.id().to_string()]).output().unwrap();
    let output = child.wait_with_output().unwrap();
    let took = sent.elapsed();
    let what = format!("{line}, {signal} after {wait:?}");
    assert!(took < Duration::from_secs(1), "{what}: it ended after {took:?}");
    if output.status.success() {
        return false;
    }
    failed_cleanly(&output, &what, &["error: interrupted"], study, &before);
    true
}

fn signals_at(moments: u32) {
    let study = Study::small();
    let (mut sent, mut at_work) = (0, 0);
    for line in COMMANDS.iter().chain(&OTHERS) {
        let line = line.replace("OUT", "out");
        for moment in 0..moments {
            // The golden section spreads any number of moments evenly; before 50 ms the program may not have begun.
            let part = (f64::from(moment) * 0.618_033_988_749_895 + 0.5).fract();
            let wait = Duration::from_millis(50) + Duration::from_millis(600).mul_f64(part);
            let signal = if moment % 2 == 0 { "-INT" } else { "-TERM" };
            sent += 1;
            if signalled(&study, &line, signal, wait) {
                at_work += 1;
            } else {
                let _ = std::fs::remove_dir_all(study.path("out"));
            }
        }
    }
    println!("{sent} signals, {at_work} of them while the command was at work; each left all as it was");
    assert!(at_work >= moments * OTHERS.len() as u32 - 1, "{at_work}");
}

#[test]
fn a_signal_ends_a_command_within_a_second() {
    signals_at(3);
}

/// `cargo test --release -p iodose-cli --test faults -- --ignored --nocapture`
#[test]
#[ignore = "minutes; see above"]
fn a_hundred_signals_each() {
    signals_at(100);
}
