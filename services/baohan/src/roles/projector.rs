use super::Running;

/// Starts what applies the log to the projections.
pub async fn start(running: &Running) -> anyhow::Result<()> {
    let runner = running.foundation.projections.runner().await?;
    let finish = running.finish.clone();
    running.works.spawn(runner.run(async move { finish.cancelled().await }));
    Ok(())
}
