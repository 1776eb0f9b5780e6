//! Addresses of databases: an SQLite file, or a PostgreSQL database whose password is never shown.

use std::fmt;

use reqwest::Url;

use super::secret;
use super::section::{Section, quoted};

/// What a URL of an SQLite file begins with.
const SQLITE: &str = "sqlite:";
/// What URLs of PostgreSQL begin with.
const POSTGRES: [&str; 2] = ["postgres:", "postgresql:"];
/// How a hidden password reads.
const HIDDEN: &str = "***";

/// Where a database is: `sqlite:FILE` or `postgres://…`. Shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address with its password, for whoever opens it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is a PostgreSQL database.
    pub fn is_postgres(&self) -> bool {
        is_postgres(&self.0)
    }

    /// The SQLite file; none for PostgreSQL.
    pub fn file(&self) -> Option<&str> {
        self.0.strip_prefix(SQLITE).map(|file| file.strip_prefix("//").unwrap_or(file))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&shown(&self.0))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", shown(&self.0))
    }
}

/// Reads `url` and, beside it, `password`, `password_env` or `password_file`. An absent `url` gives `default`, which brings
/// its own password.
pub fn read(section: &mut Section<'_>, default: &DatabaseUrl) -> DatabaseUrl {
    let node = section.node("url");
    let written = node.and_then(|node| section.as_text("url", node));
    section.understood("url", Some(quoted(&shown(written.as_deref().unwrap_or(default.expose())))));
    let password = secret::optional(section, "password");
    let url = written.map_or_else(|| default.clone(), DatabaseUrl);
    if let Err(message) = checked(&url.0) {
        section.wrong("url", &message, None);
        return default.clone();
    }
    let Some(password) = password else { return url };
    match with_password(&url.0, password.expose()) {
        Ok(url) => DatabaseUrl(url),
        Err(message) => {
            section.wrong_key("password", &message, None);
            url
        }
    }
}

/// The address of an SQLite file.
pub fn sqlite(file: &str) -> DatabaseUrl {
    DatabaseUrl(format!("{SQLITE}{file}"))
}

/// An address as another crate makes it.
pub fn made(url: String) -> DatabaseUrl {
    DatabaseUrl(url)
}

fn is_postgres(url: &str) -> bool {
    POSTGRES.iter().any(|scheme| url.starts_with(scheme))
}

fn checked(url: &str) -> Result<(), String> {
    if is_postgres(url) {
        return checked_postgres(url);
    }
    let file = url.strip_prefix(SQLITE).map(|file| file.trim_start_matches("//"));
    match file {
        Some(file) if file.contains('?') => Err("takes no options behind a question mark".to_owned()),
        Some(file) if file.contains(":memory:") => {
            Err("a ledger in memory would be gone with the process".to_owned())
        }
        Some(file) if !file.trim().is_empty() => Ok(()),
        Some(_) => Err("names no file".to_owned()),
        None => {
            Err(format!("\"{}\" is no database: sqlite:FILE or postgres://USER@HOST/DATABASE is", shown(url)))
        }
    }
}

fn checked_postgres(url: &str) -> Result<(), String> {
    let parsed = Url::parse(url).map_err(|error| format!("is no PostgreSQL address: {error}"))?;
    // A socket's folder stands in `host=` behind the question mark.
    if !parsed.has_host() && !parsed.query_pairs().any(|(key, _)| key == "host") {
        return Err("names no host: postgres://USER@HOST/DATABASE".to_owned());
    }
    if parsed.path().trim_start_matches('/').is_empty()
        && !parsed.query_pairs().any(|(key, _)| key == "dbname")
    {
        return Err("names no database: postgres://USER@HOST/DATABASE".to_owned());
    }
    Ok(())
}

fn with_password(url: &str, password: &str) -> Result<String, String> {
    if !is_postgres(url) {
        return Err("an SQLite file has no password".to_owned());
    }
    let mut parsed = Url::parse(url).map_err(|error| error.to_string())?;
    if parsed.password().is_some() {
        return Err("the password stands in url as well: once is enough".to_owned());
    }
    if parsed.username().is_empty() {
        return Err("url names no user to whom the password would belong".to_owned());
    }
    parsed.set_password(Some(password)).map_err(|()| "url takes no password".to_owned())?;
    Ok(parsed.into())
}

/// An address with its password hidden, wherever in it that stands.
fn shown(url: &str) -> String {
    if !is_postgres(url) {
        return url.to_owned();
    }
    let Ok(mut parsed) = Url::parse(url) else { return format!("postgres:{HIDDEN}") };
    if parsed.password().is_some() && parsed.set_password(Some(HIDDEN)).is_err() {
        return format!("postgres:{HIDDEN}");
    }
    if parsed.query_pairs().any(|(key, _)| key == "password") {
        let kept: Vec<(String, String)> = parsed
            .query_pairs()
            .map(|(key, value)| {
                let value = if key == "password" { HIDDEN.to_owned() } else { value.into_owned() };
                (key.into_owned(), value)
            })
            .collect();
        parsed.query_pairs_mut().clear().extend_pairs(kept);
    }
    parsed.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_file_or_a_postgres_address() {
        for right in [
            "sqlite:data/ledger.db",
            "sqlite:///var/lib/baohan/ledger.db",
            "postgres://baohan@db/ledger",
            "postgresql://baohan:geheim@10.0.0.1:5433/ledger?sslmode=verify-full",
            "postgres:///ledger?host=/run/postgresql",
        ] {
            assert_eq!(checked(right), Ok(()), "{right}");
        }
        for wrong in [
            "sqlite::memory:",
            "sqlite:",
            "sqlite:x.db?mode=ro",
            "postgres://db",
            "postgres:///",
            "mysql://db/x",
            "",
        ] {
            assert!(checked(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_put_in_and_never_shown() {
        let url = DatabaseUrl(with_password("postgres://baohan@db/ledger", "p@ss/wörd").unwrap());
        assert_eq!(url.expose(), "postgres://baohan:p%40ss%2Fw%C3%B6rd@db/ledger");
        assert_eq!(
            format!("{url} {url:?}"),
            "postgres://baohan:***@db/ledger \"postgres://baohan:***@db/ledger\""
        );
        let query = DatabaseUrl("postgres://db/ledger?user=u&password=hunter2".to_owned());
        assert!(!format!("{query}").contains("hunter2"), "{query}");
    }

    #[test]
    fn a_password_needs_a_user_and_a_postgres_address_without_one() {
        assert!(with_password("sqlite:x.db", "p").is_err());
        assert!(with_password("postgres://u:old@db/ledger", "p").is_err());
        assert!(with_password("postgres://db/ledger", "p").is_err());
    }

    #[test]
    fn a_file_is_told_from_a_server() {
        assert_eq!(sqlite("data/ledger.db").file(), Some("data/ledger.db"));
        assert_eq!(DatabaseUrl("sqlite:///var/x.db".to_owned()).file(), Some("/var/x.db"));
        assert!(DatabaseUrl("postgres://db/x".to_owned()).is_postgres());
    }
}
