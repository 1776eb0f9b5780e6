//! Renders a specimen of each form, and tells time and memory: `cargo run --example specimen -- FOLDER [TEMPLATES]`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use baohan_documents::{Renderer, RendererOptions, specimens};

/// Documents for the median.
const ROUNDS: u32 = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().unwrap_or_else(|| PathBuf::from("."));
    println!("before: {} KiB resident", resident());
    let renderer =
        Renderer::new(RendererOptions { templates: arguments.next(), ..RendererOptions::default() });
    for specimen in specimens() {
        let begun = Instant::now();
        let document = renderer.render(specimen).await?;
        let file = folder.join(format!("{}.pdf", document.form.name()));
        std::fs::write(&file, &document.pdf)?;
        println!(
            "{}: {} bytes, {:?}, {} KiB resident",
            file.display(),
            document.pdf.len(),
            begun.elapsed(),
            resident()
        );
    }
    let mut times: Vec<Duration> = Vec::new();
    for round in 0..ROUNDS {
        for mut specimen in specimens() {
            specimen.guarantee_no = format!("BH20260302{round:08}");
            let begun = Instant::now();
            renderer.render(specimen).await?;
            times.push(begun.elapsed());
        }
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!(
        "warm, {} documents: median {:?}, p99 {:?}, {} KiB resident",
        times.len(),
        at(50),
        at(99),
        resident()
    );
    Ok(())
}

/// Resident memory in KiB, as Linux tells it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
