//! The layer rule: arrows between crates go downward only, some not even that, and heavy stacks
//! stay off the default path.
//!
//! The rule is data, below. ARCHITECTURE.md says the same in words.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, bail};

use crate::tree;

/// The floors, from the bottom up. A crate may depend on crates of lower floors, not on those of
/// its own.
const FLOORS: [&[&str]; 7] = [
    &["vellus-units"],
    &["vellus-head", "vellus-blood"],
    &["vellus-hair"],
    &["vellus-pigment", "vellus-light"],
    &["vellus-plan"],
    &["vellus-evidence", "vellus-report"],
    &["vellus"],
];

/// Members of the workspace that stand outside the building and may look at all of it.
const OUTSIDE: [&str; 1] = ["xtask"];

/// A downward arrow that is forbidden all the same.
struct Forbidden {
    from: &'static str,
    to: &'static str,
    why: &'static str,
}

const FORBIDDEN: [Forbidden; 4] = [
    Forbidden {
        from: "vellus-hair",
        to: "vellus-blood",
        why: "a follicle answers to a dose; how the dose was spun is vellus-plan's to join",
    },
    Forbidden {
        from: "vellus-light",
        to: "vellus-hair",
        why: "the light room draws strands and roots as it is handed them, whatever grew them",
    },
    Forbidden { from: "vellus-light", to: "vellus-blood", why: "nothing in a picture depends on blood" },
    Forbidden {
        from: "vellus-pigment",
        to: "vellus-blood",
        why: "dots are planned around living follicles, whatever keeps them alive",
    },
];

/// A name that must not be used in the sources of a crate: a dependency is allowed for one purpose
/// and not for another.
struct Word {
    of: &'static str,
    word: &'static str,
    why: &'static str,
}

/// Why vellus-report has the dependencies that it has.
const REPORT: &str = "vellus-report shows what vellus-plan has simulated and must not simulate by itself. \
It depends on vellus-hair for constants of the pattern (where the vertex is) and for the types that a plan \
hands it, on vellus-blood for the types that a bench hands it, on vellus-pigment for the age of dots, on vellus-light for drawing; it takes courses and moments \
from the plan and never runs follicles";

const WORDS: [Word; 11] = [
    Word { of: "vellus-report", word: "vellus_blood::prepare", why: REPORT },
    Word { of: "vellus-report", word: "vellus_blood::inverse", why: REPORT },
    Word { of: "vellus-report", word: "run_follicle", why: REPORT },
    Word { of: "vellus-report", word: "tally_parallel", why: REPORT },
    Word { of: "vellus-report", word: "course::tally", why: REPORT },
    Word { of: "vellus-report", word: "course::snapshots", why: REPORT },
    Word { of: "vellus-report", word: "vellus_hair::regime", why: REPORT },
    Word { of: "vellus-report", word: "vellus_hair::automaton", why: REPORT },
    Word { of: "vellus-report", word: "Scalp::grow", why: REPORT },
    Word { of: "vellus-report", word: "plan_dots", why: REPORT },
    Word { of: "vellus-hair", word: "std::fs", why: "the hair room knows no files; tables come in as text" },
];

/// Stacks that a newcomer must not wait for: they belong in crates of their own, behind features.
const HEAVY: [&str; 17] = [
    "arrow",
    "axum",
    "ballista",
    "candle-core",
    "datafusion",
    "hyper",
    "libsqlite3-sys",
    "ort",
    "parquet",
    "polars",
    "pyo3",
    "reqwest",
    "rusqlite",
    "sqlx",
    "tokio",
    "tract-onnx",
    "typst",
];

/// Packages that `vellus` is built from by default; a ceiling, so that growth is a decision.
const MOST_PACKAGES: usize = 328;

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|f| f.contains(&name))
}

/// What is wrong with the arrows between the crates; empty when nothing is.
fn wrong_arrows(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (from, all) in arrows {
        if OUTSIDE.contains(&from.as_str()) {
            continue;
        }
        let Some(own) = floor(from) else {
            wrong.push(format!(
                "{from} stands on no floor: give it one in xtask/src/layers.rs and a row in ARCHITECTURE.md"
            ));
            continue;
        };
        for to in all {
            match floor(to) {
                None => wrong.push(format!("{from} depends on {to}, which stands on no floor; only lower crates may be used")),
                Some(f) if f >= own => wrong.push(format!(
                    "{from} (floor {own}) depends on {to} (floor {f}), which is not below it; arrows go downward only: {}",
                    picture()
                )),
                Some(_) => {}
            }
            if let Some(f) = FORBIDDEN.iter().find(|f| f.from == from && f.to == to) {
                wrong.push(format!("{from} must not depend on {to}: {}", f.why));
            }
        }
    }
    wrong
}

