//! A disk that fills up.

use crate::common::{Study, names};
use crate::{COMMANDS, after, everything, failed_cleanly};
use std::collections::BTreeSet;
use std::process::Command;

/// A limit for each file of a result, in the shell's blocks of 512 bytes, such that it does not fit.
fn blocks(study: &Study, folder: &str) -> BTreeSet<u64> {
    let sizes = names(&study.path(folder)).into_iter().map(|name| study.path(&format!("{folder}/{name}")));
    sizes.map(|path| (std::fs::metadata(path).unwrap().len() / 512).saturating_sub(1)).collect()
}

/// Files may be so long and no longer (RLIMIT_FSIZE): a write beyond fails, as on a full disk.
#[test]
fn a_file_that_does_not_fit_leaves_the_old_result() {
    let study = Study::small();
    for command in COMMANDS {
        let (old, new) = (command.replace("OUT", "out"), command.replace("OUT", "out") + " --seed 2");
        let folder = if command.starts_with("batch") { "out/small" } else { "out" };
        assert!(after("", &study, &new).output().unwrap().status.success(), "{new}");
        let limits = blocks(&study, folder);
        assert!(after("", &study, &old).output().unwrap().status.success(), "{old}");
        let before = everything(&study);
        for limit in limits {
            let output = after(&format!("trap '' XFSZ; ulimit -f {limit}"), &study, &new).output().unwrap();
            let what = format!("{new} with files of at most {} bytes", 512 * limit);
            if command.starts_with("batch") {
                // The table of the cohort says that the case failed, or does not fit either.
                assert_eq!(output.status.code(), Some(1), "{what}");
                let is_case = |name: &&String| name.starts_with("out/small");
                let now = everything(&study);
                assert!(now.keys().filter(is_case).eq(before.keys().filter(is_case)), "{what}");
                assert!(
                    now.iter().filter(|(name, _)| is_case(name)).all(|(name, file)| before[name] == *file)
                );
                assert!(!now.keys().any(|name| name.contains(".part-")), "{what}");
            } else {
                failed_cleanly(&output, &what, &["cannot be written", "File too large"], &study, &before);
            }
        }
        std::fs::remove_dir_all(study.path("out")).unwrap();
    }
}

#[test]
fn a_checkpoint_that_does_not_fit_ends_the_run_before_it_begins() {
    let study = Study::small();
    let before = everything(&study);
    let line = COMMANDS[1].replace("OUT", "out") + " --checkpoint kept";
    let output = after("trap '' XFSZ; ulimit -f 8", &study, &line).output().unwrap();
    failed_cleanly(&output, &line, &["kept", "cannot be written"], &study, &before);
}

/// On a file system of its own, where the system allows one.
#[test]
fn a_full_disk_leaves_nothing() {
    let study = Study::small();
    let binary = env!("CARGO_BIN_EXE_iodose");
    let on_disk = |kib: u32, line: &str| {
        let script = format!(
            "mount -t tmpfs -o size={kib}k none disk || exit 99; \"{binary}\" {line} 2>&1; code=$?; ls -A disk >&2; exit $code"
        );
        let unshare = ["--user", "--map-root-user", "--mount", "sh", "-c", &script];
        Command::new("unshare").args(unshare).current_dir(study.path("")).output()
    };
    std::fs::create_dir(study.path("disk")).unwrap();
    match on_disk(4, "--version") {
        Ok(output) if output.status.success() => {}
        _ => {
            println!("skipped: this system lets nobody mount a file system");
            return;
        }
    }
    for command in [COMMANDS[0], COMMANDS[1]] {
        let line = command.replace("OUT", "disk/out");
        let (mut full, mut kib) = (0, 4);
        loop {
            let output = on_disk(kib, &line).unwrap();
            if output.status.success() {
                break;
            }
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let left = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{line} on {kib} KiB: {said}");
            assert!(said.contains("cannot be written") && said.contains("No space left"), "{said}");
            assert_eq!(left, "", "{line} on {kib} KiB: something was left");
            (full, kib) = (full + 1, kib + kib.div_ceil(3));
        }
        println!("{line}: full {full} times, {kib} KiB are enough");
        assert!(full > 3);
    }
}
