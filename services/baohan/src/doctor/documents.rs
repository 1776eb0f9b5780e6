use baohan_documents::{FAMILY, Store, font_check};

use crate::config::Documents;

use super::Finding;

/// Whether documents can be stored, and whether there is a typeface to set them in.
pub async fn examine(documents: &Documents) -> Vec<Finding> {
    vec![place(documents).await, typeface(documents)]
}

async fn place(documents: &Documents) -> Finding {
    const SUBJECT: &str = "documents";
    let broken = |error: baohan_documents::StoreError| {
        Finding::broken(SUBJECT, format!("{:#}", anyhow::Error::from(error)))
    };
    match Store::open(&documents.url) {
        Err(error) => broken(error),
        Ok(store) => match store.check().await {
            Ok(()) => Finding::well(SUBJECT, format!("{} takes files and gives them back", documents.url)),
            Err(error) => broken(error),
        },
    }
}

fn typeface(documents: &Documents) -> Finding {
    const SUBJECT: &str = "typeface";
    match font_check(&documents.fonts, true) {
        Ok(report) => Finding::well(SUBJECT, format!("{FAMILY} in {} files", report.files.len())),
        Err(error) => Finding::broken(SUBJECT, error.to_string()),
    }
}
