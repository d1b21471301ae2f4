//! How pigment is laid on a person: what the case asks for, and norms for the rest.

use vellus_hair::norms::Ancestry;
use vellus_pigment::ageing::Sun;
use vellus_pigment::hairline::{Edge, HairlineSpec, HairlineStyle, Population, height_norm};
use vellus_pigment::target::School;
use vellus_pigment::{Ink, Needle, Pattern, PigmentBase, PigmentRecord};

use super::{Filler, Person};
use crate::case::Case;

/// How pigment is laid, with every gap filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Smp {
    /// How dense the finished work should be.
    pub school: School,
    /// Density where no hair is left, dots per cm², instead of the school's.
    pub density_per_cm2: Option<f64>,
    /// Dots of the first course, exactly.
    pub dots: Option<usize>,
    /// Share of the whole after each session, when it was given.
    pub targets: Option<Vec<f64>>,
    /// Days between sessions, when they were given.
    pub interval_days: Option<f64>,
    /// Whether dots run thinly into hair that is nearly whole.
    pub feather: bool,
    /// Pattern of the dots.
    pub pattern: Pattern,
    /// Chart x of the part.
    pub part_x: Option<f64>,
    /// How much sun the scalp gets.
    pub sun: Sun,
    /// Millilitres of water to one of pigment in the last cup, when they were given.
    pub water_per_pigment: Option<f64>,
}

/// Hair worn longer than this, mm, hides dots; they shade the skin between it (studios: guards 1 to 3,
/// which are 3 to 10 mm, are still worn with dots that stand for hair).
const SHADING_FROM_MM: f64 = 12.0;

/// How pigment is laid on somebody who wears the hair so long, mm.
pub(super) fn smp(case: &Case, ancestry: Ancestry, length_worn_mm: f64, f: &mut Filler) -> Smp {
    let longer = length_worn_mm > SHADING_FROM_MM;
    let curled = ancestry == Ancestry::African;
    let keys = &case.smp;
    Smp {
        school: f.fill(
            keys.school,
            "smp.school",
            if longer { School::Shading } else { School::Fringe },
            if longer { School::Shading.title() } else { School::Fringe.title() },
            if longer {
                "dots cannot stand for longer hair; they take the contrast out of the skin between it"
            } else {
                "as dark as the person's own shaved hair, within what the trade lays"
            },
        ),
        density_per_cm2: keys.density_per_cm2,
        dots: keys.dots.map(|n| n as usize),
        targets: keys.session_targets_percent.as_ref().map(|t| t.iter().map(|x| x / 100.0).collect()),
        interval_days: keys.session_interval_days,
        feather: keys.feather.unwrap_or(false),
        pattern: f.fill(
            keys.pattern,
            "smp.pattern",
            if curled { Pattern::Clustered } else { Pattern::Even },
            if curled { "clustered" } else { "even" },
            if curled {
                "tightly curled hair grows in clusters with larger gaps (training course)"
            } else {
                "random without rows, as follicular units stand"
            },
        ),
        part_x: keys.part_x,
        sun: f.fill(keys.sun, "smp.sun", Sun::Usual, "as most people", "assumption"),
        water_per_pigment: keys.water_per_pigment,
    }
}

/// Pigment to be used.
pub(super) fn pigment(case: &Case, f: &mut Filler) -> PigmentRecord {
    f.fill(
        case.site.pigments.first().cloned(),
        "site.pigments",
        PigmentRecord::named("carbon black", PigmentBase::Carbon),
        "carbon black",
        "what surgeons and most studios use",
    )
}

/// Needles to be used: that of the edge first.
pub(super) fn needles(case: &Case, school: School, f: &mut Filler) -> Vec<Needle> {
    // The finest for the edge; a second one, where there is one, behind it.
    let mut needles = case.site.needles.clone();
    needles.sort_by(|a, b| {
        (a.points, a.diameter_mm).partial_cmp(&(b.points, b.diameter_mm)).unwrap_or(std::cmp::Ordering::Equal)
    });
    needles.truncate(2);
    let one = school == School::Hairs;
    f.fill(
        (!needles.is_empty()).then_some(needles),
        "site.needles",
        if one { vec![Needle::single()] } else { vec![Needle::single(), Needle::triple()] },
        if one {
            "single point, 0.20 mm"
        } else {
            "single point, 0.20 mm, and behind the line three points, 0.30 mm"
        },
        "0.15–0.25 mm for hairline detail; behind it a dot stands for a unit of hairs",
    )
}

impl Person {
    /// What is in the cup at full strength: as the case says, or else undiluted for black hair, thinner for lighter hair, so that
    /// a dot is never darker than the hair it stands for (how much is an assumption).
    #[must_use]
    pub fn ink(&self) -> Ink {
        // Dots stand for the hairs that still have their colour: white ones make them fewer, and paler only where
        // they are most of the hair.
        let white = f64::from(self.hair_colour.white_share);
        let share = ((white - MOSTLY_COLOURED) / (1.0 - MOSTLY_COLOURED)).max(0.0);
        let seen = self.hair_colour.greyed(share as f32).mean_albedo();
        let hair = vellus_light::colour::luminance(seen.to_array().map(f64::from));
        let bottle = Ink {
            pigment: self.pigment.name.clone(),
            base: self.pigment.base,
            lot: self.pigment.lot.clone(),
            water_per_pigment: 0.0,
        };
        if let Some(water) = self.smp.water_per_pigment {
            return Ink { water_per_pigment: water, ..bottle };
        }
        bottle.with_strength((1.0 - 1.4 * hair).clamp(0.12, 1.0))
    }
}

/// Share of white hairs up to which dots have the strength that the coloured ones ask for (assumption).
const MOSTLY_COLOURED: f64 = 0.4;

/// How much higher than usual a receded line is drawn when its height is not said, mm (assumption).
const RECEDED_HIGHER_MM: f64 = 8.0;

/// Hairline wanted.
pub(super) fn hairline(case: &Case, ancestry: Ancestry, f: &mut Filler) -> HairlineSpec {
    let w = &case.wishes;
    let norm = height_norm(case.person.sex, population(ancestry));
    if w.hairline.is_drawn() {
        let edge = f.fill(w.edge, "wishes.edge", Edge::Natural, "natural", "the least regretted");
        return HairlineSpec {
            // Measured on the line.
            height_mm: norm.usual_mm,
            style: w.hairline_style.unwrap_or_default(),
            edge,
            details: w.hairline.clone(),
        };
    }
    let style = f.fill(
        w.hairline_style,
        "wishes.hairline_style",
        HairlineStyle::Natural,
        "natural",
        "the least regretted",
    );
    let usual = norm.usual_mm + if style == HairlineStyle::Receded { RECEDED_HIGHER_MM } else { 0.0 };
    let height_mm = f.fill(
        w.hairline_height_mm,
        "wishes.hairline_height_mm",
        usual,
        format!("{usual:.0} mm above the glabella"),
        &format!("usual for sex and ancestry: {}", norm.design_source),
    );
    let edge = style.usual_edge();
    let edge = f.fill(w.edge, "wishes.edge", edge, edge.name(), "what goes with the style");
    HairlineSpec { height_mm, style, edge, details: w.hairline.clone() }
}

/// The group whose forehead norms are taken for an ancestry.
#[must_use]
pub const fn population(ancestry: Ancestry) -> Population {
    match ancestry {
        Ancestry::European => Population::European,
        Ancestry::African => Population::African,
        Ancestry::Asian => Population::Asian,
    }
}
