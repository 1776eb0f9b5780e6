use baohan_log::Log;

use crate::error::Error;

/// The newest position of each shard, asked of the store: other processes append as well.
pub(crate) async fn of(log: &Log) -> Result<Vec<u64>, Error> {
    Ok(log.heads().await?)
}
