//! The outbox as administrators see and change it.

use std::time::Duration;

use base::{Change, MessageId, Timestamp};
use identity::access::Denial;
use identity::messages::{self, MailSettings, OutboxFilter, State, Template, Unsent};
use identity::{Caller, Error, accounts, housekeeping};
use store::params;
use testkit::{MailServer, Mood, World, on_each_database};

use super::{choose, deliver, send_username, settings, use_server};

async fn page(world: &World, caller: &Caller, filter: OutboxFilter) -> identity::Result<messages::OutboxPage> {
    world.identity.read(caller, async |op| messages::list_messages(op, &filter, 1, 25).await).await
}

/// Puts messages into the outbox as if they had been there for long; how each came out is told by its number.
async fn fill(world: &World, number: i64, state: &str, expires_at: Timestamp, finished_at: Option<Timestamp>) {
    let content = (finished_at.is_none() || state == "failed").then(|| vec![1_u8]);
    let mut tx = world.identity.db().begin_write().await.unwrap();
    for _ in 0..number {
        let id: MessageId = world.identity.random().id(world.clock.now());
        let values = params![id, world.operator().organization, state, content.clone(), expires_at, finished_at];
        let sql = "insert into outbox (id, organization_id, template, language, channel, address, address_n, state,
                       tries, due_at, lease, answer, content, own_way, seal_key, created_at, expires_at, finished_at)
                   values ($1, $2, 'username', 'en', 'mail', 'old@example.com', 'old@example.com', $3,
                       0, $5, 0, '', $4, false, '', 0, $5, $6)";
        tx.execute(sql, values).await.unwrap();
    }
    tx.commit().await.unwrap();
}

