//! An SMS gateway that speaks HTTP over TCP and can be in a bad mood.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How the gateway answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With this status; a message counts as taken when it is 200.
    Status(u16),
    /// Not at all: it hangs up when it has heard the request.
    HangsUp,
    /// With 200 and a page of HTML where JSON was to be.
    Nonsense,
}

/// A request, as it came.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Method, path and version.
    pub line: String,
    /// The headers, a line each.
    pub headers: Vec<String>,
    /// The body.
    pub body: String,
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter().filter_map(|line| line.split_once(": "));
        all.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A gateway on a free port; gone with this value.
pub struct SmsSink {
    /// The port that it listens on.
    pub port: u16,
    shared: Arc<(Mutex<Answer>, Mutex<Vec<Request>>)>,
    listening: JoinHandle<()>,
}

impl Drop for SmsSink {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl SmsSink {
    /// Listens on a free port of this machine.
    pub async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let shared = Arc::new((Mutex::new(answer), Mutex::default()));
        let visited = Arc::clone(&shared);
        let listening = tokio::spawn(async move {
            while let Ok((visitor, _)) = listener.accept().await {
                let shared = Arc::clone(&visited);
                tokio::spawn(async move { talk(BufReader::new(visitor), &shared.0, &shared.1).await });
            }
        });
        SmsSink { port, shared, listening }
    }

    /// Answers differently from the next request on.
    pub fn answers(&self, answer: Answer) {
        *self.shared.0.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// Every request so far, whatever it was answered.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.1.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Hears requests until the visitor hangs up, or the gateway does.
async fn talk(mut visitor: BufReader<TcpStream>, mood: &Mutex<Answer>, heard: &Mutex<Vec<Request>>) -> Option<()> {
    loop {
        let request = hear(&mut visitor).await?;
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let (status, kind, body) = match *mood.lock().unwrap_or_else(PoisonError::into_inner) {
            Answer::Status(status) => (status, "application/json", "{\"sid\":\"SM1\"}"),
            Answer::Nonsense => (200, "text/html", "<html>"),
            Answer::HangsUp => return None,
        };
        let length = body.len();
        let answer = format!("HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}");
        visitor.get_mut().write_all(answer.as_bytes()).await.ok()?;
    }
}

async fn hear(visitor: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut request = Request { line: line(visitor).await?, ..Request::default() };
    loop {
        match line(visitor).await? {
            line if line.is_empty() => break,
            line => request.headers.push(line),
        }
    }
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    visitor.read_exact(&mut body).await.ok()?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    Some(request)
}

async fn line(visitor: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = visitor.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}
