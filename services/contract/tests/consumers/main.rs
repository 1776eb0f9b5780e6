//! The consumers that come with the ledger, in Java and in Python, against a real broker: they add up what was written, see nothing of what
//! was given up, and notice what is missing, what comes twice, and a new incarnation.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the whole program is a test, its helpers too")]

mod consumer;
mod counting;
mod lives;
mod noticing;
mod relayed;
mod topic;
