//! The same suite, with the projections in PostgreSQL.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the stage and those who act on it are tests as well")]

mod kind;

#[path = "../projections/beside.rs"]
mod beside;
#[path = "../projections/catching_up.rs"]
mod catching_up;
#[path = "../projections/life.rs"]
mod life;
#[path = "../projections/lists.rs"]
mod lists;
#[path = "../projections/lives.rs"]
mod lives;
#[path = "../projections/masking.rs"]
mod masking;
#[path = "../projections/notices.rs"]
mod notices;
#[path = "../projections/origin.rs"]
mod origin;
#[path = "../projections/random_lives.rs"]
mod random_lives;
#[path = "../projections/rebuild.rs"]
mod rebuild;
#[path = "../projections/reconciliation.rs"]
mod reconciliation;
#[path = "../projections/seal.rs"]
mod seal;
#[path = "../projections/single.rs"]
mod single;
#[path = "../projections/stage.rs"]
mod stage;
#[path = "../projections/stopping.rs"]
mod stopping;
#[path = "../projections/work.rs"]
mod work;
