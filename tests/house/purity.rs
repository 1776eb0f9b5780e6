//! The domain is pure, wire names stay in the wire crate, and nothing sleeps in tests.

use regex::Regex;

use crate::tree::{all_sources, sources};

#[test]
fn the_domain_knows_no_clock_no_chance_and_no_outside() {
    let forbidden = ["tokio", "std::fs", "std::net", "std::env", "std::process", "std::thread", "SystemTime",
        "Instant::now", "Utc::now", "Local::now", "new_v4", "new_v7", "rand::", "reqwest", "sqlx", "tracing"];
    for source in sources(&["domain/src"]) {
        for word in forbidden {
            assert!(!source.code().contains(word), "{} uses {word}", source.path);
        }
    }
}

#[test]
fn wire_names_live_in_the_wire_crate_alone() {
    let names = Regex::new(
        r"\b(applyno|baohanno|biaoduanno|biaoduanname|zbrorgnum|bzjamount|biddername|biddercode|kaibiaotime|baohanurl|baohanfile|payername|generatetime|instname|invoicecode|invoiceurl|payeraccount|payeramount|applyusername|applyuserphone|chuliresault|issendweb|gonggaotitle)\b",
    )
    .expect("a right expression");
    // The sandbox is the other end of the same wire, and the quickstart's printed lines speak to platform people.
    let may = |path: &str| {
        path.starts_with("services/wire/") || path.starts_with("services/sandbox/") || path.starts_with("services/baohan/src/quickstart")
    };
    for source in all_sources().iter().filter(|source| !source.is_test() && !may(&source.path)) {
        let code = source.code().lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            assert!(!names.is_match(line), "{} speaks a wire name: {line}", source.path);
        }
    }
}

#[test]
fn no_test_sleeps() {
    let sleeps = Regex::new(r"thread::sleep|time::sleep\(").expect("a right expression");
    for source in all_sources().iter().filter(|source| source.is_test() || source.text.contains("#[cfg(test)]")) {
        // This rule's own text, and the one place that waits for another process.
        if matches!(source.path.as_str(), "tests/house/purity.rs" | "tests/world/process.rs") {
            continue;
        }
        let tests = if source.is_test() { source.text.as_str() } else { &source.text[source.code().len()..] };
        assert!(!sleeps.is_match(tests), "{} sleeps in a test: wait for a position, a line or an answer", source.path);
    }
}
