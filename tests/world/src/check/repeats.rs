//! I6: a repeat of any earlier call changes nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use baohan_servers::until;

use crate::asked::{Asked, Outcome};
use crate::fleet::Fleet;
use crate::records::records;

/// How many calls are repeated: enough of each kind, and few enough that the check is no load of its own.
const REPEATED_MAX: usize = 200;
const ANSWERED_WITHIN: Duration = Duration::from_mins(1);

/// Asks again, at any door; each must be answered as before, and nothing may be written.
pub async fn change_nothing(fleet: &Fleet, answered: &[Asked]) {
    let (before, doors) = (records(fleet.store()).await.len(), fleet.doors());
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let step = answered.len().div_ceil(REPEATED_MAX);
    for asked in answered.iter().step_by(step) {
        *kinds.entry(asked.event()).or_default() += 1;
        until("a repeat is answered", ANSWERED_WITHIN, async || match asked.ask(&doors).await {
            Outcome::Taken(_) => Some(()),
            Outcome::Unknown => None,
            Outcome::Refused(reason) => {
                panic!("{asked:?} was taken before, and its repeat is refused: {reason}")
            }
        })
        .await;
    }
    assert!(kinds.contains_key("Applied"), "{kinds:?}");
    let after = records(fleet.store()).await.len();
    assert_eq!(after, before, "repeats of {kinds:?} wrote something");
}
