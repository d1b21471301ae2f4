//! Forecast charts over ten years as inline SVG.
//!
//! Written by hand rather than with kuva: these charts take their colours and fonts from the page
//! (so that they follow a dark screen and a printed sheet), fill pigment with dots, carry a title
//! and a description for screen readers, and scale with the column. kuva writes fixed colours and
//! sizes and has no place for any of that.

use std::fmt::Write as _;

use vellus_plan::Plan;
use vellus_plan::ensemble::{NOTICEABLE, NOTICEABLE_PER_CM2};
use vellus_plan::outcome::{Series, StrategyOutcome};

use crate::channels::{Split, over_time};
use crate::words::{escape, number};

/// A goal of the thinning area on a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Flag {
    /// Months from today.
    pub(crate) month: f64,
    /// Hairs per cm².
    pub(crate) value: f64,
}

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 264.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 410.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 234.0;

struct Axes {
    months: f64,
    most: f64,
    step: f64,
}

impl Axes {
    fn x(&self, month: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * (month / self.months).clamp(0.0, 1.0)
    }

    fn y(&self, value: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * (value / self.most).clamp(0.0, 1.0)
    }
}

/// The end and the step of the axis that all charts of a plan share, hairs per cm²: charts can be
/// laid side by side only when they do.
pub(crate) fn scale(plan: &Plan) -> (f64, f64) {
    let most = plan
        .strategies
        .iter()
        .flat_map(|s| s.thinning.visible_per_cm2.band.iter().chain(&s.thinning.terminal_per_cm2.band))
        .map(|b| b.hi)
        .filter(|x| x.is_finite())
        .fold(1.08 * plan.fringe.terminal_per_cm2.max(10.0), f64::max);
    let step = [10.0, 20.0, 25.0, 50.0, 100.0].into_iter().find(|s| most / s <= 5.5).unwrap_or(200.0);
    ((most / step).ceil() * step, step)
}

/// A path through points that are numbers; others are left out.
fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut out = String::new();
    for (x, y) in points.filter(|(x, y)| x.is_finite() && y.is_finite()) {
        let _ = write!(out, "{}{x:.1} {y:.1}", if out.is_empty() { 'M' } else { 'L' });
    }
    out
}

/// The area between two lines over the same months.
fn area(axes: &Axes, months: &[f64], lower: &[f64], upper: &[f64]) -> String {
    let there = months.iter().zip(upper).map(|(m, v)| (axes.x(*m), axes.y(*v)));
    let n = months.len().min(lower.len()).min(upper.len());
    let back = (0..n).rev().map(|i| (axes.x(months[i]), axes.y(lower[i])));
    let mut out = path(there.take(n).chain(back));
    if !out.is_empty() {
        out.push('Z');
    }
    out
}

fn open(id: &str, title: &str, description: &str) -> String {
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
        escape(title),
        escape(description)
    )
}

fn frame(out: &mut String, axes: &Axes, fringe: f64) {
    let mut v = 0.0;
    while v <= axes.most + 1e-9 {
        let y = axes.y(v);
        let class = if v == 0.0 { "base" } else { "grid" };
        let _ = write!(
            out,
            "<path class=\"{class}\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/><text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 6.0,
            y + 4.0,
            number(v, 0)
        );
        v += axes.step;
    }
    let years = (axes.months / 12.0).round().max(1.0) as u32;
    for year in (0..=years).step_by(if years > 6 { 2 } else { 1 }) {
        let x = axes.x(12.0 * f64::from(year));
        let (text, anchor) = match year {
            0 => ("today".to_owned(), "start"),
            n if n == years => (format!("{n} years"), "end"),
            n => (n.to_string(), "middle"),
        };
        let _ = write!(
            out,
            "<path class=\"base\" d=\"M{x:.1} {BOTTOM}v4\"/><text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{text}</text>",
            BOTTOM + 19.0
        );
    }
    let y = axes.y(fringe);
    let _ = write!(out, "<path class=\"fringe\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/>");
}

fn mechanisms(out: &mut String, axes: &Axes, months: &[f64], series: &Series) {
    for (i, values) in series.by_mechanism.values().take(2).enumerate() {
        let d = path(months.iter().zip(values).map(|(m, v)| (axes.x(*m), axes.y(*v))));
        let _ = write!(out, "<path class=\"mechanism m{i}\" d=\"{d}\"/>");
    }
}

