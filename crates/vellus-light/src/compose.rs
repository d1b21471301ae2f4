//! The hot path: a frame of hair, roots and dots onto a finished stage.
//!
//! 1. Dots, roots and the shade of short hair multiply the skin's colour as soft spots (`Spot`).
//! 2. The skin is lit: albedo × spots × (key + fill + dome) + gloss; long hair shades it.
//! 3. Hairs are drawn front to back as exactly covered lines over skin and background.

use crate::error::LightError;
use crate::extinction::Extinction;
use crate::hair_colour::HairColour;
use crate::hair_shading::{Surroundings, shade};
use crate::hair_volume::Volume;
use crate::image::Image;
use crate::raster::{BAND_ROWS, Line, Spot, spots};
use crate::scene::{Dots, Strands};
use crate::skin::Skin;
use crate::stage::Stage;
use crate::under_skin::{CLEAR, MOST_RADIUS_UM, UnderSkin, root_behind_mm, stub_shade};
use glam::{Vec2, Vec3, Vec4};
use rayon::prelude::*;
use vellus_units::random::{Key, Purpose};

/// What is on the head on one date of one plan.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The person's skin.
    pub skin: &'a Skin,
    /// The person's hair colour.
    pub hair: &'a HairColour,
    /// Hairs; each also has a root that shows through the skin.
    pub strands: &'a Strands,
    /// Pigment dots.
    pub dots: &'a Dots,
}

/// Share of its light that a pixel gives to each neighbour across and down: a lens and a sensor are
/// not sharper than about half a pixel. Assumption.
const LENS: f32 = 0.13;
/// Strands or dots that one task prepares.
const CHUNK: usize = 2048;
/// Hairs per mm² of scalp, for pooling (norms: 1.6 to 2.3).
const HAIRS_PER_MM2: f32 = 2.0;
/// Hair longer than this, mm, is drawn from its curve and shades by the volume of all hair.
pub const LONG_MM: f32 = 8.0;
/// Gloss that stubble takes, per area of its side per area of skin: at 200 hairs/cm² of 0.07 × 0.5
/// mm a bald shine falls to a quarter. Assumption: stubble breaks the film and scatters the mirror
/// image; densely shaved scalp is matt in photographs.
const GLOSS_TAKEN: f32 = 20.0;
/// Spots that the shade of a short hair is made of at most, and the length that one stands for, mm.
const SHADES: usize = 5;
const SHADE_MM: f32 = 1.6;
/// The mouth of a follicle in close-ups: skin area, mm², that looks dark, and its width, mm.
/// Assumption: a pit of 0.1 to 0.2 mm that half closes round the shaft.
const PORE_MM2: f32 = 0.006;
const PORE_SIGMA_MM: f32 = 0.085;
/// Share of the height of a picture over which long hair fades at the bottom. Assumption, by eye.
const VIGNETTE: f32 = 0.10;
/// Blur of the shade of a hair, mm, because light spreads in the skin on its way out. Assumption, the
/// least of the widths by which the edges of shadows are blurred (stage.rs), less the sharp part that is
/// reflected from just under the surface.
const SHADE_BLUR_MM: f32 = 0.45;
/// Painted pixels of long hair that a picture may cost, per pixel of the picture.
const PAINT: f32 = 40.0;
/// Pieces of long hair that a picture may cost, per pixel, and how many it may have in any case.
const PIECES: f64 = 2.5;
const LEAST_PIECES: f64 = 150_000.0;

/// One straight piece of hair, ready to draw.
#[derive(Clone, Copy)]
struct Piece {
    line: Line,
    depth: Vec2,
    body: Vec3,
    shine: Vec3,
    /// Share of what is behind it that it hides.
    dense: f32,
}

/// Limits of what can be seen at a pixel.
struct Sight {
    /// Depth from which the skin hides things, mm.
    limit: Vec<f32>,
}

