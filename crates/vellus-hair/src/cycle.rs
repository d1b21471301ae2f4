//! The hair cycle of one follicle, as a chain of timed phases.
//!
//! Anagen (growth) → catagen → telogen (rest, the hair still stands) → perhaps kenogen (empty but
//! alive) → anagen. Durations are lognormal (Bernard 2012, about 9,000 observed cycles) and depend
//! on how far the follicle has miniaturised, m ∈ [0, 1].

use std::sync::LazyLock;

use vellus_units::maths::{LognormalTable, exp_draw, normal_quantile};
use vellus_units::random::Stream;

/// Where a follicle is in its cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Phase {
    /// The hair grows.
    Anagen = 0,
    /// Growth has stopped, the root recedes.
    Catagen = 1,
    /// The hair rests in its follicle.
    Telogen = 2,
    /// The hair has fallen, the follicle is empty but alive.
    Kenogen = 3,
    /// Progenitors and muscle are lost; nothing brings a hair back.
    Regressed = 4,
}

/// Durations of the phases and how miniaturisation changes them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CycleRules {
    /// Median anagen of a healthy terminal follicle, days. Chosen so that the resting share of a
    /// healthy scalp is the 12 % of Loussouarn 2005 with the telogen below; published ranges are
    /// 2–3 and 3–5 years and disagree.
    pub anagen_days: f64,
    /// Mean catagen, days: 2–3 weeks (Goldstein & Goldstein 2009), even between them.
    pub catagen_days: f64,
    /// Median telogen, days: 2–4 months (Wolfram 2003), 3–4 (Goldstein & Goldstein 2009).
    pub telogen_days: f64,
    /// How much longer the telogen of a fully miniaturised follicle lasts, less one (fitted).
    pub telogen_stretch: f64,
    /// Median kenogen of a healthy follicle, days; 1–5 months in pattern loss (Guarrera & Rebora
    /// 2005, one woman).
    pub kenogen_days: f64,
    /// Standard deviation of the logarithm of anagen.
    pub anagen_sigma: f64,
    /// Standard deviation of the logarithm of the other phases.
    pub rest_sigma: f64,
    /// Share of cycles of a healthy follicle that pass through kenogen (assumption, so that about
    /// 1–2 % of healthy follicles stand empty).
    pub kenogen_chance: f64,
    /// The same of a fully miniaturised one (assumption, so that kenogen reaches the 8 to 16 % of
    /// follicles that Guarrera & Rebora saw as loss went on).
    pub kenogen_chance_miniaturised: f64,
    /// Anagen of a fully miniaturised follicle relative to a healthy one: some months (assumption).
    pub anagen_floor: f64,
    /// How much anagen shortens early: 0 in proportion to 1 − m, 1 as its square (fitted).
    pub anagen_bend: f64,
}

impl Default for CycleRules {
    fn default() -> Self {
        Self {
            anagen_days: 860.0,
            catagen_days: 17.5,
            telogen_days: 105.0,
            telogen_stretch: 0.0,
            kenogen_days: 60.0,
            anagen_sigma: ANAGEN_SIGMA,
            rest_sigma: REST_SIGMA,
            kenogen_chance: 0.20,
            kenogen_chance_miniaturised: 0.65,
            anagen_floor: 0.12,
            anagen_bend: 0.3,
        }
    }
}

impl CycleRules {
    /// Median anagen at miniaturisation `m`, days.
    #[inline]
    #[must_use]
    pub fn anagen_at(&self, m: f64) -> f64 {
        let keep = 1.0 - m;
        let shape = keep * (1.0 - self.anagen_bend) + keep * keep * self.anagen_bend;
        self.anagen_days * (self.anagen_floor + (1.0 - self.anagen_floor) * shape)
    }

    /// Median telogen at miniaturisation `m`, days.
    #[inline]
    #[must_use]
    pub fn telogen_at(&self, m: f64) -> f64 {
        self.telogen_days * (1.0 + self.telogen_stretch * m)
    }

    /// Chance that telogen ends in kenogen at miniaturisation `m`.
    #[inline]
    #[must_use]
    pub fn kenogen_chance_at(&self, m: f64) -> f64 {
        self.kenogen_chance + (self.kenogen_chance_miniaturised - self.kenogen_chance) * m
    }

    /// Median kenogen at miniaturisation `m`, days: longest for the smallest hairs.
    #[inline]
    #[must_use]
    pub fn kenogen_at(&self, m: f64) -> f64 {
        self.kenogen_days * (1.0 + m)
    }

    /// These rules for one person, with what does not depend on the follicle worked out.
    #[must_use]
    pub fn for_person(&self, anagen_factor: f64) -> PersonCycle {
        let mut rules = *self;
        rules.anagen_days *= anagen_factor;
        PersonCycle {
            rules,
            anagen_mean: libm::exp(0.5 * self.anagen_sigma * self.anagen_sigma),
            rest_mean: libm::exp(0.5 * self.rest_sigma * self.rest_sigma),
            anagen_table: table(&ANAGEN, self.anagen_sigma),
            rest_table: table(&REST, self.rest_sigma),
        }
    }
}

