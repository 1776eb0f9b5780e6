use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use baohan_log::Delivery;
use baohan_projections::notices::{Filter as Wanted, Notice, State as NoticeState, TABLE};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::list::Listed;
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::query::{Filter, given, named, slice};

/// Which notices are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// waiting, acknowledged, abandoned or skipped.
    #[serde(default, deserialize_with = "given")]
    state: Option<String>,
    /// The platform's key.
    #[serde(default, deserialize_with = "given")]
    platform: Option<String>,
    /// Of this guarantee.
    #[serde(default, deserialize_with = "given")]
    guarantee: Option<Uuid>,
    /// How many at most, up to 1000; 100 if nobody says.
    #[serde(default, deserialize_with = "given")]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default, deserialize_with = "given")]
    cursor: Option<String>,
}

/// Something that a platform is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeView {
    /// Its id: that of the event that it tells.
    id: Uuid,
    /// Of which guarantee.
    guarantee_id: Uuid,
    /// Who is told.
    platform: String,
    /// The centre behind the platform.
    platform_code: Option<String>,
    /// The platform's number of the application.
    application_no: String,
    /// What it tells: issued, declined, restored, invoiced, …
    kind: &'static str,
    /// waiting, acknowledged, abandoned or skipped.
    state: &'static str,
    /// When the event was stored.
    created_at: DateTime<Utc>,
    /// When it came to its end.
    settled_at: Option<DateTime<Utc>>,
    /// How often it was sent since it was last put back to the start.
    attempts: u32,
    /// How the last attempt ended: refused, failed, …; null before the first.
    last_outcome: Option<String>,
    /// What the platform said to it.
    last_reply: Option<String>,
    /// When it is tried next; null: not by itself.
    next_at: Option<DateTime<Utc>>,
    /// Why it was given up or not sent.
    reason: Option<String>,
}

/// What platforms are told, the newest first.
#[utoipa::path(get, path = "/api/v1/notices", tag = "notices", params(Search),
    responses((status = 200, body = Listed<NoticeView>), (status = "default", body = ProblemBody)))]
pub(crate) async fn notices(
    State(office): State<Office>,
    Filter(search): Filter<Search>,
) -> Result<Json<Listed<NoticeView>>, Problem> {
    let state = named(search.state, NoticeState::from_name)?;
    let wanted = Wanted { state, platform: search.platform, guarantee: search.guarantee };
    office.fresh().await;
    let page = office.projections().notices(&wanted, &slice(search.limit, search.cursor)).await?;
    let ids: Vec<_> = page.items.iter().map(|notice| notice.id).collect();
    let deliveries = office.log().deliveries(&ids).await?;
    let mut deliveries: HashMap<_, _> = deliveries.into_iter().map(|one| (one.notice_id, one)).collect();
    let mut items = Vec::with_capacity(page.items.len());
    for notice in page.items {
        let delivery = deliveries.remove(&notice.id);
        // What is settled tells its reason itself.
        let unsettled = notice.state == NoticeState::Waiting && delivery.is_some();
        let attempts = if unsettled { office.log().attempts(notice.id).await? } else { Vec::new() };
        let last_reply = attempts.into_iter().next_back().and_then(|last| last.reply);
        items.push(NoticeView::of(notice, delivery, last_reply));
    }
    Ok(Json(Listed { items, next_cursor: page.next_cursor }))
}

impl NoticeView {
    fn of(notice: Notice, delivery: Option<Delivery>, last_reply: Option<String>) -> Self {
        let kind = TABLE.iter().find(|told| told.kind == notice.kind).map_or("", |told| told.name);
        let attempts = delivery.as_ref().map_or(0, |delivery| delivery.attempts);
        Self {
            id: notice.id,
            guarantee_id: notice.guarantee,
            platform: notice.platform,
            platform_code: notice.platform_code,
            application_no: notice.application_no,
            kind,
            state: notice.state.name(),
            created_at: notice.created_at,
            settled_at: notice.settled_at,
            attempts: notice.attempts.unwrap_or(attempts),
            next_at: delivery.as_ref().and_then(|delivery| delivery.next_at),
            last_outcome: delivery.map(|delivery| delivery.state).filter(|state| !state.is_empty()),
            last_reply,
            reason: notice.reason,
        }
    }
}
