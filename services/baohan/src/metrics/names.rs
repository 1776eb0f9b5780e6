/// What kind of metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A distribution.
    Histogram,
}

/// A metric, as `docs/metrics.md` tells it.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Its unit.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the page tells it, and the recorder has no place for it")
    )]
    pub unit: &'static str,
    /// Its labels.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the page tells them, and the recorder has no place for them")
    )]
    pub labels: &'static str,
    /// What it tells.
    pub meaning: &'static str,
}

const fn metric(
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    labels: &'static str,
    meaning: &'static str,
) -> Metric {
    Metric { name, kind, unit, labels, meaning }
}

/// Every metric of the program, wherever it is counted.
pub const ALL: &[Metric] = &[
    metric(
        "baohan_log_head_age_seconds",
        Kind::Gauge,
        "seconds",
        "shard",
        "age of the newest event: whether the head moves",
    ),
    metric("baohan_log_head_position", Kind::Gauge, "events", "shard", "position of the newest event"),
    metric(
        "baohan_projection_lag_events",
        Kind::Gauge,
        "events",
        "projection, shard",
        "events that are not applied yet",
    ),
    metric(
        "baohan_projection_lag_seconds",
        Kind::Gauge,
        "seconds",
        "projection, shard",
        "how long the first of them waits",
    ),
    metric(
        "baohan_projection_from_kafka",
        Kind::Gauge,
        "0 or 1",
        "projection, shard",
        "1: the last events were read from the topic, 0: from the store",
    ),
    metric(
        "baohan_projection_rebuild_events_left",
        Kind::Gauge,
        "events",
        "projection",
        "what is built anew beside it still lacks; 0 where nothing is built",
    ),
    metric(
        "baohan_projection_stopped",
        Kind::Gauge,
        "0 or 1",
        "projection, shard",
        "1: stopped at an event that cannot be applied",
    ),
    metric(
        "baohan_relay_position",
        Kind::Gauge,
        "events",
        "shard",
        "newest position on the topic, where this process publishes the shard",
    ),
    metric("baohan_relay_lag_events", Kind::Gauge, "events", "shard", "events that are not on the topic yet"),
    metric("baohan_relay_lag_seconds", Kind::Gauge, "seconds", "shard", "how long the first of them waits"),
    metric(
        "baohan_relay_stopped",
        Kind::Gauge,
        "0 or 1",
        "shard",
        "1: topic and store differ, nothing is published",
    ),
    metric(
        "baohan_relay_transactions_total",
        Kind::Counter,
        "transactions",
        "shard",
        "transactions that were committed",
    ),
    metric(
        "baohan_relay_failures_total",
        Kind::Counter,
        "failures",
        "shard, code",
        "how often publishing was broken off",
    ),
    metric("baohan_gateway_calls_total", Kind::Counter, "calls", "interface, outcome", "platforms' calls"),
    metric(
        "baohan_gateway_call_seconds",
        Kind::Histogram,
        "seconds",
        "interface",
        "from the headers to the answer",
    ),
    metric(
        "baohan_gateway_refusals_total",
        Kind::Counter,
        "calls",
        "interface, cause",
        "calls answered with code 0, by the code of the fault or the refusal",
    ),
    metric(
        "baohan_gateway_unjournalled_total",
        Kind::Counter,
        "calls",
        "interface",
        "calls whose entry in the journal could not be written",
    ),
    metric(
        "baohan_gateway_downloads_total",
        Kind::Counter,
        "downloads",
        "status",
        "downloads of documents, by HTTP status",
    ),
    metric(
        "baohan_office_calls_total",
        Kind::Counter,
        "calls",
        "route, status, code",
        "the house's calls; `code` is the problem's, empty for none",
    ),
    metric("baohan_office_call_seconds", Kind::Histogram, "seconds", "route", "from the call to the answer"),
    metric(
        "baohan_notice_age_seconds",
        Kind::Gauge,
        "seconds",
        "",
        "age of the oldest notice that is not delivered",
    ),
    metric(
        "baohan_notice_attempts_total",
        Kind::Counter,
        "attempts",
        "platform, interface, outcome",
        "deliveries that were tried",
    ),
    metric(
        "baohan_notice_duration_seconds",
        Kind::Histogram,
        "seconds",
        "interface",
        "how long platforms take to answer a notice",
    ),
    metric(
        "baohan_circuit_state",
        Kind::Gauge,
        "0, 0.5 or 1",
        "platform",
        "0: calls go to the platform; 1: they pause; 0.5: one tries",
    ),
    metric(
        "baohan_section_polls_total",
        Kind::Counter,
        "polls",
        "platform, outcome",
        "questions for exceptions of sections",
    ),
    metric(
        "baohan_worker_pieces_total",
        Kind::Counter,
        "pieces",
        "worker, outcome",
        "pieces of work that happen without a call",
    ),
    metric("baohan_seal_position", Kind::Gauge, "checkpoints", "", "number of the newest checkpoint"),
    metric(
        "baohan_seal_counted_position",
        Kind::Gauge,
        "checkpoints",
        "",
        "newest checkpoint that counts by the policy of witnesses",
    ),
    metric("baohan_seal_lag_events", Kind::Gauge, "events", "", "events that no checkpoint covers yet"),
    metric(
        "baohan_seal_checkpoints_total",
        Kind::Counter,
        "checkpoints",
        "",
        "checkpoints that this process has made",
    ),
    metric(
        "baohan_seal_stopped",
        Kind::Gauge,
        "0 or 1",
        "",
        "1: nothing is sealed until somebody decides: the key is gone or another, or the store contradicts its checkpoints",
    ),
    metric(
        "baohan_seal_outlet_position",
        Kind::Gauge,
        "checkpoints",
        "outlet",
        "newest checkpoint on the topic, in the folder, at a witness",
    ),
    metric(
        "baohan_seal_outlet_stopped",
        Kind::Gauge,
        "0 or 1",
        "outlet",
        "1: what is there contradicts the store, and nothing more is taken there",
    ),
    metric(
        "baohan_seal_outlet_failures_total",
        Kind::Counter,
        "failures",
        "outlet, code",
        "how often checkpoints could not be taken there",
    ),
    metric(
        "baohan_witness_answers_total",
        Kind::Counter,
        "answers",
        "ledger, outcome",
        "what this witness answered; `co-signed`, or why not",
    ),
    metric(
        "baohan_turn_held",
        Kind::Gauge,
        "0 or 1",
        "turn",
        "1: this process does it; of all processes one at most says so",
    ),
    metric(
        "baohan_turn_losses_total",
        Kind::Counter,
        "turns",
        "turn",
        "turns that ended while this process still had them",
    ),
    metric(
        "baohan_turn_idle_seconds",
        Kind::Gauge,
        "seconds",
        "turn",
        "for how long nobody has had a turn that somebody had",
    ),
];

