//! The listener: connections with limits, and the soft stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a connection may take over a request's headers, its idle time before them included: platforms keep
/// connections open between calls, and one that is silent for longer has mostly been forgotten.
pub const HEADER_READ_TIME: Duration = Duration::from_secs(30);
/// The longest header block, in bytes: a platform sends a handful of short headers.
pub const HEADERS_BYTES_MAX: usize = 32 * 1024;
/// The most connections at once; more wait in the system's queue. Each holds a file and some 10 KiB.
pub const CONNECTIONS_MAX: usize = 4_096;
/// How long a soft stop waits for calls that are under way: longer than a call may take.
pub const DRAIN_TIME: Duration = Duration::from_secs(45);
/// The pause after a failed accept (no file descriptors left): long enough for some to come back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// From where a request came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Remote(pub SocketAddr);

/// Serves a router until `stop` is done; then takes no more connections, lets the calls under way finish, and returns.
///
/// # Errors
/// The listener's own address cannot be told.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) -> io::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "gateway listens on {address}");
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &connections) => accepted,
        };
        let Some((stream, remote, permit)) = accepted else { continue };
        let router = TowerToHyperService::new(router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Remote(remote));
            router.call(request)
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_READ_TIME)
            .max_buf_size(HEADERS_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended early");
            }
            drop(permit);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("gateway stops with calls still under way after {} s", DRAIN_TIME.as_secs());
    }
    Ok(())
}

/// The next connection, once there is room for one.
async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    // The semaphore is never closed, so this only waits.
    let permit = Arc::clone(connections).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, remote)) => {
            // Answers are small and complete: waiting for more to send would only delay them.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY could not be set");
            }
            Some((stream, remote, permit))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}
