use baohan_log::{Log, Options};

use crate::config::Store;

use super::Finding;
