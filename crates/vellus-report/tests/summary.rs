//! The terminal summary.

mod support;

use vellus_report::summary_text;

fn longest(text: &str) -> usize {
    text.lines().map(|l| l.chars().count()).max().unwrap_or(0)
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let mut plan = support::plan();
    for width in [72, 80, 100, 200] {
        assert!(longest(&summary_text(&plan, width, false)) <= width.min(110), "{width}");
    }
    plan.label = "x".repeat(300);
    plan.strategies[0].title = "a strategy with a very long name ".repeat(8);
    plan.prices.currency = "a currency of many letters".into();
    plan.strategies[0].cost.first_two_years = 1.0e12;
    assert!(longest(&summary_text(&plan, 80, false)) <= 80);
}

#[test]
fn colour_only_adds_codes() {
    let plan = support::plan();
    let plain = summary_text(&plan, 80, false);
    assert!(!plain.contains('\u{1b}'));
    let coloured = summary_text(&plan, 80, true);
    let mut stripped = String::new();
    let mut code = false;
    for c in coloured.chars() {
        match (code, c) {
            (false, '\u{1b}') => code = true,
            (true, 'm') => code = false,
            (true, _) => {}
            (false, c) => stripped.push(c),
        }
    }
    let lines = |t: &str| t.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&stripped), lines(&plain));
}

#[test]
fn contraindications_come_first() {
    let plan = support::plan();
    let text = summary_text(&plan, 80, false);
    assert!(text.find("ASK A DOCTOR").unwrap() < text.find("It depends").unwrap());
}
