//! How every write is carried out and answered: with the guarantee as it is after it, once and again.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use baohan_domain::Command;
use baohan_ledger::{Context, Outcome};
use baohan_projections::GuaranteeView;
use chrono::{DateTime, Utc};

use crate::asked::{Asked, Key};
use crate::office::Office;
use crate::problem::Problem;
use crate::view::Then;

/// Says that an answer was given before, and that this call changed nothing.
const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The answer of a write.
#[derive(Debug)]
pub(crate) struct Written {
    /// The guarantee after it.
    pub view: GuaranteeView,
    /// The same was answered before under the same key.
    pub replayed: bool,
}

/// The application that a write was about, for the log line of the call.
#[derive(Debug, Clone)]
pub(crate) struct About(pub(crate) String);

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        if self.replayed {
            headers.insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
        }
        let about = About(self.view.application_no.clone());
        let mut response = (headers, Json(self.view)).into_response();
        response.extensions_mut().insert(about);
        response
    }
}

impl Office {
    /// Carries out a command that needs nothing but the time.
    pub(crate) async fn carry_out<T>(
        &self,
        asked: &Asked<T>,
        command: impl Fn(DateTime<Utc>) -> Command + Send + Sync,
    ) -> Result<Written, Problem> {
        let ledger = self.ledger();
        self.write(asked, |context| async move {
            Ok(ledger.carry_out(context, asked.guarantee(), |_| Ok(command(ledger.now()))).await?)
        })
        .await
    }

    /// Carries out a write under its idempotency key, if it has one.
    pub(crate) async fn write<T, F>(
        &self,
        asked: &Asked<T>,
        perform: impl FnOnce(Context) -> F,
    ) -> Result<Written, Problem>
    where
        F: Future<Output = Result<Outcome, Problem>>,
    {
        self.writable()?;
        let Some(key) = &asked.key else {
            let outcome = perform(asked.context()).await?;
            return self.after(asked, &outcome);
        };
        if let Some(then) = self.told_before(key).await? {
            return self.told_again(asked, &then);
        }
        let idempotency = Some(self.record_of_change(key, asked.guarantee(), asked.correlation)?);
        match perform(Context { idempotency, ..asked.context() }).await {
            Ok(Outcome::Repeat { version, .. }) => self.repeated(asked, key, version).await,
            Ok(outcome) => self.after(asked, &outcome),
            // A copy of this call came first: then its answer holds. A key that came with other content is told as such here.
            Err(refused) => match self.told_before(key).await? {
                Some(then) => self.told_again(asked, &then),
                None => Err(refused),
            },
        }
    }

    /// Nothing came of it, since the same was asked before, perhaps by a copy of this call.
    async fn repeated<T>(&self, asked: &Asked<T>, key: &Key, version: u64) -> Result<Written, Problem> {
        let then = self.remember_repeat(key, asked.guarantee(), version).await?;
        self.told_again(asked, &then)
    }

    fn after<T>(&self, asked: &Asked<T>, outcome: &Outcome) -> Result<Written, Problem> {
        let view = self.view_after(&asked.caller, asked.guarantee(), outcome)?;
        Ok(Written { view, replayed: false })
    }

    fn told_again<T>(&self, asked: &Asked<T>, then: &Then) -> Result<Written, Problem> {
        let view = self.view_then(&asked.caller, asked.guarantee(), then)?;
        Ok(Written { view, replayed: true })
    }
}
