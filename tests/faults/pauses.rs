//! Two of each duty at once, and one that sleeps for longer than its turn lasts and then wakes up.

use crate::measure::alone;
use crate::world::{Fleet, Load, Memory, check};

/// What one process at a time does of each piece of work.
const DUTIES: [&str; 4] = ["relay", "notifier", "projector", "worker"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_slept_longer_than_its_turn_wakes_up_and_does_no_harm() {
    let _alone = alone().await;
    let fleet = Fleet::start().await;
    let memory = Memory::new("SLEEP");
    // First one of each pair, then the other: whoever had the turn has slept.
    for sleeper in [0, 1] {
        let load = Load::begin(&fleet.doors(), &memory);
        load.answers(20).await;
        let asleep = DUTIES.map(|duty| fleet.with(duty)[sleeper]);
        for place in asleep {
            fleet.members[place].pause();
        }
        load.answers(20).await;
        load.end().await;
        // All is done by the others, which takes until the sleepers' turns are over.
        fleet.rest().await;
        for place in asleep {
            fleet.members[place].resume();
        }
    }
    let load = Load::begin(&fleet.doors(), &memory);
    load.answers(20).await;
    load.end().await;
    check::all(&fleet, &memory).await;
}
