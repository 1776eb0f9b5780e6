//! One row for each time an invoice was asked for.

use baohan_domain::Event;
use baohan_domain::event::InvoiceRequested;
use baohan_domain::numbers::InvoiceCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::change::Change;
use crate::error::{ApplyError, Error};
use crate::guarantees::invoice_kind;
use crate::handle::Projections;
use crate::page::{Key, List, Page, Slice, page};
use crate::rows::{count, id, moment, stored_count, the_moment};
use crate::viewer::Viewer;

pub(crate) const SCHEMA: &str = include_str!("schema.sql");
const TABLE: &str = "invoices";

/// An invoice in the list of invoices.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Invoice)]
pub struct InvoiceRow {
    /// The guarantee.
    pub guarantee: Uuid,
    /// The number of the request's event within the guarantee.
    pub sequence: u64,
    /// The platform's key.
    pub platform: String,
    /// The centre behind the platform.
    pub platform_code: Option<String>,
    /// The platform's number of the application.
    pub application_no: String,
    /// Our number of the guarantee.
    pub guarantee_no: String,
    /// open, issued or declined.
    pub state: String,
    /// ordinary or special.
    pub kind: String,
    /// The buyer; null where it is hidden until the opening.
    pub title: Option<String>,
    /// The buyer's tax number; null where it is hidden until the opening.
    pub tax_no: Option<String>,
    /// The amount asked for, in yuan.
    pub amount: String,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// The code beside an 8-digit number.
    pub invoice_code: Option<String>,
    /// Its number.
    pub invoice_no: Option<String>,
    /// Where it can be downloaded.
    pub invoice_url: Option<String>,
    /// Why it was declined.
    pub declined_because: Option<String>,
    /// When it was issued or declined.
    pub settled_at: Option<DateTime<Utc>>,
}

/// How far an invoice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Asked for.
    Open,
    /// Issued.
    Issued,
    /// Declined.
    Declined,
}

impl State {
    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Issued => "issued",
            Self::Declined => "declined",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Issued, Self::Declined].into_iter().find(|state| state.name() == name)
    }
}

/// Which invoices are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// With this state.
    pub state: Option<State>,
    /// Of this platform.
    pub platform: Option<String>,
}

pub(crate) async fn apply(
    changes: &[Change<'_>],
    connection: &mut SqliteConnection,
) -> Result<(), ApplyError> {
    for change in changes {
        let settled = match &change.event {
            Event::InvoiceRequested(event) => {
                requested(change, event, connection).await?;
                continue;
            }
            Event::Invoiced(event) => Settled {
                state: State::Issued,
                code: event.invoice_code.as_ref().map(InvoiceCode::as_str),
                number: Some(event.invoice_no.as_str()),
                url: event.invoice_url.as_deref(),
                because: None,
                at: event.invoiced_at,
            },
            Event::InvoiceDeclined(event) => Settled {
                state: State::Declined,
                code: None,
                number: None,
                url: None,
                because: Some(&event.reason),
                at: event.declined_at,
            },
            _ => continue,
        };
        settled.apply(change, connection).await?;
    }
    Ok(())
}

async fn requested(
    change: &Change<'_>,
    event: &InvoiceRequested,
    connection: &mut SqliteConnection,
) -> Result<(), ApplyError> {
    let Some(issued) = change.after.issued() else {
        return Err(ApplyError::DoesNotFollow {
            event: "InvoiceRequested",
            what: "its guarantee is not issued",
        });
    };
    let (application, particulars) = (&issued.application, &event.particulars);
    sqlx::query(
        "INSERT INTO invoices (guarantee, sequence, platform, platform_code, application_no, guarantee_no, state, kind, \
        title, tax_no, amount, requested_at) VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?)",
    )
    .bind(&change.stored.aggregate_id.as_bytes()[..])
    .bind(stored_count(change.stored.sequence))
    .bind(&application.platform)
    .bind(application.platform_code.as_deref())
    .bind(application.application_no.as_str())
    .bind(issued.guarantee_no.as_str())
    .bind(invoice_kind(particulars.kind))
    .bind(&particulars.title)
    .bind(&particulars.tax_no)
    .bind(particulars.amount.to_string())
    .bind(event.requested_at.timestamp_micros())
    .execute(connection)
    .await?;
    Ok(())
}

struct Settled<'a> {
    state: State,
    code: Option<&'a str>,
    number: Option<&'a str>,
    url: Option<&'a str>,
    because: Option<&'a str>,
    at: DateTime<Utc>,
}

