use baohan_servers::{Kafka, Security, fresh_prefix};
use baohan_topics::{EventReader, Settings, end_of, ensure};

use crate::stage::{Hand, WITHIN};

#[tokio::test(flavor = "multi_thread")]
async fn passwords_and_certificates_go_through_the_properties() {
    let kafka = Kafka::start_secured().await;
    for security in
        [Security::SaslPlain, Security::Scram256, Security::Scram512, Security::Tls, Security::ScramOverTls]
    {
        let access = kafka.access(security);
        let mut settings = Settings::new(access.brokers, fresh_prefix());
        settings.properties = access.properties;
        ensure(&settings, 1).await.unwrap();
        Hand::of(&settings, 0).await.publish(1..=3);
        assert_eq!(end_of(&settings, 0).await.unwrap().last.unwrap().event.position, 3, "{security:?}");
        let mut reader = EventReader::open(&settings, 0, 0).await.unwrap();
        assert_eq!(reader.next(3, WITHIN).await.unwrap().len(), 3, "{security:?}");
    }
    let access = kafka.access(Security::Scram512);
    let mut wrong = Settings::new(access.brokers, fresh_prefix());
    wrong.properties = access.properties;
    wrong.properties.insert("sasl.password".to_owned(), "not-the-password".to_owned());
    let refused = ensure(&wrong, 1).await.unwrap_err();
    assert_eq!(refused.code(), "kafka-unavailable");
    assert!(!format!("{refused:?}{wrong:?}").contains("not-the-password"));
}
