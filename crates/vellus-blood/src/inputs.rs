//! The numbers that a run needs, each with how well it is known.
//!
//! An input has a median and an 80 % interval; in between and beyond it is a lognormal with
//! separate widths on both sides, cut at two standard deviations. What a protocol states is
//! narrow, what it leaves out is as wide as practice.

use crate::blood::MpvMethod;
use crate::cells;
use crate::device::{Brake, RotorKind, TubeKind};
use crate::protocol::Protocol;
use crate::withdrawal::Layer;
use serde::Serialize;

/// Names of the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(usize)]
#[non_exhaustive]
pub enum Key {
    /// Platelets in blood, 10³/µL.
    Platelets,
    /// Haematocrit, fraction.
    Haematocrit,
    /// Mean platelet volume, research scale, fL.
    PlateletVolume,
    /// Mean red cell volume, fL.
    RedCellVolume,
    /// White cells in blood, 10³/µL.
    Wbc,
    /// Anticoagulant per blood, volume fraction.
    Dilution,
    /// Distance of the tube's bottom from the axis, mm.
    RadiusMax,
    /// Blood in the tube, mL.
    BloodMl,
    /// Inner diameter of the tube, mm.
    Diameter,
    /// Where RCF is quoted: 0 at the bottom, 1 half-way, 2 at the surface.
    RcfPlace,
    /// Minutes of the first spin.
    Minutes1,
    /// Minutes of the second spin.
    Minutes2,
    /// Temperature, °C.
    Temperature,
    /// Distance of the withdrawal from the red cells' surface, mm.
    Margin,
    /// Fraction of the plasma that is taken.
    PlasmaFraction,
    /// Volume at the end, as a fraction of the volume taken, or in mL when stated.
    Final,
    /// Blur of the interface, mm.
    Blur,
    /// Gain of the red cells' velocity by aggregation at [`AGGREGATION_AT_G`].
    Aggregation,
    /// Strength of the lead of platelets in the plasma between red cells.
    Exclusion,
    /// Growth of the diffusivity by stirring in clear plasma with the distance from a surface, mm/s.
    Stirring,
    /// Share of the red and white cells that the run-out and the needle stir up into the plasma.
    Lifted,
    /// Share of the platelets lying on the red cells that the run-out and the needle lift.
    Loft,
    /// Factor on the packing limit.
    Packing,
    /// Efficiency of the gain by inclination in a fixed-angle rotor.
    Inclination,
    /// Share of platelets that come back into suspension.
    Resuspension,
    /// Factor between persons and days that no input explains.
    Person,
}

/// Number of inputs.
pub const INPUTS: usize = Key::Person as usize + 1;

/// One input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Input {
    /// Its name.
    pub key: Key,
    /// Unit.
    pub unit: &'static str,
    /// Lower end of the 80 % interval.
    pub lo: f64,
    /// Median.
    pub mid: f64,
    /// Upper end of the 80 % interval.
    pub hi: f64,
    /// Whether the protocol states it; otherwise the interval is an assumption about practice.
    pub stated: bool,
}

