//! A mesh from any bytes as PLY: an error, or triangles that name vertices that exist.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mesh) = vellus_head::io::read_ply(bytes) {
        let n = mesh.positions.len();
        assert!(mesh.triangles.iter().flatten().all(|i| (*i as usize) < n));
    }
});