/// Standard deviation of the logarithm of anagen (assumption, as wide as the 2–3 and 3–5 years of
/// the textbooks together).
pub const ANAGEN_SIGMA: f64 = 0.45;
/// The same of telogen and kenogen: 2–4 months (Wolfram 2003) taken as most of the distribution.
pub const REST_SIGMA: f64 = 0.30;
/// Half of the range of catagen relative to its mean: 14 to 21 days.
const CATAGEN_HALF_RANGE: f64 = 0.2;

static ANAGEN: LazyLock<LognormalTable> = LazyLock::new(|| LognormalTable::new(ANAGEN_SIGMA));
static REST: LazyLock<LognormalTable> = LazyLock::new(|| LognormalTable::new(REST_SIGMA));

/// The table of a spread, when it is the usual one.
fn table(usual: &'static LazyLock<LognormalTable>, sigma: f64) -> Option<&'static LognormalTable> {
    Some(&**usual).filter(|t| t.sigma() == sigma)
}

/// The rules of the cycle for one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonCycle {
    /// The rules, with this person's anagen.
    pub rules: CycleRules,
    /// Mean over median of anagen.
    anagen_mean: f64,
    /// Mean over median of telogen and kenogen.
    rest_mean: f64,
    anagen_table: Option<&'static LognormalTable>,
    rest_table: Option<&'static LognormalTable>,
}

impl PersonCycle {
    /// Draws how long a phase lasts at miniaturisation `m`, days. Every draw takes one word.
    #[inline]
    #[must_use]
    pub fn draw(&self, phase: Phase, m: f64, s: &mut Stream) -> f64 {
        let u = s.uniform();
        let r = &self.rules;
        let (table, median, sigma) = match phase {
            Phase::Anagen => (self.anagen_table, r.anagen_at(m), r.anagen_sigma),
            Phase::Telogen => (self.rest_table, r.telogen_at(m), r.rest_sigma),
            Phase::Kenogen => (self.rest_table, r.kenogen_at(m), r.rest_sigma),
            Phase::Catagen => return r.catagen_days * (1.0 + CATAGEN_HALF_RANGE * (2.0 * u - 1.0)),
            Phase::Regressed => return f64::INFINITY,
        };
        match table {
            Some(t) => median * t.quantile(u),
            None => median * exp_draw(sigma * normal_quantile(u)),
        }
    }

    /// Draws a phase in equilibrium at miniaturisation `m`, and how long ago it began and when it
    /// will end (days). A phase met at a random moment is length-biased: its lognormal keeps σ and
    /// has its median multiplied by exp(σ²). Catagen's range is too narrow for that to matter.
    #[must_use]
    pub fn equilibrium(&self, m: f64, s: &mut Stream) -> (Phase, f64, f64) {
        const ORDER: [Phase; 4] = [Phase::Anagen, Phase::Catagen, Phase::Telogen, Phase::Kenogen];
        let r = &self.rules;
        let shares = [
            r.anagen_at(m) * self.anagen_mean,
            r.catagen_days,
            r.telogen_at(m) * self.rest_mean,
            r.kenogen_at(m) * self.rest_mean * r.kenogen_chance_at(m),
        ];
        let mut u = s.uniform() * shares.iter().sum::<f64>();
        let mut phase = Phase::Kenogen;
        for (p, share) in ORDER.iter().zip(shares) {
            if u < share {
                phase = *p;
                break;
            }
            u -= share;
        }
        let bias = match phase {
            Phase::Anagen => self.anagen_mean * self.anagen_mean,
            Phase::Catagen => 1.0,
            _ => self.rest_mean * self.rest_mean,
        };
        let whole = bias * self.draw(phase, m, s);
        let gone = whole * s.uniform();
        (phase, gone, whole - gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vellus_units::random::{Key, Purpose};

    #[test]
    fn stat_equilibrium_has_the_resting_share_of_a_healthy_scalp() {
        let rules = CycleRules::default();
        let mut resting = 0;
        let mut present = 0;
        for i in 0..40_000 {
            let mut s = Key::new(3, 0).stream(Purpose::FollicleTraits, i);
            match rules.for_person(1.0).equilibrium(0.0, &mut s).0 {
                Phase::Anagen => present += 1,
                Phase::Catagen | Phase::Telogen => {
                    present += 1;
                    resting += 1;
                }
                _ => {}
            }
        }
        let share = f64::from(resting) / f64::from(present);
        assert!((share - 0.12).abs() < 0.01, "{share}");
    }

    #[test]
    fn miniaturised_follicles_grow_for_months_not_years() {
        let r = CycleRules::default();
        assert!(r.anagen_at(1.0) < 150.0 && r.anagen_at(1.0) > 60.0);
        assert!(r.anagen_at(0.5) < 0.6 * r.anagen_at(0.0));
    }
}
