//! The shade finder's answer on a terminal: the recipe first, then why, then the years.

use vellus_plan::outcome::Band;
use vellus_plan::shade::ShadeAnswer;
use vellus_plan::shade::answer::{Choice, Sureness};
use vellus_plan::shade::words::tone_in_words;

use crate::console::{Page, left, right, rule, wrap};
use crate::words::{date, number, signed};

/// The answer as text of at most `width` columns (kept between 72 and 110), with ANSI codes when `colour` is set;
/// nothing is lost without them.
#[must_use]
pub fn shade_text(a: &ShadeAnswer, width: usize, colour: bool) -> String {
    let mut page = Page::new(width, colour);
    page.title(&format!("{} · shade of pigment", a.label));
    page.quiet(&format!(
        "skin L* {} a* {} b* {} · {} hair, {} % grey · fringe {} hairs per cm² of {} µm · {}",
        number(a.skin_lab[0], 0),
        number(a.skin_lab[1], 0),
        number(a.skin_lab[2], 0),
        hair_words(a),
        number(100.0 * a.grey_share, 0),
        number(a.fringe_per_cm2, 0),
        number(a.calibre_um, 0),
        date(a.today)
    ));
    page.lines.push(rule(page.width, &page.paint));
    recipe(&mut page, a);
    for w in &a.warnings {
        let begin = page.lines.len();
        page.item(if w.sureness == Sureness::Likely { "!" } else { "?" }, &w.text);
        if w.sureness == Sureness::Likely {
            for line in &mut page.lines[begin..] {
                *line = page.paint.with("33", line);
            }
        }
    }
    page.head("Why this one");
    for r in &a.reasons {
        page.item("-", r);
    }
    years(&mut page, a);
    alternatives(&mut page, a);
    learnt(&mut page, a);
    if !a.assumptions.is_empty() {
        page.head("Taken for granted");
        for x in &a.assumptions {
            page.item("-", &format!("{}: {} ({})", x.key, x.value, x.why));
        }
    }
    page.lines.push(String::new());
    for l in &a.limits {
        page.quiet(l);
    }
    page.finish()
}

fn hair_words(a: &ShadeAnswer) -> String {
    serde_json::to_value(a.hair)
        .ok()
        .and_then(|v| v.as_str().map(|s| s.replace('_', " ")))
        .unwrap_or_default()
}

/// Water in words: an mL number without needless decimals.
pub(crate) fn water(c: &Choice) -> String {
    if c.water_per_pigment < 0.05 {
        "undiluted".into()
    } else {
        format!(
            "{} mL water to 1 mL pigment",
            number(c.water_per_pigment, usize::from(c.water_per_pigment.fract() > 0.01))
        )
    }
}

fn recipe(page: &mut Page, a: &ShadeAnswer) {
    let b = &a.best;
    let row = |page: &mut Page, name: &str, value: &str, more: &str| {
        page.lines.push(format!("  {} {}", left(name, 10), page.paint.bold(value)));
        for line in wrap(more, page.width - 13) {
            let line = page.paint.dim(&line);
            page.lines.push(format!("{}{line}", " ".repeat(13)));
        }
    };
    row(page, "pigment", &b.pigment, "");
    row(
        page,
        "in the cup",
        &water(b),
        &format!("{} % of full strength once healed", number(100.0 * b.strength, 0)),
    );
    row(
        page,
        "depth",
        &format!("needle set {} mm", number(b.set_depth_um / 1000.0, 2)),
        &format!(
            "deposit about {} mm under the surface, below the epidermis",
            number(b.deposit_depth_um / 1000.0, 2)
        ),
    );
    row(
        page,
        "dots",
        &format!("{} per cm²", number(b.dots_per_cm2, 0)),
        &format!("healing to {} mm, where no hair is left", number(b.healed_um / 1000.0, 2)),
    );
    row(
        page,
        "match",
        &format!("ΔE₀₀ {}", number(b.conversation.tone_de00, 1)),
        &format!("to your own shaved fringe after a year: {}", tone_in_words(b.conversation.tone_de00)),
    );
    if !a.warnings.is_empty() {
        page.lines.push(String::new());
    }
}

