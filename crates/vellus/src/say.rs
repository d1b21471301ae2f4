//! Talking to the person at the terminal: errors with their causes and hints, progress, data.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use vellus_pigment::DotFileError;
use vellus_plan::PlanError;

/// Prints an error with its causes and, where one is known, the likely fix. All on standard error.
pub(crate) fn error(e: &anyhow::Error) {
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "\x1b[1;31merror:\x1b[0m {e}");
    let mut last = e.to_string();
    for cause in e.chain().skip(1) {
        let text = cause.to_string();
        // A cause that its error has quoted already is not said twice.
        if !last.contains(&text) {
            let _ = writeln!(err, "  because: {text}");
        }
        last = text;
    }
    if let Some(hint) = hint(e) {
        let _ = writeln!(err, "\x1b[1;36mhint:\x1b[0m {hint}");
    }
}

fn hint(e: &anyhow::Error) -> Option<String> {
    e.chain().find_map(|c| {
        c.downcast_ref::<PlanError>()
            .and_then(PlanError::hint)
            .or_else(|| c.downcast_ref::<vellus_plan::record::RecordError>().and_then(|e| e.hint()))
            .or_else(|| c.downcast_ref::<vellus_evidence::EvidenceError>().and_then(|e| e.hint()))
            .or_else(|| c.downcast_ref::<DotFileError>().and_then(DotFileError::hint))
            .or_else(|| c.downcast_ref::<Hint>().map(|h| h.hint.clone()))
    })
}

/// An error of the command line with the likely fix.
#[derive(Debug)]
pub(crate) struct Hint {
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl std::fmt::Display for Hint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Hint {}

/// An error with a hint.
pub(crate) fn fail(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Hint { message: message.into(), hint: hint.into() }.into()
}

/// A progress bar on a terminal, nothing elsewhere.
pub(crate) fn progress(steps: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{spinner:.cyan} {msg:<46} {bar:24.cyan/dim} {percent:>3} %")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar
}

/// Data to standard output. A reader that has gone away is not an error.
pub(crate) fn data(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out
        .write_all(text.as_bytes())
        .and_then(|()| if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") })
        .and_then(|()| out.flush())
    {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(()),
    }
}

/// A line for people, on standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Whether standard output takes colour.
pub(crate) fn colour_on_stdout() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Columns of the terminal, 80 when there is none.
pub(crate) fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(80usize).clamp(60, 140)
}
