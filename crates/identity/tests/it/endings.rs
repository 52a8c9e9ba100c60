//! What ends with an account that is disabled or deleted, and what stays.

use base::{AccountId, Change, Secret};
use identity::access::{Role, Roles};
use identity::accounts::{self, AccountChange, Filter, ListQuery};
use identity::attributes::{self, Definition, NewAttribute};
use identity::groups::{self, GroupProfile};
use identity::sign_in::{self, Resumed, SignIn};
use identity::{Operation, audit, memberships};
use store::{Dialect, params};
use testkit::{PASSWORD, World, on_each_database};

/// A column of a table.
type Column = (String, String);

/// Every column that refers to an account by a foreign key, as the schema has it.
async fn references(world: &World) -> Vec<Column> {
    columns(
        world,
        match world.identity.db().dialect() {
            Dialect::Sqlite => {
                "select m.name, f.\"from\" from sqlite_master m join pragma_foreign_key_list(m.name) f
             where m.type = 'table' and f.\"table\" = 'accounts'"
            }
            Dialect::Postgres => {
                "select c.conrelid::regclass::text, a.attname::text from pg_constraint c
             join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
             where c.contype = 'f' and c.confrelid = 'accounts'::regclass"
            }
        },
    )
    .await
}

/// Every column that could hold the identifier of an account.
async fn identifiers(world: &World) -> Vec<Column> {
    columns(
        world,
        match world.identity.db().dialect() {
            Dialect::Sqlite => {
                "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c
             where m.type = 'table' and c.type = 'uuid'"
            }
            Dialect::Postgres => {
                "select table_name::text, column_name::text from information_schema.columns
             where table_schema = 'public' and data_type = 'uuid'"
            }
        },
    )
    .await
}

async fn columns(world: &World, sql: &str) -> Vec<Column> {
    let mut tx = world.identity.db().begin_read().await.unwrap();
    tx.all(sql, &[], |row| Ok((row.get(0)?, row.get(1)?))).await.unwrap()
}

/// How many rows of a table hold the identifier in this column.
async fn count(world: &World, (table, column): &Column, id: AccountId) -> i64 {
    let mut tx = world.identity.db().begin_read().await.unwrap();
    let sql = format!("select count(*) from {table} where {column} = $1");
    tx.one(&sql, params![id], |row| row.get(0)).await.unwrap()
}

/// A session of `id`, as signing in opens it; `number` makes it one of many.
async fn open_session(world: &World, id: AccountId, number: u64) {
    let session: base::SessionId = world.identity.random().id(world.clock.now());
    let hash = Secret::new(format!("session {number}")).sha256();
    let sql = "insert into sessions (id, organization_id, account_id, token_hash, created_at, last_seen_at,
                   authenticated_at) values ($1, $2, $3, $4, $5, $5, $5)";
    let organization = world.operator().organization;
    world.execute(sql, params![session, organization, id, hash, world.clock.now()]).await;
}

/// A one-time link of `id`; only the link of the set-up is issued so far, and that is nobody's.
async fn issue_link(world: &World, id: AccountId) {
    let sql = "insert into one_time_links (token_hash, organization_id, purpose, account_id, created_at, expires_at)
               values ($1, $2, 'reset', $3, $4, $4)";
    let hash = Secret::new(id.to_string()).sha256();
    world.execute(sql, params![hash, world.operator().organization, id, world.clock.now()]).await;
}

/// A lock of `id`, and a note of how long nobody signed in.
async fn lock(world: &World, id: AccountId) {
    let sql = "insert into account_locks (account_id, organization_id, reason, since) values ($1, $2, 'admin', $3)";
    world.execute(sql, params![id, world.operator().organization, world.clock.now()]).await;
    let sql = "insert into inactivity (account_id, organization_id, counted_from, warned_at, warned_days)
               values ($1, $2, 0, 0, 0)";
    world.execute(sql, params![id, world.operator().organization]).await;
}