fn flag(out: &mut String, axes: &Axes, months: &[f64], median: &[f64], goal: Option<Flag>) {
    let Some(goal) = goal else { return };
    let (x, y) = (axes.x(goal.month), axes.y(goal.value));
    // The word stands on the side that the forecast leaves free.
    let there = months
        .iter()
        .position(|m| *m >= goal.month)
        .and_then(|i| median.get(i))
        .is_some_and(|m| *m > goal.value);
    let _ = write!(
        out,
        "<path class=\"goal-line\" d=\"M{LEFT} {y:.1}H{x:.1}\"/><circle class=\"goal\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"/><text class=\"note strong\" x=\"{:.1}\" y=\"{:.1}\">goal</text>",
        x + 3.0,
        if there { y + 18.0 } else { y - 9.0 }
    );
}

fn columns(series: &Series) -> [Vec<f64>; 3] {
    let pick = |f: fn(&vellus_plan::outcome::Band) -> f64| series.band.iter().map(f).collect();
    [pick(|b| b.lo), pick(|b| b.median), pick(|b| b.hi)]
}

/// Where a series stands today, in two years and at the end, for the description.
fn spoken(months: &[f64], series: &Series) -> String {
    let mut out = Vec::new();
    for (month, when) in [(0.0, "today"), (24.0, "in two years"), (120.0, "in ten years")] {
        if let Some(b) = months.iter().position(|m| (m - month).abs() < 1e-6).and_then(|i| series.band.get(i))
        {
            out.push(format!("{when} {} ({} to {})", number(b.median, 0), number(b.lo, 0), number(b.hi, 0)));
        }
    }
    out.join(", ")
}

fn axes(plan: &Plan) -> Axes {
    let (most, step) = scale(plan);
    Axes { months: plan.months.last().copied().filter(|m| *m > 0.0).unwrap_or(120.0), most, step }
}

/// How far from today the eye sees no change, hairs per cm².
pub(crate) fn threshold(today: f64) -> f64 {
    (NOTICEABLE * today).clamp(NOTICEABLE_PER_CM2 / 3.0, NOTICEABLE_PER_CM2)
}

/// Visible density: hair and pigment stacked to the median, the band over both, the two ways in
/// which PRP may work, the range in which the eye sees no change, and the goal.
pub(crate) fn visible(plan: &Plan, o: &StrategyOutcome, goal: Option<Flag>) -> String {
    let axes = axes(plan);
    let series = &o.thinning.visible_per_cm2;
    let months = &plan.months;
    let splits: Vec<Split> = over_time(o);
    let hair: Vec<f64> = splits.iter().map(|s| s.hair).collect();
    let sum: Vec<f64> = splits.iter().map(|s| s.hair + s.pigment).collect();
    let zero = vec![0.0; hair.len()];
    let [lo, median, hi] = columns(series);
    let id = format!("visible-{}", slug(&o.id));
    let mut out = open(
        &id,
        &format!("{}: visible density over ten years", o.title),
        &format!(
            "Hairs per cm² that the eye takes the thinning area for: {}. In brackets the range of eight in ten simulated futures.",
            spoken(months, series)
        ),
    );
    let _ = write!(
        out,
        "<defs><pattern id=\"{id}-p\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><circle class=\"pigment-dot\" cx=\"1.5\" cy=\"1.5\" r=\"1.25\"/><circle class=\"pigment-dot\" cx=\"4.5\" cy=\"4.5\" r=\"1.25\"/></pattern></defs>"
    );
    let _ = write!(out, "<path class=\"hair-area\" d=\"{}\"/>", area(&axes, months, &zero, &hair));
    if o.dots.is_some() {
        let _ = write!(out, "<path fill=\"url(#{id}-p)\" d=\"{}\"/>", area(&axes, months, &hair, &sum));
        let _ = write!(
            out,
            "<path class=\"hair-edge\" d=\"{}\"/>",
            path(months.iter().zip(&hair).map(|(m, v)| (axes.x(*m), axes.y(*v))))
        );
    }
    if let Some(today) = median.first().copied().filter(|x| x.is_finite()) {
        let t = threshold(today);
        let (top, bottom) = (axes.y(today + t), axes.y((today - t).max(0.0)));
        let _ =
            write!(out, "<path class=\"unseen\" d=\"M{LEFT} {top:.1}H{RIGHT}M{LEFT} {bottom:.1}H{RIGHT}\"/>");
    }
    frame(&mut out, &axes, plan.fringe.terminal_per_cm2);
    let _ = write!(out, "<path class=\"band\" d=\"{}\"/>", area(&axes, months, &lo, &hi));
    mechanisms(&mut out, &axes, months, series);
    let _ = write!(
        out,
        "<path class=\"median\" d=\"{}\"/>",
        path(months.iter().zip(&median).map(|(m, v)| (axes.x(*m), axes.y(*v))))
    );
    if let Some(today) = median.first().copied().filter(|x| x.is_finite()) {
        let t = threshold(today);
        let lines = [(lo.as_slice(), hi.as_slice()), (hair.as_slice(), hair.as_slice())];
        // The goal's flag, with its word above or below it.
        let mut taken = goal
            .map_or_else(Vec::new, |g| [-9.0, 4.0, 18.0].map(|d| ("start", axes.y(g.value) + d)).to_vec());
        note(
            &mut out,
            &axes,
            months,
            &lines,
            &mut taken,
            axes.y(plan.fringe.terminal_per_cm2) - 5.0,
            "fringe today",
        );
        note(&mut out, &axes, months, &lines, &mut taken, axes.y(today + t) - 5.0, "seen as fuller");
        note(
            &mut out,
            &axes,
            months,
            &lines,
            &mut taken,
            axes.y((today - t).max(0.0)) + 13.0,
            "seen as thinner",
        );
    }
    flag(&mut out, &axes, months, &median, goal);
    out.push_str("</svg>");
    out
}

