//! Planning dots: exact counts, hard clearances on any mesh, even sessions, true density.

use std::sync::OnceLock;

use glam::DVec3;
use vellus_head::parametric::ParametricSpec;
use vellus_head::points::{Grid, PlaceSpec, Spot, integrate, place};
use vellus_head::{Chart, Head, Surface, Zone};
use vellus_pigment::audit::Pattern as Shown;
use vellus_pigment::dots::{DOT_CLEARANCE_MM, FOLLICLE_CLEARANCE_MM};
use vellus_pigment::mark::AROUND_MOLE_MM;
use vellus_pigment::session::SESSION_TARGETS;
use vellus_pigment::{
    AuditContext, DotRequest, Dots, Ink, Mark, MarkKind, Needle, Pattern, PigmentError, audit, plan_dots,
};
use vellus_units::random::{Key, Purpose};

#[path = "../../vellus-head/tests/support/nasty.rs"]
mod nasty;

const DAYS: [f64; 3] = [0.0, 14.0, 28.0];

fn head() -> &'static Head {
    static HEAD: OnceLock<Head> = OnceLock::new();
    HEAD.get_or_init(|| Head::from_lengths(&ParametricSpec::default(), None, "mean head").unwrap())
}

struct Ask<'a> {
    surface: &'a Surface,
    density: &'a (dyn Fn(&Spot) -> f64 + Sync),
    living: &'a [[f32; 3]],
    count: Option<usize>,
    pattern: Pattern,
    uncertain: Option<&'a (dyn Fn([f32; 2]) -> bool + Sync)>,
    seed: u64,
}

impl<'a> Ask<'a> {
    fn new(surface: &'a Surface, density: &'a (dyn Fn(&Spot) -> f64 + Sync)) -> Self {
        Self { surface, density, living: &[], count: None, pattern: Pattern::Even, uncertain: None, seed: 1 }
    }

    fn plan(&self, earlier: &Dots) -> Result<Dots, PigmentError> {
        let chart = head().chart();
        let chart: &Chart = chart;
        plan_dots(
            &DotRequest {
                surface: self.surface,
                chart,
                density_per_cm2: self.density,
                zone_at: &|_| Some(Zone::MidScalp),
                living: self.living,
                depth_behind_line_mm: &|_| 20.0,
                days: &DAYS,
                targets: &SESSION_TARGETS,
                uncertain: self.uncertain,
                count: self.count,
                pattern: self.pattern,
                needles: &[Needle::single()],
                inks: &[Ink::default()],
                key: Key::new(self.seed, 0),
            },
            earlier,
        )
    }
}

fn least(from: &[[f32; 3]], to: &[[f32; 3]], same: bool) -> f64 {
    let mut sorted: Vec<(usize, [f32; 3])> = to.iter().copied().enumerate().collect();
    sorted.sort_by(|a, b| a.1[0].total_cmp(&b.1[0]));
    let mut least = f64::INFINITY;
    for (i, p) in from.iter().enumerate() {
        let at = sorted.partition_point(|q| f64::from(q.1[0]) < f64::from(p[0]) - least.min(3.0));
        for (j, q) in &sorted[at..] {
            if f64::from(q[0]) > f64::from(p[0]) + least.min(3.0) {
                break;
            }
            if !(same && i == *j) {
                let d: f64 = (0..3).map(|k| (f64::from(p[k]) - f64::from(q[k])).powi(2)).sum();
                least = least.min(d.sqrt());
            }
        }
    }
    least
}

/// Even units on the scalp, so many per cm².
fn units(per_cm2: f64, region: &(dyn Fn(&Spot) -> f64 + Sync)) -> Vec<[f32; 3]> {
    let (area, _) = integrate(head().surface(), head().chart(), region);
    let mut spec = PlaceSpec::new((area * per_cm2) as usize, Key::new(9, 0), Purpose::Placement);
    spec.chart = Some(head().chart());
    spec.density = Some(region);
    place(head().surface(), &spec).unwrap().position
}

