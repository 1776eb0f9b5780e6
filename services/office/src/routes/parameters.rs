//! The parameters that many routes share, as the description tells them.

use utoipa::IntoParams;
use uuid::Uuid;

/// Of every write.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "read by the description alone; the handlers take them by `Asked`")]
pub(crate) struct Write {
    /// The guarantee.
    id: Uuid,
    /// Decide, and store nothing: the answer shows what would be.
    #[param(parameter_in = Query)]
    dry_run: Option<bool>,
    /// The same key with the same content gets the same answer, with other content 409.
    #[param(parameter_in = Header, rename = "Idempotency-Key", max_length = 200)]
    idempotency_key: Option<String>,
}

/// Of a write about a claim.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "see `Write`")]
pub(crate) struct WriteOfAClaim {
    /// The guarantee.
    id: Uuid,
    /// The claim's number within the guarantee, from 1.
    n: u32,
    /// Decide, and store nothing: the answer shows what would be.
    #[param(parameter_in = Query)]
    dry_run: Option<bool>,
    /// The same key with the same content gets the same answer, with other content 409.
    #[param(parameter_in = Header, rename = "Idempotency-Key", max_length = 200)]
    idempotency_key: Option<String>,
}

/// The guarantee that the path names.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "see `Write`")]
pub(crate) struct OfAGuarantee {
    /// The guarantee.
    id: Uuid,
}
