//! The field: follicular units with their hairs, grown in a flat patch that is larger than the frame.

use super::patch::{Patch, even_points};
use super::spec::{CloseUpSpec, Hair};
use crate::hair_colour::HairColour;
use libm::{cos, sin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_units::random::{Key, Purpose, Stream};

/// Most hairs of a unit.
pub(crate) const LARGEST_UNIT: u32 = 5;
/// Mean number of hairs of a unit below which units are left empty instead. Assumption.
const SMALLEST_MEAN: f64 = 1.3;

/// Class of a hair by its width at the skin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HairClass {
    /// 50 µm and more.
    Terminal,
    /// 30 to 50 µm.
    Intermediate,
    /// Below 30 µm.
    Vellus,
}

impl HairClass {
    /// The class of a width in µm.
    #[must_use]
    pub fn of_um(width_um: f64) -> Self {
        if width_um < 30.0 {
            Self::Vellus
        } else if width_um < 50.0 {
            Self::Intermediate
        } else {
            Self::Terminal
        }
    }
}

/// A follicular unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Unit {
    pub(crate) centre_in_scalp: [f64; 2],
    /// Hairs, 0 for an empty one.
    pub(crate) size: u32,
    /// An empty unit whose ostium shows.
    pub(crate) ostium: bool,
}

/// A hair as it grows from the scalp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grown {
    pub(crate) id: u32,
    /// Number of its unit; none for cut pieces.
    pub(crate) unit: Option<u32>,
    pub(crate) exit_in_scalp: [f64; 2],
    /// Direction along the skin, radians from x to y.
    pub(crate) azimuth: f64,
    /// Angle to the skin, radians.
    pub(crate) tilt: f64,
    /// Length above the skin at the first visit, mm.
    pub(crate) length_mm: f64,
    pub(crate) width_um: f64,
    /// Signed curvature, per mm.
    pub(crate) curl: f64,
    /// Height at which it is held down, mm.
    pub(crate) height_mm: f64,
    /// Its tip was never cut.
    pub(crate) pointed: bool,
    pub(crate) white: bool,
    /// Shaved flush.
    pub(crate) stubble: bool,
    pub(crate) telogen: bool,
    pub(crate) growth_mm_per_day: f64,
    /// Whether it is there at the two visits.
    pub(crate) there: [bool; 2],
    /// Seed of its unevenness.
    pub(crate) phase: u32,
}

/// All that grows.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) units: Vec<Unit>,
    pub(crate) hairs: Vec<Grown>,
    pub(crate) debris: Vec<Grown>,
    pub(crate) colour: HairColour,
    pub(crate) dye: Option<HairColour>,
}

impl Field {
    pub(crate) fn grow(spec: &CloseUpSpec, patch: &Patch, key: Key) -> Self {
        let h = &spec.hair;
        let mut colour = HairColour::preset(spec.colour.hair);
        colour.white_share = colour.white_share.max(h.white_share as f32);
        let units = units(h, spec.marks.empty_ostia_share, patch, key);
        let mut hairs = Vec::new();
        for (u, unit) in units.iter().enumerate() {
            grow_unit(spec, u as u32, unit, f64::from(colour.white_share), key, &mut hairs);
        }
        let debris = debris(spec, patch, f64::from(colour.white_share), key);
        Self { units, hairs, debris, colour, dye: spec.colour.dye.map(HairColour::preset) }
    }
}

/// Area of skin of each unit of a hexagonal lattice of this spacing, mm².
fn cell_mm2(spacing_mm: f64) -> f64 {
    spacing_mm * spacing_mm * libm::sqrt(3.0) / 2.0
}

fn units(h: &Hair, ostia: f64, patch: &Patch, key: Key) -> Vec<Unit> {
    let cell = cell_mm2(h.spacing_mm);
    let mean = h.density_per_cm2 / 100.0 * cell;
    // Sizes are 1 + a binomial of four; sparse scalps lose whole units first.
    let empty = (1.0 - mean / SMALLEST_MEAN).clamp(0.0, 1.0);
    let more = ((mean / (1.0 - empty).max(1e-9) - 1.0) / f64::from(LARGEST_UNIT - 1)).clamp(0.0, 1.0);
    let count = libm::round(patch.area_mm2() / cell) as usize;
    even_points(patch, count, 0.85, key, Purpose::Placement, 0)
        .into_iter()
        .enumerate()
        .map(|(u, centre_in_scalp)| {
            let mut s = key.stream(Purpose::FollicleTraits, u as u64);
            let bare = s.uniform() < empty;
            let shown = s.uniform() < ostia;
            let size = 1 + (1..LARGEST_UNIT).filter(|_| s.uniform() < more).count() as u32;
            Unit { centre_in_scalp, size: if bare { 0 } else { size }, ostium: bare && shown }
        })
        .collect()
}

/// Draws a width and gives its class.
fn width(h: &Hair, s: &mut Stream) -> f64 {
    let (which, spread) = (s.uniform(), s.normal().clamp(-2.5, 2.5));
    let (median, low, high) = if which < h.vellus_share {
        (h.vellus_um, 8.0, 29.9)
    } else if which < h.vellus_share + h.intermediate_share {
        (h.intermediate_um, 30.0, 49.9)
    } else {
        (h.terminal_um, 50.0, 140.0)
    };
    (median * libm::exp(h.width_spread * spread)).clamp(low, high)
}

