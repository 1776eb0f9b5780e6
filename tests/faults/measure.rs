//! How much of each fault is done: a little in `make test`, as much as it takes to believe it in `make test-faults`.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::sync::{Mutex, MutexGuard};

/// Set to `full` by `make test-faults`.
const FULL: &str = "BAOHAN_FAULTS";
/// What a run printed, to repeat it.
const SEED: &str = "BAOHAN_FAULTS_SEED";

/// So many times.
pub struct Measure {
    /// Kills of a random process with a role.
    pub role_kills: usize,
    /// Kills of each server.
    pub server_kills: usize,
    /// Kills of all that build projections anew, in the middle of it.
    pub rebuild_kills: usize,
    /// How long the broker is away.
    pub away: Duration,
}

/// What this run is to do.
pub fn measure() -> Measure {
    if std::env::var(FULL).is_ok_and(|value| value == "full") {
        Measure { role_kills: 60, server_kills: 5, rebuild_kills: 10, away: Duration::from_mins(1) }
    } else {
        Measure { role_kills: 3, server_kills: 1, rebuild_kills: 2, away: Duration::from_secs(5) }
    }
}

/// The choices of one test: who is killed, and after how many answers.
pub fn choices(test: &str) -> StdRng {
    let seed =
        std::env::var(SEED).map_or_else(|_| rand::rng().random(), |seed| seed.parse().expect("a number"));
    println!("{test}: {SEED}={seed} makes the same choices again");
    StdRng::seed_from_u64(seed)
}

/// One fleet at a time: it has a dozen processes and two servers.
pub async fn alone() -> MutexGuard<'static, ()> {
    static FLEET: Mutex<()> = Mutex::const_new(());
    FLEET.lock().await
}
