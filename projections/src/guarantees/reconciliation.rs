use std::time::Duration;

use baohan_domain::{Money, Rate};
use chrono::{DateTime, NaiveDate, Utc};
use futures::Stream;
use serde::Serialize;
use uuid::Uuid;

use super::TABLE;
use crate::database::{Connection, Row, Statement};
use crate::error::Error;
use crate::handle::Projections;
use crate::page::{Key, LIMIT_MAX};
use crate::projection::Projection;
use crate::rows::{moment, the_moment, the_parsed};
use crate::viewer::Viewer;

/// The most rows of one answer: some 40 megabytes. Who has more asks for fewer days.
pub const RECONCILIATION_ROWS_MAX: u32 = 100_000;

/// Which guarantees are compared.
#[derive(Debug, Clone)]
pub struct Reconciliation {
    /// Whose.
    pub platform: String,
    /// Only those of this centre behind the platform.
    pub platform_code: Option<String>,
    /// Issued on this day in China or later.
    pub start: NaiveDate,
    /// Issued on this day in China or earlier.
    pub end: NaiveDate,
}

/// How the interface specification counts a guarantee: whatever was issued and not taken back is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReconciledStatus {
    /// 已出函.
    Issued,
    /// 已退保.
    Quit,
}

/// A guarantee as it is compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReconciliationRow {
    /// The guarantee.
    pub id: Uuid,
    /// The centre behind the platform.
    pub platform_code: Option<String>,
    /// The platform's number of the application.
    pub application_no: String,
    /// Our number.
    pub guarantee_no: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// The premium's rate, a fraction.
    pub rate: Rate,
    /// The premium.
    pub premium: Money,
    /// Issued or quit.
    pub status: ReconciledStatus,
    /// The amount guaranteed; absent where it is hidden until the opening.
    pub amount: Option<Money>,
    /// The bidder; absent where it is hidden until the opening.
    pub applicant_name: Option<String>,
    /// In whose name the account is that paid the premium.
    pub payer_name: String,
    /// The account that paid the premium.
    pub payer_account: String,
    /// The last day in force.
    pub valid_until: NaiveDate,
    /// The code beside an 8-digit invoice number.
    pub invoice_code: Option<String>,
    /// The invoice's number.
    pub invoice_no: Option<String>,
    #[serde(skip)]
    place: Place,
}

/// A row's place in the list.
#[derive(Debug, Clone, PartialEq)]
struct Place {
    on: String,
    key: Key,
}

impl Projections {
    /// What was issued in these days, by the time of issue, once the projection holds all that was in the log at the
    /// call. Rows and checkpoint are read in one snapshot: there is no answer that is not up to date.
    ///
    /// # Errors
    /// When it does not catch up within the time, when there are more than [`RECONCILIATION_ROWS_MAX`] rows, or when
    /// the database is not available.
    pub async fn reconciliation(
        &self,
        wanted: &Reconciliation,
        viewer: &Viewer<'_>,
        within: Duration,
    ) -> Result<Vec<ReconciliationRow>, Error> {
        let rows_max = RECONCILIATION_ROWS_MAX;
        let mut snapshot = self.caught_up_snapshot(&[Projection::Guarantees], within).await?;
        let rows =
            rows(wanted, viewer.opened_until(), None, rows_max + 1, &mut snapshot.connection()).await?;
        if rows.len() > rows_max as usize { Err(Error::TooMany { rows_max }) } else { Ok(rows) }
    }

