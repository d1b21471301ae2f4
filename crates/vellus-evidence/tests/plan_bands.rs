//! Bands of plans on virtual people whose truth is known: a subset of `vellus validate plan`, with bounds as much
//! wider as fewer people are less sure.

use vellus_evidence::plan_bands;

#[test]
fn stat_bands_hold_as_many_outcomes_as_they_say() {
    let rows = plan_bands::run_all(1, true).unwrap();
    let missed: Vec<_> = rows.iter().filter(|r| !r.pass).map(|r| (&r.what, r.lo, r.hi, r.model)).collect();
    assert!(missed.is_empty(), "{missed:?}");
    let held = rows.iter().filter(|r| (r.published - 80.0).abs() < 1e-9).count();
    assert_eq!(held, 2 * (3 * 4 + 4));
}
