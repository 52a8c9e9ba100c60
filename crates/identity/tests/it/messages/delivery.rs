//! How messages leave.

use std::sync::Arc;
use std::time::Duration;

use identity::messages::{self, MOST_TRIES, Post, State, Template};
use identity::{Identity, Options};
use store::{Db, params};
use testkit::{MailServer, Mood, World, on_each_database};

use super::{deliver, send_username, use_server};

/// The one message to Amy.
async fn to_amy(world: &World) -> messages::Listed {
    let all = world.outbox().await;
    all.into_iter().find(|listed| listed.template == Some(Template::Username)).unwrap()
}

/// A second core on the same database and folder, as another process has.
async fn another(world: &World) -> Identity {
    another_with(world, world.identity.options()).await
}

async fn another_with(world: &World, options: Options) -> Identity {
    let db = Db::open(world.database_url(), store::Options { connections: 4 }).unwrap();
    let options = Options { random: base::Random::seeded(9), hashing_threads: Some(1), ..options };
    Identity::open(db, options).await.unwrap()
}

/// A mail server as the configuration of a process names it.
fn plain(server: &MailServer) -> outbound::MailServer {
    outbound::MailServer {
        host: "127.0.0.1".into(),
        port: server.port,
        security: outbound::Security::None,
        user: String::new(),
        password: base::Secret::default(),
        certificate: None,
        from: "a@example.com".into(),
        from_name: String::new(),
        patience: Duration::from_mins(2),
    }
}

/// Queues their usernames for many people.
async fn send_usernames(world: &World, number: usize) {
    let names: Vec<String> = (0..number).map(|n| format!("person{n}")).collect();
    let rows: Vec<(&str, &str, &str)> = names.iter().map(|name| ("Pat", "Many", name.as_str())).collect();
    let people = world.people(&rows).await;
    let uma = world.uma().await;
    let send = world.identity.write(&uma, async |op| {
        for person in &people {
            identity::accounts::send_username(op, person.id).await?;
        }
        Ok(())
    });
    send.await.unwrap();
}

/// How many mails went to those.
fn to_many(server: &MailServer) -> usize {
    server.received().iter().filter(|mail| mail.to.starts_with("person")).count()
}

