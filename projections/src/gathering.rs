use std::time::Duration;

/// How long the seal gathers: a quarter of the time between two checkpoints. A transaction for each event would cost it more than its work.
const SEAL_GATHERS: Duration = Duration::from_millis(250);
/// For each moment of work so many of gathering: an event costs little beside its transaction, so under load a batch is to hold many. The busier
/// the machine, the longer a batch takes, and the more gathers for the next.
const MOMENTS_A_WORK: u32 = 9;
/// How long what lists are answered from gathers at most; who reads a list does not wait for it, a worker that looks for work does. Under load
/// it is what decides how many events share the cost of a transaction's statements, which is twice that of writing the rows of a few.
const MOMENTS_MAX: Duration = Duration::from_millis(100);

/// How long events are let gather after a batch that was not full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gathering {
    /// By what the last batch took, and not while somebody waits.
    Moments,
    /// As the seal does.
    Seal,
}

impl Gathering {
    pub(crate) fn after(self, batch_took: Duration) -> Duration {
        match self {
            Self::Moments => batch_took.saturating_mul(MOMENTS_A_WORK).min(MOMENTS_MAX),
            Self::Seal => SEAL_GATHERS,
        }
    }

    /// Whether it ends early where somebody waits.
    pub(crate) fn can_hurry(self) -> bool {
        self == Self::Moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_batch_is_followed_soon_and_a_slow_one_by_one_that_holds_more() {
        let after = |millis| Gathering::Moments.after(Duration::from_millis(millis));
        assert_eq!(after(1), Duration::from_millis(9));
        assert_eq!(after(3), Duration::from_millis(27));
        assert_eq!(after(500), MOMENTS_MAX);
    }
}
