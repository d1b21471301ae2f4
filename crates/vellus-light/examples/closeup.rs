//! Close-ups as fast as they can be tried, and the schemas of their documents.
//!
//! `cargo run -p vellus-light --example closeup -- OUT SPEC [SEED]` makes the picture of a preset, of the specification of
//! that number drawn from all ranges, or of a file, and times it; `-- schema FOLDER` writes the two schemas.
#![allow(clippy::print_stderr)]

use std::path::PathBuf;
use std::time::Instant;
use vellus_light::closeup::{Beside, CloseUpSpec, PRESETS, Truth, make, preset, vary};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [out, what, rest @ ..] = args.as_slice() else {
        eprintln!("usage: closeup OUT PRESET|NUMBER|FILE [SEED], or closeup schema FOLDER");
        return Ok(());
    };
    if out == "schema" {
        let folder = PathBuf::from(what);
        for (name, schema) in [("closeup", CloseUpSpec::schema()), ("closeup-truth", Truth::schema())] {
            let text = serde_json::to_string_pretty(&schema)? + "\n";
            std::fs::write(folder.join(format!("{name}.schema.json")), text)?;
        }
        return Ok(());
    }
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
    let counts = &made.truth.counts;
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("{what}: {seconds:.1} s, {} hairs, {} dots", counts.hairs, counts.dots);
    let out = PathBuf::from(out);
    std::fs::write(out.with_extension("png"), made.image.to_png()?)?;
    std::fs::write(out.with_extension("json"), made.truth.to_json()?)?;
    Ok(())
}
