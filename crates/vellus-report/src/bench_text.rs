//! PRP at the bench, on a terminal: what is asked first, then the recipe, what to expect of it, and
//! what that hangs on.

use vellus_blood::{Estimate, Learnt, Row, Settings};
use vellus_plan::bench::Bench;
use vellus_plan::checks::Answer;
use vellus_plan::outcome::Band;

use crate::console::{Page, left, right, rule, wrap};
use crate::view::bench::{action, classes, spins};
use crate::view::input_words::{input_values, input_words};
use crate::words::{date, number};

/// Inputs of which the text says how much hangs on them.
const SWINGS: usize = 5;

/// What every page on a dose ends with.
const HONEST: &str = "This says what dose is reached. No study shows that a higher dose grows more hair. Decision support, not a medical device and not a promise.";
/// Draws below which a weighing rests on too few of them.
const FEW_DRAWS: f64 = 24.0;

/// Digits that a number of this size deserves.
fn digits(x: f64) -> usize {
    match x.abs() {
        v if v >= 20.0 => 0,
        v if v >= 1.0 => 1,
        _ => 2,
    }
}

/// A count in thousands to two or three places.
fn tens(x: f64) -> f64 {
    if x >= 100.0 { 10.0 * (x / 10.0).round() } else { x }
}

fn expected(page: &mut Page, what: &str, b: Band, unit: &str) {
    let d = digits(b.median);
    let say = |x: f64| if x > 0.0 && x < 0.05 { "< 0.1".to_owned() } else { number(x, d) };
    page.lines.push(format!(
        "  {} {}   {} {unit}",
        left(what, 26),
        page.paint.bold(&right(&say(b.median), 8)),
        left(&format!("{} to {}", say(b.lo), say(b.hi)), 16),
    ));
}

/// The bench card as text of at most `width` columns (kept between 72 and 110), with ANSI codes when
/// `colour` is set; nothing is lost without them. `rows` are published numbers beside the model.
#[must_use]
pub fn bench_text(bench: &Bench, rows: &[Row], width: usize, colour: bool) -> String {
    let mut page = Page::new(width, colour);
    page.title(&bench.title);
    if !bench.source.is_empty() {
        page.quiet(&bench.source);
    }
    page.lines.push(rule(page.width, &page.paint));
    first(&mut page, bench);
    recipe(&mut page, bench);
    outcome(&mut page, bench);
    hangs_on(&mut page, bench);
    published(&mut page, rows);
    page.lines.push(String::new());
    page.quiet(HONEST);
    page.finish()
}

fn first(page: &mut Page, bench: &Bench) {
    page.lines.push(page.paint.bold("Before anything is drawn"));
    for c in &bench.checks {
        let (mark, code) = match c.answer {
            Answer::Hit => ("!", "1;31"),
            Answer::Unknown => ("?", "33"),
            Answer::AskAgain => ("?", "0"),
            Answer::Clear => ("✓", "2"),
        };
        let text = match c.answer {
            Answer::Hit => format!("{} {}. {}: {}", c.ask, c.found, action(c.action).to_uppercase(), c.then),
            Answer::Unknown => format!("{} Not known: find out. If so: {}", c.ask, c.then),
            Answer::AskAgain => format!("{} If so: {}", c.ask, c.then),
            Answer::Clear => format!("{} {}", c.ask, c.found),
        };
        let begin = page.lines.len();
        page.item(mark, &text);
        if code != "0" {
            for line in &mut page.lines[begin..] {
                *line = page.paint.with(code, line);
            }
        }
        if matches!(c.answer, Answer::Hit | Answer::Unknown) {
            page.quiet(&format!("  grade {}: {}", c.grade, c.source));
        }
    }
}

