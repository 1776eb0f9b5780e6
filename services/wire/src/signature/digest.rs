//! Hashing the signed text with the secret, and comparing.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::{EncoderResult, GBK};
use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use sm3::{Digest, Sm3};
use subtle::ConstantTimeEq as _;

use super::Rules;
use crate::dialect::{Charset, DigestForm, SecretPlace};
use crate::secret::Secret;

/// The signature of a text.
pub(crate) fn sign(text: &str, secret: &Secret, rules: Rules<'_>) -> String {
    match rules.digest {
        DigestForm::Sm3Hex => hex::encode(sm3(text, secret, rules)),
        DigestForm::Sm3HexUpper => hex::encode_upper(sm3(text, secret, rules)),
        DigestForm::Sm3Base64 => STANDARD.encode(sm3(text, secret, rules)),
        DigestForm::Md5Hex => hex::encode(md5(text, secret, rules)),
    }
}

/// Whether the signature is the text's. Hex is taken in either case; the comparison takes the same time wherever
/// the first difference is.
pub(crate) fn verifies(text: &str, secret: &Secret, rules: Rules<'_>, signature: &str) -> bool {
    match rules.digest {
        DigestForm::Sm3Hex | DigestForm::Sm3HexUpper => equal_hex(&sm3(text, secret, rules), signature),
        DigestForm::Md5Hex => equal_hex(&md5(text, secret, rules), signature),
        DigestForm::Sm3Base64 => {
            STANDARD.encode(sm3(text, secret, rules)).as_bytes().ct_eq(signature.as_bytes()).into()
        }
    }
}

/// SM3 in lower-case hex.
pub(crate) fn sm3_hex(bytes: &[u8]) -> String {
    hex::encode(Sm3::digest(bytes))
}

/// MD5 in lower-case hex.
pub(crate) fn md5_hex(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

fn equal_hex<const N: usize>(digest: &[u8; N], signature: &str) -> bool {
    let mut given = [0; N];
    // Decoding does not depend on the right digest, so it tells nothing about it.
    hex::decode_to_slice(signature, &mut given).is_ok() && bool::from(digest.ct_eq(&given))
}

fn sm3(text: &str, secret: &Secret, rules: Rules<'_>) -> [u8; 32] {
    let (text, key) = (in_charset(text, rules.charset), in_charset(secret.expose(), rules.charset));
    if rules.secret == SecretPlace::Hmac
        && let Ok(mac) = Hmac::<Sm3>::new_from_slice(&key)
    {
        return mac.chain_update(&text).finalize().into_bytes().into();
    }
    joined(Sm3::new(), &text, &key, rules.secret).finalize().into()
}

fn md5(text: &str, secret: &Secret, rules: Rules<'_>) -> [u8; 16] {
    let (text, key) = (in_charset(text, rules.charset), in_charset(secret.expose(), rules.charset));
    if rules.secret == SecretPlace::Hmac
        && let Ok(mac) = Hmac::<Md5>::new_from_slice(&key)
    {
        return mac.chain_update(&text).finalize().into_bytes().into();
    }
    joined(Md5::new(), &text, &key, rules.secret).finalize().into()
}

fn joined<D: Digest>(mut hash: D, text: &[u8], key: &[u8], place: SecretPlace) -> D {
    hash.update(text);
    match place {
        SecretPlace::Appsecret => hash.update(b"&appsecret="),
        SecretPlace::Ampersand => hash.update(b"&"),
        SecretPlace::Append | SecretPlace::Hmac => {}
    }
    hash.update(key);
    hash
}

fn in_charset(text: &str, charset: Charset) -> Cow<'_, [u8]> {
    match charset {
        Charset::Utf8 => Cow::Borrowed(text.as_bytes()),
        Charset::Gbk if text.is_ascii() => Cow::Borrowed(text.as_bytes()),
        Charset::Gbk => Cow::Owned(gbk(text)),
    }
}

/// GBK with `?` for what it cannot express, as Java's `getBytes("GBK")` does.
fn gbk(text: &str) -> Vec<u8> {
    // No character of UTF-8 takes more bytes in GBK than it had, so one round a character without a form is enough.
    let mut encoder = GBK.new_encoder();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        bytes.reserve(
            encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len() * 2),
        );
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = rest.get(read..).unwrap_or("");
        match result {
            EncoderResult::Unmappable(_) => bytes.push(b'?'),
            EncoderResult::InputEmpty => return bytes,
            EncoderResult::OutputFull => {}
        }
    }
}
