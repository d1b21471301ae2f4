//! The studio of one person: head, neck, light, hairs and dots of any day, ready to be composed.

use glam::{DVec2, Vec3};
use rayon::prelude::*;
use vellus_head::{Landmark, Mesh, Sex};
use vellus_light::face::{Brows, FacePoints, brows};
use vellus_light::groom::{Collider, Style, lay};
use vellus_light::{Camera, Dots, Frame, HeadModel, Image, Lights, Quality, Stage, Strands, View};
use vellus_pigment::ageing::{SCAR_RATE, dot_rate, spread_mm, tone_seen};
use vellus_plan::dot_worth::InkOptics;
use vellus_plan::dotwork::in_scar;
use vellus_plan::{MedianCourse, Moment, Subject};
use vellus_units::random::Purpose;

use crate::error::ReportError;

/// Share of the height of a picture that the head takes, from the chin upwards.
const FRAMING: f32 = 0.80;
/// Over this height above its cut the neck fades into the background, mm. Assumption, by eye.
const NECK_FADE_MM: f32 = 21.0;
/// Hair longer than this, mm, is combed aside for a close-up, and this much of it is shown.
const COMBED_FROM_MM: f32 = 8.0;
const COMBED_MM: f32 = 7.9;
/// Roots within this distance of the middle of a close-up are drawn, mm: its half diagonal and a hair.
const NEAR_MM: f32 = 16.0;

pub(super) struct Studio<'a> {
    pub(super) subject: &'a Subject,
    pub(super) model: HeadModel,
    collider: Collider,
    style: Style,
    brows: Strands,
    lights: Lights,
    neck: Neck,
    chin: Vec3,
}

/// The mesh with smoother ears: their rims are thinner than the triangles and come out as saws. The
/// passes alternate inwards and outwards (Taubin 1995), so that the ears keep their size.
fn soft_ears(mesh: &Mesh, face: &FacePoints) -> Mesh {
    const PASSES: [f64; 8] = [0.55, -0.57, 0.55, -0.57, 0.55, -0.57, 0.55, -0.57];
    let reach = f64::from(0.5 * (face.canthus_left.x - face.canthus_right.x).abs());
    let (middle, behind) = (f64::from(face.nasion.x), f64::from(face.nasion.z));
    let high = f64::from(face.nasion.y);
    let on_ear = |p: &glam::DVec3| {
        (p.x - middle).abs() > 1.6 * reach
            && behind - p.z > 1.6 * reach
            && behind - p.z < 3.4 * reach
            && p.y < high + 0.45 * reach
            && p.y > high - 1.8 * reach
    };
    let ears: Vec<bool> = mesh.positions.iter().map(on_ear).collect();
    let mut out = mesh.clone();
    for strength in PASSES {
        let mut sum = vec![(glam::DVec3::ZERO, 0.0); out.positions.len()];
        for t in &mesh.triangles {
            for k in 0..3 {
                let (i, j) = (t[k] as usize, t[(k + 1) % 3] as usize);
                if ears[i] {
                    sum[i].0 += out.positions[j];
                    sum[i].1 += 1.0;
                }
            }
        }
        for (p, (s, n)) in out.positions.iter_mut().zip(&sum) {
            if *n > 0.0 {
                *p += (*s / *n - *p) * strength;
            }
        }
    }
    out
}

/// Where the neck ends: a plane that may lean, since scans are cut from under the chin to the nape.
#[derive(Clone, Copy, Debug)]
struct Neck {
    /// How far back and how high the lowest points of nape and throat are, mm.
    nape: [f32; 2],
    throat: [f32; 2],
    chin_z: f32,
}

impl Neck {
    fn of(positions: &[glam::DVec3], chin: Vec3) -> Self {
        let low = positions.iter().fold(f64::INFINITY, |m, p| m.min(p.y));
        let neck: Vec<Vec3> = positions
            .iter()
            .filter(|p| p.y < low + 70.0)
            .map(|p| p.as_vec3())
            .filter(|p| p.z < chin.z - 30.0)
            .collect();
        let back = neck.iter().fold(f32::INFINITY, |m, p| m.min(p.z));
        let front = neck.iter().fold(f32::NEG_INFINITY, |m, p| m.max(p.z));
        // The lowest point of a slice, mm deep, at either end.
        let lowest = |near: f32| {
            const SLICE_MM: f32 = 20.0;
            let y =
                neck.iter().filter(|p| (p.z - near).abs() < SLICE_MM).fold(f32::INFINITY, |m, p| m.min(p.y));
            if y.is_finite() { y } else { low as f32 }
        };
        Self { nape: [back, lowest(back)], throat: [front, lowest(front)], chin_z: chin.z }
    }

