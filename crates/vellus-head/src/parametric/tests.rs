use super::lengths::hull_perimeter;
use super::*;
use glam::DVec2;
use std::collections::BTreeMap;

fn spec(sex: Sex, lengths: [f64; 3]) -> ParametricSpec {
    let [l, b, c] = lengths.map(|v| Some(Millimetres(v)));
    ParametricSpec {
        head_length: l,
        head_breadth: b,
        head_circumference: c,
        sex,
        ..ParametricSpec::default()
    }
}

/// Lengths, breadths and circumferences up to 2.5 standard deviations from the mean, the
/// circumference about what it is expected to be for the other two.
fn grid() -> Vec<(Sex, [f64; 3])> {
    let mut out = Vec::new();
    for (sex, mean, sd, residual) in
        [(Sex::Male, [199.5, 154.3], [7.0, 5.5], 6.2), (Sex::Female, [189.8, 147.8], [7.4, 5.2], 10.8)]
    {
        for a in [-2.5, 0.0, 2.5] {
            for b in [-2.5, 0.0, 2.5] {
                for c in [-2.5, 0.0, 2.5] {
                    let (l, w) = (mean[0] + a * sd[0], mean[1] + b * sd[1]);
                    out.push((sex, [l, w, norms::circumference_mm(sex, l, w) + c * residual]));
                }
            }
        }
    }
    out
}

/// The three lengths as they would be taken from the mesh, ears and all.
fn measured(head: &ParametricHead) -> [f64; 3] {
    let p = &head.mesh.positions;
    let glabella = head.landmarks.glabella;
    let back = p
        .iter()
        .filter(|q| q.x == 0.0 && q.z < 0.0 && q.y > -30.0)
        .fold(glabella, |a, q| if q.distance(glabella) > a.distance(glabella) { *q } else { a });
    let ear_top = p.iter().fold(DVec3::ZERO, |a, q| if q.x > a.x { *q } else { a }).y + 20.0;
    let breadth = 2.0 * p.iter().filter(|q| q.y > ear_top).map(|q| q.x).fold(0.0, f64::max);
    let along = (glabella - back).normalize();
    let normal = DVec3::X.cross(along);
    let mut section = Vec::new();
    for t in &head.mesh.triangles {
        for k in 0..3 {
            let (a, b) = (p[t[k] as usize], p[t[(k + 1) % 3] as usize]);
            let (u, v) = ((a - glabella).dot(normal), (b - glabella).dot(normal));
            if (u < 0.0) != (v < 0.0) {
                let x = a.lerp(b, u / (u - v));
                section.push(DVec2::new(x.x, (x - glabella).dot(along)));
            }
        }
    }
    [back.distance(glabella), breadth, hull_perimeter(section)]
}

#[test]
fn prop_lengths_are_what_was_asked() {
    for (sex, asked) in grid() {
        let head = build(&spec(sex, asked)).unwrap();
        let got = measured(&head);
        for k in 0..3 {
            assert!((got[k] - asked[k]).abs() < 2.0, "{sex:?} asked {asked:.1?}, got {got:.1?}");
        }
        let l = head.lengths;
        let said = [l.head_length_mm, l.head_breadth_mm, l.head_circumference_mm];
        assert!((0..3).all(|k| (said[k] - got[k]).abs() < 2.0), "says {said:.2?}, is {got:.2?}");
    }
}

#[test]
fn prop_surface_is_closed_outward_and_symmetric() {
    for resolution in [Resolution::Coarse, Resolution::Standard, Resolution::Fine] {
        let head = build(&ParametricSpec { resolution, ..ParametricSpec::default() }).unwrap();
        let (p, t) = (&head.mesh.positions, &head.mesh.triangles);
        let mut edges = BTreeMap::<(u32, u32), [i32; 2]>::new();
        for f in t {
            for k in 0..3 {
                let (a, b) = (f[k], f[(k + 1) % 3]);
                edges.entry((a.min(b), a.max(b))).or_default()[usize::from(a > b)] += 1;
            }
        }
        assert!(edges.values().all(|c| *c == [1, 1]), "each edge has one triangle on either side");
        assert_eq!(p.len() as i64 - edges.len() as i64 + t.len() as i64, 2, "a sphere, no handles");
        let volume: f64 =
            t.iter().map(|f| f.map(|i| p[i as usize])).map(|[a, b, c]| a.dot(b.cross(c)) / 6.0).sum();
        assert!((3.5e6..7.5e6).contains(&volume), "{volume} mm³");
        let key = |q: &DVec3| [q.x.abs().to_bits(), q.y.to_bits(), q.z.to_bits()];
        let mut sides = BTreeMap::<[u64; 3], i32>::new();
        for q in p.iter().filter(|q| q.x != 0.0) {
            *sides.entry(key(q)).or_default() += if q.x > 0.0 { 1 } else { -1 };
        }
        assert!(sides.values().all(|n| *n == 0), "each vertex has its mirror image");
    }
}

#[test]
fn prop_vertex_counts_are_those_of_the_documentation() {
    for (resolution, range) in [
        (Resolution::Coarse, 9_000..13_000),
        (Resolution::Standard, 18_000..24_000),
        (Resolution::Fine, 55_000..72_000),
    ] {
        let n = mean_mesh(resolution).positions.len();
        assert!(range.contains(&n), "{resolution:?}: {n}");
    }
}

#[test]
fn prop_same_bytes_for_any_number_of_threads() {
    let of = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| mesher::mesh(Template::mean(), Resolution::Coarse.edge_mm()))
    };
    assert_eq!(of(1), of(3));
}

