//! Reading `reeve.toml`.

use std::path::{Path, PathBuf};

use super::Misuse;
use super::keys::Key;

/// What a configuration file says: each key with its value as text.
pub(super) type Lines = Vec<(Key, String)>;

/// Reads a file that must exist.
///
/// Errors: the file can't be read, isn't TOML, has an unknown key, or a value of another kind.
pub(super) fn read(path: &Path) -> Result<Lines, Misuse> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Misuse(format!("{name} can't be read: {error}")))?;
    parse(&text, &name)
}

/// The file to read when none was named: the first of `./reeve.toml` and `DATA/reeve.toml` that exists.
pub(super) fn find(here: &Path, data: &Path) -> Option<PathBuf> {
    let in_data = if data.is_absolute() { data.to_owned() } else { here.join(data) };
    [here.to_owned(), in_data].into_iter().map(|folder| folder.join("reeve.toml")).find(|path| path.is_file())
}

fn parse(text: &str, name: &str) -> Result<Lines, Misuse> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
        Misuse(format!("{name} can't be read, line {line}: {}", error.message()))
    })?;
    table
        .into_iter()
        .map(|(key, value)| {
            let key = Key::in_file(&key, name)?;
            let value = plain(&value).ok_or_else(|| {
                Misuse(format!("{name}: {} must be a text or a list of texts, in quotation marks", key.0))
            })?;
            Ok((key, value))
        })
        .collect()
}

/// A text, or a list of texts as one with commas.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Array(parts) => {
            let parts: Option<Vec<&str>> = parts.iter().map(toml::Value::as_str).collect();
            Some(parts?.join(","))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys;
    use super::*;

    #[test]
    fn texts_and_lists_of_texts_are_read() {
        let lines = parse("listen = \"[::]:80\"\ntrusted_proxies = [\"10.0.0.1\", \"10.1.0.0/16\"]", "reeve.toml");
        let mut lines = lines.expect("it is well formed");
        lines.sort_unstable();
        let expected = [(keys::LISTEN, "[::]:80"), (keys::TRUSTED_PROXIES, "10.0.0.1,10.1.0.0/16")];
        assert_eq!(lines, expected.map(|(key, value)| (key, value.to_owned())));
    }

    #[test]
    fn a_defect_is_named_with_its_line() {
        let refusal = parse("listen = \"a\"\ndata = ", "reeve.toml").expect_err("a value is missing").to_string();
        assert!(refusal.starts_with("reeve.toml can't be read, line 2: "), "{refusal}");
        let refusal = parse("listen = 8080", "reeve.toml").expect_err("a number").to_string();
        assert!(refusal.contains("listen must be a text"), "{refusal}");
    }
}
