//! A copy of a store in which one byte is another: what somebody with every right on the database could do.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use baohan_seal::evidence::{Evidence, EvidenceRecord};
use reqwest::Url;
use sqlx::{Connection as _, PgConnection};

use super::setting::Setting;

/// What is altered: an amount in the payload of a demand.
const EVENT: &str = "Claimed";
/// What stands before the digit that is altered.
const BEFORE: &str = "\"amount\":\"";

/// An altered copy.
pub struct Altered {
    /// A configuration that names it.
    pub config: PathBuf,
    /// The shard of the record that is altered.
    pub shard: u16,
    /// Its position.
    pub position: u64,
    /// What was done.
    pub said: String,
}

/// Copies the store of a ledger that stands still, and alters one byte of one record of this evidence in the copy.
pub async fn copy(setting: &Setting, evidence: &Evidence) -> anyhow::Result<Altered> {
    let record = evidence.records.iter().find(|record| record.event_type == EVENT);
    let record = record.with_context(|| format!("no {EVENT} among the records"))?;
    let (at, bent) = bend(&record.payload)?;
    let folder = setting.folder.join("altered");
    std::fs::create_dir_all(&folder)?;
    let store = setting.config.store.url.expose();
    let (copied, place) = if setting.config.store.url.is_postgres() {
        let copied = in_a_database(store, record, &bent).await?;
        let name = Url::parse(&copied)?.path().trim_start_matches('/').to_owned();
        (copied, format!("database {name}"))
    } else {
        let file = in_a_folder(&setting.folder, &folder, record, at, &bent)?;
        (format!("sqlite:{}", file.display()), file.display().to_string())
    };
    let text = std::fs::read_to_string(&setting.file)?;
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    ensure!(text.contains(&quoted(store)), "the configuration does not name the store");
    let config = folder.join("baohan.toml");
    std::fs::write(&config, text.replace(&quoted(store), &quoted(&copied)))?;
    let digit = |payload: &str| payload.get(at..=at).unwrap_or_default().to_owned();
    let said = format!(
        "{place}: in the {EVENT} at position {} the amount's first digit was {} and is {}",
        record.position,
        digit(&record.payload),
        digit(&bent)
    );
    Ok(Altered { config, shard: record.shard, position: record.position, said })
}

/// Where the amount's first digit stands, and the payload with another one.
fn bend(payload: &str) -> anyhow::Result<(usize, String)> {
    let at = payload.find(BEFORE).context("a demand without an amount")? + BEFORE.len();
    let digit = if payload.get(at..=at) == Some("9") { "8" } else { "9" };
    let (head, tail) = (payload.get(..at), payload.get(at + 1..));
    let (head, tail) = head.zip(tail).context("an amount without digits")?;
    Ok((at, format!("{head}{digit}{tail}")))
}

/// The store's files, and in the ledger's one byte: no database was asked.
fn in_a_folder(
    from: &Path,
    to: &Path,
    record: &EvidenceRecord,
    at: usize,
    bent: &str,
) -> anyhow::Result<PathBuf> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().contains(".db") {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    let file = to.join("ledger.db");
    let mut bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let payload = record.payload.as_bytes();
    let found = bytes.windows(payload.len()).position(|window| window == payload);
    let place = found.context("the record does not stand in the file as one piece")? + at;
    let digit = bent.as_bytes().get(at).copied().context("an amount without digits")?;
    *bytes.get_mut(place).context("the file ends before the amount")? = digit;
    std::fs::write(&file, bytes)?;
    Ok(file)
}

/// A database made after the ledger's, and in it the payload: the trigger that refuses updates is no hindrance to who may do everything.
async fn in_a_database(store: &str, record: &EvidenceRecord, bent: &str) -> anyhow::Result<String> {
    let mut url = Url::parse(store)?;
    let original = url.path().trim_start_matches('/').to_owned();
    let name = format!("{original}_altered");
    url.set_path("postgres");
    let mut server = PgConnection::connect(url.as_str()).await.context("PostgreSQL does not answer")?;
    // The quickstart gave the database its name: nothing in it needs to be escaped.
    let create = format!("CREATE DATABASE {name} TEMPLATE {original}");
    sqlx::raw_sql(&create).execute(&mut server).await.context("the ledger's database cannot be copied")?;
    server.close().await?;
    url.set_path(&name);
    let mut copied = PgConnection::connect(url.as_str()).await?;
    sqlx::raw_sql("SET session_replication_role = replica").execute(&mut copied).await?;
    let altered = sqlx::query("UPDATE events SET payload = $1::json WHERE shard = $2 AND position = $3")
        .bind(bent)
        .bind(i16::try_from(record.shard)?)
        .bind(i64::try_from(record.position)?)
        .execute(&mut copied)
        .await?;
    ensure!(altered.rows_affected() == 1, "no record stands there");
    copied.close().await?;
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_is_another_one_and_nothing_else() {
        let payload = r#"{"type":"Claimed","claim":1,"amount":"300000.00","left":"500000.00"}"#;
        let (at, bent) = bend(payload).unwrap();
        assert_eq!(bent, payload.replace("300000.00", "900000.00"));
        let differing: Vec<_> =
            payload.bytes().zip(bent.bytes()).enumerate().filter(|(_, (one, other))| one != other).collect();
        assert_eq!(differing.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [at]);
        assert!(bend(r#"{"amount":"9.00"}"#).unwrap().1.contains("8.00"));
        assert!(bend("{}").is_err());
    }
}
