//! `vellus render closeup`: close-ups of the scalp with their truth, for software that measures photographs.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use indicatif::ProgressBar;
use vellus_light::closeup::{Beside, CloseUp, CloseUpError, CloseUpSpec, make, make_pair, preset, vary};

use crate::aside::Aside;
use crate::say;

/// File that marks a folder as one of close-ups, which may be replaced.
const MARK: &str = "closeups.json";
/// Most pictures of one run.
const MOST: u64 = 100_000;

/// Arguments of `vellus render closeup`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the picture shows (TOML, docs/closeups.md); without it the preset.
    spec: Option<PathBuf>,
    /// A named specification: clean, clinic or hard.
    #[arg(long, value_name = "NAME", conflicts_with = "spec")]
    preset: Option<String>,
    /// So many specifications drawn from the whole of the ranges; size and format are those of the specification.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST))]
    vary: Option<u64>,
    /// A second picture of the same scalp some days later, with what became of each hair.
    #[arg(long)]
    pair: bool,
    /// Write the truth beside each picture: NAME.json, hairs.csv and dots.csv.
    #[arg(long)]
    truth: bool,
    /// Write which hair and which dot each pixel shows, as 16-bit PNG, and the truth.
    #[arg(long)]
    masks: bool,
    /// Seed of all random numbers: same specification, seed and version, same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder for the pictures; it must be empty, new or an earlier result.
    #[arg(long, short, default_value = "closeups")]
    out: PathBuf,
    /// Print the specification that is used, as TOML, and make nothing.
    #[arg(long)]
    print_spec: bool,
}

