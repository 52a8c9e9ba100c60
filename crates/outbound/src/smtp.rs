//! A mail server, and a connection to it that carries many mails.

use std::sync::Arc;
use std::time::Duration;

use base::Secret;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder};
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpStream;

use crate::{Failure, Mail, plain, within};

/// How the way to a mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a server on the same machine.
    None,
    /// TLS after a greeting in the clear; without TLS nothing is sent (RFC 3207).
    #[default]
    StartTls,
    /// TLS from the beginning (RFC 8314).
    Tls,
}

/// A mail server that takes mail for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is protected.
    pub security: Security,
    /// Whom we sign in as; nobody when empty.
    pub user: String,
    /// The password for it.
    pub password: Secret,
    /// The certificate that vouches for it, in PEM form; those that this machine trusts when `None`.
    pub certificate: Option<String>,
    /// The address that mails come from.
    pub from: String,
    /// The name beside it.
    pub from_name: String,
    /// How long one step may take, and one mail altogether.
    pub patience: Duration,
}

/// A connection to a mail server: made when it is needed, kept for the next mail, made anew when it broke.
#[derive(Debug)]
pub struct MailLine {
    server: Arc<MailServer>,
    connection: Option<Connection>,
}

struct Connection(AsyncSmtpConnection);

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[connection]")
    }
}

impl MailLine {
    /// A line to `server`; nothing is connected yet.
    pub fn new(server: Arc<MailServer>) -> Self {
        MailLine { server, connection: None }
    }

    /// The server at its end.
    pub fn server(&self) -> &Arc<MailServer> {
        &self.server
    }

    /// Sends one mail, and answers what the server said when it took it.
    ///
    /// Errors: `Later` when the server can't be reached, breaks off, is silent, or answers 4xx; `Never` when it answers
    /// 5xx to the mail or its address.
    pub async fn send(&mut self, mail: &Mail) -> Result<String, Failure> {
        let patience = self.server.patience;
        let answer = within(patience, "the mail server", Box::pin(self.hand_over(mail))).await;
        if answer.is_err() {
            // What is half said can't be taken up again.
            self.connection = None;
        }
        answer
    }

    /// Takes leave of the server; a line that is merely dropped hangs up.
    pub async fn close(&mut self) {
        if let Some(Connection(mut connection)) = self.connection.take() {
            let _ = tokio::time::timeout(Duration::from_secs(2), connection.quit()).await;
        }
    }

    async fn hand_over(&mut self, mail: &Mail) -> Result<String, Failure> {
        let message = mail.write(&self.server.from, &self.server.from_name)?;
        let mut connection = match self.connection.take() {
            Some(Connection(connection)) => self.still_there(connection).await?,
            None => self.connect().await?,
        };
        let answer = connection.send(message.envelope(), &message.formatted()).await;
        if answer.is_ok() {
            self.connection = Some(Connection(connection));
        }
        answer.map(|answer| said(&answer)).map_err(|error| of_mail(&error))
    }

