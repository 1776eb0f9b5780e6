//! SM3 over bytes, as the key under which they lie.

use std::fmt;
use std::str::FromStr;

use sm3::{Digest as _, Sm3};

/// Bytes of an SM3 digest (GB/T 32905).
const DIGEST_BYTES: usize = 32;

/// An SM3 digest; its text is 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; DIGEST_BYTES]);

/// A text that is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no SM3 digest: 64 hex digits are expected")]
pub struct DigestError(String);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sm3::digest(bytes).into())
    }

    /// As 64 lower-case hex digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        hex::encode(self.0)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; DIGEST_BYTES];
        hex::decode_to_slice(text, &mut bytes)
            .map_err(|_| DigestError(text.chars().take(2 * DIGEST_BYTES + 1).collect()))?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_example_comes_out() {
        // GB/T 32905-2016, annex A.1.
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_hex(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        assert_eq!(digest.to_hex().parse(), Ok(digest));
    }

    #[test]
    fn other_texts_are_no_digest() {
        for text in ["", "66c7", "../../etc/passwd", &"g".repeat(64), &"a".repeat(66)] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}
