//! The link that its owner changes the password of an account with.

use crate::accounts::{Account, page_of};
use crate::messages::{self, Template, Values};
use crate::one_time_links::{self, Issue, Purpose, Way};
use crate::{Operation, Result, credentials, settings};

/// Mails a link to choose another password (S2), which also ends locks for failed attempts and disuse (T25); older ones
/// work no more. To be called for an account that has a password and an address, and is no super administrator's.
///
/// Errors: `Invalid` `NO_ADDRESS`.
pub(in crate::accounts) async fn send_change_link(op: &mut Operation<'_>, account: &Account) -> Result<()> {
    let validity = settings::load(op).await?.change_request();
    let password_hash = credentials::fingerprint(op, account.id).await?;
    let wanted = Issue {
        purpose: Purpose::ResetPassword,
        account: Some(account.id),
        way: Way::EmailLink,
        digits: 0,
        sent_to: account.email.as_deref(),
        password_hash,
        validity,
        is_resend: false,
    };
    let token = one_time_links::issue_to(op, wanted).await?;
    let request_ip = op.caller.address.map(|address| address.to_string());
    let values = Values::new().with("expires_at", op.now.plus(validity)).with("request_ip", request_ip);
    let values = values.with_link("reset_url", page_of(Purpose::ResetPassword), &token);
    messages::queue(op, Template::ChangePassword, account.id, values).await
}
