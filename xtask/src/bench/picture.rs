//! A small picture of a head with stubble and dots.

use glam::Vec3;
use vellus_hair::scalp::Scalp;
use vellus_head::Head;
use vellus_light::groom::{Collider, Style, lay};
use vellus_light::{
    Camera, Dots, Fitzpatrick, Frame, HairColour, HairTone, HeadModel, Lights, Quality, Skin, Stage, Strands,
    UnderSkin, Undertone, View,
};
use vellus_units::random::Purpose;

use super::{Limit, Line, cheapest, key};

/// Size of the small heads of a report, pixels.
const SIZE: (usize, usize) = (176, 220);

/// Times the stage of a view, which is made once, and a frame on it, of which there are dozens.
pub(crate) fn run(
    head: &Head,
    scalp: &Scalp,
    planned: &vellus_pigment::Dots,
    lines: &mut Vec<Line>,
) -> anyhow::Result<()> {
    let skin = Skin::fitzpatrick(Fitzpatrick::II, Undertone::Neutral);
    let hair = HairColour::preset(HairTone::DarkBrown);
    let model = HeadModel::new(head.surface().mesh(), None)?;
    let mut strands = Strands::default();
    for (i, unit) in scalp.follicles.unit.iter().enumerate() {
        let unit = *unit as usize;
        let root = Vec3::from(scalp.ground.position[unit]);
        strands.push(
            root,
            Vec3::from(scalp.ground.normal[unit]),
            0.5,
            0.5 * scalp.follicles.calibre_um[i],
            false,
        );
    }
    let style = Style {
        whorl: Vec3::new(0.0, 100.0, -50.0),
        parting_x_mm: 0.0,
        parting_back_z_mm: -40.0,
        loft_mm: 9.0,
        wave: 0.25,
    };
    lay(&mut strands, &style, &Collider::new(&model), key());
    let mut dots = Dots::default();
    let carbon = UnderSkin::new(&skin).carbon(25.0);
    let mut s = key().stream(Purpose::DotTraits, 0);
    for (p, n) in planned.position.iter().zip(&planned.normal) {
        let optics = carbon.of(s.lognormal(160.0, 0.15), 220.0, 110.0);
        dots.push(Vec3::from(*p), Vec3::from(*n), optics);
    }
    let (centre, radius) = model.framing_sphere();
    let camera = Camera::preset(View::ThreeQuarter, centre, radius * 0.8, SIZE.0, SIZE.1)?;
    let (stage_s, stage) =
        cheapest(2, || Stage::new(&model, &camera, &Lights::daylight(), &Quality::ordinary(key())));
    let frame = Frame { skin: &skin, hair: &hair, strands: &strands, dots: &dots };
    let (frame_s, image) = cheapest(3, || stage.compose(&frame));
    image?;
    lines.push(Line::new(
        format!("stage of a head, {} × {}", SIZE.0, SIZE.1),
        stage_s,
        "core s",
        Some(Limit::Most(0.8)),
    ));
    lines.push(Line::new(
        format!("picture with {} hairs and {} dots", strands.len(), dots.len()),
        frame_s,
        "core s",
        Some(Limit::Most(0.3)),
    ));
    Ok(())
}
