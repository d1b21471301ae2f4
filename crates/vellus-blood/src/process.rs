//! One preparation with every input known: spin, withdraw, spin again, resuspend.

use crate::cells::{self, PLATELET_CLASSES, WHITE_CELLS};
use crate::column::{Column, Frame, SmallCell, Suspension};
use crate::device::{RcfAt, RotorKind, TubeKind};
use crate::inputs::{AGGREGATION_AT_G, AGGREGATION_POWER, Draw, Key, LOFT_MM, packing_limit};
use crate::portion::{ABOVE_GEL, Portion, floor_share, lift, mean_taken, portion, taken};
use crate::protocol::Protocol;
use crate::withdrawal::Layer;
use serde::Serialize;

/// Time from rest to full speed, s; an assumption, benchtop centrifuges. The set time runs from
/// the start. A linear ramp of duration τ adds τ/3 of full-speed time to ∫ω² dt.
pub const RUN_UP_S: f64 = 30.0;

/// Standard gravity, mm/s².
const GRAVITY_MM_S2: f64 = 9806.65;

/// What one run gives, from one tube.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// Volume, mL.
    pub volume_ml: f64,
    /// Platelets, 10³/µL.
    pub platelets_k_per_ul: f64,
    /// Platelets over those of the blood, per volume.
    pub concentration_factor: f64,
    /// Platelets over those of the blood drawn, fraction.
    pub recovery: f64,
    /// Red cells, 10³/µL.
    pub rbc_k_per_ul: f64,
    /// White cells, 10³/µL.
    pub wbc_k_per_ul: f64,
    /// The same before the factor between persons and its bound.
    pub brought_over: f64,
    /// Red cells over those of the blood drawn, fraction.
    pub rbc_carried: f64,
    /// White cells over those of the blood drawn, fraction.
    pub wbc_carried: f64,
    /// Red cells, volume fraction.
    pub haematocrit: f64,
    /// Plasma above the red cells after the first spin, fraction of the column.
    pub plasma_share: f64,
    /// Distances from the surface between which plasma is taken after the first spin, mm.
    pub taken_mm: (f64, f64),
    /// Length of the column of blood in the first spin, mm.
    pub length_mm: f64,
}

/// The layers of the tube at one time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Layers {
    /// Which spin, from 1.
    pub spin: usize,
    /// Time at full speed, min.
    pub minutes: f64,
    /// Height of one grid cell, mm; the first lies at the surface.
    pub dx_mm: f64,
    /// Distance of the surface from the axis, mm.
    pub surface_radius_mm: f64,
    /// Volume fraction of red cells.
    pub rbc_fraction: Vec<f64>,
    /// Platelets, 10³/µL.
    pub platelets_k_per_ul: Vec<f64>,
    /// White cells, 10³/µL.
    pub wbc_k_per_ul: Vec<f64>,
}

/// Longest column of blood over the rotor's radius; an assumption, the axis needs its room.
pub(crate) const LONGEST_COLUMN: f64 = 0.85;

/// Geometry and forces that both spins share.
#[derive(Clone, Copy)]
struct Setting<'a> {
    protocol: &'a Protocol,
    draw: &'a Draw,
    /// Cross-section of the tube, mm².
    area_mm2: f64,
    sin_angle: f64,
    cos_angle: f64,
    /// Plasma in the mixture of plasma and anticoagulant, volume fraction.
    plasma: f64,
    /// Longest column that the rotor holds, mm.
    longest_mm: f64,
    look: Look,
}

