//! Folders that may be read and not written to.

use crate::common::Study;
use crate::{COMMANDS, after, everything, failed_cleanly};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_folder_that_may_not_be_written_to() {
    let study = Study::small();
    // Permissions do not bind the superuser, who therefore becomes nobody; who that is must be able to reach the program.
    std::fs::copy(env!("CARGO_BIN_EXE_iodose"), study.path("iodose")).unwrap();
    std::fs::create_dir(study.path("closed")).unwrap();
    let before = everything(&study);
    mode(&study.path("closed"), 0o555);
    mode(&study.path(""), 0o755);
    let is_bound = std::fs::create_dir(study.path("closed/tried")).is_err();
    if !is_bound {
        std::fs::remove_dir(study.path("closed/tried")).unwrap();
    }
    for command in COMMANDS {
        for out in ["closed", "closed/out"] {
            let line = command.replace("OUT", out);
            let words = line.split_whitespace();
            let output = if is_bound {
                after("", &study, &line).output().unwrap()
            } else {
                let mut nobody = Command::new("setpriv");
                nobody.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
                nobody.arg(study.path("iodose")).args(words).current_dir(study.path("")).output().unwrap()
            };
            failed_cleanly(&output, &line, &["closed", "Permission denied"], &study, &before);
        }
    }
    mode(&study.path("closed"), 0o755);
}