on_each_database! {
    async fn very_many_old_messages_are_forgotten_and_no_others(world: World) {
        let (now, hour, month) = (world.clock.now(), Duration::from_hours(1), Duration::from_hours(31 * 24));
        world.execute("delete from outbox", &[]).await;
        fill(&world, 1_100, "queued", now.minus(hour), None).await;
        fill(&world, 1_100, "sent", now.minus(month), Some(now.minus(month))).await;
        fill(&world, 3, "sent", now, Some(now.minus(hour))).await;
        fill(&world, 2, "failed", now.minus(hour), Some(now.minus(hour))).await;
        fill(&world, 5, "queued", now.plus(hour), None).await;
        // A server has it in hand.
        fill(&world, 1, "queued", now.minus(hour), None).await;
        let sql = "update outbox set lease = 7, due_at = $1
                   where seq = (select max(seq) from outbox)";
        world.execute(sql, params![now.plus(hour)]).await;
        assert_eq!(housekeeping::sweep(&world.identity).await.unwrap(), 2_202);
        let sylvia = world.caller(world.cast.sylvia).await;
        let counts = page(&world, &sylvia, OutboxFilter::default()).await.unwrap().counts;
        assert_eq!((counts.expired, counts.sent, counts.failed, counts.all), (1_100, 3, 2, 1_111));
        assert_eq!(counts.queued, 6, "what is in hand, and what is still to leave");
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let sql = "select count(*) from outbox where content is not null";
        assert_eq!(tx.one(sql, &[], |row| row.get::<i64>(0)).await.unwrap(), 6);
        for state in State::ALL {
            let filter = OutboxFilter { state: Some(state), ..OutboxFilter::default() };
            let found = page(&world, &sylvia, filter.clone()).await.unwrap();
            let by_mail = OutboxFilter { channel: Some(messages::Channel::Mail), ..filter };
            assert_eq!(found.matching, page(&world, &sylvia, by_mail).await.unwrap().matching, "{state:?}");
        }
        assert_eq!(housekeeping::sweep(&world.identity).await.unwrap(), 0);
    }

    async fn the_outbox_is_seen_by_few_and_without_secrets(world: World) {
        let (sylvia, uma, sophia) = (world.caller(world.cast.sylvia).await, world.uma().await, world.sophia().await);
        let (_, link) = world.registered("Ishita").await;
        for caller in [&uma, &world.caller(world.cast.amy).await, &world.stranger()] {
            assert!(matches!(page(&world, caller, OutboxFilter::default()).await, Err(Error::Denied(_))));
        }
        let all = page(&world, &sylvia, OutboxFilter::default()).await.unwrap();
        assert!(!all.has_mail_server);
        assert_eq!(all.counts.queued, all.counts.all);
        let confirmation = OutboxFilter { template: Some(Template::ConfirmRegistration), ..OutboxFilter::default() };
        let found = page(&world, &sylvia, confirmation).await.unwrap();
        assert_eq!((found.matching, found.messages.len()), (1, 1));
        let id = found.messages[0].id;
        let (_, shown) = world.identity.read(&sylvia, async |op| messages::find_message(op, id).await).await.unwrap();
        let shown = shown.unwrap();
        assert!(shown.plain.contains("https://sso.example.com/confirm/••••••"), "{}", shown.plain);
        assert!(!shown.plain.contains(link.expose()) && !shown.html.contains(link.expose()));
        // Only a super administrator reads a link, and leaves a trace.
        let revealed = world.identity.write(&sylvia, async |op| messages::reveal_message(op, id).await).await;
        assert!(matches!(revealed, Err(Error::Denied(Denial::Role))));
        let (_, revealed) = world.identity.write(&sophia, async |op| messages::reveal_message(op, id).await).await.unwrap();
        assert!(revealed.plain.contains(link.expose()));
        assert_eq!(world.audited("message_revealed").await.len(), 1);
    }

    async fn es_204_the_text_of_an_alert_is_not_shown_to_system_administrators(world: World) {
        let (sylvia, sophia) = (world.caller(world.cast.sylvia).await, world.sophia().await);
        world.join("Nora", "New", Some(identity::access::Role::UserAdministrator)).await;
        let alerts = OutboxFilter { template: Some(Template::SecurityAlert), ..OutboxFilter::default() };
        let id = page(&world, &sylvia, alerts).await.unwrap().messages[0].id;
        let text = async |caller| world.identity.read(caller, async |op| messages::find_message(op, id).await).await.unwrap().1;
        assert!(text(&sylvia).await.is_none());
        assert!(text(&sophia).await.unwrap().plain.contains("was made User administrator"));
    }

    async fn a_message_is_tried_again_or_taken_back(world: World) {
        let server = MailServer::start(Mood::KnowsNobody).await;
        use_server(&world, &server).await;
        send_username(&world).await;
        deliver(&world).await;
        let (sylvia, uma) = (world.caller(world.cast.sylvia).await, world.uma().await);
        let failed = OutboxFilter { state: Some(State::Failed), ..OutboxFilter::default() };
        let ids: Vec<_> = page(&world, &sylvia, failed.clone()).await.unwrap().messages.iter().map(|listed| listed.id).collect();
        assert!(ids.len() >= 2);
        let retry = |caller: Caller| {
            let (identity, ids) = (world.identity.clone(), ids.clone());
            async move { identity.write(&caller, async |op| messages::retry_messages(op, &ids).await).await }
        };
        assert!(matches!(retry(uma).await, Err(Error::Denied(Denial::Role))));
        assert_eq!(retry(sylvia.clone()).await.unwrap(), ids.len() as u64);
        let cancelled = world.identity.write(&sylvia, async |op| messages::cancel_messages(op, &ids[..1]).await);
        assert_eq!(cancelled.await.unwrap(), 1);
        server.is_now(Mood::Well);
        deliver(&world).await;
        let counts = page(&world, &sylvia, OutboxFilter::default()).await.unwrap().counts;
        assert_eq!((counts.cancelled, counts.failed, counts.queued), (1, 0, 0));
        assert_eq!(server.received().len(), ids.len() - 1);
        // Neither what was sent nor what was taken back can be changed any more.
        assert_eq!(retry(sylvia.clone()).await.unwrap(), 0);
        let sophia = world.sophia().await;
        let again = world.identity.write(&sophia, async |op| messages::cancel_messages(op, &ids).await);
        assert_eq!(again.await.unwrap(), 0);
        assert_eq!(world.audited("message_cancelled").await.len(), 1);
    }

    async fn g11_a_system_administrator_does_not_take_back_the_alert_about_themselves(world: World) {
        let (sylvia, sophia) = (world.caller(world.cast.sylvia).await, world.sophia().await);
        let server = MailServer::start(Mood::Well).await;
        choose(&world, &sylvia, settings(&server), Change::Clear).await.unwrap();
        send_username(&world).await;
        let of = async |template| {
            let filter = OutboxFilter { template: Some(template), ..OutboxFilter::default() };
            page(&world, &sylvia, filter).await.unwrap().messages[0].id
        };
        let (alert, username) = (of(Template::SecurityAlert).await, of(Template::Username).await);
        let cancel = async |caller, ids: &[_]| {
            world.identity.write(caller, async |op| messages::cancel_messages(op, ids).await).await
        };
        // Nor in a crowd.
        for ids in [&[alert][..], &[username, alert][..]] {
            assert!(matches!(cancel(&sylvia, ids).await, Err(Error::Denied(Denial::Role))));
        }
        assert!(world.audited("message_cancelled").await.is_empty());
        assert_eq!(cancel(&sylvia, &[username]).await.unwrap(), 1);
        deliver(&world).await;
        assert!(server.received().iter().any(|mail| mail.to == "sophia@example.com"));
        // A super administrator may.
        choose(&world, &sylvia, MailSettings { from_name: "Other".into(), ..settings(&server) }, Change::Keep).await.unwrap();
        assert_eq!(cancel(&sophia, &[of(Template::SecurityAlert).await]).await.unwrap(), 1);
    }

    async fn an_address_finds_what_went_there(world: World) {
        send_username(&world).await;
        let sylvia = world.caller(world.cast.sylvia).await;
        let to_amy = OutboxFilter { address: " AMY@Example.com".into(), ..OutboxFilter::default() };
        let found = page(&world, &sylvia, to_amy).await.unwrap();
        assert_eq!(found.matching, 1);
        assert_eq!(found.messages[0].account, Some(world.cast.amy));
        assert_eq!(world.messages_of(world.cast.amy).await.len(), 1);
        // So does the username of whom it is about.
        for (name, number) in [("AMY", 1), ("uma", 0)] {
            let about = OutboxFilter { address: name.into(), ..OutboxFilter::default() };
            assert_eq!(page(&world, &sylvia, about).await.unwrap().matching, number, "{name}");
        }
    }

    async fn what_is_tried_again_is_told_from_what_waits_for_its_first_time(world: World) {
        let server = MailServer::start(Mood::Busy).await;
        use_server(&world, &server).await;
        send_username(&world).await;
        let sylvia = world.caller(world.cast.sylvia).await;
        let retried = OutboxFilter { is_retried: true, ..OutboxFilter::default() };
        assert_eq!(page(&world, &sylvia, retried.clone()).await.unwrap().matching, 0);
        let tried = deliver(&world).await;
        send_username(&world).await;
        let found = page(&world, &sylvia, retried).await.unwrap();
        assert_eq!((found.matching, found.counts.retried, found.counts.queued), (tried, tried, tried + 1));
    }

    async fn es_70_an_account_shows_what_was_sent_to_it_and_how_far_that_came(world: World) {
        let (amy, uma) = (world.cast.amy, world.uma().await);
        let unsent = async || {
            let read = world.identity.read(&uma, async |op| accounts::unsent_messages_of(op, amy).await);
            read.await.unwrap()
        };
        assert_eq!(unsent().await, Unsent::default());
        send_username(&world).await;
        assert_eq!(unsent().await, Unsent { queued: 1, failed: 0 });
        let server = MailServer::start(Mood::KnowsNobody).await;
        use_server(&world, &server).await;
        deliver(&world).await;
        assert_eq!(unsent().await, Unsent { queued: 0, failed: 1 });
        let found = world.identity.read(&uma, async |op| accounts::messages_of(op, amy, 9).await).await.unwrap();
        assert_eq!((found.len(), found[0].state, found[0].answer.contains("550")), (1, State::Failed, true));
        // A user administrator sees as much of an administrator as of their history: nothing.
        for caller in [world.caller(world.cast.sylvia).await, world.caller(amy).await, world.stranger()] {
            let refused = world.identity.read(&caller, async |op| accounts::messages_of(op, amy, 9).await).await;
            assert!(matches!(refused, Err(Error::Denied(_))));
        }
        let sophia = world.cast.sophia;
        let refused = world.identity.read(&uma, async |op| accounts::messages_of(op, sophia, 9).await).await;
        assert!(matches!(refused, Err(Error::Denied(_))));
    }

    async fn es_70_what_an_account_did_not_get_is_tried_again_at_its_present_address_only(world: World) {
        let (amy, uma) = (world.cast.amy, world.uma().await);
        let server = MailServer::start(Mood::KnowsNobody).await;
        use_server(&world, &server).await;
        send_username(&world).await;
        deliver(&world).await;
        let failed = world.messages_of(amy).await[0].id;
        let retry = async |caller: &Caller, id| {
            world.identity.write(caller, async |op| accounts::retry_message_of(op, id, failed).await).await
        };
        for caller in [world.caller(world.cast.sylvia).await, world.caller(amy).await] {
            assert!(matches!(retry(&caller, amy).await, Err(Error::Denied(_))));
        }
        // It is about nobody else.
        assert!(matches!(retry(&uma, world.cast.sam).await, Err(Error::NotFound | Error::Denied(_))));
        assert!(retry(&uma, amy).await.unwrap());
        server.is_now(Mood::Well);
        deliver(&world).await;
        assert_eq!(world.messages_of(amy).await[0].state, State::Sent);
        assert!(!retry(&uma, amy).await.unwrap(), "it left");
        assert_eq!(world.audited("message_retried").await.len(), 1);
        // Somebody else may read what goes to an address that she has no more.
        server.is_now(Mood::KnowsNobody);
        send_username(&world).await;
        deliver(&world).await;
        world.alter(amy, "email = 'amy@elsewhere.example', email_n = 'amy@elsewhere.example'").await;
        let failed = world.messages_of(amy).await[0].id;
        let again = world.identity.write(&uma, async |op| accounts::retry_message_of(op, amy, failed).await).await;
        assert!(!again.unwrap());
        assert_eq!(world.messages_of(amy).await[0].state, State::Failed);
    }
}
