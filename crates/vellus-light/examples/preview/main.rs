//! Renders test pictures of a real scan: `cargo run --release --example preview -- HEAD.obj OUT_DIR [NAME]`.
//!
//! The scan is in units of 47.5 mm, +y up, +z forward. Hair grows above a simple rule of height.
#![allow(clippy::print_stderr)]

mod scalp;
mod traced;

use glam::Vec3;
use scalp::{Scalp, is_thin, load};
use std::path::PathBuf;
use std::time::Instant;
use vellus_light::face::{Brows, FacePoints, brows};
use vellus_light::groom::{Collider, Style, lay};
use vellus_light::*;
use vellus_units::random::Key;

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

struct Studio {
    head: HeadModel,
    scalp: Scalp,
    style: Style,
    collider: Collider,
    brows: Strands,
    key: Key,
}

impl Studio {
    fn hair(
        &self,
        per_cm2: f64,
        length: f32,
        radius: f32,
        white: f64,
        density: &(dyn Fn(Vec3) -> f64 + Sync),
    ) -> Strands {
        let mut s = self.scalp.grow(per_cm2, length, radius, white, density, self.key);
        lay(&mut s, &self.style, &self.collider, self.key);
        s
    }

    fn with_brows(&self, mut s: Strands) -> Strands {
        let n = self.brows.len();
        s.root.extend(&self.brows.root);
        s.normal.extend(&self.brows.normal);
        s.direction.extend(&self.brows.direction);
        s.length_mm.extend(&self.brows.length_mm);
        s.radius_um.extend(&self.brows.radius_um);
        s.white.extend(&self.brows.white);
        if let Some(c) = &mut s.curves {
            let end = c.points.len() as u32;
            c.first.extend(std::iter::repeat_n(end, n));
        }
        s
    }
}

fn dots(scalp: &Scalp, per_cm2: f64, skin: &Skin, density: &(dyn Fn(Vec3) -> f64 + Sync), key: Key) -> Dots {
    scalp.tattoo(per_cm2, skin, density, key)
}

fn main() -> Fallible<()> {
    let mut args = std::env::args_os().skip(1);
    let (Some(obj), Some(out)) = (args.next(), args.next()) else {
        eprintln!("usage: preview HEAD.obj OUT_DIR [NAME]");
        return Ok(());
    };
    let only = args.next().and_then(|s| s.into_string().ok());
    let out = PathBuf::from(out);
    std::fs::create_dir_all(&out)?;
    let key = Key::new(1, 0);
    let (mesh, scalp) = load(&PathBuf::from(obj))?;
    let face = FacePoints {
        canthus_right: Vec3::new(-48.0, 80.0, 75.0),
        canthus_left: Vec3::new(40.0, 80.0, 75.0),
        nasion: Vec3::new(-4.0, 89.0, 105.0),
        mouth: Some(Vec3::new(-5.0, 17.0, 110.0)),
    };
    let t = Instant::now();
    let head = HeadModel::new(&mesh, None)?;
    let head = {
        let face = face.felt_on(&head);
        head.with_face(&face)
    };
    eprintln!("head model {:?}", t.elapsed());
    let style = Style {
        whorl: Vec3::new(8.0, 168.0, -52.0),
        parting_x_mm: -4.0,
        parting_back_z_mm: -40.0,
        loft_mm: 8.0,
        wave: 0.35,
    };
    let collider = Collider::new(&head);
    let brows = brows(&head, &face, &Brows { radius_um: 25.0, white_share: 0.0, fullness: 1.0 }, key);
    let studio = Studio { head, scalp, style, collider, brows, key };
    for (name, picture) in pictures() {
        if only.as_deref().is_some_and(|o| !name.contains(o)) {
            continue;
        }
        let image = picture(&studio)?;
        std::fs::write(out.join(format!("{name}.png")), image.to_png()?)?;
    }
    Ok(())
}

type Picture = fn(&Studio) -> Fallible<Image>;

fn pictures() -> Vec<(&'static str, Picture)> {
    vec![
        ("heads", heads),
        ("views", views),
        ("small", small),
        ("large", large),
        ("long", long),
        ("tones", tones),
        ("closeups", closeups),
        ("traced-heads", traced::heads),
        ("traced-skin", traced::closeups),
        ("traced-stubs", traced::stubs),
    ]
}

fn full(_: Vec3) -> f64 {
    1.0
}

fn norwood(p: Vec3) -> f64 {
    1.0 - 0.93 * is_thin(p)
}

fn parted(p: Vec3) -> f64 {
    let part = (-((f64::from(p.x) + 4.0) / 14.0).powi(2)).exp() * f64::from(u8::from(p.z > -60.0));
    1.0 - 0.65 * part
}

