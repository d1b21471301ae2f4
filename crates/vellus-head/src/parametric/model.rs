//! The parametric head as something that can be fitted to a scan: points with what each parameter
//! does to them, in the frame of the mean head.

use super::template::Template;
use super::warp::{Basis, FREE, Shape};
use super::{PRIOR_SD, Resolution, mean_mesh};
use crate::Landmark;
use glam::{DMat3, DVec3};
use rayon::prelude::*;
use std::sync::LazyLock;

/// Where a point of the model belongs, as far as a fit has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The skull above face and ears.
    Skull,
    /// The face from the brow to the chin.
    Face,
    /// An ear and the skin just around it.
    Ear,
    /// Below chin and nape: posture and clothes are not identity.
    Neck,
}

/// The model at the resolution that fits use.
pub(crate) struct Model {
    /// The triangles of the mean head.
    pub(crate) triangles: Vec<[u32; 3]>,
    bases: Vec<Basis>,
    /// Part of each vertex.
    pub(crate) part: Vec<Part>,
    landmarks: Vec<(Landmark, Basis)>,
    tragion: Basis,
    orbitale: Basis,
    centre: DVec3,
}

/// Free parameters: size, breadth, depth, fullness, face, then the identity modes.
pub(crate) const PARAMETERS: usize = FREE;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let template = Template::mean();
    let frame = &template.frame;
    let mesh = mean_mesh(Resolution::Coarse);
    let basis = |p: DVec3| Basis::at(p, frame, template.cut_y());
    // 12 mm of skin around an ear is where hair, glasses and masks are.
    let part = |p: DVec3| {
        if p.y < frame.menton.y + 0.25 * (frame.nasion.y - frame.menton.y) && p.z < 0.55 * frame.menton.z
            || p.y < frame.menton.y - 4.0
        {
            Part::Neck
        } else if frame.ear_norm(p) < 1.45 && p.x.abs() > 45.0 {
            Part::Ear
        } else if p.z > 45.0 && p.y < frame.glabella.y + 6.0 {
            Part::Face
        } else {
            Part::Skull
        }
    };
    let right = |p: DVec3| DVec3::new(-p.x, p.y, p.z);
    let landmarks = [
        (Landmark::Glabella, frame.glabella),
        (Landmark::Nasion, frame.nasion),
        (Landmark::NoseTip, frame.nose_tip),
        (Landmark::Menton, frame.menton),
        (Landmark::LateralCanthusLeft, frame.lateral_canthus),
        (Landmark::LateralCanthusRight, right(frame.lateral_canthus)),
        (Landmark::TragionLeft, frame.tragion),
        (Landmark::TragionRight, right(frame.tragion)),
    ];
    Model {
        triangles: mesh.triangles.clone(),
        bases: mesh.positions.par_iter().map(|p| basis(*p)).collect(),
        part: mesh.positions.iter().map(|p| part(*p)).collect(),
        landmarks: landmarks.into_iter().map(|(l, p)| (l, basis(p))).collect(),
        tragion: basis(frame.tragion),
        orbitale: basis(frame.orbitale),
        centre: frame.centre,
    }
});

impl Model {
    /// The mean head.
    pub(crate) fn mean() -> &'static Self {
        &MODEL
    }

    /// Prior standard deviations of the parameters.
    pub(crate) const fn prior_sd() -> [f64; PARAMETERS] {
        PRIOR_SD
    }

    /// The point that sizes grow from, mm.
    pub(crate) const fn centre(&self) -> DVec3 {
        self.centre
    }

    /// Positions of all vertices, mm, in the frame of the mean head.
    pub(crate) fn positions(&self, v: &[f64; PARAMETERS]) -> Vec<DVec3> {
        let shape = Shape::from_free(v, 1.0);
        self.bases.par_iter().map(|b| b.apply(&shape, self.centre)).collect()
    }

    /// Positions of the landmarks that the model names, in the same frame.
    pub(crate) fn landmarks(&self, v: &[f64; PARAMETERS]) -> Vec<(Landmark, DVec3)> {
        let shape = Shape::from_free(v, 1.0);
        self.landmarks.iter().map(|(l, b)| (*l, b.apply(&shape, self.centre))).collect()
    }

    /// Origin and rotation that bring the frame of the mean head to head space: the origin midway
    /// between the tragia, tragia and orbitalia on one level.
    pub(crate) fn level(&self, v: &[f64; PARAMETERS]) -> (DVec3, DMat3) {
        let shape = Shape::from_free(v, 1.0);
        let tragion = self.tragion.apply(&shape, self.centre);
        let forward = self.orbitale.apply(&shape, self.centre) - tragion;
        let pitch = libm::atan2(forward.y, forward.z);
        (DVec3::new(0.0, tragion.y, tragion.z), DMat3::from_rotation_x(pitch))
    }

    /// How one vertex moves with each parameter, mm a unit.
    pub(crate) fn derivatives(&self, vertex: usize, v: &[f64; PARAMETERS]) -> [DVec3; PARAMETERS] {
        let shape = Shape::from_free(v, 1.0);
        self.bases[vertex].derivatives(&shape, self.centre)
    }
}
