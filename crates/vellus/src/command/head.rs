//! `vellus head`: what a scan, or a head built from lengths, is worth; and points on it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use vellus_head::flatten::{MapMiddle, Projection, ScalpProjection, TileSpec, tile_scalp};
use vellus_head::head::{Head, Sex};
use vellus_head::io::{Scan, read_scan, write_points};
use vellus_head::repair::{RepairOptions, repair};
use vellus_head::{
    Axis, HeadError, KnownLength, LengthUnit, PlaceSpec, PointSet, ScanSpec, Spot, Surface, Verdict, place,
};
use vellus_plan::case::read;
use vellus_plan::head::build_head;
use vellus_plan::person::Person;
use vellus_report::head_sheet::{head_json, head_page, head_ply, head_text, head_views, refusal_json};
use vellus_report::{SheetLine, Stencil, scalp_map};
use vellus_units::random::Key;
use vellus_units::{Millimetres, Purpose};

use super::{Format, system_day};
use crate::aside::{Aside, write_file};
use crate::say;

/// Arguments of `vellus head`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A scan (.ply, .obj, .stl, .gltf or .glb) or a case (.toml). What the scan does not say may
    /// stand in a file of the same name that ends in .toml.
    file: PathBuf,
    /// Folder for the sheet, the picture and head.ply; with --points, the PLY file for the points.
    /// By default the folder NAME-head here; with --format json no files are written.
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// Place this many points evenly instead; exactly as many, 2 to 20 million.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=20_000_000))]
    points: Option<u32>,
    /// Where points go.
    #[arg(long, value_enum, default_value_t, requires = "points")]
    on: On,
    /// Also lay the scalp flat in tiles of at most 3 cm, one sheet each at true scale.
    #[arg(long, conflicts_with = "points")]
    tiles: bool,
    /// Seed of all random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Whose norms fill in.
    #[arg(long, value_enum, default_value_t)]
    sex: SexArg,
    #[command(flatten)]
    scan: ScanArgs,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What the scan does not say; each wins over the sidecar and the file.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What the scan does not say")]
