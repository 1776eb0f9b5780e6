//! Kill -9 at any moment loses no answered call and leaves no gap.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use baohan_servers::let_it_work;

use crate::world::{Ledger, Platform};

const KILLS: usize = 20;
const CALLERS: usize = 16;
/// How long the callers work before each kill, in milliseconds; it grows so that the kill meets other moments.
const WORK_MS: u64 = 60;

/// Applies again and again until it is told to stop; keeps what was answered with code 1.
async fn call(platform: Platform, next: Arc<AtomicUsize>, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut answered = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let application_no = format!("KILL{:06}", next.fetch_add(1, Ordering::Relaxed));
        match platform.apply(&application_no, "800000.00").await {
            Ok(answer) if answer.taken() => answered.push(application_no),
            Ok(answer) => panic!("refused: {answer:?}"),
            // The ledger was killed under this call: nobody was told anything.
            Err(_) => break,
        }
    }
    answered
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_twenty_times_under_load_it_has_every_answered_call_once_and_no_gap() {
    let mut ledger = Ledger::start("http://127.0.0.1:9", "").await;
    let next = Arc::new(AtomicUsize::new(0));
    let mut answered = Vec::new();
    for round in 0..KILLS {
        let stop = Arc::new(AtomicBool::new(false));
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| tokio::spawn(call(ledger.platform(), Arc::clone(&next), Arc::clone(&stop))))
            .collect();
        let work = Duration::from_millis(WORK_MS + 13 * round as u64);
        let_it_work(work).await;
        ledger.kill();
        stop.store(true, Ordering::Relaxed);
        for caller in callers {
            answered.extend(caller.await.expect("the caller was not refused"));
        }
        ledger.start_again().await;
    }
    assert!(answered.len() > KILLS * CALLERS, "only {} calls were answered", answered.len());

    let events = ledger.office().events().await;
    for (place, event) in events.iter().enumerate() {
        assert_eq!(event["position"].as_u64(), Some(place as u64 + 1), "a gap before {event}");
    }
    let mut applied: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events.iter().filter(|event| event["type"] == "Applied") {
        *applied.entry(event["data"]["application_no"].as_str().expect("a number")).or_default() += 1;
    }
    for application_no in &answered {
        assert_eq!(applied.get(application_no.as_str()), Some(&1), "{application_no} was answered");
    }
    assert!(applied.values().all(|count| *count == 1));

    // A repeat of any earlier call changes nothing.
    let platform = ledger.platform();
    for application_no in answered.iter().step_by(answered.len() / 50 + 1) {
        assert!(platform.apply(application_no, "800000.00").await.expect("an answer").taken());
    }
    assert_eq!(ledger.office().events().await.len(), events.len());
}
