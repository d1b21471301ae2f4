//! Blend: how far a place is from the person's own fringe, in tone and in texture.

use vellus_light::dot::Taken;
use vellus_light::see::blend::{OCTAVES, Octave, response};
use vellus_light::see::sensitivity::luminance;
use vellus_light::see::{Blend, Viewing};
use vellus_light::shade::{
    AbsorptionShape, Arrangement, Factors, Field, PigmentOptics, ShadeOptics, TracedOptics, shaved_hair,
};
use vellus_light::spectrum::{Lamp, Spectrum};
use vellus_pigment::Ink;
use vellus_pigment::ageing::HEALED_DAYS;
use vellus_pigment::dots::{DEPOSIT_DEPTH_UM, NEEDLE_MM};
use vellus_units::maths::lerp;

use super::{Better, Indicator, Reader};
use crate::dot_worth::PIGMENT_PER_MM;
use crate::ensemble::Future;
use crate::shade::dot::{Recipe, mean_dot};
use crate::subject::Subject;

/// Tone.
pub const TONE: Indicator = Indicator {
    id: "blend_tone_de00",
    title: "Tone",
    unit: "ΔE00",
    definition: "CIEDE2000 between the mean colour of the place and that of the person's fringe, both shaved to at most 0.5 mm, in daylight",
    source: "CIEDE2000 (Sharma 2005); colour of skin, hair and dots by the optics of this program",
    better: Better::Less,
};

const SOURCE: &str = "contrast sensitivity of Watson and Ahumada 2005, compression of Kontsevich 2002; 1 is what half of the people see";
const DEFINITION: &str = "Difference in grain between the place and the person's fringe: root mean square contrast octave by octave as the eye weighs and compresses it, pooled over octaves, in units of what is just noticed";

/// From half a metre.
pub const AT_HALF_A_METRE: Indicator = Indicator {
    id: "blend_grain_0_5_m",
    title: "Grain from 0.5 m",
    unit: "JND",
    definition: DEFINITION,
    source: SOURCE,
    better: Better::Less,
};

/// From a metre.
pub const AT_ONE_METRE: Indicator =
    Indicator { id: "blend_grain_1_m", title: "Grain from 1 m", ..AT_HALF_A_METRE };

/// From three metres.
pub const AT_THREE_METRES: Indicator =
    Indicator { id: "blend_grain_3_m", title: "Grain from 3 m", ..AT_HALF_A_METRE };

/// Amounts of hair, and of dots, at which the optics is asked, shares of the fringe.
const NODES: [f64; 13] = [0.0, 0.06, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.95, 1.15, 1.5];
/// Distances, m.
const DISTANCES_M: [f64; 3] = [0.5, 1.0, 3.0];

/// Tone and texture by amounts of hair and dots, for one person and ink.
#[derive(Clone, Debug)]
pub(crate) struct BlendTable {
    /// ΔE00, then the difference in grain from each distance.
    cells: Vec<[f64; 4]>,
}

