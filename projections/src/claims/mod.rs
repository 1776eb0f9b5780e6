//! One row a claim.

use baohan_domain::Event;
use baohan_domain::calendar::china_date;
use baohan_domain::event::Claimed;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::change::Change;
use crate::error::{ApplyError, Error};
use crate::handle::Projections;
use crate::page::{Key, List, Page, Slice, page};
use crate::rows::{day, id, moment, the_moment, the_parsed};
use crate::viewer::Viewer;

pub(crate) const SCHEMA: &str = include_str!("schema.sql");
const TABLE: &str = "claims";

/// A claim in the list of claims.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Claim)]
pub struct ClaimRow {
    /// The guarantee.
    pub guarantee: Uuid,
    /// The claim's number within the guarantee.
    pub number: u32,
    /// The platform's key.
    pub platform: String,
    /// The centre behind the platform.
    pub platform_code: Option<String>,
    /// The platform's number of the application.
    pub application_no: String,
    /// Our number of the guarantee.
    pub guarantee_no: String,
    /// open, paid or refused.
    pub state: String,
    /// What is demanded, in yuan; null where it is hidden until the opening.
    pub amount: Option<String>,
    /// The last working day on which it is paid in time, in China.
    pub due_on: NaiveDate,
    /// Whether that day has passed and it is open.
    pub overdue: bool,
    /// The account to be paid.
    pub payee_account: Option<String>,
    /// Why it is demanded.
    pub reason: Option<String>,
    /// How many papers came with it.
    pub attachments: u32,
    /// When it was demanded.
    pub claimed_at: DateTime<Utc>,
    /// What was paid.
    pub paid_amount: Option<String>,
    /// The payment's reference.
    pub reference: Option<String>,
    /// Why it was refused.
    pub refused_because: Option<String>,
    /// When it was paid or refused.
    pub settled_at: Option<DateTime<Utc>>,
}

/// How far a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Neither paid nor refused.
    Open,
    /// Paid.
    Paid,
    /// Refused.
    Refused,
}

impl State {
    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Refused => "refused",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Paid, Self::Refused].into_iter().find(|state| state.name() == name)
    }
}

/// Which claims are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// With this state.
    pub state: Option<State>,
    /// Of this platform.
    pub platform: Option<String>,
    /// Open, and the day on which it is due has passed.
    pub overdue: bool,
    /// Due on this day in China or earlier.
    pub due_to: Option<NaiveDate>,
}

pub(crate) async fn apply(
    changes: &[Change<'_>],
    connection: &mut SqliteConnection,
) -> Result<(), ApplyError> {
    for change in changes {
        let settled = match &change.event {
            Event::Claimed(event) => {
                claimed(change, event, connection).await?;
                continue;
            }
            Event::ClaimPaid(event) => Settled {
                number: event.claim,
                state: State::Paid,
                paid_amount: Some(event.amount.to_string()),
                reference: Some(&event.reference),
                refused_because: None,
                at: event.paid_at,
            },
            Event::ClaimRefused(event) => Settled {
                number: event.claim,
                state: State::Refused,
                paid_amount: None,
                reference: None,
                refused_because: Some(&event.reason),
                at: event.refused_at,
            },
            _ => continue,
        };
        settled.apply(change, connection).await?;
    }
    Ok(())
}

async fn claimed(
    change: &Change<'_>,
    event: &Claimed,
    connection: &mut SqliteConnection,
) -> Result<(), ApplyError> {
    let Some(issued) = change.after.issued() else {
        return Err(ApplyError::DoesNotFollow { event: "Claimed", what: "its guarantee is not issued" });
    };
    let application = &issued.application;
    sqlx::query(
        "INSERT INTO claims (guarantee, number, platform, platform_code, application_no, guarantee_no, state, amount, \
        due_on, payee_account, reason, attachments, claimed_at) VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?)",
    )
    .bind(&change.stored.aggregate_id.as_bytes()[..])
    .bind(event.claim)
    .bind(&application.platform)
    .bind(application.platform_code.as_deref())
    .bind(application.application_no.as_str())
    .bind(issued.guarantee_no.as_str())
    .bind(event.amount.to_string())
    .bind(day(event.due_on))
    .bind(event.payee_account.as_deref())
    .bind(event.reason.as_deref())
    .bind(u32::try_from(event.attachments.len()).unwrap_or(u32::MAX))
    .bind(event.claimed_at.timestamp_micros())
    .execute(connection)
    .await?;
    Ok(())
}

struct Settled<'a> {
    number: u32,
    state: State,
    paid_amount: Option<String>,
    reference: Option<&'a str>,
    refused_because: Option<&'a str>,
    at: DateTime<Utc>,
}

