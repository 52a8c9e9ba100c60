//! The rows of the outbox.

use base::{AccountId, MessageId, OrganizationId, Timestamp};
use serde_json::Value as Json;
use store::{Row, Sql, Tx, params};
use uuid::Uuid;

use super::{Counts, Listed, OutboxFilter, Recipient, State, Unsent};
use crate::Result;
use crate::access::{Role, Roles};
use crate::addresses::identifier;
use crate::messages::{Channel, Language, Template};

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
    pub(super) own_way: bool,
    pub(super) seal_key: String,
    pub(super) due_at: Timestamp,
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
             tries, due_at, lease, answer, dedupe, content, own_way, seal_key, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', 0, $14, 0, '', $10, $11, $15, $12, $9, $13)
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
            new.expires_at,
            new.due_at,
            new.own_way
        ],
    )
    .await?;
    Ok(())
}

/// Removes a message that waits, so that a later one takes its place.
pub(super) async fn withdraw(tx: &mut Tx, organization: OrganizationId, dedupe: &str) -> Result<()> {
    tx.execute(
        "delete from outbox where organization_id = $1 and dedupe = $2 and state = 'queued' and lease = 0",
        params![organization, dedupe],
    )
    .await?;
    Ok(())
}

/// Those who hold a role, can sign in and have an address.
pub(super) async fn holders(tx: &mut Tx, organization: OrganizationId, role: Role) -> Result<Vec<AccountId>> {
    let read = |row: &Row<'_>| Ok((row.id::<AccountId>(0)?, Roles::from_bits(row.get(1)?)));
    let found = tx
        .all(
            "select id, roles from accounts
             where organization_id = $1 and roles > 0 and lifecycle = 'active' and enabled = $2 and email is not null
             order by id",
            params![organization, true],
            read,
        )
        .await?;
    Ok(found.into_iter().filter(|(_, roles)| roles.has(role)).map(|(id, _)| id).collect())
}

fn read(row: &Row<'_>) -> store::Result<Listed> {
    let state: String = row.get(5)?;
    let channel: String = row.get(2)?;
    let unknown = |what: &str| store::Error::Failed(format!("a message has an unknown {what}"));
    Ok(Listed {
        id: row.id(0)?,
        template: Template::from_key(&row.get::<String>(1)?),
        channel: Channel::from_code(&channel).ok_or_else(|| unknown("channel"))?,
        account: row.get::<Option<Uuid>>(3)?.map(AccountId::from),
        address: row.get(4)?,
        state: State::from_code(&state).ok_or_else(|| unknown("state"))?,
        tries: row.get::<i64>(6)?.unsigned_abs(),
        due_at: row.time(7)?,
        answer: row.get(8)?,
        created_at: row.time(9)?,
        finished_at: row.optional_time(10)?,
        has_text: row.get(11)?,
        language: Language::from_tag(&row.get::<String>(12)?).unwrap_or(Language::ENGLISH),
    })
}

/// What [`read`] reads.
const COLUMNS: &str = "select id, template, channel, account_id, address, state, tries, due_at, answer, created_at,
    finished_at, content is not null, language from outbox where organization_id = ";

fn narrow(sql: &mut Sql, organization: OrganizationId, filter: &OutboxFilter) {
    if let Some(state) = filter.state {
        sql.push(" and state = ").bind(state.code());
    }
    if let Some(template) = filter.template {
        sql.push(" and template = ").bind(template.key());
    }
    if let Some(channel) = filter.channel {
        sql.push(" and channel = ").bind(channel.code());
    }
    if !filter.address.is_empty() {
        let name = identifier(&filter.address);
        sql.push(" and (address_n = ").bind(name.clone());
        sql.push(" or account_id in (select id from accounts where organization_id = ").bind(organization);
        sql.push(" and username_n = ").bind(name).push("))");
    }
    if filter.is_retried {
        sql.push(" and state = 'queued' and tries > 0");
    }
}

pub(super) async fn list(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &OutboxFilter,
    skip: u64,
    most: u64,
) -> Result<Vec<Listed>> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(organization);
    narrow(&mut sql, organization, filter);
    sql.push(" order by seq desc limit ").bind(number(most)).push(" offset ").bind(number(skip));
    Ok(tx.all(sql.text(), sql.values(), read).await?)
}

