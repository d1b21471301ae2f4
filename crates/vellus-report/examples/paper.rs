//! Writes the PDF of a plan that `vellus plan` has written, from its folder:
//! `cargo run --example paper -- FOLDER OUT.pdf [TEXTS]`. Sheets of SMP sessions are not in a folder, so
//! the practitioner's part is the short one.

use std::path::{Path, PathBuf};

use vellus_plan::Plan;
use vellus_report::{PaperSpec, Picture, PictureSet, Texts, report_pdf};

/// A picture from its file, named `strategy-view-moment-width.jpg`.
fn picture(path: &Path) -> Result<Picture, Box<dyn std::error::Error>> {
    let name = path.file_stem().and_then(|n| n.to_str()).unwrap_or_default();
    let parts: Vec<&str> = name.split('-').collect();
    let [strategy, view, moment, _] = parts[..] else { return Err(format!("{name} is no picture").into()) };
    let bytes = std::fs::read(path)?;
    let size = image::load_from_memory(&bytes)?;
    Ok(Picture {
        strategy: if strategy == "shared" { String::new() } else { strategy.to_owned() },
        view: view.to_owned(),
        moment: moment.to_owned(),
        caption: String::new(),
        width: size.width(),
        height: size.height(),
        mime: "image/jpeg",
        bytes,
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out)) = (args.next(), args.next()) else {
        return Err("give the folder of a plan and the PDF to write".into());
    };
    let texts = args.next().map_or_else(Texts::english, |t| Texts::from_folder(&t))?;
    let plan: Plan = serde_json::from_str(&std::fs::read_to_string(folder.join("plan.json"))?)?;
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder.join("pictures"))?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    files.sort();
    let mut set = PictureSet::default();
    let order = |p: &Picture| ["front", "three_quarter", "top", "back"].iter().position(|v| *v == p.view);
    for file in files {
        let p = picture(&file)?;
        match (order(&p), p.width < 300) {
            (None, _) => set.close_ups.push(p),
            (Some(_), true) => set.sheets.push(p),
            (Some(_), false) => set.lead.push(p),
        }
    }
    set.sheets.sort_by_key(order);
    std::fs::write(out, report_pdf(&plan, &set, &texts, &PaperSpec::default())?)?;
    Ok(())
}
