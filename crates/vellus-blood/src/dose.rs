//! How much PRP an area takes, how many tubes that is, and how much blood may be drawn for it.

use crate::error::{BloodError, within};
use crate::preparation::Preparation;
use crate::protocol::Protocol;
use serde::Serialize;
use vellus_units::{Cm2, Millilitres};

/// Volume per area of scalp that the IADVL recommends, mL/cm²: 0.05 to 0.1 (IADVL task force on
/// PRP in androgenetic alopecia, abstract).
pub const VOLUME_PER_CM2: (f64, f64) = (0.05, 0.10);
/// Platelets that the IADVL recommends, 10³/µL: 1 to 1.5 million per µL (same source).
pub const WANTED_K_PER_UL: (f64, f64) = (1000.0, 1500.0);
/// Blood that may be drawn at once from a healthy adult without further precaution, mL
/// (Partners Human Research Committee).
pub const DRAW_AT_ONCE_ML: f64 = 200.0;
/// Blood per body mass, mL/kg, that may be drawn within eight weeks from adults who are not known to
/// be healthy, and the most in all, mL (US 45 CFR 46.110, expedited review, category 2b).
pub const DRAW_UNWELL: (f64, f64) = (3.0, 50.0);
/// Blood that may be drawn within eight weeks from a healthy adult of at least 50 kg, mL (same,
/// category 2a); monthly sessions are two in eight weeks.
pub const DRAW_EIGHT_WEEKS_ML: f64 = 550.0;

/// The largest draw in one of several monthly sessions, mL: for a healthy adult of at least 50 kg the
/// least of [`DRAW_AT_ONCE_ML`], half of [`DRAW_EIGHT_WEEKS_ML`] and 3 mL/kg; otherwise half of what
/// [`DRAW_UNWELL`] allows in eight weeks. These are limits of research ethics, used for want of others;
/// a doctor decides, not this number.
#[must_use]
pub fn draw_limit_ml(body_mass_kg: f64, healthy: bool) -> Millilitres {
    let (per_kg, unwell) = DRAW_UNWELL;
    Millilitres(if healthy && body_mass_kg >= 50.0 {
        DRAW_AT_ONCE_ML.min(0.5 * DRAW_EIGHT_WEEKS_ML).min(per_kg * body_mass_kg)
    } else {
        0.5 * unwell.min(per_kg * body_mass_kg)
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

/// The smallest number of tubes whose median volume gives `ml_per_cm2` over an area, beside the
/// `limit` of one draw ([`draw_limit_ml`]).
///
/// # Errors
/// When the protocol is not valid or a number is out of range.
pub fn tubes_for(
    protocol: &Protocol,
    preparation: &Preparation,
    area: Cm2,
    ml_per_cm2: f64,
    limit: Millilitres,
) -> Result<Tubes, BloodError> {
    protocol.validate()?;
    within("area_cm2", area.0, "cm²", 1.0, 1000.0, "a whole scalp is about 500 cm²")?;
    within("ml_per_cm2", ml_per_cm2, "mL/cm²", 0.005, 1.0, "0.05 to 0.1 is recommended")?;
    let tubes = (area.0 * ml_per_cm2 / preparation.volume_ml.median.max(1e-3)).ceil().max(1.0);
    let blood_ml = tubes * protocol.blood_per_tube().0;
    let limit_ml = limit.0;
    Ok(Tubes { tubes: tubes as u32, blood_ml, limit_ml, one_draw_is_enough: blood_ml <= limit_ml })
}
