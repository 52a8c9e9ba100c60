//! The flags about groups and lists of values.

use clap::{Args, ValueEnum};
use identity::imports::{Choices, ListSeparator, UnknownGroups};

#[derive(Args)]
pub(super) struct GroupWishes {
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

impl GroupWishes {
    /// The choices with those of the flags.
    pub(super) fn applied_to(&self, choices: Choices) -> Choices {
        Choices {
            groups: self.groups.clone(),
            unknown_groups: if self.create_groups { UnknownGroups::Create } else { UnknownGroups::Fail },
            list_separator: match self.list_separator {
                ListSeparatorFlag::Semicolon => ListSeparator::Semicolon,
                ListSeparatorFlag::Pipe => ListSeparator::Pipe,
                ListSeparatorFlag::Comma => ListSeparator::Comma,
            },
            ..choices
        }
    }
}
