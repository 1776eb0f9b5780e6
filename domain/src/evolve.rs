//! How an event changes the state. It never fails: what is stored has happened. An event that does not fit the
//! state (which no `decide` brings about) leaves the state as it is, so that a reader can still tell the story.

use crate::event::{Applied, Event, Issued, PremiumPaid, RestoreRequested};
use crate::state::{
    Application, Claim, ClaimState, Guarantee, InForce, Invoice, Invoicing, Key, Life, NoticeOutcome,
    Opening, Pending, Premium, QuitRequest, Quitting, Remark,
};

/// The state after the event.
#[must_use]
pub fn evolve(guarantee: Guarantee, event: &Event) -> Guarantee {
    evolve_into(guarantee, event.clone())
}

/// [`evolve`] for whoever needs the event no longer: what it says goes into the state without a copy.
#[must_use]
pub fn evolve_into(mut guarantee: Guarantee, event: Event) -> Guarantee {
    let trail = &mut guarantee.trail;
    match event {
        Event::Annotated(event) => trail.remarks.push(Remark {
            text: event.text,
            idempotency_key: event.idempotency_key,
            at: event.annotated_at,
        }),
        Event::NoticeAcknowledged(event) => {
            trail.notices.insert(event.notice, NoticeOutcome::Acknowledged);
        }
        Event::NoticeAbandoned(event) => {
            trail.notices.insert(event.notice, NoticeOutcome::Abandoned);
        }
        Event::NoticeSkipped(event) => {
            trail.notices.insert(event.notice, NoticeOutcome::Skipped);
        }
        event => guarantee.life = lived(guarantee.life, event),
    }
    guarantee
}

/// The life after the event.
fn lived(life: Life, event: Event) -> Life {
    match (life, event) {
        (Life::Unknown, Event::Applied(event)) => {
            Life::Applied(Pending { application: application(event), premium: None })
        }
        (Life::Applied(pending), event) => decided(pending, event),
        (Life::InForce(was), Event::Quit(event)) => Life::Quit { was, at: event.quit_at },
        (Life::InForce(was), Event::Cancelled(event)) => {
            Life::Cancelled { was, cause: event.cause, at: event.cancelled_at }
        }
        (Life::InForce(mut was), event) => {
            change(&mut was, event);
            Life::InForce(was)
        }
        // Invoices go on after the end, and nothing else does.
        (Life::Cancelled { mut was, cause, at }, event) => {
            invoice(&mut was.invoicing, event);
            Life::Cancelled { was, cause, at }
        }
        (life, _) => life,
    }
}

fn decided(mut pending: Pending, event: Event) -> Life {
    match event {
        Event::PremiumPaid(event) => pending.premium = Some(premium(event)),
        Event::PremiumCorrected(event) => pending.premium = Some(premium(event.premium)),
        Event::Declined(event) => {
            return Life::Declined { pending, reason: event.reason, at: event.declined_at };
        }
        Event::Withdrawn(event) => {
            let (cause, reason, at) = (event.cause, event.reason, event.withdrawn_at);
            return Life::Withdrawn { pending, cause, reason, at };
        }
        Event::Issued(event) => return Life::InForce(Box::new(issued(pending, event))),
        _ => {}
    }
    Life::Applied(pending)
}

fn application(event: Applied) -> Application {
    Application {
        platform: event.platform,
        platform_code: event.platform_code,
        application_no: event.application_no,
        terms: event.terms,
        sealed: event.sealed,
        extra: event.extra,
        personal: event.personal,
        content: event.content,
        applied_at: event.applied_at,
    }
}

fn premium(event: PremiumPaid) -> Premium {
    Premium {
        payer_name: event.payer_name,
        payer_account: event.payer_account,
        amount: event.amount,
        paid_at: event.paid_at,
        reference: event.reference,
    }
}

fn issued(pending: Pending, event: Issued) -> InForce {
    InForce {
        application: pending.application,
        premium: pending.premium.unwrap_or(Premium {
            payer_name: event.payer_name,
            payer_account: event.payer_account,
            amount: event.premium,
            paid_at: event.issued_at,
            reference: None,
        }),
        guarantee_no: event.guarantee_no,
        rate: event.rate,
        valid_until: event.valid_until,
        document: event.document,
        issued_at: event.issued_at,
        opening: Opening::Waiting,
        invoicing: Invoicing::None,
        quitting: Quitting::None,
        claims: Vec::new(),
    }
}

