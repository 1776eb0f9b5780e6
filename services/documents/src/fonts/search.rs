use std::path::PathBuf;

use ttf_parser::name_id;

/// Font folders nest a few levels: `opentype/noto`, `truetype/dejavu`.
const DEPTH_MAX: usize = 6;
/// More fonts than any desktop has; a folder given by mistake (`/`) must not hold the start up for ever.
const FILES_MAX: usize = 20_000;

/// Where systems keep fonts.
pub(super) fn system_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"]
            .into_iter()
            .map(PathBuf::from)
            .collect();
    if let Some(home) = std::env::home_dir() {
        folders.extend([".local/share/fonts", ".fonts", "Library/Fonts"].map(|folder| home.join(folder)));
    }
    folders.retain(|folder| folder.is_dir());
    folders
}

/// The font files under `folders`, in a stable order.
pub(super) fn files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting: Vec<(PathBuf, usize)> = folders.iter().rev().map(|folder| (folder.clone(), 0)).collect();
    while let Some((folder, depth)) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort_unstable();
        for path in paths {
            if files.len() >= FILES_MAX {
                return files;
            }
            if path.is_dir() {
                if depth < DEPTH_MAX {
                    waiting.push((path, depth + 1));
                }
            } else if is_font(&path) {
                files.push(path);
            }
        }
    }
    files
}

fn is_font(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|ending| {
        ["ttc", "otc", "ttf", "otf"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// The indices of a file's faces, all or those of the family `wanted`: reads the name table alone.
pub(super) fn faces(bytes: &[u8], wanted: Option<&str>) -> Vec<u32> {
    let count = ttf_parser::fonts_in_collection(bytes).unwrap_or(1);
    (0..count)
        .filter(|index| {
            let Some(wanted) = wanted else { return true };
            ttf_parser::Face::parse(bytes, *index).is_ok_and(|face| {
                let names = face.names().into_iter();
                names
                    .filter(|name| matches!(name.name_id, name_id::FAMILY | name_id::TYPOGRAPHIC_FAMILY))
                    .any(|name| name.to_string().is_some_and(|name| name == wanted))
            })
        })
        .collect()
}

/// Another face of the collection that is drawn with the very outlines of the face `index`, if there is one. The CJK families
/// hold a face a region over one table of outlines; by the text's language (OpenType, feature `locl`) each shows every region's forms.
pub(super) fn twin(bytes: &[u8], index: u32) -> Option<u32> {
    let outlines = |index| {
        let face = ttf_parser::RawFace::parse(bytes, index).ok()?;
        face.table(ttf_parser::Tag::from_bytes(b"CFF "))
    };
    let own = outlines(index)?;
    let count = ttf_parser::fonts_in_collection(bytes)?;
    (0..count).find(|other| *other != index && outlines(*other).is_some_and(|other| std::ptr::eq(other, own)))
}
