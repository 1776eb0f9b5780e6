//! Workers, stepped by hand on a real store with real documents.

mod clock;
mod desk;
mod decisions;
mod openings;
