//! Change over weeks: the arms of a study as lines with bands, and what was published beside them,
//! as an SVG that stands alone.

use std::fmt::Write as _;

use crate::svg_text::{
    HAIR, INK, LINE, PAPER, PIGMENT, SANS, SERIF, SOFT, printable, spread, text, width, wrap, wrap_evenly,
};
use crate::words::signed;

/// One arm over time. The columns have the length of `weeks`; where they differ the shortest counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CourseLine {
    /// What the arm is called.
    pub label: String,
    /// Weeks since the beginning.
    pub weeks: Vec<f64>,
    /// Mean change.
    pub mean: Vec<f64>,
    /// Lower end of the interval.
    pub lo: Vec<f64>,
    /// Upper end.
    pub hi: Vec<f64>,
    /// What was published: week, value, lower and upper end. Ends that are not numbers are left out.
    pub published: Vec<(f64, f64, f64, f64)>,
}

/// Colours of the arms: the two of the pages, then those of Okabe and Ito that are dark enough for
/// a line on paper. Arms differ by dashes too, so that no pair rests on colour alone.
const COLOURS: [&str; 6] = [HAIR, PIGMENT, "#566169", "#00785a", "#9c4f7f", "#8a6500"];
const DASHES: [&str; 6] = ["", "9 4", "2.5 4", "12 3 2.5 3", "5 3", "1.5 2.5"];

const WIDTH: f64 = 860.0;
const LEFT: f64 = 66.0;
const RIGHT: f64 = 640.0;
const LABEL: f64 = 664.0;
const LABEL_WIDTH: f64 = WIDTH - LABEL - 14.0;
const PLOT: f64 = 360.0;
const SIZE: f64 = 13.5;
const SMALL: f64 = 12.5;
const STEP: f64 = 16.5;

struct Axes {
    weeks: f64,
    least: f64,
    most: f64,
    step: f64,
    top: f64,
}

impl Axes {
    fn of(series: &[CourseLine], top: f64) -> Self {
        let finite = |x: &f64| x.is_finite();
        let weeks = series
            .iter()
            .flat_map(|s| s.weeks.iter().copied().chain(s.published.iter().map(|p| p.0)))
            .filter(finite)
            .fold(0.0, f64::max);
        let values = series.iter().flat_map(|s| {
            s.mean
                .iter()
                .chain(&s.lo)
                .chain(&s.hi)
                .copied()
                .chain(s.published.iter().flat_map(|p| [p.1, p.2, p.3]))
        });
        let (mut least, mut most) =
            values.filter(finite).fold((0.0, 0.0), |(a, b): (f64, f64), v| (a.min(v), b.max(v)));
        // Beyond this a step of the axis would be no number.
        (least, most) = (least.max(-1e300), most.min(1e300));
        if most - least <= 0.0 {
            (least, most) = (-1.0, 1.0);
        }
        let step = nice((most - least) / 5.0);
        Self {
            weeks: if weeks > 0.0 { weeks } else { 1.0 },
            least: (least / step - 1e-9).floor() * step,
            most: (most / step + 1e-9).ceil() * step,
            step,
            top,
        }
    }

    fn x(&self, week: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * (week / self.weeks).clamp(0.0, 1.0)
    }

    fn y(&self, value: f64) -> f64 {
        self.top + PLOT * ((self.most - value) / (self.most - self.least)).clamp(0.0, 1.0)
    }

    fn foot(&self) -> f64 {
        self.top + PLOT
    }
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `x`.
fn nice(x: f64) -> f64 {
    let power = libm::pow(10.0, libm::log10(x).floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * power).into_iter().find(|s| *s >= x * (1.0 - 1e-9)).unwrap_or(x)
}

/// Weeks between ticks: months of four weeks, quarters and years, at most eight ticks.
fn week_step(weeks: f64) -> f64 {
    const STEPS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 12.0, 24.0, 52.0, 104.0, 260.0, 520.0];
    STEPS.into_iter().find(|s| weeks / s <= 7.0).unwrap_or_else(|| nice(weeks / 7.0))
}

