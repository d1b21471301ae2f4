//! What is printed about stretch, on built and on scanned heads.

use std::path::PathBuf;

use vellus_head::flatten::Part;
use vellus_head::io::read_mesh;
use vellus_head::{Head, ScanSpec, Sex};
use vellus_report::Stencil;

use crate::marks::incongruence;
use crate::{Case, mean_head};

/// The figure above "stretch (99th percentile)" of a sheet, per cent.
fn printed_stretch(svg: &str) -> f64 {
    let before = svg.split(">stretch (99th percentile)<").next().unwrap();
    let figure = before.rsplit("font-weight=\"700\">").next().unwrap();
    figure.split('\u{a0}').next().unwrap().parse().unwrap()
}

fn check(name: &str, case: &Case) {
    let stencil = Stencil::new(&case.head, &case.tiling, &case.map, &[], &[]).unwrap();
    let mut worst: f64 = 0.0;
    for (s, t) in stencil.sheets().iter().zip(&case.tiling.tiles) {
        let printed = printed_stretch(&s.svg);
        let d = t.flat.distortion();
        assert!((printed - 100.0 * d.length_p99).abs() <= 0.05 + 1e-9, "{name}, tile {}", t.number);
        assert!(printed <= 2.0 && t.radius_mm <= 30.0, "{name}, tile {}: {printed} %", t.number);
        worst = worst.max(printed);
    }
    let (marks, count, mm) = incongruence(case, stencil.marks());
    eprintln!(
        "{name}: worst stretch {worst} %, {} marks, {count} distances between marks differ by at most {:.2} % ({mm:.2} mm)",
        stencil.marks().len(),
        100.0 * marks
    );
    assert!(marks < 0.02, "{name}: marks of a seam differ by {:.2} %", 100.0 * marks);
}

#[test]
fn val_printed_stretch_is_at_most_two_per_cent_on_the_parametric_head() {
    check("mean head", mean_head());
}

#[test]
fn val_printed_stretch_is_at_most_two_per_cent_on_scans() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/heads");
    if !folder.is_dir() {
        eprintln!("skipped: no real heads at {}", folder.display());
        return;
    }
    for name in ["ict_identity_003", "ict_identity_006"] {
        let path = folder.join(name).with_extension("ply");
        let spec = ScanSpec::from_toml(&std::fs::read_to_string(path.with_extension("toml")).unwrap());
        let mesh = read_mesh(&path).unwrap();
        let head = Head::from_scan(&mesh, &spec.unwrap(), Sex::Male, None, name).unwrap();
        check(name, &Case::new(head, Part::Midline));
    }
    let bust = ScanSpec::from_toml(
        "known_length = { head_length_mm = 199.5 }\nup = \"+y\"\nforward = \"+z\"\n[landmarks]\n\
         glabella = [0.0, 2.16, 2.20]\nnasion = [0.0, 1.859, 2.114]\n",
    );
    let mesh = read_mesh(&folder.join("lee_perry_smith.obj")).unwrap();
    let head = Head::from_scan(&mesh, &bust.unwrap(), Sex::Male, None, "lee_perry_smith").unwrap();
    check("lee_perry_smith", &Case::new(head, Part::Midline));
}
