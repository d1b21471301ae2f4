//! Scans of real heads, where they are at hand. Print the numbers with `--nocapture`.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::path::PathBuf;

use glam::{DVec2, DVec3};
use vellus_head::{
    Head, KnownLength, Landmark, LengthUnit, PlaceSpec, ScanSpec, Sex, Spot, Zone, io::read_mesh, place,
};
use vellus_units::{Millimetres, Purpose, random::Key};

/// The folder of test heads beside the repository; `None` (and a word about it) without.
fn heads() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/heads");
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no real heads at {}", path.display());
    None
}

fn ict() -> Vec<(String, PathBuf)> {
    let Some(folder) = heads() else {
        return Vec::new();
    };
    std::iter::once("ict_generic".to_owned())
        .chain((0..8).map(|i| format!("ict_identity_{i:03}")))
        .map(|n| (n.clone(), folder.join(n).with_extension("ply")))
        .collect()
}

fn spec_of(path: &std::path::Path) -> ScanSpec {
    ScanSpec::from_toml(&std::fs::read_to_string(path.with_extension("toml")).unwrap()).unwrap()
}

fn ict_generic(spec: impl FnOnce(&mut ScanSpec)) -> Option<Head> {
    let path = heads()?.join("ict_generic.ply");
    let mut s = spec_of(&path);
    spec(&mut s);
    Some(Head::from_scan(&read_mesh(&path).unwrap(), &s, Sex::Male, None, "ict_generic").unwrap())
}

#[test]
fn val_lengths_agree_with_the_sidecars() {
    for (name, path) in ict() {
        let spec = spec_of(&path);
        let head =
            Head::from_scan(&read_mesh(&path).unwrap(), &spec, Sex::Male, None, name.as_str()).unwrap();
        assert!(head.surface().mesh().is_watertight(), "{name}");
        let l = head.lengths();
        let area: f64 = head.zone_areas().values().map(|a| a.0).sum();
        print!("{name}: area {area:.0} cm²");
        for (key, ours) in [
            ("head_length_cm", l.head_length),
            ("head_breadth_cm", l.head_breadth),
            ("head_circumference_cm", l.head_circumference),
        ] {
            let error = ours.0 - 10.0 * spec.measured[key];
            print!(", {key} {ours:.1} ({error:+.1})");
            assert!(error.abs() < 3.0, "{name} {key}: {error:.2} mm off");
        }
        println!();
        assert!((480.0..=620.0).contains(&area), "{name}: {area} cm²");
        // ANSUR II, both sexes, five standard deviations about the means, and the ICT modes are
        // 1.5 times as wide.
        assert!((100.0..=165.0).contains(&l.tragion_to_vertex.0), "{name}");
        assert!((300.0..=420.0).contains(&l.bitragion_coronal_arc.0), "{name}");
    }
}

#[test]
fn a_mean_head_has_a_mean_scalp() {
    // All lengths are the means of men.
    let head = Head::from_lengths(&Default::default(), None, "mean").unwrap();
    assert!((head.lengths().head_length.0 - 199.5).abs() < 0.5);
    let areas = head.zone_areas();
    for z in Zone::ALL {
        println!("{z:?} {:.1}", areas[&z]);
    }
    let total: f64 = areas.values().map(|a| a.0).sum();
    println!("total {total:.1} cm²");
    assert!((480.0..=600.0).contains(&total), "{total}");
    let part = |zones: &[Zone]| zones.iter().map(|z| areas[z].0).sum::<f64>();
    // The bald top of Norwood VI takes a third to a half of the scalp.
    let top = part(&[
        Zone::FrontalHairline,
        Zone::FrontotemporalRecess,
        Zone::Frontal,
        Zone::MidScalp,
        Zone::Vertex,
    ]);
    assert!((0.3..0.5).contains(&(top / total)), "{top}");
}

#[test]
fn the_chart_goes_there_and_back_on_a_real_head() {
    let Some(head) = ict_generic(|_| ()) else {
        return;
    };
    for (x, y) in [(0.0, 0.0), (0.3, 0.4), (-0.5, 0.1), (0.1, -0.7), (0.0, 0.95)] {
        let q = DVec2::new(x, y);
        let p = head.head_from_chart(q).unwrap();
        assert!(head.chart().chart_from_head(p.position).distance(q) < 1e-6);
        assert!(p.normal.dot(head.chart().direction_from_chart(q)) > 0.3);
    }
}

