//! Styles and edges of hairlines, by name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Shape of a hairline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HairlineStyle {
    /// Gently convex in the middle, angles kept back.
    #[default]
    Natural,
    /// Natural, with a wider and thinner transition.
    Soft,
    /// The whole line falls back early, temples too.
    Receded,
    /// Angles closed to a round line.
    Rounded,
    /// Deep angles beside a broad middle.
    M,
    /// A point in the middle.
    WidowsPeak,
    /// Level from angle to angle.
    Straight,
    /// Straight, with the corners and the clean edge of a barber's line-up.
    EdgeUp,
    /// With gaps along the line.
    Broken,
}

impl HairlineStyle {
    /// All styles.
    pub const ALL: [Self; 9] = [
        Self::Natural,
        Self::Soft,
        Self::Receded,
        Self::Rounded,
        Self::M,
        Self::WidowsPeak,
        Self::Straight,
        Self::EdgeUp,
        Self::Broken,
    ];

    /// The edge that goes with the style unless another is asked for.
    #[must_use]
    pub const fn usual_edge(self) -> Edge {
        match self {
            Self::EdgeUp => Edge::Sharp,
            _ => Edge::Natural,
        }
    }

    /// As people write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::M => "M",
            Self::WidowsPeak => "widow's peak",
            Self::EdgeUp => "edge-up",
            _ => self.name(),
        }
    }

    /// Its name in a case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Natural => "natural",
            Self::Soft => "soft",
            Self::Receded => "receded",
            Self::Rounded => "rounded",
            Self::M => "m",
            Self::WidowsPeak => "widows_peak",
            Self::Straight => "straight",
            Self::EdgeUp => "edge_up",
            Self::Broken => "broken",
        }
    }
}

/// Edge of a hairline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// Irregular, thin at first.
    #[default]
    Natural,
    /// A clean edge, as barbers cut it.
    Sharp,
}

impl Edge {
    /// Its name in a case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Natural => "natural",
            Self::Sharp => "sharp",
        }
    }
}
