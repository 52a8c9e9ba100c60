//! What is queued for people, as they would read it.

use base::{AccountId, Secret};
use identity::accounts;
use identity::messages::{self, Group, Listed, OutboxFilter, Template};

use crate::World;

/// A message that waits in the outbox.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Which message it is.
    pub template: Template,
    /// Where it goes.
    pub address: String,
    /// The subject of a mail.
    pub subject: String,
    /// Its text, with links and secrets.
    pub plain: String,
    /// The same as a page of HTML; empty when there is none.
    pub html: String,
}

impl Letter {
    /// The token of the link in it.
    pub fn token(&self) -> Secret {
        let mut words = self.plain.split_whitespace();
        let link = words.find(|word| word.starts_with("https://sso.example.com/") && word.matches('/').count() == 4);
        let link = link.unwrap_or_else(|| panic!("no link in {}", self.plain));
        Secret::new(link.rsplit('/').next().unwrap_or_default())
    }

    /// The code or password in it: what stands on a line by itself, or before the words that explain it.
    pub fn secret(&self) -> Secret {
        let lines = self.plain.lines().find_map(|line| line.strip_prefix("    "));
        let in_sms =
            || self.plain.split_whitespace().find(|word| word.len() >= 6 && word.bytes().all(|b| b.is_ascii_digit()));
        Secret::new(lines.or_else(in_sms).expect("there is a secret").trim())
    }
}

impl World {
    /// Everything in the outbox, the oldest first.
    pub async fn outbox(&self) -> Vec<Listed> {
        let operator = self.operator();
        let read = self
            .identity
            .read(&operator, async |op| messages::list_messages(op, &OutboxFilter::default(), 1, 10_000).await);
        let mut all = read.await.expect("the operator may look").messages;
        all.reverse();
        all
    }

    /// What was queued of `template`, the oldest first: where it goes.
    pub async fn queued(&self, template: Template) -> Vec<String> {
        let all = self.outbox().await.into_iter().filter(|listed| listed.template == Some(template));
        all.map(|listed| listed.address).collect()
    }

    /// The latest message of `template`.
    pub async fn message(&self, template: Template) -> Letter {
        let all = self.outbox().await;
        let latest = all.iter().rev().find(|listed| listed.template == Some(template));
        self.opened(latest.unwrap_or_else(|| panic!("no {}", template.key()))).await
    }

    /// Every message that waits, the oldest first; without what administrators are told of each other.
    pub async fn letters(&self) -> Vec<Letter> {
        let is_ordinary = |template: Template| template.entry().group != Group::Privileges;
        let mut letters = Vec::new();
        for listed in self.outbox().await {
            if listed.has_text && listed.template.is_none_or(is_ordinary) {
                letters.push(self.opened(&listed).await);
            }
        }
        letters
    }

    /// The last of these.
    pub async fn last_letter(&self) -> Letter {
        self.letters().await.pop().expect("something was sent")
    }

    /// Which messages these are, the oldest first.
    pub async fn sent(&self) -> Vec<Template> {
        self.letters().await.into_iter().map(|letter| letter.template).collect()
    }

    /// The messages about an account, the latest first.
    pub async fn messages_of(&self, account: AccountId) -> Vec<Listed> {
        let operator = self.operator();
        let read = self.identity.read(&operator, async |op| accounts::messages_of(op, account, 100).await);
        read.await.expect("the operator may look")
    }

    async fn opened(&self, listed: &Listed) -> Letter {
        let operator = self.operator();
        // Reading leaves no trace.
        let read = self.identity.read(&operator, async |op| messages::reveal_message(op, listed.id).await);
        let (listed, text) = read.await.expect("its text is kept");
        let template = listed.template.expect("this version knows its messages");
        Letter { template, address: listed.address, subject: text.subject, plain: text.plain, html: text.html }
    }
}
