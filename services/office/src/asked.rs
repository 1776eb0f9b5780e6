use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use baohan_domain::{Form, GuaranteeId, Refusal};
use baohan_ledger::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sm3::{Digest as _, Sm3};
use uuid::Uuid;

use crate::call::Correlation;
use crate::checkpoints::unknown_checkpoint;
use crate::office::Office;
use crate::problem::{self, Problem};
use crate::tokens::Caller;

/// The most bytes of a body: every field is bounded to some hundred characters.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// The longest idempotency key: a UUID with room for a prefix.
const KEY_LENGTH_MAX: usize = 200;
/// Under which header a key comes (draft-ietf-httpapi-idempotency-key-header).
const KEY_HEADER: &str = "idempotency-key";

/// What a write's body can say. Serialised again it is the content by which a repeat is told, whatever its blanks and order were.
pub(crate) trait Content: DeserializeOwned + Serialize + Send {
    /// The most bytes of the body.
    const BYTES_MAX: usize = BODY_BYTES_MAX;
}

/// A write as it was asked for.
#[derive(Debug)]
pub(crate) struct Asked<T> {
    /// Who asks.
    pub caller: Caller,
    /// Ties together what the call brings about.
    pub correlation: Uuid,
    /// Of which guarantee, or which other thing the path names.
    pub id: Uuid,
    /// What is asked.
    pub body: T,
    /// Decide, and store nothing.
    pub dry_run: bool,
    /// Under which a repeat is known; in a dry run none, since nothing is stored.
    pub key: Option<Key>,
}

/// An idempotency key and the content that came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// The key as the caller gave it.
    pub given: String,
    /// The key, scoped by its caller.
    pub scoped: String,
    /// SM3 over method, path and content, lower-case hex.
    pub content_sm3: String,
}

impl<T> Asked<T> {
    /// The guarantee that is meant.
    pub(crate) fn guarantee(&self) -> GuaranteeId {
        self.id.into()
    }

    /// The context in which the ledger carries it out.
    pub(crate) fn context(&self) -> Context {
        Context { dry_run: self.dry_run, ..Context::of(&*self.caller.name, self.correlation) }
    }
}

impl<T: Content> FromRequest<Office> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, office: &Office) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, office).await?;
        let correlation = Correlation::of(&parts);
        let id = Named::from_request_parts(&mut parts, office).await?.id;
        let dry_run = dry_run(&parts.uri)?;
        let given = if dry_run { None } else { key(&parts.headers)? };
        let bytes = to_bytes(body, T::BYTES_MAX).await.map_err(|error| unread(&error, T::BYTES_MAX))?;
        let body: T = parse(&bytes)?;
        let key = match given {
            None => None,
            Some(given) => {
                let content = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
                let content_sm3 =
                    digest(&[parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), &content]);
                // A key holds no line break, so nobody's key can run into another caller's.
                Some(Key { scoped: format!("{}\n{given}", caller.name), given, content_sm3 })
            }
        };
        Ok(Self { caller, correlation, id, body, dry_run, key })
    }
}

/// The thing that the path names under `{id}`.
pub(crate) struct Named {
    /// Its id; what is no UUID names nothing.
    pub id: Uuid,
}

impl FromRequestParts<Office> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Office) -> Result<Self, Problem> {
        let id = parameter(parts, office, "id").await?;
        let nothing = || {
            let path = parts.uri.path();
            let kind = match path {
                _ if path.starts_with("/api/v1/notices") => problem::UNKNOWN_NOTICE,
                _ if path.starts_with("/api/v1/journal") => problem::UNKNOWN_JOURNAL_ENTRY,
                _ if path.starts_with("/api/v1/audit/proof") => problem::UNKNOWN_EVENT,
                _ => problem::UNKNOWN_GUARANTEE,
            };
            Problem::of(kind, "路径中的编号不是有效的UUID")
        };
        id.and_then(|id| Uuid::parse_str(&id).ok()).map(|id| Self { id }).ok_or_else(nothing)
    }
}

/// The claim that the path names under `{n}`.
pub(crate) struct ClaimNo(pub u32);

impl FromRequestParts<Office> for ClaimNo {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Office) -> Result<Self, Problem> {
        let number = parameter(parts, office, "n").await?;
        number.and_then(|number| number.parse().ok()).map(Self).ok_or_else(|| Refusal::NoSuchClaim.into())
    }
}

/// The checkpoint that the path names under `{number}`.
pub(crate) struct CheckpointNo(pub u64);

impl FromRequestParts<Office> for CheckpointNo {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Office) -> Result<Self, Problem> {
        let number = parameter(parts, office, "number").await?;
        number.and_then(|number| number.parse().ok()).map(Self).ok_or_else(unknown_checkpoint)
    }
}

/// The form that the path names under `{form}`.
pub(crate) struct PathForm(pub Form);

impl FromRequestParts<Office> for PathForm {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Office) -> Result<Self, Problem> {
        match parameter(parts, office, "form").await?.as_deref() {
            Some("sealed") => Ok(Self(Form::Sealed)),
            Some("plain") => Ok(Self(Form::Plain)),
            _ => Err(Problem::of(problem::NO_SUCH_DOCUMENT, "保函文件的形式只有 sealed 与 plain")),
        }
    }
}

