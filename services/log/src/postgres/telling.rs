use std::fmt::Write as _;
use std::time::Duration;

use sqlx::postgres::PgPool;
use tokio::sync::mpsc;

use super::asking;

/// The channel of the database on which processes tell each other how far heads are.
pub(super) const CHANNEL: &str = "baohan_log";
/// After it has told, it gathers for so many milliseconds. A notification within each append's transaction would have all commits of the
/// database wait for one another, and each would wake every process.
const REST_MS: u64 = 5;
/// What waits to be told at most; what finds no room is told by the next, since heads only move on.
const QUEUE_MAX: usize = 64;

/// Tells other processes what this one has committed, soon after it.
#[derive(Clone)]
pub(super) struct Telling(mpsc::Sender<Vec<(u16, u64)>>);

impl Telling {
    pub(super) fn start(pool: PgPool, shards: u16) -> Self {
        let (moved, queue) = mpsc::channel(QUEUE_MAX);
        tokio::spawn(run(pool, queue, vec![0; usize::from(shards)]));
        Self(moved)
    }

    pub(super) fn tell(&self, moved: Vec<(u16, u64)>) {
        // A process that polls finds it too.
        let _ = self.0.try_send(moved);
    }
}

async fn run(pool: PgPool, mut queue: mpsc::Receiver<Vec<(u16, u64)>>, mut told: Vec<u64>) {
    let mut waiting = Vec::with_capacity(QUEUE_MAX);
    while queue.recv_many(&mut waiting, QUEUE_MAX).await > 0 {
        let mut message = String::new();
        for (shard, position) in newest(waiting.drain(..).flatten(), &mut told) {
            let _ = write!(message, "{shard}:{position},");
        }
        let tell =
            || sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(message.trim_end_matches(','));
        match asking::rows(&pool, tell).await {
            Ok(_) => {}
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => tracing::warn!(%error, "other processes are not told, and find it when they poll"),
        }
        tokio::time::sleep(Duration::from_millis(REST_MS)).await;
    }
}

/// The heads that have moved on, each once.
fn newest(moved: impl Iterator<Item = (u16, u64)>, told: &mut [u64]) -> Vec<(u16, u64)> {
    let mut shards: Vec<u16> = Vec::new();
    for (shard, position) in moved {
        if let Some(known) = told.get_mut(usize::from(shard))
            && *known < position
        {
            *known = position;
            if !shards.contains(&shard) {
                shards.push(shard);
            }
        }
    }
    let told = &*told;
    shards.into_iter().filter_map(|shard| Some((shard, *told.get(usize::from(shard))?))).collect()
}

/// What a message says.
pub(super) fn heard(message: &str) -> impl Iterator<Item = (u16, u64)> {
    message.split(',').filter_map(|item| {
        let (shard, position) = item.split_once(':')?;
        Some((shard.parse().ok()?, position.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_heard() {
        assert_eq!(heard("0:15,3:200").collect::<Vec<_>>(), [(0, 15), (3, 200)]);
        assert_eq!(heard("").count(), 0);
        assert_eq!(heard("x:1,2:y,7").count(), 0);
    }

    #[test]
    fn each_head_is_told_once_and_only_forward() {
        let mut told = vec![0, 5];
        let moved = [(0, 1), (1, 4), (0, 3), (0, 2), (9, 9)];
        assert_eq!(newest(moved.into_iter(), &mut told), [(0, 3)]);
        assert_eq!(told, [3, 5]);
    }
}
