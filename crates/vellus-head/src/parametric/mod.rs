//! A head from a few measured lengths.
//!
//! The shape is the mean head of a morphable model made from light-stage scans (ICT-FaceKit, MIT
//! licence, see `data/head/SOURCE.md`), kept as coefficients: spherical harmonics of the radius for
//! the head, a B-spline of the signed distance for the ear. It is meshed once, then warped so that its
//! length, breadth and circumference are those of the person: of all warps that give the lengths,
//! the likeliest, with the model's identity modes and simple scalings as directions.
//!
//! # Limits
//! The face is nobody's: eyes closed, expression neutral, the same for everybody but for its
//! proportions. Sex changes the lengths that were not given, the length of the face and the
//! size of the ears (means of ANSUR II), age the size of the ears; brow, jaw and neck are the same
//! for everybody.

pub mod harmonics;
mod lengths;
mod mesher;
pub(crate) mod model;
mod norms;
mod template;
#[cfg(test)]
mod tests;
mod warp;

pub use lengths::Lengths;

use crate::normal_equations::NormalEquations;
use crate::{Mesh, Sex};
use glam::DVec3;
use lengths::Samples;
use rayon::prelude::*;
use std::sync::OnceLock;
use template::Template;
use vellus_units::Millimetres;
use warp::{Basis, FREE, Shape};

/// How fine the mesh is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// About 10,000 vertices.
    Coarse,
    /// About 20,000 vertices: some 4 mm on the scalp, 2.3 mm on the face.
    #[default]
    Standard,
    /// About 60,000 vertices.
    Fine,
}

impl Resolution {
    /// Edge length on the scalp of the mean head, mm.
    const fn edge_mm(self) -> f64 {
        match self {
            Self::Coarse => 6.4,
            Self::Standard => 4.5,
            Self::Fine => 2.6,
        }
    }
}

/// What is known of a head.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ParametricSpec {
    /// Glabella to opisthocranion; 150 to 240 mm.
    pub head_length: Option<Millimetres>,
    /// Greatest breadth above the ears; 115 to 190 mm.
    pub head_breadth: Option<Millimetres>,
    /// Tape around glabella and opisthocranion; 470 to 680 mm, and within 30 mm of what people
    /// with such a length and breadth have.
    pub head_circumference: Option<Millimetres>,
    /// Tape from tragion to tragion over the vertex; 290 to 430 mm, and within 25 mm of what the
    /// other lengths give: says how high the head is, to about 4 mm. When left out the likeliest
    /// height is taken.
    pub bitragion_coronal_arc: Option<Millimetres>,
    /// Years: ears grow with age. When left out, that of the survey.
    pub age_years: Option<f64>,
    /// Whose means fill in for the rest.
    pub sex: Sex,
    /// How fine the mesh is.
    pub resolution: Resolution,
}

/// Named places of a built head, mm, head space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParametricLandmarks {
    /// The most forward point of the forehead between the brows.
    pub glabella: DVec3,
    /// The deepest point of the root of the nose.
    pub nasion: DVec3,
    /// The most forward point of the nose.
    pub nose_tip: DVec3,
    /// The lowest point of the chin.
    pub menton: DVec3,
    /// The outer corner of the left eye.
    pub lateral_canthus_left: DVec3,
    /// The outer corner of the right eye.
    pub lateral_canthus_right: DVec3,
    /// The notch above the left tragus.
    pub tragion_left: DVec3,
    /// The notch above the right tragus.
    pub tragion_right: DVec3,
    /// The lower rim of the left orbit.
    pub orbitale_left: DVec3,
    /// The lower rim of the right orbit.
    pub orbitale_right: DVec3,
    /// The highest point of the midline.
    pub vertex: DVec3,
    /// The point of the back of the head farthest from the glabella.
    pub opisthocranion: DVec3,
}

/// A built head.
#[derive(Clone, Debug)]
pub struct ParametricHead {
    /// The surface: closed, symmetric in x, mm, head space.
    pub mesh: Mesh,
    /// Named places on it.
    pub landmarks: ParametricLandmarks,
    /// The lengths that it has: within about 1 mm of those given, or filled in.
    pub lengths: Lengths,
}

/// Why a head cannot be built.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParametricError {
    /// A length that nobody has.
    #[error("{what} is {value_mm:.1} mm; it must lie between {low_mm:.0} and {high_mm:.0} mm{why}")]
    OutOfRange {
        /// Which length.
        what: &'static str,
        /// What was given, mm.
        value_mm: f64,
        /// The least, mm.
        low_mm: f64,
        /// The most, mm.
        high_mm: f64,
        /// What the range depends on; may be empty.
        why: &'static str,
    },
}