#[test]
fn axes_units_and_mirrors_do_not_matter() {
    let Some(folder) = heads() else { return };
    let path = folder.join("ict_generic.ply");
    let (mesh, spec) = (read_mesh(&path).unwrap(), spec_of(&path));
    let plain = Head::from_scan(&mesh, &spec, Sex::Male, None, "").unwrap();
    // Metres, z up, looking along −y; windings flipped as by a careless exporter.
    let map = |p: DVec3| DVec3::new(p.x, -p.z, p.y) / 100.0;
    let mut turned = mesh.mapped(map);
    turned.triangles.iter_mut().for_each(|t| t.swap(0, 1));
    let mut other = spec.clone();
    other.unit = Some(LengthUnit::M);
    other.up = Some("+z".to_owned().try_into().unwrap());
    other.forward = Some("-y".to_owned().try_into().unwrap());
    for p in other.landmarks.values_mut() {
        *p = map(DVec3::from_array(*p)).to_array();
    }
    let head = Head::from_scan(&turned, &other, Sex::Male, None, "").unwrap();
    for l in Landmark::ALL {
        let d = head.landmarks().get(l).distance(plain.landmarks().get(l));
        assert!(d < 0.01, "{l} {d}");
    }
    // Without a unit the answer names it; with a wrong one too.
    other.unit = None;
    let e = Head::from_scan(&turned, &other, Sex::Male, None, "").unwrap_err().to_string();
    assert!(e.contains("unit = \"m\""), "{e}");
    other.unit = Some(LengthUnit::Inch);
    let e = Head::from_scan(&turned, &other, Sex::Male, None, "").unwrap_err().to_string();
    assert!(e.contains("unit = \"m\""), "{e}");
    // A tape gives the scale too.
    other.unit = None;
    other.known_length = Some(KnownLength::HeadCircumference(Millimetres(565.0)));
    let head = Head::from_scan(&turned, &other, Sex::Male, None, "").unwrap();
    assert!((head.lengths().head_circumference.0 - 565.0).abs() < 1.0);
}

#[test]
fn given_tragia_level_the_head() {
    let Some(folder) = heads() else { return };
    let path = folder.join("ict_generic.ply");
    let (mesh, mut spec) = (read_mesh(&path).unwrap(), spec_of(&path));
    let plain = Head::from_scan(&mesh, &spec, Sex::Male, None, "").unwrap();
    // Nod and turn the file by some degrees, with tragia given: posture must come back.
    let l = plain.landmarks();
    let canthus = DVec3::from_array(spec.landmarks[&Landmark::LateralCanthusLeft]);
    let origin = canthus - l.get(Landmark::LateralCanthusLeft) / 10.0;
    for t in [Landmark::TragionLeft, Landmark::TragionRight] {
        spec.landmarks.insert(t, (origin + l.get(t) / 10.0).to_array());
    }
    let upright = Head::from_scan(&mesh, &spec, Sex::Male, None, "").unwrap();
    let turn = glam::DMat3::from_rotation_x(0.15)
        * glam::DMat3::from_rotation_y(-0.1)
        * glam::DMat3::from_rotation_z(0.08);
    for p in spec.landmarks.values_mut() {
        *p = (turn * DVec3::from_array(*p)).to_array();
    }
    let head = Head::from_scan(&mesh.mapped(|p| turn * p), &spec, Sex::Male, None, "").unwrap();
    for which in Landmark::ALL {
        let d = head.landmarks().get(which).distance(upright.landmarks().get(which));
        assert!(d < 0.5, "{which} {d}");
    }
    assert_eq!(head.given_landmarks().len(), 7);
}

#[test]
fn a_bust_gives_the_same_kind_of_head() {
    let Some(folder) = heads() else { return };
    // Read off the file; the landmarks are the only thing that it does not say.
    let spec = ScanSpec::from_toml(
        "known_length = { head_length_mm = 199.5 }\nup = \"+y\"\nforward = \"+z\"\n[landmarks]\n\
         glabella = [0.0, 2.16, 2.20]\nnasion = [0.0, 1.859, 2.114]\n",
    )
    .unwrap();
    let mesh = read_mesh(&folder.join("lee_perry_smith.obj")).unwrap();
    let head = Head::from_scan(&mesh, &spec, Sex::Male, None, "bust").unwrap();
    let l = head.lengths();
    let area: f64 = head.zone_areas().values().map(|a| a.0).sum();
    println!(
        "bust: length {:.1}, breadth {:.1}, circumference {:.1}, area {area:.0} cm²",
        l.head_length, l.head_breadth, l.head_circumference
    );
    // README beside the file: breadth 14.96, circumference 55.6.
    assert!((l.head_breadth.0 - 149.6).abs() < 3.0);
    assert!((l.head_circumference.0 - 556.0).abs() < 4.0);
    assert!((480.0..=600.0).contains(&area), "{area}");
    assert!(head.surface().mesh().is_watertight());
    // The shoulders are gone.
    let (low, high) = head.surface().mesh().bounds().unwrap();
    assert!(high.x - low.x < 230.0 && low.y > -150.0, "{low} {high}");
}

