//! Forest plot: each published number beside the model, as an SVG that stands alone.
//!
//! Rows have different units, so that each is drawn on its own axis: its tolerance always fills the
//! same grey band, and what is seen is where in the tolerance, or how far outside, the model lies.

use std::fmt::Write as _;

use crate::svg_text::{
    HAIR, INK, LINE, PAPER, SANS, SERIF, SOFT, STOP, STOP_PALE, printable, text, width, wrap, wrap_evenly,
};
use crate::words::{NOTHING, capital, number};

/// One published number beside the model.
#[derive(Clone, Debug, PartialEq)]
pub struct ForestRow {
    /// Name of the row.
    pub id: String,
    /// What was measured.
    pub what: String,
    /// Its unit; empty for a share.
    pub unit: String,
    /// The published number.
    pub published: f64,
    /// Least value that passes; −∞ where there is none.
    pub lo: f64,
    /// Greatest value that passes; ∞ where there is none.
    pub hi: f64,
    /// The model's value.
    pub model: f64,
    /// Lower end of the model's interval.
    pub model_lo: f64,
    /// Upper end.
    pub model_hi: f64,
    /// Whether the model's value lies within the tolerance.
    pub pass: bool,
    /// "verification", "calibration" or "validation"; other words make groups of their own.
    pub split: String,
    /// The source.
    pub source: String,
}

// Columns, px.
const WIDTH: f64 = 1140.0;
const LEFT: f64 = 32.0;
const WHAT: f64 = 90.0;
const WHAT_WIDTH: f64 = 428.0;
const PANEL: f64 = 538.0;
const PANEL_WIDTH: f64 = 300.0;
const PUBLISHED: f64 = 866.0;
const MODEL: f64 = 990.0;
const RIGHT: f64 = WIDTH - 24.0;
/// Half of the width of the tolerance band: the panel shows two and a half times the tolerance to
/// each side of its middle.
const BAND: f64 = PANEL_WIDTH / 5.0;
const MIDDLE: f64 = PANEL + 0.5 * PANEL_WIDTH;

const SIZE: f64 = 13.5;
const SMALL: f64 = 11.5;
const STEP: f64 = 17.0;
const STEP_SMALL: f64 = 14.5;

/// The groups in the order in which they are read, each with what it means.
const SPLITS: [(&str, &str); 3] = [
    ("verification", "the code against exact results"),
    ("calibration", "published numbers that the model was fitted to"),
    ("validation", "published numbers that the model had not seen"),
];

/// A forest plot of the rows, in groups by split: verification, calibration, validation, then
/// others as they come.
///
/// Numbers that are not finite are drawn as what they mean at the ends of a tolerance, and as a
/// dash elsewhere. Each row has a tooltip with everything that is known of it.
#[must_use]
pub fn forest(rows: &[ForestRow], title: &str) -> String {
    let mut body = String::new();
    let mut y = 34.0;
    for line in wrap_evenly(title, 26.0, RIGHT - LEFT, 2) {
        y += 12.0;
        body += &text(LEFT, y, 26.0, INK, &format!(" font-family=\"{SERIF}\" font-weight=\"600\""), &line);
        y += 18.0;
    }
    let passed = rows.iter().filter(|r| r.pass).count();
    let missed = rows.len() - passed;
    let verdict = match (rows.len(), missed) {
        (0, _) => "No rows.".to_owned(),
        (1, 0) => "The one row is within its tolerance.".to_owned(),
        (n, 0) => format!("All {n} rows are within their tolerance."),
        (n, m) => format!("{passed} of {n} rows are within their tolerance; {m} outside, marked MISS."),
    };
    y += 8.0;
    body += &text(LEFT, y, 15.0, if missed > 0 { STOP } else { SOFT }, "", &verdict);
    y += 30.0;
    key(&mut body, y);
    y += 20.0;
    for (split, meaning) in groups(rows) {
        let of: Vec<&ForestRow> = rows.iter().filter(|r| r.split == split).collect();
        y = heading(&mut body, y, &split, meaning, &of);
        for (i, row) in of.iter().enumerate() {
            if i > 0 {
                let _ = write!(body, "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"{LINE}\"/>");
            }
            y = draw(&mut body, y, row);
        }
        y += 12.0;
    }
    let height = (y + 14.0).ceil();
    let title = printable(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-label=\"{title}: {}\" font-family=\"{SANS}\" \
         style=\"font-variant-numeric: tabular-nums\"><title>{title}</title>\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"{PAPER}\"/>{body}</svg>\n",
        printable(&verdict)
    )
}