#[test]
fn stat_density_is_kept_where_follicles_take_skin_away() {
    let on = |s: &Spot| f64::from(u8::from(head().zone_at_spot(s).is_some()));
    let left = |s: &Spot| on(s) * f64::from(u8::from(s.position_in_head.x > 0.0));
    let living = units(80.0, &left);
    let (area, _) = integrate(head().surface(), head().chart(), &on);
    let (left_area, _) = integrate(head().surface(), head().chart(), &left);
    for density in [40.0, 80.0, 160.0, 250.0] {
        let even = |s: &Spot| density * on(s);
        let mut ask = Ask::new(head().surface(), &even);
        ask.living = &living;
        let dots = ask.plan(&Dots::default()).unwrap();
        assert_eq!(dots.len(), (density * area).round() as usize);
        let in_left = dots.position.iter().filter(|p| p[0] > 0.0).count() as f64;
        let ratio = in_left / left_area / density;
        assert!((ratio - 1.0).abs() < 0.03, "{density} per cm²: {ratio} of it between 80 units per cm²");
    }
}

/// Standard deviation of the counts in cells of about a square centimetre, over that of random dots.
fn scatter(dots: &Dots, wanted: &(dyn Fn(&Spot) -> f64 + Sync)) -> f64 {
    let on = |s: &Spot| f64::from(u8::from(wanted(s) > 0.0));
    let (area, _) = integrate(head().surface(), head().chart(), &on);
    let mut spec = PlaceSpec::new(area.round() as usize, Key::new(5, 0), Purpose::Choice);
    spec.chart = Some(head().chart());
    spec.density = Some(&on);
    let middles = place(head().surface(), &spec).unwrap().position;
    let grid = Grid::new(&middles, 10.0);
    let cell = |p: &[f32; 3]| {
        let mut best = (f32::INFINITY, 0);
        grid.around(p, 25.0, |window| {
            for (&i, q) in grid.items()[window.clone()].iter().zip(&grid.places()[window]) {
                let d2: f32 = (0..3).map(|k| (p[k] - q[k]) * (p[k] - q[k])).sum();
                best = if d2 < best.0 { (d2, i as usize) } else { best };
            }
        });
        best.1
    };
    let mut counts = vec![0.0; middles.len()];
    dots.position.iter().for_each(|p| counts[cell(p)] += 1.0);
    // The integral of what is wanted, over pieces of a fifth of a square millimetre.
    let mut expected = vec![0.0; middles.len()];
    let mesh = head().surface().mesh();
    for t in 0..mesh.triangles.len() as u32 {
        let n = (mesh.triangle_area(t) / 0.2).sqrt().ceil().max(1.0) as usize;
        for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
            // A square of halves: those beyond the long side are folded back.
            let (v, w) = ((i as f64 + 1.0 / 3.0) / n as f64, (j as f64 + 1.0 / 3.0) / n as f64);
            let (v, w) = if v + w > 1.0 { (1.0 - v, 1.0 - w) } else { (v, w) };
            let point = head().surface().point(t, v, w);
            let d = wanted(&Spot {
                position_in_head: point.position,
                normal: point.normal,
                in_chart: head().chart().chart_from_head(point.position),
                triangle: t,
            });
            if d > 0.0 {
                let share = d * mesh.triangle_area(t) / 100.0 / (n * n) as f64;
                expected[cell(&point.position.as_vec3().to_array())] += share;
            }
        }
    }
    let scale = dots.len() as f64 / expected.iter().sum::<f64>();
    let cells: Vec<f64> = counts
        .iter()
        .zip(&expected)
        .filter(|(_, e)| **e * scale > 20.0)
        .map(|(c, e)| (c - e * scale) * (c - e * scale) / (e * scale))
        .collect();
    (cells.iter().sum::<f64>() / cells.len() as f64).sqrt()
}

#[test]
fn stat_planned_dots_are_even_by_the_square_centimetre_and_show_no_rows() {
    let on = |s: &Spot| {
        let inside = head().zone_at_spot(s).is_some() && head().scalp().border_distance(s.in_chart) > 6.0;
        f64::from(u8::from(inside)) * (85.0 + 40.0 * (s.in_chart.x * 6.0).sin() * (s.in_chart.y * 5.0).cos())
    };
    let scalp = |s: &Spot| f64::from(u8::from(head().zone_at_spot(s).is_some()));
    let living = units(65.0, &scalp);
    for seed in [1, 2] {
        let mut ask = Ask::new(head().surface(), &on);
        ask.living = &living;
        ask.seed = seed;
        let dots = ask.plan(&Dots::default()).unwrap();
        let scatter = scatter(&dots, &on);
        assert!(scatter <= 0.40, "seed {seed}: {scatter} of what random dots scatter");
        let found = audit(&dots, &AuditContext::new(jiff::civil::date(2026, 5, 12))).unwrap().regularity;
        assert_eq!(found.pattern, Shown::Even, "{found:?}");
        // Rows would go on from patch to patch: 1 is what chance gives.
        assert!(found.persistence < 1.0 + 4.0 * found.persistence_error, "{found:?}");
        assert!(found.directional_share < 0.03 && found.radial_peak < 3.0, "{found:?}");
    }
}

