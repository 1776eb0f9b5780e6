//! The stable codes that a client, a platform or an operator can meet, as the sources hold them.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::tree::{Source, sources};

/// How things stand when nothing is wrong: no page is needed.
const NOTHING_WRONG: [&str; 6] = ["accepted", "repeat", "answered", "acknowledged", "waiting", "asked-again"];
/// A kind that only sums up codes that have pages of their own.
const SUMS: [&str; 1] = ["fault"];

/// Every code, and the file that holds it.
pub fn all() -> BTreeMap<String, String> {
    let mut codes = BTreeMap::new();
    let crates = ["domain/src", "services", "projections/src"];
    for source in sources(&crates).iter().filter(|source| !source.is_test()) {
        for code in of(source) {
            if !NOTHING_WRONG.contains(&code.as_str()) && !SUMS.contains(&code.as_str()) {
                codes.entry(code).or_insert_with(|| source.path.clone());
            }
        }
    }
    codes
}

/// By what each kind of file holds its codes.
fn of(source: &Source) -> BTreeSet<String> {
    let code = source.code();
    let mut found = literals_in(code, r"fn code\(&?self\) -> &'static str \{");
    // The macros of the wire's faults and marks, and of the office's problems.
    if code.contains("macro_rules! codes") || code.contains("macro_rules! kinds") {
        found.extend(captures(code, r#"(?m)^\s+[A-Za-z0-9_]+ = "([a-z0-9-]+)"[,\s]"#));
    }
    match source.path.as_str() {
        "services/gateway/src/verdict.rs" | "services/gateway/src/journal.rs" => {
            found.extend(captures(code, r#"Self::no\("([a-z-]+)""#));
            found.extend(captures(code, r#"pub\(crate\) const [A-Z_]+: &str = "([a-z-]+)";"#));
        }
        // The outcomes that are counted stand in one sentence.
        "services/gateway/src/measures.rs" => {
            for list in captures(code, r#"by interface and outcome: ([a-z, -]+)""#) {
                found.extend(list.split(", ").map(str::to_owned));
            }
        }
        // The outcomes of attempts, and why a notice waits.
        "services/notifier/src/delivery.rs" => {
            found
                .extend(captures(code, r"outcome: ([A-Z_]+),").into_iter().map(|name| constant(code, &name)));
            found.extend(captures(code, r#"put_off\(due, "([a-z-]+)"\)"#));
        }
        "projections/src/notices/mod.rs" => {
            found.extend(literals_in(code, r"fn name\(self\) -> &'static str \{"));
        }
        _ => {}
    }
    found
}

/// The value of a constant of that name.
fn constant(code: &str, name: &str) -> String {
    let found = captures(code, &format!(r#"const {name}: &str = "([a-z-]+)";"#));
    found.into_iter().next().expect("a constant of that name")
}

/// The literals in the functions that begin so.
fn literals_in(code: &str, beginning: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for start in Regex::new(beginning).expect("a right expression").find_iter(code) {
        let mut depth = 1_usize;
        let body = code[start.end()..].split_inclusive(['{', '}']).take_while(|part| {
            let was_inside = depth > 0;
            depth = if part.ends_with('{') { depth + 1 } else { depth.saturating_sub(1) };
            was_inside
        });
        found.extend(captures(&body.collect::<String>(), r#""([a-z0-9]+(?:-[a-z0-9]+)*)""#));
    }
    found
}

fn captures(text: &str, expression: &str) -> BTreeSet<String> {
    let expression = Regex::new(expression).expect("a right expression");
    expression.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

#[test]
fn the_codes_are_found_where_they_stand() {
    let codes = all();
    for (code, path) in [
        ("already-quit", "domain/src/refusal.rs"),
        ("contended", "services/ledger/src/error.rs"),
        ("sign-mismatch", "services/wire/src/fault.rs"),
        ("previous-secret", "services/wire/src/fault.rs"),
        ("document-altered", "services/documents/src/store/mod.rs"),
        ("application-incomplete", "services/issuing/src/error.rs"),
        ("unauthenticated", "services/office/src/problem.rs"),
        ("unavailable", "services/gateway/src/verdict.rs"),
        ("not-open", "services/gateway/src/journal.rs"),
        ("throttled", "services/gateway/src/measures.rs"),
        ("had-already", "services/notifier/src/delivery.rs"),
        ("no-platform", "services/notifier/src/delivery.rs"),
        ("abandoned", "projections/src/notices/mod.rs"),
    ] {
        assert!(codes.contains_key(code), "{code} of {path} is not found: mend the search");
    }
}
