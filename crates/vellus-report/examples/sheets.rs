//! Writes what goes into records and hands, to look at: `sheets FOLDER [PLAN.json]`. Without a plan a
//! made-up one is shown.

#[path = "../tests/support/mod.rs"]
mod support;

use vellus_report::{FhirRecord, consent_page, fhir_bundle};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = std::path::PathBuf::from(args.next().ok_or("usage: sheets FOLDER [PLAN.json]")?);
    let plan: vellus_plan::Plan = match args.next() {
        Some(from) => serde_json::from_str(&std::fs::read_to_string(from)?)?,
        None => support::plan(),
    };
    for s in &plan.strategies {
        let bundle = fhir_bundle(&plan, &s.id, &FhirRecord::default())?;
        std::fs::write(folder.join(format!("{}.fhir.json", s.id)), bundle)?;
        if let Some(html) = consent_page(&plan, &s.id)? {
            std::fs::write(folder.join(format!("{}.consent.html", s.id)), html)?;
        }
    }
    Ok(())
}
