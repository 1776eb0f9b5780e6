/// Which kind of database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The statements that make a table, apart from those that make its indexes: a table that is filled at once gets them
/// at the end.
#[derive(Debug, PartialEq)]
pub(crate) struct Schema {
    pub tables: Vec<String>,
    pub indexes: Vec<String>,
}

impl Dialect {
    /// The dialect of a url.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let kinds =
            [("sqlite:", Self::Sqlite), ("postgres://", Self::Postgres), ("postgresql://", Self::Postgres)];
        kinds.into_iter().find(|(scheme, _)| url.starts_with(scheme)).map(|(_, dialect)| dialect)
    }

    /// Reads a schema. In it stand `{table}`, `{name}` for the beginning of an index's name, `{sqlite:…}` for what
    /// only SQLite takes, and the types that the two write apart: `ID`, `BYTES`, `TEXT`.
    pub(crate) fn schema(self, text: &str, table: &str, name: &str) -> Schema {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
        let sql = self.only(&lines.collect::<Vec<_>>().join("\n"));
        let sql = sql.replace("{table}", table).replace("{name}", name);
        let sql = match self {
            Self::Sqlite => sql
                .replace(" ID ", " BLOB ")
                .replace(" ID,", " BLOB,")
                .replace(" ID\n", " BLOB\n")
                .replace(" BYTES", " BLOB"),
            // Texts are compared byte by byte, as SQLite does: it is the same order everywhere, and faster.
            Self::Postgres => sql
                .replace(" ID ", " UUID ")
                .replace(" ID,", " UUID,")
                .replace(" ID\n", " UUID\n")
                .replace(" BYTES", " BYTEA")
                .replace(" TEXT", " TEXT COLLATE \"C\""),
        };
        let statements = sql.split(';').map(str::trim).filter(|statement| !statement.is_empty());
        let (indexes, tables) =
            statements.map(str::to_owned).partition(|statement: &String| statement.contains(" INDEX "));
        Schema { tables, indexes }
    }

    /// Keeps what stands in `{sqlite:…}`, or leaves it out.
    fn only(self, text: &str) -> String {
        let mut parts = text.split("{sqlite:");
        let mut sql = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (inside, rest) = part.split_once('}').unwrap_or((part, ""));
            if self == Self::Sqlite {
                sql.push_str(inside);
            }
            sql.push_str(rest);
        }
        sql
    }

    /// How a text is found anywhere in another, small and capital letters alike.
    pub(crate) fn like(self) -> &'static str {
        match self {
            Self::Sqlite => "LIKE",
            Self::Postgres => "ILIKE",
        }
    }

    /// The digits of a column of bytes over many rows in the order of another, in one text: a row costs more than what stands in it.
    pub(crate) fn digits(self, bytes: &str, order: &str) -> String {
        match self {
            Self::Sqlite => format!("group_concat(lower(hex({bytes})), '' ORDER BY {order})"),
            Self::Postgres => format!("string_agg(encode({bytes}, 'hex'), '' ORDER BY {order})"),
        }
    }

    /// Keeps the rows that were read from others until the transaction ends; SQLite's write transaction does so by
    /// itself.
    pub(crate) fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "-- A comment; with a sign.\nCREATE TABLE {table} (\n    id ID NOT NULL PRIMARY KEY,\n    -- Why; oh why.\n    \
        name TEXT NOT NULL,\n    hash BYTES NOT NULL,\n    other ID\n){sqlite: WITHOUT ROWID};\nCREATE INDEX {name}_x ON {table} (id{sqlite:, name});\n";

    #[test]
    fn a_schema_is_written_in_each_dialect() {
        let sqlite = Dialect::Sqlite.schema(TEXT, "things_beside", "things_7");
        assert_eq!(sqlite.indexes, ["CREATE INDEX things_7_x ON things_beside (id, name)"]);
        assert_eq!(sqlite.tables.len(), 1);
        assert!(sqlite.tables[0].contains("hash BLOB NOT NULL"));
        assert!(sqlite.tables[0].contains("id BLOB NOT NULL") && sqlite.tables[0].ends_with("WITHOUT ROWID"));
        let postgres = Dialect::Postgres.schema(TEXT, "things", "things");
        assert_eq!(postgres.indexes, ["CREATE INDEX things_x ON things (id)"]);
        assert!(
            postgres.tables[0].contains("id UUID NOT NULL") && postgres.tables[0].ends_with("other UUID\n)")
        );
        assert!(postgres.tables[0].contains("hash BYTEA NOT NULL"));
        assert!(postgres.tables[0].contains("name TEXT COLLATE \"C\" NOT NULL"));
    }

    #[test]
    fn urls_tell_the_kind() {
        assert_eq!(Dialect::of("sqlite:a.db"), Some(Dialect::Sqlite));
        assert_eq!(Dialect::of("postgres://u@h/d"), Some(Dialect::Postgres));
        assert_eq!(Dialect::of("postgresql://u@h/d"), Some(Dialect::Postgres));
        assert_eq!(Dialect::of("mysql://u@h/d"), None);
    }
}
