//! Text for a terminal: widths, colour, wrapping.

/// Narrowest text that holds the table.
pub(crate) const NARROWEST: usize = 72;
/// Widest; longer lines are hard to read.
pub(crate) const WIDEST: usize = 110;

pub(crate) struct Paint(pub(crate) bool);

impl Paint {
    pub(crate) fn with(&self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
    pub(crate) fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }
    pub(crate) fn dim(&self, text: &str) -> String {
        self.with("2", text)
    }
}

/// Breaks a text into lines of at most `width` characters; a longer word stands alone, cut.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\n', '\t']).filter(|w| !w.is_empty()) {
        let word = cut(word, width);
        let need = word.chars().count() + usize::from(!line.is_empty());
        if !line.is_empty() && line.chars().count() + need > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(width.saturating_sub(1)).collect();
    out.push('…');
    out
}

pub(crate) fn left(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let pad = width - text.chars().count();
    text + &" ".repeat(pad)
}

pub(crate) fn right(text: &str, width: usize) -> String {
    let text = cut(text, width);
    " ".repeat(width - text.chars().count()) + &text
}

pub(crate) fn rule(width: usize, paint: &Paint) -> String {
    paint.dim(&"─".repeat(width))
}

pub(crate) fn bullets(title: &str, items: &[String], width: usize, paint: &Paint, out: &mut Vec<String>) {
    if items.is_empty() {
        return;
    }
    out.push(String::new());
    out.push(paint.bold(title));
    for item in items {
        for (i, line) in wrap(item, width - 2).iter().enumerate() {
            out.push(format!("{} {line}", if i == 0 { "-" } else { " " }));
        }
    }
}

/// A growing text of a given width.
pub(crate) struct Page {
    pub(crate) width: usize,
    pub(crate) paint: Paint,
    pub(crate) lines: Vec<String>,
}

impl Page {
    pub(crate) fn new(width: usize, colour: bool) -> Self {
        Self { width: width.clamp(NARROWEST, WIDEST), paint: Paint(colour), lines: Vec::new() }
    }

    pub(crate) fn title(&mut self, text: &str) {
        let lines = wrap(text, self.width);
        self.lines.extend(lines.iter().map(|l| self.paint.bold(l)));
    }

    pub(crate) fn head(&mut self, text: &str) {
        self.lines.push(String::new());
        self.lines.push(self.paint.bold(text));
    }

    pub(crate) fn para(&mut self, text: &str) {
        self.item("", text);
    }

    pub(crate) fn quiet(&mut self, text: &str) {
        let lines = wrap(text, self.width - 2);
        self.lines.extend(lines.iter().map(|l| format!("  {}", self.paint.dim(l))));
    }

    /// A text behind a mark, with a hanging indent.
    pub(crate) fn item(&mut self, mark: &str, text: &str) {
        let indent = if mark.is_empty() { 2 } else { 3 + mark.chars().count() };
        for (i, line) in wrap(text, self.width - indent).iter().enumerate() {
            let lead = if i == 0 && !mark.is_empty() { format!("  {mark} ") } else { " ".repeat(indent) };
            self.lines.push(lead + line);
        }
    }

    pub(crate) fn finish(self) -> String {
        let mut text = self.lines.iter().map(|l| l.trim_end()).collect::<Vec<_>>().join("\n");
        text.push('\n');
        text
    }
}
