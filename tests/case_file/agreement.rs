//! Reader, schema, reference page and record say the same.

use std::collections::BTreeSet;
use std::path::Path;

use iodose::case::{Case, CaseError, Problem};
use serde_json::Value;

use super::{DEMO, read};

/// Sections that are arrays of tables.
const ARRAYS: [&str; 3] = ["image", "organ", "earlier"];

/// The schema in the words of the reader: (section as errors call it, its properties, its required keys).
fn sections(schema: &Value) -> Vec<(String, BTreeSet<String>, BTreeSet<String>)> {
    let names = |of: &Value| match of {
        Value::Object(properties) => properties.keys().cloned().collect(),
        Value::Array(keys) => keys.iter().filter_map(|key| key.as_str().map(str::to_owned)).collect(),
        _ => BTreeSet::new(),
    };
    let definition = |section: &str| {
        let text = schema["properties"][section].to_string();
        let (_, rest) = text.split_once("#/definitions/").unwrap();
        schema["definitions"][rest.split_once('"').unwrap().0].clone()
    };
    let section = |name: &String| {
        let definition = definition(name);
        let called = if ARRAYS.contains(&name.as_str()) { format!("{name}[0]") } else { name.clone() };
        (called, names(&definition["properties"]), names(&definition["required"]))
    };
    names(&schema["properties"]).iter().map(section).collect()
}

#[test]
fn the_committed_schema_is_the_readers() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/case.schema.json");
    if std::env::var_os("IODOSE_BLESS").is_some() {
        std::fs::write(&file, Case::json_schema()).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    // Compared as JSON, not as text: the order of keys depends on features other crates turn on.
    let committed: Value = serde_json::from_str(&committed).unwrap_or_default();
    let current: Value = serde_json::from_str(&Case::json_schema()).unwrap();
    assert!(
        committed == current,
        "docs/case.schema.json is stale; renew it with `IODOSE_BLESS=1 cargo test -p iodose --test case_file`"
    );
}

#[test]
fn schema_and_reader_know_the_same_keys_and_require_the_same() {
    let schema: Value = serde_json::from_str(&Case::json_schema()).unwrap();
    for (section, properties, required) in sections(&schema) {
        let header = section.strip_suffix("[0]").map_or(format!("[{section}]"), |name| format!("[[{name}]]"));
        let error = read(&format!("{header}\n\"an unknown key\" = 1\n")).unwrap_err();
        let CaseError::Invalid { problems, .. } = error else { panic!("{error}") };
        let unknown =
            problems.iter().find(|problem| problem.key == format!("{section}.an unknown key")).unwrap();
        let known = unknown.message.split_once("expected one of: ").unwrap().1;
        assert_eq!(known.split(", ").map(str::to_owned).collect::<BTreeSet<_>>(), properties, "{section}");
        let missing = |problem: &&Problem| problem.line == 1 && problem.message.starts_with("missing");
        let own_key = |problem: &Problem| problem.key.strip_prefix(&format!("{section}.")).map(str::to_owned);
        let missing: BTreeSet<_> = problems.iter().filter(missing).filter_map(own_key).collect();
        // What is needed only beside or without another key the schema cannot say: the half-life of a single image, an
        // organ's label without a path, the doses of an earlier treatment.
        let is_conditional = ["kinetics", "organ[0]", "earlier[0]"].contains(&section.as_str());
        let needed_otherwise = if is_conditional { &missing } else { &BTreeSet::new() };
        assert_eq!(missing, &required | needed_otherwise, "{section}");
        assert!(missing.is_superset(&required), "{section}");
    }
}

#[test]
fn a_case_is_recorded_in_the_keys_of_the_file() {
    let recorded = serde_json::to_value(read(DEMO).unwrap()).unwrap();
    let written: toml::Table = toml::from_str(DEMO).unwrap();
    for (section, keys) in serde_json::to_value(written).unwrap().as_object().unwrap() {
        let recorded = if section == "image" { &recorded[section][0] } else { &recorded[section] };
        let keys = if section == "image" { &keys[0] } else { keys };
        for (key, value) in keys.as_object().unwrap() {
            assert_eq!(&recorded[key], value, "{section}.{key}");
        }
    }
    let text = toml::to_string(&recorded).unwrap();
    assert_eq!(read(&text).unwrap(), read(DEMO).unwrap());
}

#[test]
fn the_reference_page_names_every_key_and_its_examples_are_valid() {
    let page = include_str!("../../docs/case-file.md");
    let examples: Vec<_> =
        page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(examples.len(), 4);
    for example in examples {
        let case = read(example).unwrap_or_else(|error| panic!("{error}"));
        let recorded = toml::to_string(&case).unwrap();
        assert_eq!(read(&recorded).unwrap(), case);
    }
    let schema: Value = serde_json::from_str(&Case::json_schema()).unwrap();
    for (section, properties, _) in sections(&schema) {
        for key in properties {
            let is_named = [format!("| `{key}` |"), format!("| `{section}.{key}` |")]
                .iter()
                .any(|row| page.contains(row));
            assert!(is_named, "docs/case-file.md has no row for {section}.{key}");
        }
    }
}