fn picture() -> String {
    FLOORS.map(|f| f.join(", ")).join(" < ")
}

/// Code of a source file without comments, roughly: whole comment lines are left out.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//"))
}

fn wrong_words(name: &str, folder: &Path, wrong: &mut Vec<String>) -> anyhow::Result<()> {
    let mut entries = std::fs::read_dir(folder)
        .with_context(|| format!("reading {}", folder.display()))?
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            wrong_words(name, &path, wrong)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path)?;
            for (n, line) in code(&text) {
                for w in WORDS.iter().filter(|w| w.of == name && line.contains(w.word)) {
                    let file = path.file_name().unwrap_or_default().to_string_lossy();
                    wrong.push(format!("{name}: `{}` in {file}, line {}: {}", w.word, n + 1, w.why));
                }
            }
        }
    }
    Ok(())
}

fn wrong_weight(below: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut wrong: Vec<String> = below
        .iter()
        .filter(|(name, _)| HEAVY.contains(&name.as_str()))
        .map(|(name, chain)| {
            format!(
                "{name} is built by default ({}); a newcomer waits for it: move it into a crate of its own behind a feature",
                chain.join(" → ")
            )
        })
        .collect();
    if below.len() > MOST_PACKAGES {
        wrong.push(format!(
            "vellus is built from {} packages, more than {MOST_PACKAGES}; raise the ceiling in xtask/src/layers.rs only when the build stays short",
            below.len()
        ));
    }
    wrong
}

/// Checks the layer rule.
///
/// # Errors
/// With every arrow, word and package that breaks it.
pub(crate) fn check() -> anyhow::Result<String> {
    let metadata = tree::read()?;
    let arrows = tree::between_members(&metadata);
    let mut wrong = wrong_arrows(&arrows);
    for package in metadata.workspace_packages() {
        if let Some(folder) = package.manifest_path.parent() {
            let src = folder.join("src");
            if src.is_dir() {
                wrong_words(&package.name, src.as_std_path(), &mut wrong)?;
            }
        }
    }
    let below = tree::below(&metadata, "vellus")?;
    wrong.extend(wrong_weight(&below));
    if !wrong.is_empty() {
        bail!("the layer rule is broken:\n  - {}", wrong.join("\n  - "));
    }
    let count: usize = arrows.values().map(BTreeSet::len).sum();
    Ok(format!(
        "{} crates, {count} arrows, all downward; vellus is built from {} packages, none of them heavy",
        arrows.len(),
        below.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_keeps_the_layer_rule() {
        check().unwrap();
    }

    fn arrow(from: &str, to: &str) -> Vec<String> {
        wrong_arrows(&BTreeMap::from([(from.to_owned(), BTreeSet::from([to.to_owned()]))]))
    }

    #[test]
    fn upward_level_and_forbidden_arrows_are_named() {
        assert!(arrow("vellus-plan", "vellus-light").is_empty());
        assert!(arrow("xtask", "vellus").is_empty());
        let up = arrow("vellus-head", "vellus-hair");
        assert_eq!(up.len(), 1);
        assert!(up[0].contains("vellus-head") && up[0].contains("not below it"), "{}", up[0]);
        assert_eq!(arrow("vellus-pigment", "vellus-light").len(), 1);
        assert_eq!(arrow("vellus-report", "vellus-evidence").len(), 1);
        assert!(arrow("vellus-light", "vellus-hair")[0].contains("must not depend"));
        assert!(arrow("vellus-new", "vellus-units")[0].contains("stands on no floor"));
    }

    #[test]
    fn heavy_packages_are_named_with_the_way_to_them() {
        let chain = vec!["vellus".to_owned(), "vellus-report".to_owned(), "typst".to_owned()];
        let wrong = wrong_weight(&BTreeMap::from([("typst".to_owned(), chain)]));
        assert!(wrong[0].contains("vellus → vellus-report → typst"), "{}", wrong[0]);
    }

    #[test]
    fn comments_are_not_code() {
        assert_eq!(code("// plan_dots\nlet a = 1;\n  /// Scalp::grow\n").count(), 1);
    }
}
