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
        withdrawal: Withdrawal { layer: Layer::Plasma, ..Withdrawal::default() },
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
    let recovery = |g, t| median_outcome(&single(g, t), 0.4).expect("valid").recovery;
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
        [0.0, 1.0, 3.0, 6.0].map(|m| median_outcome(&margin(m), 0.4).expect("valid")).to_vec();
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
    let one = median_outcome(&p, 0.4).expect("valid");
    p.spins.push(Spin::at_rcf(Rcf(400.0), Minutes(10.0)));
    p.withdrawal.final_volume_ml = Some(vellus_units::Millilitres(1.0));
    let two = median_outcome(&p, 0.4).expect("valid");
    assert!(two.concentration_factor > 1.5 * one.concentration_factor);
    assert!(two.recovery < one.recovery);
    assert!((two.volume_ml - 1.0).abs() < 1e-9);
}

#[test]
fn regress_grid_error_of_an_ensemble_run() {
    for g in [100.0, 200.0, 600.0, 1200.0] {
        let p = single(g, 10.0);
        let coarse = median_outcome(&p, ENSEMBLE_MM).expect("valid").concentration_factor;
        let fine = median_outcome(&p, FINE_MM).expect("valid").concentration_factor;
        assert!((coarse - fine).abs() < 0.09, "{g} g: {coarse} {fine}");
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
            .install(|| prepare_with(&p, 3, 32, 1.0).expect("valid"))
    };
    let (a, b) = (with(1), with(4));
    assert_eq!(format!("{a:?}"), format!("{b:?}"));
    assert_ne!(a, prepare_with(&p, 4, 32, 1.0).expect("valid"));
}

