use baohan_projections::Viewer;
use baohan_projections::guarantees::{ReconciledStatus, Reconciliation};
use baohan_wire::ReconciliationRow;

use super::{Answered, Caller, Failure};
use crate::gateway::Desk;
use crate::options::{CATCH_UP_TIME, RECONCILED_DAYS_MAX};

/// What was issued in some days, from a list that holds every event of before the call, or not at all.
pub(super) async fn answer(
    desk: &Desk,
    caller: &Caller,
    question: &baohan_wire::Reconciliation,
) -> Result<Answered, Failure> {
    let (start, end) = (question.start, question.end);
    if (end - start).num_days() >= RECONCILED_DAYS_MAX {
        return Err(Failure::TooManyDays);
    }
    let platform = caller.platform.appkey.clone();
    let wanted = Reconciliation { platform, platform_code: centre(caller), start, end };
    // Only what the notice told goes into a row, and nothing of it was ever sealed.
    let viewer = Viewer::reader(caller.at);
    let list = desk.projections.reconciliation(&wanted, &viewer, CATCH_UP_TIME).await?;
    let rows = list.into_iter().map(|row| ReconciliationRow {
        application_no: row.application_no,
        guarantee_no: row.guarantee_no,
        issued_at: row.issued_at,
        rate: row.rate,
        premium: row.premium,
        is_quit: row.status == ReconciledStatus::Quit,
    });
    Ok(Answered::List(rows.collect()))
}

/// A centre that the configuration knows reconciles its own. Any other code rides along as on every call, and applications
/// may have come without it, so it leaves nothing out.
fn centre(caller: &Caller) -> Option<String> {
    let code = caller.platform_code.as_ref()?;
    let is_configured = caller.platform.centres.iter().any(|centre| centre.platform_code == *code);
    is_configured.then(|| code.clone())
}
