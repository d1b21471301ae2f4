//! One published number beside the model.

use serde::Serialize;

/// One published number beside the model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Name of the row.
    pub id: String,
    /// Area: head, hair, blood, pigment, light, plan.
    pub area: String,
    /// What was measured.
    pub what: String,
    /// Its unit.
    pub unit: String,
    /// The published number.
    pub published: f64,
    /// Least value that passes.
    pub lo: f64,
    /// Greatest value that passes.
    pub hi: f64,
    /// The model's value.
    pub model: f64,
    /// Lower end of the model's interval: 95 % over its own uncertainty and Monte-Carlo error for
    /// studies, two Monte-Carlo errors for other experiments, 80 % of its ensemble for blood.
    pub model_lo: f64,
    /// Upper end.
    pub model_hi: f64,
    /// Whether the model's value lies within the tolerance.
    pub pass: bool,
    /// "verification" (code against an exact result), "calibration" or "validation".
    pub split: String,
    /// The source.
    pub source: String,
    /// Under which mechanism of PRP the model was run, where that matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mechanism: Option<String>,
    /// What a reader has to know beside the numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The rows as a table for people.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let mut out = String::new();
    let mut area = "";
    for r in rows {
        if r.area != area {
            area = &r.area;
            out += &format!("\n{}\n", area.to_uppercase());
            out += &format!(
                "  {:<5} {:<44} {:>10}  {:>10}  {:<21} {}\n",
                "", "", "published", "model", "", "split"
            );
        }
        let mut what = if r.unit.is_empty() { r.what.clone() } else { format!("{}, {}", r.what, r.unit) };
        if let Some(m) = &r.mechanism {
            what = format!("{what} ({m})");
        }
        let band = format!("({} to {})", short(r.model_lo), short(r.model_hi));
        let mark = if r.pass { "ok  " } else { "MISS" };
        out += &format!(
            "  {mark:<5} {:<44} {:>10}  {:>10}  {band:<21} {}\n",
            clip(&format!("{} {what}", r.id), 44),
            if r.published.is_finite() { short(r.published) } else { "–".into() },
            short(r.model),
            r.split
        );
    }
    let passed = rows.iter().filter(|r| r.pass).count();
    out += &format!("\n{passed} of {} within tolerance\n", rows.len());
    for split in ["verification", "calibration", "validation"] {
        let of: Vec<&Row> = rows.iter().filter(|r| r.split == split).collect();
        if !of.is_empty() {
            out += &format!("  {split}: {} of {}\n", of.iter().filter(|r| r.pass).count(), of.len());
        }
    }
    let noted: Vec<&Row> = rows.iter().filter(|r| r.note.is_some()).collect();
    if !noted.is_empty() {
        out += "\nNotes:\n";
        for r in noted {
            out += &format!("  {} {}: {}\n", r.id, r.what, r.note.as_deref().unwrap_or_default());
        }
    }
    let missed: Vec<&Row> = rows.iter().filter(|r| !r.pass).collect();
    if !missed.is_empty() {
        out += "\nOutside tolerance:\n";
        for r in missed {
            out += &format!(
                "  {} {}: published {} [{} to {}], model {}\n    {}\n",
                r.id,
                r.what,
                short(r.published),
                short(r.lo),
                short(r.hi),
                short(r.model),
                r.source
            );
        }
    }
    out
}

fn clip(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(width - 1).collect();
    out.push('…');
    out
}

/// Four significant digits, without an exponent for usual sizes.
pub(crate) fn short(x: f64) -> String {
    let size = x.abs();
    let digits = if size >= 1000.0 {
        0
    } else if size >= 100.0 {
        1
    } else if size >= 10.0 {
        2
    } else {
        4
    };
    let text = format!("{x:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
