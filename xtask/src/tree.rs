//! The packages of the workspace and what they depend on, as cargo resolves them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use anyhow::Context;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

/// Asks cargo for the packages; works from any folder of the workspace.
pub(crate) fn read() -> anyhow::Result<Metadata> {
    MetadataCommand::new().exec().context("cargo metadata")
}

/// Root folder of the workspace.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let metadata = MetadataCommand::new().no_deps().exec().context("cargo metadata")?;
    Ok(metadata.workspace_root.into_std_path_buf())
}

/// Normal and build dependencies of the members of the workspace among each other, by name.
pub(crate) fn between_members(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let members: BTreeSet<&str> = metadata.workspace_packages().iter().map(|p| p.name.as_str()).collect();
    metadata
        .workspace_packages()
        .iter()
        .map(|p| {
            let on = p
                .dependencies
                .iter()
                .filter(|d| d.kind != DependencyKind::Development && members.contains(d.name.as_str()))
                .map(|d| d.name.clone())
                .collect();
            (p.name.to_string(), on)
        })
        .collect()
}

/// Everything that `top` is built from with default features, each with the chain of names that
/// leads to it.
pub(crate) fn below(metadata: &Metadata, top: &str) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let resolve = metadata.resolve.as_ref().context("cargo metadata resolved nothing")?;
    let name: BTreeMap<&PackageId, &str> =
        metadata.packages.iter().map(|p| (&p.id, p.name.as_str())).collect();
    let nodes: BTreeMap<&PackageId, _> = resolve.nodes.iter().map(|n| (&n.id, n)).collect();
    let start = metadata
        .packages
        .iter()
        .find(|p| p.name == top)
        .with_context(|| format!("there is no package {top}"))?;
    let mut found = BTreeMap::from([(top.to_owned(), vec![top.to_owned()])]);
    let mut seen = BTreeSet::from([&start.id]);
    let mut queue = VecDeque::from([&start.id]);
    while let Some(id) = queue.pop_front() {
        let chain = found.get(name[id]).cloned().unwrap_or_default();
        for dep in &nodes[id].deps {
            let built = dep.dep_kinds.iter().any(|k| k.kind != DependencyKind::Development);
            if built && seen.insert(&dep.pkg) {
                let mut longer = chain.clone();
                longer.push(name[&dep.pkg].to_owned());
                found.entry(name[&dep.pkg].to_owned()).or_insert(longer);
                queue.push_back(&dep.pkg);
            }
        }
    }
    Ok(found)
}
