//! The fixed text of pages and paper: Fluent messages, English compiled in, translated by folders.
//!
//! A message is asked for by its name. In a translation each message that is missing, or that asks for
//! a value which it is not given, is said in English; what is missing is listed. Two asterisks around
//! words (`**so**`) make them strong wherever the place allows it; nothing else in a message is markup,
//! and values that are filled in never are.

mod folder;
mod strong;

use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;
use vellus_plan::leaflet::{self, Aftercare, ConsentSheet, Treatment};

use crate::error::ReportError;
pub(crate) use strong::{html, parts, plain};

/// The files of the English texts, by name.
pub(crate) const ENGLISH: [(&str, &str); 3] = [
    ("paper.ftl", include_str!("../../../../data/texts/en/paper.ftl")),
    ("page.ftl", include_str!("../../../../data/texts/en/page.ftl")),
    ("leaflet.ftl", include_str!("../../../../data/texts/en/leaflet.ftl")),
];

/// A value that is filled into a message: words, or a number that decides between forms of words.
#[derive(Clone, Debug, PartialEq)]
pub enum Fill {
    /// Words, shown as they are.
    Words(String),
    /// A whole number, which chooses the form ("1 session", "3 sessions").
    Count(usize),
}

impl From<&str> for Fill {
    fn from(text: &str) -> Self {
        Self::Words(text.to_owned())
    }
}

impl From<&String> for Fill {
    fn from(text: &String) -> Self {
        Self::Words(text.clone())
    }
}

impl From<String> for Fill {
    fn from(text: String) -> Self {
        Self::Words(text)
    }
}

impl From<usize> for Fill {
    fn from(n: usize) -> Self {
        Self::Count(n)
    }
}

/// The texts of one language, with English behind them. A clone is the same texts.
#[derive(Clone)]
pub struct Texts(Arc<Inner>);

struct Inner {
    language: LanguageIdentifier,
    own: Option<FluentBundle<FluentResource>>,
    english: FluentBundle<FluentResource>,
    missing: Vec<String>,
    unknown: Vec<String>,
    /// Sheets of a translation.
    consent: Vec<ConsentSheet>,
    aftercare: Vec<Aftercare>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("language", &self.0.language).field("missing", &self.0.missing).finish()
    }
}

fn bundle(language: &LanguageIdentifier) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![language.clone()]);
    // Marks around values would stand in the text that is searched and copied.
    bundle.set_use_isolating(false);
    bundle
}

fn english(language: &LanguageIdentifier) -> Result<FluentBundle<FluentResource>, ReportError> {
    let mut english = bundle(language);
    for (name, text) in ENGLISH {
        folder::add(&mut english, name, text)?;
    }
    Ok(english)
}

impl Texts {
    /// The texts as they are compiled in.
    ///
    /// # Errors
    /// [`ReportError::Texts`] when a file of this crate is no Fluent; a test makes sure that it is.
    pub fn english() -> Result<Self, ReportError> {
        let language = LanguageIdentifier::from_bytes(b"en")
            .map_err(|e| ReportError::Texts(format!("the language en: {e}")))?;
        let english = english(&language)?;
        Ok(Self(Arc::new(Inner {
            language,
            own: None,
            english,
            missing: Vec::new(),
            unknown: Vec::new(),
            consent: Vec::new(),
            aftercare: Vec::new(),
        })))
    }

    /// The language, as HTML and PDF name it ("en", "pt-BR").
    #[must_use]
    pub fn language(&self) -> String {
        self.0.language.to_string()
    }

    /// Messages that a translation does not have and that are said in English, in alphabetical order.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.0.missing
    }

    /// Messages of a translation that nothing asks for, in alphabetical order.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.0.unknown
    }

    /// The consent sheet of a treatment, in English where the translation has none.
    pub(crate) fn consent(&self, treatment: Treatment) -> ConsentSheet {
        let own = self.0.consent.iter().find(|s| s.treatment == treatment);
        own.cloned().unwrap_or_else(|| leaflet::consent(treatment))
    }

    /// The aftercare sheet of a treatment, in English where the translation has none.
    pub(crate) fn aftercare(&self, treatment: Treatment) -> Option<Aftercare> {
        let own = self.0.aftercare.iter().find(|s| s.treatment == treatment);
        own.cloned().or_else(|| leaflet::aftercare(treatment))
    }

    /// Whether a message of this name exists in English.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.0.english.get_message(key).is_some_and(|m| m.value().is_some())
    }

    /// A message with its values, strong words still between asterisks; the name itself when there is
    /// no such message.
    pub(crate) fn raw(&self, key: &str, values: &[(&str, Fill)]) -> String {
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            match value {
                Fill::Words(w) => args.set(*name, FluentValue::from(strong::veiled(w))),
                Fill::Count(n) => args.set(*name, FluentValue::from(*n)),
            }
        }
        let from = |bundle: &FluentBundle<FluentResource>| {
            let pattern = bundle.get_message(key)?.value()?;
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
            errors.is_empty().then_some(text)
        };
        self.0.own.as_ref().and_then(from).or_else(|| from(&self.0.english)).unwrap_or_else(|| key.to_owned())
    }

    /// A message without values, as plain words.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        plain(&self.raw(key, &[]))
    }

    /// A message with values, as plain words.
    #[must_use]
    pub fn with(&self, key: &str, values: &[(&str, Fill)]) -> String {
        plain(&self.raw(key, values))
    }
}
