use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use sqlx::postgres::{PgConnection, PgCopyIn};

use crate::error::Error;

/// Bytes that are sent at once.
const PART_BYTES: usize = 256 << 10;

/// Rows for COPY in its text form: columns between tabs, `\N` for what is absent
/// (<https://www.postgresql.org/docs/15/sql-copy.html>).
#[derive(Default)]
pub(super) struct Rows {
    text: String,
    in_row: bool,
}

impl Rows {
    pub(super) fn end(&mut self) {
        self.text.push('\n');
        self.in_row = false;
    }

    pub(super) fn text(&mut self, value: &str) -> &mut Self {
        self.column();
        for character in value.chars() {
            match character {
                '\\' => self.text.push_str("\\\\"),
                '\t' => self.text.push_str("\\t"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                other => self.text.push(other),
            }
        }
        self
    }

    pub(super) fn maybe_text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.absent(),
        }
    }

    /// What needs no escape: numbers, ids, dates, truths.
    pub(super) fn plain(&mut self, value: impl std::fmt::Display) -> &mut Self {
        self.column();
        // Writing into a text cannot fail.
        let _ = write!(self.text, "{value}");
        self
    }

    pub(super) fn maybe_plain(&mut self, value: Option<impl std::fmt::Display>) -> &mut Self {
        match value {
            Some(value) => self.plain(value),
            None => self.absent(),
        }
    }

    pub(super) fn time(&mut self, value: DateTime<Utc>) -> &mut Self {
        self.plain(value.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    pub(super) fn maybe_time(&mut self, value: Option<DateTime<Utc>>) -> &mut Self {
        match value {
            Some(value) => self.time(value),
            None => self.absent(),
        }
    }

    pub(super) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.column();
        self.text.push_str("\\\\x");
        self.text.push_str(&hex::encode(value));
        self
    }

    pub(super) fn maybe_bytes(&mut self, value: Option<&[u8]>) -> &mut Self {
        match value {
            Some(value) => self.bytes(value),
            None => self.absent(),
        }
    }

    fn absent(&mut self) -> &mut Self {
        self.column();
        self.text.push_str("\\N");
        self
    }

    fn column(&mut self) {
        if self.in_row {
            self.text.push('\t');
        }
        self.in_row = true;
    }

    /// Sends the rows into a table with its columns.
    pub(super) async fn copy(self, connection: &mut PgConnection, into: &str) -> Result<(), Error> {
        if self.text.is_empty() {
            return Ok(());
        }
        let mut copying: PgCopyIn<&mut PgConnection> =
            connection.copy_in_raw(&format!("COPY {into} FROM STDIN")).await?;
        for part in self.text.as_bytes().chunks(PART_BYTES) {
            copying.send(part).await?;
        }
        copying.finish().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_written_as_copy_reads_it() {
        let mut rows = Rows::default();
        rows.text("a\\b\tc\nd\re").maybe_text(None).plain(7).bytes(&[0, 0xff]).maybe_text(Some("")).end();
        assert_eq!(rows.text, "a\\\\b\\tc\\nd\\re\t\\N\t7\t\\\\x00ff\t\n");
    }

    #[test]
    fn times_keep_their_microseconds() {
        let mut rows = Rows::default();
        rows.time(DateTime::from_timestamp_micros(1_772_625_600_000_001).unwrap_or_default()).end();
        assert_eq!(rows.text, "2026-03-04T12:00:00.000001Z\n");
    }
}
