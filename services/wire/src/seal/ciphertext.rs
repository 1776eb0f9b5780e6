use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::cipher::BLOCK_BYTES;

/// The bytes of a ciphertext: hex or base64, whole blocks. Hex is looked for first, since hex digits are valid base64
/// as well. Base64 is taken with line breaks and in no other way loosely: its padding is required.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = without_line_breaks(text);
    let whole_blocks = |bytes: &Vec<u8>| !bytes.is_empty() && bytes.len().is_multiple_of(BLOCK_BYTES);
    let from_hex = hex::decode(text.as_ref()).ok().filter(whole_blocks);
    from_hex.or_else(|| STANDARD.decode(text.as_ref()).ok().filter(whole_blocks))
}

/// Whether the text is a ciphertext by its form.
pub(crate) fn is_ciphertext(text: &str) -> bool {
    /// A longer ciphertext is decoded into memory; no field's bound lets one come here.
    const ON_STACK_BYTES: usize = 768;
    let text = without_line_breaks(text);
    let is_hex =
        text.len().is_multiple_of(BLOCK_BYTES * 2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex || text.len() / 4 * 3 > ON_STACK_BYTES {
        return decode(&text).is_some();
    }
    let mut bytes = [0; ON_STACK_BYTES + 3];
    let length = STANDARD.decode_slice(text.as_ref(), &mut bytes).unwrap_or(0);
    length > 0 && length.is_multiple_of(BLOCK_BYTES)
}

/// The text without carriage returns and line feeds.
pub(crate) fn without_line_breaks(text: &str) -> Cow<'_, str> {
    if text.contains(['\r', '\n']) { Cow::Owned(text.replace(['\r', '\n'], "")) } else { Cow::Borrowed(text) }
}
