//! What a client reads when it does not get what it asked for: `application/problem+json` (RFC 9457) with a stable code.
//! This is the one place where a code meets its status.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baohan_documents::RenderError;
use baohan_domain::Refusal;
use baohan_issuing::IssuingError;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Begins the `type` of every problem; the code follows, and a page of that name says what to do.
const TYPE_PREFIX: &str = "urn:baohan:problem:";
/// How soon a caller may come again after a 503, in seconds: the store's own waits are shorter.
const RETRY_AFTER_SECONDS: &str = "2";

/// A code of the office's own, its status, and its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The stable code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: StatusCode,
    /// What kind of trouble it is, in Chinese.
    pub title: &'static str,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident, $title:literal;)*) => {
        $($(#[$doc])* pub const $name: Kind = Kind { code: $code, status: StatusCode::$status, title: $title };)*

        /// Every code of the office's own.
        pub const KINDS: &[Kind] = &[$($name),*];
    };
}

kinds! {
    /// No token, or none that is known.
    UNAUTHENTICATED = "unauthenticated", UNAUTHORIZED, "未通过身份验证";
    /// The token has none of the roles.
    FORBIDDEN = "forbidden", FORBIDDEN, "无权访问";
    /// No such path.
    NO_SUCH_ROUTE = "no-such-route", NOT_FOUND, "地址不存在";
    /// The path does not take the method.
    METHOD_NOT_ALLOWED = "method-not-allowed", METHOD_NOT_ALLOWED, "不支持该请求方法";
    /// No guarantee has this id.
    UNKNOWN_GUARANTEE = "unknown-guarantee", NOT_FOUND, "保函不存在";
    /// No notice has this id.
    UNKNOWN_NOTICE = "unknown-notice", NOT_FOUND, "通知不存在";
    /// No entry of the journal has this id.
    UNKNOWN_JOURNAL_ENTRY = "unknown-journal-entry", NOT_FOUND, "通讯记录不存在";
    /// No event has this id.
    UNKNOWN_EVENT = "unknown-event", NOT_FOUND, "事件不存在";
    /// No signed checkpoint has this number.
    UNKNOWN_CHECKPOINT = "unknown-checkpoint", NOT_FOUND, "检查点不存在";
    /// There is no document of this form yet.
    NO_SUCH_DOCUMENT = "no-such-document", NOT_FOUND, "保函文件不存在";
    /// The plain document is not shown before the opening.
    BEFORE_THE_OPENING = "before-the-opening", FORBIDDEN, "未到开标时间";
    /// The body is no JSON object.
    BODY_NOT_JSON = "body-not-json", BAD_REQUEST, "请求体不是JSON对象";
    /// The body has more bytes than the route takes.
    BODY_TOO_LARGE = "body-too-large", PAYLOAD_TOO_LARGE, "请求体过大";
    /// The body did not arrive whole.
    BODY_UNREADABLE = "body-unreadable", BAD_REQUEST, "请求体不完整";
    /// A field that the route does not know.
    UNKNOWN_FIELD = "unknown-field", UNPROCESSABLE_ENTITY, "未知字段";
    /// A field is missing.
    MISSING_FIELD = "missing-field", UNPROCESSABLE_ENTITY, "缺少字段";
    /// A field's value has not its form.
    INVALID_FIELD = "invalid-field", UNPROCESSABLE_ENTITY, "字段不合要求";
    /// A parameter of the query is unknown or has not its form.
    INVALID_QUERY = "invalid-query", BAD_REQUEST, "查询参数不合要求";
    /// A cursor that no list of ours gave out.
    INVALID_CURSOR = "invalid-cursor", BAD_REQUEST, "游标无效";
    /// The range holds more rows than one answer.
    RANGE_TOO_WIDE = "range-too-wide", UNPROCESSABLE_ENTITY, "查询范围过大";
    /// The idempotency key has not its form.
    IDEMPOTENCY_KEY_INVALID = "idempotency-key-invalid", BAD_REQUEST, "幂等键不合要求";
    /// The same key came with other content.
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused", CONFLICT, "幂等键已用于其他内容";
    /// The invoice has no number.
    INVOICE_NO_MISSING = "invoice-no-missing", CONFLICT, "缺少发票号码";
    /// The invoice's number has neither 8 nor 20 digits.
    INVOICE_NO_INVALID = "invoice-no-invalid", CONFLICT, "发票号码不合要求";
    /// The invoice's code has neither 10 nor 12 digits.
    INVOICE_CODE_INVALID = "invoice-code-invalid", CONFLICT, "发票代码不合要求";
    /// The notice has its final outcome, or is on its way.
    NOTICE_NOT_RETRIABLE = "notice-not-retriable", CONFLICT, "通知不能重发";
    /// The personal data were erased.
    PERSONAL_DATA_ERASED = "personal-data-erased", GONE, "个人信息已删除";
    /// The file given is neither PDF nor OFD.
    DOCUMENT_NOT_PDF_OR_OFD = "document-not-pdf-or-ofd", CONFLICT, "保函文件不是PDF或OFD";
    /// The file given is no base64.
    DOCUMENT_NOT_BASE64 = "document-not-base64", CONFLICT, "保函文件不是base64";
    /// The file given is larger than any guarantee file.
    DOCUMENT_TOO_LARGE = "document-too-large", CONFLICT, "保函文件过大";
    /// The fonts lack characters of a name that the document must show.
    DOCUMENT_GLYPH_MISSING = "document-glyph-missing", CONFLICT, "字体缺少字符";
    /// The application lacks what a document must show.
    APPLICATION_INCOMPLETE = "application-incomplete", CONFLICT, "申请内容不完整";
    /// As many streams are open as may be.
    TOO_MANY_STREAMS = "too-many-streams", TOO_MANY_REQUESTS, "事件流过多";
    /// The ledger is served read-only.
    READ_ONLY = "read-only", SERVICE_UNAVAILABLE, "只读运行";
    /// No signed checkpoint speaks of it yet.
    NOT_SIGNED_YET = "not-signed-yet", SERVICE_UNAVAILABLE, "尚未签署检查点";
    /// This process knows no key of the ledger.
    SEAL_KEY_UNKNOWN = "seal-key-unknown", SERVICE_UNAVAILABLE, "账本公钥未知";
    /// What the store holds does not lead to what was signed.
    SEAL_DOES_NOT_FIT = "seal-does-not-fit", INTERNAL_SERVER_ERROR, "记录与签名不符";
    /// The projections have not caught up, and what lags is not shown.
    BEHIND = "behind", SERVICE_UNAVAILABLE, "数据尚未同步";
    /// Others changed the guarantee too often at once.
    CONTENDED = "contended", SERVICE_UNAVAILABLE, "并发冲突";
    /// The store or the projections do not answer.
    STORE_UNAVAILABLE = "store-unavailable", SERVICE_UNAVAILABLE, "存储暂不可用";
    /// The documents' store does not answer.
    DOCUMENTS_UNAVAILABLE = "documents-unavailable", SERVICE_UNAVAILABLE, "文件存储暂不可用";
    /// It took longer than a call may take.
    TIMEOUT = "timeout", SERVICE_UNAVAILABLE, "处理超时";
    /// Something that must not happen.
    INTERNAL = "internal", INTERNAL_SERVER_ERROR, "内部错误";
}

