//! Where messages leave by: the mail server and the SMS gateway of an organization.

mod audited;
mod former;
mod rows;
mod way;

use std::net::{Ipv4Addr, Ipv6Addr};

use base::{Change, Secret};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use audited::audited;
pub(super) use former::Former;

use super::{Channel, alert, alert_by};
use crate::access::{Permission, Target};
use crate::addresses::EmailAddress;
use crate::events::Event;
use crate::{Error, Operation, Problem, Result};

/// What the password of a server is sealed for.
const PURPOSE: &str = "reeve message server";
/// Most characters of a certificate, a body or all headers.
const LONGEST: usize = 16_384;

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// Not at all: for a server on the same machine.
    None,
    /// TLS after a greeting in the clear.
    #[default]
    StartTls,
    /// TLS from the beginning.
    Tls,
}

impl Protection {
    /// Every way, the usual first.
    pub const ALL: [Protection; 3] = [Protection::StartTls, Protection::Tls, Protection::None];

    /// A stable name, as `start_tls`.
    pub fn code(self) -> &'static str {
        match self {
            Protection::None => "none",
            Protection::StartTls => "start_tls",
            Protection::Tls => "tls",
        }
    }

    /// The way with this [`Protection::code`].
    pub fn from_code(code: &str) -> Option<Protection> {
        Protection::ALL.into_iter().find(|way| way.code() == code)
    }

    /// Its name for people, with the usual port.
    pub fn name(self) -> &'static str {
        match self {
            Protection::None => "None (port 25)",
            Protection::StartTls => "STARTTLS (port 587)",
            Protection::Tls => "TLS (port 465)",
        }
    }
}

/// A mail server, without its password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailSettings {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is protected.
    pub protection: Protection,
    /// Whom we sign in as; nobody when empty.
    pub user: String,
    /// The address that mails come from.
    pub from: String,
    /// The name beside it.
    pub from_name: String,
    /// The certificate that vouches for it, in PEM form; those that the machine trusts when empty.
    pub certificate: String,
}

/// An SMS gateway, without its secret. See `outbound::SmsGateway` for what may stand in braces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SmsSettings {
    /// Where requests go.
    pub url: String,
    /// The method, as `POST`.
    pub method: String,
    /// Headers, a line each.
    pub headers: String,
    /// The body.
    pub body: String,
    /// Who messages come from.
    pub from: String,
}

impl SmsSettings {
    /// As Twilio wants it; the secret is what comes after `Basic`: account and token, joined by a colon, in base64.
    pub fn twilio(account: &str) -> Self {
        SmsSettings {
            url: format!("https://api.twilio.com/2010-04-01/Accounts/{account}/Messages.json"),
            method: "POST".into(),
            headers: "Authorization: Basic {secret}\nContent-Type: application/x-www-form-urlencoded".into(),
            body: "To={to}&From={from}&Body={text}".into(),
            from: String::new(),
        }
    }
}

/// A server with whether it has a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen<S> {
    /// The server.
    pub settings: S,
    /// Whether a password is kept for it.
    pub has_secret: bool,
}

/// A server with its password.
pub(super) struct Open<S> {
    pub(super) settings: S,
    pub(super) secret: Secret,
}

/// The mail server that was chosen, if any.
///
/// Errors: `Denied` without `ManageOutgoingMail`, or when the password was entered too long ago.
pub async fn mail_server(op: &mut Operation<'_>) -> Result<Option<Chosen<MailSettings>>> {
    let _ = op.allow(Permission::ManageOutgoingMail, Target::Organization)?;
    chosen(op, Channel::Mail).await
}

/// The SMS gateway that was chosen, if any.
///
/// Errors: as [`mail_server`].
pub async fn sms_gateway(op: &mut Operation<'_>) -> Result<Option<Chosen<SmsSettings>>> {
    let _ = op.allow(Permission::ManageOutgoingMail, Target::Organization)?;
    chosen(op, Channel::Sms).await
}

/// Whether messages of a kind have a way out that was chosen here.
pub(super) async fn is_chosen(op: &mut Operation<'_>, channel: Channel) -> Result<bool> {
    let organization = op.organization();
    Ok(rows::find(&mut op.tx, organization, channel.code()).await?.is_some())
}

