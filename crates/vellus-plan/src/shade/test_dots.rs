//! Healed test dots: read, and what they say of a pigment in this skin.

use std::path::Path;

use vellus_light::colour::ciede2000;
use vellus_light::shade::{
    Arrangement, Calibration, Factors, Field, Predicted, Prior, Reading, ShadeOptics, TestPhoto, calibrate,
    read_photo,
};
use vellus_light::spectrum::{Adaptation, Lamp, Spectrum};
use vellus_pigment::Ink;
use vellus_pigment::ageing::HEALED_DAYS;
use vellus_pigment::dots::SET_DEPTH_UM;

use super::dot::{Recipe, deposit_depth_um, mean_dot};
use super::setting::{Bottle, Setting};
use crate::case::{Case, TestDotKeys};
use crate::error::PlanError;
use crate::person::Person;
use crate::schedule::days_between;

/// Age of test dots whose day is not said, days.
const USUAL_AGE_DAYS: f64 = 60.0;
/// Standard error of an instrument in a mean colour of a patch (assumption: placing it anew).
const INSTRUMENT_SD: f64 = 1.0;
/// Largest photograph that is read, bytes.
const LARGEST_PHOTO: u64 = 64 << 20;
/// Difference between skin on a photograph and the skin of the case from which it is worth a word, ΔE₀₀.
const SKIN_DIFFERS: f64 = 6.0;

/// One entry, read.
#[derive(Clone, Debug)]
pub struct Read {
    reading: Reading,
    strength: f64,
    depth_um: f64,
    days: f64,
    per_cm2: f64,
}

/// Reads the test dots of one pigment.
///
/// Also returns what a reader should know, in words.
///
/// # Errors
/// [`PlanError::Read`] or [`PlanError::Value`] for a photograph that cannot be used, and for dots that have not healed.
pub fn read(
    case: &Case,
    person: &Person,
    folder: &Path,
    bottle: &Bottle,
    first: bool,
) -> Result<(Vec<Read>, Vec<String>), PlanError> {
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    for (i, t) in case.smp.test_dots.iter().enumerate() {
        let mine = t
            .pigment
            .as_ref()
            .map_or(first, |name| name.trim().eq_ignore_ascii_case(bottle.record.name.trim()));
        if mine {
            out.push(entry(case, person, folder, i, t, &mut notes)?);
        }
    }
    Ok((out, notes))
}

