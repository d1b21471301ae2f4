//! Laying heads flat. Print the numbers with `--nocapture`.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::path::PathBuf;

use glam::{DVec2, DVec3};
use vellus_head::flatten::{
    FlatMethod, FlatSpec, Flattener, MapMiddle, Part, Projection, ScalpProjection, TileSpec, Tiling, flatten,
    tile_scalp,
};
use vellus_head::parametric::ParametricSpec;
use vellus_head::{Head, Mesh, ScanSpec, Sex, SurfacePoint, io::read_mesh};
use vellus_units::Millimetres;

/// Real heads, where they are at hand.
fn scans() -> Vec<(String, Head)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/heads");
    if !folder.is_dir() {
        eprintln!("skipped: no real heads at {}", folder.display());
        return Vec::new();
    }
    let mut heads: Vec<(String, Head)> = std::iter::once("ict_generic".to_owned())
        .chain((0..8).map(|i| format!("ict_identity_{i:03}")))
        .map(|name| {
            let path = folder.join(&name).with_extension("ply");
            let spec = ScanSpec::from_toml(&std::fs::read_to_string(path.with_extension("toml")).unwrap());
            let mesh = read_mesh(&path).unwrap();
            let head = Head::from_scan(&mesh, &spec.unwrap(), Sex::Male, None, name.as_str()).unwrap();
            (name, head)
        })
        .collect();
    let bust = ScanSpec::from_toml(
        "known_length = { head_length_mm = 199.5 }\nup = \"+y\"\nforward = \"+z\"\n[landmarks]\n\
         glabella = [0.0, 2.16, 2.20]\nnasion = [0.0, 1.859, 2.114]\n",
    );
    let mesh = read_mesh(&folder.join("lee_perry_smith.obj")).unwrap();
    let name = "lee_perry_smith";
    heads.push((name.to_owned(), Head::from_scan(&mesh, &bust.unwrap(), Sex::Male, None, name).unwrap()));
    heads
}

/// A patch `f(u, v)` over a grid of `n` by `m` quads.
fn grid(n: usize, m: usize, f: impl Fn(f64, f64) -> DVec3) -> Mesh {
    let at = |i: usize, j: usize| (i * (m + 1) + j) as u32;
    let mut mesh = Mesh::default();
    for i in 0..=n {
        for j in 0..=m {
            mesh.positions.push(f(i as f64 / n as f64, j as f64 / m as f64));
        }
    }
    for i in 0..n {
        for j in 0..m {
            // Diagonals in turn, so that the patch has no grain.
            let (a, b, c, d) = (at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1));
            mesh.triangles.extend(if (i + j) % 2 == 0 {
                [[a, b, c], [a, c, d]]
            } else {
                [[a, b, d], [b, c, d]]
            });
        }
    }
    mesh
}

/// A cap of a sphere of radius `r` up to the angle `psi` from its top (+y).
fn cap(r: f64, psi: f64, rings: usize) -> Mesh {
    let mut mesh = Mesh { positions: vec![DVec3::Y * r], triangles: Vec::new() };
    let first = |k: usize| 1 + 3 * k * (k - 1);
    for k in 1..=rings {
        for i in 0..6 * k {
            let (s, c) = (psi * k as f64 / rings as f64).sin_cos();
            let (sa, ca) = (std::f64::consts::TAU * i as f64 / (6 * k) as f64).sin_cos();
            mesh.positions.push(DVec3::new(s * sa, c, s * ca) * r);
        }
    }
    for k in 1..=rings {
        let outer = |i: usize| (first(k) + i % (6 * k)) as u32;
        let inner = |i: usize| if k == 1 { 0 } else { (first(k - 1) + i % (6 * (k - 1))) as u32 };
        for side in 0..6 {
            for j in 0..k {
                let (o, i) = (side * k + j, side * (k - 1) + j);
                mesh.triangles.push([outer(o), outer(o + 1), inner(i)]);
                if j + 1 < k {
                    mesh.triangles.push([inner(i), outer(o + 1), inner(i + 1)]);
                }
            }
        }
    }
    mesh
}