fn recipe(page: &mut Page, bench: &Bench) {
    page.head("Recipe");
    let stop: Vec<&str> =
        bench.checks.iter().filter(|c| c.answer == Answer::Hit).map(|c| action(c.action)).collect();
    if let Some(worst) = ["No PRP", "Wait", "Doctor first"].into_iter().find(|w| stop.contains(w)) {
        let line = format!(
            "  STOP. {worst}: see the checks above. What follows is not to be done before that is settled."
        );
        for l in wrap(&line, page.width - 2) {
            let painted = page.paint.with("1;31", &format!("  {l}"));
            page.lines.push(painted);
        }
    }
    let mut n = 0;
    let mut step = |page: &mut Page, text: &str| {
        n += 1;
        page.item(&format!("{n}."), text);
    };
    let acid = match bench.anticoagulant_ml_per_tube {
        Some(v) if v > 0.0 => {
            format!(", with {} mL of anticoagulant ({})", number(v, 1), bench.anticoagulant)
        }
        _ => format!("; anticoagulant: {}", bench.anticoagulant),
    };
    step(
        page,
        &format!(
            "Draw {} mL of blood into {} {} ({}): {} mL in each{acid}. Turn over gently, never shake; balance the rotor. At most {} mL a session from this person.",
            number(bench.blood_ml, usize::from(bench.blood_ml < 20.0)),
            bench.tubes,
            if bench.tubes == 1 { "tube" } else { "tubes" },
            bench.tube,
            number(bench.blood_ml_per_tube, 1),
            number(bench.limit_ml, 0),
        ),
    );
    for v in spins(bench) {
        let mut text = format!("{}: ", v.title);
        text += &match (&v.rpm, &v.force) {
            (Some(rpm), _) => format!("set {rpm} rpm"),
            (None, Some(g)) => format!("set {g} g"),
            (None, None) => "speed not stated".into(),
        };
        text += &v.minutes.map_or(", minutes not stated".into(), |m| format!(" for {m} minutes"));
        text += &format!(". {}.", v.force_at.trim_end_matches('.'));
        if let Some(other) = &v.rpm_if_middle {
            text += &format!(" If the force was meant half-way along the blood, set {other} rpm.");
        }
        text += &format!(" Brake {}.", v.brake);
        if let Some(t) = &v.temperature {
            text += &format!(" {t} °C.");
        }
        step(page, &text);
        for what in &v.then {
            step(page, what);
        }
    }
    page.quiet(&format!("Rotor: {}.", bench.rotor));
}

fn outcome(page: &mut Page, bench: &Bench) {
    let e = &bench.expected;
    let percent = |b: Band| Band { lo: 100.0 * b.lo, median: 100.0 * b.median, hi: 100.0 * b.hi };
    let rounded = |b: Band| Band { lo: tens(b.lo), median: tens(b.median), hi: tens(b.hi) };
    page.head("What to expect                   middle   8 in 10 lie between");
    expected(page, "platelets", rounded(e.platelets_k_per_ul), "thousand per µL");
    expected(page, "over the blood", e.concentration_factor, "times");
    expected(page, "platelets recovered", percent(e.recovery), "%");
    expected(page, "platelets in all tubes", e.platelets_billion, "billion");
    expected(page, "volume of a tube", e.volume_ml_per_tube, "mL");
    expected(page, "volume of all tubes", e.volume_ml, "mL");
    expected(page, "white cells", e.wbc_k_per_ul, "thousand per µL");
    expected(page, "red cells", rounded(e.rbc_k_per_ul), "thousand per µL");
    for c in classes(bench) {
        page.quiet(&c);
    }
    let [least, most] = e.wanted_k_per_ul;
    if tens(e.platelets_k_per_ul.median) < least {
        page.para(&format!(
            "Below the {} to {} thousand per µL that the IADVL recommends; `--count {}` looks for settings that reach it.",
            number(least, 0),
            number(most, 0),
            number(least, 0).replace(['\u{202f}', '\u{a0}'], "")
        ));
    }
}

