//! Looks at a PDF through poppler's tools, as a reader would.

use std::path::PathBuf;
use std::process::Command;

use baohan_documents::{Disclosed, Particulars, RenderError, Rendered, Renderer, RendererOptions, specimens};
use tempfile::TempDir;

/// A rendered document on disk.
pub struct Paper {
    folder: TempDir,
}

impl Paper {
    pub fn of(rendered: &Rendered) -> Self {
        Self::from_pdf(&rendered.pdf)
    }

    pub fn from_pdf(pdf: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("paper.pdf"), pdf).unwrap();
        Self { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("paper.pdf")
    }

    /// All text without blanks: where lines break is no matter of the content.
    pub fn text(&self) -> String {
        let text = poppler("pdftotext", &["-enc", "UTF-8", self.file().to_str().unwrap(), "-"]);
        text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200B}').collect()
    }

    /// The text of each page without blanks.
    pub fn pages(&self) -> Vec<String> {
        let text = poppler("pdftotext", &["-enc", "UTF-8", self.file().to_str().unwrap(), "-"]);
        let blank = |c: &char| !c.is_whitespace() && *c != '\u{200B}';
        text.split('\u{c}')
            .map(|page| page.chars().filter(blank).collect())
            .filter(|page: &String| !page.is_empty())
            .collect()
    }

    /// What stands in the file beside its pages.
    pub fn information(&self) -> String {
        poppler("pdfinfo", &[self.file().to_str().unwrap()])
    }

    /// The names of the fonts that the file holds parts of.
    pub fn fonts(&self) -> Vec<String> {
        let table = poppler("pdffonts", &[self.file().to_str().unwrap()]);
        // Two lines of heading.
        table.lines().skip(2).filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    }

    /// Left, top, right, bottom of each word, with the width and height of its page, in points.
    pub fn words(&self) -> Vec<([f64; 4], [f64; 2])> {
        let page = poppler("pdftotext", &["-bbox", self.file().to_str().unwrap(), "-"]);
        let number = |line: &str, name: &str| {
            let rest = line.split_once(&format!("{name}=\"")).unwrap().1;
            rest.split_once('"').unwrap().0.parse::<f64>().unwrap()
        };
        let mut size = [0.0; 2];
        let mut words = Vec::new();
        for line in page.lines().map(str::trim) {
            if line.starts_with("<page ") {
                size = [number(line, "width"), number(line, "height")];
            } else if line.starts_with("<word ") {
                words.push((["xMin", "yMin", "xMax", "yMax"].map(|name| number(line, name)), size));
            }
        }
        words
    }

    /// The first page as width, height and grey values.
    pub fn picture(&self) -> (usize, usize, Vec<u8>) {
        self.picture_of(1)
    }

    /// A page as width, height and grey values.
    pub fn picture_of(&self, page: usize) -> (usize, usize, Vec<u8>) {
        let picture = self.folder.path().join("page");
        let (file, target) = (self.file(), picture.to_str().unwrap().to_owned());
        let page = page.to_string();
        let file = file.to_str().unwrap();
        poppler("pdftoppm", &["-r", "150", "-gray", "-singlefile", "-f", &page, "-l", &page, file, &target]);
        let bytes = std::fs::read(picture.with_extension("pgm")).unwrap();
        // "P5\nWIDTH HEIGHT\n255\n", then a byte a pixel.
        let mut lines = bytes.splitn(4, |byte| *byte == b'\n');
        assert_eq!(lines.next().unwrap(), b"P5");
        let size = String::from_utf8(lines.next().unwrap().to_vec()).unwrap();
        let (width, height) = size.split_once(' ').unwrap();
        let pixels = lines.nth(1).unwrap().to_vec();
        (width.parse().unwrap(), height.parse().unwrap(), pixels)
    }
}

fn poppler(tool: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool).args(arguments).output().unwrap_or_else(|error| {
        panic!("{tool} does not run ({error}): install the Debian package poppler-utils")
    });
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub fn sealed() -> Particulars {
    let [sealed, _] = specimens();
    sealed
}

pub fn plain() -> Particulars {
    let [_, plain] = specimens();
    plain
}

/// Without anything that may be absent.
pub fn bare() -> Particulars {
    Particulars {
        applicant_code: None,
        section_no: None,
        section_name: None,
        beneficiary_name: None,
        beneficiary_code: None,
        payer: None,
        ..plain()
    }
}

pub fn named(name: &str) -> Particulars {
    Particulars { applicant_name: Disclosed::Clear(name.to_owned()), ..plain() }
}

pub fn render(particulars: &Particulars) -> Result<Rendered, RenderError> {
    Renderer::new(RendererOptions::default()).render_blocking(particulars)
}

pub fn print(particulars: &Particulars) -> Paper {
    Paper::of(&render(particulars).unwrap())
}
