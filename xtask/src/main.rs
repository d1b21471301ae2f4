//! Chores of the repository.
#![allow(clippy::print_stderr, clippy::print_stdout)]

mod bench;
mod calibrate;
mod dot_table;
mod fit_head;
mod gallery;
mod layers;
mod licences;
mod schema;
mod tree;
mod validate;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

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
    /// Checks that crates depend downward only and that no heavy stack is built by default.
    Layers,
    /// Checks licences, bans and sources by deny.toml.
    Licences,
    /// Writes docs/case.schema.json from the types.
    Schema {
        /// Only compare; fails when the committed file differs.
        #[arg(long)]
        check: bool,
    },
    /// Runs every published number and keeps the report in the target folder.
    Validate {
        /// Seed of all random numbers.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Fewer virtual people.
        #[arg(long)]
        quick: bool,
    },
    /// Fits the parameters of the hair model to its calibration rows.
    Calibrate {
        /// Seed of all random numbers.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Virtual patients of a study that does not say how many.
        #[arg(long, default_value_t = 400)]
        patients: usize,
        /// Only the block whose name contains this.
        #[arg(long)]
        only: Option<String>,
    },
    /// Traces pigment dots in skin and writes the table that the program holds.
    DotTable {
        /// Where the table goes.
        #[arg(long, default_value = "data/optics/dots.bin")]
        out: PathBuf,
        /// Paths for each scattering of the skin.
        #[arg(long, default_value_t = 150_000)]
        paths: u64,
    },
    /// Draws docs/gallery: skins, hair and states, from afar and close up, and the failures of the trade.
    Gallery {
        /// Folder for the sheets.
        #[arg(long, default_value = "docs/gallery")]
        out: PathBuf,
        /// Only the sheets whose names contain this.
        #[arg(long)]
        only: Option<String>,
        /// Seed of all random numbers.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Times the kernels, in a release build.
    Bench,
}

fn run(chore: Chore) -> anyhow::Result<String> {
    match chore {
        Chore::FitHead { heads, out } => {
            fit_head::run(&heads, &out).map(|()| format!("wrote the tables into {}", out.display()))
        }
        Chore::Layers => layers::check(),
        Chore::Licences => licences::check(),
        Chore::Schema { check } => schema::run(check),
        Chore::Validate { seed, quick } => validate::run(seed, quick),
        Chore::Calibrate { seed, patients, only } => calibrate::run(seed, patients, only.as_deref()),
        Chore::DotTable { out, paths } => dot_table::run(&out, paths),
        Chore::Gallery { out, only, seed } => gallery::run(&out, only.as_deref(), seed),
        Chore::Bench => bench::run(),
    }
}

fn main() -> ExitCode {
    match run(Cli::parse().chore) {
        Ok(said) => {
            eprintln!("{said}");
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprintln!("error: {e:#}");
            ExitCode::FAILURE
        }
    }
}
