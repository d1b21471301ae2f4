//! `vellus render`: pictures by themselves.

mod closeup;
mod traced;

use std::process::ExitCode;

use crate::say;

/// Arguments of `vellus render`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Option<Sub>,
    #[command(flatten)]
    traced: Option<traced::TracedArgs>,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// Close-ups of the scalp with the true place, width and length of every hair and dot beside them.
    Closeup(closeup::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match (&args.verb, &args.traced) {
        (Some(Sub::Closeup(a)), _) => closeup::run(a),
        (None, Some(a)) => traced::run(a),
        (None, None) => Err(say::fail("no case is given", "give a case file, or `closeup`")),
    }
}
