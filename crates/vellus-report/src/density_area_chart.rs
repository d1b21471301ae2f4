//! The density–area histogram: the share of a zone that looks at least so dense, today and under two
//! plans; what a dose–volume histogram is to a dose. Zones stand under each other, dates side by side.

use std::fmt::Write as _;

use crate::chart_frame::{ROOMY, SIZE, SMALL, WIDTH, open, path, step};
use crate::svg_text::{HAIR, INK, LINE, PAPER, PIGMENT, SOFT, text, wrap};
use crate::words::{NOTHING, number};

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaPoint {
    /// Visible density, in the unit of the axis.
    pub density: f64,
    /// Share of the zone's area that has at least this density, 0 to 1: the lower end of the 80 % band.
    pub share_lo: f64,
    /// The median.
    pub share: f64,
    /// The upper end.
    pub share_hi: f64,
}

/// A curve of one zone.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaCurve {
    /// The zone, as people write it.
    pub zone: String,
    /// The plan; none for today, which is drawn dashed beside every date.
    pub plan: Option<String>,
    /// The date, as people write it; of no meaning for today.
    pub when: String,
    /// Points by rising density.
    pub points: Vec<AreaPoint>,
}

/// The axis of density.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaAxis {
    /// What it measures ("per cent of the fringe").
    pub unit: String,
    /// A density at which shares are read off, such as the goal; none for none.
    pub mark: Option<f64>,
    /// What that is ("goal").
    pub mark_name: String,
}

const LEFT: f64 = 34.0;
const RIGHT: f64 = WIDTH - 10.0;
const GAP: f64 = 12.0;
const PANEL: f64 = 96.0;
const ROW: f64 = PANEL + 30.0;

/// Values in the order in which they are first met.
fn distinct<'a>(all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for x in all {
        if !out.contains(&x) {
            out.push(x);
        }
    }
    out
}

struct Panel {
    left: f64,
    top: f64,
    width: f64,
    most: f64,
}

impl Panel {
    fn x(&self, density: f64) -> f64 {
        self.left + self.width * (density / self.most).clamp(0.0, 1.0)
    }

    fn y(&self, share: f64) -> f64 {
        self.top + PANEL * (1.0 - share.clamp(0.0, 1.0))
    }

    fn line(&self, curve: &AreaCurve) -> String {
        path(curve.points.iter().map(|p| (self.x(p.density), self.y(p.share))))
    }

    fn band(&self, curve: &AreaCurve) -> String {
        let there = curve.points.iter().map(|p| (self.x(p.density), self.y(p.share_hi)));
        let back = curve.points.iter().rev().map(|p| (self.x(p.density), self.y(p.share_lo)));
        let mut d = path(there.chain(back));
        if !d.is_empty() {
            d.push('Z');
        }
        d
    }
}

/// Share, with its band, of a curve at a density, along straight lines between its points.
fn read_off(curve: &AreaCurve, density: f64) -> Option<[f64; 3]> {
    let at = |a: &AreaPoint, b: &AreaPoint| {
        let t = if b.density > a.density { (density - a.density) / (b.density - a.density) } else { 0.0 };
        let mix = |x: f64, y: f64| x + t * (y - x);
        [mix(a.share_lo, b.share_lo), mix(a.share, b.share), mix(a.share_hi, b.share_hi)]
    };
    let found = curve.points.windows(2).find(|w| w[0].density <= density && density <= w[1].density);
    let found = match found {
        Some(w) => at(&w[0], &w[1]),
        // Beyond the last point nothing is that dense.
        None => curve.points.last().filter(|p| p.density < density).map(|_| [0.0; 3])?,
    };
    found.iter().all(|x| x.is_finite()).then_some(found)
}

fn percent(share: f64) -> String {
    format!("{}\u{a0}%", number(100.0 * share, 0))
}

fn spoken(curves: &[AreaCurve], plans: &[&str], axis: &AreaAxis) -> String {
    let Some(mark) = axis.mark else {
        return format!("Share of each zone by visible density, {}.", axis.unit);
    };
    let drawn = |c: &&AreaCurve| c.plan.as_deref().is_none_or(|p| plans.contains(&p));
    let lines = curves.iter().filter(drawn).filter_map(|c| {
        let [lo, median, hi] = read_off(c, mark)?;
        let (who, when) = match &c.plan {
            Some(plan) => (plan.as_str(), format!(", {}", c.when)),
            None => ("today", String::new()),
        };
        Some(format!(
            "{}, {who}{when}: {} ({} to {})",
            c.zone,
            percent(median),
            number(100.0 * lo, 0),
            number(100.0 * hi, 0)
        ))
    });
    format!(
        "Share of each zone with at least {} {} ({}): {}.",
        number(mark, 0),
        axis.unit,
        axis.mark_name,
        lines.collect::<Vec<_>>().join("; ")
    )
}

