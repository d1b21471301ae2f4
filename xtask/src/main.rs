//! Chores of the repository.
#![allow(clippy::print_stderr)]

mod fit_head;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Chores of the repository.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Fits the shape coefficients of the parametric head to the ICT heads.
    FitHead {
        /// Folder that holds `ict_generic.ply` and the identity heads.
        #[arg(long)]
        heads: PathBuf,
        /// Folder for the tables.
        #[arg(long, default_value = "data/head")]
        out: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().chore {
        Chore::FitHead { heads, out } => fit_head::run(&heads, &out),
    }
}
