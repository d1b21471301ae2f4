//! Paths against exact results and other people's programs.

use super::*;

fn one(mua: f64, mus: f64, g: f64, n: f64, mm: f64) -> Slab {
    Slab { above: 1.0, layers: vec![layer(mua, mus, g, n, mm)], below: 1.0 }
}

fn layer(mua_per_mm: f64, mus_per_mm: f64, g: f64, n: f64, thickness_mm: f64) -> Layer {
    Layer { mua_per_mm, mus_per_mm, g, n, thickness_mm }
}

fn three() -> Slab {
    Slab {
        above: 1.0,
        layers: vec![
            layer(0.1, 10.0, 0.9, 1.37, 1.0),
            layer(0.1, 1.0, 0.0, 1.37, 1.0),
            layer(0.2, 1.0, 0.7, 1.37, 2.0),
        ],
        below: 1.0,
    }
}

fn run(slab: &Slab, photons: u64, tallies: &Tallies) -> Tally {
    simulate(slab, photons, Key::new(1, 0), tallies).expect("a slab that can be")
}

fn radial() -> Tallies {
    Tallies { radius: Some((10, 0.1)), ..Tallies::default() }
}

#[track_caller]
fn near(e: Estimate, exact: f64, slack: f64) {
    assert!((e.value - exact).abs() < 3.0 * e.se + slack, "{e:?} against {exact}: {} sigma", e.sigmas(exact));
}

fn sum(t: &Tally) -> f64 {
    let absorbed: f64 = t.absorbed.iter().map(|a| a.value).sum();
    t.specular.value + t.reflectance.value + t.transmittance.value + t.unscattered.value + absorbed + t.lost
}

#[test]
fn val_slab_of_van_de_hulst() {
    for tallies in [Tallies::default(), radial()] {
        let t = run(&one(1.0, 9.0, 0.75, 1.0, 0.2), 2_000_000, &tallies);
        near(t.reflectance, 0.097_39, 5e-6);
        let through = t.transmittance.value + t.unscattered.value;
        near(Estimate { value: through, ..t.transmittance }, 0.660_96, 5e-6);
        near(t.unscattered, libm::exp(-2.0), 0.0);
        assert!(t.lost == 0.0 && (sum(&t) - 1.0).abs() < 1e-5);
    }
}

#[test]
fn val_half_space_with_index_keeps_reflected_photons_inside() {
    for tallies in [Tallies::default(), radial()] {
        let t = run(&one(1.0, 9.0, 0.0, 1.5, f64::INFINITY), 1_000_000, &tallies);
        assert!((t.specular.value - 0.04).abs() < 1e-12);
        near(t.reflectance, 0.259_905 - 0.04, 1e-5);
    }
}

#[test]
fn val_isotropic_half_space_of_chandrasekhar() {
    let slab = one(0.1, 0.9, 0.0, 1.0, f64::INFINITY);
    near(run(&slab, 1_000_000, &Tallies::default()).reflectance, 0.414_947_48, 0.0);
    for tallies in [Tallies::default(), radial()] {
        let t = run(&slab, 1_000_000, &Tallies { beam: Beam::Diffuse, ..tallies });
        near(t.reflectance, 0.478_024_49, 0.0);
    }
}

#[test]
fn val_three_layers_of_mcml() {
    for tallies in [Tallies::default(), radial()] {
        let t = run(&three(), 500_000, &tallies);
        assert!((t.specular.value - 0.024_372_9).abs() < 1e-7);
        // The published run has errors of its own, about 0.0003 at a million photons.
        near(t.reflectance, 0.2375, 0.001);
        near(t.transmittance, 0.0965, 0.001);
        for (a, published) in t.absorbed.iter().zip([0.2612, 0.1488, 0.2316]) {
            near(*a, published, 0.001);
        }
    }
}

#[test]
fn val_white_medium_with_index_by_adding_doubling() {
    let t = run(&one(0.15, 30.0, 0.8, 1.4, f64::INFINITY), 200_000, &radial());
    near(Estimate { value: t.reflectance.value + t.specular.value, ..t.reflectance }, 0.4969, 1e-4);
}

