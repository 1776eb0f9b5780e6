//! Pages of lists: keyset cursors over values that never change, so that a page stays where it is while others write.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use uuid::Uuid;

use crate::error::Error;

/// The most items of a page: an answer of about a megabyte.
pub const LIMIT_MAX: u32 = 1_000;
/// The items of a page when nobody says how many.
pub const LIMIT_DEFAULT: u32 = 100;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Default)]
pub struct Slice {
    /// How many items, 1 to [`LIMIT_MAX`]; [`LIMIT_DEFAULT`] if nobody says. Other numbers are brought into the bounds.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; nothing where this is the last.
    pub next_cursor: Option<String>,
}

impl Slice {
    /// The first page with so many items.
    #[must_use]
    pub fn first(limit: u32) -> Self {
        Self { limit: Some(limit), cursor: None }
    }

    /// How many items, within the bounds.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX)
    }

    pub(crate) fn after(&self, list: List) -> Result<Option<Key>, Error> {
        self.cursor.as_deref().map(|cursor| Key::read(list, cursor)).transpose()
    }
}

/// The lists; a cursor of one is none of another.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub(crate) enum List {
    Guarantees = b'g',
    Timeline = b't',
    Notices = b'n',
    DueNotices = b'd',
    Claims = b'c',
    Invoices = b'i',
    Work = b'w',
}

/// An item's place in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    pub at: i64,
    pub id: Uuid,
    pub number: i64,
}

const KEY_BYTES: usize = 1 + 8 + 16 + 8;

impl Key {
    pub(crate) fn write(self, list: List) -> String {
        let mut bytes = Vec::with_capacity(KEY_BYTES);
        bytes.push(list as u8);
        bytes.extend_from_slice(&self.at.to_be_bytes());
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(&self.number.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(list: List, cursor: &str) -> Result<Self, Error> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Error::Cursor)?;
        let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| Error::Cursor)?;
        if bytes[0] != list as u8 {
            return Err(Error::Cursor);
        }
        let number = |from: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&bytes[from..from + 8]);
            i64::from_be_bytes(eight)
        };
        let mut id = [0; 16];
        id.copy_from_slice(&bytes[9..25]);
        Ok(Self { at: number(1), id: Uuid::from_bytes(id), number: number(25) })
    }
}

/// Cuts what was read (one more than the page holds) to the page.
pub(crate) fn page<T>(mut rows: Vec<(Key, T)>, limit: u32, list: List) -> Page<T> {
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = if more { rows.last().map(|(key, _)| key.write(list)) } else { None };
    Page { items: rows.into_iter().map(|(_, item)| item).collect(), next_cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = Key { at: -7, id: Uuid::from_u128(42), number: i64::MAX };

    #[test]
    fn a_cursor_leads_back_to_its_key() {
        let slice = Slice { limit: None, cursor: Some(KEY.write(List::Claims)) };
        assert_eq!(slice.after(List::Claims).unwrap(), Some(KEY));
    }

    #[test]
    fn a_cursor_of_another_list_or_of_nothing_is_refused() {
        for cursor in [KEY.write(List::Claims), String::new(), "%".to_owned(), "AAAA".to_owned()] {
            let slice = Slice { limit: None, cursor: Some(cursor) };
            assert!(matches!(slice.after(List::Notices), Err(Error::Cursor)));
        }
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let rows = |count: u8| (0..count).map(|item| (KEY, item)).collect::<Vec<_>>();
        assert_eq!(page(rows(3), 3, List::Work).next_cursor, None);
        let first = page(rows(4), 3, List::Work);
        assert_eq!((first.items.len(), first.next_cursor.is_some()), (3, true));
    }

    #[test]
    fn limits_are_brought_into_the_bounds() {
        assert_eq!(Slice::first(0).limit(), 1);
        assert_eq!(Slice::first(u32::MAX).limit(), LIMIT_MAX);
        assert_eq!(Slice::default().limit(), LIMIT_DEFAULT);
    }
}
