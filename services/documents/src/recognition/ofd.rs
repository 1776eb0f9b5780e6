use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::{Found, Media};

/// The entry point of an OFD package (GB/T 33190-2016, clause 7).
const ENTRY: &str = "OFD.xml";
/// An entry file lists a few documents; what a hostile archive unpacks beyond this is not read.
const ENTRY_BYTES_MAX: u64 = 64 * 1024;
/// Names shown of an archive that is none.
const SHOWN_ENTRIES: usize = 5;
/// Characters shown of a name.
const SHOWN_NAME_CHARS: usize = 60;

/// Whether bytes begin as a ZIP archive does, an empty one included.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    [b"PK\x03\x04".as_slice(), b"PK\x05\x06", b"PK\x07\x08"].iter().any(|mark| bytes.starts_with(mark))
}

/// An OFD, or what the archive is instead. The archive is no larger than a file may be, and nothing of it is unpacked
/// but the beginning of its entry file.
pub(super) fn inspect(bytes: &[u8]) -> Result<Media, Found> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Found::BrokenZip)?;
    if archive.index_for_name(ENTRY).is_none() {
        let shown = |name: String| name.chars().take(SHOWN_NAME_CHARS).filter(|c| !c.is_control()).collect();
        let names = archive.file_names().flatten().map(|name| shown(name.into_owned()));
        let entries = names.take(SHOWN_ENTRIES).collect();
        return Err(Found::Zip { entries, count: archive.len() });
    }
    let entry = archive.by_name(ENTRY).map_err(|_| Found::BrokenOfd)?;
    let mut beginning = Vec::new();
    entry.take(ENTRY_BYTES_MAX).read_to_end(&mut beginning).map_err(|_| Found::BrokenOfd)?;
    // The root element is OFD in the standard's name space, whose prefix writers choose (`ofd:OFD` mostly).
    let text = String::from_utf8_lossy(&beginning);
    if text.contains("<OFD") || text.contains(":OFD") { Ok(Media::Ofd) } else { Err(Found::BrokenOfd) }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;
    use crate::recognition::{decode_base64, recognise};

    fn archive(entries: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    const OFD: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?>
<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0" DocType="OFD"><ofd:DocBody/></ofd:OFD>"#;

    #[test]
    fn an_ofd_is_known_by_its_entry_file() {
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            let bytes = archive(&[("OFD.xml", OFD), ("Doc_0/Document.xml", b"<x/>")], method);
            assert_eq!(recognise(&bytes), Ok(Media::Ofd));
        }
    }

    #[test]
    fn an_archive_with_an_error_message_names_its_entries() {
        // The archive as a core system sent it: error.xml with a result code.
        let sent = "UEsDBBQAAAAAAMBLYlwpzDyBNQAAADUAAAAJAAAAZXJyb3IueG1sPHJvb3Q+PHJlc3VsdD4wPC9yZXN1bHQ+PG1lc3NhZ2U+MTA0\
                    PC9tZXNzYWdlPjwvcm9vdD5QSwECFAMUAAAAAADAS2JcKcw8gTUAAAA1AAAACQAAAAAAAAAAAAAAgAEAAAAAZXJyb3IueG1sUEsF\
                    BgAAAAABAAEANwAAAFwAAAAAAA==";
        let refusal = recognise(&decode_base64(sent).unwrap()).unwrap_err();
        assert_eq!(refusal.found, Found::Zip { entries: vec!["error.xml".to_owned()], count: 1 });
        assert!(refusal.to_string().contains("error.xml"), "{refusal}");
    }

    #[test]
    fn the_base64_of_an_address_is_told_as_an_address() {
        let bytes = decode_base64("aHR0cHM6Ly9maWxlcy5leGFtcGxlL2Rvd25sb2FkP3BvbGljeT1XQkgwMDI0").unwrap();
        let refusal = recognise(&bytes).unwrap_err().to_string();
        assert!(refusal.contains("是文本，内容是一个地址"), "{refusal}");
    }

    #[test]
    fn an_office_file_shows_what_is_in_it() {
        let bytes = archive(
            &[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")],
            CompressionMethod::Stored,
        );
        let refusal = recognise(&bytes).unwrap_err().to_string();
        assert!(refusal.contains("word/document.xml") && refusal.contains("共2个文件"), "{refusal}");
    }

    #[test]
    fn a_false_entry_file_and_broken_archives_are_told() {
        let false_entry =
            archive(&[("OFD.xml", b"<root><result>0</result></root>")], CompressionMethod::Stored);
        assert_eq!(recognise(&false_entry).unwrap_err().found, Found::BrokenOfd);
        let whole = archive(&[("OFD.xml", OFD)], CompressionMethod::Deflated);
        assert_eq!(recognise(&whole[..whole.len() - 30]).unwrap_err().found, Found::BrokenZip);
        assert_eq!(recognise(b"PK\x03\x04").unwrap_err().found, Found::BrokenZip);
        let elsewhere = archive(&[("files/OFD.xml", OFD)], CompressionMethod::Stored);
        assert!(matches!(recognise(&elsewhere).unwrap_err().found, Found::Zip { count: 1, .. }));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = archive(&[("OFD.xml", &vec![b' '; 32 * 1024 * 1024])], CompressionMethod::Deflated);
        assert!(bomb.len() < 64 * 1024);
        assert_eq!(recognise(&bomb).unwrap_err().found, Found::BrokenOfd);
    }
}
