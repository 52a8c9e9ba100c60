//! The rows of accounts, their identifiers and their locks.

use std::collections::{HashMap, HashSet};

use base::{AccountId, GroupId, OrganizationId, Timestamp};
use serde_json::json;
use store::{Dialect, Row, Sql, Tx, Value, params};
use uuid::Uuid;

use super::status::{Contact, Lifecycle, Lock, LockReason, MustChange, PasswordState, State};
use super::{Account, rules};
use crate::access::Roles;
use crate::attributes::Values;
use crate::events::FieldChange;
use crate::{Error, Result};

/// The columns of an [`Account`], in the order that [`read`] reads them.
pub(super) const COLUMNS: &str = "id, organization_id, version, username, first_name, last_name, email, mobile, \
     external_id, lifecycle, enabled, password_state, temporary_until, must_change, invited_at, email_verified_at, \
     pending_email, mobile_verified_at, pending_mobile, roles, origin, created_at, modified_at, last_sign_in_at, \
     custom";

/// Reads an account without its locks and groups.
pub(super) fn read(row: &Row<'_>) -> store::Result<Account> {
    let unknown = |what: &str| store::Error::Failed(format!("an account has an unknown {what}"));
    let email = row.get::<Option<String>>(6)?;
    let mobile = row.get::<Option<String>>(7)?;
    let password = match row.get::<String>(11)?.as_str() {
        "none" => PasswordState::None,
        "permanent" => PasswordState::Permanent,
        "temporary" => PasswordState::Temporary { until: row.optional_time(12)?.unwrap_or_default() },
        _ => return Err(unknown("password state")),
    };
    Ok(Account {
        id: row.id(0)?,
        organization: row.id(1)?,
        version: row.get(2)?,
        username: row.get(3)?,
        first_name: row.get(4)?,
        last_name: row.get(5)?,
        pending_email: row.get(16)?,
        external_id: row.get(8)?,
        custom: serde_json::from_value(row.get(24)?).map_err(|_| unknown("value"))?,
        state: State {
            lifecycle: Lifecycle::from_code(&row.get::<String>(9)?).ok_or_else(|| unknown("lifecycle"))?,
            enabled: row.get(10)?,
            locks: Vec::new(),
            password,
            must_change: MustChange::from_code(&row.get::<String>(13)?).ok_or_else(|| unknown("must_change"))?,
            invited_at: row.optional_time(14)?,
            email: Contact {
                is_present: email.is_some(),
                verified_at: row.optional_time(15)?,
                change_pending: row.get::<Option<String>>(16)?.is_some(),
            },
            mobile: Contact {
                is_present: mobile.is_some(),
                verified_at: row.optional_time(17)?,
                change_pending: row.get::<Option<String>>(18)?.is_some(),
            },
        },
        email,
        mobile,
        roles: Roles::from_bits(row.get(19)?),
        in_protected_group: false,
        origin: row.get(20)?,
        created_at: row.time(21)?,
        modified_at: row.time(22)?,
        last_sign_in_at: Some(row.time(23)?).filter(|at| at.as_millis() > 0),
    })
}

/// Gives each account its locks, and tells whether it is in a protected group.
pub(super) async fn completed(tx: &mut Tx, accounts: Vec<Account>) -> Result<Vec<Account>> {
    let mut accounts = with_locks(tx, accounts).await?;
    let mut guarded: HashSet<AccountId> = HashSet::new();
    // Of ten thousand groups, few are protected or none; an index knows them.
    let protected: Vec<GroupId> = tx.all("select id from groups where protected", &[], |row| row.id(0)).await?;
    for some in accounts.chunks(500).filter(|_| !protected.is_empty()) {
        let mut sql = Sql::new("select account_id from group_members where account_id in (");
        sql.bind_all(some.iter().map(|account| account.id));
        // Hidden in an expression, a group doesn't lead: it may have very many members.
        sql.push(") and coalesce(group_id, account_id) in (").bind_all(protected.iter().copied()).push(")");
        guarded.extend(tx.all(sql.text(), sql.values(), |row| row.id::<AccountId>(0)).await?);
    }
    for account in &mut accounts {
        account.in_protected_group = guarded.contains(&account.id);
    }
    Ok(accounts)
}

