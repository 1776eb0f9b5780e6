/// How many checkpoints there are.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, exact up to 2^53 checkpoints")]
pub(crate) fn newest(number: u64) {
    metrics::gauge!("baohan_seal_position").set(number as f64);
}

/// A checkpoint was made here.
pub(crate) fn made() {
    metrics::counter!("baohan_seal_checkpoints_total").increment(1);
}

/// How many events of the store no checkpoint covers.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, exact up to 2^53 events")]
pub(crate) fn unsealed(events: u64) {
    metrics::gauge!("baohan_seal_lag_events").set(events as f64);
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, exact up to 2^53 checkpoints")]
pub(crate) fn counted(number: u64) {
    metrics::gauge!("baohan_seal_counted_position").set(number as f64);
}

pub(crate) fn stopped(is_stopped: bool) {
    metrics::gauge!("baohan_seal_stopped").set(if is_stopped { 1.0 } else { 0.0 });
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, exact up to 2^53 checkpoints")]
pub(crate) fn taken(outlet: &str, number: u64) {
    metrics::gauge!("baohan_seal_outlet_position", "outlet" => outlet.to_owned()).set(number as f64);
}

pub(crate) fn outlet_stopped(outlet: &str, is_stopped: bool) {
    metrics::gauge!("baohan_seal_outlet_stopped", "outlet" => outlet.to_owned()).set(if is_stopped {
        1.0
    } else {
        0.0
    });
}

pub(crate) fn failed(outlet: &str, code: &'static str) {
    metrics::counter!("baohan_seal_outlet_failures_total", "outlet" => outlet.to_owned(), "code" => code)
        .increment(1);
}
