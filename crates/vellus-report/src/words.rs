//! Numbers, dates and names as a reader expects them.

use jiff::civil::Date;

/// Stands for a number that is not there.
pub(crate) const NOTHING: &str = "–";

/// A number with `digits` decimals and thin spaces between thousands; a dash when it is not finite.
pub(crate) fn number(x: f64, digits: usize) -> String {
    if !x.is_finite() {
        return NOTHING.into();
    }
    let text = format!("{:.*}", digits, x.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    let mut out = String::new();
    if x < 0.0 && text.chars().any(|c| ('1'..='9').contains(&c)) {
        out.push('−');
    }
    for (i, c) in whole.chars().enumerate() {
        // Four digits read well without a gap.
        if i > 0 && whole.len() > 4 && (whole.len() - i) % 3 == 0 {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// A number with its sign.
pub(crate) fn signed(x: f64, digits: usize) -> String {
    let n = number(x, digits);
    if x > 0.0 && n.chars().any(|c| ('1'..='9').contains(&c)) { format!("+{n}") } else { n }
}

/// An amount; sums above a thousand are rounded to tens, since the forecast is no finer.
pub(crate) fn money(x: f64, currency: &str) -> String {
    if !x.is_finite() {
        return NOTHING.into();
    }
    let rounded = if x.abs() >= 1000.0 { (x / 10.0).round() * 10.0 } else { x.round() };
    let n = number(rounded, 0);
    match currency {
        "EUR" | "€" => format!("€\u{202f}{n}"),
        "USD" | "$" => format!("${n}"),
        "GBP" | "£" => format!("£{n}"),
        "" => n,
        other => format!("{other}\u{a0}{n}"),
    }
}

/// 12 May 2026.
pub(crate) fn date(d: Date) -> String {
    d.strftime("%-d\u{a0}%b\u{a0}%Y").to_string()
}

/// From which chance on a risk is told beside a plan (assumption).
pub(crate) const WORTH_SAYING: f64 = 0.05;

/// A share as a natural frequency of a hundred, never 0 and never 100: no simulation is that sure.
pub(crate) fn of_hundred(share: f64) -> String {
    if !share.is_finite() {
        NOTHING.into()
    } else if share < 0.005 {
        "fewer than 1 of 100".into()
    } else if share > 0.995 {
        "more than 99 of 100".into()
    } else {
        format!("{:.0} of 100", 100.0 * share)
    }
}

/// The same in the fewest letters.
pub(crate) fn hundred(share: f64) -> String {
    if !share.is_finite() {
        NOTHING.into()
    } else if share < 0.005 {
        "<1".into()
    } else if share > 0.995 {
        ">99".into()
    } else {
        format!("{:.0}", 100.0 * share)
    }
}

/// Hours: "7 h", "1½ h".
pub(crate) fn hours(h: f64) -> String {
    if !h.is_finite() {
        return NOTHING.into();
    }
    let halves = (2.0 * h).round() as i64;
    match (halves / 2, halves % 2) {
        (0, 0) => NOTHING.into(),
        (0, _) => "½\u{a0}h".into(),
        (n, 0) => format!("{n}\u{a0}h"),
        (n, _) => format!("{n}½\u{a0}h"),
    }
}

/// A snake_case name in plain words, the first letter large.
pub(crate) fn plain(name: &str) -> String {
    let text = name.replace('_', " ");
    capital(&text)
}

/// The first letter large.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// The title of a moment.
pub(crate) fn moment(name: &str) -> String {
    match name {
        "today" => "Today".into(),
        "after" => "When finished".into(),
        _ => match name.split_once('_') {
            Some(("session", n)) => format!("After session {n}"),
            Some(("year", "1")) => "In 1 year".into(),
            Some(("year", n)) => format!("In {n} years"),
            _ => plain(name),
        },
    }
}

/// The title of a view.
pub(crate) fn view(name: &str) -> String {
    match name {
        "three_quarter" => "Three-quarter".into(),
        _ => match name.strip_prefix("close_up_") {
            Some(zone) => plain(zone),
            None => plain(name),
        },
    }
}

/// Text inside of XML.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Text inside of a CSS string that stands in an HTML `style` element: all but letters, digits and
/// spaces as hexadecimal escapes, so that neither the string nor the element can be left.
pub(crate) fn css_string(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == ' ' {
            out.push(c);
        } else {
            out.push_str(&format!("\\{:X} ", c as u32));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(number(1234.0, 0), "1234");
        assert_eq!(number(12345.6, 1), "12\u{202f}345.6");
        assert_eq!(number(-0.4, 0), "0");
        assert_eq!(number(-12.0, 0), "−12");
        assert_eq!(number(f64::NAN, 0), NOTHING);
        assert_eq!(signed(3.2, 0), "+3");
        assert_eq!(money(3457.0, "EUR"), "€\u{202f}3460");
        assert_eq!(money(80.0, "CHF"), "CHF\u{a0}80");
        assert_eq!(hours(1.5), "1½\u{a0}h");
        assert_eq!(of_hundred(1.0), "more than 99 of 100");
        assert_eq!(moment("session_2"), "After session 2");
        assert_eq!(view("close_up_mid_scalp"), "Mid scalp");
    }

    #[test]
    fn a_css_string_cannot_be_left() {
        let s = css_string("\"} </style>");
        assert!(!s.contains(['"', '<', '}']), "{s}");
    }
}
