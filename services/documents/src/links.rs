//! Tokens of download links.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;

/// Keeps these tokens apart from whatever else the same key may sign.
const LABEL: &[u8] = b"baohan-download-link/1";

/// Makes the unguessable part of a download link, and knows it again.
///
/// A token is HMAC-SM3 over the guarantee, the form and the document's digest, so it opens that one file and
/// nothing else, and needs no table. It stays right as long as the key does.
#[derive(Clone)]
pub struct LinkSigner {
    keyed: Hmac<Sm3>,
}

impl LinkSigner {
    /// A signer under `key`, which should have at least 16 random bytes.
    ///
    /// Returns `None` for an empty key: its tokens could be guessed.
    #[must_use]
    pub fn new(key: &[u8]) -> Option<Self> {
        if key.is_empty() {
            return None;
        }
        let mut keyed = Hmac::<Sm3>::new_from_slice(key).ok()?;
        keyed.update(LABEL);
        Some(Self { keyed })
    }

    /// The token of one document: 64 lower-case hex digits.
    #[must_use]
    pub fn token(&self, guarantee_id: &str, form: &str, digest: &str) -> String {
        hex::encode(self.over(guarantee_id, form, digest).finalize().into_bytes())
    }

    /// Whether `token` is the document's; takes the same time wherever the first difference lies.
    #[must_use]
    pub fn verify(&self, guarantee_id: &str, form: &str, digest: &str, token: &str) -> bool {
        let Ok(bytes) = hex::decode(token) else { return false };
        self.over(guarantee_id, form, digest).verify_slice(&bytes).is_ok()
    }

    /// Length-prefixed, so that no two triples give the same bytes.
    fn over(&self, guarantee_id: &str, form: &str, digest: &str) -> Hmac<Sm3> {
        let mut mac = self.keyed.clone();
        for part in [guarantee_id, form, digest] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

impl fmt::Debug for LinkSigner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LinkSigner(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(key: &[u8]) -> LinkSigner {
        LinkSigner::new(key).unwrap()
    }

    #[test]
    fn a_token_opens_its_own_document_alone() {
        let signer = signer(b"0123456789abcdef");
        let token = signer.token("g-1", "sealed", "d1");
        assert_eq!(token.len(), 64);
        assert!(signer.verify("g-1", "sealed", "d1", &token));
        assert!(signer.verify("g-1", "sealed", "d1", &token.to_uppercase()));
        for (id, form, digest) in [("g-2", "sealed", "d1"), ("g-1", "plain", "d1"), ("g-1", "sealed", "d2")] {
            assert!(!signer.verify(id, form, digest, &token));
        }
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let signer = signer(b"0123456789abcdef");
        assert_ne!(signer.token("ab", "c", "d"), signer.token("a", "bc", "d"));
    }

    #[test]
    fn another_key_and_bent_tokens_do_not_open() {
        let token = signer(b"0123456789abcdef").token("g-1", "plain", "d1");
        assert!(!signer(b"fedcba9876543210").verify("g-1", "plain", "d1", &token));
        let signer = signer(b"0123456789abcdef");
        for bent in ["", "zz", &token[..62], &format!("{token}00")] {
            assert!(!signer.verify("g-1", "plain", "d1", bent));
        }
        let mut flipped = token.into_bytes();
        flipped[0] = if flipped[0] == b'0' { b'1' } else { b'0' };
        assert!(!signer.verify("g-1", "plain", "d1", &String::from_utf8(flipped).unwrap()));
    }

    #[test]
    fn an_empty_key_is_refused_and_the_key_is_not_shown() {
        assert!(LinkSigner::new(b"").is_none());
        assert_eq!(format!("{:?}", signer(b"secret-secret-00")), "LinkSigner(***)");
    }
}
