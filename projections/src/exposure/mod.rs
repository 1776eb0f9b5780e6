//! What the institution stands for: exact sums per platform and status.

mod sums;

use std::collections::BTreeMap;

use baohan_domain::Guarantee;
use serde::Serialize;
use sqlx::{Row, SqliteConnection};
use utoipa::ToSchema;

use crate::change::Change;
use crate::error::{ApplyError, Error};
use crate::handle::Projections;
use crate::rows::the_parsed;
use sums::{Sums, yuan};

pub(crate) const SCHEMA: &str = include_str!("schema.sql");
const TABLE: &str = "exposure";

/// The statuses in which a guarantee can be claimed under.
const IN_FORCE: [&str; 2] = ["issued", "restored"];

/// What the institution stands for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Exposure {
    /// All that is in force.
    pub in_force: Total,
    /// Per platform and status.
    pub rows: Vec<ExposureRow>,
}

/// A sum over guarantees. Amounts are yuan with two places.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Total {
    /// How many guarantees.
    pub guarantees: u64,
    /// Their amounts, as far as they are known.
    pub amount: String,
    /// What of them can still be claimed.
    pub left: String,
    /// How many claims are neither paid nor refused.
    pub open_claims: u64,
    /// What they demand.
    pub open_claims_amount: String,
}

/// The sum of a platform's guarantees with one status.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ExposureRow {
    /// The platform's key.
    pub platform: String,
    /// The status.
    pub status: String,
    /// The sum.
    #[serde(flatten)]
    pub total: Total,
}

type Differences = BTreeMap<(String, &'static str), Sums>;

pub(crate) async fn apply(
    changes: &[Change<'_>],
    connection: &mut SqliteConnection,
) -> Result<(), ApplyError> {
    let mut differences = Differences::new();
    for change in changes {
        if change.before.life == change.after.life {
            continue;
        }
        move_by(&mut differences, &change.before, Sums::less);
        move_by(&mut differences, &change.after, Sums::plus);
    }
    for ((platform, status), difference) in differences {
        if difference != Sums::default() {
            add(&platform, status, difference, connection).await?;
        }
    }
    Ok(())
}

fn move_by(differences: &mut Differences, guarantee: &Guarantee, moved: fn(Sums, Sums) -> Sums) {
    if let (Some(application), Some(status)) = (guarantee.application(), guarantee.status()) {
        let sums = differences.entry((application.platform.clone(), status.name())).or_default();
        *sums = moved(*sums, Sums::of(guarantee));
    }
}

/// A row of nothing is no row, so that it does not matter in how many steps it came to nothing.
async fn add(
    platform: &str,
    status: &str,
    difference: Sums,
    connection: &mut SqliteConnection,
) -> Result<(), ApplyError> {
    let row = sqlx::query("SELECT * FROM exposure WHERE platform = ? AND status = ?")
        .bind(platform)
        .bind(status)
        .fetch_optional(&mut *connection)
        .await?;
    let stored = row.as_ref().map(Sums::read).transpose();
    let Ok(stored) = stored else {
        let what = "the stored sum cannot be read";
        return Err(ApplyError::DoesNotFollow { event: "the change", what });
    };
    let sums = stored.unwrap_or_default().plus(difference);
    if sums == Sums::default() {
        let delete = sqlx::query("DELETE FROM exposure WHERE platform = ? AND status = ?");
        delete.bind(platform).bind(status).execute(connection).await?;
        return Ok(());
    }
    sqlx::query(
        "INSERT OR REPLACE INTO exposure (platform, status, guarantees, amount_fen, left_fen, open_claims, open_claims_fen) \
        VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(platform)
    .bind(status)
    .bind(sums.guarantees)
    .bind(sums.amount_fen.to_string())
    .bind(sums.left_fen.to_string())
    .bind(sums.open_claims)
    .bind(sums.open_claims_fen.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

impl Projections {
    /// What the institution stands for; at one platform or at all.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn exposure(&self, platform: Option<&str>) -> Result<Exposure, Error> {
        let sql = "SELECT * FROM exposure WHERE ?1 IS NULL OR platform = ?1 ORDER BY platform, status";
        let mut in_force = Sums::default();
        let mut rows = Vec::new();
        for row in sqlx::query(sql).bind(platform).fetch_all(self.readers()).await? {
            let (sums, status): (_, String) = (Sums::read(&row)?, row.try_get("status")?);
            if IN_FORCE.contains(&status.as_str()) {
                in_force = in_force.plus(sums);
            }
            rows.push(ExposureRow { platform: row.try_get("platform")?, status, total: Total::of(sums) });
        }
        Ok(Exposure { in_force: Total::of(in_force), rows })
    }
}

impl Total {
    fn of(sums: Sums) -> Self {
        Self {
            guarantees: u64::try_from(sums.guarantees).unwrap_or(0),
            amount: yuan(sums.amount_fen),
            left: yuan(sums.left_fen),
            open_claims: u64::try_from(sums.open_claims).unwrap_or(0),
            open_claims_amount: yuan(sums.open_claims_fen),
        }
    }
}