fn change(was: &mut InForce, event: Event) {
    match event {
        Event::RestoreRequested(_) | Event::Restored(_) | Event::OpeningMoved(_) => {
            open(&mut was.opening, event);
        }
        Event::Extended(event) => was.valid_until = event.valid_until,
        Event::InvoiceRequested(_) | Event::Invoiced(_) | Event::InvoiceDeclined(_) => {
            invoice(&mut was.invoicing, event);
        }
        Event::QuitRequested(event) => {
            was.quitting = Quitting::Open(QuitRequest {
                reason: event.reason,
                exception: event.exception,
                content: event.content,
                requested_at: event.requested_at,
            });
        }
        Event::QuitRefused(event) => {
            if let Some(request) = was.quitting.open().cloned() {
                was.quitting = Quitting::Refused { request, reason: event.reason, at: event.refused_at };
            }
        }
        Event::Claimed(_) | Event::ClaimPaid(_) | Event::ClaimRefused(_) => claim(&mut was.claims, event),
        _ => {}
    }
}

fn key(event: RestoreRequested) -> Key {
    Key {
        opening_at: event.opening_at,
        opened: event.opened,
        mode: event.mode,
        held: event.held,
        requested_at: event.requested_at,
    }
}

fn open(opening: &mut Opening, event: Event) {
    match (event, &mut *opening) {
        (Event::RestoreRequested(event), Opening::Waiting) => *opening = Opening::Requested(key(event)),
        (Event::Restored(event), Opening::Requested(key)) => {
            let (key, document, at) = (key.clone(), event.document, event.restored_at);
            *opening = Opening::Restored { key, document, at };
        }
        (Event::OpeningMoved(event), Opening::Requested(key) | Opening::Restored { key, .. }) => {
            key.opening_at = event.opening_at;
        }
        _ => {}
    }
}

fn invoice(invoicing: &mut Invoicing, event: Event) {
    match (event, &*invoicing) {
        (Event::InvoiceRequested(event), Invoicing::None | Invoicing::Declined { .. }) => {
            *invoicing = Invoicing::Open(Invoice {
                particulars: event.particulars,
                personal: event.personal,
                content: event.content,
                requested_at: event.requested_at,
            });
        }
        (Event::Invoiced(event), Invoicing::Open(request)) => {
            *invoicing = Invoicing::Issued {
                request: request.clone(),
                invoice_code: event.invoice_code,
                invoice_no: event.invoice_no,
                invoice_url: event.invoice_url,
                at: event.invoiced_at,
            };
        }
        (Event::InvoiceDeclined(event), Invoicing::Open(request)) => {
            let (request, reason, at) = (request.clone(), event.reason, event.declined_at);
            *invoicing = Invoicing::Declined { request, reason, at };
        }
        _ => {}
    }
}

fn claim(claims: &mut Vec<Claim>, event: Event) {
    match event {
        Event::Claimed(event) if claims.iter().all(|claim| claim.number != event.claim) => {
            claims.push(Claim {
                number: event.claim,
                amount: event.amount,
                payee_account: event.payee_account,
                reason: event.reason,
                attachments: event.attachments,
                personal: event.personal,
                due_on: event.due_on,
                content: event.content,
                claimed_at: event.claimed_at,
                state: ClaimState::Open,
            });
        }
        Event::ClaimPaid(event) => {
            let (amount, reference, at) = (event.amount, event.reference, event.paid_at);
            settle(claims, event.claim, ClaimState::Paid { amount, reference, at });
        }
        Event::ClaimRefused(event) => {
            let (reason, at) = (event.reason, event.refused_at);
            settle(claims, event.claim, ClaimState::Refused { reason, at });
        }
        _ => {}
    }
}

fn settle(claims: &mut [Claim], number: u32, state: ClaimState) {
    let open = |claim: &&mut Claim| claim.number == number && matches!(claim.state, ClaimState::Open);
    if let Some(claim) = claims.iter_mut().find(open) {
        claim.state = state;
    }
}
