//! The fast solver for plane layers against exact and published results.

use vellus_light::transport::adding_doubling::{Budget, Incidence, Layer, Quality, Stack};

fn layer(mua: f64, mus: f64, g: f64, n: f64, d: f64) -> Layer {
    Layer { mua_per_mm: mua, mus_per_mm: mus, g, n, thickness_mm: d }
}

fn solved(layers: &[Layer], quality: Quality) -> (Budget, Budget) {
    let stack = Stack::solve(layers, 1.0, 1.0, quality).unwrap();
    (stack.budget(Incidence::Normal), stack.budget(Incidence::Diffuse))
}

fn near(what: &str, got: f64, want: f64, within: f64) {
    assert!((got - want).abs() <= within, "{what}: {got} where {want} ± {within} was expected");
}

#[test]
fn val_slab_of_van_de_hulst() {
    // van de Hulst 1980; diffuse incidence from iadpython 0.5.3 with 16 directions.
    let (a, b) = solved(&[layer(1.0, 9.0, 0.75, 1.0, 0.2)], Quality::EXACT);
    near("R", a.reflected, 0.09739, 1e-5);
    near("T", a.transmitted, 0.66096, 1e-5);
    near("diffuse R", b.reflected, 0.191_090, 2e-6);
    near("diffuse T", b.transmitted, 0.501_816, 2e-6);
}

#[test]
fn val_half_space_of_chandrasekhar() {
    // Isotropic, matched, albedo 0.9: 1 − H(1)√(1 − a) and its hemispherical mean.
    let (a, b) = solved(&[layer(1.0, 9.0, 0.0, 1.0, f64::INFINITY)], Quality::EXACT);
    near("R", a.reflected, 0.414_947_48, 1e-8);
    near("diffuse R", b.reflected, 0.478_024_49, 1e-8);
}

#[test]
fn val_half_space_of_giovanelli() {
    // 0.2600 Giovanelli 1955; 0.259940 and 0.259905 iadpython with 32 and 64 directions.
    let (a, _) = solved(&[layer(1.0, 9.0, 0.0, 1.5, f64::INFINITY)], Quality::EXACT);
    near("R", a.reflected, 0.2599, 5e-5);
    near("specular", a.specular, 0.04, 1e-12);
    near("body", a.body(), 0.2199, 5e-5);
}

#[test]
fn val_half_space_like_skin() {
    // iadpython: 0.497369 with 32 directions, 0.496861 with 64.
    let (a, _) = solved(&[layer(1.5, 300.0, 0.8, 1.4, f64::INFINITY)], Quality::EXACT);
    near("R", a.reflected, 0.4971, 5e-4);
}

#[test]
fn val_three_layers_of_mcml() {
    // Wang, Jacques and Zheng 1995, table 6.7, a million photons: one standard deviation is below 0.0005.
    let s =
        [layer(0.1, 10.0, 0.9, 1.37, 1.0), layer(0.1, 1.0, 0.0, 1.37, 1.0), layer(0.2, 1.0, 0.7, 1.37, 2.0)];
    let (a, _) = solved(&s, Quality::EXACT);
    near("specular", a.specular, 0.024_372_9, 1e-6);
    near("Rd", a.body(), 0.237_544, 1.2e-3);
    near("Tt", a.transmitted, 0.096_489_6, 1.2e-3);
    for (got, want) in a.absorbed.iter().zip([0.2612, 0.1488, 0.2316]) {
        near("A", *got, want, 1.2e-3);
    }
}

#[test]
fn val_layers_of_different_index() {
    // The project's copy of MCML, skin-like: Rd 0.2735 to 0.2743, standard deviation 0.0004.
    let s = [
        layer(2.0, 30.0, 0.8, 1.44, 0.06),
        layer(0.15, 30.0, 0.8, 1.40, 2.0),
        layer(0.05, 12.0, 0.8, 1.44, 3.0),
    ];
    let (a, _) = solved(&s, Quality::FINE);
    near("Rd", a.body(), 0.2735, 1.2e-3);
}