impl Stage {
    /// Makes the picture of a frame.
    ///
    /// # Errors
    /// [`LightError`] when the arrays of a frame do not fit together or hold values that are no
    /// sensible numbers.
    pub fn compose(&self, frame: &Frame<'_>) -> Result<Image, LightError> {
        frame.strands.check()?;
        frame.dots.check()?;
        let sight = self.sight();
        let stride = self.stride(frame.strands);
        let volume = self.volume(frame.strands);
        let marks = self.under_and_shade(frame, &sight);
        let ground = self.skin_picture(frame.skin, &marks, volume.as_ref());
        let pieces = self.pieces(frame, volume.as_ref(), stride);
        let mut picture = self.draw(&pieces, &sight, ground);
        if volume.is_some() {
            self.vignette(&mut picture);
        }
        Ok(picture.softened(if self.camera.perspective { LENS } else { 0.0 }))
    }

    fn sight(&self) -> Sight {
        let limit = self
            .pixels
            .par_iter()
            .map(|p| {
                if p.cover == 0.0 {
                    return f32::INFINITY;
                }
                let cos = p.normal.dot(self.camera.toward(p.position)).clamp(0.2, 1.0);
                let slope = libm::sqrtf(1.0 - cos * cos) / cos;
                p.depth + 0.6 + 1.2 * slope / self.camera.pixels_per_mm(p.depth)
            })
            .collect();
        Sight { limit }
    }

    fn index(&self, at: Vec3) -> Option<usize> {
        let (x, y) = (at.x.floor(), at.y.floor());
        (x >= 0.0 && y >= 0.0 && x < self.camera.width as f32 && y < self.camera.height as f32)
            .then(|| y as usize * self.camera.width + x as usize)
    }

    /// Where a point of skin is on the picture, and its cosine to the camera, when it can be seen.
    fn seen(&self, p: Vec3, normal: Vec3, sight: &Sight) -> Option<(Vec3, f32)> {
        let cos = normal.dot(self.camera.toward(p));
        if cos <= 0.02 {
            return None;
        }
        let at = self.camera.project(p);
        // Outside the picture a wide spot may still reach in; there it cannot be tested.
        match self.index(at) {
            Some(i) => (at.z <= sight.limit[i]).then_some((at, cos)),
            None => {
                let m = 2.0 * self.camera.pixels_per_mm(at.z);
                let near = at.x > -m
                    && at.y > -m
                    && at.x < self.camera.width as f32 + m
                    && at.y < self.camera.height as f32 + m;
                (near && !self.camera.perspective).then_some((at, cos))
            }
        }
    }

