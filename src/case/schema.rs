//! The JSON schema of the case file, for editors.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Value, json};

use super::Case;

pub(super) fn json_schema() -> String {
    let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(without_null));
    let schema = settings.into_generator().into_root_schema_for::<Case>();
    format!("{:#}\n", schema.as_value())
}

/// TOML has no null: an absent key is left out.
fn without_null(schema: &mut Schema) {
    for (keyword, null) in
        [("type", json!("null")), ("enum", Value::Null), ("anyOf", json!({ "type": "null" }))]
    {
        if let Some(Value::Array(choices)) = schema.get_mut(keyword) {
            choices.retain(|choice| *choice != null);
            if keyword == "type" && choices.len() == 1 {
                let only = choices.remove(0);
                schema.insert(keyword.to_owned(), only);
            }
        }
    }
}
