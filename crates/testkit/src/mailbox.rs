//! What is queued for people, as they would read it.

use base::AccountId;
use identity::messages::{self, Listed, OutboxFilter, Rendered, Template};

use crate::World;

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

    /// The latest message of `template`, as its recipient would read it.
    pub async fn message(&self, template: Template) -> Rendered {
        let all = self.outbox().await;
        let latest = all.iter().rev().find(|listed| listed.template == Some(template));
        let id = latest.unwrap_or_else(|| panic!("no {}", template.key())).id;
        let operator = self.operator();
        // Reading leaves no trace.
        let read = self.identity.read(&operator, async |op| messages::reveal_message(op, id).await);
        read.await.expect("its text is kept").1
    }

    /// What the latest message of `template` puts at the end of the link to `path`, as the token of a one-time link.
    pub async fn token(&self, template: Template, path: &str) -> base::Secret {
        let text = self.message(template).await.plain;
        let (_, rest) = text.split_once(&format!("{path}/")).unwrap_or_else(|| panic!("no {path} in {text}"));
        base::Secret::new(rest.split_whitespace().next().unwrap_or_default())
    }

    /// The messages about an account, the latest first.
    pub async fn messages_of(&self, account: AccountId) -> Vec<Listed> {
        let operator = self.operator();
        let read = self.identity.read(&operator, async |op| messages::messages_of(op, account, 100).await);
        read.await.expect("the operator may look")
    }
}
