#![doc = include_str!("../README.md")]

mod centre;
mod client;
mod control;
mod desk;
mod happening;
mod misconduct;
mod server;

pub use centre::{Centre, Section, Told};
pub use client::{Answer, Client, ClientError};
pub use happening::{Caller, Happening};
pub use misconduct::{Misconduct, MisconductKind};
pub use server::{Sandbox, Settings, SettingsError};
