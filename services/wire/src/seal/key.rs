use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::cipher::BLOCK_BYTES;

/// An SM4 key of 128 bits; printed as `***` and wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SealKey([u8; BLOCK_BYTES]);

impl SealKey {
    /// Reads a key: 32 hex digits, base64 of 16 bytes, or 16 characters (ASCII, since a character is a byte of the key).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let characters =
            || text.is_ascii().then(|| <[u8; BLOCK_BYTES]>::try_from(text.as_bytes()).ok()).flatten();
        sixteen_bytes(text).or_else(characters).map(Self)
    }

    pub(super) fn bytes(&self) -> &[u8; BLOCK_BYTES] {
        &self.0
    }

    /// The key in lower-case hex, its canonical form.
    pub(crate) fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

/// Reads an initialisation vector: 16 bytes in hex or base64; anything else is none.
pub(crate) fn parse_iv(text: &str) -> Option<[u8; BLOCK_BYTES]> {
    sixteen_bytes(text)
}

fn sixteen_bytes(text: &str) -> Option<[u8; BLOCK_BYTES]> {
    let mut bytes = [0; BLOCK_BYTES];
    if hex::decode_to_slice(text, &mut bytes).is_ok() {
        return Some(bytes);
    }
    let decoded = STANDARD.decode(text).ok()?;
    decoded.try_into().ok()
}
