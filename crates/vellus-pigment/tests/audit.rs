//! The audit tells patterns apart that are known.

use std::sync::OnceLock;

use jiff::civil::date;
use vellus_head::parametric::ParametricSpec;
use vellus_head::points::{PlaceSpec, Spot, place};
use vellus_head::{Head, Zone};
use vellus_pigment::audit::Pattern;
use vellus_pigment::{Audit, AuditContext, Dots, Ink, Needle, audit};
use vellus_units::random::{Key, Purpose, Stream};

fn context() -> AuditContext<'static> {
    AuditContext::new(date(2026, 5, 12))
}

fn head() -> &'static Head {
    static HEAD: OnceLock<Head> = OnceLock::new();
    HEAD.get_or_init(|| Head::from_lengths(&ParametricSpec::default(), None, "mean head").unwrap())
}

fn random(seed: u64) -> Stream {
    Key::new(seed, 0).stream(Purpose::Resample, 0)
}

/// Dots of one session at places with normals.
fn dots(position: Vec<[f32; 3]>, normal: Vec<[f32; 3]>) -> Dots {
    let n = position.len();
    Dots {
        position,
        normal,
        chart: vec![[0.0, 0.0]; n],
        zone: vec![Zone::MidScalp; n],
        session: vec![1; n],
        day: vec![0.0; n],
        needle: vec![0; n],
        ink: vec![0; n],
        set_depth_um: vec![1000.0; n],
        deposit_depth_um: vec![220.0; n],
        fresh_um: vec![240.0; n],
        healed_um: vec![160.0; n],
        needles: vec![Needle::single()],
        inks: vec![Ink::default()],
    }
}

/// Dots of a square of skin of `side` mm, bent over a head of 90 mm radius; lengths from the middle are
/// kept.
fn bent(flat: impl IntoIterator<Item = [f64; 2]>, side: f64) -> Dots {
    let half = 0.5 * side;
    let (mut position, mut normal) = (Vec::new(), Vec::new());
    for [x, y] in flat {
        if x.abs() <= half && y.abs() <= half {
            let r = libm::hypot(x, y).max(1e-9);
            let (sin, cos) = libm::sincos(r / 90.0);
            let n = glam::DVec3::new(sin * x / r, cos, sin * y / r);
            position.push((n * 90.0).as_vec3().to_array());
            normal.push(n.as_vec3().to_array());
        }
    }
    dots(position, normal)
}

/// A lattice with steps `a` and `b` and a jitter whose standard deviation is a share of `a`'s length.
fn lattice(a: [f64; 2], b: [f64; 2], jitter: f64, seed: u64) -> Vec<[f64; 2]> {
    let mut s = random(seed);
    let sd = jitter * libm::hypot(a[0], a[1]);
    let mut out = Vec::new();
    for i in -120i32..=120 {
        for j in -120i32..=120 {
            let (i, j) = (f64::from(i), f64::from(j));
            out.push([i * a[0] + j * b[0] + sd * s.normal(), i * a[1] + j * b[1] + sd * s.normal()]);
        }
    }
    out
}

fn audited(d: &Dots) -> Audit {
    audit(d, &context()).unwrap()
}

const SIDE: f64 = 100.0;

fn poisson(seed: u64, count: usize) -> Dots {
    let mut s = random(seed);
    bent(
        (0..count).map(|_| [s.between(-0.5, 0.5) * SIDE, s.between(-0.5, 0.5) * SIDE]).collect::<Vec<_>>(),
        SIDE,
    )
}

/// Even dots on the scalp of the mean head.
fn planned(seed: u64, count: usize, density: &(dyn Fn(&Spot) -> f64 + Sync)) -> Dots {
    let on = |s: &Spot| if head().zone_at_spot(s).is_some() { density(s) } else { 0.0 };
    let mut spec = PlaceSpec::new(count, Key::new(seed, 0), Purpose::DotPlacement);
    spec.chart = Some(head().chart());
    spec.density = Some(&on);
    spec.class_shares = &[0.3, 0.4, 0.3];
    let set = place(head().surface(), &spec).unwrap();
    let mut d = dots(set.position, set.normal);
    d.zone = set
        .in_chart
        .iter()
        .map(|q| head().scalp().zone_at(glam::Vec2::from_array(*q).as_dvec2()).unwrap_or(Zone::Frontal))
        .collect();
    d.chart = set.in_chart;
    d.session = set.class.iter().map(|c| c + 1).collect();
    d
}

#[test]
fn val_lattices_have_the_ratios_of_clark_and_evans() {
    let h = 3f64.sqrt() / 2.0;
    let square = audited(&bent(lattice([1.0, 0.0], [0.0, 1.0], 0.0, 1), SIDE));
    let hex = audited(&bent(lattice([1.0, 0.0], [0.5, h], 0.0, 1), SIDE));
    let random = audited(&poisson(1, 10_000));
    // Clark and Evans 1954: 2, 2.1491 and 1; nearest distances of random points vary by 0.5227.
    assert!((square.spacing.clark_evans / 2.0 - 1.0).abs() < 0.06);
    assert!((hex.spacing.clark_evans / 2.1491 - 1.0).abs() < 0.06);
    assert!((random.spacing.clark_evans - 1.0).abs() < 0.05);
    assert!((random.spacing.variation - 0.5227).abs() < 0.05);
    assert!(hex.spacing.relative_radius_p1 > 0.8 && random.spacing.relative_radius_p1 < 0.15);
    assert_eq!((square.regularity.pattern, hex.regularity.pattern), (Pattern::Grid, Pattern::Grid));
}