impl Setting<'_> {
    fn frame(&self, spin: usize, length_mm: f64) -> (Frame, f64) {
        let d = self.draw;
        let s = &self.protocol.spins[spin];
        let r_max = d.get(Key::RadiusMax);
        let half = 0.5 * length_mm * self.sin_angle;
        let omega2_of = |rpm: f64| {
            let omega = rpm * std::f64::consts::TAU / 60.0;
            omega * omega
        };
        let omega2 = match (s.rcf, s.rpm) {
            (Some(g), _) => {
                let place = s.rcf_at.map_or(d.get(Key::RcfPlace), RcfAt::halves_above_bottom);
                g.0 * GRAVITY_MM_S2 / (r_max - place * half).max(0.2 * r_max)
            }
            (None, Some(n)) => omega2_of(n.0),
            (None, None) => 0.0,
        };
        let minutes = d.get(if spin == 0 { Key::Minutes1 } else { Key::Minutes2 });
        let set_s = 60.0 * minutes;
        let effective_s = (set_s - 2.0 / 3.0 * RUN_UP_S).max(set_s / 3.0) + s.brake.stop_s() / 3.0;
        // Ponder, Nakamura and Kuroda: along the tube acts the sine of the pull, and the clear layer
        // grows with the projected area besides, here at a part of its strength.
        let bore = 2.0 * libm::sqrt(self.area_mm2 / std::f64::consts::PI);
        let inclination = self.sin_angle + d.get(Key::Inclination) * length_mm / bore * self.cos_angle;
        let mean_g = omega2 * (r_max - half).max(0.2 * r_max) / GRAVITY_MM_S2;
        let frame =
            Frame { omega2, effective_s, radius_max_mm: r_max, sin_angle: self.sin_angle, inclination };
        (frame, mean_g)
    }

    fn suspension(&self, mean_g: f64, spin: usize, pellet: bool) -> Suspension {
        let d = self.draw;
        let t = self.protocol.spins[spin].temperature_c.unwrap_or(d.get(Key::Temperature));
        let fluid =
            cells::plasma_density(t) * self.plasma + cells::ANTICOAGULANT_DENSITY * (1.0 - self.plasma);
        let mu = cells::plasma_viscosity_mpa_s(t, self.plasma);
        let gain =
            d.get(Key::Aggregation) * libm::pow(mean_g.max(1.0) / AGGREGATION_AT_G, -AGGREGATION_POWER);
        let mut small = Vec::with_capacity(WHITE_CELLS.len() + PLATELET_CLASSES);
        for (_, volume_fl, density) in WHITE_CELLS.map(|w| (w.0, w.2, w.3)) {
            small.push(SmallCell {
                s: cells::stokes_s(volume_fl, density, fluid, mu),
                density,
                volume_fl,
                exclusion: 0.0,
            });
        }
        for volume_fl in cells::platelet_volumes_fl(d.get(Key::PlateletVolume)) {
            let density = cells::platelet_density(volume_fl);
            small.push(SmallCell {
                s: cells::PLATELET_SHAPE * cells::stokes_s(volume_fl, density, fluid, mu),
                density,
                volume_fl,
                exclusion: d.get(Key::Exclusion),
            });
        }
        Suspension {
            s_rbc: cells::stokes_s(d.get(Key::RedCellVolume), cells::RBC_DENSITY, fluid, mu),
            aggregation: gain.max(1.0),
            packing: (packing_limit(mean_g) * d.get(Key::Packing)).min(0.98),
            rbc_density: cells::RBC_DENSITY,
            fluid_density: fluid,
            small,
            stirring_mm_s: d.get(Key::Stirring),
            bore_mm: 2.0 * libm::sqrt(self.area_mm2 / std::f64::consts::PI),
            pellet_sticks: pellet,
        }
    }

    fn times(&self, end: f64) -> Vec<f64> {
        let n = self.look.pictures;
        (0..n).map(|i| end * i as f64 / (n.max(2) - 1) as f64).collect()
    }

    /// The first spin of blood and what is taken from its layers; between which depths, mm, and the
    /// share of the column that is plasma.
    fn layers_of(
        &self,
        blood: &Portion,
        length_mm: f64,
        pictures: &mut Vec<Layers>,
    ) -> (Portion, (f64, f64), f64) {
        let d = self.draw;
        let whites = WHITE_CELLS.len();
        let gel = self.protocol.tube.kind == TubeKind::GelSeparator;
        let cells = cells_for(length_mm, self.look.resolution_mm);
        let mut column = Column::mixed(cells, length_mm, self.area_mm2, blood.rbc, &blood.small_k_per_ul);
        let (frame, g) = self.frame(0, length_mm);
        let suspension = self.suspension(g, 0, false);
        column.spin(&suspension, &frame, &self.times(frame.effective_s), |t, c| {
            pictures.push(layers(1, t, c, &frame))
        });

        let interface = column.interface_mm();
        let (top, bottom) = cut_mm(self.protocol, d, length_mm, self.area_mm2, interface);
        let blur = d.get(Key::Blur);
        let mut share = taken(&column, top, bottom, blur);
        if gel {
            // The gel closes at the interface: nothing below it comes out.
            let edge = taken(&column, 0.0, interface, 0.02);
            share.iter_mut().zip(edge).for_each(|(s, e)| *s = s.min(e));
        }
        let mut floor = floor_share(&column, &suspension, &frame, interface, |from| {
            mean_taken(top, bottom, blur, from, interface)
        });
        if gel && let Some((_, shares)) = &mut floor {
            shares[..whites].iter_mut().for_each(|share| *share *= ABOVE_GEL);
        }
        let mut out = portion(&column, &share, floor.as_ref(), Some(interface));
        if let Some(floor) = &floor {
            // Platelets that are lifted thin out exponentially above the red cells.
            let part = |depth: f64| libm::exp(-(interface - depth).max(0.0) / LOFT_MM);
            let reached = part(bottom) - part(top);
            let platelets = whites..whites + PLATELET_CLASSES;
            lift(&mut out, &column, &share, floor, interface, d.get(Key::Loft), reached, platelets);
        }
        if self.protocol.withdrawal.layer != Layer::PlasmaAndBuffyCoat {
            // Spread evenly over the plasma above the red cells; white cells lie between the two, and
            // what lifts red cells lifts them.
            let spread = d.get(Key::Lifted) * length_mm / interface.max(0.02 * length_mm);
            out.rbc += spread * blood.rbc;
            for (c, white) in out.small_k_per_ul.iter_mut().zip(&blood.small_k_per_ul).take(whites) {
                *c += spread * white;
            }
        }
        (out, (top, bottom), interface / length_mm)
    }

    /// The last spin of plasma, and its pellet in what is left over it.
    fn pellet_of(&self, plasma: &Portion, pictures: &mut Vec<Layers>) -> Portion {
        let d = self.draw;
        let w = &self.protocol.withdrawal;
        let spin = self.protocol.spins.len() - 1;
        let area_mm2 =
            w.second_diameter_mm.map_or(self.area_mm2, |d| std::f64::consts::FRAC_PI_4 * d.0 * d.0);
        let length_mm = (plasma.volume_ml * 1000.0 / area_mm2).clamp(0.5, self.longest_mm);
        let area_mm2 = plasma.volume_ml * 1000.0 / length_mm;
        let setting = Setting { area_mm2, ..*self };
        let cells = cells_for(length_mm, self.look.resolution_mm);
        let mut column = Column::mixed(cells, length_mm, area_mm2, plasma.rbc, &plasma.small_k_per_ul);
        let (frame, g) = setting.frame(spin, length_mm);
        let suspension = setting.suspension(g, spin, true);
        column.spin(&suspension, &frame, &self.times(frame.effective_s), |t, c| {
            pictures.push(layers(spin + 1, t, c, &frame))
        });
        let kept_ml = if w.final_volume_ml.is_some() {
            d.get(Key::Final)
        } else {
            d.get(Key::Final) * plasma.volume_ml
        };
        let kept_mm = (kept_ml.min(plasma.volume_ml) * 1000.0 / area_mm2).max(0.01);
        let share = taken(&column, length_mm - kept_mm, length_mm + 10.0, 0.05);
        let mut out = portion(&column, &share, None, None);
        // More fluid than the plasma holds is fresh buffer.
        let thin = (out.volume_ml / kept_ml.max(1e-9)).min(1.0);
        out.volume_ml = kept_ml;
        out.rbc *= thin;
        out.small_k_per_ul.iter_mut().for_each(|c| *c *= thin);
        out
    }
}

