//! What somebody with every right on the databases can do to a ledger, and what an auditor finds of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the stage and those who act on it are tests as well"
)]

mod aimed;
mod attack;
mod postgres;
mod random;
mod rights;
mod signed;
mod stage;
mod whole;