#[test]
fn prop_what_can_be_unrolled_lies_flat_exactly() {
    // A third of a cylinder, and a cone whose rulings are edges of the grid: their facets unroll.
    let cylinder = grid(24, 40, |u, v| {
        let (s, c) = (2.0 * u).sin_cos();
        DVec3::new(60.0 * s, 70.0 * v, 60.0 * c)
    });
    let cone = grid(24, 16, |u, v| {
        let (s, c) = (2.0 * u).sin_cos();
        DVec3::new(s, -1.5, c) * (20.0 + 40.0 * v)
    });
    // Seen from outside or from inside does not matter.
    for (name, mesh) in [("cylinder", cylinder), ("cone", cone)] {
        let flat = flatten(&mesh, &FlatSpec { up: DVec3::Y, ..FlatSpec::default() }).unwrap();
        let d = flat.distortion();
        println!("{name}: {d:?} in {} steps", flat.steps());
        assert!(d.length_max < 1e-6 && d.area.abs() < 1e-6 && d.flipped == 0, "{name} {d:?}");
    }
}

/// Root mean square error of the best radially symmetric flat map `f` of a cap of the unit sphere up to the
/// angle `psi`: it minimises `∫ ((f′ − 1)² + (f / sin s − 1)²) sin s ds`, whose singular values are `f′` and
/// `f / sin s` (the energy of Liu et al. 2008, section 4, for such a map). Linear elements, solved directly.
fn best_radial_rms(psi: f64) -> f64 {
    let n = 2000;
    let h = psi / n as f64;
    // Unknowns f₁ … f_n, f₀ = 0: a tridiagonal system.
    let (mut diagonal, mut beside, mut right) = (vec![0.0; n + 1], vec![0.0; n + 1], vec![0.0; n + 1]);
    let parts = |i: usize| {
        let sin = ((i as f64 + 0.5) * h).sin();
        (sin, [(-1.0 / h, 1.0 / h), (0.5 / sin, 0.5 / sin)])
    };
    for i in 0..n {
        let (sin, rows) = parts(i);
        for (a, b) in rows {
            diagonal[i] += sin * a * a;
            diagonal[i + 1] += sin * b * b;
            beside[i] += sin * a * b;
            right[i] += sin * a;
            right[i + 1] += sin * b;
        }
    }
    for i in 2..=n {
        let w = beside[i - 1] / diagonal[i - 1];
        diagonal[i] -= w * beside[i - 1];
        right[i] -= w * right[i - 1];
    }
    let mut f = vec![0.0; n + 1];
    f[n] = right[n] / diagonal[n];
    for i in (1..n).rev() {
        f[i] = (right[i] - beside[i] * f[i + 1]) / diagonal[i];
    }
    let (mut squares, mut area) = (0.0, 0.0);
    for i in 0..n {
        let (sin, rows) = parts(i);
        squares += rows.iter().map(|(a, b)| (a * f[i] + b * f[i + 1] - 1.0).powi(2)).sum::<f64>() * sin;
        area += sin;
    }
    (0.5 * squares / area).sqrt()
}

#[test]
fn val_a_cap_of_a_sphere_errs_as_theory_says() {
    let r = 85.0;
    for radius in [10.0, 20.0, 30.0, 60.0, r * std::f64::consts::FRAC_PI_2] {
        let psi: f64 = radius / r;
        let flat = flatten(&cap(r, psi, 28), &FlatSpec { steps: 1000, ..FlatSpec::default() }).unwrap();
        let d = flat.distortion();
        let theory = best_radial_rms(psi);
        println!(
            "cap of {radius:.0} mm: rms {:.5}, theory {theory:.5}, p99 {:.4}, max {:.4}, {} steps",
            d.rms,
            d.length_p99,
            d.length_max,
            flat.steps()
        );
        assert!((d.rms / theory - 1.0).abs() < 0.05 && d.flipped == 0, "{} {theory}", d.rms);
    }
}

#[test]
fn prop_there_and_back_and_the_way_up() {
    let mesh = cap(80.0, 0.4, 12);
    let solver = Flattener::new(&mesh).unwrap();
    for method in [FlatMethod::Rigid, FlatMethod::Conformal] {
        let flat = solver.flatten(&FlatSpec { method, up: DVec3::X, steps: 100 }).unwrap();
        let (low, high) = flat.bounds();
        let mut hits = 0;
        for i in 0..1000 {
            let t = DVec2::new((f64::from(i) * 0.618_034).fract(), f64::from(i) / 1000.0);
            let q = low + (high - low) * t;
            let Some(p) = flat.surface_from_flat(q) else { continue };
            hits += 1;
            assert!(flat.flat_from_surface(&p).unwrap().distance(q) < 1e-6);
            assert!((p.position.length() - 80.0).abs() < 0.2 && p.normal.dot(p.position) > 79.0);
        }
        assert!(hits > 700);
        // With +x of space up, seen from +y, +z is at the right hand.
        let at = |p: DVec3| {
            let best = (0..flat.flat().len()).min_by(|a, b| {
                let d = |i: usize| flat.mesh().positions[i].distance(p);
                d(*a).total_cmp(&d(*b))
            });
            flat.flat()[best.unwrap()]
        };
        let (top, side) = (at(DVec3::new(30.0, 74.0, 0.0)), at(DVec3::new(0.0, 74.0, 30.0)));
        assert!(top.y > 25.0 && top.x.abs() < 2.0, "{top}");
        assert!(side.x > 25.0 && side.y.abs() < 2.0, "{side}");
    }
}