fn grow_unit(spec: &CloseUpSpec, number: u32, unit: &Unit, white: f64, key: Key, out: &mut Vec<Grown>) {
    let (h, pair) = (&spec.hair, &spec.pair);
    let mut u = key.stream(Purpose::Choice, u64::from(number));
    let one_ostium = u.uniform() < h.one_ostium_share;
    // Hair of a unit flows together; neighbouring units follow the slow swirl of the scalp.
    let swirl = f64::from(super::pattern::noise(
        (unit.centre_in_scalp[0] / 9.0) as f32,
        (unit.centre_in_scalp[1] / 9.0) as f32,
        key.stream(Purpose::ScalpField, 0).word(),
    ));
    let spread = h.flow_spread_deg.to_radians();
    let flow = h.flow_deg.to_radians() + spread * (0.8 * swirl + 0.6 * u.normal());
    let tilt0 = h.tilt_deg + 0.7 * h.tilt_spread_deg * u.normal();
    let turn = u.between(0.0, std::f64::consts::TAU);
    let mut first: Option<Grown> = None;
    for j in 0..unit.size {
        let id = number * LARGEST_UNIT + j;
        let mut s = key.stream(Purpose::Strand, u64::from(id));
        let width_um = width(h, &mut s);
        let class = HairClass::of_um(width_um);
        let long = s.uniform() < h.long_share;
        let size = s.normal().clamp(-2.5, 2.5);
        let touching = s.uniform() < h.touching_share;
        let crossing = s.uniform() < h.crossing_share;
        let stubble = s.uniform() < h.stubble_share && class == HairClass::Terminal;
        let mut length_mm = if long {
            h.long_mm * libm::exp(0.35 * size)
        } else {
            h.length_mm * libm::exp(h.length_spread * size)
        };
        // Vellus hair seldom outgrows a few millimetres.
        if class == HairClass::Vellus {
            length_mm = length_mm.min(4.0);
        }
        if stubble {
            length_mm = 0.3 * width_um / 1000.0 * (1.0 + s.uniform());
        }
        let across = s.between(35.0, 90.0).to_radians();
        let side = if s.uniform() < 0.5 { -1.0 } else { 1.0 };
        let fan = 0.35 * spread * s.normal();
        let mut azimuth = flow + fan + if crossing { side * across } else { 0.0 };
        let mut tilt = (tilt0 + 0.7 * h.tilt_spread_deg * s.normal()).clamp(5.0, 75.0).to_radians();
        let angle = turn + std::f64::consts::TAU * f64::from(j) / f64::from(unit.size) + 0.5 * s.normal();
        let apart = if unit.size == 1 {
            0.0
        } else if one_ostium {
            // Shafts side by side in one mouth.
            0.6 * width_um / 1000.0 + s.between(0.0, 0.03)
        } else {
            s.between(0.07, 0.17)
        };
        let mut exit_in_scalp =
            [unit.centre_in_scalp[0] + apart * cos(angle), unit.centre_in_scalp[1] + apart * sin(angle)];
        let mut curl = h.curl_per_mm * (0.3 + 1.1 * s.uniform()) * if s.uniform() < 0.5 { -1.0 } else { 1.0 };
        let mut height_mm = h.height_mm * (0.35 + 0.65 * s.uniform());
        let mut phase = s.word();
        if let Some(lead) = first
            && touching
            && !stubble
            && !lead.stubble
        {
            // Along the first hair of the unit, surface to surface.
            let gap = (lead.width_um + width_um) / 2000.0;
            exit_in_scalp = [
                lead.exit_in_scalp[0] - gap * sin(lead.azimuth) * side,
                lead.exit_in_scalp[1] + gap * cos(lead.azimuth) * side,
            ];
            (azimuth, tilt, curl, height_mm, phase) =
                (lead.azimuth, lead.tilt, lead.curl, lead.height_mm, lead.phase);
        }
        let telogen = s.uniform() < pair.telogen_share;
        let rate = s.between(pair.slowest_mm_per_day, pair.fastest_mm_per_day);
        let fate = s.uniform();
        let fresh = s.uniform() < pair.new_share;
        let grown = Grown {
            id,
            unit: Some(number),
            exit_in_scalp,
            azimuth,
            tilt,
            length_mm,
            width_um,
            curl,
            height_mm,
            pointed: class == HairClass::Vellus || (long && s.uniform() < 0.2),
            white: s.uniform() < white,
            stubble,
            telogen: telogen && !fresh,
            growth_mm_per_day: if telogen && !fresh { 0.0 } else { rate },
            there: [!fresh, !(telogen && !fresh && fate < pair.shed_share)],
            phase,
        };
        if first.is_none() {
            first = Some(grown);
        }
        out.push(grown);
    }
}

/// Cut pieces that lie on the skin. The first visit's are gone at the second, which has its own.
fn debris(spec: &CloseUpSpec, patch: &Patch, white: f64, key: Key) -> Vec<Grown> {
    let h = &spec.hair;
    let count = libm::round(2.0 * h.debris_per_cm2 / 100.0 * patch.area_mm2()) as usize;
    (0..count)
        .map(|k| {
            let mut s = key.stream(Purpose::Strand, (1 << 40) + k as u64);
            let width_um = h.terminal_um * libm::exp(h.width_spread * s.normal().clamp(-2.5, 2.5));
            let visit = k % 2;
            Grown {
                id: k as u32,
                unit: None,
                exit_in_scalp: [
                    s.between(patch.low[0], patch.high[0]),
                    s.between(patch.low[1], patch.high[1]),
                ],
                azimuth: s.between(0.0, std::f64::consts::TAU),
                tilt: 0.0,
                length_mm: 0.12 + s.exponential(0.35).min(1.6),
                width_um,
                curl: h.curl_per_mm * s.between(-1.5, 1.5),
                height_mm: h.height_mm,
                pointed: false,
                white: s.uniform() < white,
                stubble: false,
                telogen: false,
                growth_mm_per_day: 0.0,
                there: [visit == 0, visit == 1],
                phase: s.word(),
            }
        })
        .collect()
}
