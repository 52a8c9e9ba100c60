//! A mail server that speaks SMTP over TCP (RFC 5321) and can be in a bad mood.

use std::sync::{Arc, Mutex, PoisonError};

use base64ct::{Base64, Encoding};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How the server behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Takes every mail.
    #[default]
    Well,
    /// Has no time at all: 421 instead of a greeting.
    Away,
    /// Has no time for any address: 451.
    Busy,
    /// Knows no address: 550.
    KnowsNobody,
    /// Has no room: 552 when the mail is over.
    Full,
    /// Hangs up in the middle of a mail.
    HangsUp,
    /// Takes the mail and hangs up instead of saying so.
    TakesAndHangsUp,
    /// Refuses each mail and quotes it: 554, the address, and the first line of it that holds a link.
    Quotes,
    /// Says nothing when the mail is over.
    Silent,
    /// Says nothing when the mail is over, until it is in another mood.
    Holds,
    /// Takes mail only of who signs in as `mailer` with `mailpw`.
    AsksWho,
}

/// A mail that the server took.
#[derive(Clone, Debug)]
pub struct Received {
    /// Whom the envelope names.
    pub to: String,
    /// The whole mail, as it came.
    pub text: String,
}

impl Received {
    /// The value of a header, as it was written; the first line of it.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        let mut lines = head.split("\r\n");
        lines
            .find_map(|line| line.split_once(": ").filter(|(known, _)| known.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value)
    }
}

/// A mail server on a free port; gone with this value.
pub struct MailServer {
    /// The port that it listens on.
    pub port: u16,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    mood: watch::Sender<Mood>,
    /// How many mails it held so far.
    held: watch::Sender<usize>,
    received: Mutex<Vec<Received>>,
    /// How many connections there were.
    visits: Mutex<usize>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl MailServer {
    /// Listens on a free port of this machine.
    pub async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let shared = Arc::new(Shared { mood: watch::Sender::new(mood), ..Shared::default() });
        let visited = Arc::clone(&shared);
        let listening = tokio::spawn(async move {
            while let Ok((visitor, _)) = listener.accept().await {
                *visited.visits.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                tokio::spawn(Talk { visitor: BufReader::new(visitor), shared: Arc::clone(&visited) }.hold());
            }
        });
        MailServer { port, shared, listening }
    }

    /// Changes its mood from the next command on.
    pub fn is_now(&self, mood: Mood) {
        self.shared.mood.send_replace(mood);
    }

    /// Waits until it holds, or held, so many mails.
    pub async fn has_held(&self, number: usize) {
        let mut held = self.shared.held.subscribe();
        held.wait_for(|held| *held >= number).await.expect("the server is there");
    }

    /// What it took so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many connections there were.
    pub fn visits(&self) -> usize {
        *self.shared.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One conversation.
struct Talk {
    visitor: BufReader<TcpStream>,
    shared: Arc<Shared>,
}

impl Talk {
    fn mood(&self) -> Mood {
        *self.shared.mood.borrow()
    }

    async fn hold(mut self) {
        if self.mood() == Mood::Away {
            let _ = self.say("421 4.3.2 come back later").await;
            return;
        }
        let _ = self.talk().await;
    }

    /// Ends when the visitor hangs up, or the server does.
    async fn talk(&mut self) -> Option<()> {
        self.say("220 mail.test").await?;
        let mut is_known = self.mood() != Mood::AsksWho;
        let mut to = String::new();
        loop {
            let line = self.hear().await?;
            let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match command.as_str() {
                "EHLO" => self.say("250-mail.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN").await?,
                "AUTH" => {
                    is_known = line.split(' ').nth(2).and_then(|word| Base64::decode_vec(word).ok()).as_deref()
                        == Some(b"\0mailer\0mailpw");
                    self.say(if is_known { "235 welcome" } else { "535 5.7.8 who are you?" }).await?;
                }
                "MAIL" if !is_known => self.say("530 5.7.0 sign in first").await?,
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    let answer = match self.mood() {
                        Mood::Busy => "451 4.7.1 try again later",
                        Mood::KnowsNobody => "550 5.1.1 no such user",
                        _ => "250 ok",
                    };
                    self.say(answer).await?;
                }
                "DATA" => self.take(&to).await?,
                "QUIT" => {
                    self.say("221 bye").await?;
                    return None;
                }
                _ => self.say("250 ok").await?,
            }
        }
    }

    async fn take(&mut self, to: &str) -> Option<()> {
        self.say("354 go on").await?;
        let mut text = String::new();
        loop {
            let line = self.hear().await?;
            if self.mood() == Mood::HangsUp {
                return None;
            }
            if line == "." {
                break;
            }
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
            text.push_str("\r\n");
        }
        if self.mood() == Mood::Holds {
            self.shared.held.send_modify(|held| *held += 1);
            self.shared.mood.subscribe().wait_for(|mood| *mood != Mood::Holds).await.ok()?;
        }
        let mood = self.mood();
        if mood == Mood::Full {
            return self.say("552 5.2.2 mailbox full").await;
        }
        if mood == Mood::Quotes {
            let whole = text.replace("=\r\n", "");
            let link = whole.lines().find(|line| line.contains("://")).unwrap_or_default();
            return self.say(&format!("554 5.7.1 <{to}> {link} looks like spam")).await;
        }
        if mood == Mood::Silent {
            std::future::pending::<()>().await;
        }
        self.shared.received.lock().unwrap_or_else(PoisonError::into_inner).push(Received { to: to.to_owned(), text });
        if mood == Mood::TakesAndHangsUp {
            return None;
        }
        self.say("250 2.0.0 taken").await
    }

    async fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.visitor.read_line(&mut line).await.ok()?;
        (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
    }

    async fn say(&mut self, line: &str) -> Option<()> {
        self.visitor.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.ok()
    }
}
