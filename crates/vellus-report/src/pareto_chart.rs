//! Strategies as dots: what ten years cost, how likely the goals are met, how likely it is regretted and
//! how many visits it takes; the front on which one is bought only with another.

use std::fmt::Write as _;

use crate::chart_frame::{ROOMY, SIZE, SMALL, WIDTH, open, path, step};
use crate::svg_text::{HAIR, INK, LINE, PAPER, SOFT, STOP, text, wrap};
use crate::words::{NOTHING, hundred, money, number, of_hundred};

/// A strategy on the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ParetoPoint {
    /// Title.
    pub title: String,
    /// Cost of ten years, in the site's currency; at least 0.
    pub cost_ten_years: f64,
    /// Chance that the goals are met, 0 to 1.
    pub chance: f64,
    /// Lower end of its interval.
    pub chance_lo: f64,
    /// Upper end.
    pub chance_hi: f64,
    /// Regret risk, 0 to 1.
    pub regret: f64,
    /// Visits.
    pub visits: f64,
    /// What makes it pale: by which strategy it is beaten, in a few words ("SMP now: cheaper, likelier").
    /// None on the front.
    pub beaten_by: Option<String>,
}

const LEFT: f64 = 44.0;
const RIGHT: f64 = WIDTH - 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 262.0;

struct Axes {
    most: f64,
}

impl Axes {
    fn x(&self, cost: f64) -> f64 {
        LEFT + 14.0 + (RIGHT - LEFT - 28.0) * (cost / self.most).clamp(0.0, 1.0)
    }

    fn y(chance: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * chance.clamp(0.0, 1.0)
    }
}

/// Radius of a dot: its area grows with the visits, within what can be drawn.
fn radius(visits: f64) -> f64 {
    let v = if visits.is_finite() { visits.clamp(0.0, 60.0) } else { 0.0 };
    // The smallest still holds its number.
    8.0 + 0.9 * v.sqrt()
}

/// An arc from the top, clockwise, over a share of the circle.
fn arc(x: f64, y: f64, r: f64, share: f64) -> String {
    let angle = std::f64::consts::TAU * share.clamp(0.0, 0.9999);
    let (s, c) = libm::sincos(angle);
    format!(
        "M{x:.1} {:.1}A{r:.1} {r:.1} 0 {} 1 {:.1} {:.1}",
        y - r,
        u8::from(share > 0.5),
        x + r * s,
        y - r * c
    )
}

