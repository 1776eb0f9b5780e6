//! The store in a bucket: a small S3 that keeps objects in memory and checks that calls are signed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use baohan_documents::{Digest, Media, Store};

type Objects = Arc<Mutex<BTreeMap<String, Bytes>>>;

const FILE: &[u8] = b"%PDF-1.7\n%%EOF\n";

fn signed(headers: &HeaderMap) -> bool {
    let authorization = headers.get("authorization").map(|value| value.to_str().unwrap()).unwrap_or_default();
    authorization.starts_with("AWS4-HMAC-SHA256 Credential=reader/")
        && authorization.contains("/somewhere/s3/")
}

async fn take(
    State(objects): State<Objects>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !signed(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    objects.lock().unwrap().insert(path, body);
    [("etag", "\"1\"")].into_response()
}

async fn give(State(objects): State<Objects>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    if !signed(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match objects.lock().unwrap().get(&path) {
        Some(body) => {
            let headers = [("etag", "\"1\""), ("last-modified", "Mon, 02 Mar 2026 01:30:00 GMT")];
            (headers, body.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The store, and what its bucket holds.
async fn bucket(address: &str) -> (Store, Objects) {
    let objects = Objects::default();
    let routes = Router::new().route("/{*path}", put(take).get(give)).with_state(Arc::clone(&objects));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let variables = [
        ("AWS_ACCESS_KEY_ID", "reader"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "somewhere"),
        ("AWS_ENDPOINT_URL", &endpoint),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_NO_SUCH_SETTING", "ignored"),
        ("PATH", "/bin"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (Store::open_with(address, variables).unwrap(), objects)
}

#[tokio::test]
async fn what_was_put_comes_back_under_bucket_and_prefix() {
    let (store, objects) = bucket("s3://guarantees/of/ours").await;
    let stored = store.put(Bytes::from_static(FILE), Media::Pdf).await.unwrap();
    assert_eq!(store.get(stored.digest).await.unwrap(), FILE);
    assert_eq!(store.put(Bytes::from_static(FILE), Media::Pdf).await.unwrap(), stored);
    let hex = stored.digest.to_hex();
    let path = format!("guarantees/of/ours/sm3/{}/{}", &hex[..2], &hex[2..]);
    assert_eq!(objects.lock().unwrap().keys().collect::<Vec<_>>(), [&path]);
}

#[tokio::test]
async fn an_altered_object_is_found() {
    let (store, objects) = bucket("s3://guarantees").await;
    let stored = store.put(Bytes::from_static(FILE), Media::Pdf).await.unwrap();
    for body in objects.lock().unwrap().values_mut() {
        *body = Bytes::from_static(b"%PDF-1.7\n%another\n%%EOF\n");
    }
    assert_eq!(store.get(stored.digest).await.unwrap_err().code(), "document-altered");
    assert_eq!(store.put(Bytes::from_static(FILE), Media::Pdf).await.unwrap_err().code(), "document-altered");
    assert_eq!(store.get(Digest::of(b"other")).await.unwrap_err().code(), "document-missing");
}
