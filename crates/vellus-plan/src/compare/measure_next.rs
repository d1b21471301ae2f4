//! What to measure next: how much each reading would narrow the forecast of hair under the leading strategy.
//!
//! Every future says what the reading would be; how much of the spread of the outcome goes with it, after the
//! reading's own error, is the square of their correlation. A normal outcome's band narrows by
//! 1 − √(1 − r²) then (linear regression; assumption that it is near enough linear).

use serde::{Deserialize, Serialize};
use vellus_hair::individual::{Measured, Quantity};
use vellus_head::Zone;

use crate::ensemble::hair::HairFutures;
use crate::ensemble::{Ensemble, Future};
use crate::subject::{ZONES, zone_name};
use crate::visit::FIELD_CM2;

/// A reading and what it would tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureNext {
    /// What to measure, in words.
    pub what: String,
    /// When, in words.
    pub when: String,
    /// Zone, where it has one.
    pub zone: Option<Zone>,
    /// By how much the 80 % band of what hair alone gives after two years would narrow, per cent.
    pub narrows_percent: f64,
}

/// Least that is worth saying, per cent (assumption).
const LEAST_PERCENT: f64 = 4.0;
/// How many are said.
const MOST: usize = 4;

/// Readings by what they would narrow, the best first.
pub(crate) fn measure_next(e: &Ensemble<'_>, hair: &HairFutures<'_>) -> Vec<MeasureNext> {
    let subject = e.subject;
    let thin = subject.thinning_or_top();
    let two_years = e.frame_at(2.0 * 365.25);
    // Of hair alone: pigment hides what hair does, and what it costs and whether it is regretted hangs on hair.
    let outcome = e.each(|f| e.hair_visible(f, two_years, &thin));
    let mut out = Vec::new();
    let mut add = |what: String, when: &str, zone: Option<Zone>, values: Vec<f64>, sd: f64| {
        let narrows = 100.0 * narrowing(e, &values, sd, &outcome);
        if narrows >= LEAST_PERCENT {
            out.push(MeasureNext { what, when: when.to_owned(), zone, narrows_percent: narrows });
        }
    };
    let prp_visit = e.paths[e.main_path()].booked.decision_days.first().copied();
    for zone in ZONES {
        let groups = subject.zone_groups(zone);
        if !groups.iter().any(|g| thin.contains(g)) || e.area(&groups) < 5.0 {
            continue;
        }
        let count = |frame: usize| e.each(|f: &Future| e.per_cm2(f, frame, &groups, |r| r.terminal));
        let error = |values: &[f64]| {
            let value = values.iter().sum::<f64>() / values.len().max(1) as f64;
            Measured {
                day: 0.0,
                groups: groups.clone(),
                quantity: Quantity::TerminalPerCm2,
                value,
                area_cm2: FIELD_CM2,
            }
            .sd()
        };
        let counted = subject.person.visits.iter().any(|v| v.zone == zone && v.terminal_per_cm2.is_some());
        if !counted {
            let values = count(0);
            let sd = error(&values);
            add(format!("terminal hairs per cm², {}", zone_name(zone)), "now", Some(zone), values, sd);
        }
        let (day, when) =
            prp_visit.map_or((182.6, "in six months"), |day| (day, "at the visit that decides"));
        let values = count(e.frame_at(day));
        let sd = error(&values);
        add(format!("terminal hairs per cm² again, {}", zone_name(zone)), when, Some(zone), values, sd);
    }
    if e.uses_prp && subject.person.logbook.entries().is_empty() {
        let ranks: Vec<f64> =
            e.futures.iter().map(|f| hair.responses(f.mechanism)[f.response].dose_rank).collect();
        // Counters differ by a few per cent; ranks run from 0 to 1 over a band of about a factor of two
        // (assumption).
        add("platelets in the PRP, counted".into(), "at the first session", None, ranks, 0.08);
    }
    out.sort_by(|a, b| b.narrows_percent.total_cmp(&a.narrows_percent));
    out.truncate(MOST);
    out
}

/// Share by which the outcome's spread shrinks with a reading of this error.
fn narrowing(e: &Ensemble<'_>, values: &[f64], sd: f64, outcome: &[f64]) -> f64 {
    let weight = |k: usize| e.futures[k].weight;
    let mean = |v: &[f64]| v.iter().enumerate().map(|(k, x)| weight(k) * x).sum::<f64>();
    let (mx, my) = (mean(values), mean(outcome));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (k, (x, y)) in values.iter().zip(outcome).enumerate() {
        xx += weight(k) * (x - mx) * (x - mx);
        yy += weight(k) * (y - my) * (y - my);
        xy += weight(k) * (x - mx) * (y - my);
    }
    let r2 = xy * xy / ((xx + sd * sd) * yy).max(1e-12);
    1.0 - libm::sqrt(1.0 - r2.clamp(0.0, 1.0))
}
