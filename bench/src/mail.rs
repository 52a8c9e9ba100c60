//! Messages to a mail server on this machine.

use std::time::Duration;

use anyhow::{Result, ensure};
use identity::accounts::{self, Filter};
use identity::messages::Post;
use identity::{Identity, Options};
use testkit::{MailServer, Mood};

use crate::Bench;
use crate::measure::once;

/// How many messages leave.
const MESSAGES: u32 = 10_000;
/// As many are queued in one transaction.
const AT_ONCE: usize = 1_000;
/// How many shall leave in a second.
const GOAL: u64 = 200;

pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    let filter = Filter::default();
    let find = async |op: &mut identity::Operation<'_>| accounts::matching_ids(op, &filter, None, MESSAGES).await;
    let ids = bench.identity.read(&bench.caller, find).await?;
    let (queued, queueing) = once(async {
        let mut queued = 0;
        for some in ids.chunks(AT_ONCE) {
            let send = bench.identity.write(&bench.caller, async |op| {
                let mut sent = 0;
                for id in some {
                    // Some have no address.
                    sent += u64::from(op.attempt(async |op| accounts::send_username(op, *id).await).await.is_ok());
                }
                Ok(sent)
            });
            queued += send.await?;
        }
        Ok(queued)
    })
    .await?;
    bench.table.single(&format!("{queued} messages queued"), queueing, None);
    let server = MailServer::start(Mood::Well).await;
    let mail_server = outbound::MailServer {
        host: "127.0.0.1".into(),
        port: server.port,
        security: outbound::Security::None,
        user: String::new(),
        password: base::Secret::default(),
        certificate: None,
        from: "bench@example.com".into(),
        from_name: String::new(),
        patience: Duration::from_secs(30),
    };
    let options = Options { mail_server: Some(mail_server), ..bench.identity.options() };
    let sender = Identity::open(bench.identity.db().clone(), options).await?;
    let (sent, sending) = once(async { Ok(Post::new(sender.clone()).deliver().await?) }).await?;
    ensure!(server.received().len() as u64 >= queued, "{sent} messages were dealt with, and not all arrived");
    let goal = Duration::from_secs(sent / GOAL);
    bench.table.single(&format!("{sent} messages delivered to a local mail server"), sending, Some(goal));
    let each_second = sent * 1_000 / u64::try_from(sending.as_millis()).unwrap_or(u64::MAX).max(1);
    bench.table.note(&format!("messages a second: {each_second} (goal {GOAL})"));
    Ok(())
}
