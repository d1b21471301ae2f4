//! Writes the page of a plan to look at: `sample PAGE.html [PLAN.json]`. Without a plan a made-up
//! one with placeholder pictures is shown.

#[path = "../tests/support/mod.rs"]
mod support;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let to = args.next().ok_or("usage: sample PAGE.html [PLAN.json]")?;
    let (plan, pictures) = match args.next() {
        Some(from) => {
            let plan: vellus_plan::Plan = serde_json::from_str(&std::fs::read_to_string(from)?)?;
            (plan, vellus_report::PictureSet::default())
        }
        None => {
            let plan = support::plan();
            let pictures = support::pictures(&plan);
            (plan, pictures)
        }
    };
    std::fs::write(&to, vellus_report::page(&plan, &pictures)?)?;
    use std::io::Write as _;
    std::io::stdout().write_all(vellus_report::summary_text(&plan, 80, false).as_bytes())?;
    Ok(())
}
