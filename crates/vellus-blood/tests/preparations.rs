//! Preparations, doses and errors, through the public API.

use proptest::prelude::*;
use vellus_blood::*;
use vellus_units::{Cm2, Minutes, Rcf, ThousandsPerUl};

fn single(rcf: f64, minutes: f64) -> Protocol {
    Protocol {
        title: "test".into(),
        blood: Blood { wbc: Some(ThousandsPerUl(6.0)), ..Blood::new(ThousandsPerUl(240.0), 0.42) },
        anticoagulant: Anticoagulant::AcdA,
        tube: Tube { blood_ml: Some(vellus_units::Millilitres(8.5)), ..Tube::default() },
        spins: vec![Spin::at_rcf(Rcf(rcf), Minutes(minutes))],
        ..Protocol::default()
    }
}

fn margin(mm: f64) -> Protocol {
    let mut p = single(200.0, 10.0);
    p.withdrawal.margin_mm = Some(vellus_units::Millimetres(mm));
    p
}

#[test]
fn prop_more_g_past_the_optimum_loses_platelets() {
    let recovery = |g, t| median_outcome(&single(g, t), 120).expect("valid").recovery;
    let mut last = f64::INFINITY;
    for g in [300.0, 600.0, 1000.0, 2000.0] {
        let r = recovery(g, 12.0);
        assert!(r < last, "{g}: {r} {last}");
        last = r;
    }
    // Too little leaves plasma among the red cells.
    assert!(recovery(50.0, 3.0) < recovery(200.0, 10.0));
}

#[test]
fn prop_a_larger_margin_takes_fewer_cells_of_every_kind() {
    let o: Vec<Outcome> =
        [0.0, 1.0, 3.0, 6.0].map(|m| median_outcome(&margin(m), 120).expect("valid")).to_vec();
    for pair in o.windows(2) {
        assert!(pair[1].recovery < pair[0].recovery);
        assert!(pair[1].rbc_carried < pair[0].rbc_carried);
        assert!(pair[1].wbc_carried < pair[0].wbc_carried);
        assert!(pair[1].volume_ml < pair[0].volume_ml);
    }
}

#[test]
fn prop_a_second_spin_concentrates() {
    let mut p = single(150.0, 10.0);
    let one = median_outcome(&p, 80).expect("valid");
    p.spins.push(Spin::at_rcf(Rcf(400.0), Minutes(10.0)));
    p.withdrawal.final_volume_ml = Some(vellus_units::Millilitres(1.0));
    let two = median_outcome(&p, 80).expect("valid");
    assert!(two.concentration_factor > 1.5 * one.concentration_factor);
    assert!(two.recovery < one.recovery);
    assert!((two.volume_ml - 1.0).abs() < 1e-9);
}

#[test]
fn regress_grid_error_of_an_ensemble_run() {
    for g in [100.0, 200.0, 600.0, 1200.0] {
        let p = single(g, 10.0);
        let coarse = median_outcome(&p, ENSEMBLE_CELLS).expect("valid").concentration_factor;
        let fine = median_outcome(&p, FINE_CELLS).expect("valid").concentration_factor;
        assert!((coarse / fine - 1.0).abs() < 0.08, "{g} g: {coarse} {fine}");
    }
}

#[test]
fn prop_same_bytes_for_any_number_of_threads() {
    let p = single(300.0, 8.0);
    let with = |n| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(n)
            .build()
            .expect("pool")
            .install(|| prepare_with(&p, 3, 32, 40).expect("valid"))
    };
    let (a, b) = (with(1), with(4));
    assert_eq!(format!("{a:?}"), format!("{b:?}"));
    assert_ne!(a, prepare_with(&p, 4, 32, 40).expect("valid"));
}

#[test]
fn stat_individual_scatter_is_at_least_a_quarter() {
    let p = prepare(&single(200.0, 10.0), 1).expect("valid");
    let e = p.concentration_factor;
    assert!(e.lo < e.median && e.median < e.hi);
    assert!((e.hi - e.lo) / (2.0 * e.median) > 0.2, "{e:?}");
    assert!(p.assumed.iter().any(|i| i.key == inputs::Key::RadiusMax));
    assert!(!p.assumed.iter().any(|i| i.key == inputs::Key::Platelets));
}

#[test]
fn pictures_conserve_and_are_as_many_as_asked() {
    let p = single(200.0, 10.0);
    let all = pictures(&p, 5).expect("valid");
    assert_eq!(all.len(), 5);
    let red = |l: &Layers| l.rbc_fraction.iter().sum::<f64>();
    assert!((red(&all[0]) / red(&all[4]) - 1.0).abs() < 1e-9);
    assert!(all[4].rbc_fraction[0] < 1e-3);
}

