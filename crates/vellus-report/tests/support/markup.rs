//! Whether tags balance.

/// Elements that have no end tag.
const VOID: [&str; 6] = ["meta", "img", "br", "hr", "input", "link"];

/// Walks the tags of a page and says where they do not balance. Text of `style` and `script` is
/// skipped.
pub(crate) fn balance(html: &str) -> Result<usize, String> {
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    let mut seen = 0;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with('!') {
            continue;
        }
        // An attribute may hold any character but its quote.
        let mut quote = None;
        let end = rest
            .char_indices()
            .find(|(_, c)| {
                match (quote, *c) {
                    (None, '"' | '\'') => quote = Some(*c),
                    (Some(q), c) if c == q => quote = None,
                    _ => {}
                }
                quote.is_none() && *c == '>'
            })
            .map(|(i, _)| i)
            .ok_or("a tag without an end")?;
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        seen += 1;
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(o) if o == name => {}
                other => return Err(format!("</{name}> closes {other:?}")),
            }
            continue;
        }
        let name: String = tag.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        if name.is_empty() {
            return Err(format!("a bare < before {:?}", &tag[..tag.len().min(20)]));
        }
        if tag.ends_with('/') || VOID.contains(&name.as_str()) {
            continue;
        }
        if name == "style" || name == "script" {
            let close = format!("</{name}>");
            let at = rest.find(&close).ok_or("style or script without an end")?;
            rest = &rest[at + close.len()..];
            continue;
        }
        open.push(name);
    }
    if open.is_empty() { Ok(seen) } else { Err(format!("left open: {open:?}")) }
}