const LENGTH_RANGE_MM: (f64, f64) = (150.0, 240.0);
const BREADTH_RANGE_MM: (f64, f64) = (115.0, 190.0);
const CIRCUMFERENCE_RANGE_MM: (f64, f64) = (470.0, 680.0);
/// How far a circumference may be from the one expected of its length and breadth, mm: 2.8
/// residual standard deviations of women, 4.8 of men.
const CIRCUMFERENCE_SLACK_MM: f64 = 30.0;
const ARC_RANGE_MM: (f64, f64) = (290.0, 430.0);
/// How far the arc may be from the one that the other lengths give, mm: assumption, about three
/// times what the height of heads of one length and breadth varies by.
const ARC_SLACK_MM: f64 = 25.0;
/// Ear length of the mean head, mm.
const TEMPLATE_EAR_MM: f64 = 62.0;

/// Builds a head.
///
/// # Errors
/// If a length lies outside its range, or the circumference cannot belong to the length and breadth.
pub fn build(spec: &ParametricSpec) -> Result<ParametricHead, ParametricError> {
    let target = targets(spec)?;
    let shape = condition(spec, target)?;
    let template = Template::mean();
    let frame = &template.frame;
    let basis = |p: DVec3| Basis::at(p, frame, template.cut_y()).apply(&shape, frame.centre);

    // The tragia give the origin, the orbitale the Frankfurt horizontal.
    let (tragion, orbitale) = (basis(frame.tragion), basis(frame.orbitale));
    let (dy, dz) = (orbitale.y - tragion.y, orbitale.z - tragion.z);
    let hypotenuse = (dy * dy + dz * dz).sqrt();
    let (sin, cos) = (dy / hypotenuse, dz / hypotenuse);
    let into_head = |p: DVec3| {
        let (y, z) = (p.y - tragion.y, p.z - tragion.z);
        DVec3::new(p.x, cos * y - sin * z, sin * y + cos * z)
    };
    let place = |p: DVec3| into_head(basis(p));

    let mean = mean_mesh(spec.resolution);
    let positions: Vec<DVec3> = mean.positions.par_iter().map(|p| place(*p)).collect();
    let (lengths, opisthocranion) = Samples::mean().measure(&shape);
    let right = |p: DVec3| DVec3::new(-p.x, p.y, p.z);
    let vertex = positions
        .iter()
        .filter(|p| p.x == 0.0)
        .copied()
        .fold(DVec3::MIN, |a, p| if p.y > a.y { p } else { a });
    let canthus = place(frame.lateral_canthus);
    let landmarks = ParametricLandmarks {
        glabella: place(frame.glabella),
        nasion: place(frame.nasion),
        nose_tip: place(frame.nose_tip),
        menton: place(frame.menton),
        lateral_canthus_left: canthus,
        lateral_canthus_right: right(canthus),
        tragion_left: into_head(tragion),
        tragion_right: right(into_head(tragion)),
        orbitale_left: into_head(orbitale),
        orbitale_right: right(into_head(orbitale)),
        vertex,
        opisthocranion: into_head(opisthocranion),
    };
    Ok(ParametricHead { mesh: Mesh { positions, triangles: mean.triangles.clone() }, landmarks, lengths })
}

/// Name, value, mean and standard deviation (ANSUR II) of the lengths that have norms, mm.
#[must_use]
pub fn norms_of(sex: Sex, lengths: &crate::HeadLengths) -> [(&'static str, f64, f64, f64); 3] {
    let (mean, sd) = (norms::mean(sex), norms::sd(sex));
    [
        ("head length", lengths.head_length.0, mean[0], sd[0]),
        ("head breadth", lengths.head_breadth.0, mean[1], sd[1]),
        ("head circumference", lengths.head_circumference.0, mean[2], sd[2]),
    ]
}

/// The three lengths, given or filled in, mm.
fn targets(spec: &ParametricSpec) -> Result<[f64; 3], ParametricError> {
    let given =
        [spec.head_length, spec.head_breadth, spec.head_circumference].map(|l| l.map(Millimetres::value));
    let target = norms::complete(spec.sex, given);
    let check = |what, value_mm: f64, (low_mm, high_mm): (f64, f64), why| {
        // Written so that a NaN is refused.
        if value_mm >= low_mm && value_mm <= high_mm {
            Ok(())
        } else {
            Err(ParametricError::OutOfRange { what, value_mm, low_mm, high_mm, why })
        }
    };
    check("head length", target[0], LENGTH_RANGE_MM, "")?;
    check("head breadth", target[1], BREADTH_RANGE_MM, "")?;
    check("head circumference", target[2], CIRCUMFERENCE_RANGE_MM, "")?;
    let expected = norms::circumference_mm(spec.sex, target[0], target[1]);
    let range = (expected - CIRCUMFERENCE_SLACK_MM, expected + CIRCUMFERENCE_SLACK_MM);
    check("head circumference", target[2], range, " with this head length and breadth")?;
    Ok(target)
}

/// The mean head's mesh; the same for everybody, so made once.
fn mean_mesh(resolution: Resolution) -> &'static Mesh {
    static MESHES: [OnceLock<Mesh>; 3] = [const { OnceLock::new() }; 3];
    MESHES[resolution as usize].get_or_init(|| mesher::mesh(Template::mean(), resolution.edge_mm()))
}