fn layers(spin: usize, t_s: f64, column: &Column, frame: &Frame) -> Layers {
    let whites = WHITE_CELLS.len();
    let sum = |kinds: std::ops::Range<usize>| -> Vec<f64> {
        column.small.iter().map(|c| c[kinds.clone()].iter().sum()).collect()
    };
    Layers {
        spin,
        minutes: t_s / 60.0,
        dx_mm: column.dx_mm,
        surface_radius_mm: frame.radius_max_mm - column.length_mm() * frame.sin_angle,
        rbc_fraction: column.rbc.clone(),
        platelets_k_per_ul: sum(whites..whites + PLATELET_CLASSES),
        wbc_k_per_ul: sum(0..whites),
    }
}

/// Grid cells for a length: enough to resolve `resolution_mm`, between 24 and 1200.
fn cells_for(length_mm: f64, resolution_mm: f64) -> usize {
    ((length_mm / resolution_mm).ceil() as usize).clamp(24, 1200)
}

/// Distances from the surface between which plasma is taken after the first spin, mm.
fn cut_mm(protocol: &Protocol, d: &Draw, length_mm: f64, area_mm2: f64, interface_mm: f64) -> (f64, f64) {
    let w = &protocol.withdrawal;
    let margin = d.get(Key::Margin);
    let f = d.get(Key::PlasmaFraction);
    let deepest = match w.layer {
        Layer::PlasmaAndBuffyCoat => interface_mm + margin,
        _ => interface_mm - margin,
    }
    .clamp(0.02 * length_mm, length_mm);
    let (mut top, bottom) = match w.layer {
        Layer::UpperPlasma => (0.0, f * deepest),
        _ => ((1.0 - f) * deepest, deepest),
    };
    if protocol.spins.len() == 1 && w.final_volume_ml.is_some() {
        top = top.max(bottom - d.get(Key::Final) * 1000.0 / area_mm2);
    }
    (top, bottom)
}

