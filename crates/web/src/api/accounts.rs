//! An account as JSON.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use identity::access::Role;
use identity::accounts::{Account, PasswordState};
use identity::attributes::{Access, Attributes, Values};
use serde_json::json;

/// `account` as programs read it; never anything of a credential but its kind.
pub(crate) fn represent(account: &Account, attributes: &Attributes) -> Response {
    let seen = attributes.iter().filter(|attribute| attribute.definition.in_console != Access::Hidden);
    let custom: Values =
        seen.map(|attribute| (attribute.key.clone(), account.custom.get(&attribute.key).to_vec())).collect();
    let roles: Vec<_> = account.roles.iter().map(Role::code).collect();
    let body = json!({
        "id": account.id,
        "version": account.version,
        "username": account.username,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "email": account.email,
        "email_verified": account.state.email.verified_at.is_some(),
        "mobile": account.mobile,
        "external_id": account.external_id,
        "custom": custom,
        "status": account.status().code(),
        "password": match account.state.password {
            PasswordState::None => "none",
            PasswordState::Temporary { .. } => "temporary",
            PasswordState::Permanent => "permanent",
        },
        "roles": roles,
        "origin": account.origin,
        "created_at": account.created_at.to_string(),
        "modified_at": account.modified_at.to_string(),
        "last_sign_in_at": account.last_sign_in_at.map(|at| at.to_string()),
    });
    let mut response = Json(body).into_response();
    let version = HeaderValue::from_str(&format!("W/\"{}\"", account.version));
    if let Ok(version) = version {
        response.headers_mut().insert(header::ETAG, version);
    }
    response
}
