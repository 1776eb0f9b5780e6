use std::sync::Arc;
use std::time::{Duration, Instant};

use baohan_documents::Documents;
use baohan_domain::command::{Notice as NoticeOutcome, RecordNotice};
use baohan_domain::event::NoticeKind;
use baohan_domain::{GuaranteeId, Refusal};
use baohan_ledger::{Context, Ledger};
use baohan_log::{Attempt, Delivery, Settled};
use baohan_wire::{Directory, Platform, Reply};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::gate::Gate;
use crate::hold::Hold;
use crate::letter::{Letter, Letterhead, Unwritten};
use crate::outlets::{Outlets, Pass};
use crate::patience::Patience;
use crate::transport::{Delivered, Transport};

/// Who records outcomes, in the audit trail.
const ACTOR: &str = "notifier";
/// How long a notice waits for something on our side: a platform that is not configured, a file that cannot be read.
const OWN_TROUBLE_WAIT: Duration = Duration::from_secs(30);
/// How much of a platform's answer is kept, in characters.
const REPLY_CHARACTERS_MAX: usize = 1_000;

const ACKNOWLEDGED: &str = "acknowledged";
const HAD_ALREADY: &str = "had-already";
const REFUSED: &str = "refused";
const FAILED: &str = "failed";

/// A notice that is due.
#[derive(Debug, Clone)]
pub struct Due {
    /// The notice: the id of the event that it tells.
    pub notice: Uuid,
    /// Of which guarantee.
    pub guarantee: GuaranteeId,
    /// To whom.
    pub platform: String,
    /// What it tells.
    pub kind: NoticeKind,
    /// When the event was recorded.
    pub since: DateTime<Utc>,
}

/// What a delivery needs.
pub struct Tools {
    /// Records outcomes.
    pub ledger: Ledger,
    /// Holds the files.
    pub documents: Documents,
    /// Knows the platforms.
    pub directory: Arc<Directory>,
    /// Carries the notices.
    pub transport: Transport,
    /// What every letter carries.
    pub head: Letterhead,
    /// How often and how long it is tried.
    pub patience: Patience,
    /// Whether a platform is worth calling.
    pub outlets: Outlets,
}

/// A call that went out.
struct Call {
    started_at: DateTime<Utc>,
    duration: Duration,
    delivered: Delivered,
}

/// What came back, and what is to be done about it.
struct Verdict {
    status: Option<u16>,
    outcome: &'static str,
    reply: String,
    next_at: Option<DateTime<Utc>>,
    settles: Option<NoticeOutcome>,
}

