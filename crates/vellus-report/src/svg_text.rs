//! Text in pictures that stand alone: how wide it is about, where it breaks, and how labels that
//! would overlap move apart. An SVG has no layout of its own, and the reader's font is not known.

use crate::words::escape;

/// Fonts of pictures, as on the pages.
pub(crate) const SANS: &str =
    "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";
/// Fonts of the titles of pictures, as on the pages.
pub(crate) const SERIF: &str = "ui-serif, 'Iowan Old Style', Palatino, Georgia, 'Liberation Serif', serif";

// The light palette of the pages (templates/base.css): a picture that stands alone has no
// stylesheet to take it from.
pub(crate) const PAPER: &str = "#faf9f6";
pub(crate) const INK: &str = "#1b2428";
pub(crate) const SOFT: &str = "#566169";
pub(crate) const LINE: &str = "#dedbd3";
pub(crate) const HAIR: &str = "#14587a";
pub(crate) const PIGMENT: &str = "#a94a12";
pub(crate) const STOP: &str = "#8c1d18";
pub(crate) const STOP_PALE: &str = "#fbe9e7";

/// Greatest width that a text of this size has in the fonts of [`SANS`], px. Widths are those of
/// Helvetica by class of letters, a twelfth wider for the broader fonts among them (*assumption*).
pub(crate) fn width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '\'' | '|' | '\u{202f}' => 0.24,
            'f' | 't' | 'I' | '.' | ',' | ':' | ';' | '!' | '[' | ']' | '/' | ' ' | '\u{a0}' => 0.28,
            'r' | '(' | ')' | '-' | '·' => 0.34,
            'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 0.50,
            'm' | 'w' | 'M' | 'W' | '%' | '@' | '—' | '…' => 0.90,
            'A'..='Z' => 0.70,
            '\u{2e80}'.. => 1.0,
            _ => 0.56,
        })
        .sum();
    1.08 * size * em
}

/// The text in lines of at most `most` px; at most `lines` of them, the last cut with an ellipsis.
/// A word that is too long for a line is broken.
pub(crate) fn wrap(text: &str, size: f64, most: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&joined, size) <= most {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            out.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            if !line.is_empty() && width(&format!("{line}{c}"), size) > most {
                out.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    if !line.is_empty() {
        out.push(line);
    }
    if out.len() > lines {
        out.truncate(lines);
        if let Some(last) = out.last_mut() {
            while !last.is_empty() && width(&format!("{last}…"), size) > most {
                last.pop();
            }
            *last = format!("{}…", last.trim_end_matches([' ', ',', ';', ':', '(']));
        }
    }
    out
}

/// As [`wrap`], with lines of about the same length, so that no word stands alone in the last.
pub(crate) fn wrap_evenly(text: &str, size: f64, most: f64, lines: usize) -> Vec<String> {
    let full = wrap(text, size, most, lines + 1);
    if full.len() < 2 || full.len() > lines {
        return wrap(text, size, most, lines);
    }
    (11..20)
        .map(|i| wrap(text, size, most * f64::from(i) / 20.0, full.len() + 1))
        .find(|narrow| narrow.len() == full.len())
        .unwrap_or(full)
}

/// Places labels of the given heights as near to where they belong (their middles) as they fit
/// between `top` and `foot` without overlapping. Returns their middles in the order given; labels
/// that together are higher than the room run on below the foot.
pub(crate) fn spread(wanted: &[f64], heights: &[f64], top: f64, foot: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len().min(heights.len())).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut at = wanted.to_vec();
    let mut floor = foot;
    // Up from the foot, then down from the top: the top wins where both cannot be had.
    for &i in order.iter().rev() {
        at[i] = at[i].min(floor - 0.5 * heights[i]);
        floor = at[i] - 0.5 * heights[i];
    }
    let mut ceiling = top;
    for &i in &order {
        at[i] = at[i].max(ceiling + 0.5 * heights[i]);
        ceiling = at[i] + 0.5 * heights[i];
    }
    at
}

/// A text element at a place, with further attributes.
pub(crate) fn text(x: f64, y: f64, size: f64, fill: &str, more: &str, words: &str) -> String {
    format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" fill=\"{fill}\"{more}>{}</text>",
        printable(words)
    )
}

/// Escaped, and without the characters that XML forbids even when escaped.
pub(crate) fn printable(words: &str) -> String {
    let clean: String = words
        .chars()
        .map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect();
    escape(&clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_their_width_and_lose_no_word_before_the_ellipsis() {
        let text = "finasteride 1 mg for 48 weeks: net change of growing hairs in the vertex circle";
        for most in [60.0, 120.0, 300.0, 900.0] {
            let lines = wrap(text, 13.0, most, 99);
            assert!(lines.iter().all(|l| width(l, 13.0) <= most), "{lines:?}");
            assert_eq!(lines.join("").replace(' ', ""), text.replace(' ', ""));
        }
        let cut = wrap(text, 13.0, 120.0, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…') && width(&cut[1], 13.0) <= 120.0, "{cut:?}");
        let (full, even) = (wrap(text, 13.0, 400.0, 3), wrap_evenly(text, 13.0, 400.0, 3));
        assert_eq!((full.len(), even.len(), full.join(" ")), (2, 2, even.join(" ")));
        assert!(width(&even[0], 13.0) <= width(&full[0], 13.0));
        assert_eq!(wrap_evenly(text, 13.0, 120.0, 2), cut);
        assert_eq!(wrap("", 13.0, 100.0, 2), Vec::<String>::new());
        assert!(wrap("anunbrokenwordofgreatlength", 13.0, 50.0, 9).len() > 2);
    }

    #[test]
    fn labels_move_apart_and_keep_their_order() {
        let wanted = [50.0, 51.0, 49.0, 199.0, 200.0];
        let heights = [16.0, 32.0, 16.0, 16.0, 16.0];
        let at = spread(&wanted, &heights, 0.0, 200.0);
        for i in 0..at.len() {
            assert!(at[i] + 0.5 * heights[i] <= 200.0 + 1e-9 && at[i] - 0.5 * heights[i] >= -1e-9);
            for j in 0..i {
                assert!((at[i] - at[j]).abs() >= 0.5 * (heights[i] + heights[j]) - 1e-9, "{at:?}");
                assert_eq!(wanted[i] < wanted[j], at[i] < at[j]);
            }
        }
        assert_eq!(spread(&[10.0], &[4.0], 0.0, 20.0), [10.0]);
    }

    #[test]
    fn what_xml_forbids_does_not_reach_the_picture() {
        assert_eq!(printable("a<b & \"c\"\u{0}\u{b}"), "a&lt;b &amp; &quot;c&quot;  ");
    }
}
