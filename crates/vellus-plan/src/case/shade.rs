//! The keys of the shade: the lamps that a person lives under and the test dots that were read.

use std::path::PathBuf;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_light::spectrum::LampKind;
use vellus_light::{LightError, Skin};

use super::range::Checked;
use super::read::wrong;
use super::{Case, day};
use crate::error::PlanError;

/// A lamp that the person lives under.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LampKeys {
    /// Which.
    pub lamp: LampKind,
    /// How much of the time, in any unit; 0 to 1000. Left out: 1.
    #[serde(default)]
    pub weight: Option<f64>,
}

/// Healed test dots: read with an instrument (`lab` with `skin_lab`), or measured on a photograph with a grey card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestDotKeys {
    /// Name of the pigment, as in `site.pigments`. Left out: the first of them.
    #[serde(default)]
    pub pigment: Option<String>,
    /// Millilitres of water to one of pigment; 0 to 40.
    #[serde(default)]
    pub water_per_pigment: f64,
    /// The day they were set, at least 28 days before the case. Left out: two months before.
    #[serde(default, with = "day::option")]
    #[schemars(with = "Option<String>")]
    pub date: Option<Date>,
    /// Depth to which the needle was set, µm; 200 to 3000. Left out: 1000.
    #[serde(default)]
    pub set_depth_um: Option<f64>,
    /// Mean colour of a patch of dots, L*, a*, b* (D65), as an instrument reads it.
    #[serde(default)]
    pub lab: Option<[f64; 3]>,
    /// The same of the bare skin beside it. Left out: `skin.lab`.
    #[serde(default)]
    pub skin_lab: Option<[f64; 3]>,
    /// Dots within the opening of the instrument; 1 to 400.
    #[serde(default)]
    pub dots_in_opening: Option<f64>,
    /// Diameter of that opening, mm; 1 to 30.
    #[serde(default)]
    pub opening_mm: Option<f64>,
    /// Photograph (PNG or JPEG), relative to the case file.
    #[serde(default)]
    pub photo: Option<PathBuf>,
    /// Scale of the photograph, mm per pixel; 0.002 to 0.12.
    #[serde(default)]
    pub mm_per_pixel: Option<f64>,
    /// The grey card on it: left, top, width, height, pixels.
    #[serde(default)]
    pub grey: Option<[u32; 4]>,
    /// Reflectance of the card; 0.02 to 0.95. Left out: 0.18.
    #[serde(default)]
    pub grey_reflectance: Option<f64>,
    /// Bare skin on it: left, top, width, height, pixels.
    #[serde(default)]
    pub skin: Option<[u32; 4]>,
    /// Centres of the dots on it, pixels; they stand at least 1.25 mm apart.
    #[serde(default)]
    pub dots: Vec<[f64; 2]>,
}

/// Numbers of the keys with their ranges.
pub(super) fn numbers(case: &Case, out: &mut Vec<Checked>) {
    let mut check = |key: String, value: Option<f64>, least: f64, most: f64, hint: &'static str| {
        if let Some(value) = value {
            out.push(Checked { key, value, least, most, hint: hint.into() });
        }
    };
    let smp = &case.smp;
    const WATER: &str = "millilitres of water to one of pigment: 0 as it comes, 20 for the fairest hair";
    check("smp.water_per_pigment".into(), smp.water_per_pigment, 0.0, 40.0, WATER);
    for (i, l) in smp.lamps.iter().flatten().enumerate() {
        check(
            format!("smp.lamps[{i}].weight"),
            l.weight,
            0.0,
            1000.0,
            "a share of the time in any unit, such as hours",
        );
    }
    for (i, t) in smp.test_dots.iter().enumerate() {
        let key = |name: &str| format!("smp.test_dots[{i}].{name}");
        check(key("water_per_pigment"), Some(t.water_per_pigment), 0.0, 40.0, WATER);
        check(key("set_depth_um"), t.set_depth_um, 200.0, 3000.0, "write micrometres: 1 mm is 1000");
        check(
            key("dots_in_opening"),
            t.dots_in_opening,
            1.0,
            400.0,
            "count them in the opening of the instrument",
        );
        check(
            key("opening_mm"),
            t.opening_mm,
            1.0,
            30.0,
            "the diameter of the instrument's opening in millimetres",
        );
        check(
            key("mm_per_pixel"),
            t.mm_per_pixel,
            0.002,
            0.12,
            "lay a ruler beside the dots: 20 pixels to the millimetre is 0.05",
        );
        check(key("grey_reflectance"), t.grey_reflectance, 0.02, 0.95, "write a share: 18 % is 0.18");
        for (name, lab) in [("lab", t.lab), ("skin_lab", t.skin_lab)] {
            if let Some([l, a, b]) = lab {
                check(
                    key(&format!("{name}[0]")),
                    Some(l),
                    5.0,
                    85.0,
                    "L* of skin lies between about 20 and 75",
                );
                check(
                    key(&format!("{name}[1]")),
                    Some(a),
                    -15.0,
                    40.0,
                    "a* of skin lies between about 3 and 20",
                );
                check(
                    key(&format!("{name}[2]")),
                    Some(b),
                    -25.0,
                    45.0,
                    "b* of skin lies between about 8 and 28",
                );
            }
        }
    }
    for (i, p) in case.site.pigments.iter().enumerate() {
        for (name, value, least, most, hint) in p.numbers() {
            check(format!("site.pigments[{i}].{name}"), Some(value), least, most, hint);
        }
    }
}

