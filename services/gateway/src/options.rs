//! What the configuration says, and the limits that it does not.

use std::time::Duration;

use baohan_domain::calendar::WorkingDays;

use crate::rate::Share;

/// Calls that are worked on at once: each holds a body and waits for a commit. At 10,000 calls a second and 40 ms each
/// 400 are under way.
pub(crate) const CALLS_AT_ONCE_MAX: usize = 1_024;
/// How long a body may take: one of the longest kind passes in seconds over a poor line.
pub(crate) const BODY_READ_TIME: Duration = Duration::from_secs(15);
/// How long a call may take after its body is there; a commit takes milliseconds, and a store that stands still for
/// longer is told to the platform, which sends the call again.
pub(crate) const CALL_TIME: Duration = Duration::from_secs(20);
/// How long a reconciliation waits for the list to reach the newest event.
pub(crate) const CATCH_UP_TIME: Duration = Duration::from_secs(3);
/// The days that one reconciliation may ask for: a quarter and some, the longest span between two settlements.
pub(crate) const RECONCILED_DAYS_MAX: i64 = 100;
/// Downloads at once: each holds a file of at most some MiB in memory.
pub(crate) const DOWNLOADS_AT_ONCE_MAX: usize = 64;
/// The body limit where the configuration is silent, as `[gateway] body_limit_bytes`.
const BODY_BYTES_MAX_DEFAULT: usize = 1 << 20;
/// As `[calendar] claim_due_working_days`.
const CLAIM_DUE_WORKING_DAYS_DEFAULT: u32 = 3;

/// What the configuration says of the gateway.
#[derive(Debug, Clone)]
pub struct Options {
    /// The longest body that is taken, in bytes.
    pub body_bytes_max: usize,
    /// How many calls each platform may make.
    pub share: Share,
    /// How many calls may come that no platform has signed, all together.
    pub strangers: Share,
    /// Which days are worked on.
    pub working_days: WorkingDays,
    /// A claim is due on the so-many-th working day after it came.
    pub claim_due_working_days: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            body_bytes_max: BODY_BYTES_MAX_DEFAULT,
            share: Share::OF_A_PLATFORM,
            strangers: Share::OF_STRANGERS,
            working_days: WorkingDays::default(),
            claim_due_working_days: CLAIM_DUE_WORKING_DAYS_DEFAULT,
        }
    }
}
