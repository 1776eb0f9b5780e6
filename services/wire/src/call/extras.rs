use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use crate::fault::Fault;
use crate::form::Form;
use crate::lexical::Value;
use crate::signature::{SIGN, java_trim};

/// Known fields with data of natural persons, their labels, and their bounds in characters: a name has 200, a phone
/// and a mailbox what the longest real ones have.
const KNOWN_PERSONAL: [(&str, &str, usize); 4] = [
    ("applyusername", "contact_name", 200),
    ("applyuserphone", "contact_phone", 100),
    ("mobile", "mobile", 100),
    ("email", "email", 320),
];
const PLATFORM_CODE: &str = "platformcode";

/// Data of natural persons in the clear, by label (`contact_name`, `contact_phone`, `mobile`, `email`) or by the name of
/// a field that the specification does not know. Never printed: `Debug` shows the labels alone.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Personal(BTreeMap<String, String>);

impl Deref for Personal {
    type Target = BTreeMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a> IntoIterator for &'a Personal {
    type Item = (&'a String, &'a String);
    type IntoIter = std::collections::btree_map::Iter<'a, String, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.0.keys().map(|label| (label, "***"))).finish()
    }
}

/// Whether the field carries data of a natural person.
pub(crate) fn is_personal(name: &str) -> bool {
    KNOWN_PERSONAL.iter().any(|(known, _, _)| *known == name)
}

/// What a message carries beside the fields that its call has a place for.
pub(crate) struct Extras {
    pub extra: BTreeMap<String, String>,
    pub personal: Personal,
}

impl Extras {
    /// Reads them; `also_known` are fields that this message gives a meaning to beyond the specification's.
    pub fn read(form: &Form<'_, '_>, also_known: &[&str]) -> Result<Self, Fault> {
        let mut extras = Self { extra: BTreeMap::new(), personal: Personal::default() };
        let known = form.interface.fields();
        for (name, label, characters_max) in KNOWN_PERSONAL {
            if known.contains(&name)
                && let Some(value) = form.line(name, characters_max)?
            {
                extras.personal.0.insert(label.to_owned(), value.to_owned());
            }
        }
        for field in form.fields.iter() {
            let name = field.name.as_ref();
            let has_place = ["appkey", "timestamp", SIGN].contains(&name)
                || known.contains(&name)
                || also_known.contains(&name);
            if has_place || field.value.is_blank() {
                continue;
            }
            let value = as_came(&field.value, form.dialect.trim).into_owned();
            if name == PLATFORM_CODE || form.dialect.plain_extras.contains(name) {
                extras.extra.insert(name.to_owned(), value);
            } else {
                // A field that calls itself like one of our labels must not take its place.
                let is_taken = extras.personal.contains_key(name);
                let label = if is_taken { format!("extra.{name}") } else { name.to_owned() };
                extras.personal.0.insert(label, value);
            }
        }
        Ok(extras)
    }
}

/// A value that nobody gave a form: its text, or what was written.
fn as_came<'v>(value: &'v Value<'_>, trim: bool) -> Cow<'v, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::Boolean(true) => Cow::Borrowed("true"),
        Value::Boolean(false) => Cow::Borrowed("false"),
        Value::Number(number) => Cow::Borrowed(number),
        Value::Text(text) if trim => Cow::Borrowed(java_trim(text)),
        Value::Text(text) => Cow::Borrowed(text),
        Value::Nested(nested) => Cow::Borrowed(nested.raw),
    }
}
