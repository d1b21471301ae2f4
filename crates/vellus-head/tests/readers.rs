//! No file makes a reader panic, hang or reserve memory without bound.
#![allow(missing_docs)]

use std::path::Path;

use glam::DVec3;
use proptest::prelude::*;
use vellus_head::io::{read_gltf, read_mesh, read_obj, read_ply, read_scan, read_stl, write_ply};
use vellus_head::{Axis, LengthUnit, Mesh, RepairOptions, Surface, repair};

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
    let (json, bin) = gltf(&m);
    vec![
        little,
        big,
        ascii.into_bytes(),
        obj.into_bytes(),
        stl,
        stl_ascii.into_bytes(),
        glb(&json, &bin),
        json.replace(
            "\"byteLength\":84}]",
            &format!("\"byteLength\":84,\"uri\":\"data:;base64,{}\"}}]", base64(&bin)),
        )
        .into_bytes(),
    ]
}

/// JSON and buffer of a mesh of four triangles under a node that turns, scales and moves it back.
fn gltf(m: &Mesh) -> (String, Vec<u8>) {
    let mut bin = Vec::new();
    // The node doubles and moves; the file holds half and moved back.
    for p in &m.positions {
        ((*p - DVec3::X) / 2.0).as_vec3().to_array().iter().for_each(|x| bin.extend(x.to_le_bytes()));
    }
    m.triangles.iter().flatten().for_each(|v| bin.extend((*v as u16).to_le_bytes()));
    bin.resize(84, 0);
    let json = "{\"asset\":{\"version\":\"2.0\"},\"scene\":0,\"scenes\":[{\"nodes\":[0]}],\"nodes\":[\
        {\"translation\":[1,0,0],\"children\":[1]},{\"scale\":[2,2,2],\"mesh\":0}],\
        \"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0},\"indices\":1}]}],\"accessors\":[\
        {\"bufferView\":0,\"componentType\":5126,\"count\":4,\"type\":\"VEC3\",\"min\":[-0.5,0,0],\"max\":[0,0.5,0.5]},\
        {\"bufferView\":1,\"componentType\":5123,\"count\":12,\"type\":\"SCALAR\"}],\"bufferViews\":[\
        {\"buffer\":0,\"byteLength\":48},{\"buffer\":0,\"byteOffset\":48,\"byteLength\":24}],\
        \"buffers\":[{\"byteLength\":84}]}";
    (json.to_owned(), bin)
}

fn glb(json: &str, bin: &[u8]) -> Vec<u8> {
    let mut json = json.as_bytes().to_vec();
    json.resize(json.len().next_multiple_of(4), b' ');
    let mut out = b"glTF".to_vec();
    for n in [2, 28 + json.len() + bin.len(), json.len()] {
        out.extend((n as u32).to_le_bytes());
    }
    out.extend(b"JSON");
    out.extend(json);
    out.extend((bin.len() as u32).to_le_bytes());
    out.extend(b"BIN\0");
    out.extend(bin);
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .map(|c| {
            let n = c.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - c.len()));
            (0..=c.len()).map(|k| DIGITS[(n >> (18 - 6 * k)) as usize & 63] as char).collect::<String>()
        })
        .collect()
}

/// Every reader on the same bytes; what comes out must be usable.
fn try_all(bytes: &[u8]) {
    let all = [read_obj(bytes), read_ply(bytes), read_stl(bytes), read_gltf(bytes, None)];
    for mesh in all.into_iter().flatten() {
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
            4 | 5 => read_stl(bytes),
            _ => read_gltf(bytes, None),
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

/// What a file of these bytes and this name gives.
fn scan(name: &str, bytes: &[u8]) -> Result<vellus_head::io::Scan, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_scan(&path).map_err(|e| e.to_string())
}

/// Writes the valid files as seeds for the fuzz targets when asked to; see `fuzz/README.md`.
#[test]
fn seeds_are_written_on_request() {
    let Some(to) = std::env::var_os("VELLUS_WRITE_SEEDS") else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(to);
    let kinds = ["ply", "ply", "ply", "obj", "stl", "stl", "gltf", "gltf"];
    for (i, (kind, bytes)) in kinds.iter().zip(valid()).enumerate() {
        let folder = root.join(format!("mesh_{kind}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{i}.{kind}")), bytes).unwrap();
    }
}

