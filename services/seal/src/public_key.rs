use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sm2::dsa::signature::Verifier as _;
use sm2::dsa::{Signature, VerifyingKey};
use sm2::pkcs8::DecodePublicKey as _;

use crate::hash::{Hash, digest};

/// The distinguishing identifier that every signature here is made under (GM/T 0009, section 10: the default).
pub const DISTINGUISHING_ID: &str = "1234567812345678";

/// A signature: r ‖ s, 32 bytes each, big-endian.
pub type SignatureBytes = [u8; 64];

/// The point in its uncompressed form: 0x04 ‖ x ‖ y.
const POINT_BYTES: usize = 65;
/// a ‖ b ‖ xG ‖ yG of the curve (GM/T 0003.5).
const CURVE: [u8; 128] = hex_literal(
    b"fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc\
      28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93\
      32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7\
      bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
);
/// How many bytes of its digest name a key.
const ID_BYTES: usize = 8;

/// A public key of SM2.
#[derive(Clone)]
pub struct PublicKey {
    point: [u8; POINT_BYTES],
    verifying: VerifyingKey,
}

/// What was given is no public key of SM2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no public key of SM2: 130 hex digits in lower case (04, x, y) or a PEM of a public key on the SM2 curve"
)]
pub struct NoPublicKey;

impl PublicKey {
    /// Out of its 130 hex digits, lower case.
    pub fn from_hex(digits: &str) -> Result<Self, NoPublicKey> {
        let mut point = [0; POINT_BYTES];
        if digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
            return Err(NoPublicKey);
        }
        hex::decode_to_slice(digits, &mut point).map_err(|_| NoPublicKey)?;
        Self::from_point(&point)
    }

    /// Out of a PEM (`BEGIN PUBLIC KEY`), as OpenSSL writes it.
    pub fn from_pem(pem: &str) -> Result<Self, NoPublicKey> {
        let key = sm2::PublicKey::from_public_key_pem(pem).map_err(|_| NoPublicKey)?;
        Self::from_point(&key.to_sec1_bytes())
    }

    /// Out of the uncompressed point.
    pub fn from_point(bytes: &[u8]) -> Result<Self, NoPublicKey> {
        let point: [u8; POINT_BYTES] = bytes.try_into().map_err(|_| NoPublicKey)?;
        let verifying = VerifyingKey::from_sec1_bytes(DISTINGUISHING_ID, &point).map_err(|_| NoPublicKey)?;
        Ok(Self { point, verifying })
    }

    /// The uncompressed point.
    #[must_use]
    pub fn point(&self) -> &[u8; POINT_BYTES] {
        &self.point
    }

    /// Its 130 hex digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.point)
    }

    /// Its id for people and files: the first 16 hex digits of the point's SM3.
    #[must_use]
    pub fn id(&self) -> String {
        hex::encode(&digest(&self.point)[..ID_BYTES])
    }

    /// What SM2 signs of some bytes: e = SM3(Z ‖ bytes), with Z of this key and the default identifier (GM/T 0003.2, section 5.5). A token that
    /// signs digests gets it.
    #[must_use]
    pub fn signed_digest(&self, bytes: &[u8]) -> Hash {
        let id = DISTINGUISHING_ID.as_bytes();
        let bits = u16::try_from(id.len() * 8).unwrap_or(u16::MAX).to_be_bytes();
        let z = digest(&[bits.as_slice(), id, &CURVE, &self.point[1..]].concat());
        digest(&[z.as_slice(), bytes].concat())
    }

    /// Whether the signature of these bytes was made with this key (GM/T 0003.2).
    #[must_use]
    pub fn has_signed(&self, bytes: &[u8], signature: &SignatureBytes) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.verifying.verify(bytes, &signature).is_ok())
    }
}

const fn hex_literal(digits: &[u8; 256]) -> [u8; 128] {
    const fn value(digit: u8) -> u8 {
        if digit >= b'a' { digit - b'a' + 10 } else { digit - b'0' }
    }
    let mut bytes = [0; 128];
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] = value(digits[2 * at]) << 4 | value(digits[2 * at + 1]);
        at += 1;
    }
    bytes
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({})", self.id())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_hex())
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        Self::from_hex(&digits).map_err(serde::de::Error::custom)
    }
}
