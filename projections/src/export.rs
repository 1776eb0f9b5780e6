//! All that a projections' database holds, in a form in which two of them can be compared, whatever their kinds.

use std::fmt::Write as _;

use crate::database::{Kind, Row, Statement};
use crate::error::Error;
use crate::handle::Projections;
use crate::projection::Projection;

/// A row that only one of two databases holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In which projection, or `checkpoints`.
    pub table: &'static str,
    /// The row.
    pub row: String,
    /// Whether the first of the two holds it.
    pub is_in_first: bool,
}

/// How many differences are named: enough to see what is wrong.
const DIFFERENCES_MAX: usize = 100;
const CHECKPOINTS: &str = "checkpoints";

impl Projections {
    /// All rows of a projection, each in one line, in the order of its key.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn rows(&self, projection: Projection) -> Result<Vec<String>, Error> {
        let table = projection.table();
        let sql =
            format!("SELECT {} FROM {} ORDER BY {}", table.names(), projection.name(), table.key.join(", "));
        let mut lines = Vec::new();
        let mut connection = self.readers().acquire().await?;
        let write = |row: Row| -> Result<bool, Error> {
            let mut line = String::new();
            for column in table.columns {
                let value = match column.kind {
                    Kind::Flag => format!("{:?}", row.get::<Option<bool>>(column.name)?),
                    Kind::Int => format!("{:?}", row.get::<Option<i64>>(column.name)?),
                    Kind::Text => format!("{:?}", row.get::<Option<&str>>(column.name)?),
                    Kind::Id => format!("{:?}", row.get::<Option<uuid::Uuid>>(column.name)?),
                    Kind::Bytes => format!("{:?}", row.get::<Option<&[u8]>>(column.name)?.map(digits)),
                };
                // Writing to a text cannot fail.
                let _ = write!(line, "{}={value} ", column.name);
            }
            lines.push(line.trim_end().to_owned());
            Ok(true)
        };
        connection.connection().each(Statement::new(sql), write).await?;
        Ok(lines)
    }

    /// How far each projection is, each in one line. Where it read from does not matter.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn places(&self) -> Result<Vec<String>, Error> {
        let sql = "SELECT projection, shard, position, event_id, stopped_position, stopped_cause FROM checkpoints \
            ORDER BY projection, shard";
        let rows = self.readers().fetch_all(Statement::new(sql)).await?;
        let line = |row: &Row| -> Result<String, Error> {
            let (projection, shard): (&str, i64) = (row.get("projection")?, row.get("shard")?);
            let (position, event): (i64, Option<uuid::Uuid>) = (row.get("position")?, row.get("event_id")?);
            let stopped: (Option<i64>, Option<&str>) =
                (row.get("stopped_position")?, row.get("stopped_cause")?);
            Ok(format!("{projection} {shard} {position} {event:?} {stopped:?}"))
        };
        rows.iter().map(line).collect()
    }

    /// In what two databases differ, table by table and row by row; nothing, where they hold the same. Both must stand
    /// still meanwhile.
    ///
    /// # Errors
    /// When a database is not available.
    pub async fn differences(&self, other: &Self) -> Result<Vec<Difference>, Error> {
        let mut differences = Vec::new();
        for projection in Projection::ALL {
            let (mine, theirs) = (self.rows(projection).await?, other.rows(projection).await?);
            differ(projection.name(), mine, theirs, &mut differences);
        }
        differ(CHECKPOINTS, self.places().await?, other.places().await?, &mut differences);
        Ok(differences)
    }
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a text cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Adds the lines that only one of the two holds.
fn differ(
    table: &'static str,
    mut first: Vec<String>,
    mut second: Vec<String>,
    differences: &mut Vec<Difference>,
) {
    first.sort();
    second.sort();
    let only = |these: &[String], those: &[String], is_in_first| -> Vec<Difference> {
        let missing = these.iter().filter(|line| those.binary_search(line).is_err());
        missing.map(|line| Difference { table, row: line.clone(), is_in_first }).collect()
    };
    let found = only(&first, &second, true).into_iter().chain(only(&second, &first, false));
    let room = DIFFERENCES_MAX.saturating_sub(differences.len());
    differences.extend(found.take(room));
    // No row stands twice in a table with a key, so equal rows mean equal tables.
}
