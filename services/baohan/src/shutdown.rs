//! The end of the process: softly on the first signal, hard on the second.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Exit code after the second signal: what shells give a process that SIGINT ended.
const EXIT_CODE_INTERRUPTED: i32 = 130;

/// Listens for SIGTERM and SIGINT from now on; the token is cancelled by the first.
pub fn on_signals() -> std::io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = token.clone();
    tokio::spawn(async move {
        let mut signals = 0;
        loop {
            let name = tokio::select! {
                Some(()) = terminate.recv() => "SIGTERM",
                Some(()) = interrupt.recv() => "SIGINT",
                else => return,
            };
            signals += 1;
            if signals > 1 {
                tracing::warn!(signal = name, "second signal: stopping at once");
                std::process::exit(EXIT_CODE_INTERRUPTED);
            }
            tracing::info!(signal = name, "stopping: no new calls are taken, what is begun is finished");
            stop.cancel();
        }
    });
    Ok(token)
}