/// One picture, or one pair, that is to be made.
struct Job {
    name: String,
    spec: CloseUpSpec,
    seed: u64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (base, stem) = base(args)?;
    let jobs = jobs(args, &base, &stem);
    if args.print_spec {
        for job in &jobs {
            say::data(&format!("# {}, seed {}\n{}", job.name, job.seed, toml::to_string_pretty(&job.spec)?))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let out = Aside::begin(&args.out)?;
    let bar = say::progress(1000 * jobs.len() as u64);
    let mut tables = Tables::default();
    let mut names = Vec::new();
    for (n, job) in jobs.iter().enumerate() {
        bar.set_message(format!("{} ({} of {})", job.name, n + 1, jobs.len()));
        for (name, made) in shots(args, job, n as u64, &bar)? {
            write(&out, args, &name, &made, &mut tables)?;
            names.push(format!("{name}.{}", made.extension()));
        }
        if args.vary.is_some() {
            out.write(&format!("{}.toml", job.name), toml::to_string_pretty(&job.spec)?.as_bytes())?;
        }
    }
    if args.truth || args.masks {
        out.write("hairs.csv", &tables.hairs)?;
        out.write("dots.csv", &tables.dots)?;
    }
    let list = serde_json::json!({ "schema_version": 1, "seed": args.seed, "pictures": names });
    out.write(MARK, (serde_json::to_string_pretty(&list)? + "\n").as_bytes())?;
    bar.finish_and_clear();
    out.finish()?;
    say::data(&names.iter().map(|n| format!("{}\n", args.out.join(n).display())).collect::<String>())?;
    Ok(ExitCode::SUCCESS)
}

/// The specification that is meant, and a name for its pictures.
fn base(args: &Args) -> anyhow::Result<(CloseUpSpec, String)> {
    let Some(path) = &args.spec else {
        let name = args.preset.as_deref().unwrap_or("clinic");
        let spec = preset(name).map_err(said)?;
        return Ok((spec, if args.vary.is_some() { "closeup".into() } else { name.into() }));
    };
    let cannot = |why: String| {
        say::fail(
            format!("cannot read {}: {why}", path.display()),
            "give a TOML file as in docs/closeups.md, or --preset clean, clinic or hard",
        )
    };
    if path.is_dir() {
        return Err(cannot("it is a folder".into()));
    }
    let bytes = std::fs::read(path).map_err(|e| cannot(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| cannot("it is not UTF-8 text".into()))?;
    let spec =
        CloseUpSpec::from_toml(&text).map_err(said).with_context(|| format!("in {}", path.display()))?;
    let stem = path.file_stem().map_or_else(|| "closeup".into(), |s| s.to_string_lossy().into_owned());
    Ok((spec, stem))
}

/// An error with where to look.
fn said(e: CloseUpError) -> anyhow::Error {
    match &e {
        CloseUpError::Toml(_) => {
            say::fail(e.to_string(), "`vellus render closeup --print-spec` prints a whole specification")
        }
        CloseUpError::Wrong(list) if list.len() > 1 => say::fail(
            format!("the specification has {} mistakes:\n  {}", list.len(), list.join("\n  ")),
            "docs/closeups.md has every key with its range",
        ),
        CloseUpError::Wrong(_) => say::fail(e.to_string(), "docs/closeups.md has every key with its range"),
        _ => e.into(),
    }
}

fn jobs(args: &Args, base: &CloseUpSpec, stem: &str) -> Vec<Job> {
    let Some(count) = args.vary else {
        return vec![Job { name: stem.to_owned(), spec: base.clone(), seed: args.seed }];
    };
    let digits = (count - 1).to_string().len().max(3);
    (0..count)
        .map(|k| Job {
            name: format!("{stem}-{k:0digits$}"),
            spec: vary(base, args.seed, k),
            seed: args.seed.wrapping_mul(1_000_003).wrapping_add(k),
        })
        .collect()
}

/// The pictures of a job with their names, named in their truth too.
fn shots(args: &Args, job: &Job, number: u64, bar: &ProgressBar) -> anyhow::Result<Vec<(String, CloseUp)>> {
    let beside = Beside { masks: args.masks };
    let mut told = |t: f64| bar.set_position(1000 * number + (1000.0 * t) as u64);
    let mut made = if args.pair {
        let [a, b] = make_pair(&job.spec, job.seed, beside, &mut told).map_err(said)?;
        vec![(format!("{}-a", job.name), a), (format!("{}-b", job.name), b)]
    } else {
        vec![(job.name.clone(), make(&job.spec, job.seed, beside, &mut told).map_err(said)?)]
    };
    let first = made.first().map(|(n, m)| format!("{n}.{}", m.extension())).unwrap_or_default();
    for (name, m) in &mut made {
        m.truth.picture = format!("{name}.{}", m.extension());
        if let Some(pair) = &mut m.truth.pair {
            pair.first_picture.clone_from(&first);
        }
    }
    Ok(made)
}

/// Tables over all pictures of a run.
#[derive(Default)]
struct Tables {
    hairs: Vec<u8>,
    dots: Vec<u8>,
}

/// Adds a table to one with the same head.
fn join(all: &mut Vec<u8>, more: &[u8]) {
    let from = if all.is_empty() { 0 } else { more.iter().position(|b| *b == b'\n').map_or(0, |n| n + 1) };
    all.extend_from_slice(&more[from..]);
}

fn write(out: &Aside, args: &Args, name: &str, made: &CloseUp, tables: &mut Tables) -> anyhow::Result<()> {
    out.write(&format!("{name}.{}", made.extension()), &made.encoded()?)?;
    if args.truth || args.masks {
        out.write(&format!("{name}.json"), made.truth.to_json()?.as_bytes())?;
        join(&mut tables.hairs, &made.truth.hairs_csv()?);
        join(&mut tables.dots, &made.truth.dots_csv()?);
    }
    if let Some(masks) = &made.masks {
        let [hairs, dots] = masks.to_png()?;
        out.write(&format!("{name}-hairs.png"), &hairs)?;
        out.write(&format!("{name}-dots.png"), &dots)?;
    }
    Ok(())
}
