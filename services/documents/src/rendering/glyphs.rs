use typst::layout::{Frame, FrameItem};
use typst_layout::PagedDocument;

/// Characters named in an error: the first ones tell enough.
const CHARACTERS_MAX: usize = 10;

/// The characters that the document shows as boxes, since no font has them.
pub(super) fn missing(document: &PagedDocument) -> Vec<char> {
    let mut characters = Vec::new();
    for page in document.pages() {
        walk(&page.frame, &mut characters);
    }
    characters
}

fn walk(frame: &Frame, characters: &mut Vec<char>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => walk(&group.frame, characters),
            // Glyph 0 is the box of every font (OpenType, `.notdef`).
            FrameItem::Text(text) => {
                for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
                    for character in text.text.get(glyph.range()).unwrap_or_default().chars() {
                        if characters.len() < CHARACTERS_MAX && !characters.contains(&character) {
                            characters.push(character);
                        }
                    }
                }
            }
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}
