//! Signing, sealing and unsealing a message by hand: what the commands of these names do.

use std::borrow::Cow;

use crate::body;
use crate::dialect::{Dialect, from_wire_name};
use crate::lexical::{Field, Fields, Value};
use crate::outgoing::write_json;
use crate::seal::{Mode, SealKey, decode, open, parse_iv, seal_text};
use crate::secret::Secret;
use crate::signature::{Rules, SIGN, join, parts, sign};

/// A message that was signed by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The text that was hashed, without the secret.
    pub hashed_text: String,
    /// The signature.
    pub sign: String,
    /// The message with the signature in it, as JSON.
    pub body: String,
}

/// Why a message cannot be worked on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManualError {
    /// It is no message.
    #[error("{0}")]
    NoMessage(String),
    /// A field that is to be opened and is no ciphertext.
    #[error("{0} is no ciphertext: hex or base64 of whole 16-byte blocks")]
    NoCiphertext(String),
    /// A field that the key does not open.
    #[error("{0} does not open with this key")]
    DoesNotOpen(String),
    /// A vector that is none.
    #[error("the iv is not 16 bytes in hex or base64")]
    NoVector,
}

/// Signs a JSON object by a dialect; a signature that it carries is replaced.
///
/// # Errors
/// What is no JSON object, or repeats a key.
pub fn sign_json(json: &str, dialect: &Dialect, secret: &Secret) -> Result<Signed, ManualError> {
    let fields = parsed(json)?;
    let rules = Rules::of(dialect);
    let hashed_text = join(&parts(&fields, rules));
    let signature = sign(&hashed_text, secret, rules);
    let signed = Field { name: Cow::Borrowed(SIGN), value: Value::Text(Cow::Borrowed(&signature)) };
    let body = write_json(fields.iter().filter(|field| field.name != SIGN).chain(std::iter::once(&signed)));
    Ok(Signed { hashed_text, sign: signature.clone(), body })
}

/// Seals the fields of a JSON object that the dialect's `sealed` names, in ECB mode, or in CBC mode where a vector is
/// given; fields without a value are left as they are.
///
/// # Errors
/// What is no JSON object, or repeats a key; a vector that is none.
pub fn seal_fields(
    json: &str,
    dialect: &Dialect,
    key: &SealKey,
    iv: Option<&str>,
) -> Result<String, ManualError> {
    let iv = iv.map(|iv| parse_iv(iv).ok_or(ManualError::NoVector)).transpose()?;
    rewritten(json, dialect, |_, text| Ok(seal_text(key, iv, text)))
}

/// Opens the fields of a JSON object that the dialect's `sealed` names, as a restore would: CBC first where there is a
/// vector, then ECB.
///
/// # Errors
/// What is no JSON object, or repeats a key; a field that is no ciphertext, or that the key does not open.
pub fn unseal_fields(
    json: &str,
    dialect: &Dialect,
    key: &SealKey,
    iv: Option<&str>,
) -> Result<String, ManualError> {
    rewritten(json, dialect, |name, text| {
        decode(text).ok_or_else(|| ManualError::NoCiphertext(name.to_owned()))?;
        unseal_text(key, iv, text).ok_or_else(|| ManualError::DoesNotOpen(name.to_owned()))
    })
}

/// Opens one ciphertext (hex or base64).
#[must_use]
pub fn unseal_text(key: &SealKey, iv: Option<&str>, ciphertext: &str) -> Option<String> {
    let bytes = decode(ciphertext)?;
    let in_cbc = iv.and_then(parse_iv).and_then(|iv| open(key, Mode::Cbc(iv), &bytes));
    in_cbc.or_else(|| open(key, Mode::Ecb, &bytes))
}

fn rewritten(
    json: &str,
    dialect: &Dialect,
    change: impl Fn(&str, &str) -> Result<String, ManualError>,
) -> Result<String, ManualError> {
    let fields = parsed(json)?;
    let mut items = Vec::with_capacity(fields.len());
    for field in fields.iter() {
        let is_sealed = from_wire_name(&field.name).is_some_and(|known| dialect.sealed.contains(known));
        let value = match &field.value {
            Value::Text(text) if is_sealed && !field.value.is_blank() => {
                Value::Text(Cow::Owned(change(&field.name, text)?))
            }
            value => value.clone(),
        };
        items.push(Field { name: field.name.clone(), value });
    }
    Ok(write_json(items.iter()))
}

fn parsed(json: &str) -> Result<Fields<'_>, ManualError> {
    let json = json.trim_start_matches('\u{feff}');
    Fields::parse(json).map_err(|error| ManualError::NoMessage(body::fault_of(error).message))
}