/// What no single range says.
pub(super) fn check(case: &Case, text: &str) -> Result<(), PlanError> {
    if let Some(lamps) = &case.smp.lamps {
        let weight: f64 = lamps.iter().map(|l| l.weight.unwrap_or(1.0)).sum();
        if lamps.is_empty() || weight <= 0.0 {
            return Err(wrong(
                text,
                "smp.lamps",
                if lamps.is_empty() { "no lamp" } else { "lamps whose weights are all zero" },
                "at least one lamp with a weight above zero",
                "such as [[smp.lamps]] lamp = \"d65\"; leave the key out for daylight and room lamps",
            ));
        }
    }
    skin(text, "skin.lab", case.skin.lab)?;
    for (i, t) in case.smp.test_dots.iter().enumerate() {
        test_dots(case, text, t, &|name| format!("smp.test_dots[{i}].{name}"))?;
    }
    for (i, p) in case.site.pigments.iter().enumerate() {
        let rows = &p.absorption;
        let rising = rows.windows(2).all(|w| w[1][0] > w[0][0]);
        let within = rows.iter().all(|[nm, a]| (300.0..=1100.0).contains(nm) && (0.0..=1e9).contains(a));
        if !rows.is_empty() && (rows.len() < 3 || !rising || !within) {
            return Err(wrong(
                text,
                &format!("site.pigments[{i}].absorption"),
                format!("{} rows", rows.len()),
                "at least 3 rows of wavelength, rising from 300 to 1100 nm, and absorption, not negative",
                "such as [[400, 1.4], [550, 1.0], [700, 0.8]]",
            ));
        }
    }
    Ok(())
}

/// Refuses a colour that skin does not have.
fn skin(text: &str, key: &str, lab: Option<[f64; 3]>) -> Result<(), PlanError> {
    let Some(lab) = lab else { return Ok(()) };
    let allowed = match Skin::measured(lab) {
        Ok(_) => return Ok(()),
        Err(LightError::NotSkin { nearest: [l, a, b], difference, .. }) => {
            format!(
                "a colour that skin has; the nearest is [{l:.0}, {a:.0}, {b:.0}], ΔE₀₀ {difference:.0} away"
            )
        }
        Err(e) => e.to_string(),
    };
    Err(wrong(
        text,
        key,
        format!("{lab:?}"),
        allowed,
        "write L*, a*, b* under D65 as the instrument shows them, in this order; check its white tile",
    ))
}

fn test_dots(
    case: &Case,
    text: &str,
    t: &TestDotKeys,
    key: &dyn Fn(&str) -> String,
) -> Result<(), PlanError> {
    let missing = |name: &str, why: &str| {
        Err(wrong(
            text,
            &key(name),
            "left out",
            why.to_owned(),
            "docs/shade.md shows both kinds of test dots",
        ))
    };
    if t.lab.is_some() == t.photo.is_some() {
        return Err(wrong(
            text,
            &key("lab"),
            if t.lab.is_some() { "set together with photo" } else { "left out, and photo too" },
            "one of lab and photo",
            "enter what an instrument read of a patch of dots, or name a photograph with a grey card",
        ));
    }
    skin(text, &key("skin_lab"), t.skin_lab)?;
    if t.lab.is_some() {
        if t.skin_lab.is_none() && case.skin.lab.is_none() {
            return missing("skin_lab", "the bare skin beside the dots, or skin.lab");
        }
        if t.dots_in_opening.is_none() {
            return missing("dots_in_opening", "how many dots the instrument saw");
        }
        if t.opening_mm.is_none() {
            return missing("opening_mm", "the diameter of its opening");
        }
        return Ok(());
    }
    if t.mm_per_pixel.is_none() {
        return missing("mm_per_pixel", "the scale of the photograph");
    }
    if t.grey.is_none() {
        return missing("grey", "the rectangle of the grey card: [left, top, width, height]");
    }
    if t.skin.is_none() {
        return missing("skin", "a rectangle of bare skin: [left, top, width, height]");
    }
    if t.dots.is_empty() {
        return missing("dots", "the centres of the dots in pixels: [[x, y], …]");
    }
    Ok(())
}