/// The splits that occur, known ones first.
fn groups(rows: &[ForestRow]) -> Vec<(String, &'static str)> {
    let mut out: Vec<(String, &'static str)> = SPLITS
        .iter()
        .filter(|(s, _)| rows.iter().any(|r| r.split == *s))
        .map(|(s, m)| ((*s).to_owned(), *m))
        .collect();
    for r in rows {
        if !out.iter().any(|(s, _)| *s == r.split) {
            out.push((r.split.clone(), ""));
        }
    }
    out
}

/// What the marks mean.
fn key(out: &mut String, y: f64) {
    let mark = y - 4.5;
    let mut x = LEFT;
    let mut entry = |out: &mut String, drawing: String, room: f64, words: &str| {
        let _ = write!(out, "<g transform=\"translate({x:.1} {mark:.1})\">{drawing}</g>");
        *out += &text(x + room + 8.0, y, 12.5, SOFT, "", words);
        x += room + 8.0 + width(words, 12.5) + 22.0;
    };
    entry(
        out,
        format!(
            "<rect y=\"-8\" width=\"40\" height=\"16\" rx=\"3\" fill=\"{LINE}\"/><path d=\"M20 -8v16\" stroke=\"{INK}\" stroke-width=\"2\"/>"
        ),
        40.0,
        "published value and tolerance",
    );
    entry(
        out,
        format!(
            "<path d=\"M0 0H36\" stroke=\"{HAIR}\" stroke-width=\"2\"/><circle cx=\"18\" r=\"5\" fill=\"{HAIR}\"/>"
        ),
        36.0,
        "model and its interval",
    );
    entry(
        out,
        format!(
            "<path d=\"M0 0H36\" stroke=\"{STOP}\" stroke-width=\"2\"/><path d=\"M18 -6.5L24.5 0L18 6.5L11.5 0Z\" fill=\"{STOP}\"/>"
        ),
        36.0,
        "outside tolerance",
    );
    entry(
        out,
        format!(
            "<path d=\"M0 0H20\" stroke=\"{HAIR}\" stroke-width=\"2\"/><path d=\"M20 -5L28 0L20 5Z\" fill=\"{HAIR}\"/>"
        ),
        28.0,
        "goes on beyond the panel",
    );
}

/// The heading of a group, with the names of the columns.
fn heading(out: &mut String, y: f64, split: &str, meaning: &str, rows: &[&ForestRow]) -> f64 {
    let y = y + 30.0;
    let name = if split.trim().is_empty() { "Other".to_owned() } else { capital(split) };
    let name = wrap(&name, 17.0, WHAT_WIDTH, 1).concat();
    *out += &text(LEFT, y, 17.0, INK, " font-weight=\"600\"", &name);
    let passed = rows.iter().filter(|r| r.pass).count();
    let count = format!("{passed} of {} within tolerance", rows.len());
    let under = if meaning.is_empty() { count } else { format!("{} · {count}", capital(meaning)) };
    *out += &text(LEFT, y + 18.0, 12.5, SOFT, "", &under);
    let bold = " font-weight=\"600\"";
    for (x, words, under) in [(PUBLISHED, "published", "tolerance"), (MODEL, "model", "interval")] {
        *out += &text(x, y, 12.5, INK, bold, words);
        *out += &text(x, y + 18.0, SMALL, SOFT, "", under);
    }
    for (x, words) in [(MIDDLE - BAND - 22.0, "too low"), (MIDDLE + BAND + 22.0, "too high")] {
        let anchor = if x < MIDDLE { " text-anchor=\"end\"" } else { "" };
        *out += &text(x, y + 18.0, SMALL, SOFT, anchor, words);
    }
    *out += &text(MIDDLE, y + 18.0, SMALL, SOFT, " text-anchor=\"middle\"", "within");
    let y = y + 28.0;
    let _ = write!(out, "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"{SOFT}\"/>");
    y
}

/// One row; returns where the next begins.
fn draw(out: &mut String, top: f64, row: &ForestRow) -> f64 {
    let what =
        if row.unit.trim().is_empty() { row.what.clone() } else { format!("{}, {}", row.what, row.unit) };
    let lines = wrap_evenly(&what, SIZE, WHAT_WIDTH, 3);
    // A narrow column for the name would be too narrow for some: it stands before the source.
    let source = wrap(&format!("{} · {}", row.id, row.source), SMALL, WHAT_WIDTH, 2);
    let text_height = STEP * lines.len() as f64 + STEP_SMALL * source.len() as f64;
    let height = text_height.max(STEP + STEP_SMALL) + 15.0;
    let middle = top + 0.5 * height;
    let _ = write!(out, "<g><title>{}</title>", printable(&tooltip(row)));
    // The whole row answers to the pointer.
    let (fill, opacity) = if row.pass { (PAPER, 0) } else { (STOP_PALE, 1) };
    let _ = write!(
        out,
        "<rect x=\"{LEFT}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"{fill}\" fill-opacity=\"{opacity}\"/>",
        RIGHT - LEFT
    );
    if row.pass {
        let _ = write!(
            out,
            "<path d=\"M{:.1} {:.1}l4 4.5l8 -9.5\" fill=\"none\" stroke=\"{HAIR}\" stroke-width=\"2\"/>",
            LEFT + 12.0,
            middle
        );
    } else {
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"44\" height=\"19\" rx=\"4\" fill=\"{STOP}\"/>",
            LEFT + 2.0,
            middle - 9.5
        );
        *out += &text(
            LEFT + 24.0,
            middle + 4.2,
            11.5,
            "#fff",
            " font-weight=\"700\" text-anchor=\"middle\"",
            "MISS",
        );
    }
    let mut y = top + 0.5 * (height - text_height) - 4.0;
    for line in &lines {
        y += STEP;
        *out += &text(WHAT, y, SIZE, INK, "", line);
    }
    for line in &source {
        y += STEP_SMALL;
        *out += &text(WHAT, y, SMALL, SOFT, "", line);
    }
    panel(out, top, height, row);
    let digits = Digits::of(row);
    for (x, value, range, colour) in [
        (PUBLISHED, digits.show(row.published), digits.tolerance(row), INK),
        (MODEL, digits.show(row.model), digits.interval(row), if row.pass { HAIR } else { STOP }),
    ] {
        let two = !range.is_empty();
        let y = if two { middle - 2.0 } else { middle + 4.5 };
        *out += &text(x, y, SIZE, colour, " font-weight=\"600\"", &value);
        if two {
            *out += &text(x, y + 16.0, SMALL, SOFT, "", &range);
        }
    }
    out.push_str("</g>");
    top + height
}