/// Meshes on which every plan of the test must come off.
const ROOMY: [&str; 8] = [
    "flat",
    "mirrored",
    "inside out",
    "every face twice",
    "two heads",
    "a head and its debris",
    "without a back",
    "far away",
];

/// On a mesh of any kind: every dot keeps its distance from follicles, earlier dots and marks, and the
/// counts are exact, or an error says why not.
#[test]
fn prop_clearances_are_kept_on_every_nasty_mesh() {
    let mut laid = 0;
    for (name, mesh) in nasty::nasty() {
        let Ok(surface) = Surface::new(mesh) else { continue };
        let area = surface.mesh().area();
        if !(area > 0.0 && area.is_finite()) || surface.mesh().triangles.is_empty() {
            continue;
        }
        // Some hundreds of dots on whatever the size is.
        let density = (60_000.0 / area).min(120.0);
        let low = surface.mesh().positions.iter().fold(DVec3::INFINITY, |m, p| m.min(*p));
        let high = surface.mesh().positions.iter().fold(DVec3::NEG_INFINITY, |m, p| m.max(*p));
        let middle = 0.5 * (low + high);
        let mole = Mark {
            kind: MarkKind::Mole,
            path_in_head: vec![middle.with_y(high.y)],
            reach_mm: 6.0 - AROUND_MOLE_MM,
            blend_mm: 0.0,
        };
        let forbidden = |s: &Spot| mole.forbids(s.position_in_head);
        let wanted = |s: &Spot| if forbidden(s) { 0.0 } else { density };
        let whole = PlaceSpec::new(150, Key::new(3, 0), Purpose::Placement);
        let Ok(living) = place(&surface, &whole) else { continue };
        let mut ask = Ask::new(&surface, &wanted);
        ask.living = &living.position;
        for pattern in [Pattern::Even, Pattern::Clustered] {
            ask.pattern = pattern;
            let first = match ask.plan(&Dots::default()) {
                Ok(d) => d,
                Err(e) => {
                    // Meshes that a head or a patch is made of have room; others may say that they have not.
                    assert!(!ROOMY.contains(&name), "{name} {pattern:?}: {e}");
                    continue;
                }
            };
            // A touch-up of half as many goes into the gaps.
            ask.count = Some(first.len() / 2);
            let second = ask.plan(&first);
            ask.count = None;
            for dots in [Some(&first), second.as_ref().ok()].into_iter().flatten() {
                laid += dots.len();
                let far = 2e-7 * high.abs().max(low.abs()).max_element();
                let hair = least(&dots.position, &living.position, false);
                assert!(
                    hair >= FOLLICLE_CLEARANCE_MM - 1e-5 - far,
                    "{name} {pattern:?}: {hair} mm from a follicle"
                );
                for p in &dots.position {
                    let p = DVec3::from_array(p.map(f64::from));
                    // Positions are kept as f32.
                    let rounding = 1e-3 + 1e-6 * p.abs().max_element();
                    assert!(
                        p.distance(middle.with_y(high.y)) >= 6.0 - rounding,
                        "{name} {pattern:?}: in a mark"
                    );
                }
            }
            if let Ok(second) = second {
                assert_eq!(second.len(), first.len() / 2, "{name}");
                let old = least(&second.position, &first.position, false);
                assert!(old >= DOT_CLEARANCE_MM - 1e-5, "{name} {pattern:?}: {old} mm from an earlier dot");
            }
            if pattern == Pattern::Clustered {
                let own = least(&first.position, &first.position, true);
                assert!(own >= DOT_CLEARANCE_MM - 1e-5, "{name}: {own} mm from another of its session");
            }
        }
    }
    assert!(laid > 5_000, "only {laid} dots were laid");
}

