use uuid::Uuid;

/// Counts an answer by its outcome: `co-signed`, or the reason of the refusal.
pub(crate) fn answered(ledger: Uuid, outcome: &'static str) {
    metrics::counter!("baohan_witness_answers_total", "ledger" => ledger.to_string(), "outcome" => outcome)
        .increment(1);
}
