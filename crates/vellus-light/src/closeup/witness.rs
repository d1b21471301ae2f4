//! Writing down what is in a picture.

use super::field::{Field, HairClass};
use super::make::{Scalp, Standing, paint};
use super::overlay::Drawn;
use super::spec::CloseUpSpec;
use super::truth::{
    Counts, DistractorTruth, DotTruth, Fate, GrowthTruth, HairPaint, HairTruth, PairTruth, Scale, SkinTruth,
    TRUTH_SCHEMA, Truth, UnitTruth,
};
use super::visit::Visit;
use crate::colour;
use crate::hair_fibre::fibre_albedo;
use glam::{DVec2, DVec3, Vec3};
use libm::{hypot, sqrt};
use std::collections::{BTreeMap, BTreeSet};

/// Radius of the blur up to which a hair is in focus, pixels. Assumption.
const SHARP_PX: f64 = 1.5;

struct Frame {
    size: DVec2,
}

impl Frame {
    fn holds(&self, p: DVec2, margin: f64) -> bool {
        p.x >= -margin && p.y >= -margin && p.x < self.size.x + margin && p.y < self.size.y + margin
    }
}

/// The truth of a picture; the caller names it.
pub(crate) fn truth(
    spec: &CloseUpSpec,
    scalp: &Scalp,
    standing: &[Standing<'_>],
    visit: &Visit,
    seed: u64,
    overlays: Vec<Drawn>,
) -> Truth {
    let lens = &visit.lens;
    let frame = Frame { size: DVec2::new(f64::from(lens.width_px), f64::from(lens.height_px)) };
    let scale = scale(visit, &frame);
    let hairs: Vec<HairTruth> =
        (standing.iter()).filter_map(|s| hair(spec, &scalp.field, s, visit, &frame)).collect();
    let mut of_unit: BTreeMap<u32, u32> = BTreeMap::new();
    for s in standing {
        if let Some(u) = s.grown.unit {
            *of_unit.entry(u).or_default() += 1;
        }
    }
    let on_skin = |q: [f64; 2]| {
        let p = visit.pose.in_frame(q);
        (p, lens.project(DVec3::new(p[0], p[1], lens.skin_height(p[0], p[1]))).0)
    };
    let units: Vec<UnitTruth> = (scalp.field.units.iter().enumerate())
        .filter_map(|(id, u)| {
            let (centre_mm, px) = on_skin(u.centre_in_scalp);
            frame.holds(px, 0.0).then(|| UnitTruth {
                id: id as u32,
                centre_px: px.to_array(),
                centre_mm,
                hairs: of_unit.get(&(id as u32)).copied().unwrap_or(0),
            })
        })
        .collect();
    let dots = dots(scalp, visit, &frame);
    let within = |d: &DotTruth| frame.holds(DVec2::from_array(d.centre_px), 0.0);
    let leaving: Vec<&HairTruth> = hairs.iter().filter(|h| h.exit_in_picture).collect();
    let count = |f: &dyn Fn(&HairTruth) -> bool| leaving.iter().filter(|h| f(h)).count() as u32;
    let cm2 = scale.area_mm2 / 100.0;
    let dots_in = dots.iter().filter(|d| within(d)).count() as u32;
    let counts = Counts {
        hairs: leaving.len() as u32,
        terminal: count(&|h| h.class == HairClass::Terminal),
        intermediate: count(&|h| h.class == HairClass::Intermediate),
        vellus: count(&|h| h.class == HairClass::Vellus),
        white: count(&|h| h.white),
        units: units.iter().filter(|u| u.hairs > 0).count() as u32,
        dots: dots_in,
        hairs_per_cm2: leaving.len() as f64 / cm2,
        dots_per_cm2: f64::from(dots_in) / cm2,
    };
    Truth {
        schema_version: TRUTH_SCHEMA,
        picture: String::new(),
        seed,
        visit: visit.number as u32 + 1,
        scale,
        skin: SkinTruth {
            lab: scalp.skin.lab,
            ita_deg: scalp.skin.ita_degrees(),
            erythema: spec.skin.erythema,
        },
        counts,
        hairs,
        units,
        dots,
        distractors: distractors(scalp, standing, visit, &frame),
        overlays,
        camera: spec.camera,
        pair: None,
    }
}

fn scale(visit: &Visit, frame: &Frame) -> Scale {
    let lens = &visit.lens;
    let (w, h) = (frame.size.x, frame.size.y);
    let middle = lens.local_scale(0.5 * frame.size).unwrap_or([lens.scale_px_per_mm; 2]);
    let corners = [(0.0, 0.0), (w, 0.0), (0.0, h), (w, h)].map(|(x, y)| lens.local_scale(DVec2::new(x, y)));
    // The outline of the picture on the skin.
    let n = 64;
    let mut outline = Vec::with_capacity(4 * n);
    for (from, to) in [((0.0, 0.0), (w, 0.0)), ((w, 0.0), (w, h)), ((w, h), (0.0, h)), ((0.0, h), (0.0, 0.0))]
    {
        for k in 0..n {
            let t = k as f64 / n as f64;
            let p = DVec2::new(from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
            outline.extend(lens.on_skin(p).map(|p| DVec2::new(p.x, p.y)));
        }
    }
    let area: f64 = (0..outline.len()).map(|i| outline[i].perp_dot(outline[(i + 1) % outline.len()])).sum();
    Scale {
        px_per_mm: sqrt(middle[0] * middle[1]),
        middle_px_per_mm: middle,
        corners_px_per_mm: corners,
        area_mm2: (0.5 * area).abs().max(1e-6),
        mapping: *lens,
    }
}

fn lab_of(per_radius: Vec3, radius_mm: f64) -> [f64; 3] {
    let k = radius_mm / crate::hair_colour::REFERENCE_RADIUS_MM;
    colour::lab_from_linear(per_radius.to_array().map(|s| fibre_albedo(f64::from(s) * k)))
}

/// Length of the part of a segment that is in the picture, as a share, by cutting it finely.
fn share_inside(a: DVec2, b: DVec2, frame: &Frame) -> f64 {
    let (ia, ib) = (frame.holds(a, 0.0), frame.holds(b, 0.0));
    if ia && ib {
        return 1.0;
    }
    // Liang and Barsky's cut.
    let d = b - a;
    let (mut lo, mut hi) = (0.0_f64, 1.0_f64);
    for (start, step, size) in [(a.x, d.x, frame.size.x), (a.y, d.y, frame.size.y)] {
        if step.abs() < 1e-12 {
            if start < 0.0 || start >= size {
                return 0.0;
            }
            continue;
        }
        let (t0, t1) = ((0.0 - start) / step, (size - start) / step);
        lo = lo.max(t0.min(t1));
        hi = hi.min(t0.max(t1));
    }
    (hi - lo).max(0.0)
}

fn hair(
    spec: &CloseUpSpec,
    field: &Field,
    s: &Standing<'_>,
    visit: &Visit,
    frame: &Frame,
) -> Option<HairTruth> {
    let (lens, g) = (&visit.lens, s.grown);
    let unit = g.unit?;
    let seen: Vec<(DVec2, f64)> = s.stations.iter().map(|st| lens.project(st.p_in_frame)).collect();
    let mut visible = 0.0;
    for (k, w) in seen.windows(2).enumerate() {
        let length = (s.stations[k + 1].p_in_frame - s.stations[k].p_in_frame).length();
        visible += length * share_inside(w[0].0, w[1].0, frame);
    }
    let inside = seen.iter().filter(|(p, _)| frame.holds(*p, 0.0)).count();
    if visible <= 0.0 && inside == 0 {
        return None;
    }
    let (first, last) = (s.stations.first()?, s.stations.last()?);
    let eye = lens.stand().eye;
    let widths_px = (s.stations.iter().enumerate())
        .map(|(k, st)| {
            let (a, b) = (k.saturating_sub(1), (k + 1).min(s.stations.len() - 1));
            let along = s.stations[b].p_in_frame - s.stations[a].p_in_frame;
            let side = along.cross(st.p_in_frame - eye).normalize_or(DVec3::X) * st.radius_mm;
            (lens.project(st.p_in_frame + side).0 - lens.project(st.p_in_frame - side).0).length()
        })
        .collect();
    let mut blur: Vec<f64> = seen.iter().map(|(_, z)| lens.blur_px(*z)).collect();
    blur.sort_by(f64::total_cmp);
    let blur_px = blur[blur.len() / 2];
    let dyed = field.dye.is_some() && s.length_mm > spec.hair.dye_regrowth_mm;
    let lab = [first, last].map(|st| lab_of(paint(spec, field, g, st.along_mm), st.radius_mm));
    Some(HairTruth {
        id: g.id,
        unit,
        class: HairClass::of_um(g.width_um),
        width_um: g.width_um,
        exit_px: seen[0].0.to_array(),
        tip_px: seen[seen.len() - 1].0.to_array(),
        exit_mm: first.p_in_frame.to_array(),
        tip_mm: last.p_in_frame.to_array(),
        exit_in_picture: frame.holds(seen[0].0, 0.0),
        cut_by_border: inside < seen.len(),
        length_mm: s.length_mm,
        visible_length_mm: visible,
        tilt_deg: g.tilt.to_degrees(),
        azimuth_deg: (g.azimuth.to_degrees() + visit.pose.turn_deg).rem_euclid(360.0),
        paint: if dyed {
            HairPaint::Dyed
        } else if g.white {
            HairPaint::White
        } else {
            HairPaint::Natural
        },
        white: g.white,
        lab,
        stubble: g.stubble,
        telogen: g.telogen,
        blur_px,
        in_focus: blur_px <= SHARP_PX,
        mask: 0,
        centreline_px: seen.iter().map(|(p, _)| p.to_array()).collect(),
        centreline_mm: s.stations.iter().map(|st| st.p_in_frame.to_array()).collect(),
        widths_um: s.stations.iter().map(|st| 2000.0 * st.radius_mm).collect(),
        widths_px,
    })
}

fn dots(scalp: &Scalp, visit: &Visit, frame: &Frame) -> Vec<DotTruth> {
    let lens = &visit.lens;
    (scalp.dots.iter().zip(&scalp.groups))
        .filter_map(|(d, merged)| {
            let centre_mm = visit.pose.in_frame(d.centre_in_scalp);
            let z = lens.skin_height(centre_mm[0], centre_mm[1]);
            let (px, _) = lens.project(DVec3::new(centre_mm[0], centre_mm[1], z));
            let seen_mm = d.profile.seen_mm();
            let local = lens.local_scale(px).map_or(lens.scale_px_per_mm, |[a, b]| sqrt(a * b));
            let seen_px = seen_mm * local;
            if !frame.holds(px, 0.5 * seen_px) {
                return None;
            }
            let to_unit = (scalp.field.units.iter())
                .filter(|u| u.size > 0)
                .map(|u| {
                    hypot(
                        u.centre_in_scalp[0] - d.centre_in_scalp[0],
                        u.centre_in_scalp[1] - d.centre_in_scalp[1],
                    )
                })
                .fold(f64::INFINITY, f64::min);
            Some(DotTruth {
                id: d.id,
                centre_px: px.to_array(),
                centre_mm,
                diameter_um: d.diameter_um,
                seen_um: 1000.0 * seen_mm,
                seen_px,
                aspect: d.aspect,
                axis_deg: (d.axis.to_degrees() + visit.pose.turn_deg).rem_euclid(180.0),
                lab: d.tone_lab(&scalp.skin),
                depth_um: d.depth_um,
                age_years: d.age_years,
                merged: *merged,
                scab: d.scab,
                to_unit_mm: to_unit.is_finite().then_some(to_unit),
                mask: 0,
            })
        })
        .collect()
}

fn distractors(
    scalp: &Scalp,
    standing: &[Standing<'_>],
    visit: &Visit,
    frame: &Frame,
) -> Vec<DistractorTruth> {
    let lens = &visit.lens;
    let place = |q: [f64; 2]| {
        let p = visit.pose.in_frame(q);
        (p, lens.project(DVec3::new(p[0], p[1], lens.skin_height(p[0], p[1]))).0)
    };
    let mut out = Vec::new();
    for m in &scalp.marks {
        let (centre_mm, px) = place(m.centre_in_scalp);
        let path_px: Vec<[f64; 2]> = m.path.iter().map(|q| place(*q).1.to_array()).collect();
        let near = frame.holds(px, m.radius_mm * lens.scale_px_per_mm)
            || path_px.iter().any(|p| frame.holds(DVec2::from_array(*p), 0.0));
        if near {
            // A tenth of the places tells the course of a vessel.
            let path_px = path_px.into_iter().step_by(10).collect();
            let kind = m.kind.name().to_owned();
            out.push(DistractorTruth {
                kind,
                centre_px: px.to_array(),
                centre_mm,
                width_mm: 2.0 * m.radius_mm,
                path_px,
            });
        }
    }
    for s in standing.iter().filter(|s| s.grown.unit.is_none()) {
        let path: Vec<DVec2> = s.stations.iter().map(|st| lens.project(st.p_in_frame).0).collect();
        if path.iter().any(|p| frame.holds(*p, 0.0)) {
            let middle = s.stations[s.stations.len() / 2];
            out.push(DistractorTruth {
                kind: "debris".to_owned(),
                centre_px: path[path.len() / 2].to_array(),
                centre_mm: [middle.p_in_frame.x, middle.p_in_frame.y],
                width_mm: s.grown.width_um / 1000.0,
                path_px: path.iter().map(|p| p.to_array()).collect(),
            });
        }
    }
    out
}

/// What became of each hair that is in either picture; the caller names the first picture.
pub(crate) fn pair(field: &Field, second: &Visit, in_first: &[u32], in_second: &[u32]) -> PairTruth {
    let (a, b): (BTreeSet<u32>, BTreeSet<u32>) =
        (in_first.iter().copied().collect(), in_second.iter().copied().collect());
    let hairs = (field.hairs.iter())
        .filter(|g| a.contains(&g.id) || b.contains(&g.id))
        .map(|g| {
            let fate = match g.there {
                [false, _] => Fate::New,
                [_, false] => Fate::Shed,
                _ if g.telogen => Fate::Resting,
                _ => Fate::Grown,
            };
            let growth_mm = if fate == Fate::Shed { 0.0 } else { g.growth_mm_per_day * second.days };
            GrowthTruth {
                id: g.id,
                fate,
                growth_mm,
                mm_per_day: g.growth_mm_per_day,
                in_pictures: [a.contains(&g.id), b.contains(&g.id)],
            }
        })
        .collect();
    PairTruth { first_picture: String::new(), days: second.days, pose: second.pose, hairs }
}
