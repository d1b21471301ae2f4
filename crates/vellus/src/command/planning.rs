//! What `vellus plan` and `vellus dots` have in common: a case that is opened, and a plan made of it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use indicatif::ProgressBar;
use vellus_plan::case::{Case, read};
use vellus_plan::forecast::Effort;
use vellus_plan::optimise::Search;
use vellus_plan::strategy::{self, Strategy};
use vellus_plan::{Planned, Request, make};

use super::system_day;
use crate::say;

/// A case with what belongs to its file.
pub(crate) struct Opened {
    pub(crate) case: Case,
    text: String,
    folder: PathBuf,
    /// Where the result goes.
    pub(crate) out: PathBuf,
}

/// Opens a case; without a folder for the result it is the one of that name beside the case.
pub(crate) fn open(path: &Path, out: Option<&Path>, beside: &str) -> anyhow::Result<Opened> {
    let case = read::read(path)?;
    let text = std::fs::read_to_string(path).context("reading the case again")?;
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    let out = out.map_or_else(|| folder.join(beside), PathBuf::from);
    Ok(Opened { case, text, folder, out })
}

impl Opened {
    /// Makes a plan of some strategies, with dots and injections where there is `detail`; the bar takes a step for each thing that is done.
    pub(crate) fn make(
        &self,
        strategies: Vec<Strategy>,
        seed: u64,
        quick: bool,
        detail: bool,
        search: Option<Search>,
        bar: &ProgressBar,
    ) -> anyhow::Result<Planned> {
        let request = Request {
            case: &self.case,
            case_text: &self.text,
            folder: &self.folder,
            clock: system_day(),
            seed,
            effort: if quick { Effort::QUICK } else { Effort::FULL },
            quick,
            strategies,
            detail,
            search,
        };
        Ok(make(&request, &mut |what| {
            bar.set_message(what.to_owned());
            // A search has as many steps as it takes candidates.
            if what.starts_with("searching") {
                bar.inc_length(1);
            }
            bar.inc(1);
        })?)
    }
}

/// The built-in strategies and those of some files; one with the name of a built-in one takes its place.
pub(crate) fn strategies(own: &[PathBuf]) -> anyhow::Result<Vec<Strategy>> {
    let mut all = strategy::built_in()?;
    for file in own {
        let text = std::fs::read_to_string(file).map_err(|e| {
            say::fail(format!("cannot read the strategy {}: {e}", file.display()), "check the path")
        })?;
        let own = strategy::parse(&text).with_context(|| format!("in {}", file.display()))?;
        all.retain(|s| s.id != own.id);
        all.push(own);
    }
    Ok(all)
}

/// Tells a bar how far a set of pictures is.
pub(crate) fn pictures_on(bar: &ProgressBar) -> impl FnMut(usize, usize) + '_ {
    |done, of| {
        bar.set_message("pictures");
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    }
}
