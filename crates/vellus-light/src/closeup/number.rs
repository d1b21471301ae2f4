//! Numbers of a specification: what is allowed, what is drawn, and what is said when one is wrong.

use vellus_units::random::Stream;

/// How a number is drawn when specifications are varied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Draw {
    /// Evenly.
    Even(f64, f64),
    /// Evenly in its logarithm.
    Log(f64, f64),
    /// With this chance evenly, else 0.
    Maybe(f64, f64, f64),
    /// Always this.
    Fixed(f64),
}

impl Draw {
    /// A number; every kind takes two words, so that one draw never moves another.
    pub(crate) fn of(self, s: &mut Stream) -> f64 {
        let (chance, u) = (s.uniform(), s.uniform());
        match self {
            Self::Even(lo, hi) => lo + (hi - lo) * u,
            Self::Log(lo, hi) => lo * libm::exp(u * libm::log(hi / lo)),
            Self::Maybe(p, lo, hi) if chance < p => lo + (hi - lo) * u,
            Self::Maybe(..) => 0.0,
            Self::Fixed(x) => x,
        }
    }
}

/// What is wrong with a specification.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CloseUpError {
    /// The text is no TOML, or has a key that is not known or of the wrong kind.
    #[error("the close-up specification cannot be read: {0}")]
    Toml(String),
    /// Numbers out of range or that contradict each other.
    #[error("the close-up specification has {} mistake{}: {}", .0.len(), if .0.len() == 1 { "" } else { "s" }, .0.join("; "))]
    Wrong(Vec<String>),
    /// Light or colour.
    #[error(transparent)]
    Light(#[from] crate::LightError),
    /// What was seen could not be written.
    #[error("the truth could not be written: {0}")]
    Write(String),
}

/// Mistakes collected over a specification.
#[derive(Debug, Default)]
pub(crate) struct Mistakes<'a> {
    /// The text it was read from, for line numbers.
    pub(crate) text: Option<&'a str>,
    pub(crate) found: Vec<String>,
}

impl Mistakes<'_> {
    pub(crate) fn number(&mut self, key: &str, value: f64, lo: f64, hi: f64) {
        if value >= lo && value <= hi {
            return;
        }
        let fix = likely_fix(key, value, lo, hi);
        let line = self.line(key);
        self.found.push(format!("{key}{line} is {value}, allowed is {lo} to {hi}{fix}"));
    }

    pub(crate) fn say(&mut self, key: &str, what: &str) {
        let line = self.line(key);
        self.found.push(format!("{key}{line} {what}"));
    }

    fn line(&self, key: &str) -> String {
        self.text.and_then(|t| line_of(t, key)).map_or_else(String::new, |n| format!(" (line {n})"))
    }
}

/// What the writer of a number out of range probably meant.
fn likely_fix(key: &str, value: f64, lo: f64, hi: f64) -> String {
    let fits = |x: f64| x >= lo && x <= hi && x != 0.0;
    let round = |x: f64| (x * 1e6).round() / 1e6;
    if !value.is_finite() {
        return format!("; give a number, such as {}", round(0.5 * (lo + hi)));
    }
    let guess = if key.ends_with("_um") && fits(value * 1000.0) {
        Some((value * 1000.0, "it looks like millimetres: in micrometres"))
    } else if key.ends_with("_mm") && fits(value / 1000.0) {
        Some((value / 1000.0, "it looks like micrometres: in millimetres"))
    } else if key.ends_with("_per_cm2") && fits(value * 100.0) {
        Some((value * 100.0, "it looks like a density per mm²: per cm²"))
    } else if hi <= 1.0 && fits(value / 100.0) {
        Some((value / 100.0, "it looks like a percentage: as a share"))
    } else {
        None
    };
    match guess {
        Some((x, why)) => format!("; {why} {}", round(x)),
        None => format!("; the nearest is {}", if value < lo { lo } else { hi }),
    }
}

/// The line, from 1, on which a key such as `hair.density_per_cm2` has its value.
fn line_of(text: &str, key: &str) -> Option<usize> {
    use toml::de::{DeTable, DeValue};
    let root = DeTable::parse(text).ok()?;
    let mut table: &DeTable<'_> = root.get_ref();
    let mut at = None;
    for part in key.split('.') {
        let value = table.get(part)?;
        at = Some(value.span().start);
        match value.get_ref() {
            DeValue::Table(t) => table = t,
            _ => break,
        }
    }
    Some(text.get(..at?)?.matches('\n').count() + 1)
}

/// Declares a table of numbers: for each its meaning, what is meant when it is left out, what is allowed, and how
/// it is drawn.
macro_rules! numbers {
    ($(#[$meta:meta])* $name:ident in $table:literal {
        $( $(#[$doc:meta])* $field:ident = $default:literal, $lo:literal to $hi:literal, $draw:expr; )*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[$doc])* #[schemars(range(min = $lo, max = $hi))] pub $field: f64, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }

        impl $name {
            pub(crate) fn check(&self, mistakes: &mut $crate::closeup::number::Mistakes<'_>) {
                $( mistakes.number(concat!($table, ".", stringify!($field)), self.$field, $lo, $hi); )*
            }

            /// Numbers drawn from their ranges.
            pub(crate) fn drawn(s: &mut vellus_units::random::Stream) -> Self {
                use $crate::closeup::number::Draw::{Even, Fixed, Log, Maybe};
                let _ = (Even(0.0, 1.0), Log(1.0, 2.0), Maybe(0.5, 0.0, 1.0), Fixed(0.0));
                Self { $( $field: $draw.of(s), )* }
            }

            /// Every key with its smallest and largest value.
            #[cfg(test)]
            pub(crate) const RANGES: &'static [(&'static str, f64, f64)] =
                &[ $( (concat!($table, ".", stringify!($field)), $lo, $hi), )* ];
        }
    };
}
pub(crate) use numbers;
