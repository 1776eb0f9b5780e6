use crate::public_key::{PublicKey, SignatureBytes};
use crate::signing_key::SigningKey;
#[cfg(feature = "pkcs11")]
use crate::token::{TokenFault, TokenKey};

/// Who signs: a key in memory, or one that a token guards.
#[derive(Debug)]
pub enum Signer {
    /// A key in memory.
    Software(SigningKey),
    /// A key in a PKCS #11 token.
    #[cfg(feature = "pkcs11")]
    Token(TokenKey),
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignFault {
    /// The arithmetic came out at a value that a signature may not have. It happens less often than a key is guessed.
    #[error("no signature came of the key and these bytes")]
    Failed,
    /// The token gives no signature.
    #[cfg(feature = "pkcs11")]
    #[error("the token has not signed")]
    Token(#[from] TokenFault),
}

impl Signer {
    /// The public half of the key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        match self {
            Self::Software(key) => key.public_key(),
            #[cfg(feature = "pkcs11")]
            Self::Token(key) => key.public_key(),
        }
    }

    /// Signs bytes. A token may take its time: where others wait for the thread, it is called on one that may block.
    pub fn sign(&self, bytes: &[u8]) -> Result<SignatureBytes, SignFault> {
        match self {
            Self::Software(key) => key.sign(bytes),
            #[cfg(feature = "pkcs11")]
            Self::Token(key) => key.sign(bytes),
        }
    }
}

impl From<SigningKey> for Signer {
    fn from(key: SigningKey) -> Self {
        Self::Software(key)
    }
}

#[cfg(feature = "pkcs11")]
impl From<TokenKey> for Signer {
    fn from(key: TokenKey) -> Self {
        Self::Token(key)
    }
}
