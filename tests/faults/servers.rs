//! PostgreSQL and the broker killed and started again under load.

use baohan_servers::let_it_work;
use rand::Rng as _;

use crate::measure::{alone, choices, measure};
use crate::world::{Fleet, Load, Memory, check};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_killed_under_load_has_every_answered_call_and_the_fleet_goes_on() {
    let (_alone, mut choices) = (alone().await, choices("postgres"));
    let mut fleet = Fleet::start().await;
    let memory = Memory::new("PG");
    let load = Load::begin(&fleet.doors(), &memory);
    for _ in 0..measure().server_kills {
        load.answers(choices.random_range(10..30)).await;
        fleet.postgres.kill();
        fleet.postgres.restart().await;
    }
    load.answers(30).await;
    load.end().await;
    check::all(&fleet, &memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_broker_killed_or_away_costs_nothing_but_lag() {
    let (_alone, mut choices) = (alone().await, choices("broker"));
    let mut fleet = Fleet::start().await;
    let memory = Memory::new("KAFKA");
    let load = Load::begin(&fleet.doors(), &memory);
    for _ in 0..measure().server_kills {
        load.answers(choices.random_range(10..30)).await;
        fleet.kafka.kill();
        // Calls are answered and lists are kept without it.
        load.answers(10).await;
        fleet.kafka.restart().await;
    }
    load.answers(10).await;
    fleet.kafka.kill();
    let_it_work(measure().away).await;
    load.answers(20).await;
    fleet.kafka.restart().await;
    load.answers(10).await;
    load.end().await;
    check::all(&fleet, &memory).await;
}
