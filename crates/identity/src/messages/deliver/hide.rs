//! What a server says of a message, without what only its recipient may read.

use outbound::Failure;

use super::Round;
use crate::messages::outbox::rows::Taken;
use crate::messages::values::{Value, Values};

/// Stands for what was taken out.
const HIDDEN: &str = "•••";
/// A piece of a secret that is shorter than this tells nothing.
const SHORTEST: usize = 4;

/// What must not be told of a message: its links, its secrets, its address, and the secrets of who carries it.
pub(super) struct Hidden(Vec<String>);

impl Hidden {
    pub(super) fn of(message: &Taken, values: &Values, round: &Round) -> Self {
        let mut words = vec![message.address.clone(), message.address_n.clone()];
        words.push(message.address.trim_start_matches('+').to_owned());
        for value in values.entries.values() {
            match value {
                Value::Link(path) => words.extend([path.clone(), path.rsplit('/').next().unwrap_or_default().into()]),
                Value::Secret(secret) => {
                    words.extend([secret.clone(), secret.split_whitespace().collect::<String>()]);
                }
                Value::Text(_) | Value::Time(_) | Value::Page(_) => {}
            }
        }
        let mail = round.ways.mail.iter().map(|server| server.password.expose().to_owned());
        words.extend(mail.chain(round.ways.sms.iter().map(|gateway| gateway.secret.expose().to_owned())));
        Hidden::these(words)
    }

    fn these(mut words: Vec<String>) -> Self {
        words.retain(|word| word.len() >= SHORTEST);
        for word in &mut words {
            word.make_ascii_lowercase();
        }
        // The whole link before its token.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Hidden(words)
    }

    /// What was said, without that.
    pub(super) fn left_out(&self, answer: Result<String, Failure>) -> Result<String, Failure> {
        match answer {
            Ok(words) => Ok(self.cleaned(&words)),
            Err(Failure::Later(words)) => Err(Failure::Later(self.cleaned(&words))),
            Err(Failure::Never(words)) => Err(Failure::Never(self.cleaned(&words))),
        }
    }

    fn cleaned(&self, said: &str) -> String {
        let mut said = said.to_owned();
        for word in &self.0 {
            while let Some(at) = said.to_ascii_lowercase().find(word) {
                said.replace_range(at..at + word.len(), HIDDEN);
            }
            // What is said is cut when it is long, maybe in the middle of a word.
            let is_piece = |length: &usize| said.to_ascii_lowercase().as_bytes().ends_with(&word.as_bytes()[..*length]);
            if let Some(length) = (SHORTEST + 2..word.len()).rev().find(is_piece)
                && said.is_char_boundary(said.len() - length)
            {
                said.truncate(said.len() - length);
                said.push_str(HIDDEN);
            }
        }
        said
    }
}

/// The number by which a server said what became of a message, as 550; `None` when it said none.
pub(super) fn code(failure: &Failure) -> Option<u16> {
    let (Failure::Later(words) | Failure::Never(words)) = failure;
    let numbers = words.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| word.len() == 3);
    numbers.filter_map(|word| word.parse().ok()).find(|code| (300..600).contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_recipient_may_read_is_taken_out_of_what_a_server_said() {
        let words = ["/reset-password/T0kenT0kenT0ken", "T0kenT0kenT0ken", "amy@example.com", "493 027", ""];
        let hidden = Hidden::these(words.map(str::to_owned).into());
        for (said, told) in [
            ("550 <AMY@example.com> unknown", "550 <•••> unknown"),
            (
                "554 https://sso.example.com/reset-password/T0kenT0kenT0ken is spam",
                "554 https://sso.example.com••• is spam",
            ),
            ("554 t0kent0kent0ken, t0kent0kent0ken", "554 •••, •••"),
            ("554 spam: T0kenT0ke", "554 spam: •••"),
            ("400 {\"text\":\"493 027\"}", "400 {\"text\":\"•••\"}"),
            ("250 2.0.0 taken", "250 2.0.0 taken"),
        ] {
            assert_eq!(hidden.cleaned(said), told);
        }
    }

    #[test]
    fn the_number_of_an_answer_is_found() {
        for (said, number) in [
            ("permanent error (550): 5.1.1 no such user", Some(550)),
            ("The gateway said 429 Too Many Requests", Some(429)),
            ("Connection error: 127.0.0.1 refused it", None),
            ("it did not answer within 120 seconds", None),
        ] {
            assert_eq!(code(&Failure::Later(said.into())), number);
        }
    }
}
