//! Light beside what is known about it.

#[test]
fn val_light_is_within_its_tolerances() {
    let rows = vellus_evidence::validate(&["light".to_owned()], 1, false).expect("the files run");
    assert!(rows.len() > 20);
    let missed: Vec<_> = rows.iter().filter(|r| !r.pass).collect();
    assert!(missed.is_empty(), "{}", vellus_evidence::table(&rows));
}
