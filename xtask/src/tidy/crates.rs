//! Which crate may use which.

use super::project::{File, Problem, Project};

/// The map's table: a crate and those of ours that it may use. Tests may use more.
const USES: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("wire", &["base"]),
    ("store", &["base"]),
    ("outbound", &["base"]),
    ("identity", &["base", "wire", "store", "outbound"]),
    ("web", &["base", "wire", "identity"]),
    ("server", &["base", "wire", "store", "outbound", "identity", "web"]),
    ("testkit", &["base", "wire", "store", "outbound", "identity", "web"]),
    ("throwaway", &[]),
];

pub(super) fn find(project: &Project) -> Vec<Problem> {
    let manifests = project.under("crates/", "/Cargo.toml");
    manifests.flat_map(|manifest| check(manifest).into_iter()).collect()
}

fn check(manifest: &File) -> Vec<Problem> {
    let name = manifest.crate_name();
    let Some((_, allowed)) = USES.iter().find(|(known, _)| *known == name) else {
        return vec![manifest.problem(1, format!("the map has no crate {name}; xtask/src/tidy/crates.rs holds it"))];
    };
    let ours = |dependency: &str| USES.iter().any(|(known, _)| *known == dependency);
    dependencies(&manifest.text)
        .filter(|(_, dependency)| ours(dependency) && !allowed.contains(dependency))
        .map(|(line, dependency)| manifest.problem(line, format!("{name} may not use {dependency}")))
        .collect()
}

/// The names under `[dependencies]`, `[build-dependencies]` and their like for a target, with their lines.
fn dependencies(manifest: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut shipped = false;
    manifest.lines().enumerate().filter_map(move |(index, line)| {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            shipped = (section.ends_with("dependencies") || section.contains("dependencies."))
                && !section.contains("dev-dependencies");
            let name = section.split_once("dependencies.").map(|(_, name)| name);
            return name.filter(|_| shipped).map(|name| (index + 1, name));
        }
        let name = line.split(['.', '=', ' ']).next().filter(|name| !name.is_empty() && !name.starts_with('#'))?;
        shipped.then_some((index + 1, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> usize {
        find(&Project::of(&[(path, text)])).len()
    }

    #[test]
    fn a_door_that_knows_tables_is_found() {
        let path = "crates/web/Cargo.toml";
        assert_eq!(problems(path, "[dependencies]\nbase.workspace = true\nstore.workspace = true\n"), 1);
        assert_eq!(problems(path, "[dependencies]\noutbound = { path = \"../outbound\" }\n"), 1);
        assert_eq!(problems(path, "[dependencies.store]\nworkspace = true\n"), 1);
        assert_eq!(problems(path, "[target.'cfg(unix)'.dependencies]\nstore.workspace = true\n"), 1);
    }

    #[test]
    fn tests_of_a_door_may_know_tables() {
        let text = "[dependencies]\nidentity.workspace = true\naxum.workspace = true\n\n[dev-dependencies]\nstore.workspace = true\n";
        assert_eq!(problems("crates/web/Cargo.toml", text), 0);
    }

    #[test]
    fn a_crate_that_the_map_does_not_know_is_found() {
        assert_eq!(problems("crates/helpers/Cargo.toml", "[package]\nname = \"helpers\"\n"), 1);
    }
}
