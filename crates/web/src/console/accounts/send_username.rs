//! Mailing somebody their username.

use axum::extract::State;
use axum::response::Response;
use identity::accounts;

use super::address::PATH;
use super::in_path::InPath;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::notice::Notice;
use crate::site::Site;

/// `POST /console/users/{id}/send-username`.
pub(crate) async fn submit(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    _: PostedForm,
) -> Result<Response, Failure> {
    let write = site.identity().write(&member.caller, async |op| accounts::send_username(op, id).await);
    write.await.or_failure(&member.caller)?;
    Ok(Notice::UsernameSent.told_at(&format!("{PATH}/{id}"), &site))
}
