//! The ways out of the outbox, as they were chosen.

use std::sync::Arc;
use std::time::Duration;

use outbound::{MailServer, Security, SmsGateway};

use super::super::servers::{MailSettings, Open, Protection, SmsSettings, open};
use crate::access::Actor;
use crate::messages::Channel;
use crate::{Door, Identity, Result};

/// A mail server may look at a mail for long before it takes it; who gives up too early sends it twice.
const PATIENCE: Duration = Duration::from_mins(2);
/// A gateway answers soon or not at all.
const PATIENCE_WITH_GATEWAYS: Duration = Duration::from_secs(30);

/// The ways out.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways {
    pub(super) mail: Option<Arc<MailServer>>,
    pub(super) sms: Option<Arc<SmsGateway>>,
}

impl Ways {
    /// Which messages have a way out.
    pub(super) fn channels(&self) -> Vec<Channel> {
        let mail = self.mail.as_ref().map(|_| Channel::Mail);
        mail.into_iter().chain(self.sms.as_ref().map(|_| Channel::Sms)).collect()
    }
}

/// The ways out as they are chosen now; those of the configuration come first.
///
/// Errors: `Unavailable` when a password was sealed with the key of another folder.
pub(super) async fn ways(identity: &Identity) -> Result<Ways> {
    let server = identity.caller(Actor::System, Door::Worker);
    let (mail, sms) = identity
        .read(&server, async |op| {
            Ok((open::<MailSettings>(op, Channel::Mail).await?, open::<SmsSettings>(op, Channel::Sms).await?))
        })
        .await?;
    let mail = identity.mail_server().cloned().or_else(|| mail.map(mail_server));
    Ok(Ways { mail: mail.map(Arc::new), sms: sms.map(|open| Arc::new(sms_gateway(open))) })
}

/// The server with these settings, for who connects.
pub(super) fn mail_server(Open { settings, secret }: Open<MailSettings>) -> MailServer {
    MailServer {
        host: settings.host,
        port: settings.port,
        security: match settings.protection {
            Protection::None => Security::None,
            Protection::StartTls => Security::StartTls,
            Protection::Tls => Security::Tls,
        },
        user: settings.user,
        password: secret,
        certificate: Some(settings.certificate).filter(|pem| !pem.trim().is_empty()),
        from: settings.from,
        from_name: settings.from_name,
        patience: PATIENCE,
    }
}

fn sms_gateway(Open { settings, secret }: Open<SmsSettings>) -> SmsGateway {
    SmsGateway {
        url: settings.url,
        method: settings.method,
        headers: settings.headers,
        body: settings.body,
        from: settings.from,
        secret,
        patience: PATIENCE_WITH_GATEWAYS,
    }
}

/// The mail server that messages leave by now, if there is one.
///
/// Errors: as [`ways`].
pub async fn mail_server_in_use(identity: &Identity) -> Result<Option<MailServer>> {
    Ok(ways(identity).await?.mail.map(|server| (*server).clone()))
}
