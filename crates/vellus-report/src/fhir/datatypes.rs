//! The datatypes that the resources share.

use jiff::civil::Date;
use serde::Serialize;

use super::codes::UCUM;
use super::id::urn;
use crate::words::escape;

/// Text as FHIR takes it: no control characters, no other blanks than the plain one, and never empty
/// (a dash then).
pub(super) fn clean(text: &str) -> String {
    // The byte order mark is a blank to the patterns of FHIR, though not to Unicode.
    let blank = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    let parts: Vec<&str> = text.split(blank).filter(|t| !t.is_empty()).collect();
    if parts.is_empty() { "–".into() } else { parts.join(" ") }
}

/// A date; FHIR knows no year before 1.
pub(super) fn day(date: Date) -> String {
    date.max(jiff::civil::date(1, 1, 1)).to_string()
}

/// The beginning of a day in UTC: a plan knows no hour, an instant must have one.
pub(super) fn instant(date: Date) -> String {
    format!("{}T00:00:00Z", day(date))
}

/// A number without the noise of binary fractions, six digits after the point.
pub(super) fn decimal(x: f64) -> f64 {
    let r = (1e6 * x).round() / 1e6;
    if r == 0.0 { 0.0 } else { r }
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Coding {
    pub(super) system: &'static str,
    pub(super) code: &'static str,
    pub(super) display: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct CodeableConcept {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) coding: Vec<Coding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
}

impl CodeableConcept {
    pub(super) fn text(text: &str) -> Self {
        Self { coding: Vec::new(), text: Some(clean(text)) }
    }

    pub(super) fn code(coding: Coding) -> Self {
        Self { coding: vec![coding], text: None }
    }

    pub(super) fn named(coding: Coding, text: &str) -> Self {
        Self { coding: vec![coding], text: Some(clean(text)) }
    }
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Quantity {
    value: f64,
    unit: &'static str,
    system: &'static str,
    code: &'static str,
}

impl Quantity {
    /// A number with a unit of UCUM, as people write it and as UCUM does.
    pub(super) fn new(value: f64, unit: &'static str, code: &'static str) -> Self {
        Self { value: decimal(value), unit, system: UCUM, code }
    }
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Identifier {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<CodeableConcept>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) system: Option<&'static str>,
    pub(super) value: String,
}

impl Identifier {
    /// A value with what it is.
    pub(super) fn typed(kind: &str, value: &str) -> Self {
        Self { kind: Some(CodeableConcept::text(kind)), system: None, value: clean(value) }
    }
}

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Reference {
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<Identifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display: Option<String>,
}

impl Reference {
    /// To a resource of the bundle.
    pub(super) fn to(id: &str) -> Self {
        Self { reference: Some(urn(id)), ..Self::default() }
    }

    /// To something that is no resource, by what it is called.
    pub(super) fn named(display: &str) -> Self {
        Self { display: Some(clean(display)), ..Self::default() }
    }

    /// To something that is no resource, by an identifier.
    pub(super) fn identified(identifier: Identifier, display: &str) -> Self {
        Self { reference: None, identifier: Some(identifier), display: Some(clean(display)) }
    }
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Period {
    pub(super) start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Annotation {
    text: String,
}

impl Annotation {
    pub(super) fn new(text: &str) -> Self {
        Self { text: clean(text) }
    }
}

/// What a person reads where a program does not know the resource.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Narrative {
    status: &'static str,
    div: String,
}

impl Narrative {
    /// One paragraph for each line.
    pub(super) fn of<T: AsRef<str>>(lines: &[T]) -> Self {
        let p: String = lines.iter().map(|l| format!("<p>{}</p>", escape(&clean(l.as_ref())))).collect();
        Self { status: "generated", div: format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{p}</div>") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_empty_and_has_plain_blanks_only() {
        assert_eq!(clean(" 5\u{a0}mL\n of \u{202f}PRP\u{7} "), "5 mL of PRP");
        assert_eq!(clean("\u{0}\n"), "–");
    }

    #[test]
    fn numbers_have_no_noise_and_days_are_fhir_dates() {
        assert_eq!(decimal(100.0 * 0.445), 44.5);
        assert!(decimal(-1e-9).is_sign_positive());
        assert_eq!(day(jiff::civil::date(-4, 2, 3)), "0001-01-01");
        assert_eq!(instant(jiff::civil::date(2026, 5, 12)), "2026-05-12T00:00:00Z");
    }
}
