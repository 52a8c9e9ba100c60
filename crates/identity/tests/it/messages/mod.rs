//! Messages: their texts, what is queued by which operation, and how it leaves.

mod delivery;
mod outbox;
mod sent;
mod servers;
mod templates;
mod texting;

use base::{Change, Secret};
use identity::messages::{self, MailSettings, Post, Protection};
use identity::{Caller, Error, Result};
use testkit::{MailServer, World};

/// Lets mail leave by `server`.
async fn use_server(world: &World, server: &MailServer) {
    choose(world, &world.operator(), settings(server), Change::Clear).await.unwrap();
}

fn settings(server: &MailServer) -> MailSettings {
    MailSettings {
        host: "127.0.0.1".into(),
        port: server.port,
        protection: Protection::None,
        from: "accounts@aldermoor.example".into(),
        from_name: "Aldermoor University".into(),
        ..MailSettings::default()
    }
}

async fn choose(world: &World, caller: &Caller, settings: MailSettings, password: Change<Secret>) -> Result<()> {
    let write = world.identity.write(caller, async |op| messages::choose_mail_server(op, settings, password).await);
    write.await
}

/// Queues a username for Amy, as an administrator does.
async fn send_username(world: &World) {
    let uma = world.uma().await;
    let amy = world.cast.amy;
    world.identity.write(&uma, async |op| identity::accounts::send_username(op, amy).await).await.unwrap();
}

async fn deliver(world: &World) -> u64 {
    Post::new(world.identity.clone()).deliver().await.unwrap()
}

fn codes<T: std::fmt::Debug>(answer: Result<T, Error>) -> Vec<String> {
    match answer {
        Err(Error::Invalid(problems)) => {
            problems.into_iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect()
        }
        other => panic!("not refused: {other:?}"),
    }
}
