//! Confirming by a link: a registration, that an address is one's own, or that another one is to take its place. A page
//! asks first, for programs open links in mails before people do (ES-165).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use base::Secret;
use identity::accounts::{self, Account, LinkFound, Status, look_at_link};
use identity::one_time_links::Purpose;
use identity::{Error, Identity};

use super::link_over;
use super::recovery::Offered;
use crate::caller::Guest;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::render::{filters, page};
use crate::site::Site;

#[derive(Template)]
#[template(path = "portal/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    purpose: Purpose,
    email: String,
}

#[derive(Template)]
#[template(path = "portal/confirmed.html")]
struct ConfirmedPage {
    frame: Frame,
    outcome: Outcome,
    username: String,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The account can be signed in to.
    Active,
    /// An administrator decides.
    Waiting,
    /// The address is verified.
    Verified,
    /// The address is verified, and in force.
    Changed,
    /// The account was active before.
    ActiveAlready,
}

impl ConfirmPage {
    fn is_registration(&self) -> bool {
        self.purpose == Purpose::ConfirmRegistration
    }

    fn is_another(&self) -> bool {
        self.purpose == Purpose::ConfirmEmail
    }
}

impl ConfirmedPage {
    fn is_active(&self) -> bool {
        self.outcome == Outcome::Active
    }

    fn is_waiting(&self) -> bool {
        self.outcome == Outcome::Waiting
    }

    fn is_verified(&self) -> bool {
        self.outcome == Outcome::Verified
    }

    fn is_changed(&self) -> bool {
        self.outcome == Outcome::Changed
    }
}

/// `GET /confirm/{token}`.
pub(crate) async fn registration(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    ask(&site, frame, &guest, Purpose::ConfirmRegistration, &token).await
}

/// `GET /verify-email/{token}`.
pub(crate) async fn email(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    ask(&site, frame, &guest, Purpose::VerifyEmail, &token).await
}

/// `GET /confirm-email/{token}`.
pub(crate) async fn new_email(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    ask(&site, frame, &guest, Purpose::ConfirmEmail, &token).await
}

async fn ask(site: &Site, frame: Frame, guest: &Guest, purpose: Purpose, token: &str) -> Result<Response, Failure> {
    Ok(match look(site.identity(), guest, purpose, token).await? {
        LinkFound::Works { account, .. } => {
            let email = if purpose == Purpose::ConfirmEmail { account.pending_email } else { account.email };
            page(&ConfirmPage { frame, purpose, email: email.unwrap_or_default() })
        }
        over => link_over::show(frame, &over, token, Offered::default()),
    })
}

/// `POST /confirm/{token}`.
pub(crate) async fn confirm_registration(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Path(token): Path<String>,
    _: PostedForm,
) -> Result<Response, Failure> {
    let secret = Secret::new(token.as_str());
    let identity = site.identity();
    match identity.write(&guest.caller, async |op| accounts::confirm_registration(op, &secret).await).await {
        Ok(account) => {
            let outcome = if account.status() == Status::Enabled { Outcome::Active } else { Outcome::Waiting };
            Ok(page(&ConfirmedPage { frame, outcome, username: account.username }))
        }
        Err(Error::Conflict { code: "already_active", .. }) => {
            Ok(page(&ConfirmedPage { frame, outcome: Outcome::ActiveAlready, username: String::new() }))
        }
        Err(Error::NotFound) => over(&site, frame, &guest, Purpose::ConfirmRegistration, &token).await,
        Err(error) => Err(error).or_failure(&guest.caller),
    }
}

/// `POST /verify-email/{token}`.
pub(crate) async fn verify_email(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Path(token): Path<String>,
    _: PostedForm,
) -> Result<Response, Failure> {
    let secret = Secret::new(token.as_str());
    let identity = site.identity();
    let answer = identity.write(&guest.caller, async |op| accounts::verify_email(op, &secret).await).await;
    proved(&site, frame, &guest, (Purpose::VerifyEmail, &token), answer, Outcome::Verified).await
}

/// `POST /confirm-email/{token}`.
pub(crate) async fn confirm_email(
    State(site): State<Site>,
    frame: Frame,
    guest: Guest,
    Path(token): Path<String>,
    _: PostedForm,
) -> Result<Response, Failure> {
    let secret = Secret::new(token.as_str());
    let identity = site.identity();
    let answer = identity.write(&guest.caller, async |op| accounts::confirm_email(op, &secret).await).await;
    proved(&site, frame, &guest, (Purpose::ConfirmEmail, &token), answer, Outcome::Changed).await
}

/// The page about an address that was proved, or about the link that doesn't do it.
async fn proved(
    site: &Site,
    frame: Frame,
    guest: &Guest,
    (purpose, token): (Purpose, &str),
    answer: identity::Result<Account>,
    outcome: Outcome,
) -> Result<Response, Failure> {
    match answer {
        Ok(account) => Ok(page(&ConfirmedPage { frame, outcome, username: account.username })),
        Err(Error::NotFound) => over(site, frame, guest, purpose, token).await,
        Err(error) => Err(error).or_failure(&guest.caller),
    }
}

async fn over(site: &Site, frame: Frame, guest: &Guest, purpose: Purpose, token: &str) -> Result<Response, Failure> {
    let found = look(site.identity(), guest, purpose, token).await?;
    Ok(link_over::show(frame, &found, token, Offered::default()))
}

async fn look(identity: &Identity, guest: &Guest, purpose: Purpose, token: &str) -> Result<LinkFound, Failure> {
    let token = Secret::new(token);
    let read = identity.read(&guest.caller, async |op| look_at_link(op, &[purpose], &token).await);
    read.await.or_failure(&guest.caller)
}
