use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::console::{Record, console_consumer};
use crate::kafka::Kafka;
use crate::postgres::{Database, Postgres};

/// The broker that the tests of one process share.
#[derive(Clone, Debug)]
pub struct Broker {
    /// `127.0.0.1:PORT`, plain text.
    pub brokers: String,
}

impl Broker {
    /// What a topic holds by Kafka's own console consumer: see [`console_consumer`].
    pub async fn console_consumer(&self, topic: &str, at_least: usize) -> Vec<Record> {
        console_consumer(&self.brokers, topic, at_least).await
    }
}

/// A fresh database in the cluster that the tests of this process share.
pub async fn database() -> Database {
    static CLUSTER: OnceCell<Postgres> = OnceCell::const_new();
    CLUSTER.get_or_init(Postgres::quick).await.database().await
}

/// The broker that the tests of this process share. Topics of a test stand under a prefix of its own: [`fresh_prefix`].
pub async fn kafka() -> Broker {
    static BROKER: OnceCell<Kafka> = OnceCell::const_new();
    Broker { brokers: BROKER.get_or_init(Kafka::start).await.brokers() }
}

/// A prefix of topics that nobody else has.
pub fn fresh_prefix() -> String {
    format!("test-{}", Uuid::new_v4().simple())
}
