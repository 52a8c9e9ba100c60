//! One mail, and how it is written.

use std::time::{Duration, UNIX_EPOCH};

use base::Timestamp;
use lettre::Message;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use crate::{Failure, address, plain};

/// One mail to one address.
#[derive(Clone, Debug)]
pub struct Mail {
    /// What tells it from all others, as `0193…@sso.example.com`: the same when it is sent again, so that a mail program
    /// can know a copy.
    pub id: String,
    /// When it was written.
    pub at: Timestamp,
    /// Whom it goes to.
    pub to: String,
    /// The subject, in one line.
    pub subject: String,
    /// As plain text.
    pub plain: String,
    /// As HTML; none when empty.
    pub html: String,
}

/// Says that no person wrote it, so that no absent person's program answers (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Mail {
    /// The mail as it travels (RFC 5322).
    ///
    /// Errors: `Never` for an address that is none.
    pub(crate) fn write(&self, from: &str, from_name: &str) -> Result<Message, Failure> {
        let name = Some(plain(from_name)).filter(|name| !name.is_empty());
        let written = UNIX_EPOCH + Duration::from_millis(u64::try_from(self.at.as_millis()).unwrap_or(0));
        let message = Message::builder()
            .message_id(Some(format!("<{}>", self.id)))
            .date(written)
            .from(Mailbox::new(name, address::read(from)?))
            .to(Mailbox::new(None, address::read(&self.to)?))
            .subject(plain(&self.subject))
            .header(AutoSubmitted);
        let message = if self.html.is_empty() {
            message.singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(self.plain.clone()))
        } else {
            message.multipart(MultiPart::alternative_plain_html(self.plain.clone(), self.html.clone()))
        };
        message.map_err(|error| Failure::Never(format!("the mail can't be written: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            id: "1@sso.example.com".into(),
            at: Timestamp::parse("2026-11-22T10:58:00Z").expect("a date"),
            to: "amy@exämple.de".into(),
            subject: "Zażółć".into(),
            plain: "Hello.\n.\nA dot.".into(),
            html: "<p>Hello.</p>".into(),
        }
    }

    #[test]
    fn a_mail_has_both_parts_and_says_that_a_program_wrote_it() {
        let message = mail().write("accounts@example.com", "Aldermoor, \"University\"").unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        for part in [
            "Message-ID: <1@sso.example.com>\r\n",
            "Date: Sun, 22 Nov 2026 10:58:00 +0000\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "To: amy@xn--exmple-cua.de\r\n",
            "Subject: =?utf-8?b?",
            "multipart/alternative",
            "text/html",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(text.is_ascii());
    }

    #[test]
    fn es_206_nothing_adds_a_header() {
        let message = Mail { subject: "Hi\r\nBcc: x@example.com".into(), ..mail() }.write("a@example.com", "A\r\nX: y");
        let text = String::from_utf8(message.unwrap().formatted()).unwrap();
        assert!(!text.contains("\r\nBcc:") && !text.contains("\r\nX: y"), "{text}");
        assert!(text.contains("Subject: Hi Bcc: x@example.com\r\n"), "{text}");
    }
}
