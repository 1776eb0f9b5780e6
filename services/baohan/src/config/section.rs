//! Reading one table: each key is asked for by name and kind, and what nobody asked for is a mistake.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::document::{Node, Origin, Table, Value};
use super::problem::Problem;
use super::report::{Report, Understood};

/// How alike two keys must be for one to be suggested for the other (Jaro-Winkler, 0 to 1).
const LIKENESS_MIN: f64 = 0.8;

/// A table being read.
#[derive(Debug)]
pub struct Section<'r> {
    report: &'r Report,
    table: Option<&'r Table>,
    path: String,
    heading: String,
    asked: Vec<String>,
}

impl<'r> Section<'r> {
    /// Reads the whole document.
    pub fn root<T>(report: &'r Report, table: &'r Table, read: impl FnOnce(&mut Self) -> T) -> T {
        Self { report, table: Some(table), path: String::new(), heading: String::new(), asked: Vec::new() }
            .read(read)
    }

    fn read<T>(mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let result = read(&mut self);
        self.refuse_unknown();
        result
    }

    /// Reads the table under `key`; an absent one gives its defaults.
    pub fn section<T>(&mut self, key: &str, read: impl FnOnce(&mut Section<'r>) -> T) -> T {
        let table = self.node(key).and_then(|node| self.as_table(key, node));
        self.below(key, table, format!("[{}]", self.heading_of(key))).read(read)
    }

    /// Reads the table under `key` if there is one.
    pub fn optional_section<T>(&mut self, key: &str, read: impl FnOnce(&mut Section<'r>) -> T) -> Option<T> {
        let table = self.node(key).and_then(|node| self.as_table(key, node))?;
        Some(self.below(key, Some(table), format!("[{}]", self.heading_of(key))).read(read))
    }

    /// Reads each table of the array under `key`.
    pub fn sections<T>(&mut self, key: &str, mut read: impl FnMut(&mut Section<'r>) -> T) -> Vec<T> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Value::List(items) = &node.value else {
            self.wrong_kind(key, node, "an array of tables");
            return Vec::new();
        };
        let heading = format!("[[{}]]", self.heading_of(key));
        let tables = items.iter().enumerate().filter_map(|(index, item)| {
            let path = format!("{key}.{index}");
            let table = self.as_table(&path, item)?;
            Some(self.below(&path, Some(table), heading.clone()))
        });
        tables.map(|section| section.read(&mut read)).collect()
    }

    /// A text, or `None`.
    pub fn optional_text(&mut self, key: &str) -> Option<String> {
        let text = self.node(key).and_then(|node| self.as_text(key, node));
        self.understood(key, text.as_deref().map(quoted));
        text
    }

    /// A text with a default.
    pub fn text(&mut self, key: &str, default: &str) -> String {
        let text =
            self.node(key).and_then(|node| self.as_text(key, node)).unwrap_or_else(|| default.to_owned());
        self.understood(key, Some(quoted(&text)));
        text
    }

    /// A text that must be there and not blank; an empty one is returned beside the mistake.
    pub fn required_text(&mut self, key: &str) -> String {
        let Some(node) = self.node(key) else {
            self.missing(key);
            return String::new();
        };
        let text = self.as_text(key, node).unwrap_or_default();
        if matches!(node.value, Value::Text(_)) && text.trim().is_empty() {
            self.wrong(key, "is blank", None);
        }
        self.understood(key, Some(quoted(&text)));
        text
    }

    /// A text of a form, with a default; `parse` says what is wrong with it.
    pub fn parsed<T: Display, E: Display>(
        &mut self,
        key: &str,
        default: T,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> T {
        let Some(text) = self.node(key).and_then(|node| self.as_text(key, node)) else {
            self.understood(key, Some(quoted(&default.to_string())));
            return default;
        };
        self.understood(key, Some(quoted(&text)));
        parse(&text).unwrap_or_else(|error| {
            self.wrong(key, &error.to_string(), None);
            default
        })
    }

    /// One of some words, the first being the default.
    pub fn choice<T: Copy>(&mut self, key: &str, first: (&str, T), others: &[(&str, T)]) -> T {
        let text = self.text(key, first.0);
        let mut all = std::iter::once(&first).chain(others);
        all.find(|(word, _)| *word == text).map_or_else(
            || {
                let words: Vec<&str> =
                    std::iter::once(first.0).chain(others.iter().map(|(word, _)| *word)).collect();
                let near =
                    nearest(&text, words.iter().copied()).map(|near| format!("did you mean \"{near}\"?"));
                self.wrong(key, &format!("\"{text}\" is none of {}", words.join(", ")), near);
                first.1
            },
            |(_, choice)| *choice,
        )
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &str, default: bool) -> bool {
        let flag = match self.node(key) {
            None => default,
            Some(Node { value: Value::Boolean(flag), .. }) => *flag,
            Some(node) => {
                self.wrong_kind(key, node, "true or false");
                default
            }
        };
        self.understood(key, Some(flag.to_string()));
        flag
    }

    /// A whole number within bounds.
    pub fn count(&mut self, key: &str, default: u32, bounds: RangeInclusive<u32>) -> u32 {
        let count = match self.node(key) {
            None => default,
            Some(Node { value: Value::Integer(number), .. }) => {
                let fits = u32::try_from(*number).ok().filter(|number| bounds.contains(number));
                fits.unwrap_or_else(|| {
                    let (low, high) = (bounds.start(), bounds.end());
                    self.wrong(key, &format!("{number} is not between {low} and {high}"), None);
                    default
                })
            }
            Some(node) => {
                self.wrong_kind(key, node, "a whole number");
                default
            }
        };
        self.understood(key, Some(count.to_string()));
        count
    }

    /// A list of texts with a default.
    pub fn texts(&mut self, key: &str, default: &[&str]) -> Vec<String> {
        let texts = match self.node(key) {
            None => default.iter().map(|text| (*text).to_owned()).collect(),
            Some(Node { value: Value::List(items), .. }) => {
                let texts = items.iter().enumerate();
                texts.filter_map(|(index, item)| self.as_text(&format!("{key}.{index}"), item)).collect()
            }
            Some(node) => {
                self.wrong_kind(key, node, "an array of strings");
                Vec::new()
            }
        };
        let printed: Vec<String> = texts.iter().map(|text: &String| quoted(text)).collect();
        self.understood(key, Some(format!("[{}]", printed.join(", "))));
        texts
    }

    /// All keys of a table whose names are free, as texts.
    pub fn free_texts(&mut self, key: &str) -> Vec<(String, String)> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Some(table) = self.as_table(key, node) else { return Vec::new() };
        let mut section = self.below(key, Some(table), format!("[{}]", self.heading_of(key)));
        let mut texts = Vec::new();
        for (name, entry) in &table.entries {
            section.asked.push(name.clone());
            let Some(text) = section.as_text(name, &entry.node) else { continue };
            section.understood(name, Some(quoted(&text)));
            texts.push((name.clone(), text));
        }
        texts
    }

    /// Asks for a key's value as it stands; whoever takes it so checks its kind.
    pub fn node(&mut self, key: &str) -> Option<&'r Node> {
        if !self.asked.iter().any(|asked| asked == key) {
            self.asked.push(key.to_owned());
        }
        self.table.and_then(|table| table.get(key))
    }

    /// The keys of this table as they stand.
    pub fn keys(&self) -> Vec<&'r str> {
        self.table.map(|table| table.entries.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    /// Where the whole report is kept.
    pub fn report(&self) -> &'r Report {
        self.report
    }

    /// A mistake at a key's value, or at the key where `key` has no value.
    pub fn wrong(&self, key: &str, message: &str, help: Option<String>) {
        let origin = self.table.and_then(|table| find(table, key)).map(|node| &node.origin);
        let place = origin
            .map_or_else(|| self.report.source.whole(), |origin| self.report.source.place(origin, false));
        self.report.problem(Problem { place, key: self.full(key), message: message.to_owned(), help });
    }

    /// A mistake at a key itself; the value is not shown.
    pub fn wrong_key(&self, key: &str, message: &str, help: Option<String>) {
        let entry = self.table.and_then(|table| table.entries.get(key));
        let place = entry.map_or_else(|| self.here(), |entry| self.report.source.place(&entry.key, true));
        self.report.problem(Problem { place, key: self.full(key), message: message.to_owned(), help });
    }

    /// A required key that is not there.
    pub fn missing(&self, key: &str) {
        let variable = self.full(key).to_uppercase().replace('.', "__");
        let help = format!("set it in the file, or BAOHAN__{variable} in the environment");
        self.wrong_key(key, "is required and missing", Some(help));
    }

    /// Notes a key as understood.
    pub fn understood(&self, key: &str, value: Option<String>) {
        let origin = self.table.and_then(|table| table.get(key)).map(|node| &node.origin);
        self.report.understood(Understood {
            heading: self.heading.clone(),
            path: self.path.clone(),
            key: key.to_owned(),
            value,
            from: self.report.from(origin),
        });
    }

    /// The value as text. What an environment variable says is a text whatever else it might be read as.
    pub fn as_text(&self, key: &str, node: &Node) -> Option<String> {
        match (&node.value, &node.origin) {
            (Value::Text(text), _) => Some(text.clone()),
            (
                Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_),
                Origin::Environment { raw, .. },
            ) => Some(raw.clone()),
            _ => {
                self.wrong_kind(key, node, "a string in quotes");
                None
            }
        }
    }

