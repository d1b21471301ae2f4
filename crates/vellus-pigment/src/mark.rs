//! Marks on the skin: scars that are covered, moles and places that are left alone.

use glam::DVec3;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_units::maths::smoothstep;

use crate::error::PigmentError;

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// A mole: no needle, and room to watch it.
    Mole,
    /// A line scar, such as that of a strip harvest.
    StripScar,
    /// A round scar, such as those of single grafts.
    PunctateScar,
    /// Any place that gets no dots.
    KeepOff,
}

impl MarkKind {
    /// Whether dots are laid into it.
    #[must_use]
    pub const fn is_scar(self) -> bool {
        matches!(self, Self::StripScar | Self::PunctateScar)
    }

    /// In plain words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Mole => "mole",
            Self::StripScar => "strip scar",
            Self::PunctateScar => "round scar",
            Self::KeepOff => "place to leave alone",
        }
    }
}

/// Skin around a mole that stays free, mm, so that a change of its border is seen (assumption).
pub const AROUND_MOLE_MM: f64 = 2.0;
/// How far dots run out of a scar into the hair beside it, mm, unless it is said. A scar that is only
/// filled shows as a stripe: the work is blended through the donor (Shapiro); the distance is an
/// assumption.
pub const BLEND_MM: f64 = 12.0;
/// The same for round scars (assumption).
pub const BLEND_ROUND_MM: f64 = 4.0;
/// Share of full density that is laid among the hair beside a scar, falling to nothing where the blend
/// ends: just below what is noticed (22.7 %), since the hair there is whole.
pub const BLEND_SHARE: f64 = 0.2;

/// A mark on a head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// Its middle line, mm, head space; one point for a round one.
    pub path_in_head: Vec<DVec3>,
    /// Radius, or half of the width, mm.
    pub reach_mm: f64,
    /// How far dots run out of a scar, mm.
    pub blend_mm: f64,
}

impl Mark {
    /// Distance of a point from the border of the mark, mm; negative inside.
    #[must_use]
    pub fn distance_mm(&self, p_in_head: DVec3) -> f64 {
        let nearest = match self.path_in_head.as_slice() {
            [] => f64::INFINITY,
            [one] => one.distance(p_in_head),
            line => line.windows(2).map(|w| to_segment(p_in_head, w[0], w[1])).fold(f64::INFINITY, f64::min),
        };
        nearest - self.reach_mm
    }

    /// Whether no dot may lie at a point.
    #[must_use]
    pub fn forbids(&self, p_in_head: DVec3) -> bool {
        let free = if self.kind == MarkKind::Mole { AROUND_MOLE_MM } else { 0.0 };
        !self.kind.is_scar() && self.distance_mm(p_in_head) < free
    }

    /// Whether no hair grows at a point for this mark.
    #[must_use]
    pub fn is_bald_at(&self, p_in_head: DVec3) -> bool {
        self.kind.is_scar() && self.distance_mm(p_in_head) < 0.0
    }

    /// Share of full density that a scar asks for at a point: 1 in it, [`BLEND_SHARE`] beside it, falling
    /// to 0 where the blend ends; 0 for other marks.
    #[must_use]
    pub fn cover(&self, p_in_head: DVec3) -> f64 {
        if !self.kind.is_scar() {
            return 0.0;
        }
        let beside = self.distance_mm(p_in_head);
        if beside <= 0.0 {
            return 1.0;
        }
        BLEND_SHARE * (1.0 - smoothstep(0.0, self.blend_mm.max(0.5), beside))
    }

    fn overlap_mm(&self, other: &Self) -> f64 {
        let nearest = along(&other.path_in_head)
            .map(|p| self.distance_mm(p))
            .chain(along(&self.path_in_head).map(|p| other.distance_mm(p) - self.reach_mm + other.reach_mm))
            .fold(f64::INFINITY, f64::min);
        other.reach_mm - nearest
    }
}

