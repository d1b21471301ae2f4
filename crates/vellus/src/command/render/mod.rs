//! `vellus render`: pictures by themselves.

mod closeup;

use std::process::ExitCode;

/// Arguments of `vellus render`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Sub,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// Close-ups of the scalp with the true place, width and length of every hair and dot beside them.
    Closeup(closeup::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.verb {
        Sub::Closeup(a) => closeup::run(a),
    }
}