/// The change of each arm over the weeks, with bands, the published points and a label at the end
/// of each line.
#[must_use]
pub fn courses(title: &str, unit: &str, series: &[CourseLine]) -> String {
    let mut body = String::new();
    let mut y = 30.0;
    for line in wrap_evenly(title, 24.0, WIDTH - 48.0, 3) {
        y += 10.0;
        body += &text(24.0, y, 24.0, INK, &format!(" font-family=\"{SERIF}\" font-weight=\"600\""), &line);
        y += 18.0;
    }
    y += 8.0;
    for line in wrap(unit, SIZE, WIDTH - 48.0, 2) {
        body += &text(24.0, y, SIZE, SOFT, "", &line);
        y += STEP;
    }
    let axes = Axes::of(series, y + 6.0);
    grid(&mut body, &axes);
    for (i, s) in series.iter().enumerate() {
        band(&mut body, &axes, s, COLOURS[i % COLOURS.len()]);
    }
    let y = axes.y(0.0);
    let _ = write!(body, "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"{INK}\" stroke-width=\"1.2\"/>");
    for (i, s) in series.iter().enumerate() {
        line(&mut body, &axes, s, i);
    }
    for (i, s) in series.iter().enumerate() {
        published(&mut body, &axes, s, i, series);
    }
    let mut foot = ends(&mut body, &axes, series).max(axes.foot() + 46.0);
    if series.iter().any(|s| s.published.iter().any(|p| p.0.is_finite() && p.1.is_finite())) {
        foot += 20.0;
        let y = foot - 4.5;
        let _ = write!(
            body,
            "<path d=\"M{:.1} {:.1}v16\" stroke=\"{SOFT}\" stroke-width=\"1.6\"/><circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"4.5\" fill=\"{PAPER}\" stroke=\"{SOFT}\" stroke-width=\"2\"/>",
            LEFT + 5.0,
            y - 8.0,
            LEFT + 5.0
        );
        body += &text(LEFT + 20.0, foot, SMALL, SOFT, "", "published, with its interval");
        let x = LEFT + 20.0 + width("published, with its interval", SMALL) + 26.0;
        let _ = write!(
            body,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"34\" height=\"14\" fill=\"{SOFT}\" fill-opacity=\"0.18\"/><path d=\"M{x:.1} {y:.1}h34\" stroke=\"{SOFT}\" stroke-width=\"2.4\"/>",
            y - 7.0
        );
        body += &text(x + 44.0, foot, SMALL, SOFT, "", "model, mean and interval");
    }
    let height = (foot + 20.0).ceil();
    let title = printable(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-label=\"{title}: {}\" font-family=\"{SANS}\" style=\"font-variant-numeric: tabular-nums\">\
         <title>{title}</title><rect width=\"{WIDTH}\" height=\"{height}\" fill=\"{PAPER}\"/>{body}</svg>\n",
        printable(&spoken(unit, series))
    )
}

fn grid(out: &mut String, axes: &Axes) {
    let steps = ((axes.most - axes.least) / axes.step).round().clamp(0.0, 20.0) as usize;
    let digits = if axes.step >= 1.0 && axes.step.fract() == 0.0 {
        0
    } else {
        (1.0 - libm::log10(axes.step).floor()).clamp(0.0, 6.0) as usize
    };
    for i in 0..=steps {
        let v = axes.least + axes.step * i as f64;
        let v = if v.abs() < 1e-9 * axes.step { 0.0 } else { v };
        let y = axes.y(v);
        let _ = write!(out, "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"{LINE}\"/>");
        *out += &text(LEFT - 10.0, y + 4.2, SMALL, SOFT, " text-anchor=\"end\"", &scale(v, digits));
    }
    let foot = axes.foot();
    let step = week_step(axes.weeks);
    let mut week = 0.0;
    while week <= axes.weeks + 1e-9 {
        let x = axes.x(week);
        let _ = write!(out, "<path d=\"M{x:.1} {foot:.1}v6\" stroke=\"{SOFT}\"/>");
        *out += &text(x, foot + 22.0, SMALL, SOFT, " text-anchor=\"middle\"", &format!("{week}"));
        week += step;
    }
    *out += &text(0.5 * (LEFT + RIGHT), foot + 42.0, SMALL, SOFT, " text-anchor=\"middle\"", "weeks");
}

/// A number of the axis; powers of ten where it would not fit beside it.
fn scale(v: f64, digits: usize) -> String {
    if v.abs() >= 1e5 || (v != 0.0 && v.abs() < 1e-3) {
        format!("{v:+.0e}").replace('-', "−")
    } else {
        signed(v, digits)
    }
}

/// The stretches of a line in which all of `columns` are numbers.
fn stretches(s: &CourseLine, columns: &[&[f64]]) -> Vec<Vec<usize>> {
    let n = columns.iter().map(|c| c.len()).min().unwrap_or(0).min(s.weeks.len());
    let whole = |i: &usize| s.weeks[*i].is_finite() && columns.iter().all(|c| c[*i].is_finite());
    let all: Vec<usize> = (0..n).collect();
    all.split(|i| !whole(i)).filter(|run| !run.is_empty()).map(<[usize]>::to_vec).collect()
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut out = String::new();
    for (x, y) in points {
        let _ = write!(out, "{}{x:.1} {y:.1}", if out.is_empty() { 'M' } else { 'L' });
    }
    out
}

