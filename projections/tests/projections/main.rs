//! The projections over a real log, both on real files.

mod catching_up;
mod life;
mod lists;
mod masking;
mod notices;
mod origin;
mod random_lives;
mod rebuild;
mod reconciliation;
mod stage;
mod stopping;
mod work;
