//! Indicators: what a strategy comes to, in numbers with a definition, a unit and a source each.
//!
//! One file for each family. Local ones are read in zones at moments, others once for the person.

pub mod blend;
pub mod burden;
pub mod density;
pub mod kept;
pub mod look;
pub mod regret;
pub mod reversible;
pub mod shine;
pub mod texture;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vellus_head::Zone;

use crate::ensemble::{Ensemble, Future};
use crate::outcome::Band;
use blend::BlendTable;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More of it.
    More,
    /// Less of it.
    Less,
    /// It depends on the person.
    Neither,
}

/// What an indicator is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Indicator {
    /// Its name in files.
    pub id: &'static str,
    /// As people call it.
    pub title: &'static str,
    /// Its unit, UCUM where it has one.
    pub unit: &'static str,
    /// What exactly is counted.
    pub definition: &'static str,
    /// What the definition rests on.
    pub source: &'static str,
    /// Which way is better.
    pub better: Better,
}

/// A value of an indicator with its 80 % band over responses and both mechanisms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// Name of the indicator.
    pub indicator: String,
    /// Zone; none for the whole thinning area or the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// Moment: "today", "after", "year_1", "year_2", "year_5", "year_10"; empty for what is of all time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub moment: String,
    /// Median and 80 % band.
    pub band: Band,
    /// The same under each mechanism; empty where PRP is not used.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_mechanism: BTreeMap<String, Band>,
}

/// What local indicators are read with.
pub(crate) struct Reader<'a> {
    pub ensemble: &'a Ensemble<'a>,
    pub blend: &'a BlendTable,
}

type Local = fn(&Reader<'_>, &Future, usize, &[usize]) -> f64;

/// Indicators of a place at a moment.
pub(crate) const LOCAL: [(&Indicator, Local); 12] = [
    (&density::TOTAL, density::total),
    (&density::TERMINAL, density::terminal),
    (&density::CALIBRE, density::calibre),
    (&density::VISIBLE, density::visible),
    (&blend::TONE, blend::tone),
    (&blend::AT_HALF_A_METRE, blend::at_half_a_metre),
    (&blend::AT_ONE_METRE, blend::at_one_metre),
    (&blend::AT_THREE_METRES, blend::at_three_metres),
    (&texture::TIPS, texture::tips),
    (&texture::STIFFNESS, texture::stiffness),
    (&shine::SHINE, shine::shine),
    (&kept::KEPT, kept::kept),
];

type Whole = fn(&Ensemble<'_>, &Future) -> f64;

/// Indicators of the person.
pub(crate) const WHOLE: [(&Indicator, Whole); 10] = [
    (&look::MONTHS_TO_LOOK, look::months_to_look),
    (&regret::REGRET, regret::regret),
    (&regret::TOO_DARK, regret::too_dark),
    (&regret::STRANDED, regret::stranded),
    (&reversible::PIGMENT_SHARE, reversible::pigment_share),
    (&burden::VISITS, burden::visits),
    (&burden::HOURS, burden::hours),
    (&burden::COST_TWO_YEARS, burden::cost_two_years),
    (&burden::COST_PER_YEAR, burden::cost_per_year),
    (&burden::COST_TEN_YEARS, burden::cost_ten_years),
];

/// Every indicator, for a reader of files.
#[must_use]
pub fn all() -> Vec<&'static Indicator> {
    LOCAL.iter().map(|i| i.0).chain(WHOLE.iter().map(|i| i.0)).collect()
}

/// The moments at which places are read: name and day.
pub(crate) fn moments(after: f64) -> [(&'static str, f64); 6] {
    [
        ("today", 0.0),
        ("after", after),
        ("year_1", 365.25),
        ("year_2", 2.0 * 365.25),
        ("year_5", 5.0 * 365.25),
        ("year_10", 10.0 * 365.25),
    ]
}

/// Reads every indicator off the futures of a strategy.
pub(crate) fn read(e: &Ensemble<'_>, blend: &BlendTable) -> Vec<Value> {
    let reader = Reader { ensemble: e, blend };
    let places = e.subject.places();
    let mut out = Vec::new();
    for (indicator, of) in LOCAL {
        for (zone, groups) in &places {
            for (moment, day) in moments(e.paths[e.main_path()].after) {
                if indicator.id == kept::KEPT.id && !["year_5", "year_10"].contains(&moment) {
                    continue;
                }
                let frame = e.frame_at(day);
                let values = e.each(|f| of(&reader, f, frame, groups));
                out.push(Value {
                    indicator: indicator.id.into(),
                    zone: *zone,
                    moment: moment.into(),
                    band: rounded(e.band(&values)),
                    by_mechanism: by(e, &values),
                });
            }
        }
    }
    for (indicator, of) in WHOLE {
        let values = e.each(|f| of(e, f));
        let (band, by_mechanism) = if indicator.unit == CHANCE {
            let held: Vec<bool> = values.iter().map(|v| *v > 0.5).collect();
            let (chance, by) = e.chance_of(&held);
            let three = |c: f64| rounded(Band { lo: c, median: c, hi: c });
            (three(chance), by.into_iter().map(|(m, c)| (m, three(c))).collect())
        } else {
            (rounded(e.band(&values)), by(e, &values))
        };
        out.push(Value {
            indicator: indicator.id.into(),
            zone: None,
            moment: String::new(),
            band,
            by_mechanism,
        });
    }
    out
}

/// Unit of indicators that happen or do not; their bands are the chance itself, three times.
pub const CHANCE: &str = "chance";

fn by(e: &Ensemble<'_>, values: &[f64]) -> BTreeMap<String, Band> {
    e.band_by_mechanism(values).into_iter().map(|(m, b)| (m, rounded(b))).collect()
}

/// To four digits: files stay readable, and nothing here is known better.
fn rounded(b: Band) -> Band {
    let r = |x: f64| {
        if !x.is_finite() || x == 0.0 {
            return 0.0;
        }
        let digits = 10f64.powi(3 - libm::log10(x.abs()).floor() as i32);
        (x * digits).round() / digits
    };
    Band { lo: r(b.lo), median: r(b.median), hi: r(b.hi) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_indicator_has_a_name_of_its_own_a_definition_and_a_source() {
        let all = all();
        let names: std::collections::BTreeSet<_> = all.iter().map(|i| i.id).collect();
        assert_eq!(names.len(), all.len());
        for i in all {
            assert!(i.definition.len() > 20 && i.source.len() > 8 && !i.title.is_empty(), "{}", i.id);
        }
    }

    #[test]
    fn numbers_are_told_to_four_digits() {
        let b = rounded(Band { lo: 0.012_345_6, median: 123.456_7, hi: -98_765.4 });
        assert_eq!((b.lo, b.median, b.hi), (0.012_35, 123.5, -98_770.0));
    }
}
