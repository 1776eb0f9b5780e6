//! The form of a state: the value of a record on the compacted topic of states.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::form::Form;

/// The version of the form.
const VERSION: &str = "1.0";

/// The form of a guarantee's newest state. Every field is always there; what is not known is null.
#[must_use]
pub fn state() -> Form {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = baohan_relay::state_schema(generator).to_value();
    if let Value::Object(schema) = &mut schema {
        schema.insert("title".to_owned(), format!("State {VERSION}").into());
    }
    Form::new("state", VERSION, schema)
}
