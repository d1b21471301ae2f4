//! A study's outcome for people at a terminal.

use vellus_hair::treatment::PrpMechanism;

use super::file::Study;
use super::power::Power;
use super::run::{ArmResult, Outcome, described};
use crate::row::{short, table};

/// Results that say the same as another one in another form, left out of the text.
const LEFT_OUT: [&str; 4] =
    ["telogen_per_cm2", "shed_per_cm2_per_day", "terminal_hairs_per_cm2", "vellus_hairs_per_cm2"];

/// The outcome as text.
#[must_use]
pub fn text(study: &Study, outcome: &Outcome, power: &[Power]) -> String {
    let mut out = format!("\n{}\n", study.title);
    if !study.source.is_empty() {
        out += &format!("{}\n", study.source);
    }
    let t = &study.target;
    out += &format!("\n{} virtual {}", outcome.patients, outcome.people);
    if !study.arms.is_empty() {
        out += &format!(
            "; {} of {} cm²{}",
            zone_words(t.zone),
            short(t.area_cm2),
            if study.measure.split_scalp { ", arms on one scalp" } else { "" }
        );
    }
    out += "\n";
    let mut mechanisms: Vec<Option<PrpMechanism>> = outcome.results.iter().map(|r| r.mechanism).collect();
    mechanisms.dedup();
    for m in mechanisms {
        if let Some(m) = m {
            out += &format!("\nIf PRP works to {}:\n", m.title());
        }
        let of: Vec<&ArmResult> = outcome.results.iter().filter(|r| r.mechanism == m).collect();
        out += &block(&of);
    }
    if !outcome.rows.is_empty() {
        let published = outcome.rows.iter().filter(|r| r.published.is_finite()).count();
        if published > 0 {
            out += &table(&outcome.rows);
        } else {
            out += "\n";
            for r in &outcome.rows {
                out += &format!(
                    "  {}: {} {} ({} to {})\n",
                    r.what,
                    short(r.model),
                    r.unit,
                    short(r.model_lo),
                    short(r.model_hi)
                );
            }
        }
    }
    for p in power {
        let (words, unit) = described(p.result);
        out += &format!(
            "\nPower{}: {} against {}, {words}\n  difference {} {unit}; spread of the change {} and {}\n",
            p.mechanism.map(|m| format!(" if PRP works to {}", m.title())).unwrap_or_default(),
            p.arms[0],
            p.arms[1],
            signed(p.difference),
            short(p.sd[0]),
            short(p.sd[1]),
        );
        for (n, power) in &p.by_n {
            out += &format!("  {n:>6} an arm  {:>4.0} %\n", 100.0 * power);
        }
        out += &match p.for_80_percent {
            Some(n) => format!("  {n:>6} an arm for 80 % (two-sided, 5 %)\n"),
            None => "  more than 2,000 an arm for 80 %: not visible to a trial\n".to_owned(),
        };
    }
    out
}

fn block(results: &[&ArmResult]) -> String {
    let mut out = String::new();
    let mut last = ("", f64::NAN);
    let width = results.iter().map(|r| name(r).chars().count()).max().unwrap_or(10).clamp(10, 44);
    for r in results {
        if LEFT_OUT.contains(&r.result) {
            continue;
        }
        let (words, unit) = described(r.result);
        if (r.result, r.week) != last {
            let fates = r.result.starts_with("fates_");
            let when = if fates { String::new() } else { format!(" in week {}", short(r.week)) };
            let unit = if unit.is_empty() { String::new() } else { format!(", {unit}") };
            if last.0 != r.result || last.1.is_nan() {
                out += "\n";
            }
            out += &format!(
                "  {:<w$}  {:>9} {:>9}  {:<20} {:>8}  {}\n",
                format!("{words}{unit}{when}"),
                if fates { "" } else { "baseline" },
                if fates { "value" } else { "change" },
                "model's 95 %",
                if fates { "" } else { "%" },
                if r.change.trial.is_some() { "one trial's 95 %" } else { "" },
                w = width + 2
            );
            last = (r.result, r.week);
        }
        let (lo, hi) = r.change.interval();
        let fates = r.result.starts_with("fates_");
        let show = |v: f64| if fates { short(v) } else { signed(v) };
        let trial =
            r.change.trial_interval().map(|(a, b)| format!("{} to {}", show(a), show(b))).unwrap_or_default();
        let baseline = if r.versus.is_some() || fates { String::new() } else { short(r.baseline) };
        // Scores begin at nothing: a share of nothing says nothing.
        let scored = r.result.starts_with("photo_") || r.result.starts_with("grade_");
        let percent = if fates || scored { String::new() } else { signed(r.percent.value) };
        let row = format!(
            "    {:<width$}  {baseline:>9} {:>9}  {:<20} {percent:>8}  {trial}",
            name(r),
            show(r.change.value),
            format!("{} to {}", show(lo), show(hi)),
        );
        out += row.trim_end();
        out += "\n";
    }
    out
}

fn name(r: &ArmResult) -> String {
    r.versus.as_ref().map_or_else(|| r.arm.clone(), |v| format!("{} less {v}", r.arm))
}

fn signed(x: f64) -> String {
    let digits = if x.abs() >= 100.0 {
        0
    } else if x.abs() >= 1.0 {
        1
    } else {
        2
    };
    let text = format!("{:.digits$}", x.abs());
    let zero = text.chars().all(|c| c == '0' || c == '.');
    let sign = if zero {
        ""
    } else if x < 0.0 {
        "−"
    } else {
        "+"
    };
    format!("{sign}{text}")
}

fn zone_words(zone: vellus_head::Zone) -> String {
    serde_json::to_value(zone).ok().and_then(|v| v.as_str().map(|s| s.replace('_', " "))).unwrap_or_default()
}