/// Where on the axis of its row a value lies, px from the middle of the panel, unbounded.
struct Axis {
    centre: f64,
    half: f64,
}

impl Axis {
    fn of(row: &ForestRow) -> Self {
        let (lo, hi) = (row.lo, row.hi);
        let (centre, half) = match (lo.is_finite(), hi.is_finite()) {
            (true, true) => (0.5 * lo + 0.5 * hi, 0.5 * hi - 0.5 * lo),
            // One bound: the published value sets the scale, or the model where it is that bound.
            (true, false) => {
                let half = reach(row, lo);
                (lo + half, half)
            }
            (false, true) => {
                let half = reach(row, hi);
                (hi - half, half)
            }
            (false, false) => {
                (if row.published.is_finite() { row.published } else { row.model }, f64::INFINITY)
            }
        };
        Self { centre, half }
    }

    fn at(&self, value: f64) -> Option<f64> {
        if value.is_nan() || !self.centre.is_finite() {
            return None;
        }
        let d = value - self.centre;
        // Without any tolerance only the exact value is inside.
        let u = if d == 0.0 { 0.0 } else { d / self.half.max(0.0) };
        // Infinitely far on an axis without a scale.
        let u = if u.is_nan() { d } else { u };
        Some((BAND * u).clamp(-1e6, 1e6))
    }
}

