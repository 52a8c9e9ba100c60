//! The mail server that is about to be replaced, which still carries the alert about that (G11).

use base::Secret;
use serde::{Deserialize, Serialize};

use super::{MailSettings, Open, open};
use crate::Operation;
use crate::messages::Channel;

/// A mail server with its password, to rest sealed with the message that leaves by it.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::messages) struct Former {
    settings: MailSettings,
    password: String,
}

impl Former {
    /// The server, for who connects.
    pub(in crate::messages) fn open(self) -> Open<MailSettings> {
        Open { settings: self.settings, secret: Secret::new(self.password) }
    }
}

/// The mail server that is chosen now, when that is the kind that changes; `None` too when its password can't be read,
/// for it carries nothing then.
pub(super) async fn of(op: &mut Operation<'_>, channel: Channel) -> Option<Former> {
    if channel != Channel::Mail {
        return None;
    }
    let Open { settings, secret } = open::<MailSettings>(op, channel).await.ok().flatten()?;
    Some(Former { settings, password: secret.expose().to_owned() })
}