impl FromRequestParts<Office> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Office) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Problem::of(problem::UNAUTHENTICATED, "请求未携带有效的令牌"))
    }
}

async fn parameter(parts: &mut Parts, office: &Office, name: &str) -> Result<Option<String>, Problem> {
    let parameters = RawPathParams::from_request_parts(parts, office).await;
    let parameters = parameters.map_err(|_| Problem::of(problem::NO_SUCH_ROUTE, "路径无法解析"))?;
    Ok(parameters.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()))
}

fn dry_run(uri: &Uri) -> Result<bool, Problem> {
    let mut asked = false;
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        asked = match (&*name, &*value) {
            ("dry_run", "true" | "1" | "") => true,
            ("dry_run", "false" | "0") => false,
            // A mistyped dry run must not become a real one.
            _ => {
                return Err(Problem::of(
                    problem::INVALID_QUERY,
                    "写操作只接受查询参数 dry_run=true 或 dry_run=false",
                ));
            }
        };
    }
    Ok(asked)
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(KEY_HEADER) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > KEY_LENGTH_MAX {
        let detail = format!("Idempotency-Key 应为1至{KEY_LENGTH_MAX}个可见ASCII字符");
        return Err(Problem::of(problem::IDEMPOTENCY_KEY_INVALID, detail));
    }
    Ok(Some(key.to_owned()))
}

fn unread(error: &axum::Error, bytes_max: usize) -> Problem {
    let source = std::error::Error::source(error);
    if source.is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>) {
        Problem::of(problem::BODY_TOO_LARGE, format!("请求体超过{bytes_max}字节"))
    } else {
        Problem::of(problem::BODY_UNREADABLE, "请求体未能完整接收")
    }
}

/// Reads one JSON object, strictly; no body at all is an empty object.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    let malformed = |detail: String| Problem::of(problem::BODY_NOT_JSON, detail);
    if bytes.first() != Some(&b'{') {
        return Err(malformed("请求体应为一个JSON对象".into()));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let body = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        fault(&path, error.inner())
    })?;
    deserializer
        .end()
        .map_err(|error| malformed(format!("JSON对象之后还有内容（第{}列）", error.column())))?;
    Ok(body)
}

fn fault(path: &str, error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    if !error.is_data() {
        return Problem::of(problem::BODY_NOT_JSON, format!("JSON格式错误（第{line}行第{column}列）"));
    }
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let quoted = || message.split('`').nth(1).unwrap_or(path).to_owned();
    if message.starts_with("unknown field") {
        Problem::of(problem::UNKNOWN_FIELD, format!("未知字段 {}", quoted()))
    } else if message.starts_with("missing field") {
        Problem::of(problem::MISSING_FIELD, format!("缺少字段 {}", quoted()))
    } else if message.starts_with("duplicate field") {
        Problem::of(problem::INVALID_FIELD, format!("字段 {} 重复", quoted()))
    } else {
        Problem::of(problem::INVALID_FIELD, format!("字段 {path} 不合要求：{message}"))
    }
}

/// Each part goes in with its length, so that no two contents meet.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sm3::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::lexical::Amount;

    #[derive(Debug, Deserialize, Serialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        amount: Amount,
        #[serde(default)]
        reference: Option<String>,
    }

    fn code(body: &str) -> Result<Body, (&'static str, String)> {
        parse(body.as_bytes()).map_err(|problem: Problem| (problem.code(), format!("{problem:?}")))
    }

    #[test]
    fn each_fault_of_a_body_is_named() {
        for (body, right, part) in [
            ("[]", "body-not-json", ""),
            ("\"a\"", "body-not-json", ""),
            ("{\"amount\":\"1\"", "body-not-json", ""),
            ("{\"amount\":\"1\"} x", "body-not-json", ""),
            ("{\"amuont\":\"1\"}", "unknown-field", "amuont"),
            ("", "missing-field", "amount"),
            ("{\"amount\":\"1\",\"amount\":\"2\"}", "invalid-field", "amount"),
            ("{\"amount\":\"1.005\"}", "invalid-field", "amount"),
            ("{\"amount\":\"1\",\"reference\":7}", "invalid-field", "reference"),
        ] {
            let (code, told) = code(body).unwrap_err();
            assert_eq!(code, right, "{body}");
            assert!(told.contains(part), "{told} should name {part}");
        }
        assert_eq!(code("\u{feff} {\"amount\": 1}\n").unwrap().amount.0.to_string(), "1.00");
    }

    #[test]
    fn blanks_and_order_are_no_content() {
        let content = |body: &str| serde_json::to_vec(&code(body).unwrap()).unwrap();
        assert_eq!(
            content("{\"amount\":1,\"reference\":\"a\"}"),
            content(" {\"reference\" : \"a\", \"amount\" : \"1.00\"} ")
        );
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
    }

    #[test]
    fn a_mistyped_dry_run_is_no_real_one() {
        let dry = |query: &str| dry_run(&format!("/x{query}").parse().unwrap());
        assert_eq!(dry(""), Ok(false));
        assert_eq!(dry("?dry_run=true"), Ok(true));
        assert_eq!(dry("?dry_run=false"), Ok(false));
        for query in ["?dry_run=yes", "?dryrun=true", "?dry-run=1"] {
            assert!(dry(query).is_err(), "{query}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..256)) {
            let _answer = parse::<Body>(&bytes);
        }
    }
}
