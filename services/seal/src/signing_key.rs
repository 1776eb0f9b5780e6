use std::fmt;

use sm2::SecretKey;
use sm2::dsa::SigningKey as Sm2SigningKey;
use sm2::dsa::signature::Signer as _;
use sm2::pkcs8::{EncodePrivateKey as _, LineEnding};
use zeroize::Zeroizing;

use crate::public_key::{DISTINGUISHING_ID, NoPublicKey, PublicKey, SignatureBytes};
use crate::signer::SignFault;

/// How many bytes a private key has.
pub const KEY_BYTES: usize = 32;
/// The group's order less 1, the one number in the group that is no key: SM2 divides by one more (GM/T 0003.1, section 6.1).
const LAST: &[u8] = b"\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x72\x03\xdf\x6b\x21\xc6\x05\x2b\x53\xbb\xf4\x09\x39\xd5\x41\x22";
/// How often random bytes are drawn for a key: one in 2^32 draws lies outside of the group, so that more than a few mean a broken source.
const DRAWS_MAX: usize = 8;

/// A private key of SM2. It is cleared from memory when it is dropped, and does not show in `Debug`. The copies that the crate `sm2` makes while
/// it signs are not cleared; they live on the stack, and for the signature only.
pub struct SigningKey {
    secret: SecretKey,
    public: PublicKey,
}

/// Why there is no private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSigningKey {
    /// What was given is none.
    #[error("no private key of SM2: 64 hex digits, 32 bytes, or a PEM (PKCS #8 or SEC 1) on the SM2 curve")]
    Form,
    /// The source of random bytes gives none.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

impl SigningKey {
    /// A new key. The caller fills the bytes from the system's source of randomness.
    pub fn generate<E>(mut fill: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Self, NoSigningKey> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        for _ in 0..DRAWS_MAX {
            fill(&mut *bytes).map_err(|_| NoSigningKey::NoRandomness)?;
            if let Ok(key) = Self::from_bytes(&*bytes) {
                return Ok(key);
            }
        }
        Err(NoSigningKey::NoRandomness)
    }

    /// Out of its 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NoSigningKey> {
        if bytes.len() != KEY_BYTES {
            return Err(NoSigningKey::Form);
        }
        Self::of(SecretKey::from_slice(bytes).map_err(|_| NoSigningKey::Form)?)
    }

    /// Out of its 64 hex digits.
    pub fn from_hex(digits: &str) -> Result<Self, NoSigningKey> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        hex::decode_to_slice(digits.trim(), &mut *bytes).map_err(|_| NoSigningKey::Form)?;
        Self::from_bytes(&*bytes)
    }

    /// Out of a PEM: PKCS #8 (`BEGIN PRIVATE KEY`) or SEC 1 (`BEGIN EC PRIVATE KEY`), as OpenSSL writes them.
    pub fn from_pem(pem: &str) -> Result<Self, NoSigningKey> {
        Self::of(SecretKey::from_pem(pem).map_err(|_| NoSigningKey::Form)?)
    }

    /// As PEM (PKCS #8), which OpenSSL reads.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, NoSigningKey> {
        self.secret.to_pkcs8_pem(LineEnding::LF).map_err(|_| NoSigningKey::Form)
    }

    /// Its public half.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs bytes (GM/T 0003.2, with SM3). The random number comes out of the key and the bytes (RFC 6979), so that the same bytes always have
    /// the same signature and no weak source of randomness can give the key away.
    pub fn sign(&self, bytes: &[u8]) -> Result<SignatureBytes, SignFault> {
        let key = Sm2SigningKey::new(DISTINGUISHING_ID, &self.secret).map_err(|_| SignFault::Failed)?;
        let signature = key.try_sign(bytes).map_err(|_| SignFault::Failed)?;
        Ok(signature.to_bytes().into())
    }

    fn of(secret: SecretKey) -> Result<Self, NoSigningKey> {
        if Zeroizing::new(secret.to_bytes()).as_slice() == LAST {
            return Err(NoSigningKey::Form);
        }
        let point = secret.public_key().to_sec1_bytes();
        let public = PublicKey::from_point(&point).map_err(|NoPublicKey| NoSigningKey::Form)?;
        Ok(Self { secret, public })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.public.id())
    }
}
