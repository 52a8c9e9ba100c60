//! Text messages, by whatever gateway that takes an HTTP request.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use base::Secret;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, StatusCode};

use crate::{Failure, plain, tls, within};

/// A gateway that sends text messages. `{to}`, `{from}`, `{text}` and `{secret}` in its URL, headers and body are
/// replaced: in the URL and a form percent-encoded, in JSON escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsGateway {
    /// Where requests go.
    pub url: String,
    /// The method, as `POST`.
    pub method: String,
    /// Headers, a line each, as `Authorization: Bearer {secret}`.
    pub headers: String,
    /// The body.
    pub body: String,
    /// Who the messages come from: a number or a name.
    pub from: String,
    /// What the gateway knows us by.
    pub secret: Secret,
    /// How long one message may take.
    pub patience: Duration,
}

/// How signs are written that mean something where a value is put.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Plain,
    Url,
    Json,
}

/// A line to a gateway.
#[derive(Debug)]
pub struct SmsLine {
    gateway: Arc<SmsGateway>,
    client: Client,
}

impl SmsLine {
    /// A line to `gateway`; nothing is connected yet.
    ///
    /// Errors: `Later` when TLS can't be set up.
    pub fn new(gateway: Arc<SmsGateway>) -> Result<Self, Failure> {
        let tls = (*tls::config(None)?).clone();
        let client = Client::builder()
            .use_preconfigured_tls(tls)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Failure::Later(format!("HTTP can't be set up: {error}")))?;
        Ok(SmsLine { gateway, client })
    }

    /// The gateway at its end.
    pub fn gateway(&self) -> &Arc<SmsGateway> {
        &self.gateway
    }

    /// Sends `text` to the number `to`, and answers what the gateway said.
    ///
    /// Errors: `Later` when the gateway can't be reached, is silent, too busy (429, 5xx) or doesn't know us (401, 403);
    /// `Never` for any other no.
    pub async fn send(&self, to: &str, text: &str) -> Result<String, Failure> {
        within(self.gateway.patience, "the SMS gateway", self.ask(to, text)).await
    }

    async fn ask(&self, to: &str, text: &str) -> Result<String, Failure> {
        let gateway = &*self.gateway;
        let method = Method::from_bytes(gateway.method.as_bytes())
            .map_err(|_| Failure::Later(format!("{:?} is no HTTP method", gateway.method)))?;
        let headers = self.headers(to, text)?;
        let encoding = encoding(&headers);
        let mut request = self.client.request(method, self.put(&gateway.url, to, text, Encoding::Url)).headers(headers);
        if !gateway.body.is_empty() {
            request = request.body(self.put(&gateway.body, to, text, encoding));
        }
        // The URL may hold a secret.
        let failed = |error: reqwest::Error| Failure::Later(plain(&format!("{}", Causes(&error.without_url()))));
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        let words = format!("{status}");
        match status {
            status if status.is_success() => Ok(words),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Err(Failure::Later(words))
            }
            status if status.is_server_error() || status.is_redirection() => Err(Failure::Later(words)),
            _ => Err(Failure::Never(words)),
        }
    }

    fn headers(&self, to: &str, text: &str) -> Result<HeaderMap, Failure> {
        let bad = |line: &str| {
            let name = line.split(':').next().unwrap_or_default();
            Failure::Later(format!("the header {name:?} of the SMS gateway can't be read"))
        };
        let mut headers = HeaderMap::new();
        for line in self.gateway.headers.lines().filter(|line| !line.trim().is_empty()) {
            let (name, value) = line.split_once(':').ok_or_else(|| bad(line))?;
            let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| bad(line))?;
            let value = self.put(value.trim(), to, text, Encoding::Plain);
            headers.append(name, HeaderValue::from_str(&value).map_err(|_| bad(line))?);
        }
        Ok(headers)
    }

    /// Puts the values where they belong; a value that holds such a word itself is not looked at again.
    fn put(&self, pattern: &str, to: &str, text: &str, encoding: Encoding) -> String {
        let values = [
            ("{to}", to),
            ("{text}", text),
            ("{from}", &self.gateway.from),
            ("{secret}", self.gateway.secret.expose()),
        ];
        let mut rest = pattern;
        let mut whole = String::new();
        while let Some(at) = rest.find('{') {
            whole.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some((name, value)) = values.iter().find(|(name, _)| rest.starts_with(name)) {
                encode(&mut whole, value, encoding);
                rest = &rest[name.len()..];
            } else {
                whole.push('{');
                rest = &rest[1..];
            }
        }
        whole.push_str(rest);
        whole
    }
}

/// How the body is written, as its content type says; JSON when it doesn't say.
fn encoding(headers: &HeaderMap) -> Encoding {
    let kind = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    if kind.contains("form-urlencoded") {
        Encoding::Url
    } else if kind.contains("json") {
        Encoding::Json
    } else {
        Encoding::Plain
    }
}

