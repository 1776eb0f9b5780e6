use std::path::PathBuf;

use zeroize::Zeroizing;

/// Where a key lies, and how it signs.
#[derive(Clone)]
pub struct TokenSettings {
    /// The vendor's PKCS #11 library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// The label of the key's object.
    pub key: String,
    /// The user's PIN.
    pub pin: Zeroizing<String>,
    /// How it signs.
    pub way: TokenWay,
}

/// How a key in a token signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenWay {
    /// The token keeps the key, and gives it to whoever has logged in: it is read once and signs in this process. PKCS #11 has no mechanism
    /// for SM2, so this is what every token can do. It guards the key at rest, and not against whoever can read this process's memory.
    Read,
    /// The token signs by a mechanism of its vendor, and the key never leaves it.
    Mechanism {
        /// The mechanism's number; vendors' are from `0x8000_0000` on.
        number: u64,
        /// What the mechanism takes.
        input: SignedInput,
    },
}

/// What a vendor's mechanism for SM2 takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedInput {
    /// The digest e = SM3(Z ‖ message), which is worked out here.
    Digest,
    /// The message; the token works out the digest, with the default identifier.
    Message,
}

impl std::fmt::Debug for TokenSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("TokenSettings")
            .field("module", &self.module)
            .field("token", &self.token)
            .field("key", &self.key)
            .field("way", &self.way)
            .finish_non_exhaustive()
    }
}