#[test]
fn stat_individual_scatter_is_at_least_a_quarter() {
    let p = prepare(&single(200.0, 10.0), 1).expect("valid");
    let e = p.concentration_factor;
    assert!(e.lo < e.median && e.median < e.hi);
    assert!(e.lo < 0.8 * e.median, "{e:?}");
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
fn tubes_are_counted_by_the_volume() {
    let p = single(150.0, 10.0);
    let prep = prepare(&p, 1).expect("valid");
    let t = tubes_for(&p, &prep, Cm2(80.0), 0.1, draw_limit_ml(70.0, true)).expect("valid");
    assert!(prep.volume_ml.median * f64::from(t.tubes) >= 8.0);
    assert!(prep.volume_ml.median * f64::from(t.tubes - 1) < 8.0);
    assert!(t.one_draw_is_enough);
}

#[test]
fn totals_are_those_of_hand_arithmetic() {
    // 1,000,000 per µL × 5 mL = 10⁶ · 5000 µL = 5 · 10⁹ platelets; the same by recovery.
    let p = prepare(&single(150.0, 10.0), 1).expect("valid");
    let by_count = p.platelets_per_ul.median * 1e3 * p.volume_ml.median * 1e3 / 1e9;
    assert!((p.platelets_total.median / by_count - 1.0).abs() < 0.03);
    let o = median_outcome(&single(150.0, 10.0), 0.5).expect("valid");
    let by_recovery = o.recovery * 240.0e3 * 8500.0;
    assert!((o.platelets_k_per_ul * 1e3 * o.volume_ml * 1e3 / by_recovery - 1.0).abs() < 1e-9);
}

#[test]
fn prop_red_cells_after_two_spins_are_smooth_in_the_blood() {
    // A rounding of the column's length must not decide whether red cells count.
    let mut last: Option<f64> = None;
    for i in 0..120 {
        let mut p = single(150.0, 10.0);
        p.tube.blood_ml = Some(vellus_units::Millilitres(5.0 + 0.0457 * f64::from(i)));
        p.spins.push(Spin::at_rcf(Rcf(400.0), Minutes(10.0)));
        p.withdrawal.final_volume_ml = Some(vellus_units::Millilitres(1.0));
        let rbc = median_outcome(&p, 1.5).expect("valid").rbc_k_per_ul;
        assert!(rbc > 20.0, "{i}: {rbc}");
        if let Some(before) = last {
            assert!((rbc / before - 1.0).abs() < 0.35, "{i}: {before} {rbc}");
        }
        last = Some(rbc);
    }
}

#[test]
fn each_spin_has_its_own_place_of_the_force_and_temperature() {
    let with = |at: RcfAt, t: f64| {
        let mut p = single(150.0, 10.0);
        p.spins.push(Spin {
            rcf_at: Some(at),
            temperature_c: Some(t),
            ..Spin::at_rcf(Rcf(300.0), Minutes(6.0))
        });
        p.withdrawal.final_volume_ml = Some(vellus_units::Millilitres(1.0));
        median_outcome(&p, 0.4).expect("valid").recovery
    };
    assert!(with(RcfAt::Min, 22.0) > with(RcfAt::Max, 22.0));
    assert!(with(RcfAt::Max, 30.0) > with(RcfAt::Max, 12.0));
}

#[test]
fn val_hard_long_spins_leave_platelet_poor_plasma() {
    // 1500 g for 15 min is how platelet-poor plasma is made: below 10·10³/µL (textbook); a part in
    // twelve of the blood here, in the upper half of the plasma.
    let mut p = single(1500.0, 15.0);
    p.withdrawal =
        Withdrawal { layer: Layer::UpperPlasma, fraction_of_plasma: Some(0.5), ..Withdrawal::default() };
    let o = median_outcome(&p, 0.3).expect("valid");
    assert!(o.platelets_k_per_ul < 20.0, "{o:?}");
}

#[test]
fn a_second_tube_and_measured_anticoagulant_count() {
    let mut p = single(150.0, 10.0);
    p.spins.push(Spin::at_rcf(Rcf(200.0), Minutes(5.0)));
    p.withdrawal.final_volume_ml = Some(vellus_units::Millilitres(1.0));
    let same = median_outcome(&p, 0.4).expect("valid").recovery;
    // A wide tube is a short way down.
    p.withdrawal.second_diameter_mm = Some(vellus_units::Millimetres(25.0));
    assert!(median_outcome(&p, 0.4).expect("valid").recovery > same);
    let mut thin = single(150.0, 10.0);
    let usual = median_outcome(&thin, 0.4).expect("valid");
    thin.tube.anticoagulant_ml = Some(vellus_units::Millilitres(2.0));
    let more = median_outcome(&thin, 0.4).expect("valid");
    assert!(more.volume_ml > usual.volume_ml + 0.5 && more.concentration_factor < usual.concentration_factor);
    for (tube, says) in [
        ("blood_ml = 9\nanticoagulant_ml = 3\nvolume_ml = 10", "do not fit"),
        ("anticoagulant_ml = 1", "blood_ml"),
        ("blood_ml = 2\nanticoagulant_ml = 1.5", "is usual"),
    ] {
        let e = load_protocol(&format!("[tube]\n{tube}\n[[spins]]\nrcf = 200")).expect_err(tube).to_string();
        assert!(e.contains(says), "{e}");
    }
}

#[test]
fn a_second_spin_alone_makes_a_pellet_of_plasma() {
    let text = |g: f64, end: &str| {
        format!(
            "[blood]\nplatelets_k_per_ul = 380\nhaematocrit = 0.0\n[tube]\nblood_ml = 4\ninner_diameter_mm = 13\n\
                 [rotor]\nradius_max_mm = 160\n[[spins]]\nrcf = {g}\nrcf_at = \"max\"\nminutes = 10\n[withdrawal]\n{end}\n"
        )
    };
    let at = |g: f64| {
        let p = load_protocol(&text(g, "final_volume_ml = 1")).expect("valid");
        prepare(&p, 1).expect("valid")
    };
    let (soft, hard) = (at(200.0), at(800.0));
    assert!(hard.recovery.median > soft.recovery.median && hard.recovery.median > 0.75, "{hard:?}");
    assert!(hard.concentration_factor.hi <= 4.3 && hard.concentration_factor.median > 3.0);
    assert!(load_protocol(&text(400.0, "final_fraction = 0.3")).is_ok());
    assert!(
        load_protocol("[blood]\nhaematocrit = 0.01\n[[spins]]\nrcf = 200\n[[spins]]\nrcf = 400").is_err()
    );
    assert!(load_protocol("[blood]\nhaematocrit = 0.08\n[[spins]]\nrcf = 200").is_err());
}

#[test]
fn a_gel_keeps_white_cells_back_and_platelets_up() {
    let with = |kind: TubeKind, margin: f64| {
        let mut p = single(1200.0, 5.0);
        p.tube.kind = kind;
        p.withdrawal.margin_mm = Some(vellus_units::Millimetres(margin));
        median_outcome(&p, 0.3).expect("valid")
    };
    let gel = with(TubeKind::GelSeparator, 0.0);
    let (close, usual) = (with(TubeKind::Plain, 0.0), with(TubeKind::Plain, 1.5));
    assert!(gel.wbc_carried < 0.5 * close.wbc_carried, "{gel:?} {close:?}");
    assert!(gel.brought_over > usual.brought_over, "{gel:?} {usual:?}");
    assert!(gel.rbc_carried < usual.rbc_carried);
}

#[test]
fn what_the_plasma_has_no_room_for_is_refused() {
    for (tube, withdrawal, says) in [
        ("blood_ml = 9", "final_volume_ml = 7", "mL of plasma"),
        ("blood_ml = 2.4\ninner_diameter_mm = 13", "margin_mm = 25", "leave nothing"),
    ] {
        let text =
            format!("[tube]\n{tube}\n[[spins]]\nrcf = 200\n[withdrawal]\nlayer = \"plasma\"\n{withdrawal}");
        let e = load_protocol(&text).expect_err(says).to_string();
        assert!(e.contains(says), "{e}");
    }
}

#[test]
fn the_inverse_is_not_worse_than_what_is_done() {
    let text = "[blood]\nplatelets_k_per_ul = 240\nhaematocrit = 0.42\n[tube]\nkind = \"buffy_coat_kit\"\nvolume_ml = 60\n\
                blood_ml = 54\ninner_diameter_mm = 35\n[rotor]\nradius_max_mm = 160\n[[spins]]\nrpm = 3200\nminutes = 15\n\
                [withdrawal]\nlayer = \"plasma_and_buffy_coat\"\nfinal_volume_ml = 6\n";
    let p = load_protocol(text).expect("valid");
    let today = prepare(&p, 1).expect("valid").platelets_per_ul.median;
    let found = inverse(&p, goal(0.9 * today), 1, &|_| ()).expect("valid");
    assert!(found.reached, "{} of {today}", found.preparation.platelets_per_ul.median);
}

#[test]
fn an_inclined_tube_may_be_longer_than_the_radius_allows_upright() {
    let text = |kind: &str| {
        format!("[rotor]\nradius_max_mm = 87\nkind = {kind}\n[tube]\nlength_mm = 100\n[[spins]]\nrcf = 200")
    };
    assert!(load_protocol(&text("{ fixed_angle = 33 }")).is_ok());
    assert!(load_protocol(&text("\"swing_out\"")).is_err());
}

#[test]
fn draws_are_limited() {
    assert_eq!(draw_limit_ml(81.0, true).0, 200.0);
    assert_eq!(draw_limit_ml(60.0, true).0, 180.0);
    assert_eq!(draw_limit_ml(81.0, false).0, 25.0);
    assert_eq!(draw_limit_ml(45.0, true).0, 25.0);
}

fn goal(count: f64) -> Goal {
    Goal {
        count: ThousandsPerUl(count),
        volume_ml: vellus_units::Millilitres(5.0),
        draw_limit_ml: vellus_units::Millilitres(200.0),
    }
}

#[test]
fn the_inverse_reaches_what_can_be_reached_within_the_rotors_limits() {
    let mut p = single(150.0, 10.0);
    p.rotor.radius_max_mm = Some(vellus_units::Millimetres(150.0));
    p.rotor.max_rpm = Some(vellus_units::Rpm(2200.0));
    p.spins.push(Spin::at_rcf(Rcf(600.0), Minutes(10.0)));
    let heard = std::sync::atomic::AtomicU64::new(0);
    let s = inverse(&p, goal(1000.0), 1, &|n| {
        heard.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
    })
    .expect("valid");
    assert!(s.reached);
    assert_eq!(s.runs, heard.into_inner());
    let got = s.preparation.platelets_per_ul.median;
    assert!((950.0..1100.0).contains(&got), "{got}");
    assert!(s.spins.iter().all(|x| x.rpm.expect("radius").0 <= 2200.0), "{:?}", s.spins);
    assert!(f64::from(s.tubes) * s.preparation.volume_ml.median >= 5.0);
    assert!((s.blood_ml - 8.5 * f64::from(s.tubes)).abs() < 1e-9);
    assert_eq!(s.within_draw, s.blood_ml <= 200.0);
    // Made again from the file that it gives, it is the same.
    let again = prepare(&s.protocol, 1).expect("valid");
    assert_eq!(again, s.preparation);

    let one = inverse(&single(150.0, 10.0), goal(3000.0), 1, &|_| ()).expect("valid");
    assert!(!one.reached && one.preparation.platelets_per_ul.median > 300.0);
    assert!(inverse(&p, goal(1_000_000.0), 1, &|_| ()).expect_err("unit").to_string().contains("write 1000"));
}

#[test]
fn units_are_recognised() {
    for (key, value, says) in [
        ("platelets_k_per_ul", "250000", "write 250"),
        ("platelets_k_per_ul", "2.5e11", "write 250"),
        ("platelets_k_per_ul", "0.25", "write 250"),
        ("haematocrit", "42", "write 0.42"),
        ("haemoglobin_g_per_dl", "145", "write 14.5"),
        ("wbc_k_per_ul", "6200", "write 6.2"),
        ("mpv_fl", "4.2", "mpv_method"),
    ] {
        let text = format!("[blood]\n{key} = {value}\n[[spins]]\nrcf = 200");
        let e = load_protocol(&text).expect_err(key).to_string();
        assert!(e.contains(says) && e.contains(key), "{e}");
    }
    let text = "[blood]\nmpv_fl = 4.2\nmpv_method = \"resistive\"\n[[spins]]\nrcf = 200";
    assert!(load_protocol(text).is_ok());
}

#[test]
fn limits_of_rotor_and_tube_are_kept() {
    for (text, says) in [
        ("[rotor]\nradius_max_mm = 150\nmax_rpm = 4000\n[[spins]]\nrpm = 4500", "limit of 4000 rpm"),
        ("[rotor]\nradius_max_mm = 150\nmax_rpm = 2000\n[[spins]]\nrcf = 1500", "limit of 2000 rpm"),
        ("[rotor]\nradius_max_mm = 150\n[tube]\nmax_rcf = 1000\n[[spins]]\nrpm = 3000", "limit of 1000 g"),
        ("[rotor]\nradius_max_mm = 60\n[tube]\nlength_mm = 100\n[[spins]]\nrcf = 200", "does not fit"),
        (
            "[rotor]\nradius_max_mm = 60\n[tube]\nblood_ml = 9\ninner_diameter_mm = 12\n[[spins]]\nrcf = 200",
            "too high for a rotor",
        ),
        ("[rotor]\nname = \"unheard of\"\n[[spins]]\nrpm = 1500", "radius_max_mm"),
    ] {
        let e = load_protocol(text).expect_err(text).to_string();
        assert!(e.contains(says), "{text}: {e}");
    }
    let p = load_protocol("[rotor]\nname = \"IntraSpin\"\n[[spins]]\nrpm = 2700").expect("listed");
    assert_eq!(p.rotor.radius_max_mm, Some(vellus_units::Millimetres(87.0)));
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
        last in 0.01..5.0f64, layer in 0..4usize, kind in 0..3usize, angle in 5.0..90.0f64, brake in 0..4usize,
        fraction in proptest::option::of(0.05..1.0f64),
    ) {
        let layer = ["upper_plasma", "plasma", "plasma_and_buffy_coat", "unstated"][layer];
        let brake = ["off", "soft", "full", "unstated"][brake];
        let fraction = fraction.map_or(String::new(), |f| format!("fraction_of_plasma = {f:?}\n"));
        let kind = ["plain", "gel_separator", "buffy_coat_kit"][kind];
        let second = second.map_or(String::new(), |g| format!("[[spins]]\nrcf = {g:?}\n"));
        let text = format!(
            "[blood]\nhaematocrit = {hct:?}\n[tube]\nkind = \"{kind}\"\nblood_ml = {blood:?}\ninner_diameter_mm = {bore:?}\n\
             [rotor]\nkind = {{ fixed_angle = {angle:?} }}\nradius_max_mm = {radius:?}\n[[spins]]\nrcf = {rcf:?}\nminutes = {minutes:?}\nbrake = \"{brake}\"\n{second}\
             [withdrawal]\nlayer = \"{layer}\"\n{fraction}margin_mm = {margin:?}\nfinal_volume_ml = {last:?}\n"
        );
        if let Ok(p) = load_protocol(&text) {
            let r = prepare_with(&p, 1, 16, 2.0).expect("valid");
            for e in [r.recovery, r.concentration_factor, r.rbc_per_ul, r.wbc_per_ul, r.volume_ml] {
                prop_assert!(e.lo.is_finite() && e.lo >= 0.0 && e.lo <= e.median && e.median <= e.hi, "{:?}", e);
            }
            prop_assert!(r.recovery.hi <= 1.0);
            let o = median_outcome(&p, 2.0).expect("valid");
            let share = o.volume_ml / inputs::Inputs::of(&p).all()[inputs::Key::BloodMl as usize].mid;
            prop_assert!(o.concentration_factor <= 1.0 / share * (1.0 + 1e-9), "{:?}", o);
            // Before any bound: no kind of cell comes out that did not go in.
            for carried in [o.brought_over, o.wbc_carried, o.rbc_carried] {
                prop_assert!((0.0..=1.0 + 1e-6).contains(&carried), "{:?}", o);
            }
            prop_assert!(r.rbc_removed.lo >= -0.02, "{:?}", r.rbc_removed);
        }
    }
}