/// Letters by which the two plans are called in the panels.
const LETTERS: [&str; 2] = ["A", "B"];

fn legend(out: &mut String, plans: &[&str], axis: &AreaAxis) -> f64 {
    let mut y = 16.0;
    let mut row = |out: &mut String, drawing: String, words: &str| {
        out.push_str(&drawing.replace("{Y}", &format!("{:.1}", y - 4.0)));
        for line in wrap(words, SIZE, ROOMY * (WIDTH - 48.0), 3) {
            out.push_str(&text(40.0, y, SIZE, INK, " class=\"ink\"", &line));
            y += 16.5;
        }
    };
    row(
        out,
        format!(
            "<path class=\"inkline\" d=\"M6 {{Y}}h26\" stroke=\"{INK}\" stroke-width=\"1.6\" stroke-dasharray=\"4 3\"/>"
        ),
        "Today",
    );
    for (i, plan) in plans.iter().enumerate() {
        let drawing = if i == 0 {
            format!(
                "<path class=\"a\" d=\"M6 {{Y}}h26\" stroke=\"{HAIR}\" stroke-width=\"9\" opacity=\".25\"/><path class=\"a\" d=\"M6 {{Y}}h26\" stroke=\"{HAIR}\" stroke-width=\"2.6\"/>"
            )
        } else {
            format!(
                "<path class=\"b\" d=\"M6 {{Y}}h26\" stroke=\"{PIGMENT}\" stroke-width=\"1.8\"/><g class=\"b\" stroke=\"{PIGMENT}\" stroke-width=\"1.4\"><circle class=\"paper\" cx=\"12\" cy=\"{{Y}}\" r=\"2.6\" fill=\"{PAPER}\"/><circle class=\"paper\" cx=\"26\" cy=\"{{Y}}\" r=\"2.6\" fill=\"{PAPER}\"/></g>"
            )
        };
        row(out, drawing, &format!("{} · {plan}, with its 80 % band", LETTERS[i]));
    }
    if let Some(mark) = axis.mark {
        let words = format!(
            "{}: {} {}. Above each chart: the share of the area that reaches it, in the middle forecast",
            axis.mark_name,
            number(mark, 0),
            axis.unit
        );
        row(
            out,
            format!(
                "<path class=\"inkline\" d=\"M19 {{Y}}m0 -7v13\" stroke=\"{INK}\" stroke-width=\"1.6\" stroke-dasharray=\"1.6 2.4\"/>"
            ),
            &words,
        );
    }
    y
}

fn axes(out: &mut String, p: &Panel, first: bool, last: bool) {
    for share in [0.0, 0.5, 1.0] {
        let y = p.y(share);
        let (class, stroke) = if share == 0.0 { ("axis", SOFT) } else { ("line", LINE) };
        let _ = write!(
            out,
            "<path class=\"{class}\" d=\"M{:.1} {y:.1}h{:.1}\" stroke=\"{stroke}\"/>",
            p.left, p.width
        );
        if first {
            let words = number(100.0 * share, 0);
            out.push_str(&text(
                LEFT - 6.0,
                y + 4.0,
                SMALL,
                SOFT,
                " class=\"soft\" text-anchor=\"end\"",
                &words,
            ));
        }
    }
    let every = step(p.most, if p.width > 150.0 { 5.0 } else { 3.5 });
    let mut density = 0.0;
    while density <= p.most + 1e-9 {
        let x = p.x(density);
        let _ = write!(out, "<path class=\"axis\" d=\"M{x:.1} {:.1}v3\" stroke=\"{SOFT}\"/>", p.top + PANEL);
        if last {
            let words = number(density, 0);
            out.push_str(&text(
                x,
                p.top + PANEL + 15.0,
                SMALL,
                SOFT,
                " class=\"soft\" text-anchor=\"middle\"",
                &words,
            ));
        }
        density += every;
    }
}

