use crate::error::Error;
use crate::log::Log;
use crate::store::each;

impl Log {
    /// How far a consumer has read a shard; 0: not begun. For consumers whose rows live in this store; a projection with a
    /// database of its own keeps its checkpoint there.
    pub async fn checkpoint(&self, consumer: &str, shard: u16) -> Result<u64, Error> {
        each!(self.store(), store => store.checkpoint(consumer, shard).await)
    }

    /// Moves a consumer on; never back. Answers where it stands.
    pub async fn move_checkpoint(&self, consumer: &str, shard: u16, position: u64) -> Result<u64, Error> {
        each!(self.store(), store => store.move_checkpoint(consumer, shard, position).await)
    }
}