fn band(b: &Band, digits: usize, sign: bool) -> String {
    let f = |x: f64| if sign { signed(x, digits) } else { number(x, digits) };
    format!("{} ({} to {})", f(b.median), f(b.lo), f(b.hi))
}

fn years(page: &mut Page, a: &ShadeAnswer) {
    page.head("Over the years, beside your own shaved hair");
    let row = |c: [&str; 5]| {
        format!(
            "  {} {} {} {} {}",
            left(c[0], 8),
            right(c[1], 9),
            right(c[2], 13),
            right(c[3], 16),
            right(c[4], 19)
        )
    };
    let head = row(["", "L* a* b*", "ΔE₀₀", "darker − paler +", "bluer − yellower +"]);
    page.lines.push(page.paint.dim(&head));
    for y in &a.years {
        let lab = format!(
            "{} {} {}",
            number(y.dots_lab[0].median, 0),
            number(y.dots_lab[1].median, 0),
            number(y.dots_lab[2].median, 0)
        );
        page.lines.push(row([
            &y.label,
            &lab,
            &format!("{} ({}–{})", number(y.de00.median, 1), number(y.de00.lo, 1), number(y.de00.hi, 1)),
            &band(&y.lightness, 0, true),
            &band(&y.blue_yellow, 1, true),
        ]));
    }
    page.quiet("under daylight, without touch-ups; in brackets what eight of ten works keep to");
    if let Some(y) = a.years.get(2) {
        let lamps: Vec<String> =
            y.lamps.iter().map(|l| format!("{} {}", l.lamp, number(l.de00, 1))).collect();
        page.quiet(&format!("ΔE₀₀ after a year by lamp: {}", lamps.join(" · ")));
        page.quiet(&format!(
            "measured {}; beside bare skin seen as {}",
            y.appearance.measured_words, y.appearance.seen_words
        ));
    }
}

fn alternatives(page: &mut Page, a: &ShadeAnswer) {
    page.head("Beside it");
    let row = |c: [&str; 7]| {
        format!(
            "  {} {} {} {} {} {} {}",
            left(c[0], 23),
            right(c[1], 6),
            right(c[2], 8),
            right(c[3], 8),
            right(c[4], 7),
            right(c[5], 8),
            right(c[6], 7)
        )
    };
    let head = row(["", "water", "set mm", "dots/cm²", "ΔE₀₀", "texture", "all"]);
    page.lines.push(page.paint.dim(&head));
    let line = |what: &str, c: &Choice| {
        row([
            what,
            &number(c.water_per_pigment, 1),
            &number(c.set_depth_um / 1000.0, 2),
            &number(c.dots_per_cm2, 0),
            &number(c.conversation.tone_de00, 1),
            &number(c.close_up.texture_jnd, 1),
            &number(c.cost, 2),
        ])
    };
    let best = line("this one", &a.best);
    page.lines.push(page.paint.bold(&best));
    for x in &a.alternatives {
        page.lines.push(line(&x.what, &x.choice));
    }
    page.quiet("ΔE₀₀ at conversation and texture close up after a year; all: every lamp, distance and age, 1 is what half of the people see");
}

fn learnt(page: &mut Page, a: &ShadeAnswer) {
    page.head("Test dots");
    let c = &a.calibration;
    if c.readings == 0 {
        page.para("None were read. A few healed ones, read with an instrument or photographed beside a grey card, narrow the bands ([[smp.test_dots]]).");
        return;
    }
    page.para(&format!(
        "{} {} of {}: the deposit absorbs {} times what the record says ({} to {}) and lies {} times as deep as thought ({} to {}); misfit {}.",
        c.readings,
        if c.readings == 1 { "reading" } else { "readings" },
        a.best.pigment,
        number(c.load[1], 2),
        number(c.load[0], 2),
        number(c.load[2], 2),
        number(c.depth[1], 2),
        number(c.depth[0], 2),
        number(c.depth[2], 2),
        number(c.misfit, 1)
    ));
    for t in &a.test_dots {
        page.item("-", t);
    }
}