/// Chooses the mail server. All super administrators are told (G7, G11).
///
/// Errors: as [`mail_server`]; `Invalid` with every field that can't be meant, and with the password when it is to be
/// kept for a server that is reached in another way: who doesn't know it can't have it told to a server of their own.
pub async fn choose_mail_server(op: &mut Operation<'_>, new: MailSettings, password: Change<Secret>) -> Result<()> {
    let problems = problems_of_mail(&new);
    choose(op, Channel::Mail, &new, password, problems).await
}

/// Chooses the SMS gateway. All super administrators are told.
///
/// Errors: as [`choose_mail_server`].
pub async fn choose_sms_gateway(op: &mut Operation<'_>, new: SmsSettings, secret: Change<Secret>) -> Result<()> {
    let problems = problems_of_sms(&new);
    choose(op, Channel::Sms, &new, secret, problems).await
}

/// Forgets the server of a kind: its messages stay in the outbox. All super administrators are told.
///
/// Errors: as [`mail_server`].
pub async fn forget_server(op: &mut Operation<'_>, channel: Channel) -> Result<()> {
    let permit = op.allow(Permission::ManageOutgoingMail, Target::Organization)?;
    let organization = op.organization();
    let Some((before, _)) = rows::find(&mut op.tx, organization, channel.code()).await? else { return Ok(()) };
    let former = former::of(op, channel).await;
    rows::remove(&mut op.tx, organization, channel.code()).await?;
    op.record(
        permit,
        Event::MessageServerChanged { channel: channel.code(), before: audited(before), after: Json::Null },
    );
    let change = "was removed: no messages are sent any more";
    match former {
        Some(former) => alert_by(op, name(channel), change, Some(&former)).await,
        None => alert(op, name(channel), change).await,
    }
}

async fn chosen<S: for<'a> Deserialize<'a>>(op: &mut Operation<'_>, channel: Channel) -> Result<Option<Chosen<S>>> {
    let organization = op.organization();
    let found = rows::find(&mut op.tx, organization, channel.code()).await?;
    found.map(|(options, secret)| Ok(Chosen { settings: read(options)?, has_secret: secret.is_some() })).transpose()
}

/// The server with its password, for who sends.
///
/// Errors: `Unavailable` when the password was sealed with the key of another folder.
pub(super) async fn open<S: for<'a> Deserialize<'a>>(
    op: &mut Operation<'_>,
    channel: Channel,
) -> Result<Option<Open<S>>> {
    let organization = op.organization();
    let Some((options, sealed)) = rows::find(&mut op.tx, organization, channel.code()).await? else { return Ok(None) };
    let secret = match sealed {
        Some(sealed) => {
            let opened = op.files.sealing_key()?.open(PURPOSE, channel.code().as_bytes(), &sealed)?;
            Secret::new(String::from_utf8(opened).map_err(|_| Error::Internal("a password is damaged".into()))?)
        }
        None => Secret::default(),
    };
    Ok(Some(Open { settings: read(options)?, secret }))
}

fn read<S: for<'a> Deserialize<'a>>(options: Json) -> Result<S> {
    serde_json::from_value(options).map_err(|error| Error::Internal(format!("a server can't be read: {error}")))
}

async fn choose(
    op: &mut Operation<'_>,
    channel: Channel,
    new: &impl Serialize,
    secret: Change<Secret>,
    mut problems: Vec<Problem>,
) -> Result<()> {
    let permit = op.allow(Permission::ManageOutgoingMail, Target::Organization)?;
    let after = json!(new);
    let (organization, now) = (op.organization(), op.now);
    let old = rows::find(&mut op.tx, organization, channel.code()).await?;
    let (before, kept) = old.unwrap_or_default();
    if matches!(secret, Change::Keep) && kept.is_some() && way::is_another(channel, &before, &after) {
        problems.push(way::wants_the_secret(channel));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let former = former::of(op, channel).await;
    let sealed = match secret {
        Change::Keep => kept,
        Change::Clear => None,
        Change::Set(secret) => {
            let key = op.files.sealing_key()?;
            Some(key.seal(PURPOSE, channel.code().as_bytes(), secret.expose().as_bytes(), op.random)?)
        }
    };
    rows::put(&mut op.tx, organization, channel.code(), &after, sealed, now).await?;
    let (before, after) = (audited(before), audited(after));
    op.record(permit, Event::MessageServerChanged { channel: channel.code(), before, after });
    let change = "was changed: all messages leave by it";
    if let Some(former) = former {
        alert_by(op, name(channel), change, Some(&former)).await?;
    }
    alert(op, name(channel), change).await
}

fn name(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "The mail server",
        Channel::Sms => "The SMS gateway",
    }
}

