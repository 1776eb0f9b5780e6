use std::time::{Duration, Instant};

/// How often another process is asked. Short against anything that it does, long against what asking costs.
const BETWEEN: Duration = Duration::from_millis(20);

/// Asks again and again until there is an answer; fails the test after `within`.
pub async fn until<T>(what: &str, within: Duration, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < within, "{what}: not within {within:?}");
        wait_a_moment().await;
    }
}

/// Between two looks at another process, which cannot tell us when it is there.
pub async fn wait_a_moment() {
    tokio::time::sleep(BETWEEN).await;
}

/// Lets another process work until some moment at which it is killed.
pub async fn let_it_work(time: Duration) {
    tokio::time::sleep(time).await;
}
