//! What a reader of a published schema would stumble over, were it replaced by another one.
//!
//! Records of one version stay on the topic for ever, so within a version old records must fit the new schema and new records the old
//! one. What may change is therefore little: an optional field may be added, and words that explain. All else is a new version.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value};

/// How deep types may lie within each other. Ours lie three deep; a schema that goes on is one that refers to itself.
const DEPTH_MAX: usize = 32;
/// Keywords that explain and promise nothing.
const WORDS: [&str; 8] =
    ["$schema", "$id", "$defs", "$comment", "title", "description", "examples", "default"];
/// Keywords that hold one schema.
const HOLDERS: [&str; 3] = ["items", "additionalProperties", "propertyNames"];
/// Keywords that are looked at as what they are together.
const STRUCTURE: [&str; 7] =
    ["properties", "patternProperties", "required", "enum", "const", "oneOf", "anyOf"];

/// A change that breaks a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Where in the value, as a JSON pointer; empty: the value itself.
    pub at: String,
    /// What kind of change.
    pub kind: BreakKind,
}

/// What breaks a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BreakKind {
    /// The field is gone. A field that was given another name is one that is gone.
    Removed,
    /// The field has to be there now; old records lack it.
    Required,
    /// The field may be missing now; readers rely on it.
    NoLongerRequired,
    /// A text that was allowed is not any more; old records hold it.
    ValueRemoved(String),
    /// A text is allowed that no reader knows.
    ValueAdded(String),
    /// A keyword says something else.
    Changed {
        /// The keyword: `type`, `pattern`, `format`, `maxLength`, ….
        keyword: String,
        /// What it said; absent: it was not there.
        was: Option<Value>,
        /// What it says; absent: it is gone.
        is: Option<Value>,
    },
    /// The schema refers to itself, which this comparison does not follow.
    TooDeep,
}

impl fmt::Display for Break {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if self.at.is_empty() { "the value" } else { &self.at };
        match &self.kind {
            BreakKind::Removed => write!(formatter, "{at} is gone"),
            BreakKind::Required => write!(formatter, "{at} is required now, and old records lack it"),
            BreakKind::NoLongerRequired => {
                write!(formatter, "{at} may be missing now, and readers rely on it")
            }
            BreakKind::ValueRemoved(value) => write!(formatter, "{at} may not be {value} any more"),
            BreakKind::ValueAdded(value) => {
                write!(formatter, "{at} may be {value} now, which no reader knows")
            }
            BreakKind::Changed { keyword, was, is } => {
                let told =
                    |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), Value::to_string);
                write!(formatter, "{at}: {keyword} was {} and is {}", told(was), told(is))
            }
            BreakKind::TooDeep => write!(formatter, "{at} lies deeper than {DEPTH_MAX} types"),
        }
    }
}

/// All that breaks a reader of `old` when `new` takes its place; none: the change is compatible.
#[must_use]
pub fn breaks(old: &Value, new: &Value) -> Vec<Break> {
    let mut comparison = Comparison { old, new, found: Vec::new() };
    comparison.compare("", old, new, 0);
    comparison.found
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    found: Vec<Break>,
}

impl<'a> Comparison<'a> {
    fn found(&mut self, at: &str, kind: BreakKind) {
        self.found.push(Break { at: at.to_owned(), kind });
    }

    fn changed(&mut self, at: &str, keyword: &str, was: Option<&Value>, is: Option<&Value>) {
        if was != is {
            let kind = BreakKind::Changed { keyword: keyword.to_owned(), was: was.cloned(), is: is.cloned() };
            self.found(at, kind);
        }
    }

    fn compare(&mut self, at: &str, old: &'a Value, new: &'a Value, depth: usize) {
        if depth > DEPTH_MAX {
            return self.found(at, BreakKind::TooDeep);
        }
        let (was, is) = (resolved(self.old, old), resolved(self.new, new));
        let (Some(was), Some(is)) = (was.as_object(), is.as_object()) else {
            return self.changed(at, "schema", Some(was), Some(is));
        };
        self.keywords(at, was, is);
        self.texts(at, was, is);
        for keyword in ["properties", "patternProperties"] {
            self.fields(at, keyword, was, is, depth);
        }
        self.required(at, was, is);
        for keyword in HOLDERS {
            match (was.get(keyword), is.get(keyword)) {
                (Some(was), Some(is)) => self.compare(&format!("{at}/*"), was, is, depth + 1),
                (was, is) => self.changed(at, keyword, was, is),
            }
        }
        for keyword in ["oneOf", "anyOf"] {
            self.choices(at, keyword, was, is, depth);
        }
    }

