//! How many calls of a platform are taken in a second.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// The credits that are kept for calls that turned out to cost nothing: a project's restores come in one loop, and
/// the loop of the largest project is well below it.
const CREDITS_MAX: u32 = 10_000;

/// How long wrong signatures are not looked into once strangers are over their share, in milliseconds: long enough that
/// looking is a small part of the work under a flood, short enough that an integrator does not notice.
const UNDIAGNOSED_MS: u64 = 1_000;

/// A platform's share: so many calls a second in the long run, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Calls a second in the long run.
    pub per_second: NonZeroU32,
    /// Calls at once.
    pub burst: NonZeroU32,
}

impl Share {
    /// What a platform gets unless the configuration says otherwise: about what a large machine carries, so that an
    /// opening is never throttled. An institution that serves many platforms sets less.
    pub const OF_A_PLATFORM: Self = Self { per_second: count(20_000), burst: count(40_000) };
    /// What calls that are not known to be a platform's own (a wrong signature, an unknown key) get. Each is written
    /// to the journal, so this also bounds how fast a stranger can fill the disk. It is counted apart, so that
    /// nobody can use up a platform's share without its secret.
    pub const OF_STRANGERS: Self = Self { per_second: count(200), burst: count(400) };

    /// So many calls a second, and twice as many at once after a quiet time.
    #[must_use]
    pub fn per_second(calls: NonZeroU32) -> Self {
        Self { per_second: calls, burst: calls.saturating_add(calls.get()) }
    }
}

const fn count(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// The limits of all platforms, and of strangers.
pub(crate) struct Rates {
    platforms: HashMap<String, Limit>,
    strangers: DefaultDirectRateLimiter,
    started: Instant,
    /// Until when wrong signatures are not looked into, in milliseconds after `started`.
    undiagnosed_until: AtomicU64,
}

struct Limit {
    limiter: DefaultDirectRateLimiter,
    credits: AtomicU32,
}

impl Rates {
    pub(crate) fn new<'a>(
        appkeys: impl IntoIterator<Item = &'a str>,
        share: Share,
        strangers: Share,
    ) -> Self {
        let limit = |_| Limit { limiter: limiter(share), credits: AtomicU32::new(0) };
        let platforms = appkeys.into_iter().map(|appkey| (appkey.to_owned(), limit(appkey))).collect();
        let undiagnosed_until = AtomicU64::new(0);
        Self { platforms, strangers: limiter(strangers), started: Instant::now(), undiagnosed_until }
    }

    /// Whether a call that a platform has signed may go on.
    pub(crate) fn admits(&self, appkey: &str) -> bool {
        let Some(limit) = self.platforms.get(appkey) else { return self.admits_stranger() };
        let spend = |credits: u32| credits.checked_sub(1);
        limit.credits.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_ok()
            || limit.limiter.check().is_ok()
    }

    /// Whether a call that nobody has signed may go on.
    pub(crate) fn admits_stranger(&self) -> bool {
        let is_admitted = self.strangers.check().is_ok();
        if !is_admitted {
            self.undiagnosed_until.store(self.elapsed_ms() + UNDIAGNOSED_MS, Ordering::Relaxed);
        }
        is_admitted
    }

    /// Whether a wrong signature is worth looking into just now.
    pub(crate) fn lets_diagnose(&self) -> bool {
        self.undiagnosed_until.load(Ordering::Relaxed) <= self.elapsed_ms()
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Gives back what an admitted call cost.
    pub(crate) fn gives_back(&self, appkey: &str) {
        if let Some(limit) = self.platforms.get(appkey) {
            let earn = |credits: u32| (credits < CREDITS_MAX).then_some(credits + 1);
            // Err only says that there are enough credits already.
            let _full = limit.credits.fetch_update(Ordering::Relaxed, Ordering::Relaxed, earn);
        }
    }
}

fn limiter(share: Share) -> DefaultDirectRateLimiter {
    RateLimiter::direct(Quota::per_second(share.per_second).allow_burst(share.burst))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        let share = Share { per_second: count(1), burst: count(3) };
        Rates::new(["a", "b"], share, Share { per_second: count(1), burst: count(1) })
    }

    #[test]
    fn each_platform_has_its_own_share() {
        let rates = rates();
        assert_eq!((0..10).filter(|_| rates.admits("a")).count(), 3);
        assert!(rates.admits("b"));
    }

    #[test]
    fn what_is_given_back_can_be_spent_again() {
        let rates = rates();
        let admitted = (0..100)
            .filter(|_| {
                rates.admits("a") && {
                    rates.gives_back("a");
                    true
                }
            })
            .count();
        assert_eq!(admitted, 100);
    }

    #[test]
    fn strangers_share_one_limit_and_cost_the_platforms_nothing() {
        let rates = rates();
        assert!(rates.admits_stranger() && rates.lets_diagnose());
        assert!(!rates.admits_stranger() && !rates.lets_diagnose());
        assert!(!rates.admits("nobody"));
        assert!(rates.admits("a"));
    }
}
