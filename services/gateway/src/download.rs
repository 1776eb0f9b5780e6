//! `GET /documents/{guarantee}/{form}/{token}`: the links in our notices.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baohan_documents::Digest;
use baohan_domain::state::{InForce, Opening};
use baohan_domain::{DocumentRef, Form, GuaranteeId, Media};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::gateway::Desk;
use crate::measures;

const NOT_FOUND: &str = "文件不存在";
const NOT_YET: &str = "未到开标时间，明文保函暂不能下载";
const BUSY: &str = "系统繁忙，请稍后重试";
/// The content of a link never changes, but who may keep it does not either: it is a bidder's paper.
const CACHING: HeaderValue = HeaderValue::from_static("private, no-cache");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Why there is no file.
enum NoFile {
    /// No such document, or the token is wrong: nobody is told which.
    Unknown,
    /// The plain document before the opening.
    NotYet,
    /// Our trouble.
    Unavailable,
}

/// Answers with the file.
pub(crate) async fn handle(
    State(desk): State<Arc<Desk>>,
    Path((guarantee, form, token)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let response = match find(&desk, &guarantee, &form, &token).await {
        Ok(found) => found.answer(&desk, &headers).await,
        Err(no_file) => Err(no_file),
    };
    let response = response.unwrap_or_else(|no_file| match no_file {
        NoFile::Unknown => (StatusCode::NOT_FOUND, NOT_FOUND).into_response(),
        NoFile::NotYet => (StatusCode::FORBIDDEN, NOT_YET).into_response(),
        NoFile::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, BUSY).into_response(),
    });
    measures::downloaded(response.status().as_u16());
    response
}

/// A document that the link opens.
struct Linked {
    guarantee_no: String,
    document: DocumentRef,
}

async fn find(desk: &Desk, guarantee: &str, form: &str, token: &str) -> Result<Linked, NoFile> {
    let id: GuaranteeId = guarantee.parse().map_err(|_| NoFile::Unknown)?;
    let wanted = form_of(form).ok_or(NoFile::Unknown)?;
    let history = desk.ledger.history(id).await.map_err(|error| {
        let error: &dyn std::error::Error = &error;
        tracing::warn!(error, guarantee = %id, "a document's guarantee {id} cannot be read");
        NoFile::Unavailable
    })?;
    let issued = history.guarantee.issued().ok_or(NoFile::Unknown)?;
    let document = document(issued, wanted).ok_or(NoFile::Unknown)?;
    // Links are made with the id as we write it.
    if !desk.links.verify(&id.to_string(), form, &document.digest, token) {
        return Err(NoFile::Unknown);
    }
    let is_early = wanted == Form::Plain
        && !issued.was_never_sealed()
        && !issued.opening_time_reached(desk.ledger.now());
    if is_early {
        return Err(NoFile::NotYet);
    }
    Ok(Linked { guarantee_no: issued.guarantee_no.to_string(), document: document.clone() })
}

/// The form as links write it.
fn form_of(text: &str) -> Option<Form> {
    match text {
        "sealed" => Some(Form::Sealed),
        "plain" => Some(Form::Plain),
        _ => None,
    }
}

fn document(issued: &InForce, form: Form) -> Option<&DocumentRef> {
    let restored = match &issued.opening {
        Opening::Restored { document, .. } => Some(document),
        Opening::Waiting | Opening::Requested(_) => None,
    };
    restored.into_iter().chain([&issued.document]).find(|document| document.form == form)
}

impl Linked {
    async fn answer(self, desk: &Desk, headers: &HeaderMap) -> Result<Response, NoFile> {
        let etag = format!("\"{}\"", self.document.digest);
        let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        if known.is_some_and(|known| known.split(',').any(|tag| tag.trim() == etag || tag.trim() == "*")) {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
        }
        let _permit = desk.downloads.try_acquire().map_err(|_| NoFile::Unavailable)?;
        let digest: Digest = self.document.digest.parse().map_err(|_| NoFile::Unavailable)?;
        let bytes = desk.documents.get(digest).await.map_err(|error| {
            let guarantee_no = &self.guarantee_no;
            let error: &dyn std::error::Error = &error;
            tracing::error!(error, guarantee_no, "the document of {guarantee_no} cannot be read");
            NoFile::Unavailable
        })?;
        let (media, ending) = match self.document.media {
            Media::Pdf => ("application/pdf", "pdf"),
            Media::Ofd => ("application/ofd", "ofd"),
        };
        let name = utf8_percent_encode(&self.guarantee_no, NON_ALPHANUMERIC);
        let headers = [
            (header::CONTENT_TYPE, media.to_owned()),
            (header::CONTENT_DISPOSITION, format!("inline; filename*=UTF-8''{name}.{ending}")),
            (header::ETAG, etag),
        ];
        let fixed = [(header::CACHE_CONTROL, CACHING), (header::X_CONTENT_TYPE_OPTIONS, NOSNIFF)];
        Ok((headers, fixed, bytes).into_response())
    }
}
