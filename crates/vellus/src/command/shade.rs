//! `vellus shade`: the dilution and depth that look like the person's own shaved hair.

use std::path::PathBuf;
use std::process::ExitCode;

use vellus_plan::case::read;
use vellus_plan::shade::find;
use vellus_report::{shade_page, shade_sheet, shade_text};

use super::{Format, system_day};
use crate::aside::write_file;
use crate::say;

/// Arguments of `vellus shade`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The case file (TOML): skin, hair, pigments of the site, lamps and test dots.
    case: PathBuf,
    /// Write swatches of skin, own fringe and work over the years under each lamp; .svg or .html.
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let ending =
        args.sheet.as_ref().map(|f| f.extension().map(|e| e.to_ascii_lowercase()).unwrap_or_default());
    if ending.as_ref().is_some_and(|e| e != "svg" && e != "html") {
        return Err(say::fail(
            "a sheet of swatches is a file that ends in .svg or .html",
            "such as --sheet shade.html",
        ));
    }
    let case = read::read(&args.case)?;
    let folder = args.case.parent().map(PathBuf::from).unwrap_or_default();
    let answer = find(&case, &folder, system_day())?;
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&answer)?)?,
        Format::Text => say::data(&shade_text(&answer, say::width(), say::colour_on_stdout()))?,
    }
    if let Some(file) = &args.sheet {
        let svg = ending.is_some_and(|e| e == "svg");
        let sheet = if svg { shade_sheet(&answer) } else { shade_page(&answer) };
        write_file(file, sheet.as_bytes())?;
        say::note(&format!("Wrote {}", file.display()));
    }
    Ok(ExitCode::SUCCESS)
}
