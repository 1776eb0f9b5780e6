//! The one shape of every list.

use baohan_projections::Page;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listed<T: ToSchema> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; null where this is the last.
    pub next_cursor: Option<String>,
}

impl<T: ToSchema> Listed<T> {
    /// All there is.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

impl<T: ToSchema> From<Page<T>> for Listed<T> {
    fn from(page: Page<T>) -> Self {
        Self { items: page.items, next_cursor: page.next_cursor }
    }
}