fn encode(whole: &mut String, value: &str, encoding: Encoding) {
    match encoding {
        Encoding::Plain => whole.push_str(value),
        Encoding::Url => {
            for byte in value.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    whole.push(char::from(byte));
                } else {
                    // Writing to a String can't fail.
                    let _ = write!(whole, "%{byte:02X}");
                }
            }
        }
        Encoding::Json => {
            for sign in value.chars() {
                match sign {
                    '"' => whole.push_str("\\\""),
                    '\\' => whole.push_str("\\\\"),
                    sign if sign.is_control() => {
                        let _ = write!(whole, "\\u{:04x}", u32::from(sign));
                    }
                    sign => whole.push(sign),
                }
            }
        }
    }
}

/// An error with what caused it.
struct Causes<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(headers: &str, body: &str) -> SmsLine {
        let gateway = SmsGateway {
            url: "http://127.0.0.1:9/{from}".into(),
            method: "POST".into(),
            headers: headers.into(),
            body: body.into(),
            from: "+1 555".into(),
            secret: Secret::new("s3\"cret"),
            patience: Duration::from_secs(5),
        };
        SmsLine::new(Arc::new(gateway)).unwrap()
    }

    #[test]
    fn values_are_written_as_the_place_wants_and_looked_at_once() {
        let line = line("", "");
        let put = |pattern: &str, encoding| line.put(pattern, "+44", "a \"b\" & {secret}\n", encoding);
        assert_eq!(put("To={to}&Body={text}", Encoding::Url), "To=%2B44&Body=a%20%22b%22%20%26%20%7Bsecret%7D%0A");
        assert_eq!(
            put("{\"to\":\"{to}\",\"text\":\"{text}\",\"key\":\"{secret}\"}", Encoding::Json),
            "{\"to\":\"+44\",\"text\":\"a \\\"b\\\" & {secret}\\u000a\",\"key\":\"s3\\\"cret\"}"
        );
        assert_eq!(put("{other} {", Encoding::Plain), "{other} {");
    }

    #[test]
    fn a_header_that_would_be_two_is_refused() {
        assert!(line("Authorization: Bearer {secret}\nX-To: {to}", "").headers("+44", "x").is_ok());
        assert!(line("X-Text: {text}", "").headers("+44", "x\r\nEvil: y").is_err());
        assert!(line("nothing", "").headers("+44", "x").is_err());
    }

    /// A gateway on a free port that answers one request with `answer`, or never; what it was asked comes back.
    async fn gateway(answer: Option<&'static str>) -> (u16, tokio::task::JoinHandle<String>) {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = tokio::spawn(async move {
            let (mut visitor, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let mut length = 0;
            while !String::from_utf8_lossy(&request[..length]).contains("Your%20code") {
                length += visitor.read(&mut request[length..]).await.unwrap();
            }
            match answer {
                Some(answer) => visitor.write_all(answer.as_bytes()).await.unwrap(),
                None => std::future::pending().await,
            }
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        (port, asked)
    }

    fn to(port: u16, patience: Duration) -> SmsLine {
        let gateway = SmsGateway {
            url: format!("http://127.0.0.1:{port}/send"),
            method: "POST".into(),
            headers: "Authorization: Bearer {secret}\nContent-Type: application/x-www-form-urlencoded".into(),
            body: "To={to}&From={from}&Body={text}".into(),
            from: "Reeve".into(),
            secret: Secret::new("s3cret"),
            patience,
        };
        SmsLine::new(Arc::new(gateway)).unwrap()
    }

    #[tokio::test]
    async fn a_gateway_is_asked_as_it_wants_and_its_answer_decides() {
        for (status, expected) in [
            ("200 OK", "sent"),
            ("201 Created", "sent"),
            ("429 Too Many Requests", "later"),
            ("500 Internal Server Error", "later"),
            ("401 Unauthorized", "later"),
            ("302 Found\r\nLocation: http://127.0.0.1:9/", "later"),
            ("400 Bad Request", "never"),
        ] {
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let (port, asked) = gateway(Some(answer.leak())).await;
            let sent = to(port, Duration::from_secs(20)).send("+447700900123", "Your code: 493 027").await;
            let outcome = match sent {
                Ok(_) => "sent",
                Err(Failure::Later(_)) => "later",
                Err(Failure::Never(_)) => "never",
            };
            assert_eq!(outcome, expected, "{status}");
            let asked = asked.await.unwrap().to_lowercase();
            assert!(
                asked.starts_with("post /send http/1.1") && asked.contains("authorization: bearer s3cret"),
                "{asked}"
            );
        }
    }

    #[tokio::test]
    async fn a_gateway_that_is_silent_or_absent_is_tried_later_and_its_secret_not_told() {
        let (port, asked) = gateway(None).await;
        let sent = to(port, Duration::from_millis(300)).send("+447700900123", "Your code").await;
        asked.abort();
        assert_eq!(sent, Err(Failure::Later("the SMS gateway did not answer within 0 seconds".into())));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let closed = listener.local_addr().unwrap().port();
        drop(listener);
        let Err(Failure::Later(words)) = to(closed, Duration::from_secs(20)).send("+447700900123", "Your code").await
        else {
            panic!("nobody is there")
        };
        assert!(!words.contains("s3cret"), "{words}");
    }
}
