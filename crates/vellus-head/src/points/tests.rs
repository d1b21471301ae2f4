//! Placements: exact, even, dense as asked, clear of what is there.

use super::*;
use crate::mesh::tests::sphere;

fn ball() -> Surface {
    Surface::new(sphere(80.0, 5)).unwrap()
}

fn spec(count: usize) -> PlaceSpec<'static> {
    PlaceSpec::new(count, Key::new(7, 0), Purpose::Placement)
}

#[test]
fn stat_points_are_even_and_exactly_as_many() {
    let ball = ball();
    let spec = spec(10_000);
    let set = place(&ball, &spec).unwrap();
    assert_eq!(set.len(), 10_000);
    assert!((set.area / ball.mesh().area() - 1.0).abs() < 1e-9);
    let q = set.quality(&ball, &spec).unwrap();
    assert!(q.relative_radius >= 0.75 && q.nn_variation <= 0.06, "{q:?}");
    // The hexagonal spacing is 3.05 mm here; a gap is about one spacing away.
    assert!(q.largest_gap < 3.2, "{q:?}");
    // Blue noise: nothing at low frequencies, and no lattice, whose peaks are several times higher.
    let s = &q.spectrum;
    assert!(s.low_power() < 0.1 && s.peak_power() < 3.0 && s.pair_peak() < 4.5, "{s:?}");
}

#[test]
fn stat_a_first_part_is_even() {
    let ball = ball();
    let spec = spec(8_000);
    let set = place(&ball, &spec).unwrap();
    for part in [4_000usize, 2_500, 1_000, 300] {
        let mut first = set.select(0..part);
        let scale = (8_000.0 / part as f64).sqrt() as f32;
        first.radius.iter_mut().for_each(|r| *r *= scale);
        let q = first.quality(&ball, &spec).unwrap();
        assert!(q.relative_radius > 0.55 && q.nn_variation < 0.16, "{part} {q:?}");
    }
}

#[test]
fn stat_density_is_followed() {
    let ball = ball();
    let density = |s: &Spot| {
        if s.position_in_head.y < 0.0 { 0.0 } else { 1.0 + 3.0 * s.position_in_head.y / 80.0 }
    };
    let spec = PlaceSpec { density: Some(&density), ..spec(12_000) };
    let set = place(&ball, &spec).unwrap();
    assert!(set.position.iter().all(|p| p[1] >= 0.0));
    // ∫ over the band y ∈ (a, b) of (1 + 3 y/R) dy, by Archimedes' hat box.
    let share = |a: f64, b: f64| ((b - a) + 1.5 * (b * b - a * a)) / 2.5;
    for (a, b) in [(0.0, 0.25), (0.25, 0.5), (0.5, 1.0)] {
        let n = set.position.iter().filter(|p| (a..b).contains(&(f64::from(p[1]) / 80.0))).count();
        let expected = 12_000.0 * share(a, b);
        assert!((n as f64 / expected - 1.0).abs() < 0.04, "{a} {b} {n} {expected}");
    }
    let q = set.quality(&ball, &spec).unwrap();
    assert!(q.relative_radius >= 0.74 && q.nn_variation < 0.075, "{q:?}");
}

#[test]
fn clearances_are_kept_and_gaps_are_filled() {
    let ball = ball();
    let old = place(&ball, &PlaceSpec { stream: 1, ..spec(3_000) }).unwrap();
    let keep: Vec<KeepAway> =
        old.position.iter().map(|&position| KeepAway { position, clearance: 1.2, repels: true }).collect();
    let new = place(&ball, &PlaceSpec { keep_away: &keep, ..spec(3_000) }).unwrap();
    assert_eq!(new.len(), 3_000);
    let mut nearest = f32::INFINITY;
    for p in &new.position {
        for k in &keep {
            nearest = nearest.min(grid::distance_squared(p, &k.position));
        }
    }
    assert!(nearest.sqrt() >= 1.2);
}