on_each_database! {
    async fn es_208_what_was_sent_is_forgotten_but_for_to_whom_and_when(world: World) {
        let server = MailServer::start(Mood::Well).await;
        use_server(&world, &server).await;
        let (_, link) = world.registered("Ishita").await;
        let token = link.expose().to_owned();
        // Sealed while it waits.
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let contents: Vec<Vec<u8>> = tx.all("select content from outbox where content is not null", &[], |row| row.get(0)).await.unwrap();
        drop(tx);
        assert!(!contents.is_empty());
        assert!(contents.iter().all(|content| !content.windows(token.len()).any(|window| window == token.as_bytes())));
        deliver(&world).await;
        let mail = server.received().into_iter().find(|mail| mail.to == "ishita@partner.example").unwrap();
        assert!(mail.text.replace("=\r\n", "").contains(&token), "{}", mail.text);
        assert_eq!(mail.header("auto-submitted"), Some("auto-generated"));
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let kept: i64 = tx.one("select count(*) from outbox where content is not null", &[], |row| row.get(0)).await.unwrap();
        assert_eq!(kept, 0);
        let listed = world.outbox().await;
        assert!(listed.iter().all(|listed| listed.state == State::Sent && listed.tries == 1));
        assert!(listed.iter().all(|listed| listed.finished_at == Some(world.clock.now()) && listed.answer.contains("taken")));
    }

    async fn es_209_each_message_leaves_once_however_many_servers_share_the_work(world: World) {
        let server = MailServer::start(Mood::Well).await;
        use_server(&world, &server).await;
        send_usernames(&world, 60).await;
        let others = [another(&world).await, another(&world).await];
        let mut posts: Vec<Post> = others.iter().cloned().map(Post::new).collect();
        let (one, two) = posts.split_at_mut(1);
        let (first, second) = tokio::join!(one[0].deliver(), two[0].deliver());
        first.unwrap();
        second.unwrap();
        let mut to: Vec<String> = server.received().into_iter().map(|mail| mail.to).filter(|to| to.starts_with("person")).collect();
        to.sort();
        let mut expected: Vec<String> = (0..60).map(|n| format!("person{n}@example.com")).collect();
        expected.sort();
        assert_eq!(to, expected);
        // A connection carries many.
        assert!(server.visits() <= 16, "{} connections", server.visits());
        drop(posts);
        drop(others);
    }

    async fn es_209_what_a_dead_server_had_is_sent_by_another_after_its_time(world: World) {
        let server = MailServer::start(Mood::Well).await;
        use_server(&world, &server).await;
        send_username(&world).await;
        // A server took everything and died.
        let until = world.clock.now().plus(Duration::from_secs(30));
        world.execute("update outbox set lease = 7, due_at = $1, tries = 1", params![until]).await;
        assert_eq!(deliver(&world).await, 0);
        world.clock.advance(Duration::from_secs(31));
        assert!(deliver(&world).await > 0);
        assert_eq!(server.received().iter().filter(|mail| mail.to == "amy@example.com").count(), 1);
        // The only server of a database need not wait.
        send_username(&world).await;
        world.execute("update outbox set lease = 7, due_at = $1 where state = 'queued'", params![world.clock.now().plus(Duration::from_secs(30))]).await;
        assert_eq!(messages::give_all_back(&world.identity).await.unwrap(), 1);
        assert_eq!(deliver(&world).await, 1);
    }

    async fn es_209_a_server_that_comes_back_sends_nothing_that_another_has_by_now(world: World) {
        let (server, other_server) = (MailServer::start(Mood::Well).await, MailServer::start(Mood::Well).await);
        use_server(&world, &server).await;
        deliver(&world).await;
        send_usernames(&world, 40).await;
        let options = Options { mail_server: Some(plain(&other_server)), ..world.identity.options() };
        let other = another_with(&world, options).await;
        server.is_now(Mood::Holds);
        let mut post = Post::new(world.identity.clone());
        let sending = tokio::spawn(async move { post.deliver().await });
        server.has_held(8).await;
        // It stands still for so long that another server takes everything.
        world.clock.advance(Duration::from_secs(31));
        Post::new(other.clone()).deliver().await.unwrap();
        assert_eq!(other_server.received().len(), 40);
        server.is_now(Mood::Well);
        sending.await.unwrap().unwrap();
        assert_eq!(to_many(&server), 8, "only what was on its way");
        let listed = world.outbox().await;
        assert!(listed.iter().all(|listed| listed.state == State::Sent), "{listed:?}");
        drop(other);
    }

    async fn what_is_taken_back_while_others_are_on_their_way_does_not_leave(world: World) {
        let server = MailServer::start(Mood::Well).await;
        use_server(&world, &server).await;
        deliver(&world).await;
        send_usernames(&world, 40).await;
        server.is_now(Mood::Holds);
        let mut post = Post::new(world.identity.clone());
        let sending = tokio::spawn(async move { post.deliver().await });
        server.has_held(8).await;
        let listed = world.outbox().await;
        let ids: Vec<_> = listed.iter().filter(|listed| listed.state == State::Queued).map(|listed| listed.id).collect();
        let sylvia = world.caller(world.cast.sylvia).await;
        let cancelled = world.identity.write(&sylvia, async |op| messages::cancel_messages(op, &ids).await).await;
        assert_eq!(cancelled.unwrap(), 40);
        server.is_now(Mood::Well);
        sending.await.unwrap().unwrap();
        assert_eq!(to_many(&server), 8, "only what was on its way");
        // Those are told to have been sent, for they were.
        let listed = world.outbox().await;
        let number = |state| listed.iter().filter(|of| of.template == Some(Template::Username) && of.state == state).count();
        assert_eq!((number(State::Sent), number(State::Cancelled)), (8, 32));
    }

    async fn es_70_a_dead_mail_server_undoes_nothing_and_is_asked_again(world: World) {
        let server = MailServer::start(Mood::Busy).await;
        use_server(&world, &server).await;
        send_username(&world).await;
        for tries in 1..MOST_TRIES {
            server.is_now(if tries % 2 == 0 { Mood::Away } else { Mood::Busy });
            deliver(&world).await;
            let message = to_amy(&world).await;
            assert_eq!((message.state, message.tries), (State::Queued, tries), "{}", message.answer);
            assert!(message.answer.contains("451") || message.answer.contains("421") || message.answer.contains("later"), "{}", message.answer);
            assert!(message.due_at > world.clock.now());
            // Not before its time.
            assert_eq!(deliver(&world).await, 0);
            world.clock.advance(message.due_at.since(world.clock.now()));
        }
        server.is_now(Mood::Busy);
        deliver(&world).await;
        let message = to_amy(&world).await;
        assert_eq!((message.state, message.tries, message.has_text), (State::Failed, MOST_TRIES, true));
        assert_eq!(world.account(world.cast.amy).await.username, "amy");
    }

    async fn es_70_each_mood_of_a_mail_server_ends_as_it_should(world: World) {
        let server = MailServer::start(Mood::Well).await;
        use_server(&world, &server).await;
        deliver(&world).await;
        for (mood, state, taken) in [
            (Mood::KnowsNobody, State::Failed, 0),
            (Mood::Full, State::Failed, 0),
            (Mood::Busy, State::Queued, 0),
            (Mood::HangsUp, State::Queued, 0),
            (Mood::TakesAndHangsUp, State::Queued, 1),
            (Mood::Away, State::Queued, 0),
            (Mood::Well, State::Sent, 1),
        ] {
            world.execute("delete from outbox", &[]).await;
            let before = server.received().len();
            send_username(&world).await;
            server.is_now(mood);
            deliver(&world).await;
            let message = to_amy(&world).await;
            assert_eq!(message.state, state, "{mood:?}: {}", message.answer);
            assert_eq!(server.received().len() - before, taken, "{mood:?}");
            assert_eq!(message.has_text, state != State::Sent, "{mood:?}");
        }
    }

    async fn a_silent_mail_server_is_not_waited_for_for_ever(world: World) {
        let server = MailServer::start(Mood::Silent).await;
        let mail_server = outbound::MailServer { patience: Duration::from_millis(300), ..plain(&server) };
        let options = Options { mail_server: Some(mail_server), ..world.identity.options() };
        let other = another_with(&world, options).await;
        send_username(&world).await;
        Post::new(other.clone()).deliver().await.unwrap();
        let message = to_amy(&world).await;
        assert_eq!(message.state, State::Queued);
        assert!(message.answer.contains("did not answer"), "{}", message.answer);
        drop(other);
    }

    async fn a_server_that_asks_who_we_are_gets_no_mail_of_strangers(world: World) {
        let server = MailServer::start(Mood::AsksWho).await;
        use_server(&world, &server).await;
        send_username(&world).await;
        deliver(&world).await;
        assert_eq!(server.received().len(), 0);
        assert_eq!(to_amy(&world).await.state, State::Failed);
    }

    async fn one_address_is_not_flooded(world: World) {
        let server = MailServer::start(Mood::Well).await;
        use_server(&world, &server).await;
        deliver(&world).await;
        for _ in 0..40 {
            send_username(&world).await;
        }
        deliver(&world).await;
        let to_amy = || server.received().iter().filter(|mail| mail.to == "amy@example.com").count();
        assert_eq!(to_amy(), 30);
        world.clock.advance(Duration::from_mins(10));
        deliver(&world).await;
        assert_eq!(to_amy(), 30);
        world.clock.advance(Duration::from_hours(1));
        deliver(&world).await;
        assert_eq!(to_amy(), 40);
    }

    async fn es_208_what_a_mail_server_quotes_is_not_kept(world: World) {
        let server = MailServer::start(Mood::Quotes).await;
        use_server(&world, &server).await;
        let (_, link) = world.registered("Ishita").await;
        deliver(&world).await;
        let listed = world.outbox().await;
        let refused = listed.iter().find(|listed| listed.template == Some(Template::ConfirmRegistration)).unwrap();
        assert_eq!(refused.state, State::Failed);
        let answer = &refused.answer;
        assert!(answer.contains("554") && answer.contains("sso.example.com") && answer.contains("spam"), "{answer}");
        assert!(!answer.contains(link.expose()) && !answer.contains("ishita@"), "{answer}");
    }

    async fn a_message_that_nobody_needs_any_more_is_forgotten(world: World) {
        world.registered("Ishita").await;
        world.clock.advance(Duration::from_hours(25));
        identity::housekeeping::sweep(&world.identity).await.unwrap();
        let listed = world.outbox().await;
        let confirmation = listed.iter().find(|listed| listed.template == Some(Template::ConfirmRegistration)).unwrap();
        assert_eq!((confirmation.state, confirmation.has_text), (State::Expired, false));
        world.clock.advance(Duration::from_hours(31 * 24));
        identity::housekeeping::sweep(&world.identity).await.unwrap();
        assert!(world.outbox().await.iter().all(|listed| listed.state == State::Expired));
    }

    async fn an_address_in_other_letters_is_reached(world: World) {
        let server = MailServer::start(Mood::Well).await;
        use_server(&world, &server).await;
        let jörg = world.create(identity::accounts::NewAccount {
            username: "joerg".into(),
            email: "jörg@exämple.de".into(),
            first_name: "Jörg".into(),
            last_name: "Müller".into(),
            ..identity::accounts::NewAccount::default()
        }).await.unwrap();
        let uma = world.uma().await;
        world.identity.write(&uma, async |op| identity::accounts::send_username(op, jörg.id).await).await.unwrap();
        deliver(&world).await;
        assert!(server.received().iter().any(|mail| mail.to == "jörg@xn--exmple-cua.de"), "{:?}", server.received());
    }

    async fn told_to_stop_no_further_message_is_begun(world: World) {
        let server = Arc::new(MailServer::start(Mood::Well).await);
        use_server(&world, &server).await;
        send_username(&world).await;
        let mut post = Post::new(world.identity.clone());
        post.stopper().stop();
        assert_eq!(post.deliver().await.unwrap(), 0);
        assert_eq!(to_amy(&world).await.state, State::Queued);
        assert_eq!(server.received().len(), 0);
    }
}
