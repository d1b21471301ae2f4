//! `vellus`: plans scalp micropigmentation and platelet-rich plasma in tandem.
//!
//! Thin on purpose: it reads arguments, calls the rooms and says what happened. Data goes to
//! standard output, everything else to standard error. Exit 0 done, 1 the input or the plan failed,
//! 2 misuse or unexpected.

mod aside;
mod command;
mod say;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Plan scalp micropigmentation (SMP) and platelet-rich plasma (PRP) in tandem, follicle by
/// follicle.
///
/// Decision support, not a medical device and not a promise: each forecast shows its band, its
/// assumptions and its sources.
#[derive(Debug, Parser)]
#[command(name = "vellus", version, max_term_width = 100, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// From a case to a plan: forecast, pictures, dots, calendar, costs.
    Plan(command::plan::Args),
    /// A scan or a head from lengths: what it is worth, its landmarks, lengths and zones.
    Head(command::head::Args),
    /// Write, check or describe case files.
    Case(command::case::Args),
    /// What a centrifuge makes of blood.
    Spin(Box<command::spin::Args>),
    /// Every pigment dot, session by session: sheets, stencils, files; the audit of a finished work.
    Dots(Box<command::dots::Args>),
    /// The shade of pigment: how far to thin it and how deep to lay it, and what becomes of it.
    Shade(command::shade::Args),
    /// A person's hair: what is believed before and after what was measured.
    Grow(command::grow::Args),
    /// A picture, traced: any view, date, light and file; close-ups with their truth.
    Render(Box<command::render::Args>),
    /// The plan as a record: versions, approval, what was really done, planning anew.
    Record(command::record::Args),
    /// A trial on virtual patients, beside what was published; how many people a trial needs.
    Study(command::study::Args),
    /// Published numbers beside the model.
    Validate(command::validate::Args),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let misuse = e.use_stderr();
            // Nothing can be done when even this cannot be written.
            let _ = e.print();
            return if misuse { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let result = match cli.verb {
        Verb::Plan(args) => command::plan::run(&args),
        Verb::Head(args) => command::head::run(&args),
        Verb::Case(args) => command::case::run(&args),
        Verb::Spin(args) => command::spin::run(&args),
        Verb::Dots(args) => command::dots::run(&args),
        Verb::Shade(args) => command::shade::run(&args),
        Verb::Grow(args) => command::grow::run(&args),
        Verb::Render(args) => command::render::run(&args),
        Verb::Record(args) => command::record::run(&args),
        Verb::Study(args) => command::study::run(&args),
        Verb::Validate(args) => command::validate::run(&args),
    };
    match result {
        Ok(code) => code,
        Err(e) => {
            say::error(&e);
            ExitCode::from(1)
        }
    }
}
