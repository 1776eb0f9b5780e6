use crate::error::Error;
use crate::log::Options;
use crate::{postgres, sqlite};

/// What keeps the records behind a [`crate::Log`].
#[derive(Clone)]
pub(crate) enum Store {
    Sqlite(sqlite::Store),
    Postgres(postgres::Store),
}

impl Store {
    pub(crate) async fn open(options: &Options) -> Result<Self, Error> {
        match options.url.split_once(':') {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(postgres::Store::open(options).await?)),
            _ => Ok(Self::Sqlite(sqlite::Store::open(options).await?)),
        }
    }
}

/// Asks whichever store it is: both answer the same questions.
macro_rules! each {
    ($asked:expr, $store:ident => $question:expr) => {
        match $asked {
            crate::store::Store::Sqlite($store) => $question,
            crate::store::Store::Postgres($store) => $question,
        }
    };
}
pub(crate) use each;