struct ScanArgs {
    /// The sidecar, when it stands elsewhere.
    #[arg(long, value_name = "FILE")]
    sidecar: Option<PathBuf>,
    /// Unit of the coordinates.
    #[arg(long, value_enum)]
    unit: Option<UnitArg>,
    /// Up in the file: +x, -x, +y, -y, +z or -z. Found from the shape when left out.
    #[arg(long, value_parser = axis, allow_hyphen_values = true)]
    up: Option<Axis>,
    /// Where the person looks in the file.
    #[arg(long, value_parser = axis, allow_hyphen_values = true)]
    forward: Option<Axis>,
    /// Measured head circumference (tape), mm: gives the scale.
    #[arg(long, value_name = "MM")]
    circumference: Option<f64>,
    /// Measured head length (glabella to the back), mm: gives the scale.
    #[arg(long, value_name = "MM", conflicts_with = "circumference")]
    length: Option<f64>,
    /// Measured head breadth, mm: gives the scale.
    #[arg(long, value_name = "MM", conflicts_with_all = ["circumference", "length"])]
    breadth: Option<f64>,
    /// Height of the forehead, glabella to hairline along the skin, mm.
    #[arg(long, value_name = "MM")]
    forehead: Option<f64>,
    /// Find all landmarks from the shape, even those that are given.
    #[arg(long)]
    ignore_landmarks: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum On {
    /// The hair-bearing scalp; points are in head space, mm.
    #[default]
    Scalp,
    /// The whole mesh as it is in the file, in its coordinates.
    All,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum SexArg {
    Female,
    #[default]
    Male,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum UnitArg {
    Mm,
    Cm,
    Dm,
    M,
    Inch,
}

impl From<UnitArg> for LengthUnit {
    fn from(u: UnitArg) -> Self {
        match u {
            UnitArg::Mm => Self::Mm,
            UnitArg::Cm => Self::Cm,
            UnitArg::Dm => Self::Dm,
            UnitArg::M => Self::M,
            UnitArg::Inch => Self::Inch,
        }
    }
}

fn axis(text: &str) -> Result<Axis, String> {
    Axis::try_from(text.to_owned())
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let is_case = args.file.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    if let (Some(n), On::All, false) = (args.points, args.on, is_case) {
        // Any mesh will do, so none is asked to be a head.
        let scan = read_scan(&args.file)?;
        let spec = spec_of(args, &scan)?;
        let mesh = repair(&scan.mesh, &RepairOptions::UNSCALED)?.mesh;
        let surface = Surface::new(mesh)?;
        let unit = spec.unit.map_or(1.0, LengthUnit::millimetres);
        return points(args, &surface, None, n as usize, unit);
    }
    let head = match read_head(args, is_case) {
        Ok(head) => head,
        Err(e) => {
            if args.format == Format::Json {
                say::data(&refusal_json(&format!("{e:#}"))?)?;
            }
            return Err(e);
        }
    };
    if let Some(n) = args.points {
        let density = |s: &Spot| f64::from(u8::from(head.zone_at_spot(s).is_some()));
        let density: Option<vellus_head::Density<'_>> = match args.on {
            On::Scalp => Some(&density),
            On::All => None,
        };
        return points(args, head.surface(), Some((&head, density)), n as usize, 1.0);
    }
    let code = match head.scan().map(|s| s.verdict) {
        Some(Verdict::NotUsable) => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    };
    let stem = args.file.file_stem().map_or_else(|| "head".into(), |s| s.to_string_lossy().into_owned());
    let out = match (&args.out, args.format) {
        (Some(out), _) => Some(out.clone()),
        (None, Format::Text) => Some(PathBuf::from(format!("{stem}-head"))),
        (None, Format::Json) => None,
    };
    if let Some(out) = &out {
        let folder = Aside::begin(out)?;
        let views = head_views(&head);
        folder.write("head.html", head_page(&head, &views, &stem)?.as_bytes())?;
        folder.write("head.svg", views.to_svg()?.as_bytes())?;
        folder.write("head.png", &views.to_png()?)?;
        folder.write("head.ply", &head_ply(&head)?)?;
        folder.write("head.json", head_json(&head)?.as_bytes())?;
        flat(&head, &folder, args.tiles)?;
        folder.finish()?;
    }
    match args.format {
        Format::Json => say::data(&head_json(&head)?)?,
        Format::Text => say::data(&head_text(&head))?,
    }
    if let Some(out) = &out {
        say::note(&format!("Look at {}", out.join("head.html").display()));
    }
    Ok(code)
}

/// The scalp laid flat: one map of it, and the tiles when they are wanted.
fn flat(head: &Head, folder: &Aside, tiles: bool) -> anyhow::Result<()> {
    let map = match ScalpProjection::new(head, Projection::default(), MapMiddle::default()) {
        Ok(map) => map,
        // A head that is only good for a preview may have no scalp that can be laid out.
        Err(e) if !tiles => {
            say::note(&format!("No map of the scalp: {e}"));
            return Ok(());
        }
        Err(e) => return Err(e.into()),
    };
    folder.write("scalp-map.svg", scalp_map(head, &map).as_bytes())?;
    if tiles {
        let tiling = tile_scalp(head, &TileSpec::default())?;
        let stencil = Stencil::new(head, &tiling, &map, &[], &[])?
            .titled(head.source())
            .with_lines(&[SheetLine::midline(head)]);
        folder.write_in("tiles", "overview.svg", stencil.overview().as_bytes())?;
        for sheet in stencil.sheets() {
            let name = format!("tile-{:02}.svg", sheet.number);
            folder.write_in("tiles", &name, sheet.svg.as_bytes())?;
        }
    }
    Ok(())
}

fn read_head(args: &Args, is_case: bool) -> anyhow::Result<Head> {
    if is_case {
        let case = read::read(&args.file)?;
        let mut person = Person::from_case(&case, system_day());
        let folder = args.file.parent().map(Path::to_path_buf).unwrap_or_default();
        return Ok(build_head(&case, &folder, &mut person)?);
    }
    let scan = read_scan(&args.file)?;
    let spec = spec_of(args, &scan)?;
    let sex = match args.sex {
        SexArg::Female => Sex::Female,
        SexArg::Male => Sex::Male,
    };
    let forehead = args.scan.forehead.map(Millimetres);
    Head::preview_scan(&scan.mesh, &spec, sex, forehead, scan.format).map_err(|e| match e {
        HeadError::Scan(text) => say::fail(
            format!("the scan {}: {text}", args.file.display()),
            "write what the scan does not say beside it, as NAME.toml, or give it as an option",
        ),
        e => e.into(),
    })
}

/// What is known of a scan: options, then the sidecar, then the file itself.
fn spec_of(args: &Args, scan: &Scan) -> anyhow::Result<ScanSpec> {
    let a = &args.scan;
    let mut spec = match &a.sidecar {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| {
                say::fail(format!("cannot read the sidecar {}: {e}", path.display()), "check the path")
            })?;
            ScanSpec::from_toml(&text).with_context(|| format!("in {}", path.display()))?
        }
        None => ScanSpec::beside(&args.file)?.unwrap_or_default(),
    };
    spec.complete_from(scan);
    spec.unit = a.unit.map(LengthUnit::from).or(spec.unit);
    spec.up = a.up.or(spec.up);
    spec.forward = a.forward.or(spec.forward);
    spec.known_length = a
        .circumference
        .map(|l| KnownLength::HeadCircumference(Millimetres(l)))
        .or(a.length.map(|l| KnownLength::HeadLength(Millimetres(l))))
        .or(a.breadth.map(|l| KnownLength::HeadBreadth(Millimetres(l))))
        .or(spec.known_length);
    if a.ignore_landmarks {
        spec.landmarks.clear();
    }
    Ok(spec)
}

