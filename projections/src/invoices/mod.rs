//! One row for each time an invoice was asked for.

use std::collections::{BTreeMap, HashMap};

use baohan_domain::Event;
use baohan_domain::event::InvoiceRequested;
use baohan_domain::numbers::InvoiceCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::change::Change;
use crate::database::{Column, Connection, Row, Rows, Statement, Table, Target, id, int, text, update_many};
use crate::error::{ApplyError, Error};
use crate::handle::Projections;
use crate::page::{Key, List, Page, Slice, page};
use crate::projection::Projection;
use crate::rows::{count, moment, stored_count, the_moment};
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

pub(crate) static COLUMNS: Table = Table {
    columns: &[
        id("guarantee"),
        int("sequence"),
        text("platform"),
        text("platform_code"),
        text("application_no"),
        text("guarantee_no"),
        text("state"),
        text("kind"),
        text("title"),
        text("tax_no"),
        text("amount"),
        int("requested_at"),
        text("invoice_code"),
        text("invoice_no"),
        text("invoice_url"),
        text("declined_because"),
        int("settled_at"),
    ],
    key: &["guarantee", "sequence"],
    fixed: &[],
};
const SETTLED: &[Column] = &[
    id("guarantee"),
    text("state"),
    text("invoice_code"),
    text("invoice_no"),
    text("invoice_url"),
    text("declined_because"),
    int("settled_at"),
];

/// Settles what stands open in the table, and writes what is asked for as it stands after the last of the changes.
pub(crate) async fn apply(
    changes: &[Change<'_>],
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let mut asked: Vec<Asked<'_>> = Vec::new();
    let mut open: HashMap<Uuid, usize> = HashMap::new();
    let mut earlier: BTreeMap<Uuid, Settled<'_>> = BTreeMap::new();
    for change in changes {
        let guarantee = change.stored.aggregate_id;
        if let Event::InvoiceRequested(event) = &change.event {
            open.insert(guarantee, asked.len());
            asked.push(Asked { change, event, settled: None });
        } else if let Some(settled) = Settled::of(&change.event) {
            let known = open.remove(&guarantee).and_then(|place| asked.get_mut(place));
            let unexpected = if let Some(asked) = known {
                asked.settled.replace(settled).is_some()
            } else {
                let is_answered = asked.iter().any(|asked| asked.change.stored.aggregate_id == guarantee);
                is_answered || earlier.insert(guarantee, settled).is_some()
            };
            if unexpected {
                let what = "no invoice is asked for";
                return Err(ApplyError::DoesNotFollow { event: change.event.name(), what });
            }
        }
    }
    let table = target.table(Projection::Invoices);
    settle(&earlier, &table, connection).await?;
    let mut rows = Rows::new(COLUMNS.columns);
    for asked in &asked {
        asked.write(&mut rows)?;
    }
    COLUMNS.insert(&table, &rows, connection).await?;
    Ok(())
}

async fn settle(
    earlier: &BTreeMap<Uuid, Settled<'_>>,
    table: &str,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let mut rows = Rows::new(SETTLED);
    for (&guarantee, settled) in earlier {
        rows.push([
            guarantee.into(),
            settled.state.name().into(),
            settled.code.into(),
            settled.number.into(),
            settled.url.into(),
            settled.because.into(),
            settled.at.into(),
        ]);
    }
    let set = "state = given.column2, invoice_code = given.column3, invoice_no = given.column4, \
        invoice_url = given.column5, declined_because = given.column6, settled_at = given.column7";
    let condition = format!("{table}.guarantee = given.column1 AND {table}.state = 'open'");
    let changed = update_many(table, set, &condition, &rows, connection).await?;
    if changed == earlier.len() as u64 {
        return Ok(());
    }
    // Whose it is shows when the events are applied one by one.
    let event = earlier.values().next().map_or("Invoiced", |settled| settled.event);
    Err(ApplyError::DoesNotFollow { event, what: "no invoice is asked for" })
}

/// A request, and what became of it within the same changes.
struct Asked<'a> {
    change: &'a Change<'a>,
    event: &'a InvoiceRequested,
    settled: Option<Settled<'a>>,
}

