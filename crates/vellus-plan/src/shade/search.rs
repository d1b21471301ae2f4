//! Every dilution at every depth.

use std::path::Path;

use jiff::civil::Date;
use rayon::prelude::*;
use vellus_light::colour::{ciede2000, srgb_from_linear};
use vellus_light::see::{Viewing, appearance};
use vellus_light::shade::{Arrangement, Calibration, Difference, Factors, Field, difference};
use vellus_light::spectrum::{Adaptation, Lamp, fit_in_gamut};
use vellus_pigment::Ink;
use vellus_pigment::ageing::{HEALED_DAYS, depth_rate};
use vellus_pigment::dots::{DEPOSIT_DEPTH_UM, healed_um};
use vellus_units::maths::quantile;
use vellus_units::random::{Key, Purpose};

use super::answer::{AGES, Alternative, Choice, DISTANCES, LampRow, ShadeAnswer, ShadeYear, SkinUnderLamp};
use super::dot::{Recipe, mean_dot, set_depth_um};
use super::setting::{Bottle, Setting};
use super::{test_dots, words};
use crate::case::Case;
use crate::error::PlanError;
use crate::outcome::Band;
use crate::person::Person;

/// Dilutions that are tried, mL of water to one of pigment.
pub const WATERS: [f64; 18] =
    [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0];
/// Depths of the deposit that are tried, µm: from just below the epidermis to mid dermis.
pub const DEPTHS_UM: [f64; 12] =
    [160.0, 180.0, 200.0, 220.0, 240.0, 260.0, 280.0, 300.0, 330.0, 360.0, 400.0, 450.0];
/// Candidates whose cost is above the best by no more than this, in units of what half of the people see, are ties
/// (assumption: a fifth of what can be seen at all).
pub const TIE: f64 = 0.2;
/// How many futures make a band.
const DRAWS: u64 = 96;
/// Log-spread of the rate of fading between people (assumption, as among possible responses).
const BETWEEN_PEOPLE: f64 = 0.35;
/// Log-spread of the optics' own error in the area of a dot (assumption, as in the calibration).
const OPTICS_SPREAD: f64 = 0.15;

/// One pigment with what is known of it.
struct Known<'a> {
    bottle: &'a Bottle,
    calibration: Calibration,
}

/// Finds the shade for a case. `clock` is the calendar day to use when the case names none; `folder` that of the case.
///
/// # Errors
/// A pigment without strength, test dots that cannot be used, a colour that skin cannot have.
pub fn find(case: &Case, folder: &Path, clock: Date) -> Result<ShadeAnswer, PlanError> {
    let person = Person::from_case(case, clock);
    let setting = Setting::new(case, &person)?;
    let mut read_notes = Vec::new();
    let mut known = Vec::new();
    for (i, bottle) in setting.bottles.iter().enumerate() {
        let (reads, notes) = test_dots::read(case, &person, folder, bottle, i == 0)?;
        read_notes.extend(notes);
        let calibration = test_dots::learn(&setting, &person, bottle, &reads)?;
        known.push(Known { bottle, calibration });
    }
    let own: Vec<Field> = AGES.iter().map(|(years, _, _)| setting.own_hair(&person, *years)).collect();
    let grid: Vec<(usize, f64, f64)> = (0..known.len())
        .flat_map(|k| WATERS.iter().flat_map(move |w| DEPTHS_UM.iter().map(move |d| (k, *w, *d))))
        .collect();
    let choices: Vec<(usize, Choice)> = grid
        .par_iter()
        .map(|(k, water, depth)| (*k, judge(&setting, &person, &own, &known[*k], *water, *depth)))
        .collect();
    let least = choices.iter().map(|c| c.1.cost).fold(f64::INFINITY, f64::min);
    // Of the ties the shallower and lighter one.
    let order = |c: &Choice| c.deposit_depth_um / DEPOSIT_DEPTH_UM.0 + c.strength;
    let Some((at, best)) = choices
        .iter()
        .filter(|c| c.1.cost <= least + TIE)
        .min_by(|a, b| order(&a.1).total_cmp(&order(&b.1)).then(a.1.cost.total_cmp(&b.1.cost)))
        .cloned()
    else {
        return Err(PlanError::NothingToPlan { reason: "no dilution at any depth could be judged".into() });
    };
    let ties = choices.iter().filter(|c| c.1.cost <= least + TIE).count();
    let mine = &known[at];
    let years = over_the_years(&setting, &person, &own, mine, &best)?;
    let alternatives = alternatives(&setting, &person, &own, &known, at, &best);
    let skin = setting
        .lamps
        .iter()
        .map(|l| SkinUnderLamp {
            lamp: l.name.clone(),
            weight: l.weight,
            lab: setting.bare().lab(&l.lamp),
            srgb: swatch(&l.lamp, &setting.bare()),
        })
        .collect();
    let mut answer = ShadeAnswer {
        label: person.label.clone(),
        today: person.today,
        program: env!("CARGO_PKG_VERSION").into(),
        skin_lab: person.skin.lab,
        skin_ita_degrees: person.skin.ita_degrees(),
        skin,
        hair: person.hair_tone,
        grey_share: person.grey_share,
        fringe_per_cm2: setting.fringe_per_cm2,
        calibre_um: setting.calibre_um,
        stub_mm: setting.stub_mm,
        school: person.smp.school,
        best,
        reasons: Vec::new(),
        alternatives,
        years,
        warnings: Vec::new(),
        calibration: mine.calibration,
        test_dots: read_notes,
        assumptions: setting.assumptions.clone(),
        limits: words::limits(),
    };
    answer.reasons = words::reasons(&answer, ties);
    answer.warnings = words::warnings(&answer, person.smp.density_per_cm2.is_some());
    Ok(answer)
}

