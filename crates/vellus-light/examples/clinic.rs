//! The clinical head of the renderer's figures, traced twice: time, memory and noise in flat skin.
//!
//! `cargo run --release -p vellus-light --example clinic -- OUT [SAMPLES] [WIDTH] [HEIGHT] [HAIRS] [DOTS]`
#![allow(clippy::print_stderr, clippy::print_stdout)]

use std::path::PathBuf;
use std::time::Instant;
use vellus_head::Head;
use vellus_head::parametric::ParametricSpec;
use vellus_light::View;
use vellus_light::trace::Settings;
use vellus_light::trace::clinic::{Clinic, noise_of};
use vellus_units::random::Key;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1);
    let Some(out) = args.next().map(PathBuf::from) else {
        eprintln!("usage: clinic OUT [SAMPLES] [WIDTH] [HEIGHT] [HAIRS] [DOTS]");
        return Ok(());
    };
    let mut number = |or: usize| args.next().and_then(|a| a.to_str()?.parse().ok()).unwrap_or(or);
    let (samples, width, height) = (number(32), number(1200), number(1500));
    let (hairs, dots) = (number(150_000), number(40_000));
    std::fs::create_dir_all(&out)?;
    let head = Head::from_lengths(&ParametricSpec::default(), None, "a mean head")?;
    let start = Instant::now();
    let clinic = Clinic::new(head.surface().mesh(), hairs, dots, Key::new(1, 0))?;
    eprintln!("{} pieces, scene built in {:.2} s", clinic.pieces(), start.elapsed().as_secs_f64());
    let camera = clinic.camera(View::Front, width, height)?;
    let mut films = Vec::new();
    for seed in [1, 2] {
        let settings =
            Settings { samples: samples as u32, depth: 12, pass: samples as u32, key: Key::new(seed, 0) };
        let start = Instant::now();
        films.push(
            clinic.portrait(&camera, |p| p.trace_as(Key::new(1, 0), &camera, &settings, &mut |_, _| true))?,
        );
        eprintln!("traced in {:.2} s", start.elapsed().as_secs_f64());
    }
    std::fs::write(out.join("clinic.png"), films[0].image_on(glam::Vec3::splat(0.6)).to_png()?)?;
    println!("noise in flat skin: {:?} steps of 8 bit", noise_of([&films[0], &films[1]], &camera));
    Ok(())
}
