//! The projections over a real log, both on real files.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the stage and those who act on it are tests as well")]

mod beside;
mod catching_up;
mod kind;
mod life;
mod lists;
mod lives;
mod masking;
mod notices;
mod origin;
mod random_lives;
mod rebuild;
mod reconciliation;
mod seal;
mod single;
mod stage;
mod stopping;
mod work;