impl BlendTable {
    /// For dots of this ink, one of which is worth so many hairs.
    pub(crate) fn new(subject: &Subject, ink: &Ink, per_dot: f64) -> Self {
        let p = &subject.person;
        let optics = TracedOptics::new(&p.skin);
        let fringe = subject.fringe.terminal_per_cm2.max(1.0);
        let stub = p.length_worn_mm.min(0.5);
        let hair = |share: f64| {
            let arrangement = Arrangement { per_cm2: share * fringe, in_a_unit: p.profile.hairs_per_unit };
            shaved_hair(&optics, subject.fringe.calibre_um, stub, &p.hair_colour, arrangement)
        };
        let per_mm = if p.pigment.name == ink.pigment { p.pigment_per_mm } else { None };
        let dot = PigmentOptics::new(per_mm.unwrap_or(PIGMENT_PER_MM), AbsorptionShape::Power(1.0))
            .map(|pigment| {
                let recipe = Recipe {
                    pigment: &pigment,
                    strength: ink.strength(),
                    depth_um: DEPOSIT_DEPTH_UM.0,
                    needle_mm: p.needles.last().map_or(NEEDLE_MM, |n| n.diameter_mm),
                };
                mean_dot(&optics, &recipe, Factors::ONE, HEALED_DAYS, 1.0)
            })
            .unwrap_or(Taken::NONE);
        let dots = |share: f64| {
            let per_cm2 = share * fringe / per_dot.max(1e-3);
            Field::of_absorbers(&optics, &dot, Arrangement { per_cm2, in_a_unit: 1.0 })
        };
        let views: Vec<Viewing> = DISTANCES_M.iter().filter_map(|m| Viewing::new(*m).ok()).collect();
        let own = hair(1.0);
        let skin = *optics.reflectance();
        let hairs: Vec<Field> = NODES.iter().map(|s| hair(*s)).collect();
        let dotted: Vec<Field> = NODES.iter().map(|s| dots(*s)).collect();
        let cells = hairs
            .iter()
            .flat_map(|h| dotted.iter().map(move |d| (h, d)))
            .map(|(h, d)| compare(h, d, &own, &skin, &views))
            .collect();
        Self { cells }
    }

    fn at(&self, hair: f64, dots: f64, column: usize) -> f64 {
        let node = |x: f64| {
            let k = NODES.partition_point(|n| *n <= x).clamp(1, NODES.len() - 1);
            (k - 1, ((x - NODES[k - 1]) / (NODES[k] - NODES[k - 1])).clamp(0.0, 1.0))
        };
        let ((i, u), (j, v)) = (node(hair), node(dots));
        let c = |i: usize, j: usize| self.cells[i * NODES.len() + j][column];
        lerp(lerp(c(i, j), c(i, j + 1), v), lerp(c(i + 1, j), c(i + 1, j + 1), v), u)
    }
}

/// Hair and dots on one skin against the fringe. What hair leaves of the light dots take from: transmittances
/// multiply; patterns that know nothing of each other add their powers.
fn compare(hair: &Field, dots: &Field, own: &Field, skin: &Spectrum, views: &[Viewing]) -> [f64; 4] {
    let lamp = Lamp::d65();
    let both = Field {
        reflectance: hair.reflectance * dots.reflectance * skin.map(|s| 1.0 / s.max(1e-9)),
        ..hair.clone()
    };
    let (lab, own_lab) = (both.lab(lamp), own.lab(lamp));
    let mut out = [0.0; 4];
    for (k, view) in views.iter().enumerate() {
        let (a, b, o) = (hair.contrasts(*view), dots.contrasts(*view), own.contrasts(*view));
        let octaves = (0..OCTAVES.len())
            .map(|i| {
                let treated = libm::hypot(a[i], b[i]);
                let s = luminance(OCTAVES[i]);
                Octave {
                    cycles_per_degree: OCTAVES[i],
                    treated,
                    fringe: o[i],
                    difference_jnd: response(s * treated) - response(s * o[i]),
                }
            })
            .collect();
        let blend = Blend::from_parts(lab, own_lab, octaves);
        out[0] = blend.tone_de00;
        out[k + 1] = blend.texture_jnd;
    }
    out
}

fn of(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize], column: usize) -> f64 {
    let fringe = r.ensemble.subject.fringe.terminal_per_cm2.max(1.0);
    let hair = r.ensemble.hair_visible(f, frame, groups) / fringe;
    let dots = r.ensemble.pigment(f, frame, groups) / fringe;
    r.blend.at(hair, dots, column)
}

pub(super) fn tone(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    of(r, f, frame, groups, 0)
}

pub(super) fn at_half_a_metre(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    of(r, f, frame, groups, 1)
}

pub(super) fn at_one_metre(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    of(r, f, frame, groups, 2)
}

pub(super) fn at_three_metres(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    of(r, f, frame, groups, 3)
}