    fn under_and_shade(&self, frame: &Frame<'_>, sight: &Sight) -> Vec<Vec4> {
        let strands = frame.strands;
        // Root optics by radius, 1 µm apart, with and without pigment.
        let under_skin = UnderSkin::new(frame.skin);
        // By whether the strand is white, then by radius. From afar a root is one spot.
        let table = [false, true].map(|white| {
            let roots = under_skin.roots(frame.hair, white);
            (0..=MOST_RADIUS_UM)
                .map(|r| {
                    let d = 2.0 * r as f64;
                    if self.camera.perspective { vec![roots.of(d)] } else { roots.segments(d).to_vec() }
                })
                .collect::<Vec<_>>()
        });
        let behind = if self.camera.perspective { [0.0; 3] } else { root_behind_mm() };
        let pool = self.pooled();
        let shade = 1.0 - frame.hair.mean_albedo().element_product().min(1.0) * 0.5;
        let mut list: Vec<Spot> = (0..frame.dots.len().div_ceil(CHUNK))
            .into_par_iter()
            .flat_map_iter(|c| {
                let (from, to) = (c * CHUNK, ((c + 1) * CHUNK).min(frame.dots.len()));
                (from..to).filter_map(|i| {
                    let d = frame.dots;
                    let (at, cos) = self.seen(d.position[i], d.normal[i], sight)?;
                    Some(self.spot(at, cos, &d.extinction[i], 0.0))
                })
            })
            .collect();
        let roots: Vec<Spot> = (0..strands.len().div_ceil(CHUNK))
            .into_par_iter()
            .flat_map_iter(|c| {
                let (from, to) = (c * CHUNK, ((c + 1) * CHUNK).min(strands.len()));
                let (table, behind) = (&table, &behind);
                (from..to).filter(move |i| i % pool == 0).flat_map(move |i| {
                    let mut out = [None; SHADES + 4];
                    let Some((at, cos)) = self.seen(strands.root[i], strands.normal[i], sight) else {
                        return out;
                    };
                    let r = strands.radius_um[i];
                    let root = &table[usize::from(strands.white[i])]
                        [((r + 0.5).max(0.0) as usize).min(MOST_RADIUS_UM)];
                    let n = strands.normal[i];
                    let along = strands.direction[i] - n * strands.direction[i].dot(n);
                    let along = along.normalize_or_zero();
                    for (k, e) in root.iter().enumerate() {
                        let there = strands.root[i] - along * behind[k] as f32;
                        let at = if behind[k] > 0.0 { self.camera.project(there) } else { at };
                        out[k] = Some(self.spot(at, cos, e, 0.0).times(pool as f32));
                    }
                    if !self.camera.perspective {
                        let pore = Extinction::gaussian([PORE_MM2 * 0.8, PORE_MM2, PORE_MM2], PORE_SIGMA_MM);
                        out[3] = Some(self.spot(at, cos, &pore, 2.0 * PORE_MM2));
                    }
                    let length = strands.length_mm[i];
                    if length <= 0.0 || length > LONG_MM {
                        return out;
                    }
                    let parts = ((length / SHADE_MM).ceil() as usize).clamp(1, SHADES);
                    let side = 0.002 * r * length / parts as f32;
                    let key = self.lights.key.toward;
                    let sideways = key - n * key.dot(n);
                    let under = Extinction::gaussian(
                        [side * stub_shade(f64::from(length)) as f32 * shade; 3],
                        libm::sqrtf(0.09 * length * length + SHADE_BLUR_MM * SHADE_BLUR_MM).min(0.7),
                    );
                    for (k, out) in out[4..4 + parts].iter_mut().enumerate() {
                        let away = strands.direction[i] * (length * (k as f32 + 0.5) / parts as f32);
                        let high = away.dot(n);
                        let foot = strands.root[i] + away - n * high - sideways * (1.2 * high);
                        let at = self.camera.project(foot);
                        *out = Some(self.spot(at, cos, &under, side * GLOSS_TAKEN).times(pool as f32));
                    }
                    out
                })
            })
            .flatten_iter()
            .collect();
        list.extend(roots);
        spots(&list, self.camera.width, self.camera.height)
    }

    fn spot(&self, at: Vec3, cos: f32, e: &Extinction, gloss_mm2: f32) -> Spot {
        let s = self.camera.pixels_per_mm(at.z);
        let mut gloss = gloss_mm2;
        let parts = e.parts.map(|p| {
            let [r, g, b] = p.area_mm2;
            // Gloss goes with the core.
            let w = std::mem::take(&mut gloss);
            (p.sigma_mm * s * libm::sqrtf(cos), Vec4::new(r, g, b, w) * (cos * s * s))
        });
        Spot::new(at.truncate(), parts)
    }

    fn skin_picture(&self, skin: &Skin, marks: &[Vec4], volume: Option<&Volume>) -> Vec<Vec3> {
        let albedo = skin.albedo();
        let red = skin.redness_factor();
        self.pixels
            .par_iter()
            .enumerate()
            .map(|(i, p)| {
                let back = self.background(i);
                if p.cover == 0.0 {
                    return back;
                }
                let mut own = albedo * p.tint;
                if skin.redness > 0.0 {
                    own *= Vec3::ONE.lerp(red, self.texture.flush(p.position));
                }
                own *= marks[i].truncate();
                let (mut key, mut dome) = (1.0, 1.0);
                if let Some(v) = volume {
                    // Skin in the shade of hair still gets what the hair scatters. Assumption.
                    let [k, d] = v.at(p.position + p.normal * 3.0);
                    (key, dome) = (0.12 + 0.88 * k, 0.35 + 0.65 * d);
                }
                let (mut bump, mut glint) = (1.0, 1.0);
                if let Some(r) = self.relief.get(i) {
                    (bump, glint) = self.relief(*r, p.normal, skin.texture);
                }
                let gloss = 2.0 * skin.gloss * marks[i].w * glint;
                let lit = own * (p.key * (key * bump) + p.fill * (0.5 * (key + dome)) + p.dome * dome)
                    + (p.gloss_key * key + p.gloss_rest * dome) * gloss;
                back.lerp(lit, p.cover)
            })
            .collect()
    }