    /// Share of the skin at a point that is shown.
    fn stays(&self, p: Vec3) -> f32 {
        let t = ((p.z - self.nape[0]) / (self.throat[0] - self.nape[0]).max(1.0)).clamp(0.0, 1.0);
        let cut = self.nape[1] + (self.throat[1] - self.nape[1]) * t;
        let smooth = |t: f32| {
            let t = t.clamp(0.0, 1.0);
            t * t * (3.0 - 2.0 * t)
        };
        let neck = smooth((p.y - cut - 3.0) / NECK_FADE_MM);
        // The chin may be lower than the cut and stays.
        let chin = smooth((p.z - self.chin_z + 50.0) / 30.0);
        neck.max(chin)
    }
}

impl<'a> Studio<'a> {
    pub(super) fn new(subject: &'a Subject) -> Result<Self, ReportError> {
        let mesh = subject.head.surface().mesh();
        let at = |l: Landmark| subject.head.landmarks().get(l).as_vec3();
        let (nose, menton) = (at(Landmark::NoseTip), at(Landmark::Menton));
        // The closed lips meet about 46 % of the way from the tip of the nose to the chin (mean head:
        // 48 %; neoclassical thirds: 43 %); the groove is then felt for on the mesh.
        let mouth = nose.lerp(menton, 0.46);
        let face = FacePoints {
            canthus_right: at(Landmark::LateralCanthusRight),
            canthus_left: at(Landmark::LateralCanthusLeft),
            nasion: at(Landmark::Nasion),
            mouth: Some(Vec3::new(0.0, mouth.y, mouth.z)),
        };
        let model = HeadModel::new(&soft_ears(mesh, &face), None)?;
        let face = face.felt_on(&model);
        let model = model.with_face(&face);
        let neck = Neck::of(&mesh.positions, menton);
        let collider = Collider::new(&model);
        let whorl = subject
            .head
            .head_from_chart(DVec2::new(0.04, vellus_hair::pattern::VERTEX_CENTRE_Y))
            .map_or(Vec3::new(0.0, 100.0, -50.0), |p| p.position.as_vec3());
        let person = &subject.person;
        let style =
            Style { whorl, parting_x_mm: 0.0, parting_back_z_mm: whorl.z + 10.0, loft_mm: 7.0, wave: 0.3 };
        let white = person.hair_colour.white_share;
        let fullness = if subject.person.sex == Sex::Female { 0.7 } else { 1.0 };
        let brows =
            brows(&model, &face, &Brows { radius_um: 29.0, white_share: white * 0.5, fullness }, subject.key);
        Ok(Self { subject, model, collider, style, brows, lights: Lights::daylight(), neck, chin: menton })
    }

    /// A camera of the clinical series.
    pub(super) fn camera(&self, view: View, size: (usize, usize)) -> Result<Camera, ReportError> {
        Ok(Camera::framed(view, &self.model, self.chin.y - 3.0, FRAMING, size.0, size.1)?)
    }

    /// Share of the skin at a point that is shown: the neck fades towards its cut.
    pub(super) fn stays(&self, p: Vec3) -> f32 {
        self.neck.stays(p)
    }

    pub(super) fn stage(&self, view: View, size: (usize, usize)) -> Result<Stage, ReportError> {
        let camera = self.camera(view, size)?;
        // The person turns, the room stays: what the camera sees is lit.
        let lights = self.lights.turned_to(&camera);
        let stage = Stage::new(&self.model, &camera, &lights, &Quality::ordinary(self.subject.key));
        Ok(stage.fading(|p| self.neck.stays(p)))
    }

    /// Every hair of a moment, cut to the length worn, with brows and lashes; for a close-up of a point
    /// with its normal only the hairs about it, long ones combed aside along a line through it, as
    /// for trichoscopy.
    pub(super) fn strands(
        &self,
        course: &MedianCourse,
        moment: &Moment,
        close_up: Option<(Vec3, Vec3)>,
    ) -> Strands {
        let worn = self.subject.person.length_worn_mm;
        let ground = &course.scalp.ground;
        let mut strands = match close_up {
            None => self.hairs(course, moment, 0..course.scalp.follicles.len(), f64::INFINITY),
            Some((p, _)) => {
                let near = (0..course.scalp.follicles.len()).filter(|i| {
                    let unit = course.scalp.follicles.unit[*i] as usize;
                    p.distance(Vec3::from(ground.position[unit])) <= NEAR_MM
                });
                self.hairs(course, moment, near, f64::from(COMBED_MM))
            }
        };
        self.lay(&mut strands);
        match close_up {
            None => append(&mut strands, &self.brows),
            Some((point, normal)) if worn > f64::from(COMBED_FROM_MM) => {
                comb_aside(&mut strands, point, normal)
            }
            Some(_) => {}
        }
        strands
    }

    /// Gives hairs the direction in which they grow at their place.
    pub(super) fn lay(&self, strands: &mut Strands) {
        lay(strands, &self.style, &self.collider, self.subject.key);
    }