#[test]
fn stat_grids_and_rows_are_found_through_jitter() {
    let h = 3f64.sqrt() / 2.0;
    for seed in 1..4 {
        for jitter in [0.10, 0.25] {
            let square = audited(&bent(lattice([1.0, 0.0], [0.0, 1.0], jitter, seed), SIDE));
            let hex = audited(&bent(lattice([1.0, 0.0], [0.5, h], jitter, seed), SIDE));
            for a in [&square, &hex] {
                let r = &a.regularity;
                assert!(matches!(r.pattern, Pattern::Grid | Pattern::Rows), "{jitter} {r:?}");
            }
            // Rows a millimetre apart whose dots lie anyhow along them.
            let mut s = random(seed + 50);
            let rows: Vec<[f64; 2]> = (-50..=50)
                .flat_map(|j| (0..100).map(move |_| j))
                .map(|j| [s.between(-50.0, 50.0), f64::from(j) + jitter * s.normal()])
                .collect();
            let a = audited(&bent(rows, SIDE));
            assert_eq!(a.regularity.pattern, Pattern::Rows, "{jitter}");
            assert!((a.regularity.row_mm.unwrap() - 1.0).abs() < 0.1, "{:?}", a.regularity.row_mm);
        }
    }
}

#[test]
fn stat_rows_that_bend_over_the_head_are_found() {
    // Rings about the crown, as a hand lays them: their direction differs everywhere.
    let mut s = random(9);
    let mut flat = Vec::new();
    for ring in 1..70 {
        let r = f64::from(ring) * 1.1;
        for _ in 0..(std::f64::consts::TAU * r / 1.0) as usize {
            let (sin, cos) = libm::sincos(s.between(0.0, std::f64::consts::TAU));
            let r = r + 0.12 * s.normal();
            flat.push([r * cos, r * sin]);
        }
    }
    assert_eq!(audited(&bent(flat, SIDE)).regularity.pattern, Pattern::Rows);
}

#[test]
fn stat_random_and_planned_dots_are_never_taken_for_rows() {
    for seed in 0..20 {
        let a = audited(&poisson(100 + seed, 10_000));
        assert_eq!(a.regularity.pattern, Pattern::Random, "{:?}", a.regularity);
        let density = a.density.unwrap();
        assert!((0.75..1.3).contains(&density.against_random), "{density:?}");
        let gradient = |s: &Spot| 1.0 + 2.0 * f64::from(s.in_chart.y > 0.0) * s.in_chart.y;
        let a = audited(&planned(seed, 20_000, &gradient));
        assert_eq!(a.regularity.pattern, Pattern::Even, "{:?}", a.regularity);
        assert!(a.spacing.relative_radius_p1 > 0.5 && a.spacing.clark_evans > 1.5);
        assert!(a.density.unwrap().against_random < 0.45);
    }
}

#[test]
fn stat_a_stamp_is_found_however_it_is_turned() {
    let mut s = random(4);
    // Even dots in a stamp of 6 mm, laid on a jittered grid of places, each time turned.
    let stamp: Vec<[f64; 2]> = lattice([1.0, 0.0], [0.5, 0.87], 0.2, 8)
        .into_iter()
        .filter(|p| p[0].abs() < 3.0 && p[1].abs() < 3.0)
        .collect();
    let mut flat = Vec::new();
    for i in -8..=8 {
        for j in -8..=8 {
            let (sin, cos) = libm::sincos(s.between(0.0, std::f64::consts::TAU));
            let at = [6.2 * f64::from(i) + s.between(-0.6, 0.6), 6.2 * f64::from(j) + s.between(-0.6, 0.6)];
            flat.extend(
                stamp.iter().map(|p| [at[0] + cos * p[0] - sin * p[1], at[1] + sin * p[0] + cos * p[1]]),
            );
        }
    }
    let a = audited(&bent(flat, SIDE));
    assert_eq!(a.regularity.pattern, Pattern::Stamped);
    assert!(a.regularity.repeated_share > 0.2);
}

