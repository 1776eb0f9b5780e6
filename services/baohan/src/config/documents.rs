//! `[documents]`: where guarantee files lie and what they are made from.

use std::path::PathBuf;

use super::section::Section;

/// Guarantee documents.
#[derive(Debug, Clone)]
pub struct Documents {
    /// `file:FOLDER` or `s3://BUCKET/PREFIX`.
    pub url: String,
    /// A folder whose templates take the place of the built-in ones.
    pub templates: Option<PathBuf>,
    /// Folders with typefaces, beside the system's.
    pub fonts: Vec<PathBuf>,
}

impl Documents {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let url = section.parsed("url", "file:data/documents".to_owned(), checked);
        let templates =
            section.optional_text("templates").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        if let Some(folder) = templates.as_deref().filter(|folder| !folder.is_dir()) {
            section.wrong("templates", &format!("{} is no folder", folder.display()), None);
        }
        let fonts: Vec<PathBuf> = section.texts("fonts", &[]).into_iter().map(PathBuf::from).collect();
        for (index, folder) in fonts.iter().enumerate().filter(|(_, folder)| !folder.is_dir()) {
            section.wrong(&format!("fonts.{index}"), &format!("{} is no folder", folder.display()), None);
        }
        Self { url, templates, fonts }
    }
}

fn checked(url: &str) -> Result<String, String> {
    let named = |rest: &str| !rest.trim_matches('/').is_empty();
    match url.split_once(':') {
        Some(("file", folder)) if named(folder) => Ok(url.to_owned()),
        Some(("s3", bucket)) if bucket.starts_with("//") && named(bucket) => Ok(url.to_owned()),
        _ => Err(format!("\"{url}\" is no place for documents: file:FOLDER or s3://BUCKET/PREFIX")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_lie_in_a_folder_or_a_bucket() {
        assert!(checked("file:data/documents").is_ok());
        assert!(checked("s3://bucket/prefix").is_ok());
        assert!(checked("s3:bucket").is_err());
        assert!(checked("file:").is_err());
        assert!(checked("/data").is_err());
    }
}
