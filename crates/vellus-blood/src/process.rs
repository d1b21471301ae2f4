//! One preparation with every input known: spin, withdraw, spin again, resuspend.

use crate::cells::{self, PLATELET_CLASSES, WHITE_CELLS};
use crate::column::{Column, Frame, SmallCell, Suspension};
use crate::device::{RcfAt, RotorKind, TubeKind};
use crate::inputs::{AGGREGATION_AT_G, AGGREGATION_POWER, Draw, Key, LOFT_MM, packing_limit};
use crate::protocol::Protocol;
use crate::withdrawal::Layer;
use serde::Serialize;
use vellus_units::maths::normal_cdf;

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
struct Setting<'a> {
    protocol: &'a Protocol,
    draw: &'a Draw,
    area_mm2: f64,
    sin_angle: f64,
    cos_angle: f64,
    plasma: f64,
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
}

/// Mean between the depths `from` and `to` of the share that is taken from `top_mm` to
/// `bottom_mm`, both edges blurred by a normal distribution of this standard deviation.
fn mean_taken(top_mm: f64, bottom_mm: f64, blur_mm: f64, from: f64, to: f64) -> f64 {
    // ∫ Φ((edge − z)/σ) dz = −σ [u Φ(u) + φ(u)], u = (edge − z)/σ
    let antiderivative = |edge: f64, z: f64| {
        let u = (edge - z) / blur_mm;
        if u > 8.0 {
            return -(edge - z);
        }
        if u < -8.0 {
            return 0.0;
        }
        let pdf = libm::exp(-0.5 * u * u) / libm::sqrt(std::f64::consts::TAU);
        -blur_mm * (u * normal_cdf(u) + pdf)
    };
    let below = antiderivative(bottom_mm, to) - antiderivative(bottom_mm, from);
    let above = if top_mm > 0.0 { antiderivative(top_mm, to) - antiderivative(top_mm, from) } else { 0.0 };
    ((below - above) / (to - from).max(1e-9)).clamp(0.0, 1.0)
}

/// [`mean_taken`] of each grid cell.
fn taken(column: &Column, top_mm: f64, bottom_mm: f64, blur_mm: f64) -> Vec<f64> {
    let dx = column.dx_mm;
    (0..column.cells())
        .map(|i| mean_taken(top_mm, bottom_mm, blur_mm, i as f64 * dx, (i + 1) as f64 * dx))
        .collect()
}

/// Cells taken out of a column.
struct Portion {
    volume_ml: f64,
    rbc: f64,
    small_k_per_ul: Vec<f64>,
}

/// Height of the layer on the red cells from which platelets are lifted, mm; an assumption, a few times
/// what all platelets of a tube fill when they are packed.
const LOOSE_MM: f64 = 0.5;

/// Volume fraction of red cells on which white cells float; an assumption without weight, as the front
/// is narrower than a grid cell.
const BACKS_UP: f64 = 0.05;

/// Share of each kind that is taken out of the grid cells in which the red cells' surface lies: the
/// one that holds it and, when red cells keep what settles out of that, the one above, into which it
/// backs up. What settles fast against the stirring lies on the surface, not spread over the grid
/// cell: of a profile z^(−v/k) the part below k/v of the height, an estimate.
fn floor_share(
    column: &Column,
    suspension: &Suspension,
    frame: &Frame,
    interface_mm: f64,
    taken_from: impl Fn(f64) -> f64,
) -> Option<(std::ops::RangeInclusive<usize>, Vec<f64>)> {
    let last = (interface_mm / column.dx_mm) as usize;
    if last >= column.cells() {
        return None;
    }
    let first = if column.rbc[last] > BACKS_UP { last.saturating_sub(1) } else { last };
    let plasma = interface_mm - first as f64 * column.dx_mm;
    if plasma <= 0.0 {
        return None;
    }
    let radius = frame.radius_max_mm - (column.length_mm() - interface_mm) * frame.sin_angle;
    let pull = frame.omega2 * radius * frame.inclination;
    let shares = suspension
        .small
        .iter()
        .map(|kind| {
            let spread = (suspension.stirring_mm_s / (kind.s * pull).max(1e-9)).clamp(0.05, 1.0);
            taken_from(interface_mm - plasma * spread)
        })
        .collect();
    Some((first..=last, shares))
}

