//! Whoever meets a code finds its page, and the top pages name what exists.

use regex::Regex;

use crate::tree::{all_sources, sources, top};

#[test]
fn every_error_code_has_its_page() {
    let code = Regex::new(r#"=> "([a-z]+(?:-[a-z]+)+)","#).expect("a right expression");
    let mut missing = Vec::new();
    for source in sources(&["domain/src/refusal.rs", "services/ledger/src/error.rs", "services/wire/src", "services/office/src"]) {
        if !(source.path.contains("refusal") || source.path.contains("error") || source.path.contains("fault") || source.path.contains("problem")) {
            continue;
        }
        for found in code.captures_iter(source.code()) {
            if !top().join("docs/errors").join(format!("{}.md", &found[1])).exists() {
                missing.push(format!("{} ({})", &found[1], source.path));
            }
        }
    }
    missing.dedup();
    assert!(missing.is_empty(), "codes without a page under docs/errors: {missing:#?}");
}

#[test]
fn the_top_pages_are_there() {
    for page in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/performance.md", "docs/metrics.md"] {
        assert!(top().join(page).exists(), "{page} is missing");
    }
}

#[test]
fn the_architecture_names_every_crate() {
    let text = std::fs::read_to_string(top().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for source in all_sources().iter().filter(|source| source.path.ends_with("/src/lib.rs")) {
        let folder = source.path.trim_end_matches("/src/lib.rs");
        assert!(text.contains(folder), "ARCHITECTURE.md does not name {folder}");
    }
}