/// An import that `id` prepares, a job of theirs, a message to them, an import that made them, and a change of many accounts that names
/// them.
async fn work(world: &World, id: AccountId) {
    let (organization, now) = (world.operator().organization, world.clock.now());
    let import: base::ImportId = world.identity.random().id(now);
    let sql = "insert into import_drafts (id, organization_id, owner_id, file_name, size_bytes, sha256, row_count,
                   choices, step, node, created_at) values ($1, $2, $3, 'f', 1, $4, 1, $5, 1, 'n', $6)";
    let choices = serde_json::json!({});
    world.execute(sql, params![import, organization, id, [0; 32], choices, now]).await;
    let sql = "insert into jobs (id, organization_id, kind, subject_id, state, owner_id, done, total, stop_wanted,
                   attempts, leased_until, lease, created_at) values ($1, $2, 'k', $1, 'queued', $3, 0, 1, $4, 0, 0, 0, $5)";
    world.execute(sql, params![import, organization, id, false, now]).await;
    let sql = "insert into imports (id, organization_id, fingerprint, file_name, state, started_by, choices, position,
                   created, updated, unchanged, skipped, failed, started_at)
               values ($1, $2, $3, 'f', 'completed', 'operator', $4, 1, 1, 0, 0, 0, 0, $5)";
    world.execute(sql, params![import, organization, [0; 32], serde_json::json!({}), now]).await;
    let sql = "insert into import_changes (import_id, account_id, line, version) values ($1, $2, 2, 1)";
    world.execute(sql, params![import, id]).await;
    let sql =
        "insert into outbox (id, organization_id, template, language, channel, account_id, address, address_n, state,
                   tries, due_at, lease, answer, own_way, seal_key, created_at, expires_at)
               values ($1, $2, 't', 'en', 'mail', $3, 'a', 'a', 'queued', 0, 0, 0, '', false, 'k', 0, 0)";
    world.execute(sql, params![import, organization, id]).await;
    let change: base::BulkChangeId = world.identity.random().id(now);
    let sql = "insert into bulk_changes (id, organization_id, verb, group_list, total, outcomes, created_at)
               values ($1, $2, 'enable', $3, 1, $4, $5)";
    world.execute(sql, params![change, organization, serde_json::json!([]), serde_json::json!({}), now]).await;
    let sql = "insert into bulk_change_accounts (change_id, account_id, outcome) values ($1, $2, 'pending')";
    world.execute(sql, params![change, id]).await;
    let sql = "insert into settings (organization_id, key, value, modified_at, modified_by)
               values ($1, 'user_page_size', $2, $3, $4)";
    world.execute(sql, params![organization, serde_json::json!(50), now, id]).await;
    let sql = "insert into password_history (account_id, organization_id, hash, replaced_at) values ($1, $2, 'h', $3)";
    world.execute(sql, params![id, organization, now]).await;
}

async fn signed_in(world: &World, name: &str) -> Secret {
    let password = Secret::new(PASSWORD);
    match sign_in::with_password(&world.identity, &world.stranger(), name, password, None).await.unwrap() {
        SignIn::Granted { session, .. } => session.token,
        other => panic!("{name} is not signed in: {other:?}"),
    }
}

async fn resumed(world: &World, token: &Secret) -> Option<Resumed> {
    sign_in::resume(&world.identity, &world.stranger(), token).await.unwrap()
}

async fn delete(world: &World, id: AccountId) {
    world.identity.write(&world.sophia().await, async |op| accounts::delete(op, id).await).await.unwrap();
}

async fn history(world: &World, id: AccountId) -> Vec<audit::Entry> {
    let read = async |op: &mut Operation<'_>| audit::history(op, id, true, None, 500).await;
    world.identity.read(&world.sophia().await, read).await.unwrap()
}

/// Who did what an event tells of, and to whom, by their names at the time.
fn told<'a>(entries: &'a [audit::Entry], event: &str) -> (&'a str, &'a str) {
    let entry = entries.iter().find(|entry| entry.event == event).expect("it is told");
    (&entry.actor_name, &entry.target_name)
}

