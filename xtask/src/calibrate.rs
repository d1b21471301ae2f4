//! Fitting the hair model to its calibration rows.

use std::path::Path;

use anyhow::Context;

/// Fits and writes `data/hair/fitted.toml` and `data/hair/fit.md`.
///
/// # Errors
/// When a study is broken or a file cannot be written.
pub(crate) fn run(seed: u64, patients: usize, only: Option<&str>) -> anyhow::Result<String> {
    let fit = vellus_evidence::calibrate::calibrate(seed, patients, only, &mut |said| eprintln!("{said}"))?;
    let folder = Path::new("data/hair");
    let toml = toml::to_string_pretty(&fit.file).context("writing the parameters as TOML")?;
    std::fs::write(folder.join("fitted.toml"), toml).context("writing data/hair/fitted.toml")?;
    let report = format!(
        "# The fit of the hair model\n\nWritten by `cargo xtask calibrate --seed {seed} --patients {patients}`. A residual is model less published (or what the fit aims at), in standard deviations of what passes; the cost is the sum of their squares and of those of the priors. What a parameter is and why it has its prior: `fitted.toml`.\n{}",
        fit.report
    );
    std::fs::write(folder.join("fit.md"), report).context("writing data/hair/fit.md")?;
    Ok("wrote data/hair/fitted.toml and data/hair/fit.md; build again to use them".into())
}
