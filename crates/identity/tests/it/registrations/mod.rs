//! Registrations: made, confirmed, decided.

mod decisions;
mod figures;
mod matrix;
mod races;
mod registering;
mod together;

use base::{AccountId, Secret};
use identity::accounts::{self, Account, Applicant, Decision, Registered, Summary, TypedPassword};
use identity::{Caller, Error, Identity, Operation, settings};
use serde_json::{Value as Json, json};
use testkit::{PASSWORD, World};

/// What somebody called `name` enters.
fn applicant(name: &str) -> Applicant {
    Applicant {
        username: name.into(),
        first_name: "Ishita".into(),
        last_name: "Banerjee".into(),
        email: format!("{name}@partner.example"),
        ..Applicant::default()
    }
}

fn typed(password: &str) -> TypedPassword {
    TypedPassword { password: Secret::new(password), repeated: Secret::new(password), temporary: false }
}

async fn choose(world: &World, key: &str, value: Json) {
    let caller = world.operator();
    world.identity.write(&caller, async |op| settings::choose(op, key, value).await).await.unwrap();
}

/// Lets people register.
async fn open(world: &World) {
    choose(world, "registration", json!(true)).await;
}

async fn try_to_register(world: &World, applicant: &Applicant) -> identity::Result<Registered> {
    accounts::register_with_password(&world.identity, &world.stranger(), applicant, typed(PASSWORD)).await
}

/// Somebody new, with the link to confirm it.
async fn registered(world: &World, name: &str) -> (Account, Secret) {
    match try_to_register(world, &applicant(name)).await.unwrap() {
        Registered::Made { account, link: Some(link) } => (*account, link),
        other => panic!("{name} has nothing to confirm: {other:?}"),
    }
}

/// Somebody who registered and confirmed it.
async fn confirmed(world: &World, name: &str) -> Account {
    let (_, link) = registered(world, name).await;
    confirm(world, &link).await.unwrap()
}

async fn confirm(world: &World, link: &Secret) -> identity::Result<Account> {
    world.identity.write(&world.stranger(), async |op| accounts::confirm_registration(op, link).await).await
}

/// What `caller` decides.
async fn decide(identity: &Identity, caller: &Caller, decision: Decision, id: AccountId) -> identity::Result<()> {
    identity.write(caller, async |op| carry_out(op, decision, id).await).await
}

async fn carry_out(op: &mut Operation<'_>, decision: Decision, id: AccountId) -> identity::Result<()> {
    match decision {
        Decision::Approve => accounts::approve(op, id).await.map(drop),
        Decision::Activate => accounts::activate(op, id).await.map(drop),
        Decision::Reject => accounts::reject(op, id, "").await,
    }
}

async fn figures(world: &World) -> Summary {
    world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.unwrap()
}

/// The code of a refusal, or `done`.
fn code<T>(answer: &Result<T, Error>) -> &'static str {
    answer.as_ref().err().map_or("done", Error::code)
}
