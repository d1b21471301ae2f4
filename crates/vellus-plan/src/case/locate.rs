//! Finding the line of a key in a TOML text, for messages.

use toml::de::{DeTable, DeValue};

/// The 1-based line on which a key such as `goals[1].by` has its value; none if it is not there.
#[must_use]
pub fn line_of(text: &str, key: &str) -> Option<usize> {
    let root = DeTable::parse(text).ok()?;
    let mut table: &DeTable<'_> = root.get_ref();
    let mut at = None;
    let parts: Vec<&str> = key.split('.').collect();
    for (depth, part) in parts.iter().enumerate() {
        let (name, index) = match part.split_once('[') {
            Some((name, rest)) => (name, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (*part, None),
        };
        let mut value = table.get(name)?;
        if let Some(i) = index
            && let DeValue::Array(items) = value.get_ref()
        {
            value = items.get(i)?;
        }
        at = Some(value.span().start);
        if depth + 1 < parts.len() {
            match value.get_ref() {
                DeValue::Table(t) => table = t,
                _ => break,
            }
        }
    }
    let offset = at?;
    Some(text.get(..offset)?.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn finds_tables_and_items_of_arrays() {
        let text = "schema_version = 1\n[person]\nage_years = 4\n\n[[goals]]\nby = 1\n[[goals]]\n\nby = 2\n";
        assert_eq!(line_of(text, "person.age_years"), Some(3));
        assert_eq!(line_of(text, "goals[1].by"), Some(9));
        assert_eq!(line_of(text, "goals[7].by"), None);
    }
}