fn spoken(points: &[ParetoPoint], currency: &str) -> String {
    points
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let beaten =
                p.beaten_by.as_ref().map_or_else(|| "on the front".into(), |b| format!("behind {b}"));
            format!(
                "{}: {}, {} in ten years, goals met in {} ({} to {}), regret {}, {} visits, {beaten}.",
                i + 1,
                p.title,
                money(p.cost_ten_years, currency),
                of_hundred(p.chance),
                hundred(p.chance_lo),
                hundred(p.chance_hi),
                of_hundred(p.regret),
                number(p.visits, 0)
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Radius of a number that stands beside its dot.
const LABEL: f64 = 8.5;

/// Where the numbers stand that do not fit into their dots, since dots lie on each other: the middles of
/// the labels, none for a dot that carries its own. Each takes the nearest place around its dot, right
/// before left, where neither a dot nor another number is; where there is none, the freest.
fn outside(places: &[(f64, f64, f64)]) -> Vec<Option<(f64, f64)>> {
    let gap = |a: (f64, f64, f64), b: (f64, f64, f64)| libm::hypot(a.0 - b.0, a.1 - b.1) - a.2 - b.2;
    let there: Vec<usize> = (0..places.len()).filter(|i| places[*i].0.is_finite()).collect();
    // The ring of the regret lies around a dot.
    let ringed = |i: usize| (places[i].0, places[i].1, places[i].2 + 5.5);
    let mut out: Vec<Option<(f64, f64)>> = vec![None; places.len()];
    for &i in &there {
        if !there.iter().any(|j| *j != i && gap(places[i], places[*j]) < 1.0) {
            continue;
        }
        let (x, y, r) = places[i];
        let mut best = (f64::NEG_INFINITY, (x, y));
        'search: for ring in 0..12 {
            for angle in [0.0, 40.0, -40.0, 75.0, -75.0, 180.0, 140.0, -140.0, 110.0, -110.0] {
                let (s, c) = libm::sincos(f64::to_radians(angle));
                let d = r + LABEL + 9.0 + 9.0 * f64::from(ring);
                let at = (x + d * c, y + d * s, LABEL);
                if at.0 < LEFT + LABEL || at.0 > WIDTH - LABEL || at.1 < TOP - 12.0 || at.1 > BOTTOM - LABEL {
                    continue;
                }
                let dots = there.iter().map(|j| gap(at, ringed(*j)));
                let labels = out.iter().flatten().map(|l| gap(at, (l.0, l.1, LABEL)));
                let free = dots.chain(labels).fold(f64::INFINITY, f64::min);
                if free > best.0 {
                    best = (free, (at.0, at.1));
                }
                if free >= 0.5 {
                    best = (free, (at.0, at.1));
                    break 'search;
                }
            }
        }
        out[i] = Some(best.1);
    }
    out
}

fn frame(out: &mut String, axes: &Axes, currency: &str) {
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let y = Axes::y(tick);
        let (class, stroke) = if tick == 0.0 { ("axis", SOFT) } else { ("line", LINE) };
        let _ = write!(out, "<path class=\"{class}\" d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"{stroke}\"/>");
        out.push_str(&text(
            LEFT - 6.0,
            y + 4.0,
            SIZE,
            SOFT,
            " class=\"soft\" text-anchor=\"end\"",
            &number(100.0 * tick, 0),
        ));
    }
    out.push_str(&text(
        4.0,
        16.0,
        SIZE,
        INK,
        " class=\"ink\" font-weight=\"600\"",
        "Goals met in so many of 100",
    ));
    let every = step(axes.most, 4.0);
    let mut cost = 0.0;
    while cost <= axes.most + 1e-9 {
        let x = axes.x(cost);
        let _ = write!(out, "<path class=\"axis\" d=\"M{x:.1} {BOTTOM}v4\" stroke=\"{SOFT}\"/>");
        let words = money(cost, currency);
        out.push_str(&text(x, BOTTOM + 18.0, SIZE, SOFT, " class=\"soft\" text-anchor=\"middle\"", &words));
        cost += every;
    }
    out.push_str(&text(
        RIGHT,
        BOTTOM + 35.0,
        SIZE,
        INK,
        " class=\"ink\" font-weight=\"600\" text-anchor=\"end\"",
        "Cost of ten years",
    ));
}

/// The front as steps: for this much money at least this chance.
fn front(points: &[&ParetoPoint], axes: &Axes) -> String {
    let mut on: Vec<&&ParetoPoint> = points.iter().filter(|p| p.beaten_by.is_none()).collect();
    on.sort_by(|a, b| a.cost_ten_years.total_cmp(&b.cost_ten_years).then(b.chance.total_cmp(&a.chance)));
    let mut steps: Vec<(f64, f64)> = Vec::new();
    let mut best = f64::NEG_INFINITY;
    for p in on.into_iter().filter(|p| p.cost_ten_years.is_finite() && p.chance.is_finite()) {
        if p.chance > best {
            if let Some((_, y)) = steps.last().copied() {
                steps.push((axes.x(p.cost_ten_years), y));
            }
            steps.push((axes.x(p.cost_ten_years), Axes::y(p.chance)));
            best = p.chance;
        }
    }
    if let Some((_, y)) = steps.last().copied() {
        steps.push((RIGHT, y));
    }
    path(steps)
}

