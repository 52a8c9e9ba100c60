//! Every statement that is written as one text, prepared on each database.

use std::path::{Path, PathBuf};

use testkit::on_each_database;

fn rows_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rows_files(&path, found);
        } else if path.file_name().is_some_and(|name| name == "rows.rs") {
            found.push(path);
        }
    }
}

/// The string literals that are handed to a transaction as they stand.
fn statements(source: &str) -> Vec<String> {
    let calls = [".execute(", ".all(", ".one(", ".optional("];
    let mut found = Vec::new();
    for call in calls {
        for (at, _) in source.match_indices(call) {
            let rest = source[at + call.len()..].trim_start();
            if let Some(literal) = rest.strip_prefix('"') {
                let end = literal.find('"').expect("a literal ends");
                found.push(literal[..end].replace("\\\n", " "));
            }
        }
    }
    found
}

on_each_database! {
    async fn every_statement_fits_the_schema(world: World) {
        let mut files = Vec::new();
        rows_files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut files);
        let mut count = 0;
        for file in files {
            for sql in statements(&std::fs::read_to_string(&file).unwrap()) {
                let mut tx = world.identity.db().begin_write().await.unwrap();
                tx.prepare(&sql).await.unwrap_or_else(|error| panic!("{}: {sql}: {error}", file.display()));
                count += 1;
            }
        }
        assert!(count > 30, "only {count} statements were found");
    }
}
