use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::TimeDelta;

/// How often and how long a notice is tried.
#[derive(Debug, Clone)]
pub struct Patience {
    /// The wait after the first attempt without an answer; it doubles.
    pub failure_wait_min: Duration,
    /// The longest wait after an attempt without an answer: an opening must not wait longer for a platform that is back.
    pub failure_wait_max: Duration,
    /// How old a notice may become without an answer before it is given up.
    pub unanswered_max: TimeDelta,
    /// The wait after the first refusal; it doubles. A person may have to mend something in between.
    pub refusal_wait_min: Duration,
    /// The longest wait after a refusal.
    pub refusal_wait_max: Duration,
    /// After so many refusals a notice is given up.
    pub refusals_max: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            failure_wait_min: Duration::from_secs(1),
            failure_wait_max: Duration::from_mins(2),
            unanswered_max: TimeDelta::days(7),
            refusal_wait_min: Duration::from_secs(15),
            refusal_wait_max: Duration::from_mins(30),
            refusals_max: 8,
        }
    }
}

impl Patience {
    /// The wait after the `failures`-th attempt without an answer, from 1.
    #[must_use]
    pub fn after_failure(&self, failures: u32) -> Duration {
        wait(self.failure_wait_min, self.failure_wait_max, failures)
    }

    /// The wait after the `refusals`-th refusal, from 1; none: it is given up.
    #[must_use]
    pub fn after_refusal(&self, refusals: u32) -> Option<Duration> {
        (refusals < self.refusals_max).then(|| wait(self.refusal_wait_min, self.refusal_wait_max, refusals))
    }
}

/// Doubling, with chance on top so that a platform that is back does not meet all notices at once.
fn wait(min: Duration, max: Duration, round: u32) -> Duration {
    // The doubling reaches any bound within 64 rounds.
    let round = usize::try_from(round.saturating_sub(1).min(64)).unwrap_or(64);
    let mut waits = ExponentialBuilder::default()
        .with_factor(2.0)
        .with_min_delay(min)
        .with_max_delay(max)
        .without_max_times()
        .with_jitter()
        .build();
    waits.nth(round).unwrap_or(max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_their_bound_with_chance_on_top() {
        let patience = Patience::default();
        for (round, seconds) in [(1, 1), (2, 2), (3, 4), (7, 64), (8, 120), (100, 120)] {
            let wait = patience.after_failure(round);
            let base = Duration::from_secs(seconds);
            assert!(wait >= base && wait <= base + base.max(patience.failure_wait_min), "{round}: {wait:?}");
        }
    }

    #[test]
    fn after_the_last_refusal_there_is_no_wait() {
        let patience = Patience { refusals_max: 3, ..Patience::default() };
        assert!(patience.after_refusal(1).is_some());
        assert!(patience.after_refusal(2).is_some());
        assert_eq!(patience.after_refusal(3), None);
    }
}
