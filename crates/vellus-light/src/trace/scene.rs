//! What is looked at: a body, its ground, its hairs and the lamps.

use super::bundle::Bundle;
use super::hairs::{Hairs, NONE};
use super::lamps::Lamps;
use super::lanes::{Lanes, Work, widest};
use super::piece::Beam;
use super::skin_ground::SkinGround;
use super::tree::{Parts, Roots, Walk};
use crate::fibre::Fibre;
use crate::head_model::HeadModel;
use glam::Vec3;

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
    #[must_use]
    pub fn first(&self, ray: &Beam, most: f32) -> Option<Spot> {
        struct First<'a>(&'a Body<'a>, &'a Beam, f32);
        impl Work for First<'_> {
            type Out = Option<Spot>;
            #[inline(always)]
            fn run<L: Lanes>(self, l: L) -> Self::Out {
                self.0.first_on(&mut Walk::new(l), None, self.1, self.2)
            }
        }
        widest(First(self, ray, most))
    }

    /// [`Self::first`] for one who follows many rays; `parts` are where the ray may meet a mesh.
    #[inline(always)]
    pub(crate) fn first_on<L: Lanes>(
        &self,
        walk: &mut Walk<L>,
        parts: Option<Roots<'_>>,
        ray: &Beam,
        most: f32,
    ) -> Option<Spot> {
        match self {
            Self::Mesh(head) => {
                let roots = match parts {
                    Some(r) => r,
                    None => head.facets.tree().root(),
                };
                let (distance, triangle) = head.facets.first_on(walk, roots, ray, most)?;
                let (corner, w) = head.weights(triangle, ray.at(distance));
                let facet = head.facet(triangle);
                let n = head.normals[corner[0]] * w.x
                    + head.normals[corner[1]] * w.y
                    + head.normals[corner[2]] * w.z;
                Some(Spot { distance, facet, normal: n.normalize_or(facet), triangle })
            }
            Self::Ball { centre, radius } => {
                let t = ball(ray, *centre, *radius)?;
                let n = (ray.at(t) - *centre) / *radius;
                (t < most).then_some(Spot { distance: t, facet: n, normal: n, triangle: 0 })
            }
        }
    }

    /// True when the body does not stand within `most` mm.
    #[inline(always)]
    pub(crate) fn open_on<L: Lanes>(&self, walk: &mut Walk<L>, ray: &Beam, most: f32) -> bool {
        match self {
            Self::Mesh(head) => head.facets.open_on(walk, ray, most),
            Self::Ball { centre, radius } => match ball(ray, *centre, *radius) {
                Some(t) => t >= most,
                None => true,
            },
        }
    }

    /// Looks up the parts of a mesh that the rays of a bundle can meet.
    #[inline(always)]
    pub(crate) fn parts<L: Lanes>(&self, l: L, bundle: &Bundle, out: &mut Parts) {
        if let Self::Mesh(head) = self {
            head.facets.tree().parts(l, bundle, out);
        }
    }
}

/// Where a ray enters a ball from outside.
#[inline(always)]
fn ball(ray: &Beam, centre: Vec3, radius: f32) -> Option<f32> {
    let away = centre - ray.origin;
    let shift = away.dot(ray.direction);
    let o = ray.direction * shift - away;
    let disc = radius * radius - o.length_squared();
    if disc < 0.0 {
        return None;
    }
    let t = shift - disc.sqrt();
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
    #[inline(always)]
    pub(crate) fn clear<L: Lanes>(&self, walk: &mut Walk<L>, ray: &Beam, most: f32, skip: u32) -> bool {
        self.body.open_on(walk, ray, most) && self.hairs.open_on(walk, ray, most, skip)
    }
}

/// No piece of hair to be left out.
pub(crate) const NO_PIECE: u32 = NONE;