fn needle_mm(person: &Person) -> f64 {
    person.needles.first().map_or(0.2, |n| n.diameter_mm)
}

fn recipe<'a>(person: &Person, bottle: &'a Bottle, water: f64, depth_um: f64) -> Recipe<'a> {
    let strength = Ink { water_per_pigment: water, ..Ink::default() }.strength();
    Recipe { pigment: &bottle.optics, strength, depth_um, needle_mm: needle_mm(person) }
}

/// The work at an age, as a field.
fn work(
    setting: &Setting,
    recipe: &Recipe<'_>,
    factors: Factors,
    years: f64,
    rate: f64,
    per_cm2: f64,
) -> Field {
    let dot = mean_dot(setting.light(), recipe, factors, 365.25 * years, rate);
    Field::of_absorbers(setting.light(), &dot, Arrangement { per_cm2, in_a_unit: 1.0 })
}

/// What comes of a dilution and a depth.
fn judge(
    setting: &Setting,
    person: &Person,
    own: &[Field],
    known: &Known<'_>,
    water: f64,
    depth_um: f64,
) -> Choice {
    let r = recipe(person, known.bottle, water, depth_um);
    let factors = known.calibration.best;
    let rate = person.smp.sun.rate();
    // As a plan counts: a healed dot that has not faded, against today's hair.
    let whole_rate = rate * depth_rate(depth_um);
    let healed = mean_dot(setting.light(), &r, factors, HEALED_DAYS, rate);
    let left = vellus_pigment::ageing::tone_left(HEALED_DAYS, whole_rate).max(1e-6);
    let dot_mm2 = healed.luminance_mm2(setting.light().reflectance()) / left;
    let matching = setting.matching_per_cm2(&own[0], dot_mm2);
    let per_cm2 = person.smp.density_per_cm2.unwrap_or_else(|| person.smp.school.full_per_cm2(matching));
    let mut cost = 0.0;
    let mut after_a_year: Option<[Difference; 2]> = None;
    for ((years, label, weight), hair) in AGES.iter().zip(own) {
        let f = work(setting, &r, factors, *years, rate, per_cm2);
        let d = [Viewing::CONVERSATION, Viewing::CLOSE].map(|v| difference(&f, hair, &setting.lamps, v));
        cost += weight * (DISTANCES[0] * d[0].cost + DISTANCES[1] * d[1].cost);
        if *label == "1 year" {
            after_a_year = Some(d);
        }
    }
    let none = Difference { tone_de00: 0.0, lightness: 0.0, blue_yellow: 0.0, texture_jnd: 0.0, cost: 0.0 };
    let [conversation, close_up] = after_a_year.unwrap_or([none; 2]);
    Choice {
        pigment: known.bottle.record.name.clone(),
        water_per_pigment: water,
        strength: r.strength,
        deposit_depth_um: depth_um,
        set_depth_um: set_depth_um(depth_um),
        healed_um: healed_um(depth_um, r.needle_mm),
        dots_per_cm2: per_cm2,
        matching_per_cm2: matching,
        cost,
        conversation,
        close_up,
    }
}

