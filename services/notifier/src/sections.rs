use std::sync::Arc;
use std::time::Duration;

use baohan_ledger::{Clock, InTurn};
use baohan_log::{Log, SectionFact};
use baohan_wire::{Interface, Platform, SectionsFault, parse_sections, section_poll_body};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::transport::Transport;

/// How far back the first question goes: no tender runs longer.
const FIRST_QUESTION_DAYS: i64 = 365;
/// Each question goes a little further back than the last answer, since the platform's clock is not ours and what it
/// decides may become visible late. What is told twice adds no row.
const OVERLAP_MINUTES: i64 = 30;

/// Asks a platform for exceptions of tender sections and keeps what it says.
#[derive(Clone)]
pub struct SectionPoller {
    log: Log,
    clock: Arc<dyn Clock>,
    transport: Transport,
}

/// Why a question brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// No answer came.
    #[error("no answer from the platform")]
    Transport(#[source] reqwest::Error),
    /// The answer is none of the interface, or a refusal.
    #[error("the platform's answer holds no list")]
    Answer(#[from] SectionsFault),
    /// What was said could not be kept.
    #[error("the store did not keep what the platform said")]
    Store(#[from] baohan_log::Error),
}

/// What a question brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Polled {
    /// Facts in the answer.
    pub told: usize,
    /// Facts that were new.
    pub new: usize,
    /// Entries that say of no section what became of it.
    pub unusable: usize,
}

impl SectionPoller {
    /// A poller over a log.
    #[must_use]
    pub fn new(log: Log, clock: Arc<dyn Clock>, transport: Transport) -> Self {
        Self { log, clock, transport }
    }

    /// Asks every centre of a platform once.
    ///
    /// # Errors
    /// The first trouble; what was told before it is kept.
    pub async fn ask(&self, platform: &Platform) -> Result<Polled, PollError> {
        let mut all = Polled::default();
        let own_centres = platform.centres.iter().filter(|centre| {
            centre.secret.is_some() || centre.urls.contains_key(&Interface::Getbiaoduanyichang)
        });
        let codes =
            std::iter::once(None).chain(own_centres.map(|centre| Some(centre.platform_code.as_str())));
        for code in codes {
            let polled = self.ask_centre(platform, code).await?;
            all.told += polled.told;
            all.new += polled.new;
            all.unusable += polled.unusable;
        }
        Ok(all)
    }

    async fn ask_centre(&self, platform: &Platform, code: Option<&str>) -> Result<Polled, PollError> {
        let now = self.clock.now();
        // Facts belong to the platform; how far a centre was asked, to the centre.
        let asked =
            code.map_or_else(|| platform.appkey.clone(), |code| format!("{}/{code}", platform.appkey));
        let since = self.since(&asked, now).await?;
        let url = platform.for_centre(code).url(Interface::Getbiaoduanyichang);
        let body = section_poll_body(platform, code, since, now);
        let (_, answer) = self
            .transport
            .send(platform, &url, body)
            .await
            .map_err(|error| PollError::Transport(error.without_url()))?;
        let sections = parse_sections(platform, &answer)?;
        let facts: Vec<_> = sections.facts.iter().map(|fact| kept(fact, now)).collect();
        let told = facts.len();
        let new = self.log.record_section_facts(&platform.appkey, facts, None).await?;
        self.log.record_section_facts(&asked, Vec::new(), Some(now.to_rfc3339())).await?;
        Ok(Polled { told, new, unusable: sections.unusable.len() })
    }

    async fn since(&self, asked: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, PollError> {
        let watermark = self.log.section_watermark(asked).await?;
        let last = watermark.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
        Ok(last.map_or_else(
            || now - TimeDelta::days(FIRST_QUESTION_DAYS),
            |last| last.with_timezone(&Utc) - TimeDelta::minutes(OVERLAP_MINUTES),
        ))
    }

    /// Asks all platforms at their interval until it is told to stop. One that does not answer is asked again at the next
    /// interval. Of several processes over one store one asks a platform.
    pub async fn run(self, platforms: Vec<Arc<Platform>>, every: Duration, stop: CancellationToken) {
        let enabled = platforms.iter().filter(|platform| platform.enabled);
        futures::future::join_all(enabled.map(|platform| self.ask_in_turn(platform, every, &stop))).await;
    }

    async fn ask_in_turn(&self, platform: &Platform, every: Duration, stop: &CancellationToken) {
        let name = format!("notifier/sections/{}", platform.appkey);
        while let Some(turn) = InTurn::next(&self.log, &name, stop).await {
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                () = turn.lost() => {}
                () = self.ask_again_and_again(platform, every) => {}
            }
            turn.give_back().await;
        }
    }

    async fn ask_again_and_again(&self, platform: &Platform, every: Duration) {
        let mut interval = tokio::time::interval(every);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            self.ask_and_tell(platform).await;
        }
    }

    async fn ask_and_tell(&self, platform: &Platform) {
        let outcome = match self.ask(platform).await {
            Ok(polled) => {
                if polled.new > 0 || polled.unusable > 0 {
                    tracing::info!(
                        platform = platform.appkey,
                        polled.new,
                        polled.unusable,
                        "section exceptions polled"
                    );
                }
                "answered"
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(platform = platform.appkey, %error, cause, "section exceptions not polled");
                "failed"
            }
        };
        metrics::counter!("baohan_section_polls_total", "platform" => platform.appkey.clone(), "outcome" => outcome)
            .increment(1);
    }
}

/// A fact as it is kept: the state's digit, and all that was said.
fn kept(fact: &baohan_wire::SectionFact, told_at: DateTime<Utc>) -> SectionFact {
    let content = json!({
        "project_no": fact.project_no,
        "project_name": fact.project_name,
        "section_no": fact.section_no,
        "section_name": fact.section_name,
        "remark": fact.remark,
        "audited_at": fact.audited_at_text,
        "outcome": fact.outcome,
        "announced": fact.announced,
        "announcement_title": fact.announcement_title,
    });
    SectionFact {
        section_no: fact.section_no.clone(),
        status: fact.status.digit().to_owned(),
        content: content.to_string(),
        told_at,
    }
}
