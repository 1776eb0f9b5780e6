//! What the institution stands for: exact sums per platform and status.

mod sums;

use std::collections::BTreeMap;

use baohan_domain::Guarantee;
use serde::Serialize;
use utoipa::ToSchema;

use crate::change::Change;
use crate::database::{Connection, Rows, Statement, Table, Target, int, text};
use crate::error::{ApplyError, Error};
use crate::handle::Projections;
use crate::projection::Projection;
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

pub(crate) static COLUMNS: Table = Table {
    columns: &[
        text("platform"),
        text("status"),
        int("shard"),
        int("guarantees"),
        text("amount_fen"),
        text("left_fen"),
        int("open_claims"),
        text("open_claims_fen"),
    ],
    key: &["platform", "status", "shard"],
    fixed: &[],
};

/// What is added to the sums of a shard.
pub(crate) type Differences = BTreeMap<(String, String), Sums>;

pub(crate) async fn apply(
    changes: &[Change<'_>],
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let Some(shard) = changes.first().map(|change| change.stored.shard) else { return Ok(()) };
    let mut differences = Differences::new();
    for change in changes {
        if change.before.life != change.after.life {
            replace(&mut differences, &change.before, &change.after);
        }
    }
    add(differences, shard, target, connection).await
}

/// One guarantee stands as `after` from now on, and no longer as `before`.
pub(crate) fn replace(differences: &mut Differences, before: &Guarantee, after: &Guarantee) {
    move_by(differences, before, Sums::less);
    move_by(differences, after, Sums::plus);
}

fn move_by(differences: &mut Differences, guarantee: &Guarantee, moved: fn(Sums, Sums) -> Sums) {
    if let (Some(application), Some(status)) = (guarantee.application(), guarantee.status()) {
        let key = (application.platform.clone(), status.name().to_owned());
        let sums = differences.entry(key).or_default();
        *sums = moved(*sums, Sums::of(guarantee));
    }
}

/// A row of nothing is no row, so that it does not matter in how many steps it came to nothing.
pub(crate) async fn add(
    mut differences: Differences,
    shard: u16,
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let table = target.table(Projection::Exposure);
    differences.retain(|_, difference| *difference != Sums::default());
    if differences.is_empty() {
        return Ok(());
    }
    // A shard has a row per platform and status: some dozens.
    let query = format!("SELECT * FROM {table} WHERE shard = ?");
    for row in connection.fetch_all(Statement::new(query).bind(shard)).await? {
        let key = (row.get("platform")?, row.get("status")?);
        let Some(difference) = differences.get_mut(&key) else { continue };
        let Ok(stored) = Sums::read(&row) else {
            let what = "the stored sum cannot be read";
            return Err(ApplyError::DoesNotFollow { event: "the change", what });
        };
        *difference = stored.plus(*difference);
    }
    let mut rows = Rows::new(COLUMNS.columns);
    for ((platform, status), sums) in differences {
        if sums == Sums::default() {
            let sql = format!("DELETE FROM {table} WHERE platform = ? AND status = ? AND shard = ?");
            connection.execute(Statement::new(sql).bind(platform).bind(status).bind(shard)).await?;
            continue;
        }
        rows.push([
            platform.into(),
            status.into(),
            shard.into(),
            sums.guarantees.into(),
            sums.amount_fen.to_string().into(),
            sums.left_fen.to_string().into(),
            sums.open_claims.into(),
            sums.open_claims_fen.to_string().into(),
        ]);
    }
    COLUMNS.put(&table, &rows, connection).await?;
    Ok(())
}

impl Projections {
    /// What the institution stands for; at one platform or at all.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn exposure(&self, platform: Option<&str>) -> Result<Exposure, Error> {
        let mut query = Statement::new("SELECT * FROM exposure WHERE TRUE");
        if let Some(platform) = platform {
            query.push(" AND platform = ").push_bind(platform);
        }
        let mut sums: BTreeMap<(String, String), Sums> = BTreeMap::new();
        for row in self.readers().fetch_all(query).await? {
            let all = sums.entry((row.get("platform")?, row.get("status")?)).or_default();
            *all = all.plus(Sums::read(&row)?);
        }
        let mut in_force = Sums::default();
        let mut rows = Vec::new();
        for ((platform, status), sums) in sums {
            if sums == Sums::default() {
                continue;
            }
            if IN_FORCE.contains(&status.as_str()) {
                in_force = in_force.plus(sums);
            }
            rows.push(ExposureRow { platform, status, total: Total::of(sums) });
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