#[test]
fn formats_state_what_they_know() {
    let files = valid();
    let s = scan("a.glb", &files[6]).unwrap();
    assert_eq!((s.unit, s.up, s.forward), (Some(LengthUnit::M), Some(Axis::UP), Some(Axis::FORWARD)));
    // Written in millimetres, and its comment says so.
    assert_eq!(scan("a.ply", &files[0]).unwrap().unit, Some(LengthUnit::Mm));
    assert_eq!(scan("a.stl", &files[4]).unwrap().unit, None);
    assert_eq!(scan("a.obj", &files[3]).unwrap().unit, None);
    let named = [b"# File units = centimeters\n", &files[3][..]].concat();
    assert_eq!(scan("a.OBJ", &named).unwrap().unit, Some(LengthUnit::Cm));
    // Carriage returns, and UTF-16 as some Windows programs write it.
    let text = String::from_utf8(files[3].clone()).unwrap().replace('\n', "\r\n");
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(scan("a.obj", &wide).unwrap().mesh, scan("b.obj", &files[3]).unwrap().mesh);
}

#[test]
fn wrong_content_is_named() {
    let files = valid();
    for (name, bytes, says) in [
        ("a.obj", &files[6][..], "rename the file to end in .glb"),
        ("a.stl", &files[0], "rename the file to end in .ply"),
        ("a.glb", b"<!DOCTYPE html><html>404", "web page"),
        ("a.ply", b"PK\x03\x04....", "zip"),
        ("a.usdz", b"PK\x03\x04....", "export the scan as GLB"),
        ("a.obj", b"#usda 1.0\n", "USD"),
        ("a.stl", b"", "empty"),
        ("a.obj", &[0; 500], "zeros"),
        ("a.ply", b"ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 0 0\n", "point cloud"),
        ("a.obj", b"v 0 0 0\nv 1 0 0\n", "point cloud"),
        ("a.gltf", b"{\"asset\":{\"version\":\"1.0\"}}", "2.0"),
    ] {
        let e = scan(name, bytes).unwrap_err();
        assert!(e.contains(says), "{name}: {e}");
    }
}

#[test]
fn gltf_buffers_stay_in_their_folder() {
    let (json, bin) = gltf(&tetrahedron());
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    std::fs::create_dir_all(home.join("deep er")).unwrap();
    for to in ["home/a.bin", "home/deep er/a.bin", "secret.bin"] {
        std::fs::write(folder.path().join(to), &bin).unwrap();
    }
    let read = |uri: &str| {
        let text = json.replace("\"byteLength\":84", &format!("\"byteLength\":84,\"uri\":{uri:?}"));
        std::fs::write(home.join("a.gltf"), text).unwrap();
        read_mesh(&home.join("a.gltf")).map_err(|e| e.to_string())
    };
    assert_eq!(read("a.bin").unwrap(), tetrahedron());
    assert_eq!(read("deep%20er/a.bin").unwrap(), tetrahedron());
    let absolute = folder.path().join("secret.bin").to_string_lossy().into_owned();
    for uri in [
        "../secret.bin",
        "deep er/../../secret.bin",
        "%2e%2e/secret.bin",
        &absolute,
        "http://x/a.bin",
        "file:a.bin",
        "",
    ] {
        let e = read(uri).unwrap_err();
        assert!(e.contains("beside the scan"), "{uri}: {e}");
    }
    assert!(read("gone.bin").unwrap_err().contains("gone.bin"));
}

#[test]
fn gltf_says_what_it_cannot_read() {
    let (json, bin) = gltf(&tetrahedron());
    let read = |from: &str, to: &str| {
        assert!(json.contains(from), "{from}");
        read_gltf(&glb(&json.replace(from, to), &bin), None).map_err(|e| e.to_string())
    };
    let asset = "\"asset\"";
    for (from, to, says) in [
        (asset, "\"extensionsRequired\":[\"KHR_draco_mesh_compression\"],\"asset\"", "without compression"),
        (asset, "\"extensionsRequired\":[\"EXT_meshopt_compression\"],\"asset\"", "EXT_meshopt_compression"),
        (asset, "\"extensionsRequired\":[\"ACME_odd\"],\"asset\"", "ACME_odd"),
        ("\"indices\":1}", "\"indices\":1,\"mode\":0}", "points or lines"),
        ("\"indices\":1}", "\"indices\":7}", "accessor 7"),
        ("\"count\":12", "\"count\":4000000000", "cut short"),
        ("\"count\":4,", "\"count\":3,", "names vertex 3"),
        ("\"count\":12", "\"count\":11", "whole number of triangles"),
        ("\"children\":[1]", "\"children\":[0]", "tree"),
        ("\"mesh\":0}", "\"mesh\":0,\"skin\":0}", "rig"),
        ("5126", "5125", "positions"),
        ("\"byteLength\":84", "\"byteLength\":85", "cut short"),
    ] {
        let e = read(from, to).unwrap_err();
        assert!(e.contains("glTF") && e.contains(says), "{to}: {e}");
    }
    // Strips, fans, mirrors, sparse and quantised positions.
    let strip = read("\"indices\":1}", "\"mode\":5}").unwrap();
    assert_eq!(strip.triangles, [[0, 1, 2], [2, 1, 3]]);
    let fan = read("\"indices\":1}", "\"mode\":6}").unwrap();
    assert_eq!(fan.triangles, [[0, 1, 2], [0, 2, 3]]);
    let mirrored = read("[2,2,2]", "[-2,2,2]").unwrap();
    assert!((mirrored.volume() - tetrahedron().volume()).abs() < 1e-9);
    let turned =
        read("\"scale\":[2,2,2]", "\"rotation\":[0,0,0.7071067811865476,0.7071067811865476]").unwrap();
    assert!(turned.positions[0].distance(DVec3::new(1.0, -0.5, 0.0)) < 1e-6, "{}", turned.positions[0]);
    let sparse = read(
        "\"type\":\"VEC3\",",
        "\"type\":\"VEC3\",\"sparse\":{\"count\":1,\"indices\":{\"bufferView\":1,\"componentType\":5123,\
         \"byteOffset\":2},\"values\":{\"bufferView\":0,\"byteOffset\":0}},",
    )
    .unwrap();
    // The second index is 2: row 2 becomes row 0.
    assert_eq!(sparse.positions[2], sparse.positions[0]);
    let quantised =
        read("\"componentType\":5126,\"count\":4", "\"componentType\":5120,\"normalized\":true,\"count\":4")
            .unwrap();
    assert!(quantised.positions.iter().all(|p| (p.x - 1.0).abs() <= 2.0));
}