#[test]
fn prop_scalp_is_smooth_and_nothing_folds() {
    for (sex, lengths) in grid().into_iter().step_by(5) {
        let head = build(&spec(sex, lengths)).unwrap();
        let mean = mean_mesh(Resolution::Standard);
        let p = &head.mesh.positions;
        let normal = |p: &[DVec3], f: &[u32; 3]| {
            let [a, b, c] = f.map(|i| p[i as usize]);
            (b - a).cross(c - a)
        };
        let mut beside = BTreeMap::<(u32, u32), Vec<DVec3>>::new();
        for f in &head.mesh.triangles {
            let n = normal(p, f);
            assert!(n.dot(normal(&mean.positions, f)) > 0.0, "turned over near {}", p[f[0] as usize]);
            if f.iter().all(|i| p[*i as usize].y > 60.0) {
                for k in 0..3 {
                    let (a, b) = (f[k], f[(k + 1) % 3]);
                    beside.entry((a.min(b), a.max(b))).or_default().push(n.normalize());
                }
            }
        }
        for n in beside.values().filter(|n| n.len() == 2) {
            let angle = libm::acos(n[0].dot(n[1]).min(1.0)).to_degrees();
            assert!(angle < 15.0, "{angle}° between neighbours on the scalp");
        }
    }
}

#[test]
fn prop_head_space_is_frankfurt() {
    let head = build(&ParametricSpec::default()).unwrap();
    let l = head.landmarks;
    assert!((l.tragion_left + l.tragion_right).length() < 1e-9);
    assert!(l.orbitale_left.y.abs() < 1e-9);
    assert!(
        l.nose_tip.z > l.glabella.z
            && l.menton.y < l.nose_tip.y
            && l.nose_tip.y < l.nasion.y
            && l.nasion.y < l.glabella.y
    );
    let near = |q: DVec3| head.mesh.positions.iter().map(|p| p.distance(q)).fold(f64::MAX, f64::min);
    for q in [
        l.glabella,
        l.nasion,
        l.nose_tip,
        l.menton,
        l.lateral_canthus_left,
        l.tragion_right,
        l.orbitale_left,
        l.vertex,
        l.opisthocranion,
    ] {
        assert!(near(q) < 4.0, "{q} is {} mm from a vertex", near(q));
    }
}

#[test]
fn prop_missing_lengths_come_from_the_means() {
    for (sex, mean) in [(Sex::Male, [199.5, 154.3, 574.4]), (Sex::Female, [189.8, 147.8, 561.1])] {
        let filled = norms::complete(sex, [None; 3]);
        for k in 0..3 {
            assert!((filled[k] - mean[k]).abs() < 1.5, "{sex:?} {filled:?}");
        }
        // A large circumference makes a long and broad head.
        let large = norms::complete(sex, [None, None, Some(600.0)]);
        assert!(large[0] > mean[0] && large[1] > mean[1]);
        let long = norms::complete(sex, [Some(210.0), None, Some(590.0)]);
        assert!((norms::circumference_mm(sex, 210.0, long[1]) - 590.0).abs() < 10.0);
    }
}

#[test]
fn prop_impossible_lengths_are_refused_with_the_range() {
    let of = |l: f64, b: f64, c: f64| build(&spec(Sex::Male, [l, b, c])).unwrap_err().to_string();
    assert_eq!(of(20.0, 150.0, 570.0), "head length is 20.0 mm; it must lie between 150 and 240 mm");
    assert!(of(f64::NAN, 150.0, 570.0).contains("between 150 and 240 mm"));
    assert!(of(200.0, 200.0, 570.0).contains("between 115 and 190 mm"));
    assert!(of(200.0, 150.0, 470.0).contains("with this head length and breadth"));
}

#[test]
fn prop_the_coronal_arc_is_what_was_asked() {
    for sex in [Sex::Male, Sex::Female] {
        let free = build(&ParametricSpec { sex, ..ParametricSpec::default() }).unwrap();
        for more in [-15.0, 0.0, 15.0] {
            let arc = free.lengths.bitragion_coronal_arc_mm + more;
            let spec = ParametricSpec {
                sex,
                bitragion_coronal_arc: Some(Millimetres(arc)),
                ..ParametricSpec::default()
            };
            let head = crate::Head::from_lengths(&spec, None, "").unwrap();
            let l = head.lengths();
            let got = l.bitragion_coronal_arc.0;
            assert!((got - arc).abs() < 4.0, "{sex:?} asked {arc:.1} mm, got {got:.1} mm");
            let mean = norms::mean(sex);
            assert!((l.head_length.0 - mean[0]).abs() < 2.0 && (l.head_breadth.0 - mean[1]).abs() < 2.0);
            assert!((l.head_circumference.0 - norms::circumference_mm(sex, mean[0], mean[1])).abs() < 2.0);
        }
        let tall = ParametricSpec {
            sex,
            bitragion_coronal_arc: Some(Millimetres(425.0)),
            ..ParametricSpec::default()
        };
        assert!(build(&tall).unwrap_err().to_string().contains("bitragion coronal arc is 425.0 mm"));
    }
}

#[test]
fn prop_ears_grow_with_age() {
    let ear = |age| {
        let head = build(&ParametricSpec { age_years: age, ..ParametricSpec::default() }).unwrap();
        // Beside the skull there are only ears.
        let out = head.mesh.positions.iter().filter(|p| p.x > 84.0);
        let (lo, hi) = out.fold((f64::MAX, f64::MIN), |(lo, hi), p| (lo.min(p.y), hi.max(p.y)));
        hi - lo
    };
    assert!(ear(Some(70.0)) > ear(None) + 4.0);
    assert!((ear(Some(30.0)) - ear(None)).abs() < 1e-9);
}
