//! Kill -9 of any process at any moment: the others go on, and nothing is lost, doubled or out of order.

use rand::Rng as _;

use crate::measure::{alone, choices, measure};
use crate::world::{Fleet, Load, Memory, check};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_processes_killed_under_load_lose_and_double_nothing() {
    let (_alone, mut choices) = (alone().await, choices("roles"));
    let mut fleet = Fleet::start().await;
    let memory = Memory::new("ROLE");
    let load = Load::begin(&fleet.doors(), &memory);
    for round in 0..measure().role_kills {
        load.answers(choices.random_range(3..20)).await;
        let place = choices.random_range(0..fleet.members.len());
        println!("kill {round}: {} at place {place}", fleet.members[place].roles());
        fleet.members[place].kill();
        // The other process of that role carries on alone.
        load.answers(choices.random_range(1..8)).await;
        fleet.members[place].start_again();
        fleet.members[place].ready().await;
    }
    load.answers(10).await;
    load.end().await;
    check::all(&fleet, &memory).await;
}