/// Points along a path, at most 2 mm apart.
fn along(path: &[DVec3]) -> impl Iterator<Item = DVec3> + '_ {
    path.windows(2)
        .flat_map(|w| {
            let n = ((w[0].distance(w[1]) / 2.0).ceil() as usize).clamp(1, 1000);
            (0..n).map(move |i| w[0].lerp(w[1], i as f64 / n as f64))
        })
        .chain(path.last().copied())
}

fn to_segment(p: DVec3, a: DVec3, b: DVec3) -> f64 {
    let d = b - a;
    let t =
        if d.length_squared() > 0.0 { ((p - a).dot(d) / d.length_squared()).clamp(0.0, 1.0) } else { 0.0 };
    p.distance(a + d * t)
}

/// Checks that no scar lies on another: their densities would add up, and a hand would lay them twice.
///
/// # Errors
/// [`PigmentError::Marks`] with the two scars and by how much they overlap.
pub fn check_marks(marks: &[Mark]) -> Result<(), PigmentError> {
    for (i, a) in marks.iter().enumerate() {
        for (j, b) in marks.iter().enumerate().skip(i + 1) {
            if !(a.kind.is_scar() && b.kind.is_scar()) {
                continue;
            }
            let overlap_mm = a.overlap_mm(b);
            if overlap_mm > 0.05 {
                return Err(PigmentError::Marks {
                    first: i,
                    first_kind: a.kind.title(),
                    second: j,
                    second_kind: b.kind.title(),
                    overlap_mm,
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip() -> Mark {
        Mark {
            kind: MarkKind::StripScar,
            path_in_head: vec![DVec3::new(-40.0, 0.0, 0.0), DVec3::new(40.0, 0.0, 0.0)],
            reach_mm: 2.0,
            blend_mm: 10.0,
        }
    }

    fn round(x: f64, y: f64, kind: MarkKind) -> Mark {
        Mark { kind, path_in_head: vec![DVec3::new(x, y, 0.0)], reach_mm: 0.5, blend_mm: 4.0 }
    }

    #[test]
    fn a_scar_is_covered_and_blended_and_a_mole_is_left_alone() {
        let s = strip();
        assert_eq!(s.cover(DVec3::new(10.0, 1.9, 0.0)), 1.0);
        let at = |y: f64| s.cover(DVec3::new(0.0, y, 0.0));
        assert!(at(2.1) <= BLEND_SHARE && at(4.0) < at(2.1) && at(8.0) < at(4.0) && at(12.1) == 0.0);
        assert!(s.is_bald_at(DVec3::new(0.0, 1.0, 0.0)) && !s.forbids(DVec3::ZERO));
        let mole = round(0.0, 0.0, MarkKind::Mole);
        assert!(mole.forbids(DVec3::new(0.0, 2.4, 0.0)) && !mole.forbids(DVec3::new(0.0, 2.6, 0.0)));
        assert!(mole.cover(DVec3::ZERO) == 0.0 && !mole.is_bald_at(DVec3::ZERO));
    }

    #[test]
    fn overlapping_scars_are_told_and_neighbours_are_not() {
        let e = check_marks(&[strip(), round(0.0, 2.2, MarkKind::PunctateScar)]).unwrap_err().to_string();
        assert!(e.contains("marks[0]") && e.contains("marks[1]") && e.contains("0.3 mm"), "{e}");
        check_marks(&[strip(), round(0.0, 2.6, MarkKind::PunctateScar)]).unwrap();
        check_marks(&[strip(), round(0.0, 0.0, MarkKind::Mole)]).unwrap();
        // Both ways round, and two lines that cross.
        assert!(check_marks(&[round(0.0, 2.2, MarkKind::PunctateScar), strip()]).is_err());
        let mut across = strip();
        across.path_in_head = vec![DVec3::new(3.0, -30.0, 0.0), DVec3::new(3.0, 30.0, 0.0)];
        assert!(check_marks(&[strip(), across]).is_err());
    }
}
