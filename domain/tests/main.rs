//! What the domain promises: stories a command, values worked out elsewhere, a second model, and the stored form.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod annotate;
mod apply;
mod calendar;
mod cancel;
mod capitals;
mod claim;
mod decline;
mod evolve;
mod extend;
mod golden;
mod identity;
mod invariants;
mod invoice;
mod issue;
mod life;
mod model;
mod money;
mod notice;
mod numbers;
mod outcome;
mod premium;
mod quit;
mod rate;
mod refusals;
mod restore;
mod settlement;
mod story;
mod terms;
mod underwriting;
mod upcast;
mod withdraw;
