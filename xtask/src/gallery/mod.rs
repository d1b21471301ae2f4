//! The gallery: five skins, three colours of hair, five states, from afar and close up; and the failures of the trade.
//!
//! Everything is asked of the close-up maker by its specification, so that the pictures show whatever the optics of
//! the program are.

mod failures;
mod patch;
mod person;
mod sheet;
mod state;

use anyhow::Context;
use std::path::Path;

use patch::Distance;
use person::{PEOPLE, Person};
use sheet::{Sheet, Tile};
use state::{Recipe, State};

/// Draws every sheet into `out` and says how long the list is. With `only`, the sheets whose names contain it.
///
/// # Errors
/// When a picture cannot be made or written.
pub(crate) fn run(out: &Path, only: Option<&str>, seed: u64) -> anyhow::Result<String> {
    std::fs::create_dir_all(out).with_context(|| format!("creating {}", out.display()))?;
    let wanted = |name: &str| only.is_none_or(|o| name.contains(o));
    let mut written = 0;
    for person in &PEOPLE {
        let names = Distance::ALL.map(|d| format!("{}-{}.jpg", person.slug, d.slug()));
        if !names.iter().any(|n| wanted(n)) {
            continue;
        }
        let recipes: Vec<Recipe> = person
            .hair
            .iter()
            .map(|(tone, _)| state::matched(person, *tone, seed))
            .collect::<anyhow::Result<_>>()?;
        for (distance, name) in Distance::ALL.into_iter().zip(&names) {
            if wanted(name) {
                let sheet = of(person, distance, &recipes, seed)?;
                write(out, name, &sheet)?;
                written += 1;
            }
        }
    }
    if wanted("failures.jpg") {
        write(out, "failures.jpg", &failures::sheet(seed)?)?;
        written += 1;
    }
    Ok(format!("wrote {written} sheets into {}", out.display()))
}

fn of(person: &Person, distance: Distance, recipes: &[Recipe], seed: u64) -> anyhow::Result<Sheet> {
    let mut rows = Vec::new();
    for (row, ((tone, word), recipe)) in (0..).zip(person.hair.iter().zip(recipes)) {
        // Another scalp for each colour of hair, the same one in every state.
        let mut tiles = Vec::new();
        for state in State::ALL {
            let picture =
                patch::picture(&state.spec(person, *tone, *recipe, distance), distance, seed + row)?;
            tiles.push(Tile { caption: patch::tone(&picture), picture });
        }
        let label = vec![
            (*word).to_owned(),
            format!("ink {:.0} per mm", recipe.load_per_mm),
            format!("{:.0} dots per cm²", recipe.per_cm2),
        ];
        rows.push((label, tiles));
    }
    Ok(Sheet {
        title: format!("{} · {}", person.title, distance.title()),
        note: distance.note().to_owned(),
        columns: State::ALL.iter().map(|s| vec![s.title().to_owned()]).collect(),
        rows,
    })
}

fn write(out: &Path, name: &str, sheet: &Sheet) -> anyhow::Result<()> {
    let path = out.join(name);
    let bytes = sheet.to_jpeg()?;
    std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    eprintln!("{}", path.display());
    Ok(())
}
