//! The oldest Rust that is stated is not older than one that a dependency needs.

#![allow(clippy::unwrap_used, reason = "helpers of tests count as tests")]

use std::process::Command;

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|number| number.parse().unwrap()).collect()
}

#[test]
fn no_dependency_needs_a_newer_rust_than_is_stated() {
    let stated = numbers(env!("CARGO_PKG_RUST_VERSION"));
    let folder = env!("CARGO_MANIFEST_DIR");
    let said = |program: &str, words: &[&str]| {
        let found = Command::new(program).args(words).current_dir(folder).output().unwrap();
        assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
        String::from_utf8(found.stdout).unwrap()
    };
    let compiler = said("rustc", &["-vV"]);
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let words = ["metadata", "--format-version=1", "--locked", "--all-features", "--filter-platform", host];
    let metadata: serde_json::Value = serde_json::from_str(&said(env!("CARGO"), &words)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        if let Some(needed) = package["rust_version"].as_str() {
            assert!(numbers(needed) <= stated, "{} needs Rust {needed}", package["name"]);
        }
    }
}
