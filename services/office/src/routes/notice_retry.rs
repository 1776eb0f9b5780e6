use std::time::Duration;

use axum::extract::State;
use baohan_domain::GuaranteeId;
use baohan_domain::state::NoticeOutcome;
use baohan_ledger::History;
use baohan_projections::{GuaranteeView, Projection};
use uuid::Uuid;

use crate::asked::Asked;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::routes::quit_confirm::Nothing;
use crate::write::Written;

/// How long a retry waits for the projection that knows which events are told.
const CATCH_UP_MAX: Duration = Duration::from_secs(5);
/// How the delivery stands after it, in the list of notices.
const STATE: &str = "asked-again";

/// Has a notice that was given up, or that waits for its time, sent at once; its attempts are counted from 0 again.
#[utoipa::path(post, path = "/api/v1/notices/{id}/retry", tag = "notices", params(Write), request_body = Nothing,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn retry_notice(
    State(office): State<Office>,
    asked: Asked<Nothing>,
) -> Result<Written, Problem> {
    office.writable()?;
    let (guarantee, history) = office.told_in(asked.id).await?;
    if let Some(key) = &asked.key
        && let Some(then) = office.told_before(key).await?
    {
        let view = office.view_then(&asked.caller, guarantee, &then)?;
        return Ok(Written { view, replayed: true });
    }
    match history.guarantee.trail.notices.get(&asked.id) {
        None | Some(NoticeOutcome::Abandoned) => {}
        Some(NoticeOutcome::Acknowledged) => {
            return Err(Problem::of(problem::NOTICE_NOT_RETRIABLE, "平台已接收该通知"));
        }
        Some(NoticeOutcome::Skipped) => {
            return Err(Problem::of(problem::NOTICE_NOT_RETRIABLE, "该平台不接收此类通知"));
        }
    }
    if !asked.dry_run {
        let now = office.ledger().now();
        office.log().reschedule(asked.id, STATE, Some(now), true).await?;
        tracing::info!(notice = %asked.id, guarantee = %guarantee, actor = %asked.caller.name, "a notice is sent again");
    }
    if let Some(key) = &asked.key {
        office.remember_repeat(key, guarantee, history.version()).await?;
    }
    Ok(Written { view: office.view(&asked.caller, guarantee, &history)?, replayed: false })
}

impl Office {
    /// The guarantee that a notice tells of.
    async fn told_in(&self, notice: Uuid) -> Result<(GuaranteeId, History), Problem> {
        let unknown = || Problem::of(problem::UNKNOWN_NOTICE, "没有这条通知");
        self.projections().caught_up_with(&[Projection::Notices], CATCH_UP_MAX).await?;
        let found = self.projections().notice(notice).await?.ok_or_else(unknown)?;
        let guarantee = found.guarantee.into();
        Ok((guarantee, self.known(guarantee).await?))
    }
}