fn logbook(factor: f64, volume: f64, n: usize) -> Logbook {
    let mut text = format!("{LOGBOOK_COLUMNS}\n");
    for i in 0..n {
        let wobble = 1.0 + 0.1 * ((i * 7 % 5) as f64 - 2.0) / 2.0;
        text +=
            &format!("2026-03-{:02},,{},{},{volume},{}\n", i + 1, 240, 240.0 * factor * wobble, 41 + i % 3);
    }
    Logbook::from_csv(&text).expect("valid")
}

#[test]
fn stat_a_logbook_narrows_the_forecast_towards_what_was_counted() {
    // Hard enough that what is left in the plasma hangs on the margin.
    let p = single(500.0, 10.0);
    let prior = prepare(&p, 1).expect("valid").concentration_factor;
    let width = |e: Estimate| e.hi - e.lo;
    let mut last = f64::INFINITY;
    for n in [1, 4, 16] {
        let l = logbook(0.8, 4.0, n).learn(&p, 1).expect("valid");
        let after = l.after.concentration_factor;
        // One count hardly tells the clinic from the person.
        let narrower = if n == 1 { 1.05 } else { 0.95 };
        let before = l.before.concentration_factor;
        assert!(width(after) < narrower * width(before), "{n}: {after:?} {before:?}");
        assert!((after.median - 0.8).abs() < (prior.median - 0.8).abs(), "{n}: {after:?} {prior:?}");
        assert!(l.effective_draws > 10.0 && !l.surprising, "{l:?}");
        let margin = l.margin_mm.map(|m| m.hi / m.lo);
        assert!(margin[1] < margin[0] && margin[1] <= last * 1.1, "{n}: {:?}", l.margin_mm);
        last = margin[1];
        // A small volume with few platelets means a wide margin.
        assert!(l.margin_mm[1].median > l.margin_mm[0].median);
    }
    // Many counts decide, whatever the model thought before.
    let many = logbook(0.8, 4.0, 30).learn(&p, 1).expect("valid").after;
    assert!((many.concentration_factor.median / 0.8 - 1.0).abs() < 0.05, "{many:?}");
    assert!((many.volume_ml.median / 4.0 - 1.0).abs() < 0.05, "{many:?}");
    let odd = logbook(6.0, 1.0, 5).learn(&p, 1).expect("valid");
    assert!(odd.surprising && odd.after.concentration_factor.hi > 1.2 * odd.after.concentration_factor.lo);
    // What no tube can have given is refused.
    for (log, says) in [(logbook(1.0, 30.0, 2), "ONE tube"), (logbook(8.0, 4.0, 2), "of the platelets")] {
        assert!(log.learn(&p, 1).expect_err(says).to_string().contains(says));
    }
}