pub(super) async fn count(tx: &mut Tx, organization: OrganizationId, filter: &OutboxFilter) -> Result<u64> {
    let mut sql = Sql::new("select count(*) from outbox where organization_id = ");
    sql.bind(organization);
    narrow(&mut sql, organization, filter);
    Ok(tx.one(sql.text(), sql.values(), |row| row.get::<i64>(0)).await?.unsigned_abs())
}

/// Read from indexes alone, and not from the messages.
pub(super) async fn counts(tx: &mut Tx, organization: OrganizationId) -> Result<Counts> {
    let read = |row: &Row<'_>| Ok((row.get::<String>(0)?, row.get::<i64>(1)?.unsigned_abs()));
    let sql = "select state, count(*) from outbox where organization_id = $1 group by state";
    let mut counts = Counts::default();
    for (state, number) in tx.all(sql, params![organization], read).await? {
        counts.all += number;
        match State::from_code(&state) {
            Some(State::Queued) => counts.queued = number,
            Some(State::Sent) => counts.sent = number,
            Some(State::Failed) => counts.failed = number,
            Some(State::Cancelled) => counts.cancelled = number,
            Some(State::Expired) => counts.expired = number,
            None => {}
        }
    }
    let sql = "select count(*) from outbox where organization_id = $1 and state = 'queued' and tries > 0";
    counts.retried = tx.one(sql, params![organization], |row| row.get::<i64>(0)).await?.unsigned_abs();
    Ok(counts)
}

pub(super) async fn of_account(
    tx: &mut Tx,
    organization: OrganizationId,
    account: AccountId,
    most: u64,
) -> Result<Vec<Listed>> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(organization).push(" and account_id = ").bind(account);
    sql.push(" order by seq desc limit ").bind(number(most));
    Ok(tx.all(sql.text(), sql.values(), read).await?)
}

/// How many messages about an account wait, and how many were given up.
pub(super) async fn unsent_of(tx: &mut Tx, account: AccountId) -> Result<Unsent> {
    let read = |row: &Row<'_>| Ok((row.get::<String>(0)?, row.get::<i64>(1)?.unsigned_abs()));
    let sql = "select state, count(*) from outbox where account_id = $1 and state in ('queued', 'failed')
               group by state";
    let found = tx.all(sql, params![account], read).await?;
    let of = |state: State| found.iter().find(|(code, _)| code == state.code()).map_or(0, |(_, number)| *number);
    Ok(Unsent { queued: of(State::Queued), failed: of(State::Failed) })
}

/// A message with its content, as it is sealed.
pub(super) async fn find(
    tx: &mut Tx,
    organization: OrganizationId,
    id: MessageId,
) -> Result<Option<(Listed, Option<Vec<u8>>)>> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(organization).push(" and id = ").bind(id);
    let Some(listed) = tx.optional(sql.text(), sql.values(), read).await? else { return Ok(None) };
    let content = tx.one("select content from outbox where id = $1", params![id], |row| row.get(0)).await?;
    Ok(Some((listed, content)))
}

/// Lets a message be tried at once that nobody has; answers whether there was one.
pub(super) async fn retry(tx: &mut Tx, id: MessageId, now: Timestamp) -> Result<bool> {
    let changed = tx
        .execute(
            "update outbox set state = 'queued', tries = 0, due_at = $2, finished_at = null
             where id = $1 and content is not null and expires_at > $2
               and (state = 'failed' or (state = 'queued' and lease = 0))",
            params![id, now],
        )
        .await?;
    Ok(changed > 0)
}

/// Takes a message back that was not sent; answers whether there was one.
pub(super) async fn cancel(tx: &mut Tx, id: MessageId, now: Timestamp) -> Result<bool> {
    let changed = tx
        .execute(
            "update outbox set state = 'cancelled', lease = 0, content = null, finished_at = $2
             where id = $1 and state in ('queued', 'failed')",
            params![id, now],
        )
        .await?;
    Ok(changed > 0)
}

/// A message that a server has taken.
pub(in crate::messages) struct Taken {
    pub(in crate::messages) id: MessageId,
    pub(in crate::messages) template: String,
    pub(in crate::messages) language: String,
    pub(in crate::messages) channel: String,
    pub(in crate::messages) address: String,
    pub(in crate::messages) address_n: String,
    pub(in crate::messages) tries: u64,
    pub(in crate::messages) content: Vec<u8>,
    pub(in crate::messages) created_at: Timestamp,
    due_at: Timestamp,
    seq: i64,
}

