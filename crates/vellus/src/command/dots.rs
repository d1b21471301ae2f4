//! `vellus dots`: every dot of a work, session by session, and the audit of a finished one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use glam::{DVec2, DVec3};
use vellus_head::flatten::{Tile, TileSpec, Tiling, tile_scalp};
use vellus_pigment::{Audit, AuditContext, Dots, ReadContext, audit, dots_csv, dots_ply, read_dots};
use vellus_plan::case::read;
use vellus_plan::dotwork::living_today;
use vellus_plan::person::Person;
use vellus_plan::scalp_outline::{ScalpOutline, scalp_projection};
use vellus_plan::smp_card::{SessionCard, SmpCard, smp_card};
use vellus_plan::smp_stop::SmpStop;
use vellus_plan::{Planned, Subject, strategy};
use vellus_report::stencil::{Paper, SessionSpec, SheetLine, Stencil, session_dots};
use vellus_report::{
    PictureSet, SmpSizes, audit_map, audit_text, hairline_sheet, smp_page, smp_pictures, smp_stop_page,
    smp_text, supply_csv,
};

use super::planning::{self, pictures_on};
use super::{Format, system_day};
use crate::aside::{self, Aside};
use crate::say;

/// Arguments of `vellus dots`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Option<Sub>,
    #[command(flatten)]
    plan: Option<PlanArgs>,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// Judge dots: a plan, a record, or what was measured on a photograph.
    Audit(AuditArgs),
}

