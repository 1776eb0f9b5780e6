//! The trace that a caller has begun.

use axum::http::HeaderMap;

const TRACEPARENT: &str = "traceparent";
const TRACE_ID_DIGITS: usize = 32;

/// The trace id of a W3C `traceparent` header, if it holds one.
pub(crate) fn trace_id(headers: &HeaderMap) -> Option<String> {
    let mut parts = headers.get(TRACEPARENT)?.to_str().ok()?.split('-');
    let (version, id) = (parts.next()?, parts.next()?);
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_known = version.len() == 2 && version != "ff" && is_hex(version);
    let is_id = id.len() == TRACE_ID_DIGITS && is_hex(id) && id.bytes().any(|byte| byte != b'0');
    (is_known && is_id).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        trace_id(&HeaderMap::from_iter([(TRACEPARENT.parse().unwrap(), text.parse().unwrap())]))
    }

    #[test]
    fn only_a_real_trace_is_taken_over() {
        let id = "0af7651916cd43dd8448eb211c80319c";
        assert_eq!(read(&format!("00-{id}-b7ad6b7169203331-01")).as_deref(), Some(id));
        for text in ["", "00", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-\"}{-1-1"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!("ff-{id}-b7ad6b7169203331-01")), None);
        assert_eq!(trace_id(&HeaderMap::new()), None);
    }
}
