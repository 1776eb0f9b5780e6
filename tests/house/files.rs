//! Files that fit in the head, folders that say something.

use regex::Regex;

use crate::tree::{all_sources, sources, top};

const LINES_MAX: usize = 600;
const LINES_USUAL_MAX: usize = 350;
const TESTS_PER_THOUSAND_LINES_MIN: usize = 12;

#[test]
fn no_file_is_over_600_lines_and_nine_of_ten_are_under_350() {
    let lengths: Vec<(usize, String)> =
        all_sources().iter().map(|source| (source.text.lines().count(), source.path.clone())).collect();
    for (lines, path) in &lengths {
        assert!(*lines <= LINES_MAX, "{path} has {lines} lines: split it by a noun");
    }
    let usual = lengths.iter().filter(|(lines, _)| *lines < LINES_USUAL_MAX).count();
    assert!(usual * 10 >= lengths.len() * 9, "more than one file in ten is over {LINES_USUAL_MAX} lines");
}

#[test]
fn names_are_nouns_of_the_business_or_the_flow() {
    for source in all_sources() {
        for part in source.path.trim_end_matches(".rs").split('/') {
            let vague = matches!(
                part,
                "utils" | "util" | "common" | "helpers" | "helper" | "core" | "manager" | "misc"
            );
            assert!(!vague, "{}: `{part}` says nothing", source.path);
        }
    }
}

#[test]
fn one_command_a_file() {
    let command = Regex::new(r"fn decide\(self, guarantee: &Guarantee\)").expect("a right expression");
    for source in sources(&["domain/src/command"]) {
        let rules = command.find_iter(source.code()).count();
        let is_list = source.path.ends_with("/mod.rs");
        assert_eq!(rules, usize::from(!is_list), "{} holds {rules} rules", source.path);
    }
}

#[test]
fn lib_files_hold_modules_and_re_exports_only() {
    let other = Regex::new(r"(?m)^\s*(pub(\(\w+\))? )?(async )?(fn|struct|enum|trait|impl|const|static)\b")
        .expect("a right expression");
    for source in all_sources().iter().filter(|source| source.path.ends_with("/src/lib.rs")) {
        assert!(!other.is_match(source.code()), "{} defines something", source.path);
        assert!(
            source.text.contains("include_str!(\"../README.md\")"),
            "{}: the README is the crate's doc",
            source.path
        );
    }
}

#[test]
fn silenced_lints_say_why() {
    let silenced = Regex::new(r"#!?\[(allow|expect)\(([^\]]*)\)\]").expect("a right expression");
    for source in all_sources() {
        for found in silenced.captures_iter(&source.text) {
            assert!(found[2].contains("reason"), "{}: {} has no reason", source.path, &found[0]);
        }
    }
}

#[test]
fn there_are_at_least_12_tests_per_1000_lines() {
    let sources = all_sources();
    let lines: usize =
        sources.iter().filter(|source| !source.is_test()).map(|source| source.code().lines().count()).sum();
    let test = Regex::new(r"#\[(tokio::)?test|proptest! \{").expect("a right expression");
    let tests: usize = sources.iter().map(|source| test.find_iter(&source.text).count()).sum();
    let wanted = lines * TESTS_PER_THOUSAND_LINES_MIN / 1000;
    assert!(tests >= wanted, "{tests} tests for {lines} lines: at least {wanted} are wanted");
}

#[test]
fn every_crate_has_a_readme_that_says_what_it_is() {
    for manifest in glob_manifests() {
        let readme = manifest.with_file_name("README.md");
        let text = std::fs::read_to_string(&readme).unwrap_or_default();
        assert!(text.lines().count() >= 5, "{} is missing or too short", readme.display());
    }
}

fn glob_manifests() -> Vec<std::path::PathBuf> {
    walkdir::WalkDir::new(top())
        .max_depth(3)
        .into_iter()
        .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some("target" | ".git" | "data")))
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name() == "Cargo.toml" && entry.depth() > 1)
        .map(walkdir::DirEntry::into_path)
        .collect()
}