#[test]
fn prop_few_directions_are_close_to_many() {
    let s = [
        layer(1.0, 20.0, 0.8, 1.45, 0.02),
        layer(3.0, 25.0, 0.8, 1.43, 0.07),
        layer(0.2, 20.0, 0.85, 1.38, 2.0),
        layer(0.1, 8.0, 0.8, 1.45, f64::INFINITY),
    ];
    let (exact, wide) = solved(&s, Quality::EXACT);
    for (quality, within) in [(Quality::FAST, 1e-3), (Quality::FINE, 1e-4)] {
        let (a, b) = solved(&s, quality);
        near("normal", a.reflected, exact.reflected, within);
        near("diffuse", b.reflected, wide.reflected, within);
        let outside = Stack::solve_outside(&s, 1.0, 1.0, quality).unwrap();
        near("outside", outside.budget(Incidence::Normal).reflected, a.reflected, 1e-10);
        near("outside", outside.budget(Incidence::Diffuse).reflected, b.reflected, 1e-10);
    }
}

#[test]
fn prop_power_is_kept_without_absorption() {
    for g in [0.0, 0.5, 0.8, 0.95, -0.3] {
        for n in [1.0, 1.37, 1.5] {
            let s = [layer(0.0, 10.0, g, n, 0.3), layer(0.0, 3.0, 0.2, 1.44, 0.5)];
            let (a, b) = solved(&s, Quality { directions: 6 });
            near("normal", a.reflected + a.transmitted, 1.0, 1e-9);
            near("diffuse", b.reflected + b.transmitted, 1.0, 1e-9);
            for x in a.absorbed.iter().chain(&b.absorbed) {
                near("absorbed", *x, 0.0, 1e-9);
            }
        }
    }
    let (a, _) = solved(&[layer(0.0, 10.0, 0.8, 1.4, f64::INFINITY)], Quality::FAST);
    near("half space", a.reflected, 1.0, 3e-6);
}

#[test]
fn prop_reciprocity_and_a_cut_layer() {
    // Diffuse transmittance is the same from both sides, and a layer cut in two is the same layer.
    let (x, y) = (layer(0.3, 12.0, 0.7, 1.4, 0.4), layer(1.0, 5.0, 0.9, 1.4, 0.1));
    let (_, a) = solved(&[x, y], Quality::FINE);
    let (_, b) = solved(&[y, x], Quality::FINE);
    near("transmitted", a.transmitted, b.transmitted, 1e-9);
    let half = Layer { thickness_mm: 0.2, ..x };
    let (_, c) = solved(&[half, half, y], Quality::FINE);
    near("cut", c.reflected, a.reflected, 1e-6);
    near("cut", c.absorbed[0] + c.absorbed[1], a.absorbed[0], 1e-6);
}

#[test]
fn val_clear_glass_is_fresnel_both_ways() {
    // An empty plate: R = 2r/(1 + r).
    let (a, _) = solved(&[layer(0.0, 0.0, 0.0, 1.5, 1.0)], Quality::FINE);
    near("R", a.reflected, 0.08 / 1.04, 1e-9);
    // Beer–Lambert through a matched absorber.
    let (a, _) = solved(&[layer(2.0, 0.0, 0.0, 1.0, 0.7)], Quality::FINE);
    near("T", a.transmitted, libm::exp(-1.4), 1e-9);
}

#[test]
fn a_white_half_space_is_a_white_diffuser() {
    let s = [layer(0.0, 10.0, 0.0, 1.0, f64::INFINITY)];
    let stack = Stack::solve_outside(&s, 1.0, 1.0, Quality::FINE).unwrap();
    for (_, l) in stack.radiance(Incidence::Diffuse) {
        near("radiance", l, 1.0, 1e-5);
    }
}

#[test]
fn bad_layers_are_refused_by_name() {
    let ok = layer(1.0, 1.0, 0.0, 1.4, 1.0);
    let bad = [
        Layer { mua_per_mm: -1.0, ..ok },
        Layer { mus_per_mm: f64::NAN, ..ok },
        Layer { g: 1.0, ..ok },
        Layer { n: 0.9, ..ok },
        Layer { thickness_mm: -1.0, ..ok },
    ];
    for b in bad {
        assert!(Stack::solve(&[b], 1.0, 1.0, Quality::FAST).is_err(), "{b:?}");
    }
    let endless = Layer { thickness_mm: f64::INFINITY, ..ok };
    assert!(Stack::solve(&[endless, ok], 1.0, 1.0, Quality::FAST).is_err());
    assert!(Stack::solve(&[], 1.0, 1.0, Quality::FAST).is_err());
    assert!(Stack::solve(&[ok], 1.0, 1.0, Quality { directions: 1000 }).is_err());
}
