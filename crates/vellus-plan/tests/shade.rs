//! The shade finder through its public face.

use std::path::Path;

use jiff::civil::date;
use vellus_light::shade::{Arrangement, Factors, Field};
use vellus_light::spectrum::Lamp;
use vellus_pigment::Ink;
use vellus_plan::case::read::parse;
use vellus_plan::person::Person;
use vellus_plan::shade::dot::{Recipe, mean_dot};
use vellus_plan::shade::setting::Setting;
use vellus_plan::shade::{ShadeAnswer, find};

fn case(more: &str) -> String {
    format!(
        "schema_version = 1\n[person]\nage_years = 38\nsex = \"male\"\n[loss]\nstage = \"norwood_6\"\n[hair]\ncolour = \"dark_brown\"\ngrey_percent = 5\n{more}"
    )
}

fn answer(more: &str) -> ShadeAnswer {
    let c = parse(&case(more)).unwrap();
    find(&c, Path::new("."), date(2026, 11, 26)).unwrap()
}

fn refused(more: &str) -> String {
    match parse(&case(more)) {
        Err(e) => format!("{e} {}", e.hint().unwrap_or_default()),
        Ok(c) => {
            let e = find(&c, Path::new("."), date(2026, 11, 26)).unwrap_err();
            format!("{e} {}", e.hint().unwrap_or_default())
        }
    }
}

#[test]
fn dark_hair_on_light_skin_is_matched_within_what_is_accepted() {
    let a = answer("[skin]\nfitzpatrick = 2\n");
    assert!(a.best.conversation.tone_de00 < 3.0, "{:?}", a.best);
    assert!((160.0..=300.0).contains(&a.best.deposit_depth_um));
    assert_eq!(a.years.len(), 6);
    for w in a.years.windows(2) {
        // Pigment fades: the work gets lighter from year to year.
        assert!(w[1].dots_lab[0].median > w[0].dots_lab[0].median);
    }
    for y in &a.years {
        for b in &y.dots_lab {
            assert!(b.lo <= b.median && b.median <= b.hi);
        }
        assert_eq!(y.lamps.len(), 3);
    }
    // Uncertainty grows with the years.
    let width = |i: usize| a.years[i].dots_lab[0].hi - a.years[i].dots_lab[0].lo;
    assert!(width(5) > 0.5 * width(1) && width(1) > 0.5);
    assert!(!a.reasons.is_empty() && !a.limits.is_empty());
}

#[test]
fn nothing_else_on_the_grid_is_better_by_more_than_a_tie() {
    let a = answer("[skin]\nfitzpatrick = 3\n");
    for x in &a.alternatives {
        assert!(
            x.choice.cost > a.best.cost - vellus_plan::shade::search::TIE - 1e-9,
            "{} {}",
            x.what,
            x.choice.cost
        );
    }
    let deeper = a.alternatives.iter().find(|x| x.what.contains("deeper")).unwrap();
    assert!(deeper.choice.conversation.blue_yellow < a.best.conversation.blue_yellow);
}

#[test]
fn lighter_hair_asks_for_more_water_or_fewer_dots() {
    let skin = "[skin]\nfitzpatrick = 2\n";
    let dark = answer(skin);
    let c = parse(&case(skin).replace("dark_brown", "blond")).unwrap();
    let light = find(&c, Path::new("."), date(2026, 11, 26)).unwrap();
    let ink = |a: &ShadeAnswer| a.best.strength * a.best.dots_per_cm2;
    assert!(ink(&light) < ink(&dark), "{} {}", ink(&light), ink(&dark));
}

#[test]
fn same_case_same_bytes() {
    let json = || serde_json::to_string(&answer("[skin]\nfitzpatrick = 4\n")).unwrap();
    assert_eq!(json(), json());
}

/// What an instrument would read of a patch of dots whose deposit is so many times as strong as thought.
fn patch(skin: &str, load: f64) -> [f64; 3] {
    let c = parse(&case(skin)).unwrap();
    let person = Person::from_case(&c, date(2026, 11, 26));
    let setting = Setting::new(&c, &person).unwrap();
    let strength = Ink { water_per_pigment: 3.0, ..Ink::default() }.strength();
    let recipe = Recipe { pigment: &setting.bottles[0].optics, strength, depth_um: 220.0, needle_mm: 0.2 };
    let dot = mean_dot(setting.light(), &recipe, Factors { load, depth: 1.0 }, 60.0, 1.0);
    let per_cm2 = 75.0 / (std::f64::consts::PI * 0.16);
    let arrangement = Arrangement { per_cm2, in_a_unit: 1.0 };
    Field::of_absorbers(setting.light(), &dot, arrangement).lab(Lamp::d65())
}

