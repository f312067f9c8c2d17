//! Files that go while they are read, as on a share that others tidy up.

use crate::common::Study;
use crate::{COMMANDS, after};
use std::process::Stdio;
use std::time::Duration;

/// Every input goes at some moment of the run: it ends as it would have, or says which file it misses.
#[test]
fn inputs_that_go_during_the_run() {
    let study = Study::small();
    let line = COMMANDS[0].replace("OUT", "out");
    let (mut done, mut missed) = (0, 0);
    for input in ["ct.nii.gz", "activity.nii.gz", "lesions.nii.gz", "case.toml"] {
        for milliseconds in [0, 40, 160] {
            let (there, gone) = (study.path(input), study.path("gone"));
            let mut command = after("", &study, &line);
            let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(milliseconds));
            std::fs::rename(&there, &gone).unwrap();
            let output = child.wait_with_output().unwrap();
            std::fs::rename(&gone, &there).unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            if output.status.success() {
                done += 1;
                std::fs::remove_dir_all(study.path("out")).unwrap();
            } else {
                missed += 1;
                assert_eq!(output.status.code(), Some(2), "{input}: {error}");
                assert!(error.contains(input) && error.contains("cannot be read"), "{input}: {error}");
                assert!(!study.path("out").exists(), "{input}: {error}");
            }
        }
    }
    println!("{done} runs were done, {missed} missed a file");
    assert!(missed > 0);
}
