//! The same heads and close-ups traced, beside what the quick pictures of the contact sheets make of them.

use crate::{Fallible, Studio, dots, full, norwood};
use glam::Vec3;
use std::time::Instant;
use vellus_light::UnderSkin;
use vellus_light::trace::{Film, Grown, Portrait, Settings, Under, Wetness};
use vellus_light::*;

pub(crate) fn trace(
    st: &Studio,
    camera: &Camera,
    lights: Lights,
    frame: Frame<'_>,
    samples: u32,
    pores: bool,
    wetness: Wetness,
) -> Fallible<Film> {
    let t = Instant::now();
    let grown = Grown::new(&frame)?;
    let under = Under::new(&frame, pores)?;
    let built = t.elapsed();
    let portrait = Portrait {
        head: &st.head,
        frame,
        grown: &grown,
        under: &under,
        lights,
        wetness,
        polarised: false,
        fade: None,
    };
    let t = Instant::now();
    let settings = Settings { samples, depth: 12, pass: samples, key: st.key };
    let film = portrait.trace(camera, &settings, &mut |_, _| true)?;
    eprintln!(
        "   {}x{} {samples} paths, {} pieces, {} dots: built {built:?}, traced {:?}",
        camera.width,
        camera.height,
        grown.pieces(),
        frame.dots.len(),
        t.elapsed()
    );
    Ok(film)
}

/// Stubble, stubble with dots and a buzz cut: quick on the left, traced on the right.
pub(crate) fn heads(st: &Studio) -> Fallible<Image> {
    let skin = Skin::fitzpatrick(Fitzpatrick::II, Undertone::Neutral);
    let hair = HairColour::preset(HairTone::DarkBrown);
    let none = Dots::default();
    let stubble = st.with_brows(st.hair(190.0, 0.5, 36.0, 0.03, &norwood));
    let smp = dots(&st.scalp, 180.0, &skin, &|p| 0.1 + 0.9 * crate::is_thin(p), st.key);
    let buzz = st.with_brows(st.hair(190.0, 4.0, 36.0, 0.03, &norwood));
    let (centre, radius) = st.head.framing_sphere();
    let camera = Camera::preset(View::ThreeQuarter, centre, radius, 300, 375)?;
    let lights = Lights::daylight().turned_to(&camera);
    let stage = Stage::new(&st.head, &camera, &lights, &Quality::ordinary(st.key));
    let mut all = Vec::new();
    for (strands, dots, wet) in
        [(&stubble, &none, Wetness::Dry), (&stubble, &smp, Wetness::Dry), (&buzz, &none, Wetness::Dry)]
    {
        let frame = Frame { skin: &skin, hair: &hair, strands, dots };
        all.push(stage.compose(&frame)?);
        all.push(trace(st, &camera, lights, frame, 16, false, wet)?.image_on(lights.background));
    }
    Ok(contact_sheet(&all, 2, 6))
}

/// Square centimetres: quick above, traced below.
pub(crate) fn closeups(st: &Studio) -> Fallible<Image> {
    let (mut quick, mut traced) = (Vec::new(), Vec::new());
    let none = Dots::default();
    let skin = Skin::fitzpatrick(Fitzpatrick::II, Undertone::Neutral);
    let hair = HairColour::preset(HairTone::DarkBrown);
    let short = st.hair(180.0, 0.4, 36.0, 0.05, &full);
    let some = st.hair(60.0, 0.4, 30.0, 0.05, &full);
    let three = st.hair(180.0, 3.0, 36.0, 0.05, &full);
    let smp = dots(&st.scalp, 110.0, &skin, &full, st.key);
    let (point, normal) = st.scalp.nearest(Vec3::new(0.0, 185.0, 10.0));
    let camera = Camera::close_up(point, normal, 10.0, 320)?;
    let lights = Lights::close_up(&camera);
    let stage = Stage::new(&st.head, &camera, &lights, &Quality::ordinary(st.key));
    for (strands, dots) in [(&short, &none), (&some, &smp), (&three, &none)] {
        let frame = Frame { skin: &skin, hair: &hair, strands, dots };
        quick.push(stage.compose(&frame)?);
        traced.push(trace(st, &camera, lights, frame, 48, true, Wetness::Dry)?.image_on(lights.background));
    }
    quick.extend(traced);
    Ok(contact_sheet(&quick, 3, 6))
}

/// How dark a stub is: traced, quick and by formula, mm² of skin a hair. Says it; the picture is of the last.
pub(crate) fn stubs(st: &Studio) -> Fallible<Image> {
    let none = Dots::default();
    let hair = HairColour::preset(HairTone::DarkBrown);
    let (point, normal) = st.scalp.nearest(Vec3::new(0.0, 185.0, 10.0));
    let camera = Camera::close_up(point, normal, 10.0, 160)?;
    let even = Lights {
        key: lights::FarLight { toward: normal, colour: Vec3::ZERO, radius: 0.1 },
        fill: lights::FarLight { toward: normal, colour: Vec3::ZERO, radius: 0.1 },
        sky: Vec3::ONE,
        ground: Vec3::ONE,
        background: Vec3::ZERO,
    };
    let mut last = Vec::new();
    for class in [Fitzpatrick::II, Fitzpatrick::V] {
        let skin = Skin::fitzpatrick(class, Undertone::Neutral).with_gloss(0.0);
        for (what, lights) in
            [("even sky", even), ("ring", Lights::close_up(&camera)), ("daylight", Lights::daylight())]
        {
            let stage = Stage::new(&st.head, &camera, &lights, &Quality::ordinary(st.key));
            for length in [0.15_f32, 0.5, 1.0] {
                let strands = st.hair(100.0, length, 36.0, 0.0, &full);
                let shown = strands
                    .root
                    .iter()
                    .filter(|p| {
                        let at = camera.project(**p);
                        at.x > 0.0 && at.y > 0.0 && at.x < 160.0 && at.y < 160.0 && at.z < 120.0
                    })
                    .count();
                let bare = Frame { skin: &skin, hair: &hair, strands: &Strands::default(), dots: &none };
                let full = Frame { strands: &strands, ..bare };
                let y = |i: &Image| {
                    let m = i.mean();
                    0.2126 * m[0] + 0.7152 * m[1] + 0.0722 * m[2]
                };
                let area = |a: f64, b: f64| 100.0 * (1.0 - a / b) / shown.max(1) as f64;
                let quick = area(y(&stage.compose(&full)?), y(&stage.compose(&bare)?));
                let a = trace(st, &camera, lights, full, 64, false, Wetness::Dry)?.image();
                let b = trace(st, &camera, lights, bare, 64, false, Wetness::Dry)?.image();
                let traced = area(y(&a), y(&b));
                let formula = UnderSkin::new(&skin).shaved_hair_mm2(72.0, f64::from(length), &hair);
                eprintln!(
                    "{class:?} {what} {length} mm, {shown} hairs: traced {traced:.4} quick {quick:.4} formula {formula:.4} mm2"
                );
                last = vec![stage.compose(&full)?, a];
            }
        }
    }
    Ok(contact_sheet(&last, 2, 6))
}
