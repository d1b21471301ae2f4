//! Named points of the head.

use glam::DVec3;

use crate::HeadError;

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
    TemporalPointRight,
    TemporalPointLeft,
}

impl Landmark {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 14] = [
        Self::Glabella,
        Self::Nasion,
        Self::NoseTip,
        Self::Menton,
        Self::LateralCanthusRight,
        Self::LateralCanthusLeft,
        Self::TragionRight,
        Self::TragionLeft,
        Self::Trichion,
        Self::Vertex,
        Self::Opisthocranion,
        Self::Inion,
        Self::TemporalPointRight,
        Self::TemporalPointLeft,
    ];

    /// The name as files spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Glabella => "glabella",
            Self::Nasion => "nasion",
            Self::NoseTip => "nose_tip",
            Self::Menton => "menton",
            Self::LateralCanthusRight => "lateral_canthus_right",
            Self::LateralCanthusLeft => "lateral_canthus_left",
            Self::TragionRight => "tragion_right",
            Self::TragionLeft => "tragion_left",
            Self::Trichion => "trichion",
            Self::Vertex => "vertex",
            Self::Opisthocranion => "opisthocranion",
            Self::Inion => "inion",
            Self::TemporalPointRight => "temporal_point_right",
            Self::TemporalPointLeft => "temporal_point_left",
        }
    }
}

impl std::fmt::Display for Landmark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// All landmarks of one head, in head space, mm.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmarks {
    positions: [DVec3; 14],
}

impl Landmarks {
    /// Landmarks from a function of their name, mm, head space.
    #[must_use]
    pub fn from_fn(position: impl Fn(Landmark) -> DVec3) -> Self {
        Self { positions: Landmark::ALL.map(position) }
    }

    /// Where a landmark is, mm, head space.
    #[must_use]
    pub const fn get(&self, which: Landmark) -> DVec3 {
        self.positions[which as usize]
    }

    /// The same landmarks with one moved.
    #[must_use]
    pub const fn with(mut self, which: Landmark, position: DVec3) -> Self {
        self.positions[which as usize] = position;
        self
    }

    /// The same landmarks with every position mapped.
    #[must_use]
    pub fn mapped(&self, map: impl Fn(DVec3) -> DVec3) -> Self {
        Self { positions: self.positions.map(map) }
    }

    /// Checks that the landmarks lie as on a head that looks along +z with +y up.
    ///
    /// # Errors
    /// [`HeadError::Landmarks`] names the pair that lies the wrong way round and what to check.
    pub fn check(&self) -> Result<(), HeadError> {
        if let Some(l) = Landmark::ALL.into_iter().find(|l| !self.get(*l).is_finite()) {
            return Err(HeadError::Landmarks(format!("{l} is not a finite position")));
        }
        let need = |gap: f64, least: f64, what: &str| {
            if gap >= least {
                Ok(())
            } else {
                Err(HeadError::Landmarks(format!(
                    "{what}: {gap:.1} mm, at least {least} mm expected; check the axes, the unit \
                     and whether right and left were swapped"
                )))
            }
        };
        let g = |l| self.get(l);
        use Landmark::{
            Glabella, Inion, LateralCanthusLeft, LateralCanthusRight, Menton, Nasion, Opisthocranion,
            TragionLeft, TragionRight, Vertex,
        };
        need(g(TragionLeft).x - g(TragionRight).x, 80.0, "left tragion to the left of the right one")?;
        need(
            g(LateralCanthusLeft).x - g(LateralCanthusRight).x,
            50.0,
            "left canthus to the left of the right one",
        )?;
        need(g(Glabella).z - g(Opisthocranion).z, 100.0, "glabella in front of opisthocranion")?;
        need(g(Glabella).z - g(Inion).z, 100.0, "glabella in front of inion")?;
        need(g(Vertex).y - g(Glabella).y, 40.0, "vertex above glabella")?;
        need(g(Vertex).y - g(TragionLeft).y.max(g(TragionRight).y), 70.0, "vertex above the tragia")?;
        need(g(Nasion).y - g(Menton).y, 60.0, "nasion above menton")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A plausible adult head.
    pub(crate) fn typical() -> Landmarks {
        Landmarks::from_fn(|l| match l {
            Landmark::Glabella => DVec3::new(0.0, 32.0, 98.0),
            Landmark::Nasion => DVec3::new(0.0, 20.0, 94.0),
            Landmark::NoseTip => DVec3::new(0.0, -15.0, 118.0),
            Landmark::Menton => DVec3::new(0.0, -95.0, 88.0),
            Landmark::LateralCanthusRight => DVec3::new(-45.0, 16.0, 72.0),
            Landmark::LateralCanthusLeft => DVec3::new(45.0, 16.0, 72.0),
            Landmark::TragionRight => DVec3::new(-72.0, 0.0, 0.0),
            Landmark::TragionLeft => DVec3::new(72.0, 0.0, 0.0),
            Landmark::Trichion => DVec3::new(0.0, 90.0, 82.0),
            Landmark::Vertex => DVec3::new(0.0, 130.0, 0.0),
            Landmark::Opisthocranion => DVec3::new(0.0, 40.0, -100.0),
            Landmark::Inion => DVec3::new(0.0, 4.0, -92.0),
            Landmark::TemporalPointRight => DVec3::new(-66.0, 42.0, 42.0),
            Landmark::TemporalPointLeft => DVec3::new(66.0, 42.0, 42.0),
        })
    }

    #[test]
    fn numbers_and_names_agree() {
        for (i, l) in Landmark::ALL.into_iter().enumerate() {
            assert_eq!(i, l as usize);
        }
    }

    #[test]
    fn swapped_sides_are_told() {
        let l = typical();
        l.check().unwrap();
        let swapped = l.mapped(|p| DVec3::new(-p.x, p.y, p.z));
        assert!(swapped.check().unwrap_err().to_string().contains("swapped"));
    }
}
