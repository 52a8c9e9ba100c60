//! Where a message goes.

use base::AccountId;

use crate::addresses::identifier;

/// By which way a message reaches somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// E-mail.
    Mail,
    /// A text message to a telephone.
    Sms,
}

impl Channel {
    /// Both.
    pub const ALL: [Channel; 2] = [Channel::Mail, Channel::Sms];

    /// A stable name, as `mail`.
    pub fn code(self) -> &'static str {
        match self {
            Channel::Mail => "mail",
            Channel::Sms => "sms",
        }
    }

    /// The way with this [`Channel::code`].
    pub fn from_code(code: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// An address of its own, with the account that a message is about, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub(super) channel: Channel,
    pub(super) text: String,
    pub(super) about: About,
}

/// What a message has to do with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// Nothing.
    Nobody,
    /// It is about this account, and goes with it when that is deleted.
    Account(AccountId),
    /// It is about this account as it is now, and is sent even when that is gone (ES-111).
    Departing(AccountId),
}

impl Address {
    /// An e-mail address.
    pub fn email(text: impl Into<String>) -> Self {
        Address { channel: Channel::Mail, text: text.into(), about: About::Nobody }
    }

    /// A telephone number with its country code, as `+44 7700 900123`.
    pub fn mobile(text: impl Into<String>) -> Self {
        Address { channel: Channel::Sms, text: text.into(), about: About::Nobody }
    }

    /// What is sent there is about `account`: its names stand in the text, and a queued message goes with it when the
    /// account is deleted.
    #[must_use]
    pub fn about(self, account: AccountId) -> Self {
        Address { about: About::Account(account), ..self }
    }

    /// What is sent there is about `account`, which is about to be deleted: its names are copied, and the message is
    /// sent nevertheless.
    #[must_use]
    pub fn about_departing(self, account: AccountId) -> Self {
        Address { about: About::Departing(account), ..self }
    }

    /// The address as it is compared: two spellings of one mailbox, or of one number, are the same.
    pub(super) fn folded(&self) -> String {
        match self.channel {
            Channel::Mail => identifier(&self.text),
            Channel::Sms => e164(&self.text).unwrap_or_else(|| self.text.clone()),
        }
    }
}

/// Whether a text message can be sent to a number as it was entered.
pub(crate) fn can_be_texted(number: &str) -> bool {
    e164(number).is_some()
}

/// A telephone number as networks want it (ITU-T E.164): `+`, then 7 to 15 digits, the first of them no 0. Blanks and
/// the usual signs between digits are taken out; a number without its country code is none.
pub(super) fn e164(text: &str) -> Option<String> {
    let number: String =
        text.chars().filter(|sign| !matches!(sign, ' ' | '\u{a0}' | '-' | '.' | '/' | '(' | ')')).collect();
    let digits = number.strip_prefix('+').or_else(|| number.strip_prefix("00"))?;
    let fits = (7..=15).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && !digits.starts_with('0');
    fits.then(|| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_brought_to_e_164_or_refused() {
        assert_eq!(e164("+44 7700 900123").as_deref(), Some("+447700900123"));
        assert_eq!(e164("0031 (20) 555-0142").as_deref(), Some("+31205550142"));
        for bad in
            ["", "020 555 0142", "+0 44 7700", "+12345", "+1234567890123456", "+44 77OO 900123", "tel:+447700900123"]
        {
            assert_eq!(e164(bad), None, "{bad}");
        }
    }
}
