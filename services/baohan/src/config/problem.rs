//! A mistake in the configuration, told with file, line, column and key, and the line itself.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use unicode_width::UnicodeWidthStr as _;

use super::document::Origin;

/// Words in a line that may stand before a secret: such a line is shown without its value.
const SENSITIVE: [&str; 6] = ["secret", "token", "password", "sealed_key", "master", "value"];

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// The key with its section, `gateway.listen`; empty where the text is no TOML.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What would be right, where that is known.
    pub help: Option<String>,
}

/// Where a mistake is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the file.
    Line {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// The line as it may be shown: without secrets.
        text: String,
        /// How many terminal columns stand before the mark.
        indent: usize,
        /// How many terminal columns are marked.
        width: usize,
    },
    /// In an environment variable, or in an option of the command line.
    Variable(String),
    /// In the file as a whole: a required key that is nowhere.
    File(PathBuf),
}

/// A file's name and text, to turn byte offsets into lines.
#[derive(Debug)]
pub struct Source {
    file: PathBuf,
    text: String,
}

impl Source {
    /// Names a text.
    pub fn new(file: &Path, text: String) -> Self {
        Self { file: file.to_owned(), text }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place of something; `key` says that only the key is shown, never the value behind it.
    pub fn place(&self, origin: &Origin, key: bool) -> Place {
        match origin {
            Origin::Environment { variable, .. } => Place::Variable(variable.clone()),
            Origin::File(span) => self.line_of(span, key),
        }
    }

    /// The file without a line.
    pub fn whole(&self) -> Place {
        Place::File(self.file.clone())
    }

    fn line_of(&self, span: &Range<usize>, key: bool) -> Place {
        let start = floor(&self.text, span.start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let end = floor(&self.text, span.end).clamp(start, line_end);
        let line = self.text[line_start..line_end].trim_end_matches('\r');
        let text = shown(line, key);
        let hidden = text.len() != line.len();
        let indent = self.text[line_start..start].width();
        let (indent, width) = if hidden && indent >= text.width() {
            (text.width(), 3)
        } else {
            (indent, self.text[start..end].width().clamp(1, text.width().saturating_sub(indent).max(1)))
        };
        Place::Line {
            file: self.file.clone(),
            line: self.text[..line_start].matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            text,
            indent,
            width,
        }
    }
}

/// The greatest character boundary that is not beyond `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A line as it may be shown. Behind an unknown key anything may stand, a secret with a slip in its name included.
fn shown(line: &str, key: bool) -> String {
    let lower = line.to_lowercase();
    // `://user:password@host`: an address may bring a password along.
    let has_password = lower.contains("://") && lower.contains('@');
    if !key && !has_password && !SENSITIVE.iter().any(|word| lower.contains(word)) {
        return line.to_owned();
    }
    match line.split_once('=') {
        Some((before, _)) => format!("{before}= ***"),
        None if line.trim_start().starts_with('[') => line.to_owned(),
        None => "***".to_owned(),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            writeln!(f, "error: {}", self.message)?;
        } else {
            writeln!(f, "error: `{}`: {}", self.key, self.message)?;
        }
        match &self.place {
            Place::Variable(name) if name.starts_with("--") => write!(f, "  --> option {name}")?,
            Place::Variable(name) => write!(f, "  --> environment variable {name}")?,
            Place::File(file) => write!(f, "  --> {}", file.display())?,
            Place::Line { file, line, column, text, indent, width } => {
                let number = line.to_string();
                let gutter = " ".repeat(number.len());
                writeln!(f, "  --> {}:{line}:{column}", file.display())?;
                writeln!(f, " {gutter} |")?;
                writeln!(f, " {number} | {text}")?;
                write!(f, " {gutter} | {}{}", " ".repeat(*indent), "^".repeat(*width))?;
            }
        }
        match &self.help {
            Some(help) => write!(f, "\n  = help: {help}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str, span: Range<usize>, key: bool) -> String {
        let source = Source::new(Path::new("b.toml"), text.to_owned());
        Problem {
            place: source.place(&Origin::File(span), key),
            key: "platforms.0.x".into(),
            message: "unknown key".into(),
            help: None,
        }
        .to_string()
    }

    #[test]
    fn marks_the_key_under_wide_characters_too() {
        let told = problem("a = 1\nname = { 名 = 2, b = 3 }\n", 24..25, false);
        let shown = "  --> b.toml:2:17\n   |\n 2 | name = { 名 = 2, b = 3 }\n   |                  ^";
        assert!(told.ends_with(shown), "{told}");
    }

    #[test]
    fn never_shows_what_stands_behind_an_unknown_key_or_a_secret() {
        let told = problem("appsecert = \"hunter2\"\n", 0..9, true);
        assert!(told.contains("^^^^^^^^^") && !told.contains("hunter2"), "{told}");
        let told = problem("appsecret = hunter2\n", 12..19, false);
        assert!(!told.contains("hunter2"), "{told}");
        let told = problem("url = \"postgres://u:hunter2@db\"\n", 6..31, false);
        assert!(!told.contains("hunter2"), "{told}");
        let told = problem("  { value = \"hunter2\" },\n", 12..21, false);
        assert!(!told.contains("hunter2"), "{told}");
    }

    #[test]
    fn an_offset_at_the_end_of_the_text_is_no_panic() {
        let told = problem("a = ", 4..9, false);
        assert!(told.contains("b.toml:1:5"), "{told}");
    }
}
