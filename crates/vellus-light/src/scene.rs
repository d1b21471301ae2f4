//! Hair and dots as plain data, structures of arrays, in head space, mm.

use crate::error::LightError;
use crate::extinction::Extinction;
use glam::Vec3;

/// Hairs. All arrays have one entry a hair.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strands {
    /// Where the hair leaves the skin, mm.
    pub root: Vec<Vec3>,
    /// Unit normal of the skin there.
    pub normal: Vec<Vec3>,
    /// Unit direction in which it leaves.
    pub direction: Vec<Vec3>,
    /// Length above the skin, mm; 0 for a hair cut flush, which still has a root.
    pub length_mm: Vec<f32>,
    /// Radius, µm.
    pub radius_um: Vec<f32>,
    /// True for a strand without pigment.
    pub white: Vec<bool>,
    /// Curved course of long hair, from [`crate::groom::lay`].
    pub curves: Option<Curves>,
}

/// Polylines of all strands, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// Where the points of each strand start; one entry more than strands.
    pub first: Vec<u32>,
    /// Points, mm, the first of each strand at its root.
    pub points: Vec<Vec3>,
}

impl Strands {
    /// Number of hairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.root.len()
    }

    /// True without hairs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.root.is_empty()
    }

    /// Adds a hair that stands along its normal until it is groomed.
    pub fn push(&mut self, root: Vec3, normal: Vec3, length_mm: f32, radius_um: f32, white: bool) {
        self.root.push(root);
        self.normal.push(normal);
        self.direction.push(normal);
        self.length_mm.push(length_mm);
        self.radius_um.push(radius_um);
        self.white.push(white);
        self.curves = None;
    }

    /// Checks that the arrays fit together and hold numbers.
    ///
    /// # Errors
    /// [`LightError::Length`] or [`LightError::Range`].
    pub fn check(&self) -> Result<(), LightError> {
        let n = self.len();
        let lengths = [
            ("strand normals", self.normal.len()),
            ("strand directions", self.direction.len()),
            ("strand lengths", self.length_mm.len()),
            ("strand radii", self.radius_um.len()),
            ("strand white flags", self.white.len()),
        ];
        for (what, found) in lengths {
            if found != n {
                return Err(LightError::Length { what, found, expected: n });
            }
        }
        if let Some(c) = &self.curves {
            let last = c.first.last().map_or(0, |x| *x as usize);
            if c.first.len() != n + 1 || last != c.points.len() {
                return Err(LightError::Length {
                    what: "strand curves",
                    found: c.first.len(),
                    expected: n + 1,
                });
            }
            if c.first.windows(2).any(|w| w[0] > w[1]) || c.points.iter().any(|p| !p.is_finite()) {
                return Err(LightError::BrokenMesh("a strand curve is not a finite polyline"));
            }
        }
        for i in 0..n {
            let ok = self.root[i].is_finite()
                && self.normal[i].is_finite()
                && self.direction[i].is_finite()
                && (0.0..=2000.0).contains(&self.length_mm[i])
                && (0.0..=500.0).contains(&self.radius_um[i]);
            if !ok {
                return Err(LightError::BrokenMesh("a strand has a value that is not a sensible number"));
            }
        }
        Ok(())
    }
}

/// Pigment dots. All arrays have one entry a dot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dots {
    /// Where the dot is on the surface, mm.
    pub position: Vec<Vec3>,
    /// Unit normal of the skin there.
    pub normal: Vec<Vec3>,
    /// What it takes from the skin.
    pub extinction: Vec<Extinction>,
}

impl Dots {
    /// Number of dots.
    #[must_use]
    pub fn len(&self) -> usize {
        self.position.len()
    }

    /// True without dots.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.position.is_empty()
    }

    /// Adds a dot.
    pub fn push(&mut self, position: Vec3, normal: Vec3, extinction: Extinction) {
        self.position.push(position);
        self.normal.push(normal);
        self.extinction.push(extinction);
    }

    /// Checks that the arrays fit together and hold numbers.
    ///
    /// # Errors
    /// [`LightError::Length`] or [`LightError::BrokenMesh`].
    pub fn check(&self) -> Result<(), LightError> {
        let n = self.len();
        for (what, found) in [("dot normals", self.normal.len()), ("dot extinctions", self.extinction.len())]
        {
            if found != n {
                return Err(LightError::Length { what, found, expected: n });
            }
        }
        if (0..n).any(|i| {
            !self.position[i].is_finite() || !self.normal[i].is_finite() || !self.extinction[i].is_sensible()
        }) {
            return Err(LightError::BrokenMesh("a dot has a value that is not a sensible number"));
        }
        Ok(())
    }
}
