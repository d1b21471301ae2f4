//! The half of the earth on which a person lives, which sets the season of shedding.

/// Half of the earth: seasons of the south are those of the north half a year later.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Hemisphere {
    /// North of the equator.
    #[default]
    North,
    /// South of the equator.
    South,
}
