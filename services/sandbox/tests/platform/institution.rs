//! A tiny institution: it checks what a platform sends, keeps it, and answers as it is told.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use baohan_wire::{
    AnswerData, Call, Directory, Fault, Interface, Platform, ReconciliationRow, answer, receive,
};
use tokio::net::TcpListener;

use crate::stage::morning;

pub struct Institution {
    pub address: String,
    kept: Arc<Kept>,
}

struct Kept {
    directory: Directory,
    calls: Mutex<Vec<(String, Result<Call, Fault>)>>,
    rude: Mutex<Option<(StatusCode, String)>>,
}

impl Institution {
    pub async fn of(platforms: Vec<Platform>) -> Self {
        let directory = Directory::new(platforms).unwrap();
        let kept = Arc::new(Kept { directory, calls: Mutex::default(), rude: Mutex::default() });
        let router = Router::new().fallback(take).with_state(Arc::clone(&kept));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, kept }
    }

    /// Answers everything with that from now on.
    pub fn answers(&self, status: u16, body: &str) {
        *self.kept.rude.lock().unwrap() = Some((StatusCode::from_u16(status).unwrap(), body.to_owned()));
    }

    /// The calls so far, by their paths.
    pub fn calls(&self) -> Vec<(String, Result<Call, Fault>)> {
        std::mem::take(&mut self.kept.calls.lock().unwrap())
    }

    /// The only call since the last look, which must be a right one.
    pub fn only_call(&self) -> Call {
        let mut calls = self.calls();
        assert_eq!(calls.len(), 1, "{calls:?}");
        calls.remove(0).1.unwrap()
    }
}

async fn take(State(kept): State<Arc<Kept>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.path().trim_matches('/');
    let (prefix, interface) = path.rsplit_once('/').unwrap_or(("", path));
    let receipt = receive(&kept.directory, prefix, interface, &body, morning());
    let (is_ok, message) = match &receipt.result {
        Ok(_) => (true, "受理成功".to_owned()),
        Err(fault) => (false, fault.message.clone()),
    };
    kept.calls.lock().unwrap().push((uri.path().to_owned(), receipt.result));
    if let Some((status, body)) = kept.rude.lock().unwrap().clone() {
        return (status, body).into_response();
    }
    let platform = receipt.platform.as_deref();
    assert_eq!(headers["content-type"], platform.map_or("", Platform::content_type));
    let rows = [listed()];
    let is_list = is_ok && interface == Interface::Checkbaohanlist.name();
    let data = if is_list { AnswerData::Reconciliation(&rows) } else { AnswerData::None };
    answer(platform, is_ok, &message, data).into_response()
}

/// The only guarantee of the institution.
fn listed() -> ReconciliationRow {
    ReconciliationRow {
        application_no: "SQ1".into(),
        guarantee_no: "BH1".into(),
        issued_at: morning(),
        rate: "0.008".parse().unwrap(),
        premium: "6400.00".parse().unwrap(),
        is_quit: true,
    }
}
