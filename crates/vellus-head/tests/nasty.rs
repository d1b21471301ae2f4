//! Every part of the crate over every nasty mesh: an error or a sane result, in a bounded time.
#![allow(missing_docs, clippy::print_stdout)]

#[path = "support/nasty.rs"]
mod meshes;

use std::sync::mpsc;
use std::time::Duration;

use glam::DVec3;
use vellus_head::flatten::{FlatSpec, flatten};
use vellus_head::mesh_quality::MeshQuality;
use vellus_head::repair::holes;
use vellus_head::{
    Geodesics, Head, LengthUnit, Mesh, PlaceSpec, RepairOptions, ScanSpec, Sex, SimplifySpec, Surface, place,
    repair, simplify,
};
use vellus_units::random::{Key, Purpose};

/// No mesh may take longer, however slow the machine: the largest takes a few seconds.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs something over each mesh, each on a thread that is given up after the limit.
fn over_all(what: &'static str, run: impl Fn(&Mesh) + Send + Sync + Copy + 'static) {
    for (name, mesh) in meshes::nasty() {
        let (done, wait) = mpsc::channel();
        let start = std::time::Instant::now();
        let worker = std::thread::spawn(move || {
            run(&mesh);
            let _ = done.send(());
        });
        match wait.recv_timeout(LIMIT) {
            Ok(()) => worker.join().unwrap(),
            Err(mpsc::RecvTimeoutError::Disconnected) => panic!("{what} of {name:?} panicked"),
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what} of {name:?} took over {LIMIT:?}"),
        }
        let seconds = start.elapsed().as_secs_f64();
        if seconds > 2.0 {
            println!("{what} of {name:?}: {seconds:.1} s");
        }
    }
}

/// What every mended or simplified mesh must be.
fn assert_sheet(m: &Mesh) {
    m.check().unwrap();
    let mut edges: std::collections::HashMap<(u32, u32), u32> = std::collections::HashMap::new();
    for t in &m.triangles {
        assert!(t[0] != t[1] && t[1] != t[2] && t[2] != t[0], "a triangle without area");
        for k in 0..3 {
            *edges.entry((t[k], t[(k + 1) % 3])).or_default() += 1;
        }
    }
    assert!(edges.values().all(|n| *n == 1), "an edge is run twice in one direction");
}

#[test]
fn repair_makes_sheets() {
    over_all("repair", |m| {
        for options in [RepairOptions::default(), RepairOptions::UNSCALED] {
            if let Ok(r) = repair(m, &options) {
                assert_sheet(&r.mesh);
                assert_eq!(r.filled.len(), r.mesh.triangles.len());
                // Parted vertices lie in one place and are joined again; what comes of it is as sound.
                assert_sheet(&repair(&r.mesh, &RepairOptions::UNSCALED).unwrap().mesh);
            }
        }
    });
}

#[test]
fn simplification_keeps_what_repair_made() {
    over_all("simplification", |m| {
        // Raw meshes too: whatever comes out is sound.
        if let Ok(s) = simplify(m, &SimplifySpec::to(200)) {
            s.mesh.check().unwrap();
            assert!(s.deviation.max.is_finite() && s.mesh.triangles.len() <= m.triangles.len());
        }
        let Ok(r) = repair(m, &RepairOptions::UNSCALED) else { return };
        let Ok(s) = simplify(&r.mesh, &SimplifySpec { filled: &r.filled, ..SimplifySpec::to(200) }) else {
            return;
        };
        assert_sheet(&s.mesh);
        assert_eq!(s.filled.len(), s.mesh.triangles.len());
        assert!(s.deviation.mean <= s.deviation.max && s.deviation.max.is_finite());
        assert_eq!(r.mesh.is_watertight(), s.mesh.is_watertight());
        assert_eq!(r.mesh.boundary_loops().len(), s.mesh.boundary_loops().len());
    });
}

#[test]
fn surfaces_answer() {
    over_all("a surface", |m| {
        let _ = (m.bounds(), m.is_watertight(), m.boundary_loops());
        for m in
            [Some(m.clone()), repair(m, &RepairOptions::UNSCALED).ok().map(|r| r.mesh)].into_iter().flatten()
        {
            if m.check().is_err() {
                continue;
            }
            let _ = (m.area(), m.volume(), holes(&m));
            let Ok(s) = Surface::new(m) else { continue };
            for p in [DVec3::ZERO, DVec3::splat(0.3), DVec3::splat(1e8), DVec3::NAN] {
                let _ = (s.raycast(p, DVec3::X), s.raycast_farthest(p, DVec3::NEG_Z), s.closest_point(p));
            }
            assert!(s.normals().iter().all(|n| n.is_finite()));
        }
    });
}