#[test]
fn test_dots_that_are_darker_than_thought_ask_for_more_water() {
    let skin = "[skin]\nlab = [61, 11, 16]\n";
    let plain = answer(skin);
    let with = |load: f64| {
        let lab = patch(skin, load);
        let one = format!(
            "[[smp.test_dots]]\nwater_per_pigment = 3\nlab = {lab:?}\ndots_in_opening = 75\nopening_mm = 8\n"
        );
        answer(&format!("{skin}{}", one.repeat(3)))
    };
    let (dark, pale) = (with(2.2), with(0.5));
    // Drawn towards what was thought before: small dots are all but opaque, so that a patch tells little of their load.
    for (a, load) in [(&dark, 2.2_f64), (&pale, 0.5)] {
        let median = a.calibration.load[1];
        assert!(
            (median > 1.0) == (load > 1.0) && (median / load).ln().abs() < load.ln().abs(),
            "{:?}",
            a.calibration
        );
        assert!(a.calibration.misfit < 1.0 && a.calibration.readings == 3);
        assert!(a.calibration.sd_log[0] < plain.calibration.sd_log[0], "{:?}", a.calibration);
    }
    let ink = |a: &ShadeAnswer| a.best.strength * a.best.dots_per_cm2;
    assert!(ink(&dark) < ink(&pale), "{} {} {}", ink(&dark), ink(&plain), ink(&pale));
}

#[test]
fn what_cannot_be_is_refused_with_the_fix() {
    for (more, words) in [
        ("[skin]\nlab = [60, -4, 38]\n", vec!["skin.lab", "nearest is"]),
        ("[skin]\nlab = [60, 10, 90]\n", vec!["skin.lab[2]"]),
        ("[smp]\nlamps = []\n", vec!["smp.lamps", "no lamp"]),
        ("[[smp.lamps]]\nlamp = \"d65\"\nweight = 0\n", vec!["smp.lamps", "zero"]),
        ("[[smp.lamps]]\nlamp = \"d65\"\nweight = -2\n", vec!["smp.lamps[0].weight", "0 to 1000"]),
        ("[[smp.lamps]]\nlamp = \"candle\"\n", vec!["candle"]),
        ("[smp]\nwater_per_pigment = -1\n", vec!["smp.water_per_pigment"]),
        (
            "[[site.pigments]]\nname = \"Midnight\"\nbase = \"carbon\"\n",
            vec!["Midnight", "solids_mg_per_ml", "site.pigments"],
        ),
        (
            "[[site.pigments]]\nname = \"Ash\"\nbase = \"mixed\"\nsolids_mg_per_ml = 40\n",
            vec!["Ash", "hue_exponent"],
        ),
        (
            "[[site.pigments]]\nname = \"x\"\nbase = \"carbon\"\nsolids_mg_per_ml = -3\n",
            vec!["site.pigments[0].solids_mg_per_ml"],
        ),
        (
            "[[site.pigments]]\nname = \"x\"\nbase = \"carbon\"\nsolids_mg_per_ml = 40\nabsorption = [[500, 1]]\n",
            vec!["site.pigments[0].absorption"],
        ),
        (
            "[[smp.test_dots]]\nset_depth_um = -100\nlab = [50, 8, 10]\n",
            vec!["smp.test_dots[0].set_depth_um"],
        ),
        ("[[smp.test_dots]]\nwater_per_pigment = 3\n", vec!["smp.test_dots[0].lab", "photo"]),
        ("[[smp.test_dots]]\nlab = [50, 8, 10]\ndots_in_opening = 9\nopening_mm = 8\n", vec!["skin_lab"]),
        (
            "[[smp.test_dots]]\nlab = [50, 8, 10]\nskin_lab = [60, 11, 16]\nopening_mm = 8\n",
            vec!["dots_in_opening"],
        ),
        (
            "[[smp.test_dots]]\nphoto = \"none.png\"\ngrey = [0, 0, 9, 9]\nskin = [0, 0, 9, 9]\ndots = [[5, 5]]\nmm_per_pixel = 0.03\n",
            vec!["none.png"],
        ),
        ("[[smp.test_dots]]\nphoto = \"none.png\"\ngrey = [0, 0, 9, 9]\n", vec!["mm_per_pixel"]),
        (
            "[[smp.test_dots]]\ndate = 2026-11-20\nlab = [50, 8, 10]\nskin_lab = [60, 11, 16]\nopening_mm = 8\ndots_in_opening = 9\n",
            vec!["date", "28 days"],
        ),
    ] {
        let e = refused(more);
        for w in words {
            assert!(e.contains(w), "{more}\n{e}");
        }
    }
}