fn dot(out: &mut String, axes: &Axes, p: &ParetoPoint, name: &str, numbered: bool) {
    let (x, y, r) = (axes.x(p.cost_ten_years), Axes::y(p.chance), radius(p.visits));
    let beaten = p.beaten_by.is_some();
    let words = format!("{name} {}", p.title);
    let _ = write!(out, "<g><title>{}</title>", crate::svg_text::printable(&words));
    if p.regret.is_finite() && p.regret > 0.0 {
        // A thin ring shows of what the arc is a part.
        let _ = write!(
            out,
            "<circle class=\"line\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"none\" stroke=\"{LINE}\" stroke-width=\"3\"/><path class=\"risk\" d=\"{}\" fill=\"none\" stroke=\"{STOP}\" stroke-width=\"4\"/>",
            r + 3.5,
            arc(x, y, r + 3.5, p.regret)
        );
    }
    let (fill, class) = if beaten { (PAPER, "dark") } else { (HAIR, "fa") };
    let _ = write!(
        out,
        "<circle class=\"{class} a\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r:.1}\" fill=\"{fill}\" stroke=\"{HAIR}\" stroke-width=\"1.4\"{}/>",
        if beaten { " stroke-dasharray=\"3 2\"" } else { "" }
    );
    if numbered {
        let (colour, class) = if beaten { (INK, "ink") } else { (PAPER, "dark") };
        number_at(out, (x, y), name, colour, class);
    }
    out.push_str("</g>");
}

fn number_at(out: &mut String, at: (f64, f64), name: &str, colour: &str, class: &str) {
    let more = format!(" class=\"{class}\" text-anchor=\"middle\" font-weight=\"700\"");
    out.push_str(&text(at.0, at.1 + 4.3, SIZE, colour, &more, name));
}

/// A number beside its dot, tied to it.
fn label(out: &mut String, dot: (f64, f64, f64), at: (f64, f64), name: &str) {
    let _ = write!(
        out,
        "<path class=\"axis\" d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"{SOFT}\" stroke-width=\"1\"/><circle class=\"paper axis\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{LABEL}\" fill=\"{PAPER}\" stroke=\"{SOFT}\"/>",
        dot.0, dot.1, at.0, at.1, at.0, at.1
    );
    number_at(out, at, name, INK, "ink");
}

/// A line of the key for each strategy, and how high all of them are.
fn key(points: &[ParetoPoint], currency: &str, top: f64) -> (String, f64) {
    let mut out = String::new();
    let mut y = top;
    for (i, p) in points.iter().enumerate() {
        let beaten = p.beaten_by.is_some();
        let (fill, class, colour, name_class) =
            if beaten { (PAPER, "dark", INK, "ink") } else { (HAIR, "fa", PAPER, "dark") };
        let _ = write!(
            out,
            "<circle class=\"{class} a\" cx=\"14\" cy=\"{:.1}\" r=\"9\" fill=\"{fill}\" stroke=\"{HAIR}\" stroke-width=\"1.4\"{}/>",
            y - 4.2,
            if beaten { " stroke-dasharray=\"3 2\"" } else { "" }
        );
        out.push_str(&text(
            14.0,
            y,
            SIZE,
            colour,
            &format!(" class=\"{name_class}\" text-anchor=\"middle\" font-weight=\"700\""),
            &(i + 1).to_string(),
        ));
        for line in wrap(&p.title, SIZE, ROOMY * (WIDTH - 40.0), 2) {
            out.push_str(&text(32.0, y, SIZE, INK, " class=\"ink\" font-weight=\"600\"", &line));
            y += 15.5;
        }
        let (lo, hi) = (hundred(p.chance_lo), hundred(p.chance_hi));
        let known = p.chance_lo.is_finite() && p.chance_hi.is_finite() && lo != hi;
        let interval = if known { format!(" ({lo} to {hi})") } else { String::new() };
        let facts = format!(
            "{} · goals {}{interval}, regret {} of 100 · {} visits",
            money(p.cost_ten_years, currency),
            hundred(p.chance),
            hundred(p.regret),
            if p.visits.is_finite() { number(p.visits, 0) } else { NOTHING.into() }
        );
        let behind = p.beaten_by.as_ref().map(|b| format!("Behind {b}"));
        for line in [Some(facts), behind]
            .into_iter()
            .flatten()
            .flat_map(|t| wrap(&t, SMALL, ROOMY * (WIDTH - 40.0), 2))
        {
            out.push_str(&text(32.0, y, SMALL, SOFT, " class=\"soft\"", &line));
            y += 14.5;
        }
        y += 8.0;
    }
    (out, y)
}