#[test]
fn a_logbook_is_read_checked_and_written() {
    let l = logbook(1.5, 4.0, 5);
    assert_eq!(Logbook::from_csv(&l.to_csv()).expect("own text"), l);
    let head = LOGBOOK_COLUMNS;
    for (rows, says) in [
        ("2026-03-01,,240,400,4,41\n2026-03-02,,240000,400,4,41", "write 240"),
        ("2026-03-01,,240,400,4,0.41", "haematocrit_percent"),
        ("2026-03-01,,240,x,4,41", "no number"),
        ("2026-13-01,,240,400,4,41", "no day"),
        ("05.10.2026,,240,400,4,41", "2026-10-05"),
        ("2026-03-01,,240,9000,4,41", "times the blood"),
        ("2026-03-01,,240,400,4,41\n2026-03-01,,240,400,4,41", "twice"),
    ] {
        let e = Logbook::from_csv(&format!("{head}\n{rows}\n")).expect_err(rows).to_string();
        assert!(e.contains(says), "{rows}: {e}");
    }
    // A log without its first line would lose its first count.
    for text in ["a,b\n1,2\n", "2026-03-01,,240,400,4,41\n2026-03-02,,240,400,4,41\n"] {
        assert!(Logbook::from_csv(text).expect_err(text).to_string().contains("line 1"), "{text}");
    }
    let german = head.replace(',', ";") + "\n2026-03-01;;240;410,5;4,2;41\n";
    let german = Logbook::from_csv(&german).expect("semicolons and decimal commas");
    assert_eq!(german.entries()[0].platelets_after_k_per_ul, 410.5);
    // Remarks stay when a count is added.
    let text = format!("# our counts\n{head}\n2026-03-01,,240,400,4,41\n");
    let more =
        Logbook::appended(&text, german.with(l.entries()[0].clone()).expect("two").entries()[1].clone());
    assert!(
        more.as_ref().is_ok_and(|t| t.starts_with("# our counts\n") && t.lines().count() == 4),
        "{more:?}"
    );
    assert!(Logbook::from_csv(head).expect("empty").learn(&single(200.0, 10.0), 1).is_err());
    let two = format!("{head}\n2026-03-01,soft,240,400,,\n2026-03-02,hard,240,300,,\n");
    let two = Logbook::from_csv(&two).expect("valid");
    assert!(two.of_spin(None).expect_err("which").to_string().contains("hard, soft"));
    assert_eq!(two.of_spin(Some("soft")).expect("one").entries().len(), 1);
}