/// The work of a choice at every age, with bands.
fn over_the_years(
    setting: &Setting,
    person: &Person,
    own: &[Field],
    known: &Known<'_>,
    best: &Choice,
) -> Result<Vec<ShadeYear>, PlanError> {
    let r = recipe(person, known.bottle, best.water_per_pigment, best.deposit_depth_um);
    let sun = person.smp.sun.rate();
    let d65 = Lamp::d65();
    let draws: Vec<(Factors, f64, f64)> = (0..DRAWS)
        .map(|i| {
            let mut s = Key::new(0, 0).stream(Purpose::Response, i);
            let factors = known.calibration.draw(s.normal(), s.normal());
            (factors, s.lognormal(sun, BETWEEN_PEOPLE), s.lognormal(1.0, OPTICS_SPREAD))
        })
        .collect();
    let bare = setting.bare().lab(d65);
    AGES.iter()
        .zip(own)
        .map(|((years, label, _), hair)| {
            let own_lab = hair.lab(d65);
            let per_cm2 = best.dots_per_cm2;
            let middle = work(setting, &r, known.calibration.best, *years, sun, per_cm2);
            let drawn: Vec<[f64; 6]> = draws
                .par_iter()
                .map(|(factors, rate, optics)| {
                    // An error of the optics in the area is one of the number of dots.
                    let lab = work(setting, &r, *factors, *years, *rate, per_cm2 * optics).lab(d65);
                    [
                        lab[0],
                        lab[1],
                        lab[2],
                        ciede2000(lab, own_lab),
                        lab[0] - own_lab[0],
                        lab[2] - own_lab[2],
                    ]
                })
                .collect();
            let lab = middle.lab(d65);
            let middles =
                [lab[0], lab[1], lab[2], ciede2000(lab, own_lab), lab[0] - own_lab[0], lab[2] - own_lab[2]];
            let band = |k: usize| {
                let mut v: Vec<f64> = drawn.iter().map(|d| d[k]).collect();
                let (lo, hi) = (quantile(&mut v, 0.1), quantile(&mut v, 0.9));
                // The most likely course may lie outside the middle of skewed draws, never outside the band.
                Band { lo: lo.min(middles[k]), median: middles[k], hi: hi.max(middles[k]) }
            };
            let lamps = setting
                .lamps
                .iter()
                .map(|l| {
                    let (dots_lab, own_lab) = (middle.lab(&l.lamp), hair.lab(&l.lamp));
                    LampRow {
                        lamp: l.name.clone(),
                        weight: l.weight,
                        dots_lab,
                        own_lab,
                        de00: ciede2000(dots_lab, own_lab),
                        dots_srgb: swatch(&l.lamp, &middle),
                        own_srgb: swatch(&l.lamp, hair),
                    }
                })
                .collect();
            let texture = |v: Viewing| difference(&middle, hair, &setting.lamps, v).texture_jnd;
            Ok(ShadeYear {
                label: (*label).into(),
                years: *years,
                dots_lab: [band(0), band(1), band(2)],
                own_lab,
                de00: band(3),
                lightness: band(4),
                blue_yellow: band(5),
                texture_jnd: texture(Viewing::CONVERSATION),
                texture_close_jnd: texture(Viewing::CLOSE),
                lamps,
                appearance: appearance(lab, bare)?,
            })
        })
        .collect()
}

/// What else could be done, and what it would cost.
fn alternatives(
    setting: &Setting,
    person: &Person,
    own: &[Field],
    known: &[Known<'_>],
    at: usize,
    best: &Choice,
) -> Vec<Alternative> {
    let mut out = Vec::new();
    let mut add = |what: String, k: usize, water: f64, depth: f64| {
        let choice = judge(setting, person, own, &known[k], water, depth);
        out.push(Alternative { what, choice });
    };
    let (water, depth) = (best.water_per_pigment, best.deposit_depth_um);
    add("as a plan has it now".into(), 0, person.ink().water_per_pigment, DEPOSIT_DEPTH_UM.0);
    add("0.1 mm deeper".into(), at, water, depth + 100.0);
    if water > 0.0 {
        add("undiluted".into(), at, 0.0, depth);
    }
    add("twice the water".into(), at, (2.0 * water + if water < 0.5 { 2.0 } else { 0.0 }).min(40.0), depth);
    for (k, other) in known.iter().enumerate().filter(|(k, _)| *k != at) {
        // The other bottles at their own best.
        let found = WATERS
            .iter()
            .flat_map(|w| DEPTHS_UM.iter().map(move |d| (*w, *d)))
            .map(|(w, d)| judge(setting, person, own, other, w, d))
            .min_by(|a, b| a.cost.total_cmp(&b.cost));
        if let Some(choice) = found {
            add(
                format!("the best of {}", other.bottle.record.name),
                k,
                choice.water_per_pigment,
                choice.deposit_depth_um,
            );
        }
    }
    out
}

/// Colour of a field under a lamp as a screen shows it to an eye adapted to that lamp.
fn swatch(lamp: &Lamp, field: &Field) -> [u8; 3] {
    let rgb = fit_in_gamut(lamp.linear_srgb(&field.reflectance, Adaptation::Cat16)).linear;
    rgb.map(|v| (255.0 * srgb_from_linear(v.clamp(0.0, 1.0)) + 0.5) as u8)
}
