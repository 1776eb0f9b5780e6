//! Whether what came as a guarantee file is one: platforms should look, and some do.

use std::io::Cursor;

use zip::ZipArchive;

const PDF_MARK: &[u8] = b"%PDF-";
const ZIP_MARK: &[u8] = b"PK";
/// The entry point of an OFD package (GB/T 33190-2016, clause 7).
const OFD_ENTRY: &str = "OFD.xml";

/// What is wrong with a file, in Chinese.
pub(crate) fn trouble(file: &[u8]) -> Option<&'static str> {
    if file.starts_with(PDF_MARK) {
        return None;
    }
    if !file.starts_with(ZIP_MARK) {
        return Some("保函文件不是PDF或OFD");
    }
    match ZipArchive::new(Cursor::new(file)) {
        Ok(archive) if archive.index_for_name(OFD_ENTRY).is_some() => None,
        Ok(_) => Some("保函文件是不含OFD.xml的压缩包，不是OFD"),
        Err(_) => Some("保函文件是损坏的压缩包"),
    }
}

/// The media type of a file that has no trouble.
pub(crate) fn media_type(file: &[u8]) -> &'static str {
    if file.starts_with(PDF_MARK) { "application/pdf" } else { "application/ofd" }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    fn archive(name: &str) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored))
            .unwrap();
        writer.write_all(b"<ofd:OFD/>").unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_pdf_and_an_ofd_pass() {
        assert_eq!(trouble(b"%PDF-1.7\n%%EOF"), None);
        assert_eq!(trouble(&archive("OFD.xml")), None);
        assert_eq!(media_type(&archive("OFD.xml")), "application/ofd");
    }

    #[test]
    fn an_error_page_and_a_zip_with_an_error_message_do_not() {
        assert!(trouble(b"<html>502 Bad Gateway</html>").is_some());
        assert!(trouble(b"").is_some());
        assert!(trouble(&archive("error.xml")).is_some_and(|told| told.contains("OFD.xml")));
        assert!(trouble(b"PK\x03\x04 and no more").is_some_and(|told| told.contains("损坏")));
    }
}
