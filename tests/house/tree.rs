use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use walkdir::WalkDir;

/// A source file of ours.
pub struct Source {
    /// Relative to the top of the checkout, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// Whether it only serves tests.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "examples"))
            || self.path.ends_with("/tests.rs")
            || self.path.ends_with("_tests.rs")
    }

    /// The text without the module of tests at its end. Single items that only tests use stay in.
    pub fn code(&self) -> &str {
        let tests = Regex::new(r"(?m)^#\[cfg\(test\)\]\n(#\[[^\n]*\n)*mod ").expect("a right expression");
        tests.find(&self.text).map_or(&self.text, |found| &self.text[..found.start()])
    }
}

/// The top of the checkout.
pub fn top() -> PathBuf {
    Path::new("..").to_owned()
}

/// Every Rust file below these folders.
pub fn sources(folders: &[&str]) -> Vec<Source> {
    let top = top();
    let mut found: Vec<Source> = folders
        .iter()
        .flat_map(|folder| WalkDir::new(top.join(folder)))
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| Source {
            path: entry
                .path()
                .strip_prefix(&top)
                .expect("below the top")
                .to_string_lossy()
                .replace('\\', "/"),
            text: fs::read_to_string(entry.path()).expect("a readable source"),
        })
        .collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "no sources below {folders:?}");
    found
}

/// Every Rust file of the workspace.
pub fn all_sources() -> Vec<Source> {
    sources(&["domain", "services", "projections", "tests"])
}