/// Tells the recorder what each metric means.
pub fn describe() {
    for Metric { name, kind, meaning, .. } in ALL {
        match kind {
            Kind::Counter => metrics::describe_counter!(*name, *meaning),
            Kind::Gauge => metrics::describe_gauge!(*name, *meaning),
            Kind::Histogram => metrics::describe_histogram!(*name, *meaning),
        }
    }
}

impl Kind {
    /// The word in the documentation.
    #[cfg(test)]
    fn word(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    const PAGE: &str = include_str!("../../../../docs/metrics.md");

    fn row(metric: &Metric) -> String {
        let Metric { name, kind, unit, labels, meaning } = metric;
        format!("| `{name}` | {} | {unit} | {labels} | {meaning} |", kind.word())
    }

    #[test]
    fn the_page_lists_exactly_these() {
        let expected: Vec<String> = ALL.iter().map(row).collect();
        let listed: Vec<&str> = PAGE.lines().filter(|line| line.starts_with("| `baohan_")).collect();
        assert_eq!(listed, expected, "docs/metrics.md is to read:\n{}", expected.join("\n"));
    }

    /// Names between quotes in the sources of all crates.
    fn named_in(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                named_in(&path, names);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("metrics/names.rs")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let quoted = code.split('"').skip(1).step_by(2);
                names.extend(quoted.filter(|text| is_name(text)).map(str::to_owned));
            }
        }
    }

    fn is_name(text: &str) -> bool {
        let suffixes =
            ["_total", "_seconds", "_events", "_position", "_state", "_stopped", "_held", "_kafka", "_left"];
        text.starts_with("baohan_")
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            && suffixes.iter().any(|suffix| text.ends_with(suffix))
    }

    #[test]
    fn every_metric_that_a_crate_counts_is_listed_and_the_other_way_round() {
        let top = Path::new("../..");
        let mut found = BTreeSet::new();
        for part in ["services", "projections"] {
            for entry in walk(&top.join(part)) {
                named_in(&entry, &mut found);
            }
        }
        let listed: BTreeSet<String> = ALL.iter().map(|metric| metric.name.to_owned()).collect();
        assert_eq!(found, listed);
    }

    /// The `src` folders below a folder, this list's own apart.
    fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
        let own = folder.join("src");
        if own.is_dir() {
            return vec![own];
        }
        let below = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        below.filter(|path| path.is_dir()).flat_map(|path| walk(&path)).collect()
    }
}
