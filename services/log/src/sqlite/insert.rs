use sqlx::sqlite::{SqliteArguments, SqliteConnection};

use crate::error::Error;

/// How many rows one statement takes; a few prepared sizes serve all batches. The biggest stays far below SQLite's limit of 32,766
/// variables.
const SIZES: [usize; 4] = [1, 4, 16, 64];

/// An insertion of many rows by few statements.
pub(super) struct Insert {
    /// The statement of each size.
    statements: [String; SIZES.len()],
}

impl Insert {
    /// `into` is the table with its columns, `values` what is selected from the bound columns `column1`, `column2`, … of a row, of
    /// which the first is never NULL.
    pub(super) fn new(into: &str, values: &str, columns: usize) -> Self {
        let row = format!("({})", vec!["?"; columns].join(","));
        let statement = |rows: usize| {
            let rows = vec![row.as_str(); rows].join(",");
            // Rows that were not filled are NULL, and are left out.
            format!("INSERT INTO {into} SELECT {values} FROM (VALUES {rows}) WHERE column1 IS NOT NULL")
        };
        Self { statements: SIZES.map(statement) }
    }

    /// Leaves out what is there already.
    pub(super) fn unless_there(self) -> Self {
        Self { statements: self.statements.map(|statement| statement + " ON CONFLICT DO NOTHING") }
    }

    /// Inserts rows in order; `bind` gives each row's columns.
    pub(super) async fn all<'q, T>(
        &'q self,
        connection: &mut SqliteConnection,
        rows: &'q [T],
        bind: impl Fn(&'q T, &mut SqliteArguments<'q>) -> Result<(), sqlx::error::BoxDynError>,
    ) -> Result<(), Error> {
        let biggest = SIZES[SIZES.len() - 1];
        for chunk in rows.chunks(biggest) {
            let size = SIZES.iter().position(|size| chunk.len() <= *size).unwrap_or(SIZES.len() - 1);
            let mut arguments = SqliteArguments::default();
            for row in chunk {
                bind(row, &mut arguments).map_err(sqlx::Error::Encode)?;
            }
            sqlx::query_with(&self.statements[size], arguments).execute(&mut *connection).await?;
        }
        Ok(())
    }
}
