//! `[witness]`: a witness of ledgers, which runs by itself and for the best under other people's hands.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use baohan_seal::PublicKey;
use uuid::Uuid;

use crate::signing_key::{self, KeyPlace};

use super::document::Table;
use super::problem::Source;
use super::seal::required_public_key;
use super::section::Section;
use super::{ConfigError, Environment, LogSettings, Understood, laid_over, report, text_of, values};

/// Beside the ports of gateway, office and sandbox.
const PORT_DEFAULT: u16 = 8_070;
/// The key's file, unless something else is said.
const KEY_FILE: &str = "data/witness.key";
/// The folder of what is remembered, unless something else is said.
const FOLDER: &str = "data/witness";

/// A witness.
#[derive(Debug, Clone)]
pub struct Witness {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its name in signature lines.
    pub name: String,
    /// Where its key is.
    pub key: KeyPlace,
    /// Where it remembers.
    pub folder: PathBuf,
    /// The ledgers that it watches, each with its first key.
    pub ledgers: Vec<(Uuid, PublicKey)>,
}

/// The configuration of a witness: of a file with `[witness]`, and of no ledger where it has none.
#[derive(Debug, Clone)]
pub struct WitnessConfig {
    /// `[witness]`
    pub witness: Witness,
    /// `[log]`
    pub log: LogSettings,
    /// What is right but will surprise.
    pub warnings: Vec<String>,
    understood: Vec<Understood>,
}

impl Witness {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let listen =
            values::address(section, "listen", SocketAddr::from((Ipv4Addr::LOCALHOST, PORT_DEFAULT)));
        let name = section.required_text("name");
        if !signing_key::can_sign_as(&name) && !name.trim().is_empty() {
            section.wrong("name", signing_key::NAME_FORM, None);
        }
        let key = signing_key::read_place(section, KEY_FILE);
        let folder = section.text("folder", FOLDER);
        if folder.trim().is_empty() {
            section.wrong("folder", "names no folder", None);
        }
        let mut ledgers: Vec<(Uuid, PublicKey)> = Vec::new();
        for ledger in section.sections("ledgers", read_ledger).into_iter().flatten() {
            if ledgers.iter().any(|(id, _)| *id == ledger.0) {
                section.wrong("ledgers", &format!("{} stands there twice", ledger.0), None);
            }
            ledgers.push(ledger);
        }
        if ledgers.is_empty() {
            section.report().warn("[witness] watches no ledger: it co-signs nothing");
        }
        Self { listen, name, key, folder: PathBuf::from(folder), ledgers }
    }
}

fn read_ledger(section: &mut Section<'_>) -> Option<(Uuid, PublicKey)> {
    let id = section.required_text("ledger");
    let parsed = id.parse::<Uuid>();
    if parsed.is_err() && !id.trim().is_empty() {
        section.wrong("ledger", "is no UUID; `baohan doctor` of the ledger shows it", None);
    }
    let public_key = required_public_key(section);
    Some((parsed.ok()?, public_key?))
}

impl WitnessConfig {
    /// Reads a file that has `[witness]` and nothing of a ledger.
    pub fn load(file: &Path, environment: Environment) -> Result<Self, ConfigError> {
        Self::from_text(file, text_of(file)?, environment)
    }

    /// Reads a text as if it were the content of `file`.
    pub fn from_text(file: &Path, text: String, environment: Environment) -> Result<Self, ConfigError> {
        let (report, table) = laid_over(Source::new(file, text), environment)?;
        let (witness, log) = Section::root(&report, &table, |root| {
            (root.section("witness", Witness::read), root.section("log", LogSettings::read))
        });
        let (problems, understood, warnings) = report.finish();
        if problems.is_empty() {
            Ok(Self { witness, log, warnings, understood })
        } else {
            Err(ConfigError::Wrong(problems))
        }
    }

    /// What was understood, as TOML with the origin of each value.
    pub fn understood(&self) -> String {
        report::as_toml(&self.understood)
    }

    /// Whether a file is a witness's alone: it has `[witness]`, and no `[institution]`.
    pub fn is_of(file: &Path, environment: &Environment) -> bool {
        let Ok(Ok(mut table)) = text_of(file).map(|text| Table::parse(&text)) else { return false };
        let _ = environment.lay_over(&mut table);
        table.get("witness").is_some() && table.get("institution").is_none()
    }
}