    /// The connection, or a new one when the server hung up on it meanwhile. It is asked before the mail: afterwards
    /// nobody could tell whether the server has it.
    async fn still_there(&self, mut connection: AsyncSmtpConnection) -> Result<AsyncSmtpConnection, Failure> {
        if connection.test_connected().await { Ok(connection) } else { self.connect().await }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let mut connection = match self.open(false).await {
            Err(NoWay::Refused(error)) if self.may_be_its_own_authority(&error) => match self.open(true).await {
                Ok(connection) if self.knows(&connection) => connection,
                Ok(mut connection) => {
                    connection.abort().await;
                    return Err(of_server(&error));
                }
                Err(_) => return Err(of_server(&error)),
            },
            other => other.map_err(|no| no.failure())?,
        };
        if !self.server.user.is_empty() {
            let credentials = Credentials::new(self.server.user.clone(), self.server.password.expose().to_owned());
            let ways = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&ways, &credentials).await.map_err(|error| of_server(&error))?;
        }
        Ok(connection)
    }

    /// Whether the server may have been refused for its certificate only, and we were told which one it has.
    fn may_be_its_own_authority(&self, error: &Error) -> bool {
        let was_answered = error.is_transient() || error.is_permanent();
        !was_answered && self.server.certificate.is_some() && self.server.security != Security::None
    }

    /// A connection, protected as the server wants it. With `any` every certificate will do, so the caller must look
    /// at it before saying anything that matters.
    async fn open(&self, any: bool) -> Result<AsyncSmtpConnection, NoWay> {
        let server = &*self.server;
        let hello = ClientId::default();
        if server.security == Security::Tls {
            let place = (server.host.as_str(), server.port);
            let wrapper = Some(self.tls(any)?);
            return Ok(AsyncSmtpConnection::connect_tokio1(place, Some(server.patience), &hello, wrapper, None).await?);
        }
        let mut connection = AsyncSmtpConnection::connect_with_transport(Box::new(self.dial().await?), &hello).await?;
        if server.security == Security::StartTls {
            connection.starttls(self.tls(any)?, &hello).await?;
        }
        Ok(connection)
    }

    /// A socket that sends at once: the line that ends a mail would wait 40 ms for the acknowledgement of its text.
    #[expect(clippy::disallowed_methods, reason = "this is the place where connections are opened")]
    async fn dial(&self) -> Result<TcpStream, NoWay> {
        let unreachable = |error: std::io::Error| NoWay::Unreachable(error.to_string());
        let socket = TcpStream::connect((self.server.host.as_str(), self.server.port)).await.map_err(unreachable)?;
        socket.set_nodelay(true).map_err(unreachable)?;
        Ok(socket)
    }

    fn tls(&self, any: bool) -> Result<TlsParameters, Error> {
        let mut builder = TlsParametersBuilder::new(self.server.host.clone());
        if let Some(pem) = &self.server.certificate {
            builder = builder.add_root_certificate(Certificate::from_pem(pem.as_bytes())?);
        }
        builder.dangerous_accept_invalid_certs(any).dangerous_accept_invalid_hostnames(any).build_rustls()
    }

    /// Whether the server showed the very certificate that it was said to have. One that vouches for itself is no
    /// certificate of an authority, and nobody else's word is needed for it.
    fn knows(&self, connection: &AsyncSmtpConnection) -> bool {
        let pem = self.server.certificate.as_deref().unwrap_or_default();
        let Ok(shown) = connection.peer_certificate() else { return false };
        let mut known = CertificateDer::pem_slice_iter(pem.as_bytes());
        known.any(|known| known.is_ok_and(|known| known.as_ref() == shown))
    }
}

/// Why there is no connection.
enum NoWay {
    /// Nobody is there.
    Unreachable(String),
    /// What was said, or could not be agreed on.
    Refused(Error),
}

impl NoWay {
    fn failure(&self) -> Failure {
        match self {
            NoWay::Unreachable(words) => Failure::Later(plain(&format!("Connection error: {words}"))),
            NoWay::Refused(error) => of_server(error),
        }
    }
}

impl From<Error> for NoWay {
    fn from(error: Error) -> Self {
        NoWay::Refused(error)
    }
}

/// What went wrong with one mail.
fn of_mail(error: &Error) -> Failure {
    let words = plain(&words(error));
    if error.is_permanent() || error.is_client() { Failure::Never(words) } else { Failure::Later(words) }
}

/// What went wrong before there was a mail: nothing that the mail could do about.
fn of_server(error: &Error) -> Failure {
    Failure::Later(plain(&words(error)))
}

/// An error with what caused it.
fn words(error: &Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.contains(&more) {
            words.push_str(": ");
            words.push_str(&more);
        }
        cause = error.source();
    }
    words
}

/// What a server said.
fn said(answer: &lettre::transport::smtp::response::Response) -> String {
    let words: Vec<&str> = answer.message().collect();
    plain(&format!("{} {}", answer.code(), words.join(" ")))
}
