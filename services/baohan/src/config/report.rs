//! What the reading of a configuration brings to light: mistakes, warnings, and what was understood.

use std::cell::RefCell;
use std::fmt::Write as _;

use super::document::Origin;
use super::environment::Environment;
use super::problem::{Place, Problem, Source};
use super::section::quoted;

/// How many mistakes are told at once: whoever has more begins with these.
const PROBLEMS_TOLD_MAX: usize = 20;

/// Gathers mistakes and understood keys while the sections are read.
#[derive(Debug)]
pub struct Report {
    /// The file.
    pub source: Source,
    /// The environment, for `*_env` keys.
    pub environment: Environment,
    problems: RefCell<Vec<Problem>>,
    warnings: RefCell<Vec<String>>,
    understood: RefCell<Vec<Understood>>,
}

/// A key as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// The section's heading, `[gateway]` or `[[platforms]]`; empty at the top.
    pub heading: String,
    /// The path that tells one `[[platforms]]` from the next.
    pub path: String,
    /// The key.
    pub key: String,
    /// Its value as TOML, `"***"` for a secret; `None` for a key without a value.
    pub value: Option<String>,
    /// Where it came from: `default`, `line 7`, `BAOHAN__GATEWAY__LISTEN`.
    pub from: String,
}

impl Report {
    /// An empty report.
    pub fn new(source: Source, environment: Environment) -> Self {
        Self {
            source,
            environment,
            problems: RefCell::default(),
            warnings: RefCell::default(),
            understood: RefCell::default(),
        }
    }

    /// Notes a mistake.
    pub fn problem(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Notes something that is right but will surprise.
    pub fn warn(&self, text: impl Into<String>) {
        self.warnings.borrow_mut().push(text.into());
    }

    /// Notes a key as understood.
    pub fn understood(&self, line: Understood) {
        self.understood.borrow_mut().push(line);
    }

    /// How a value's origin reads behind a key.
    pub fn from(&self, origin: Option<&Origin>) -> String {
        match origin.map(|origin| self.source.place(origin, true)) {
            None | Some(Place::File(_)) => "default".to_owned(),
            Some(Place::Line { line, .. }) => format!("line {line}"),
            Some(Place::Variable(name)) => name,
        }
    }

    /// The mistakes in the order of the file, the understood keys, and the warnings.
    pub fn finish(self) -> (Vec<Problem>, Vec<Understood>, Vec<String>) {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| match &problem.place {
            Place::Line { line, column, .. } => (*line, *column),
            Place::Variable(_) => (usize::MAX - 1, 0),
            Place::File(_) => (usize::MAX, 0),
        });
        (problems, self.understood.into_inner(), self.warnings.into_inner())
    }
}

/// The mistakes as one text, each with its place.
pub fn told(problems: &[Problem]) -> String {
    let mut text = String::new();
    for problem in problems.iter().take(PROBLEMS_TOLD_MAX) {
        let _ = writeln!(text, "{problem}\n");
    }
    let more = problems.len().saturating_sub(PROBLEMS_TOLD_MAX);
    if more > 0 {
        let _ = writeln!(text, "… and {more} more");
    }
    let count = problems.len();
    let _ = write!(
        text,
        "{count} {} in the configuration; nothing was started",
        if count == 1 { "mistake" } else { "mistakes" }
    );
    text
}

/// The understood keys as TOML, each with where it came from.
pub fn as_toml(understood: &[Understood]) -> String {
    let mut text = String::new();
    let mut paths: Vec<&str> = Vec::new();
    for line in understood {
        if !paths.contains(&line.path.as_str()) {
            paths.push(&line.path);
        }
    }
    for path in paths {
        let lines: Vec<&Understood> = understood.iter().filter(|line| line.path == path).collect();
        if let Some(heading) = lines.first().map(|line| &line.heading).filter(|heading| !heading.is_empty()) {
            let _ = writeln!(text, "{}{heading}", if text.is_empty() { "" } else { "\n" });
        }
        for line in lines {
            let _ = match &line.value {
                Some(value) => writeln!(text, "{} = {value}  # {}", key_of(&line.key), line.from),
                None => writeln!(text, "# {} is not set", line.key),
            };
        }
    }
    text
}

/// A key as TOML writes it: librdkafka's names hold dots, which would open a table.
fn key_of(key: &str) -> String {
    let is_bare = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if is_bare { key.to_owned() } else { quoted(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tables_of_one_name_are_printed_apart() {
        let line = |path: &str, key: &str| Understood {
            heading: "[[platforms]]".into(),
            path: path.into(),
            key: key.into(),
            value: Some("\"x\"".into()),
            from: "line 1".into(),
        };
        let lines = [line("platforms.0", "a"), line("platforms.1", "a"), line("platforms.0", "b")];
        insta::assert_snapshot!(as_toml(&lines), @r#"
        [[platforms]]
        a = "x"  # line 1
        b = "x"  # line 1

        [[platforms]]
        a = "x"  # line 1
        "#);
    }
}
