use baohan_topics::{Error, Settings, check, ensure};

use super::Finding;

/// What this line is about.
const SUBJECT: &str = "kafka";

/// Whether the brokers answer and the topics are as the contract needs them; `prepare` makes those that are missing.
pub async fn examine(settings: &Settings, shards: Option<u16>, prepare: bool) -> Vec<Finding> {
    let Some(shards) = shards else {
        return vec![Finding::warning(
            SUBJECT,
            "not looked at: how many partitions it needs, the store would say",
        )];
    };
    let found = if prepare { ensure(settings, shards).await } else { check(settings, shards).await };
    let topics = settings.topics();
    match found {
        Ok(findings) if findings.is_empty() => {
            let text = format!(
                "{} answers; {} and {} are as they must be",
                settings.brokers, topics.events, topics.state
            );
            vec![Finding::well(SUBJECT, text)]
        }
        Ok(findings) | Err(Error::Topics(findings)) => findings.iter().map(told).collect(),
        Err(error) => {
            vec![Finding::broken(SUBJECT, format!("{}: {:#}", settings.brokers, anyhow::Error::from(error)))]
        }
    }
}

fn told(finding: &baohan_topics::Finding) -> Finding {
    let is_missing = finding.found == "missing";
    let help = if is_missing { "; the relay makes it, and `baohan doctor --prepare` does now" } else { "" };
    let text = format!("{finding}{help}");
    match (finding.refuses, is_missing) {
        (true, false) => Finding::broken(SUBJECT, text),
        _ => Finding::warning(SUBJECT, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Health;

    fn finding(found: &str, refuses: bool) -> baohan_topics::Finding {
        baohan_topics::Finding {
            topic: "guarantee.events".into(),
            key: "partitions".into(),
            found: found.into(),
            wanted: "8".into(),
            refuses,
        }
    }

    #[test]
    fn a_topic_that_is_missing_is_no_fault_and_one_that_breaks_the_contract_is() {
        assert_eq!(told(&finding("missing", true)).health, Health::Warning);
        assert!(told(&finding("missing", true)).text.contains("--prepare"));
        assert_eq!(told(&finding("3", true)).health, Health::Broken);
        assert_eq!(told(&finding("3", false)).health, Health::Warning);
    }

    #[tokio::test]
    async fn brokers_that_are_not_there_are_named() {
        let settings = Settings::new("127.0.0.1:1", "guarantee");
        let found = examine(&settings, Some(8), false).await;
        assert_eq!(found[0].health, Health::Broken);
        assert!(found[0].text.contains("127.0.0.1:1"), "{}", found[0].text);
    }
}
