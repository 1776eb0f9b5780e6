use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use super::RenderError;

/// Units a module: the drawing is scaled anyway.
const MODULE_UNITS: u32 = 4;

/// The code on the page as SVG: guarantee number and digest of the particulars, as text that a phone shows.
pub(super) fn drawn(guarantee_no: &str, digest: &str) -> Result<String, RenderError> {
    // Level M restores 15 % of damage, enough for a printed page, and keeps the modules large.
    let code = QrCode::with_error_correction_level(content(guarantee_no, digest), EcLevel::M)
        .map_err(|_| RenderError::QrCode)?;
    Ok(code
        .render::<svg::Color<'_>>()
        .quiet_zone(false)
        .module_dimensions(MODULE_UNITS, MODULE_UNITS)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build())
}

/// ASCII alone, so that every reader shows the same.
fn content(guarantee_no: &str, digest: &str) -> String {
    format!("BH:{guarantee_no}\nSM3:{digest}")
}