#[test]
fn points_are_placed_or_refused() {
    over_all("placing points", |m| {
        let Ok(r) = repair(m, &RepairOptions::UNSCALED) else { return };
        let Ok(s) = Surface::new(r.mesh) else { return };
        let spec = PlaceSpec::new(300, Key::new(1, 0), Purpose::Placement);
        if let Ok(set) = place(&s, &spec) {
            assert_eq!(set.len(), 300);
            let _ = set.quality(&s, &spec);
        }
    });
}

#[test]
fn quality_is_measured() {
    over_all("mesh quality", |m| {
        if let Ok(r) = repair(m, &RepairOptions::default()) {
            let q = MeshQuality::measure(&r.mesh, &r.filled);
            assert!(q.edge_median_mm >= 0.0 && q.edge_median_mm <= q.edge_p95_mm);
        }
    });
}

/// Meshes up to this many triangles are measured; more takes minutes with assertions on.
const MEASURED: usize = 30_000;

#[test]
fn distances_come_out_or_a_reason() {
    over_all("a distance", |m| {
        let mended = repair(m, &RepairOptions::UNSCALED).map(|r| r.mesh);
        // As it came, and mended.
        for mesh in std::iter::once(m.clone()).chain(mended.ok()) {
            if mesh.triangles.len() > MEASURED {
                continue;
            }
            let (Some((low, high)), Ok(surface)) = (mesh.bounds(), Surface::new(mesh)) else { continue };
            let Ok(geodesics) = Geodesics::new(&surface) else { continue };
            let (Some(a), Some(b)) = (geodesics.nearest(low), geodesics.nearest(high)) else { continue };
            let straight = a.position.distance(b.position);
            match geodesics.path(&a, &b) {
                Ok(path) => assert!(path.length() >= straight * (1.0 - 1e-6), "{} {straight}", path.length()),
                Err(e) => assert!(e.to_string().len() > 20, "{e}"),
            }
            match geodesics.distances(&[a], f64::INFINITY) {
                Ok(field) => assert!(field.at_vertices().iter().all(|d| !d.is_nan() && *d >= 0.0)),
                Err(e) => assert!(e.to_string().len() > 20, "{e}"),
            }
        }
    });
}

#[test]
fn patches_lie_flat_or_a_reason() {
    over_all("a patch", |m| {
        let mended = repair(m, &RepairOptions::UNSCALED).map(|r| r.mesh);
        for mesh in std::iter::once(m.clone()).chain(mended.ok()) {
            if mesh.triangles.len() > MEASURED {
                continue;
            }
            match flatten(&mesh, &FlatSpec::default()) {
                Ok(flat) => assert!(flat.flat().iter().all(|q| q.is_finite())),
                Err(e) => assert!(e.to_string().len() > 20, "{e}"),
            }
        }
    });
}

#[test]
fn heads_come_out_or_a_reason() {
    over_all("a head", |m| {
        let spec = ScanSpec { unit: Some(LengthUnit::Mm), ..ScanSpec::default() };
        match Head::preview_scan(m, &spec, Sex::Male, None, "nasty") {
            Ok(head) => {
                assert!(head.zone_areas().values().all(|a| a.0.is_finite()));
                assert_sheet(head.surface().mesh());
                assert!(head.lengths().head_circumference.0.is_finite());
            }
            Err(e) => assert!(e.to_string().len() > 20, "{e}"),
        }
    });
}

#[test]
fn scale_and_mirrors_are_told() {
    let all = meshes::nasty();
    let get = |name: &str| &all.iter().find(|m| m.0 == name).unwrap().1;
    let spec = ScanSpec { unit: Some(LengthUnit::Mm), ..ScanSpec::default() };
    let head = |name: &str, spec: &ScanSpec| Head::from_scan(get(name), spec, Sex::Male, None, "");
    // Wrong units are refused with the right one.
    for (name, unit) in [("in metres", "\"m\""), ("in inches", "\"inch\"")] {
        let e = head(name, &spec).unwrap_err().to_string();
        assert!(e.contains(unit), "{e}");
    }
    // A mirrored head is a head: left and right are not told apart by shape. It is turned outward.
    let mirrored = head("mirrored", &spec).unwrap();
    assert!(mirrored.surface().mesh().volume() > 0.0);
    // A large scan is simplified and says by how much.
    let large = head("300,000 triangles", &spec).unwrap();
    let report = large.scan().unwrap();
    let [mean, p99, max] = report.simplified_mm.unwrap();
    assert!(mean < 0.05 && p99 < 0.2 && max < 0.5 && mean <= p99 && p99 <= max, "{mean} {p99} {max}");
    assert!(report.triangles[0] >= 300_000 && report.triangles[1] < 80_000, "{:?}", report.triangles);
    let small = head("inside out", &spec).unwrap();
    assert_eq!(small.scan().unwrap().simplified_mm, None);
    let (a, b) = (large.lengths().head_circumference, small.lengths().head_circumference);
    assert!((a.0 - b.0).abs() < 1.0, "{a} {b}");
}
