//! The scene of the renderer's figures: a head in a clinic that anybody may trace.
//!
//! Sides and back are worn a centimetre long, the top is stubble among dots.

use super::film::Film;
use super::portrait::{Grown, Portrait, Under, Wetness};
use crate::colour::srgb_from_linear;
use crate::compose::Frame;
use crate::error::LightError;
use crate::groom::{Collider, Style, lay};
use crate::hair_colour::{HairColour, HairTone};
use crate::head_model::HeadModel;
use crate::lights::Lights;
use crate::scene::{Dots, Strands};
use crate::skin::{Fitzpatrick, Skin, Undertone};
use crate::under_skin::UnderSkin;
use crate::view::{Camera, View};
use glam::Vec3;
use vellus_head::Mesh;
use vellus_units::random::{Key, Purpose};

/// Length of stubble, and of hair on the sides and the back, mm.
const STUBBLE_MM: f32 = 0.5;
const WORN_MM: f32 = 11.0;
/// Share of the hairs that are stubble on the top.
const TOP: f64 = 0.3;
/// The scalp is above the line through these heights at this depth and rise, mm and mm per mm.
const LINE_MM: f32 = 30.0;
const RISE: f32 = 0.72;
/// The top is as far above that line, mm.
const TOP_MM: f32 = 38.0;

/// A head with hairs and dots.
pub struct Clinic {
    head: HeadModel,
    strands: Strands,
    dots: Dots,
    skin: Skin,
    hair: HairColour,
    grown: Grown,
    under: Under,
}

/// How far a place is above the border of the scalp, mm.
fn above(p: Vec3) -> f32 {
    p.y - LINE_MM - RISE * p.z
}

impl Clinic {
    /// Puts hairs and dots on a mesh in head space.
    ///
    /// # Errors
    /// A mesh that is no head.
    pub fn new(mesh: &Mesh, hairs: usize, dots: usize, key: Key) -> Result<Self, LightError> {
        let head = HeadModel::new(mesh, None)?;
        let skin = Skin::fitzpatrick(Fitzpatrick::II, Undertone::Neutral);
        let hair = HairColour::preset(HairTone::DarkBrown);
        let scalp = Places::new(&head, |p| above(p) > 0.0);
        let top = Places::new(&head, |p| above(p) > TOP_MM);
        let mut s = key.stream(Purpose::Placement, 0);
        let mut strands = Strands::default();
        for k in 0..hairs {
            let on_top = (k as f64) < TOP * hairs as f64;
            let mut draw = || [s.uniform(), s.uniform(), s.uniform()];
            let Some((mut p, mut n)) =
                (if on_top { top.draw(&head, draw()) } else { scalp.draw(&head, draw()) })
            else {
                return Err(LightError::BrokenMesh("no scalp is found on this mesh"));
            };
            for _ in 0..8 {
                if on_top || above(p) < TOP_MM {
                    break;
                }
                (p, n) = scalp.draw(&head, draw()).unwrap_or((p, n));
            }
            let length = if above(p) < TOP_MM { WORN_MM } else { STUBBLE_MM };
            strands.push(p, n, length, 36.0, false);
        }
        let style = Style {
            whorl: Vec3::new(0.0, 100.0, -60.0),
            parting_x_mm: 0.0,
            parting_back_z_mm: -50.0,
            loft_mm: 5.0,
            wave: 0.2,
        };
        lay(&mut strands, &style, &Collider::new(&head), key);
        let carbon = UnderSkin::new(&skin).carbon(25.0);
        let mut set = Dots::default();
        for _ in 0..dots {
            if let Some((p, n)) = top.draw(&head, [s.uniform(), s.uniform(), s.uniform()]) {
                set.push(p, n, carbon.of(s.lognormal(160.0, 0.15), 220.0, 110.0));
            }
        }
        let frame = Frame { skin: &skin, hair: &hair, strands: &strands, dots: &set };
        let (grown, under) = (Grown::new(&frame)?, Under::new(&frame, false)?);
        Ok(Self { head, strands, dots: set, skin, hair, grown, under })
    }

