//! Lines that hang, are reset, drip or are cut, to each of the servers and to the platform.

use std::time::Duration;

use baohan_servers::{Manner, let_it_work};

use crate::measure::alone;
use crate::world::{Fleet, Load, Memory, Plan, check};

/// How long a line to the store is bad: nothing is answered meanwhile.
const BAD_FOR: Duration = Duration::from_secs(3);
const GOOD: [Manner; 3] = [Manner::Pass; 3];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn through_bad_lines_nothing_is_lost_doubled_or_told_twice() {
    let _alone = alone().await;
    let plan = Plan { is_proxied: true, ..Plan::default() };
    let fleet = Fleet::start_as(&plan).await;
    let memory = Memory::new("LINE");
    let load = Load::begin(&fleet.doors(), &memory);
    load.answers(10).await;
    for bad in [Manner::Hang, Manner::Reset, Manner::Drip, Manner::Cut] {
        println!("lines: {bad:?}");
        // Without the broker and the platform, calls are answered as ever.
        fleet.set_lines([bad, Manner::Pass, bad]);
        load.answers(10).await;
        fleet.set_lines([Manner::Pass, bad, Manner::Pass]);
        let_it_work(BAD_FOR).await;
        fleet.set_lines(GOOD);
        load.answers(10).await;
    }
    load.end().await;
    check::all(&fleet, &memory).await;
}
