//! What a PostgreSQL URL asks for: what tokio-postgres understands, and how far TLS is to be believed, which is ours.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{SslMode, SslNegotiation};

use crate::{Error, Result};

/// What was sent and not acknowledged for so long went nowhere: the other end, or the way there, is gone.
const UNHEARD_FOR: Duration = Duration::from_secs(20);
/// So long nothing is said before each other's presence is asked for.
const SILENT_FOR: Duration = Duration::from_secs(30);

/// How to connect, and what encrypts the connections; they are plain when nothing does.
pub(crate) struct Wishes {
    pub(crate) config: Config,
    pub(crate) tls: Option<ClientConfig>,
}

/// Reads `url`, which may name several hosts (`postgres://u:p@a,b/db?target_session_attrs=read-write`).
///
/// `sslmode=require` and `sslmode=verify-full` mean the same: every connection is encrypted, and the server's
/// certificate must be good for its name, by the root certificates of the file that `sslrootcert` names, or else by
/// the system's, or those that SSL_CERT_FILE names. Without, and with `sslmode=disable`, connections are plain.
///
/// Errors: `Failed` when the URL, or the root certificates, can't be read.
pub(crate) fn read(url: &str) -> Result<Wishes> {
    let (address, query) = divide(url);
    let mut is_encrypted = false;
    let mut roots = None;
    let mut others = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some(("sslmode", mode)) => is_encrypted = encrypts(&decoded(mode))?,
            Some(("sslrootcert", file)) => roots = Some(decoded(file)),
            _ => others.push(part),
        }
    }
    let rest = format!("{address}?{}", others.join("&"));
    let mut config: Config = rest.parse().map_err(|error| Error::Failed(crate::error::in_full(&error)))?;
    config.ssl_mode(if is_encrypted { SslMode::Require } else { SslMode::Disable });
    settle(&mut config);
    let tls = match (is_encrypted, roots.as_deref()) {
        (false, None) => None,
        (false, Some(_)) => {
            return Err(Error::Failed("sslrootcert means something with sslmode=verify-full only".into()));
        }
        (true, None | Some("system")) => Some(believing(roots_of_system()?)?),
        (true, Some(file)) => Some(believing(roots_in(Path::new(file))?)?),
    };
    let tls = tls.map(|mut tls| {
        if config.get_ssl_negotiation() == SslNegotiation::Direct {
            tls.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        tls
    });
    Ok(Wishes { config, tls })
}

/// What stands before the question mark, and after it. A password may hold a question mark, but no `@`.
fn divide(url: &str) -> (&str, &str) {
    let start = url.find('@').unwrap_or(0);
    match url[start..].find('?') {
        Some(at) => (&url[..start + at], &url[start + at + 1..]),
        None => (url, ""),
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn encrypts(mode: &str) -> Result<bool> {
    match mode {
        "disable" => Ok(false),
        "require" | "verify-full" => Ok(true),
        // These would encrypt for whoever happens to answer, or not at all: no protection, and no word about it.
        "allow" | "prefer" | "verify-ca" => Err(Error::Failed(format!(
            "sslmode={mode} protects from nobody who can answer in the server's place; use sslmode=verify-full, or \
             sslmode=disable on a network that you trust"
        ))),
        other => Err(Error::Failed(format!("sslmode is disable, require or verify-full, not {other:?}"))),
    }
}

/// What we want and the URL leaves open; what it says itself stays.
fn settle(config: &mut Config) {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(5));
    }
    if config.get_application_name().is_none() {
        config.application_name("reeve");
    }
    // A server that vanishes without a word, as with its machine, is noticed in seconds and not after two hours.
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNHEARD_FOR);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_idle(SILENT_FOR).keepalives_interval(SILENT_FOR / 3).keepalives_retries(3);
    }
    // A statement that hangs must not hold its connection for ever; compiling queries costs more than it gains here.
    let options = config.get_options().unwrap_or_default();
    config.options(format!("-c statement_timeout=60s -c jit=off {options}"));
}

fn roots_of_system() -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(Error::Failed("no root certificates were found to hold the database's certificate against".into()));
    }
    Ok(roots)
}

fn roots_in(file: &Path) -> Result<RootCertStore> {
    let unusable =
        |why: String| Error::Failed(format!("the root certificates {} can't be used: {why}", file.display()));
    let mut roots = RootCertStore::empty();
    let found = CertificateDer::pem_file_iter(file).map_err(|error| unusable(error.to_string()))?;
    for certificate in found {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unusable("it holds no certificate in PEM form".into()));
    }
    Ok(roots)
}

fn believing(roots: RootCertStore) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Failed(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> String {
        match read(url) {
            Ok(_) => panic!("{url} was read"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_question_mark_in_a_password_begins_no_options() {
        let wishes = read("postgres://u:what?now@a,b/d?target_session_attrs=read-write").unwrap();
        assert_eq!(wishes.config.get_password(), Some(b"what?now".as_slice()));
        assert_eq!(wishes.config.get_hosts().len(), 2);
        assert_eq!(wishes.config.get_dbname(), Some("d"));
    }

    #[test]
    fn connections_are_plain_unless_the_url_says_otherwise() {
        for url in ["postgres://u@h/d", "postgres://u@h/d?sslmode=disable", "postgres://u@h"] {
            let wishes = read(url).unwrap();
            assert!(wishes.tls.is_none());
            assert_eq!(wishes.config.get_ssl_mode(), SslMode::Disable);
        }
    }

    #[test]
    fn what_only_looks_safe_is_refused_with_what_to_write_instead() {
        for mode in ["prefer", "allow", "verify-ca"] {
            assert!(refusal(&format!("postgres://u@h/d?sslmode={mode}")).contains("use sslmode=verify-full"));
        }
        assert!(refusal("postgres://u@h/d?sslmode=on").contains("not \"on\""));
        assert!(refusal("postgres://u@h/d?sslrootcert=/ca.pem").contains("sslmode=verify-full only"));
        assert!(refusal("postgres://u@h/d?sslcert=/me.pem").contains("unknown option `sslcert`"));
        let missing = refusal("postgres://u@h/d?sslmode=verify-full&sslrootcert=%2Fno%2Fca.pem");
        assert!(missing.contains("the root certificates /no/ca.pem can't be used"), "{missing}");
    }

    #[test]
    fn what_the_url_says_itself_stays() {
        let wishes = read("postgres://u@h/d?connect_timeout=2&options=-c%20statement_timeout%3D5s").unwrap();
        assert_eq!(wishes.config.get_connect_timeout(), Some(&Duration::from_secs(2)));
        let options = wishes.config.get_options().unwrap();
        assert!(options.ends_with("-c statement_timeout=5s"), "the last one counts: {options}");
    }
}