/// The curves of a panel, and the shares at the mark.
fn curves_of(
    out: &mut String,
    p: &Panel,
    today: Option<&AreaCurve>,
    of: &[Option<&AreaCurve>],
    axis: &AreaAxis,
) {
    if let Some(a) = of.first().copied().flatten() {
        let _ = write!(out, "<path class=\"fa\" d=\"{}\" fill=\"{HAIR}\" opacity=\".2\"/>", p.band(a));
    }
    if let Some(b) = of.get(1).copied().flatten() {
        let _ = write!(out, "<path d=\"{}\" fill=\"url(#area-hatch)\"/>", p.band(b));
    }
    if let Some(mark) = axis.mark.filter(|m| (0.0..=p.most).contains(m)) {
        let _ = write!(
            out,
            "<path class=\"inkline\" d=\"M{:.1} {:.1}v{PANEL}\" stroke=\"{INK}\" stroke-width=\"1.3\" stroke-dasharray=\"1.6 2.4\"/>",
            p.x(mark),
            p.top
        );
    }
    if let Some(t) = today {
        let _ = write!(
            out,
            "<path class=\"inkline\" d=\"{}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.6\" stroke-dasharray=\"4 3\"/>",
            p.line(t)
        );
    }
    if let Some(a) = of.first().copied().flatten() {
        let _ = write!(
            out,
            "<path class=\"a\" d=\"{}\" fill=\"none\" stroke=\"{HAIR}\" stroke-width=\"2.6\" stroke-linejoin=\"round\"/>",
            p.line(a)
        );
    }
    if let Some(b) = of.get(1).copied().flatten() {
        let _ = write!(
            out,
            "<path class=\"b\" d=\"{}\" fill=\"none\" stroke=\"{PIGMENT}\" stroke-width=\"1.8\" stroke-linejoin=\"round\"/>",
            p.line(b)
        );
        // Rings at even distances, so that the line is told from the other in grey.
        let mut next = p.left + 10.0;
        for q in b.points.iter().filter(|q| q.density.is_finite() && q.share.is_finite()) {
            let (x, y) = (p.x(q.density), p.y(q.share));
            if x >= next && q.density <= p.most && q.share > 0.01 {
                let _ = write!(
                    out,
                    "<circle class=\"paper b\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.4\" fill=\"{PAPER}\" stroke=\"{PIGMENT}\" stroke-width=\"1.3\"/>"
                );
                next = x + 18.0;
            }
        }
    }
}

/// The share of a curve at the mark, per cent.
fn share_at(curve: Option<&AreaCurve>, mark: f64) -> String {
    curve.and_then(|c| read_off(c, mark)).map_or_else(|| NOTHING.into(), |s| number(100.0 * s[1], 0))
}

/// The shares of the plans at the mark, each with its letter: "A 78 · B 64 %".
fn shares(of: &[Option<&AreaCurve>], mark: f64) -> String {
    let parts: Vec<String> = of
        .iter()
        .zip(LETTERS)
        .filter_map(|(c, l)| c.map(|c| format!("{l} {}", share_at(Some(c), mark))))
        .collect();
    format!("{}\u{a0}%", parts.join(" · "))
}

