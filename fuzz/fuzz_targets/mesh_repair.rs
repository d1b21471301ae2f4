//! Repair and simplification of any triangles: an error, or sheets whose edges are run once in each
//! direction at most.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vellus_head::{Mesh, RepairOptions, SimplifySpec, repair, simplify};

fn assert_sheet(m: &Mesh) {
    m.check().expect("sound");
    let mut runs: Vec<(u32, u32)> =
        m.triangles.iter().flat_map(|t| [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])]).collect();
    runs.sort_unstable();
    assert!(runs.windows(2).all(|w| w[0] != w[1]), "an edge is run twice in one direction");
}

fuzz_target!(|input: (Vec<[i16; 3]>, Vec<[u8; 3]>, u8, bool)| {
    let (points, corners, aim, wild) = input;
    // Small whole numbers meet, line up and coincide often; wild ones reach every exponent.
    let positions = points
        .iter()
        .map(|p| {
            let number = |x: i16| {
                if wild { f64::from_bits((x as u16 as u64) << 48) } else { f64::from(x % 16) }
            };
            [number(p[0]), number(p[1]), number(p[2])].into()
        })
        .collect();
    let triangles = corners.iter().map(|t| t.map(u32::from)).collect();
    let mesh = Mesh { positions, triangles };
    for options in [RepairOptions::default(), RepairOptions::UNSCALED] {
        let Ok(r) = repair(&mesh, &options) else { continue };
        assert_sheet(&r.mesh);
        assert_eq!(r.filled.len(), r.mesh.triangles.len());
        let spec = SimplifySpec { filled: &r.filled, ..SimplifySpec::to(usize::from(aim)) };
        if let Ok(s) = simplify(&r.mesh, &spec) {
            assert_sheet(&s.mesh);
            assert_eq!(s.filled.len(), s.mesh.triangles.len());
        }
    }
    let _ = simplify(&mesh, &SimplifySpec::to(usize::from(aim)));
});