async fn with_locks(tx: &mut Tx, mut accounts: Vec<Account>) -> Result<Vec<Account>> {
    let mut locks: HashMap<AccountId, Vec<Lock>> = HashMap::new();
    for some in accounts.chunks(500) {
        let mut sql =
            Sql::new("select account_id, reason, since, until, held_by, note from account_locks where account_id in (");
        sql.bind_all(some.iter().map(|account| account.id)).push(") order by reason");
        let found = tx
            .all(sql.text(), sql.values(), |row| {
                let reason = LockReason::from_code(&row.get::<String>(1)?)
                    .ok_or_else(|| store::Error::Failed("an account is locked for an unknown reason".into()))?;
                let lock = Lock {
                    reason,
                    since: row.time(2)?,
                    until: row.optional_time(3)?,
                    held_by: row.get(4)?,
                    note: row.get(5)?,
                };
                Ok((row.id::<AccountId>(0)?, lock))
            })
            .await?;
        for (account, lock) in found {
            locks.entry(account).or_default().push(lock);
        }
    }
    for account in &mut accounts {
        account.state.locks = locks.remove(&account.id).unwrap_or_default();
    }
    Ok(accounts)
}

/// The account with this identifier.
pub(super) async fn find(tx: &mut Tx, organization: OrganizationId, id: AccountId) -> Result<Option<Account>> {
    let mut found = find_many(tx, organization, &[id]).await?;
    Ok(found.pop())
}

/// The accounts with these identifiers, in no particular order; those that are gone are left out.
pub(super) async fn find_many(tx: &mut Tx, organization: OrganizationId, ids: &[AccountId]) -> Result<Vec<Account>> {
    let mut accounts = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let mut sql = Sql::new("select ");
        sql.push(COLUMNS).push(" from accounts where id in (").bind_all(some.iter().copied()).push(")");
        accounts.append(&mut tx.all(sql.text(), sql.values(), read).await?);
    }
    // Not a condition of the query: SQLite would take it for the narrower one and walk the whole organization.
    accounts.retain(|account| account.organization == organization);
    completed(tx, accounts).await
}

/// The account with this identifier, locked against change until the transaction ends.
pub(super) async fn hold(tx: &mut Tx, organization: OrganizationId, id: AccountId) -> Result<Option<Account>> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(" from accounts where id = ").bind(id).push(tx.for_update());
    let mut accounts = tx.all(sql.text(), sql.values(), read).await?;
    accounts.retain(|account| account.organization == organization);
    Ok(completed(tx, accounts).await?.pop())
}

/// Locks those of the accounts that hold no role against change until the transaction ends, for everybody in one
/// order. Administrators are locked all together, by [`administrators_for_update`].
pub(crate) async fn hold_ordinary(tx: &mut Tx, ids: &[AccountId]) -> Result<()> {
    let lock = tx.for_update();
    for some in ids.chunks(500).filter(|_| !lock.is_empty()) {
        let mut sql = Sql::new("select id from accounts where roles = 0 and id in (");
        sql.bind_all(some.iter().copied()).push(") order by id").push(lock);
        tx.all(sql.text(), sql.values(), |row| row.get::<Uuid>(0)).await?;
    }
    Ok(())
}

/// Which of `names`, folded usernames and addresses, belong to which account.
pub(super) async fn owners(
    tx: &mut Tx,
    organization: OrganizationId,
    names: &[String],
) -> Result<HashMap<String, AccountId>> {
    let mut owners = HashMap::new();
    for some in names.chunks(500) {
        let mut sql = Sql::new("select name_n, account_id from account_identifiers where organization_id = ");
        sql.bind(organization).push(" and name_n in (").bind_all(some.iter()).push(")");
        let found =
            tx.all(sql.text(), sql.values(), |row| Ok((row.get::<String>(0)?, row.id::<AccountId>(1)?))).await?;
        owners.extend(found);
    }
    Ok(owners)
}

