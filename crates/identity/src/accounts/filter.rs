//! What a list can be narrowed to.

use base::{Timestamp, text};
use store::{Dialect, Sql};

use super::status::StatusFilter;
use crate::access::Role;

/// What a list is narrowed to; every part that is set must hold. Text stands anywhere, whatever its case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Words, each of which stands somewhere in a name, the username or the address.
    pub quick: String,
    /// Part of the family name.
    pub last_name: String,
    /// Part of the given name.
    pub first_name: String,
    /// Part of the username.
    pub username: String,
    /// Part of the address.
    pub email: String,
    /// Any of these; all accounts when there are none.
    pub statuses: Vec<StatusFilter>,
    /// Administrators.
    pub role: Option<RoleFilter>,
    /// Created at this time or later.
    pub created_from: Option<Timestamp>,
    /// Created before this time.
    pub created_before: Option<Timestamp>,
    /// Not signed in to since this time, or never.
    pub unused_since: Option<Timestamp>,
}

/// Which administrators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoleFilter {
    /// Those with any role.
    Any,
    /// Those without a role.
    None,
    /// Those with this role.
    Role(Role),
}

/// The columns that text is looked for in.
const TEXT_COLUMNS: [&str; 4] = ["last_n", "first_n", "username_n", "email_n"];

/// Text to look for in one column, or in any of them.
pub(super) struct Needle {
    pub(super) columns: &'static [&'static str],
    pub(super) text: String,
}

impl Filter {
    /// Whether nothing is narrowed.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default() || self.needles().is_empty() && self.narrowed_otherwise() == 0
    }

    /// How many parts besides text are set.
    fn narrowed_otherwise(&self) -> usize {
        usize::from(!self.statuses.is_empty())
            + usize::from(self.role.is_some())
            + usize::from(self.created_from.is_some())
            + usize::from(self.created_before.is_some())
            + usize::from(self.unused_since.is_some())
    }

    /// The one status that the list is narrowed to, when it is narrowed to nothing else.
    pub(super) fn only_status(&self) -> Option<StatusFilter> {
        match self.statuses.as_slice() {
            [status] if self.needles().is_empty() && self.narrowed_otherwise() == 1 => Some(*status),
            _ => None,
        }
    }

    /// The texts to look for, folded; blank ones are left out.
    pub(super) fn needles(&self) -> Vec<Needle> {
        let mut needles: Vec<Needle> = self
            .quick
            .split_whitespace()
            .map(|word| Needle {
                columns: &TEXT_COLUMNS,
                text: text::fold(word),
            })
            .collect();
        let fields: [(&'static [&'static str], &str); 4] = [
            (&TEXT_COLUMNS[0..1], &self.last_name),
            (&TEXT_COLUMNS[1..2], &self.first_name),
            (&TEXT_COLUMNS[2..3], &self.username),
            (&TEXT_COLUMNS[3..4], &self.email),
        ];
        for (columns, wanted) in fields {
            let text = text::fold(wanted.trim());
            if !text.is_empty() {
                needles.push(Needle { columns, text });
            }
        }
        needles
    }

    /// Adds the conditions on the rows of `accounts`, each beginning with ` and `.
    pub(super) fn push_conditions(&self, sql: &mut Sql, dialect: Dialect, now: Timestamp) {
        for needle in self.needles() {
            sql.push(" and (");
            for (index, column) in needle.columns.iter().enumerate() {
                sql.push(if index > 0 { " or " } else { "" });
                dialect.contains(sql, column, &needle.text);
            }
            sql.push(")");
        }
        if !self.statuses.is_empty() {
            sql.push(" and (");
            for (index, status) in self.statuses.iter().enumerate() {
                sql.push(if index > 0 { " or " } else { "" });
                push_status(sql, *status, now);
            }
            sql.push(")");
        }
        match self.role {
            None => {}
            Some(RoleFilter::Any) => drop(sql.push(" and roles > 0")),
            Some(RoleFilter::None) => drop(sql.push(" and roles = 0")),
            Some(RoleFilter::Role(role)) => {
                let bits = crate::access::Roles::NONE.with(role).bits();
                sql.push(" and roles > 0 and (roles & ").bind(bits).push(") <> 0");
            }
        }
        if let Some(from) = self.created_from {
            sql.push(" and created_at >= ").bind(from);
        }
        if let Some(before) = self.created_before {
            sql.push(" and created_at < ").bind(before);
        }
        if let Some(since) = self.unused_since {
            sql.push(" and last_sign_in_at < ").bind(since);
        }
    }

    /// Whether few accounts can match, for a reason that an index knows; text is weighed elsewhere.
    pub(super) fn is_rare_by_nature(&self) -> bool {
        let rare = |status: &StatusFilter| {
            matches!(
                status,
                StatusFilter::Locked | StatusFilter::PendingPasswordReset | StatusFilter::PendingFirstPassword
            )
        };
        (!self.statuses.is_empty() && self.statuses.iter().all(rare))
            || matches!(self.role, Some(RoleFilter::Any | RoleFilter::Role(_)))
    }
}

