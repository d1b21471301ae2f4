//! Outcomes held against bands.

use super::forecast::Forecast;
use super::person::Treatment;
use super::{Outcomes, PEOPLE, QUANTITIES, YEARS};
use crate::row::Row;

/// One person's outcomes beside the forecasts.
pub(crate) struct Held {
    pub treatment: Treatment,
    /// Days on which something was read.
    pub visits: usize,
    pub outcomes: Outcomes,
    /// From the stage alone.
    pub before: Forecast,
    /// After the visits.
    pub after: Forecast,
}

/// Arms: what the planner has seen.
const ARMS: [(&str, &str); 2] = [("B1", "stage only"), ("B2", "after visits")];
const SOURCE: &str = "by construction: the truth of virtual people is known";
/// What a band of 80 % may hold, per cent.
const HOLDS: (f64, f64) = (76.0, 84.0);
/// Index of the share of hair kept among the quantities.
const KEPT: usize = 2;
/// The greatest distance between the distribution of ranks and an even one.
const EVEN: f64 = 0.04;

impl Held {
    fn forecast(&self, arm: usize) -> &Forecast {
        if arm == 0 { &self.before } else { &self.after }
    }

    /// −1 below the band, 0 in it, 1 above.
    fn side(&self, arm: usize, quantity: usize, year: usize) -> i32 {
        let (band, x) = (&self.forecast(arm).bands[quantity][year], self.outcomes[quantity][year]);
        i32::from(x > band.hi) - i32::from(x < band.lo)
    }
}

/// Two standard errors of a share of `n` people, per cent.
fn error(share: f64, n: usize) -> f64 {
    200.0 * (share * (1.0 - share) / n.max(1) as f64).sqrt()
}

/// A share of people, per cent, that has to lie within bounds; with fewer people than in a full run the
/// bounds are as much wider as the share is less sure.
fn share(
    id: &str,
    what: String,
    wanted: f64,
    bounds: (f64, f64),
    found: f64,
    people: usize,
    of: usize,
) -> Row {
    let sure = error(wanted / 100.0, PEOPLE);
    let wider = (error(wanted / 100.0, of) - sure).max(0.0);
    let (lo, hi) = (bounds.0 - wider, bounds.1 + wider);
    let unit = if people == of { "%".to_owned() } else { format!("% of {of} people") };
    row(id, what, &unit, wanted, (lo, hi), found, error(found / 100.0, of))
}

fn row(id: &str, what: String, unit: &str, wanted: f64, (lo, hi): (f64, f64), found: f64, error: f64) -> Row {
    Row {
        id: id.into(),
        area: "plan".into(),
        what,
        unit: unit.into(),
        published: wanted,
        lo,
        hi,
        model: found,
        model_lo: found - error,
        model_hi: found + error,
        pass: (lo..=hi).contains(&found),
        split: "verification".into(),
        source: SOURCE.into(),
        mechanism: None,
        note: None,
    }
}

/// All rows.
pub(crate) fn rows(held: &[Held]) -> Vec<Row> {
    let n = held.len();
    let percent = |hits: usize, of: usize| 100.0 * hits as f64 / of.max(1) as f64;
    let mut out = Vec::new();
    for (arm, (id, seen)) in ARMS.iter().enumerate() {
        for (q, (quantity, _)) in QUANTITIES.iter().enumerate() {
            for (y, year) in YEARS.iter().enumerate() {
                let hits = held.iter().filter(|h| h.side(arm, q, y) == 0).count();
                out.push(share(
                    id,
                    format!("{quantity}, {year} years, {seen}"),
                    80.0,
                    HOLDS,
                    percent(hits, n),
                    n,
                    n,
                ));
            }
        }
        let all = || (0..QUANTITIES.len()).flat_map(|q| (0..YEARS.len()).map(move |y| (q, y)));
        for (treatment, title) in Treatment::ALL {
            let own: Vec<&Held> = held.iter().filter(|h| h.treatment == treatment).collect();
            let hits = own.iter().flat_map(|h| all().map(|(q, y)| h.side(arm, q, y))).filter(|s| *s == 0);
            let found = percent(hits.count(), own.len() * QUANTITIES.len() * YEARS.len());
            out.push(share(id, format!("{title}, {seen}"), 80.0, HOLDS, found, n, own.len()));
        }
        for (side, name) in [(-1, "below"), (1, "above")] {
            let hits = held.iter().flat_map(|h| all().map(|(q, y)| h.side(arm, q, y)));
            let found = percent(hits.filter(|s| *s == side).count(), n * QUANTITIES.len() * YEARS.len());
            out.push(share(id, format!("outcomes {name} the band, {seen}"), 10.0, (7.0, 13.0), found, n, n));
        }
        // Ranks of outcomes in their forecasts are even between 0 and 1 when the whole distribution is
        // honest, not its ends alone.
        let mut ranks: Vec<f64> = held
            .iter()
            .flat_map(|h| all().map(|(q, y)| h.forecast(arm).below(q, y, h.outcomes[q][y])))
            .collect();
        ranks.sort_by(f64::total_cmp);
        let m = ranks.len() as f64;
        let distance =
            ranks.iter().enumerate().map(|(k, r)| (r - (k as f64 + 0.5) / m).abs()).fold(0.0, f64::max);
        // Kolmogorov's 2.5 % point for as many people, since two such rows are asked: by chance one of them
        // misses in one run of twenty. Outcomes of one person go together.
        let chance = 1.48 / (n as f64).sqrt();
        let mut even = row(
            id,
            format!("distance of ranks from even, {seen}"),
            "",
            0.0,
            (0.0, EVEN.max(chance)),
            distance,
            0.0,
        );
        even.note = Some(format!("tenths of the ranks, %: {}", tenths(&ranks)));
        out.push(even);
    }
    for (q, (quantity, _)) in QUANTITIES.iter().enumerate() {
        let ratios: Vec<f64> = held
            .iter()
            .filter(|h| h.visits == 3)
            .flat_map(|h| {
                (0..YEARS.len()).map(move |y| {
                    let width = |f: &Forecast| f.bands[q][y].hi - f.bands[q][y].lo;
                    width(&h.after) / width(&h.before).max(1e-9)
                })
            })
            .collect();
        let (mean, sd) = vellus_units::maths::mean_sd(&ratios);
        let error = 2.0 * sd / (n as f64 / 3.0).sqrt();
        let what = format!("width after three visits over before, {quantity}");
        if q == KEPT {
            let mut kept = row("B3", what, "", 1.0, (0.0, 1.05), mean, error);
            kept.note = Some("not asked to narrow, only not to widen: counts over two years that each scatter by a tenth say where a person stands, and next to nothing of the pace".into());
            out.push(kept);
        } else {
            out.push(row("B3", what, "", 1.0, (0.0, 0.97), mean, error));
        }
    }
    out
}

/// How many of sorted ranks fall into each tenth, per cent.
fn tenths(ranks: &[f64]) -> String {
    let at = |x: f64| ranks.partition_point(|r| *r < x);
    (0..10)
        .map(|k| {
            let (lo, hi) = (f64::from(k) / 10.0, if k == 9 { 2.0 } else { f64::from(k + 1) / 10.0 });
            format!("{:.1}", 100.0 * (at(hi) - at(lo)) as f64 / ranks.len().max(1) as f64)
        })
        .collect::<Vec<_>>()
        .join(" ")
}