/// Which of `external_ids` belong to which account.
pub(super) async fn owners_of_external_ids(
    tx: &mut Tx,
    organization: OrganizationId,
    external_ids: &[String],
) -> Result<HashMap<String, AccountId>> {
    let mut owners = HashMap::new();
    for some in external_ids.chunks(500) {
        let mut sql = Sql::new("select external_id, id from accounts where organization_id = ");
        sql.bind(organization).push(" and external_id in (").bind_all(some.iter()).push(")");
        let found =
            tx.all(sql.text(), sql.values(), |row| Ok((row.get::<String>(0)?, row.id::<AccountId>(1)?))).await?;
        owners.extend(found);
    }
    Ok(owners)
}

/// Writes new accounts. Answers those whose username or address somebody else took in this very moment; they are
/// not written.
pub(super) async fn insert(tx: &mut Tx, accounts: &[&Account]) -> Result<HashSet<AccountId>> {
    let into = "accounts (id, organization_id, version, username, username_n, username_k, first_name, first_n, first_k,
        last_name, last_n, last_k, email, email_n, email_k, mobile, external_id, custom, lifecycle, enabled, status,
        password_state, temporary_until, must_change, invited_at, email_verified_at, mobile_verified_at, roles, origin,
        created_at, modified_at, last_sign_in_at)";
    let mut rows: Vec<_> = accounts.iter().map(|account| (base::text::sort_key(&account.last_name), account)).collect();
    // In the order of the index that most others follow: each of its pages is fetched once, and written once.
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    let rows: Vec<_> = rows.into_iter().map(|(_, account)| values(account)).collect();
    tx.insert(into, &rows, "").await?;
    add_to_text_index(tx, accounts).await?;
    let beaten = insert_identifiers(tx, accounts).await?;
    for id in &beaten {
        // Its identifiers go with it.
        tx.execute("delete from accounts where id = $1", params![*id]).await?;
    }
    Ok(beaten)
}

