//! Pictures keep their tone at any size, do not depend on threads, and hold only numbers.

use glam::{DVec3, Vec3};
use vellus_head::Mesh;
use vellus_light::groom::{Collider, Style, lay};
use vellus_light::{
    Camera, Dots, Fitzpatrick, Frame, HairColour, HairTone, HeadModel, Image, LightError, Lights, Quality,
    Skin, Stage, Strands, UnderSkin, Undertone, View,
};
use vellus_units::random::{Key, Purpose};

/// A head that needs no file: an ellipsoid of 80 × 115 × 98 mm half axes.
fn ellipsoid() -> Mesh {
    let (rows, columns) = (48_u32, 96_u32);
    let mut mesh = Mesh::default();
    for r in 0..=rows {
        let polar = std::f64::consts::PI * f64::from(r) / f64::from(rows);
        for c in 0..columns {
            let turn = std::f64::consts::TAU * f64::from(c) / f64::from(columns);
            mesh.positions.push(DVec3::new(
                80.0 * polar.sin() * turn.sin(),
                115.0 * polar.cos(),
                98.0 * polar.sin() * turn.cos(),
            ));
        }
    }
    for r in 0..rows {
        for c in 0..columns {
            let (a, b) = (r * columns + c, r * columns + (c + 1) % columns);
            mesh.triangles.push([a, a + columns, b]);
            mesh.triangles.push([b, a + columns, b + columns]);
        }
    }
    mesh
}

fn key() -> Key {
    Key::new(3, 0)
}

/// Points of the upper half of the ellipsoid with their normals.
fn points(n: usize, purpose: Purpose) -> Vec<(Vec3, Vec3)> {
    let mut s = key().stream(purpose, 0);
    (0..n)
        .map(|_| {
            let y = s.between(0.1, 0.999);
            let a = s.between(0.0, std::f64::consts::TAU);
            let r = (1.0 - y * y).sqrt();
            let u = DVec3::new(r * a.sin(), y, r * a.cos());
            let p = u * DVec3::new(80.0, 115.0, 98.0);
            let n = (u / DVec3::new(80.0, 115.0, 98.0)).normalize();
            // On the facets of the mesh rather than on the ideal ellipsoid, to a tenth of a mm.
            ((p * 0.9995).as_vec3(), n.as_vec3())
        })
        .collect()
}

fn skin() -> Skin {
    Skin::fitzpatrick(Fitzpatrick::II, Undertone::Neutral)
}

fn dots(n: usize) -> Dots {
    let mut out = Dots::default();
    let one = UnderSkin::new(&skin()).carbon(25.0).of(125.0, 260.0, 150.0);
    for (p, normal) in points(n, Purpose::DotPlacement) {
        out.push(p, normal, one);
    }
    out
}

fn hair(head: &HeadModel, n: usize, length: f32) -> Strands {
    let mut out = Strands::default();
    for (p, normal) in points(n, Purpose::Placement) {
        out.push(p, normal, length, 35.0, false);
    }
    let style = Style {
        whorl: Vec3::new(0.0, 100.0, -45.0),
        parting_x_mm: 0.0,
        parting_back_z_mm: -30.0,
        loft_mm: 8.0,
        wave: 0.3,
    };
    lay(&mut out, &style, &Collider::new(head), key());
    out
}

fn stage(head: &HeadModel, camera: &Camera) -> Stage {
    Stage::new(head, camera, &Lights::daylight(), &Quality::ordinary(key()))
}

fn shoot(stage: &Stage, strands: &Strands, dots: &Dots) -> Image {
    let frame = Frame { skin: &skin(), hair: &HairColour::preset(HairTone::DarkBrown), strands, dots };
    stage.compose(&frame).expect("the frame is well formed")
}

fn mean_y(i: &Image) -> f64 {
    let m = i.mean();
    0.2126 * m[0] + 0.7152 * m[1] + 0.0722 * m[2]
}

#[test]
fn prop_tone_is_kept_between_resolutions() {
    let head = HeadModel::new(&ellipsoid(), None).unwrap();
    let dots = dots(30_000);
    let none = Dots::default();
    for length in [0.5, 3.0] {
        let strands = hair(&head, 60_000, length);
        let mut seen = Vec::new();
        for k in [1, 4] {
            let camera = Camera::preset(View::Hairline, Vec3::ZERO, 125.0, 120 * k, 150 * k).unwrap();
            let stage = stage(&head, &camera);
            let all = mean_y(&shoot(&stage, &strands, &dots));
            let bare = mean_y(&shoot(&stage, &Strands::default(), &none));
            seen.push((all, bare));
        }
        let ((a, a0), (b, b0)) = (seen[0], seen[1]);
        assert!(a < 0.97 * a0, "hair and dots darken: {a} {a0}");
        assert!((a / b - 1.0).abs() < 0.02, "{length} mm: {a} {b}");
        assert!((a0 / b0 - 1.0).abs() < 0.01, "{a0} {b0}");
        let (da, db) = (a0 - a, b0 - b);
        assert!((da / db - 1.0).abs() < 0.12, "darkening alone, {length} mm: {da} {db}");
    }
}

