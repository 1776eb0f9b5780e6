//! The parameters that many routes share, as the description tells them; the handlers take them by `Asked` and `Named`.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use uuid::Uuid;

/// The guarantee that the path names.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "read by the description alone")]
pub(crate) struct OfAGuarantee {
    /// The guarantee.
    id: Uuid,
}

/// The claim that the path names.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "read by the description alone")]
struct OfAClaim {
    /// The claim's number within the guarantee, from 1.
    n: u32,
}

/// In the query of every write.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description alone")]
struct DryRun {
    /// Decide, and store nothing: the answer shows what would be.
    dry_run: Option<bool>,
}

/// Among the headers of every write.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read by the description alone")]
struct IdempotencyKey {
    /// The same key with the same content gets the same answer, with other content 409.
    #[param(rename = "Idempotency-Key", max_length = 200)]
    idempotency_key: Option<String>,
}

/// Of every write.
pub(crate) struct Write;

impl IntoParams for Write {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let by = &parameter_in;
        [OfAGuarantee::into_params(by), DryRun::into_params(by), IdempotencyKey::into_params(by)].concat()
    }
}

/// Of a write about a claim.
pub(crate) struct WriteOfAClaim;

impl IntoParams for WriteOfAClaim {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        [OfAClaim::into_params(&parameter_in), Write::into_params(&parameter_in)].concat()
    }
}
