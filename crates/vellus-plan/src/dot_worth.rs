//! What dots are worth in the person's own shaved hairs, by the light that each takes.

use vellus_light::{DotOptics, Extinction, UnderSkin};
use vellus_pigment::ageing::{HEALED_DAYS, SCAR_RATE, stays_in_dermis, tone_left};
use vellus_pigment::dots::{COLUMN_HEIGHT_UM, DEPOSIT_DEPTH_UM, Dots, HEALED_UM, NEEDLE_MM, healed_um};
use vellus_pigment::session::{session_inks, session_shares};
use vellus_pigment::{Ink, Needle};
use vellus_units::maths::lerp;

use crate::dotwork::{group_of, in_scar};
use crate::subject::{GROUPS, Subject};

/// Absorption of a dense carbon deposit, per mm at 550 nm, where a pigment has no strength of its own (assumption: the dense case of the
/// optics facts has 20; solid carbon is far above it).
pub const PIGMENT_PER_MM: f64 = 25.0;

/// Highest that the top of a deposit counts, µm below the surface (assumption: within the epidermis, pigment is shed).
const LEAST_TOP_UM: f64 = 60.0;

/// Diameters and depths at which the optics of dots are asked, µm; what a dot takes is nearly straight between them.
const LOOKS_UM: ([f64; 11], [f64; 9]) = (
    [0.0, 60.0, 90.0, 120.0, 150.0, 180.0, 220.0, 270.0, 340.0, 450.0, 900.0],
    [60.0, 110.0, 150.0, 185.0, 220.0, 270.0, 340.0, 450.0, 700.0],
);

/// Nodes and weights of the normal distribution, in standard deviations: exact up to the fifth power.
pub(crate) const SCATTER: [(f64, f64); 3] =
    [(-1.732_050_8, 1.0 / 6.0), (0.0, 2.0 / 3.0), (1.732_050_8, 1.0 / 6.0)];

/// Height and top of the column of a deposit whose middle lies this deep, µm: it hangs around the middle, and optics
/// counts from its top.
pub(crate) fn column_um(depth_um: f64) -> [f64; 2] {
    let height = COLUMN_HEIGHT_UM * stays_in_dermis(depth_um, COLUMN_HEIGHT_UM);
    [height, (depth_um - 0.5 * COLUMN_HEIGHT_UM).max(LEAST_TOP_UM)]
}

/// Dots of one ink in this person's skin.
#[derive(Clone, Debug)]
pub struct InkOptics(DotOptics);

impl InkOptics {
    /// The optics of an ink.
    #[must_use]
    pub fn new(subject: &Subject, ink: &Ink) -> Self {
        // Dots of a record may be of another bottle than the one at hand.
        let person = &subject.person;
        let per_mm = if person.pigment.name == ink.pigment { person.pigment_per_mm } else { None };
        Self(UnderSkin::new(&person.skin).carbon(per_mm.unwrap_or(PIGMENT_PER_MM) * ink.strength()))
    }

    /// What a dot of this diameter takes whose deposit has its middle at this depth, µm.
    #[must_use]
    pub fn of(&self, diameter_um: f64, depth_um: f64) -> Extinction {
        let [height_um, top_um] = column_um(depth_um);
        self.0.of(diameter_um, height_um, top_um)
    }
}

/// Luminance that one of the person's hairs takes when it is shaved, mm².
#[must_use]
pub fn own_hair_mm2(subject: &Subject) -> f64 {
    let p = &subject.person;
    UnderSkin::new(&p.skin).shaved_hair_mm2(
        subject.fringe.calibre_um,
        p.length_worn_mm.min(0.5),
        &p.hair_colour,
    )
}

/// How many of the person's shaved hairs a healed dot of a needle is worth in darkness: the mean over the
/// finished course laid with an ink, and over the depths and sizes that dots turn out to have.
#[must_use]
pub fn hairs_per_dot(subject: &Subject, targets: &[f64], ink: &Ink, needle: Option<&Needle>) -> f64 {
    let needle_mm = needle.map_or(NEEDLE_MM, |n| n.diameter_mm);
    let inks = session_inks(ink, targets.len());
    let own = own_hair_mm2(subject);
    let (mut sum, mut whole) = (0.0, 0.0);
    for (ink, share) in inks.iter().zip(session_shares(targets)) {
        let optics = InkOptics::new(subject, ink);
        for (deeper, w) in SCATTER {
            let depth_um = DEPOSIT_DEPTH_UM.0 * libm::exp(DEPOSIT_DEPTH_UM.1 * deeper);
            for (wider, v) in SCATTER {
                let diameter_um = healed_um(depth_um, needle_mm) * libm::exp(HEALED_UM.1 * wider);
                let taken = optics.of(diameter_um, depth_um).luminance_mm2(&subject.person.skin);
                sum += share * w * v * taken / own;
            }
        }
        whole += share;
    }
    if whole > 0.0 { sum / whole * tone_left(HEALED_DAYS, 1.0) } else { 0.0 }
}

