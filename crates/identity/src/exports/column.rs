//! The columns of an export.

use serde_json::{Value as Json, json};

use crate::access::Role;
use crate::accounts::Account;

macro_rules! columns {
    ($($name:ident => $code:literal, $words:literal, |$account:ident| $value:expr;)+) => {
        /// One column of an export. None of them is a secret.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Column { $(#[doc = $words] $name),+ }

        impl Column {
            /// Every column, in the order of the file.
            pub const ALL: &[Column] = &[$(Column::$name),+];

            /// The name at the head of the column, which our own import understands.
            pub fn code(self) -> &'static str {
                match self { $(Column::$name => $code),+ }
            }

            /// What people call it.
            pub fn words(self) -> &'static str {
                match self { $(Column::$name => $words),+ }
            }

            /// What an account has in it; null when it has nothing.
            pub(super) fn value(self, account: &Account) -> Json {
                match self { $(Column::$name => { let $account = account; json!($value) }),+ }
            }
        }
    };
}

columns! {
    Username => "username", "Username", |it| it.username;
    FirstName => "first_name", "First name", |it| it.first_name;
    LastName => "last_name", "Last name", |it| it.last_name;
    Email => "email", "Email", |it| it.email;
    Mobile => "mobile", "Mobile", |it| it.mobile;
    ExternalId => "external_id", "External ID", |it| it.external_id;
    Status => "status", "Status", |it| it.status().code();
    EmailVerified => "email_verified", "Email verified", |it| it.state.email.verified_at.is_some();
    AdministratorRoles => "administrator_roles", "Administrator roles", |it| it.roles.iter().map(Role::code).collect::<Vec<_>>();
    CreatedAt => "created_at", "Created", |it| it.created_at.to_string();
    ModifiedAt => "modified_at", "Changed", |it| it.modified_at.to_string();
    LastSignInAt => "last_sign_in_at", "Last sign-in", |it| it.last_sign_in_at.map(|at| at.to_string());
    AccountId => "account_id", "Account ID", |it| it.id;
}

impl Column {
    /// The column with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Column::ALL.iter().copied().find(|column| column.code() == code)
    }

    /// What an account has in it, as the text of a cell.
    pub(super) fn cell(self, account: &Account) -> String {
        match self.value(account) {
            Json::Null => String::new(),
            Json::String(text) => text,
            Json::Array(words) => words.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" "),
            other => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_has_a_code_of_its_own_that_leads_back_to_it() {
        for column in Column::ALL {
            assert_eq!(Column::from_code(column.code()), Some(*column));
        }
        assert_eq!(Column::from_code("password"), None);
    }
}