/// Half of the width of a band of which only the end `bound` is given.
fn reach(row: &ForestRow, bound: f64) -> f64 {
    let mut far =
        [row.published, row.model].into_iter().map(|v| 0.5 * (v - bound).abs()).filter(|d| d.is_finite());
    far.find(|d| *d > 0.0).unwrap_or_else(|| (0.5 * bound.abs()).max(1.0))
}

fn panel(out: &mut String, top: f64, height: f64, row: &ForestRow) {
    let axis = Axis::of(row);
    let y = top + 0.5 * height;
    let half = 0.5 * PANEL_WIDTH;
    let _ = write!(
        out,
        "<path d=\"M{PANEL:.1} {y:.1}h{PANEL_WIDTH:.1}\" stroke=\"{LINE}\" stroke-dasharray=\"1.5 4\" stroke-linecap=\"round\"/>"
    );
    let left = if row.lo.is_finite() { -BAND } else { -half };
    let right = if row.hi.is_finite() { BAND } else { half };
    let _ = write!(
        out,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"24\" rx=\"3\" fill=\"{LINE}\"/>",
        MIDDLE + left,
        y - 12.0,
        right - left
    );
    if let Some(p) = axis.at(row.published)
        && p.abs() <= half
    {
        let _ = write!(
            out,
            "<path d=\"M{:.1} {:.1}v24\" stroke=\"{INK}\" stroke-width=\"2\"/>",
            MIDDLE + p,
            y - 12.0
        );
    }
    let colour = if row.pass { HAIR } else { STOP };
    if let (Some(a), Some(b)) = (axis.at(row.model_lo), axis.at(row.model_hi)) {
        let (a, b) = (a.min(b), a.max(b));
        let beyond = b < -half || a > half;
        let (from, to) = (a.clamp(-half, half), b.clamp(-half, half));
        // A short cross-line closes an end that is inside the panel; an arrow shows one that is not.
        let arrow = |side: f64| {
            let tip = MIDDLE + side * half;
            format!("<path d=\"M{tip:.1} {y:.1}l{:.1} -5v10Z\" fill=\"{colour}\"/>", -8.0 * side)
        };
        let cap = |at: f64| {
            format!(
                "<path d=\"M{:.1} {:.1}v8\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                MIDDLE + at,
                y - 4.0
            )
        };
        // Of an interval that lies wholly beyond the panel the model's own arrow tells enough.
        if !beyond {
            let _ = write!(
                out,
                "<path d=\"M{:.1} {y:.1}H{:.1}\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                MIDDLE + from,
                MIDDLE + to
            );
            *out += &if a < -half { arrow(-1.0) } else { cap(from) };
            *out += &if b > half { arrow(1.0) } else { cap(to) };
        }
    }
    let Some(m) = axis.at(row.model) else { return };
    if m.abs() > half {
        let side = m.signum();
        let tip = MIDDLE + side * half;
        let _ = write!(
            out,
            "<path d=\"M{tip:.1} {y:.1}l{:.1} -8v16Z\" fill=\"{colour}\" stroke=\"{PAPER}\"/>",
            -13.0 * side
        );
    } else if row.pass {
        let _ = write!(
            out,
            "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5.5\" fill=\"{colour}\" stroke=\"{PAPER}\" stroke-width=\"1.2\"/>",
            MIDDLE + m
        );
    } else {
        let _ = write!(
            out,
            "<path d=\"M{:.1} {:.1}l7 7l-7 7l-7 -7Z\" fill=\"{colour}\" stroke=\"{PAPER}\" stroke-width=\"1.2\"/>",
            MIDDLE + m,
            y - 7.0
        );
    }
}

/// How the numbers of a row are written: as fine as its tolerance asks for.
struct Digits {
    decimals: usize,
    powers: bool,
}