/// Platelets of adults, 10³/µL: within the reference intervals of Boshnak 2017 (158 to 387 in women,
/// 169 to 325 in men; IJMHR 3(2):04-11, n = 380) and 10.1002/jcla.21721 (n = 4642).
pub const ADULT_PLATELETS: (f64, f64, f64) = (160.0, 235.0, 330.0);
/// Haematocrit of adults; an assumption from textbook reference intervals.
pub const ADULT_HAEMATOCRIT: (f64, f64, f64) = (0.37, 0.42, 0.47);
/// White cells of adults, 10³/µL; an assumption from textbook reference intervals (4 to 10).
pub const ADULT_WBC: (f64, f64, f64) = (4.5, 6.5, 9.0);
/// White cells in the plasma of a first spin, 10³/µL; an assumption.
pub const PLASMA_WBC: (f64, f64, f64) = (0.05, 0.3, 1.5);
/// Mean red cell volume of adults, fL; an assumption from textbook reference intervals (80 to 100).
pub const ADULT_MCV: (f64, f64, f64) = (85.0, 90.0, 95.0);
/// RCF to which [`AGGREGATION`] belongs.
pub const AGGREGATION_AT_G: f64 = 160.0;
/// Gain of the red cells' velocity over single spheres by rouleaux at 160 g, with its 80 %
/// interval over persons. Calibrated on the two rows in which nearly all plasma is clear after
/// ten minutes, at 160 g (`data/protocols/ukrainian_160g.toml`) and at 100 g
/// (`perez_2014.toml`); the interval is an assumption, a factor of 1.6 both ways.
pub const AGGREGATION: (f64, f64, f64) = (14.0, 22.0, 36.0);
/// Fall of the gain with RCF, as a power. Assumption: 22 at 160 g and 47 at 1 g, where it gives
/// about 10 mm in the first hour of sedimentation, as healthy blood does.
pub const AGGREGATION_POWER: f64 = 0.15;
/// Strength of the lead of platelets in pores, against straight capillaries (1). Calibrated on the
/// recovery and concentration factor of `ukrainian_160g.toml`, which collects more of the
/// platelets than of the plasma; the interval is an assumption.
pub const EXCLUSION: (f64, f64, f64) = (0.80, 1.60, 2.50);
/// Stirring in clear plasma, mm/s: the diffusivity grows by this with the distance from a surface.
/// Calibrated on the recovery of `perez_2014.toml` and the white cells of `ukrainian_160g.toml`;
/// the interval is an assumption. At 1500 g for 15 min the upper plasma is left as poor in platelets as
/// platelet-poor plasma is (a test holds it).
pub const STIRRING: (f64, f64, f64) = (0.008, 0.017, 0.034);
/// Share of the red and white cells that the run-out and the needle stir up into the plasma. Calibrated
/// on the red cells that remain in the plasma of `ukrainian_160g.toml`; the interval is an assumption.
pub const LIFTED: (f64, f64, f64) = (0.002, 0.007, 0.02);
/// Share of the platelets lying on the red cells that the run-out and the needle lift into the plasma
/// right above. They are the uppermost and lightest layer of the buffy coat; white cells below them stay.
/// Calibrated on the single spins of 600 and 1600 g of `machado_600g.toml` and `machado_1600g.toml`,
/// after which plasma without it would hold nearly none; the interval is an assumption.
pub const LOFT: (f64, f64, f64) = (0.12, 0.30, 0.55);
/// Height over which lifted platelets thin out, mm; an assumption. Far above, plasma stays poor in
/// platelets, as platelet-poor plasma is.
pub const LOFT_MM: f64 = 5.0;
/// Efficiency of the inclination's gain against Ponder, Nakamura and Kuroda; an assumption,
/// because the counter-flow in a tube at several hundred g is turbulent and mixes.
pub const INCLINATION: (f64, f64, f64) = (0.10, 0.25, 0.50);
/// Share of the cells in a pellet or on a gel that come back into suspension; an assumption.
pub const RESUSPENSION: (f64, f64, f64) = (0.88, 0.95, 0.99);
/// Share of the cells of the buffy coat that a kit's float or shelf gives out. Calibrated on
/// `fitzpatrick_gps3.toml`; the interval is an assumption.
pub const KIT_COLLECTS: (f64, f64, f64) = (0.45, 0.60, 0.80);
/// Factor between persons and days that no input explains, a coefficient of variation of 20 %; an
/// assumption below the 21 (blood) to 28 % (PRP) within one person (Instituto Cugat cohort 2024), of which
/// the other inputs explain a part.
pub const PERSON: (f64, f64, f64) = (0.78, 1.00, 1.28);
/// Inner diameter of a tube for this volume, mm: 13 × 75 mm tubes of 5 mL, 16 × 100 mm tubes of
/// 10 mL and 50 mL cones follow 10.8 (V/5)^0.4 within 10 %; an assumption from catalogue sizes.
#[must_use]
pub fn usual_diameter_mm(volume_ml: f64) -> f64 {
    10.8 * libm::pow(volume_ml / 5.0, 0.4)
}

