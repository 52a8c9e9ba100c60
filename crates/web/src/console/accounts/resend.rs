//! Sending once more what a user waits for.

use axum::extract::State;
use axum::response::Response;
use identity::accounts::{self, Scenario};

use super::href;
use super::in_path::InPath;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::notice::Notice;
use crate::site::Site;

/// `POST /console/users/{id}/resend`: what `scenario` names, as WSO2 calls it.
pub(crate) async fn submit(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Failure> {
    let Some(scenario) = Scenario::from_code(form.fields.text("scenario")) else {
        // Who may not see the account is told that first.
        let read = site.identity().read(&member.caller, async |op| accounts::find(op, id).await);
        read.await.or_failure(&member.caller)?;
        return Err(Failure::Invalid(vec!["Choose what is sent once more.".into()]));
    };
    let write = site.identity().write(&member.caller, async |op| accounts::resend(op, id, scenario).await);
    let sent = write.await.or_failure(&member.caller)?;
    Ok(Notice::LinkSent.told_at(&href(&sent.account), &site))
}