#[test]
fn nasty_patches_are_refused_with_the_reason_or_laid_flat() {
    let spec = FlatSpec::default();
    let refused = |mesh: &Mesh, word: &str| {
        let e = flatten(mesh, &spec).unwrap_err().to_string();
        assert!(e.contains(word), "{e}");
    };
    let mut annulus = cap(80.0, 0.4, 6);
    annulus.triangles.retain(|t| !t.contains(&0));
    refused(&annulus, "hole");
    let one = cap(80.0, 0.3, 3);
    let n = one.positions.len() as u32;
    let mut two = one.clone();
    two.positions.extend(one.positions.iter().map(|p| *p + DVec3::X * 200.0));
    two.triangles.extend(one.triangles.iter().map(|t| t.map(|v| v + n)));
    refused(&two, "2 separate");
    refused(&Mesh::default(), "no triangles");
    let mut turned = one.clone();
    turned.triangles[0].swap(0, 1);
    refused(&turned, "winding");
    let mut nan = one.clone();
    nan.positions[0].x = f64::NAN;
    refused(&nan, "finite");
    let strip = |twist: f64| {
        let mut m = grid(30, 2, |u, v| {
            let (s, c) = (std::f64::consts::TAU * u).sin_cos();
            let (ts, tc) = (twist * u).sin_cos();
            let w = (v - 0.5) * 20.0;
            DVec3::new(c, 0.0, s) * (50.0 + w * tc) + DVec3::Y * (w * ts)
        });
        // The last row is the first, as it stands or the other way round.
        let last = 30 * 3;
        for t in &mut m.triangles {
            for v in t.iter_mut().filter(|v| **v >= last) {
                *v = if twist > 0.0 { 2 - (*v - last) } else { *v - last };
            }
        }
        m
    };
    refused(&strip(0.0), "hole");
    assert!(flatten(&strip(std::f64::consts::PI), &spec).is_err(), "a Möbius strip");
    let line = Mesh { positions: vec![DVec3::ZERO, DVec3::X, DVec3::X * 2.0], triangles: vec![[0, 1, 2]] };
    refused(&line, "no area");
    // One triangle is a disc; splinters and a fold lie flat somehow, finite.
    let single =
        Mesh { positions: vec![DVec3::ZERO, DVec3::X * 3.0, DVec3::Y * 4.0], triangles: vec![[0, 1, 2]] };
    let flat = flatten(&single, &spec).unwrap();
    assert!(flat.distortion().length_max < 1e-9, "{:?}", flat.distortion());
    let splinters = grid(40, 3, |u, v| DVec3::new(60.0 * u, 1e-5 * v, 2.0 * (9.0 * u).sin()));
    if let Ok(flat) = flatten(&splinters, &spec) {
        assert!(flat.flat().iter().all(|q| q.is_finite()));
    }
    let fold = grid(2, 6, |u, v| DVec3::new(40.0 * (u - 0.5).abs(), 60.0 * v, 1e-9 * u));
    let flat = flatten(&fold, &spec).unwrap();
    assert!(flat.distortion().length_max < 1e-3, "a sharp fold unfolds: {:?}", flat.distortion());
    // Two fans that touch in a vertex are two pieces.
    let touching = Mesh {
        positions: vec![DVec3::ZERO, DVec3::X, DVec3::Y, DVec3::NEG_X, DVec3::NEG_Y],
        triangles: vec![[0, 1, 2], [0, 3, 4]],
    };
    refused(&touching, "separate");
}

