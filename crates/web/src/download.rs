//! A file that is made while it is downloaded.

use std::fmt::{self, Display, Formatter};
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use http_body_util::channel::{Channel, Sender};
use identity::exports::Sink;
use tokio::time::timeout;

/// A browser that takes nothing for this long has gone, or does as if.
const PATIENCE: Duration = Duration::from_mins(1);
/// Pieces that wait for the browser; so much of the file is in memory.
const WAITING: usize = 2;

/// The way of a file to the browser, as fast as that takes it. Unless the file is said to be whole, the connection is
/// broken off at the end, so that the browser doesn't take what it has for all of it.
pub(crate) struct Pieces {
    sender: Option<Sender<Bytes, CutOff>>,
    patience: Duration,
}

/// The file did not come to its end.
#[derive(Debug)]
struct CutOff;

impl Display for CutOff {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the file was cut off")
    }
}

impl std::error::Error for CutOff {}

impl Sink for Pieces {
    /// Hands a piece over, when the browser has taken earlier ones.
    ///
    /// Errors: the browser has gone, or takes nothing any more.
    async fn take(&mut self, piece: Vec<u8>) -> io::Result<()> {
        let Some(sender) = &mut self.sender else { return Err(io::Error::other("the file has ended")) };
        match timeout(self.patience, sender.send_data(piece.into())).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::Error::other("the browser has gone")),
            Err(_) => Err(io::Error::other("the browser takes nothing any more")),
        }
    }
}

impl Pieces {
    /// Says that the file is whole.
    pub(crate) fn end(mut self) {
        self.sender = None;
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        if let Some(sender) = self.sender.take() {
            sender.abort(CutOff);
        }
    }
}

/// The answer with a file named `name`, and the way for its pieces.
pub(crate) fn download(name: &str, content_type: &'static str) -> (Pieces, Response) {
    let (sender, body) = Channel::new(WAITING);
    // What compresses an answer asks once more after its end, which a channel by itself doesn't bear.
    let mut response = Body::new(body.fuse()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Names are made by the server and need no quoting of signs.
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(header::CONTENT_DISPOSITION, disposition.expect("a name of letters, digits and dots"));
    (Pieces { sender: Some(sender), patience: PATIENCE }, response)
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn a_file_is_whole_when_that_was_said_and_broken_off_otherwise() {
        let (mut pieces, response) = download("a.csv", "text/csv");
        pieces.take(b"one".to_vec()).await.expect("it waits");
        pieces.take(b"two".to_vec()).await.expect("it waits");
        pieces.end();
        assert_eq!(to_bytes(response.into_body(), 100).await.expect("all of it"), "onetwo");

        let (mut pieces, response) = download("a.csv", "text/csv");
        pieces.take(b"one".to_vec()).await.expect("it waits");
        drop(pieces);
        assert!(to_bytes(response.into_body(), 100).await.is_err());
    }

    #[tokio::test]
    async fn whoever_asks_on_after_the_end_is_told_once_more() {
        let (pieces, response) = download("a.csv", "text/csv");
        pieces.end();
        let mut body = response.into_body();
        for _ in 0..3 {
            assert!(body.frame().await.is_none());
        }
    }

    #[tokio::test]
    async fn who_takes_nothing_or_goes_away_gets_no_more() {
        let (mut pieces, response) = download("a.csv", "text/csv");
        for _ in 0..WAITING {
            pieces.take(b"piece".to_vec()).await.expect("it waits");
        }
        pieces.patience = Duration::ZERO;
        let silent = pieces.take(b"one too many".to_vec()).await.expect_err("nobody takes it");
        assert_eq!(silent.to_string(), "the browser takes nothing any more");
        drop(response);
        let gone = pieces.take(b"to nobody".to_vec()).await.expect_err("nobody is there");
        assert_eq!(gone.to_string(), "the browser has gone");
    }
}