fn hangs_on(page: &mut Page, bench: &Bench) {
    page.head("What the concentration hangs on");
    for s in bench.sensitivity.iter().take(SWINGS) {
        let ([lo, hi], unit) = input_values(&s.input, &s.unit, s.range);
        page.lines.push(format!(
            "  {} {} {} → {} times{}",
            left(&input_words(&s.input), 38),
            left(&format!("{lo} to {hi}{unit}"), 18),
            number(s.factor[0], 1),
            number(s.factor[1], 1),
            if s.stated { "" } else { " *" }
        ));
    }
    page.quiet("* not stated, so widened over what is usual");
    // Only what could have been stated: the rest nobody can.
    let open: Vec<String> = bench
        .assumed
        .iter()
        .filter(|a| ASKABLE.contains(&a.input.as_str()))
        .map(|a| {
            let of = [a.value.median, a.value.lo, a.value.hi];
            let ([mid, lo, hi], unit) = input_values(&a.input, &a.unit, of);
            format!("{}: {mid} ({lo} to {hi}){unit}", input_words(&a.input))
        })
        .collect();
    if !open.is_empty() {
        page.head("Say these and the interval narrows");
        for o in open {
            page.item("-", &o);
        }
    }
}

/// Inputs that a clinic knows and may state.
const ASKABLE: [&str; 15] = [
    "platelets",
    "haematocrit",
    "platelet_volume",
    "red_cell_volume",
    "wbc",
    "dilution",
    "radius_max",
    "blood_ml",
    "diameter",
    "rcf_place",
    "minutes1",
    "minutes2",
    "margin",
    "plasma_fraction",
    "final",
];

fn published(page: &mut Page, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    page.head("Published, beside the model");
    for r in rows {
        let d = digits(r.published);
        page.lines.push(format!(
            "  {} {} {}   model {} {} {}",
            if r.pass { page.paint.with("32", "✓") } else { page.paint.with("1;31", "✗") },
            left(r.what, 26),
            right(&number(r.published, d), 8),
            right(&number(r.model, d), 8),
            left(&format!("({} to {})", number(r.model_lo, d), number(r.model_hi, d)), 18),
            r.unit,
        ));
    }
    if rows.iter().any(|r| r.judged == vellus_blood::Judged::Interval) {
        page.quiet(
            "What was withdrawn is not stated: the published number must lie in the model’s interval.",
        );
    }
}

/// Settings that were looked for, as text, after the checks of their bench card.
#[must_use]
pub fn goal_text(s: &Settings, bench: &Bench, count: f64, width: usize, colour: bool) -> String {
    let mut page = Page::new(width, colour);
    page.title(&bench.title);
    page.lines.push(rule(page.width, &page.paint));
    first(&mut page, bench);
    page.lines.push(String::new());
    page.title(&if s.reached {
        format!("Settings for {} thousand platelets per µL", number(count, 0))
    } else {
        format!("{} thousand platelets per µL are out of reach; this comes closest", number(count, 0))
    });
    for (i, spin) in s.spins.iter().enumerate() {
        let speed = spin.rpm.map_or_else(
            || "speed: the rotor’s radius is not stated".to_owned(),
            |n| format!("{} rpm", number(10.0 * (n.0 / 10.0).round(), 0)),
        );
        page.item(
            &format!("{}.", i + 1),
            &format!(
                "{} g at the bottom of the tube ({speed}) for {} minutes",
                number(spin.rcf.0, 0),
                number(spin.minutes.0, 0)
            ),
        );
    }
    let buffy = s.protocol.withdrawal.layer == vellus_blood::Layer::PlasmaAndBuffyCoat;
    page.item(
        "-",
        &format!(
            "{} {} mm {} the red cells{}",
            if buffy { "take the buffy coat too, to" } else { "stop" },
            number(s.margin_mm.0, 1),
            if buffy { "below the surface of" } else { "above" },
            if s.fraction_of_plasma < 1.0 {
                format!("; keep the lowest {} % of the plasma", number(100.0 * s.fraction_of_plasma, 0))
            } else {
                String::new()
            }
        ),
    );
    if let Some(v) = s.final_volume_ml {
        page.item("-", &format!("leave {} mL in each tube and mix gently", number(v.0, 2)));
    }
    page.item(
        "-",
        &format!(
            "{} {}, {} mL of blood{}",
            s.tubes,
            if s.tubes == 1 { "tube" } else { "tubes" },
            number(s.blood_ml, 0),
            if s.within_draw {
                String::new()
            } else {
                format!(": more than one session may draw; {} tubes at most", s.tubes_allowed)
            }
        ),
    );
    page.lines.push(String::new());
    let p = &s.preparation;
    let band = |e: Estimate| Band { lo: e.lo, median: e.median, hi: e.hi };
    let count = p.platelets_per_ul;
    expected(
        &mut page,
        "platelets",
        Band { lo: tens(count.lo), median: tens(count.median), hi: tens(count.hi) },
        "thousand per µL",
    );
    expected(&mut page, "platelets recovered", band(p.recovery.times(100.0)), "%");
    let n = f64::from(s.tubes);
    expected(&mut page, "platelets in all tubes", band(p.platelets_total.times(n)), "billion");
    expected(&mut page, "volume of all tubes", band(p.volume_ml.times(n)), "mL");
    page.quiet(&format!("middle, and where 8 in 10 lie; {} spins were tried", number(s.runs as f64, 0)));
    page.lines.push(String::new());
    page.quiet(HONEST);
    page.finish()
}