/// What every tiling must keep.
fn check(name: &str, head: &Head, spec: &TileSpec<'_>) -> Tiling {
    let t = tile_scalp(head, spec).unwrap_or_else(|e| panic!("{name}: {e}"));
    let (radius, error) = t.worst();
    println!(
        "{name}: {} tiles, {:.1} cm2 ({:.2} left out), radius {radius:.1} mm, p99 {:.2} %",
        t.tiles.len(),
        t.region_cm2,
        t.left_out_cm2,
        100.0 * error
    );
    assert!(radius <= spec.most_radius && error < spec.most_error, "{name}");
    for (i, tile) in t.tiles.iter().enumerate() {
        assert_eq!(tile.number as usize, i + 1);
        assert_eq!(tile.flat.distortion().flipped, 0);
        // Neighbours know each other and agree on their seam.
        for n in &tile.neighbours {
            let other = &t.tiles[n.number as usize - 1];
            let back = other.neighbours.iter().find(|m| m.number == tile.number).unwrap();
            assert!((back.seam_mm - n.seam_mm).abs() < 1e-6 && back.along_part == n.along_part);
        }
        let zones: f64 = tile.zones.iter().map(|z| z.area_cm2).sum();
        assert!((zones / tile.area_cm2 - 1.0).abs() < 1e-9);
        // The border closes.
        for (a, b) in tile.border.iter().zip(tile.border.iter().cycle().skip(1)) {
            assert_eq!(a.points.last(), b.points.first());
        }
        let (found, q) = t.locate(&tile.centre).unwrap();
        assert!(found == i && q.distance(tile.centre_in_flat) < 0.01, "{name} {i} {found}");
    }
    t
}

/// The tiles and what was left out are the scalp, by an area that is measured another way.
fn covers(name: &str, head: &Head, t: &Tiling) {
    let sampled: f64 = head.zone_areas().values().map(|a| a.0).sum();
    assert!((t.region_cm2 / sampled - 1.0).abs() < 1e-3, "{name}: {} and {sampled}", t.region_cm2);
    assert!(t.left_out_cm2 < 0.02 * t.region_cm2, "{name}: {} left out", t.left_out_cm2);
    // Places all over the scalp are on one tile each, and come back.
    let mesh = head.surface().mesh();
    let (mut on, mut off) = (0.0, 0.0);
    for triangle in 0..mesh.triangles.len() as u32 {
        let p = head.surface().point(triangle, 0.3, 0.25);
        if head.zone_in_head(p.position).is_none() {
            continue;
        }
        let Some((i, q)) = t.locate(&p) else {
            off += mesh.triangle_area(triangle);
            continue;
        };
        on += mesh.triangle_area(triangle);
        let back = t.tiles[i].flat.surface_from_flat(q).unwrap();
        assert!(back.position.distance(p.position) < 0.01, "{name}");
        let others = t.tiles.iter().filter(|o| o.flat.flat_from_surface(&p).is_some()).count();
        assert_eq!(others, 1, "{name}: tiles overlap");
    }
    assert!(on > 40.0 * off, "{name}: {on} {off}");
}

#[test]
fn tiles_of_parametric_heads_keep_their_limits_and_match_left_and_right() {
    for (length, breadth, circumference) in
        [(188.0, 146.0, 548.0), (199.5, 154.3, 574.4), (211.0, 163.0, 601.0)]
    {
        let spec = ParametricSpec {
            head_length: Some(Millimetres(length)),
            head_breadth: Some(Millimetres(breadth)),
            head_circumference: Some(Millimetres(circumference)),
            ..ParametricSpec::default()
        };
        let head = Head::from_lengths(&spec, None, "built").unwrap();
        let name = format!("built {length:.0} mm");
        let t = check(&name, &head, &TileSpec::default());
        covers(&name, &head, &t);
        assert!((24..=44).contains(&t.tiles.len()), "{name}");
        // Each tile has a mirror image.
        for a in &t.tiles {
            let mirror = DVec2::new(-a.centre_in_chart.x, a.centre_in_chart.y);
            let near =
                t.tiles.iter().map(|b| b.centre_in_chart.distance(mirror)).fold(f64::INFINITY, f64::min);
            assert!(near < 0.05, "{name} {} {near}", a.number);
        }
        // The part is the midline: no tile crosses it.
        for a in &t.tiles {
            let side = a.centre_in_chart.x.signum();
            for p in &a.flat.mesh().positions {
                assert!(head.chart().chart_from_head(*p).x * side > -1e-3, "{name} {}", a.number);
            }
        }
        // Rows go back.
        assert!(t.tiles[0].centre_in_chart.y > 0.2 && t.tiles.last().unwrap().centre_in_chart.y < -0.8);
    }
}

