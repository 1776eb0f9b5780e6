use baohan_servers::{Database, database};

/// A database for a ledger.
pub struct Place(pub Database);

impl Place {
    pub fn url(&self) -> String {
        self.0.url.clone()
    }
}

/// Where no ledger is yet.
pub async fn fresh() -> Place {
    Place(database().await)
}
