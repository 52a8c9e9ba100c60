//! One account as a line of a file.

use serde_json::{Value as Json, json};

use crate::access::Role;
use crate::accounts::Account;

/// The columns, by names that our own import understands.
pub(super) const COLUMNS: [&str; 13] = [
    "username",
    "first_name",
    "last_name",
    "email",
    "mobile",
    "external_id",
    "status",
    "email_verified",
    "administrator_roles",
    "created_at",
    "modified_at",
    "last_sign_in_at",
    "account_id",
];

/// The cells of an account, one for each column.
pub(super) fn cells(account: &Account) -> [String; COLUMNS.len()] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        account.username.clone(),
        account.first_name.clone(),
        account.last_name.clone(),
        text(&account.email),
        text(&account.mobile),
        text(&account.external_id),
        account.status().code().to_owned(),
        account.state.email.verified_at.is_some().to_string(),
        account.roles.iter().map(Role::code).collect::<Vec<_>>().join(" "),
        account.created_at.to_string(),
        account.modified_at.to_string(),
        account.last_sign_in_at.map(|at| at.to_string()).unwrap_or_default(),
        account.id.to_string(),
    ]
}

/// An account as an object, with null where it has no value.
pub(super) fn object(account: &Account) -> Json {
    json!({
        "username": account.username,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "email": account.email,
        "mobile": account.mobile,
        "external_id": account.external_id,
        "status": account.status().code(),
        "email_verified": account.state.email.verified_at.is_some(),
        "administrator_roles": account.roles.iter().map(Role::code).collect::<Vec<_>>(),
        "created_at": account.created_at.to_string(),
        "modified_at": account.modified_at.to_string(),
        "last_sign_in_at": account.last_sign_in_at.map(|at| at.to_string()),
        "account_id": account.id,
    })
}
