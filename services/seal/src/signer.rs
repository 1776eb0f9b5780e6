use crate::public_key::{PublicKey, SignatureBytes};
use crate::signing_key::SigningKey;

/// Who signs: a key in memory, or one that a token guards.
#[derive(Debug)]
pub enum Signer {
    /// A key in memory.
    Software(SigningKey),
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignFault {
    /// The arithmetic came out at a value that a signature may not have. It happens less often than a key is guessed.
    #[error("no signature came of the key and these bytes")]
    Failed,
}

impl Signer {
    /// The public half of the key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        match self {
            Self::Software(key) => key.public_key(),
        }
    }

    /// Signs bytes.
    pub fn sign(&self, bytes: &[u8]) -> Result<SignatureBytes, SignFault> {
        match self {
            Self::Software(key) => key.sign(bytes),
        }
    }
}

impl From<SigningKey> for Signer {
    fn from(key: SigningKey) -> Self {
        Self::Software(key)
    }
}
