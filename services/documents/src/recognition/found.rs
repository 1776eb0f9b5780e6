use std::fmt;

use super::FILE_BYTES_MAX;
use super::text;

/// First bytes shown of what nobody knows: enough to look the kind up.
const SHOWN_BYTES: usize = 8;

/// What bytes are that are no guarantee file; its text is Chinese and goes on from 收到的.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// No bytes.
    Nothing,
    /// More than [`FILE_BYTES_MAX`].
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// A PDF without its end.
    CutOffPdf,
    /// A ZIP that is no OFD.
    Zip {
        /// Its first entries' names.
        entries: Vec<String>,
        /// How many entries it has.
        count: usize,
    },
    /// A ZIP that does not open.
    BrokenZip,
    /// A ZIP with an `OFD.xml` that is none.
    BrokenOfd,
    /// The address of a file instead of the file.
    Address {
        /// The address, shortened.
        text: String,
    },
    /// The file, encoded once too often.
    Base64 {
        /// Of what, where that shows.
        of: Option<&'static str>,
    },
    /// A page or message in a format of the web.
    Message {
        /// `HTML`, `XML` or `JSON`.
        format: &'static str,
        /// How it begins.
        text: String,
    },
    /// Some text.
    Text {
        /// How it begins.
        text: String,
    },
    /// A file of another kind.
    Other {
        /// Which.
        kind: &'static str,
    },
    /// Bytes that nobody knows.
    Unknown {
        /// The first of them, in hex.
        first: String,
    },
}

/// Beginnings of files that are handed over by mistake.
const KINDS: [(&[u8], &str); 12] = [
    (b"\x89PNG\r\n\x1a\n", "PNG图片"),
    (b"\xff\xd8\xff", "JPEG图片"),
    (b"GIF8", "GIF图片"),
    (b"BM", "BMP图片"),
    (b"II*\0", "TIFF图片"),
    (b"MM\0*", "TIFF图片"),
    (b"RIFF", "WebP图片或音视频"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版Office文件（doc、xls）"),
    (b"\x1f\x8b", "gzip压缩文件"),
    (b"Rar!\x1a\x07", "RAR压缩文件"),
    (b"7z\xbc\xaf\x27\x1c", "7z压缩文件"),
    (b"%!PS", "PostScript文件"),
];

/// What bytes are that begin neither as PDF nor as ZIP.
pub(super) fn inspect(bytes: &[u8]) -> Found {
    if let Some((_, kind)) = KINDS.iter().find(|(beginning, _)| bytes.starts_with(beginning)) {
        return Found::Other { kind };
    }
    text::inspect(bytes)
        .unwrap_or_else(|| Found::Unknown { first: hex::encode(bytes.get(..SHOWN_BYTES).unwrap_or(bytes)) })
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => formatter.write_str("文件为空"),
            Self::TooLarge { bytes } => {
                write!(formatter, "文件有{bytes}字节，超过上限{} MiB", FILE_BYTES_MAX / 1024 / 1024)
            }
            Self::CutOffPdf => formatter.write_str("是不完整的PDF：文件末尾缺少%%EOF"),
            Self::Zip { entries, count } => {
                write!(formatter, "是ZIP压缩包，其中没有OFD.xml（共{count}个文件")?;
                if !entries.is_empty() {
                    write!(formatter, "：{}", entries.join("、"))?;
                }
                formatter.write_str("）")
            }
            Self::BrokenZip => formatter.write_str("是损坏的ZIP压缩包，无法读取"),
            Self::BrokenOfd => formatter.write_str("是ZIP压缩包，其中的OFD.xml不是OFD的入口文件"),
            Self::Address { text } => write!(formatter, "是文本，内容是一个地址：{text}"),
            Self::Base64 { of: Some(kind) } => write!(formatter, "是base64文本（{kind}），多编码了一次"),
            Self::Base64 { of: None } => formatter.write_str("是base64文本，多编码了一次"),
            Self::Message { format, text } => write!(formatter, "是{format}文本，像是错误页面：{text}"),
            Self::Text { text } => write!(formatter, "是文本：{text}"),
            Self::Other { kind } => write!(formatter, "是{kind}"),
            Self::Unknown { first } => write!(formatter, "是无法识别的数据，开头为{first}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::recognition::recognise;

    #[test]
    fn each_kind_is_named() {
        let table: [(&[u8], &str); 16] = [
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG图片"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG图片"),
            (b"GIF89a", "GIF图片"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "旧版Office"),
            (b"\x1f\x8b\x08\0", "gzip"),
            (
                b"https://files.example/download?policy=WBH0024",
                "地址：https://files.example/download?policy=WBH0024",
            ),
            (b"  http://files.example/a.pdf\n", "地址：http://files.example/a.pdf"),
            (b"/data/files/a.pdf", "是文本：/data/files/a.pdf"),
            (b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "是HTML文本"),
            (b"\xef\xbb\xbf<html><h1>x</h1></html>", "是HTML文本"),
            (b"<?xml version=\"1.0\"?><root><result>0</result></root>", "是XML文本"),
            (b"{\"code\":\"0\",\"message\":\"no such policy\"}", "是JSON文本"),
            (b"JVBERi0xLjQKJeLjz9MKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo=", "base64文本（PDF）"),
            (b"UEsDBBQAAAAAAMBLYlwpzDyBNQAAADUAAAAJAAAAZXJyb3IueG1s", "base64文本（ZIP）"),
            ("保单不存在".as_bytes(), "是文本：保单不存在"),
            (b"\x00\x01\x02\x03", "无法识别的数据，开头为00010203"),
        ];
        for (bytes, part) in table {
            let refusal = recognise(bytes).unwrap_err().to_string();
            assert!(refusal.contains(part), "{refusal} should say {part}");
            assert!(refusal.starts_with("保函文件必须是PDF或OFD文件"), "{refusal}");
        }
    }

    #[test]
    fn a_text_in_gbk_is_no_puzzle_for_the_message() {
        // 保单不存在 in GBK: not UTF-8, so its first bytes are shown.
        assert!(
            recognise(b"\xb1\xa3\xb5\xa5\xb2\xbb\xb4\xe6\xd4\xda")
                .unwrap_err()
                .to_string()
                .contains("b1a3b5a5")
        );
    }

    #[test]
    fn a_long_text_is_shortened() {
        let refusal = recognise("错".repeat(5000).as_bytes()).unwrap_err().to_string();
        assert!(refusal.chars().count() < 200, "{refusal}");
    }
}
