//! The rows of the outbox.

use base::{AccountId, MessageId, OrganizationId, Timestamp};
use serde_json::Value as Json;
use store::{Row, Tx, params};

use super::Recipient;
use crate::Result;

/// A message that is about to wait.
pub(super) struct NewMessage {
    pub(super) id: MessageId,
    pub(super) template: &'static str,
    pub(super) language: &'static str,
    pub(super) channel: &'static str,
    pub(super) account: Option<AccountId>,
    pub(super) address: String,
    pub(super) folded: String,
    pub(super) dedupe: Option<String>,
    pub(super) content: Vec<u8>,
    pub(super) seal_key: String,
    pub(super) expires_at: Timestamp,
}

/// Whom messages about an account speak of.
pub(super) async fn recipient(tx: &mut Tx, organization: OrganizationId, id: AccountId) -> Result<Option<Recipient>> {
    let read = |row: &Row<'_>| {
        Ok(Recipient {
            username: row.get(0)?,
            first_name: row.get(1)?,
            last_name: row.get(2)?,
            email: row.get(3)?,
            mobile: row.get(4)?,
            custom: texts(&row.get::<Json>(5)?),
        })
    };
    Ok(tx
        .optional(
            "select username, first_name, last_name, email, mobile, custom from accounts
             where id = $1 and organization_id = $2",
            params![id, organization],
            read,
        )
        .await?)
}

/// The attributes of an account, several values as one text.
fn texts(custom: &Json) -> Vec<(String, String)> {
    let text = |value: &Json| match value {
        Json::Array(values) => values.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", "),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let values = custom.as_object().into_iter().flatten();
    values.map(|(key, value)| (key.clone(), text(value))).collect()
}

/// Puts a message into the outbox, unless the same was put there before.
pub(super) async fn insert(tx: &mut Tx, organization: OrganizationId, new: NewMessage, now: Timestamp) -> Result<()> {
    tx.execute(
        "insert into outbox (id, organization_id, template, language, channel, account_id, address, address_n, state,
             tries, due_at, lease, answer, dedupe, content, seal_key, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', 0, $9, 0, '', $10, $11, $12, $9, $13)
         on conflict do nothing",
        params![
            new.id,
            organization,
            new.template,
            new.language,
            new.channel,
            new.account,
            new.address,
            new.folded,
            now,
            new.dedupe,
            new.content,
            new.seal_key,
            new.expires_at
        ],
    )
    .await?;
    Ok(())
}
