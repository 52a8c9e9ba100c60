//! The words in braces that a template may use.

/// What stands in a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, a number or a date.
    Text,
    /// A link that works once: never in a subject, never shown to administrators.
    Link,
    /// A password or code: never in a subject, never shown to administrators.
    Secret,
}

/// A word in braces that a template may use.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name, as `first_name`.
    pub name: &'static str,
    /// What stands there, for people.
    pub about: &'static str,
    /// What it looks like, for a preview.
    pub sample: &'static str,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Whether a template without it is worth nothing.
    pub is_needed: bool,
}

impl Variable {
    /// Whether nobody but the recipient may read it.
    pub fn is_secret(&self) -> bool {
        self.kind != Kind::Text
    }
}

pub(super) const fn text(name: &'static str, about: &'static str, sample: &'static str) -> Variable {
    Variable { name, about, sample, kind: Kind::Text, is_needed: false }
}

pub(super) const fn link(name: &'static str, about: &'static str, sample: &'static str) -> Variable {
    Variable { name, about, sample, kind: Kind::Link, is_needed: true }
}

pub(super) const fn secret(name: &'static str, about: &'static str, sample: &'static str) -> Variable {
    Variable { name, about, sample, kind: Kind::Secret, is_needed: true }
}

/// The variables that every template may use. Beside them stands `custom.KEY` for each attribute.
pub const COMMON: &[Variable] = &[
    text("app_name", "What the organization is called", "Aldermoor University"),
    text("base_url", "Where the server is reached", "https://sso.example.com"),
    text("login_url", "Where one signs in", "https://sso.example.com/sign-in"),
    text("contact_email", "Whom to ask for help; empty when nobody is named", "help@aldermoor.example"),
    text("username_label", "What the username is called", "Username"),
    text("password_label", "What the password is called", "Password"),
    text("username_word", "The same within a sentence", "username"),
    text("password_word", "The same within a sentence", "password"),
    text("first_name", "First name", "Marijke"),
    text("last_name", "Last name", "Achterberg"),
    text("full_name", "First and last name, or the username", "Marijke Achterberg"),
    text("username", "Username", "machterberg"),
    text("email", "Email address", "machterberg@aldermoor.example"),
    text("now", "When the message was written", "22 November 2026, 10:58 UTC"),
];

pub(super) const EXPIRES_AT: Variable = text("expires_at", "When it stops working", "23 November 2026, 10:58 UTC");
pub(super) const TEMPORARY_PASSWORD: Variable =
    secret("temporary_password", "The temporary password", "harbor-violet-93-candle-otter");
pub(super) const CODE: Variable = secret("code", "The code, six digits", "493 027");
pub(super) const UNTIL: Variable =
    text("until", "When it ends; empty when an administrator ends it", "22 November 2026, 11:28 UTC");
pub(super) const ADMIN_NOTE: Variable =
    text("admin_note", "What the administrator wrote; may be empty", "You left the department.");
pub(super) const CONTACT: Variable = text("contact", "Whom to ask", "help@aldermoor.example");