#[test]
fn prop_extinction_is_kept_in_close_up_and_from_afar() {
    let head = HeadModel::new(&ellipsoid(), None).unwrap();
    let (top, up) = (Vec3::new(0.0, 115.0, 0.0), Vec3::Y);
    let mut one = Dots::default();
    let e = UnderSkin::new(&skin()).carbon(25.0).of(125.0, 260.0, 150.0);
    one.push(top, up, e);
    for pixels in [12, 40, 200, 480] {
        let side = 12.0_f32;
        let camera = Camera::close_up(top, up, side, pixels).unwrap();
        let stage = Stage::new(&head, &camera, &Lights::close_up(&camera), &Quality::ordinary(key()));
        let skin = skin().with_gloss(0.0);
        let hair = HairColour::preset(HairTone::Black);
        let shoot = |dots: &Dots| {
            stage.compose(&Frame { skin: &skin, hair: &hair, strands: &Strands::default(), dots }).unwrap()
        };
        let (with, bare) = (shoot(&one), shoot(&Dots::default()));
        let pixel = f64::from(side) / pixels as f64;
        for c in 0..3 {
            let lost: f64 =
                with.pixels.iter().zip(&bare.pixels).map(|(a, b)| 1.0 - f64::from(a[c] / b[c])).sum();
            let area = lost * pixel * pixel;
            assert!(
                (area / f64::from(e.area_mm2()[c]) - 1.0).abs() < 0.03,
                "{pixels} {c}: {area} {}",
                e.area_mm2()[c]
            );
        }
    }
}

#[test]
fn prop_bytes_do_not_depend_on_threads() {
    let head = HeadModel::new(&ellipsoid(), None).unwrap();
    let (short, long, dots) = (hair(&head, 20_000, 0.5), hair(&head, 4_000, 120.0), dots(10_000));
    let camera = Camera::preset(View::ThreeQuarter, Vec3::ZERO, 125.0, 120, 150).unwrap();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let head = HeadModel::new(&ellipsoid(), None).unwrap();
            let stage = stage(&head, &camera);
            (shoot(&stage, &short, &dots), shoot(&stage, &long, &dots))
        })
    };
    let (one, two, three) = (run(1), run(2), run(3));
    assert!(one == two && two == three);
    assert_eq!(one.0.to_png().unwrap(), two.0.to_png().unwrap());
}

#[test]
fn prop_only_numbers_from_every_side() {
    let head = HeadModel::new(&ellipsoid(), None).unwrap();
    let dots = dots(2_000);
    for length in [0.0, 0.5, 6.0, 200.0] {
        let strands = hair(&head, 3_000, length);
        for view in
            [View::Front, View::ThreeQuarter, View::Side, View::Top, View::Back, View::Vertex, View::Hairline]
        {
            let camera = Camera::preset(view, Vec3::ZERO, 125.0, 60, 75).unwrap();
            let image = shoot(&stage(&head, &camera), &strands, &dots);
            assert!(
                image.pixels.iter().all(|p| p.is_finite() && p.min_element() >= 0.0 && p.max_element() < 8.0)
            );
        }
    }
}

#[test]
fn darker_with_each_of_root_stub_and_dot() {
    let head = HeadModel::new(&ellipsoid(), None).unwrap();
    let camera = Camera::preset(View::Top, Vec3::ZERO, 125.0, 120, 150).unwrap();
    let stage = stage(&head, &camera);
    let none = Dots::default();
    let bare = mean_y(&shoot(&stage, &Strands::default(), &none));
    let flush = mean_y(&shoot(&stage, &hair(&head, 40_000, 0.0), &none));
    let stub = mean_y(&shoot(&stage, &hair(&head, 40_000, 0.5), &none));
    let both = mean_y(&shoot(&stage, &hair(&head, 40_000, 0.5), &dots(30_000)));
    assert!(bare > flush && flush > stub && stub > both, "{bare} {flush} {stub} {both}");
}

#[test]
fn broken_input_is_an_error() {
    assert!(matches!(HeadModel::new(&Mesh::default(), None), Err(LightError::EmptyMesh)));
    let mut mesh = ellipsoid();
    mesh.positions[7].x = f64::NAN;
    assert!(matches!(HeadModel::new(&mesh, None), Err(LightError::BrokenMesh(_))));
    let head = HeadModel::new(&ellipsoid(), None).unwrap();
    let camera = Camera::preset(View::Front, Vec3::ZERO, 125.0, 40, 50).unwrap();
    let mut strands = hair(&head, 10, 0.5);
    strands.radius_um.pop();
    let frame = Frame {
        skin: &skin(),
        hair: &HairColour::preset(HairTone::Red),
        strands: &strands,
        dots: &Dots::default(),
    };
    assert!(matches!(stage(&head, &camera).compose(&frame), Err(LightError::Length { .. })));
    assert!(Camera::preset(View::Front, Vec3::ZERO, f32::NAN, 40, 50).is_err());
    assert!(Camera::close_up(Vec3::ZERO, Vec3::ZERO, 10.0, 100).is_err());
}