#[test]
fn gltf_bombs_are_refused() {
    // A thousand nodes with the same mesh of as many vertices as the buffer allows.
    let (json, _) = gltf(&tetrahedron());
    let nodes: Vec<String> = (0..3000).map(|_| "{\"mesh\":0}".to_owned()).collect();
    let list: Vec<String> = (0..3000).map(|i| i.to_string()).collect();
    let n = 4000;
    let json = json
        .replace("\"nodes\":[0]", &format!("\"nodes\":[{}]", list.join(",")))
        .replace(
            "{\"translation\":[1,0,0],\"children\":[1]},{\"scale\":[2,2,2],\"mesh\":0}",
            &nodes.join(","),
        )
        .replace("\"indices\":1}", "\"mode\":5}")
        .replace("\"count\":4,", &format!("\"count\":{n},"))
        .replace("\"byteLength\":48}", &format!("\"byteLength\":{}}}", 12 * n))
        .replace("\"byteLength\":84", &format!("\"byteLength\":{}", 12 * n));
    let e = read_gltf(&glb(&json, &vec![0; 12 * n]), None).unwrap_err().to_string();
    assert!(e.contains("so often"), "{e}");
}

/// The file of Khronos, *glTF Tutorial*, "A Minimal glTF File": one triangle.
#[test]
fn val_the_minimal_file_of_the_tutorial_reads() {
    let text = r#"{
      "scene": 0, "scenes" : [ { "nodes" : [ 0 ] } ], "nodes" : [ { "mesh" : 0 } ],
      "meshes" : [ { "primitives" : [ { "attributes" : { "POSITION" : 1 }, "indices" : 0 } ] } ],
      "buffers" : [ {
        "uri" : "data:application/octet-stream;base64,AAABAAIAAAAAAAAAAAAAAAAAAAAAAIA/AAAAAAAAAAAAAAAAAACAPwAAAAA=",
        "byteLength" : 44
      } ],
      "bufferViews" : [
        { "buffer" : 0, "byteOffset" : 0, "byteLength" : 6, "target" : 34963 },
        { "buffer" : 0, "byteOffset" : 8, "byteLength" : 36, "target" : 34962 }
      ],
      "accessors" : [
        { "bufferView" : 0, "byteOffset" : 0, "componentType" : 5123, "count" : 3, "type" : "SCALAR",
          "max" : [ 2 ], "min" : [ 0 ] },
        { "bufferView" : 1, "byteOffset" : 0, "componentType" : 5126, "count" : 3, "type" : "VEC3",
          "max" : [ 1.0, 1.0, 0.0 ], "min" : [ 0.0, 0.0, 0.0 ] }
      ],
      "asset" : { "version" : "2.0" }
    }"#;
    let mesh = read_gltf(text.as_bytes(), None).unwrap();
    assert_eq!(mesh.positions, [DVec3::ZERO, DVec3::X, DVec3::Y]);
    assert_eq!(mesh.triangles, [[0, 1, 2]]);
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
        which in 0usize..8,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        keep_all in any::<bool>(),
        splice in prop::option::weighted(0.2, any::<(prop::sample::Index, prop::sample::Index)>()),
    ) {
        let mut bytes = valid().swap_remove(which);
        if let Some(from) = splice {
            let other = valid().swap_remove((which + 3) % 8);
            let (a, b) = (from.0.index(bytes.len()), from.1.index(other.len()));
            bytes.truncate(a);
            bytes.extend(&other[b..]);
        }
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