impl Digits {
    fn of(row: &ForestRow) -> Self {
        let largest = [row.published, row.model]
            .into_iter()
            .filter(|x| x.is_finite())
            .fold(0.0, |a: f64, x| a.max(x.abs()));
        let scale = [0.5 * (row.hi - row.lo), (row.published - row.lo).abs(), (row.hi - row.published).abs()]
            .into_iter()
            .find(|s| s.is_finite() && *s > 0.0)
            .unwrap_or(0.01 * largest)
            // No finer than five figures: a tolerance that is tighter is written beside the value.
            .max(1e-4 * largest);
        let decimals =
            if scale > 0.0 { (1.0 - libm::log10(scale).floor()).clamp(0.0, 6.0) as usize } else { 1 };
        Self { decimals, powers: largest >= 1e7 || (largest > 0.0 && largest < 1e-4) }
    }

    fn show(&self, x: f64) -> String {
        if x == f64::INFINITY {
            return "∞".into();
        }
        if x == f64::NEG_INFINITY {
            return "−∞".into();
        }
        if (self.powers && x != 0.0) || x.abs() >= 1e7 { power(x) } else { number(x, self.decimals) }
    }

    fn tolerance(&self, row: &ForestRow) -> String {
        match (row.lo.is_finite(), row.hi.is_finite()) {
            (true, true) => {
                let (below, above) = (row.published - row.lo, row.hi - row.published);
                let fine = 0.5 * libm::pow(10.0, -(self.decimals as f64));
                if row.lo == row.hi {
                    "exact".into()
                } else if below.max(above) < 4.0 * fine && (below - above).abs() < 0.01 * below.max(above) {
                    format!("±\u{202f}{}", power(0.5 * (row.hi - row.lo)))
                } else {
                    format!("[{}, {}]", self.show(row.lo), self.show(row.hi))
                }
            }
            (true, false) => format!("at least {}", self.show(row.lo)),
            (false, true) => format!("at most {}", self.show(row.hi)),
            (false, false) => String::new(),
        }
    }

    fn interval(&self, row: &ForestRow) -> String {
        if row.model_lo.is_nan() || row.model_hi.is_nan() || row.model_lo == row.model_hi {
            return String::new();
        }
        let (lo, hi) = (self.show(row.model_lo), self.show(row.model_hi));
        // An interval below the last figure says nothing beside the value.
        if lo == hi { String::new() } else { format!("({lo} to {hi})") }
    }
}

/// A number as figure and power of ten, such as 2.5e−7.
fn power(x: f64) -> String {
    if x.is_finite() { format!("{x:.1e}").replace('-', "−") } else { NOTHING.into() }
}

