use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use super::RenderError;

/// The code on the page as SVG; its content is a text that a phone shows.
pub(super) fn drawn(content: &str) -> Result<String, RenderError> {
    // Level M restores 15 % of damage, enough for a printed page, and keeps the modules large.
    let code = QrCode::with_error_correction_level(content, EcLevel::M).map_err(|_| RenderError::QrCode)?;
    let width = code.width();
    let dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    let mut path = String::new();
    for area in areas(dark, width) {
        // Writing to a text does not fail.
        let _ = write!(path, "M{} {}h{}v{}h-{}z", area.left, area.top, area.wide, area.high, area.wide);
    }
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{width}h-{width}z"/><path fill="#000" d="{path}"/></svg>"##
    ))
}

/// Dark modules that make one rectangle, in modules.
#[derive(Debug, PartialEq, Eq)]
struct Area {
    left: usize,
    top: usize,
    wide: usize,
    high: usize,
}

/// The dark modules as few rectangles: each goes as far right as it can, and then down. A module by itself would cost the page
/// four times as many.
fn areas(mut dark: Vec<bool>, width: usize) -> Vec<Area> {
    let mut areas = Vec::new();
    for top in 0..width {
        for left in 0..width {
            let row = |dark: &[bool], top: usize| {
                let begin = top * width + left;
                dark.get(begin..(top + 1) * width)
                    .map_or(0, |row| row.iter().take_while(|module| **module).count())
            };
            let wide = row(&dark, top);
            if wide == 0 {
                continue;
            }
            let high = (top..width).take_while(|&top| row(&dark, top) >= wide).count();
            for row in top..top + high {
                dark[row * width + left..row * width + left + wide].fill(false);
            }
            areas.push(Area { left, top, wide, high });
        }
    }
    areas
}

/// What a guarantee's code says. ASCII alone, so that every reader shows the same.
pub(super) fn content(guarantee_no: &str, digest: &str) -> String {
    format!("BH:{guarantee_no}\nSM3:{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_cover_the_dark_modules_once_and_nothing_else() {
        let code =
            QrCode::with_error_correction_level(content("BH2026030200000001", &"a7".repeat(32)), EcLevel::M)
                .unwrap();
        let width = code.width();
        let dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        let areas = areas(dark.clone(), width);
        let mut covered = vec![false; width * width];
        for area in &areas {
            for row in area.top..area.top + area.high {
                for module in &mut covered[row * width + area.left..row * width + area.left + area.wide] {
                    assert!(!std::mem::replace(module, true), "covered twice");
                }
            }
        }
        assert_eq!(covered, dark);
        assert!(areas.len() * 2 < dark.iter().filter(|module| **module).count());
    }

    #[test]
    fn a_square_is_one_area() {
        assert_eq!(areas(vec![true; 9], 3), [Area { left: 0, top: 0, wide: 3, high: 3 }]);
        assert!(areas(vec![false; 9], 3).is_empty());
    }
}
