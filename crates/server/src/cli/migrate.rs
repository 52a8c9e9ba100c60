//! `reeve migrate`: the schema, ahead of a start.

use anyhow::Result;

use crate::config::Config;
use crate::database;
use crate::terminal::say;

/// Applies the missing migrations and prints their names.
///
/// Errors: the database can't be reached, or was made by a newer version.
pub(crate) async fn run(config: &Config) -> Result<()> {
    let (_, applied) = database::open_migrated(config).await?;
    for name in &applied {
        say(format_args!("applied {name}"));
    }
    say(format_args!("{} has the schema of this version.", capitalized(&database::name(config))));
    Ok(())
}

fn capitalized(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}
