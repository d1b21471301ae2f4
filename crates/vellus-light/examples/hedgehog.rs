//! The scene of the renderers' race: hairs on a ball, for us and for a peer.
//!
//! `cargo run --release -p vellus-light --example hedgehog -- OUT [SAMPLES] [HAIRS]` writes the hairs
//! (`hairs.txt`: two points and a radius each), the scene (`scene.json`) and our picture
//! (`vellus.npy`, linear RGB), and prints the CPU seconds of the tracing alone.
#![allow(clippy::print_stderr, clippy::print_stdout)]

use glam::Vec3;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;
use vellus_light::Camera;
use vellus_light::fibre::{Fibre, Section};
use vellus_light::trace::check::hedgehog;
use vellus_light::trace::{Body, Dome, Ground, Hairs, Lamp, Lamps, Scene, Settings, render};
use vellus_units::random::Key;

const BALL_MM: f32 = 90.0;
const EYE_MM: f32 = 450.0;
const SLOPE: f32 = 0.24;
const PIXELS: usize = 256;
/// Eumelanin of brown hair: c_e = 1.3 times (0.419, 0.697, 1.37) a radius (d'Eon et al. 2011).
const ABSORPTION: [f32; 3] = [0.5447, 0.9061, 1.781];

/// User and system seconds of this process, all threads; nothing where the system does not tell.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1);
    let Some(out) = args.next().map(PathBuf::from) else {
        eprintln!("usage: hedgehog OUT [SAMPLES] [HAIRS]");
        return Ok(());
    };
    let mut number = |or: u32| args.next().and_then(|a| a.to_str()?.parse().ok()).unwrap_or(or);
    let (samples, count) = (number(64), number(20_000));
    std::fs::create_dir_all(&out)?;
    let key = Key::new(1, 0);
    let pieces = hedgehog(count as usize, BALL_MM, 2.0, 0.04, 40.0, key);
    let mut text = String::new();
    for p in &pieces {
        let (a, b) = (p.centre - p.axis * p.half, p.centre + p.axis * p.half);
        writeln!(text, "{} {} {} {} {} {} {}", a.x, a.y, a.z, b.x, b.y, b.z, p.radius)?;
    }
    std::fs::write(out.join("hairs.txt"), text)?;

    let start = Instant::now();
    let hairs = Hairs::new(pieces.clone())?;
    let built = start.elapsed().as_secs_f64();
    let absorption = vec![Vec3::from(ABSORPTION); pieces.len()];
    // A square panel up to the left and in front, turned to the ball.
    let place = Vec3::new(-300.0, 350.0, 400.0);
    let n = -place.normalize();
    let across = n.any_orthonormal_vector() * 200.0;
    let up = n.cross(across);
    let corner = place - 0.5 * (across + up);
    let lamps = [Lamp::Panel { corner, across, up, radiance: Vec3::splat(20.0) }];
    let dome = Dome { sky: Vec3::splat(0.5), ground: Vec3::splat(0.5) };
    let scene = Scene {
        body: Body::Ball { centre: Vec3::ZERO, radius: BALL_MM },
        ground: Ground::Matt(Vec3::splat(0.5)),
        hairs: &hairs,
        fibre: Fibre::new(0.3, 0.3, 2.0, Section::ROUND)?,
        absorption: &absorption,
        lamps: Lamps::new(&lamps, dome, Vec3::ZERO),
        background: Vec3::splat(0.5),
        fade: None,
    };
    let camera = Camera {
        width: PIXELS,
        height: PIXELS,
        eye: Vec3::Z * EYE_MM,
        right: Vec3::X,
        up: Vec3::Y,
        forward: Vec3::NEG_Z,
        scale: 0.5 * PIXELS as f32 / SLOPE,
        perspective: true,
    };
    let settings = Settings { samples, depth: 12, pass: samples, key };
    let (start, before) = (Instant::now(), cpu_seconds());
    let film = render(&scene, &camera, &settings, &mut |_, _| true)?;
    let wall = start.elapsed().as_secs_f64();
    let cpu = cpu_seconds().zip(before).map_or(wall, |(a, b)| a - b);
    let image = film.image();
    std::fs::write(out.join("vellus.npy"), image.to_npy())?;
    std::fs::write(out.join("vellus.png"), image.to_png()?)?;
    let row = |v: Vec3| format!("[{}, {}, {}]", v.x, v.y, v.z);
    std::fs::write(
        out.join("scene.json"),
        format!(
            "{{\"ball_mm\": {BALL_MM}, \"eye_mm\": {EYE_MM}, \"slope\": {SLOPE}, \"pixels\": {PIXELS}, \
             \"absorption\": {ABSORPTION:?}, \"corner\": {}, \"across\": {}, \"up\": {}, \"panel\": 20.0, \
             \"dome\": 0.5, \"albedo\": 0.5, \"beta\": 0.3, \"tilt_deg\": 2.0, \"depth\": 12, \"samples\": {samples}}}\n",
            row(corner),
            row(across),
            row(up)
        ),
    )?;
    println!("{{\"cpu_seconds\": {cpu:.3}, \"wall_seconds\": {wall:.3}, \"build_seconds\": {built:.3}}}");
    Ok(())
}
