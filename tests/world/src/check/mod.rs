//! What must hold after any fault: I1 … I6.

pub mod answered;
pub mod notices;
pub mod positions;
pub mod projections;
pub mod repeats;
pub mod topic;

use crate::fleet::Fleet;
use crate::load::Memory;
use crate::records::records;

/// All six, once everything under way has come to rest.
pub async fn all(fleet: &Fleet, memory: &Memory) {
    all_by_any_clock(fleet, memory).await;
    notices::came_before_their_end(&records(fleet.store()).await, &fleet.centre.heard());
}

/// All six, but for what only right clocks can tell: that no notice came after its final outcome.
pub async fn all_by_any_clock(fleet: &Fleet, memory: &Memory) {
    fleet.rest().await;
    let rows = records(fleet.store()).await;
    topic::equals(fleet, &rows).await;
    notices::came_in_order(&rows, &fleet.centre.heard());
    of_the_store(fleet, &[memory]).await;
}

/// What holds of the store alone, whatever became of the topic: I1, I2, I4, I6. The fleet must be at rest.
pub async fn of_the_store(fleet: &Fleet, memories: &[&Memory]) {
    let rows = records(fleet.store()).await;
    let asked: Vec<_> = memories.iter().flat_map(|memory| memory.answered()).collect();
    assert!(!asked.is_empty(), "nothing was answered: there is nothing to check");
    answered::stand_once(&rows, &asked);
    positions::have_no_gap(&rows);
    projections::equal_a_fresh_build(fleet).await;
    repeats::change_nothing(fleet, &asked).await;
    let heard = fleet.centre.heard().len();
    println!("all holds: {} records, {} calls answered, {heard} notices heard", rows.len(), asked.len());
}