/// What [`run`] is asked for besides the outcome.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Largest height of a grid cell, mm.
    pub(crate) resolution_mm: f64,
    /// Pictures of each spin.
    pub(crate) pictures: usize,
}

/// Runs a preparation; pictures of each spin go to `pictures`.
pub(crate) fn run(protocol: &Protocol, draw: &Draw, look: Look, pictures: &mut Vec<Layers>) -> Outcome {
    let d = draw;
    let whites = WHITE_CELLS.len();
    let bore = d.get(Key::Diameter);
    let area_mm2 = std::f64::consts::FRAC_PI_4 * bore * bore;
    let dilution = d.get(Key::Dilution);
    let blood_ml = d.get(Key::BloodMl);
    let sin_angle = match protocol.rotor.kind {
        Some(RotorKind::FixedAngle(a)) => libm::sin(a.to_radians()),
        _ => 1.0,
    };
    let hct = d.get(Key::Haematocrit);
    let thinned = 1.0 / (1.0 + dilution);
    // A tube longer than its rotor's radius does not exist; a wide one is meant.
    let longest_mm = LONGEST_COLUMN * d.get(Key::RadiusMax) / sin_angle;
    let length_mm = (blood_ml * (1.0 + dilution) * 1000.0 / area_mm2).min(longest_mm);
    let setting = Setting {
        protocol,
        draw,
        area_mm2: blood_ml * (1.0 + dilution) * 1000.0 / length_mm,
        sin_angle,
        cos_angle: libm::sqrt((1.0 - sin_angle * sin_angle).max(0.0)),
        plasma: (1.0 - hct) / (1.0 - hct + dilution),
        longest_mm,
        look,
    };

    let mut small: Vec<f64> = WHITE_CELLS.iter().map(|w| w.1 * d.get(Key::Wbc) * thinned).collect();
    small.extend([d.get(Key::Platelets) * thinned / PLATELET_CLASSES as f64; PLATELET_CLASSES]);
    let blood = Portion { volume_ml: blood_ml * (1.0 + dilution), rbc: hct * thinned, small_k_per_ul: small };
    let mut taken_mm = (0.0, length_mm);
    let mut plasma_share = 1.0;
    let mut out = if protocol.starts_with_plasma() {
        blood
    } else {
        let (plasma, taken, share) = setting.layers_of(&blood, length_mm, pictures);
        (taken_mm, plasma_share) = (taken, share);
        plasma
    };
    if protocol.ends_in_pellet() {
        out = setting.pellet_of(&out, pictures);
    }
    // What sticks to a wall, a gel or a shelf is platelets and white cells alike.
    let resuspended = d.get(Key::Resuspension);
    out.small_k_per_ul.iter_mut().for_each(|c| *c *= resuspended);
    let in_blood = d.get(Key::Platelets);
    let platelets: f64 = out.small_k_per_ul[whites..].iter().sum();
    // The unexplained factor cannot create platelets.
    let brought_over = platelets * out.volume_ml / (in_blood * blood_ml);
    let recovery = (brought_over * d.get(Key::Person)).min(1.0);
    let factor = recovery * blood_ml / out.volume_ml.max(1e-9);
    let wbc: f64 = out.small_k_per_ul[..whites].iter().sum();
    Outcome {
        volume_ml: out.volume_ml,
        platelets_k_per_ul: factor * in_blood,
        concentration_factor: factor,
        recovery,
        rbc_k_per_ul: out.rbc * 1.0e6 / d.get(Key::RedCellVolume),
        wbc_k_per_ul: wbc,
        haematocrit: out.rbc,
        brought_over,
        rbc_carried: out.rbc * out.volume_ml / (hct * blood_ml).max(1e-12),
        wbc_carried: wbc * out.volume_ml / (d.get(Key::Wbc) * blood_ml),
        plasma_share,
        taken_mm,
        length_mm,
    }
}
