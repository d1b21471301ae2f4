//! A record in words, for the terminal.

use vellus_plan::outcome::{Band, Verdict};
use vellus_plan::record::replan::Changes;
use vellus_plan::record::{Comparison, Entry, Record};
use vellus_plan::subject::zone_name;

/// Everything, in order.
pub(super) fn show(record: &Record) -> String {
    let mut out = String::new();
    for e in record.entries() {
        out += &match e {
            Entry::Begun { .. } => continue,
            Entry::Plan(v) => format!(
                "{}  version {}: {} (leading {}), {}, seed {}{}, plan {}…\n",
                v.on,
                v.version,
                v.chosen,
                v.leading,
                v.program,
                v.seed,
                if v.quick { ", a quick look" } else { "" },
                &v.plan_hash.get(..12).unwrap_or_default()
            ),
            Entry::Approval(a) => {
                format!("{}  version {} approved by {} ({})\n", a.on, a.version, a.by, a.role)
            }
            Entry::Withdrawal(w) => {
                format!("{}  approval of version {} withdrawn by {}: {}\n", w.on, w.version, w.by, w.reason)
            }
            Entry::Delivered(d) => {
                let by = d.by.as_ref().map(|b| format!(" ({b})")).unwrap_or_default();
                format!("{}  {}{by}\n", d.on, d.done.title())
            }
            Entry::Note { on, by, text } => {
                let by = by.as_ref().map(|b| format!(" ({b})")).unwrap_or_default();
                format!("{on}  note{by}: {text}\n")
            }
        };
    }
    if let Some(v) = record.in_force() {
        out += &match record.approval(v.version) {
            Some(a) => format!("\nIn force: version {}, approved by {} on {}.\n", v.version, a.by, a.on),
            None => format!("\nNo version is approved; the latest is {}.\n", v.version),
        };
    } else {
        out += "Nothing has been planned in this record.\n";
    }
    if !record.head().is_empty() {
        out += &format!("Seal: {}\n", record.head());
    }
    out
}

/// Prescribed beside delivered.
pub(super) fn compare(c: &Comparison) -> String {
    let mut out = format!("Version {}: {}\n\n", c.version, c.title);
    out += &format!("  {:<28} {:<11} {:<11} {:>6}  {}\n", "", "prescribed", "delivered", "days", "dose");
    for s in &c.steps {
        let date = |d: Option<jiff::civil::Date>| d.map_or("–".to_owned(), |d| d.to_string());
        let late = s.days_late.map_or(String::new(), |d| format!("{d:+}"));
        let done = match s.delivered {
            Some(_) => date(s.delivered),
            None if s.to_come => "to come".into(),
            None => "not done".into(),
        };
        let dose = match (s.dose[0].as_str(), s.dose[1].as_str()) {
            (a, "") => a.to_owned(),
            ("", b) => format!("not planned → {b}"),
            (a, b) => format!("{a} → {b}"),
        };
        out += &format!("  {:<28} {:<11} {done:<11} {late:>6}  {dose}\n", s.what, date(s.prescribed));
        if s.delivered.is_some() {
            for (zone, [planned, set]) in s.zones.iter().filter(|(_, n)| n[1] > 0) {
                out += &format!("    {:<26} {planned:>11} {set:>11}  dots\n", zone_name(*zone));
            }
        }
    }
    if !c.measured.is_empty() {
        out += "\n  Measured against the forecast (80 % bands: of what stands there, and of what a count reads of it)\n";
        for m in &c.measured {
            let (name, verdict) = (
                if m.quantity == "total_per_cm2" { "all hairs" } else { "terminal hairs" },
                if m.inside { "inside" } else { "OUTSIDE" },
            );
            out += &format!(
                "  {}  {:<18} {name:<15} {:>4.0} per cm²   {}   {}   {verdict}\n",
                m.on,
                zone_name(m.zone),
                m.value,
                band(&m.forecast),
                band(&m.reading)
            );
        }
    }
    out
}

fn band(b: &Band) -> String {
    format!("{:.0} ({:.0} to {:.0})", b.median, b.lo, b.hi)
}

/// What a new plan changes.
pub(super) fn changes(c: &Changes) -> String {
    let mut out = format!("Planned anew, held against version {}.\n\n", c.version);
    for f in &c.forecasts {
        let change = 100.0 * (1.0 - f.width);
        let how =
            if change >= 0.0 { format!("{change:.0} % narrower") } else { format!("{:.0} % wider", -change) };
        out += &format!(
            "  {}, {} years on, {}\n    {} → {}, {how}\n",
            f.strategy,
            f.years,
            f.what,
            band(&f.bands[0]),
            band(&f.bands[1])
        );
    }
    let sure = |v: Verdict| match v {
        Verdict::Leads => "leads",
        Verdict::Depends => "is shown first, and it depends",
        Verdict::NoneLikely => "comes nearest, and none is likely",
    };
    out += &if c.leading[0] == c.leading[1] {
        format!("\n  {} was first and stays so: it {}.\n", c.leading[0], sure(c.verdict[1]))
    } else {
        format!("\n  {} was first; now {} {}.\n", c.leading[0], c.leading[1], sure(c.verdict[1]))
    };
    for n in &c.notes {
        out += &format!("  {n}\n");
    }
    out
}
