//! The failures of the trade, made by the wrong numbers, beside the right ones.

use anyhow::Context;
use glam::Vec3;
use vellus_light::closeup::{Beside, CloseUp, CloseUpSpec, Smp, make};
use vellus_light::{HairTone, Image};
use vellus_units::random::{Key, Purpose};

use super::patch::{self, Distance};
use super::person::PEOPLE;
use super::sheet::{Sheet, Tile};
use super::state::{self, State};

/// Dots above this height of the picture are forehead, below that scalp; a share of it.
const HAIRLINE: f64 = 0.32;
/// Depth over which a good hairline rises to its full density, a share of the height: 14 mm at 1 m.
const ZONE: f64 = 0.32;

/// One way to do it.
struct Way {
    title: &'static str,
    numbers: String,
    smp: Smp,
    /// The hairline is a line instead of a zone.
    hard: bool,
}

/// The sheet: each way with its hairline at 1 m, and close up behind it.
pub(super) fn sheet(seed: u64) -> anyhow::Result<Sheet> {
    let (person, tone) = (&PEOPLE[0], HairTone::Brown);
    let recipe = state::matched(person, tone, seed)?;
    let right = State::Healed.spec(person, tone, recipe, Distance::Far).smp;
    let ways = [
        Way {
            title: "Right",
            numbers: format!(
                "{:.0} per mm, {:.0} µm wide, {:.0} µm deep",
                right.absorption_per_mm, right.diameter_um, right.depth_um
            ),
            smp: right,
            hard: false,
        },
        Way {
            title: "Too dark",
            numbers: "30 per mm, 330 µm wide, 200 per cm²".into(),
            smp: Smp { absorption_per_mm: 30.0, diameter_um: 330.0, density_per_cm2: 200.0, ..right },
            hard: false,
        },
        Way {
            title: "Too deep: blue",
            numbers: "30 per mm, 300 µm deep, 320 µm wide".into(),
            smp: Smp { absorption_per_mm: 30.0, depth_um: 300.0, diameter_um: 320.0, ..right },
            hard: false,
        },
        Way {
            title: "Too big",
            numbers: "700 µm wide, 60 per cm²".into(),
            smp: Smp { diameter_um: 700.0, density_per_cm2: 60.0, ..right },
            hard: false,
        },
        Way {
            title: "A grid",
            numbers: "evenness 1 instead of 0.7".into(),
            smp: Smp {
                evenness: 1.0,
                merged_share: 0.0,
                at_ostium_share: 0.0,
                diameter_spread: 0.02,

                ..right
            },
            hard: false,
        },
        Way { title: "A hard edge", numbers: "no transition zone".into(), smp: Smp { ..right }, hard: true },
    ];
    let (mut far, mut near) = (Vec::new(), Vec::new());
    for way in &ways {
        let spec = CloseUpSpec { smp: way.smp, ..State::Healed.spec(person, tone, recipe, Distance::Far) };
        let picture = patch::shrunk(&with_hairline(&spec, way.hard, seed)?, 4);
        far.push(Tile { caption: patch::tone(&picture), picture });
        let spec = CloseUpSpec { smp: way.smp, ..State::Healed.spec(person, tone, recipe, Distance::Clinic) };
        let picture = if way.hard {
            with_hairline(&spec, true, seed)?
        } else {
            patch::picture(&spec, Distance::Clinic, seed)?
        };
        near.push(Tile { caption: patch::tone(&picture), picture });
    }
    Ok(Sheet {
        title: "The failures of the trade, made by the wrong numbers".into(),
        note: "Light skin, brown hair, healed. Above at 1 m: forehead, hairline, scalp, 64 × 45 mm. Below a clinic camera, 10 × 7 mm.".into(),
        columns: ways.iter().map(|w| vec![w.title.to_owned(), w.numbers.clone()]).collect(),
        rows: vec![(vec!["At 1 m".into()], far), (vec!["Close up".into()], near)],
    })
}

/// The picture with dots only behind a hairline. The same scalp is made with and without dots, and each place shows the
/// one or the other by what becomes of the dot nearest to it.
fn with_hairline(spec: &CloseUpSpec, hard: bool, seed: u64) -> anyhow::Result<Image> {
    let of = |smp: Smp| -> anyhow::Result<CloseUp> {
        make(&CloseUpSpec { smp, ..spec.clone() }, seed, Beside::default(), &mut |_| {})
            .context("a picture of the failures")
    };
    let (mut dotted, bare) = (of(spec.smp)?, of(Smp { density_per_cm2: 0.0, ..spec.smp })?);
    let (w, h) = (dotted.image.width, dotted.image.height);
    let dots: Vec<([f64; 2], bool)> = dotted
        .truth
        .dots
        .iter()
        .map(|d| {
            let t = d.centre_px[1] / h as f64;
            let chance = if hard {
                f64::from(u8::from(t > HAIRLINE))
            } else {
                let x = ((t - HAIRLINE + 0.5 * ZONE) / ZONE).clamp(0.0, 1.0);
                x * x * (3.0 - 2.0 * x)
            };
            let u = Key::new(seed, 1).stream(Purpose::Choice, u64::from(d.id)).uniform();
            (d.centre_px, u < chance)
        })
        .collect();
    // Cells of the size of a few dots, so that only neighbours are compared.
    let side = (0.004 * (w * h) as f64).sqrt().max(8.0);
    let (across, down) = ((w as f64 / side).ceil() as usize + 1, (h as f64 / side).ceil() as usize + 1);
    let cell = |v: f64, n: usize| ((v / side).max(0.0) as usize).min(n - 1);
    let mut cells: Vec<Vec<usize>> = vec![Vec::new(); across * down];
    for (k, (at, _)) in dots.iter().enumerate() {
        cells[cell(at[1], down) * across + cell(at[0], across)].push(k);
    }
    for y in 0..h {
        for x in 0..w {
            let (px, py) = (x as f64 + 0.5, y as f64 + 0.5);
            let (cx, cy) = (cell(px, across), cell(py, down));
            let mut best = (f64::INFINITY, false);
            for j in cy.saturating_sub(1)..=(cy + 1).min(down - 1) {
                for i in cx.saturating_sub(1)..=(cx + 1).min(across - 1) {
                    for &k in &cells[j * across + i] {
                        let (at, laid) = dots[k];
                        let d = libm::hypot(at[0] - px, at[1] - py);
                        if d < best.0 {
                            best = (d, laid);
                        }
                    }
                }
            }
            if !best.1 {
                let k = y * w + x;
                dotted.image.pixels[k] = bare.image.pixels.get(k).copied().unwrap_or(Vec3::ZERO);
            }
        }
    }
    Ok(dotted.image)
}
