//! Invariants and limits of the settling column, through the public API.

use proptest::prelude::*;
use vellus_blood::cells;
use vellus_blood::column::{Column, Frame, SmallCell, Suspension};

const PACKING: f64 = 0.8;

fn suspension(small: Vec<SmallCell>, stirring_mm2_s: f64) -> Suspension {
    Suspension {
        s_rbc: 7.0e-8,
        aggregation: 20.0,
        packing: PACKING,
        rbc_density: cells::RBC_DENSITY,
        fluid_density: 1.024,
        small,
        stirring_mm2_s,
        pellet_sticks: false,
    }
}

fn platelet() -> SmallCell {
    SmallCell { s: 8.0e-9, density: 1.070, volume_fl: 6.57, exclusion: 0.5 }
}

fn granulocyte() -> SmallCell {
    SmallCell { s: 1.5e-7, density: 1.086, volume_fl: 300.0, exclusion: 0.0 }
}

/// A frame whose pull is the same everywhere: the axis is far away.
fn far(rcf: f64, seconds: f64) -> Frame {
    Frame {
        omega2: rcf * 9806.65 / 1.0e7,
        effective_s: seconds,
        radius_max_mm: 1.0e7,
        sin_angle: 1.0,
        inclination: 1.0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn prop_no_cell_is_lost_and_none_is_negative(
        hct in 0.0..0.6f64,
        rcf in 20.0..2500.0f64,
        seconds in 5.0..600.0f64,
        cells in 20usize..90,
        length in 10.0..100.0f64,
        stirring in 0.0..0.5f64,
    ) {
        let s = suspension(vec![platelet(), granulocyte()], stirring);
        let mut c = Column::mixed(cells, length, 100.0, hct, &[250.0, 6.0]);
        let before = (c.rbc_mm(), c.small_mm(0), c.small_mm(1));
        c.spin(&s, &far(rcf, seconds), &[], |_, _| ());
        prop_assert!((c.rbc_mm() - before.0).abs() <= 1e-9 * (1.0 + before.0));
        prop_assert!((c.small_mm(0) / before.1 - 1.0).abs() < 1e-9);
        prop_assert!((c.small_mm(1) / before.2 - 1.0).abs() < 1e-9);
        prop_assert!(c.rbc.iter().all(|&f| (0.0..=PACKING + 0.001).contains(&f)));
        prop_assert!(c.small.iter().flatten().all(|&x| x >= -1e-12));
    }
}

#[test]
fn val_interface_follows_hindered_settling() {
    // Kynch: the surface of a uniform suspension falls with w(φ₀) while the layer below it is
    // uniform. Same law as in the module, by hand.
    let (hct, rcf, t): (f64, f64, f64) = (0.35, 100.0, 120.0);
    let s = suspension(vec![], 0.0);
    let mut c = Column::mixed(400, 60.0, 100.0, hct, &[]);
    c.spin(&s, &far(rcf, t), &[], |_, _| ());
    let w = 20.0 * 7.0e-8 * rcf * 9806.65 * (1.0 - hct).powf(5.6) * (1.0 - (hct / PACKING).powi(8));
    let expected = w * t;
    assert!(expected > 8.0 && expected < 30.0);
    assert!((c.interface_mm() - expected).abs() < 0.02 * expected, "{} {expected}", c.interface_mm());
}

#[test]
fn val_a_lone_platelet_front_falls_with_stokes() {
    // Dilute platelets without red cells: the clear layer is s ω² r t deep.
    let mut p = platelet();
    p.exclusion = 0.0;
    let s = suspension(vec![p], 0.0);
    let mut c = Column::mixed(400, 40.0, 100.0, 0.0, &[10.0]);
    c.spin(&s, &far(300.0, 400.0), &[], |_, _| ());
    let depth = 8.0e-9 * 300.0 * 9806.65 * 400.0;
    let left: f64 = c.small[0].iter().take(399).sum::<f64>() * c.dx_mm / 10.0;
    assert!((left - (40.0 - depth)).abs() < 0.3, "{left} {}", 40.0 - depth);
}

#[test]
fn prop_packing_is_a_limit_and_is_approached() {
    let s = suspension(vec![], 0.0);
    let mut c = Column::mixed(120, 60.0, 100.0, 0.4, &[]);
    c.spin(&s, &far(2000.0, 3600.0), &[], |_, _| ());
    let highest = c.rbc.iter().copied().fold(0.0, f64::max);
    assert!(highest <= PACKING + 0.001 && highest > 0.97 * PACKING, "{highest}");
    let expected = 60.0 * (1.0 - 0.4 / PACKING);
    assert!((c.interface_mm() - expected).abs() < 2.0, "{} {expected}", c.interface_mm());
}

#[test]
fn val_stirring_reaches_the_profile_of_rouse() {
    // Steady state: c ∝ exp(z v / D) downward.
    let mut p = platelet();
    p.exclusion = 0.0;
    let d = 0.2;
    let s = suspension(vec![p], d);
    let mut c = Column::mixed(100, 30.0, 100.0, 0.0, &[1.0]);
    c.spin(&s, &far(400.0, 20_000.0), &[], |_, _| ());
    let v = 8.0e-9 * 400.0 * 9806.65;
    let expected = (v / d * 10.0 * c.dx_mm).exp();
    let ratio = c.small[0][60] / c.small[0][50];
    assert!((ratio / expected - 1.0).abs() < 0.02, "{ratio} {expected}");
}

#[test]
fn prop_uniform_plasma_stays_uniform_without_slip() {
    // Cells that neither settle nor lead keep their number per plasma volume.
    let tracer = SmallCell { s: 0.0, density: 1.070, volume_fl: 1e-6, exclusion: 0.0 };
    let s = suspension(vec![tracer], 0.0);
    let mut c = Column::mixed(100, 50.0, 100.0, 0.4, &[100.0]);
    c.spin(&s, &far(200.0, 120.0), &[], |_, _| ());
    for (x, phi) in c.small[0].iter().zip(&c.rbc) {
        assert!((x / (1.0 - phi) / (100.0 / 0.6) - 1.0).abs() < 1e-3);
    }
}

#[test]
fn val_sedimentation_rate_at_rest_is_that_of_blood() {
    // Westergren's tube: blood 4 : 1 with citrate, 1 g, one hour; healthy adults 1 to 20 mm
    // (textbook). Rouleaux need time to form, so the model may be at the upper end.
    use vellus_blood::inputs::{AGGREGATION, AGGREGATION_AT_G, AGGREGATION_POWER, packing_limit};
    let fluid = cells::plasma_density(20.0);
    let mu = cells::plasma_viscosity_mpa_s(20.0, 0.7);
    let s = Suspension {
        s_rbc: cells::stokes_s(cells::RBC_VOLUME_FL, cells::RBC_DENSITY, fluid, mu),
        aggregation: AGGREGATION.1 * AGGREGATION_AT_G.powf(AGGREGATION_POWER),
        packing: packing_limit(1.0),
        fluid_density: fluid,
        ..suspension(vec![], 0.0)
    };
    let mut c = Column::mixed(200, 200.0, 5.0, 0.45 * 0.8, &[]);
    c.spin(&s, &far(1.0, 3600.0), &[], |_, _| ());
    assert!((1.0..25.0).contains(&c.interface_mm()), "{}", c.interface_mm());
}
