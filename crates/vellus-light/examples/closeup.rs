//! A close-up with its truth, without the command line's checks.
//!
//! `cargo run -p vellus-light --example closeup -- OUT SPEC_OR_PRESET [SEED]`
#![allow(clippy::print_stderr)]

use std::path::PathBuf;
use std::time::Instant;
use vellus_light::closeup::{Beside, CloseUpSpec, PRESETS, make, preset, vary};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [out, what, rest @ ..] = args.as_slice() else {
        eprintln!("usage: closeup OUT SPEC_OR_PRESET_OR_NUMBER [SEED]");
        return Ok(());
    };
    let seed = rest.first().and_then(|s| s.parse().ok()).unwrap_or(1);
    let spec = if PRESETS.iter().any(|(n, _)| n == what) {
        preset(what)?
    } else if let Ok(n) = what.parse() {
        vary(&CloseUpSpec::default(), seed, n)
    } else {
        CloseUpSpec::from_toml(&std::fs::read_to_string(what)?)?
    };
    let start = Instant::now();
    let made = make(&spec, seed, Beside::default(), &mut |_| {})?;
    eprintln!(
        "{what}: {:.1} s, {} hairs, {} dots",
        start.elapsed().as_secs_f64(),
        made.truth.counts.hairs,
        made.truth.counts.dots
    );
    let out = PathBuf::from(out);
    std::fs::write(out.with_extension("png"), made.image.to_png()?)?;
    std::fs::write(out.with_extension("json"), made.truth.to_json()?)?;
    Ok(())
}
