//! The rules of the house, as tests.
#![expect(clippy::expect_used, reason = "what the tests share is test code as well")]

#[path = "codes.rs"]
mod codes;
#[path = "documentation.rs"]
mod documentation;
#[path = "edges.rs"]
mod edges;
#[path = "files.rs"]
mod files;
#[path = "limits.rs"]
mod limits;
#[path = "purity.rs"]
mod purity;
#[path = "tree.rs"]
mod tree;
