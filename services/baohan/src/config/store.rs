//! `[store]` and `[projections]`: the databases.

use super::section::Section;

/// More shards than a topic has partitions anywhere we know.
const SHARDS_MAX: u32 = 256;
/// What a URL of an SQLite file begins with.
const SQLITE: &str = "sqlite:";

/// Where the event log lies.
#[derive(Debug, Clone)]
pub struct Store {
    /// `sqlite:FILE`.
    pub url: String,
}

/// Where the projections lie.
#[derive(Debug, Clone)]
pub struct Projections {
    /// `sqlite:FILE`.
    pub url: String,
}

impl Store {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let url = section.parsed("url", "sqlite:data/ledger.db".to_owned(), checked);
        // The number of shards is fixed when a PostgreSQL store is made; an SQLite store has one.
        section.count("shards", 8, 1..=SHARDS_MAX);
        Self { url }
    }
}

impl Projections {
    /// Reads the section; unless told otherwise the file lies beside the store's.
    pub fn read(section: &mut Section<'_>, store: &Store) -> Self {
        let beside = baohan_projections::Options::beside(&store.url);
        let url = section.parsed("url", beside.url, checked);
        if url == store.url {
            section.wrong("url", "is the store's own database: the projections need one of their own", None);
        }
        Self { url }
    }
}

fn checked(url: &str) -> Result<String, String> {
    let file = url.strip_prefix(SQLITE).map(|file| file.trim_start_matches("//"));
    match file {
        Some(file) if file.contains('?') => Err("takes no options behind a question mark".to_owned()),
        Some(file) if file.contains(":memory:") => {
            Err("a ledger in memory would be gone with the process".to_owned())
        }
        Some(file) if !file.trim().is_empty() => Ok(url.to_owned()),
        Some(_) => Err("names no file".to_owned()),
        None if url.starts_with("postgres:") || url.starts_with("postgresql:") => {
            Err("this version keeps its log in SQLite only".to_owned())
        }
        None => Err(format!("\"{url}\" is no store: sqlite:FILE is")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_a_file() {
        assert!(checked("sqlite:data/ledger.db").is_ok());
        assert!(checked("sqlite:///var/lib/baohan/ledger.db").is_ok());
        assert!(checked("sqlite::memory:").is_err());
        assert!(checked("sqlite:").is_err());
        assert!(checked("postgres://db/ledger").unwrap_err().contains("SQLite"));
    }
}
