//! Strong words in messages.

use crate::words::escape;

/// Stands for an asterisk in a value that is filled in, so that it is never read as a mark; a
/// private-use character, which is taken out of messages and values before.
const VEIL: char = '\u{e02a}';
const MARK: &str = "**";

/// A value with its asterisks hidden.
pub(super) fn veiled(value: &str) -> String {
    value.chars().filter(|c| *c != VEIL).map(|c| if c == '*' { VEIL } else { c }).collect()
}

fn unveiled(text: &str) -> String {
    text.replace(VEIL, "*")
}

/// The pieces of a message: words, and whether they are strong. Marks that do not pair are words.
pub(crate) fn parts(message: &str) -> Vec<(String, bool)> {
    let split: Vec<&str> = message.split(MARK).collect();
    // An even number of pieces leaves one mark alone: the last one.
    let (paired, alone) =
        if split.len().is_multiple_of(2) { split.split_at(split.len() - 1) } else { (&split[..], &[][..]) };
    let mut out: Vec<(String, bool)> = paired
        .iter()
        .enumerate()
        .map(|(i, t)| (unveiled(t), i % 2 == 1))
        .filter(|(t, _)| !t.is_empty())
        .collect();
    if let Some(rest) = alone.first() {
        out.push((format!("{MARK}{}", unveiled(rest)), false));
    }
    out
}

/// A message without marks.
pub(crate) fn plain(message: &str) -> String {
    parts(message).into_iter().map(|p| p.0).collect()
}

/// A message as HTML: text is escaped, marks are `strong`.
pub(crate) fn html(message: &str) -> String {
    parts(message)
        .into_iter()
        .map(|(t, strong)| if strong { format!("<strong>{}</strong>", escape(&t)) } else { escape(&t) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marks_of_the_message_are_marks() {
        let text = format!("**{}** of {}", veiled("a**b"), "<i>");
        assert_eq!(html(&text), "<strong>a**b</strong> of &lt;i&gt;");
        assert_eq!(plain(&text), "a**b of <i>");
        assert_eq!(plain("2 ** 3"), "2 ** 3");
        assert_eq!(plain(""), "");
        assert_eq!(parts("**a**"), [("a".to_owned(), true)]);
    }
}
