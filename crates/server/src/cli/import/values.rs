//! The flags about what stands in cells: lists, groups, other words, made usernames.

use clap::{Args, ValueEnum};
use identity::imports::{Choices, ListSeparator, UnknownGroups, UsernameFrom};

use crate::config::Misuse;

#[derive(Args)]
pub(super) struct ValueWishes {
    /// How usernames are made, as '{first_name}.{last_name}'; of equal ones, the later get a number
    #[arg(long, value_name = "PATTERN", conflicts_with = "username_from")]
    username_pattern: Option<String>,
    /// A value of a column that means another. May be given several times
    #[arg(long = "translate", value_name = "COLUMN:VALUE=OTHER")]
    translations: Vec<String>,
    /// Keep blanks around the text of cells
    #[arg(long)]
    keep_blanks: bool,
    /// A group that every account of the file joins. May be given several times
    #[arg(long = "group", value_name = "NAME")]
    groups: Vec<String>,
    /// Create groups that there aren't; otherwise a row that names one is faulty
    #[arg(long)]
    create_groups: bool,
    /// What stands between several values in one cell
    #[arg(long, value_enum, value_name = "SIGN", default_value = "semicolon")]
    list_separator: ListSeparatorFlag,
}

#[derive(Clone, Copy, ValueEnum)]
enum ListSeparatorFlag {
    Semicolon,
    Pipe,
    Comma,
}

impl ValueWishes {
    /// The choices with those of the flags.
    ///
    /// Errors: a translation that isn't one.
    pub(super) fn applied_to(&self, choices: Choices) -> Result<Choices, Misuse> {
        Ok(Choices {
            username_from: choices.username_from.or(self.username_pattern.as_ref().map(|_| UsernameFrom::Pattern)),
            username_pattern: self.username_pattern.clone().unwrap_or_default(),
            translations: translations(&self.translations)?,
            keep_blanks: self.keep_blanks,
            groups: self.groups.clone(),
            unknown_groups: if self.create_groups { UnknownGroups::Create } else { UnknownGroups::Fail },
            list_separator: match self.list_separator {
                ListSeparatorFlag::Semicolon => ListSeparator::Semicolon,
                ListSeparatorFlag::Pipe => ListSeparator::Pipe,
                ListSeparatorFlag::Comma => ListSeparator::Comma,
            },
            ..choices
        })
    }
}

/// Columns, each with its values and what they mean.
type Translations = Vec<(String, Vec<(String, String)>)>;

/// The translations column by column.
fn translations(texts: &[String]) -> Result<Translations, Misuse> {
    let mut found = Translations::new();
    for text in texts {
        let parts = text.split_once(':').and_then(|(column, rest)| Some((column, rest.split_once('=')?)));
        let (column, (from, to)) = parts.ok_or_else(|| {
            Misuse(format!("--translate {text:?} is none; write it like --translate 'Status:yes=enabled'"))
        })?;
        let pair = (from.trim().to_owned(), to.trim().to_owned());
        match found.iter_mut().find(|(known, _)| known == column.trim()) {
            Some((_, values)) => values.push(pair),
            None => found.push((column.trim().to_owned(), vec![pair])),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_translated_column_by_column() {
        let texts = ["Status: yes = enabled", "Status:no=disabled", "Mail:="].map(str::to_owned);
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let expected = vec![
            ("Status".to_owned(), vec![pair("yes", "enabled"), pair("no", "disabled")]),
            ("Mail".to_owned(), vec![pair("", "")]),
        ];
        assert_eq!(translations(&texts).expect("they are in order"), expected);
        assert!(translations(&["Status=yes".to_owned()]).is_err());
    }
}
