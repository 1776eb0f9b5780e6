use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use baohan_wire::{Ask, Directory, DirectoryError, Interface, Platform};
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::sync::broadcast;

use crate::centre::Centre;
use crate::client::{Answer, Client, ClientError};
use crate::control;
use crate::desk::{self, Ending};
use crate::happening::{Caller, Happening};
use crate::misconduct::{Misconduct, Orders};

/// A notice carries a file in base64; larger ones are no guarantee documents.
const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// How many happenings a slow watcher may be behind.
const HAPPENINGS_KEPT: usize = 4_096;

/// What a sandbox is set to.
pub struct Settings {
    /// The platforms that it plays, as the institution knows them; the path of each `base_url` is its prefix here.
    pub platforms: Vec<Platform>,
    /// Where the institution's gateway is.
    pub institution_url: String,
    /// Whether a repeated notice is refused with 已存在.
    pub refuses_repeats: bool,
    /// Where time comes from.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

/// A trading centre's platform. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    directory: Directory,
    /// The platforms as the institution serves them, for calls to it.
    outward: Vec<Platform>,
    client: Client,
    centre: Centre,
    orders: Orders,
    happenings: broadcast::Sender<Happening>,
    refuses_repeats: bool,
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The platforms make no directory.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The client cannot be made.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Sandbox {
    /// A platform that has been told nothing.
    ///
    /// # Errors
    /// When the platforms make no directory, or the client cannot be made.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let Settings { platforms, institution_url, refuses_repeats, now } = settings;
        let inward = platforms.iter().map(|platform| Platform {
            path_prefix: path_of(&platform.base_url).to_owned(),
            enabled: true,
            ..platform.clone()
        });
        Ok(Self(Arc::new(Inner {
            directory: Directory::new(inward)?,
            client: Client::new(institution_url)?,
            outward: platforms,
            centre: Centre::default(),
            orders: Orders::default(),
            happenings: broadcast::Sender::new(HAPPENINGS_KEPT),
            refuses_repeats,
            now,
        })))
    }

    /// What the platform remembers.
    #[must_use]
    pub fn centre(&self) -> &Centre {
        &self.0.centre
    }

    /// Every call on the wire from now on, as the platform sees it.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Happening> {
        self.0.happenings.subscribe()
    }

    /// Orders a fault; says whether the order was taken.
    pub fn misbehave(&self, order: Misconduct) -> bool {
        self.0.orders.add(order)
    }

    /// Behaves again.
    pub fn behave(&self) {
        self.0.orders.clear();
    }

    /// The platform of that key, or the only one.
    #[must_use]
    pub fn platform(&self, appkey: Option<&str>) -> Option<&Platform> {
        match appkey {
            Some(appkey) => self.0.outward.iter().find(|platform| platform.appkey == appkey),
            None => self.0.outward.first(),
        }
    }

    /// Calls the institution, and tells whoever watches.
    ///
    /// # Errors
    /// When nothing comes back that is an answer.
    pub async fn ask(
        &self,
        platform: &Platform,
        platform_code: Option<&str>,
        ask: &Ask<'_>,
        extra: &[(&str, &str)],
    ) -> Result<Answer, ClientError> {
        let answer = self.0.client.ask(platform, platform_code, ask, extra, self.now()).await;
        let application_no = application_of(ask).map(str::to_owned);
        self.tell_outgoing(platform, ask.interface(), application_no, &answer);
        answer
    }

    /// Calls the institution with a body as it is, well signed or not, and tells whoever watches.
    ///
    /// # Errors
    /// As [`Sandbox::ask`].
    pub async fn send(
        &self,
        platform: &Platform,
        interface: Interface,
        application_no: &str,
        body: Vec<u8>,
    ) -> Result<Answer, ClientError> {
        let answer = self.0.client.send(platform, interface.name(), body).await;
        self.tell_outgoing(platform, interface, Some(application_no.to_owned()), &answer);
        answer
    }

    /// The HTTP services: the five interfaces, and `/sandbox/…`.
    pub fn router(&self) -> Router {
        Router::new()
            .nest("/sandbox", control::router())
            .route("/{*path}", post(call))
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .with_state(self.clone())
    }

    /// Serves until `stop` ends.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(
        &self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let service = self.router().into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(stop).await
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.0.directory
    }

    pub(crate) fn orders(&self) -> &Orders {
        &self.0.orders
    }

    pub(crate) fn refuses_repeats(&self) -> bool {
        self.0.refuses_repeats
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.0.now)()
    }

    pub(crate) fn tell(&self, happening: Happening) {
        tracing::info!(
            interface = happening.interface.name(),
            application_no = happening.application_no,
            code = happening.code,
            "{}",
            happening.message
        );
        // Nobody may be watching.
        let _ = self.0.happenings.send(happening);
    }

    fn tell_outgoing(
        &self,
        platform: &Platform,
        interface: Interface,
        application_no: Option<String>,
        answer: &Result<Answer, ClientError>,
    ) {
        let (code, message) = match answer {
            Ok(answer) => (Some(answer.code.clone()), answer.message.clone()),
            Err(error) => (None, error.to_string()),
        };
        let (at, caller, platform) = (self.now(), Caller::Platform, platform.appkey.clone());
        self.tell(Happening { at, caller, platform, interface, application_no, code, message });
    }
}

async fn call(State(sandbox): State<Sandbox>, Path(path): Path<String>, body: Bytes) -> Response {
    let (prefix, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let interface = Interface::from_name(name).filter(|interface| !interface.served_by_institution());
    let Some(interface) = interface else { return StatusCode::NOT_FOUND.into_response() };
    match desk::take(&sandbox, prefix, interface, &body).await {
        Ending::Answer(answer) => answer,
        Ending::Lost => Body::new(BrokenOff).into_response(),
    }
}

/// A body that breaks off before its first byte, which ends the connection.
struct BrokenOff;

impl axum::body::HttpBody for BrokenOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionAborted.into())))
    }
}

/// The path of an address, without slashes at its ends.
fn path_of(url: &str) -> &str {
    let behind_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    behind_scheme.split_once('/').map_or("", |(_, path)| path.trim_matches('/'))
}

fn application_of<'a>(ask: &Ask<'a>) -> Option<&'a str> {
    match ask {
        Ask::Apply { application_no, .. }
        | Ask::Restore { application_no, .. }
        | Ask::RequestInvoice { application_no, .. }
        | Ask::RequestQuit { application_no, .. }
        | Ask::Cancel { application_no, .. }
        | Ask::Claim { application_no, .. } => Some(application_no),
        Ask::Reconcile { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_the_path_of_the_base_address() {
        assert_eq!(path_of("http://127.0.0.1:8090"), "");
        assert_eq!(path_of("http://127.0.0.1:8090/"), "");
        assert_eq!(path_of("https://jyzx.example/open/api/insure/"), "open/api/insure");
    }
}
