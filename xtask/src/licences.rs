//! Licences, banned crates and sources of everything that the workspace is built from, by
//! `deny.toml`: what `cargo deny check licenses bans sources` does, with nothing to install.

use std::path::Path;

use anyhow::{Context, bail};
use cargo_metadata::Package;
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use crate::tree;

/// The part of `deny.toml` that is used here.
#[derive(Debug, Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Debug, Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

impl Rules {
    fn read(root: &Path) -> anyhow::Result<Self> {
        let path = root.join("deny.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        toml::from_str(&text).context("deny.toml")
    }

    fn allowed(&self) -> anyhow::Result<Vec<Licensee>> {
        self.licenses
            .allow
            .iter()
            .map(|l| Licensee::parse(l).with_context(|| format!("deny.toml: {l} is no SPDX licence")))
            .collect()
    }
}

/// What is wrong with the licence of a package.
fn wrong_licence(name: &str, licence: Option<&str>, allowed: &[Licensee]) -> Option<String> {
    let Some(text) = licence else {
        return Some(format!("{name} states no licence"));
    };
    match Expression::parse_mode(text, ParseMode::LAX) {
        Err(e) => Some(format!("{name}: {text:?} cannot be read as a licence: {}", e.reason)),
        Ok(expression) if expression.evaluate(|req| allowed.iter().any(|a| a.satisfies(req))) => None,
        Ok(_) => Some(format!("{name} is under {text}, which deny.toml does not allow")),
    }
}

fn wrong_source(p: &Package) -> Option<String> {
    let source = p.source.as_ref()?;
    (!source.is_crates_io()).then(|| format!("{} {} does not come from crates.io", p.name, p.version))
}

fn wrong_versions(p: &Package) -> impl Iterator<Item = String> {
    p.dependencies
        .iter()
        .filter(|d| d.path.is_none() && d.req.to_string() == "*")
        .map(|d| format!("{} asks for any version of {}", p.name, d.name))
}

/// Checks licences, bans and sources.
///
/// # Errors
/// With every package that breaks a rule.
pub(crate) fn check() -> anyhow::Result<String> {
    let metadata = tree::read()?;
    let rules = Rules::read(metadata.workspace_root.as_std_path())?;
    let allowed = rules.allowed()?;
    let mut wrong = Vec::new();
    for p in &metadata.packages {
        wrong.extend(wrong_licence(&p.name, p.license.as_deref(), &allowed));
        wrong.extend(wrong_source(p));
        if let Some(b) = rules.bans.deny.iter().find(|b| p.name == b.name) {
            wrong.push(format!("{} is banned: {}", b.name, b.reason));
        }
    }
    for p in metadata.workspace_packages() {
        wrong.extend(wrong_versions(p));
    }
    if !wrong.is_empty() {
        bail!("deny.toml is not kept:\n  - {}", wrong.join("\n  - "));
    }
    Ok(format!("{} packages: licences, bans and sources as deny.toml allows", metadata.packages.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_keeps_deny_toml() {
        check().unwrap();
    }

    #[test]
    fn a_choice_needs_one_allowed_licence_and_a_sum_all() {
        let allowed = [Licensee::parse("MIT").unwrap(), Licensee::parse("Unicode-3.0").unwrap()];
        assert_eq!(wrong_licence("a", Some("MIT/Apache-2.0"), &allowed), None);
        assert_eq!(wrong_licence("a", Some("(MIT OR Apache-2.0) AND Unicode-3.0"), &allowed), None);
        assert!(wrong_licence("a", Some("MIT AND GPL-3.0-only"), &allowed).is_some());
        assert!(wrong_licence("a", Some("AGPL-3.0-only"), &allowed).is_some());
        assert!(wrong_licence("a", None, &allowed).is_some());
    }
}
