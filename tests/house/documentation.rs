//! Whoever meets a code finds its page, and the top pages name what exists.

use std::collections::BTreeSet;
use std::fs;

use regex::Regex;

use crate::codes;
use crate::tree::{all_sources, top};

const PAGES: &str = "docs/errors";
const INDEX: &str = "README";
/// What every page holds.
const PARTS: [&str; 3] = ["**Message:** ", "**What it means.** ", "**What to do.** "];
/// The shortest page that can help somebody, in characters.
const PAGE_CHARACTERS_MIN: usize = 180;

#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let (codes, pages) = (codes::all(), pages());
    let missing: Vec<_> = codes.iter().filter(|(code, _)| !pages.contains(*code)).collect();
    assert!(missing.is_empty(), "codes without a page under {PAGES}: {missing:#?}");
    let left: Vec<_> = pages.iter().filter(|page| !codes.contains_key(*page)).collect();
    assert!(left.is_empty(), "pages under {PAGES} of codes that do not exist: {left:?}");
}

#[test]
fn every_page_has_the_same_form() {
    for page in pages() {
        let text = text_of(&page);
        assert!(text.starts_with(&format!("# {page}\n")), "{page}: the title is the code");
        for part in PARTS {
            let said = text.split_once(part).map(|(_, said)| said.lines().next().unwrap_or_default());
            assert!(said.is_some_and(|said| !said.is_empty()), "{page} lacks {part}");
        }
        assert!(text.chars().count() >= PAGE_CHARACTERS_MIN, "{page} says too little to help anybody");
    }
}

#[test]
fn the_index_of_codes_names_every_page_and_no_other() {
    let link = Regex::new(r"\[([a-z0-9-]+)\]\(([a-z0-9-]+)\.md\)").expect("a right expression");
    let index = text_of(INDEX);
    let mut named = BTreeSet::new();
    for found in link.captures_iter(&index) {
        assert_eq!(found[1], found[2], "a link that says one code and leads to another");
        named.insert(found[1].to_owned());
    }
    assert_eq!(named, pages(), "{PAGES}/{INDEX}.md and the pages beside it");
}

#[test]
fn links_between_pages_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)#:]+)(#[^)]*)?\)").expect("a right expression");
    for page in markdown() {
        let text = fs::read_to_string(&page).expect("a readable page");
        for found in link.captures_iter(&text) {
            let target = page.with_file_name("").join(&found[1]);
            assert!(target.exists(), "{}: {} leads nowhere", page.display(), &found[1]);
        }
    }
}

#[test]
fn the_top_pages_are_there() {
    for page in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/performance.md",
        "docs/metrics.md",
    ] {
        assert!(top().join(page).exists(), "{page} is missing");
    }
}

#[test]
fn the_architecture_names_every_crate() {
    let text = fs::read_to_string(top().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for source in all_sources().iter().filter(|source| source.path.ends_with("/src/lib.rs")) {
        let folder = source.path.trim_end_matches("/src/lib.rs");
        assert!(text.contains(folder), "ARCHITECTURE.md does not name {folder}");
    }
}

fn pages() -> BTreeSet<String> {
    let entries = fs::read_dir(top().join(PAGES)).expect("the folder of pages");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .filter(|name| name != INDEX)
        .collect()
}

fn text_of(page: &str) -> String {
    fs::read_to_string(top().join(PAGES).join(format!("{page}.md"))).expect("a readable page")
}

/// Every page of ours in Markdown.
fn markdown() -> Vec<std::path::PathBuf> {
    walkdir::WalkDir::new(top())
        .into_iter()
        .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some("target" | ".git" | "data")))
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}
