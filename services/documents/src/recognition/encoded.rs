use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::FILE_BYTES_MAX;

/// Base64 has four characters for three bytes; a quarter more leaves room for line breaks of any kind.
const ENCODED_BYTES_MAX: usize = FILE_BYTES_MAX / 3 * 4 / 4 * 5;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Why a text gives no bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Base64Error {
    /// More than a guarantee file may have.
    #[error("文件内容过大：解码后不得超过{} MiB", FILE_BYTES_MAX / 1024 / 1024)]
    TooLarge,
    /// No base64.
    #[error("文件内容不是有效的base64编码")]
    Malformed,
}

impl Base64Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "document-too-large",
            Self::Malformed => "document-not-base64",
        }
    }
}

/// The bytes of a file given as base64, with or without line breaks, padding or a `data:` prefix, in either alphabet.
pub fn decode_base64(text: &str) -> Result<Vec<u8>, Base64Error> {
    if text.len() > ENCODED_BYTES_MAX {
        return Err(Base64Error::TooLarge);
    }
    let text = text.trim();
    let data = text
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(";base64,"))
        .map_or(text, |(_, data)| data);
    let packed: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let url_safe = packed.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let engine = if url_safe { &URL_SAFE } else { &STANDARD };
    let bytes = engine.decode(&packed).map_err(|_| Base64Error::Malformed)?;
    if bytes.len() > FILE_BYTES_MAX { Err(Base64Error::TooLarge) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_spellings_decode() {
        for text in [
            "JVBERi0xLjc=",
            "JVBERi0xLjc",
            "JVBE\r\nRi0x\nLjc=\n",
            " JVBERi0xLjc= ",
            "data:application/pdf;base64,JVBERi0xLjc=",
        ] {
            assert_eq!(decode_base64(text).as_deref(), Ok(b"%PDF-1.7".as_slice()), "{text}");
        }
        assert_eq!(decode_base64("-_8=").as_deref(), Ok([0xfb, 0xff].as_slice()));
        assert_eq!(decode_base64("+/8=").as_deref(), Ok([0xfb, 0xff].as_slice()));
        assert_eq!(decode_base64(""), Ok(Vec::new()));
    }

    #[test]
    fn other_texts_do_not() {
        for text in ["保函", "%PDF-1.7", "A", "JVBE=Ri0x", "data:application/pdf,JVBE"] {
            let error = decode_base64(text).unwrap_err();
            assert_eq!(error.code(), "document-not-base64", "{text}");
        }
    }

    #[test]
    fn the_limit_is_named() {
        let error = decode_base64(&"A".repeat(FILE_BYTES_MAX / 3 * 4 + 8)).unwrap_err();
        assert_eq!(error.code(), "document-too-large");
        assert!(error.to_string().contains("10 MiB"));
        assert_eq!(decode_base64(&"A".repeat(ENCODED_BYTES_MAX + 1)), Err(Base64Error::TooLarge));
    }
}
