//! The forms that texts in the configuration must have.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::section::Section;

/// The longest secret, address or name that is taken: a pasted file is a mistake.
const TEXT_LENGTH_MAX: usize = 1_000;

/// `127.0.0.1:8080` or `[::1]:8080`.
pub fn address(section: &mut Section<'_>, key: &str, default: SocketAddr) -> SocketAddr {
    section.parsed(key, default, |text| {
        text.parse::<SocketAddr>().map_err(|_| {
            format!("\"{text}\" is no listening address: an IP address and a port, such as 127.0.0.1:8080")
        })
    })
}

/// An `http://` or `https://` address without a slash at its end.
pub fn url(section: &mut Section<'_>, key: &str, default: &str) -> String {
    section.parsed(key, default.to_owned(), |text| {
        checked_url(text).map(|()| text.trim_end_matches('/').to_owned())
    })
}

/// Whether a text is an `http://` or `https://` address.
pub fn checked_url(text: &str) -> Result<(), String> {
    if text.len() > TEXT_LENGTH_MAX {
        return Err(format!("longer than {TEXT_LENGTH_MAX} characters"));
    }
    let parsed = reqwest::Url::parse(text).map_err(|error| format!("\"{text}\" is no URL: {error}"))?;
    match parsed.scheme() {
        "http" | "https" if parsed.has_host() => Ok(()),
        other => Err(format!("\"{text}\" is no http:// or https:// URL, but {other}:")),
    }
}

/// The folder that a `sqlite:` or `file:` URL writes into; none for what lies elsewhere.
pub fn folder_of(url: &str) -> Option<PathBuf> {
    let (scheme, path) = url.split_once(':')?;
    let path = Path::new(path.strip_prefix("//").unwrap_or(path));
    match scheme {
        "sqlite" => path.parent().map(Path::to_owned),
        "file" => Some(path.to_owned()),
        _ => None,
    }
}

/// A date, `2026-12-31`.
pub fn date(text: &str) -> Result<chrono::NaiveDate, String> {
    let parsed = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    // chrono takes `2026-1-5` too; one form keeps the file greppable.
    parsed
        .filter(|date| date.to_string() == text)
        .ok_or_else(|| format!("\"{text}\" is no date of the form 2026-12-31"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_http_with_a_host() {
        assert!(checked_url("https://pay.example/a?b=c").is_ok());
        assert!(checked_url("ftp://pay.example").unwrap_err().contains("ftp:"));
        assert!(checked_url("pay.example/a").is_err());
    }

    #[test]
    fn a_url_of_a_file_tells_its_folder() {
        assert_eq!(folder_of("sqlite:data/ledger.db"), Some("data".into()));
        assert_eq!(folder_of("file:///var/documents"), Some("/var/documents".into()));
        assert_eq!(folder_of("s3://bucket/prefix"), None);
    }

    #[test]
    fn dates_have_one_form_and_exist() {
        assert!(date("2026-12-31").is_ok());
        assert!(date("2026-2-3").is_err());
        assert!(date("2026-02-30").is_err());
    }
}
