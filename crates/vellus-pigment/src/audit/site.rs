//! Where on the head, in words.

use serde::Serialize;
use vellus_head::Zone;

use crate::dots::Dots;

/// Within this distance of the midline a place is in the middle, mm.
const MIDDLE_MM: f32 = 10.0;

/// A place on the head.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Site {
    /// A dot there, from 0.
    pub dot: usize,
    /// Position, mm, head space.
    pub position: [f32; 3],
    /// Zone.
    pub zone: Zone,
}

impl Site {
    pub(super) fn of(dots: &Dots, dot: usize) -> Self {
        Self { dot, position: dots.position[dot], zone: dots.zone[dot] }
    }

    /// The place in words: "vertex, left".
    #[must_use]
    pub fn words(&self) -> String {
        let side = match self.position[0] {
            x if x > MIDDLE_MM => "left",
            x if x < -MIDDLE_MM => "right",
            _ => "middle",
        };
        format!("{}, {side}", zone_words(self.zone))
    }
}

/// A zone in plain words.
const fn zone_words(zone: Zone) -> &'static str {
    match zone {
        Zone::FrontalHairline => "frontal hairline",
        Zone::FrontotemporalRecess => "temple recess",
        Zone::TemporalPoint => "temporal point",
        Zone::Frontal => "front",
        Zone::MidScalp => "mid-scalp",
        Zone::Vertex => "vertex",
        Zone::Parietal => "parietal",
        Zone::Temporal => "side",
        Zone::OccipitalDonor => "back",
    }
}
