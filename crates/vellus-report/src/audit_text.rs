//! The audit of a work in dots, on a terminal: the verdict, what to look at, and the figures with
//! their scales.

use vellus_pigment::Audit;
use vellus_pigment::audit::{Pattern, Severity};

use crate::console::{NARROWEST, Paint, WIDEST, left, right, rule, wrap};
use crate::words::{date, number};

/// Width of the names of figures, and of a figure with its unit.
const NAME: usize = 24;
const UNIT: usize = 23;

/// A pattern in a word.
#[must_use]
pub const fn pattern_words(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Clustered => "in groups",
        Pattern::Random => "random",
        Pattern::Even => "even, no direction",
        Pattern::Rows => "rows",
        Pattern::Grid => "a grid",
        Pattern::Stamped => "stamped",
        _ => "too few dots to tell",
    }
}

/// The audit as text of at most `width` columns (kept between 72 and 110), with ANSI codes when
/// `colour` is set; nothing is lost without them.
#[must_use]
pub fn audit_text(audit: &Audit, width: usize, colour: bool) -> String {
    let width = width.clamp(NARROWEST, WIDEST);
    let paint = Paint(colour);
    let mut lines = vec![paint.bold(&format!(
        "Audit of {} {}, {}",
        number(audit.dots as f64, 0),
        if audit.dots == 1 { "dot" } else { "dots" },
        date(audit.today)
    ))];
    lines.push(rule(width, &paint));
    let worst = audit.findings.first().map_or(Severity::Note, |f| f.severity);
    let verdict = wrap(&audit.verdict, width);
    lines.extend(verdict.iter().map(|l| paint.with(code(worst), l)));
    if !audit.findings.is_empty() {
        lines.push(String::new());
        lines.push(paint.bold("What to look at, worst first"));
    }
    for f in &audit.findings {
        let mark = match f.severity {
            Severity::Fault => "!",
            Severity::Doubt => "?",
            Severity::Note => "-",
        };
        for (i, line) in wrap(&f.text, width - 4).iter().enumerate() {
            let lead = if i == 0 { paint.with(code(f.severity), mark) } else { " ".into() };
            lines.push(format!("  {lead} {line}"));
        }
    }
    lines.push(String::new());
    lines.push(paint.bold("Figures"));
    let row = |name: &str, value: &str, unit: &str, scale: &str, lines: &mut Vec<String>| {
        let lead = format!("  {} {} ", left(name, NAME), right(value, 6));
        lines.push(format!("  {} {} {unit}", left(name, NAME), paint.bold(&right(value, 6))));
        let indent = lead.chars().count();
        for line in wrap(scale, width - indent) {
            lines.push(format!("{}{}", " ".repeat(indent), paint.dim(&line)));
        }
    };
    lines.push(format!(
        "  {} {}",
        left("pattern", NAME),
        paint.bold(pattern_words(audit.regularity.pattern))
    ));
    for s in &audit.scores {
        let digits = match s.value.abs() {
            v if v >= 20.0 => 0,
            v if v >= 2.0 => 1,
            _ => 2,
        };
        row(s.name, &number(s.value, digits), &left(s.unit, UNIT), &s.scale, &mut lines);
    }
    if !audit.merging.at.is_empty() {
        lines.push(String::new());
        lines.push(paint.bold("As the dots spread"));
        lines.push(paint.dim("  after     a dot is   touch another   largest clump"));
        for m in &audit.merging.at {
            let when =
                if m.years == 0.0 { "now".to_owned() } else { format!("{} years", number(m.years, 0)) };
            lines.push(format!(
                "  {} {} mm {} % {} dots",
                left(&when, 9),
                number(m.diameter_mm, 2),
                right(&number(100.0 * m.share, 1), 13),
                right(&m.largest.to_string(), 13)
            ));
        }
    }
    lines.push(String::new());
    for line in wrap(
        "Fading and spreading over years are assumptions; the figures say how dots lie, not how the work is liked.",
        width - 2,
    ) {
        lines.push(format!("  {}", paint.dim(&line)));
    }
    let mut text = lines.iter().map(|l| l.trim_end()).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

const fn code(severity: Severity) -> &'static str {
    match severity {
        Severity::Fault => "1;31",
        Severity::Doubt => "33",
        Severity::Note => "0",
    }
}