impl<'a> Asked<'a> {
    fn write(&self, rows: &mut Rows<'a>) -> Result<(), ApplyError> {
        let change = self.change;
        let Some(issued) = change.after.issued() else {
            let what = "its guarantee is not issued";
            return Err(ApplyError::DoesNotFollow { event: change.event.name(), what });
        };
        let (application, particulars) = (&issued.application, &self.event.particulars);
        let settled = self.settled.as_ref();
        rows.push([
            change.stored.aggregate_id.into(),
            change.stored.sequence.into(),
            (&application.platform).into(),
            application.platform_code.as_deref().into(),
            application.application_no.as_str().into(),
            issued.guarantee_no.as_str().into(),
            settled.map_or(State::Open, |settled| settled.state).name().into(),
            particulars.kind.name().into(),
            (&particulars.title).into(),
            (&particulars.tax_no).into(),
            particulars.amount.to_string().into(),
            self.event.requested_at.into(),
            settled.and_then(|settled| settled.code).into(),
            settled.and_then(|settled| settled.number).into(),
            settled.and_then(|settled| settled.url).into(),
            settled.and_then(|settled| settled.because).into(),
            settled.map(|settled| settled.at).into(),
        ]);
        Ok(())
    }
}

struct Settled<'a> {
    event: &'static str,
    state: State,
    code: Option<&'a str>,
    number: Option<&'a str>,
    url: Option<&'a str>,
    because: Option<&'a str>,
    at: DateTime<Utc>,
}

impl<'a> Settled<'a> {
    fn of(event: &'a Event) -> Option<Self> {
        Some(match event {
            Event::Invoiced(invoiced) => Self {
                event: event.name(),
                state: State::Issued,
                code: invoiced.invoice_code.as_ref().map(InvoiceCode::as_str),
                number: Some(invoiced.invoice_no.as_str()),
                url: invoiced.invoice_url.as_deref(),
                because: None,
                at: invoiced.invoiced_at,
            },
            Event::InvoiceDeclined(declined) => Self {
                event: event.name(),
                state: State::Declined,
                code: None,
                number: None,
                url: None,
                because: Some(&declined.reason),
                at: declined.declined_at,
            },
            _ => return None,
        })
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
        let mut query = Statement::new("SELECT invoices.*, COALESCE(applicant_is_sealed AND opening_at > ");
        query.push_bind(viewer.opened_until());
        query.push(
            ", FALSE) AS hides_applicant FROM invoices \
             LEFT JOIN guarantees ON guarantees.guarantee_no = invoices.guarantee_no AND id = guarantee WHERE TRUE",
        );
        if let Some(state) = filter.state {
            query.push(" AND invoices.state = ").push_bind(state.name());
        }
        if let Some(platform) = &filter.platform {
            query.push(" AND invoices.platform = ").push_bind(platform);
        }
        if let Some(after) = slice.after(List::Invoices)? {
            query.push(" AND (requested_at, guarantee, sequence) < (").push_bind(after.at);
            query.push(", ").push_bind(after.id);
            query.push(", ").push_bind(after.number).push(")");
        }
        query.push(" ORDER BY requested_at DESC, guarantee DESC, sequence DESC LIMIT ").push_bind(limit + 1);
        let mut rows = Vec::new();
        for row in self.readers().fetch_all(query).await? {
            let row = InvoiceRow::of(&row)?;
            let (at, number) = (row.requested_at.timestamp_micros(), stored_count(row.sequence));
            rows.push((Key { at, id: row.guarantee, number }, row));
        }
        Ok(page(rows, limit, List::Invoices))
    }
}

impl InvoiceRow {
    fn of(row: &Row) -> Result<Self, Error> {
        let hides_applicant: bool = row.get("hides_applicant")?;
        let shown = |column| -> Result<Option<String>, Error> {
            let value: Option<String> = row.get(column)?;
            Ok(value.filter(|_| !hides_applicant))
        };
        Ok(Self {
            guarantee: row.get("guarantee")?,
            sequence: count(row, "sequence")?,
            platform: row.get("platform")?,
            platform_code: row.get("platform_code")?,
            application_no: row.get("application_no")?,
            guarantee_no: row.get("guarantee_no")?,
            state: row.get("state")?,
            kind: row.get("kind")?,
            title: shown("title")?,
            tax_no: shown("tax_no")?,
            amount: row.get("amount")?,
            requested_at: the_moment(row, TABLE, "requested_at")?,
            invoice_code: row.get("invoice_code")?,
            invoice_no: row.get("invoice_no")?,
            invoice_url: row.get("invoice_url")?,
            declined_because: row.get("declined_because")?,
            settled_at: moment(row, "settled_at")?,
        })
    }
}