/// Packing limit of red cells: 0.55 at 1 g (an assumption, a sedimented column at rest), 0.96 at
/// 1430 g (trapped plasma of 3 to 6 %: Clark & Walsh 1960 and blood_properties.csv), linear in
/// ln g, at most 0.97.
#[must_use]
pub fn packing_limit(rcf_g: f64) -> f64 {
    (0.55 + 0.41 * libm::log(rcf_g.max(1.0)) / libm::log(1430.0)).min(0.97)
}

/// Inputs of a protocol.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inputs {
    all: Vec<Input>,
}

/// One value for each input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw(pub(crate) [f64; INPUTS]);

impl Draw {
    pub(crate) fn get(&self, key: Key) -> f64 {
        self.0[key as usize]
    }
}

/// 90 % quantile of the standard normal distribution.
pub(crate) const Z90: f64 = 1.281_551_565_5;

impl Input {
    fn is_share(&self) -> bool {
        use Key::{Final, Lifted, Loft, PlasmaFraction, Resuspension};
        self.unit.is_empty() && matches!(self.key, PlasmaFraction | Final | Lifted | Loft | Resuspension)
    }

    /// The value `z` standard deviations from the median.
    #[must_use]
    pub fn at(&self, z: f64) -> f64 {
        if self.lo == self.hi {
            return self.mid;
        }
        let z = z.clamp(-2.0, 2.0);
        let end = if z < 0.0 { self.lo } else { self.hi };
        if self.lo <= 0.0 {
            // A depth on either side of the interface.
            return self.mid + (end - self.mid) * z.abs() / Z90;
        }
        let x = self.mid * libm::pow(end / self.mid, z.abs() / Z90);
        // The tail of a share ends at the whole.
        if self.is_share() { x.min(1.0) } else { x }
    }
}

