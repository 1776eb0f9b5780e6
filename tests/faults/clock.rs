//! The machine's clock set back while the ledger runs.

use crate::measure::alone;
use crate::world::platform::now;
use crate::world::{Fleet, Ledger, Load, Memory, check};

/// libfaketime gives one process another clock; the offset stands in a file and can be changed at any time.
fn faketime() -> String {
    let folders = std::fs::read_dir("/usr/lib").expect("/usr/lib").filter_map(Result::ok);
    let library = folders
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.exists())
        .expect("libfaketime: deploy/install-packages test");
    library.display().to_string()
}

#[tokio::test]
async fn a_clock_set_back_neither_stops_the_ledger_nor_turns_its_time_around() {
    let preload = format!("LD_PRELOAD={}", faketime());
    let wrapper = [
        "env",
        &preload,
        "FAKETIME_TIMESTAMP_FILE={folder}/clock",
        "FAKETIME_NO_CACHE=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
    ];
    let ledger = Ledger::start_by(&wrapper, "http://127.0.0.1:9", "").await;
    let set =
        |offset: &str| std::fs::write(ledger.folder.path().join("clock"), offset).expect("the clock is set");
    let (platform, office) = (ledger.platform(), ledger.office());
    assert!(platform.apply("SQ1", "800000.00").await.unwrap().taken());
    let before = now();

    // Within what a call's own time may be off.
    set("-300s");
    for number in ["SQ2", "SQ3", "SQ1"] {
        let answer = platform.apply(number, "800000.00").await.unwrap();
        assert!(answer.taken(), "{answer:?}");
    }
    let id = office.id("SQ2").await;
    office.issue(&id).await;
    set("+0s");
    assert!(platform.apply("SQ4", "800000.00").await.unwrap().taken());

    let events = office.events().await;
    let times: Vec<_> =
        events.iter().map(|event| event["recorded_at"].as_str().unwrap().to_owned()).collect();
    let parsed: Vec<chrono::DateTime<chrono::Utc>> = times.iter().map(|time| time.parse().unwrap()).collect();
    assert!(parsed.is_sorted(), "time goes back in the log: {times:#?}");
    // The clock was indeed another: what was recorded meanwhile stands at the time before it was set back.
    assert!(parsed[1] <= before, "the clock was never set back: {times:#?}");
    let positions: Vec<_> = events.iter().map(|event| event["position"].as_u64().unwrap()).collect();
    assert!(positions.iter().copied().eq(1..=positions.len() as u64), "{positions:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_whose_clock_is_behind_the_others_disturbs_nothing() {
    let _alone = alone().await;
    let mut fleet = Fleet::start().await;
    let wrapper = format!("env LD_PRELOAD={} FAKETIME=-300s FAKETIME_DONT_FAKE_MONOTONIC=1", faketime());
    let behind = fleet.add("gateway,office,worker,notifier,projector,relay", &wrapper);
    fleet.members[behind].ready().await;
    let memory = Memory::new("CLOCK");
    let load = Load::begin(&fleet.doors(), &memory);
    load.answers(40).await;
    load.end().await;
    check::all_by_any_clock(&fleet, &memory).await;
}
