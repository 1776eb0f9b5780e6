use sm3::{Digest as _, Sm3};

/// An SM3 digest: of a leaf, of a node, of a text.
pub type Hash = [u8; 32];

/// What a node's hash begins with; a leaf's begins with 0 (RFC 6962, section 2.1), so that neither can be taken for the other.
const NODE: u8 = 1;

/// The hash of a node: SM3(0x01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sm3::new().chain_update([NODE]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree without leaves: SM3 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    digest(&[])
}

/// SM3 of some bytes.
#[must_use]
pub fn digest(bytes: &[u8]) -> Hash {
    Sm3::digest(bytes).into()
}

/// A hash out of its 64 digits; only lower case, so that a hash has one written form.
#[must_use]
pub fn hash_from_hex(digits: &str) -> Option<Hash> {
    if digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
        return None;
    }
    let mut hash = Hash::default();
    hex::decode_to_slice(digits, &mut hash).ok()?;
    Some(hash)
}
