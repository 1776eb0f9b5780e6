use std::fmt::Write as _;
use std::time::{Duration, Instant};

use baohan_ledger::Clock;
use baohan_wire::{Interface, Platform};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, Url};

use super::Finding;

/// A platform that needs longer than this for its front page would time out our notices too.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);
/// A `Date` header has whole seconds, and the answer was under way for a moment.
const SKEW_UNNOTICED_SECONDS: i64 = 2;

/// Calls each platform's address. Whatever HTTP status it answers, it was reached; no notice is sent.
pub async fn examine(platforms: &[Platform], clock: &dyn Clock) -> Vec<Finding> {
    let client = match Client::builder().timeout(ANSWER_TIME_MAX).build() {
        Ok(client) => client,
        Err(error) => return vec![Finding::broken("platforms", format!("no HTTP client: {error}"))],
    };
    let calls = platforms.iter().map(|platform| one(&client, platform, clock));
    futures::future::join_all(calls).await
}

async fn one(client: &Client, platform: &Platform, clock: &dyn Clock) -> Finding {
    let subject = format!("platform {}", platform.appkey);
    if !platform.enabled {
        return Finding::warning(subject, "is not enabled: its calls are refused");
    }
    let url = platform.for_centre(None).url(Interface::Baohannotice);
    let parsed = match Url::parse(&url) {
        Ok(parsed) => parsed,
        Err(error) => return Finding::broken(subject, format!("{url} is no URL: {error}")),
    };
    let since = Instant::now();
    // HEAD: no platform takes it for a notice.
    match client.head(parsed).send().await {
        Err(error) => Finding::broken(subject, format!("{url} was not reached: {}", causes(&error))),
        Ok(response) => {
            let reached =
                format!("{url} answers {} in {} ms", response.status().as_u16(), since.elapsed().as_millis());
            let date = response.headers().get("date").and_then(|date| date.to_str().ok());
            let theirs = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
            match theirs {
                None => Finding::well(subject, format!("{reached}; it tells no time")),
                Some(theirs) => skew(
                    subject,
                    &reached,
                    clock.now() - theirs.with_timezone(&Utc),
                    platform.timestamp_window_seconds,
                ),
            }
        }
    }
}

/// Judges how far our clock is before the platform's: beyond the window each refuses the other's calls.
fn skew(subject: String, reached: &str, ours_ahead: TimeDelta, window_seconds: u32) -> Finding {
    let seconds = ours_ahead.num_seconds();
    let (window, off) = (i64::from(window_seconds), seconds.abs());
    if off <= SKEW_UNNOTICED_SECONDS {
        return Finding::well(subject, format!("{reached}; clocks agree"));
    }
    let direction = if seconds > 0 { "ahead of" } else { "behind" };
    let text = format!("{reached}; our clock is {off} s {direction} the platform's");
    match window {
        0 => Finding::well(subject, format!("{text}, and its window is off")),
        window if off > window => {
            Finding::broken(subject, format!("{text}: beyond its window of {window} s, calls are refused"))
        }
        window if off * 2 > window => {
            Finding::warning(subject, format!("{text}, and its window is {window} s"))
        }
        _ => Finding::well(subject, text),
    }
}

/// An HTTP client's error says what went wrong in its causes only.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let _ = write!(text, ": {inner}");
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::*;

    fn health(seconds: i64, window: u32) -> Health {
        skew(String::new(), "", TimeDelta::seconds(seconds), window).health
    }

    #[test]
    fn clocks_are_judged_by_the_platforms_window() {
        assert_eq!(health(1, 600), Health::Well);
        assert_eq!(health(-100, 600), Health::Well);
        assert_eq!(health(400, 600), Health::Warning);
        assert_eq!(health(-601, 600), Health::Broken);
        assert_eq!(health(9_999, 0), Health::Well);
    }
}
