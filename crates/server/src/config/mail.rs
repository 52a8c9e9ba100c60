//! The mail server, as variables of the environment name it: the usual ones, without a prefix of ours.

use std::fs;
use std::time::Duration;

use base::Secret;
use outbound::{MailServer, Security};

use super::Misuse;

/// A mail server may look at a mail for long before it takes it; who gives up too early sends it twice.
const PATIENCE: Duration = Duration::from_mins(2);

/// The server that `SMTP_HOST` and its like name; `None` without `SMTP_HOST`.
///
/// Errors: a value that can't be meant, a certificate that can't be read.
pub(super) fn server(environment: &[(String, String)]) -> Result<Option<MailServer>, Misuse> {
    let value = |name: &str| {
        let found = environment.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.clone())
    };
    let Some(host) = value("SMTP_HOST") else { return Ok(None) };
    let security = match value("SMTP_TLS").as_deref() {
        None | Some("starttls") => Security::StartTls,
        Some("tls" | "smtps") => Security::Tls,
        Some("none") => Security::None,
        Some(other) => return Err(Misuse(format!("SMTP_TLS must be starttls, tls or none, not {other:?}"))),
    };
    let port = match value("SMTP_PORT") {
        Some(port) => port.parse().map_err(|_| Misuse(format!("SMTP_PORT must be a port, not {port:?}")))?,
        None => match security {
            Security::None => 25,
            Security::StartTls => 587,
            Security::Tls => 465,
        },
    };
    let certificate = match value("SMTP_CA") {
        Some(path) => {
            let read = fs::read_to_string(&path);
            Some(read.map_err(|error| Misuse(format!("SMTP_CA names {path}, which can't be read: {error}")))?)
        }
        None => None,
    };
    Ok(Some(MailServer {
        host,
        port,
        security,
        user: value("SMTP_USER").unwrap_or_default(),
        password: Secret::new(value("SMTP_PASS").unwrap_or_default()),
        certificate,
        from: value("SMTP_FROM").unwrap_or_else(|| "reeve@localhost.localdomain".to_owned()),
        from_name: value("SMTP_FROM_NAME").unwrap_or_default(),
        patience: PATIENCE,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Option<MailServer>, Misuse> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        server(&variables.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_environment_names_a_mail_server_or_none() {
        assert_eq!(of(&[("SMTP_PORT", "25")]).unwrap(), None);
        assert_eq!(of(&[("SMTP_HOST", "")]).unwrap(), None);
        let server =
            of(&[("SMTP_HOST", "mail.example.com"), ("SMTP_USER", "reeve"), ("SMTP_PASS", "pw")]).unwrap().unwrap();
        assert_eq!((server.port, server.security), (587, Security::StartTls));
        assert_eq!(server.password, Secret::new("pw"));
        let server = of(&[("SMTP_HOST", "m"), ("SMTP_TLS", "smtps")]).unwrap().unwrap();
        assert_eq!((server.port, server.security), (465, Security::Tls));
        for bad in [("SMTP_TLS", "maybe"), ("SMTP_PORT", "many"), ("SMTP_CA", "/nowhere/at/all")] {
            assert!(of(&[("SMTP_HOST", "m"), bad]).is_err(), "{bad:?}");
        }
    }
}
