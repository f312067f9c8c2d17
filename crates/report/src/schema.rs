//! JSON schemas (2020-12) of what is written as JSON, made from the types that write it.
//!
//! Beside the words of the standard, every number has a `unit`. No object may have a field that its schema does not name.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// A field that only the record of a lesion has. Its doses may be unknown, and are in the unit of the file.
const OF_A_LESION: &str = "dose_mean_Gy";

/// Ends of names and the unit that they stand for; of two that fit, the longer one comes first.
const UNITS: [(&str, &str); 9] = [
    ("_Gy_per_GBq", "Gy/GBq"),
    ("_MBq_h", "MBq h"),
    ("_Gy", "Gy"),
    ("_GBq", "GBq"),
    ("_mL", "mL"),
    ("_mm", "mm"),
    ("_h", "h"),
    ("_u", "1"),
    ("probability", "1"),
];

/// The schema of a type as it is written, indented. `title` names the file.
pub(crate) fn of<T: JsonSchema>(title: &str) -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings.with_transform(RecursiveTransform(finish));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    format!("{:#}\n", schema.as_value())
}

fn finish(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = plain(text);
    }
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    let is_lesion = properties.contains_key(OF_A_LESION);
    for (name, property) in properties.iter_mut() {
        let Value::Object(property) = property else { continue };
        if is_lesion && name.ends_with("_Gy") {
            property.insert("unit".into(), "what dose_unit says: Gy or Gy/GBq".into());
            property.insert("type".into(), json!(["number", "null"]));
        } else if is_number(property) && !property.contains_key("unit") {
            let unit = UNITS.iter().find(|(end, _)| name.ends_with(end));
            property.extend(unit.map(|(_, unit)| ("unit".to_owned(), (*unit).into())));
        }
    }
    schema.insert("additionalProperties".to_owned(), false.into());
}

/// Whether a field holds numbers that need a unit: no count and no label.
pub(crate) fn is_number(property: &Map<String, Value>) -> bool {
    let is_quantity =
        |schema: &Value| schema["$ref"].as_str().is_some_and(|name| name.ends_with("/Quantity"));
    let any_of = property.get("anyOf").and_then(Value::as_array);
    let has_number = |schema: Option<&Value>| match schema {
        Some(Value::Array(types)) => types.contains(&json!("number")),
        Some(name) => name == "number",
        None => false,
    };
    has_number(property.get("type"))
        || has_number(property.get("items").and_then(|items| items.get("type")))
        || property.get("$ref").is_some_and(|_| is_quantity(&Value::Object(property.clone())))
        || any_of.is_some_and(|choices| choices.iter().any(is_quantity))
}

/// A comment of the source without its links, `null` for what is `None` there.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("[`") {
        plain += before;
        let Some((name, after)) = link.split_once("`]") else { break };
        plain += name;
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    (plain + rest).replace("`None`", "null").replace('\n', " ")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    #[test]
    fn comments_lose_their_links() {
        assert_eq!(
            plain("One of [`A::b`](crate::A), [`C`];\n`None` if [1]."),
            "One of A::b, C; null if [1]."
        );
    }

    /// What a file does not keep of its schema, one line each; empty where it keeps all.
    pub(crate) fn errors(schema: &str, file: &str) -> Vec<String> {
        let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        let file: Value = serde_json::from_str(file).unwrap();
        validator.iter_errors(&file).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    /// That a schema explains every field, gives every number a unit, and lets nothing else in.
    pub(crate) fn check(schema: &str) {
        let schema: Value = serde_json::from_str(schema).unwrap();
        let definitions = schema["$defs"].as_object().unwrap().values();
        let mut fields = 0;
        for object in std::iter::once(&schema).chain(definitions).flat_map(objects) {
            assert_eq!(object["additionalProperties"], false, "{object:#}");
            for (name, field) in object["properties"].as_object().unwrap() {
                let Value::Object(field) = field else { panic!("{name}: {field}") };
                let description = field.get("description").and_then(Value::as_str).unwrap_or_default();
                let is_tag = field.contains_key("const");
                assert!(is_tag || !description.is_empty(), "{name} is not explained: {object:#}");
                assert!(
                    !description.contains("](") && !description.contains("`None`"),
                    "{name}: {description}"
                );
                assert_eq!(is_number(field), field.contains_key("unit"), "{name}: {field:#?}");
                fields += 1;
            }
        }
        assert!(fields > 60, "{fields}");
    }

    /// A schema and its variants, where they describe objects.
    fn objects(schema: &Value) -> Vec<&Value> {
        let variants = schema["oneOf"].as_array().into_iter().flatten();
        std::iter::once(schema).chain(variants).filter(|schema| schema.get("properties").is_some()).collect()
    }
}