/// Why a delivery did not end as it should; it is tried again.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the store is in trouble")]
    Store(#[from] baohan_log::Error),
    #[error("the ledger is in trouble")]
    Ledger(#[from] baohan_ledger::Error),
}

impl Tools {
    /// Makes one attempt, and records what came of it. Nothing is lost by an error: the notice stays due.
    pub async fn deliver(&self, due: &Due, pass: &Pass) {
        if let Err(trouble) = self.try_deliver(due, pass).await {
            let cause = std::error::Error::source(&trouble).map(ToString::to_string);
            tracing::warn!(notice = %due.notice, guarantee = %due.guarantee, %trouble, cause, "notice not delivered yet");
        }
        // Whatever was not answered or failed by now did not reach the platform.
        self.outlets.not_tried(pass, Instant::now());
    }

    async fn try_deliver(&self, due: &Due, pass: &Pass) -> Result<(), Trouble> {
        let log = self.ledger.log();
        let token = self.ledger.new_id();
        let Some((delivery, hold)) = self.hold(due, token).await? else { return Ok(()) };
        if delivery.next_at.is_none() && delivery.attempts > 0 {
            return self.heal(due, &delivery).await;
        }
        let Some(platform) = self.directory.by_appkey(&due.platform).cloned() else {
            tracing::error!(platform = due.platform, notice = %due.notice, "a notice for a platform that is not configured");
            return self.put_off(due, "no-platform").await;
        };
        let history = self.ledger.history(due.guarantee).await?;
        let letter =
            Letter::write(&self.head, &self.documents, &platform, due.kind, due.guarantee, history.guarantee)
                .await;
        let letter = match letter {
            Ok(letter) => letter,
            Err(Unwritten::NotWanted(reason)) => {
                log.reschedule(due.notice, "skipped", None, false).await?;
                return self.settle(due, NoticeOutcome::Skipped { reason: reason.to_owned() }).await;
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(notice = %due.notice, guarantee = %due.guarantee, %error, cause, "a notice cannot be written");
                return self.put_off(due, "unwritten").await;
            }
        };
        let Some(call) = self.call(due, &delivery, hold, &letter, &platform).await? else { return Ok(()) };
        let Call { started_at, duration, delivered } = call;
        match &delivered {
            Delivered::Answered { .. } => self.outlets.answered(pass),
            Delivered::Failed { .. } => self.outlets.failed(pass, Instant::now()),
        }
        let number = delivery.attempts + 1;
        let verdict = self.judge(due, &delivery, delivered).await?;
        tell(due, &letter, number, &verdict, duration);
        let attempt = Attempt {
            notice_id: due.notice,
            number,
            started_at,
            duration_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            status: verdict.status,
            outcome: verdict.outcome.to_owned(),
            reply: Some(verdict.reply.chars().take(REPLY_CHARACTERS_MAX).collect()),
            next_at: verdict.next_at,
        };
        let settled = log.record_attempt(attempt, token).await?;
        match (settled, verdict.settles) {
            (Settled::Settled, Some(outcome)) => self.settle(due, outcome).await,
            (Settled::Settled, None) | (Settled::LeaseLost, _) => Ok(()),
        }
    }

    /// Sends the letter while the delivery is ours, held anew where that took too long. Absent: it is another's by now.
    async fn call(
        &self,
        due: &Due,
        taken: &Delivery,
        hold: Hold,
        letter: &Letter,
        platform: &Platform,
    ) -> Result<Option<Call>, Trouble> {
        let url = platform.for_centre(letter.platform_code()).url(letter.interface());
        let mut ours = self.still_ours(due, taken, hold).await?;
        while let Some(hold) = ours {
            let (started_at, began) = (self.ledger.now(), Instant::now());
            let clock = Arc::clone(self.ledger.clock());
            let gate = Gate::new(move || hold.is_fresh(clock.now(), Instant::now()));
            let body = letter.body(&self.head, platform, started_at);
            match self.transport.post_through(gate, platform, &url, body).await {
                Some(delivered) => {
                    return Ok(Some(Call { started_at, duration: began.elapsed(), delivered }));
                }
                None => ours = self.still_ours(due, taken, hold).await?,
            }
        }
        Ok(None)
    }

    /// Takes the delivery, or holds it longer under the same token. Absent: somebody else has it.
    async fn hold(&self, due: &Due, token: Uuid) -> Result<Option<(Delivery, Hold)>, Trouble> {
        let (now, since) = (self.ledger.now(), Instant::now());
        let lasts = Hold::lasts(self.transport.call_time_max());
        let delivery = self.ledger.log().lease(due.notice, token, lasts).await?;
        Ok(delivery.map(|delivery| (delivery, Hold::from(now, since, token))))
    }

    /// The hold under which the call may go out, if it may. Writing the letter may have taken long, or the process was paused in between: then the
    /// delivery may be another notifier's by now, and what follows this notice may be out already.
    async fn still_ours(&self, due: &Due, taken: &Delivery, hold: Hold) -> Result<Option<Hold>, Trouble> {
        if hold.is_fresh(self.ledger.now(), Instant::now()) {
            return Ok(Some(hold));
        }
        let Some((delivery, hold)) = self.hold(due, hold.token).await? else { return Ok(None) };
        let untouched = (delivery.attempts, delivery.next_at) == (taken.attempts, taken.next_at);
        let is_ours = untouched && hold.is_fresh(self.ledger.now(), Instant::now());
        Ok(is_ours.then_some(hold))
    }

    async fn judge(&self, due: &Due, delivery: &Delivery, delivered: Delivered) -> Result<Verdict, Trouble> {
        let attempts = delivery.attempts + 1;
        let now = self.ledger.now();
        Ok(match delivered {
            Delivered::Answered { status, reply: Reply::Accepted { message } } => Verdict {
                status: Some(status),
                outcome: ACKNOWLEDGED,
                reply: message,
                next_at: None,
                settles: Some(NoticeOutcome::Acknowledged { attempts, had_already: false }),
            },
            Delivered::Answered { status, reply: Reply::Refused { message, is_duplicate: true, .. } } => {
                Verdict {
                    status: Some(status),
                    outcome: HAD_ALREADY,
                    reply: message,
                    next_at: None,
                    settles: Some(NoticeOutcome::Acknowledged { attempts, had_already: true }),
                }
            }
            Delivered::Answered { status, reply: Reply::Refused { code, message, hint, .. } } => {
                let earlier = self.ledger.log().attempts(due.notice).await?;
                let since_restart = earlier.len().saturating_sub(delivery.attempts as usize);
                let refusals =
                    earlier[since_restart..].iter().filter(|attempt| attempt.outcome == REFUSED).count();
                let refusals = u32::try_from(refusals + 1).unwrap_or(u32::MAX);
                let next = self.patience.after_refusal(refusals);
                let hint = hint.map(|hint| format!("（{hint}）")).unwrap_or_default();
                let reply = format!("code {code}: {message}{hint}");
                Verdict {
                    status: Some(status),
                    outcome: REFUSED,
                    next_at: next.map(|wait| now + wait),
                    settles: next
                        .is_none()
                        .then(|| NoticeOutcome::Abandoned { attempts, reason: reply.clone() }),
                    reply,
                }
            }
            Delivered::Answered { status, reply: Reply::NoProtocol { excerpt } } => {
                self.unanswered(due, attempts, Some(status), excerpt, now)
            }
            Delivered::Failed { status, cause } => self.unanswered(due, attempts, status, cause, now),
        })
    }

    fn unanswered(
        &self,
        due: &Due,
        attempts: u32,
        status: Option<u16>,
        cause: String,
        now: DateTime<Utc>,
    ) -> Verdict {
        let given_up = now - due.since > self.patience.unanswered_max;
        Verdict {
            status,
            outcome: FAILED,
            next_at: (!given_up).then(|| now + self.patience.after_failure(attempts)),
            settles: given_up.then(|| NoticeOutcome::Abandoned { attempts, reason: cause.clone() }),
            reply: cause,
        }
    }

    /// The process ended between a final attempt and its event: the event is made up for, without another call.
    async fn heal(&self, due: &Due, delivery: &Delivery) -> Result<(), Trouble> {
        let attempts = delivery.attempts;
        let outcome = match delivery.state.as_str() {
            ACKNOWLEDGED => NoticeOutcome::Acknowledged { attempts, had_already: false },
            HAD_ALREADY => NoticeOutcome::Acknowledged { attempts, had_already: true },
            "skipped" => NoticeOutcome::Skipped { reason: "平台不接收该通知".to_owned() },
            _ => {
                let last = self.ledger.log().attempts(due.notice).await?.pop();
                let reason = last.and_then(|attempt| attempt.reply).unwrap_or_default();
                NoticeOutcome::Abandoned { attempts, reason }
            }
        };
        self.settle(due, outcome).await
    }

    async fn settle(&self, due: &Due, outcome: NoticeOutcome) -> Result<(), Trouble> {
        let mut context = Context::of(ACTOR, self.ledger.new_id());
        context.causation_id = Some(due.notice);
        let command = RecordNotice { notice: due.notice, kind: due.kind, outcome, at: self.ledger.now() };
        let recorded = self.ledger.carry_out(context, due.guarantee, |_| Ok(command.clone().into())).await;
        match recorded {
            // Somebody else has settled it: the first outcome stands.
            Ok(_) | Err(baohan_ledger::Error::Refused(Refusal::NoticeSettled)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn put_off(&self, due: &Due, state: &str) -> Result<(), Trouble> {
        let next_at = self.ledger.now() + OWN_TROUBLE_WAIT;
        self.ledger.log().reschedule(due.notice, state, Some(next_at), false).await?;
        Ok(())
    }
}

/// Counts an attempt, and logs it with the application's number.
fn tell(due: &Due, letter: &Letter, number: u32, verdict: &Verdict, duration: Duration) {
    let (platform, interface) = (due.platform.clone(), letter.interface().name());
    metrics::counter!("baohan_notice_attempts_total", "platform" => platform, "interface" => interface, "outcome" => verdict.outcome)
        .increment(1);
    metrics::histogram!("baohan_notice_duration_seconds", "interface" => interface).record(duration);
    tracing::info!(
        application_no = letter.application_no(),
        platform = due.platform,
        interface,
        number,
        outcome = verdict.outcome,
        status = verdict.status,
        "notice for {}: {}",
        letter.application_no(),
        verdict.outcome
    );
}