proptest! {
    #[test]
    fn prop_any_text_gives_a_logbook_or_an_error(text in "\\PC{0,200}", rows in "([0-9,.\\-e]{0,40}\n){0,4}") {
        let _ = Logbook::from_csv(&text);
        let _ = Logbook::from_csv(&format!("{LOGBOOK_COLUMNS}\n{rows}"));
    }
}

#[test]
fn recovery_answers_as_the_laboratories_say() {
    let at = |hct: f64, ml: f64, g: f64, margin: f64| {
        let mut p = single(g, 10.0);
        p.blood.haematocrit = Some(hct);
        p.tube.inner_diameter_mm = Some(vellus_units::Millimetres(13.0));
        p.tube.blood_ml = Some(vellus_units::Millilitres(ml));
        p.rotor.radius_max_mm = Some(vellus_units::Millimetres(160.0));
        p.withdrawal.margin_mm = Some(vellus_units::Millimetres(margin));
        median_outcome(&p, 0.3).expect("valid")
    };
    // It falls with the haematocrit, and close to the red cells with the height of the column.
    for g in [80.0, 150.0, 300.0] {
        let r: Vec<f64> = [0.34, 0.40, 0.46, 0.52].map(|h| at(h, 9.0, g, 1.0).recovery).to_vec();
        assert!(r.windows(2).all(|w| w[1] < w[0]), "{g} g: {r:?}");
    }
    for g in [60.0, 100.0] {
        let r: Vec<f64> = [3.5, 6.0, 8.5].map(|ml| at(0.42, ml, g, 0.2).recovery).to_vec();
        assert!(r.windows(2).all(|w| w[1] < w[0]), "{g} g: {r:?}");
    }
    // A wide margin makes gentle spins look best, a narrow one does not.
    let best = |margin: f64| {
        [50.0, 80.0, 120.0, 180.0, 270.0, 400.0]
            .into_iter()
            .max_by(|a, b| at(0.42, 9.0, *a, margin).recovery.total_cmp(&at(0.42, 9.0, *b, margin).recovery))
            .expect("some")
    };
    assert!(best(6.0) < best(0.2), "{} {}", best(6.0), best(0.2));
    // A gentle single spin concentrates by about 1/(1 − haematocrit).
    let factor = at(0.42, 9.0, 150.0, 1.0).concentration_factor;
    assert!((factor * (1.0 - 0.42) - 1.0).abs() < 0.15, "{factor}");
}
