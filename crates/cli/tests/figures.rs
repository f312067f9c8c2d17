//! `iodose report` and `iodose plot` on the results of a small study.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]

#[path = "../../../tests/common/mod.rs"]
mod common;

use assert_cmd::Command;
use common::{CASE, Study, json};
use std::path::Path;

fn iodose(words: &[&str], paths: &[&Path]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_iodose")).args(words).args(paths).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn study() -> Study {
    let study = Study::small();
    let text = CASE.replace("histories = 20000", "uncertainty = 0.05").replace("first", "<script> 肺");
    study.run_as(&text, "out", iodose::RunOptions::default()).unwrap();
    study
}

#[test]
fn figures_and_report_of_a_result_folder() {
    let study = study();
    let out = study.path("out");
    let svg = |kind: &str| {
        let file = study.path(&format!("{kind}.svg"));
        let (code, _, error) = iodose(&["plot", kind, "-o"], &[&file, &out]);
        assert_eq!((code, error.as_str()), (0, ""), "{kind}");
        std::fs::read_to_string(file).unwrap()
    };
    let dvh = svg("dvh");
    assert!(dvh.contains("1 &lt;script&gt; 肺") && dvh.contains("2 second") && !dvh.contains("<script>"));
    assert!(dvh.contains("absorbed dose, Gy<") && dvh.matches("<polyline").count() == 2);
    let record = json(&out.join("run.json"));
    let looks = record["convergence"].as_array().unwrap();
    assert_eq!(looks.last().unwrap()["decays"], record["decays"]);
    assert!(looks.last().unwrap()["goal_uncertainty"].as_f64().unwrap() <= 0.05);
    assert!(looks.windows(2).all(|two| two[0]["decays"].as_u64() < two[1]["decays"].as_u64()), "{looks:?}");
    // A circle for each look and one in the legend.
    assert_eq!(svg("convergence").matches("<circle").count(), looks.len() + 1);
    let slice = study.path("slice.png");
    let cut = ["plot", "slice", "--plane", "coronal", "--position", "-10", "-o"];
    assert_eq!(iodose(&cut, &[&slice, &out]).0, 0);
    assert!(std::fs::read(&slice).unwrap().starts_with(b"\x89PNG"));
    // Outlined on the CT, it is another picture: through the lesions.
    let (ct, lesions) = (study.path("ct.nii.gz"), study.path("lesions.nii.gz"));
    let outlined = study.path("outlined.png");
    let on_ct = ["plot", "slice", "--plane", "coronal"];
    let rest: [&Path; 7] =
        ["--ct".as_ref(), &ct, "--lesions".as_ref(), &lesions, "-o".as_ref(), &outlined, &out];
    let (code, _, error) = iodose(&on_ct, &rest);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(std::fs::read(&outlined).unwrap() != std::fs::read(&slice).unwrap());
    let (code, _, error) = iodose(&["plot", "slice", "--position", "9999", "-o"], &[&slice, &out]);
    assert!(code == 2 && error.contains("position: found 9999 mm, expected"), "{error}");
    let page = study.path("again.html");
    assert_eq!(iodose(&["report", "-o"], &[&page, &out]).0, 0);
    assert!(std::fs::read(&page).unwrap() == std::fs::read(out.join("report.html")).unwrap());
}

#[test]
fn kernels_are_drawn_over_distance() {
    let study = Study::empty();
    let file = study.path("kernel.csv");
    let plot = study.path("kernel.svg");
    for (table, words, says) in [
        (
            "i,j,k,S_mGy_per_MBq_s,rel_uncertainty\n0,0,0,0.01,0.1\n3,4,0,0.001,\n",
            &["--size", "2"][..],
            "centres, mm",
        ),
        ("i,j,k,S_mGy_per_MBq_s,rel_uncertainty\n0,0,0,0.01,0.1\n3,4,0,0.001,\n", &[], "centres, voxels"),
        ("r_over_rcsda,F,rel_uncertainty\n0.01,0.6,0.1\n0.99,0.01,0.2\n", &[], "CSDA range"),
        ("r_mm,r2_dose_Gy_mm2_per_decay,rel_uncertainty\n0.1,1e-10,0.1\n1,1e-11,0.2\n", &[], "Gy per decay"),
    ] {
        std::fs::write(&file, table).unwrap();
        let words = [&["plot", "kernel"], words, &["-o"]].concat();
        assert_eq!(iodose(&words, &[&plot, &file]).0, 0, "{table}");
        assert!(std::fs::read_to_string(&plot).unwrap().contains(says), "{table}");
    }
    for (table, says) in
        [("a,b\n1,2\n", "header: found a,b"), ("r_over_rcsda,F\n1,x\n", "row 2, F: found \"x\"")]
    {
        std::fs::write(&file, table).unwrap();
        let (code, _, error) = iodose(&["plot", "kernel", "-o"], &[&plot, &file]);
        assert!(code == 2 && error.contains(says), "{error}");
    }
}

#[test]
fn what_cannot_be_drawn_is_named() {
    let study = Study::empty();
    let empty = study.path("");
    for (words, name, says) in [
        (&["plot", "dvh", "-o"][..], "a.svg", "dvh.csv"),
        (&["plot", "convergence", "-o"], "a.svg", "run.json"),
        (&["plot", "slice", "-o"], "a.png", "dose.nii.gz: found none"),
        (&["plot", "dvh", "-o"], "a.png", "expected a name that ends in .svg"),
        (&["report", "-o"], "a.html", "report.json: file: found none"),
    ] {
        let (code, _, error) = iodose(words, &[&study.path(name), &empty]);
        assert!(code == 2 && error.contains(says) && error.lines().count() <= 2, "{words:?}: {error}");
        assert!(!study.path(name).exists());
    }
    std::fs::write(study.path("run.json"), "{\"decays\": 5}").unwrap();
    let (code, _, error) = iodose(&["plot", "convergence", "-o"], &[&study.path("a.svg"), &empty]);
    assert!(code == 2 && error.contains("convergence: found none"), "{error}");
}