/// Density–area histograms as SVG: a row for each zone, a column for each date, in each the first two
/// plans with their 80 % bands (solid, and hatched with rings) and today dashed. Above each panel stand
/// the shares at the mark. Further plans are left out; what is no number is not drawn.
#[must_use]
pub fn density_area_chart(curves: &[AreaCurve], axis: &AreaAxis) -> String {
    let zones = distinct(curves.iter().map(|c| c.zone.as_str()));
    let dates = distinct(curves.iter().filter(|c| c.plan.is_some()).map(|c| c.when.as_str()));
    let dates = if dates.is_empty() { vec![""] } else { dates };
    let mut plans = distinct(curves.iter().filter_map(|c| c.plan.as_deref()));
    plans.truncate(2);
    // The axis ends where nothing is that dense any more.
    let most = curves
        .iter()
        .flat_map(|c| &c.points)
        .filter(|p| p.share_hi > 0.005 && p.density.is_finite())
        .map(|p| p.density)
        .chain(axis.mark.filter(|m| m.is_finite()))
        .fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let columns = dates.len() as f64;
    let wide = (RIGHT - LEFT - GAP * (columns - 1.0)) / columns;

    let mut body = String::new();
    let _ = write!(
        body,
        "<defs><pattern id=\"area-hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"b\" d=\"M0 0v5\" stroke=\"{PIGMENT}\" stroke-width=\"1.6\" opacity=\".8\"/></pattern></defs>"
    );
    let head = legend(&mut body, &plans, axis) + 12.0;
    for (k, when) in dates.iter().enumerate() {
        let x = LEFT + k as f64 * (wide + GAP);
        for line in wrap(when, SIZE, ROOMY * wide, 1) {
            body.push_str(&text(x, head, SIZE, INK, " class=\"ink\" font-weight=\"600\"", &line));
        }
    }
    let mut top = head + 8.0;
    for (i, zone) in zones.iter().enumerate() {
        let today = curves.iter().find(|c| c.zone == *zone && c.plan.is_none());
        let now = axis.mark.map_or_else(String::new, |m| format!(" · now {}\u{a0}%", share_at(today, m)));
        for line in wrap(&format!("{zone}{now}"), SIZE, ROOMY * (WIDTH - 8.0), 1) {
            body.push_str(&text(4.0, top + 13.0, SIZE, INK, " class=\"ink\" font-weight=\"600\"", &line));
        }
        for (k, when) in dates.iter().enumerate() {
            let panel = Panel { left: LEFT + k as f64 * (wide + GAP), top: top + 34.0, width: wide, most };
            let of: Vec<Option<&AreaCurve>> = plans
                .iter()
                .map(|plan| {
                    curves
                        .iter()
                        .find(|c| c.zone == *zone && c.when == *when && c.plan.as_deref() == Some(*plan))
                })
                .collect();
            axes(&mut body, &panel, k == 0, i + 1 == zones.len());
            curves_of(&mut body, &panel, today, &of, axis);
            if let Some(mark) = axis.mark.filter(|_| !plans.is_empty()) {
                let words = shares(&of, mark);
                body.push_str(&text(
                    panel.left + wide,
                    top + 29.0,
                    SMALL,
                    SOFT,
                    " class=\"soft\" text-anchor=\"end\"",
                    &words,
                ));
            }
        }
        top += ROW + 18.0;
    }
    let foot = format!("→ visible density, {} · ↑ share of the area, %", axis.unit);
    let mut y = top + 16.0;
    for line in wrap(&foot, SMALL, ROOMY * (WIDTH - 10.0), 2) {
        body.push_str(&text(4.0, y, SMALL, SOFT, " class=\"soft\"", &line));
        y += 14.5;
    }
    let mut out =
        open("density-area", y, "How much of each zone looks how dense", &spoken(curves, &plans, axis));
    out.push_str(&body);
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(zone: &str, plan: Option<&str>, when: &str, middle: f64) -> AreaCurve {
        let share = |d: f64, m: f64| 1.0 / (1.0 + libm::exp((d - m) / 9.0));
        let points = (0..=30)
            .map(|i| 5.0 * f64::from(i))
            .map(|d| AreaPoint {
                density: d,
                share_lo: share(d, middle - 8.0),
                share: share(d, middle),
                share_hi: share(d, middle + 8.0),
            })
            .collect();
        AreaCurve { zone: zone.into(), plan: plan.map(str::to_owned), when: when.into(), points }
    }

    fn axis() -> AreaAxis {
        AreaAxis { unit: "% of the fringe".into(), mark: Some(75.0), mark_name: "goal".into() }
    }

    #[test]
    fn shares_are_read_between_points_and_nothing_is_denser_than_the_end() {
        let c = curve("Vertex", Some("a"), "in 1 year", 75.0);
        let [lo, median, hi] = read_off(&c, 75.0).unwrap();
        assert!((median - 0.5).abs() < 1e-9 && lo < median && median < hi);
        let (a, b) = (read_off(&c, 75.0).unwrap()[1], read_off(&c, 80.0).unwrap()[1]);
        assert!((read_off(&c, 77.5).unwrap()[1] - 0.5 * (a + b)).abs() < 1e-9);
        assert_eq!(read_off(&c, 999.0), Some([0.0; 3]));
        assert_eq!(read_off(&AreaCurve { points: vec![], ..c }, 10.0), None);
    }

    #[test]
    fn each_zone_has_a_row_and_each_date_a_column() {
        let mut all = Vec::new();
        for zone in ["Vertex", "Frontal"] {
            all.push(curve(zone, None, "", 40.0));
            for when in ["in 1 year", "in 5 years"] {
                for (plan, m) in [("SMP now", 80.0), ("PRP first", 70.0), ("a third", 60.0)] {
                    all.push(curve(zone, Some(plan), when, m));
                }
            }
        }
        let svg = density_area_chart(&all, &axis());
        assert_eq!(svg.matches("A 64 · B 36\u{a0}%").count(), 4, "a reading in each panel");
        assert_eq!(svg.matches(" · now 2 %").count(), 2, "today once for each zone");
        assert_eq!(svg.matches(">in 5 years<").count(), 1);
        assert!(svg.contains("A · SMP now") && !svg.contains("a third,"));
        assert!(
            svg.contains("Vertex, today: 2\u{a0}%")
                && svg.contains("Frontal, PRP first, in 5 years: 36\u{a0}%")
        );
    }

    #[test]
    fn odd_curves_are_drawn_as_far_as_they_go() {
        let mut odd = curve("<z>", Some("p"), "later", 50.0);
        odd.points[3].share = f64::NAN;
        odd.points[4].density = f64::INFINITY;
        for curves in [vec![], vec![odd]] {
            let svg = density_area_chart(&curves, &axis());
            assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("<z>"), "{svg}");
        }
    }
}
