use baohan_domain::event::NoticeKind;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{State, kind};
use crate::database::{Row, Statement};
use crate::error::Error;
use crate::handle::Projections;
use crate::page::{Key, List, Page, Slice, page};
use crate::rows::{count, moment, number, the_moment};

const TABLE: &str = "notices";

/// Something that a platform is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Its id: the event's.
    pub id: Uuid,
    /// Of which guarantee.
    pub guarantee: Uuid,
    /// The event's number within the guarantee: the order in which a guarantee's notices are told.
    pub sequence: u64,
    /// The event's shard.
    pub shard: u16,
    /// The event's position in the shard.
    pub position: u64,
    /// Who is told.
    pub platform: String,
    /// The centre behind the platform.
    pub platform_code: Option<String>,
    /// The platform's number of the application.
    pub application_no: String,
    /// What it tells.
    pub kind: NoticeKind,
    /// What became of it.
    pub state: State,
    /// When the event was stored.
    pub created_at: DateTime<Utc>,
    /// When it came to its end.
    pub settled_at: Option<DateTime<Utc>>,
    /// How often it had been sent by then.
    pub attempts: Option<u32>,
    /// Why it was given up or not sent.
    pub reason: Option<String>,
}

/// What is to be sent next.
pub type DueNotices = Page<Notice>;

/// What waits at a platform.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingAt {
    /// The platform.
    pub platform: String,
    /// How many notices wait.
    pub notices: u64,
    /// Since when the oldest waits.
    pub oldest: DateTime<Utc>,
}

/// Which notices are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// With this state.
    pub state: Option<State>,
    /// To this platform.
    pub platform: Option<String>,
    /// Of this guarantee.
    pub guarantee: Option<Uuid>,
}

impl Projections {
    /// The first waiting notice of each guarantee, the oldest first; to one platform or to all. What was given up holds
    /// nothing back; what waits holds back the guarantee's later notices. Whoever puts some of them off goes on with the
    /// cursor, so that they hold back nobody else.
    ///
    /// # Errors
    /// When the cursor is none of this list, or the database is not available.
    pub async fn notices_due(&self, platform: Option<&str>, slice: &Slice) -> Result<DueNotices, Error> {
        let limit = slice.limit();
        let mut query = Statement::new(
            "SELECT * FROM notices AS notice WHERE state = 'waiting' AND NOT EXISTS (SELECT 1 FROM notices AS earlier \
            WHERE earlier.state = 'waiting' AND earlier.guarantee = notice.guarantee AND earlier.sequence < notice.sequence)",
        );
        if let Some(platform) = platform {
            query.push(" AND platform = ").push_bind(platform.to_owned());
        }
        if let Some(after) = slice.after(List::DueNotices)? {
            query.push(" AND (created_at, id) > (").push_bind(after.at);
            query.push(", ").push_bind(after.id).push(")");
        }
        query.push(" ORDER BY created_at, id LIMIT ").push_bind(limit + 1);
        self.fetch_notices(query, limit, List::DueNotices).await
    }

    /// Notices, the newest first.
    ///
    /// # Errors
    /// When the cursor is none of this list, or the database is not available.
    pub async fn notices(&self, filter: &Filter, slice: &Slice) -> Result<Page<Notice>, Error> {
        let limit = slice.limit();
        let mut query = Statement::new("SELECT * FROM notices WHERE TRUE");
        if let Some(state) = filter.state {
            query.push(" AND state = ").push_bind(state.name());
        }
        if let Some(platform) = &filter.platform {
            query.push(" AND platform = ").push_bind(platform.clone());
        }
        if let Some(guarantee) = filter.guarantee {
            query.push(" AND guarantee = ").push_bind(guarantee);
        }
        if let Some(after) = slice.after(List::Notices)? {
            query.push(" AND (created_at, id) < (").push_bind(after.at);
            query.push(", ").push_bind(after.id).push(")");
        }
        query.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(limit + 1);
        self.fetch_notices(query, limit, List::Notices).await
    }

    /// A notice by its id.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn notice(&self, id: Uuid) -> Result<Option<Notice>, Error> {
        let query = Statement::new("SELECT * FROM notices WHERE id = ?").bind(id);
        self.readers().fetch_optional(query).await?.as_ref().map(Notice::of).transpose()
    }

    /// What waits, platform by platform.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn notices_waiting(&self) -> Result<Vec<WaitingAt>, Error> {
        let sql = "SELECT platform, COUNT(*) AS notices, MIN(created_at) AS oldest FROM notices WHERE state = 'waiting' \
            GROUP BY platform ORDER BY platform";
        let rows = self.readers().fetch_all(Statement::new(sql)).await?;
        rows.iter()
            .map(|row| {
                let (platform, notices) = (row.get("platform")?, count(row, "notices")?);
                Ok(WaitingAt { platform, notices, oldest: the_moment(row, TABLE, "oldest")? })
            })
            .collect()
    }

    async fn fetch_notices(
        &self,
        query: Statement<'_>,
        limit: u32,
        list: List,
    ) -> Result<Page<Notice>, Error> {
        let mut rows = Vec::new();
        for row in self.readers().fetch_all(query).await? {
            let notice = Notice::of(&row)?;
            rows.push((Key { at: notice.created_at.timestamp_micros(), id: notice.id, number: 0 }, notice));
        }
        Ok(page(rows, limit, list))
    }
}

impl Notice {
    fn of(row: &Row) -> Result<Self, Error> {
        let bent = |what: &str| Error::BentRow { table: TABLE, what: what.to_owned() };
        Ok(Self {
            id: row.get("id")?,
            guarantee: row.get("guarantee")?,
            sequence: count(row, "sequence")?,
            shard: number(row, TABLE, "shard")?,
            position: count(row, "position")?,
            platform: row.get("platform")?,
            platform_code: row.get("platform_code")?,
            application_no: row.get("application_no")?,
            kind: kind(row.get("kind")?).ok_or_else(|| bent("an unknown kind"))?,
            state: State::from_name(row.get("state")?).ok_or_else(|| bent("an unknown state"))?,
            created_at: the_moment(row, TABLE, "created_at")?,
            settled_at: moment(row, "settled_at")?,
            attempts: row.get::<Option<i64>>("attempts")?.and_then(|attempts| u32::try_from(attempts).ok()),
            reason: row.get("reason")?,
        })
    }
}
