//! Renders the evidence page of made-up lives, a usual and a long one: `cargo run --example evidence -- FOLDER [TEMPLATES]`.

use std::path::PathBuf;
use std::time::Instant;

use baohan_documents::{Renderer, RendererOptions, evidence_specimen};

/// Remarks behind the usual events of the long life.
const REMARKS: u64 = 120;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().unwrap_or_else(|| PathBuf::from("."));
    let renderer =
        Renderer::new(RendererOptions { templates: arguments.next(), ..RendererOptions::default() });
    for (name, remarks) in [("usual", 0), ("long", REMARKS)] {
        let begun = Instant::now();
        let pdf = renderer.render_evidence(evidence_specimen(remarks)).await?;
        let file = folder.join(format!("{name}.pdf"));
        std::fs::write(&file, &pdf)?;
        println!("{}: {} bytes, {:?}", file.display(), pdf.len(), begun.elapsed());
    }
    Ok(())
}
