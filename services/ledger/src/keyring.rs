use std::fmt;

use baohan_domain::{Envelope, Fingerprint};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ccm::aead::{Aead, Payload};
use hmac::{Hmac, KeyInit, Mac};
use rand::TryRngCore;
use sm3::Sm3;
use zeroize::Zeroizing;

use crate::master_key::{NONCE_BYTES, cipher, nonce_of};

/// A guarantee's key: 16 bytes for SM4, 32 for HMAC-SM3.
pub(crate) const KEY_BYTES: usize = 48;
const SM4_KEY_BYTES: usize = 16;
/// What an envelope's text begins with: SM4-CCM, nonce ‖ ciphertext ‖ tag in base64url.
const ENVELOPE_PREFIX: &str = "e1.";

/// A guarantee's own key, by which personal data go into envelopes and repeats are told. Erased: neither.
#[derive(Clone)]
pub struct Keyring(Option<Zeroizing<[u8; KEY_BYTES]>>);

/// The guarantee's key was destroyed, and with it its personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the guarantee's personal data were erased")]
pub struct Erased;

/// Why an envelope does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The key was destroyed.
    #[error(transparent)]
    Erased(#[from] Erased),
    /// Altered, or of another guarantee or field.
    #[error("the envelope does not open under its guarantee's key")]
    DoesNotOpen,
}

impl Keyring {
    pub(crate) fn new(key: &[u8]) -> Self {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        let length = key.len().min(KEY_BYTES);
        bytes[..length].copy_from_slice(&key[..length]);
        Self(Some(bytes))
    }

    pub(crate) fn erased() -> Self {
        Self(None)
    }

    /// Whether the key is gone.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.0.is_none()
    }

    /// Puts a piece of personal data into an envelope that opens for the same label only.
    ///
    /// # Errors
    /// When the key is gone.
    pub fn envelope(&self, label: &str, clear: &str) -> Result<Envelope, Erased> {
        let bytes = self.sealed(Vec::new(), label, clear.as_bytes())?;
        Ok(Envelope::new(format!("{ENVELOPE_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// Seals bytes behind a first byte of the caller's.
    pub(crate) fn seal_bytes(&self, first: u8, label: &str, clear: &[u8]) -> Result<Vec<u8>, Erased> {
        self.sealed(vec![first], label, clear)
    }

    /// Opens what [`Keyring::seal_bytes`] made, without its first byte.
    pub(crate) fn open_bytes(&self, label: &str, bytes: &[u8]) -> Result<Vec<u8>, OpenError> {
        let key = self.0.as_ref().ok_or(Erased)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or(OpenError::DoesNotOpen)?;
        let payload = Payload { msg: sealed, aad: label.as_bytes() };
        let opened = cipher(&key[..SM4_KEY_BYTES]).decrypt(&nonce_of(nonce), payload);
        opened.map_err(|_| OpenError::DoesNotOpen)
    }

    /// Nonce ‖ ciphertext ‖ tag behind `prefix`.
    fn sealed(&self, mut prefix: Vec<u8>, label: &str, clear: &[u8]) -> Result<Vec<u8>, Erased> {
        let key = self.0.as_ref().ok_or(Erased)?;
        let mut nonce = [0_u8; NONCE_BYTES];
        // Without randomness nothing may be encrypted; a machine in that state cannot make keys either.
        rand::rngs::OsRng.try_fill_bytes(&mut nonce).map_err(|_| Erased)?;
        let payload = Payload { msg: clear, aad: label.as_bytes() };
        let sealed = cipher(&key[..SM4_KEY_BYTES]).encrypt(&nonce_of(&nonce), payload).map_err(|_| Erased)?;
        prefix.extend_from_slice(&nonce);
        prefix.extend_from_slice(&sealed);
        Ok(prefix)
    }

    /// Opens an envelope. Whoever calls this records the reading.
    ///
    /// # Errors
    /// When the key is gone, or the envelope was made for another guarantee or label.
    pub fn open(&self, label: &str, envelope: &Envelope) -> Result<String, OpenError> {
        let unfit = OpenError::DoesNotOpen;
        let text = envelope.as_str().strip_prefix(ENVELOPE_PREFIX).ok_or(unfit)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unfit)?;
        String::from_utf8(self.open_bytes(label, &bytes)?).map_err(|_| unfit)
    }

    /// HMAC-SM3 over a call's business content: tells a repeat, and tells nobody what was said.
    ///
    /// # Errors
    /// When the key is gone.
    pub fn fingerprint(&self, content: &[u8]) -> Result<Fingerprint, Erased> {
        let key = self.0.as_ref().ok_or(Erased)?;
        let mut mac = Hmac::<Sm3>::new_from_slice(&key[SM4_KEY_BYTES..]).map_err(|_| Erased)?;
        mac.update(content);
        Ok(Fingerprint::new(hex::encode(mac.finalize().into_bytes())))
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_erased() { "Keyring(erased)" } else { "Keyring(***)" })
    }
}
