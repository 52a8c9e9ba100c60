//! Attributes: who defines them, what definitions mean, and what becomes of values.

mod changes;
mod definitions;
mod files;
mod searching;
mod values;

use base::AccountId;
use identity::accounts::{self, Account, AccountChange, NewAccount};
use identity::attributes::{self, Attribute, Choice, Definition, Kind, NewAttribute, Values};
use identity::{Caller, Error, Operation, Result};
use testkit::World;

fn labelled(label: &str) -> Definition {
    Definition { label: label.into(), ..Definition::default() }
}

fn of_kind(kind: Kind) -> Definition {
    let choices = if kind == Kind::Choice { Choice::from_lines("Computing | CMP\nLaw | LAW") } else { Vec::new() };
    Definition { kind, choices, ..labelled(kind.words()) }
}

async fn create(world: &World, caller: &Caller, key: &str, definition: Definition) -> Result<Attribute> {
    let new = NewAttribute { key: key.into(), definition };
    world.identity.write(caller, async |op| attributes::create(op, new).await).await
}

/// An attribute that is there already.
async fn made(world: &World, key: &str, definition: Definition) -> Attribute {
    create(world, &world.operator(), key, definition).await.unwrap()
}

async fn keys(world: &World) -> Vec<String> {
    let list = async |op: &mut Operation<'_>| attributes::list(op).await;
    let all = world.identity.read(&world.operator(), list).await.unwrap();
    all.iter().map(|attribute| attribute.key.clone()).collect()
}

fn codes<T: std::fmt::Debug>(answer: Result<T>) -> Vec<(String, String)> {
    match answer {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|one| (one.field, one.code)).collect(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn code<T: std::fmt::Debug>(answer: Result<T>) -> &'static str {
    answer.expect_err("it is refused").code()
}

/// Texts by key; a key with an empty text is entered blank.
fn entered(texts: &[(&str, &str)]) -> Values {
    texts.iter().map(|(key, text)| (*key, vec![*text])).collect()
}

fn somebody(username: &str, custom: Values) -> NewAccount {
    NewAccount {
        username: username.into(),
        first_name: "Some".into(),
        last_name: "Body".into(),
        email: format!("{username}@example.com"),
        custom,
        ..NewAccount::default()
    }
}

/// An account with these values.
async fn joined(world: &World, username: &str, custom: Values) -> Account {
    world.create(somebody(username, custom)).await.unwrap()
}

/// Changes values of an account.
async fn change(world: &World, id: AccountId, custom: Values) -> Result<Account> {
    let change = AccountChange { custom, ..AccountChange::default() };
    world.identity.write(&world.uma().await, async |op| accounts::update(op, id, None, change).await).await
}

async fn tend(world: &World) -> u64 {
    accounts::tend_attributes(&world.identity).await.unwrap()
}

/// Changes a definition.
async fn redefine(world: &World, attribute: &Attribute, definition: Definition) -> Result<Attribute> {
    attributes::update(&world.identity, &world.operator(), attribute.id, None, definition).await
}

/// Rows of the index of values.
async fn indexed(world: &World) -> i64 {
    let mut tx = world.identity.db().begin_read().await.unwrap();
    tx.one("select count(*) from account_values", &[], |row| row.get(0)).await.unwrap()
}