    /// A plain paper background, a little darker towards the corners.
    fn background(&self, i: usize) -> Vec3 {
        let x = (i % self.camera.width) as f32 / self.camera.width as f32 - 0.5;
        let y = (i / self.camera.width) as f32 / self.camera.height as f32 - 0.5;
        self.lights.background * (1.06 - 0.35 * (x * x + y * y))
    }

    /// Fades the last rows of a portrait into the background.
    fn vignette(&self, picture: &mut Image) {
        if !self.camera.perspective {
            return;
        }
        let h = self.camera.height as f32;
        for (i, p) in picture.pixels.iter_mut().enumerate() {
            let y = ((i / self.camera.width) as f32 + 0.5) / h;
            let t = ((y - 1.0 + VIGNETTE) / VIGNETTE).clamp(0.0, 1.0);
            *p = p.lerp(self.background(i), t * t * (3.0 - 2.0 * t));
        }
    }

    /// Factors on key light and gloss from the fine relief of the skin: height and slopes.
    fn relief(&self, fine: Vec3, normal: Vec3, strength: f32) -> (f32, f32) {
        let l = self.lights.key.toward;
        let nl = normal.dot(l).max(0.2);
        let (gx, gy) = (fine.y, fine.z);
        let lean = -(gx * self.camera.right.dot(l) + gy * self.camera.up.dot(l)) * strength;
        // Scattering in the skin fills most of so small a relief; the mirror image sees all of it.
        let bump = 1.0 + 0.55 * (lean / nl).clamp(-0.8, 0.8);
        let hollow = (1.0 + strength * 4.0 * fine.x.min(0.0)).max(0.5);
        // Facets that lean towards the half vector glint, the others go dark.
        let glint = (1.0 + 5.0 * lean).clamp(0.15, 3.5) * hollow;
        (bump * (0.4 + 0.6 * hollow), glint)
    }

    /// How many short hairs one drawn hair stands for: where several fall into one pixel, some carry
    /// the darkness of the others. The mean tone stays; at most half of what a pixel shows is pooled.
    fn pooled(&self) -> usize {
        if !self.camera.perspective {
            return 1;
        }
        let scale = self.camera.pixels_per_mm(self.camera.eye.distance(self.centre));
        let in_a_pixel = HAIRS_PER_MM2 / (scale * scale).max(1e-3);
        ((0.5 * in_a_pixel) as usize).clamp(1, 3)
    }

    /// How many strands of long hair one drawn strand stands for.
    fn stride(&self, strands: &Strands) -> usize {
        if !self.camera.perspective {
            return 1;
        }
        let scale = self.camera.pixels_per_mm(self.camera.eye.distance(self.centre));
        let total: f64 = strands.length_mm.iter().filter(|l| **l > LONG_MM).map(|l| f64::from(*l)).sum();
        let budget = f64::from(PAINT) * (self.camera.width * self.camera.height) as f64;
        let pieces = total / f64::from(crate::groom::STEP_MM);
        let most = (PIECES * (self.camera.width * self.camera.height) as f64).max(LEAST_PIECES);
        (total * f64::from(scale) / budget).max(pieces / most).ceil().clamp(1.0, 64.0) as usize
    }

    fn volume(&self, strands: &Strands) -> Option<Volume> {
        strands.curves.as_ref()?;
        let long = strands.length_mm.iter().any(|l| *l > LONG_MM);
        if long {
            Volume::new(strands, self.lights.key.toward, (strands.len() / 40_000).max(1))
        } else {
            None
        }
    }

