//! What is set on the centrifuge.

use serde::{Deserialize, Serialize};
use vellus_blood::{Brake, Protocol, RcfAt, RotorKind, rcf_from_rpm, rpm_from_rcf};
use vellus_units::Millimetres;

use super::tube::TubePicture;

/// What is set for one spin. Speed and force belong together only through the radius: one of them is
/// none when the radius is not stated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpinCard {
    /// Which, from 1.
    pub spin: usize,
    /// Radius to the bottom of the tube, mm.
    pub radius_mm: Option<f64>,
    /// Speed, revolutions per minute. When the force was given without its place, the speed that
    /// reaches it at the bottom.
    pub rpm: Option<f64>,
    /// The speed if the force was meant half-way along the blood; none when its place is stated.
    pub rpm_if_middle: Option<f64>,
    /// The force as it was given, multiples of g.
    pub rcf_given: Option<f64>,
    /// Force at the bottom of the tube at that speed.
    pub rcf_bottom: Option<f64>,
    /// The same half-way along the blood.
    pub rcf_middle: Option<f64>,
    /// The same where the red cells end when the rotor stops; none when there are too few for a layer.
    pub rcf_interface: Option<f64>,
    /// The same at the surface.
    pub rcf_surface: Option<f64>,
    /// Minutes; none when they are not stated.
    pub minutes: Option<f64>,
    /// The brake in words.
    pub brake: String,
    /// Temperature, °C; none when it is not stated.
    pub temperature_c: Option<f64>,
}

pub(super) fn cards(protocol: &Protocol, picture: &TubePicture) -> Vec<SpinCard> {
    let radius = protocol.rotor.radius_max_mm.map(|r| r.0);
    protocol
        .spins
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let surface = picture
                .looks
                .iter()
                .find(|l| l.spin == i + 1)
                .map(|l| l.surface_radius_mm)
                .zip(radius)
                .map(|x| x.0);
            let interface =
                picture.looks.iter().rfind(|l| l.spin == i + 1).zip(surface).zip(radius).and_then(
                    |((look, surface), bottom)| {
                        let share = look.red_cells_from_mm()? / look.height_mm().max(1e-9);
                        Some(surface + share * (bottom - surface))
                    },
                );
            let middle = radius.zip(surface).map(|(a, b)| 0.5 * (a + b));
            let speed_at = |r: Option<f64>| r.zip(s.rcf).map(|(r, g)| rpm_from_rcf(Millimetres(r), g).0);
            let rpm = s.rpm.map(|n| n.0).or_else(|| {
                speed_at(match s.rcf_at {
                    Some(RcfAt::Mean) => middle,
                    Some(RcfAt::Min) => surface,
                    Some(RcfAt::Max) | None => radius,
                })
            });
            let force_at = |r: Option<f64>| {
                r.zip(rpm).map(|(r, n)| rcf_from_rpm(Millimetres(r), vellus_units::Rpm(n)).0)
            };
            SpinCard {
                spin: i + 1,
                radius_mm: radius,
                rpm,
                rpm_if_middle: if s.rcf_at.is_none() { speed_at(middle) } else { None },
                rcf_given: s.rcf.map(|g| g.0),
                rcf_bottom: force_at(radius),
                rcf_middle: force_at(middle),
                rcf_interface: force_at(interface),
                rcf_surface: force_at(surface),
                minutes: s.minutes.map(|m| m.0),
                brake: match s.brake {
                    Brake::Off => "off: let it run out",
                    Brake::Soft => "soft",
                    Brake::Full => "full",
                    Brake::Unstated => "not stated; off or soft keeps the layers apart",
                }
                .to_owned(),
                temperature_c: s.temperature_c,
            }
        })
        .collect()
}

pub(super) fn rotor_words(protocol: &Protocol) -> String {
    let kind = match protocol.rotor.kind {
        Some(RotorKind::FixedAngle(a)) => format!("fixed angle, {a}° to the axis"),
        Some(RotorKind::SwingOut) => "swing-out".to_owned(),
        _ => "rotor not stated, swing-out assumed".to_owned(),
    };
    let kind = match &protocol.rotor.name {
        Some(name) => format!("{name}, {kind}"),
        None => kind,
    };
    match protocol.rotor.radius_max_mm {
        Some(r) => format!("{kind}, {} mm from the axis to the bottom of the tube", r.0),
        None => format!("{kind}; radius not stated: measure from the axis to the bottom of the tube"),
    }
}
