//! No file makes a reader panic, hang or reserve memory without bound.
#![allow(missing_docs)]

use std::path::Path;

use glam::DVec3;
use proptest::prelude::*;
use vellus_head::io::{read_mesh, read_obj, read_ply, read_stl, write_ply};
use vellus_head::{Mesh, RepairOptions, Surface, repair};

fn tetrahedron() -> Mesh {
    Mesh {
        positions: vec![DVec3::ZERO, DVec3::X, DVec3::Y, DVec3::Z],
        triangles: vec![[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]],
    }
}

/// Small valid files of every kind.
fn valid() -> Vec<Vec<u8>> {
    let m = tetrahedron();
    let mut little = Vec::new();
    write_ply(&mut little, &m, &[]).unwrap();
    let mut obj = String::new();
    let mut ascii = String::from(
        "ply\nformat ascii 1.0\nelement vertex 4\nproperty float x\nproperty float y\n\
         property float z\nelement face 4\nproperty list uchar int vertex_indices\nend_header\n",
    );
    let mut stl_ascii = String::from("solid t\n");
    let mut stl = vec![0u8; 80];
    let mut big = b"ply\nformat binary_big_endian 1.0\nelement vertex 4\nproperty double x\n\
        property double y\nproperty double z\nelement face 4\n\
        property list int ushort vertex_index\nend_header\n"
        .to_vec();
    stl.extend(4u32.to_le_bytes());
    for p in &m.positions {
        obj += &format!("v {} {} {}\n", p.x, p.y, p.z);
        ascii += &format!("{} {} {}\n", p.x, p.y, p.z);
        p.to_array().iter().for_each(|x| big.extend(x.to_be_bytes()));
    }
    for (i, t) in m.triangles.iter().enumerate() {
        obj += &format!("f {} {} {}\n", t[0] + 1, t[1] + 1, t[2] + 1);
        ascii += &format!("3 {} {} {}\n", t[0], t[1], t[2]);
        big.extend(3i32.to_be_bytes());
        t.iter().for_each(|v| big.extend((*v as u16).to_be_bytes()));
        stl.extend([0u8; 12]);
        stl_ascii += "facet normal 0 0 0\nouter loop\n";
        for p in m.corners(i as u32) {
            p.as_vec3().to_array().iter().for_each(|x| stl.extend(x.to_le_bytes()));
            stl_ascii += &format!("vertex {} {} {}\n", p.x, p.y, p.z);
        }
        stl.extend([0u8; 2]);
        stl_ascii += "endloop\nendfacet\n";
    }
    stl_ascii += "endsolid t\n";
    vec![little, big, ascii.into_bytes(), obj.into_bytes(), stl, stl_ascii.into_bytes()]
}

/// Every reader on the same bytes; what comes out must be usable.
fn try_all(bytes: &[u8]) {
    for mesh in [read_obj(bytes), read_ply(bytes), read_stl(bytes)].into_iter().flatten() {
        mesh.check().unwrap();
        if let Ok(r) = repair(&mesh, &RepairOptions::default())
            && let Ok(s) = Surface::new(r.mesh)
        {
            let _ = s.raycast(DVec3::splat(0.1), DVec3::X);
            let _ = s.closest_point(DVec3::splat(0.1));
        }
    }
}

#[test]
fn all_valid_files_read() {
    let files = valid();
    for (i, bytes) in files.iter().enumerate() {
        let mesh = match i {
            0..=2 => read_ply(bytes),
            3 => read_obj(bytes),
            _ => read_stl(bytes),
        }
        .unwrap();
        assert_eq!(mesh.triangles.len(), 4, "{i}");
        assert_eq!(mesh.positions.len(), 4, "{i}");
        assert!(mesh.is_watertight(), "{i}");
        assert!((mesh.volume().abs() - 1.0 / 6.0).abs() < 1e-9);
    }
}

#[test]
fn file_names_decide_and_errors_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("head.PLY");
    std::fs::write(&path, &valid()[0]).unwrap();
    assert_eq!(read_mesh(&path).unwrap(), tetrahedron());
    let e = read_mesh(Path::new("scan.3mf")).unwrap_err().to_string();
    assert!(e.contains(".3mf") && e.contains(".obj, .ply, .stl, .gltf and .glb"), "{e}");
    let e = read_mesh(Path::new("scan")).unwrap_err().to_string();
    assert!(e.contains("no ending"), "{e}");
    let e = read_mesh(&folder.path().join("gone.stl")).unwrap_err().to_string();
    assert!(e.contains("gone.stl"), "{e}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn prop_random_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        try_all(&bytes);
    }

    #[test]
    fn prop_random_headers_do_not_panic(
        start in prop::sample::select(vec![
            "ply\nformat ascii 1.0\n", "ply\nformat binary_little_endian 1.0\n",
            "ply\nformat binary_big_endian 1.0\n", "solid \n", "v 1 2 3\nf ",
        ]),
        lines in prop::collection::vec(prop::sample::select(vec![
            "element vertex 3\n", "element face 99999999999\n", "element vertex -1\n",
            "element face 1\n", "property float x\n", "property double y\n", "property int z\n",
            "property list uchar int vertex_indices\n", "property list float int vertex_index\n",
            "property list int double a\n", "end_header\n", "0 0 0\n", "3 0 1 2\n",
            "2147483647 1\n", "1 2 3/4/5 -1\n", "f 1 -9223372036854775808 3\n", "\\\n",
            "facet normal 0 0 1\n", "outer loop\n", "vertex nan 1 inf\n", "\u{0}\u{ff}\n",
        ]), 0..14),
    ) {
        try_all((start.to_owned() + &lines.concat()).as_bytes());
    }

    #[test]
    fn prop_damaged_files_do_not_panic(
        which in 0usize..6,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        keep_all in any::<bool>(),
    ) {
        let mut bytes = valid().swap_remove(which);
        for (at, value) in damage {
            let i = at.index(bytes.len());
            bytes[i] = value;
        }
        if !keep_all {
            bytes.truncate(cut.index(bytes.len()));
        }
        try_all(&bytes);
    }

    #[test]
    fn prop_cut_binary_files_are_errors(which in prop::sample::select(vec![0usize, 1, 4]), cut in any::<prop::sample::Index>()) {
        let bytes = valid().swap_remove(which);
        let part = &bytes[..cut.index(bytes.len())];
        if which == 4 {
            prop_assert!(read_stl(part).is_err());
        } else {
            prop_assert!(read_ply(part).is_err());
        }
    }
}