/// What a logbook teaches, as text; `first` and `last` are the days of its entries.
#[must_use]
pub fn learnt_text(
    l: &Learnt,
    first: jiff::civil::Date,
    last: jiff::civil::Date,
    width: usize,
    colour: bool,
) -> String {
    let mut page = Page::new(width, colour);
    let days = if first == last { date(first) } else { format!("{} to {}", date(first), date(last)) };
    page.title(&if l.entries == 1 {
        format!("What one count teaches, {days}")
    } else {
        format!("What {} counts teach, {days}", l.entries)
    });
    let (mean, sd) = l.counted_factor;
    page.para(&format!(
        "Counted: {} times the blood{}.",
        number(mean, 2),
        sd.map_or(String::new(), |s| format!(", standard deviation {}", number(s, 2)))
    ));
    page.lines.push(String::new());
    page.lines.push(page.paint.dim(&format!(
        "  {} {} {}",
        left("", 30),
        left("before the counts", 24),
        "with them"
    )));
    let mut line = |what: &str, a: Estimate, b: Estimate, unit: &str| {
        let d = digits(a.median);
        let of =
            |e: Estimate| format!("{} ({} to {})", number(e.median, d), number(e.lo, d), number(e.hi, d));
        page.lines.push(format!("  {} {} {} {unit}", left(what, 30), left(&of(a), 24), of(b)));
    };
    let (a, b) = (&l.before, &l.after);
    line("platelets over the blood", a.concentration_factor, b.concentration_factor, "times");
    line("platelets", a.platelets_per_ul, b.platelets_per_ul, "thousand per µL");
    line("platelets recovered", a.recovery.times(100.0), b.recovery.times(100.0), "%");
    line("volume of a tube", a.volume_ml, b.volume_ml, "mL");
    line("distance kept from red cells", l.margin_mm[0], l.margin_mm[1], "mm");
    line("clumping of the red cells", l.aggregation[0], l.aggregation[1], "");
    line("packing over the usual", l.packing[0], l.packing[1], "");
    page.lines.push(String::new());
    if l.effective_draws < FEW_DRAWS {
        page.para(&format!(
            "Only {} of the model’s draws explain the counts: they are trusted less, and the forecast with them is rough.",
            number(l.effective_draws, 0)
        ));
    }
    if l.surprising {
        page.para("The counts lie outside what this protocol should give. Look whether blood and preparation were counted with the same analyser, diluted where it asks for it, and whether rotor, tube and margin are stated as they are.");
    }
    page.quiet("middle, and where 8 in 10 lie; people and days differ by a quarter, which no log takes away");
    page.finish()
}
