use baohan_domain::Guarantee;
use baohan_domain::command::RequestQuit;
use baohan_domain::event::{SectionException, SectionStatus};
use baohan_ledger::{Error, Outcome};
use baohan_log::SectionFact;
use baohan_wire::QuitRequest;

use super::Caller;
use crate::gateway::Desk;
use crate::lookup::Found;

/// The bidder wants out: in time before the opening, or since the section does not run its course.
pub(super) async fn carry_out(
    desk: &Desk,
    caller: Caller,
    found: Found,
    call: &QuitRequest,
    content: &[u8],
) -> Result<Outcome, Error> {
    let Caller { platform, context, at, .. } = caller;
    let exception = exception(desk, &platform.appkey, &found.history.guarantee).await?;
    desk.ledger
        .carry_out_upon(context, found.id, found.history, |keyring| {
            Ok(RequestQuit {
                guarantee_no: call.guarantee_no.to_string(),
                reason: call.reason.clone(),
                exception: exception.clone(),
                content: keyring.fingerprint(content)?,
                at,
            }
            .into())
        })
        .await
}

/// What the platform has told us of the guarantee's section. Its number is known once the values are opened.
async fn exception(
    desk: &Desk,
    platform: &str,
    guarantee: &Guarantee,
) -> Result<Option<SectionException>, Error> {
    let Some(section_no) = guarantee.issued().and_then(|issued| issued.terms().section_no) else {
        return Ok(None);
    };
    let fact = desk.ledger.log().section_fact(platform, &section_no).await?;
    Ok(fact.and_then(|fact| exception_of(section_no, &fact)))
}

fn exception_of(section_no: String, fact: &SectionFact) -> Option<SectionException> {
    let status = match fact.status.as_str() {
        "1" => SectionStatus::Failed,
        "2" => SectionStatus::Ended,
        "3" => SectionStatus::Suspended,
        "4" => SectionStatus::Void,
        // 0 lifts an exception, and what else there may be is none.
        _ => return None,
    };
    Some(SectionException { section_no, status, known_at: fact.told_at })
}
