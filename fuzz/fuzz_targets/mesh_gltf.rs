//! A mesh from any bytes as glTF or GLB: an error, or triangles that name vertices that exist.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Without a folder nothing but the input is read.
    if let Ok(mesh) = vellus_head::io::read_gltf(bytes, None) {
        let n = mesh.positions.len();
        assert!(mesh.triangles.iter().flatten().all(|i| (*i as usize) < n));
        assert!(mesh.positions.iter().all(|p| p.is_finite()));
    }
});