#[test]
fn stat_classes_and_their_unions_are_even() {
    let ball = ball();
    let wave = |s: &Spot| 1.0 + 0.5 * (s.position_in_head.x / 20.0).sin();
    let cases: [(u64, &[f64]); 6] = [
        (7, &[0.3, 0.4, 0.3]),
        (8, &[0.2, 0.3, 0.5]),
        (9, &[1.0, 1.0, 1.0, 1.0]),
        (12, &[0.3, 0.1, 0.6]),
        (10, &[1.0, 1.0]),
        (11, &[0.1, 0.9]),
    ];
    for (seed, shares) in cases {
        let spec =
            PlaceSpec { class_shares: shares, density: Some(&wave), key: Key::new(seed, 0), ..spec(9_000) };
        let set = place(&ball, &spec).unwrap();
        let total: f64 = shares.iter().sum();
        for (c, share) in shares.iter().enumerate() {
            let n = set.class.iter().filter(|k| usize::from(**k) == c).count();
            assert!((n as f64 - 9_000.0 * share / total).abs() <= 1.0);
        }
        // Random thirds of an even set have 0.4.
        let radii = set.union_radii().unwrap();
        assert_eq!(radii.len(), (1 << shares.len()) - 1);
        let whole = radii[radii.len() - 1];
        let least = if shares.len() < 4 { 0.60 } else { 0.55 };
        assert!(radii.iter().all(|r| *r >= least) && whole >= 0.65, "{shares:?} {radii:?}");
        let (union, radius) = set.least_even_union().unwrap();
        let bits: usize = union.iter().map(|c| 1 << c).sum();
        assert!(radii[bits - 1] == radius && radii.iter().all(|r| *r >= radius), "{union:?} {radii:?}");
        // The whole is what the measure without classes says.
        let q = set.quality(&ball, &PlaceSpec { class_shares: &[], ..spec }).unwrap();
        assert!((q.relative_radius - whole).abs() < 1e-6);
    }
}

#[test]
fn threads_do_not_matter() {
    let ball = ball();
    let shares = [1.0, 2.0];
    let density = |s: &Spot| 1.0 + s.position_in_head.x / 100.0;
    let spec = PlaceSpec { class_shares: &shares, density: Some(&density), ..spec(3_000) };
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| place(&ball, &spec).unwrap())
    };
    assert!(run(1) == run(3));
}

#[test]
fn a_hole_within_a_triangle_stays_empty() {
    // Triangles of 15 mm; holes of 1 mm, which the probes miss, beside their centres.
    let coarse = Surface::new(sphere(80.0, 3)).unwrap();
    let holes: Vec<glam::DVec3> =
        (0..coarse.mesh().triangles.len() as u32).map(|t| coarse.point(t, 0.2, 0.22).position).collect();
    let outside = |s: &Spot| {
        let t = s.triangle as usize;
        f64::from(u8::from(holes[t].distance(s.position_in_head) > 1.0))
    };
    let set = place(&coarse, &PlaceSpec { density: Some(&outside), ..spec(20_000) }).unwrap();
    for (p, t) in set.position.iter().zip(&set.triangle) {
        let p = glam::DVec3::from_array(p.map(f64::from));
        assert!(holes[*t as usize].distance(p) > 1.0 - 1e-4);
    }
}

#[test]
fn a_placer_gives_the_same_again() {
    let ball = ball();
    let density = |s: &Spot| 1.5 + s.position_in_head.x / 80.0;
    let spec = PlaceSpec { density: Some(&density), ..spec(2_000) };
    let placer = Placer::new(&ball, None, Some(&density));
    for stream in [0, 4] {
        let spec = PlaceSpec { stream, ..spec };
        assert!(placer.place(&spec).unwrap() == place(&ball, &spec).unwrap());
    }
}

