use baohan_servers::until;
use baohan_topics::{Error, check, ensure};

use crate::stage::{WITHIN, fresh, make_topic};

#[tokio::test(flavor = "multi_thread")]
async fn missing_topics_are_made_as_they_must_be() {
    let settings = fresh().await;
    let missing = check(&settings, 3).await.unwrap();
    assert_eq!(missing.len(), 3, "{missing:?}");
    assert!(missing.iter().all(|finding| finding.refuses && finding.found == "missing"));
    assert_eq!(ensure(&settings, 3).await.unwrap(), []);
    assert_eq!(check(&settings, 3).await.unwrap(), []);
    // And again, when they are there.
    assert_eq!(ensure(&settings, 3).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_make_them_at_once_are_both_content() {
    let settings = fresh().await;
    let (one, other) = tokio::join!(ensure(&settings, 2), ensure(&settings, 2));
    assert_eq!((one.unwrap(), other.unwrap()), (Vec::new(), Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_number_of_partitions_is_refused_and_both_numbers_are_named() {
    let settings = fresh().await;
    make_topic(&settings, &settings.topics().events, 5, &[("retention.ms", "-1")]).await;
    let refused = ensure(&settings, 8).await.unwrap_err();
    assert_eq!(refused.code(), "topic-misconfigured");
    let text = refused.to_string();
    assert!(text.contains(&settings.topics().events) && text.contains("partitions is 5"), "{text}");
    assert!(text.contains("must be 8"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_would_be_compacted_away_are_refused_and_a_retention_is_advised_against() {
    let settings = fresh().await;
    let config = [("cleanup.policy", "compact"), ("retention.ms", "604800000")];
    make_topic(&settings, &settings.topics().events, 1, &config).await;
    let Err(Error::Topics(findings)) = ensure(&settings, 1).await else { panic!("it is let through") };
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!((findings[0].key.as_str(), findings[0].found.as_str()), ("cleanup.policy", "compact"));
    let advised: Vec<_> = until("the other topics are seen", WITHIN, async || {
        let findings = check(&settings, 1).await.unwrap();
        findings.iter().all(|finding| finding.found != "missing").then_some(findings)
    })
    .await;
    let advised: Vec<_> = advised.into_iter().filter(|finding| !finding.refuses).collect();
    assert!(
        advised.iter().any(|finding| finding.key == "retention.ms" && finding.wanted == "-1"),
        "{advised:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_not_there_is_told_as_such() {
    let mut settings = fresh().await;
    "127.0.0.1:1".clone_into(&mut settings.brokers);
    let away = ensure(&settings, 1).await.unwrap_err();
    assert_eq!(away.code(), "kafka-unavailable");
    assert!(away.is_passing());
}