/// What the marks mean, each with its drawing, in two columns where they fit.
fn legend(top: f64) -> (String, f64) {
    let dot = |x: f64, r: f64, more: &str| {
        format!(
            "<circle class=\"fa a\" cx=\"{x}\" cy=\"{{Y}}\" r=\"{r}\" fill=\"{HAIR}\" stroke=\"{HAIR}\" stroke-width=\"1.4\"{more}/>"
        )
    };
    let rows = [
        (format!("{}{}", dot(9.0, 3.5, ""), dot(20.0, 6.0, "")), "larger: more visits"),
        (
            format!(
                "<path class=\"axis\" d=\"M14 {{Y}}m-4 -7h8m-4 0v14m-4 0h8\" fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"2\"/>"
            ),
            "either way PRP works",
        ),
        (
            format!(
                "<path class=\"risk\" d=\"M14 {{Y}}m0 -7a7 7 0 0 1 7 7\" fill=\"none\" stroke=\"{STOP}\" stroke-width=\"4\"/>"
            ),
            "red arc: chance of regret",
        ),
        (
            format!(
                "<circle class=\"dark a\" cx=\"14\" cy=\"{{Y}}\" r=\"6\" fill=\"{PAPER}\" stroke=\"{HAIR}\" stroke-width=\"1.4\" stroke-dasharray=\"3 2\"/>"
            ),
            "open: beaten by another",
        ),
        (
            format!(
                "<path class=\"a\" d=\"M5 {{Y}}m0 5h9v-9h10\" fill=\"none\" stroke=\"{HAIR}\" stroke-width=\"2\"/>"
            ),
            "best chance for the money",
        ),
    ];
    let mut out = String::new();
    let half = 0.5 * WIDTH;
    let mut y = top;
    for (i, (drawing, words)) in rows.iter().enumerate() {
        let x = if i % 2 == 0 { 0.0 } else { half };
        let _ = write!(out, "<g transform=\"translate({x:.0} 0)\">");
        out.push_str(&drawing.replace("{Y}", &format!("{:.1}", y - 4.0)));
        out.push_str(&text(32.0, y, SMALL, SOFT, " class=\"soft\"", words));
        out.push_str("</g>");
        if i % 2 == 1 || i + 1 == rows.len() {
            y += 20.0;
        }
    }
    (out, y)
}