fn entry(
    case: &Case,
    person: &Person,
    folder: &Path,
    i: usize,
    t: &TestDotKeys,
    notes: &mut Vec<String>,
) -> Result<Read, PlanError> {
    let key = |name: &str| format!("smp.test_dots[{i}].{name}");
    let value = |name: &str, value: String, allowed: &str, hint: String| PlanError::Value {
        key: key(name),
        line: None,
        value,
        allowed: allowed.into(),
        hint,
    };
    let days = t.date.map_or(USUAL_AGE_DAYS, |d| days_between(d, person.today));
    if days < HEALED_DAYS {
        return Err(value(
            "date",
            t.date.map(|d| d.to_string()).unwrap_or_default(),
            "at least 28 days before the day of the case",
            "fresh dots are darker than healed ones: read them again when they have healed".into(),
        ));
    }
    let (reading, per_cm2) = match (&t.photo, t.lab) {
        (Some(photo), _) => {
            let path = folder.join(photo);
            let size = std::fs::metadata(&path).map_err(|e| PlanError::read(&path, &e))?.len();
            if size > LARGEST_PHOTO {
                return Err(value(
                    "photo",
                    format!("a file of {size} bytes"),
                    "at most 64 MiB",
                    "export it smaller".into(),
                ));
            }
            let bytes = std::fs::read(&path).map_err(|e| PlanError::read(&path, &e))?;
            let what = TestPhoto {
                grey: t.grey.unwrap_or_default(),
                grey_reflectance: t.grey_reflectance.unwrap_or(0.18),
                skin: t.skin.unwrap_or_default(),
                dots: t.dots.clone(),
                mm_per_pixel: t.mm_per_pixel.unwrap_or_default(),
            };
            let r = read_photo(&bytes, &what).map_err(|e| {
                value(
                    "photo",
                    photo.display().to_string(),
                    "a photograph that can be measured",
                    e.to_string(),
                )
            })?;
            notes.push(format!(
                "{}: {} dots measured, skin L* {:.0} a* {:.0} b* {:.0}.",
                photo.display(),
                r.dots,
                r.skin_lab[0],
                r.skin_lab[1],
                r.skin_lab[2]
            ));
            notes.extend(r.left_out.iter().map(|l| format!("{}: left out {l}.", photo.display())));
            let differs = ciede2000(r.skin_lab, person.skin.lab);
            if differs > SKIN_DIFFERS {
                notes.push(format!(
                    "{}: the skin on it differs from that of the case by ΔE₀₀ {differs:.0}; check the grey card and the light on it.",
                    photo.display()
                ));
            }
            (Reading::Area { area_mm2: r.area_mm2, sd_log: r.sd_log }, 0.0)
        }
        (None, lab) => {
            let skin = t.skin_lab.or(case.skin.lab).unwrap_or(person.skin.lab);
            let lab = lab.unwrap_or(skin);
            let difference = std::array::from_fn(|c| lab[c] - skin[c]);
            let opening = t.opening_mm.unwrap_or(8.0);
            let area_cm2 = std::f64::consts::PI * opening * opening / 400.0;
            (Reading::Colour { difference, sd: INSTRUMENT_SD }, t.dots_in_opening.unwrap_or(1.0) / area_cm2)
        }
    };
    let ink = Ink { water_per_pigment: t.water_per_pigment, ..Ink::default() };
    let depth_um = deposit_depth_um(t.set_depth_um.unwrap_or(SET_DEPTH_UM));
    Ok(Read { reading, strength: ink.strength(), depth_um, days, per_cm2 })
}

/// What the readings say of this pigment in this skin.
///
/// # Errors
/// Readings that are not possible.
pub fn learn(
    setting: &Setting,
    person: &Person,
    bottle: &Bottle,
    reads: &[Read],
) -> Result<Calibration, PlanError> {
    let rate = person.smp.sun.rate();
    let needle_mm = person.needles.first().map_or(0.2, |n| n.diameter_mm);
    let skin = setting.bare().lab(Lamp::d65());
    let readings: Vec<Reading> = reads.iter().map(|r| r.reading).collect();
    let predict = |i: usize, f: Factors| {
        let r = &reads[i];
        let recipe =
            Recipe { pigment: &bottle.optics, strength: r.strength, depth_um: r.depth_um, needle_mm };
        let dot = mean_dot(setting.light(), &recipe, f, r.days, rate);
        match r.reading {
            Reading::Colour { .. } => {
                let arrangement = Arrangement { per_cm2: r.per_cm2, in_a_unit: 1.0 };
                let lab = Field::of_absorbers(setting.light(), &dot, arrangement).lab(Lamp::d65());
                Predicted::Colour(std::array::from_fn(|c| lab[c] - skin[c]))
            }
            Reading::Area { .. } => Predicted::Area(camera_area(setting.light(), &dot.area_mm2())),
        }
    };
    Ok(calibrate(&Prior::default(), &readings, &predict)?)
}

/// Area of a dot in the channels of a camera that sees as sRGB, mm²: the light that is missing over the light of skin.
fn camera_area(light: &dyn ShadeOptics, area_mm2: &Spectrum) -> [f64; 3] {
    let lamp = Lamp::d65();
    let skin = lamp.linear_srgb(light.reflectance(), Adaptation::None);
    let missing = lamp.linear_srgb(&(*light.reflectance() * *area_mm2), Adaptation::None);
    std::array::from_fn(|c| (missing[c] / skin[c].max(1e-6)).max(1e-6))
}