    /// A mistake about the kind of a value.
    pub fn wrong_kind(&self, key: &str, node: &Node, wanted: &str) {
        let place = self.report.source.place(&node.origin, false);
        let message = format!("expected {wanted}, found {}", node.value.kind());
        let help = matches!(node.value, Value::Float(_))
            .then(|| "write amounts and rates in quotes: they are exact decimals".to_owned());
        self.report.problem(Problem { place, key: self.full(key), message, help });
    }

    fn as_table(&self, key: &str, node: &'r Node) -> Option<&'r Table> {
        if let Value::Table(table) = &node.value {
            return Some(table);
        }
        self.wrong_kind(key, node, "a table");
        None
    }

    fn below(&self, key: &str, table: Option<&'r Table>, heading: String) -> Section<'r> {
        Section { report: self.report, table, path: self.full(key), heading, asked: Vec::new() }
    }

    fn heading_of(&self, key: &str) -> String {
        let above = self.heading.trim_matches(['[', ']']);
        if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") }
    }

    fn full(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The place of this table, by its first key.
    fn here(&self) -> super::problem::Place {
        let first = self.table.and_then(|table| {
            table
                .entries
                .values()
                .filter_map(|entry| match &entry.key {
                    Origin::File(span) => Some(span.start),
                    Origin::Environment { .. } => None,
                })
                .min()
        });
        first.map_or_else(
            || self.report.source.whole(),
            |start| self.report.source.place(&Origin::File(start..start), true),
        )
    }

    fn refuse_unknown(&self) {
        for key in self.keys() {
            if self.asked.iter().any(|asked| asked == key) {
                continue;
            }
            let near = nearest(key, self.asked.iter().map(String::as_str))
                .map(|near| format!("did you mean `{near}`?"));
            let known = || format!("known here: {}", self.asked.join(", "));
            self.wrong_key(key, "unknown key", near.or_else(|| (!self.asked.is_empty()).then(known)));
        }
    }
}

/// The value under a path such as `roles.0`.
fn find<'t>(table: &'t Table, path: &str) -> Option<&'t Node> {
    let mut parts = path.split('.');
    let mut node = table.get(path).or_else(|| table.get(parts.next()?))?;
    if table.get(path).is_some() {
        return Some(node);
    }
    for part in parts {
        node = match &node.value {
            Value::Table(table) => table.get(part)?,
            Value::List(items) => items.get(part.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(node)
}

/// The word most like `word`, if one is alike enough to be meant.
pub fn nearest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let likeness = |candidate: &str| strsim::jaro_winkler(word, candidate);
    words
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

/// A text as TOML writes it.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
