//! Five million triangles: read, mended and simplified in bounded memory and time. Without
//! optimisation this takes minutes, so it runs with `cargo test --release` only.
#![allow(missing_docs, clippy::print_stdout)]

#[path = "support/nasty.rs"]
mod meshes;

use vellus_head::io::{read_stl, write_ply};
use vellus_head::{RepairOptions, SimplifySpec, io, repair, simplify};

/// Highest resident memory of this process, MiB, and processor seconds, as Linux counts them.
fn used() -> Option<(f64, f64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: f64 = peak.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    // In hundredths of a second on every Linux that this is tested on.
    let ticks = |i: usize| fields.get(i).and_then(|t| t.parse::<f64>().ok());
    Some((kib / 1024.0, (ticks(11)? + ticks(12)?) / 100.0))
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn five_million_triangles_stay_under_three_gibibytes() {
    let folder = tempfile::tempdir().unwrap();
    let ply = folder.path().join("head.ply");
    let made = meshes::dense_head(5_000_000);
    let n = made.triangles.len();
    assert!(n >= 5_000_000);
    let mut bytes = Vec::new();
    write_ply(&mut bytes, &made, &[]).unwrap();
    std::fs::write(&ply, bytes).unwrap();
    drop(made);
    let before = used().map_or(0.0, |u| u.1);
    let scan = io::read_scan(&ply).unwrap();
    assert_eq!(scan.mesh.triangles.len(), n);
    let mended = repair(&scan.mesh, &RepairOptions::default()).unwrap();
    let spec = SimplifySpec { filled: &mended.filled, ..SimplifySpec::to(60_000) };
    let simple = simplify(&mended.mesh, &spec).unwrap();
    println!("{} triangles, {:?}", simple.mesh.triangles.len(), simple.deviation);
    assert!(simple.mesh.triangles.len() <= 60_000);
    assert!(simple.mesh.is_watertight());
    assert!(simple.deviation.max < 0.3 && simple.deviation.mean < 0.03, "{:?}", simple.deviation);
    if let Some((peak, seconds)) = used() {
        println!("{peak:.0} MiB, {:.1} s of processor time", seconds - before);
        assert!(peak < 3072.0 && seconds - before < 60.0);
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn a_soup_of_two_million_triangles_is_joined() {
    let made = meshes::dense_head(2_000_000);
    let mut bytes = vec![0u8; 80];
    bytes.extend((made.triangles.len() as u32).to_le_bytes());
    for t in 0..made.triangles.len() as u32 {
        bytes.extend([0u8; 12]);
        for p in made.corners(t) {
            p.as_vec3().to_array().iter().for_each(|x| bytes.extend(x.to_le_bytes()));
        }
        bytes.extend([0u8; 2]);
    }
    let mesh = read_stl(&bytes).unwrap();
    assert_eq!(mesh.triangles.len(), made.triangles.len());
    assert!(mesh.positions.len() <= made.positions.len());
    assert!(repair(&mesh, &RepairOptions::default()).unwrap().mesh.is_watertight());
}
