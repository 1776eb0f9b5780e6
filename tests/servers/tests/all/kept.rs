//! Servers end with the process that started them, however it ends.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use baohan_servers::until;

const WITHIN: Duration = Duration::from_secs(30);

/// Whether some process of the machine speaks of this folder on its command line.
fn is_in_use(folder: &str) -> bool {
    let processes = std::fs::read_dir("/proc").expect("the process table").filter_map(Result::ok);
    processes
        .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
        .any(|line| String::from_utf8_lossy(&line).contains(folder))
}

/// A process that holds a PostgreSQL and a Kafka, and their folders.
fn holder() -> (Child, Vec<String>) {
    let mut holder = Command::new(env!("CARGO_BIN_EXE_hold"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the holder starts");
    let lines = BufReader::new(holder.stdout.take().expect("its words")).lines();
    let folders: Vec<_> = lines.take(2).map(|line| line.expect("a folder")).collect();
    assert_eq!(folders.len(), 2, "the holder has ended");
    (holder, folders)
}

#[tokio::test]
async fn after_kill_9_of_a_test_no_server_and_no_folder_is_left() {
    let (mut holder, folders) = holder();
    // A child of the test that lives on must not keep the servers alive.
    let mut bystander = Command::new("cat").stdin(Stdio::piped()).spawn().expect("a child");
    for folder in &folders {
        assert!(is_in_use(folder), "no server in {folder}");
    }
    holder.kill().expect("it is killed");
    holder.wait().expect("it has ended");
    for folder in &folders {
        until("the server and its folder are gone", WITHIN, async || {
            (!is_in_use(folder) && !Path::new(folder).exists()).then_some(())
        })
        .await;
    }
    bystander.kill().expect("the child lived");
    bystander.wait().expect("it has ended");
}
