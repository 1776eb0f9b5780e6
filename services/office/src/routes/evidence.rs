use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use baohan_domain::Guarantee;
use baohan_seal::evidence::Evidence;
use bytes::Bytes;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::asked::Named;
use crate::evidence;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::query::{Filter, given};
use crate::routes::parameters::OfAGuarantee;
use crate::tokens::Caller;

/// How it is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `json`, the evidence file, or `pdf`, a page for people; absent: what `Accept` asks for first.
    #[serde(default, deserialize_with = "given")]
    format: Option<String>,
}

/// The evidence of a guarantee: one file with its records, the proofs that they stand in the ledger, and what signs the ledger.
///
/// It verifies on another machine, without the ledger (`baohan verify --evidence FILE`; `docs/evidence.md` says how). As PDF it is a page for
/// people, made of the same file. It holds what was opened, so that it is given before the opening to those alone who see plain values.
#[utoipa::path(get, path = "/api/v1/guarantees/{id}/evidence", tag = "audit", params(OfAGuarantee, Wanted),
    responses((status = 200, content((serde_json::Value = "application/json"), (Vec<u8> = "application/pdf"))),
        (status = "default", body = ProblemBody)))]
pub(crate) async fn evidence(
    State(office): State<Office>,
    caller: Caller,
    Named { id }: Named,
    Filter(wanted): Filter<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let as_page = match wanted.format.as_deref() {
        None => asks_for_a_page(&headers),
        Some("json") => false,
        Some("pdf") => true,
        Some(other) => {
            return Err(Problem::of(problem::INVALID_QUERY, format!("没有格式 {other}：只有 json 与 pdf")));
        }
    };
    not_too_early(&office, &caller, &office.known(id.into()).await?.guarantee)?;
    if office.trust().keys.is_empty() {
        let told = "本进程不知道账本的公钥，无法出具证据文件，请管理员补充配置";
        return Err(Problem::of(problem::SEAL_KEY_UNKNOWN, told));
    }
    let gather = |office: Office| async move {
        baohan_proof::evidence(office.log(), office.projections(), office.trust(), id).await
    };
    let found = office.once_signed(gather).await?;
    let found = found.ok_or_else(|| Problem::of(problem::UNKNOWN_GUARANTEE, "没有这笔业务"))?;
    // The key may have come since the ledger was asked.
    let guarantee = evidence::guarantee(&found).map_err(|error| Problem::internal(&error))?;
    not_too_early(&office, &caller, &guarantee)?;
    if as_page {
        return Ok((headers_of(id, "pdf", "application/pdf"), page(&office, &found).await?).into_response());
    }
    let bytes = found.to_bytes().map_err(|error| Problem::internal(&error))?;
    Ok((headers_of(id, "json", "application/json"), bytes).into_response())
}

/// An evidence file holds what was opened and cannot be masked: its hashes are over the records as they are stored.
fn not_too_early(office: &Office, caller: &Caller, guarantee: &Guarantee) -> Result<(), Problem> {
    if office.viewer(caller).is_kept_from(guarantee) {
        return Err(Problem::of(problem::BEFORE_THE_OPENING, "未到开标时间，证据文件载有明文，不能查看"));
    }
    Ok(())
}

async fn page(office: &Office, found: &Evidence) -> Result<Bytes, Problem> {
    let page = evidence::page(found, office.issuing().institution(), &office.trust().policy);
    let page = page.map_err(|error| Problem::internal(&error))?;
    let rendered = office.documents().renderer().render_evidence(page).await;
    rendered.map_err(|error| {
        let told = "证据页暂时无法生成，请改取JSON格式的证据文件";
        Problem::passing(problem::DOCUMENTS_UNAVAILABLE, told, &error)
    })
}

/// Whether a PDF is named before JSON, or alone. Weights are not weighed: nobody who wants a page asks for it as the lesser choice.
fn asks_for_a_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut kinds = accept.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.find(|kind| matches!(*kind, "application/pdf" | "application/json" | "*/*"))
        == Some("application/pdf")
}

fn headers_of(id: Uuid, extension: &str, content_type: &'static str) -> [(header::HeaderName, String); 4] {
    [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"evidence-{id}.{extension}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_given_to_those_who_ask_for_one() {
        for (accept, page) in [
            ("application/pdf", true),
            ("text/html, application/pdf;q=0.9, */*;q=0.1", true),
            ("application/json, application/pdf", false),
            ("*/*", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(asks_for_a_page(&headers), page, "{accept}");
        }
        assert!(!asks_for_a_page(&HeaderMap::new()));
    }
}