#[derive(Debug, clap::Args)]
struct PlanArgs {
    /// The case file (TOML); its table `smp` says how pigment is laid and names a record of earlier dots.
    case: PathBuf,
    /// Folder for sheets, stencils and files; it must be empty, new or an earlier result. By default
    /// `dots` beside the case.
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// The strategy whose sessions are planned: dots lie on the hair as forecast for their dates.
    #[arg(long, value_name = "NAME", default_value = "smp_now")]
    strategy: String,
    /// Record of the dots that are there already (CSV or PLY), instead of the case's smp.earlier: the
    /// next session, or a touch-up, goes into its gaps.
    #[arg(long, value_name = "FILE")]
    earlier: Option<PathBuf>,
    /// Paper of the stencils.
    #[arg(long, value_enum, default_value_t)]
    paper: PaperArg,
    /// Seed of all random numbers: same case, seed and version, same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A quick look: smaller pictures and coarser sampling of futures. The dots are the same.
    #[arg(long)]
    quick: bool,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct AuditArgs {
    /// The dots: CSV or PLY, of ours or with columns as in docs/dots.md.
    file: PathBuf,
    /// The case of the person: the head, living follicles, hairline and fringe that dots are held
    /// against. Needed for dots in chart coordinates.
    #[arg(long, value_name = "TOML")]
    case: Option<PathBuf>,
    /// The dots as they were planned.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Draw the dots, with what was found, to this SVG file (needs --case).
    #[arg(long, value_name = "SVG", requires = "case")]
    map: Option<PathBuf>,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Paper of the stencils.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum PaperArg {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 inch.
    Letter,
}

impl From<PaperArg> for Paper {
    fn from(p: PaperArg) -> Self {
        match p {
            PaperArg::A4 => Self::A4,
            PaperArg::Letter => Self::Letter,
        }
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match (&args.verb, &args.plan) {
        (Some(Sub::Audit(a)), _) => run_audit(a),
        (None, Some(p)) => run_plan(p),
        (None, None) => Err(say::fail("no case is given", "give a case file")),
    }
}

fn run_plan(args: &PlanArgs) -> anyhow::Result<ExitCode> {
    let mut opened = planning::open(&args.case, args.out.as_deref(), "dots")?;
    if let Some(record) = &args.earlier {
        // Named here, it is taken from the folder one is in and not from that of the case.
        let full = record.canonicalize().map_err(|e| {
            say::fail(format!("cannot read {}: {e}", record.display()), "give a dots.csv or dots.ply")
        })?;
        opened.case.smp.earlier = Some(full);
    }
    let all = strategy::built_in()?;
    let known: Vec<String> = all.iter().filter(|s| s.uses_smp()).map(|s| s.id.clone()).collect();
    let strategies: Vec<_> = all.into_iter().filter(|s| s.id == args.strategy && s.uses_smp()).collect();
    if strategies.is_empty() {
        return Err(say::fail(
            format!("there is no strategy {:?} that lays dots", args.strategy),
            format!("strategies with pigment: {}", known.join(", ")),
        ));
    }
    if let Some(stop) = SmpStop::of(&Person::from_case(&opened.case, system_day())) {
        return Err(refused(&opened.out, &stop));
    }
    let folder_out = Aside::begin(&opened.out)?;
    let bar = say::progress(4);
    let planned = opened.make(strategies, args.seed, args.quick, true, None, &bar)?;
    let person = &planned.subject.person;
    for a in person.assumptions.iter().filter(|a| a.key == "smp.earlier") {
        say::note(&format!("note: record of earlier dots: {}", a.value));
    }
    for f in person.findings.iter().filter(|f| f.contains("record")) {
        say::note(&format!("note: {f}"));
    }
    let Some(card) = smp_card(&planned, 0)? else {
        return Err(say::fail(
            format!("no dots are laid. {}", planned.plan.strategies[0].warnings.join(" ")),
            "check loss.stage and the hairline height; smp.feather lays dots into thinner gaps",
        ));
    };
    bar.set_message("sheets and stencils");
    let dots = &planned.courses[0].dots;
    let judged = judge_plan(&planned)?;
    let sizes = if args.quick { SmpSizes::QUICK } else { SmpSizes::FULL };
    let pictures = smp_pictures(&planned, 0, &sizes, &mut pictures_on(&bar))?;
    write_all(&folder_out, &planned, &card, dots, &judged, &pictures, args.paper.into())?;
    bar.finish_and_clear();
    folder_out.finish()?;
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&document(&card, &judged))?)?,
        Format::Text => {
            let (width, colour) = (say::width(), say::colour_on_stdout());
            let mut text = smp_text(&card, width, colour);
            text.push_str(&format!("\nAs planned: {}\n", judged.verdict));
            say::data(&text)?;
            say::note(&format!("Sheets for the chair: {}", opened.out.join("smp.html").display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The error of a work that a contraindication forbids. A red sheet is left where the sheets would be,
/// so that nobody works from those of an earlier plan; the other files of an earlier plan stay, since its
/// dots may be the only record.
fn refused(out: &Path, stop: &SmpStop) -> anyhow::Error {
    let sheet = out.join("smp.html");
    let left = || -> anyhow::Result<()> {
        let html = smp_stop_page(stop)?;
        if out.join("smp.json").is_file() {
            return aside::write_file(&sheet, html.as_bytes());
        }
        let folder = Aside::begin(out)?;
        folder.write("smp.html", html.as_bytes())?;
        folder.write(
            "smp.json",
            serde_json::to_string_pretty(&serde_json::json!({ "stop": stop }))?.as_bytes(),
        )?;
        folder.finish()
    };
    match left() {
        Ok(()) => say::note(&format!("Sheet that says so: {}", sheet.display())),
        Err(e) => say::note(&format!("note: no sheet was written: {e}")),
    }
    say::fail(
        format!("no dots are planned. {}", stop.reason()),
        "a doctor decides, not this program; take it out of contraindications only if it does not hold. Other treatments are weighed by `vellus plan`",
    )
}

fn document(card: &SmpCard, judged: &Audit) -> serde_json::Value {
    serde_json::json!({ "card": card, "audit": judged })
}

/// Writes everything of a dot plan into a folder.
fn write_all(
    out: &Aside,
    planned: &Planned,
    card: &SmpCard,
    dots: &Dots,
    judged: &Audit,
    pictures: &PictureSet,
    paper: Paper,
) -> anyhow::Result<()> {
    out.write("smp.html", smp_page(card, pictures)?.as_bytes())?;
    out.write("supplies.csv", &supply_csv(card)?)?;
    for p in pictures.sheets.iter().chain(&pictures.close_ups) {
        out.write_in("pictures", &format!("{}-{}-{}.jpg", p.view, p.moment, p.width), &p.bytes)?;
    }
    let subject = &planned.subject;
    let today = planned.plan.today;
    out.write("smp.json", serde_json::to_string_pretty(&document(card, judged))?.as_bytes())?;
    out.write("dots.csv", &dots_csv(dots, today)?)?;
    out.write("dots.ply", &dots_ply(dots, today)?)?;
    stencils(out, subject, card, dots, paper)?;
    let map = scalp_projection(&subject.head)?;
    let findings = subject.hairline_findings();
    out.write("hairline.svg", hairline_sheet(&subject.head, &subject.hairline, &findings)?.as_bytes())?;
    out.write("audit.svg", audit_map(&card.outline, &map, dots, judged).as_bytes())?;
    Ok(())
}

/// A stencil for each session, touch-ups too, as a PDF and as one SVG a sheet.
fn stencils(out: &Aside, subject: &Subject, card: &SmpCard, dots: &Dots, paper: Paper) -> anyhow::Result<()> {
    let head = &subject.head;
    let tiling = tile_scalp(head, &TileSpec::default())?;
    let map = scalp_projection(head)?;
    let line: Vec<[f64; 2]> = subject.hairline.polyline_in_chart().iter().map(|q| q.to_array()).collect();
    for s in &card.sessions {
        let what = if s.touch_up { "Touch-up, session" } else { "Session" };
        let (sheet_dots, classes) = session_dots(head, dots, &SessionSpec::new(s.number))?;
        let stencil = Stencil::new(head, &tiling, &map, &sheet_dots, &classes)?
            .titled(&format!("{what} {} · {}", s.number, s.date))
            .with_lines(&[SheetLine::midline(head), SheetLine::from_chart(head, "hairline", &line)]);
        let stencil = stencil.on_paper(paper).with_order(&order_of_sheets(&tiling, s))?;
        out.write(&format!("stencil-session-{}.pdf", s.number), &stencil.pdf()?)?;
        let folder = format!("stencil-session-{}", s.number);
        for sheet in stencil.sheets().iter().filter(|s| s.dots > 0) {
            out.write_in(&folder, &format!("tile-{:02}.svg", sheet.number), sheet.svg.as_bytes())?;
        }
        // The first class is the session's own; the second what was there before.
        let off = stencil.off_tiles().by_class.first().copied().unwrap_or(0);
        if off > 0 {
            say::note(&format!(
                "note: {off} dots of session {} lie on no sheet (folds of the ears, below the border); dots.csv has them",
                s.number
            ));
        }
    }
    Ok(())
}

/// The sheets in the order in which the fields of a session come to them.
fn order_of_sheets(tiling: &Tiling, session: &SessionCard) -> Vec<u32> {
    let first = |t: &Tile| {
        let nearest = session.order.fields.iter().min_by(|a, b| {
            let d = |f: &[f64; 3]| DVec3::from_array(*f).distance(t.centre.position);
            d(&a.centre_in_head).total_cmp(&d(&b.centre_in_head))
        });
        nearest.map_or(usize::MAX, |f| f.number)
    };
    let mut order: Vec<(usize, u32)> = tiling.tiles.iter().map(|t| (first(t), t.number)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, n)| n).collect()
}

/// The audit of the first course of a plan: on the hair that it was planned for, against the density
/// that was wanted.
fn judge_plan(planned: &Planned) -> anyhow::Result<Audit> {
    let (subject, course) = (&planned.subject, &planned.courses[0]);
    let touch_ups: Vec<u8> = planned.plan.strategies[0]
        .dots
        .iter()
        .flat_map(|d| d.sessions.iter().filter(|s| s.touch_up).map(|s| s.session))
        .collect();
    let dots = course.dots.select(|i, d| !touch_ups.contains(&d.session[i]));
    let depth = |q: DVec2| subject.hairline.depth_mm(q);
    let living = course.living_at_first_session();
    let wanted = course.wanted.as_ref();
    let density = |q: [f32; 2]| wanted.map_or(0.0, |w| w.at(f64::from(q[0]), f64::from(q[1])));
    let context = AuditContext {
        density_plan: wanted.is_some().then_some(&density),
        hairline_depth_mm: Some(&depth),
        follicles: &living,
        ..AuditContext::new(subject.person.today)
    };
    Ok(audit(&dots, &context)?)
}

fn run_audit(args: &AuditArgs) -> anyhow::Result<ExitCode> {
    let in_file = |path: &Path| format!("in {}", path.display());
    let subject = match &args.case {
        None => None,
        Some(path) => {
            let case = read::read(path)?;
            let person = Person::from_case(&case, system_day());
            let folder = path.parent().map(PathBuf::from).unwrap_or_default();
            Some(Subject::new(&case, &folder, person, 1)?)
        }
    };
    let today = subject.as_ref().map_or_else(system_day, |s| s.person.today);
    let context = ReadContext::new(subject.as_ref().map(|s| &s.head), today);
    let file = read_dots(&args.file, &context).with_context(|| in_file(&args.file))?;
    for line in file.assumed.iter().chain(&file.findings) {
        say::note(&format!("note: {line}"));
    }
    let plan = match &args.plan {
        None => None,
        Some(path) => {
            let plan = read_dots(path, &context).with_context(|| in_file(path))?.dots;
            // What is not due yet is not missing.
            let last = file.dots.last_session();
            Some(plan.select(|i, d| d.session[i] <= last))
        }
    };
    let judged = match &subject {
        Some(s) => {
            let depth = |q: DVec2| s.hairline.depth_mm(q);
            // Today's hair says nothing about dots of another year.
            let now = file.dots.day.iter().all(|d| d.abs() < 366.0);
            let living = if now { living_today(s) } else { Vec::new() };
            if !now {
                say::note(
                    "note: some dots are more than a year from today; they are not held against today's follicles",
                );
            }
            let context = AuditContext {
                plan: plan.as_ref(),
                hairline_depth_mm: Some(&depth),
                follicles: &living,
                ..AuditContext::new(today)
            };
            audit(&file.dots, &context)?
        }
        None => audit(&file.dots, &AuditContext { plan: plan.as_ref(), ..AuditContext::new(today) })?,
    };
    if let (Some(target), Some(s)) = (&args.map, &subject) {
        let map = scalp_projection(&s.head)?;
        let outline = ScalpOutline::new(&s.head, &map);
        aside::write_file(target, audit_map(&outline, &map, &file.dots, &judged).as_bytes())?;
        say::note(&format!("the dots with what was found are in {}", target.display()));
    }
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&serde_json::json!({
            "assumed": file.assumed,
            "findings": file.findings,
            "audit": judged,
        }))?)?,
        Format::Text => say::data(&audit_text(&judged, say::width(), say::colour_on_stdout()))?,
    }
    Ok(ExitCode::SUCCESS)
}
