//! One row a claim.

use std::collections::BTreeMap;

use baohan_domain::Event;
use baohan_domain::calendar::china_date;
use baohan_domain::state::ClaimState;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::change::Change;
use crate::database::{Connection, Row, Rows, Statement, Table, Target, id, int, text};
use crate::error::{ApplyError, Error};
use crate::handle::Projections;
use crate::page::{Key, List, Page, Slice, page};
use crate::projection::Projection;
use crate::rows::{moment, number, the_moment, the_parsed};
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

pub(crate) static COLUMNS: Table = Table {
    columns: &[
        id("guarantee"),
        int("number"),
        text("platform"),
        text("platform_code"),
        text("application_no"),
        text("guarantee_no"),
        text("state"),
        text("amount"),
        text("due_on"),
        text("payee_account"),
        text("reason"),
        int("attachments"),
        int("claimed_at"),
        text("paid_amount"),
        text("reference"),
        text("refused_because"),
        int("settled_at"),
    ],
    key: &["guarantee", "number"],
    fixed: &["platform", "platform_code", "application_no", "guarantee_no", "claimed_at"],
};

/// Writes each claim as it stands after the last of the changes.
pub(crate) async fn apply(
    changes: &[Change<'_>],
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let mut touched = BTreeMap::new();
    for change in changes {
        let number = match &change.event {
            Event::Claimed(event) => event.claim,
            Event::ClaimPaid(event) => event.claim,
            Event::ClaimRefused(event) => event.claim,
            _ => continue,
        };
        follows(change, number)?;
        touched.insert((change.stored.aggregate_id, number), change);
    }
    let mut rows = Rows::new(COLUMNS.columns);
    for ((_, number), change) in touched {
        write(change, number, &mut rows)?;
    }
    COLUMNS.put(&target.table(Projection::Claims), &rows, connection).await?;
    Ok(())
}

/// A claim is new where it is made, and open where it is settled.
fn follows(change: &Change<'_>, number: u32) -> Result<(), ApplyError> {
    let event = change.event.name();
    let Some(issued) = change.after.issued() else {
        return Err(ApplyError::DoesNotFollow { event, what: "its guarantee is not issued" });
    };
    let before = change.before.issued().map_or(&[][..], |before| &before.claims);
    let before = before.iter().find(|claim| claim.number == number);
    let after = issued.claims.iter().any(|claim| claim.number == number);
    match (&change.event, before.map(|claim| &claim.state)) {
        (Event::Claimed(_), None) if after => Ok(()),
        (Event::Claimed(_), _) => {
            Err(ApplyError::DoesNotFollow { event, what: "there is such a claim already" })
        }
        (_, Some(ClaimState::Open)) if after => Ok(()),
        (_, _) => Err(ApplyError::DoesNotFollow { event, what: "no such claim is open" }),
    }
}

fn write<'a>(change: &'a Change<'_>, number: u32, rows: &mut Rows<'a>) -> Result<(), ApplyError> {
    let issued = change.after.issued();
    let claim = issued.and_then(|issued| issued.claims.iter().find(|claim| claim.number == number));
    let (Some(issued), Some(claim)) = (issued, claim) else {
        return Err(ApplyError::DoesNotFollow { event: change.event.name(), what: "there is no such claim" });
    };
    let application = &issued.application;
    let (state, paid_amount, reference, refused_because, settled_at) = match &claim.state {
        ClaimState::Open => (State::Open, None, None, None, None),
        ClaimState::Paid { amount, reference, at } => {
            (State::Paid, Some(amount.to_string()), Some(reference.as_str()), None, Some(*at))
        }
        ClaimState::Refused { reason, at } => (State::Refused, None, None, Some(reason.as_str()), Some(*at)),
    };
    rows.push([
        change.stored.aggregate_id.into(),
        number.into(),
        (&application.platform).into(),
        application.platform_code.as_deref().into(),
        application.application_no.as_str().into(),
        issued.guarantee_no.as_str().into(),
        state.name().into(),
        claim.amount.to_string().into(),
        claim.due_on.into(),
        claim.payee_account.as_deref().into(),
        claim.reason.as_deref().into(),
        u32::try_from(claim.attachments.len()).unwrap_or(u32::MAX).into(),
        claim.claimed_at.into(),
        paid_amount.into(),
        reference.into(),
        refused_because.into(),
        settled_at.into(),
    ]);
    Ok(())
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
        let mut query = Statement::new("SELECT claims.*, COALESCE(amount_is_sealed AND opening_at > ");
        query.push_bind(viewer.opened_until());
        query.push(
            ", FALSE) AS hides_amount FROM claims \
             LEFT JOIN guarantees ON guarantees.guarantee_no = claims.guarantee_no AND id = guarantee WHERE TRUE",
        );
        if let Some(state) = filter.state {
            query.push(" AND claims.state = ").push_bind(state.name());
        }
        if let Some(platform) = &filter.platform {
            query.push(" AND claims.platform = ").push_bind(platform);
        }
        if filter.overdue {
            query.push(" AND claims.state = 'open' AND due_on < ").push_bind(today);
        }
        if let Some(to) = filter.due_to {
            query.push(" AND due_on <= ").push_bind(to);
        }
        if let Some(after) = slice.after(List::Claims)? {
            query.push(" AND (claimed_at, guarantee, number) < (").push_bind(after.at);
            query.push(", ").push_bind(after.id);
            query.push(", ").push_bind(after.number).push(")");
        }
        query.push(" ORDER BY claimed_at DESC, guarantee DESC, number DESC LIMIT ").push_bind(limit + 1);
        let mut rows = Vec::new();
        for row in self.readers().fetch_all(query).await? {
            let row = ClaimRow::of(&row, today)?;
            let at = row.claimed_at.timestamp_micros();
            rows.push((Key { at, id: row.guarantee, number: i64::from(row.number) }, row));
        }
        Ok(page(rows, limit, List::Claims))
    }
}

impl ClaimRow {
    fn of(row: &Row, today: NaiveDate) -> Result<Self, Error> {
        let hides_amount: bool = row.get("hides_amount")?;
        let shown = |column| -> Result<Option<String>, Error> {
            let amount: Option<String> = row.get(column)?;
            Ok(amount.filter(|_| !hides_amount))
        };
        let state: String = row.get("state")?;
        let due_on: NaiveDate = the_parsed(row, TABLE, "due_on")?;
        Ok(Self {
            guarantee: row.get("guarantee")?,
            number: number(row, TABLE, "number")?,
            platform: row.get("platform")?,
            platform_code: row.get("platform_code")?,
            application_no: row.get("application_no")?,
            guarantee_no: row.get("guarantee_no")?,
            amount: shown("amount")?,
            due_on,
            overdue: state == State::Open.name() && due_on < today,
            state,
            payee_account: row.get("payee_account")?,
            reason: row.get("reason")?,
            attachments: number(row, TABLE, "attachments")?,
            claimed_at: the_moment(row, TABLE, "claimed_at")?,
            paid_amount: shown("paid_amount")?,
            reference: row.get("reference")?,
            refused_because: row.get("refused_because")?,
            settled_at: moment(row, "settled_at")?,
        })
    }
}
