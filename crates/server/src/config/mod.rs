//! What must be known before the database opens: flag before environment before file before default.

mod file;
pub(crate) mod keys;
mod mail;
mod network;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use keys::Key;
pub(crate) use network::Networks;
use outbound::MailServer;

/// What the operator asked for can't be meant: the process ends with code 2.
#[derive(Debug)]
pub(crate) struct Misuse(pub(crate) String);

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misuse {}

/// What must be known before the database opens.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// The folder that everything is kept in.
    pub(crate) data: PathBuf,
    /// The database, as `sqlite:PATH` or `postgres://…`; may hold a password.
    pub(crate) database: String,
    /// How browsers reach the server, without a slash at its end; `None` for the address it listens on.
    pub(crate) public_url: Option<String>,
    /// Certificate and key, when the server itself speaks TLS.
    pub(crate) tls: Option<Tls>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Networks,
    /// Who may read `/metrics`.
    pub(crate) metrics_from: Networks,
    /// What is logged, as `info` or `warn,identity=debug`; `None` for what suits the command.
    pub(crate) log_level: Option<String>,
    /// How it is logged.
    pub(crate) log_format: LogFormat,
    /// The mail server that the environment names.
    pub(crate) mail_server: Option<MailServer>,
    /// The configuration file that was read.
    pub(crate) file: Option<PathBuf>,
}

/// How browsers on this machine reach a server that listens on `address`.
pub(crate) fn url_of(address: SocketAddr, is_tls: bool) -> String {
    let scheme = if is_tls { "https" } else { "http" };
    if address.ip().is_unspecified() {
        format!("{scheme}://localhost:{}", address.port())
    } else {
        format!("{scheme}://{address}")
    }
}

/// Files in PEM form.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    /// The certificate and those that vouch for it.
    pub(crate) certificate: PathBuf,
    /// Its private key.
    pub(crate) key: PathBuf,
}

/// How logs look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs, one object a line.
    Json,
}

/// What a configuration is made from.
pub(crate) struct Sources<'a> {
    /// What the command line says.
    pub(crate) flags: Vec<(Key, String)>,
    /// The environment, all of it.
    pub(crate) environment: Vec<(String, String)>,
    /// The folder that the process was started in.
    pub(crate) here: &'a Path,
    /// The data folder when nobody chose one.
    pub(crate) default_data: &'a str,
    /// Whether data folder and database are those of flags alone, so that made people never reach a real database.
    pub(crate) keeps_to_flags: bool,
}

impl Config {
    /// Makes a configuration: flag before environment before file before default.
    ///
    /// Errors: an unknown key or variable, a value that can't be read; names where it stands.
    pub(crate) fn resolve(sources: Sources<'_>) -> Result<Self, Misuse> {
        let Sources { flags, environment, here, default_data, keeps_to_flags } = sources;
        // Made people get no mail.
        let mail_server = if keeps_to_flags { None } else { mail::server(&environment)? };
        let is_left_out = |key: Key| keeps_to_flags && [keys::DATA, keys::DATABASE].contains(&key);
        let mut found = Found { entries: flags.into_iter().map(|(key, value)| Entry::flag(key, value)).collect() };
        for (variable, value) in environment {
            if let Some(key) = Key::of_variable(&variable)?
                && !value.is_empty()
                && !is_left_out(key)
            {
                found.entries.push(Entry { key, value, place: variable });
            }
        }
        let data = found.text(keys::DATA).unwrap_or_else(|| default_data.to_owned());
        let file = match found.text(keys::CONFIG) {
            Some(path) => Some(PathBuf::from(path)),
            None => file::find(here, Path::new(&data)),
        };
        if let Some(path) = &file {
            for (key, value) in file::read(path)? {
                if !is_left_out(key) {
                    found.entries.push(Entry { key, value, place: format!("{} in {}", key.0, path.display()) });
                }
            }
        }
        Ok(Config { mail_server, ..found.into_config(default_data, file)? })
    }

