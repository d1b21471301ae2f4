//! Every follicle of one head, in structures of arrays.

use std::collections::BTreeMap;

use vellus_head::Zone;
use vellus_units::maths::lognormal_sigma;
use vellus_units::random::{Key, Purpose, Stream};

use crate::norms::{
    Ancestry, CALIBRE_CV, VELLUS_CALIBRE_UM, VELLUS_SHARE, WOMEN_CALIBRE_UM, norms, single_hair_share,
    zone_calibre_factor, zone_density_factor,
};
use crate::pattern::{Course, NEVER};

/// How follicles miniaturise and when they are lost for good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LossRules {
    /// Stages over which a follicle goes from its first thinner hair to a vellus hair (fitted).
    pub span_stages: f64,
    /// Spread of thresholds between neighbouring follicles, stages (fitted).
    pub noise_stages: f64,
    /// The same for central (Ludwig) thinning, where spared and affected follicles stand side by
    /// side (assumption).
    pub noise_central_stages: f64,
    /// Spread of thresholds over centimetres, stages (assumption).
    pub field_stages: f64,
    /// Mean of how long a vellus follicle lasts before it regresses, in spans (fitted).
    pub hardiness_mean: f64,
    /// Calibre of a wholly miniaturised hair, µm (vellus: below 30 µm; assumption within).
    pub miniature_um: f64,
}

impl Default for LossRules {
    fn default() -> Self {
        Self {
            span_stages: 1.3,
            noise_stages: 0.30,
            noise_central_stages: 1.0,
            field_stages: 0.18,
            hardiness_mean: 2.0,
            miniature_um: 14.0,
        }
    }
}

impl LossRules {
    /// Spread of thresholds between neighbouring follicles of a course, stages.
    #[must_use]
    pub const fn noise(&self, course: Course) -> f64 {
        match course {
            Course::Central => self.noise_central_stages,
            _ => self.noise_stages,
        }
    }

    /// Miniaturisation of the median follicle at the edge of loss that an examiner sees. On Norwood's
    /// plates the edge is that of baldness: hair of usual calibre is just thinner than 30 µm there, and
    /// thinning reaches ahead of it. Ludwig's and Sinclair's grades are of thinning: half of the way
    /// (assumptions).
    #[must_use]
    pub const fn edge(&self, course: Course) -> f64 {
        match course {
            Course::Central => 0.5,
            _ => 0.8,
        }
    }

    /// Threshold of the median follicle of a place that the edge of loss reaches at this stage.
    #[must_use]
    pub fn threshold(&self, course: Course, boundary_stage: f64) -> f64 {
        boundary_stage - self.edge(course) * self.span_stages
    }

    /// Miniaturisation, 0 to 1, of a follicle with this threshold at this stage.
    #[inline]
    #[must_use]
    pub fn miniaturisation(&self, stage: f64, threshold: f64) -> f64 {
        ((stage - threshold) / self.span_stages).clamp(0.0, 1.0)
    }

    /// Stage at which a follicle regresses for good.
    #[inline]
    #[must_use]
    pub fn gone_at(&self, threshold: f64, hardiness: f64) -> f64 {
        threshold + self.span_stages * (1.0 + hardiness)
    }

    /// Calibre at a miniaturisation of a follicle whose full calibre is known, µm.
    #[inline]
    #[must_use]
    pub fn calibre_um(&self, full_um: f64, miniaturisation: f64) -> f64 {
        full_um + (self.miniature_um.min(full_um) - full_um) * miniaturisation
    }
}

/// Hair of one person where no follicle has been lost: what is known or filled from norms.
#[derive(Clone, Debug, PartialEq)]
pub struct HairProfile {
    /// For the norms.
    pub ancestry: Ancestry,
    /// Women's calibres differ in the norms.
    pub female: bool,
    /// Hairs per cm² of the whole scalp before any loss.
    pub density_per_cm2: f64,
    /// Mean calibre of terminal frontal hairs before any loss, µm.
    pub calibre_um: f64,
    /// Hairs in a follicular unit.
    pub hairs_per_unit: f64,
    /// Growth of a terminal hair, µm per day.
    pub growth_um_per_day: f64,
    /// Factor on the length of anagen (people differ).
    pub anagen_factor: f64,
}

impl HairProfile {
    /// The norm of an ancestry and sex.
    #[must_use]
    pub const fn norm(ancestry: Ancestry, female: bool) -> Self {
        let n = norms(ancestry);
        Self {
            ancestry,
            female,
            density_per_cm2: n.density_per_cm2.0,
            calibre_um: if female { n.calibre_um.0 * WOMEN_CALIBRE_UM.0 / 74.0 } else { n.calibre_um.0 },
            hairs_per_unit: n.hairs_per_unit,
            growth_um_per_day: n.growth_um_per_day.0,
            anagen_factor: 1.0,
        }
    }