impl Inputs {
    /// Reads the inputs off a valid protocol and widens what it leaves out.
    #[must_use]
    pub fn of(p: &Protocol) -> Self {
        let mut all = Vec::with_capacity(INPUTS);
        let mut push = |key, unit, (lo, mid, hi): (f64, f64, f64), stated| {
            all.push(Input { key, unit, lo, mid, hi, stated });
        };
        let exact = |x: f64| (x, x, x);
        let stated = |x: Option<f64>, otherwise: (f64, f64, f64)| (x.map_or(otherwise, exact), x.is_some());

        let (v, s) = stated(p.blood.platelets.map(|x| x.0), ADULT_PLATELETS);
        push(Key::Platelets, "×10³/µL", v, s);
        let (v, s) = stated(p.blood.haematocrit_or_from_haemoglobin(), ADULT_HAEMATOCRIT);
        push(Key::Haematocrit, "", v, s);
        let volume = cells::PLATELET_VOLUME_FL;
        // 6.57 ± 0.61 fL over persons.
        let v = p.blood.mpv_fl.map_or((0.88 * volume, volume, 1.12 * volume), |m| {
            let x = match p.blood.mpv_method {
                MpvMethod::Analyser => volume * m / cells::MPV_ANALYSER_FL,
                MpvMethod::Resistive | MpvMethod::Research => m,
            };
            (0.92 * x, x, 1.08 * x)
        });
        push(Key::PlateletVolume, "fL", v, p.blood.mpv_fl.is_some());
        let (v, s) = stated(p.blood.mcv_fl, ADULT_MCV);
        push(Key::RedCellVolume, "fL", v, s);
        let whites = if p.starts_with_plasma() { PLASMA_WBC } else { ADULT_WBC };
        let (v, s) = stated(p.blood.wbc.map(|x| x.0), whites);
        push(Key::Wbc, "×10³/µL", v, s);
        let measured = p.tube.anticoagulant_ml.is_some();
        push(
            Key::Dilution,
            "",
            p.parts_per_blood(),
            measured || p.anticoagulant != crate::Anticoagulant::Unstated,
        );
        // 87 to 139 mm in centrifuges.csv; widened.
        let (v, s) = stated(p.rotor.radius_max_mm.map(|x| x.0), (90.0, 140.0, 180.0));
        push(Key::RadiusMax, "mm", v, s);
        let usual = match (p.tube.volume_ml, p.tube.kind) {
            (Some(v), _) => (0.7 * v.0, 0.85 * v.0, 0.95 * v.0),
            (None, TubeKind::BuffyCoatKit) => (25.0, 50.0, 56.0),
            (None, _) => (4.0, 8.0, 10.0),
        };
        let (v, s) = stated(p.tube.blood_ml.map(|x| x.0), usual);
        push(Key::BloodMl, "mL", v, s);
        let size = p.tube.volume_ml.map_or(1.15 * v.1, |x| x.0);
        let d = usual_diameter_mm(size);
        let (v, s) = stated(p.tube.inner_diameter_mm.map(|x| x.0), (0.9 * d, d, 1.1 * d));
        push(Key::Diameter, "mm", v, s);
        // For the spins that do not state it; one habit for both.
        let open = p.spins.iter().any(|s| s.rcf.is_some() && s.rcf_at.is_none());
        push(Key::RcfPlace, "", if open { (0.1, 0.4, 1.0) } else { exact(0.0) }, !open);
        let minutes = |i: usize| {
            p.spins.get(i).map_or((exact(10.0), true), |s| stated(s.minutes.map(|m| m.0), (5.0, 10.0, 15.0)))
        };
        let (v, s) = minutes(0);
        push(Key::Minutes1, "min", v, s);
        let (v, s) = minutes(1);
        push(Key::Minutes2, "min", v, s);
        // For the spins that do not state it; as in the other spin, else that of a room.
        let (v, s) = stated(p.spins.iter().find_map(|s| s.temperature_c), (20.0, 22.0, 25.0));
        push(Key::Temperature, "°C", v, s);
        let pellet = p.ends_in_pellet();
        let gel = p.tube.kind == TubeKind::GelSeparator;
        let margin = match (p.withdrawal.margin_mm, p.withdrawal.layer) {
            _ if gel => exact(0.0),
            // A hand does not hold a margin better than this; an assumption.
            (Some(m), _) => (0.7 * m.0 - 0.2, m.0, 1.4 * m.0 + 0.3),
            (None, Layer::PlasmaAndBuffyCoat) => (0.5, 1.0, 2.0),
            // From the middle of the buffy coat to a cautious hand.
            (None, Layer::Unstated) => (-0.3, 0.6, 2.5),
            (None, _) => (0.3, 1.0, 2.5),
        };
        push(Key::Margin, "mm", margin, gel || p.withdrawal.margin_mm.is_some());
        let fraction = match (p.withdrawal.fraction_of_plasma, p.withdrawal.layer) {
            (Some(f), _) => ((0.93 * f, f, (1.07 * f).min(1.0)), true),
            (None, Layer::UpperPlasma) => ((0.5, 0.75, 0.95), false),
            // Many clinics discard the upper part of the plasma after a single spin.
            (None, Layer::Unstated) if !pellet => ((0.5, 0.75, 1.0), false),
            (None, _) => (exact(1.0), true),
        };
        push(Key::PlasmaFraction, "", fraction.0, fraction.1);
        let last = match (p.withdrawal.final_volume_ml, p.withdrawal.final_fraction) {
            (Some(v), _) => ((0.95 * v.0, v.0, 1.05 * v.0), true),
            (None, Some(f)) => ((0.9 * f, f, (1.1 * f).min(1.0)), true),
            // The usual rule discards the upper two thirds of the second spin's plasma.
            (None, None) if pellet => ((0.20, 0.40, 0.70), false),
            (None, None) => (exact(1.0), true),
        };
        push(Key::Final, if p.withdrawal.final_volume_ml.is_some() { "mL" } else { "" }, last.0, last.1);
        let blur = if gel { 0.1 } else { p.spins[0].brake.blur_mm() };
        push(Key::Blur, "mm", (0.6 * blur, blur, 1.6 * blur), false);
        push(Key::Aggregation, "", AGGREGATION, false);
        push(Key::Exclusion, "", EXCLUSION, false);
        push(Key::Stirring, "mm/s", STIRRING, false);
        push(Key::Lifted, "", if gel { exact(0.0) } else { LIFTED }, gel);
        // A brake lifts more; the same ratio as for the blur.
        let brake = p.spins[0].brake.blur_mm() / Brake::Unstated.blur_mm();
        let loft = (LOFT.0 * brake, LOFT.1 * brake, (LOFT.2 * brake).min(0.9));
        push(Key::Loft, "", if gel { exact(0.0) } else { loft }, gel);
        push(Key::Packing, "", (0.95, 1.0, 1.05), false);
        let inclined = matches!(p.rotor.kind, Some(RotorKind::FixedAngle(_)))
            && p.rotor.enhanced_settling != Some(false);
        push(Key::Inclination, "", if inclined { INCLINATION } else { exact(0.0) }, !inclined);
        let settled = pellet || p.tube.kind != TubeKind::Plain;
        let back = match p.tube.kind {
            TubeKind::BuffyCoatKit => KIT_COLLECTS,
            _ if settled => RESUSPENSION,
            _ => exact(1.0),
        };
        push(Key::Resuspension, "", back, !settled);
        push(Key::Person, "", PERSON, false);
        Self { all }
    }

