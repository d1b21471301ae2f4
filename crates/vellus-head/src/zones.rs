//! Zones of the scalp, as the trade and the clinic name them.

/// A zone of the hair-bearing scalp.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The first centimetre and a half behind the (juvenile or designed) hairline.
    FrontalHairline,
    /// The recesses between the hairline and the temples, both sides.
    FrontotemporalRecess,
    /// The points of hair that come forward at the temples, both sides.
    TemporalPoint,
    /// Between hairline and mid-scalp.
    Frontal,
    /// The top, between frontal and vertex.
    MidScalp,
    /// The crown.
    Vertex,
    /// Above the ears, up to the top, both sides.
    Parietal,
    /// Around and above the ears, both sides.
    Temporal,
    /// The back of the head, which pattern loss spares.
    OccipitalDonor,
}
