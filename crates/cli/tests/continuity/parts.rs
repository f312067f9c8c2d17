//! `shard` and `merge`.

use crate::common::{CASE, Study};
use crate::{ENGINES, SIMULATE, done, maps, record, refused};

#[test]
fn three_shares_are_the_run_to_the_last_bit() {
    let study = Study::small();
    for engine in ENGINES {
        // A number that no batch ends with, on other numbers of threads.
        let what = format!("{SIMULATE} {engine} --histories 40001");
        done(&study, &format!("{what} -o one"));
        for (share, threads) in [(1, 2), (2, 1), (3, 5)] {
            done(&study, &format!("shard {share}/3 {what} --threads {threads} -o part{share}"));
        }
        done(&study, "merge part3 part1 part2 -o sum");
        assert!(maps(&study, "one") == maps(&study, "sum"), "{engine}");
        assert_eq!(record(&study, "one"), record(&study, "sum"), "{engine}");
    }
}

#[test]
fn shares_of_a_case_make_its_report_and_there_may_be_more_than_batches() {
    let study = Study::small();
    std::fs::write(study.path("case.toml"), CASE.replace("20000", "5000")).unwrap();
    done(&study, "run case.toml -o one");
    let names: Vec<String> = (1..=20).map(|share| format!("part{share}")).collect();
    for (number, name) in names.iter().enumerate() {
        done(&study, &format!("-q shard {}/20 run case.toml -o {name}", number + 1));
    }
    done(&study, &format!("merge -o sum {}", names.join(" ")));
    assert!(maps(&study, "one") == maps(&study, "sum"));
    for file in ["lesions.csv", "dvh.csv"] {
        let bytes = |folder| std::fs::read(study.path(folder).join(file)).unwrap();
        assert!(bytes("one") == bytes("sum"), "{file}");
    }
}

#[test]
fn parts_that_do_not_make_one_run_are_refused_by_name() {
    let study = Study::small();
    let what = format!("{SIMULATE} all --histories 4000");
    for share in 1..=3 {
        done(&study, &format!("shard {share}/3 {what} -o part{share}"));
    }
    done(&study, &format!("shard 1/2 {what} -o half"));
    done(&study, &format!("shard 3/3 {what} --seed 2 -o seed2"));
    done(&study, &format!("shard 3/3 {SIMULATE} all --histories 4001 -o longer"));
    done(&study, &format!("shard 3/3 {SIMULATE} none --histories 4000 -o analog"));
    for (parts, words) in [
        ("part1 part3", &["part1", "part3", "share 2/3", "4000"][..]),
        ("part1 part2", &["part1, part2", "share 3/3"]),
        ("part2 part3", &["part2, part3", "share 1/3"]),
        ("part1 part2 part3 part2", &["part2: decays", "share 2/3", "overlap"]),
        ("half part2 part3", &["part2: decays", "half", "share 1/2", "overlap"]),
        ("part1 part2 seed2", &["seed2: seed: found 2, expected 1, as in part1"]),
        ("part1 part2 longer", &["longer: end of the run: found 4001 decays, expected 4000 decays"]),
        ("part1 part2 analog", &["analog: variance reduction: found none, expected all"]),
        ("part1 part2 case.toml", &["case.toml: format: found another kind of file"]),
        ("part1 part2 absent", &["absent", "cannot be read"]),
    ] {
        refused(&study, &format!("merge {parts} -o sum"), words);
        assert!(!study.path("sum").exists(), "{parts}");
    }
    let mut other = crate::common::read(&study.path("activity.nii.gz"));
    let density = crate::common::read(&study.path("density.nii.gz"));
    other.data_mut().iter_mut().zip(density.data()).for_each(|(activity, density)| *activity += density);
    study.image("activity.nii.gz", &other);
    refused(&study, "merge part1 part2 part3 -o sum", &["part1: time-integrated activity", "inputs"]);
}

#[test]
fn only_a_number_of_decays_can_be_shared() {
    let study = Study::small();
    for (line, words) in [
        (format!("shard 1/2 {SIMULATE} all -o part"), &["share", "number of decays"][..]),
        (format!("shard 1/2 {SIMULATE} all --histories 9 --max-seconds 9 -o part"), &["share", "ceiling"]),
        (format!("shard 1/2 {SIMULATE} all --histories 9"), &["--output", "file for the part"]),
        (format!("shard 3/2 {SIMULATE} all --histories 9 -o part"), &["'3/2'", "such as 2/3"]),
        (format!("shard 1/2 {SIMULATE} all --histories 9 -o part --checkpoint c"), &["--checkpoint"]),
        (format!("shard 1/2 {SIMULATE} all --histories 9 -o part --histroies 9"), &["--histories"]),
        ("shard 1/2 run --phantom sphere-in-water --histories 9 -o part".into(), &["COMMAND"]),
        ("shard 1/2 phantom --list".into(), &["COMMAND"]),
        ("shard 1/2 shard 1/2 phantom --list".into(), &["COMMAND"]),
        ("merge".into(), &["PART"]),
    ] {
        refused(&study, &line, words);
        assert!(!study.path("part").exists(), "{line}");
    }
}
