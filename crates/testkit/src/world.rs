//! A world: a fresh database, a clock that stands, and the cast.

use std::path::PathBuf;

use base::{AccountId, Clock, Random, Timestamp};
use identity::access::{Actor, Role};
use identity::accounts::{Account, NewAccount};
use identity::{Caller, Door, Identity, Options, Result, accounts};
use serde_json::Value as Json;
use store::{Db, Value, params};
use tempfile::TempDir;

use crate::cast::{caller_for, join, person};
use crate::{Cast, Database};

/// A fresh database with the present schema, a clock that stands until it is moved, and the cast.
pub struct World {
    /// The core.
    pub identity: Identity,
    /// The clock.
    pub clock: Clock,
    /// The people.
    pub cast: Cast,
    database: Database,
    files: TempDir,
}

/// A fresh database with the present schema and nobody in it, as a server is before it is set up.
pub struct EmptyWorld {
    /// The core.
    pub identity: Identity,
    /// The clock.
    pub clock: Clock,
    database: Database,
    files: TempDir,
}

impl EmptyWorld {
    /// An empty world on a fresh database of one kind.
    pub async fn on(database: fn() -> Database) -> Self {
        let database = database();
        database.create().await;
        let clock = Clock::fixed(Timestamp::parse("2026-11-22T10:00:00Z").expect("a date"));
        let db = Db::open(database.url(), store::Options { connections: 4 }).expect("the database opens");
        db.migrate(&clock).await.expect("the database gets its schema");
        let files = tempfile::tempdir().expect("a folder for a test");
        let options = Options {
            clock: clock.clone(),
            random: Random::seeded(1),
            hashing_threads: Some(2),
            files: Some(files.path().join("files")),
            public_url: Some("https://sso.example.com".into()),
            ..Options::default()
        };
        let identity = Identity::open(db, options).await.expect("the core opens");
        EmptyWorld { identity, clock, database, files }
    }

    /// Ends the world and removes its database.
    pub async fn close(self) {
        drop(self.identity);
        drop(self.files);
        self.database.drop_now().await;
    }
}

impl World {
    /// A world on a fresh database of one kind.
    pub async fn on(database: fn() -> Database) -> Self {
        let EmptyWorld { identity, clock, database, files } = EmptyWorld::on(database).await;
        let cast = Cast::assemble(&identity).await;
        World { identity, clock, cast, database, files }
    }

    /// Another server on the same database, with the same clock and the same files.
    pub async fn another_server(&self) -> Identity {
        let db = Db::open(self.database.url(), store::Options { connections: 4 }).expect("the database opens");
        let options = Options {
            clock: self.clock.clone(),
            random: Random::seeded(9),
            hashing_threads: Some(1),
            files: Some(self.files()),
            ..Options::default()
        };
        Identity::open(db, options).await.expect("the core opens")
    }

    /// Ends the world and removes its database.
    pub async fn close(self) {
        let World { identity, database, .. } = self;
        drop(identity);
        database.drop_now().await;
    }

    /// The folder for files that are kept for a while; made when the first is kept.
    pub fn files(&self) -> PathBuf {
        self.files.path().join("files")
    }

    /// The URL of the database, for a second process or core.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// Whoever commands the machine.
    pub fn operator(&self) -> Caller {
        self.identity.caller(Actor::Operator, Door::CommandLine)
    }

    /// Nobody we know.
    pub fn stranger(&self) -> Caller {
        self.identity.caller(Actor::Anonymous, Door::Portal)
    }

    /// `id`, signed in just now.
    pub async fn caller(&self, id: AccountId) -> Caller {
        caller_for(&self.identity, &self.account(id).await)
    }

    /// The user administrator, signed in just now.
    pub async fn uma(&self) -> Caller {
        self.caller(self.cast.uma).await
    }

    /// The super administrator, signed in just now.
    pub async fn sophia(&self) -> Caller {
        self.caller(self.cast.sophia).await
    }

    /// The account with this identifier, which must exist.
    pub async fn account(&self, id: AccountId) -> Account {
        self.find(id).await.expect("the account exists")
    }

    /// The account with this identifier.
    pub async fn find(&self, id: AccountId) -> Result<Account> {
        self.identity.read(&self.operator(), async |op| accounts::find(op, id).await).await
    }

    /// Makes an account without a password: `("Amy", "Adams")` is `amy`, `amy@example.com`.
    pub async fn person(&self, first: &str, last: &str) -> Account {
        self.create(person(first, last)).await.expect("the account is made")
    }

    /// Makes somebody who signs in with [`crate::PASSWORD`], and holds `role`.
    pub async fn join(&self, first: &str, last: &str, role: Option<Role>) -> AccountId {
        join(&self.identity, person(first, last), role).await
    }

    /// Writes rows that no operation writes yet.
    pub async fn execute(&self, sql: &str, values: &[Value]) {
        let mut tx = self.identity.db().begin_write().await.expect("a transaction begins");
        tx.execute(sql, values).await.expect("the rows are written");
        tx.commit().await.expect("the rows stay");
    }

    /// Brings an account into a state that takes long to come to, as `lifecycle = 'pending_approval'`.
    pub async fn alter(&self, id: AccountId, set: &str) {
        self.execute(&format!("update accounts set {set} where id = $1"), params![id]).await;
    }

    /// Takes the password of an account away.
    pub async fn forget_password(&self, id: AccountId) {
        self.execute("delete from passwords where account_id = $1", params![id]).await;
        self.alter(id, "password_state = 'none'").await;
    }

    /// Locks an account as only the server does, for `failed_attempts` or `inactivity`, without an end.
    pub async fn lock_as_server(&self, id: AccountId, reason: &str) {
        let sql = "insert into account_locks (account_id, organization_id, reason, since) values ($1, $2, $3, $4)";
        self.execute(sql, params![id, self.operator().organization, reason, self.clock.now()]).await;
    }

    /// The details of every entry about `event` in the audit log, the oldest first.
    pub async fn audited(&self, event: &str) -> Vec<Json> {
        let mut tx = self.identity.db().begin_read().await.expect("a transaction begins");
        let sql = "select details from audit_events where event = $1 order by id";
        tx.all(sql, params![event], |row| row.get(0)).await.expect("the entries are read")
    }

    /// Makes an account.
    pub async fn create(&self, new: NewAccount) -> Result<Account> {
        self.create_as(&self.operator(), new).await
    }

    /// Makes an account on behalf of `caller`.
    pub async fn create_as(&self, caller: &Caller, new: NewAccount) -> Result<Account> {
        self.identity.write(caller, async |op| accounts::create(op, new).await).await
    }

    /// Makes an account for each row of first name, last name and username.
    pub async fn people(&self, rows: &[(&str, &str, &str)]) -> Vec<Account> {
        let new = rows.iter().map(|(first, last, username)| NewAccount {
            username: (*username).to_owned(),
            email: format!("{username}@example.com"),
            ..person(first, last)
        });
        let new: Vec<_> = new.collect();
        let made = self.identity.write(&self.operator(), async |op| accounts::create_many(op, new).await).await;
        made.expect("accounts are made").into_iter().map(|account| account.expect("each is valid")).collect()
    }
}