fn push_status(sql: &mut Sql, status: StatusFilter, now: Timestamp) {
    match status {
        StatusFilter::Status(status) => drop(sql.push("status = ").bind(status.rank())),
        StatusFilter::Locked => {
            sql.push("id in (select account_id from account_locks where account_locks.organization_id = accounts.organization_id and (until is null or until > ");
            sql.bind(now).push("))");
        }
        StatusFilter::PendingPasswordReset => drop(sql.push("must_change = 'admin'")),
        StatusFilter::PendingFirstPassword => drop(sql.push("(password_state = 'none' and invited_at is not null)")),
        StatusFilter::PendingEmailVerification => drop(sql.push("(email is not null and pending_email is not null)")),
        StatusFilter::PendingMobileVerification => {
            sql.push("(mobile is not null and (mobile_verified_at is null or pending_mobile is not null))");
        }
    }
}

/// The trigrams of `needle` as an FTS5 expression over `columns`; `None` when it is too short to have any.
pub(super) fn trigram_query(needle: &Needle) -> Option<String> {
    let signs: Vec<char> = needle.text.chars().collect();
    if signs.len() < 3 {
        return None;
    }
    let mut grams: Vec<String> = signs.windows(3).map(|gram| gram.iter().collect()).collect();
    grams.sort_unstable();
    grams.dedup();
    let all = |column: &str| {
        let quoted: Vec<_> = grams
            .iter()
            .map(|gram| format!("\"{}\"", gram.replace('"', "\"\"")))
            .collect();
        format!("{{{column}}} : ({})", quoted.join(" and ").replace(" and ", " AND "))
    };
    let columns: Vec<_> = needle
        .columns
        .iter()
        .map(|column| format!("({})", all(column)))
        .collect();
    Some(format!("({})", columns.join(" OR ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_28_and_es_33_blank_fields_are_no_criteria() {
        let filter = Filter {
            last_name: "  ".into(),
            quick: " \t".into(),
            ..Filter::default()
        };
        assert!(filter.is_empty());
        assert!(
            !Filter {
                last_name: " ng ".into(),
                ..Filter::default()
            }
            .is_empty()
        );
        assert_eq!(
            Filter {
                last_name: " Ng ".into(),
                ..Filter::default()
            }
            .needles()[0]
                .text,
            "ng"
        );
    }

    #[test]
    fn trigrams_are_quoted_and_short_needles_have_none() {
        let needle = |text: &str| Needle {
            columns: &TEXT_COLUMNS[0..1],
            text: text.into(),
        };
        assert_eq!(trigram_query(&needle("ab")), None);
        assert_eq!(
            trigram_query(&needle("a\"bc")).unwrap(),
            "(({last_n} : (\"\"\"bc\" AND \"a\"\"b\")))"
        );
    }
}
