//! Writes the SMP sheets of a case to look at: `smp_sheets CASE.toml STRATEGY FOLDER [quick]`.

use std::path::Path;

use vellus_plan::case::read;
use vellus_plan::forecast::Effort;
use vellus_plan::smp_card::smp_card;
use vellus_plan::{Request, make, strategy};
use vellus_report::{SmpSizes, smp_page, smp_pictures, smp_text, supply_csv};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [case, id, folder, rest @ ..] = args.as_slice() else {
        return Err("smp_sheets CASE.toml STRATEGY FOLDER [quick]".into());
    };
    let (path, folder) = (Path::new(case), Path::new(folder));
    let case = read::read(path)?;
    let strategies = strategy::built_in()?.into_iter().filter(|s| s.id == *id).collect();
    let request = Request {
        case: &case,
        case_text: "",
        folder: path.parent().unwrap_or(Path::new(".")),
        clock: jiff::civil::date(2026, 11, 23),
        seed: 1,
        effort: Effort::QUICK,
        quick: true,
        strategies,
    };
    let planned = make(&request, &mut |_| ())?;
    let Some(card) = smp_card(&planned, 0)? else { return Err("this strategy lays no dots".into()) };
    let sizes = if rest.is_empty() { SmpSizes::FULL } else { SmpSizes::QUICK };
    let pictures = smp_pictures(&planned, 0, &sizes, &mut |_, _| ())?;
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("smp.html"), smp_page(&card, &pictures)?)?;
    std::fs::write(folder.join("supplies.csv"), supply_csv(&card)?)?;
    let said: Vec<String> =
        pictures.close_ups.iter().map(|p| format!("{}: {}\n", p.view, p.caption)).collect();
    std::fs::write(folder.join("pictures.txt"), said.concat())?;
    for p in &pictures.close_ups {
        std::fs::write(folder.join(format!("{}.jpg", p.view)), &p.bytes)?;
    }
    std::fs::write(folder.join("smp.txt"), smp_text(&card, 100, false))?;
    Ok(())
}
