//! The bytes of a call, within their limits.

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::options::BODY_READ_TIME;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoBody {
    TooLarge,
    TooSlow,
    /// The connection broke; nobody reads the answer.
    Broken,
}

/// Reads a body of at most `bytes_max` bytes.
pub(crate) async fn read(body: Body, bytes_max: usize) -> Result<Bytes, NoBody> {
    let collected = tokio::time::timeout(BODY_READ_TIME, Limited::new(body, bytes_max).collect()).await;
    match collected {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(NoBody::TooLarge),
        Ok(Err(_)) => Err(NoBody::Broken),
        Err(_) => Err(NoBody::TooSlow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_limit_is_the_longest_body_that_is_taken() {
        let body = |bytes: usize| Body::from(vec![b'x'; bytes]);
        assert_eq!(read(body(10), 10).await.map(|bytes| bytes.len()), Ok(10));
        assert_eq!(read(body(11), 10).await, Err(NoBody::TooLarge));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_end_is_given_up() {
        let endless = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(read(endless, 10).await, Err(NoBody::TooSlow));
    }
}