/// Writes a note at the side where no forecast passes through it and no other note stands at its
/// height (`taken`, by side); where there is none, the key below the chart says the same.
fn note(
    out: &mut String,
    axes: &Axes,
    months: &[f64],
    bands: &[(&[f64], &[f64])],
    taken: &mut Vec<(&'static str, f64)>,
    y: f64,
    text: &str,
) {
    for (from, to, x, anchor) in [(0.70, 1.0, RIGHT - 4.0, "end"), (0.0, 0.34, LEFT + 6.0, "start")] {
        let clear = |(month, (lo, hi)): (&f64, (&f64, &f64))| {
            let (top, bottom) = (axes.y(*hi), axes.y(*lo));
            !(from..=to).contains(&(month / axes.months)) || bottom < y - 12.0 || top > y + 4.0
        };
        let alone = taken.iter().all(|(side, t)| *side != anchor || (t - y).abs() > 13.0);
        let free =
            alone && bands.iter().all(|(lo, hi)| months.iter().zip(lo.iter().zip(hi.iter())).all(clear));
        if free {
            let _ = write!(
                out,
                "<text class=\"note\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
            );
            taken.push((anchor, y));
            return;
        }
    }
}

/// Terminal hair, which can be felt: band, median and the two ways in which PRP may work.
pub(crate) fn terminal(plan: &Plan, o: &StrategyOutcome, goal: Option<Flag>) -> String {
    let axes = axes(plan);
    let series = &o.thinning.terminal_per_cm2;
    let months = &plan.months;
    let [lo, median, hi] = columns(series);
    let id = format!("terminal-{}", slug(&o.id));
    let mut out = open(
        &id,
        &format!("{}: living terminal hair over ten years", o.title),
        &format!(
            "Terminal hairs per cm² in the thinning area: {}. In brackets the range of eight in ten simulated futures.",
            spoken(months, series)
        ),
    );
    frame(&mut out, &axes, plan.fringe.terminal_per_cm2);
    let _ = write!(out, "<path class=\"band hair\" d=\"{}\"/>", area(&axes, months, &lo, &hi));
    note(
        &mut out,
        &axes,
        months,
        &[(lo.as_slice(), hi.as_slice())],
        &mut Vec::new(),
        axes.y(plan.fringe.terminal_per_cm2) - 5.0,
        "fringe today",
    );
    mechanisms(&mut out, &axes, months, series);
    let _ = write!(
        out,
        "<path class=\"median hair\" d=\"{}\"/>",
        path(months.iter().zip(&median).map(|(m, v)| (axes.x(*m), axes.y(*v))))
    );
    flag(&mut out, &axes, months, &median, goal);
    out.push_str("</svg>");
    out
}

/// A name that is safe in an attribute and a link.
pub(crate) fn slug(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leaves_out_what_is_no_number() {
        assert_eq!(path([(0.0, 1.0), (1.0, f64::NAN), (2.0, 3.0)].into_iter()), "M0.0 1.0L2.0 3.0");
        assert_eq!(path(std::iter::empty()), "");
    }

    #[test]
    fn the_threshold_follows_the_eye() {
        assert!((threshold(100.0) - 22.7).abs() < 1e-9);
        assert!((threshold(0.0) - 14.0).abs() < 1e-9);
        assert!((threshold(400.0) - 42.0).abs() < 1e-9);
    }
}