/// What the dots of an ink are worth, by diameter and depth.
struct Looks([[f64; LOOKS_UM.1.len()]; LOOKS_UM.0.len()]);

impl Looks {
    fn new(subject: &Subject, ink: &Ink, own_mm2: f64) -> Self {
        let optics = InkOptics::new(subject, ink);
        Self(
            LOOKS_UM
                .0
                .map(|d| LOOKS_UM.1.map(|z| optics.of(d, z).luminance_mm2(&subject.person.skin) / own_mm2)),
        )
    }

    fn at(&self, diameter_um: f64, depth_um: f64) -> f64 {
        let (i, f) = between(&LOOKS_UM.0, diameter_um);
        let (j, g) = between(&LOOKS_UM.1, depth_um);
        let row = |i: usize| lerp(self.0[i][j], self.0[i][j + 1], g);
        lerp(row(i), row(i + 1), f)
    }
}

/// The node before a value and how far it lies to the next one; ends are kept.
fn between(nodes: &[f64], x: f64) -> (usize, f64) {
    let i = nodes.partition_point(|n| *n <= x).clamp(1, nodes.len() - 1) - 1;
    (i, ((x - nodes[i]) / (nodes[i + 1] - nodes[i])).clamp(0.0, 1.0))
}

/// How many of the person's hairs each dot is worth when fresh; for those of a record whose darkness was
/// measured, so many that they are worth today what was measured.
#[must_use]
pub fn dot_worths(subject: &Subject, dots: &Dots) -> Vec<f64> {
    let own = own_hair_mm2(subject);
    let looks: Vec<Looks> = dots.inks.iter().map(|ink| Looks::new(subject, ink, own)).collect();
    (0..dots.len())
        .map(|i| {
            let measured = subject.earlier_factor.get(i).copied().unwrap_or(1.0);
            let at = |l: &Looks| l.at(f64::from(dots.healed_um[i]), f64::from(dots.deposit_depth_um[i]));
            measured * looks.get(usize::from(dots.ink[i])).map_or(0.0, at)
        })
        .collect()
}

/// What the dots of a session are worth when fresh, in hairs, by group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct DotWeight {
    /// Day of the session.
    pub day: f64,
    /// Dots in skin.
    pub skin: [f64; GROUPS],
    /// Dots in scars, which fade faster.
    pub scar: [f64; GROUPS],
}

impl DotWeight {
    /// What is left of it in some groups on a day, for dots that fade `rate` times as fast as the
    /// median ones. That single dots fade faster and slower than the person's does not show in sums over
    /// a zone (see [`vellus_pigment::ageing::BETWEEN_DOTS`]).
    pub(crate) fn left(&self, day: f64, rate: f64, groups: &[usize]) -> f64 {
        let sum = |of: &[f64; GROUPS]| groups.iter().map(|g| of[*g]).sum::<f64>();
        let age = day - self.day;
        tone_left(age, rate) * sum(&self.skin) + tone_left(age, SCAR_RATE * rate) * sum(&self.scar)
    }
}