/// Adds new accounts to the text index of SQLite, all at once. Whatever changes or deletes an account keeps the index
/// in step by triggers; a trigger on each new one would make SQLite write the index out after every row.
async fn add_to_text_index(tx: &mut Tx, accounts: &[&Account]) -> Result<()> {
    if tx.dialect() != Dialect::Sqlite {
        return Ok(());
    }
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("insert into account_text (rowid, last_n, first_n, username_n, email_n)");
        sql.push(" select seq, last_n, first_n, username_n, email_n from accounts where id in (");
        sql.bind_all(some.iter().map(|account| account.id)).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

/// The row of a new account.
fn values(account: &Account) -> Vec<Value> {
    let mut row = store::values![account.id, account.organization, account.version];
    for text in [&account.username, &account.first_name, &account.last_name] {
        row.extend(store::values![text, base::text::fold(text), base::text::sort_key(text)]);
    }
    let email = account.email.as_deref().unwrap_or_default();
    row.extend(store::values![account.email.clone(), base::text::fold(email), base::text::sort_key(email)]);
    row.extend(store::values![account.mobile.clone(), account.external_id.clone(), json!(account.custom)]);
    let state = &account.state;
    let (password, until) = stored_password(state.password);
    row.extend(store::values![state.lifecycle.code(), state.enabled, state.status().rank(), password, until]);
    row.extend(store::values![state.must_change.code(), state.invited_at]);
    row.extend(store::values![state.email.verified_at, state.mobile.verified_at]);
    row.extend(store::values![account.roles.bits(), &account.origin, account.created_at, account.modified_at]);
    row.extend(store::values![account.last_sign_in_at.unwrap_or_default()]);
    row
}

fn stored_password(password: PasswordState) -> (&'static str, Option<Timestamp>) {
    match password {
        PasswordState::None => ("none", None),
        PasswordState::Temporary { until } => ("temporary", Some(until)),
        PasswordState::Permanent => ("permanent", None),
    }
}

/// A username and an address that are the same count once.
fn identifiers(account: &Account) -> Vec<String> {
    let mut names = vec![rules::identifier(&account.username)];
    if let Some(email) = &account.email {
        let email = rules::identifier(email);
        if email != names[0] {
            names.push(email);
        }
    }
    names
}

/// Claims the identifiers of accounts; answers the accounts that were beaten to one.
async fn insert_identifiers(tx: &mut Tx, accounts: &[&Account]) -> Result<HashSet<AccountId>> {
    let mut wanted: Vec<(String, &Account)> = Vec::with_capacity(accounts.len() * 2);
    for account in accounts {
        wanted.extend(identifiers(account).into_iter().map(|name| (name, *account)));
    }
    wanted.sort_by(|(one, _), (other, _)| one.cmp(other));
    let rows: Vec<_> =
        wanted.iter().map(|(name, account)| store::values![account.organization, name, account.id]).collect();
    let into = "account_identifiers (organization_id, name_n, account_id)";
    let claimed = tx.insert(into, &rows, "on conflict (organization_id, name_n) do nothing").await?;
    if claimed == wanted.len() as u64 {
        return Ok(HashSet::new());
    }
    let names: Vec<String> = wanted.iter().map(|(name, _)| name.clone()).collect();
    let owners = owners(tx, wanted[0].1.organization, &names).await?;
    let lost = wanted.iter().filter(|(name, account)| owners.get(name) != Some(&account.id));
    Ok(lost.map(|(_, account)| account.id).collect())
}

/// Gives accounts the identifiers that follow from their present usernames and addresses.
///
/// Errors: `Conflict` when one was taken meanwhile.
pub(super) async fn replace_identifiers(tx: &mut Tx, accounts: &[&Account]) -> Result<()> {
    for some in accounts.chunks(500) {
        let mut sql = Sql::new("delete from account_identifiers where account_id in (");
        sql.bind_all(some.iter().map(|account| account.id)).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    if insert_identifiers(tx, accounts).await?.is_empty() {
        return Ok(());
    }
    Err(Error::conflict("taken", "The username or email address was taken meanwhile."))
}

/// Writes the changed fields of a profile over the version it was made from. Identifiers are left alone.
///
/// Only what changed is named: each column that is named costs the upkeep of its indexes.
///
/// Errors: `Stale` when it is another version by now.
pub(super) async fn update_profile(tx: &mut Tx, account: &Account, changes: &[FieldChange]) -> Result<()> {
    let mut sql = Sql::new("update accounts set version = version + 1");
    for change in changes {
        match &*change.field {
            "username" => set_text(&mut sql, ["username", "username_n", "username_k"], &account.username),
            "first_name" => set_text(&mut sql, ["first_name", "first_n", "first_k"], &account.first_name),
            "last_name" => set_text(&mut sql, ["last_name", "last_n", "last_k"], &account.last_name),
            "email" => {
                let email = account.email.as_deref().unwrap_or_default();
                set_text(&mut sql, ["email", "email_n", "email_k"], email);
                sql.push(", email_verified_at = ").bind(account.state.email.verified_at);
                sql.push(", pending_email = null");
            }
            "mobile" => {
                sql.push(", mobile = ").bind(account.mobile.clone());
                sql.push(", mobile_verified_at = ").bind(account.state.mobile.verified_at);
            }
            "external_id" => drop(sql.push(", external_id = ").bind(account.external_id.clone())),
            // All of them are kept in one column, which is written below.
            custom if custom.starts_with("custom.") => {}
            other => return Err(Error::Internal(format!("{other} is no field of a profile"))),
        }
    }
    if changes.iter().any(FieldChange::is_custom) {
        sql.push(", custom = ").bind(json!(account.custom));
    }
    sql.push(", modified_at = ").bind(account.modified_at);
    sql.push(" where id = ").bind(account.id);
    sql.push(" and version = ").bind(account.version);
    if tx.execute(sql.text(), sql.values()).await? == 0 {
        return Err(Error::Stale);
    }
    Ok(())
}

/// Writes the values of an account that an attribute was taken from; that is no change of the account.
pub(super) async fn put_values(tx: &mut Tx, id: AccountId, values: &Values) -> Result<()> {
    tx.execute("update accounts set custom = $2 where id = $1", params![id, json!(values)]).await?;
    Ok(())
}

/// Sets a text as it was typed, folded, and as a sort key. An address that is empty is none.
fn set_text(sql: &mut Sql, [column, folded, key]: [&str; 3], text: &str) {
    let typed = Some(text).filter(|text| column != "email" || !text.is_empty());
    sql.push(", ").push(column).push(" = ").bind(typed);
    sql.push(", ").push(folded).push(" = ").bind(base::text::fold(text));
    sql.push(", ").push(key).push(" = ").bind(base::text::sort_key(text));
}

/// Writes the state and the roles of an account over the version it was made from.
///
/// Errors: `Stale` when it is another version by now.
pub(super) async fn update(tx: &mut Tx, account: &Account) -> Result<()> {
    let mut sql = Sql::new("update accounts set version = version + 1");
    let (password, until) = stored_password(account.state.password);
    sql.push(", lifecycle = ").bind(account.state.lifecycle.code());
    sql.push(", enabled = ").bind(account.state.enabled);
    sql.push(", status = ").bind(account.status().rank());
    sql.push(", password_state = ").bind(password);
    sql.push(", temporary_until = ").bind(until);
    sql.push(", must_change = ").bind(account.state.must_change.code());
    sql.push(", invited_at = ").bind(account.state.invited_at);
    sql.push(", email_verified_at = ").bind(account.state.email.verified_at);
    sql.push(", mobile_verified_at = ").bind(account.state.mobile.verified_at);
    sql.push(", roles = ").bind(account.roles.bits());
    sql.push(", modified_at = ").bind(account.modified_at);
    sql.push(" where id = ").bind(account.id);
    sql.push(" and version = ").bind(account.version);
    if tx.execute(sql.text(), sql.values()).await? == 0 {
        return Err(Error::Stale);
    }
    Ok(())
}

/// Notes the address that waits to take the place of the present one, or that none does, over the version that the account
/// was made from.
///
/// Errors: `Stale` when it is another version by now.
pub(super) async fn put_pending_email(tx: &mut Tx, account: &Account) -> Result<()> {
    let written = tx
        .execute(
            "update accounts set version = version + 1, pending_email = $3, modified_at = $4
             where id = $1 and version = $2",
            params![account.id, account.version, account.pending_email.clone(), account.modified_at],
        )
        .await?;
    if written == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Forgets the addresses that wait to take the place of others.
pub(super) async fn forget_pending_emails(tx: &mut Tx, ids: &[AccountId]) -> Result<()> {
    for some in ids.chunks(500) {
        let mut sql = Sql::new("update accounts set pending_email = null where pending_email is not null and id in (");
        sql.bind_all(some.iter().copied()).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

/// Switches accounts on or off, all in one statement.
pub(super) async fn switch(tx: &mut Tx, ids: &[AccountId], enabled: bool, status: i64, now: Timestamp) -> Result<()> {
    for some in ids.chunks(500) {
        let mut sql = Sql::new("update accounts set version = version + 1, enabled = ");
        sql.bind(enabled).push(", status = ").bind(status).push(", modified_at = ").bind(now);
        sql.push(" where id in (").bind_all(some.iter().copied()).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

/// Notes that accounts changed, all in one statement.
pub(super) async fn touch(tx: &mut Tx, ids: &[AccountId], now: Timestamp) -> Result<()> {
    for some in ids.chunks(500) {
        let mut sql = Sql::new("update accounts set version = version + 1, modified_at = ");
        sql.bind(now).push(" where id in (").bind_all(some.iter().copied()).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

/// The present versions of accounts; those that are gone are absent.
pub(crate) async fn versions(tx: &mut Tx, ids: &[AccountId]) -> Result<HashMap<AccountId, i64>> {
    let mut versions = HashMap::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let mut sql = Sql::new("select id, version from accounts where id in (");
        sql.bind_all(some.iter().copied()).push(")");
        versions.extend(tx.all(sql.text(), sql.values(), |row| Ok((row.id::<AccountId>(0)?, row.get(1)?))).await?);
    }
    Ok(versions)
}

/// Removes accounts, and with them everything that hangs on them.
pub(super) async fn delete(tx: &mut Tx, ids: &[AccountId]) -> Result<()> {
    for some in ids.chunks(500) {
        let mut sql = Sql::new("delete from accounts where id in (");
        sql.bind_all(some.iter().copied()).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

/// Writes down when an account was last signed in to; that is no change of the account.
pub(crate) async fn touch_sign_in(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<()> {
    tx.execute("update accounts set last_sign_in_at = $2 where id = $1", params![id, now]).await?;
    Ok(())
}

/// How many accounts are locked at `now`.
pub(super) async fn count_locked(tx: &mut Tx, organization: OrganizationId, now: Timestamp) -> Result<i64> {
    Ok(tx
        .one(
            "select count(distinct account_id) from account_locks
             where organization_id = $1 and (until is null or until > $2)",
            params![organization, now],
            |row| row.get(0),
        )
        .await?)
}

/// Every account that holds a role, locked against change until the transaction ends.
pub(super) async fn administrators_for_update(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<Account>> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(" from accounts where organization_id = ").bind(organization);
    sql.push(" and roles > 0 order by id").push(tx.for_update());
    let accounts = tx.all(sql.text(), sql.values(), read).await?;
    completed(tx, accounts).await
}

/// Registrations that were made by `until` and are not confirmed, the oldest first, at most so many.
pub(super) async fn unconfirmed_since(
    tx: &mut Tx,
    organization: OrganizationId,
    until: Timestamp,
    most: u32,
) -> Result<Vec<AccountId>> {
    // As the index says it.
    let mut sql = Sql::new("select id from accounts where lifecycle = 'pending_activation' and organization_id = ");
    sql.bind(organization).push(" and created_at <= ").bind(until);
    sql.push(" order by created_at limit ").bind(i64::from(most));
    Ok(tx.all(sql.text(), sql.values(), |row| row.id(0)).await?)
}

/// Keeps others from creating accounts until the transaction ends, so that a limit holds.
pub(super) async fn hold_limit(tx: &mut Tx, organization: OrganizationId) -> Result<()> {
    let mut sql = Sql::new("select id from organizations where id = ");
    sql.bind(organization).push(tx.for_update());
    tx.all(sql.text(), sql.values(), |row| row.get::<Uuid>(0)).await?;
    Ok(())
}

/// Locks accounts; a lock for the same reason is replaced.
pub(super) async fn lock(tx: &mut Tx, organization: OrganizationId, ids: &[AccountId], lock: &Lock) -> Result<()> {
    let row = |id: &AccountId| {
        let (by, note) = (lock.held_by.clone(), lock.note.clone());
        store::values![*id, organization, lock.reason.code(), lock.since, lock.until, by, note]
    };
    let rows: Vec<_> = ids.iter().map(row).collect();
    let into = "account_locks (account_id, organization_id, reason, since, until, held_by, note)";
    let replace = "on conflict (account_id, reason) do update set since = excluded.since, until = excluded.until,
         held_by = excluded.held_by, note = excluded.note";
    tx.insert(into, &rows, replace).await?;
    Ok(())
}

/// Ends every lock of accounts.
pub(super) async fn unlock(tx: &mut Tx, ids: &[AccountId]) -> Result<()> {
    for some in ids.chunks(500) {
        let mut sql = Sql::new("delete from account_locks where account_id in (");
        sql.bind_all(some.iter().copied()).push(")");
        tx.execute(sql.text(), sql.values()).await?;
    }
    Ok(())
}

/// Removes the locks that ended before `at`.
pub(super) async fn sweep_locks(tx: &mut Tx, at: Timestamp) -> Result<u64> {
    Ok(tx.execute("delete from account_locks where until < $1", params![at]).await?)
}

/// Ends a lock.
pub(super) async fn release(tx: &mut Tx, id: AccountId, reason: super::LockReason) -> Result<()> {
    tx.execute("delete from account_locks where account_id = $1 and reason = $2", params![id, reason.code()]).await?;
    Ok(())
}
