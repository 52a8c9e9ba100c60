//! E-mail addresses as mail servers want them.

use lettre::Address;

use crate::Failure;

/// An address whose domain is spelled as DNS does (RFC 5890), so that only a local part in other letters needs a server
/// that knows SMTPUTF8 (RFC 6531).
///
/// Errors: `Never` when it is no address.
pub(crate) fn read(text: &str) -> Result<Address, Failure> {
    let bad = || Failure::Never(format!("{text:?} is no address that mail can be sent to"));
    let (user, domain) = text.rsplit_once('@').ok_or_else(bad)?;
    let domain = idna::domain_to_ascii(domain).map_err(|_| bad())?;
    Address::new(user, domain).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_in_other_letters_is_spelled_as_dns_does() {
        assert_eq!(read("jörg@exämple.de").unwrap().to_string(), "jörg@xn--exmple-cua.de");
        assert_eq!(read("amy@example.com").unwrap().to_string(), "amy@example.com");
        for bad in ["amy", "amy@", "@example.com", "amy\r\n@example.com", "a b@example.com", "amy@exa mple.com"] {
            assert!(matches!(read(bad), Err(Failure::Never(_))), "{bad}");
        }
    }
}
