use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use baohan_topics::Told;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::producer::{DeliveryResult, NoCustomPartitioner, ProducerContext};

/// The topic that a record goes on; it travels with the record as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    Events = 0,
    States = 1,
}

/// Counts the records that are on their way, and keeps the first failure: what a commit says of it is but that there was one.
///
/// The client's own `flush` looks every tenth of a second whether all have arrived, and each commit flushes first. So we wait here,
/// and commit when nothing is on its way any more.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    lanes: [Counter; 2],
    failed: Mutex<Option<KafkaError>>,
    few_enough: Condvar,
}

#[derive(Debug, Default)]
struct Counter {
    under_way: AtomicUsize,
    /// How few there must be when the sender is to be woken.
    awaited: AtomicUsize,
}

impl Deliveries {
    /// One record more is on its way. Said before it is sent, since its report may come before the call returns.
    pub(crate) fn sent(&self, lane: Lane) {
        self.counter(lane).under_way.fetch_add(1, Ordering::SeqCst);
    }

    /// A record has arrived, or was not taken.
    pub(crate) fn arrived(&self, lane: Lane) {
        let counter = self.counter(lane);
        let before = counter.under_way.fetch_sub(1, Ordering::SeqCst);
        if before == counter.awaited.load(Ordering::SeqCst) + 1 {
            // Under the lock, so that nobody begins to wait between its look and this.
            drop(self.lock());
            self.few_enough.notify_all();
        }
    }

    /// Waits until no more than that many records of a lane are on their way. Whether that was before the deadline. Only whoever
    /// sends may wait, so that the number but falls meanwhile.
    pub(crate) fn wait(&self, lane: Lane, at_most: usize, deadline: Instant) -> bool {
        let counter = self.counter(lane);
        // Told before it is looked: either a report sees what is awaited, or this look sees what was reported.
        counter.awaited.store(at_most, Ordering::SeqCst);
        let mut guard = self.lock();
        while counter.under_way.load(Ordering::SeqCst) > at_most {
            let remaining = deadline.saturating_duration_since(Instant::now());
            if remaining == Duration::ZERO {
                return false;
            }
            let waited = self.few_enough.wait_timeout(guard, remaining);
            guard = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// The first failure since it was asked for last.
    pub(crate) fn take_failure(&self) -> Option<KafkaError> {
        self.lock().take()
    }

    fn counter(&self, lane: Lane) -> &Counter {
        let [events, states] = &self.lanes;
        match lane {
            Lane::Events => events,
            Lane::States => states,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<KafkaError>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        Told.log(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        Told.error(error, reason);
    }
}

impl ProducerContext<NoCustomPartitioner> for Deliveries {
    type DeliveryOpaque = usize;

    fn delivery(&self, delivered: &DeliveryResult<'_>, lane: usize) {
        if let Err((error, _)) = delivered {
            self.lock().get_or_insert_with(|| error.clone());
        }
        self.arrived(if lane == Lane::Events as usize { Lane::Events } else { Lane::States });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const WITHIN: Duration = Duration::from_secs(20);

    #[test]
    fn the_sender_goes_on_as_soon_as_few_enough_are_on_their_way() {
        let deliveries = Arc::new(Deliveries::default());
        for _ in 0..1_000 {
            deliveries.sent(Lane::Events);
        }
        let reporting = std::thread::spawn({
            let deliveries = Arc::clone(&deliveries);
            move || (0..900).for_each(|_| deliveries.arrived(Lane::Events))
        });
        assert!(deliveries.wait(Lane::Events, 100, Instant::now() + WITHIN));
        reporting.join().unwrap();
        assert!(!deliveries.wait(Lane::Events, 99, Instant::now()), "a hundred are still on their way");
    }

    #[test]
    fn records_of_the_one_topic_do_not_hold_up_the_other() {
        let deliveries = Deliveries::default();
        deliveries.sent(Lane::States);
        assert!(deliveries.wait(Lane::Events, 0, Instant::now() + WITHIN));
        assert!(!deliveries.wait(Lane::States, 0, Instant::now()));
        deliveries.arrived(Lane::States);
        assert!(deliveries.wait(Lane::States, 0, Instant::now() + WITHIN));
    }

    #[test]
    fn every_number_of_reports_is_met_whenever_it_is_waited_for() {
        let deliveries = Arc::new(Deliveries::default());
        for round in 0..200 {
            (0..5).for_each(|_| deliveries.sent(Lane::Events));
            let reporting = std::thread::spawn({
                let deliveries = Arc::clone(&deliveries);
                move || (0..5).for_each(|_| deliveries.arrived(Lane::Events))
            });
            assert!(deliveries.wait(Lane::Events, round % 5, Instant::now() + WITHIN));
            assert!(deliveries.wait(Lane::Events, 0, Instant::now() + WITHIN));
            reporting.join().unwrap();
        }
    }
}
