//! Light in tissue: paths in layers against exact results and other programs; pigment dots.

use serde::Deserialize;
use vellus_light::dot::{Column, PlainSkin};
use vellus_light::transport::{Beam, Estimate, Layer, Slab, Tallies, simulate};
use vellus_units::random::Key;

use crate::error::EvidenceError;
use crate::experiment::{Experiment, Results};
use crate::light_dot;
use crate::row::Row;

/// What an experiment does.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Run {
    /// Photons through plane layers. Results, shares of the light: `specular`, `reflectance`
    /// (scattered), `reflectance_total` (with what the surface reflects), `transmittance` (scattered),
    /// `transmittance_total`, `unscattered`, `absorbed`, `absorbed_1`, …; with a window also
    /// `decay_per_cm`, by which absorption falls between its two ends.
    Layers {
        /// Refractive index above.
        #[serde(default = "one")]
        above: f64,
        /// Refractive index below.
        #[serde(default = "one")]
        below: f64,
        /// The layers from the top.
        layers: Vec<LayerSpec>,
        /// Whether light comes from the whole half-space instead of at right angles.
        #[serde(default)]
        diffuse: bool,
        /// Photons, in thousands.
        thousands: u64,
        /// Depths between which the fall of absorption is measured, mm.
        window_mm: Option<[f64; 2]>,
    },
    /// The table of dots against fresh paths at random points of its range. Results: `middle` and
    /// `area` (root mean squares), `middle_worst`, `area_worst`.
    Interpolation {
        /// Random points.
        points: usize,
        /// Paths at each, in thousands.
        thousands: u64,
    },
    /// A column of 80 mm beside a layer, 0.2 to 0.45 mm deep. Results: darkening `dot`, `layer`, and
    /// their `difference`.
    WideDot {
        /// The skin.
        skin: SkinSpec,
        /// Wavelength, nm.
        nm: f64,
        /// Absorption of the pigment, per mm.
        load_per_mm: f64,
        /// Paths, in thousands; five times as many photons for the layers.
        thousands: u64,
    },
    /// Bare skin and the middle of a dot of carbon. Results: `bare_l`, `dot_l`, `dot_b`, `drop_l`,
    /// `drop_b`; what is left of reflectance at 440, 560 and 640 nm, `left_440` …, in a field without
    /// end, `field_440` …; `bluer`, red over blue of the dot over that of the field.
    DotColour {
        /// The skin.
        skin: SkinSpec,
        /// Depth of the top, mm.
        top_mm: f64,
        /// Depth of the bottom, mm.
        bottom_mm: f64,
        /// Diameter, mm.
        diameter_mm: f64,
        /// Absorption at 550 nm, per mm.
        load_550_per_mm: f64,
    },
}

/// Skin by its chromophores.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkinSpec {
    melanosomes: f64,
    blood: f64,
    saturation: f64,
}

impl SkinSpec {
    fn skin(&self) -> PlainSkin {
        PlainSkin { melanosomes: self.melanosomes, blood: self.blood, saturation: self.saturation }
    }
}

/// A layer; without a thickness it has no end.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerSpec {
    mua_per_mm: f64,
    mus_per_mm: f64,
    g: f64,
    n: f64,
    #[serde(default = "endless")]
    thickness_mm: f64,
}

fn one() -> f64 {
    1.0
}

fn endless() -> f64 {
    f64::INFINITY
}

macro_rules! experiments {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../data/experiments/light/", $name, ".toml")))),*]
    };
}

/// The experiment files that come with the program.
pub const EXPERIMENTS: &[(&str, &str)] = experiments![
    "slab",
    "index_1_5",
    "isotropic_normal",
    "isotropic_diffuse",
    "three_layers",
    "white",
    "decay_matched",
    "decay_index",
    "dot_wide",
    "dot_table",
    "dot_shallow",
    "dot_middle",
    "dot_deep",
    "dot_pale",
];

/// Runs every experiment; `quick` traces a tenth of the photons, whose error can leave a tolerance.
///
/// # Errors
/// [`EvidenceError::File`], [`EvidenceError::Light`], [`EvidenceError::Dot`].
pub fn run_all(seed: u64, quick: bool) -> Result<Vec<Row>, EvidenceError> {
    let mut rows = Vec::new();
    for (name, text) in EXPERIMENTS {
        let experiment = Experiment::<Run>::parse(name, text)?;
        let results = perform(name, &experiment.run, seed, quick)?;
        rows.extend(experiment.rows("light", name, &results)?);
    }
    Ok(rows)
}