fn band(out: &mut String, axes: &Axes, s: &CourseLine, colour: &str) {
    for run in stretches(s, &[&s.lo, &s.hi]) {
        let upper = run.iter().map(|i| (axes.x(s.weeks[*i]), axes.y(s.hi[*i])));
        let lower = run.iter().rev().map(|i| (axes.x(s.weeks[*i]), axes.y(s.lo[*i])));
        let _ = write!(
            out,
            "<path d=\"{}Z\" fill=\"{colour}\" fill-opacity=\"0.14\"/>",
            path(upper.chain(lower))
        );
    }
}

fn line(out: &mut String, axes: &Axes, s: &CourseLine, i: usize) {
    let dash = DASHES[i % DASHES.len()];
    let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
    for run in stretches(s, &[&s.mean]) {
        let d = path(run.iter().map(|i| (axes.x(s.weeks[*i]), axes.y(s.mean[*i]))));
        let _ = write!(
            out,
            "<path d=\"{d}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2.6\" stroke-linejoin=\"round\"{dash}><title>{}</title></path>",
            COLOURS[i % COLOURS.len()],
            printable(&s.label)
        );
    }
}

/// How far aside of its week a point stands, px: points of one week whose intervals would lie on
/// each other stand side by side, in the order of the arms.
fn aside(axes: &Axes, series: &[CourseLine], arm: usize, point: &(f64, f64, f64, f64)) -> f64 {
    let reach = |p: &(f64, f64, f64, f64)| {
        let end = |e: f64| axes.y(if e.is_finite() { e } else { p.1 });
        (end(p.3).min(axes.y(p.1)) - 7.0, end(p.2).max(axes.y(p.1)) + 7.0)
    };
    let (mut top, mut foot) = reach(point);
    let mut crowd = vec![arm];
    // A neighbour's neighbour belongs to the crowd too: it grows until nobody joins.
    loop {
        let before = crowd.len();
        for (i, s) in series.iter().enumerate().filter(|(i, _)| *i != arm) {
            for (a, b) in s.published.iter().filter(|p| p.0 == point.0 && p.1.is_finite()).map(reach) {
                if a < foot && b > top && !crowd.contains(&i) {
                    (top, foot) = (top.min(a), foot.max(b));
                    crowd.push(i);
                }
            }
        }
        if crowd.len() == before {
            break;
        }
    }
    let place = crowd.iter().filter(|i| **i < arm).count() as f64;
    10.0 * (place - 0.5 * (crowd.len() as f64 - 1.0))
}

fn published(out: &mut String, axes: &Axes, s: &CourseLine, i: usize, series: &[CourseLine]) {
    let colour = COLOURS[i % COLOURS.len()];
    for point in &s.published {
        let (week, value, lo, hi) = point;
        if !week.is_finite() || !value.is_finite() {
            continue;
        }
        let x = (axes.x(*week) + aside(axes, series, i, point)).clamp(LEFT, RIGHT + 6.0);
        let y = axes.y(*value);
        let mut said = format!("{}: published {} in week {week}", s.label, signed(*value, 1));
        out.push_str("<g>");
        if lo.is_finite() && hi.is_finite() {
            let (a, b) = (axes.y(*hi), axes.y(*lo));
            let _ = write!(said, " ({} to {})", signed(*lo, 1), signed(*hi, 1));
            let _ = write!(
                out,
                "<path d=\"M{x:.1} {a:.1}V{b:.1}M{:.1} {a:.1}h7M{:.1} {b:.1}h7\" fill=\"none\" stroke=\"{PAPER}\" stroke-width=\"4.2\"/><path d=\"M{x:.1} {a:.1}V{b:.1}M{:.1} {a:.1}h7M{:.1} {b:.1}h7\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"/>",
                x - 3.5,
                x - 3.5,
                x - 3.5,
                x - 3.5
            );
        }
        let _ = write!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.8\" fill=\"{PAPER}\" stroke=\"{colour}\" stroke-width=\"2.2\"/><title>{}</title></g>",
            printable(&said)
        );
    }
}

/// Where each line ends: the last mean that is a number.
fn last(s: &CourseLine) -> Option<(f64, f64)> {
    let i = *stretches(s, &[&s.mean]).last()?.last()?;
    Some((s.weeks[i], s.mean[i]))
}

