use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use baohan_servers::Port;
use baohan_wire::{Directory, ReceivedNotice, Secret, platform_answer, receive_notice, sections_answer};
use chrono::{DateTime, Utc};
use tokio::task::JoinHandle;

use crate::platform::now;
use crate::process::{APPKEY, SECRET};

/// One answer in so many gets lost, after the notice was taken: the institution must come again.
const LOST_EVERY: usize = 13;

/// The trading centre's side: takes notices and writes them down in their order.
#[derive(Debug)]
pub struct Centre {
    port: Port,
    desk: Arc<Desk>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Desk {
    directory: Directory,
    heard: Mutex<Vec<Heard>>,
}

/// A notice as it came.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Which.
    pub interface: String,
    /// The platform's number, where the notice has it.
    pub application_no: Option<String>,
    /// The institution's number, where the notice has it.
    pub guarantee_no: Option<String>,
    /// When it came.
    pub at: DateTime<Utc>,
    /// Whether the answer went back.
    pub is_answered: bool,
}

impl Centre {
    /// Opens its desk.
    pub async fn open() -> Self {
        let platform = baohan_wire::Platform::new(APPKEY, Secret::new(SECRET));
        let directory = Directory::new([platform]).expect("a directory");
        let desk = Arc::new(Desk { directory, heard: Mutex::default() });
        let port = Port::free();
        let listener = tokio::net::TcpListener::bind(port.address()).await.expect("the port is free");
        let router = Router::new().route("/{interface}", post(take)).with_state(Arc::clone(&desk));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the centre serves");
        });
        Self { port, desk, serving }
    }

    /// Its `base_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.port.address())
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        self.port.address()
    }

    /// Every notice that came, in order.
    pub fn heard(&self) -> Vec<Heard> {
        self.desk.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(desk): State<Arc<Desk>>, Path(interface): Path<String>, body: Bytes) -> Response {
    let at = now();
    let receipt = receive_notice(&desk.directory, "", &interface, &body, at);
    let notice = receipt.result.unwrap_or_else(|fault| panic!("a bad {interface}: {}", fault.message));
    let platform = receipt.platform.expect("it is for us");
    let (application_no, guarantee_no) = match notice {
        // A question, no notice.
        ReceivedNotice::SectionsQuery { .. } => return sections_answer(&platform, &[]).into_response(),
        ReceivedNotice::Issued(issue) => (Some(issue.application_no), Some(issue.guarantee_no)),
        ReceivedNotice::NotIssued { application_no } => (Some(application_no), None),
        ReceivedNotice::Restored { application_no, guarantee_no, .. }
        | ReceivedNotice::Quit { application_no, guarantee_no }
        | ReceivedNotice::QuitRefused { application_no, guarantee_no } => {
            (Some(application_no), Some(guarantee_no))
        }
        ReceivedNotice::Invoiced { guarantee_no, .. } | ReceivedNotice::InvoiceDeclined { guarantee_no } => {
            (None, Some(guarantee_no))
        }
    };
    let is_answered = {
        let mut heard = desk.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let is_answered = (heard.len() + 1) % LOST_EVERY != 0;
        heard.push(Heard { interface, application_no, guarantee_no, at, is_answered });
        is_answered
    };
    if is_answered {
        platform_answer(&platform, true, "成功").into_response()
    } else {
        // The body breaks off before its first byte, which ends the connection.
        let lost = futures::stream::once(async { Err::<Bytes, _>(std::io::ErrorKind::ConnectionAborted) });
        Body::from_stream(futures::StreamExt::map(lost, |lost| lost.map_err(std::io::Error::from)))
            .into_response()
    }
}