#[test]
fn dots_merge_as_they_spread() {
    // Pairs 0.19 mm apart, 2 mm from the next pair: apart when healed at 0.16 mm.
    let mut flat = Vec::new();
    for i in 0..20 {
        for j in 0..20 {
            let at = [2.0 * f64::from(i), 2.0 * f64::from(j)];
            flat.extend([at, [at[0] + 0.19, at[1]]]);
        }
    }
    let n = flat.len();
    let flat = flat.into_iter().map(|p| [p[0] as f32, 60.0, p[1] as f32]).collect();
    let d = dots(flat, vec![[0.0, 1.0, 0.0]; n]);
    let a = audit(&d, &context()).unwrap();
    assert_eq!(a.merging.at[0].share, 0.0);
    let wide =
        |years: f64| 2.0 * libm::hypot(0.08, 2.0 * vellus_pigment::ageing::spread_mm(years * 365.25, 220.0));
    for m in &a.merging.at {
        assert!((m.diameter_mm - wide(m.years)).abs() < 1e-6);
        assert_eq!(m.share, if m.diameter_mm > 0.19 { 1.0 } else { 0.0 });
    }
    assert_eq!((a.merging.at[2].largest, a.merging.at[2].clumps), (2, 400));
    assert_eq!(a.spacing.too_close_share, 1.0);
    assert!(a.verdict.starts_with("Not good"), "{}", a.verdict);
}

#[test]
fn a_plan_is_met_one_to_one() {
    let plan = planned(5, 20_000, &|_| 1.0);
    let mut s = random(6);
    let mut laid = plan.clone();
    for p in &mut laid.position {
        p.iter_mut().for_each(|x| *x += 0.08 * s.normal() as f32);
    }
    // A tenth was left out, and some were laid twice, 0.7 mm off.
    let keep = 18_000;
    laid.position.truncate(keep);
    let extra: Vec<[f32; 3]> = laid.position[..1000].iter().map(|p| [p[0] + 0.5, p[1] + 0.5, p[2]]).collect();
    laid.position.extend(extra);
    let n = laid.position.len();
    let order: Vec<usize> = (0..keep).chain(0..1000).collect();
    laid.normal = order.iter().map(|i| plan.normal[*i]).collect();
    laid.chart = order.iter().map(|i| plan.chart[*i]).collect();
    laid.zone = order.iter().map(|i| plan.zone[*i]).collect();
    for v in [&mut laid.session, &mut laid.needle, &mut laid.ink] {
        v.truncate(n);
    }
    for v in [
        &mut laid.day,
        &mut laid.set_depth_um,
        &mut laid.deposit_depth_um,
        &mut laid.fresh_um,
        &mut laid.healed_um,
    ] {
        v.truncate(n);
    }
    let a = audit(&laid, &AuditContext { plan: Some(&plan), ..context() }).unwrap();
    let p = a.plan.unwrap();
    assert_eq!(p.planned, p.matched + p.missing);
    assert_eq!(n, p.matched + p.extra);
    assert!((17_900..=18_100).contains(&p.matched) && (900..=1100).contains(&p.extra), "{p:?}");
    assert!((p.offset_mm - 0.12).abs() < 0.04, "{p:?}");
    let d = a.density.unwrap();
    assert!((d.of_plan.unwrap() - 0.95).abs() < 0.06, "{d:?}");
}

#[test]
fn fronts_are_told_sharp_from_soft() {
    let unit = 150.0;
    let front = |rise_mm: f64, wave_mm: f64| {
        let line = move |x: f64| 0.5 - wave_mm / unit * libm::sin(x * unit / 1.6);
        let density = move |s: &Spot| {
            let depth = (line(s.in_chart.x) - s.in_chart.y) * unit;
            (depth / rise_mm).clamp(0.0, 1.0)
        };
        let a = audit(&planned(11, 40_000, &density), &context()).unwrap();
        a.edge.unwrap()
    };
    let (sharp, soft) = (front(0.2, 0.0), front(14.0, 2.0));
    assert!(sharp.rise_mm < 4.0 && sharp.wobble_mm < 1.0, "{sharp:?}");
    assert!(soft.rise_mm > 6.5 && soft.rise_mm < 16.0 && soft.wobble_mm > 1.0, "{soft:?}");
}

#[test]
fn follicles_are_kept_clear_of() {
    let d = planned(3, 3000, &|_| 1.0);
    let follicles = [d.position[7], [d.position[9][0], d.position[9][1] + 0.2, d.position[9][2]], [0.0; 3]];
    let c = audit(&d, &AuditContext { follicles: &follicles, ..context() }).unwrap().clearance.unwrap();
    assert_eq!((c.follicles, c.too_near, c.least_mm), (3, 2, Some(0.0)));
}

#[test]
fn few_or_foolish_dots_do_not_panic() {
    assert!(audit(&Dots::default(), &context()).is_err());
    for n in 1..40 {
        audit(&poisson(n, n as usize), &context()).unwrap();
    }
    // Everything in one place, in a line, and far apart.
    for f in [(|_| [0.0; 2]) as fn(usize) -> [f64; 2], |i| [i as f64 * 0.01, 0.0], |i| [i as f64 * 9.0, 1.0]]
    {
        let a = audit(&bent((0..8000).map(f), 1e6), &context()).unwrap();
        assert!(serde_json::to_string(&a).is_ok());
    }
}

#[test]
fn threads_do_not_matter() {
    let d = planned(1, 50_000, &|_| 1.0);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| audit(&d, &context()).unwrap())
    };
    assert!(run(1) == run(3));
}