/// Whether something waits that could be sent now over `channels`, or names its own server.
pub(in crate::messages) async fn is_due(
    tx: &mut Tx,
    seal_key: &str,
    channels: &[Channel],
    now: Timestamp,
) -> Result<bool> {
    for way in ways_out(channels) {
        let sql = waiting("select id", seal_key, way, now, 1);
        if tx.optional(sql.text(), sql.values(), |row| row.id::<MessageId>(0)).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Up to `most` messages that have waited longest, of those that nobody has; others who ask meanwhile get others.
pub(in crate::messages) async fn due(
    tx: &mut Tx,
    seal_key: &str,
    channels: &[Channel],
    now: Timestamp,
    most: usize,
) -> Result<Vec<Taken>> {
    let read = |row: &Row<'_>| {
        Ok(Taken {
            id: row.id(0)?,
            template: row.get(1)?,
            channel: row.get(2)?,
            address: row.get(3)?,
            address_n: row.get(4)?,
            tries: row.get::<i64>(5)?.unsigned_abs(),
            content: row.get(6)?,
            created_at: row.time(7)?,
            due_at: row.time(8)?,
            seq: row.get(9)?,
            language: row.get(10)?,
        })
    };
    let columns = "select id, template, channel, address, address_n, tries, content, created_at, due_at, seq, language";
    let mut due = Vec::new();
    for way in ways_out(channels) {
        let mut sql = waiting(columns, seal_key, way, now, most);
        sql.push(tx.for_update_of_free());
        due.extend(tx.all(sql.text(), sql.values(), read).await?);
    }
    due.sort_by_key(|message| (message.due_at, message.seq));
    due.truncate(most);
    Ok(due)
}

/// The ways out: the one that a message names itself, and each of `channels`. Each has its own index, so that what waits
/// for another way is not walked over.
fn ways_out(channels: &[Channel]) -> impl Iterator<Item = Option<Channel>> {
    std::iter::once(None).chain(channels.iter().copied().map(Some))
}

/// Up to `most` messages that could be sent now by a way, those that have waited longest first.
fn waiting(columns: &str, seal_key: &str, way: Option<Channel>, now: Timestamp, most: usize) -> Sql {
    let mut sql = Sql::new(columns);
    sql.push(" from outbox where state = 'queued' and content is not null and seal_key = ").bind(seal_key);
    sql.push(" and due_at <= ").bind(now).push(" and expires_at > ").bind(now);
    match way {
        None => sql.push(" and own_way"),
        Some(channel) => sql.push(" and not own_way and channel = ").bind(channel.code()),
    };
    sql.push(" order by due_at, seq limit ").bind(i64::try_from(most).unwrap_or(i64::MAX));
    sql
}

/// How many messages each of `addresses` got since `since`.
pub(in crate::messages) async fn sent_since(
    tx: &mut Tx,
    addresses: &[&str],
    since: Timestamp,
) -> Result<Vec<(String, u64)>> {
    let mut sql = Sql::new("select address_n, count(*) from outbox where state = 'sent' and finished_at > ");
    sql.bind(since).push(" and address_n in (").bind_all(addresses.iter().copied()).push(") group by address_n");
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<i64>(1)?.unsigned_abs()));
    Ok(tx.all(sql.text(), sql.values(), read).await?)
}

/// Gives messages to whoever names the `lease`, until `until`.
pub(in crate::messages) async fn lease(tx: &mut Tx, ids: &[MessageId], lease: i64, until: Timestamp) -> Result<()> {
    let mut sql = Sql::new("update outbox set tries = tries + 1, lease = ");
    sql.bind(lease).push(", due_at = ").bind(until).push(" where id in (").bind_all(ids.iter().copied()).push(")");
    tx.execute(sql.text(), sql.values()).await?;
    Ok(())
}

/// Keeps the messages of a lease; answers how many it still has.
pub(in crate::messages) async fn renew(tx: &mut Tx, lease: i64, until: Timestamp) -> Result<u64> {
    let sql = "update outbox set due_at = $2 where lease = $1 and state = 'queued'";
    Ok(tx.execute(sql, params![lease, until]).await?)
}

/// Whether a message is still to be sent by whoever names the `lease`: not taken back, and nobody else's by now.
pub(in crate::messages) async fn is_leased(tx: &mut Tx, id: MessageId, lease: i64, now: Timestamp) -> Result<bool> {
    let sql = "select id from outbox where id = $1 and lease = $2 and state = 'queued' and due_at > $3";
    Ok(tx.optional(sql, params![id, lease, now], |row| row.id::<MessageId>(0)).await?.is_some())
}

