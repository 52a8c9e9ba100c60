//! What the pages offer to people who can't sign in, as the organization has it.

use identity::settings::{self, Settings};

use crate::caller::Guest;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::site::Site;

/// What can be asked for without signing in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Offered {
    /// The username.
    pub(super) username: bool,
    /// A link to change the password.
    pub(super) password: bool,
}

impl Offered {
    /// As the settings are now.
    pub(super) async fn now(site: &Site, guest: &Guest) -> Result<Self, Failure> {
        Ok(Offered::by(&load(site, guest).await?))
    }

    /// As `settings` have it.
    pub(super) fn by(settings: &Settings) -> Self {
        Offered { username: settings.recover_username, password: settings.change_password_request }
    }
}

/// The settings of the organization.
pub(super) async fn load(site: &Site, guest: &Guest) -> Result<Settings, Failure> {
    site.identity().read(&guest.caller, async |op| settings::load(op).await).await.or_failure(&guest.caller)
}

/// Says in the logs that a request was answered and could not be dealt with.
pub(super) fn note(done: identity::Result<()>, guest: &Guest) {
    if let Err(error) = done {
        let request = guest.caller.request;
        tracing::error!(request.id = %request, %error, "somebody asked for help to get in, and it could not be given");
    }
}
