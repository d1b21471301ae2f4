//! The clinical head of the renderer: 150,000 hairs and 40,000 dots, as large as a clinic prints it and as a preview.

use anyhow::Context;
use vellus_head::Head;
use vellus_light::View;
use vellus_light::trace::Settings;
use vellus_light::trace::clinic::{Clinic, noise_of};
use vellus_units::random::Key;

use super::{Limit, Line, cheapest, key};

/// Paths through a pixel of the large picture: what the noise below is reached with.
const SAMPLES: u32 = 16;
/// Paths through a pixel of a preview.
const PREVIEW: u32 = 4;

pub(crate) fn run(head: &Head, lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let (build_s, clinic) = cheapest(1, || Clinic::new(head.surface().mesh(), 150_000, 40_000, key()));
    let clinic = clinic?;
    lines.push(Line::new(
        format!("clinical head of {} pieces of hair, made ready", clinic.pieces()),
        build_s,
        "core s",
        None,
    ));
    let trace = |width: usize, height: usize, samples: u32, seed: u64| {
        let camera = clinic.camera(View::Front, width, height)?;
        let settings = Settings { samples, depth: 12, pass: samples, key: Key::new(seed, 0) };
        let film = clinic.portrait(&camera, |p| p.trace_as(key(), &camera, &settings, &mut |_, _| true))?;
        anyhow::Ok((camera, film))
    };
    // Two cores have 40 s and 4 s.
    let (large_s, first) = cheapest(1, || trace(1200, 1500, SAMPLES, 1));
    let (camera, first) = first?;
    lines.push(Line::new(
        format!("clinical head, 1200 × 1500, {SAMPLES} paths"),
        large_s,
        "core s",
        Some(Limit::Most(76.0)),
    ));
    let (_, second) = trace(1200, 1500, SAMPLES, 2)?;
    let noise = noise_of([&first, &second], &camera).context("no flat skin in the picture")?;
    lines.push(Line::new(
        "clinical head, noise in flat skin",
        noise,
        "steps of 8 bit",
        Some(Limit::Most(2.0)),
    ));
    drop((first, second));
    let (small_s, small) = cheapest(2, || trace(600, 750, PREVIEW, 1));
    small?;
    lines.push(Line::new(
        format!("preview, 600 × 750, {PREVIEW} paths"),
        small_s,
        "core s",
        Some(Limit::Most(7.6)),
    ));
    Ok(())
}
