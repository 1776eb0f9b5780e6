//! Building a signed message.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::body::FORM_FIELD;
use crate::dialect::{AbsentOut, BodyForm};
use crate::lexical::{Field, Fields, Value};
use crate::platform::Platform;
use crate::signature::{Rules, SIGN, join, parts, sign};
use crate::times::format_time;

/// A message to be signed, its fields in the order in which they are written.
pub(crate) struct Outgoing<'a> {
    platform: &'a Platform,
    platform_code: Option<&'a str>,
    items: Vec<Field<'a>>,
}

impl<'a> Outgoing<'a> {
    /// Begins a message with what every message carries.
    pub fn new(platform: &'a Platform, platform_code: Option<&'a str>, timestamp: DateTime<Utc>) -> Self {
        let mut message = Self { platform, platform_code, items: Vec::with_capacity(16) };
        message.put("appkey", platform.appkey.as_str());
        message.put("timestamp", format_time(timestamp));
        if let Some(code) = platform_code {
            message.put("platformcode", code);
        }
        message
    }

    pub fn put(&mut self, name: &'a str, value: impl Into<Cow<'a, str>>) {
        self.items.push(Field { name: Cow::Borrowed(name), value: Value::Text(value.into()) });
    }

    /// A field that may have no value: left out, or written as "" where the platform wants it.
    pub fn put_some(&mut self, name: &'a str, value: Option<impl Into<Cow<'a, str>>>) {
        match (value, self.platform.dialect.absent_out) {
            (Some(value), _) => self.put(name, value),
            (None, AbsentOut::Empty) => self.put(name, ""),
            (None, AbsentOut::Omit) => {}
        }
    }

    /// Signs the message with the platform's present secret, by its dialect, and writes it.
    pub fn finish(self) -> Vec<u8> {
        let platform = self.platform;
        let secret = platform.for_centre(self.platform_code).secret();
        let rules = Rules::of(&platform.dialect);
        let fields = Fields::new(self.items);
        let signature = sign(&join(&parts(&fields, rules)), secret, rules);
        let mut json = write_json(fields.iter());
        json.pop();
        json.push(',');
        push_member(&mut json, SIGN, &signature);
        json.push('}');
        as_body(json, platform.dialect.body)
    }
}

/// A JSON object of fields, in their order.
pub(crate) fn write_json<'f, 'a: 'f>(fields: impl Iterator<Item = &'f Field<'a>>) -> String {
    let mut json = String::from("{");
    for (place, field) in fields.enumerate() {
        if place > 0 {
            json.push(',');
        }
        match &field.value {
            Value::Null => push_raw(&mut json, &field.name, "null"),
            Value::Boolean(truth) => push_raw(&mut json, &field.name, if *truth { "true" } else { "false" }),
            Value::Number(number) => push_raw(&mut json, &field.name, number),
            Value::Text(text) => push_member(&mut json, &field.name, text),
            Value::Nested(nested) => push_raw(&mut json, &field.name, nested.raw),
        }
    }
    json.push('}');
    json
}

/// How a message travels.
pub(crate) fn as_body(json: String, form: BodyForm) -> Vec<u8> {
    match form {
        BodyForm::Json => json.into_bytes(),
        BodyForm::Form => {
            let mut body = form_urlencoded::Serializer::new(String::with_capacity(json.len() * 3 / 2));
            body.append_pair(FORM_FIELD, &json);
            body.finish().into_bytes()
        }
    }
}

fn push_member(json: &mut String, name: &str, text: &str) {
    push_text(json, name);
    json.push(':');
    push_text(json, text);
}

fn push_raw(json: &mut String, name: &str, raw: &str) {
    push_text(json, name);
    json.push(':');
    json.push_str(raw);
}

fn push_text(json: &mut String, text: &str) {
    // A string can always be written as JSON.
    json.push_str(&serde_json::to_string(text).unwrap_or_default());
}