    fn pieces(&self, frame: &Frame<'_>, volume: Option<&Volume>, stride: usize) -> Vec<Piece> {
        let strands = frame.strands;
        let pool = self.pooled();
        let bodies = [frame.hair.body_albedo(false), frame.hair.body_albedo(true)];
        (0..strands.len().div_ceil(CHUNK))
            .into_par_iter()
            .flat_map_iter(|c| {
                let (from, to) = (c * CHUNK, ((c + 1) * CHUNK).min(strands.len()));
                let mut out = Vec::new();
                for i in from..to {
                    let length = strands.length_mm[i];
                    if length <= 0.0 || strands.radius_um[i] <= 0.0 {
                        continue;
                    }
                    let mut body = bodies[usize::from(strands.white[i])];
                    match (&strands.curves, length > LONG_MM) {
                        (Some(curves), true) if i % stride == 0 => {
                            // A strand that stands for several has their mean colour.
                            let group = &strands.white[i..(i + stride).min(strands.len())];
                            let white = group.iter().filter(|w| **w).count();
                            body = bodies[0].lerp(bodies[1], white as f32 / group.len() as f32);
                            let (a, b) = (curves.first[i] as usize, curves.first[i + 1] as usize);
                            self.long(
                                i,
                                strands,
                                &curves.points[a..b],
                                body,
                                volume,
                                stride as f32,
                                &mut out,
                            );
                        }
                        // The others of its group are drawn with it.
                        (Some(_), true) => {}
                        _ if i % pool == 0 => self.short(i, strands, body, pool as f32, &mut out),
                        _ => {}
                    }
                }
                out
            })
            .collect()
    }

    fn short(&self, i: usize, strands: &Strands, body: Vec3, stands_for: f32, out: &mut Vec<Piece>) {
        let (root, t, length) = (strands.root[i], strands.direction[i], strands.length_mm[i]);
        let tip = root + t * length;
        let n = strands.normal[i];
        let view = self.camera.toward(root);
        if n.dot(view) < -0.35 && length < 4.0 {
            return;
        }
        let (a, b) = (self.camera.project(root), self.camera.project(tip));
        let scale = self.camera.pixels_per_mm(a.z);
        let line = Line {
            from: a.truncate(),
            to: b.truncate(),
            radius: 0.001 * strands.radius_um[i] * scale * stands_for,
        };
        if self.outside(&line) {
            return;
        }
        let (lit, open) = match self.index(a) {
            Some(k) if self.pixels[k].cover > 0.0 => (self.pixels[k].lit, self.pixels[k].open),
            _ => (0.8, 0.8),
        };
        // Short hair stands in its own forest: its feet see less of the light than its tips.
        let buried = 1.0 - 0.5 * (length / 5.0).min(1.0);
        let around = Surroundings { normal: n, key: lit * buried, fill: open * buried, dome: open * buried };
        // A fibre without pigment is glass: the skin under it shows through.
        let dense = 1.0 - CLEAR * body.element_product().clamp(0.0, 1.0);
        let (body, shine) = shade(t, view, body, &around, &self.lights);
        out.push(Piece { line, depth: Vec2::new(a.z, b.z), body, shine, dense });
    }

    fn outside(&self, l: &Line) -> bool {
        let (lo, hi) = (l.from.min(l.to), l.from.max(l.to));
        let m = l.radius + 1.0;
        hi.x < -m || hi.y < -m || lo.x > self.camera.width as f32 + m || lo.y > self.camera.height as f32 + m
    }

