//! How fast a rebuild goes beside those who append.

use std::time::Duration;

use baohan_log::Log;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::runner::wait;

/// For each moment of work so much rest while others append, in hundredths.
const REST_HUNDREDTHS: u32 = 40;
/// From how many events a second on somebody appends in earnest; below it nobody would notice that more is left to him.
const BUSY_EVENTS_A_SECOND: f64 = 100.0;

/// Works and rests by turns while others append, and only works where nobody does.
pub(super) struct Pace {
    appended: watch::Receiver<u64>,
    since: Instant,
    events: u64,
}

impl Pace {
    pub(super) fn begin(log: &Log) -> Self {
        let appended = log.watch();
        let events = *appended.borrow();
        Self { appended, since: Instant::now(), events }
    }

    /// After a page: rests as long as is due for it, unless the end comes first.
    pub(super) async fn rest(&mut self, ending: &mut watch::Receiver<bool>) {
        let worked = self.since.elapsed();
        let appended = self.appended.borrow().saturating_sub(self.events);
        wait(due(worked, appended), ending).await;
        self.since = Instant::now();
        self.events = *self.appended.borrow();
    }
}

/// The rest that is due after so much work, in which others appended so many events.
fn due(worked: Duration, appended: u64) -> Duration {
    #[expect(clippy::cast_precision_loss, reason = "a comparison of rates")]
    let is_busy = appended as f64 > BUSY_EVENTS_A_SECOND * worked.as_secs_f64();

    if is_busy { worked * REST_HUNDREDTHS / 100 } else { Duration::ZERO }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rests_while_others_append_and_not_otherwise() {
        let second = Duration::from_secs(1);
        assert_eq!(due(second, 5_000), Duration::from_millis(400));
        assert_eq!(due(second / 10, 500), Duration::from_millis(40));
        assert_eq!(due(second, 3), Duration::ZERO);
        assert_eq!(due(Duration::ZERO, 0), Duration::ZERO);
    }
}