/// Bins of the window in which a fall is measured.
const WINDOW_BINS: usize = 3;

fn perform(name: &str, run: &Run, seed: u64, quick: bool) -> Result<Results, EvidenceError> {
    match run {
        Run::Layers { above, below, layers, diffuse, thousands, window_mm } => {
            let photons = thousands * if quick { 100 } else { 1000 };
            perform_layers(name, [*above, *below], layers, *diffuse, photons, *window_mm, seed)
        }
        Run::Interpolation { points, thousands } => {
            let points = if quick { points.div_ceil(5) } else { *points };
            light_dot::interpolation(name, points, 1000 * thousands, seed)
        }
        Run::WideDot { skin, nm, load_per_mm, thousands } => {
            light_dot::wide(name, &skin.skin(), *nm, *load_per_mm, *thousands, seed)
        }
        Run::DotColour { skin, top_mm, bottom_mm, diameter_mm, load_550_per_mm } => {
            let column = Column { top_mm: *top_mm, bottom_mm: *bottom_mm, diameter_mm: *diameter_mm };
            light_dot::colour(name, &skin.skin(), &column, *load_550_per_mm, seed)
        }
    }
}

fn perform_layers(
    name: &str,
    [above, below]: [f64; 2],
    layers: &[LayerSpec],
    diffuse: bool,
    photons: u64,
    window_mm: Option<[f64; 2]>,
    seed: u64,
) -> Result<Results, EvidenceError> {
    let slab = Slab {
        above,
        below,
        layers: layers
            .iter()
            .map(|l| Layer {
                mua_per_mm: l.mua_per_mm,
                mus_per_mm: l.mus_per_mm,
                g: l.g,
                n: l.n,
                thickness_mm: l.thickness_mm,
            })
            .collect(),
    };
    let [from, to] = window_mm.unwrap_or([0.0, 1.0]);
    // The first and the last of the bins are compared: their middles are all but one bin apart.
    let width = (to - from) / WINDOW_BINS as f64;
    let before = (from / width).round() as usize;
    let tallies = Tallies {
        beam: if diffuse { Beam::Diffuse } else { Beam::Normal },
        depth: window_mm.map(|_| (before + WINDOW_BINS, width)),
        ..Tallies::default()
    };
    let t = simulate(&slab, photons, Key::new(seed, 0), &tallies)
        .map_err(|source| EvidenceError::Light { name: name.into(), source })?;
    let sum = |parts: &[Estimate]| Estimate {
        value: parts.iter().map(|e| e.value).sum(),
        // Parts exclude each other, so that this is more than the sum's own error.
        se: parts.iter().map(|e| e.se * e.se).sum::<f64>().sqrt(),
    };
    let mut out = vec![
        ("specular".to_owned(), t.specular),
        ("reflectance".to_owned(), t.reflectance),
        ("reflectance_total".to_owned(), sum(&[t.reflectance, t.specular])),
        ("transmittance".to_owned(), t.transmittance),
        ("unscattered".to_owned(), t.unscattered),
        ("transmittance_total".to_owned(), sum(&[t.transmittance, t.unscattered])),
        ("absorbed".to_owned(), sum(&t.absorbed)),
    ];
    out.extend(t.absorbed.iter().enumerate().map(|(i, a)| (format!("absorbed_{}", i + 1), *a)));
    if let Some(depth) = &t.depth {
        let (a, b) = (depth.density[before], depth.density[before + WINDOW_BINS - 1]);
        let cm = width * (WINDOW_BINS - 1) as f64 / 10.0;
        let relative = |e: Estimate| e.se / e.value.max(f64::MIN_POSITIVE);
        out.push((
            "decay_per_cm".to_owned(),
            Estimate {
                value: libm::log(a.value / b.value) / cm,
                se: libm::hypot(relative(a), relative(b)) / cm,
            },
        ));
    }
    Ok(out.into_iter().map(|(k, e)| (k, (e.value, 2.0 * e.se))).collect())
}
