//! SMP at the chair, on a terminal: what speaks against it first, then what is laid, session by session,
//! and how it stays with the hair.

use vellus_plan::rules::Action;
use vellus_plan::schedule::date_of;
use vellus_plan::smp_card::{SessionCard, SmpCard};
use vellus_plan::subject::zone_name;

use crate::console::{Page, left, right, rule};
use crate::view::smp_words::{
    action, counted, dense, depth, healed, ink_why, travel, uncertain, water, what, when,
};
use crate::words::{capital, date, hours, hundred, number};

/// Most warnings that the text prints; the page has all.
const WARNINGS: usize = 6;

/// The session sheets as text of at most `width` columns (kept between 72 and 110), with ANSI codes when
/// `colour` is set; nothing is lost without them. Maps, fields, supplies and healing are on the page.
#[must_use]
pub fn smp_text(card: &SmpCard, width: usize, colour: bool) -> String {
    let mut page = Page::new(width, colour);
    page.title(&format!("{} · SMP, session by session", card.label));
    page.quiet(&format!("{} · plan “{}” of {}", card.person, card.strategy_title, date(card.today)));
    page.lines.push(rule(page.width, &page.paint));
    safety(&mut page, card);
    page.lines.push(page.paint.bold("What is laid"));
    page.para(&what(card));
    page.para(&dense(card));
    sessions(&mut page, card);
    tools(&mut page, card);
    fit(&mut page, card);
    if !card.warnings.is_empty() {
        page.head("Look at this before the first session");
        for w in card.warnings.iter().take(WARNINGS) {
            page.item("-", w);
        }
        if card.warnings.len() > WARNINGS {
            page.quiet(&format!("and {} more, on the page", card.warnings.len() - WARNINGS));
        }
    }
    page.lines.push(String::new());
    page.quiet("Years after the first half rest on assumptions; no study follows dots for ten. Decision support, not a medical device and not a promise.");
    page.finish()
}

fn safety(page: &mut Page, card: &SmpCard) {
    let before = page.lines.len();
    for h in &card.contraindications {
        let code = if h.action == Action::Forbid { "1;31" } else { "33" };
        let begin = page.lines.len();
        page.item(
            "!",
            &format!(
                "{}: {}. {}{} ({})",
                action(h.action).to_uppercase(),
                capital(&h.condition.title()),
                h.reason,
                h.wait_days.map_or_else(String::new, |days| format!(
                    " No dot before {}, if it ends today.",
                    date(date_of(card.today, days))
                )),
                h.source
            ),
        );
        paint(page, begin, code);
    }
    if !card.contraindications_asked {
        let begin = page.lines.len();
        page.item("!", "Nobody has asked for contraindications yet: this holds only if there are none.");
        paint(page, begin, "33");
    }
    if page.lines.len() > before {
        page.lines.push(String::new());
    }
}

fn paint(page: &mut Page, from: usize, code: &str) {
    for line in &mut page.lines[from..] {
        *line = page.paint.with(code, line);
    }
}

fn sessions(page: &mut Page, card: &SmpCard) {
    page.head("Sessions");
    let row = |c: [&str; 7]| -> String {
        format!(
            "  {} {} {} {} {} {} {}",
            left(c[0], 12),
            left(c[1], 12),
            right(c[2], 8),
            right(c[3], 6),
            right(c[4], 8),
            right(c[5], 6),
            right(c[6], 9)
        )
    };
    let head = row(["", "date", "dots", "hours", "sittings", "laid", "water"]);
    page.lines.push(page.paint.dim(&head));
    for s in &card.sessions {
        page.lines.push(row([
            &format!("{}{}", s.number, if s.touch_up { " touch-up" } else { "" }),
            &date(s.date),
            &number(s.dots as f64, 0),
            &hours(s.hours),
            &s.sittings.len().to_string(),
            &format!("{} %", number(100.0 * s.laid_after, 0)),
            &water(&s.ink).map_or_else(|| "none".into(), |w| format!("{w} mL")),
        ]));
    }
    page.quiet("laid: share of the first course after it; water: mL to 1 mL of pigment");
    for s in card.sessions.iter().filter(|s| !s.touch_up) {
        page.item(&s.number.to_string(), &zones(s));
    }
}

/// Zones of a session with their dots, and the way of the hand.
fn zones(s: &SessionCard) -> String {
    let zones: Vec<String> = s
        .by_zone
        .iter()
        .filter(|z| *z.1 > 0)
        .map(|(z, n)| format!("{} {}", zone_name(*z), number(*n as f64, 0)))
        .collect();
    format!("{}. {}.", capital(&zones.join(", ")), capital(&travel(s)))
}

fn tools(page: &mut Page, card: &SmpCard) {
    page.head("Needle and ink");
    page.item(
        "-",
        &format!(
            "set {} mm; the deposit is meant at {} mm, dots heal to about {}",
            depth(card.set_depth_um),
            depth(card.deposit_depth_um),
            healed(card)
        ),
    );
    // Each needle and each cup once, with the sessions that it serves.
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    let mut say = |text: String, session: u8| match said.iter_mut().find(|x| x.0 == text) {
        Some(x) => x.1.push(session.to_string()),
        None => said.push((text, vec![session.to_string()])),
    };
    for s in &card.sessions {
        for n in &s.needles {
            let points = counted(usize::from(n.needle.points), "point");
            say(
                format!("{} ({points}, {} mm) {}", n.needle.name, number(n.needle.diameter_mm, 2), n.place),
                s.number,
            );
        }
    }
    for s in &card.sessions {
        let lot = s.ink.lot.as_ref().map_or(String::new(), |l| format!(", lot {l}"));
        say(format!("{}{lot}: {}", s.ink.pigment, ink_why(s)), s.number);
    }
    for (text, sessions) in said {
        let of = if sessions.len() == card.sessions.len() {
            "all sessions".to_owned()
        } else {
            format!("session {}", sessions.join(", "))
        };
        page.item("-", &format!("{of}: {text}"));
    }
}

fn fit(page: &mut Page, card: &SmpCard) {
    if card.fit.is_empty() {
        return;
    }
    page.head("How dots and hair stay together, ten years");
    let row = |c: [&str; 5]| {
        format!(
            "  {} {} {} {} {}",
            left(c[0], 20),
            right(c[1], 8),
            right(c[2], 9),
            right(c[3], 9),
            right(c[4], 6)
        )
    };
    let head = row(["", "after", "too dark", "too thin", "score"]);
    page.lines.push(page.paint.dim(&head));
    for f in &card.fit {
        page.lines.push(row([
            zone_name(f.zone),
            &format!("{} %", number(f.after_percent, 0)),
            &hundred(f.too_dark.chance),
            &hundred(f.too_thin.chance),
            &f.score.map_or_else(|| "–".into(), |x| number(x, 0)),
        ]));
    }
    page.quiet("after: density, % of the fringe; futures in 100 that leave it by more than 22.7 %, which is what can be seen; score: mean share that stay, – where there are hardly any dots");
    // The zone that leaves soonest.
    let worst = card
        .fit
        .iter()
        .flat_map(|f| [(f, &f.too_dark, "too dark"), (f, &f.too_thin, "too thin")])
        .filter(|x| x.1.first_month.is_some())
        .min_by(|a, b| a.1.first_month.partial_cmp(&b.1.first_month).unwrap_or(std::cmp::Ordering::Equal));
    if let Some((f, drift, how)) = worst {
        page.item("-", &format!("soonest: {} looks {how}, {}", zone_name(f.zone), when(drift, card.today)));
    }
    if let Some(text) = uncertain(card) {
        page.item("-", &text);
    }
}
