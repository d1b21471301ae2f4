//! Named points of the head.

use glam::DVec3;

/// The landmarks that this program uses, spelled as anthropometry spells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Landmark {
    Glabella,
    Nasion,
    NoseTip,
    Menton,
    LateralCanthusRight,
    LateralCanthusLeft,
    TragionRight,
    TragionLeft,
    Trichion,
    Vertex,
    Opisthocranion,
    Inion,
}

/// All landmarks of one head, in head space, mm.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmarks {
    positions: [DVec3; 12],
}

impl Landmarks {
    /// Where a landmark is, mm, head space.
    #[must_use]
    pub const fn get(&self, which: Landmark) -> DVec3 {
        self.positions[which as usize]
    }
}
