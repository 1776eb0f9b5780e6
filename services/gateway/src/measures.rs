//! What is counted.

use std::time::Duration;

use baohan_wire::Interface;

const CALLS: &str = "baohan_gateway_calls_total";
const CALL_SECONDS: &str = "baohan_gateway_call_seconds";
const REFUSALS: &str = "baohan_gateway_refusals_total";
const UNJOURNALLED: &str = "baohan_gateway_unjournalled_total";
const DOWNLOADS: &str = "baohan_gateway_downloads_total";

/// Every measure with its meaning, for the documentation.
pub const METRICS: &[(&str, &str)] = &[
    (
        CALLS,
        "calls of platforms, by interface and outcome: accepted, repeat, answered, refused, not-open, fault, throttled, turned-away, unavailable",
    ),
    (CALL_SECONDS, "seconds from the whole headers to the answer, by interface"),
    (REFUSALS, "calls that were answered with code 0, by interface and cause: a fault's or a refusal's code"),
    (UNJOURNALLED, "calls whose journal entry could not be written, by interface"),
    (DOWNLOADS, "downloads of documents, by HTTP status"),
];

pub(crate) fn describe() {
    for (name, meaning) in METRICS {
        if *name == CALL_SECONDS {
            metrics::describe_histogram!(*name, metrics::Unit::Seconds, *meaning);
        } else {
            metrics::describe_counter!(*name, *meaning);
        }
    }
}

pub(crate) fn called(interface: Interface, outcome: &'static str, took: Duration) {
    metrics::counter!(CALLS, "interface" => interface.name(), "outcome" => outcome).increment(1);
    metrics::histogram!(CALL_SECONDS, "interface" => interface.name()).record(took.as_secs_f64());
}

pub(crate) fn refused(interface: Interface, cause: &'static str) {
    metrics::counter!(REFUSALS, "interface" => interface.name(), "cause" => cause).increment(1);
}

pub(crate) fn unjournalled(interface: Interface) {
    metrics::counter!(UNJOURNALLED, "interface" => interface.name()).increment(1);
}

pub(crate) fn downloaded(status: u16) {
    metrics::counter!(DOWNLOADS, "status" => status.to_string()).increment(1);
}
