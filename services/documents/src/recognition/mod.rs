//! Tells a guarantee file from whatever else a core system may hand over.

mod encoded;
mod found;
mod ofd;
mod text;

pub use encoded::{Base64Error, decode_base64};
pub use found::Found;

/// Largest guarantee file taken, in bytes: 10 MiB. Signed ones have some hundred KB; a platform takes the file inside
/// a JSON body.
pub const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// A PDF ends with its end mark (ISO 32000-1, 7.5.5); readers look for it in the last KiB.
const PDF_TAIL_BYTES: usize = 1024;
const PDF_MARK: &[u8] = b"%PDF-";
const PDF_END: &[u8] = b"%%EOF";

/// What kind of guarantee file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Media {
    /// Portable Document Format (ISO 32000).
    Pdf,
    /// Open Fixed-layout Document (GB/T 33190).
    Ofd,
}

impl Media {
    /// For the `Content-Type` header.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Ofd => "application/ofd",
        }
    }

    /// Ending of a file's name, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Ofd => "ofd",
        }
    }
}

/// The bytes are no guarantee file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("保函文件必须是PDF或OFD文件，收到的{found}")]
pub struct NotAGuaranteeFile {
    /// What they are instead.
    pub found: Found,
}

impl NotAGuaranteeFile {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "document-not-pdf-or-ofd"
    }
}

/// PDF or OFD by content; a name or a declared type counts for nothing.
pub fn recognise(bytes: &[u8]) -> Result<Media, NotAGuaranteeFile> {
    let refused = |found| Err(NotAGuaranteeFile { found });
    if bytes.is_empty() {
        return refused(Found::Nothing);
    }
    if bytes.len() > FILE_BYTES_MAX {
        return refused(Found::TooLarge { bytes: bytes.len() });
    }
    if bytes.starts_with(PDF_MARK) {
        let tail = bytes.get(bytes.len().saturating_sub(PDF_TAIL_BYTES)..).unwrap_or(bytes);
        let whole = tail.windows(PDF_END.len()).any(|window| window == PDF_END);
        return if whole { Ok(Media::Pdf) } else { refused(Found::CutOffPdf) };
    }
    if ofd::is_zip(bytes) {
        return ofd::inspect(bytes).map_err(|found| NotAGuaranteeFile { found });
    }
    refused(found::inspect(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_is_known_by_its_first_bytes_and_its_end() {
        assert_eq!(
            recognise(b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"),
            Ok(Media::Pdf)
        );
        assert_eq!(recognise(b"%PDF-1.7\n%%EOF\r\n\r\n"), Ok(Media::Pdf));
    }

    #[test]
    fn a_pdf_that_was_cut_off_is_told_as_such() {
        let mut cut = b"%PDF-1.7\n1 0 obj\n%%EOF\n".to_vec();
        cut.extend(vec![b'x'; 4096]);
        let refusal = recognise(&cut).unwrap_err();
        assert_eq!(refusal.found, Found::CutOffPdf);
        assert!(refusal.to_string().contains("不完整"), "{refusal}");
    }

    #[test]
    fn a_pdf_behind_something_else_is_none() {
        assert!(recognise(b"\n%PDF-1.7\n%%EOF").is_err());
        assert!(recognise(b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.7\n%%EOF").is_err());
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        assert_eq!(recognise(b"").unwrap_err().found, Found::Nothing);
        let mut large = b"%PDF-1.7\n".to_vec();
        large.resize(FILE_BYTES_MAX, b' ');
        large.extend_from_slice(PDF_END);
        let refusal = recognise(&large).unwrap_err();
        assert!(refusal.to_string().contains("10 MiB"), "{refusal}");
    }

    #[test]
    fn the_code_is_stable() {
        assert_eq!(recognise(b"x").unwrap_err().code(), "document-not-pdf-or-ofd");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..512), head in 0..4_usize) {
            let heads: [&[u8]; 4] = [b"", b"PK\x03\x04", b"%PDF-", b"<?xml"];
            let bytes = [heads[head], bytes.as_slice()].concat();
            if let Err(refusal) = recognise(&bytes) {
                proptest::prop_assert!(refusal.to_string().contains("PDF"));
            }
        }
    }
}
