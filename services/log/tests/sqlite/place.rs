use tempfile::TempDir;

/// A folder with a ledger in it.
pub struct Place(pub TempDir);

impl Place {
    pub fn url(&self) -> String {
        format!("sqlite:{}", self.0.path().join("ledger.db").display())
    }
}

/// Where no ledger is yet.
pub async fn fresh() -> Place {
    Place(TempDir::new().unwrap())
}
