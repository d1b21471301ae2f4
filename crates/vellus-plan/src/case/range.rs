//! Which values a key may have, in one place: the reader checks against it, its messages quote it.

use std::borrow::Cow;

use vellus_blood::count_hint;

use super::Case;

/// More hairs per cm² than a scalp can have: twice the greatest published mean of a group (233,
/// Loussouarn 2016), rounded up. *Assumption*: no person has more.
const MOST_HAIRS_PER_CM2: f64 = 500.0;

/// What was likely meant by more than that.
const TOO_DENSE: &str = "the greatest published mean of a group is 233 hairs per cm² (Loussouarn 2016); divide a count per square inch by 6.45, and write hairs, not follicular units multiplied twice by the hairs in each";

/// A numeric key with what it may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Path of the key, such as `person.age_years` or `goals[0].visible_percent_of_fringe`.
    pub key: String,
    /// Its value.
    pub value: f64,
    /// Least value allowed.
    pub least: f64,
    /// Greatest value allowed.
    pub most: f64,
    /// What a reader most likely meant when it is outside.
    pub hint: Cow<'static, str>,
}

/// Every number of a case that has a range.
#[must_use]
pub fn numbers(case: &Case) -> Vec<Checked> {
    let mut out = Vec::new();
    let mut check = |key: String, value: Option<f64>, least: f64, most: f64, hint: &'static str| {
        if let Some(value) = value {
            out.push(Checked { key, value, least, most, hint: hint.into() });
        }
    };
    let p = &case.person;
    check("person.age_years".into(), Some(p.age_years), 18.0, 95.0, "this program plans for adults");
    check("person.weight_kg".into(), p.weight_kg, 35.0, 250.0, "write kilograms");
    for (name, days) in &case.site.waits_days {
        check(format!("site.waits_days.{name}"), Some(*days), 0.0, 730.0, "write days: six weeks are 42");
    }
    let h = &case.head;
    const CM: &str = "write millimetres: 56 cm is 560";
    check("head.circumference_mm".into(), h.circumference_mm, 470.0, 680.0, CM);
    check("head.length_mm".into(), h.length_mm, 150.0, 240.0, "write millimetres: 19.5 cm is 195");
    check("head.breadth_mm".into(), h.breadth_mm, 115.0, 190.0, "write millimetres: 15.4 cm is 154");
    check(
        "head.bitragion_coronal_arc_mm".into(),
        h.bitragion_coronal_arc_mm,
        290.0,
        430.0,
        "write millimetres, by tape from one ear over the top to the other",
    );
    check(
        "head.forehead_height_mm".into(),
        h.forehead_height_mm,
        35.0,
        110.0,
        "write millimetres, from between the brows to the original hairline",
    );
    check(
        "loss.onset_age_years".into(),
        case.loss.onset_age_years,
        10.0,
        p.age_years.max(10.0),
        "it cannot be after the person's present age",
    );
    for (i, t) in case.treatments.iter().enumerate() {
        check(
            format!("treatments[{i}].platelets_k_per_ul"),
            t.platelets_k_per_ul,
            50.0,
            5000.0,
            "write thousands per µL: a million per µL is 1000",
        );
    }
    let hair = &case.hair;
    check("hair.grey_percent".into(), hair.grey_percent, 0.0, 100.0, "write per cent: a third is 33");
    check("hair.calibre_um".into(), hair.calibre_um, 40.0, 130.0, "write micrometres: 0.07 mm is 70");
    check("hair.hairs_per_unit".into(), hair.hairs_per_unit, 1.3, 3.5, "most people have about 2");
    for (i, r) in hair.measured.iter().enumerate() {
        for (name, value, least, most, hint) in [
            ("terminal_per_cm2", r.terminal_per_cm2, 0.0, MOST_HAIRS_PER_CM2, TOO_DENSE),
            ("total_per_cm2", r.total_per_cm2, 0.0, MOST_HAIRS_PER_CM2, TOO_DENSE),
            (
                "calibre_um",
                r.calibre_um,
                10.0,
                130.0,
                "write the mean of all hairs in the field in micrometres: 0.06 mm is 60",
            ),
            (
                "anagen_percent",
                r.anagen_percent,
                1.0,
                100.0,
                "write per cent: 0.85 is 85; leave it out where no hair was counted",
            ),
            (
                "area_cm2",
                r.area_cm2,
                0.1,
                20.0,
                "write square centimetres: 100 mm² is 1, a circle one inch across is 5.1",
            ),
        ] {
            check(format!("hair.measured[{i}].{name}"), value, least, most, hint);
        }
    }
    check(
        "skin.fitzpatrick".into(),
        case.skin.fitzpatrick.map(f64::from),
        1.0,
        6.0,
        "types I to VI are written 1 to 6",
    );
    if let Some([l, a, b]) = case.skin.lab {
        check("skin.lab[0]".into(), Some(l), 15.0, 80.0, "L* of skin lies between about 20 and 75");
        check("skin.lab[1]".into(), Some(a), -5.0, 35.0, "a* of skin lies between about 3 and 20");
        check("skin.lab[2]".into(), Some(b), -5.0, 40.0, "b* of skin lies between about 8 and 28");
    }
    let b = &case.blood;
    check(
        "blood.platelets_k_per_ul".into(),
        b.platelets_k_per_ul,
        20.0,
        1000.0,
        "write thousands per µL: 250 000 per µL is 250",
    );
    check(
        "blood.haematocrit_percent".into(),
        b.haematocrit_percent,
        20.0,
        65.0,
        "write per cent: 0.44 is 44",
    );
    check(
        "blood.haemoglobin_g_per_dl".into(),
        b.haemoglobin_g_per_dl,
        6.0,
        22.0,
        "write g/dL: 145 g/L is 14.5",
    );
    let research = b.mpv_method.is_some_and(|m| m != vellus_blood::MpvMethod::Analyser);
    check("blood.mpv_fl".into(), b.mpv_fl, if research { 3.0 } else { 5.0 }, 16.0, "write femtolitres");
    check("blood.mcv_fl".into(), b.mcv_fl, 50.0, 140.0, "80 to 100 fL is usual");
    check("blood.wbc_k_per_ul".into(), b.wbc_k_per_ul, 1.0, 40.0, "write thousands per µL");
    let w = &case.wishes;
    check(
        "wishes.hairline_height_mm".into(),
        w.hairline_height_mm,
        45.0,
        110.0,
        "write millimetres above the glabella; 70 to 80 is usual for a man",
    );
    check(
        "wishes.brow_crease_mm".into(),
        w.brow_crease_mm,
        15.0,
        90.0,
        "write millimetres above the point between the brows; have the brows raised and take the highest crease",
    );
    for n in w.hairline.numbers() {
        check(format!("wishes.hairline.{}", n.key), n.value, n.least, n.most, n.hint);
    }
    check(
        "wishes.length_worn_mm".into(),
        w.length_worn_mm,
        0.1,
        400.0,
        "write millimetres: a fresh shave is 0.3, a number 1 guard 3",
    );
    for (i, g) in case.goals.iter().enumerate() {
        check(
            format!("goals[{i}].visible_percent_of_fringe"),
            Some(g.visible_percent_of_fringe),
            10.0,
            120.0,
            "100 is as dense as the person's own sides",
        );
    }
    check(
        "budget.first_two_years".into(),
        case.budget.first_two_years,
        0.0,
        1e7,
        "an amount in the site's currency",
    );
    check("budget.per_year".into(), case.budget.per_year, 0.0, 1e7, "an amount in the site's currency");
    let s = &case.site;
    check(
        "site.dots_per_hour".into(),
        s.dots_per_hour,
        500.0,
        15_000.0,
        "practitioners set 3 500 to 7 000 dots an hour",
    );
    check(
        "site.longest_sitting_hours".into(),
        s.longest_sitting_hours,
        1.0,
        10.0,
        "sittings last 2 to 6 hours",
    );
    let price = &s.prices;
    for (name, value) in [
        ("prp_session", price.prp_session),
        ("smp_per_thousand_dots", price.smp_per_thousand_dots),
        ("smp_sitting_minimum", price.smp_sitting_minimum),
        ("finasteride_month", price.finasteride_month),
        ("minoxidil_month", price.minoxidil_month),
        ("graft", price.graft),
        ("consultation", price.consultation),
    ] {
        check(format!("site.prices.{name}"), value, 0.0, 1e6, "a price in the site's currency");
    }
    if let Some(prp) = &s.prp {
        check("site.prp.tubes".into(), prp.tubes.map(f64::from), 1.0, 12.0, "tubes for one session");
    }
    for (i, n) in s.needles.iter().enumerate() {
        check(
            format!("site.needles[{i}].points"),
            Some(f64::from(n.points)),
            1.0,
            9.0,
            "points in the bundle",
        );
        check(
            format!("site.needles[{i}].diameter_mm"),
            Some(n.diameter_mm),
            0.10,
            0.50,
            "write millimetres: a 0.25 mm needle is 0.25",
        );
    }
    super::smp::numbers(&case.smp, &mut out);
    super::shade::numbers(case, &mut out);
    for n in &mut out {
        // What was likely meant is told from the number itself.
        match n.key.as_str() {
            "blood.platelets_k_per_ul" => {
                n.hint = count_hint(n.value, n.least, n.most, "platelets").into();
            }
            "blood.wbc_k_per_ul" => n.hint = count_hint(n.value, n.least, n.most, "white cells").into(),
            "blood.haematocrit_percent" if (0.2..=0.65).contains(&n.value) => {
                n.hint =
                    format!("{} looks like a fraction: write {}", n.value, tenths(100.0 * n.value)).into();
            }
            "blood.haemoglobin_g_per_dl" if (60.0..=220.0).contains(&n.value) => {
                n.hint = format!("{} looks like g/L: write {}", n.value, n.value / 10.0).into();
            }
            _ => {}
        }
    }
    out
}

fn tenths(x: f64) -> f64 {
    (10.0 * x).round() / 10.0
}
