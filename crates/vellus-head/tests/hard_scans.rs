//! Scans as they come: tomographs with terraces, debris and a missing crown, phones with holes,
//! busts with shoulders and chairs. Print the numbers with `--nocapture`.
#![allow(clippy::print_stdout, missing_docs)]

mod support;

use glam::{DMat3, DVec3};
use support::voxels::Solid;
use vellus_head::head::Head;
use vellus_head::io::read_mesh;
use vellus_head::parametric::{ParametricSpec, Resolution, build};
use vellus_head::{Landmark, LengthUnit, Mesh, ScanSpec, Sex, Verdict};

const NAMED: [Landmark; 5] = [
    Landmark::Nasion,
    Landmark::LateralCanthusLeft,
    Landmark::LateralCanthusRight,
    Landmark::NoseTip,
    Landmark::Menton,
];

/// A head with known places: the bust where it is at hand, else the parametric head.
struct Truth {
    name: &'static str,
    mesh: Mesh,
    landmarks: Vec<(Landmark, DVec3)>,
}

fn truths() -> Vec<Truth> {
    let built = build(&ParametricSpec { resolution: Resolution::Fine, ..ParametricSpec::default() }).unwrap();
    let l = built.landmarks;
    let mut out = vec![Truth {
        name: "parametric",
        mesh: built.mesh,
        landmarks: vec![
            (Landmark::Nasion, l.nasion),
            (Landmark::LateralCanthusLeft, l.lateral_canthus_left),
            (Landmark::LateralCanthusRight, l.lateral_canthus_right),
            (Landmark::NoseTip, l.nose_tip),
            (Landmark::Menton, l.menton),
        ],
    }];
    if let Some(folder) = support::heads() {
        // Read off the file.
        let k = 47.5;
        let mesh = read_mesh(&folder.join("lee_perry_smith.obj")).unwrap().mapped(|p| p * k);
        let at = |x: f64, y: f64, z: f64| DVec3::new(x, y, z) * k;
        out.push(Truth {
            name: "bust",
            mesh,
            landmarks: vec![
                (Landmark::Nasion, at(-0.132, 1.836, 2.136)),
                (Landmark::LateralCanthusLeft, at(0.821, 1.650, 1.669)),
                (Landmark::LateralCanthusRight, at(-0.996, 1.629, 1.698)),
                (Landmark::NoseTip, at(-0.114, 1.164, 2.575)),
                (Landmark::Menton, at(-0.12, -0.45, 2.141)),
            ],
        });
    }
    out
}

/// Imports and gives the errors of the landmarks, mm.
fn import(name: &str, mesh: &Mesh, spec: &ScanSpec, truth: &[(Landmark, DVec3)]) -> (Head, Vec<f64>) {
    let start = std::time::Instant::now();
    let head = Head::preview_scan(mesh, spec, Sex::Male, None, name).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let scan = head.scan().unwrap();
    let mm = spec.unit.map_or(1.0, LengthUnit::millimetres);
    let errors: Vec<f64> = NAMED
        .iter()
        .map(|l| {
            let found = DVec3::from_array(scan.landmarks[l].in_file_mm);
            let at = truth.iter().find(|t| t.0 == *l).unwrap().1 * mm;
            found.distance(at)
        })
        .collect();
    let l = head.lengths();
    println!(
        "{name}: {} triangles, {seconds:.1} s, {:?}; errors {errors:.1?} mm; length {:.1}, breadth {:.1}, \
         circumference {:.1}; filled {:.0} cm²; hair-bearing {:.0} cm²; noise {:.2}; {:?}",
        mesh.triangles.len(),
        scan.verdict,
        l.head_length,
        l.head_breadth,
        l.head_circumference,
        scan.filled_scalp_cm2,
        head.zone_areas().values().map(|a| a.0).sum::<f64>(),
        scan.noise_mm,
        scan.faired
    );
    for r in &scan.reasons {
        println!("    {r}");
    }
    (head, errors)
}

fn median(mut x: Vec<f64>) -> f64 {
    x.sort_by(f64::total_cmp);
    x[x.len() / 2]
}

/// The level of the chin and of the top of the head, in the truth's axes (+y up).
fn levels(t: &Truth) -> (f64, f64) {
    let chin = t.landmarks.iter().find(|l| l.0 == Landmark::Menton).unwrap().1.y;
    (chin, t.mesh.bounds().unwrap().1.y)
}

/// The head above the middle of the neck, as a solid.
fn head_solid(t: &Truth, step: DVec3, margin: f64) -> Solid {
    let (chin, _) = levels(t);
    let mut solid = Solid::of(&t.mesh, step, margin);
    solid.set(|p| (p.y < chin - 60.0).then_some(false));
    solid
}