fn problems_of_mail(new: &MailSettings) -> Vec<Problem> {
    let mut problems = one_line(&[("host", &new.host), ("user", &new.user), ("from_name", &new.from_name)]);
    let is_host =
        !new.host.is_empty() && new.host.chars().all(|sign| sign.is_ascii_alphanumeric() || "-._:".contains(sign));
    if !is_host {
        problems.push(Problem::new("host", "BAD_VALUE", "Enter the name or address of a server, as mail.example.com."));
    }
    if new.port == 0 {
        problems.push(Problem::new("port", "BAD_VALUE", "Enter a port from 1 to 65535."));
    }
    if let Err(problem) = EmailAddress::parse(&new.from) {
        problems.push(Problem { field: "from".into(), ..problem });
    }
    if new.certificate.len() > LONGEST
        || (!new.certificate.is_empty() && !new.certificate.contains("BEGIN CERTIFICATE"))
    {
        problems.push(Problem::new(
            "certificate",
            "BAD_VALUE",
            "Paste a certificate in PEM form, or leave this blank.",
        ));
    }
    problems
}

fn problems_of_sms(new: &SmsSettings) -> Vec<Problem> {
    let mut problems = one_line(&[("url", &new.url), ("from", &new.from)]);
    if !new.url.starts_with("https://") && !is_on_this_machine(&new.url) {
        let message = "Enter an address that begins with https://. By http://, only a gateway on this machine is reached \
                       (127.0.0.1, [::1] or localhost).";
        problems.push(Problem::new("url", "BAD_VALUE", message));
    }
    if !["POST", "PUT", "GET"].contains(&new.method.as_str()) {
        problems.push(Problem::new("method", "BAD_VALUE", "Choose POST, PUT or GET."));
    }
    for (field, text) in [("headers", &new.headers), ("body", &new.body)] {
        if text.len() > LONGEST {
            problems.push(Problem::new(field, "TOO_LONG", format!("Enter at most {LONGEST} bytes.")));
        }
    }
    if new.headers.lines().any(|line| !line.trim().is_empty() && !line.contains(':')) {
        problems.push(Problem::new("headers", "BAD_VALUE", "Enter each header in a line of its own, as Name: value."));
    }
    if !new.body.contains("{to}") && !new.url.contains("{to}") {
        problems.push(Problem::new(
            "body",
            "BAD_VALUE",
            "Put {to} where the number belongs, and {text} where the text does.",
        ));
    }
    problems
}

/// Whether an address leads to this machine in the clear, where nobody else hears it.
fn is_on_this_machine(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // A user or a backslash would make another place of it.
    if !place.chars().all(|sign| sign.is_ascii_alphanumeric() || ".:[]".contains(sign)) {
        return false;
    }
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let host = place.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(place, |(host, _)| host);
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()),
        None => host == "localhost" || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
    }
}

fn one_line(fields: &[(&str, &String)]) -> Vec<Problem> {
    let bad = fields.iter().filter(|(_, text)| base::text::has_hidden_signs(text) || base::text::length(text) > 500);
    bad.map(|(field, _)| Problem::new(field, "BAD_VALUE", "Enter one line of at most 500 characters.")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_reached_in_the_clear_on_this_machine_only() {
        let is_taken = |url: &str| {
            let new = SmsSettings { url: url.into(), ..SmsSettings::twilio("AC1") };
            problems_of_sms(&new).is_empty()
        };
        for good in [
            "https://gate.example/send",
            "http://127.0.0.1:9/send",
            "http://127.0.0.1/{to}?x",
            "http://[::1]:9",
            "http://localhost:9/",
        ] {
            assert!(is_taken(good), "{good}");
        }
        for bad in [
            "http://gate.example/send",
            "http://10.0.0.1/send",
            "http://127.0.0.1@gate.example/",
            "http://127.0.0.1:9@gate.example/",
            "http://gate.example\\@127.0.0.1/",
            "http://localhost.gate.example/",
            "http://[::2]/",
            "http://",
            "ftp://127.0.0.1/",
            "gate.example",
        ] {
            assert!(!is_taken(bad), "{bad}");
        }
    }
}
