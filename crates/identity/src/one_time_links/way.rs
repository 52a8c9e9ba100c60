//! How a link or code reaches its owner.

/// How a link or code reaches its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// A link, mailed.
    EmailLink,
    /// A few digits, mailed.
    EmailCode,
    /// A few digits, sent to the mobile number.
    SmsCode,
    /// A link that an administrator hands over.
    HandOver,
}

impl Way {
    /// Every way, in the order of forms.
    pub const ALL: [Way; 4] = [Way::EmailLink, Way::EmailCode, Way::SmsCode, Way::HandOver];

    /// A stable name, as `email_link`.
    pub fn code(self) -> &'static str {
        match self {
            Way::EmailLink => "email_link",
            Way::EmailCode => "email_code",
            Way::SmsCode => "sms_code",
            Way::HandOver => "hand_over",
        }
    }

    /// The way with this [`Way::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Way::ALL.into_iter().find(|way| way.code() == code)
    }

    /// Whether it is digits that somebody types, and not a link.
    pub fn is_code(self) -> bool {
        matches!(self, Way::EmailCode | Way::SmsCode)
    }
}
