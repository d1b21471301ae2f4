//! Whatever a mesh and a sidecar hold, a head or an error comes out.
#![allow(missing_docs)]

use glam::DVec3;
use proptest::prelude::*;
use vellus_head::{Head, KnownLength, Landmark, LengthUnit, Mesh, ScanSpec, Sex};
use vellus_units::Millimetres;

/// A lumpy closed box of points around the origin, about as large as a head in millimetres.
fn lump(lumps: &[f64], scale: f64) -> Mesh {
    let (rows, columns) = (12u32, 16u32);
    let mut mesh = Mesh::default();
    for r in 0..=rows {
        for c in 0..columns {
            let (a, b) = (
                f64::from(r) * std::f64::consts::PI / f64::from(rows),
                f64::from(c) * std::f64::consts::TAU / f64::from(columns),
            );
            let k = ((r * columns + c) as usize) % lumps.len().max(1);
            let radius = scale * (90.0 + lumps.get(k).copied().unwrap_or(0.0));
            mesh.positions
                .push(radius * DVec3::new(a.sin() * b.sin() * 0.8, a.cos() * 1.2, a.sin() * b.cos()));
        }
    }
    for r in 0..rows {
        for c in 0..columns {
            let at = |r: u32, c: u32| r * columns + c % columns;
            mesh.triangles.push([at(r, c), at(r + 1, c), at(r + 1, c + 1)]);
            mesh.triangles.push([at(r, c), at(r + 1, c + 1), at(r, c + 1)]);
        }
    }
    mesh
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn prop_wild_scans_do_not_panic(
        lumps in prop::collection::vec(-60.0f64..40.0, 1..50),
        points in prop::collection::vec((0usize..12, prop::array::uniform3(-120.0f64..120.0)), 0..12),
        glabella in prop::array::uniform3(-40.0f64..110.0),
        scale in prop::sample::select(vec![1.0, 0.1, 0.001, 37.0, 0.0]),
        unit in prop::sample::select(vec![
            None, Some(LengthUnit::Mm), Some(LengthUnit::Cm), Some(LengthUnit::M),
        ]),
        known in prop::option::of(140.0f64..240.0),
        forehead in prop::option::of(0.0f64..200.0),
    ) {
        let mut spec = ScanSpec::from_toml("up = \"+y\"\nforward = \"+z\"\n[landmarks]\n").unwrap();
        spec.unit = unit;
        spec.known_length = known.map(|l| KnownLength::HeadLength(Millimetres(l)));
        for (which, p) in points {
            spec.landmarks.insert(Landmark::ALL[which], p.map(|x| x * scale));
        }
        spec.landmarks.insert(Landmark::Glabella, glabella.map(|x| x * scale));
        let head = Head::from_scan(
            &lump(&lumps, scale), &spec, Sex::Female, forehead.map(Millimetres), "wild",
        );
        if let Ok(head) = head {
            prop_assert!(head.zone_areas().values().all(|a| a.0.is_finite()));
        }
    }
}