#[test]
fn sensitivity_is_sorted_and_names_what_is_unknown() {
    let s = sensitivity(&single(200.0, 10.0)).expect("valid");
    assert!(s.len() > 8);
    assert!(s.windows(2).all(|w| (w[0].at_hi - w[0].at_lo).abs() >= (w[1].at_hi - w[1].at_lo).abs()));
}

#[test]
fn dose_adds_up_and_inverse_reaches() {
    let mut p = single(150.0, 10.0);
    let prep = prepare(&p, 1).expect("valid");
    let d = dose(&prep, 2, Cm2(80.0)).expect("valid");
    assert!((d.total.median - 2.0 * prep.platelets_total.median).abs() < 1e-12);
    assert!((d.platelets_per_cm2.median * 80.0 / 1000.0 - d.total.median).abs() < 1e-9);
    assert!(!d.count_is_enough);
    let t = tubes_for(&p, &prep, Cm2(80.0), 0.1, 70.0).expect("valid");
    assert!(prep.volume_ml.median * f64::from(t.tubes) >= 8.0);
    assert!(t.one_draw_is_enough);

    p.spins.push(Spin::at_rcf(Rcf(600.0), Minutes(10.0)));
    let s = inverse(&p, ThousandsPerUl(1000.0), 1).expect("valid");
    assert!(s.reached, "{s:?}");
    let got = s.preparation.platelets_per_ul.median;
    assert!((900.0..1200.0).contains(&got), "{got}");
    assert!(!inverse(&single(150.0, 10.0), ThousandsPerUl(3000.0), 1).expect("valid").reached);
}

#[test]
fn errors_name_key_value_range_and_line() {
    let text = "[blood]\nhaematocrit = 42\n[[spins]]\nrcf = 200";
    let e = load_protocol(text).expect_err("percent").to_string();
    assert!(e.contains("blood.haematocrit = 42") && e.contains("0.15 to 0.65") && e.contains("0.42"), "{e}");
    let e = load_protocol("title = \"x\"\n[[spins]]\nrfc = 200").expect_err("key").to_string();
    assert!(e.contains("line 3") && e.contains("rfc"), "{e}");
    for (bad, what) in [
        ("", "0 spins"),
        ("[[spins]]\nminutes = 5", "neither"),
        ("[[spins]]\nrcf = 200\nrpm = 1000", "both"),
        ("[[spins]]\nrcf = nan", "spins[1].rcf"),
        ("[[spins]]\nrcf = 200\nminutes = -3", "minutes"),
        ("[tube]\nvolume_ml = 5\nblood_ml = 9\n[[spins]]\nrcf = 200", "do not fit"),
        ("[rotor]\nkind = { fixed_angle = 120 }\n[[spins]]\nrcf = 200", "fixed_angle"),
    ] {
        let e = load_protocol(bad).expect_err(bad).to_string();
        assert!(e.contains(what), "{bad}: {e}");
    }
}

proptest! {
    #[test]
    fn prop_any_text_gives_a_protocol_or_an_error(text in "\\PC{0,200}") {
        let _ = load_protocol(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn prop_any_numbers_run_or_are_rejected(
        rcf in -10.0..6000.0f64, minutes in 0.1..60.0f64, hct in 0.1..0.7f64, blood in 0.1..220.0f64,
        bore in 2.0..70.0f64, radius in 20.0..420.0f64, margin in 0.0..32.0f64, second in proptest::option::of(5.0..4000.0f64),
        last in 0.01..5.0f64, layer in 0..3usize, kind in 0..3usize, angle in 5.0..90.0f64,
    ) {
        let layer = ["upper_plasma", "plasma", "plasma_and_buffy_coat"][layer];
        let kind = ["plain", "gel_separator", "buffy_coat_kit"][kind];
        let second = second.map_or(String::new(), |g| format!("[[spins]]\nrcf = {g:?}\n"));
        let text = format!(
            "[blood]\nhaematocrit = {hct:?}\n[tube]\nkind = \"{kind}\"\nblood_ml = {blood:?}\ninner_diameter_mm = {bore:?}\n\
             [rotor]\nkind = {{ fixed_angle = {angle:?} }}\nradius_max_mm = {radius:?}\n[[spins]]\nrcf = {rcf:?}\nminutes = {minutes:?}\n{second}\
             [withdrawal]\nlayer = \"{layer}\"\nmargin_mm = {margin:?}\nfinal_volume_ml = {last:?}\n"
        );
        if let Ok(p) = load_protocol(&text) {
            let r = prepare_with(&p, 1, 16, 24).expect("valid");
            for e in [r.recovery, r.concentration_factor, r.rbc_per_ul, r.wbc_per_ul, r.volume_ml] {
                prop_assert!(e.lo.is_finite() && e.lo >= 0.0 && e.lo <= e.median && e.median <= e.hi, "{:?}", e);
            }
            prop_assert!(r.recovery.hi <= 1.0);
            prop_assert!(r.rbc_removed.lo >= -0.02, "{:?}", r.rbc_removed);
        }
    }
}
