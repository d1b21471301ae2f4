//! Prints lengths, landmarks and zone areas of scans: `measure_heads SCAN...`, each with its
//! description in a `.toml` of the same name beside it.
#![allow(clippy::print_stdout, missing_docs)]

use std::path::Path;

use vellus_head::{Head, Landmark, ScanSpec, Sex, io::read_mesh};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for name in std::env::args().skip(1) {
        let path = Path::new(&name);
        let spec = ScanSpec::from_toml(&std::fs::read_to_string(path.with_extension("toml"))?)?;
        let head = Head::from_scan(&read_mesh(path)?, &spec, Sex::Male, None, name.as_str())?;
        println!("{name}\n{:#?}", head.lengths());
        for (key, value) in &spec.measured {
            println!("  measured {key} = {value}");
        }
        for l in Landmark::ALL {
            let p = head.landmarks().get(l);
            println!("  {:24}{:8.1}{:8.1}{:8.1}", l.name(), p.x, p.y, p.z);
        }
        let areas = head.zone_areas();
        for (zone, area) in &areas {
            println!("  {:24}{:8.1}", format!("{zone:?}"), area);
        }
        println!("  total {:.1} cm²", areas.values().map(|a| a.0).sum::<f64>());
        for q in head.scalp().frontotemporal_angles().into_iter().chain(head.scalp().temporal_points()) {
            if let Some(p) = head.head_from_chart(q) {
                println!("  border corner {:.2} at {:.1}", q, p.position);
            }
        }
        for note in head.notes() {
            println!("  note: {note}");
        }
    }
    Ok(())
}
