//! Strategies as dots: what ten years cost, how likely the goals are met, how likely it is regretted and
//! how many visits it takes; the front on which one is bought only with another.

use std::fmt::Write as _;

use crate::chart_frame::{SIZE, SMALL, WIDTH, open, path, step};
use crate::svg_text::{HAIR, INK, LINE, PAPER, SOFT, STOP, spread, text, width, wrap};
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
    6.0 + 1.05 * v.sqrt()
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

/// Where the numbers stand that do not fit into their dots, since dots lie on each other: the middles of
/// the labels, none for a dot that carries its own.
fn outside(places: &[(f64, f64, f64)]) -> Vec<Option<(f64, f64)>> {
    let touches = |i: usize, j: usize| {
        let ((x, y, r), (u, v, s)) = (places[i], places[j]);
        libm::hypot(x - u, y - v) < r + s + 1.0
    };
    let crowded: Vec<usize> = (0..places.len())
        .filter(|i| places[*i].0.is_finite() && (0..places.len()).any(|j| j != *i && touches(*i, j)))
        .collect();
    let mut out = vec![None; places.len()];
    // To the right of their dots, or to the left near the edge, apart in height on each side.
    for right in [true, false] {
        let side: Vec<usize> =
            crowded.iter().copied().filter(|i| (places[*i].0 < RIGHT - 60.0) == right).collect();
        let wanted: Vec<f64> = side.iter().map(|i| places[*i].1).collect();
        let heights = vec![17.0; side.len()];
        for (i, y) in side.iter().zip(spread(&wanted, &heights, TOP, BOTTOM)) {
            let group: Vec<&(f64, f64, f64)> = side
                .iter()
                .filter(|j| (places[**j].0 - places[*i].0).abs() < 50.0)
                .map(|j| &places[*j])
                .collect();
            let x = if right {
                group.iter().map(|p| p.0 + p.2).fold(f64::NEG_INFINITY, f64::max) + 16.0
            } else {
                group.iter().map(|p| p.0 - p.2).fold(f64::INFINITY, f64::min) - 16.0
            };
            out[*i] = Some((x, y));
        }
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

fn dot(out: &mut String, axes: &Axes, p: &ParetoPoint, name: &str, label: Option<(f64, f64)>) {
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
    if let Some((u, v)) = label {
        let _ = write!(
            out,
            "<path class=\"axis\" d=\"M{x:.1} {y:.1}L{u:.1} {v:.1}\" stroke=\"{SOFT}\" stroke-width=\"1\"/><circle class=\"paper axis\" cx=\"{u:.1}\" cy=\"{v:.1}\" r=\"8.5\" fill=\"{PAPER}\" stroke=\"{SOFT}\"/>"
        );
    }
    let (u, v) = label.unwrap_or((x, y));
    let (colour, class) = if label.is_none() && !beaten { (PAPER, "dark") } else { (INK, "ink") };
    out.push_str(&text(
        u,
        v + 4.3,
        SIZE,
        colour,
        &format!(" class=\"{class}\" text-anchor=\"middle\" font-weight=\"700\""),
        name,
    ));
    out.push_str("</g>");
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
        for line in wrap(&p.title, SIZE, WIDTH - 40.0, 2) {
            out.push_str(&text(32.0, y, SIZE, INK, " class=\"ink\" font-weight=\"600\"", &line));
            y += 15.5;
        }
        let interval = if p.chance_lo.is_finite() && p.chance_hi.is_finite() {
            format!(" ({} to {})", hundred(p.chance_lo), hundred(p.chance_hi))
        } else {
            String::new()
        };
        let facts = format!(
            "{} · goals {}{interval} of 100 · regret {} of 100 · {} visits",
            money(p.cost_ten_years, currency),
            hundred(p.chance),
            hundred(p.regret),
            if p.visits.is_finite() { number(p.visits, 0) } else { NOTHING.into() }
        );
        let behind = p.beaten_by.as_ref().map(|b| format!("Behind {b}"));
        for line in [Some(facts), behind].into_iter().flatten().flat_map(|t| wrap(&t, SMALL, WIDTH - 40.0, 2))
        {
            out.push_str(&text(32.0, y, SMALL, SOFT, " class=\"soft\"", &line));
            y += 14.5;
        }
        y += 8.0;
    }
    (out, y)
}

/// What the marks mean, in one line that breaks.
fn legend(top: f64) -> (String, f64) {
    let words = "Dot: larger with more visits · bar: 80 % interval · red arc: chance of regret, a full ring would be 100 of 100 · line: the most likely for the money · open dot: another is better in everything";
    let mut out = String::new();
    let mut y = top;
    for line in wrap(words, SMALL, WIDTH - 10.0, 4) {
        debug_assert!(width(&line, SMALL) <= WIDTH);
        out.push_str(&text(4.0, y, SMALL, SOFT, " class=\"soft\"", &line));
        y += 14.5;
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
                dot(&mut out, &axes, p, &(i + 1).to_string(), labels[i]);
            }
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
                assert!(libm::hypot(a.0 - b.0, a.1 - b.1) >= 16.9, "{labels:?}");
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
