//! `[seal.token]`, `[witness.token]`: a key that a PKCS #11 token guards.

use std::path::PathBuf;

use baohan_seal::Signer;
use baohan_wire::Secret;

use crate::signing_key::SigningKeyError;

use super::secret;
use super::section::Section;

/// How the token signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The key is read once and signs in this process.
    Read,
    /// A mechanism of the vendor takes the digest.
    Digest,
    /// A mechanism of the vendor takes the message.
    Message,
}

/// Where a key lies in a token.
#[derive(Debug, Clone)]
pub struct TokenPlace {
    module: PathBuf,
    token: String,
    key: String,
    pin: Secret,
    way: Way,
    mechanism: u64,
}

impl TokenPlace {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Option<Self> {
        let module = PathBuf::from(section.required_text("module"));
        let token = section.required_text("token");
        let key = section.required_text("key");
        let pin = secret::required(section, "pin");
        let way =
            section.choice("way", ("read", Way::Read), &[("digest", Way::Digest), ("message", Way::Message)]);
        let mechanism = section.optional_text("mechanism");
        let number = mechanism.as_deref().map(|digits| {
            let number = u64::from_str_radix(digits.trim_start_matches("0x"), 16);
            if number.is_err() {
                section.wrong("mechanism", "is no number in hex, such as \"0x80000301\"", None);
            }
            number
        });
        if way != Way::Read && number.is_none() {
            section.wrong_key("mechanism", "is required where the token signs itself", None);
        }
        if !cfg!(feature = "pkcs11") {
            section.wrong_key("module", "this program was built without the feature pkcs11", None);
        }
        Some(Self { module, token, key, pin: pin?, way, mechanism: number.and_then(Result::ok).unwrap_or(0) })
    }

    /// Logs in and finds the key.
    #[cfg(feature = "pkcs11")]
    pub fn open(&self) -> Result<Signer, SigningKeyError> {
        use baohan_seal::{SignedInput, TokenKey, TokenSettings, TokenWay};
        let by = |input| TokenWay::Mechanism { number: self.mechanism, input };
        let settings = TokenSettings {
            module: self.module.clone(),
            token: self.token.clone(),
            key: self.key.clone(),
            pin: self.pin.expose().to_owned().into(),
            way: match self.way {
                Way::Read => TokenWay::Read,
                Way::Digest => by(SignedInput::Digest),
                Way::Message => by(SignedInput::Message),
            },
        };
        let opened = TokenKey::open(&settings);
        opened.map(Signer::from).map_err(|fault| SigningKeyError::Token(fault.to_string()))
    }

    /// This program knows no tokens.
    #[cfg(not(feature = "pkcs11"))]
    pub fn open(&self) -> Result<Signer, SigningKeyError> {
        let Self { module, token, key, pin, way, mechanism } = self;
        let module = module.display();
        Err(SigningKeyError::Token(format!(
            "this program was built without the feature pkcs11: {key} in {token} of {module} ({pin:?}, {way:?}, {mechanism:x}) cannot be used"
        )))
    }
}
