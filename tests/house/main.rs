//! The rules of the house, as tests.

#[path = "documentation.rs"]
mod documentation;
#[path = "edges.rs"]
mod edges;
#[path = "files.rs"]
mod files;
#[path = "purity.rs"]
mod purity;
#[path = "tree.rs"]
mod tree;
