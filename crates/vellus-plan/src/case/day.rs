//! Dates in a case: written bare (`2027-03-15`), as TOML has them, or as text in quotes.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Toml(toml::value::Datetime),
    Text(String),
}

fn read<E: serde::de::Error>(written: &Written) -> Result<Date, E> {
    let text = match written {
        Written::Toml(d) if d.time.is_none() => d.to_string(),
        Written::Toml(d) => return Err(E::custom(format!("a date without a time, please: {d}"))),
        Written::Text(t) => t.clone(),
    };
    text.parse()
        .map_err(|_| E::custom(format!("not a date: {text:?}; write year-month-day, such as 2027-03-15")))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Date, D::Error> {
    read(&Written::deserialize(d)?)
}

pub(crate) fn serialize<S: Serializer>(date: &Date, s: S) -> Result<S::Ok, S::Error> {
    date.serialize(s)
}

pub(super) mod option {
    use super::{Date, Deserialize, Deserializer, Serialize, Serializer, Written, read};

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Date>, D::Error> {
        Option::<Written>::deserialize(d)?.as_ref().map(read).transpose()
    }

    pub(in super::super) fn serialize<S: Serializer>(date: &Option<Date>, s: S) -> Result<S::Ok, S::Error> {
        date.serialize(s)
    }
}
