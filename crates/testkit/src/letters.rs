//! What people were sent, as they read it.

use std::time::Duration;

use base::Secret;
use identity::messages::{self, Group, Listed, OutboxFilter, Template};

use crate::World;

/// A message that waits in the outbox.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Which message it is.
    pub template: Template,
    /// Where it goes.
    pub address: String,
    /// Its text, with links and secrets.
    pub text: String,
}

impl Letter {
    /// The token of the link in it.
    pub fn token(&self) -> Secret {
        let mut words = self.text.split_whitespace();
        let link = words.find(|word| word.starts_with("https://sso.example.com/") && word.matches('/').count() == 4);
        let link = link.unwrap_or_else(|| panic!("no link in {}", self.text));
        Secret::new(link.rsplit('/').next().unwrap_or_default())
    }

    /// The code or password in it: what stands on a line by itself, or before the words that explain it.
    pub fn secret(&self) -> Secret {
        let lines = self.text.lines().find_map(|line| line.strip_prefix("    "));
        let in_sms =
            || self.text.split_whitespace().find(|word| word.len() >= 6 && word.bytes().all(|b| b.is_ascii_digit()));
        Secret::new(lines.or_else(in_sms).expect("there is a secret").trim())
    }
}

impl World {
    /// Every message in the outbox, the oldest first.
    pub async fn letters(&self) -> Vec<Letter> {
        let sophia = self.sophia().await;
        let read = self.identity.write(&sophia, async |op| {
            let page = messages::list_messages(op, &OutboxFilter::default(), 1, 500).await?;
            let mut letters = Vec::new();
            // What administrators are told of each other is not what is looked at.
            let is_ordinary =
                |listed: &&Listed| listed.template.is_none_or(|template| template.entry().group != Group::Privileges);
            for listed in page.messages.iter().rev().filter(is_ordinary) {
                let (_, rendered) = messages::reveal_message(op, listed.id).await?;
                let template = listed.template.expect("this version knows its messages");
                letters.push(Letter { template, address: listed.address.clone(), text: rendered.plain });
            }
            Ok(letters)
        });
        let letters = read.await.expect("the outbox is read");
        // Reading takes a moment, so that what is sent after it comes after it.
        self.clock.advance(Duration::from_millis(1));
        letters
    }

    /// The last message.
    pub async fn last_letter(&self) -> Letter {
        self.letters().await.pop().expect("something was sent")
    }

    /// Which messages are in the outbox, the oldest first.
    pub async fn sent(&self) -> Vec<Template> {
        self.letters().await.into_iter().map(|letter| letter.template).collect()
    }
}