impl Settled<'_> {
    async fn apply(self, change: &Change<'_>, connection: &mut SqliteConnection) -> Result<(), ApplyError> {
        let settled = sqlx::query(
            "UPDATE claims SET state = ?, paid_amount = ?, reference = ?, refused_because = ?, settled_at = ? \
            WHERE guarantee = ? AND number = ? AND state = 'open'",
        )
        .bind(self.state.name())
        .bind(self.paid_amount)
        .bind(self.reference)
        .bind(self.refused_because)
        .bind(self.at.timestamp_micros())
        .bind(&change.stored.aggregate_id.as_bytes()[..])
        .bind(self.number)
        .execute(connection)
        .await?;
        if settled.rows_affected() == 1 {
            return Ok(());
        }
        Err(ApplyError::DoesNotFollow { event: change.event.name(), what: "no such claim is open" })
    }
}

impl Projections {
    /// Claims, the newest first.
    ///
    /// # Errors
    /// When the cursor is none of this list, or the database is not available.
    pub async fn claims(
        &self,
        filter: &Filter,
        viewer: &Viewer<'_>,
        slice: &Slice,
    ) -> Result<Page<ClaimRow>, Error> {
        let (limit, today) = (slice.limit(), china_date(viewer.now));
        let mut query: QueryBuilder<'_, Sqlite> =
            QueryBuilder::new("SELECT claims.*, COALESCE(amount_is_sealed AND opening_at > ");
        query.push_bind(viewer.opened_until());
        query.push(", FALSE) AS hides_amount FROM claims LEFT JOIN guarantees ON id = guarantee WHERE TRUE");
        if let Some(state) = filter.state {
            query.push(" AND claims.state = ").push_bind(state.name());
        }
        if let Some(platform) = &filter.platform {
            query.push(" AND claims.platform = ").push_bind(platform);
        }
        if filter.overdue {
            query.push(" AND claims.state = 'open' AND due_on < ").push_bind(day(today));
        }
        if let Some(to) = filter.due_to {
            query.push(" AND due_on <= ").push_bind(day(to));
        }
        if let Some(after) = slice.after(List::Claims)? {
            query.push(" AND (claimed_at, guarantee, number) < (").push_bind(after.at);
            query.push(", ").push_bind(after.id.as_bytes().to_vec());
            query.push(", ").push_bind(after.number).push(")");
        }
        query.push(" ORDER BY claimed_at DESC, guarantee DESC, number DESC LIMIT ").push_bind(limit + 1);
        let mut rows = Vec::new();
        for row in query.build().fetch_all(self.readers()).await? {
            let row = ClaimRow::of(&row, today)?;
            let at = row.claimed_at.timestamp_micros();
            rows.push((Key { at, id: row.guarantee, number: i64::from(row.number) }, row));
        }
        Ok(page(rows, limit, List::Claims))
    }
}

impl ClaimRow {
    fn of(row: &SqliteRow, today: NaiveDate) -> Result<Self, Error> {
        let hides_amount: bool = row.try_get("hides_amount")?;
        let shown = |column| -> Result<Option<String>, Error> {
            let amount: Option<String> = row.try_get(column)?;
            Ok(amount.filter(|_| !hides_amount))
        };
        let state: String = row.try_get("state")?;
        let due_on: NaiveDate = the_parsed(row, TABLE, "due_on")?;
        Ok(Self {
            guarantee: id(row, TABLE, "guarantee")?,
            number: row.try_get("number")?,
            platform: row.try_get("platform")?,
            platform_code: row.try_get("platform_code")?,
            application_no: row.try_get("application_no")?,
            guarantee_no: row.try_get("guarantee_no")?,
            amount: shown("amount")?,
            due_on,
            overdue: state == State::Open.name() && due_on < today,
            state,
            payee_account: row.try_get("payee_account")?,
            reason: row.try_get("reason")?,
            attachments: row.try_get("attachments")?,
            claimed_at: the_moment(row, TABLE, "claimed_at")?,
            paid_amount: shown("paid_amount")?,
            reference: row.try_get("reference")?,
            refused_because: row.try_get("refused_because")?,
            settled_at: moment(row, "settled_at")?,
        })
    }
}
