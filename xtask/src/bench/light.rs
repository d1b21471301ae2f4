//! Photons in layered tissue, beside the plain way in the same run.

use anyhow::ensure;
use vellus_light::transport::{Layer, Slab, Tallies, simulate};

use super::plain_photons::trace;
use super::{Limit, Line, cheapest, key};

/// A case with what MCML (C, gcc -O3 -march=native) traces a second on a core of another machine
/// (Zen 3), and how many photons are timed here, in thousands.
struct Case {
    name: &'static str,
    mcml: &'static str,
    slab: Slab,
    thousands: u64,
}

fn layer(mua_per_mm: f64, mus_per_mm: f64, g: f64, n: f64, thickness_mm: f64) -> Layer {
    Layer { mua_per_mm, mus_per_mm, g, n, thickness_mm }
}

fn cases() -> [Case; 4] {
    let of = |layers: Vec<Layer>| Slab { above: 1.0, layers, below: 1.0 };
    [
        Case {
            name: "slab",
            mcml: "2.4 M",
            slab: of(vec![layer(1.0, 9.0, 0.75, 1.0, 0.2)]),
            thousands: 2000,
        },
        Case {
            name: "half-space, n 1.5",
            mcml: "224 k",
            slab: of(vec![layer(1.0, 9.0, 0.0, 1.5, f64::INFINITY)]),
            thousands: 400,
        },
        Case {
            name: "three layers",
            mcml: "149 k",
            slab: of(vec![
                layer(0.1, 10.0, 0.9, 1.37, 1.0),
                layer(0.1, 1.0, 0.0, 1.37, 1.0),
                layer(0.2, 1.0, 0.7, 1.37, 2.0),
            ]),
            thousands: 200,
        },
        Case {
            name: "skin",
            mcml: "25 k",
            slab: of(vec![
                layer(2.0, 30.0, 0.8, 1.44, 0.06),
                layer(0.15, 30.0, 0.8, 1.40, 2.0),
                layer(0.05, 12.0, 0.8, 1.44, 3.0),
            ]),
            thousands: 50,
        },
    ]
}

pub(crate) fn run(lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let plain = Tallies::default();
    let full = Tallies { depth: Some((100, 0.02)), radius: Some((100, 0.02)), ..plain };
    for case in cases() {
        let photons = 1000 * case.thousands;
        let (seconds, ours) = cheapest(3, || simulate(&case.slab, photons, key(), &plain));
        let ours = ours?;
        let (full_s, made) = cheapest(3, || simulate(&case.slab, photons, key(), &full));
        made?;
        let few = photons / 4;
        let (plain_s, theirs) = cheapest(3, || trace(&case.slab, few));
        // Both trace the same light, else the comparison does not count.
        let through = ours.transmittance.value + ours.unscattered.value;
        for (a, b, se) in [
            (ours.reflectance.value, theirs.reflectance, ours.reflectance.se),
            (through, theirs.transmittance, ours.transmittance.se),
        ] {
            ensure!((a - b).abs() < 5.0 * se * 5f64.sqrt() + 1e-4, "{}: {a} against {b}", case.name);
        }
        let rate = photons as f64 / seconds;
        lines.push(Line::new(
            format!("photons, {} (MCML elsewhere: {})", case.name, case.mcml),
            rate,
            "1/core s",
            None,
        ));
        lines.push(Line::new(
            format!("photons, {}, over depth and radius", case.name),
            photons as f64 / full_s,
            "1/core s",
            None,
        ));
        // MCML (C) takes 1.4 times as long as the plain way: 2.8 times this is four times MCML.
        lines.push(Line::new(
            format!("photons, {}: times the plain way", case.name),
            rate / (few as f64 / plain_s),
            "x",
            Some(Limit::Least(2.8)),
        ));
    }
    Ok(())
}
