use std::fmt;

use ccm::aead::{Aead, KeyInit, Payload};
use ccm::consts::{U12, U16};
use hmac::{Hmac, Mac};
use rand::TryRngCore;
use sm3::Sm3;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::keyring::{KEY_BYTES, Keyring};

/// How long the master key is.
pub const MASTER_KEY_BYTES: usize = 32;
pub(crate) const NONCE_BYTES: usize = 12;
/// The first byte of a wrapped key: SM4-CCM under the key that HMAC-SM3 derives from the master key.
const WRAPPING_VERSION: u8 = 1;

/// SM4-CCM with a 12-byte nonce and a 16-byte tag, as in RFC 8998.
pub(crate) type Sm4Ccm = ccm::Ccm<sm4::Sm4, U16, U12>;

/// The institution's key that wraps the guarantees' own keys. It never leaves this type.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; MASTER_KEY_BYTES]>);

/// Why a key is unusable.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// Not [`MASTER_KEY_BYTES`] long.
    #[error("a master key has {MASTER_KEY_BYTES} bytes, not {0}")]
    Length(usize),
    /// What was wrapped was not wrapped by this key for this guarantee, or it was altered.
    #[error("the wrapped key of guarantee {0} does not fit the master key")]
    DoesNotUnwrap(Uuid),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

impl MasterKey {
    /// Takes the bytes of a key.
    ///
    /// # Errors
    /// Any other length than [`MASTER_KEY_BYTES`].
    pub fn new(bytes: &[u8]) -> Result<Self, MasterKeyError> {
        let key = bytes.try_into().map_err(|_| MasterKeyError::Length(bytes.len()))?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// A key for another purpose (download links), derived so that it tells nothing of this one.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; MASTER_KEY_BYTES]> {
        let mut derived = Zeroizing::new([0; MASTER_KEY_BYTES]);
        // HMAC takes a key of any length, so this cannot fail.
        if let Ok(mut mac) = Hmac::<Sm3>::new_from_slice(&*self.0) {
            mac.update(purpose.as_bytes());
            derived.copy_from_slice(&mac.finalize().into_bytes());
        }
        derived
    }

    /// A new guarantee's key, and what of it is stored.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub(crate) fn new_keyring(&self, guarantee: Uuid) -> Result<(Keyring, Vec<u8>), MasterKeyError> {
        let mut random = Zeroizing::new([0_u8; KEY_BYTES + NONCE_BYTES]);
        rand::rngs::OsRng.try_fill_bytes(&mut *random).map_err(|_| MasterKeyError::NoRandomness)?;
        let (key, nonce) = random.split_at(KEY_BYTES);
        let wrapped = self
            .cipher()
            .encrypt(&nonce_of(nonce), Payload { msg: key, aad: guarantee.as_bytes() })
            .map_err(|_| MasterKeyError::DoesNotUnwrap(guarantee))?;
        let mut stored = Vec::with_capacity(1 + NONCE_BYTES + wrapped.len());
        stored.push(WRAPPING_VERSION);
        stored.extend_from_slice(nonce);
        stored.extend_from_slice(&wrapped);
        Ok((Keyring::new(key), stored))
    }

    /// The key that was stored for a guarantee.
    ///
    /// # Errors
    /// What was not wrapped by this key for this guarantee.
    pub(crate) fn unwrap_keyring(&self, guarantee: Uuid, stored: &[u8]) -> Result<Keyring, MasterKeyError> {
        let unfit = || MasterKeyError::DoesNotUnwrap(guarantee);
        let (&version, rest) = stored.split_first().ok_or_else(unfit)?;
        if version != WRAPPING_VERSION || rest.len() < NONCE_BYTES {
            return Err(unfit());
        }
        let (nonce, wrapped) = rest.split_at(NONCE_BYTES);
        let opened =
            self.cipher().decrypt(&nonce_of(nonce), Payload { msg: wrapped, aad: guarantee.as_bytes() });
        let key = Zeroizing::new(opened.map_err(|_| unfit())?);
        if key.len() == KEY_BYTES { Ok(Keyring::new(&key)) } else { Err(unfit()) }
    }

    fn cipher(&self) -> Sm4Ccm {
        let key = self.derive("baohan guarantee keys v1");
        cipher(&key[..16])
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey(***)")
    }
}

/// A cipher over the first 16 bytes given.
pub(crate) fn cipher(key: &[u8]) -> Sm4Ccm {
    let mut sm4_key = ccm::aead::Key::<Sm4Ccm>::default();
    let length = sm4_key.len().min(key.len());
    sm4_key[..length].copy_from_slice(&key[..length]);
    Sm4Ccm::new(&sm4_key)
}

/// A nonce over the first 12 bytes given.
pub(crate) fn nonce_of(bytes: &[u8]) -> ccm::aead::Nonce<Sm4Ccm> {
    let mut nonce = ccm::aead::Nonce::<Sm4Ccm>::default();
    let length = nonce.len().min(bytes.len());
    nonce[..length].copy_from_slice(&bytes[..length]);
    nonce
}