    fn long(
        &self,
        i: usize,
        strands: &Strands,
        points: &[Vec3],
        body: Vec3,
        volume: Option<&Volume>,
        stride: f32,
        out: &mut Vec<Piece>,
    ) {
        let mut stream = Key::new(0, 0).stream(Purpose::Strand, i as u64);
        // Strands of one head differ in shade; the tips are bleached a little. Assumption.
        let tone = 0.8 + 0.4 * stream.uniform() as f32;
        let twinkle = 0.55 + 0.9 * stream.uniform() as f32;
        let body = Vec3::new(
            libm::powf(body.x, 1.0 / tone),
            libm::powf(body.y, 1.0 / tone),
            libm::powf(body.z, 1.0 / tone),
        );
        let deep_body =
            body * Vec3::new(libm::powf(body.x, 0.4), libm::powf(body.y, 0.4), libm::powf(body.z, 0.4));
        let n = points.len().saturating_sub(1).max(1) as f32;
        for (k, w) in points.windows(2).enumerate() {
            let d = w[1] - w[0];
            let Some(t) = d.try_normalize() else { continue };
            let mid = 0.5 * (w[0] + w[1]);
            let (a, b) = (self.camera.project(w[0]), self.camera.project(w[1]));
            let scale = self.camera.pixels_per_mm(a.z);
            let taper = 1.0 - 0.5 * (k as f32 / n) * (k as f32 / n);
            let line = Line {
                from: a.truncate(),
                to: b.truncate(),
                radius: 0.001 * strands.radius_um[i] * scale * taper * stride,
            };
            if self.outside(&line) {
                continue;
            }
            let view = self.camera.toward(mid);
            let outward = (mid - self.centre).normalize_or(view);
            let sheet = (outward - t * outward.dot(t)).normalize_or(outward);
            let [key, dome] = volume.map_or([1.0, 1.0], |v| v.at(mid));
            let around =
                Surroundings { normal: sheet, key, fill: 0.3 + 0.7 * dome, dome: 0.25 + 0.75 * dome };
            // Light that reaches hair inside the sheet has been through other hair: the colour deepens.
            let deep = body.lerp(deep_body, 1.0 - dome);
            let (body, shine) = shade(t, view, deep, &around, &self.lights);
            out.push(Piece { line, depth: Vec2::new(a.z, b.z), body, shine: shine * twinkle, dense: 1.0 });
        }
    }

    fn draw(&self, pieces: &[Piece], sight: &Sight, mut picture: Vec<Vec3>) -> Image {
        let (width, height) = (self.camera.width, self.camera.height);
        picture.par_chunks_mut(width * BAND_ROWS).enumerate().for_each(|(band, rows)| {
            let top = band * BAND_ROWS;
            let bottom = top + rows.len() / width;
            // Front to back; equal depths keep the order of the strands.
            let mut order: Vec<(u32, u32)> = Vec::new();
            for (i, p) in pieces.iter().enumerate() {
                let (a, b) = (p.line.from.y.min(p.line.to.y), p.line.from.y.max(p.line.to.y));
                let m = p.line.radius + 1.5;
                if b + m >= top as f32 && a - m <= bottom as f32 {
                    let z = (p.depth.x + p.depth.y).max(0.0);
                    order.push((z.to_bits(), i as u32));
                }
            }
            order.sort_unstable();
            let mut light = vec![Vec4::new(0.0, 0.0, 0.0, 1.0); rows.len()];
            for (_, i) in order {
                let p = &pieces[i as usize];
                let wide = p.line.radius > 0.8;
                let flat = p.body + p.shine;
                p.line.cover(width, top as i32, bottom as i32, |x, y, cover, across, along| {
                    let k = (y - top) * width + x;
                    let out = &mut light[k];
                    if out.w < 0.004 {
                        return;
                    }
                    let i = y * width + x;
                    let z = p.depth.x + (p.depth.y - p.depth.x) * along;
                    let mut alpha = cover.min(1.0) * p.dense;
                    if z > sight.limit[i] {
                        let there = &self.pixels[i];
                        let all = z - sight.limit[i] > there.far - there.depth;
                        alpha *= 1.0 - there.cover * if all { 1.0 } else { there.near };
                    }
                    let colour = if wide {
                        let h = across.clamp(-1.0, 1.0);
                        let round = 1.273 * libm::sqrtf(1.0 - h * h);
                        p.body * (0.35 + 0.65 * round) + p.shine * (2.28 * libm::expf(-4.08 * h * h))
                    } else {
                        flat
                    };
                    *out += (colour * (out.w * alpha)).extend(-out.w * alpha);
                });
            }
            for (pixel, l) in rows.iter_mut().zip(&light) {
                *pixel = *pixel * l.w + l.truncate();
            }
        });
        Image { width, height, pixels: picture }
    }
}