    /// A person drawn from the norm: density, calibre, growth and anagen vary as published.
    /// Density and growth are truncated normals; the spread of anagen (log-spread 0.55, assumption)
    /// is what gives the published spread of the resting share.
    #[must_use]
    pub fn draw(ancestry: Ancestry, female: bool, key: Key) -> Self {
        let n = norms(ancestry);
        let mut s = key.stream(Purpose::Person, 0);
        let norm = Self::norm(ancestry, female);
        let calibre_sd = if female { WOMEN_CALIBRE_UM.1 } else { n.calibre_um.1 };
        Self {
            density_per_cm2: (n.density_per_cm2.0 + n.density_per_cm2.1 * s.normal()).max(50.0),
            calibre_um: (norm.calibre_um + calibre_sd * s.normal()).clamp(40.0, 120.0),
            growth_um_per_day: (n.growth_um_per_day.0 + n.growth_um_per_day.1 * s.normal()).max(120.0),
            anagen_factor: s.lognormal(1.0, 0.55),
            ..norm
        }
    }

    /// Growth of a hair of this calibre, µm per day. Thinner hairs grow slower (Van Neste & Rushton
    /// 2016, 59,765 hairs; the slope is not in what was read): a straight line that has lost two fifths
    /// at no calibre (assumption), scaled so that the mean healthy hair grows at the person's rate.
    #[inline]
    #[must_use]
    pub fn growth_of(&self, calibre_um: f64) -> f64 {
        /// Mean of the line over the hairs of a healthy back, vellus ones included.
        const MEAN: f64 = 0.955;
        self.growth_um_per_day * (0.6 + 0.4 * calibre_um / self.calibre_um) / MEAN
    }

    /// Follicular units per cm² in a zone before any loss.
    #[must_use]
    pub fn units_per_cm2(&self, zone: Zone) -> f64 {
        let per_unit = mean_hairs(self.unit_sizes(zone));
        // Standing hairs are a little fewer than follicles: some are in kenogen.
        const STANDING: f64 = 0.985;
        self.density_per_cm2 * zone_density_factor(zone) / (STANDING * per_unit)
    }

    /// Chance of 1, 2, 3, 4 hairs in a unit of this zone.
    #[must_use]
    pub fn unit_sizes(&self, zone: Zone) -> [f64; 4] {
        let one = single_hair_share(zone);
        // Threes and fours in the proportion that gives the person's mean where singles are at the
        // norm of the mid-scalp (0.23): a mean of 2.2 takes 30 % of threes and fours.
        let large = ((self.hairs_per_unit - 1.77) / 1.25 * (1.0 - one) / 0.77).clamp(0.05, 0.7);
        let large = if matches!(zone, Zone::FrontalHairline) { large * 0.3 } else { large };
        [one, (1.0 - one - large).max(0.0), large * 0.75, large * 0.25]
    }
}

fn mean_hairs(sizes: [f64; 4]) -> f64 {
    let total: f64 = sizes.iter().sum();
    sizes.iter().zip(1..).map(|(p, n)| p * f64::from(n)).sum::<f64>() / total
}

/// Where the follicular units of a head stand; index = unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ground {
    /// Position, mm, head space.
    pub position: Vec<[f32; 3]>,
    /// Outward unit normal.
    pub normal: Vec<[f32; 3]>,
    /// Position, chart space.
    pub chart: Vec<[f32; 2]>,
    /// Zone.
    pub zone: Vec<Zone>,
}

impl Ground {
    /// How many units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.position.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.position.is_empty()
    }
}

/// All follicles of a head; index = follicle. 33 bytes each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Follicles {
    /// The unit it stands in.
    pub unit: Vec<u32>,
    /// Identity for its random streams: stays with the follicle in samples and after grafting.
    pub stream: Vec<u32>,
    /// Calibre of its hair before any loss, µm.
    pub calibre_um: Vec<f32>,
    /// Stage at which it begins to miniaturise.
    pub threshold: Vec<f32>,
    /// Spans it lasts as a vellus follicle before it regresses.
    pub hardiness: Vec<f32>,
    /// First day on which it can hold a hair (grafts); −∞ for a native follicle.
    pub from_day: Vec<f32>,
    /// Day on which it is taken away (donors); +∞ for one that stays.
    pub until_day: Vec<f32>,
    /// Day on which an operation beside it throws it into rest if it grows; +∞ for never.
    pub shock_day: Vec<f32>,
    /// Zone of its unit.
    pub zone: Vec<Zone>,
}

impl Follicles {
    /// How many follicles.
    #[must_use]
    pub fn len(&self) -> usize {
        self.unit.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unit.is_empty()
    }

    pub(crate) fn push(
        &mut self,
        unit: u32,
        stream: u32,
        calibre: f32,
        threshold: f32,
        hardiness: f32,
        zone: Zone,
    ) {
        self.unit.push(unit);
        self.stream.push(stream);
        self.calibre_um.push(calibre);
        self.threshold.push(threshold);
        self.hardiness.push(hardiness);
        self.from_day.push(f32::NEG_INFINITY);
        self.until_day.push(f32::INFINITY);
        self.shock_day.push(f32::INFINITY);
        self.zone.push(zone);
    }
}

