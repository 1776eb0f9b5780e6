//! A whole ledger out of one store and into another: what there is to carry, in which order, and where it came from.

mod backup;
mod dump;
mod item;
mod load;
mod origin;

pub use backup::Backup;
pub use dump::Dump;
pub use item::{Beside, Item, Kept};
pub use load::Load;
pub(crate) use origin::OriginRow;
pub use origin::{Origin, ShardHead, Standing};
