//! The desk on a real store: repeats, races, keys, erasure, dry runs.

mod desk;
mod erasure;
mod keys;
mod races;
mod repeats;
