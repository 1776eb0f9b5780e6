//! Data flow one way: a crate imports only what stands before it in the flow.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Who may use whom. A new edge is a decision: it belongs into ARCHITECTURE.md as well.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("wire", &["domain"]),
    ("log", &[]),
    ("documents", &[]),
    ("ledger", &["domain", "log"]),
    ("topics", &["domain", "log"]),
    ("relay", &["domain", "log", "topics"]),
    ("contract", &["domain", "topics", "relay"]),
    ("seal", &["log"]),
    ("witness", &["seal"]),
    ("projections", &["domain", "log", "topics", "seal"]),
    ("sealer", &["log", "ledger", "topics", "seal", "projections"]),
    ("proof", &["domain", "log", "seal", "projections", "documents"]),
    ("moving", &["domain", "log"]),
    ("issuing", &["domain", "log", "ledger", "documents"]),
    ("gateway", &["domain", "wire", "log", "ledger", "projections", "documents"]),
    ("office", &["domain", "log", "ledger", "projections", "documents", "issuing", "seal", "proof"]),
    ("notifier", &["domain", "wire", "log", "ledger", "projections", "documents"]),
    ("workers", &["domain", "wire", "log", "ledger", "projections", "documents", "issuing"]),
    ("sandbox", &["domain", "wire"]),
];

fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .current_dir(crate::tree::top())
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .expect("cargo metadata answers");
    let short = |name: &str| name.strip_prefix("baohan-").unwrap_or(name).to_owned();
    metadata
        .packages
        .iter()
        .map(|package| {
            let ours = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind == DependencyKind::Normal && dependency.path.is_some())
                .map(|dependency| short(&dependency.name));
            (short(&package.name), ours.collect())
        })
        .collect()
}

#[test]
fn a_crate_uses_only_what_stands_before_it() {
    let edges = edges();
    for (user, used) in &edges {
        // The binary wires everything, and the tests stand outside.
        if matches!(user.as_str(), "baohan" | "tests" | "servers" | "world") || user.starts_with("bench") {
            continue;
        }
        let (_, allowed) = ALLOWED
            .iter()
            .find(|(name, _)| name == user)
            .unwrap_or_else(|| panic!("{user} is a new crate: say in ALLOWED what it may use"));
        for used in used {
            assert!(allowed.contains(&used.as_str()), "{user} must not use {used}");
        }
    }
}

#[test]
fn every_crate_of_the_list_exists() {
    let edges = edges();
    for (name, _) in ALLOWED {
        assert!(edges.contains_key(*name), "{name} stands in ALLOWED and not in the workspace");
    }
}
