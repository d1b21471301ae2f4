//! Invariants and limits of the settling column, through the public API.

use proptest::prelude::*;
use vellus_blood::cells;
use vellus_blood::column::{Column, Frame, Section, SmallCell, Suspension};

const PACKING: f64 = 0.8;

fn suspension(small: Vec<SmallCell>, stirring_mm_s: f64) -> Suspension {
    Suspension {
        s_rbc: 7.0e-8,
        aggregation: 20.0,
        packing: PACKING,
        rbc_density: cells::RBC_DENSITY,
        fluid_density: 1.024,
        small,
        stirring_mm_s,
        bore_mm: 13.0,
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
        omega2: rcf * 9806.65 / 1.0e9,
        effective_s: seconds,
        radius_max_mm: 1.0e9,
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
        stirring in 0.0..0.1f64,
        sector in proptest::bool::ANY,
    ) {
        let s = suspension(vec![platelet(), granulocyte()], stirring);
        let mut c = Column::mixed(cells, length, 100.0, hct, &[250.0, 6.0]);
        let near = Frame { omega2: rcf * 9806.65 / 130.0, radius_max_mm: 160.0, ..far(rcf, seconds) };
        if sector {
            c.section = Section::Sector;
        }
        let area = c.faces(&near);
        let of_cell = |i: usize| 0.5 * (area[i] + area[i + 1]);
        let amounts = |c: &Column| {
            let mut all = [0.0; 3];
            for i in 0..c.cells() {
                all[0] += c.rbc[i] * of_cell(i);
                all[1] += c.small[i][0] * of_cell(i);
                all[2] += c.small[i][1] * of_cell(i);
            }
            all
        };
        let before = amounts(&c);
        let looks: Vec<f64> = (0..20).map(|i| seconds * f64::from(i) / 19.0).collect();
        let mut at_every_look = Vec::new();
        c.spin(&s, &near, &looks, |_, c| at_every_look.push((amounts(c), c.clone())));
        prop_assert_eq!(at_every_look.len(), 20);
        for (now, c) in &at_every_look {
            for (a, b) in now.iter().zip(before) {
                prop_assert!((a - b).abs() <= 1e-10 * (1e-3 + b), "{} {}", a, b);
            }
            prop_assert!(c.rbc.iter().all(|&f| (0.0..=PACKING + 1e-3).contains(&f)));
            prop_assert!(c.small.iter().flatten().all(|&x| x >= 0.0));
        }
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
    let left: f64 = c.small.iter().take(399).map(|x| x[0]).sum::<f64>() * c.dx_mm / 10.0;
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
    // Steady state with D = k z near the floor: c ∝ z^(−v/k) (Rouse 1937), far below the surface.
    let mut p = platelet();
    p.exclusion = 0.0;
    let k = 0.05;
    let mut s = suspension(vec![p], k);
    s.bore_mm = 1.0e6;
    let mut c = Column::mixed(800, 400.0, 100.0, 0.0, &[1.0]);
    c.spin(&s, &far(400.0, 40_000.0), &[], |_, _| ());
    let v = 8.0e-9 * 400.0 * 9806.65;
    let at = |z: f64| c.small[800 - (z / c.dx_mm) as usize][0];
    let got = (at(5.0) / at(20.0)).ln() / 4.0f64.ln();
    assert!((got / (v / k) - 1.0).abs() < 0.06, "{got} {}", v / k);
}

#[test]
fn prop_red_cells_make_no_new_extrema() {
    // A suspension that is denser downward stays so: neither the front nor the deposit rings.
    for cells in [40, 160, 400] {
        let s = suspension(vec![], 0.0);
        let mut c = Column::mixed(cells, 60.0, 100.0, 0.35, &[]);
        let looks: Vec<f64> = (1..30).map(|i| 12.0 * f64::from(i)).collect();
        c.spin(&s, &far(150.0, 360.0), &looks, |t, c| {
            for w in c.rbc.windows(2) {
                assert!(w[1] >= w[0] - 1e-6, "{cells} cells, {t} s: {} above {}", w[0], w[1]);
            }
        });
    }
}

#[test]
fn prop_a_cloud_of_platelets_makes_no_new_extrema() {
    let mut p = platelet();
    p.exclusion = 0.0;
    let s = suspension(vec![p], 0.0);
    let mut c = Column::mixed(200, 60.0, 100.0, 0.0, &[0.0]);
    for x in &mut c.small[20..60] {
        x[0] = 1.0;
    }
    c.spin(&s, &far(300.0, 400.0), &[], |_, _| ());
    let up: f64 = c.small.windows(2).map(|w| (w[1][0] - w[0][0]).abs()).sum();
    let most = c.small.iter().map(|x| x[0]).fold(0.0, f64::max);
    assert!(most <= 1.0 + 1e-12 && most > 0.99, "{most}");
    assert!(up <= 2.0 + 1e-9, "total variation {up}");
}

#[test]
fn prop_uniform_plasma_stays_uniform_without_slip() {
    // Cells that neither settle nor lead keep their number per plasma volume.
    let tracer = SmallCell { s: 0.0, density: 1.070, volume_fl: 1e-6, exclusion: 0.0 };
    let s = suspension(vec![tracer], 0.0);
    let mut c = Column::mixed(100, 50.0, 100.0, 0.4, &[100.0]);
    c.spin(&s, &far(200.0, 120.0), &[], |_, _| ());
    for (x, phi) in c.small.iter().zip(&c.rbc) {
        assert!((x[0] / (1.0 - phi) / (100.0 / 0.6) - 1.0).abs() < 1e-9, "{} {phi}", x[0]);
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

#[test]
fn val_the_surface_is_found_in_a_suspension_that_thins_on_its_way() {
    // Close to the axis the plateau thins before it has settled; the front is where w(φ₀) has brought it.
    let s = suspension(vec![], 0.0);
    let near = Frame { omega2: 60.0 * 9806.65 / 90.0, radius_max_mm: 90.0, ..far(60.0, 60.0) };
    let mut c = Column::mixed(280, 70.0, 100.0, 0.35, &[]);
    let mut last = 0.0;
    c.spin(&s, &near, &[10.0, 20.0, 30.0, 40.0, 50.0, 60.0], |t, c| {
        // The steepest rise of the profile is the front.
        let steepest = (1..c.cells() / 2)
            .max_by(|a, b| (c.rbc[*a] - c.rbc[a - 1]).total_cmp(&(c.rbc[*b] - c.rbc[b - 1])))
            .expect("cells");
        let at = steepest as f64 * c.dx_mm;
        assert!((c.interface_mm() - at).abs() < 3.0 * c.dx_mm, "{t} s: {} {at}", c.interface_mm());
        assert!(c.interface_mm() > last);
        last = c.interface_mm();
    });
}
