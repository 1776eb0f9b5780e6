//! The notifier against a real platform (the sandbox) over real HTTP, on a real store.

mod delivery;
mod house;
mod order;
mod sections;
mod trouble;
