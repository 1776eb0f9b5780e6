//! Renders a specimen of each form, and tells time and memory: `cargo run --example specimen -- FOLDER [TEMPLATES]`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use baohan_documents::{Disclosed, Particulars, Renderer, RendererOptions, specimens};

/// Documents for the median.
const ROUNDS: u32 = 100;
/// Characters of a name before its ending, as many as firms' own names have.
const NAME_CHARS: u32 = 4;
/// The common Chinese characters, from U+4E00 (Unicode, CJK Unified Ideographs, as of version 1.0).
const HAN_FIRST: u32 = 0x4E00;
/// How many there are.
const HAN_COUNT: u32 = 20_902;
/// A prime, so that characters that follow one another lie far apart.
const SPREAD: u32 = 7_919;

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
    for values in ["the number", "all values"] {
        let mut times: Vec<Duration> = Vec::new();
        for round in 0..ROUNDS {
            for mut specimen in specimens() {
                if values == "all values" {
                    specimen = other(specimen, round);
                }
                specimen.guarantee_no = format!("BH20260302{round:08}");
                let begun = Instant::now();
                renderer.render(specimen).await?;
                times.push(begun.elapsed());
            }
        }
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        println!(
            "warm, {} documents, {values} differing: median {:?}, p99 {:?}, {} KiB resident",
            times.len(),
            at(50),
            at(99),
            resident()
        );
    }
    Ok(())
}

/// The same guarantee for other people: each character of their names is likely one that no document had before.
fn other(mut one: Particulars, round: u32) -> Particulars {
    let name = |seed: u32, ending: &str| {
        let characters = (0..NAME_CHARS).map(|place| {
            let at = (round * NAME_CHARS + place + seed).wrapping_mul(SPREAD) % HAN_COUNT;
            char::from_u32(HAN_FIRST + at).unwrap_or_default()
        });
        characters.chain(ending.chars()).collect::<String>()
    };
    let change = |value: &mut Disclosed, clear: String| match value {
        Disclosed::Clear(text) => *text = clear,
        Disclosed::Sealed(text) => text.insert_str(0, &format!("{round:08}")),
    };
    change(&mut one.applicant_name, name(1, "建设集团有限公司"));
    if let Some(code) = &mut one.applicant_code {
        change(code, format!("91320000MA{round:08}"));
    }
    if let Some(number) = &mut one.section_no {
        change(number, format!("E32000000010{round:08}"));
    }
    if let Some(section) = &mut one.section_name {
        change(section, name(2, "快速路改造工程一标段"));
    }
    if let Some(beneficiary) = &mut one.beneficiary_name {
        change(beneficiary, name(3, "城市建设投资有限公司"));
    }
    if let Some(code) = &mut one.beneficiary_code {
        change(code, format!("91320100MA{round:08}"));
    }
    if let Some(payer) = &mut one.payer {
        payer.name = name(1, "建设集团有限公司");
        payer.account = format!("32000100000{round:08}");
    }
    one.application_no = format!("SQ{round:012}");
    one
}

/// Resident memory in KiB, as Linux tells it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
