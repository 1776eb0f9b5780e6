use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::{
    BlockModeDecrypt as _, BlockModeEncrypt as _, KeyInit as _, KeyIvInit as _, block_padding::Pkcs7,
};
use sm4::Sm4;

use super::SealKey;

/// SM4's block.
pub(super) const BLOCK_BYTES: usize = 16;

/// The mode of operation (GB/T 17964), with what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Ecb,
    Cbc([u8; BLOCK_BYTES]),
}

/// Seals a text with SM4-ECB and PKCS#7 padding, in base64; in CBC mode where a vector is given.
#[must_use]
pub fn seal_text(key: &SealKey, iv: Option<[u8; 16]>, text: &str) -> String {
    let sealed = match iv {
        None => ecb::Encryptor::<Sm4>::new(key.bytes().into()).encrypt_padded_vec::<Pkcs7>(text.as_bytes()),
        Some(iv) => cbc::Encryptor::<Sm4>::new(key.bytes().into(), &iv.into())
            .encrypt_padded_vec::<Pkcs7>(text.as_bytes()),
    };
    STANDARD.encode(sealed)
}

/// Opens a ciphertext of whole blocks: right padding and UTF-8, or nothing.
pub(crate) fn open(key: &SealKey, mode: Mode, ciphertext: &[u8]) -> Option<String> {
    let opened = match mode {
        Mode::Ecb => ecb::Decryptor::<Sm4>::new(key.bytes().into()).decrypt_padded_vec::<Pkcs7>(ciphertext),
        Mode::Cbc(iv) => {
            cbc::Decryptor::<Sm4>::new(key.bytes().into(), &iv.into()).decrypt_padded_vec::<Pkcs7>(ciphertext)
        }
    };
    String::from_utf8(opened.ok()?).ok()
}
