//! `vellus render CASE`: one traced picture of a person at a date, or the frames of an animation.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use vellus_light::trace::Wetness;
use vellus_light::{ColourSpace, View};
use vellus_plan::case::read;
use vellus_plan::forecast::Effort;
use vellus_plan::{Request, make, strategy};
use vellus_report::pictures::render::moments;
use vellus_report::{LightPreset, Look, Place, RenderSpec, Rendered, render, scale_bar};

use crate::aside;
use crate::command::{Format, system_day};
use crate::say;

/// Sides of a close-up, mm.
const SIDES_MM: [f32; 2] = [0.5, 200.0];
/// The side when none is given, mm.
const USUAL_SIDE_MM: f32 = 10.0;
/// Magnifications of a dermatoscope.
const MAGNIFICATIONS: [f32; 2] = [10.0, 70.0];

/// Arguments of `vellus render CASE`.
#[derive(Debug, clap::Args)]
pub(crate) struct TracedArgs {
    /// The case file (TOML).
    case: PathBuf,
    /// What is looked at: a head of the clinical series, or a close-up.
    #[arg(long, value_enum, default_value_t)]
    view: ViewArg,
    /// Moment of the course: today, session_1, after, year_1, year_5, year_10; several with commas, or
    /// `all`, make the frames of an animation.
    #[arg(long, value_name = "MOMENT", default_value = "today", value_delimiter = ',')]
    date: Vec<String>,
    /// The strategy whose course is shown.
    #[arg(long, value_name = "NAME", default_value = "smp_now")]
    strategy: String,
    /// Light; by default daylight for heads and a ring for close-ups.
    #[arg(long, value_enum)]
    light: Option<LightArg>,
    /// Width and height, pixels; close-ups are squares of the width.
    #[arg(long, value_name = "WxH", default_value = "600x750", value_parser = size, allow_hyphen_values = true)]
    size: (usize, usize),
    /// Paths through each pixel: noise falls with their number.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=65_536), allow_hyphen_values = true)]
    samples: u32,
    /// Side of a close-up, mm; 10 when left out.
    #[arg(long, value_name = "MM", allow_negative_numbers = true, value_parser = side)]
    side: Option<f32>,
    /// A dermatoscope of this magnification (10 to 70) instead of a close-up of a given side.
    #[arg(long, value_name = "X", allow_negative_numbers = true, value_parser = magnification, conflicts_with = "side")]
    magnification: Option<f32>,
    /// Skin and hair: dry, damp or wet.
    #[arg(long, value_enum, default_value_t)]
    wetness: WetArg,
    /// Without gloss, as through crossed polarisers.
    #[arg(long)]
    polarised: bool,
    /// Smooth noise away where reflectance, surface and depth say that the light is the same. For looking, not
    /// for measuring: only PNG files.
    #[arg(long, conflicts_with = "layers")]
    denoise: bool,
    /// Kind of file; by default that of the name of `--out`, else PNG.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Also depth, normal, reflectance and number of the strand in EXR and NPY files.
    #[arg(long)]
    layers: bool,
    /// Colours of a PNG: sRGB, or Display P3 with its profile in the file.
    #[arg(long, value_enum, default_value_t)]
    space: SpaceArg,
    /// A PNG without background.
    #[arg(long)]
    transparent: bool,
    /// File to write; by default the view and the moment beside the case. With several moments their
    /// names are added.
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// Seed of all random numbers: same case, seed and version, same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum ViewArg {
    #[default]
    Front,
    ObliqueLeft,
    ObliqueRight,
    Left,
    Right,
    Top,
    Vertex,
    Back,
    Hairline,
    /// Close-up 15 mm behind the hairline.
    CloseHairline,
    /// Close-up of the vertex.
    CloseVertex,
    /// Close-up of the back of the head.
    CloseFringe,
}

impl ViewArg {
    fn name(self) -> String {
        clap::ValueEnum::to_possible_value(&self).map_or_else(String::new, |v| v.get_name().to_owned())
    }

    fn is_close_up(self) -> bool {
        matches!(self, Self::CloseHairline | Self::CloseVertex | Self::CloseFringe)
    }

