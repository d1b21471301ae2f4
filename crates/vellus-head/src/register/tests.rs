//! The search on real heads, where they are at hand. Print the numbers with `--nocapture`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::PathBuf;

use super::*;
use crate::io::read_mesh;
use crate::{RepairOptions, ScanSpec, repair};

fn heads() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/heads");
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no real heads at {}", path.display());
    None
}

fn raw(mesh: &Mesh) -> Surface {
    Surface::new(repair(mesh, &RepairOptions::UNSCALED).unwrap().mesh).unwrap()
}

#[test]
fn val_landmarks_are_found_without_any_hint() {
    let Some(folder) = heads() else { return };
    let mut errors = Vec::new();
    for i in 0..9 {
        let name = if i == 0 { "ict_generic".into() } else { format!("ict_identity_{:03}", i - 1) };
        let path = folder.join(&name).with_extension("ply");
        let spec =
            ScanSpec::from_toml(&std::fs::read_to_string(path.with_extension("toml")).unwrap()).unwrap();
        // A pose that no axis names.
        let turn = DMat3::from_rotation_x(2.1 * i as f64) * DMat3::from_rotation_y(1.3 + i as f64);
        let mesh = read_mesh(&path).unwrap().mapped(|p| turn * p * 0.37 + DVec3::new(5.0, -3.0, 11.0));
        let surface = raw(&mesh);
        let start = std::time::Instant::now();
        let fit = find(&surface, &Hints::default()).unwrap().lay(None);
        let seconds = start.elapsed().as_secs_f64();
        print!("{name}: residual {:.2}, seen {:.2}, {seconds:.2} s", fit.residual, fit.seen);
        let mm = 10.0 / 0.37 / fit.from_file.scale;
        print!(", scale {mm:.3}");
        for (which, p) in &spec.landmarks {
            let p = turn * DVec3::from_array(*p) * 0.37 + DVec3::new(5.0, -3.0, 11.0);
            let f = fit.landmarks[which];
            let e = fit.from_file.undo(f.position).distance(p) / 0.37 * 10.0;
            print!(", {which} {e:.1} ({:.1})", f.error);
            errors.push(e);
        }
        println!();
    }
    errors.sort_by(f64::total_cmp);
    println!("median {:.2}, worst {:.2}", errors[errors.len() / 2], errors[errors.len() - 1]);
    assert!(errors[errors.len() / 2] < 3.0);
}

#[test]
fn val_a_bust_is_found() {
    let Some(folder) = heads() else { return };
    let mesh = read_mesh(&folder.join("lee_perry_smith.obj")).unwrap();
    let surface = raw(&mesh);
    for unit in [None, Some(47.5)] {
        let start = std::time::Instant::now();
        let fit = find(&surface, &Hints::default()).unwrap().lay(unit);
        println!(
            "bust: residual {:.2}, seen {:.2}, scale {:.2}, {:.2} s",
            fit.residual,
            fit.seen,
            fit.from_file.scale,
            start.elapsed().as_secs_f64()
        );
        println!("{}", fit.from_file.rotation);
        for (which, f) in &fit.landmarks {
            println!("  {which} {:.3} {:.1}", fit.from_file.undo(f.position), f.error);
        }
        assert!((fit.from_file.scale / 47.5 - 1.0).abs() < 0.08);
        assert!(fit.from_file.rotation.y_axis.y > 0.97);
    }
}
