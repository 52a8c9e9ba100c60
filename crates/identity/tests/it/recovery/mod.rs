//! Passwords by an administrator, invitations, resets, links and codes.

mod asking;
mod giving;
mod inviting;
mod links;
mod redeeming;
mod resending;
mod verifying;

use base::{AccountId, Secret};
use identity::accounts::{self, NewAccount, PasswordChoice, Proof, Sent, TypedName, TypedPassword};
use identity::addresses::EmailAddress;
use identity::one_time_links::Way;
use identity::sign_in::{self, SignIn};
use identity::{Error, Result, settings};
use serde_json::{Value as Json, json};
use testkit::World;

/// Another password than that of the cast, which follows the rules.
const NEW: &str = "velvet harbor saddle 31 moth";

fn typed(password: &str) -> TypedPassword {
    TypedPassword { password: Secret::new(password), repeated: Secret::new(password), temporary: false }
}

fn temporary(password: &str) -> TypedPassword {
    TypedPassword { temporary: true, ..typed(password) }
}

fn choice(typed: TypedPassword, send: bool) -> PasswordChoice {
    PasswordChoice::Typed { typed, send }
}

async fn choose(world: &World, key: &str, value: Json) {
    let operator = world.operator();
    world.identity.write(&operator, async |op| settings::choose(op, key, value).await).await.unwrap();
}

async fn sign_in(world: &World, name: &str, password: &str) -> SignIn {
    sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(password), None).await.unwrap()
}

async fn is_let_in(world: &World, name: &str, password: &str) -> bool {
    matches!(sign_in(world, name, password).await, SignIn::Granted { .. })
}

/// Somebody without a password.
async fn newcomer(world: &World, first: &str) -> AccountId {
    world.person(first, "Newcomer").await.id
}

/// Somebody asks for the username of an address.
async fn ask_for_username(world: &World, address: &str) {
    let (caller, address) = (world.stranger(), EmailAddress::parse(address).unwrap());
    world.identity.write(&caller, async |op| accounts::request_username(op, &address).await).await.unwrap();
}

/// Somebody asks for a link to change a password.
async fn ask_for_link(world: &World, name: &str) {
    let (caller, name) = (world.stranger(), TypedName::parse(name).unwrap());
    world.identity.write(&caller, async |op| accounts::request_password_change(op, &name).await).await.unwrap();
}

async fn invite(world: &World, id: AccountId, way: Way) -> Result<Sent> {
    let uma = world.uma().await;
    world.identity.write(&uma, async |op| accounts::invite(op, id, way).await).await
}

async fn force_reset(world: &World, id: AccountId, way: Way) -> Result<Sent> {
    let uma = world.uma().await;
    world.identity.write(&uma, async |op| accounts::force_reset(op, id, way).await).await
}

async fn redeem(world: &World, proof: &Proof, password: &str) -> Result<accounts::Account> {
    accounts::choose_password(&world.identity, &world.stranger(), proof, typed(password)).await
}

fn by_code(name: &str, code: &str) -> Proof {
    Proof::Code { name: name.into(), code: Secret::new(code) }
}

/// The codes of what is wrong, or of the refusal.
fn codes<T: std::fmt::Debug>(answer: Result<T>) -> Vec<String> {
    match answer {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|problem| problem.code).collect(),
        Err(error) => vec![error.code().to_owned()],
        Ok(done) => panic!("it was done: {done:?}"),
    }
}

fn wanted(username: &str) -> NewAccount {
    NewAccount {
        username: username.into(),
        first_name: "Nora".into(),
        last_name: "New".into(),
        email: format!("{username}@partner.example"),
        ..NewAccount::default()
    }
}

async fn lock(world: &World, id: AccountId, reason: &str) {
    let values = store::values![id, world.operator().organization, reason, world.identity.clock().now()];
    let sql = "insert into account_locks (account_id, organization_id, reason, since) values ($1, $2, $3, $4)";
    world.execute(sql, &values).await;
}

async fn set_number(world: &World, id: AccountId, number: &str) {
    let change =
        accounts::AccountChange { mobile: base::Change::Set(number.into()), ..accounts::AccountChange::default() };
    let uma = world.uma().await;
    world.identity.write(&uma, async |op| accounts::update(op, id, None, change).await).await.unwrap();
    choose(world, "recovery_sms_code", json!(true)).await;
}
