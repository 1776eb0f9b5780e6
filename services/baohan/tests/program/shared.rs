//! Processes over one PostgreSQL store, each in a folder of its own as on a machine of its own.

use std::path::Path;

use baohan_servers::{database, fresh_prefix, kafka};

use crate::ledger::{Ledger, complained, configure, free_address, printed, run, status_of};

/// A machine: a folder with a configuration that names a shared store, and its addresses.
pub struct Machine {
    folder: tempfile::TempDir,
    office: String,
}

impl Machine {
    pub fn over(store: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (_, office) = configure(folder.path());
        let file = folder.path().join("baohan.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let shared = format!("[store]\nurl = \"{store}\"\nshards = 2\nconnections = 6\n{more}\n{text}");
        std::fs::write(&file, shared).unwrap();
        Self { folder, office }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn key(&self) -> std::path::PathBuf {
        self.path().join("data/master.key")
    }

    /// Brings the other machine's key here.
    pub fn with_key_of(self, other: &Machine) -> Self {
        std::fs::create_dir_all(self.path().join("data")).unwrap();
        std::fs::copy(other.key(), self.key()).unwrap();
        self
    }
}

#[tokio::test]
async fn two_processes_do_everything_over_one_store_and_only_with_its_key() {
    let store = database().await;
    let one = Machine::over(&store.url, "");
    let first = Ledger::start(one.path(), &[]);

    // Another machine with a key of its own would write what the first cannot read.
    let stranger = Machine::over(&store.url, "");
    let refused = run(stranger.path(), &["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(complained(&refused).contains("master.key is missing"), "{}", complained(&refused));
    std::fs::create_dir_all(stranger.path().join("data")).unwrap();
    std::fs::write(stranger.key(), [9; 32]).unwrap();
    private(&stranger.key());
    let refused = run(stranger.path(), &["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(complained(&refused).contains("not the one of this store"), "{}", complained(&refused));
    assert!(stranger.key().exists(), "a key that was brought along is never removed");

    let two = Machine::over(&store.url, "").with_key_of(&one);
    let second = Ledger::start(two.path(), &[]);
    for office in [&one.office, &two.office] {
        assert_eq!(status_of(office, "/readyz"), 200);
    }
    first.signal("TERM");
    assert_eq!(first.end().code(), Some(0));
    assert_eq!(status_of(&two.office, "/readyz"), 200);
    second.signal("TERM");
    assert_eq!(second.end().code(), Some(0));
}

fn private(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test]
async fn of_machines_that_start_at_once_on_a_new_store_one_makes_the_key() {
    let store = database().await;
    let machines: Vec<Machine> = (0..3).map(|_| Machine::over(&store.url, "")).collect();
    let outputs: Vec<_> = std::thread::scope(|scope| {
        // A question is enough to make the key: nothing needs to be ended afterwards.
        let starts: Vec<_> =
            machines.iter().map(|machine| scope.spawn(|| Ledger::try_start(machine.path()))).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert_eq!(outputs.iter().filter(|started| started.is_ok()).count(), 1);
    for (machine, started) in machines.iter().zip(outputs) {
        assert_eq!(machine.key().exists(), started.is_ok(), "a key that is not the store's stays");
        match started {
            Ok(ledger) => {
                ledger.signal("TERM");
                assert_eq!(ledger.end().code(), Some(0));
            }
            Err(told) => {
                assert!(told.contains("not the one of this store") || told.contains("is missing"), "{told}");
            }
        }
    }
}

#[tokio::test]
async fn a_duty_goes_on_elsewhere_when_its_process_is_paused_and_it_stops_when_it_wakes() {
    let store = database().await;
    let one = Machine::over(&store.url, "");
    // The line may come before the one that says that it is ready.
    let mut first = Ledger::start_with(one.path(), &["--role", "worker"]);
    first.line_with("worker/expiry is done in this process");
    let two = Machine::over(&store.url, "").with_key_of(&one);
    let mut second = Ledger::start(two.path(), &["--role", "worker"]);
    first.signal("STOP");
    second.line_with("worker/expiry is done in this process");
    first.signal("CONT");
    first.line_with("turn worker/expiry is lost");
    for ledger in [first, second] {
        ledger.signal("TERM");
        assert_eq!(ledger.end().code(), Some(0));
    }
}

#[tokio::test]
async fn a_process_without_the_office_answers_probes() {
    let store = database().await;
    let machine = Machine::over(&store.url, "");
    let probes = free_address();
    let ledger = Ledger::start(machine.path(), &["--role", "notifier,worker", "--probes", &probes]);
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(status_of(&probes, path), 200, "{path}");
    }
    assert!(std::net::TcpStream::connect(&machine.office).is_err(), "there is no office");
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
}

#[tokio::test]
async fn a_new_incarnation_is_given_once_and_kept() {
    let store = database().await;
    let machine = Machine::over(&store.url, "");
    let mut first = Ledger::start_with(machine.path(), &["--new-incarnation"]);
    let told = first.line_with("new incarnation");
    first.line_with("ready after");
    first.signal("TERM");
    assert_eq!(first.end().code(), Some(0));
    let status = printed(&run(machine.path(), &["doctor"]));
    assert!(status.contains("holds 0 events in 2 shards"), "{status}\n{told}");
}

#[tokio::test]
async fn the_doctor_looks_at_postgres_and_makes_the_topics() {
    let (store, broker) = (database().await, kafka().await);
    let prefix = fresh_prefix();
    let more = format!("[kafka]\nbrokers = \"{}\"\ntopic_prefix = \"{prefix}\"\n", broker.brokers);
    let machine = Machine::over(&store.url, &more);
    let empty = printed(&run(machine.path(), &["doctor"]));
    assert!(empty.contains("ok       store"), "{empty}");
    assert!(empty.contains(&format!("{prefix}.events: topic is missing")), "{empty}");
    let prepared = printed(&run(machine.path(), &["doctor", "--prepare"]));
    assert!(prepared.contains("ok       kafka"), "{prepared}");
    assert!(printed(&run(machine.path(), &["doctor"])).contains("ok       kafka"), "made once is there");
}

#[tokio::test]
async fn projections_are_looked_at_and_built_anew_while_the_ledger_runs_and_when_it_does_not() {
    let store = database().await;
    let machine = Machine::over(&store.url, "");
    let ledger = Ledger::start(machine.path(), &[]);
    looked_at_and_built(machine.path());
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
    looked_at_and_built(machine.path());
}

#[test]
fn projections_of_a_file_are_looked_at_and_built_anew_too() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let ledger = Ledger::start(folder.path(), &[]);
    looked_at_and_built(folder.path());
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
    looked_at_and_built(folder.path());
}

fn looked_at_and_built(folder: &Path) {
    for arguments in [&["status"][..], &["rebuild", "guarantees", "claims"]] {
        let output = run(folder, &[&["projections"], arguments].concat());
        let text = printed(&output);
        assert_eq!(output.status.code(), Some(0), "{text}{}", complained(&output));
        assert!(text.contains("guarantees") && text.contains("claims"), "{text}");
    }
    let wrong = run(folder, &["projections", "rebuild", "guarantee"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(complained(&wrong).contains("guarantee is no projection"), "{}", complained(&wrong));
}
