//! Kill -9 in the middle of a rebuild: what is built anew goes on where it was, and comes out as if nobody had disturbed it.

use std::time::Duration;

use baohan_servers::{let_it_work, until};
use rand::Rng as _;
use rand::rngs::StdRng;
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Row as _};

use crate::measure::{alone, choices, measure};
use crate::world::{Fleet, Load, Memory, Plan, check};

/// All that can be built anew at once.
const REBUILD: [&str; 9] = [
    "projections",
    "rebuild",
    "--no-wait",
    "guarantees",
    "timeline",
    "notices",
    "claims",
    "invoices",
    "exposure",
];
/// How long it is let go on before the kill, in milliseconds.
const WORK_MS_MAX: u64 = 60;
/// How often a rebuild is asked for until a kill meets the middle of it.
const TRIES: usize = 50;
const DONE_WITHIN: Duration = Duration::from_mins(2);

/// How many tables are being built.
async fn building(connection: &mut PgConnection) -> i64 {
    let sql = "SELECT count(*) FROM projections.rebuilds WHERE state = 'building'";
    sqlx::query(sql).fetch_one(connection).await.expect("the rebuilds").get(0)
}

/// Asks for a rebuild, and kills whoever could build once it has begun. Answers how many tables were left half done.
async fn kill_in_the_middle(fleet: &mut Fleet, connection: &mut PgConnection, choices: &mut StdRng) -> i64 {
    let projectors = fleet.with("projector");
    let mut asking = fleet.members[projectors[0]].command(&REBUILD).spawn().expect("it is asked for");
    while building(connection).await == 0 {
        if asking.try_wait().expect("its end").is_some() {
            break;
        }
    }
    let_it_work(Duration::from_millis(choices.random_range(0..=WORK_MS_MAX))).await;
    for place in &projectors {
        fleet.members[*place].kill();
    }
    // It asks the process that was just killed, and may not have got its answer.
    let _ = asking.wait();
    building(connection).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_a_rebuild_it_goes_on_and_comes_out_the_same() {
    let (_alone, mut choices) = (alone().await, choices("rebuilds"));
    let processes = vec!["gateway,office,worker,notifier,relay", "projector", "projector"];
    let mut fleet = Fleet::start_as(&Plan { processes, ..Plan::default() }).await;
    let mut connection = PgConnection::connect(fleet.store()).await.expect("a connection");
    let memory = Memory::new("ANEW");
    let load = Load::begin(&fleet.doors(), &memory);
    load.answers(60).await;
    let (mut met, mut tries) = (0, 0);
    while met < measure().rebuild_kills {
        tries += 1;
        assert!(tries <= TRIES, "no kill met the middle of a rebuild in {TRIES} tries");
        let left = kill_in_the_middle(&mut fleet, &mut connection, &mut choices).await;
        met += usize::from(left > 0);
        load.answers(3).await;
        for place in fleet.with("projector") {
            fleet.members[place].start_again();
        }
        fleet.ready().await;
        until("what was begun is built", DONE_WITHIN, async || {
            (building(&mut connection).await == 0).then_some(())
        })
        .await;
        println!("kill {tries}: {left} tables were half done");
    }
    load.end().await;
    check::all(&fleet, &memory).await;
    connection.close().await.expect("it closes");
}