    /// Replaces one input by what is known of it, `lo ≤ mid ≤ hi`.
    #[must_use]
    pub(crate) fn with(mut self, key: Key, lo: f64, mid: f64, hi: f64) -> Self {
        let input = &mut self.all[key as usize];
        (input.lo, input.mid, input.hi) = (lo, mid, hi);
        self
    }

    /// All inputs, in the order of [`Key`].
    #[must_use]
    pub fn all(&self) -> &[Input] {
        &self.all
    }

    /// Inputs that the protocol leaves out and that are not the same for every tube.
    pub fn assumed(&self) -> impl Iterator<Item = &Input> {
        self.all.iter().filter(|i| !i.stated && i.lo != i.hi)
    }

    /// Every input at its median.
    #[must_use]
    pub fn median(&self) -> Draw {
        self.draw(|_| 0.0)
    }

    /// Every input at `z(index)` standard deviations.
    pub(crate) fn draw(&self, z: impl Fn(usize) -> f64) -> Draw {
        let mut d = [0.0; INPUTS];
        for (i, input) in self.all.iter().enumerate() {
            d[i] = input.at(z(i));
        }
        Draw(d)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::load_protocol;

    #[test]
    fn shares_end_at_the_whole_and_ends_are_in_order() {
        for (brake, layer, kind, spins) in [
            ("full", "upper_plasma", "plain", 1),
            ("full", "unstated", "plain", 1),
            ("off", "plasma", "gel_separator", 2),
            ("unstated", "plasma_and_buffy_coat", "buffy_coat_kit", 1),
        ] {
            let second = if spins == 2 { "[[spins]]\nrcf = 400\n" } else { "" };
            let text = format!(
                "[tube]\nkind = \"{kind}\"\n[[spins]]\nrcf = 200\nbrake = \"{brake}\"\n{second}[withdrawal]\nlayer = \"{layer}\"\n"
            );
            for i in Inputs::of(&load_protocol(&text).expect("valid")).all() {
                assert!(i.lo <= i.mid && i.mid <= i.hi, "{i:?}");
                if i.is_share() {
                    assert!(i.at(2.0) <= 1.0 && i.at(-2.0) >= 0.0, "{i:?}");
                }
            }
        }
    }
}
