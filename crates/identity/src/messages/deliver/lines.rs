//! The connections of one carrier.

use std::sync::Arc;

use outbound::{Failure, Mail, MailLine, MailServer, SmsLine};

use super::Round;
use super::connect::mail_server;
use super::hide::Hidden;
use crate::messages::outbox::Content;
use crate::messages::outbox::rows::Taken;
use crate::messages::render::{Reader, Rendered, Wording, render};
use crate::messages::{Channel, Language, Template};

/// A line to the mail server and one to the gateway, as far as they were needed.
#[derive(Debug, Default)]
pub(super) struct Lines {
    mail: Option<MailLine>,
    sms: Option<SmsLine>,
}

impl Lines {
    /// Fills a message in and sends it; answers what the server said, without links, secrets and addresses.
    ///
    /// Errors: `Later` and `Never`, as the server says; `Never` when it can't be filled in.
    pub(super) async fn send(&mut self, round: &Round, message: &Taken) -> Result<String, Failure> {
        let never = |what: &str| Failure::Never(what.to_owned());
        let channel = Channel::from_code(&message.channel).ok_or_else(|| never("an unknown kind of message"))?;
        let template = Template::from_key(&message.template).ok_or_else(|| never("an unknown template"))?;
        let content = round.open(message)?;
        let language = Language::from_tag(&message.language).unwrap_or(Language::ENGLISH);
        let tried_out = content.own.map(|text| Wording { text, language });
        let own = tried_out.as_ref().or_else(|| round.own.for_reader(template, language));
        let rendered = render(template, own, channel, &content.values, &round.common, Reader::Recipient)
            .map_err(Failure::Never)?;
        let hidden = Hidden::of(message, &content.values, round);
        let answer = match channel {
            Channel::Mail => {
                let former = content.leaves_by.map(|server| Arc::new(mail_server(server.open())));
                self.mail(round, former, message, rendered).await
            }
            Channel::Sms => self.sms(round, message, &rendered.plain).await,
        };
        hidden.left_out(answer)
    }

    /// Sends a mail by `former`, or by the server that is in use.
    async fn mail(
        &mut self,
        round: &Round,
        former: Option<Arc<MailServer>>,
        message: &Taken,
        rendered: Rendered,
    ) -> Result<String, Failure> {
        let server = former.or_else(|| round.ways.mail.clone());
        let server = server.ok_or_else(|| Failure::Later("there is no mail server".into()))?;
        let line = match self.mail.take().filter(|line| *line.server() == server) {
            Some(line) => line,
            None => MailLine::new(server),
        };
        let mail = Mail {
            id: format!("{}@{}", message.id, round.host),
            at: message.created_at,
            to: message.address.clone(),
            subject: rendered.subject,
            plain: rendered.plain,
            html: rendered.html,
        };
        self.mail.insert(line).send(&mail).await
    }

    async fn sms(&mut self, round: &Round, message: &Taken, text: &str) -> Result<String, Failure> {
        let gateway = round.ways.sms.as_ref().ok_or_else(|| Failure::Later("there is no SMS gateway".into()))?;
        let line = match self.sms.take().filter(|line| line.gateway() == gateway) {
            Some(line) => line,
            None => SmsLine::new(Arc::clone(gateway))?,
        };
        self.sms.insert(line).send(&message.address, text).await
    }
}

impl Round {
    fn open(&self, message: &Taken) -> Result<Content, Failure> {
        let key = self.identity.files().sealing_key();
        key.and_then(|key| Content::open(key, message.id, &message.content))
            .map_err(|error| Failure::Later(error.to_string()))
    }
}