    fn look(self, side: Option<f32>, magnification: Option<f32>) -> Look {
        let close = |place| match magnification {
            Some(x) => Look::Dermatoscope(place, x),
            None => Look::CloseUp(place, side.unwrap_or(USUAL_SIDE_MM)),
        };
        match self {
            Self::Front => Look::Head(View::Front),
            Self::ObliqueLeft => Look::Head(View::ThreeQuarter),
            Self::ObliqueRight => Look::Head(View::ThreeQuarterRight),
            Self::Left => Look::Head(View::Side),
            Self::Right => Look::Head(View::SideRight),
            Self::Top => Look::Head(View::Top),
            Self::Vertex => Look::Head(View::Vertex),
            Self::Back => Look::Head(View::Back),
            Self::Hairline => Look::Head(View::Hairline),
            Self::CloseHairline => close(Place::Hairline),
            Self::CloseVertex => close(Place::Vertex),
            Self::CloseFringe => close(Place::Fringe),
        }
    }
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum LightArg {
    /// A large window and a bright room.
    Daylight,
    /// Wide ceiling panels.
    Clinic,
    /// One hard lamp overhead.
    Overhead,
    /// The ring of a dermatoscope or macro lens.
    Ring,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum WetArg {
    #[default]
    Dry,
    Damp,
    Wet,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum SpaceArg {
    #[default]
    Srgb,
    DisplayP3,
}

impl From<SpaceArg> for ColourSpace {
    fn from(space: SpaceArg) -> Self {
        match space {
            SpaceArg::Srgb => Self::Srgb,
            SpaceArg::DisplayP3 => Self::DisplayP3,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// 8-bit sRGB.
    Png,
    /// OpenEXR, linear.
    Exr,
    /// NumPy array, linear.
    Npy,
}

impl Kind {
    const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Exr => "exr",
            Self::Npy => "npy",
        }
    }

    fn of(path: &Path) -> Option<Self> {
        [Self::Png, Self::Exr, Self::Npy]
            .into_iter()
            .find(|k| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(k.ending())))
    }
}

fn side(text: &str) -> Result<f32, String> {
    within(text, SIDES_MM, "mm")
}

fn magnification(text: &str) -> Result<f32, String> {
    within(text, MAGNIFICATIONS, "times")
}

/// A number in a range; what is wrong with it is known before the course is simulated.
fn within(text: &str, [lo, hi]: [f32; 2], unit: &str) -> Result<f32, String> {
    text.trim()
        .parse::<f32>()
        .ok()
        .filter(|x| (lo..=hi).contains(x))
        .ok_or_else(|| format!("give a number from {lo} to {hi} ({unit})"))
}

fn size(text: &str) -> Result<(usize, usize), String> {
    let parts: Vec<&str> = text.split(['x', '×']).collect();
    let number = |t: &str| {
        let n = t
            .trim()
            .parse::<i64>()
            .map_err(|_| format!("{t:?} is no number of pixels; give width and height such as 1200x1500"))?;
        usize::try_from(n).ok().filter(|n| (8..=8192).contains(n)).ok_or_else(|| {
            format!(
                "{n} pixels are outside of what a side may have, 8 to 8192; a head on paper needs 1200x1500"
            )
        })
    };
    match parts[..] {
        [w, h] => Ok((number(w)?, number(h)?)),
        [w] => Ok((number(w)?, number(w)?)),
        _ => Err(format!("{text:?} is no size; give it such as 1200x1500")),
    }
}

/// Refuses what could only be refused after minutes of work, or would be ignored.
fn check(args: &TracedArgs) -> anyhow::Result<()> {
    if !args.view.is_close_up() && (args.side.is_some() || args.magnification.is_some()) {
        let key = if args.side.is_some() { "--side" } else { "--magnification" };
        return Err(say::fail(
            format!("{key} is for close-ups, and --view {} shows a head", args.view.name()),
            "add --view close-vertex, close-hairline or close-fringe, or leave it out",
        ));
    }
    let kind = args.kind.or_else(|| args.out.as_deref().and_then(Kind::of)).unwrap_or(Kind::Png);
    if args.denoise && kind != Kind::Png {
        return Err(say::fail(
            "--denoise is for pictures to look at, and EXR and NPY files are measured",
            "write a PNG, or leave --denoise out and give more --samples",
        ));
    }
    let Some(out) = &args.out else { return Ok(()) };
    if args.kind.is_none() && Kind::of(out).is_none() && out.extension().is_some() {
        return Err(say::fail(
            format!("the ending of {} is of no kind of picture that is written here", out.display()),
            "end it in .png, .exr or .npy, or say --kind",
        ));
    }
    let folder = out.parent().filter(|p| !p.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|f| !f.is_dir()) {
        return Err(say::fail(
            format!("there is no folder {}", folder.display()),
            "create it, or choose another with --out",
        ));
    }
    if out.is_dir() {
        return Err(say::fail(
            format!("{} is a folder", out.display()),
            "name a file in it, such as front.png",
        ));
    }
    Ok(())
}

pub(crate) fn run(args: &TracedArgs) -> anyhow::Result<ExitCode> {
    check(args)?;
    let case = read::read(&args.case)?;
    let text = std::fs::read_to_string(&args.case).context("reading the case again")?;
    let folder = args.case.parent().map(PathBuf::from).unwrap_or_default();
    let all = strategy::built_in()?;
    let known: Vec<String> = all.iter().map(|s| s.id.clone()).collect();
    let strategies: Vec<_> = all.into_iter().filter(|s| s.id == args.strategy).collect();
    if strategies.is_empty() {
        return Err(say::fail(
            format!("there is no strategy {:?}", args.strategy),
            format!("strategies: {}", known.join(", ")),
        ));
    }
    let bar = say::progress(5);
    let request = Request {
        case: &case,
        case_text: &text,
        folder: &folder,
        clock: system_day(),
        seed: args.seed,
        effort: Effort::QUICK,
        quick: true,
        strategies,
        detail: true,
        search: None,
    };
    let planned = make(&request, &mut |what| {
        bar.set_message(what.to_owned());
        bar.inc(1);
    })?;
    let dates =
        if args.date.iter().any(|d| d == "all") { moments(&planned.courses[0]) } else { args.date.clone() };
    let spec = RenderSpec {
        look: args.view.look(args.side, args.magnification),
        light: args.light.map(|l| match l {
            LightArg::Daylight => LightPreset::Daylight,
            LightArg::Clinic => LightPreset::Clinic,
            LightArg::Overhead => LightPreset::Overhead,
            LightArg::Ring => LightPreset::Ring,
        }),
        size: args.size,
        samples: args.samples,
        wetness: match args.wetness {
            WetArg::Dry => Wetness::Dry,
            WetArg::Damp => Wetness::Damp,
            WetArg::Wet => Wetness::Wet,
        },
        polarised: args.polarised,
        denoise: args.denoise,
    };
    let start = std::time::Instant::now();
    let pictures = render(&planned, 0, &dates, &spec, &mut |done, of| {
        bar.set_message("paths");
        bar.set_length(u64::from(of));
        bar.set_position(u64::from(done));
        true
    })?;
    bar.finish_and_clear();
    let seconds = start.elapsed().as_secs_f64();
    let kind = args.kind.or_else(|| args.out.as_deref().and_then(Kind::of)).unwrap_or(Kind::Png);
    let mut rows = Vec::new();
    for (picture, date) in pictures.into_iter().zip(&dates) {
        let name = if dates.len() > 1 { format!("-{date}") } else { String::new() };
        let path = match &args.out {
            Some(p) if dates.len() > 1 => {
                let stem = p.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                p.with_file_name(format!("{stem}{name}.{}", kind.ending()))
            }
            Some(p) => p.clone(),
            None => folder.join(format!("{}-{date}.{}", args.view.name(), kind.ending())),
        };
        let (bytes, bar_mm) = encode(picture, kind, args)?;
        aside::write_file(&path, &bytes)?;
        say::note(&format!("{} is in {}", date, path.display()));
        rows.push(serde_json::json!({
            "moment": date,
            "file": path.display().to_string(),
            "scale_bar_mm": bar_mm,
        }));
    }
    let (w, h) = args.size;
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&serde_json::json!({
            "view": args.view.name(),
            "strategy": args.strategy,
            "width": w,
            "height": h,
            "samples": args.samples,
            "seconds": seconds,
            "pictures": rows,
        }))?)?,
        Format::Text => {
            for r in &rows {
                if let Some(mm) = r["scale_bar_mm"].as_f64() {
                    say::note(&format!("the bar is {mm:.2} mm long"));
                    break;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Bytes of a picture, and the length of its scale bar, mm, where it has one.
fn encode(mut picture: Rendered, kind: Kind, args: &TracedArgs) -> anyhow::Result<(Vec<u8>, Option<f32>)> {
    Ok(match kind {
        Kind::Exr => (picture.layers.to_exr(args.layers)?, None),
        Kind::Npy => (picture.layers.to_npy(args.layers), None),
        Kind::Png if args.transparent => (picture.layers.to_png(args.space.into())?, None),
        Kind::Png => {
            let mm = picture.pixels_per_mm.map(|s| scale_bar(&mut picture.image, s));
            (picture.image.to_png_in(args.space.into())?, mm)
        }
    })
}