/// Prior standard deviations of the free parameters. Overall size is left to the lengths; the
/// identity modes vary the skull some 1.5 times as much as people differ, and are held tighter than
/// that so that a narrow head does not get a receding forehead with it.
const PRIOR_SD: [f64; FREE] = {
    let mut sd = [0.4; FREE];
    sd[0] = 0.10;
    sd[1] = 0.035;
    sd[2] = 0.035;
    sd[3] = 3.0;
    sd[4] = 0.08;
    sd
};
/// How near the lengths must come, mm.
const ENOUGH_MM: f64 = 0.1;
/// What the lengths may miss, mm (standard deviation): those given exactly, the face loosely.
const EXACT_SD_MM: f64 = 0.01;
const FACE_SD_MM: f64 = 3.0;

/// The likeliest shape that has the lengths: Gauss–Newton on the posterior.
fn condition(spec: &ParametricSpec, target: [f64; 3]) -> Result<Shape, ParametricError> {
    let free = likeliest(spec, target, None);
    let Some(arc) = spec.bitragion_coronal_arc.map(Millimetres::value) else { return Ok(free) };
    let expected = Samples::mean().measure(&free).0.bitragion_coronal_arc_mm;
    let (low_mm, high_mm) =
        (ARC_RANGE_MM.0.max(expected - ARC_SLACK_MM), ARC_RANGE_MM.1.min(expected + ARC_SLACK_MM));
    // Written so that a NaN is refused.
    if arc >= low_mm && arc <= high_mm {
        Ok(likeliest(spec, target, Some(arc)))
    } else {
        Err(ParametricError::OutOfRange {
            what: "bitragion coronal arc",
            value_mm: arc,
            low_mm,
            high_mm,
            why: " with the other lengths",
        })
    }
}

fn likeliest(spec: &ParametricSpec, target: [f64; 3], arc: Option<f64>) -> Shape {
    const GOALS: usize = 5;
    let samples = Samples::mean();
    let centre = Template::mean().frame.centre;
    let goal = [target[0], target[1], target[2], arc.unwrap_or(0.0), norms::face_mm(spec.sex)];
    let sd = [EXACT_SD_MM, EXACT_SD_MM, EXACT_SD_MM, EXACT_SD_MM, FACE_SD_MM];
    let wanted = [true, true, true, arc.is_some(), true];
    let ear_mm = norms::ear_mm(spec.sex, spec.age_years);
    let ears = |v: &[f64; FREE]| (ear_mm / TEMPLATE_EAR_MM / libm::exp(v[0])).clamp(0.85, 1.3);
    let measure = |v: &[f64; FREE]| -> [f64; GOALS] {
        let shape = Shape::from_free(v, 1.0);
        let (l, _) = samples.measure(&shape);
        let face = samples.nasion.apply(&shape, centre).distance(samples.menton.apply(&shape, centre));
        [l.head_length_mm, l.head_breadth_mm, l.head_circumference_mm, l.bitragion_coronal_arc_mm, face]
    };
    let mut v = [0.0; FREE];
    let (mut best, mut least) = (v, f64::MAX);
    for pass in 0..40 {
        let here = measure(&v);
        let miss = (0..4).filter(|k| wanted[*k]).map(|k| (here[k] - goal[k]).abs()).fold(0.0, f64::max);
        if miss < least {
            (best, least) = (v, miss);
        }
        if least < ENOUGH_MM && pass > 3 {
            break;
        }
        // The greatest breadth jumps from place to place: shorter steps settle it.
        let stride = if pass < 3 { 0.8 } else { 0.4 };
        let mut jacobian = [[0.0; FREE]; GOALS];
        for k in 0..FREE {
            let mut moved = v;
            let step = 0.02 * PRIOR_SD[k];
            moved[k] += step;
            for (row, (a, b)) in jacobian.iter_mut().zip(measure(&moved).iter().zip(&here)) {
                row[k] = (a - b) / step;
            }
        }
        let mut normal = NormalEquations::<FREE>::default();
        for r in (0..GOALS).filter(|r| wanted[*r]) {
            let reached: f64 = jacobian[r].iter().zip(&v).map(|(j, x)| j * x).sum();
            normal.add(&jacobian[r], goal[r] - here[r] + reached, 1.0 / (sd[r] * sd[r]));
        }
        for (k, sd) in PRIOR_SD.iter().enumerate() {
            normal.prior(k, 0.0, 1.0 / (sd * sd));
        }
        let Some(to) = normal.solve() else { break };
        for k in 0..FREE {
            v[k] += stride * (to[k] - v[k]);
        }
    }
    Shape::from_free(&best, ears(&best))
}

/// The lines of a table of numbers: `#` starts a comment, `v*n` stands for v repeated n times.
fn numbers(text: &str) -> impl Iterator<Item = Vec<f64>> + '_ {
    text.lines().filter(|l| !l.starts_with('#')).map(|line| {
        let mut out = Vec::new();
        for word in line.split(',') {
            let (value, times) = word.split_once('*').unwrap_or((word, "1"));
            let value: f64 = value.parse().expect("the shipped table holds numbers");
            let times: usize = times.parse().expect("the shipped table holds counts");
            out.extend(std::iter::repeat_n(value, times));
        }
        out
    })
}
