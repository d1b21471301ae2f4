//! Paths against exact results.

use super::*;

fn one(mua: f64, mus: f64, g: f64, n: f64, mm: f64) -> Slab {
    Slab { above: 1.0, layers: vec![layer(mua, mus, g, n, mm)], below: 1.0 }
}

fn layer(mua_per_mm: f64, mus_per_mm: f64, g: f64, n: f64, thickness_mm: f64) -> Layer {
    Layer { mua_per_mm, mus_per_mm, g, n, thickness_mm }
}

fn run(slab: &Slab, photons: u64, tallies: &Tallies) -> Tally {
    simulate(slab, photons, Key::new(1, 0), tallies).expect("a slab that can be")
}

#[track_caller]
fn near(e: Estimate, exact: f64, slack: f64) {
    assert!((e.value - exact).abs() < 3.0 * e.se + slack, "{e:?} against {exact}: {} sigma", e.sigmas(exact));
}

#[test]
fn val_slab_of_van_de_hulst() {
    for radius in [None, Some((10, 0.1))] {
        let t = run(&one(1.0, 9.0, 0.75, 1.0, 0.2), 1_000_000, &Tallies { radius, ..Tallies::default() });
        near(t.reflectance, 0.09739, 5e-6);
        near(
            Estimate { value: t.transmittance.value + t.unscattered.value, ..t.transmittance },
            0.66096,
            5e-6,
        );
        near(t.unscattered, libm::exp(-2.0), 0.0);
        assert_eq!(t.lost, 0.0);
    }
}

#[test]
fn val_half_space_with_index() {
    for radius in [None, Some((10, 0.1))] {
        let t =
            run(&one(1.0, 9.0, 0.0, 1.5, f64::INFINITY), 300_000, &Tallies { radius, ..Tallies::default() });
        assert!((t.specular.value - 0.04).abs() < 1e-12);
        near(t.reflectance, 0.259_905 - 0.04, 1e-5);
    }
}