    /// The hairs of some follicles at a moment, upright, none longer than `most_mm`; a follicle without a
    /// hair gives none.
    pub(super) fn hairs(
        &self,
        course: &MedianCourse,
        moment: &Moment,
        follicles: impl Iterator<Item = usize>,
        most_mm: f64,
    ) -> Strands {
        let person = &self.subject.person;
        let mut strands = Strands::default();
        let f = &course.scalp.follicles;
        let ground = &course.scalp.ground;
        for i in follicles {
            let d = moment.hair.calibre_um[i];
            if d <= 0.0 {
                continue;
            }
            let unit = f.unit[i] as usize;
            let mut s = self.subject.key.stream(Purpose::Strand, u64::from(f.stream[i]));
            let white = s.uniform() < f64::from(person.hair_colour.white_share);
            // Hairs of one unit leave the skin beside each other, a fifth of a millimetre apart.
            let (a, r) = (s.between(0.0, std::f64::consts::TAU), s.between(0.05, 0.22));
            let normal = Vec3::from(ground.normal[unit]);
            let side = normal.any_orthonormal_vector();
            let root = Vec3::from(ground.position[unit])
                + (side * libm::cos(a) as f32 + normal.cross(side) * libm::sin(a) as f32) * r as f32;
            // A miniaturised hair does not grow long: its anagen is short.
            let thin = f64::from((d / f.calibre_um[i]).clamp(0.05, 1.0));
            let grown = 4.0 + 400.0 * thin * thin * thin * s.between(0.75, 1.0);
            let cut = person.length_worn_mm
                * if person.length_worn_mm > 20.0 { s.between(0.82, 1.0) } else { s.between(0.93, 1.0) };
            strands.push(root, normal, cut.min(grown).min(most_mm) as f32, 0.5 * d, white);
        }
        strands
    }

    pub(super) fn dots(&self, course: &MedianCourse, day: f64) -> Dots {
        let d = &course.dots;
        let subject = self.subject;
        let sun = subject.person.smp.sun.rate();
        let inks: Vec<InkOptics> = d.inks.iter().map(|ink| InkOptics::new(subject, ink)).collect();
        let made: Vec<Option<(Vec3, Vec3, vellus_light::Extinction)>> = (0..d.len())
            .into_par_iter()
            .map(|i| {
                let age = day - f64::from(d.day[i]);
                let depth = f64::from(d.deposit_depth_um[i]);
                let ink = inks.get(usize::from(d.ink[i]))?;
                let rate = if in_scar(subject, d.position[i]) { SCAR_RATE * sun } else { sun };
                let measured = subject.earlier_factor.get(i).copied().unwrap_or(1.0);
                let tone = measured * tone_seen(age, dot_rate(rate, depth, i as u64, subject.key));
                if tone <= 0.0 {
                    return None;
                }
                let swollen = libm::exp(-age / 10.0);
                let diameter =
                    f64::from(d.healed_um[i]) + f64::from(d.fresh_um[i] - d.healed_um[i]) * 0.5 * swollen;
                let e = ink.of(diameter, depth).aged(tone, spread_mm(age, depth));
                Some((Vec3::from(d.position[i]), Vec3::from(d.normal[i]), e))
            })
            .collect();
        let mut out = Dots::default();
        for (p, n, e) in made.into_iter().flatten() {
            out.push(p, n, e);
        }
        out
    }

    pub(super) fn compose(
        &self,
        stage: &Stage,
        strands: &Strands,
        dots: &Dots,
        redness: f32,
    ) -> Result<Image, ReportError> {
        let person = &self.subject.person;
        let skin = person.skin.with_redness(redness);
        Ok(stage.compose(&Frame { skin: &skin, hair: &person.hair_colour, strands, dots })?)
    }
}

/// Lays hairs nearly flat, away from a line through a point that runs towards the face.
fn comb_aside(strands: &mut Strands, point: Vec3, normal: Vec3) {
    let line = if normal.z.abs() < 0.9 { Vec3::Z } else { Vec3::Y };
    let aside = line.cross(normal).normalize_or(Vec3::X);
    for i in 0..strands.len() {
        let n = strands.normal[i];
        let side = if (strands.root[i] - point).dot(aside) < 0.0 { -1.0 } else { 1.0 };
        // A third of the way each hair keeps its own lean, so that no two lie quite alike.
        let own = strands.direction[i];
        let d = aside * side + 0.35 * (own - n * own.dot(n));
        strands.direction[i] = ((d - n * d.dot(n)).normalize_or(aside) + 0.12 * n).normalize();
    }
}

fn append(to: &mut Strands, from: &Strands) {
    to.root.extend_from_slice(&from.root);
    to.normal.extend_from_slice(&from.normal);
    to.direction.extend_from_slice(&from.direction);
    to.length_mm.extend_from_slice(&from.length_mm);
    to.radius_um.extend_from_slice(&from.radius_um);
    to.white.extend_from_slice(&from.white);
    if let Some(curves) = &mut to.curves {
        let last = curves.first.last().copied().unwrap_or(0);
        curves.first.extend(std::iter::repeat_n(last, from.len()));
    }
}