fn shoot(
    st: &Studio,
    view: View,
    size: (usize, usize),
    lights: &Lights,
    frames: &[Frame<'_>],
) -> Fallible<Vec<Image>> {
    let (centre, radius) = st.head.framing_sphere();
    let camera = Camera::preset(view, centre, radius, size.0, size.1)?;
    let t = Instant::now();
    let stage = Stage::new(&st.head, &camera, &lights.turned_to(&camera), &Quality::ordinary(st.key));
    eprintln!("{view:?} {}x{}: stage {:?}", size.0, size.1, t.elapsed());
    frames
        .iter()
        .map(|f| {
            let t = Instant::now();
            let image = stage.compose(f)?;
            eprintln!("   {} strands, {} dots: compose {:?}", f.strands.len(), f.dots.len(), t.elapsed());
            Ok(image)
        })
        .collect()
}

fn five(st: &Studio, size: (usize, usize), view: View) -> Fallible<Vec<Image>> {
    let skin = Skin::fitzpatrick(Fitzpatrick::II, Undertone::Neutral);
    let hair = HairColour::preset(HairTone::DarkBrown);
    let none = Dots::default();
    let bare = st.brows.clone();
    let stubble = st.with_brows(st.hair(190.0, 0.5, 36.0, 0.03, &norwood));
    let smp = dots(&st.scalp, 180.0, &skin, &|p| 0.1 + 0.9 * is_thin(p), st.key);
    let buzz = st.with_brows(st.hair(190.0, 3.0, 36.0, 0.03, &norwood));
    let buzz_full = st.with_brows(st.hair(190.0, 6.0, 36.0, 0.03, &full));
    let frame = |strands, dots| Frame { skin: &skin, hair: &hair, strands, dots };
    let frames = [
        frame(&bare, &none),
        frame(&stubble, &none),
        frame(&stubble, &smp),
        frame(&buzz, &none),
        frame(&buzz, &smp),
        frame(&buzz_full, &none),
    ];
    shoot(st, view, size, &Lights::daylight(), &frames)
}

fn heads(st: &Studio) -> Fallible<Image> {
    Ok(contact_sheet(&five(st, (400, 500), View::ThreeQuarter)?, 3, 6))
}

fn small(st: &Studio) -> Fallible<Image> {
    let mut all = Vec::new();
    for view in [View::Front, View::ThreeQuarter, View::Vertex] {
        all.extend(five(st, (180, 225), view)?);
    }
    Ok(contact_sheet(&all, 6, 4))
}

fn views(st: &Studio) -> Fallible<Image> {
    let mut all = Vec::new();
    for view in [View::Front, View::Side, View::Top, View::Back, View::Vertex, View::Hairline] {
        all.push(five(st, (360, 450), view)?.swap_remove(2));
    }
    Ok(contact_sheet(&all, 3, 6))
}

fn large(st: &Studio) -> Fallible<Image> {
    let mut all = five(st, (720, 900), View::Hairline)?;
    all.truncate(3);
    Ok(contact_sheet(&all, 3, 6))
}

fn long(st: &Studio) -> Fallible<Image> {
    let skin = Skin::fitzpatrick(Fitzpatrick::II, Undertone::Cool);
    let hair = HairColour::preset(HairTone::Brown);
    let blond = HairColour::preset(HairTone::Blond);
    let none = Dots::default();
    let strands = st.with_brows(st.hair(150.0, 200.0, 34.0, 0.003, &parted));
    let frames = [&hair, &blond].map(|hair| Frame { skin: &skin, hair, strands: &strands, dots: &none });
    let mut all = Vec::new();
    for view in [View::Front, View::ThreeQuarter, View::Hairline] {
        all.extend(shoot(st, view, (480, 600), &Lights::daylight(), &frames)?);
    }
    shoot(st, View::Front, (180, 225), &Lights::daylight(), &frames)?;
    shoot(st, View::Front, (720, 900), &Lights::daylight(), &frames)?;
    Ok(contact_sheet(&all, 2, 6))
}

fn tones(st: &Studio) -> Fallible<Image> {
    use Fitzpatrick::*;
    let mut all = Vec::new();
    for (class, tone) in [
        (I, HairTone::Red),
        (II, HairTone::Blond),
        (III, HairTone::Brown),
        (IV, HairTone::Black),
        (V, HairTone::Black),
        (VI, HairTone::Black),
    ] {
        let skin = Skin::fitzpatrick(class, Undertone::Neutral);
        let hair = HairColour::preset(tone);
        let stubble = st.with_brows(st.hair(190.0, 0.6, 36.0, 0.03, &norwood));
        let smp = dots(&st.scalp, 180.0, &skin, &|p| is_thin(p), st.key);
        let none = Dots::default();
        let frames = [&none, &smp].map(|dots| Frame { skin: &skin, hair: &hair, strands: &stubble, dots });
        all.extend(shoot(st, View::ThreeQuarter, (300, 375), &Lights::clinic(), &frames)?);
    }
    Ok(contact_sheet(&all, 4, 6))
}

fn closeups(st: &Studio) -> Fallible<Image> {
    let mut all = Vec::new();
    let none = Dots::default();
    for class in [Fitzpatrick::II, Fitzpatrick::V] {
        let skin = Skin::fitzpatrick(class, Undertone::Neutral);
        let hair = HairColour::preset(HairTone::DarkBrown);
        let short = st.hair(180.0, 0.4, 36.0, 0.05, &full);
        let three = st.hair(180.0, 3.0, 36.0, 0.05, &full);
        let some = st.hair(60.0, 0.4, 30.0, 0.05, &full);
        let empty = Strands::default();
        let smp = dots(&st.scalp, 110.0, &skin, &full, st.key);
        let (point, normal) = st.scalp.nearest(Vec3::new(0.0, 185.0, 10.0));
        let camera = Camera::close_up(point, normal, 10.0, 480)?;
        let lights = Lights::close_up(&camera);
        let t = Instant::now();
        let stage = Stage::new(&st.head, &camera, &lights, &Quality::ordinary(st.key));
        eprintln!("close-up stage {:?}", t.elapsed());
        for (strands, dots, red) in [
            (&short, &none, 0.0),
            (&empty, &smp, 0.0),
            (&some, &smp, 0.0),
            (&three, &none, 0.0),
            (&some, &smp, 0.8),
        ] {
            let skin = skin.with_redness(red);
            let t = Instant::now();
            all.push(stage.compose(&Frame { skin: &skin, hair: &hair, strands, dots })?);
            eprintln!("   compose {:?}", t.elapsed());
        }
    }
    Ok(contact_sheet(&all, 5, 6))
}
