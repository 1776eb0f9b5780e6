//! The domain is pure, wire names stay in the wire crate, and nothing sleeps in tests.

use regex::Regex;

use crate::tree::{all_sources, sources};

#[test]
fn the_domain_knows_no_clock_no_chance_and_no_outside() {
    let forbidden = [
        "tokio",
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "SystemTime",
        "Instant::now",
        "Utc::now",
        "Local::now",
        "new_v4",
        "new_v7",
        "rand::",
        "reqwest",
        "sqlx",
        "tracing",
    ];
    for source in sources(&["domain/src"]) {
        for word in forbidden {
            assert!(!source.code().contains(word), "{} uses {word}", source.path);
        }
    }
}

#[test]
fn wire_names_live_in_the_wire_crate_alone() {
    let names = Regex::new(&format!(r"\b({})\b", wire_names().join("|"))).expect("a right expression");
    // The sandbox is the other end of the same wire, and the quickstart's printed lines speak to platform people.
    let may = |path: &str| {
        path.starts_with("services/wire/")
            || path.starts_with("services/sandbox/")
            || path.starts_with("services/baohan/src/quickstart")
    };
    for source in all_sources().iter().filter(|source| !source.is_test() && !may(&source.path)) {
        let code = source.code().lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            assert!(!names.is_match(line), "{} speaks a wire name: {line}", source.path);
        }
    }
}

/// The fields of requests as the wire crate lists them, and those of answers; words of any language aside.
fn wire_names() -> Vec<String> {
    const WORDS: [&str; 14] = [
        "rate", "cost", "amount", "type", "address", "phone", "bank", "account", "email", "mobile", "reason",
        "Reason", "key", "iv",
    ];
    const OF_ANSWERS: [&str; 11] = [
        "baohanlist",
        "yichanglist",
        "biaoduanstatus",
        "projectno",
        "projectname",
        "audittime",
        "chuliresault",
        "issendweb",
        "gonggaotitle",
        "baohanfilemd5",
        "requestData",
    ];
    let listed =
        sources(&["services/wire/src"]).into_iter().find(|source| source.path.ends_with("/interface.rs"));
    let listed = listed.expect("the interfaces").text;
    let fields = listed.split_once("pub fn fields").expect("the fields of each interface").1;
    let quoted = Regex::new(r#""([A-Za-z]+)""#).expect("a right expression");
    let mut names: Vec<_> = quoted.captures_iter(fields).map(|found| found[1].to_owned()).collect();
    names.extend(OF_ANSWERS.map(str::to_owned));
    names.retain(|name| !WORDS.contains(&name.as_str()));
    names.sort();
    names.dedup();
    assert!(names.len() > 30, "{names:?}");
    names
}

#[test]
fn no_test_sleeps() {
    let sleeps = Regex::new(r"thread::sleep|time::sleep\(").expect("a right expression");
    for source in
        all_sources().iter().filter(|source| source.is_test() || source.text.contains("#[cfg(test)]"))
    {
        // This rule's own text, the one place that waits for another process, and the measurements, which are no tests.
        let may = matches!(source.path.as_str(), "tests/house/purity.rs" | "tests/servers/src/patience.rs");
        if may || source.path.starts_with("tests/bench/") {
            continue;
        }
        let tests = if source.is_test() { source.text.as_str() } else { &source.text[source.code().len()..] };
        assert!(
            !sleeps.is_match(tests),
            "{} sleeps in a test: wait for a position, a line or an answer",
            source.path
        );
    }
}
