//! Laying heads flat. Print the numbers with `--nocapture`.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::path::PathBuf;

use glam::{DVec2, DVec3};
use vellus_head::flatten::{
    FlatMethod, FlatSpec, Flattener, MapMiddle, Part, Projection, ScalpProjection, TileSpec, Tiling, flatten, tile_scalp,
};
use vellus_head::parametric::ParametricSpec;
use vellus_head::{Head, Mesh, ScanSpec, Sex, io::read_mesh};

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

fn print(name: &str, t: &Tiling) {
    let (radius, error) = t.worst();
    println!(
        "{name}: {} tiles, {:.1} cm2 ({:.2} left out), radius {radius:.1} mm, p99 {:.2} %",
        t.tiles.len(),
        t.region_cm2,
        t.left_out_cm2,
        100.0 * error
    );
}

#[test]
fn explore() {
    for (name, head) in scans() {
        if !(name.contains("generic") || name.contains("lee")) { continue }
        let s = std::time::Instant::now();
        match tile_scalp(&head, &TileSpec::default()) {
            Ok(t) => {
                print(&name, &t);
                let a: f64 = head.zone_areas().values().map(|a| a.0).sum();
                println!("   area by sampling {a:.2}, {:?}", s.elapsed());
                if name.contains("generic") || name.contains("lee") {
                for t in &t.tiles {
                    let d = t.flat.distortion();
                    println!("   {:2} r {:.1} area {:.1} p99 {:.2}% max {:.2}% sv {:?} steps {} {:?} chart {:.2} {:.2} nb {:?}", t.number, t.radius_mm, t.area_cm2, 100.*d.length_p99, 100.*d.length_max, d.stretch, t.flat.steps(), t.zone(), t.centre_in_chart.x, t.centre_in_chart.y,
                      t.neighbours.iter().map(|n| n.number).collect::<Vec<_>>());
                }}
            }
            Err(e) => println!("{name}: {e}"),
        }
        for m in [MapMiddle::Top, MapMiddle::Scalp] { for p in [Projection::Equidistant, Projection::EqualArea] {
            let s = std::time::Instant::now();
            let map = ScalpProjection::new(&head, p, m).unwrap();
            let d = map.distortion();
            println!("   {m:?} {p:?} p50 {:.1} p95 {:.1} p99 {:.1} max {:.1} area {:.1} {:.1} {:.1} flips {} {:?}", 100.*d.length_median, 100.*d.length_p95, 100.*d.length_p99, 100.*d.length_max, 100.*d.area, 100.*d.area_p99, 100.*d.area_max, d.flipped, s.elapsed());
        }}
    }
}
