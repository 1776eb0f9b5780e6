use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use baohan_documents::Digest;
use baohan_domain::state::{InForce, Opening};
use baohan_domain::{DocumentRef, Form, Media};

use crate::asked::{Named, PathForm};
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::tokens::Caller;

/// A guarantee's file: the sealed form, made before the opening, or the plain one.
///
/// The plain form of what came sealed is shown before the opening to operators alone.
#[utoipa::path(get, path = "/api/v1/guarantees/{id}/documents/{form}", tag = "guarantees",
    params(("id" = uuid::Uuid, Path, description = "The guarantee"), ("form" = String, Path, description = "sealed or plain")),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = "default", body = ProblemBody)))]
pub(crate) async fn document(
    State(office): State<Office>,
    caller: Caller,
    Named { id }: Named,
    PathForm(form): PathForm,
) -> Result<Response, Problem> {
    let history = office.known(id.into()).await?;
    let missing = || Problem::of(problem::NO_SUCH_DOCUMENT, "该保函没有此形式的文件");
    let issued = history.guarantee.issued().ok_or_else(missing)?;
    let found = of_form(issued, form).ok_or_else(missing)?;
    if form == Form::Plain && office.viewer(&caller).is_kept_from(&history.guarantee) {
        return Err(Problem::of(problem::BEFORE_THE_OPENING, "未到开标时间，不能查看明文保函"));
    }
    let digest: Digest = found.digest.parse().map_err(|error| Problem::internal(&error))?;
    let bytes = office.documents().get(digest).await.map_err(|error| {
        Problem::passing(problem::DOCUMENTS_UNAVAILABLE, "保函文件暂时无法读取，请稍后重试", &error)
    })?;
    Ok((headers(issued.guarantee_no.as_str(), found), bytes).into_response())
}

fn of_form(issued: &InForce, form: Form) -> Option<&DocumentRef> {
    let restored = match &issued.opening {
        Opening::Restored { document, .. } => Some(document),
        Opening::Waiting | Opening::Requested(_) => None,
    };
    [restored, Some(&issued.document)].into_iter().flatten().find(|document| document.form == form)
}

fn headers(guarantee_no: &str, document: &DocumentRef) -> HeaderMap {
    let (content_type, extension) = match document.media {
        Media::Pdf => ("application/pdf", "pdf"),
        Media::Ofd => ("application/ofd", "ofd"),
    };
    // RFC 6266: every byte that is not plain is encoded, so that no number breaks the header.
    let encoded: String = form_urlencoded::byte_serialize(guarantee_no.as_bytes()).collect();
    let name = format!("inline; filename*=UTF-8''{}.{extension}", encoded.replace('+', "%20"));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    for (header, value) in
        [(header::CONTENT_DISPOSITION, name), (header::ETAG, format!("\"{}\"", document.digest))]
    {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header, value);
        }
    }
    headers
}
