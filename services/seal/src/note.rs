use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::hash::digest;
use crate::public_key::{PublicKey, SignatureBytes};
use crate::signer::SignFault;

/// Most bytes of a name in a signature line.
pub const NAME_BYTES_MAX: usize = 128;
/// Most bytes of a note: the checkpoint of as many shards as a store may have (256, of at most 100 bytes), and more co-signatures than anybody
/// will ask for.
pub const NOTE_BYTES_MAX: usize = 64 * 1024;

/// What a signature line begins with: an em dash and a blank.
pub(crate) const LINE_START: &str = "\u{2014} ";
/// How many bytes of a key's digest stand before its signature.
const KEY_HASH_BYTES: usize = 4;

/// Why something is no checkpoint, no signed note, or no signature of one.
#[derive(Debug, thiserror::Error)]
pub enum NoteFault {
    /// It is longer than any note.
    #[error("the note is longer than {NOTE_BYTES_MAX} bytes")]
    TooLong,
    /// It is not text, an empty line, signature lines.
    #[error("a signed note is a text, an empty line and signature lines")]
    NotSigned,
    /// A line of the text is not what stands there in a checkpoint.
    #[error("not a checkpoint: the line {0:?} is missing or is written in another way")]
    Line(&'static str),
    /// The text says what a checkpoint may not say.
    #[error("not a checkpoint: {0}")]
    Sense(&'static str),
    /// A signature line is none.
    #[error("not a signature line: {0}")]
    SignatureLine(&'static str),
    /// The name of whoever signs cannot stand in a signature line.
    #[error("a name is 1 to {NAME_BYTES_MAX} bytes long, without blanks, control characters or '+'")]
    Name,
    /// The signature is not of this key.
    #[error("{name} has not signed this with the key {key}")]
    NotSignedBy {
        /// The name in the signature line.
        name: String,
        /// The id of the key.
        key: String,
    },
    /// It could not be signed.
    #[error("the note is not signed")]
    Sign(#[from] SignFault),
}

/// What kind of signature a key makes; it goes into the key's hash, so that a line of one kind is never taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A ledger's: over the text.
    Ledger,
    /// A witness's: over a time and the text.
    Witness,
}

impl Kind {
    /// Ours: signed notes leave algorithms that they do not know to whoever uses them.
    fn byte(self) -> u8 {
        match self {
            Self::Ledger => 0xB1,
            Self::Witness => 0xB4,
        }
    }
}

/// The hash that names a key in a signature line.
pub(crate) type KeyHash = [u8; KEY_HASH_BYTES];

/// SM3(name ‖ 0x0A ‖ kind ‖ public key), its first four bytes.
pub(crate) fn key_hash(name: &str, kind: Kind, key: &PublicKey) -> KeyHash {
    let whole = digest(&[name.as_bytes(), b"\n", &[kind.byte()], key.point()].concat());
    let mut hash = KeyHash::default();
    hash.copy_from_slice(&whole[..KEY_HASH_BYTES]);
    hash
}

/// Whether a name may stand in a signature line.
pub(crate) fn check_name(name: &str) -> Result<(), NoteFault> {
    let stands = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    if (1..=NAME_BYTES_MAX).contains(&name.len()) && name.chars().all(stands) {
        Ok(())
    } else {
        Err(NoteFault::Name)
    }
}

/// A signature line without its line end: name, and what is encoded behind it.
pub(crate) fn write_line(name: &str, parts: &[&[u8]]) -> String {
    format!("{LINE_START}{name} {}", BASE64.encode(parts.concat()))
}

/// The name of a signature line and the bytes behind it.
pub(crate) fn read_line(line: &str) -> Result<(&str, Vec<u8>), NoteFault> {
    let fault = NoteFault::SignatureLine;
    let rest = line.strip_prefix(LINE_START).ok_or(fault("it begins with an em dash and a blank"))?;
    let (name, encoded) = rest.split_once(' ').ok_or(fault("a blank stands between name and signature"))?;
    check_name(name)?;
    let bytes = BASE64.decode(encoded).map_err(|_| fault("the signature is base64"))?;
    Ok((name, bytes))
}

/// Takes the first `N` bytes off.
pub(crate) fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], NoteFault> {
    let (first, rest) =
        bytes.split_first_chunk::<N>().ok_or(NoteFault::SignatureLine("its bytes are too few"))?;
    *bytes = rest;
    Ok(*first)
}

/// The signature at the end of a line's bytes.
pub(crate) fn last_signature(bytes: &[u8]) -> Result<SignatureBytes, NoteFault> {
    bytes.try_into().map_err(|_| NoteFault::SignatureLine("its bytes are too many or too few"))
}
