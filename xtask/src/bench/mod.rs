//! Times of the kernels, beside a stated limit and, where there is one, a plain reference that
//! does the same work in the same run.
//!
//! Cost is counted in seconds of a core, over all threads, so that a busy machine gives the same
//! verdict. Limits are for a core of a common laptop; ratios to a reference hold on any machine.

mod blood;
mod clinic;
mod dots;
mod flatten;
mod follicles;
mod geodesic;
mod light;
mod picture;
mod plain_photons;
mod plain_points;
mod plan;
mod points;
mod reference;

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};
use vellus_head::parametric::ParametricSpec;
use vellus_head::{Head, Sex};
use vellus_units::random::Key;

/// Memory that a kernel may take, MB, where nothing else is said.
const MOST_MB: f64 = 500.0;

/// One line of the table.
pub(crate) struct Line {
    /// What was done.
    pub(crate) what: String,
    /// What was measured.
    pub(crate) value: f64,
    /// Its unit.
    pub(crate) unit: &'static str,
    /// What is allowed; none for a figure that is only reported.
    pub(crate) limit: Option<Limit>,
}

/// What is allowed.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// At most.
    Most(f64),
    /// At least.
    Least(f64),
}

impl Line {
    pub(crate) fn new(what: impl Into<String>, value: f64, unit: &'static str, limit: Option<Limit>) -> Self {
        Self { what: what.into(), value, unit, limit }
    }

    fn passes(&self) -> bool {
        match self.limit {
            None => true,
            Some(Limit::Most(most)) => self.value <= most,
            Some(Limit::Least(least)) => self.value >= least,
        }
    }
}

/// Seconds that the cores have spent on this process, over all its threads; wall-clock seconds
/// where the system does not tell. Other programs on the machine disturb the former least.
fn core_seconds(since: Instant) -> f64 {
    threads_seconds().unwrap_or_else(|| since.elapsed().as_secs_f64())
}

fn threads_seconds() -> Option<f64> {
    let mut nanoseconds = 0.0;
    for task in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        nanoseconds += text.split_whitespace().next()?.parse::<f64>().ok()?;
    }
    Some(nanoseconds * 1e-9)
}

/// Least cost of some runs, core-seconds, and what the work makes.
pub(crate) fn cheapest<T>(runs: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let since = Instant::now();
    let mut once = || {
        let begin = core_seconds(since);
        let made = work();
        (core_seconds(since) - begin, made)
    };
    let mut best = once();
    for _ in 1..runs {
        let next = once();
        if next.0 < best.0 {
            best = next;
        }
    }
    best
}

pub(crate) fn key() -> Key {
    Key::new(1, 0)
}

/// Largest memory that this process has had, MB; none where the system does not tell.
fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kb: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kb / 1024.0)
}

/// Adds a line with the largest memory since the last of them, and counts anew where the system lets it.
fn peak_of(what: &str, most_mb: f64, lines: &mut Vec<Line>) {
    if let Some(mb) = peak_mb() {
        lines.push(Line::new(format!("peak memory of {what}"), mb, "MB", Some(Limit::Most(most_mb))));
    }
    // Where it cannot be reset the peak is that of all so far, and the limit holds all the same.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Runs the kernels; in an unoptimised build it starts itself again as a release build.
///
/// # Errors
/// When a kernel fails or leaves its limit.
pub(crate) fn run() -> anyhow::Result<String> {
    if cfg!(debug_assertions) {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["run", "--quiet", "--release", "--package", "xtask", "--", "bench"])
            .status()
            .context("starting the release build")?;
        if !status.success() {
            bail!("the benches did not pass");
        }
        return Ok("benches done".into());
    }
    let spec = ParametricSpec { sex: Sex::Male, ..ParametricSpec::default() };
    let (build_s, head) = cheapest(1, || Head::from_lengths(&spec, None, "a mean head"));
    let head = head?;
    let mut lines =
        vec![Line::new("parametric head, built and measured", build_s, "core s", Some(Limit::Most(2.0)))];
    // First, so that the peak of the memory is its own.
    dots::run(&head, &mut lines)?;
    peak_of("dots", MOST_MB, &mut lines);
    blood::run(&mut lines)?;
    light::run(&mut lines)?;
    peak_of("blood and light", MOST_MB, &mut lines);
    let scalp = follicles::run(&head, &mut lines)?;
    // Ten million of them at 33 bytes, and their state beside them.
    peak_of("ten million follicles", 640.0, &mut lines);
    points::run(&head, &mut lines)?;
    peak_of("points", MOST_MB, &mut lines);
    geodesic::run(&mut lines)?;
    flatten::run(&head, &mut lines)?;
    peak_of("distances and tiles", MOST_MB, &mut lines);
    let dots = dots::for_picture(&head, &scalp)?;
    picture::run(&head, &scalp, &dots, &mut lines)?;
    peak_of("the picture", MOST_MB, &mut lines);
    drop((dots, scalp));
    clinic::run(&head, &mut lines)?;
    peak_of("the clinical head", 1536.0, &mut lines);
    points::million(&head, &mut lines)?;
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    plan::run(&mut lines)?;
    peak_of("the plan", 2048.0, &mut lines);
    let threads = rayon::current_num_threads();
    println!("{:<62} {:>12} {:<22} {:>13}", "kernel", "measured", "unit", "limit");
    for l in &lines {
        let limit = match l.limit {
            None => String::new(),
            Some(Limit::Most(x)) => format!("at most {}", figure(x)),
            Some(Limit::Least(x)) => format!("at least {}", figure(x)),
        };
        let verdict = match (l.limit, l.passes()) {
            (None, _) => "",
            (_, true) => "  pass",
            (_, false) => "  FAIL",
        };
        println!("{:<62} {:>12} {:<22} {:>13}{verdict}", l.what, figure(l.value), l.unit, limit);
    }
    println!(
        "\nSeconds are those of a core. Placing, dots and pictures spread them over {threads} threads; follicles here run on one."
    );
    let failed = lines.iter().filter(|l| !l.passes()).count();
    if failed > 0 {
        bail!("{failed} figures are outside their limit");
    }
    Ok("all figures are within their limits".into())
}

fn figure(x: f64) -> String {
    match x.abs() {
        a if a >= 1e6 => format!("{:.1} M", x / 1e6),
        a if a >= 1000.0 => format!("{x:.0}"),
        a if a >= 10.0 => format!("{x:.1}"),
        a if a >= 0.1 => format!("{x:.2}"),
        _ => format!("{x:.4}"),
    }
}