    /// How browsers reach the server, as far as it is known before it listens.
    pub(crate) fn url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| url_of(self.listen, self.tls.is_some()))
    }

    /// Whether browsers reach the server by `https`, here or at a proxy before it.
    pub(crate) fn is_tls(&self) -> bool {
        self.tls.is_some() || self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

struct Entry {
    key: Key,
    value: String,
    /// Where it stands, for messages.
    place: String,
}

impl Entry {
    fn flag(key: Key, value: String) -> Self {
        Entry { place: key.flag(), key, value }
    }
}

/// What was found, the strongest source first.
struct Found {
    entries: Vec<Entry>,
}

impl Found {
    fn entry(&self, key: Key) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    fn text(&self, key: Key) -> Option<String> {
        self.entry(key).map(|entry| entry.value.clone())
    }

    fn parsed<T: FromStr>(&self, key: Key, wanted: &str) -> Result<Option<T>, Misuse> {
        let Some(Entry { value, place, .. }) = self.entry(key) else { return Ok(None) };
        value.parse().map(Some).map_err(|_| Misuse(format!("{place} must be {wanted}, not {value:?}")))
    }

    fn into_config(self, default_data: &str, file: Option<PathBuf>) -> Result<Config, Misuse> {
        let data = PathBuf::from(self.text(keys::DATA).unwrap_or_else(|| default_data.to_owned()));
        let networks = "addresses or networks like 10.0.0.0/8, with commas between them";
        Ok(Config {
            listen: self
                .parsed(keys::LISTEN, "an address and a port like 127.0.0.1:8080")?
                .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            database: self.database(&data)?,
            mail_server: None,
            public_url: self.public_url()?,
            tls: self.tls()?,
            trusted_proxies: self.parsed(keys::TRUSTED_PROXIES, networks)?.unwrap_or_default(),
            metrics_from: self.parsed(keys::METRICS_FROM, networks)?.unwrap_or_else(Networks::loopback),
            log_level: self.log_level()?,
            log_format: self.parsed(keys::LOG_FORMAT, "text or json")?.unwrap_or(LogFormat::Text),
            data,
            file,
        })
    }

    fn database(&self, data: &Path) -> Result<String, Misuse> {
        let Some(Entry { value, place, .. }) = self.entry(keys::DATABASE) else {
            return Ok(format!("sqlite:{}", data.join("reeve.db").display()));
        };
        let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|start| value.starts_with(start));
        // The value may hold a password: it isn't shown.
        if known { Ok(value.clone()) } else { Err(Misuse(format!("{place} must begin with sqlite: or postgres://"))) }
    }

    fn public_url(&self) -> Result<Option<String>, Misuse> {
        let Some(Entry { value, place, .. }) = self.entry(keys::PUBLIC_URL) else { return Ok(None) };
        let bad = || Misuse(format!("{place} must be a scheme and a host like https://sso.example.com, not {value:?}"));
        let url = value.trim_end_matches('/');
        let uri: axum::http::Uri = url.parse().map_err(|_| bad())?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let plain = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
        if !is_web || !plain || uri.path().len() > 1 || uri.query().is_some() {
            return Err(bad());
        }
        Ok(Some(url.to_owned()))
    }

    fn tls(&self) -> Result<Option<Tls>, Misuse> {
        match (self.entry(keys::TLS_CERTIFICATE), self.entry(keys::TLS_KEY)) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => {
                Ok(Some(Tls { certificate: certificate.value.clone().into(), key: key.value.clone().into() }))
            }
            (Some(_), None) => Err(Misuse("tls_certificate is given without tls_key; give both".into())),
            (None, Some(_)) => Err(Misuse("tls_key is given without tls_certificate; give both".into())),
        }
    }

    fn log_level(&self) -> Result<Option<String>, Misuse> {
        let wanted = "error, warn, info, debug or trace, or a list like warn,identity=debug";
        let Some(Entry { value, place, .. }) = self.entry(keys::LOG_LEVEL) else { return Ok(None) };
        // The subscriber would take a misspelt level for the name of a module.
        let is_level = |text: &str| ["off", "error", "warn", "info", "debug", "trace"].contains(&text);
        let is_part = |part: &str| is_level(part.split_once('=').map_or(part, |(_, level)| level).trim());
        if value.split(',').all(|part| is_part(part.trim())) {
            Ok(Some(value.clone()))
        } else {
            Err(Misuse(format!("{place} must be {wanted}, not {value:?}")))
        }
    }
}

impl FromStr for LogFormat {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests;