/// What the dots of each session are worth.
pub(crate) fn dot_weights(subject: &Subject, dots: &Dots) -> Vec<DotWeight> {
    let worths = dot_worths(subject, dots);
    let mut out: Vec<DotWeight> = Vec::new();
    for (i, worth) in worths.into_iter().enumerate() {
        let s = usize::from(dots.session[i]).max(1);
        if out.len() < s {
            out.resize(s, DotWeight::default());
        }
        let weight = &mut out[s - 1];
        weight.day = f64::from(dots.day[i]);
        let group = group_of(subject, dots.chart[i], dots.zone[i]);
        let place = if in_scar(subject, dots.position[i]) { &mut weight.scar } else { &mut weight.skin };
        place[group] += worth;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;
    use crate::person::Person;
    use vellus_head::Zone;

    fn subject(more: &str) -> Subject {
        let text = format!(
            "schema_version = 1\n[person]\nage_years = 38\nsex = \"male\"\n[dates]\ntoday = 2026-11-23\n{more}"
        );
        let case = read::parse(&text).unwrap();
        let person = Person::from_case(&case, case.dates.today.unwrap());
        Subject::new(&case, std::path::Path::new("."), person, 1).unwrap()
    }

    fn one(dots: &mut Dots, subject: &Subject, y: f64, healed_um: f64) {
        let at = subject.head.head_from_chart(glam::DVec2::new(0.0, y)).unwrap();
        dots.position.push(at.position.as_vec3().to_array());
        dots.normal.push(at.normal.as_vec3().to_array());
        dots.chart.push([0.0, y as f32]);
        dots.zone.push(Zone::Vertex);
        dots.session.push(1);
        dots.day.push(10.0);
        dots.needle.push(0);
        dots.ink.push(0);
        dots.set_depth_um.push(1000.0);
        dots.deposit_depth_um.push(DEPOSIT_DEPTH_UM.0 as f32);
        dots.fresh_um.push(1.5 * healed_um as f32);
        dots.healed_um.push(healed_um as f32);
    }

    #[test]
    fn a_dot_counts_for_what_its_needle_was_counted_for() {
        let subject = subject("");
        let mut dots = Dots {
            needles: subject.person.needles.clone(),
            inks: vec![subject.person.ink()],
            ..Dots::default()
        };
        // Dots as a hand sets them, all of the needle behind the line.
        let needle = subject.person.needles.last().unwrap();
        let mut s = subject.key.stream(vellus_units::random::Purpose::DotTraits, 0);
        for k in 0..2000 {
            let depth = s.lognormal(DEPOSIT_DEPTH_UM.0, DEPOSIT_DEPTH_UM.1);
            one(
                &mut dots,
                &subject,
                0.2,
                healed_um(depth, needle.diameter_mm) * s.lognormal(1.0, HEALED_UM.1),
            );
            dots.deposit_depth_um[k] = depth as f32;
        }
        let worths = dot_worths(&subject, &dots);
        let mean = worths.iter().sum::<f64>() / worths.len() as f64;
        let counted = hairs_per_dot(&subject, &[1.0], &subject.person.ink(), Some(needle))
            / tone_left(HEALED_DAYS, 1.0);
        assert!((mean / counted - 1.0).abs() < 0.03, "{mean} {counted}");
        // A larger needle's dot counts for more than in proportion.
        let fine = hairs_per_dot(&subject, &[1.0], &subject.person.ink(), subject.person.needles.first());
        let coarse = hairs_per_dot(&subject, &[1.0], &subject.person.ink(), Some(needle));
        assert!(coarse > 1.5 * fine && coarse < 2.6 * fine, "{fine} {coarse}");
    }

    #[test]
    fn dots_in_scars_fade_faster_in_the_bands_too() {
        let subject = subject(
            "[[smp.marks]]\nkind = \"strip_scar\"\nin_chart = [[-0.4, -0.6], [0.4, -0.6]]\nwidth_mm = 6\n",
        );
        let mut dots = Dots {
            needles: subject.person.needles.clone(),
            inks: vec![subject.person.ink()],
            ..Dots::default()
        };
        for y in [-0.6, -0.6, -0.4] {
            one(&mut dots, &subject, y, HEALED_UM.0);
        }
        let w = dot_weights(&subject, &dots).remove(0);
        let (skin, scar) = (w.skin.iter().sum::<f64>(), w.scar.iter().sum::<f64>());
        assert!(skin > 0.0 && (scar / skin - 2.0).abs() < 1e-6, "{skin} {scar}");
        let all: Vec<usize> = (0..GROUPS).collect();
        let five = 5.0 * 365.25;
        let as_skin = (skin + scar) * tone_left(five, 1.0);
        let left = w.left(10.0 + five, 1.0, &all);
        assert!(left < 0.88 * as_skin && left > 0.6 * as_skin, "{left} {as_skin}");
        let wanted = skin * tone_left(five, 1.0) + scar * tone_left(five, SCAR_RATE);
        assert!((left - wanted).abs() < 1e-9);
        assert_eq!(w.left(0.0, 1.0, &all), 0.0);
    }
}