#[test]
fn val_a_ct_surface_with_terraces_debris_and_no_crown() {
    for t in truths() {
        let plain = Head::preview_scan(
            &t.mesh,
            &ScanSpec { unit: Some(LengthUnit::Mm), ..ScanSpec::default() },
            Sex::Male,
            None,
            "",
        )
        .unwrap();
        let (_, top) = levels(&t);
        // Slices of 3 mm.
        let mut solid = head_solid(&t, DVec3::new(1.2, 3.0, 1.2), 40.0);
        let (low, high) = t.mesh.bounds().unwrap();
        let middle = t.landmarks[0].1 - DVec3::new(0.0, 10.0, 100.0);
        let back = plain.landmarks().get(Landmark::Opisthocranion).z
            - plain.landmarks().get(Landmark::Nasion).z
            + t.landmarks[0].1.z;
        solid.set(|p| {
            // Airways and sinuses.
            let hollow = [(0.0, -20.0, 70.0, 14.0), (0.0, 20.0, 84.0, 9.0), (0.0, -60.0, 30.0, 12.0)];
            for (x, y, z, r) in hollow {
                if p.distance(middle + DVec3::new(x, y, z)) < r {
                    return Some(false);
                }
            }
            // A head rest: a bowl behind, two voxels off.
            let behind = p.z < back - 4.0 && p.z > back - 9.0;
            if behind && p.x.abs() < 70.0 && (p.y - middle.y).abs() < 60.0 {
                return Some(true);
            }
            // A fixing rod and crumbs.
            if (p.x - high.x.min(low.x + 400.0) - 8.0).abs() < 3.0 && (p.z - middle.z).abs() < 3.0 {
                return Some(true);
            }
            let crumb = (p / 17.0).floor() * 17.0 + 8.0;
            let far =
                crumb.x.abs() > 95.0 && (crumb.x + crumb.y * 3.0 + crumb.z * 7.0).rem_euclid(11.0) < 1.5;
            (far && p.distance(crumb) < 3.0).then_some(true)
        });
        let mut mesh = solid.surface();
        // The field of view ends 25 mm below the top.
        let cut = top - 25.0;
        mesh.triangles.retain(|f| f.iter().all(|v| mesh.positions[*v as usize].y < cut));
        // Voxel axes: z runs down, and the patient looks along −y.
        let map = |p: DVec3| DVec3::new(-p.x, -p.z, -p.y) + DVec3::new(120.0, 260.0, 500.0);
        let mesh = mesh.mapped(map);
        let truth: Vec<_> = t.landmarks.iter().map(|(l, p)| (*l, map(*p))).collect();
        let spec = ScanSpec { unit: Some(LengthUnit::Mm), ..ScanSpec::default() };
        let (head, errors) = import(&format!("CT of the {}", t.name), &mesh, &spec, &truth);
        assert!(median(errors) < 5.0);
        let (l, p) = (head.lengths(), plain.lengths());
        for (a, b) in [
            (l.head_length, p.head_length),
            (l.head_breadth, p.head_breadth),
            (l.head_circumference, p.head_circumference),
        ] {
            assert!((a.0 - b.0).abs() < 4.0, "{a} {b}");
        }
        let scan = head.scan().unwrap();
        assert!(scan.filled_scalp_cm2 > 30.0, "the crown is marked: {}", scan.filled_scalp_cm2);
    }
}

#[test]
fn val_an_mri_with_a_voxel_staircase() {
    for t in truths() {
        let solid = head_solid(&t, DVec3::splat(2.0), 10.0);
        // RAS axes in metres: x right, y forward, z up.
        let map = |p: DVec3| DVec3::new(-p.x, p.z, p.y) / 1000.0;
        let mesh = solid.surface().mapped(map);
        let truth: Vec<_> = t.landmarks.iter().map(|(l, p)| (*l, map(*p))).collect();
        let spec = ScanSpec { unit: Some(LengthUnit::M), ..ScanSpec::default() };
        let (_, errors) = import(&format!("MRI of the {}", t.name), &mesh, &spec, &truth);
        assert!(median(errors) < 5.0);
    }
}

#[test]
fn val_a_head_with_a_hole_in_the_crown_and_a_rotation() {
    for t in truths() {
        let (_, top) = levels(&t);
        let mut mesh = t.mesh.clone();
        let p = mesh.positions.clone();
        mesh.triangles.retain(|f| f.iter().all(|v| p[*v as usize].y < top - 40.0));
        let turn = DMat3::from_rotation_x(0.6) * DMat3::from_rotation_y(2.4);
        let mesh = mesh.mapped(|p| turn * p);
        let truth: Vec<_> = t.landmarks.iter().map(|(l, p)| (*l, turn * *p)).collect();
        let spec = ScanSpec { unit: Some(LengthUnit::Mm), ..ScanSpec::default() };
        let (_, errors) = import(&format!("open {}", t.name), &mesh, &spec, &truth);
        assert!(median(errors) < 5.0);
    }
}

#[test]
fn val_a_head_without_any_hint() {
    for t in truths() {
        let spec = ScanSpec { unit: Some(LengthUnit::Mm), ..ScanSpec::default() };
        let (head, errors) = import(&format!("plain {}", t.name), &t.mesh, &spec, &t.landmarks);
        assert!(median(errors) < 5.0);
        assert_eq!(head.scan().unwrap().verdict, Verdict::GoodForDots);
        if t.name == "bust" {
            // The notches above the tragi, read off pictures of both ears.
            for (which, x, y, z) in
                [(Landmark::TragionLeft, 1.33, 1.30, 0.33), (Landmark::TragionRight, -1.51, 1.31, 0.31)]
            {
                let found = DVec3::from_array(head.scan().unwrap().landmarks[&which].in_file_mm);
                let off = found.distance(DVec3::new(x, y, z) * 47.5);
                assert!(off < 4.0, "{which} {off:.1} mm");
            }
        }
    }
}