#[test]
fn impossible_requests_are_told() {
    let ball = ball();
    let zero = |_: &Spot| 0.0;
    let nan = |_: &Spot| f64::NAN;
    for density in [&zero as Density<'_>, &nan] {
        assert!(place(&ball, &PlaceSpec { density: Some(density), ..spec(10) }).is_err());
    }
    let wide = [KeepAway { position: [0.0; 3], clearance: 100.0, repels: false }];
    let e = place(&ball, &PlaceSpec { keep_away: &wide, ..spec(10) }).unwrap_err();
    assert!(e.to_string().contains("clearances"), "{e}");
    assert!(place(&ball, &spec(0)).unwrap().is_empty());
    assert_eq!(place(&ball, &spec(1)).unwrap().len(), 1);
}

/// Least distance from a new point to a new or standing one, as a share of that of the densest packing of
/// both, and the same over new ones alone. `share` is the share of the new ones in all.
fn among(new: &PointSet, old: &[[f32; 3]], share: impl Fn(&[f32; 3]) -> f32) -> (f32, f32) {
    let (mut both, mut own) = (f32::INFINITY, f32::INFINITY);
    for (i, p) in new.position.iter().enumerate() {
        let span = 2.0 * new.radius[i];
        let near = |q: &[f32; 3]| grid::distance_squared(p, q).sqrt() / span;
        let to_new = new.position.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, q)| near(q));
        let to_new = to_new.fold(f32::INFINITY, f32::min);
        let to_old = old.iter().map(near).fold(f32::INFINITY, f32::min);
        own = own.min(to_new);
        both = both.min(to_new.min(to_old) / share(p).sqrt());
    }
    (both, own)
}

#[test]
fn stat_new_points_are_even_together_with_standing_ones() {
    let ball = ball();
    for (seed, old, new) in [(21, 3_000, 3_000), (22, 4_000, 2_000), (23, 1_500, 3_000), (24, 2_000, 2_000)] {
        let stands = place(&ball, &PlaceSpec { key: Key::new(seed, 1), ..spec(old) }).unwrap().position;
        let keep: Vec<KeepAway> =
            stands.iter().map(|&position| KeepAway { position, clearance: 0.36, repels: true }).collect();
        let set = place(&ball, &PlaceSpec { keep_away: &keep, ..spec(new) }).unwrap();
        assert_eq!(set.len(), new);
        let share = new as f32 / (new + old) as f32;
        let (both, own) = among(&set, &stands, |_| share);
        assert!(both >= 0.595 && own >= 0.45, "{new} among {old}: {both} together, {own} by themselves");
    }
    // Where nothing stands, new points are as even as ever.
    let stands = place(&ball, &PlaceSpec { key: Key::new(25, 1), ..spec(3_000) }).unwrap().position;
    let keep: Vec<KeepAway> = stands
        .iter()
        .filter(|p| p[2] > 0.0)
        .map(|&position| KeepAway { position, clearance: 0.36, repels: true })
        .collect();
    let set = place(&ball, &PlaceSpec { keep_away: &keep, ..spec(4_000) }).unwrap();
    let back = set.select((0..set.len()).filter(|i| set.position[*i][2] < -12.0));
    let (_, own) = among(&back, &[], |_| 1.0);
    assert!(own >= 0.70, "{own}");
}

#[test]
fn prop_clearances_among_standing_points_are_kept() {
    let ball = ball();
    for (seed, clearance) in [(31, 0.3f32), (32, 0.9), (33, 1.6)] {
        let stands = place(&ball, &PlaceSpec { key: Key::new(seed, 1), ..spec(4_000) }).unwrap().position;
        let keep: Vec<KeepAway> = stands
            .iter()
            .enumerate()
            .map(|(i, &position)| KeepAway { position, clearance, repels: i % 3 > 0 })
            .collect();
        let shares = [0.5, 0.5];
        for class_shares in [&shares[..], &[]] {
            let set = place(&ball, &PlaceSpec { keep_away: &keep, class_shares, ..spec(2_000) }).unwrap();
            assert_eq!(set.len(), 2_000);
            let near = |p| stands.iter().map(|q| grid::distance_squared(p, q)).fold(f32::INFINITY, f32::min);
            let nearest = set.position.iter().map(near).fold(f32::INFINITY, f32::min).sqrt();
            assert!(nearest >= clearance, "{nearest} for {clearance}");
        }
    }
}