#[test]
fn val_fluence_falls_as_published() {
    for (n, published_per_cm) in [(1.0, 1.73), (1.37, 1.74)] {
        let depth = Some((40, 1.0));
        let t =
            run(&one(0.01, 10.0, 0.9, n, f64::INFINITY), 200_000, &Tallies { depth, ..Tallies::default() });
        let d = t.depth.expect("asked for").density;
        // Between 8 and 28 mm, by the logarithm of the sums of 5 mm.
        let part = |from: usize| d[from..from + 5].iter().map(|e| e.value).sum::<f64>();
        let per_cm = 10.0 * libm::log(part(8) / part(23)) / 15.0;
        assert!((per_cm - published_per_cm).abs() < 0.03, "n {n}: {per_cm}");
    }
}

#[test]
fn val_angular_transmittance_of_van_de_hulst() {
    // The figure of the MCML manual: the first of 30 bins without what is unscattered.
    let t =
        run(&one(1.0, 9.0, 0.75, 1.0, 0.2), 1_000_000, &Tallies { angle: Some(30), ..Tallies::default() });
    let down = t.down_angle.expect("asked for");
    let size = 2.0 * std::f64::consts::PI * (1.0 - libm::cos(down.width));
    let first = down.density[0].value - t.unscattered.value / size;
    assert!((first - 0.765).abs() < 0.03 + 3.0 * down.density[0].se, "{first}");
    let all: f64 = (0..30)
        .map(|i| {
            let (a, b) = (f64::from(i) * down.width, f64::from(i + 1) * down.width);
            down.density[i as usize].value * 2.0 * std::f64::consts::PI * (libm::cos(a) - libm::cos(b))
        })
        .sum();
    assert!((all - t.transmittance.value - t.unscattered.value).abs() < 1e-9);
}

#[test]
fn prop_profiles_add_up_to_what_they_divide() {
    let t = run(
        &three(),
        50_000,
        &Tallies { radius: Some((50, 0.1)), depth: Some((50, 0.1)), ..Tallies::default() },
    );
    let (r, z) = (t.radius.expect("asked for"), t.depth.expect("asked for"));
    let rings: f64 = r
        .density
        .iter()
        .enumerate()
        .map(|(i, e)| e.value * std::f64::consts::PI * r.width * r.width * (2 * i + 1) as f64)
        .sum();
    assert!((rings + r.beyond - t.reflectance.value).abs() < 1e-7);
    let layers: f64 = t.absorbed.iter().map(|a| a.value).sum();
    let bins: f64 = z.density.iter().map(|e| e.value * z.width).sum();
    assert!((bins + z.beyond - layers).abs() < 1e-6, "{bins} {layers}");
    // The layers' ends are bins' ends.
    let first: f64 = z.density[..10].iter().map(|e| e.value * z.width).sum();
    assert!((first - t.absorbed[0].value).abs() < 1e-5);
}

#[test]
fn prop_same_bytes_for_any_number_of_threads_and_lanes() {
    let tallies = Tallies { radius: Some((20, 0.1)), depth: Some((20, 0.1)), ..Tallies::default() };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| run(&three(), 20_000, &tallies))
    };
    assert_eq!(with(1), with(3));
    for (radial, beam) in [(true, Beam::Normal), (true, Beam::Diffuse), (false, Beam::Normal)] {
        let tallies = Tallies { radius: radial.then_some((20, 0.1)), beam, ..tallies };
        let table = Table::new(&three());
        let keys = vector::round_keys([1, 2]);
        let lanes = |wide: bool| {
            let mut chunk = Chunk::new(&three(), &tallies);
            trace_chunk(&table, &keys, (77, 3_000), 0.02, &tallies, wide, &mut chunk);
            let mut total = Total::new(&three(), &tallies);
            total.join(3_000, &chunk);
            total.finish(&tallies, 0.02)
        };
        assert_eq!(lanes(true), lanes(false));
    }
}