/// Half of the field is a record of somebody else's, the other half a touch-up into its gaps: the two are
/// even together.
#[test]
fn stat_a_touch_up_is_even_together_with_the_record() {
    let half = 60.0;
    let on = |s: &Spot| {
        let inside = head().zone_at_spot(s).is_some() && head().scalp().border_distance(s.in_chart) > 6.0;
        half * f64::from(u8::from(inside))
    };
    let mut ask = Ask::new(head().surface(), &on);
    ask.seed = 77;
    let record = ask.plan(&Dots::default()).unwrap();
    ask.seed = 1;
    let new = ask.plan(&record).unwrap();
    assert!(least(&new.position, &record.position, false) >= DOT_CLEARANCE_MM - 1e-5);
    // Spacing of the densest packing of both, mm.
    let spacing = (2.0 / (3f64.sqrt() * 2.0 * half / 100.0)).sqrt();
    let all: Vec<[f32; 3]> = record.position.iter().chain(&new.position).copied().collect();
    let grid = Grid::new(&all, spacing as f32);
    let near = (record.len()..all.len()).filter(|&i| {
        let mut close = false;
        let p = &all[i];
        grid.around(p, spacing as f32, |window| {
            for (&j, q) in grid.items()[window.clone()].iter().zip(&grid.places()[window]) {
                let d2: f64 = (0..3).map(|k| f64::from(p[k] - q[k]).powi(2)).sum();
                close |= j as usize != i && d2.sqrt() < 0.60 * spacing;
            }
        });
        close
    });
    let near = near.count();
    assert!(near * 1000 <= new.len(), "{near} of {} new dots are near another", new.len());
    let closest = least(&all[record.len()..], &all[..record.len()], false).min(least(
        &new.position,
        &new.position,
        true,
    ));
    assert!(closest >= 0.55 * spacing, "{} of the densest packing", closest / spacing);
}

#[test]
fn uncertain_places_get_half_of_the_first_session_and_stay_even() {
    let on = |s: &Spot| 90.0 * f64::from(u8::from(head().zone_at_spot(s).is_some()));
    let left = |q: [f32; 2]| q[0] > 0.0;
    let mut ask = Ask::new(head().surface(), &on);
    ask.uncertain = Some(&left);
    let dots = ask.plan(&Dots::default()).unwrap();
    let share = |session: u8, on_left: bool| {
        let side: Vec<usize> = (0..dots.len()).filter(|i| left(dots.chart[*i]) == on_left).collect();
        side.iter().filter(|i| dots.session[**i] == session).count() as f64 / side.len() as f64
    };
    for (session, on_left, expected) in [
        (1, true, 0.15),
        (2, true, 0.55),
        (3, true, 0.30),
        (1, false, 0.30),
        (2, false, 0.40),
        (3, false, 0.30),
    ] {
        let s = share(session, on_left);
        assert!((s - expected).abs() < 0.02, "session {session}, left {on_left}: {s}");
    }
}

#[test]
fn impossible_requests_say_what_would_do() {
    let on = |s: &Spot| 100.0 * f64::from(u8::from(head().zone_at_spot(s).is_some()));
    let mut ask = Ask::new(head().surface(), &on);
    ask.count = Some(300);
    let e = ask.plan(&Dots::default()).map(|d| d.len()).unwrap_err().to_string();
    assert!(e.contains("300") && e.contains("at least"), "{e}");
    ask.count = Some(900_000);
    let e = ask.plan(&Dots::default()).map(|d| d.len()).unwrap_err().to_string();
    assert!(e.contains("650") && e.contains("dots here"), "{e}");
    let none = |_: &Spot| 0.0;
    assert!(matches!(
        Ask::new(head().surface(), &none).plan(&Dots::default()),
        Err(PigmentError::NothingToDo)
    ));
    // No room between old dots: said, not laid on top.
    let cap = |s: &Spot| 600.0 * f64::from(u8::from(s.in_chart.length() < 0.15));
    let dense = Ask::new(head().surface(), &cap).plan(&Dots::default()).unwrap();
    match Ask::new(head().surface(), &cap).plan(&dense) {
        Err(e) => assert!(e.to_string().contains("room"), "{e}"),
        Ok(d) => panic!("{} dots found room between {}", d.len(), dense.len()),
    }
}

#[test]
fn prop_the_same_bytes_for_any_number_of_threads() {
    let on = |s: &Spot| {
        f64::from(u8::from(head().zone_at_spot(s).is_some())) * (60.0 + 30.0 * (s.in_chart.x * 5.0).sin())
    };
    for pattern in [Pattern::Even, Pattern::Clustered] {
        let mut ask = Ask::new(head().surface(), &on);
        ask.pattern = pattern;
        ask.count = Some(20_000);
        let run = |n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| ask.plan(&Dots::default()).unwrap())
        };
        assert!(run(1) == run(3), "{pattern:?}");
    }
}
