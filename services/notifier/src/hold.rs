use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// For how long a delivery is held beyond the longest call: time to write the letter and to keep what came of it.
const MARGIN: Duration = Duration::from_secs(15);
/// How old a hold may be when the call goes out: then the call ends before the hold does.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// When a delivery was taken, by both clocks: one stands still while the machine sleeps, the other may be set.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    /// Names the holder.
    pub token: Uuid,
    at: DateTime<Utc>,
    since: Instant,
}

impl Hold {
    /// A hold from before the store was asked.
    pub fn from(now: DateTime<Utc>, since: Instant, token: Uuid) -> Self {
        Self { token, at: now, since }
    }

    /// For how long the store is asked to keep it.
    pub fn lasts(call_time_max: Duration) -> Duration {
        call_time_max + MARGIN
    }

    /// Whether a call that goes out now ends while it still holds. After a pause of the process it does not.
    pub fn is_fresh(&self, now: DateTime<Utc>, instant: Instant) -> bool {
        let by_clock = (now - self.at).to_std().unwrap_or_default();
        instant.saturating_duration_since(self.since) <= FRESH_FOR && by_clock <= FRESH_FOR
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn hold(now: DateTime<Utc>, since: Instant) -> Hold {
        Hold::from(now, since, Uuid::nil())
    }

    #[test]
    fn it_outlasts_a_call_that_goes_out_while_it_is_fresh() {
        let (now, since) = (DateTime::UNIX_EPOCH, Instant::now());
        let hold = hold(now, since);
        let last = TimeDelta::from_std(FRESH_FOR).unwrap();
        assert!(hold.is_fresh(now + last, since + FRESH_FOR));
        let call = Duration::from_secs(30);
        assert!(FRESH_FOR + call < Hold::lasts(call));
    }

    #[test]
    fn after_a_pause_it_is_not_fresh_whichever_clock_went_on() {
        let (now, since) = (DateTime::UNIX_EPOCH, Instant::now());
        let hold = hold(now, since);
        assert!(!hold.is_fresh(now, since + Duration::from_secs(11)));
        assert!(!hold.is_fresh(now + TimeDelta::seconds(11), since));
        assert!(hold.is_fresh(now - TimeDelta::hours(1), since), "a clock that was set back tells nothing");
    }
}