#[test]
fn prop_light_is_conserved_in_strange_slabs() {
    let inf = f64::INFINITY;
    for (slab, what) in [
        (one(0.0, 0.0, 0.0, 1.5, 1.0), "a clear plate"),
        (one(0.0, 5.0, 0.9, 1.4, 2.0), "white"),
        (one(2.0, 0.0, 0.0, 1.0, 1.0), "dark glass"),
        (one(1e4, 1e4, 0.999, 4.0, 1e-6), "a film"),
        (one(5.0, 50.0, -0.99, 1.3, 1e5), "backwards and thick"),
        (
            Slab {
                above: 4.0,
                layers: vec![layer(0.0, 0.0, 0.0, 1.0, 0.5), layer(1.0, 10.0, 0.9, 2.0, inf)],
                below: 1.0,
            },
            "a gap under glass",
        ),
        (
            Slab { above: 1.0, layers: vec![layer(0.1, 1.0, 0.5, 1.4, 0.1); MAX_LAYERS], below: 1.7 },
            "many layers",
        ),
    ] {
        for beam in [Beam::Normal, Beam::Diffuse] {
            for tallies in [Tallies { beam, ..radial() }, Tallies { beam, ..Tallies::default() }] {
                let t = run(&slab, 4_000, &tallies);
                assert!((sum(&t) - 1.0).abs() < 5e-4, "{what}, {beam:?}: {} {t:?}", sum(&t));
            }
        }
    }
    let glass = run(&one(2.0, 0.0, 0.0, 1.0, 1.0), 100, &Tallies::default());
    assert!(glass.reflectance.value == 0.0 && glass.transmittance.value == 0.0);
    // Fabry and Perot without coherence: T = (1−r)/(1+r), r = 0.04.
    let plate = run(&one(0.0, 0.0, 0.0, 1.5, 1.0), 200_000, &Tallies::default());
    near(plate.unscattered, 0.96 / 1.04, 0.0);
}

#[test]
fn what_cannot_be_is_refused_with_the_reason() {
    let fails =
        |slab: Slab| simulate(&slab, 10, Key::new(1, 0), &Tallies::default()).unwrap_err().to_string();
    assert!(fails(one(-1.0, 1.0, 0.0, 1.0, 1.0)).contains("absorption"));
    assert!(fails(one(1.0, f64::NAN, 0.0, 1.0, 1.0)).contains("scattering"));
    assert!(fails(one(1.0, 1.0, 1.0, 1.0, 1.0)).contains("cosine"));
    assert!(fails(one(0.0, 1.0, 0.0, 1.0, f64::INFINITY)).contains("infinitely thick"));
    assert!(fails(Slab { above: 1.0, layers: vec![], below: 1.0 }).contains("1 to 16 layers"));
    let mut endless = three();
    endless.layers[0].thickness_mm = f64::INFINITY;
    assert!(fails(endless).contains("not the last"));
    let none = simulate(&three(), 0, Key::new(1, 0), &Tallies::default());
    assert_eq!(none.unwrap_err(), TransportError::Photons { photons: 0 });
    let bins = Tallies { depth: Some((10, 0.0)), ..Tallies::default() };
    assert!(simulate(&three(), 1, Key::new(1, 0), &bins).unwrap_err().to_string().contains("depth bin"));
}

#[test]
fn stat_errors_are_those_of_repeated_runs() {
    let tallies = Tallies { depth: Some((3, 1.0)), ..Tallies::default() };
    let runs: Vec<Tally> =
        (0..40).map(|i| simulate(&three(), 4_000, Key::new(i, 0), &tallies).expect("a slab")).collect();
    type Of = fn(&Tally) -> Estimate;
    let pick: [Of; 4] = [
        |t| t.reflectance,
        |t| t.transmittance,
        |t| t.absorbed[1],
        |t| t.depth.as_ref().expect("asked for").density[0],
    ];
    for of in pick {
        let n = runs.len() as f64;
        let mean = runs.iter().map(|t| of(t).value).sum::<f64>() / n;
        let spread =
            runs.iter().map(|t| (of(t).value - mean) * (of(t).value - mean)).sum::<f64>() / (n - 1.0);
        let stated = runs.iter().map(|t| of(t).se).sum::<f64>() / n;
        // The spread of 40 runs is known to 11 %.
        assert!((spread.sqrt() / stated - 1.0).abs() < 0.4, "{} against {stated}", spread.sqrt());
    }
}