/// Places points, writes them when a file was named, and says how even they are.
fn points(
    args: &Args,
    surface: &Surface,
    on_head: Option<(&Head, Option<vellus_head::Density<'_>>)>,
    n: usize,
    mm_per_unit: f64,
) -> anyhow::Result<ExitCode> {
    let spec = PlaceSpec {
        chart: on_head.map(|(h, _)| h.chart()),
        density: on_head.and_then(|(_, d)| d),
        ..PlaceSpec::new(n, Key::new(args.seed, 0), Purpose::Placement)
    };
    let begin = Instant::now();
    let set: PointSet = place(surface, &spec)?;
    let seconds = begin.elapsed().as_secs_f64();
    let quality = set.quality(surface, &spec)?;
    if let Some(out) = &args.out {
        let mut bytes = Vec::new();
        write_points(&mut bytes, &set)?;
        write_file(out, &bytes)?;
    }
    let gap = quality.largest_gap * mm_per_unit;
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&serde_json::json!({
            "count": set.len(),
            "relative_radius": quality.relative_radius,
            "variation": quality.nn_variation,
            "largest_gap_mm": gap,
            "spectrum": {
                "pair_peak": quality.spectrum.pair_peak(),
                "low_power": quality.spectrum.low_power(),
                "peak_power": quality.spectrum.peak_power(),
            },
            "area_cm2": set.area * mm_per_unit * mm_per_unit / 100.0,
            "seconds": seconds,
        }))?)?,
        Format::Text => say::data(&format!(
            "{} points in {seconds:.2} s\n\
             \x20 relative radius          {:.3}   1 is the densest packing there is\n\
             \x20 variation of spacing     {:.3}\n\
             \x20 largest gap              {gap:.2} mm\n\
             \x20 power at low frequencies {:.3}   1 is random, 0 is even on every scale\n\
             \x20 peaks of the spectrum    {:.1}     1 is random, 2 to 3 is blue noise, a lattice is far above\n",
            set.len(),
            quality.relative_radius,
            quality.nn_variation,
            quality.spectrum.low_power(),
            quality.spectrum.peak_power()
        ))?,
    }
    if let Some(out) = &args.out {
        say::note(&format!("Points are in {}", out.display()));
    }
    Ok(ExitCode::SUCCESS)
}
