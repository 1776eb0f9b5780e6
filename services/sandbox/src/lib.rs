#![doc = include_str!("../README.md")]

mod address;
mod centre;
mod client;
mod control;
mod desk;
mod file;
mod happening;
mod misconduct;
mod sandbox;
mod section;
mod server;
mod told;
mod wish;

pub use centre::Centre;
pub use client::{Answer, Client, ClientError};
pub use happening::{Caller, Happening};
pub use misconduct::{Misconduct, MisconductKind};
pub use sandbox::{Sandbox, Settings, SettingsError};
pub use section::Section;
pub use told::Told;