/// The title of every refusal by the domain's rules.
const REFUSED_TITLE: &str = "业务规则不允许";

/// An answer that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Cow<'static, str>,
    correlation: Option<Uuid>,
}

/// What stands in the body of a problem (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// A name of the kind of problem: `urn:baohan:problem:` and the code.
    #[schema(example = "urn:baohan:problem:already-issued")]
    r#type: String,
    /// The kind in Chinese.
    title: &'static str,
    /// The HTTP status again.
    status: u16,
    /// The stable code.
    #[schema(example = "already-issued")]
    code: &'static str,
    /// What happened, in Chinese.
    detail: String,
    /// Names this occurrence in the logs and in the audit trail.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
}

impl Problem {
    /// A problem of that kind.
    #[must_use]
    pub fn of(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        let Kind { status, code, title } = kind;
        Self { status, code, title, detail: detail.into(), correlation: None }
    }

    /// A server's fault: the client reads nothing of its inside, the log all of it.
    #[must_use]
    pub fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(error = %chain(error), "a call failed");
        Self::of(INTERNAL, "系统内部错误，请联系管理员并提供本次请求的编号")
    }

    /// A trouble that passes: the client may come again, the log keeps the cause.
    #[must_use]
    pub fn passing(kind: Kind, detail: &'static str, error: &dyn std::error::Error) -> Self {
        tracing::warn!(code = kind.code, error = %chain(error), "a call was not served");
        Self::of(kind, detail)
    }

    /// Ties the problem to the call, so that it can be found again.
    #[must_use]
    pub fn in_call(self, correlation: Uuid) -> Self {
        Self { correlation: Some(correlation), ..self }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }
}

/// The error and what lies under it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        line.push_str(": ");
        line.push_str(&error.to_string());
        source = error.source();
    }
    line
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let told = self.clone();
        let body = ProblemBody {
            r#type: format!("{TYPE_PREFIX}{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail.into_owned(),
            instance: self.correlation.map(|id| format!("urn:uuid:{id}")),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"baohan\""));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
            }
            _ => {}
        }
        // Whoever attends to the call names it in the body, logs the code, and counts it.
        response.extensions_mut().insert(told);
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        if refusal == Refusal::UnknownApplication {
            return Self::of(UNKNOWN_GUARANTEE, "没有这笔业务");
        }
        let (status, code) = (StatusCode::CONFLICT, refusal.code());
        Self { status, code, title: REFUSED_TITLE, detail: refusal.message().into(), correlation: None }
    }
}