/// Puts a message off that was not tried.
pub(in crate::messages) async fn put_off(tx: &mut Tx, id: MessageId, until: Timestamp, why: &str) -> Result<()> {
    tx.execute("update outbox set due_at = $2, answer = $3 where id = $1", params![id, until, why]).await?;
    Ok(())
}

/// A message was sent, even if it was taken back or leased by another server meanwhile, which need not send it any
/// more: its content is forgotten. Answers whether it was not sent before.
pub(in crate::messages) async fn sent(tx: &mut Tx, id: MessageId, answer: &str, now: Timestamp) -> Result<bool> {
    let changed = tx
        .execute(
            "update outbox set state = 'sent', content = null, lease = 0, answer = $2, finished_at = $3
             where id = $1 and state <> 'sent'",
            params![id, answer, now],
        )
        .await?;
    Ok(changed > 0)
}

/// A message could not be sent: it is tried again at `again`, or never. Nothing changes when it was taken back
/// meanwhile, or another server has it.
pub(in crate::messages) async fn not_sent(
    tx: &mut Tx,
    id: MessageId,
    lease: i64,
    answer: &str,
    again: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let (state, finished) = if again.is_some() { ("queued", None) } else { ("failed", Some(now)) };
    tx.execute(
        "update outbox set state = $3, lease = 0, answer = $4, due_at = $5, finished_at = $6
         where id = $1 and lease = $2 and state = 'queued'",
        params![id, lease, state, answer, again.unwrap_or(now), finished],
    )
    .await?;
    Ok(())
}

/// Gives messages back that were taken and not dealt with.
pub(in crate::messages) async fn give_back(tx: &mut Tx, lease: i64, now: Timestamp) -> Result<()> {
    tx.execute(
        "update outbox set lease = 0, due_at = $2, tries = tries - 1 where lease = $1 and state = 'queued'",
        params![lease, now],
    )
    .await?;
    Ok(())
}

/// Gives back whatever a process had that is gone, for the only server of a database.
pub(in crate::messages) async fn give_all_back(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let sql = "update outbox set lease = 0, due_at = $1 where lease <> 0 and state = 'queued'";
    Ok(tx.execute(sql, params![now]).await?)
}

/// Ends messages that nobody needs any more, at most so many, and forgets their contents; answers how many.
pub(in crate::messages) async fn expire(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64> {
    let mut sql = Sql::new("select id from outbox where state = 'queued' and expires_at <= ");
    sql.bind(now).push(" and (lease = 0 or due_at <= ").bind(now).push(") order by expires_at limit ").bind(most);
    let found = free(tx, sql).await?;
    let mut sql = Sql::new("update outbox set state = 'expired', content = null, lease = 0, finished_at = ");
    sql.bind(now).push(" where id in (").bind_all(found).push(")");
    Ok(tx.execute(sql.text(), sql.values()).await?)
}

/// Forgets the contents of messages that were given up and that nobody needs any more, at most so many; answers how
/// many.
pub(in crate::messages) async fn forget(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64> {
    let mut sql = Sql::new("select id from outbox where state = 'failed' and content is not null and expires_at <= ");
    sql.bind(now).push(" order by expires_at limit ").bind(most);
    let found = free(tx, sql).await?;
    let mut sql = Sql::new("update outbox set content = null where id in (");
    sql.bind_all(found).push(")");
    Ok(tx.execute(sql.text(), sql.values()).await?)
}

/// Removes what was finished before `at`, at most so many; answers how many.
pub(in crate::messages) async fn sweep(tx: &mut Tx, at: Timestamp, most: i64) -> Result<u64> {
    let mut sql = Sql::new("select id from outbox where finished_at < ");
    sql.bind(at).push(" order by finished_at limit ").bind(most);
    let found = free(tx, sql).await?;
    let mut sql = Sql::new("delete from outbox where id in (");
    sql.bind_all(found).push(")");
    Ok(tx.execute(sql.text(), sql.values()).await?)
}

/// The messages that `sql` finds, kept from others: what another server has in hand comes at the next time. They are
/// named one by one in the change, as PostgreSQL would rather join it with every message that is like them.
async fn free(tx: &mut Tx, mut sql: Sql) -> Result<Vec<MessageId>> {
    sql.push(tx.for_update_of_free());
    Ok(tx.all(sql.text(), sql.values(), |row| row.id(0)).await?)
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