#[test]
fn other_parts_regions_and_limits() {
    let head = Head::from_lengths(&ParametricSpec::default(), None, "built").unwrap();
    for part in [Part::Side(0.3), Part::None] {
        let t = check("part", &head, &TileSpec { part, ..TileSpec::default() });
        covers("part", &head, &t);
        let along = t.tiles.iter().flat_map(|t| &t.neighbours).any(|n| n.along_part);
        assert_eq!(along, part != Part::None);
    }
    // A crown of 5 cm about the whorl, by a predicate.
    let whorl = head.head_from_chart(DVec2::new(0.05, -0.45)).unwrap().position;
    let crown = |p: &SurfacePoint| p.position.distance(whorl) < 50.0;
    let spec = TileSpec { region: Some(&crown), part: Part::None, ..TileSpec::default() };
    let t = check("crown", &head, &spec);
    // A chord of 50 mm bounds 78.5 cm2 on any sphere (π c²), and nearly so here.
    assert!((t.region_cm2 / 78.5 - 1.0).abs() < 0.03, "{}", t.region_cm2);
    // Nothing, and silly limits.
    let nowhere = |_: &SurfacePoint| false;
    let spec = TileSpec { region: Some(&nowhere), ..TileSpec::default() };
    assert!(tile_scalp(&head, &spec).unwrap_err().to_string().contains("empty"));
    for spec in [
        TileSpec { most_radius: f64::NAN, ..TileSpec::default() },
        TileSpec { most_error: 0.0, ..TileSpec::default() },
        TileSpec { edge: 0.01, ..TileSpec::default() },
        TileSpec { part: Part::Side(3.0), ..TileSpec::default() },
    ] {
        assert!(tile_scalp(&head, &spec).unwrap_err().to_string().contains("allowed"));
    }
}

#[test]
fn tiles_are_the_same_for_any_number_of_threads() {
    let head = Head::from_lengths(&ParametricSpec::default(), None, "built").unwrap();
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let t = pool.install(|| tile_scalp(&head, &TileSpec::default())).unwrap();
        t.tiles.iter().flat_map(|t| t.flat.flat().to_vec()).collect::<Vec<DVec2>>()
    };
    assert!(run(1) == run(2));
}

#[test]
fn val_tiles_of_scans_keep_the_limits() {
    for (name, head) in scans() {
        let t = check(&name, &head, &TileSpec::default());
        covers(&name, &head, &t);
    }
}

#[test]
fn the_whole_scalp_as_one_map() {
    let mut heads = scans();
    heads.push(("built".into(), Head::from_lengths(&ParametricSpec::default(), None, "built").unwrap()));
    for (name, head) in heads {
        let mut p99 = Vec::new();
        for middle in [MapMiddle::Top, MapMiddle::Scalp] {
            for projection in [Projection::Equidistant, Projection::EqualArea] {
                let map = ScalpProjection::new(&head, projection, middle).unwrap();
                let d = map.distortion();
                println!(
                    "{name} {middle:?} {projection:?}: length p50 {:.1} p95 {:.1} p99 {:.1} max {:.1} %, area \
                     p99 {:.1} max {:.1} %, whole {:+.2} %, {} flipped",
                    100.0 * d.length_median,
                    100.0 * d.length_p95,
                    100.0 * d.length_p99,
                    100.0 * d.length_max,
                    100.0 * d.area_p99,
                    100.0 * d.area_max,
                    100.0 * d.area,
                    d.flipped
                );
                p99.push(d.length_p99);
                if projection == Projection::EqualArea {
                    assert!(d.area.abs() < 0.01, "{name}");
                }
                for i in 0..400 {
                    let (s, c) = (f64::from(i) * 2.4).sin_cos();
                    let q = DVec2::new(s, c) * (f64::from(i) * 0.2);
                    let Some(p) = map.surface_from_map(&head, q) else { continue };
                    assert!(map.map_from_head(p.position).unwrap().distance(q) < 0.01, "{name} {q}");
                }
            }
        }
        // Equal areas err less in length than equal distances, about either middle.
        assert!(p99[1] < p99[0] && p99[3] < p99[2], "{name} {p99:?}");
        // From the middle, a ring of the equidistant map is a circle.
        let map = ScalpProjection::new(&head, Projection::Equidistant, MapMiddle::Scalp).unwrap();
        assert!(map.ring(60.0).iter().all(|q| (q.length() - 60.0).abs() < 1e-6));
        assert!(map.ring(1e6).is_empty());
    }
}
