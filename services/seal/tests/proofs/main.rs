//! What the seal computes, checked against slower and plainer ways of computing the same, and against OpenSSL.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the whole program is a test, its helpers too")]

mod evidence;
mod example;
mod marks;
mod mutation;
mod notes;
mod openssl;
mod python;
mod specimen;
mod structure;
mod trees;
mod witnessing;
