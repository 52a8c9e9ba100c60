//! What an e-mail address is, and how names that people sign in with are compared.

use crate::Problem;

/// Most characters of an address.
pub const MAX_LENGTH: usize = 128;

/// An address that follows the rules, in the form that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address: one `@`, a local part of at most 64 bytes (RFC 5321 §4.5.3.1.1), a domain that DNS could
    /// hold, letters of any script (RFC 6531), at most 128 characters.
    ///
    /// Errors: the rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let address = plain("email", text)?;
        if address.is_empty() {
            return Err(Problem::new("email", "REQUIRED_MISSING", "Enter an email address."));
        }
        if base::text::length(&address) > MAX_LENGTH {
            return Err(Problem::new("email", "TOO_LONG", format!("Enter at most {MAX_LENGTH} characters.")));
        }
        let bad = || Problem::new("email", "BAD_EMAIL", "Enter an email address like name@example.com.");
        let (local, domain) = address.rsplit_once('@').ok_or_else(bad)?;
        let local_sign =
            |sign: char| sign.is_ascii_alphanumeric() || !sign.is_ascii() || "!#$%&'*+-/=?^_`{|}~.".contains(sign);
        let dotted = |part: &str| part.split('.').all(|label| !label.is_empty());
        if local.is_empty() || local.len() > 64 || !dotted(local) || !local.chars().all(local_sign) {
            return Err(bad());
        }
        let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| bad())?;
        if !ascii.contains('.') || !dotted(&ascii) || ascii.len() > 253 {
            return Err(bad());
        }
        Ok(EmailAddress(address))
    }

    /// The address as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as it is compared.
    pub fn identifier(&self) -> String {
        identifier(&self.0)
    }
}

/// A username or address as it is compared and looked up: folded, the domain as DNS spells it.
pub fn identifier(text: &str) -> String {
    let text = base::text::nfc(text.trim());
    match text.rsplit_once('@') {
        Some((local, domain)) => {
            let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| base::text::fold(domain));
            format!("{}@{domain}", base::text::fold(local))
        }
        None => base::text::fold(&text),
    }
}

/// Text in NFC, without blanks around it, without control characters and line breaks.
pub(crate) fn plain(field: &str, text: &str) -> Result<String, Problem> {
    let text = base::text::nfc(text.trim());
    if base::text::has_hidden_signs(&text) {
        return Err(Problem::new(field, "BAD_VALUE", "Remove line breaks and invisible control characters."));
    }
    Ok(text.into_owned())
}
