//! Workers, stepped by hand on a real store with real documents.

mod clock;
mod decisions;
mod desk;
mod openings;