#[test]
fn stat_fifty_thousand_points_on_the_scalp() {
    let Some(head) = ict_generic(|_| ()) else {
        return;
    };
    let density = |s: &Spot| f64::from(u8::from(head.zone_at_spot(s).is_some()));
    let spec = PlaceSpec {
        chart: Some(head.chart()),
        density: Some(&density),
        ..PlaceSpec::new(50_000, Key::new(1, 0), Purpose::Placement)
    };
    let start = std::time::Instant::now();
    let set = place(head.surface(), &spec).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let q = set.quality(head.surface(), &spec).unwrap();
    println!("{q:?} in {seconds:.3} s over {:.0} cm²", set.area / 100.0);
    assert_eq!(set.len(), 50_000);
    assert!(q.relative_radius > 0.66 && q.nn_variation < 0.085, "{q:?}");
    let area: f64 = head.zone_areas().values().map(|a| a.0).sum();
    assert!((set.area / 100.0 / area - 1.0).abs() < 0.01);
}

/// A head built from the three lengths of a scan, laid beside the scan.
fn beside_its_lengths(head: &Head) -> (f64, f64) {
    let l = head.lengths();
    let spec = vellus_head::parametric::ParametricSpec {
        head_length: Some(l.head_length),
        head_breadth: Some(l.head_breadth),
        head_circumference: Some(l.head_circumference),
        sex: head.sex(),
        ..Default::default()
    };
    let built = Head::from_lengths(&spec, None, "lengths").unwrap();
    for (ours, scanned) in [
        (built.lengths().head_length, l.head_length),
        (built.lengths().head_breadth, l.head_breadth),
        (built.lengths().head_circumference, l.head_circumference),
    ] {
        assert!((ours.0 - scanned.0).abs() < 2.0, "{ours} {scanned}");
    }
    let scalp: Vec<DVec3> = built
        .surface()
        .mesh()
        .positions
        .iter()
        .filter(|p| built.zone_in_head(**p).is_some())
        .copied()
        .collect();
    let closest = |p: DVec3| head.surface().closest_point(p).unwrap();
    // Ears sit further forward or back on a skull than the mean head's, and the origin is between
    // them: the shapes are laid upon each other first, by a translation.
    let mut shift = DVec3::ZERO;
    for _ in 0..40 {
        let off: DVec3 = scalp.iter().map(|p| closest(*p + shift).point.position - (*p + shift)).sum();
        shift += off / scalp.len() as f64;
    }
    assert!(shift.length() < 15.0, "{shift}");
    let mut gaps: Vec<f64> = scalp.iter().map(|p| closest(*p + shift).distance).collect();
    gaps.sort_by(f64::total_cmp);
    (gaps.iter().sum::<f64>() / gaps.len() as f64, gaps[gaps.len() * 95 / 100])
}

#[test]
fn val_a_head_from_three_lengths_lies_on_the_scan() {
    let Some(folder) = heads() else { return };
    for (name, path) in ict() {
        let mut spec = spec_of(&path);
        spec.landmarks.clear();
        let head = Head::from_scan(&read_mesh(&path).unwrap(), &spec, Sex::Male, None, "").unwrap();
        let (mean, p95) = beside_its_lengths(&head);
        println!("{name}: {mean:.2} mm in the mean, 95 % under {p95:.2} mm");
        assert!(mean < 4.0, "{name}");
    }
    // Not among the heads that the shape was fitted to.
    let mesh = read_mesh(&folder.join("lee_perry_smith.obj")).unwrap();
    let spec =
        ScanSpec { known_length: Some(KnownLength::HeadLength(Millimetres(199.5))), ..ScanSpec::default() };
    let head = Head::from_scan(&mesh, &spec, Sex::Male, None, "").unwrap();
    let (mean, p95) = beside_its_lengths(&head);
    println!("bust: {mean:.2} mm in the mean, 95 % under {p95:.2} mm");
    assert!(mean < 4.0);
}

#[test]
fn val_the_chart_means_the_same_place_on_every_head() {
    // The ICT heads share their vertices, so each vertex is one anatomical place.
    let heads: Vec<(Head, Vec<DVec3>)> = ict()
        .iter()
        .map(|(name, path)| {
            let mut spec = spec_of(path);
            spec.landmarks.clear();
            let mesh = read_mesh(path).unwrap();
            let head = Head::from_scan(&mesh, &spec, Sex::Male, None, name.as_str()).unwrap();
            let from_file = head.scan().unwrap().head_from_file;
            let positions = mesh.positions.iter().map(|p| from_file.apply(*p)).collect();
            (head, positions)
        })
        .collect();
    let Some((first, positions)) = heads.first() else { return };
    let mut off: Vec<f64> = Vec::new();
    for (i, p) in positions.iter().enumerate() {
        if first.zone_in_head(*p).is_none() || p.x.abs() > 72.0 {
            continue;
        }
        let q = first.chart().chart_from_head(*p);
        for (head, others) in &heads[1..] {
            off.push(
                q.distance(head.chart().chart_from_head(others[i])) * first.scalp().millimetres_per_unit(),
            );
        }
    }
    off.sort_by(f64::total_cmp);
    let at = |q: usize| off[(off.len() - 1) * q / 100];
    println!("chart: one place is off by {:.1} mm in the median, 95 % under {:.1} mm", at(50), at(95));
    assert!(at(50) < 3.0 && at(95) < 8.0);
}
