//! From preparations to a dose on an area of skin, and back to tubes and settings.

use crate::device::{Spin, rpm_from_rcf};
use crate::error::{BloodError, within};
use crate::inputs::{Inputs, Key};
use crate::preparation::{Estimate, Preparation, prepare};
use crate::process;
use crate::protocol::Protocol;
use rayon::prelude::*;
use serde::Serialize;
use vellus_units::{Cm2, Millilitres, Millimetres, Minutes, Rcf, Rpm, ThousandsPerUl};

/// Volume per area of scalp that the IADVL recommends, mL/cm²: 0.05 to 0.1 (IADVL task force on
/// PRP in androgenetic alopecia, abstract).
pub const VOLUME_PER_CM2: (f64, f64) = (0.05, 0.10);
/// Platelets that the IADVL recommends, 10³/µL: 1 to 1.5 million per µL (same source).
pub const WANTED_K_PER_UL: (f64, f64) = (1000.0, 1500.0);
/// Largest share of a person's blood drawn in one session; an assumption in the spirit of
/// research-ethics rules for adults, well below a donation (450 to 500 mL, about 10 %).
pub const DRAW_SHARE: f64 = 0.025;
/// Blood per body mass of an adult, mL/kg; an assumption (textbook 65 to 75).
pub const BLOOD_ML_PER_KG: f64 = 70.0;

/// The largest draw in one session that the assumptions [`DRAW_SHARE`] and [`BLOOD_ML_PER_KG`]
/// allow, mL. A doctor decides, not this number.
#[must_use]
pub fn draw_limit_ml(body_mass_kg: f64) -> Millilitres {
    Millilitres(DRAW_SHARE * BLOOD_ML_PER_KG * body_mass_kg)
}

/// What reaches the skin in one session.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Dose {
    /// Treated area, cm².
    pub area: Cm2,
    /// Tubes that were spun.
    pub tubes: u32,
    /// Platelets per area, 10⁶/cm².
    pub platelets_per_cm2: Estimate,
    /// Volume per area, mL/cm².
    pub ml_per_cm2: Estimate,
    /// Platelets in all, 10⁹.
    pub total: Estimate,
    /// Volume in all, mL.
    pub volume_ml: Estimate,
    /// Whether the median volume reaches the lower end of [`VOLUME_PER_CM2`].
    pub volume_is_enough: bool,
    /// Whether the median count reaches the lower end of [`WANTED_K_PER_UL`].
    pub count_is_enough: bool,
}

/// The dose of `tubes` tubes spread evenly over an area.
///
/// # Errors
/// When the area (1 to 1000 cm²) or the number of tubes (1 to 60) is out of range.
pub fn dose(preparation: &Preparation, tubes: u32, area: Cm2) -> Result<Dose, BloodError> {
    within("area_cm2", area.0, "cm²", 1.0, 1000.0, "a whole scalp is about 500 cm²")?;
    within("tubes", f64::from(tubes), "", 1.0, 60.0, "give the number of tubes that are spun")?;
    let n = f64::from(tubes);
    let total = preparation.platelets_total.times(n);
    let volume_ml = preparation.volume_ml.times(n);
    let ml_per_cm2 = volume_ml.times(1.0 / area.0);
    Ok(Dose {
        area,
        tubes,
        platelets_per_cm2: total.times(1000.0 / area.0),
        ml_per_cm2,
        total,
        volume_ml,
        volume_is_enough: ml_per_cm2.median >= VOLUME_PER_CM2.0,
        count_is_enough: preparation.platelets_per_ul.median >= WANTED_K_PER_UL.0,
    })
}

/// Tubes for an area, and whether they may be drawn at once.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tubes {
    /// Smallest number whose median volume is enough.
    pub tubes: u32,
    /// Blood to draw, mL.
    pub blood_ml: f64,
    /// The limit of one session, mL.
    pub limit_ml: f64,
    /// Whether one session is enough.
    pub one_draw_is_enough: bool,
}

/// The smallest number of tubes whose median volume gives `ml_per_cm2` over an area.
///
/// # Errors
/// When the protocol is not valid or a number is out of range.
pub fn tubes_for(
    protocol: &Protocol,
    preparation: &Preparation,
    area: Cm2,
    ml_per_cm2: f64,
    body_mass_kg: f64,
) -> Result<Tubes, BloodError> {
    protocol.validate()?;
    within("area_cm2", area.0, "cm²", 1.0, 1000.0, "a whole scalp is about 500 cm²")?;
    within("ml_per_cm2", ml_per_cm2, "mL/cm²", 0.005, 1.0, "0.05 to 0.1 is recommended")?;
    within("body_mass_kg", body_mass_kg, "kg", 30.0, 300.0, "the mass is in kilograms")?;
    let tubes = (area.0 * ml_per_cm2 / preparation.volume_ml.median.max(1e-3)).ceil().max(1.0);
    let blood_ml = tubes * Inputs::of(protocol).median().get(Key::BloodMl);
    let limit_ml = draw_limit_ml(body_mass_kg).0;
    Ok(Tubes { tubes: tubes as u32, blood_ml, limit_ml, one_draw_is_enough: blood_ml <= limit_ml })
}

