//! The commented case that `vellus case new` writes.

/// A case with every key: the needed ones filled in, the others as comments to be uncommented.
pub const TEMPLATE: &str = include_str!("template.toml");

#[cfg(test)]
mod tests {
    use super::TEMPLATE;
    use crate::case::read::parse;

    #[test]
    fn the_template_is_a_case() {
        parse(TEMPLATE).unwrap();
    }

    #[test]
    fn every_commented_key_is_a_key() {
        // Uncommenting everything must still be a case: keys in the comments are real ones.
        let open: String =
            TEMPLATE.lines().map(|l| l.strip_prefix("#: ").unwrap_or(l)).map(|l| format!("{l}\n")).collect();
        assert_ne!(open, TEMPLATE);
        parse(&open).unwrap();
    }
}
