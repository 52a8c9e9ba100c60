//! A mail server that speaks TLS from the beginning, with a certificate that nobody vouches for but itself.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Listens on a free port until the tests end.
pub(crate) struct SecureMail {
    pub(crate) port: u16,
    /// Its certificate, in PEM form.
    pub(crate) certificate: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl SecureMail {
    /// With a certificate for `name`.
    pub(crate) fn start(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate can be made");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the defaults are safe")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("the key fits");
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&heard);
        thread::spawn(move || {
            for visitor in listener.incoming().map_while(Result::ok) {
                // A visitor who hangs up is none of its business.
                let _ = talk(visitor, Arc::clone(&config), &shared);
            }
        });
        SecureMail { port, certificate: made.cert.pem(), heard }
    }

    /// Every line that somebody said so far.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn talk(visitor: TcpStream, config: Arc<ServerConfig>, heard: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut stream = BufReader::new(StreamOwned::new(connection, visitor));
    let mut is_mail = false;
    stream.get_mut().write_all(b"220 mail.test\r\n")?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
        let answer: &[u8] = match line.split([' ', ':']).next().unwrap_or_default() {
            "." => {
                is_mail = false;
                b"250 2.0.0 taken\r\n"
            }
            _ if is_mail => continue,
            "EHLO" => b"250-mail.test\r\n250 AUTH PLAIN\r\n",
            "AUTH" => b"235 welcome\r\n",
            "DATA" => {
                is_mail = true;
                b"354 go on\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        stream.get_mut().write_all(answer)?;
    }
}