on_each_database! {
    async fn es_140_disabling_ends_the_one_time_links_too_and_only_those(world: World) {
        let (amy, bob) = (world.cast.amy, world.person("Bob", "Ng").await.id);
        issue_link(&world, amy).await;
        issue_link(&world, bob).await;
        let caller = world.uma().await;
        world.identity.write(&caller, async |op| accounts::disable(op, amy, None).await).await.unwrap();
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let sql = "select account_id from one_time_links where state = 'open'";
        let open = tx.all(sql, &[], |row| row.id::<AccountId>(0)).await.unwrap();
        assert_eq!(open, [bob], "those of a disabled account are kept to tell their holders, and work no more");
    }

    async fn es_44_disabling_many_ends_every_session_of_theirs_and_no_other(world: World) {
        let names: Vec<_> = (0..250).map(|n| format!("person{n}")).collect();
        let rows: Vec<_> = names.iter().map(|name| ("Many", "People", name.as_str())).collect();
        let ids: Vec<_> = world.people(&rows).await.iter().map(|account| account.id).collect();
        for (number, id) in (0..).zip(&ids) {
            open_session(&world, *id, number).await;
        }
        for number in 1000..1003 {
            open_session(&world, ids[0], number).await;
            open_session(&world, world.cast.amy, number + 1000).await;
        }
        let caller = world.uma().await;
        world.identity.write(&caller, async |op| accounts::disable_many(op, &ids).await).await.unwrap();
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let left = tx.all("select account_id from sessions", &[], |row| row.id::<AccountId>(0)).await.unwrap();
        assert_eq!(left, [world.cast.amy; 3]);
    }

    async fn es_150_nothing_of_a_deleted_account_is_left_but_the_audit_log(world: World) {
        let amy = world.cast.amy;
        let token = signed_in(&world, "amy").await;
        let (sophia, roles) = (world.sophia().await, Roles::NONE.with(Role::UserAdministrator));
        world.identity.write(&sophia, async |op| accounts::set_roles(op, amy, None, roles).await).await.unwrap();
        let (herself, bob) = (world.caller(amy).await, world.person("Bob", "Ng").await.id);
        world.identity.write(&herself, async |op| accounts::disable(op, bob, None).await).await.unwrap();
        issue_link(&world, amy).await;
        let definition = Definition { label: "Room".into(), is_searchable: true, ..Definition::default() };
        let room = NewAttribute { key: "room".into(), definition };
        world.identity.write(&sophia, async |op| attributes::create(op, room).await).await.unwrap();
        let renamed = AccountChange {
            username: Change::Set("amelia".into()),
            custom: [("room", vec!["B 12"])].into_iter().collect(),
            ..AccountChange::default()
        };
        world.identity.write(&sophia, async |op| accounts::update(op, amy, None, renamed).await).await.unwrap();
        assert!(resumed(&world, &token).await.is_some());
        lock(&world, amy).await;
        let group = async |op: &mut Operation<'_>| {
            let group = groups::create(op, GroupProfile { name: "Staff".into(), ..GroupProfile::default() }).await?;
            memberships::add_members(op, group.id, &[amy]).await
        };
        world.identity.write(&sophia, group).await.unwrap();
        work(&world, amy).await;
        world.identity.write(&sophia, async |op| accounts::send_username(op, amy).await).await.unwrap();

        let references = references(&world).await;
        for column in &references {
            assert!(count(&world, column, amy).await > 0, "give amy a row in {}, to see that it goes with her", column.0);
        }
        assert!(references.len() >= 6, "{references:?}");
        delete(&world, amy).await;
        let kept = ["audit_events.actor_id", "audit_events.target_id"];
        for column in identifiers(&world).await {
            let rows = count(&world, &column, amy).await;
            let name = format!("{}.{}", column.0, column.1);
            assert_eq!(rows > 0, kept.contains(&name.as_str()), "{rows} rows in {name}");
        }
        assert!(resumed(&world, &token).await.is_none());

        let entries = history(&world, amy).await;
        assert_eq!(told(&entries, "account_created"), ("Command line", "amy"));
        assert_eq!(told(&entries, "role_granted"), ("Sophia Super", "amy"));
        assert_eq!(told(&entries, "account_deleted"), ("Sophia Super", "amelia"));
        let entries = history(&world, bob).await;
        assert_eq!(told(&entries, "account_disabled"), ("Amy Adams", "bob"), "what she did bears her name still");
    }

    async fn es_151_whoever_comes_after_under_the_same_name_is_somebody_else(world: World) {
        let amy = world.cast.amy;
        let token = signed_in(&world, "amy").await;
        let (sophia, roles) = (world.sophia().await, Roles::NONE.with(Role::SystemAdministrator));
        world.identity.write(&sophia, async |op| accounts::set_roles(op, amy, None, roles).await).await.unwrap();
        issue_link(&world, amy).await;
        lock(&world, amy).await;
        let old = world.account(amy).await;
        delete(&world, amy).await;
        let new = world.person("Amy", "Adams").await;

        // What applications will be told is derived from the identifier, which is never used again.
        assert_ne!(new.id, old.id);
        assert_eq!((&new.username, &new.email), (&old.username, &old.email));
        assert!(new.roles.is_empty() && new.state.locks.is_empty() && new.last_sign_in_at.is_none());
        assert_eq!((new.version, new.state.password), (1, accounts::PasswordState::None));
        for column in identifiers(&world).await {
            let ours = ["accounts.id", "account_identifiers.account_id", "audit_events.target_id"];
            let name = format!("{}.{}", column.0, column.1);
            assert_eq!(count(&world, &column, new.id).await > 0, ours.contains(&name.as_str()), "{name}");
        }
        assert!(resumed(&world, &token).await.is_none());
        let stranger = world.stranger();
        let refused = sign_in::with_password(&world.identity, &stranger, "amy", Secret::new(PASSWORD), None).await;
        assert!(matches!(refused.unwrap(), SignIn::Refused), "the old password is nobody's");
        let mut events: Vec<_> = history(&world, new.id).await.into_iter().map(|entry| entry.event).collect();
        events.sort();
        assert_eq!(events, ["account_created", "sign_in_refused"]);
        let query = ListQuery { filter: Filter { quick: "amy".into(), ..Filter::default() }, size: 10, ..ListQuery::default() };
        let list = async |op: &mut Operation<'_>| accounts::list(op, world.identity.anchors(), &query).await;
        let found = world.identity.read(&sophia, list).await.unwrap().accounts;
        assert_eq!(found.iter().map(|account| account.id).collect::<Vec<_>>(), [new.id]);
    }
}
