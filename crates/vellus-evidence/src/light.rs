//! Light in tissue, hair and the eye: paths in layers against exact results and other programs; pigment dots; bare skin;
//! fibres; colours.

use serde::Deserialize;
use vellus_light::dot::{Column, PlainSkin};
use vellus_light::transport::{Beam, Estimate, Layer, Slab, Tallies, simulate};
use vellus_light::{LampKind, Observer};
use vellus_units::random::Key;

use crate::error::EvidenceError;
use crate::experiment::{Experiment, Results};
use crate::row::Row;
use crate::{light_dot, light_eye, light_hair, light_skin};

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
    /// Dots of carbon, one deeper than the other, and fields without end of the same pigment. Results:
    /// `lighter`, least rise of L* in the middle of a dot from one depth to the next, `contrast`, least fall of ΔE₀₀
    /// from the bare skin, `bluer`, least b* of a dot over that of the field of its depth.
    DotOrder {
        /// The skin.
        skin: SkinSpec,
        /// Depths of the top, mm, rising.
        tops_mm: Vec<f64>,
        /// Height, mm.
        height_mm: f64,
        /// Diameter, mm.
        diameter_mm: f64,
        /// Absorption at 550 nm, per mm.
        load_550_per_mm: f64,
    },
    /// Plane layers by adding–doubling. Results: `reflectance` (with what the surface reflects), `body`
    /// (without), `specular`, `transmittance`, `diffuse_reflectance`, `diffuse_transmittance`, `absorbed_1`, ….
    Planes {
        /// Refractive index above.
        #[serde(default = "one")]
        above: f64,
        /// Refractive index below.
        #[serde(default = "one")]
        below: f64,
        /// The layers from the top.
        layers: Vec<LayerSpec>,
    },
    /// Skin with the lightness and redness of a group, whose yellowness is then predicted. Results: `l`, `a`,
    /// `b`, `difference` (ΔE₀₀).
    BareSkin {
        /// CIELAB of the group, under D65.
        lab: [f64; 3],
        /// Whether the observer is that of 10° (1964) instead of 2° (1931).
        #[serde(default)]
        ten_degrees: bool,
    },
    /// Calm skin of a group's typology angle, D65 and 2°. Results: `l`, `a`, `b`, `difference`, `angle`.
    SkinOfAngle {
        /// CIELAB of the group.
        lab: [f64; 3],
    },
    /// Reduced scattering of the upper dermis. Result: `per_mm`.
    Scattering {
        /// Wavelength, nm.
        nm: f64,
    },
    /// More blood in calm skin. Result: `slope`, change of L* over that of a*.
    Flush {
        /// Typology angle, degrees.
        angle_deg: f64,
        /// Blood over that of calm skin.
        times: f64,
    },
    /// A fibre without pigment under even light. Results: `drawn_least`, `drawn_most`, `even_least`,
    /// `even_most`, `weight_least`, `weight_most`.
    WhiteFurnace {
        /// Roughnesses along each axis of the grid.
        steps: u32,
        /// Directions at each, in thousands.
        thousands: u32,
        /// Long over short axis of the section.
        aspect: f32,
    },
    /// χ² of drawn directions of fibres. Result: `p`, of the worst of eight fibres, corrected for their number.
    Sampling {
        /// Directions drawn for each fibre, in thousands.
        thousands: u32,
    },
    /// Rays from 450 mm at hairs of 0.04 mm radius, single against double precision. Results: `met`, `off`,
    /// `disagree`.
    Hits {
        /// Hairs.
        hairs: usize,
        /// Rays, in thousands; a fifth in the quick set.
        thousands: usize,
    },
    /// CIEDE2000 on the published pairs. Results: `pairs`, `met`, `worst`.
    ColourPairs,
    /// White of a lamp. Results: `x`, `z` where Y is 100.
    White {
        /// The lamp.
        lamp: LampKind,
        /// Whether the observer is that of 10° (1964) instead of 2° (1931).
        #[serde(default)]
        ten_degrees: bool,
    },
    /// FLIP of two flat grey pictures. Results: `mean`, `same`.
    Flip {
        /// sRGB code value of one, 0 to 1.
        first: f64,
        /// That of the other.
        second: f64,
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

impl LayerSpec {
    fn layer(&self) -> Layer {
        Layer {
            mua_per_mm: self.mua_per_mm,
            mus_per_mm: self.mus_per_mm,
            g: self.g,
            n: self.n,
            thickness_mm: self.thickness_mm,
        }
    }
}

fn observer(ten_degrees: bool) -> Observer {
    if ten_degrees { Observer::Cie1964 } else { Observer::Cie1931 }
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
    "planes_slab",
    "planes_isotropic",
    "planes_index",
    "planes_white",
    "planes_three_layers",
    "dot_order",
    "skin_xiao_all",
    "skin_xiao_forehead",
    "skin_alaluf_european",
    "skin_alaluf_african",
    "skin_angle_forehead",
    "skin_angle_all",
    "skin_yun",
    "skin_han",
    "skin_scattering",
    "skin_flush",
    "hair_furnace",
    "hair_furnace_ellipse",
    "hair_sampling",
    "hair_hits",
    "ciede2000",
    "white_d65",
    "white_d65_10",
    "flip_black",
    "flip_grey",
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
        Run::DotOrder { skin, tops_mm, height_mm, diameter_mm, load_550_per_mm } => {
            let columns: Vec<Column> = tops_mm
                .iter()
                .map(|top| Column { top_mm: *top, bottom_mm: top + height_mm, diameter_mm: *diameter_mm })
                .collect();
            light_dot::order(name, &skin.skin(), &columns, *load_550_per_mm, seed)
        }
        Run::Planes { above, below, layers } => {
            let layers: Vec<Layer> = layers.iter().map(LayerSpec::layer).collect();
            light_skin::planes(name, [*above, *below], &layers)
        }
        Run::BareSkin { lab, ten_degrees } => {
            Ok(light_skin::from_lightness_and_red(*lab, observer(*ten_degrees)))
        }
        Run::SkinOfAngle { lab } => light_skin::from_angle(name, *lab),
        Run::Scattering { nm } => Ok(light_skin::scattering(*nm)),
        Run::Flush { angle_deg, times } => light_skin::flush(name, *angle_deg, *times),
        Run::WhiteFurnace { steps, thousands, aspect } => {
            Ok(light_hair::white_furnace(*steps, *thousands, *aspect, seed))
        }
        Run::Sampling { thousands } => light_hair::sampling(name, *thousands, seed),
        Run::Hits { hairs, thousands } => {
            light_hair::ray_hits(name, *hairs, thousands * if quick { 200 } else { 1000 }, seed)
        }
        Run::ColourPairs => Ok(light_eye::colour_pairs()),
        Run::White { lamp, ten_degrees } => Ok(light_eye::white(*lamp, observer(*ten_degrees))),
        Run::Flip { first, second } => light_eye::flat_flip(name, *first, *second),
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
    let slab = Slab { above, below, layers: layers.iter().map(LayerSpec::layer).collect() };
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