    /// Number of straight pieces of hair.
    #[must_use]
    pub const fn pieces(&self) -> usize {
        self.grown.pieces()
    }

    /// The camera of a clinical series.
    ///
    /// # Errors
    /// A size out of range.
    pub fn camera(&self, view: View, width: usize, height: usize) -> Result<Camera, LightError> {
        Camera::framed(view, &self.head, -100.0, 0.8, width, height)
    }

    /// Hands the head to a portrait under daylight.
    pub fn portrait<T>(&self, camera: &Camera, f: impl FnOnce(&Portrait<'_>) -> T) -> T {
        let frame = Frame { skin: &self.skin, hair: &self.hair, strands: &self.strands, dots: &self.dots };
        f(&Portrait {
            head: &self.head,
            frame,
            grown: &self.grown,
            under: &self.under,
            lights: Lights::daylight().turned_to(camera),
            wetness: Wetness::Dry,
            polarised: false,
            fade: None,
        })
    }
}

/// Triangles whose middle lies where something may stand, by area.
struct Places {
    triangle: Vec<u32>,
    until: Vec<f64>,
}

impl Places {
    fn new(head: &HeadModel, here: impl Fn(Vec3) -> bool) -> Self {
        let (mut out, mut sum) = (Self { triangle: Vec::new(), until: Vec::new() }, 0.0);
        for (i, t) in head.triangles.iter().enumerate() {
            let [a, b, c] = t.map(|v| head.positions[v as usize]);
            if here((a + b + c) / 3.0) {
                sum += f64::from((b - a).cross(c - a).length());
                out.triangle.push(i as u32);
                out.until.push(sum);
            }
        }
        out
    }

    fn draw(&self, head: &HeadModel, u: [f64; 3]) -> Option<(Vec3, Vec3)> {
        let sum = self.until.last()?;
        let k = self.until.partition_point(|x| *x <= u[0] * sum).min(self.triangle.len() - 1);
        let t = head.triangles[self.triangle[k] as usize].map(|v| v as usize);
        let (r, v) = (libm::sqrt(u[1]) as f32, u[2] as f32);
        let w = [1.0 - r, r * (1.0 - v), r * v];
        let mix = |of: &[Vec3]| of[t[0]] * w[0] + of[t[1]] * w[1] + of[t[2]] * w[2];
        Some((mix(&head.positions), mix(&head.normals).normalize_or(Vec3::Y)))
    }
}

/// Standard deviation of the noise of one picture in flat skin, 8-bit steps of sRGB, in the worst channel: from
/// two films of different seeds, over pixels of the forehead that show nothing but skin.
#[must_use]
pub fn noise_of(films: [&Film; 2], camera: &Camera) -> Option<f64> {
    let coded = films.map(|f| f.image().pixels);
    let (mut sum, mut count) = ([0.0_f64; 3], 0.0);
    for (i, pair) in coded[0].iter().zip(&coded[1]).enumerate() {
        let [a, b] = films.map(|f| &f.sums[i]);
        if a.id != 1 || b.id != 1 || a.met == 0 {
            continue;
        }
        let (x, y) = (i % camera.width, i / camera.width);
        let (origin, direction) = camera.ray(x as f32 + 0.5, y as f32 + 0.5);
        let p = origin + direction * (a.depth / a.met as f32);
        // Below the hair, above the brows.
        if p.x.abs() > 35.0 || p.z < 60.0 || p.y < 50.0 || above(p) > -2.0 * WORN_MM {
            continue;
        }
        for c in 0..3 {
            let step = |v: &Vec3| 255.0 * srgb_from_linear(f64::from(v[c].clamp(0.0, 1.0)));
            let d = step(pair.0) - step(pair.1);
            sum[c] += 0.5 * d * d;
        }
        count += 1.0;
    }
    (count > 100.0).then(|| sum.iter().fold(0.0, |m: f64, s| m.max(libm::sqrt(s / count))))
}