/// The follicles of one head and where they stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalp {
    /// The follicular units.
    pub ground: Ground,
    /// The follicles, ordered by unit.
    pub follicles: Follicles,
    /// The person's hair.
    pub profile: HairProfile,
}

/// A smooth random field over the chart: a sum of waves 2–6 cm long with standard deviation one.
#[derive(Clone, Debug)]
pub struct LocalField {
    waves: Vec<[f64; 3]>,
}

impl LocalField {
    const WAVES: usize = 20;

    /// The field of one person.
    #[must_use]
    pub fn new(key: Key) -> Self {
        let mut s = key.stream(Purpose::ScalpField, 0);
        let waves = (0..Self::WAVES)
            .map(|_| {
                // Wave numbers in radians per chart unit (17 cm): 2–6 cm wavelengths.
                let k = s.between(18.0, 53.0);
                let a = s.between(0.0, std::f64::consts::TAU);
                [k * libm::cos(a), k * libm::sin(a), s.between(0.0, std::f64::consts::TAU)]
            })
            .collect();
        Self { waves }
    }

    /// The field at a chart point.
    #[must_use]
    pub fn at(&self, x: f64, y: f64) -> f64 {
        let sum: f64 = self.waves.iter().map(|[kx, ky, p]| libm::cos(kx * x + ky * y + p)).sum();
        sum * libm::sqrt(2.0 / Self::WAVES as f64)
    }
}

impl Scalp {
    /// Grows the follicles of a person on given units.
    ///
    /// `boundary` gives the stage at which visible loss reaches a chart point: that of
    /// [`crate::pattern::boundary_stage`], moved where densities were measured.
    #[must_use]
    pub fn grow(
        ground: Ground,
        profile: HairProfile,
        course: Course,
        boundary: &(dyn Fn(f64, f64) -> f64 + Sync),
        loss: &LossRules,
        key: Key,
    ) -> Self {
        let field = LocalField::new(key);
        let noise = loss.noise(course);
        let mut follicles = Follicles::default();
        for unit in 0..ground.len() {
            let zone = ground.zone[unit];
            let [x, y] = ground.chart[unit].map(f64::from);
            let at = boundary(x, y);
            let base = if at >= NEVER || course == Course::None {
                NEVER
            } else {
                loss.threshold(course, at) + loss.field_stages * field.at(x, y)
            };
            let mut s = key.stream(Purpose::FollicleTraits, unit as u64);
            let hairs = draw_size(profile.unit_sizes(zone), &mut s);
            // Hairs of a unit share part of their calibre.
            for nth in 0..hairs {
                let stream = (unit as u32).wrapping_mul(4).wrapping_add(nth);
                let calibre = draw_calibre(&profile, zone, &mut s);
                let threshold = (base + noise * s.normal()).min(NEVER);
                let hardiness = s.exponential(loss.hardiness_mean);
                follicles.push(unit as u32, stream, calibre as f32, threshold as f32, hardiness as f32, zone);
            }
        }
        Self { ground, follicles, profile }
    }

    /// Follicles of each zone.
    #[must_use]
    pub fn count_by_zone(&self) -> BTreeMap<Zone, usize> {
        let mut out = BTreeMap::new();
        for z in &self.follicles.zone {
            *out.entry(*z).or_insert(0) += 1;
        }
        out
    }
}

fn draw_size(sizes: [f64; 4], s: &mut Stream) -> u32 {
    let mut u = s.uniform() * sizes.iter().sum::<f64>();
    for (p, n) in sizes.iter().zip(1u32..) {
        if u < *p {
            return n;
        }
        u -= p;
    }
    2
}

fn draw_calibre(profile: &HairProfile, zone: Zone, s: &mut Stream) -> f64 {
    let vellus = s.uniform() < VELLUS_SHARE;
    let z = s.normal();
    if vellus {
        (VELLUS_CALIBRE_UM * libm::exp(0.2 * z)).min(29.0)
    } else {
        let sigma = lognormal_sigma(CALIBRE_CV);
        let mean = profile.calibre_um * zone_calibre_factor(zone);
        (mean * libm::exp(sigma * z - 0.5 * sigma * sigma)).clamp(30.0, 180.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_sizes_have_the_mean_of_the_person() {
        let p = HairProfile::norm(Ancestry::European, false);
        let m = mean_hairs(p.unit_sizes(Zone::MidScalp));
        assert!((m - 2.2).abs() < 0.12, "{m}");
        let asian = HairProfile::norm(Ancestry::Asian, false);
        assert!(mean_hairs(asian.unit_sizes(Zone::MidScalp)) < m - 0.15);
    }

    #[test]
    fn stat_local_field_is_standard() {
        let f = LocalField::new(Key::new(5, 0));
        let v: Vec<f64> =
            (0..4000).map(|i| f.at(f64::from(i % 63) * 0.031, f64::from(i / 63) * 0.029)).collect();
        let (m, sd) = vellus_units::maths::mean_sd(&v);
        assert!(m.abs() < 0.25 && (sd - 1.0).abs() < 0.3, "{m} {sd}");
    }
}