/// Settings of the first spin and, after two spins, the final volume.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// RCF of the first spin at the bottom of the tube.
    pub rcf: Rcf,
    /// The same as a speed, at the rotor's radius (or its assumed median).
    pub rpm: Rpm,
    /// Minutes of the first spin.
    pub minutes: Minutes,
    /// Final volume after two spins, mL.
    pub final_volume_ml: Option<Millilitres>,
    /// The preparation with these settings.
    pub preparation: Preparation,
    /// Whether its median reaches what was wanted; otherwise these settings come closest.
    pub reached: bool,
}

/// RCF and minutes that are tried; the span of the published protocols.
const TRIED_RCF: [f64; 8] = [70.0, 100.0, 150.0, 200.0, 300.0, 450.0, 700.0, 1000.0];
const TRIED_MINUTES: [f64; 5] = [4.0, 6.0, 9.0, 12.0, 15.0];
/// Grid cells of the search.
const SEARCH_CELLS: usize = 40;

/// The final volume at which the run with median inputs has this count: recovery rises with the
/// volume kept, the count falls.
fn volume_for(protocol: &Protocol, k_per_ul: f64, blood_ml: f64) -> f64 {
    let at = |v: f64| {
        let mut p = protocol.clone();
        p.withdrawal.final_fraction = None;
        p.withdrawal.final_volume_ml = Some(Millilitres(v));
        process::run(&p, &Inputs::of(&p).median(), SEARCH_CELLS, 0, &mut Vec::new()).platelets_k_per_ul
    };
    let (mut lo, mut hi) = ((0.01 * blood_ml).max(0.05), (0.6 * blood_ml).max(0.06));
    for _ in 0..12 {
        let v = 0.5 * (lo + hi);
        if at(v) >= k_per_ul { lo = v } else { hi = v }
    }
    lo
}

/// Looks for the first spin that loses the fewest platelets, and then for the largest final volume
/// (two spins) that still reaches `wanted`. After one spin, the gentlest setting that reaches
/// `wanted`, else the one with the highest count. Tube, blood, rotor and withdrawal stay.
///
/// # Errors
/// When the protocol is not valid or `wanted` is out of range (50 to 5000·10³/µL).
pub fn inverse(protocol: &Protocol, wanted: ThousandsPerUl, seed: u64) -> Result<Settings, BloodError> {
    protocol.validate()?;
    within("wanted", wanted.0, "×10³/µL", 50.0, 5000.0, "the count is in thousands per µL")?;
    let two = protocol.spins.len() == 2;
    let with = |g: f64, min: f64| {
        let mut p = protocol.clone();
        let old = p.spins[0];
        p.spins[0] =
            Spin { brake: old.brake, temperature_c: old.temperature_c, ..Spin::at_rcf(Rcf(g), Minutes(min)) };
        p
    };
    let tried: Vec<(f64, f64, process::Outcome)> = TRIED_RCF
        .iter()
        .flat_map(|&g| TRIED_MINUTES.iter().map(move |&t| (g, t)))
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(g, t)| {
            let p = with(g, t);
            (g, t, process::run(&p, &Inputs::of(&p).median(), SEARCH_CELLS, 0, &mut Vec::new()))
        })
        .collect();
    let count = |o: &process::Outcome| o.platelets_k_per_ul;
    let best = if two {
        tried.iter().max_by(|a, b| a.2.recovery.total_cmp(&b.2.recovery))
    } else {
        tried
            .iter()
            .filter(|x| count(&x.2) >= wanted.0)
            .min_by(|a, b| (a.0 * a.1).total_cmp(&(b.0 * b.1)))
            .or_else(|| tried.iter().max_by(|a, b| count(&a.2).total_cmp(&count(&b.2))))
    };
    let (g, t, first) = best.copied().unwrap_or((200.0, 10.0, process::Outcome::default()));
    let mut chosen = with(g, t);
    let mut final_volume_ml = None;
    if two {
        let blood = Inputs::of(protocol).median().get(Key::BloodMl);
        // The median of the ensemble is not the run at the medians: aim again by what is missing.
        let mut aim = wanted.0;
        for _ in 0..3 {
            let v = volume_for(&chosen, aim, blood);
            chosen.withdrawal.final_fraction = None;
            chosen.withdrawal.final_volume_ml = Some(Millilitres(v));
            final_volume_ml = chosen.withdrawal.final_volume_ml;
            let got = prepare(&chosen, seed)?.platelets_per_ul.median;
            aim *= (wanted.0 / got.max(1.0)).clamp(0.5, 2.0);
        }
    }
    let preparation = prepare(&chosen, seed)?;
    let radius = Inputs::of(protocol).median().get(Key::RadiusMax);
    // The search is coarse: five per cent short counts as reached.
    let reached = preparation.platelets_per_ul.median >= 0.95 * wanted.0 && first.volume_ml > 0.0;
    Ok(Settings {
        rcf: Rcf(g),
        rpm: rpm_from_rcf(Millimetres(radius), Rcf(g)),
        minutes: Minutes(t),
        final_volume_ml,
        preparation,
        reached,
    })
}
