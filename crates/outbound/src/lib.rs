//! Every network call that we make ourselves, with time-outs.

mod address;
mod mail;
mod sms;
mod smtp;
mod tls;

pub use mail::Mail;
pub use sms::{SmsGateway, SmsLine};
pub use smtp::{MailLine, MailServer, Security};

use std::time::Duration;

/// Why something could not be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may work later: the other side can't be reached, is too busy, or we are not set up as it wants.
    #[error("{0}")]
    Later(String),
    /// It will never work: the other side refused this message or this address.
    #[error("{0}")]
    Never(String),
}

/// Waits for `work`, but not for ever.
async fn within<T>(limit: Duration, what: &str, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    match tokio::time::timeout(limit, work).await {
        Ok(answer) => answer,
        Err(_) => Err(Failure::Later(format!("{what} did not answer within {} seconds", limit.as_secs()))),
    }
}

/// One line of what another program said, without signs that would spoil a page or a log.
fn plain(text: &str) -> String {
    let line: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(300).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
