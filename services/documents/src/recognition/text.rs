use super::Found;
use super::encoded::decode_base64;

/// Characters shown of a text: an address and the head of an error message fit.
const SHOWN_CHARS: usize = 100;
/// Shorter texts of base64's letters are words, not files.
const BASE64_CHARS_MIN: usize = 32;
/// A page says what it is in its head.
const HEAD_BYTES: usize = 512;

/// What kind of text; nothing where the bytes are no text.
pub(super) fn inspect(bytes: &[u8]) -> Option<Found> {
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{FEFF}').trim();
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return None;
    }
    Some(kind(text))
}

fn kind(text: &str) -> Found {
    let head = text.get(..text.floor_char_boundary(HEAD_BYTES)).unwrap_or(text).to_ascii_lowercase();
    let single_line = !text.contains(char::is_whitespace);
    if single_line
        && ["http://", "https://", "ftp://", "file://"].iter().any(|scheme| head.starts_with(scheme))
    {
        return Found::Address { text: shown(text) };
    }
    if head.starts_with("<!doctype html") || head.contains("<html") {
        return Found::Message { format: "HTML", text: shown(text) };
    }
    if head.starts_with('<') {
        return Found::Message { format: "XML", text: shown(text) };
    }
    if (head.starts_with('{') && text.ends_with('}')) || (head.starts_with('[') && text.ends_with(']')) {
        return Found::Message { format: "JSON", text: shown(text) };
    }
    if text.len() >= BASE64_CHARS_MIN
        && let Ok(inner) = decode_base64(text)
    {
        let of = [(b"%PDF-".as_slice(), "PDF"), (b"PK\x03\x04", "ZIP")];
        let of = of.into_iter().find(|(beginning, _)| inner.starts_with(beginning)).map(|(_, kind)| kind);
        return Found::Base64 { of };
    }
    Found::Text { text: shown(text) }
}

fn shown(text: &str) -> String {
    let mut line: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).take(SHOWN_CHARS).collect();
    if text.chars().count() > SHOWN_CHARS {
        line.push('…');
    }
    line
}
