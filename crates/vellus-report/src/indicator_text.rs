//! The indicators of every strategy on a terminal.

use vellus_plan::Plan;
use vellus_plan::indicator::{self, CHANCE, Indicator, Value};
use vellus_plan::optimise::Found;
use vellus_plan::outcome::StrategyOutcome;

use crate::console::{NARROWEST, Paint, WIDEST, left, right, rule, wrap};
use crate::words::{date, number};

/// Columns of the table: indicator and moment.
const SHOWN: [(&str, &str); 17] = [
    ("visible_percent", "year_2"),
    ("terminal_per_cm2", "year_2"),
    ("hairs_per_cm2", "year_2"),
    ("calibre_um", "year_2"),
    ("blend_tone_de00", "year_2"),
    ("blend_grain_0_5_m", "year_2"),
    ("blend_grain_1_m", "year_2"),
    ("blend_grain_3_m", "year_2"),
    ("texture_tips_percent", "year_2"),
    ("texture_stiffness_percent", "year_2"),
    ("shine_percent", "year_2"),
    ("hair_kept_percent", "year_5"),
    ("hair_kept_percent", "year_10"),
    ("months_to_look", ""),
    ("regret_chance", ""),
    ("pigment_share_percent", ""),
    ("visits_two_years", ""),
];
const MONEY: [&str; 3] = ["cost_two_years", "cost_per_year", "cost_ten_years"];

fn unit(i: &Indicator) -> &str {
    match i.unit {
        CHANCE => "in 100",
        "/cm2" => "per cm²",
        "um" => "µm",
        "mo" => "months",
        "1" => "",
        other => other,
    }
}

fn cell(i: &Indicator, v: &Value) -> String {
    let digits = usize::from(i.unit == "ΔE00" || i.unit == "JND");
    let n = |x: f64| number(x, digits);
    if i.unit == CHANCE {
        return n(100.0 * v.band.median);
    }
    if (v.band.hi - v.band.lo).abs() < 1e-9 {
        return n(v.band.median);
    }
    format!("{} ({}–{})", n(v.band.median), n(v.band.lo), n(v.band.hi))
}

/// Every strategy with its indicators, medians and 80 % bands; `width` and `colour` as in
/// [`summary_text`](crate::summary_text).
#[must_use]
pub fn indicator_text(plan: &Plan, width: usize, colour: bool) -> String {
    let width = width.clamp(NARROWEST, WIDEST);
    let paint = Paint(colour);
    let all = indicator::all();
    let find = |id: &str| all.iter().copied().find(|i| i.id == id);
    let mut out = vec![paint.bold(&format!("{} · {} · {}", plan.label, plan.person, date(plan.today)))];
    out.extend(wrap(
        &format!(
            "Median and 80 % band over {} possible responses{}; the thinning area after two years where no other time is named.",
            plan.responses,
            if plan.strategies.iter().any(|s| s.prp.is_some() || s.paths.len() > 1) { " and both mechanisms of PRP" } else { "" }
        ),
        width,
    ));
    for s in &plan.strategies {
        out.push(rule(width, &paint));
        let lead = s.id == plan.comparison.leading;
        out.push(paint.bold(&format!("{}{}", if lead { "▸ " } else { "" }, s.title)));
        for p in s.paths.iter().filter(|p| !p.branch.is_empty()) {
            let by: Vec<String> =
                p.by_mechanism.iter().map(|(m, c)| format!("{m} {}", number(100.0 * c, 0))).collect();
            let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
            out.extend(wrap(
                &format!("  {} in 100 futures: {}{by}", number(100.0 * p.share, 0), p.title),
                width,
            ));
        }
        for g in &s.goals {
            out.extend(wrap(
                &format!(
                    "  Goal, {} by {}: {} in 100 futures; two in three reach {} %.",
                    g.title,
                    date(g.by),
                    number(100.0 * g.chance, 0),
                    number(g.likely_percent, 0)
                ),
                width,
            ));
        }
        rows(plan, s, &find, width, &mut out);
    }
    if let Some(f) = &plan.found {
        out.push(rule(width, &paint));
        out.push(paint.bold("The search"));
        out.extend(found(f).into_iter().flat_map(|l| wrap(&l, width)));
    }
    out.push(rule(width, &paint));
    out.extend(wrap("Decision support, not a medical device and not a promise.", width));
    out.join("\n") + "\n"
}

/// What a search found, in sentences.
pub(crate) fn found(f: &Found) -> Vec<String> {
    let hundred = |x: f64| number(100.0 * x, 0);
    let mut out = vec![
        if f.built_in {
            format!("No plan that was tried beats “{}”.", f.strategy.title)
        } else {
            f.strategy.idea.clone()
        },
        format!(
            "{} plans were simulated on the same futures. {} gains more than {} in 100 futures; knowing every future beforehand would gain {} more.",
            f.simulated,
            if f.complete {
                "No single change"
            } else {
                "The search stopped there: no change that was tried"
            },
            number(100.0 * f.gap.max(vellus_plan::optimise::GAP), 1),
            hundred(f.clairvoyant_gap)
        ),
        "On futures that the search has not seen (chance of the goals; within the budget):".into(),
    ];
    for j in &f.judged {
        out.push(format!("  {} in 100; {} in 100: {}", hundred(j.chance), hundred(j.within_budget), j.title));
    }
    out
}

fn rows(
    plan: &Plan,
    s: &StrategyOutcome,
    find: &dyn Fn(&str) -> Option<&'static Indicator>,
    width: usize,
    out: &mut Vec<String>,
) {
    let half = (width - 2) / 2;
    let mut cells = Vec::new();
    let shown = SHOWN.iter().copied().chain(MONEY.iter().map(|m| (*m, "")));
    for (id, moment) in shown {
        let (Some(i), Some(v)) = (find(id), s.indicator(id, moment)) else { continue };
        let title = match moment {
            "year_5" => format!("{}, 5 years", i.title),
            "year_10" => format!("{}, 10 years", i.title),
            _ => i.title.to_owned(),
        };
        let unit = if i.unit == "currency" { plan.prices.currency.as_str() } else { unit(i) };
        let value = format!("{} {unit}", cell(i, v));
        let room = half.saturating_sub(value.trim_end().chars().count() + 1);
        cells.push(format!("{}{}", left(&title, room), right(value.trim_end(), half - room)));
    }
    for pair in cells.chunks(2) {
        out.push(format!("  {}", pair.join("  ")).trim_end().to_owned());
    }
}
