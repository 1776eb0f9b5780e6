use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::circuit::Circuit;

/// How many notices are on their way to one platform at once.
pub const AT_ONCE_MAX: usize = 16;

/// Per platform: its circuit, and room for deliveries.
#[derive(Debug, Default)]
pub struct Outlets(Mutex<HashMap<String, Outlet>>);

#[derive(Debug)]
struct Outlet {
    circuit: Circuit,
    room: Arc<Semaphore>,
}

/// The right to call a platform once.
#[derive(Debug)]
pub struct Pass {
    platform: String,
    _room: OwnedSemaphorePermit,
}

impl Default for Outlet {
    fn default() -> Self {
        Self { circuit: Circuit::default(), room: Arc::new(Semaphore::new(AT_ONCE_MAX)) }
    }
}

impl Outlets {
    /// A pass, if there is room and the platform is worth calling.
    pub fn enter(&self, platform: &str, now: Instant) -> Option<Pass> {
        self.with(platform, |outlet| {
            let room = Arc::clone(&outlet.room).try_acquire_owned().ok()?;
            outlet.circuit.admits(now).then(|| Pass { platform: platform.to_owned(), _room: room })
        })
    }

    /// The platform answered.
    pub fn answered(&self, pass: &Pass) {
        self.with(&pass.platform, |outlet| outlet.circuit.answered());
    }

    /// The platform did not answer.
    pub fn failed(&self, pass: &Pass, now: Instant) {
        self.with(&pass.platform, |outlet| outlet.circuit.failed(now));
    }

    /// The platform was not called after all.
    pub fn not_tried(&self, pass: &Pass, now: Instant) {
        self.with(&pass.platform, |outlet| outlet.circuit.not_tried(now));
    }

    /// When the first circuit lets a probe through.
    pub fn next_probe(&self) -> Option<Instant> {
        let outlets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        outlets.values().filter_map(|outlet| outlet.circuit.opens_at()).min()
    }

    fn with<T>(&self, platform: &str, change: impl FnOnce(&mut Outlet) -> T) -> T {
        let mut outlets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let outlet = outlets.entry(platform.to_owned()).or_default();
        let answer = change(outlet);
        metrics::gauge!("baohan_circuit_state", "platform" => platform.to_owned())
            .set(outlet.circuit.gauge());
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::FAILURES_MAX;

    #[test]
    fn no_more_than_so_many_are_on_their_way_to_one_platform() {
        let (outlets, now) = (Outlets::default(), Instant::now());
        let passes: Vec<_> = (0..AT_ONCE_MAX).filter_map(|_| outlets.enter("a", now)).collect();
        assert_eq!(passes.len(), AT_ONCE_MAX);
        assert!(outlets.enter("a", now).is_none());
        assert!(outlets.enter("b", now).is_some());
        drop(passes);
        assert!(outlets.enter("a", now).is_some());
    }

    #[test]
    fn a_platform_that_is_away_holds_up_no_other() {
        let (outlets, now) = (Outlets::default(), Instant::now());
        for _ in 0..FAILURES_MAX {
            let pass = outlets.enter("a", now).unwrap();
            outlets.failed(&pass, now);
        }
        assert!(outlets.enter("a", now).is_none());
        assert!(outlets.enter("b", now).is_some());
        assert!(outlets.next_probe().is_some());
    }
}
