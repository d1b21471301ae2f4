//! The protocol files beside the model.

use std::path::PathBuf;
use vellus_blood::{Row, check, load_protocol};

fn rows() -> Vec<Row> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/protocols");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("data/protocols")
        .map(|e| e.expect("entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|f| {
            let text = std::fs::read_to_string(f).expect("file");
            let p = load_protocol(&text).unwrap_or_else(|e| panic!("{}: {e}", f.display()));
            check(&p, 1).expect("valid")
        })
        .collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "the table is for people who run with --nocapture")]
fn val_published_preparations() {
    let rows = rows();
    for r in &rows {
        println!(
            "{:5} {:11} {:62} {:8.2} [{:7.2} {:7.2}]  model {:8.2} [{:7.2} {:7.2}] {}",
            if r.pass { "ok" } else { "MISS" },
            r.split,
            r.id,
            r.published,
            r.lo,
            r.hi,
            r.model,
            r.model_lo,
            r.model_hi,
            if r.covered() { "covered" } else { "" }
        );
    }
    let hits = rows.iter().filter(|r| r.pass).count();
    println!("{hits} of {} rows hold", rows.len());
    assert!(rows.len() >= 18);
    for r in &rows {
        assert!(
            r.pass,
            "{}: published {}, model {} ({} to {})",
            r.id, r.published, r.model, r.model_lo, r.model_hi
        );
    }
    let strict = rows.iter().filter(|r| (r.lo..=r.hi).contains(&r.model)).count();
    assert!(strict + 2 >= rows.len(), "{strict} medians within the published scatter");
}
