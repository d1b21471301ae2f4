//! The choice on a terminal.

use vellus_plan::Plan;
use vellus_plan::outcome::{StrategyOutcome, Verdict};
use vellus_plan::rules::Action;

use crate::channels::after_two_years;
use crate::console::{NARROWEST, Paint, WIDEST, bullets, left, right, rule, wrap};
use crate::words::{WORTH_SAYING, date, hundred, money, number};

const BAR: usize = 10;

/// Hair as full blocks, pigment as shaded ones; readable without colour.
fn bar(o: &StrategyOutcome, paint: &Paint) -> String {
    let split = after_two_years(o);
    let cells = |percent: f64| {
        if percent.is_finite() {
            (percent / 100.0 * BAR as f64).round().clamp(0.0, BAR as f64) as usize
        } else {
            0
        }
    };
    let hair = cells(split.hair);
    let all = cells(split.hair + split.pigment).max(hair);
    format!(
        "{}{}{}",
        paint.with("34", &"█".repeat(hair)),
        paint.with("33", &"▒".repeat(all - hair)),
        paint.dim(&"·".repeat(BAR - all))
    )
}

/// The plan in a screenful: what to know first, the strategies as a table, what was left out.
///
/// `width` is that of the terminal, kept between 72 and 110; no line is longer. With `colour` the
/// text carries ANSI codes; nothing is lost without them.
#[must_use]
pub fn summary_text(plan: &Plan, width: usize, colour: bool) -> String {
    let width = width.clamp(NARROWEST, WIDEST);
    let paint = Paint(colour);
    let mut out: Vec<String> = Vec::new();
    let mut head =
        wrap(&format!("{} · {} · {}", plan.label, plan.person, date(plan.today)), width).into_iter();
    out.extend(head.next().map(|l| paint.bold(&l)));
    out.extend(head.map(|l| paint.bold(&l)));
    if plan.quick {
        out.push(paint.dim("A quick look with coarse sampling: make the full plan before acting on it."));
    }
    out.push(rule(width, &paint));
    safety(plan, width, &paint, &mut out);
    let verdict = match plan.comparison.verdict {
        Verdict::Leads => "One plan leads.",
        Verdict::Depends => "It depends.",
        Verdict::NoneLikely => "None is likely to get there.",
    };
    let said = plan.comparison.summary.trim();
    out.push(paint.bold(verdict));
    out.extend(wrap(said.strip_prefix("It depends.").unwrap_or(said), width));
    out.push(String::new());
    table(plan, width, &paint, &mut out);
    out.push(rule(width, &paint));
    out.extend(wrap(&format!("█ hair  ▒ pigment, never counted as hair; % of the fringe’s density after two years (today {} %), middle and 8 in 10 futures. Goal: futures in 100 that reach the first goal. Felt: living hair, % of the fringe’s.", number(plan.today_visible_percent, 0)), width).iter().map(|l| paint.dim(l)));
    bullets("What would decide", &plan.comparison.depends_on, width, &paint, &mut out);
    let left_out: Vec<String> =
        plan.not_offered.iter().map(|n| format!("{}: {}", n.title, n.reason)).collect();
    bullets("Not offered", &left_out, width, &paint, &mut out);
    if plan.strategies.iter().any(|s| s.inference) {
        out.push(String::new());
        out.extend(wrap("* No trial has combined these: the order is reasoned, not proven.", width));
    }
    out.push(String::new());
    out.push(paint.dim("Decision support, not a medical device and not a promise."));
    let mut text = out.iter().map(|l| l.trim_end()).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

fn safety(plan: &Plan, width: usize, paint: &Paint, out: &mut Vec<String>) {
    for h in &plan.contraindications {
        let action = match h.action {
            Action::Forbid => "STOP",
            Action::Delay => "WAIT",
            Action::Doctor => "ASK A DOCTOR",
        };
        for (i, line) in wrap(&format!("! {action}: {}", h.reason), width).iter().enumerate() {
            out.push(if i == 0 { paint.with("1;31", line) } else { paint.with("31", line) });
        }
    }
    if plan.contraindications.is_empty() && !plan.contraindications_asked {
        out.extend(
            wrap("! Contraindications were not asked for: this holds only if there are none.", width)
                .iter()
                .map(|l| paint.with("33", l)),
        );
    }
    if !plan.contraindications.is_empty() || !plan.contraindications_asked {
        out.push(String::new());
    }
}

fn table(plan: &Plan, width: usize, paint: &Paint, out: &mut Vec<String>) {
    // bar, looks, goal, felt, cost, a year, visits and the gaps before each.
    let fixed = [BAR, 10, 4, 5, 8, 7, 6];
    let title = width - 2 - fixed.iter().map(|f| f + 1).sum::<usize>();
    let cells = |c: [&str; 5]| -> String {
        c.iter().zip(&fixed[2..]).map(|(t, w)| format!(" {}", right(t, *w))).collect()
    };
    out.push(paint.dim(&format!(
        "  {} {} {}{}",
        left("", title),
        left("looks like", BAR),
        right("", fixed[1]),
        cells(["goal", "felt", "2 years", "/year", "visits"])
    )));
    for s in &plan.strategies {
        let lead = s.id == plan.comparison.leading;
        let mut lines =
            wrap(&format!("{}{}", s.title, if s.inference { " *" } else { "" }), title).into_iter();
        let v = s.visible_percent;
        let looks = format!("{} {}–{}", number(v.median, 0), number(v.lo, 0), number(v.hi, 0));
        let first = left(&lines.next().unwrap_or_default(), title);
        let money = |x: f64| money(x, &plan.prices.currency).replace(['\u{202f}', '\u{a0}'], "");
        let cost = money(s.cost.first_two_years);
        let year = money(s.cost.per_year_after);
        let goal = s.goals.first().map_or_else(|| "–".into(), |g| hundred(g.chance));
        out.push(format!(
            "{} {} {} {}{}",
            if lead { paint.bold("▸") } else { " ".into() },
            if lead { paint.bold(&first) } else { first },
            bar(s, paint),
            right(&looks, fixed[1]),
            cells([
                &goal,
                &format!("{} %", number(s.texture_percent.median, 0)),
                &cost,
                &year,
                &s.visits_two_years.to_string()
            ])
        ));
        for rest in lines {
            out.push(format!("  {}", if lead { paint.bold(&rest) } else { rest }));
        }
        if s.within_budget == Some(false) {
            out.push(paint.dim("    over budget"));
        }
        for (what, chance) in [
            ("pigment may look too dark later", s.too_dark_chance),
            ("loss may outrun the pigment", s.stranded_chance),
        ] {
            if chance >= WORTH_SAYING {
                out.push(paint.dim(&format!("    {what}: {} in 100", hundred(chance))));
            }
        }
    }
}
