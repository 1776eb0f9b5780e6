//! `[seal]`: the key that signs checkpoints, how often, and where they go.

use std::path::{Path, PathBuf};
use std::time::Duration;

use baohan_seal::{COSIGNATURES_MAX, PublicKey};
use baohan_sealer::{Outlets, WitnessAt};
use baohan_wire::Secret;

use crate::signing_key::{self, KeyPlace};

use super::keys::Keys;
use super::section::Section;
use super::store::Store;
use super::{secret, values};

/// How often it is looked whether something is to be sealed.
const EVERY_SECONDS: u32 = 1;
/// A checkpoint an hour still tells the hour in which something was altered.
const EVERY_SECONDS_MAX: u32 = 3_600;
/// The name of the key's file beside the store.
const FILE: &str = "seal.key";

/// The seal.
#[derive(Debug, Clone)]
pub struct Seal {
    /// Where the signing key is.
    pub key: KeyPlace,
    /// The key before it, until a checkpoint has introduced the new one.
    pub previous: Option<Secret>,
    /// The ledger's earlier public keys, the first first.
    pub public_keys: Vec<PublicKey>,
    /// How often it is looked whether something is to be sealed.
    pub every: Duration,
    /// A folder made for write-once storage.
    pub folder: Option<PathBuf>,
    /// Who is asked for co-signatures.
    pub witnesses: Vec<WitnessAt>,
    /// How many of them must have co-signed before a checkpoint counts.
    pub at_least: usize,
}

impl Seal {
    /// Reads the section. Unless told otherwise the key lies beside the store's file, or beside the master key.
    pub fn read(section: &mut Section<'_>, store: &Store, keys: &Keys) -> Self {
        let key = signing_key::read_place(section, &beside(store, keys));
        let previous = secret::optional(section, "previous_key");
        if let Some(Err(fault)) = previous.as_ref().map(|text| signing_key::from_text(text.expose())) {
            section.wrong_key("previous_key_file", &fault.to_string(), None);
        }
        let every = section.count("every_seconds", EVERY_SECONDS, 1..=EVERY_SECONDS_MAX);
        let public_keys = section.texts("public_keys", &[]);
        let public_keys = public_keys.iter().enumerate().filter_map(|(index, digits)| {
            let key = PublicKey::from_hex(digits);
            key.inspect_err(|fault| section.wrong(&format!("public_keys.{index}"), &fault.to_string(), None))
                .ok()
        });
        let public_keys = public_keys.collect();
        let folder = section.optional_text("folder").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let mut witnesses: Vec<WitnessAt> = Vec::new();
        for witness in section.sections("witnesses", read_witness).into_iter().flatten() {
            if witnesses.iter().any(|other| other.name == witness.name) {
                section.wrong("witnesses", &format!("\"{}\" is the name of two", witness.name), None);
            } else if witnesses.iter().any(|other| other.public_key == witness.public_key) {
                section.wrong("witnesses", &format!("\"{}\" has the key of another", witness.name), None);
            }
            witnesses.push(witness);
        }
        if witnesses.len() > COSIGNATURES_MAX {
            section.wrong("witnesses", &format!("are more than {COSIGNATURES_MAX}"), None);
        }
        let at_least = at_least(section, witnesses.len());
        Self {
            key,
            previous,
            public_keys,
            every: Duration::from_secs(every.into()),
            folder,
            witnesses,
            at_least,
        }
    }

    /// Where checkpoints go.
    pub fn outlets(&self, kafka: Option<&baohan_topics::Settings>) -> Outlets {
        Outlets {
            topic: kafka.cloned(),
            folder: self.folder.clone(),
            witnesses: self.witnesses.clone(),
            at_least: self.at_least,
        }
    }
}

/// More than half of the witnesses, unless something else is said.
fn at_least(section: &mut Section<'_>, witnesses: usize) -> usize {
    let most = u32::try_from(witnesses).unwrap_or(u32::MAX);
    let default = if most == 0 { 0 } else { most / 2 + 1 };
    let at_least = section.count("at_least", default, 0..=most);
    if at_least == 0 && most > 0 {
        section.report().warn("[seal] at_least = 0: a checkpoint counts whatever the witnesses say");
    }
    at_least as usize
}

fn read_witness(section: &mut Section<'_>) -> Option<WitnessAt> {
    let name = section.required_text("name");
    if !signing_key::can_sign_as(&name) && !name.trim().is_empty() {
        section.wrong("name", signing_key::NAME_FORM, None);
    }
    let url = section.required_text("url");
    if !url.trim().is_empty()
        && let Err(fault) = values::checked_url(&url)
    {
        section.wrong("url", &fault, None);
    }
    let public_key = required_public_key(section)?;
    Some(WitnessAt { name, url: url.trim_end_matches('/').to_owned(), public_key })
}

/// A public key under `public_key`.
pub fn required_public_key(section: &mut Section<'_>) -> Option<PublicKey> {
    let digits = section.required_text("public_key");
    if digits.trim().is_empty() {
        return None;
    }
    PublicKey::from_hex(&digits)
        .inspect_err(|fault| section.wrong("public_key", &fault.to_string(), None))
        .ok()
}

fn beside(store: &Store, keys: &Keys) -> String {
    let file = match (store.url.file(), keys) {
        (Some(file), _) => Some(Path::new(file)),
        (None, Keys::File(file)) => Some(file.as_path()),
        (None, Keys::Environment(_)) => None,
    };
    let folder = file.and_then(Path::parent).unwrap_or(Path::new("data"));
    folder.join(FILE).display().to_string()
}
