//! One endpoint a file: what it takes, one call, what it answers.

mod annotations;
mod checkpoint;
mod checkpoint_now;
mod checkpoints;
mod claim_pay;
mod claim_refuse;
mod claims;
mod consistency;
mod decline;
mod document;
mod events;
mod events_stream;
mod evidence;
mod exposure;
mod extend;
mod guarantee;
mod guarantee_events;
mod guarantees;
mod health;
mod inclusion;
mod invoice;
mod invoice_decline;
mod invoices;
mod issue;
mod journal;
mod journal_entry;
mod notice_retry;
mod notices;
mod openapi;
mod parameters;
mod personal;
mod premium;
mod premium_correct;
mod quit_confirm;
mod quit_refuse;
mod reason;
mod reconciliation;
mod sections;
mod status;
mod withdraw;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::office::Office;

/// All of them, each with its description.
pub(crate) fn all() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .merge(writes())
        .merge(reads())
        .merge(audits())
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .routes(routes!(status::status))
        .routes(routes!(openapi::openapi))
}

fn writes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(premium::record_premium))
        .routes(routes!(premium_correct::correct_premium))
        .routes(routes!(issue::issue))
        .routes(routes!(decline::decline))
        .routes(routes!(withdraw::withdraw))
        .routes(routes!(invoice::issue_invoice))
        .routes(routes!(invoice_decline::decline_invoice))
        .routes(routes!(quit_confirm::confirm_quit))
        .routes(routes!(quit_refuse::refuse_quit))
        .routes(routes!(extend::extend))
        .routes(routes!(claim_pay::pay_claim))
        .routes(routes!(claim_refuse::refuse_claim))
        .routes(routes!(annotations::annotate))
        .routes(routes!(notice_retry::retry_notice))
}

fn reads() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(guarantees::guarantees))
        .routes(routes!(guarantee::guarantee))
        .routes(routes!(guarantee_events::guarantee_events))
        .routes(routes!(document::document))
        .routes(routes!(personal::personal))
        .routes(routes!(events::events))
        .routes(routes!(events_stream::events_stream))
        .routes(routes!(reconciliation::reconciliation))
        .routes(routes!(claims::claims))
        .routes(routes!(invoices::invoices))
        .routes(routes!(exposure::exposure))
        .routes(routes!(sections::section_exceptions))
        .routes(routes!(notices::notices))
        .routes(routes!(journal::journal))
        .routes(routes!(journal_entry::journal_entry))
}

fn audits() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(evidence::evidence))
        .routes(routes!(checkpoints::checkpoints, checkpoint_now::checkpoint_now))
        .routes(routes!(checkpoint::checkpoint))
        .routes(routes!(inclusion::inclusion))
        .routes(routes!(consistency::consistency))
}
