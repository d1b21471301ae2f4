//! What is looked at: a body, its ground, its hairs and the lamps.

use super::hairs::{Hairs, NONE};
use super::lamps::Lamps;
use super::piece::Beam;
use super::skin_ground::SkinGround;
use crate::fibre::Fibre;
use crate::head_model::HeadModel;
use glam::Vec3;
use libm::sqrtf;

/// A solid body.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// A head.
    Mesh(&'a HeadModel),
    /// A ball: centre and radius, mm.
    Ball {
        /// Centre, mm.
        centre: Vec3,
        /// Radius, mm.
        radius: f32,
    },
}

/// A place on the body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Distance along the ray, mm.
    pub distance: f32,
    /// Unit normal of the facet.
    pub facet: Vec3,
    /// Unit normal of the smooth surface.
    pub normal: Vec3,
    /// Triangle of a mesh.
    pub triangle: u32,
}

impl Body<'_> {
    /// First place of the body within `most` mm.
    #[inline]
    #[must_use]
    pub fn first(&self, ray: &Beam, most: f32) -> Option<Spot> {
        match self {
            Self::Mesh(head) => {
                let hit = head.first_within(ray.origin, ray.direction, most)?;
                let p = ray.at(hit.distance);
                let (corner, w) = head.weights(hit.triangle, p);
                let facet = head.facet(hit.triangle);
                let n = head.normals[corner[0]] * w.x
                    + head.normals[corner[1]] * w.y
                    + head.normals[corner[2]] * w.z;
                Some(Spot {
                    distance: hit.distance,
                    facet,
                    normal: n.normalize_or(facet),
                    triangle: hit.triangle,
                })
            }
            Self::Ball { centre, radius } => {
                let t = ball(ray, *centre, *radius)?;
                let n = (ray.at(t) - *centre) / *radius;
                (t < most).then_some(Spot { distance: t, facet: n, normal: n, triangle: 0 })
            }
        }
    }

    /// True when the body does not stand within `most` mm.
    #[inline]
    #[must_use]
    pub fn open(&self, ray: &Beam, most: f32) -> bool {
        match self {
            Self::Mesh(head) => head.open(ray.origin, ray.direction, most),
            Self::Ball { centre, radius } => ball(ray, *centre, *radius).is_none_or(|t| t >= most),
        }
    }
}

/// Where a ray enters a ball from outside.
#[inline]
fn ball(ray: &Beam, centre: Vec3, radius: f32) -> Option<f32> {
    let away = centre - ray.origin;
    let shift = away.dot(ray.direction);
    let o = ray.direction * shift - away;
    let disc = radius * radius - o.length_squared();
    if disc < 0.0 {
        return None;
    }
    let t = shift - sqrtf(disc);
    (t > 0.0).then_some(t)
}

/// What the surface of the body is.
pub enum Ground<'a> {
    /// Matt, of one diffuse reflectance, linear RGB.
    Matt(Vec3),
    /// Skin.
    Skin(Box<SkinGround<'a>>),
}

/// How much of a place is shown, 0 to 1: parts of a head may fade into the background.
pub type Fade<'a> = &'a (dyn Fn(Vec3) -> f32 + Sync);

/// All that a path needs.
pub struct Scene<'a> {
    /// The body.
    pub body: Body<'a>,
    /// Its surface.
    pub ground: Ground<'a>,
    /// Its hairs.
    pub hairs: &'a Hairs,
    /// How fibres scatter.
    pub fibre: Fibre,
    /// Absorption over one radius, by the number of a piece of hair.
    pub absorption: &'a [Vec3],
    /// Light.
    pub lamps: Lamps,
    /// What is seen where nothing is.
    pub background: Vec3,
    /// What fades.
    pub fade: Option<Fade<'a>>,
}

impl Scene<'_> {
    /// True when nothing stands between a point and a lamp.
    #[inline]
    pub(crate) fn clear(&self, ray: &Beam, most: f32, skip: u32) -> bool {
        self.body.open(ray, most) && self.hairs.open(ray, most, skip)
    }
}

/// No piece of hair to be left out.
pub(crate) const NO_PIECE: u32 = NONE;
