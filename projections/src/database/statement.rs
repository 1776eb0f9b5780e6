use std::borrow::Cow;

use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};

use super::value::Value;

/// A statement with a `?` for each value, in either dialect. None of our texts holds another question mark.
#[derive(Debug, Clone)]
pub(crate) struct Statement<'a> {
    sql: Cow<'a, str>,
    values: Values<'a>,
}

#[derive(Debug, Clone)]
enum Values<'a> {
    Own(Vec<Value<'a>>),
    Of(&'a [Value<'a>]),
}

impl<'a> Values<'a> {
    fn add(&mut self, values: impl IntoIterator<Item = Value<'a>>) {
        if let Self::Of(those) = self {
            *self = Self::Own(those.to_vec());
        }
        if let Self::Own(own) = self {
            own.extend(values);
        }
    }

    fn as_slice(&self) -> &[Value<'a>] {
        match self {
            Self::Own(own) => own,
            Self::Of(those) => those,
        }
    }
}

impl<'a> Statement<'a> {
    pub(crate) fn new(sql: impl Into<Cow<'a, str>>) -> Self {
        Self { sql: sql.into(), values: Values::Own(Vec::new()) }
    }

    /// With a value for each `?` of the text.
    pub(crate) fn of(sql: &'a str, values: &'a [Value<'a>]) -> Self {
        Self { sql: Cow::Borrowed(sql), values: Values::Of(values) }
    }

    /// A value for the next `?` that stands there.
    pub(crate) fn bind(mut self, value: impl Into<Value<'a>>) -> Self {
        self.values.add([value.into()]);
        self
    }

    /// Goes on with a text.
    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.to_mut().push_str(sql);
        self
    }

    /// Goes on with a `?` and its value.
    pub(crate) fn push_bind(&mut self, value: impl Into<Value<'a>>) -> &mut Self {
        self.values.add([value.into()]);
        self.push("?")
    }

    pub(super) fn for_sqlite(&self) -> Query<'_, Sqlite, SqliteArguments<'_>> {
        self.values.as_slice().iter().fold(sqlx::query(&self.sql), |query, value| match value {
            Value::Flag(flag) => query.bind(*flag),
            Value::Int(number) => query.bind(*number),
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Id(id) => query.bind(*id),
            Value::Bytes(bytes) => query.bind(bytes.as_deref()),
        })
    }

    pub(super) fn for_postgres<'q>(&'q self, sql: &'q str) -> Query<'q, Postgres, PgArguments> {
        self.values.as_slice().iter().fold(sqlx::query(sql), |query, value| match value {
            Value::Flag(flag) => query.bind(*flag),
            Value::Int(number) => query.bind(*number),
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Id(id) => query.bind(*id),
            Value::Bytes(bytes) => query.bind(bytes.as_deref()),
        })
    }

    /// The text with `$1, $2 …`, as PostgreSQL writes it.
    pub(super) fn postgres_sql(&self) -> String {
        let mut sql = String::with_capacity(self.sql.len() + 2 * self.values.as_slice().len());
        let mut parts = self.sql.split('?');
        sql.push_str(parts.next().unwrap_or_default());
        for (number, part) in (1_usize..).zip(parts) {
            sql.push('$');
            sql.push_str(&number.to_string());
            sql.push_str(part);
        }
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_for_postgres() {
        let mut statement = Statement::new("SELECT * FROM t WHERE a = ? AND b = ?").bind(1_i64).bind("x");
        statement.push(" AND c > ").push_bind(2_i64);
        assert_eq!(statement.postgres_sql(), "SELECT * FROM t WHERE a = $1 AND b = $2 AND c > $3");
        assert_eq!(statement.values.as_slice().len(), 3);
    }
}