    /// The same in pieces and without an end, for files. It waits for the log once, at its beginning; each piece is read
    /// by itself, since a snapshot held open by a slow reader would keep the database from tidying up.
    pub fn reconciliation_stream(
        &self,
        wanted: Reconciliation,
        viewer: &Viewer<'_>,
        within: Duration,
    ) -> impl Stream<Item = Result<Vec<ReconciliationRow>, Error>> + Send + 'static {
        let (projections, opened_until) = (self.clone(), viewer.opened_until());
        futures::stream::try_unfold(Piece::First, move |piece| {
            let (projections, wanted) = (projections.clone(), wanted.clone());
            async move {
                let after = match piece {
                    Piece::First => {
                        projections.caught_up_with(&[Projection::Guarantees], within).await?;
                        None
                    }
                    Piece::After(place) => Some(place),
                    Piece::Done => return Ok(None),
                };
                let mut connection = projections.readers().acquire().await?;
                let rows =
                    rows(&wanted, opened_until, after.as_ref(), LIMIT_MAX, &mut connection.connection())
                        .await?;
                let next = match rows.last() {
                    Some(last) if rows.len() == LIMIT_MAX as usize => Piece::After(last.place.clone()),
                    _ => Piece::Done,
                };
                Ok(if rows.is_empty() { None } else { Some((rows, next)) })
            }
        })
    }
}

enum Piece {
    First,
    After(Place),
    Done,
}

const COLUMNS: &str = "SELECT id, platform_code, application_no, guarantee_no, status, issued_at, issued_on, rate, premium, \
    amount_fen, amount_is_sealed, applicant_name, applicant_is_sealed, opening_at, payer_name, payer_account, valid_until, \
    invoice_code, invoice_no FROM guarantees WHERE issued_on IS NOT NULL AND platform = ";

async fn rows(
    wanted: &Reconciliation,
    opened_until: i64,
    after: Option<&Place>,
    limit: u32,
    connection: &mut Connection<'_>,
) -> Result<Vec<ReconciliationRow>, Error> {
    let mut query = Statement::new(COLUMNS);
    query.push_bind(&wanted.platform);
    query.push(" AND issued_on >= ").push_bind(wanted.start);
    query.push(" AND issued_on <= ").push_bind(wanted.end);
    if let Some(code) = &wanted.platform_code {
        query.push(" AND platform_code = ").push_bind(code);
    }
    if let Some(after) = after {
        query.push(" AND (issued_on, issued_at, id) > (").push_bind(&after.on);
        query.push(", ").push_bind(after.key.at);
        query.push(", ").push_bind(after.key.id).push(")");
    }
    query.push(" ORDER BY issued_on, issued_at, id LIMIT ").push_bind(limit);
    let found = connection.fetch_all(query).await?;
    found.iter().map(|row| ReconciliationRow::of(row, opened_until)).collect()
}

impl ReconciliationRow {
    fn of(row: &Row, opened_until: i64) -> Result<Self, Error> {
        let id = row.get("id")?;
        let issued_at = the_moment(row, TABLE, "issued_at")?;
        let opening_at = moment(row, "opening_at")?.map(|at| at.timestamp_micros());
        let is_opened = opening_at.is_some_and(|at| at <= opened_until);
        let shown = |sealed: &str| -> Result<bool, Error> { Ok(is_opened || !row.get::<bool>(sealed)?) };
        let status: &str = row.get("status")?;
        let amount: Option<i64> = row.get("amount_fen")?;
        let applicant_name: Option<String> = row.get("applicant_name")?;
        let (shows_amount, shows_applicant) = (shown("amount_is_sealed")?, shown("applicant_is_sealed")?);
        Ok(Self {
            id,
            platform_code: row.get("platform_code")?,
            application_no: row.get("application_no")?,
            guarantee_no: row.get("guarantee_no")?,
            issued_at,
            rate: the_parsed(row, TABLE, "rate")?,
            premium: the_parsed(row, TABLE, "premium")?,
            status: if status == "quit" { ReconciledStatus::Quit } else { ReconciledStatus::Issued },
            amount: amount.map(Money::from_fen).filter(|_| shows_amount),
            applicant_name: applicant_name.filter(|_| shows_applicant),
            payer_name: row.get("payer_name")?,
            payer_account: row.get("payer_account")?,
            valid_until: the_parsed(row, TABLE, "valid_until")?,
            invoice_code: row.get("invoice_code")?,
            invoice_no: row.get("invoice_no")?,
            place: Place {
                on: row.get("issued_on")?,
                key: Key { at: issued_at.timestamp_micros(), id, number: 0 },
            },
        })
    }
}
