//! Attributes: who defines them, what definitions mean, and what becomes of values.

mod definitions;

use identity::attributes::{self, Attribute, Choice, Definition, Kind, NewAttribute};
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