/// Strategies by cost and chance as SVG, numbered as in the key below: the dot larger with more visits, a
/// bar for the interval of the chance, an arc for the regret risk, the front as a line of steps, what is
/// beaten open and dashed with a word by what. Points whose cost or chance is no number stand in the key
/// alone. No number overlaps another.
#[must_use]
pub fn pareto_chart(points: &[ParetoPoint], currency: &str) -> String {
    let drawn: Vec<&ParetoPoint> =
        points.iter().filter(|p| p.cost_ten_years.is_finite() && p.chance.is_finite()).collect();
    let most = drawn.iter().map(|p| p.cost_ten_years).fold(0.0, f64::max);
    let every = step(most, 4.0);
    let axes = Axes { most: ((most / every).ceil() * every).max(every) };
    let (legend, after) = legend(BOTTOM + 58.0);
    let (key, end) = key(points, currency, after + 12.0);
    let mut out = open("pareto", end + 2.0, "Strategies by cost and chance", &spoken(points, currency));
    frame(&mut out, &axes, currency);
    for p in drawn.iter().filter(|p| p.chance_lo.is_finite() && p.chance_hi.is_finite()) {
        let (x, lo, hi) = (axes.x(p.cost_ten_years), Axes::y(p.chance_lo), Axes::y(p.chance_hi));
        let weight = if p.beaten_by.is_some() { 1.2 } else { 2.2 };
        let _ = write!(
            out,
            "<path class=\"axis\" d=\"M{x:.1} {lo:.1}V{hi:.1}M{:.1} {lo:.1}h8M{:.1} {hi:.1}h8\" stroke=\"{SOFT}\" stroke-width=\"{weight}\" fill=\"none\"/>",
            x - 4.0,
            x - 4.0
        );
    }
    let _ = write!(
        out,
        "<path class=\"a\" d=\"{}\" fill=\"none\" stroke=\"{HAIR}\" stroke-width=\"2\" stroke-linejoin=\"round\"/>",
        front(&drawn, &axes)
    );
    let places: Vec<(f64, f64, f64)> = points
        .iter()
        .map(|p| (axes.x(p.cost_ten_years), Axes::y(p.chance), radius(p.visits)))
        .map(|(x, y, r)| if x.is_finite() && y.is_finite() { (x, y, r) } else { (f64::NAN, f64::NAN, 0.0) })
        .collect();
    let labels = outside(&places);
    // The beaten first, so that the front lies on top.
    for beaten in [true, false] {
        for (i, p) in points.iter().enumerate() {
            if p.beaten_by.is_some() == beaten && places[i].0.is_finite() {
                dot(&mut out, &axes, p, &(i + 1).to_string(), labels[i].is_none());
            }
        }
    }
    for (i, at) in labels.iter().enumerate() {
        if let Some(at) = at {
            label(&mut out, places[i], *at, &(i + 1).to_string());
        }
    }
    out.push_str(&legend);
    out.push_str(&key);
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(title: &str, cost: f64, chance: f64, beaten: Option<&str>) -> ParetoPoint {
        ParetoPoint {
            title: title.into(),
            cost_ten_years: cost,
            chance,
            chance_lo: (chance - 0.1).max(0.0),
            chance_hi: (chance + 0.1).min(1.0),
            regret: 0.08,
            visits: 12.0,
            beaten_by: beaten.map(str::to_owned),
        }
    }

    #[test]
    fn the_front_only_rises_and_leaves_out_what_is_beaten() {
        let all =
            [point("a", 0.0, 0.1, None), point("b", 900.0, 0.6, None), point("c", 500.0, 0.05, Some("b"))];
        let axes = Axes { most: 1000.0 };
        let d = front(&all.iter().collect::<Vec<_>>(), &axes);
        assert!(!d.contains(&format!("{:.1} {:.1}", axes.x(500.0), Axes::y(0.05))), "{d}");
        assert!(d.contains(&format!("{:.1} {:.1}", axes.x(900.0), Axes::y(0.6))), "{d}");
        let heights: Vec<f64> = d
            .split(['M', 'L'])
            .filter(|t| !t.is_empty())
            .map(|t| t.split(' ').nth(1).unwrap().parse().unwrap())
            .collect();
        assert!(heights.windows(2).all(|w| w[1] <= w[0]), "{heights:?}");
    }

    #[test]
    fn numbers_of_dots_that_lie_on_each_other_stand_apart() {
        let places: Vec<(f64, f64, f64)> = (0..6).map(|i| (200.0 + f64::from(i), 120.0, 9.0)).collect();
        let labels: Vec<(f64, f64)> = outside(&places).into_iter().map(Option::unwrap).collect();
        for i in 0..labels.len() {
            for j in 0..i {
                let (a, b) = (labels[i], labels[j]);
                assert!(libm::hypot(a.0 - b.0, a.1 - b.1) >= 2.0 * LABEL, "{labels:?}");
            }
            for (x, y, r) in &places {
                assert!(libm::hypot(labels[i].0 - x, labels[i].1 - y) >= r + LABEL, "{labels:?}");
            }
        }
        assert_eq!(outside(&[(50.0, 50.0, 9.0), (200.0, 50.0, 9.0)]), [None, None]);
    }

    #[test]
    fn what_is_no_number_is_said_and_not_drawn() {
        let mut odd = point("odd <x>", f64::NAN, 0.5, None);
        odd.visits = f64::INFINITY;
        for points in [vec![], vec![odd.clone()], vec![odd, point("b", 0.0, 1.0, None)]] {
            let svg = pareto_chart(&points, "EUR");
            assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("<x>"), "{svg}");
            assert_eq!(svg.matches("<svg").count(), svg.matches("</svg>").count());
        }
        let svg = pareto_chart(&[point("b", 100.0, 0.5, Some("a: cheaper"))], "EUR");
        assert!(svg.contains("Behind a: cheaper") && svg.contains("€\u{202f}100"));
    }
}
