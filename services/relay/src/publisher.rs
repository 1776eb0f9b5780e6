use std::sync::Arc;

use baohan_log::Tenure;
use baohan_topics::Settings;

use crate::failure::Failure;
use crate::hand::Hand;
use crate::producer::ShardProducer;

/// The producer of a shard, on a thread of its own, as long as the turn is held.
pub(crate) struct Publisher {
    hand: Hand,
    producer: Arc<ShardProducer>,
    tenure: Arc<Tenure>,
}

impl Publisher {
    /// Shuts out whoever published before.
    pub(crate) async fn open(settings: Settings, shard: u16, tenure: &Arc<Tenure>) -> Result<Self, Failure> {
        let hand = Hand::new(format!("relay send {shard}"))?;
        let producer = hand.does(move || ShardProducer::open(&settings, shard)).await??;
        Ok(Self { hand, producer: Arc::new(producer), tenure: Arc::clone(tenure) })
    }

    /// Does something with the producer, after what was begun before.
    pub(crate) async fn does(
        &self,
        work: impl FnOnce(&ShardProducer, &Tenure) -> Result<(), Failure> + Send + 'static,
    ) -> Result<(), Failure> {
        let (producer, tenure) = (Arc::clone(&self.producer), Arc::clone(&self.tenure));
        self.hand.does(move || work(&producer, &tenure)).await?
    }

    /// Ends the producer, and where a transaction may be open gives it up first. It says good-bye to its brokers, which may take a
    /// moment: nobody waits for it.
    pub(crate) fn end(self, is_open: bool) {
        let Self { hand, producer, .. } = self;
        hand.begins(move || {
            if is_open {
                producer.give_up();
            }
        });
    }
}
