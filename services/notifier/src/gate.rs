//! A body that is let out only while its sender may still send.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Asked at the last moment at which a call can be held back: when its body is about to be written, with the connection made. Whoever slept
/// while it was being made wakes up to find it shut, and not one byte goes out. What is left is the time of one write.
pub(crate) struct Gate {
    is_open: Box<dyn Fn() -> bool + Send + Sync>,
    was_shut: Arc<AtomicBool>,
}

/// Tells whether a gate held its call back.
pub(crate) struct Warden(Arc<AtomicBool>);

impl Gate {
    pub(crate) fn new(is_open: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { is_open: Box::new(is_open), was_shut: Arc::default() }
    }

    pub(crate) fn warden(&self) -> Warden {
        Warden(Arc::clone(&self.was_shut))
    }

    /// The body behind the gate.
    pub(crate) fn before(self, body: Vec<u8>) -> Gated {
        Gated { gate: self, bytes: Some(body.into()) }
    }
}

impl Warden {
    pub(crate) fn held_it_back(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Why a call did not go out.
#[derive(Debug, thiserror::Error)]
#[error("the call may not go out any more")]
pub(crate) struct Shut;

/// A body behind a gate, in one piece.
pub(crate) struct Gated {
    gate: Gate,
    bytes: Option<Bytes>,
}

impl Body for Gated {
    type Data = Bytes;
    type Error = Shut;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Shut>>> {
        let Some(bytes) = self.bytes.take() else { return Poll::Ready(None) };
        if !(self.gate.is_open)() {
            self.gate.was_shut.store(true, Ordering::Release);
            return Poll::Ready(Some(Err(Shut)));
        }
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(
            self.bytes.as_ref().map_or(0, |bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
        )
    }
}

#[cfg(test)]
mod tests {
    use baohan_wire::{Platform, Secret};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::Gate;
    use crate::transport::{Delivered, Transport};

    const ANSWER: &[u8] =
        b"HTTP/1.1 200 OK\r\ncontent-length: 18\r\nconnection: close\r\n\r\n{\"code\":1,\"msg\":1}";

    /// What a platform hears of a call through a gate, and what the caller has of it.
    async fn called(is_open: bool) -> (String, Option<Delivered>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/notice", listener.local_addr().unwrap());
        let hears = tokio::spawn(async move {
            let (mut line, _) = listener.accept().await.unwrap();
            let mut heard = Vec::new();
            while !heard.ends_with(b"body") && line.read_buf(&mut heard).await.unwrap() > 0 {}
            let _ = line.write_all(ANSWER).await;
            String::from_utf8(heard).unwrap()
        });
        let transport = Transport::new(std::time::Duration::from_secs(10), None).unwrap();
        let platform = Platform::new("demo", Secret::new("secret"));
        let delivered =
            transport.post_through(Gate::new(move || is_open), &platform, &url, b"the body".to_vec()).await;
        drop(transport);
        (hears.await.unwrap(), delivered)
    }

    #[tokio::test]
    async fn an_open_gate_lets_the_whole_call_out_with_its_length() {
        let (heard, delivered) = called(true).await;
        assert!(heard.contains("content-length: 8\r\n") && heard.ends_with("the body"), "{heard}");
        assert!(!heard.contains("transfer-encoding"), "{heard}");
        assert!(matches!(
            delivered,
            Some(Delivered::Answered { status: 200, .. } | Delivered::Failed { .. })
        ));
    }

    #[tokio::test]
    async fn of_a_call_behind_a_shut_gate_the_platform_hears_not_one_byte() {
        let (heard, delivered) = called(false).await;
        assert_eq!(heard, "");
        assert!(delivered.is_none(), "{delivered:?}");
    }
}