fn portion(
    column: &Column,
    share: &[f64],
    floor: Option<&(std::ops::RangeInclusive<usize>, Vec<f64>)>,
    interface_mm: Option<f64>,
) -> Portion {
    let dx = column.dx_mm;
    let length: f64 = share.iter().sum::<f64>() * dx;
    let mean =
        |c: &[f64]| c.iter().zip(share).map(|(c, w)| c * w).sum::<f64>().max(0.0) * dx / length.max(1e-12);
    // The front of the red cells is a step; the scheme spreads it over a few grid cells.
    let mut rbc = column.rbc.clone();
    if let Some(interface_mm) = interface_mm
        && interface_mm < column.length_mm()
    {
        let k = (interface_mm / dx) as usize;
        let solid = (k + 1..column.cells())
            .find(|&i| rbc[i] > 0.0 && rbc[i] >= 0.8 * rbc[(i + 1).min(rbc.len() - 1)]);
        let full = solid.map_or(rbc[rbc.len() - 1], |i| rbc[i]);
        for (i, phi) in rbc.iter_mut().enumerate() {
            let (a, b) = (i as f64 * dx, (i + 1) as f64 * dx);
            if b <= interface_mm {
                *phi = 0.0;
            } else if a < interface_mm {
                *phi = full * (b - interface_mm) / dx;
            } else if *phi < full {
                *phi = full;
            }
        }
    }
    Portion {
        volume_ml: length * column.area_mm2 / 1000.0,
        rbc: mean(&rbc),
        small_k_per_ul: (0..WHITE_CELLS.len() + PLATELET_CLASSES)
            .map(|k| {
                let mut taken: f64 = column.small.iter().zip(share).map(|(c, w)| c[k] * w).sum();
                if let Some((cells, shares)) = floor {
                    for cell in cells.clone() {
                        taken += column.small[cell][k] * (shares[k] - share[cell]);
                    }
                }
                taken.max(0.0) * dx / length.max(1e-12)
            })
            .collect(),
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
    let area_mm2 = blood_ml * (1.0 + dilution) * 1000.0 / length_mm;
    let setting = Setting {
        protocol,
        draw,
        area_mm2,
        sin_angle,
        cos_angle: libm::sqrt((1.0 - sin_angle * sin_angle).max(0.0)),
        plasma: (1.0 - hct) / (1.0 - hct + dilution),
    };

    let mut start: Vec<f64> = WHITE_CELLS.iter().map(|w| w.1 * d.get(Key::Wbc) * thinned).collect();
    start.extend([d.get(Key::Platelets) * thinned / PLATELET_CLASSES as f64; PLATELET_CLASSES]);
    let times = |end: f64| -> Vec<f64> {
        (0..look.pictures).map(|i| end * i as f64 / (look.pictures.max(2) - 1) as f64).collect()
    };
    let mut taken_mm = (0.0, length_mm);
    let mut plasma_share = 1.0;
    let mut out = if protocol.starts_with_plasma() {
        Portion { volume_ml: length_mm * area_mm2 / 1000.0, rbc: hct * thinned, small_k_per_ul: start }
    } else {
        let cells = cells_for(length_mm, look.resolution_mm);
        let mut column = Column::mixed(cells, length_mm, area_mm2, hct * thinned, &start);

        let (frame, g) = setting.frame(0, length_mm);
        let first = setting.suspension(g, 0, false);
        column.spin(&first, &frame, &times(frame.effective_s), |t, c| pictures.push(layers(1, t, c, &frame)));

        let interface = column.interface_mm();
        let (top, bottom) = cut_mm(protocol, d, length_mm, area_mm2, interface);
        let mut share = taken(&column, top, bottom, d.get(Key::Blur));
        if protocol.tube.kind == TubeKind::GelSeparator {
            // The gel closes at the interface: nothing below it comes out.
            let edge = taken(&column, 0.0, interface, 0.02);
            share.iter_mut().zip(edge).for_each(|(s, e)| *s = s.min(e));
        }
        let floor = floor_share(&column, &first, &frame, interface, |from| {
            mean_taken(top, bottom, d.get(Key::Blur), from, interface)
        });
        let mut out = portion(&column, &share, floor.as_ref(), Some(interface));
        if let Some((cells, shares)) = &floor {
            // Platelets that are lifted thin out exponentially above the red cells.
            let part = |depth: f64| libm::exp(-(interface - depth).max(0.0) / LOFT_MM);
            let reached = part(bottom) - part(top);
            let taken_ml = (out.volume_ml * 1000.0 / area_mm2).max(1e-9);
            for (i, c) in column.small[..=*cells.end()].iter().enumerate() {
                let end = (i + 1) as f64 * column.dx_mm;
                let loose = (end - (interface - LOOSE_MM)).clamp(0.0, column.dx_mm);
                if loose <= 0.0 {
                    continue;
                }
                for k in whites..whites + PLATELET_CLASSES {
                    // What would have been taken anyway is not taken twice.
                    let already = if cells.contains(&i) { shares[k] } else { share[i] };
                    let gained = d.get(Key::Loft) * c[k] * loose * (reached - already).max(0.0);
                    out.small_k_per_ul[k] += gained / taken_ml;
                }
            }
        }
        if protocol.withdrawal.layer != Layer::PlasmaAndBuffyCoat {
            // Spread evenly over the plasma above the red cells.
            let spread = hct * thinned * length_mm / interface.max(0.02 * length_mm);
            out.rbc += d.get(Key::Lifted) * spread;
            // White cells lie between the red cells and the plasma: what lifts those lifts these.
            for (k, white) in start.iter().take(whites).enumerate() {
                out.small_k_per_ul[k] +=
                    d.get(Key::Lifted) * white * length_mm / interface.max(0.02 * length_mm);
            }
        }
        taken_mm = (top, bottom);
        plasma_share = interface / length_mm;
        out
    };

    if protocol.ends_in_pellet() {
        let spin = protocol.spins.len() - 1;
        let area_mm2 = protocol
            .withdrawal
            .second_diameter_mm
            .map_or(area_mm2, |d| std::f64::consts::FRAC_PI_4 * d.0 * d.0);
        let second_mm = (out.volume_ml * 1000.0 / area_mm2).clamp(0.5, longest_mm);
        let area_mm2 = out.volume_ml * 1000.0 / second_mm;
        let setting = Setting { area_mm2, ..setting };
        let cells = cells_for(second_mm, look.resolution_mm);
        let mut second = Column::mixed(cells, second_mm, area_mm2, out.rbc, &out.small_k_per_ul);
        let (frame, g) = setting.frame(spin, second_mm);
        let suspension = setting.suspension(g, spin, true);
        second.spin(&suspension, &frame, &times(frame.effective_s), |t, c| {
            pictures.push(layers(spin + 1, t, c, &frame))
        });
        let kept_ml = if protocol.withdrawal.final_volume_ml.is_some() {
            d.get(Key::Final)
        } else {
            d.get(Key::Final) * out.volume_ml
        };
        let kept_mm = (kept_ml.min(out.volume_ml) * 1000.0 / area_mm2).max(0.01);
        let share = taken(&second, second_mm - kept_mm, second_mm + 10.0, 0.05);
        out = portion(&second, &share, None, None);
        // More fluid than the plasma holds is fresh buffer.
        let thin = (out.volume_ml / kept_ml.max(1e-9)).min(1.0);
        out.volume_ml = kept_ml;
        out.rbc *= thin;
        out.small_k_per_ul.iter_mut().for_each(|c| *c *= thin);
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
