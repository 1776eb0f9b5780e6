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
    fleet.rest().await;
    let (rows, asked) = (records(fleet.store()).await, memory.answered());
    assert!(!asked.is_empty(), "nothing was answered: there is nothing to check");
    answered::stand_once(&rows, &asked);
    positions::have_no_gap(&rows);
    topic::equals(fleet, &rows).await;
    projections::equal_a_fresh_build(fleet).await;
    notices::came_in_order(&rows, &fleet.centre.heard());
    repeats::change_nothing(fleet, &asked).await;
}
