//! What the command line names of keys and witnesses.

use std::path::Path;
use std::str::FromStr;

use anyhow::Context as _;
use baohan_seal::{PublicKey, WitnessKey};

/// The digits of a public key; what is shorter or longer names a file.
const KEY_DIGITS: usize = 130;

/// A witness, as it is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessNamed {
    /// By its address: it is asked what it remembers.
    Url(String),
    /// By its key: its co-signatures are verified, and wanted.
    Key(WitnessKey),
}

impl FromStr for WitnessNamed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("http://") || text.starts_with("https://") {
            return Ok(Self::Url(text.to_owned()));
        }
        let form = "a witness is named by its address (http://…), or as NAME=KEY";
        let (name, digits) = text.split_once('=').ok_or(form)?;
        let public_key = key(digits).map_err(|error| format!("{error:#}"))?;
        Ok(Self::Key(WitnessKey { name: name.to_owned(), public_key }))
    }
}

/// A public key: its digits, or a file with them or in PEM.
pub fn key(text: &str) -> anyhow::Result<PublicKey> {
    let text = text.trim();
    if text.len() == KEY_DIGITS && text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(PublicKey::from_hex(&text.to_ascii_lowercase())?);
    }
    let content = std::fs::read_to_string(Path::new(text))
        .with_context(|| format!("{text:?} is neither a public key nor a file that can be read"))?;
    let content = content.trim();
    let key = if content.starts_with("-----BEGIN") {
        PublicKey::from_pem(content)
    } else {
        PublicKey::from_hex(&content.to_ascii_lowercase())
    };
    key.with_context(|| format!("{text} holds none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The public key of the private key 1: the generator of the SM2 curve.
    const KEY: &str = "0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";

    #[test]
    fn a_witness_is_named_by_address_or_by_key() {
        let address = "http://notary.example:8070".parse();
        assert_eq!(address, Ok(WitnessNamed::Url("http://notary.example:8070".to_owned())));
        let Ok(WitnessNamed::Key(named)) = format!("notary.example={KEY}").parse() else { panic!("no key") };
        assert_eq!((named.name.as_str(), named.public_key.to_hex().as_str()), ("notary.example", KEY));
        for other in ["notary.example", "notary.example=", "notary.example=04ab", "ftp://notary"] {
            assert!(other.parse::<WitnessNamed>().is_err(), "{other}");
        }
    }

    #[test]
    fn a_key_is_given_by_digits_or_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ledger.pub");
        std::fs::write(&file, format!("{}\n", KEY.to_uppercase())).unwrap();
        assert_eq!(key(&file.display().to_string()).unwrap(), key(KEY).unwrap());
        assert!(key("nowhere.pem").is_err());
    }
}