/// The labels at the ends of the lines; returns how far down they reach.
fn ends(out: &mut String, axes: &Axes, series: &[CourseLine]) -> f64 {
    let labels: Vec<(usize, f64, f64, Vec<String>, String)> = series
        .iter()
        .enumerate()
        .filter_map(|(i, s)| {
            let (week, mean) = last(s)?;
            Some((
                i,
                axes.x(week),
                axes.y(mean),
                wrap_evenly(&s.label, SIZE, LABEL_WIDTH, 3),
                signed(mean, 1),
            ))
        })
        .collect();
    let wanted: Vec<f64> = labels.iter().map(|l| l.2).collect();
    let heights: Vec<f64> = labels.iter().map(|l| STEP * (l.3.len() + 1) as f64 + 6.0).collect();
    let at = spread(&wanted, &heights, axes.top - 10.0, axes.foot() + 24.0);
    let mut foot = axes.foot();
    for ((i, x, y, lines, value), (middle, height)) in labels.iter().zip(at.iter().zip(&heights)) {
        let colour = COLOURS[i % COLOURS.len()];
        let _ = write!(
            out,
            "<path d=\"M{:.1} {y:.1}L{:.1} {middle:.1}\" stroke=\"{colour}\" stroke-width=\"1\" stroke-opacity=\"0.7\"/>",
            x + 3.0,
            LABEL - 6.0
        );
        let mut at = middle - 0.5 * height + 3.0;
        for line in lines {
            at += STEP;
            *out += &text(LABEL, at - 4.0, SIZE, colour, " font-weight=\"600\"", line);
        }
        *out += &text(LABEL, at + STEP - 4.0, SMALL, SOFT, "", value);
        foot = foot.max(middle + 0.5 * height);
    }
    foot
}

/// The ends of the lines in words.
fn spoken(unit: &str, series: &[CourseLine]) -> String {
    let arms: Vec<String> = series
        .iter()
        .filter_map(|s| last(s).map(|(week, mean)| format!("{} {} in week {week}", s.label, signed(mean, 1))))
        .collect();
    format!("{unit}; {}", arms.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(label: &str, end: f64) -> CourseLine {
        let weeks: Vec<f64> = (0..=12).map(|i| 4.0 * f64::from(i)).collect();
        let mean: Vec<f64> = weeks.iter().map(|w| end * w / 48.0).collect();
        CourseLine {
            label: label.into(),
            lo: mean.iter().map(|m| m - 3.0).collect(),
            hi: mean.iter().map(|m| m + 3.0).collect(),
            published: vec![(48.0, end + 1.0, end - 1.0, end + 3.0)],
            weeks,
            mean,
        }
    }

    #[test]
    fn everything_written_is_escaped() {
        let svg = courses("a < b & \"c\"", "<unit>", &[arm("<script>&", 10.0)]);
        assert!(!svg.contains("<script>") && !svg.contains("<unit>"), "{svg}");
        assert!(svg.contains("a &lt; b &amp; &quot;c&quot;") && svg.contains("&lt;script&gt;&amp;"));
    }

    #[test]
    fn what_is_no_number_is_not_drawn() {
        let mut a = arm("one", 10.0);
        a.mean[3] = f64::NAN;
        a.hi[4] = f64::INFINITY;
        a.weeks[6] = f64::NAN;
        a.published.push((f64::NAN, 1.0, 2.0, 3.0));
        a.published.push((12.0, 4.0, f64::NEG_INFINITY, f64::NAN));
        a.lo.truncate(9);
        for series in [vec![a.clone(), CourseLine::default(), arm("two", -1e308)], vec![], vec![a]] {
            let svg = courses("t", "u", &series);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
        let svg = courses("t", "u", &[arm("flat", 0.0), arm("huge", f64::MAX)]);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn points_of_one_week_stand_side_by_side_only_where_they_would_touch() {
        let arms = [arm("a", 10.0), arm("b", 11.0), arm("c", -10.0)];
        let axes = Axes::of(&arms, 0.0);
        let at: Vec<f64> = (0..3).map(|i| aside(&axes, &arms, i, &arms[i].published[0])).collect();
        assert_eq!(at, [-5.0, 5.0, 0.0]);
    }

    #[test]
    fn a_gap_divides_a_line() {
        let mut a = arm("one", 10.0);
        a.mean[3] = f64::NAN;
        assert_eq!(stretches(&a, &[&a.mean]).len(), 2);
    }

    #[test]
    fn the_ticks_of_the_weeks_are_round_and_few() {
        for (weeks, step) in
            [(6.0, 1.0), (12.0, 2.0), (24.0, 4.0), (48.0, 8.0), (52.0, 8.0), (104.0, 24.0), (260.0, 52.0)]
        {
            assert_eq!(week_step(weeks), step, "{weeks}");
        }
        assert!((nice(0.3) - 0.5).abs() < 1e-12 && (nice(17.0) - 20.0).abs() < 1e-12);
    }
}