/// Everything about a row in one line.
fn tooltip(row: &ForestRow) -> String {
    let d = Digits::of(row);
    let gap = |s: String| if s.is_empty() { s } else { format!(" {s}") };
    format!(
        "{}{} {}{}: published {}{} · model {}{}. {}",
        if row.pass { "" } else { "MISS: " },
        row.id,
        row.what,
        if row.unit.trim().is_empty() { String::new() } else { format!(", {}", row.unit) },
        d.show(row.published),
        gap(d.tolerance(row)),
        d.show(row.model),
        gap(d.interval(row)),
        row.source
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(published: f64, lo: f64, hi: f64, model: f64, half: f64) -> ForestRow {
        ForestRow {
            id: "C1".into(),
            what: "density".into(),
            unit: "per cm²".into(),
            published,
            lo,
            hi,
            model,
            model_lo: model - half,
            model_hi: model + half,
            pass: (lo..=hi).contains(&model),
            split: "calibration".into(),
            source: "a paper".into(),
        }
    }

    #[test]
    fn everything_written_is_escaped() {
        let mut r = row(17.3, 14.8, 19.8, 17.9, 0.7);
        r.id = "<i>".into();
        r.what = "a < b & \"c\"".into();
        r.unit = "<u>".into();
        r.split = "</svg>".into();
        r.source = "<script>\u{1}".into();
        let svg = forest(&[r], "<title>");
        for bad in ["<script", "<i>", "<u>", "\u{1}", "<title><title>", "\"c\""] {
            assert!(!svg.contains(bad), "{bad}: {svg}");
        }
        assert_eq!(svg.matches("</svg>").count(), 1);
    }

    #[test]
    fn no_number_is_written_that_is_none() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 1e-320, 1e308, -1e308, 17.3];
        let mut rows = Vec::new();
        for a in odd {
            for b in odd {
                for c in odd {
                    rows.push(ForestRow { model_lo: c, model_hi: a, ..row(a, b, c, b, 0.0) });
                    rows.push(ForestRow { model: 1.0, ..row(c, a, b, a, 1.0) });
                }
            }
        }
        let svg = forest(&rows, "odd");
        for bad in ["NaN", "inf\"", "inf ", ">inf", "-inf"] {
            assert!(!svg.contains(bad), "{bad}");
        }
        assert!(!forest(&[], "none").contains("NaN"));
    }

    #[test]
    fn a_miss_is_marked_in_words_and_a_pass_is_not() {
        let good = row(17.3, 14.8, 19.8, 17.9, 0.7);
        assert!(!forest(std::slice::from_ref(&good), "t").contains("MISS"));
        let svg = forest(&[good, row(17.3, 14.8, 19.8, 25.0, 0.7)], "t");
        assert!(svg.contains(">MISS<") && svg.contains("1 of 2 rows") && svg.contains("MISS: C1"), "{svg}");
    }

    #[test]
    fn the_tooltip_says_what_is_drawn() {
        let t = tooltip(&row(17.3, 14.8, 19.8, 17.86, 0.75));
        assert_eq!(
            t,
            "C1 density, per cm²: published 17.3 [14.8, 19.8] · model 17.9 (17.1 to 18.6). a paper"
        );
    }

    #[test]
    fn numbers_are_as_fine_as_their_tolerance() {
        let of = |r: &ForestRow| (Digits::of(r).show(r.published), Digits::of(r).tolerance(r));
        assert_eq!(of(&row(226.0, 208.0, 244.0, 230.0, 3.0)), ("226".into(), "[208, 244]".into()));
        assert_eq!(of(&row(0.45, 0.40, 0.50, 0.46, 0.0)), ("0.450".into(), "[0.400, 0.500]".into()));
        assert_eq!(of(&row(0.45, 0.45 - 1e-6, 0.45 + 1e-6, 0.45, 0.0)).1, "±\u{202f}1.0e−6");
        assert_eq!(of(&row(3.0, 3.0, 3.0, 3.0, 0.0)).1, "exact");
        assert_eq!(of(&row(30.0, 25.0, f64::INFINITY, 40.0, 0.0)).1, "at least 25.0");
    }

    #[test]
    fn groups_stand_in_the_order_in_which_they_are_read() {
        let of = |split: &str| ForestRow { split: split.into(), ..row(1.0, 0.0, 2.0, 1.0, 0.1) };
        let svg = forest(&[of("blind"), of("validation"), of("verification"), of("calibration")], "t");
        let at = |word: &str| svg.find(&format!(">{word}<")).unwrap();
        assert!(at("Verification") < at("Calibration") && at("Calibration") < at("Validation"));
        assert!(at("Validation") < at("Blind"));
    }

    #[test]
    fn an_interval_beyond_the_panel_is_one_arrow() {
        let inside = forest(&[row(17.3, 14.8, 19.8, 17.9, 0.7)], "t");
        let far = forest(&[row(17.3, 14.8, 19.8, 90.0, 0.7)], "t");
        assert_eq!(inside.matches("<circle").count(), 2);
        assert_eq!(far.matches("<circle").count(), 1);
        assert!(far.contains(&format!("M{:.1} ", PANEL + PANEL_WIDTH)) && far.contains("l-13.0 -8v16Z"));
    }

    #[test]
    fn the_tolerance_is_the_band_on_every_axis() {
        for r in [row(17.3, 14.8, 19.8, 17.9, 0.7), row(2e-5, 1e-5, 2.5e-5, 1e-4, 0.0)] {
            let axis = Axis::of(&r);
            assert!((axis.at(r.lo).unwrap() + BAND).abs() < 1e-6);
            assert!((axis.at(r.hi).unwrap() - BAND).abs() < 1e-6);
        }
        let least = Axis::of(&row(30.0, 25.0, f64::INFINITY, 40.0, 0.0));
        assert!((least.at(25.0).unwrap() + BAND).abs() < 1e-6);
        assert!((least.at(30.0).unwrap() - BAND).abs() < 1e-6);
    }
}