    /// Keywords whose value is the promise: a type, a pattern, a bound.
    fn keywords(&mut self, at: &str, was: &Map<String, Value>, is: &Map<String, Value>) {
        let other = |keyword: &&String| {
            let keyword = keyword.as_str();
            !WORDS.contains(&keyword) && !HOLDERS.contains(&keyword) && !STRUCTURE.contains(&keyword)
        };
        let keywords: BTreeSet<_> = was.keys().chain(is.keys()).filter(other).collect();
        // The branches of a list of texts all say that they are texts.
        let is_list = texts(was).is_some() && texts(is).is_some();
        for keyword in keywords.into_iter().filter(|keyword| !(is_list && *keyword == "type")) {
            self.changed(at, keyword, was.get(keyword), is.get(keyword));
        }
    }

    /// The texts that are allowed, however the schema lists them.
    fn texts(&mut self, at: &str, was: &Map<String, Value>, is: &Map<String, Value>) {
        match (texts(was), texts(is)) {
            (Some(was), Some(is)) => {
                for gone in was.difference(&is) {
                    self.found(at, BreakKind::ValueRemoved(gone.clone()));
                }
                for come in is.difference(&was) {
                    self.found(at, BreakKind::ValueAdded(come.clone()));
                }
            }
            (None, None) => {}
            (was, is) => {
                let list = |texts: Option<BTreeSet<String>>| texts.map(Value::from_iter);
                self.changed(at, "enum", list(was).as_ref(), list(is).as_ref());
            }
        }
    }

    fn fields(
        &mut self,
        at: &str,
        keyword: &str,
        was: &'a Map<String, Value>,
        is: &'a Map<String, Value>,
        depth: usize,
    ) {
        let (was, is) = (members(was, keyword), members(is, keyword));
        for (name, old) in was {
            let at = format!("{at}/{name}");
            match is.get(name) {
                Some(new) => self.compare(&at, old, new, depth + 1),
                None => self.found(&at, BreakKind::Removed),
            }
        }
    }

    fn required(&mut self, at: &str, was: &Map<String, Value>, is: &Map<String, Value>) {
        let (was_required, is_required) = (required(was), required(is));
        for name in is_required.difference(&was_required) {
            self.found(&format!("{at}/{name}"), BreakKind::Required);
        }
        for name in was_required.difference(&is_required) {
            self.found(&format!("{at}/{name}"), BreakKind::NoLongerRequired);
        }
    }

    fn choices(
        &mut self,
        at: &str,
        keyword: &str,
        was: &'a Map<String, Value>,
        is: &'a Map<String, Value>,
        depth: usize,
    ) {
        if texts(was).is_some() && texts(is).is_some() {
            return;
        }
        let empty = Vec::new();
        let list = |schema: &'a Map<String, Value>| schema.get(keyword).and_then(Value::as_array);
        let (was, is) = (list(was), list(is));
        let (was_list, is_list) = (was.unwrap_or(&empty).clone(), is.unwrap_or(&empty).clone());
        if was_list.len() != is_list.len() {
            let (was, is) = (was.map(|list| list.len().into()), is.map(|list| list.len().into()));
            return self.changed(at, keyword, was.as_ref(), is.as_ref());
        }
        for (was, is) in was.into_iter().flatten().zip(is.into_iter().flatten()) {
            self.compare(at, was, is, depth + 1);
        }
    }
}

/// The schema itself, or the one that it names.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
    name.and_then(|name| root.pointer(name)).unwrap_or(schema)
}

fn members<'a>(schema: &'a Map<String, Value>, keyword: &str) -> BTreeMap<&'a str, &'a Value> {
    let members = schema.get(keyword).and_then(Value::as_object);
    members.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema)).collect()
}

fn required(schema: &Map<String, Value>) -> BTreeSet<String> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The values that are allowed, where the schema lists them: by `enum`, by `const`, or by `oneOf` of such.
fn texts(schema: &Map<String, Value>) -> Option<BTreeSet<String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some(listed) = schema.get("enum").and_then(Value::as_array) {
        return Some(listed.iter().map(text).collect());
    }
    if let Some(only) = schema.get("const") {
        return Some([text(only)].into());
    }
    let branches = schema.get("oneOf").and_then(Value::as_array)?;
    let listed: Option<Vec<_>> = branches.iter().map(|branch| texts(branch.as_object()?)).collect();
    listed.map(|listed| listed.into_iter().flatten().collect())
}
