//! The fates of single follicles, photographed every month for years.

use vellus_units::random::Key;

use crate::course::Runner;
use crate::cycle::Phase;
use crate::model::Model;
use crate::regime::Regime;
use crate::scalp::Scalp;

/// Days between two photographs.
const MONTH_DAYS: f64 = 30.4375;

/// What monthly photographs of the same follicles show.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fates {
    /// Follicles followed.
    pub follicles: f64,
    /// Whole cycles seen: from one first growth to the next.
    pub cycles: f64,
    /// Of these, cycles with an empty follicle between fall and new growth.
    pub with_kenogen: f64,
    /// Sum of the whole anagens seen, months.
    pub anagen_months: f64,
    /// Sum of the empty times seen whole, months, and their number.
    pub kenogen_months: f64,
    /// How many empty times were seen whole.
    pub kenogens: f64,
    /// Cycles whose new hair is thinner than the last by more than a tenth.
    pub thinner: f64,
    /// Cycles of hairs under 30 µm.
    pub vellus: f64,
    /// Follicles that are empty, summed over the photographs.
    pub empty_seen: f64,
    /// Follicles that are not lost, summed over the photographs.
    pub alive_seen: f64,
}

impl Fates {
    /// Adds another person's follicles.
    pub fn merge(&mut self, o: &Self) {
        self.follicles += o.follicles;
        self.cycles += o.cycles;
        self.with_kenogen += o.with_kenogen;
        self.anagen_months += o.anagen_months;
        self.kenogen_months += o.kenogen_months;
        self.kenogens += o.kenogens;
        self.thinner += o.thinner;
        self.vellus += o.vellus;
        self.empty_seen += o.empty_seen;
        self.alive_seen += o.alive_seen;
    }

    /// The results: name, in words, unit, value.
    #[must_use]
    pub fn results(&self) -> [(&'static str, &'static str, &'static str, f64); 6] {
        let share = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        [
            (
                "fates_kenogen_follicles_percent",
                "follicles that are empty",
                "%",
                100.0 * share(self.empty_seen, self.alive_seen),
            ),
            (
                "fates_kenogen_cycles_percent",
                "cycles with kenogen",
                "%",
                100.0 * share(self.with_kenogen, self.cycles),
            ),
            ("fates_kenogen_months", "kenogen", "months", share(self.kenogen_months, self.kenogens)),
            ("fates_anagen_months", "anagen", "months", share(self.anagen_months, self.cycles)),
            (
                "fates_thinner_percent",
                "cycles whose new hair is thinner by a tenth",
                "%",
                100.0 * share(self.thinner, self.cycles),
            ),
            ("fates_vellus_percent", "cycles of vellus hairs", "%", 100.0 * share(self.vellus, self.cycles)),
        ]
    }
}

/// Follows every follicle of a patch with a photograph every month between two days.
///
/// Only what a photograph shows is used: whether a hair stands, whether it grows, how thick it is. A
/// phase shorter than a month can be missed, as it is in life.
#[must_use]
pub fn follow(scalp: &Scalp, regime: &Regime, model: &Model, key: Key, from: f64, to: f64) -> Fates {
    let months = ((to - from) / MONTH_DAYS).floor().max(0.0) as usize;
    let days: Vec<f64> = (0..=months).map(|k| from + k as f64 * MONTH_DAYS).collect();
    let runner = Runner::new(model, scalp, regime, key);
    let mut out = Fates { follicles: scalp.follicles.len() as f64, ..Fates::default() };
    let mut seen: Vec<(Phase, f32)> = Vec::with_capacity(days.len());
    for i in 0..scalp.follicles.len() {
        seen.clear();
        runner.run(i, &days, |_, s| seen.push((s.phase, s.calibre_um)));
        // Month of the first growth of the present cycle, once one was seen to begin.
        let mut began: Option<usize> = None;
        let mut stopped: Option<usize> = None;
        let mut emptied: Option<usize> = None;
        let mut calibre = 0.0f32;
        for (k, &(phase, d)) in seen.iter().enumerate() {
            if phase != Phase::Regressed {
                out.alive_seen += 1.0;
                out.empty_seen += f64::from(u8::from(phase == Phase::Kenogen));
            }
            let before = if k > 0 { seen[k - 1].0 } else { phase };
            if before == Phase::Anagen && phase != Phase::Anagen {
                stopped = Some(k);
            }
            if before != Phase::Kenogen && phase == Phase::Kenogen {
                emptied = Some(k);
            }
            if before != Phase::Anagen && phase == Phase::Anagen {
                if let Some(e) = emptied {
                    out.kenogen_months += (k - e) as f64;
                    out.kenogens += 1.0;
                }
                if let (Some(b), Some(e)) = (began, stopped) {
                    out.cycles += 1.0;
                    out.anagen_months += (e - b) as f64;
                    out.with_kenogen += f64::from(u8::from(emptied.is_some()));
                    out.thinner += f64::from(u8::from(d < 0.9 * calibre));
                    out.vellus += f64::from(u8::from(calibre < crate::course::TERMINAL_UM));
                }
                began = Some(k);
                calibre = d;
                stopped = None;
                emptied = None;
            }
        }
    }
    out
}
