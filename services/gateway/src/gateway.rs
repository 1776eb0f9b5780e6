//! The gateway's parts, and its routes.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use baohan_documents::{LinkSigner, Store};
use baohan_ledger::Ledger;
use baohan_projections::Projections;
use baohan_wire::Directory;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::options::{CALLS_AT_ONCE_MAX, DOWNLOADS_AT_ONCE_MAX, Options};
use crate::rate::Rates;
use crate::{call, download, measures};

/// What the gateway is made of.
pub struct Gateway {
    /// Carries commands out.
    pub ledger: Ledger,
    /// Answers reconciliations.
    pub projections: Projections,
    /// Whose calls are taken.
    pub directory: Arc<Directory>,
    /// Where documents lie.
    pub documents: Store,
    /// Knows the tokens of download links.
    pub links: LinkSigner,
    /// What the configuration says.
    pub options: Options,
    /// Whether calls are taken at the moment.
    pub readiness: Readiness,
}

/// Whether calls are taken; shared with whoever starts and stops the process. Not ready: HTTP 503.
#[derive(Debug, Clone)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// Takes calls, or does not yet.
    #[must_use]
    pub fn new(is_ready: bool) -> Self {
        Self(Arc::new(AtomicBool::new(is_ready)))
    }

    /// Takes calls from now on, or takes no more.
    pub fn set(&self, is_ready: bool) {
        self.0.store(is_ready, Ordering::Relaxed);
    }

    /// Whether calls are taken.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new(true)
    }
}

/// The gateway at work.
pub(crate) struct Desk {
    pub ledger: Ledger,
    pub projections: Projections,
    pub directory: Arc<Directory>,
    pub documents: Store,
    pub links: LinkSigner,
    pub options: Options,
    pub readiness: Readiness,
    pub rates: Rates,
    pub calls: Semaphore,
    pub downloads: Semaphore,
}

impl Gateway {
    /// The routes: the seven interfaces, and the documents.
    pub fn router(self) -> Router {
        measures::describe();
        let Self { ledger, projections, directory, documents, links, options, readiness } = self;
        let platforms = directory.platforms();
        let appkeys = platforms.iter().map(|platform| platform.appkey.as_str());
        let rates = Rates::new(appkeys, options.share, options.strangers);
        let desk = Arc::new(Desk {
            ledger,
            projections,
            documents,
            links,
            options,
            readiness,
            rates,
            calls: Semaphore::new(CALLS_AT_ONCE_MAX),
            downloads: Semaphore::new(DOWNLOADS_AT_ONCE_MAX),
            directory,
        });
        // Prefixes are the configuration's, and any depth: the call itself reads its path.
        Router::new()
            .route("/documents/{guarantee}/{form}/{token}", get(download::handle))
            .fallback(call::handle)
            .layer(CatchPanicLayer::custom(panicked))
            .with_state(desk)
    }
}

/// The last resort: nothing in here panics, and if it does, one call fails and the process goes on.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the payload over")]
fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let said = payload.downcast_ref::<&str>().copied();
    let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    tracing::error!(panic = said, "a call ended in a panic: {said}");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