impl From<baohan_ledger::Error> for Problem {
    fn from(error: baohan_ledger::Error) -> Self {
        use baohan_ledger::Error;
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Erased(_) => Self::of(PERSONAL_DATA_ERASED, "该保函的个人信息已被删除"),
            Error::Contended => Self::of(CONTENDED, "同一保函正被频繁修改，请稍后重试"),
            Error::IdempotencyKeyInUse => {
                Self::of(IDEMPOTENCY_KEY_REUSED, "幂等键已用于另一内容的请求，请换用新的幂等键")
            }
            Error::Store(error) => error.into(),
            Error::Unreadable(_) | Error::Unwritable(_) | Error::Key(_) | Error::Envelope(_) => {
                Self::internal(&error)
            }
        }
    }
}

impl From<baohan_log::Error> for Problem {
    fn from(error: baohan_log::Error) -> Self {
        Self::passing(STORE_UNAVAILABLE, "账本存储暂不可用，未做任何记录，请稍后重试", &error)
    }
}

impl From<baohan_projections::Error> for Problem {
    fn from(error: baohan_projections::Error) -> Self {
        use baohan_projections::Error;
        match &error {
            Error::Cursor => Self::of(INVALID_CURSOR, "游标不属于此列表，请从第一页重新查询"),
            Error::TooMany { rows_max } => {
                Self::of(RANGE_TOO_WIDE, format!("结果超过{rows_max}行，请缩小日期范围"))
            }
            Error::Behind { .. } | Error::StandsStill { .. } => {
                Self::passing(BEHIND, "查询数据尚未与账本同步，请稍后重试", &error)
            }
            Error::BentRow { .. } | Error::Url(_) | Error::Gap { .. } | Error::Foreign | Error::ReadOnly => {
                Self::internal(&error)
            }
            Error::Database(_) | Error::Log(_) | Error::Hangs | Error::Ending => {
                Self::passing(STORE_UNAVAILABLE, "查询数据库暂不可用，请稍后重试", &error)
            }
        }
    }
}

impl From<baohan_proof::Error> for Problem {
    fn from(error: baohan_proof::Error) -> Self {
        use baohan_proof::Error;
        match error {
            Error::Log(error) => error.into(),
            Error::Projections(error) => error.into(),
            Error::NotSignedYet => {
                Self::passing(NOT_SIGNED_YET, "尚无已签署的检查点涵盖该记录，请稍后重试", &error)
            }
            Error::DoesNotLead(_) | Error::NoCheckpoint { .. } => {
                tracing::error!(code = SEAL_DOES_NOT_FIT.code, error = %chain(&error), "the store does not fit what was signed");
                Self::of(
                    SEAL_DOES_NOT_FIT,
                    "账本记录与已签署的检查点不符，无法给出证明，请立即通知管理员核验账本",
                )
            }
            _ => Self::internal(&error),
        }
    }
}

impl From<IssuingError> for Problem {
    fn from(error: IssuingError) -> Self {
        match error {
            IssuingError::Ledger(error) => error.into(),
            IssuingError::NotAGuaranteeFile(found) => Self::of(DOCUMENT_NOT_PDF_OR_OFD, found.to_string()),
            IssuingError::Incomplete(missing) => {
                Self::of(APPLICATION_INCOMPLETE, format!("申请缺少出函所需的内容（{}）", missing.0))
            }
            IssuingError::Documents(baohan_documents::Error::Render(RenderError::GlyphMissing {
                characters,
            })) => {
                let told: Vec<_> =
                    characters.iter().map(|c| format!("{c}（U+{:04X}）", u32::from(*c))).collect();
                let characters = told.join("、");
                let detail = format!(
                    "字体缺少以下字符，保函文件无法生成：{characters}。请安装含有该字符的字体，或随请求提供保函文件"
                );
                Self::of(DOCUMENT_GLYPH_MISSING, detail)
            }
            IssuingError::Documents(error) => {
                Self::passing(DOCUMENTS_UNAVAILABLE, "保函文件暂时无法生成或保存，未出函，请稍后重试", &error)
            }
            IssuingError::Number(_) => Self::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_kinds_have_the_same_code_and_none_is_a_refusals_code() {
        let codes: BTreeSet<_> = KINDS.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), KINDS.len());
        assert!(Refusal::CODES.iter().all(|code| !codes.contains(code)));
    }

    #[test]
    fn every_kind_has_its_page() {
        let pages = std::path::Path::new("../../docs/errors");
        let missing: Vec<_> =
            KINDS.iter().filter(|kind| !pages.join(format!("{}.md", kind.code)).is_file()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_refusal_is_409_with_its_code_but_an_unknown_guarantee_is_404() {
        let refused = Problem::from(Refusal::AlreadyIssued);
        assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "already-issued"));
        assert_eq!(Problem::from(Refusal::UnknownApplication).status, StatusCode::NOT_FOUND);
    }
}
