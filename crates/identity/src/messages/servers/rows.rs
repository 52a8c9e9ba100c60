//! The rows of mail servers and SMS gateways.

use base::{OrganizationId, Timestamp};
use serde_json::Value as Json;
use store::{Tx, params};

use crate::Result;

/// The server of a kind: its options, and its password as it is sealed.
pub(super) async fn find(
    tx: &mut Tx,
    organization: OrganizationId,
    channel: &str,
) -> Result<Option<(Json, Option<Vec<u8>>)>> {
    Ok(tx
        .optional(
            "select options, secret from message_servers where organization_id = $1 and channel = $2",
            params![organization, channel],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?)
}

pub(super) async fn put(
    tx: &mut Tx,
    organization: OrganizationId,
    channel: &str,
    options: &Json,
    secret: Option<Vec<u8>>,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "insert into message_servers (organization_id, channel, options, secret, modified_at)
         values ($1, $2, $3, $4, $5)
         on conflict (organization_id, channel) do update set options = excluded.options, secret = excluded.secret,
             modified_at = excluded.modified_at",
        params![organization, channel, options.clone(), secret, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, organization: OrganizationId, channel: &str) -> Result<()> {
    tx.execute(
        "delete from message_servers where organization_id = $1 and channel = $2",
        params![organization, channel],
    )
    .await?;
    Ok(())
}