impl Settled<'_> {
    async fn apply(self, change: &Change<'_>, connection: &mut SqliteConnection) -> Result<(), ApplyError> {
        let settled = sqlx::query(
            "UPDATE invoices SET state = ?, invoice_code = ?, invoice_no = ?, invoice_url = ?, declined_because = ?, \
            settled_at = ? WHERE guarantee = ? AND state = 'open'",
        )
        .bind(self.state.name())
        .bind(self.code)
        .bind(self.number)
        .bind(self.url)
        .bind(self.because)
        .bind(self.at.timestamp_micros())
        .bind(&change.stored.aggregate_id.as_bytes()[..])
        .execute(connection)
        .await?;
        if settled.rows_affected() == 1 {
            return Ok(());
        }
        Err(ApplyError::DoesNotFollow { event: change.event.name(), what: "no invoice is asked for" })
    }
}

impl Projections {
    /// Invoices, the newest request first.
    ///
    /// # Errors
    /// When the cursor is none of this list, or the database is not available.
    pub async fn invoices(
        &self,
        filter: &Filter,
        viewer: &Viewer<'_>,
        slice: &Slice,
    ) -> Result<Page<InvoiceRow>, Error> {
        let limit = slice.limit();
        let mut query: QueryBuilder<'_, Sqlite> =
            QueryBuilder::new("SELECT invoices.*, COALESCE(applicant_is_sealed AND opening_at > ");
        query.push_bind(viewer.opened_until());
        query.push(
            ", FALSE) AS hides_applicant FROM invoices LEFT JOIN guarantees ON id = guarantee WHERE TRUE",
        );
        if let Some(state) = filter.state {
            query.push(" AND invoices.state = ").push_bind(state.name());
        }
        if let Some(platform) = &filter.platform {
            query.push(" AND invoices.platform = ").push_bind(platform);
        }
        if let Some(after) = slice.after(List::Invoices)? {
            query.push(" AND (requested_at, guarantee, sequence) < (").push_bind(after.at);
            query.push(", ").push_bind(after.id.as_bytes().to_vec());
            query.push(", ").push_bind(after.number).push(")");
        }
        query.push(" ORDER BY requested_at DESC, guarantee DESC, sequence DESC LIMIT ").push_bind(limit + 1);
        let mut rows = Vec::new();
        for row in query.build().fetch_all(self.readers()).await? {
            let row = InvoiceRow::of(&row)?;
            let (at, number) = (row.requested_at.timestamp_micros(), stored_count(row.sequence));
            rows.push((Key { at, id: row.guarantee, number }, row));
        }
        Ok(page(rows, limit, List::Invoices))
    }
}

impl InvoiceRow {
    fn of(row: &SqliteRow) -> Result<Self, Error> {
        let hides_applicant: bool = row.try_get("hides_applicant")?;
        let shown = |column| -> Result<Option<String>, Error> {
            let value: Option<String> = row.try_get(column)?;
            Ok(value.filter(|_| !hides_applicant))
        };
        Ok(Self {
            guarantee: id(row, TABLE, "guarantee")?,
            sequence: count(row, "sequence")?,
            platform: row.try_get("platform")?,
            platform_code: row.try_get("platform_code")?,
            application_no: row.try_get("application_no")?,
            guarantee_no: row.try_get("guarantee_no")?,
            state: row.try_get("state")?,
            kind: row.try_get("kind")?,
            title: shown("title")?,
            tax_no: shown("tax_no")?,
            amount: row.try_get("amount")?,
            requested_at: the_moment(row, TABLE, "requested_at")?,
            invoice_code: row.try_get("invoice_code")?,
            invoice_no: row.try_get("invoice_no")?,
            invoice_url: row.try_get("invoice_url")?,
            declined_because: row.try_get("declined_because")?,
            settled_at: moment(row, "settled_at")?,
        })
    }
}
