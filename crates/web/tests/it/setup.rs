//! Setting a server up: the first super administrator, by the link that the server prints.

use std::time::Duration;

use axum::http::StatusCode;
use identity::access::{Actor, Role};
use identity::accounts::{self, Account};
use identity::{Door, setup};
use testkit::{EmptyWorld, PASSWORD, block_on, databases};

use crate::browser::{Answer, Browser};

#[test]
fn the_printed_link_makes_the_first_administrator_once_and_by_sending_the_form() {
    in_an_empty_world(async |world| {
        let link = print_link(world).await.expect("nobody is in charge");
        let mut browser = Browser::before(&world.identity);
        for _ in 0..2 {
            let form = browser.get(&link).await;
            assert_eq!(form.status, StatusCode::OK, "looking uses nothing up");
            assert!(form.body.contains("Set up Reeve"));
        }
        assert_eq!(everybody(world).await.len(), 0);
        let answer = browser.post(&link, &person("ada")).await;
        assert_eq!(answer.location(), "/console", "{}", answer.text());
        let all = everybody(world).await;
        assert_eq!(all.len(), 1);
        assert!(all[0].roles.has(Role::SuperAdministrator));
        assert_eq!(browser.get("/console/users").await.usernames(), ["ada"], "and is signed in");

        let mut other = Browser::before(&world.identity);
        other.get("/sign-in").await;
        for answer in [other.get(&link).await, other.post(&link, &person("eve")).await] {
            assert_does_not_work(&answer);
        }
        assert_eq!(everybody(world).await.len(), 1);
        assert_eq!(print_link(world).await, None);
    });
}

#[test]
fn a_link_ends_after_a_day_and_when_another_is_printed() {
    in_an_empty_world(async |world| {
        let first = print_link(world).await.expect("a link");
        let second = print_link(world).await.expect("a link");
        let mut browser = Browser::before(&world.identity);
        assert_does_not_work(&browser.get(&first).await);
        assert_eq!(browser.get(&second).await.status, StatusCode::OK);
        world.clock.advance(Duration::from_hours(24));
        assert_does_not_work(&browser.get(&second).await);
        browser.get("/sign-in").await;
        assert_does_not_work(&browser.post(&second, &person("ada")).await);
        assert_eq!(everybody(world).await.len(), 0);
        let third = print_link(world).await.expect("a link");
        assert_eq!(browser.get(&third).await.status, StatusCode::OK);
    });
}

#[test]
fn two_at_once_make_one_super_administrator() {
    in_an_empty_world(async |world| {
        let link = print_link(world).await.expect("a link");
        let (mut ada, mut eve) = (Browser::before(&world.identity), Browser::before(&world.identity));
        ada.get(&link).await;
        eve.get(&link).await;
        let (of_ada, of_eve) = (person("ada"), person("eve"));
        let (first, second) = tokio::join!(ada.post(&link, &of_ada), eve.post(&link, &of_eve));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 404], "{} {}", first.text(), second.text());
        assert_eq!(everybody(world).await.len(), 1);
    });
}

#[test]
fn a_weak_password_is_refused_with_its_rule_and_the_link_goes_on_working() {
    in_an_empty_world(async |world| {
        let link = print_link(world).await.expect("a link");
        let mut browser = Browser::before(&world.identity);
        browser.get(&link).await;
        let mut weak = person("ada");
        weak[4] = ("password", "x7Kq!");
        weak[5] = ("password_repeat", "x7Kq!");
        let answer = browser.post(&link, &weak).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("<a href=\"#password\">Use at least 15 characters</a>"), "{}", answer.text());
        assert!(answer.body.contains("value=\"ada\"") && !answer.body.contains("x7Kq!"));
        assert_eq!(everybody(world).await.len(), 0);
        assert_eq!(browser.post(&link, &person("ada")).await.location(), "/console");
    });
}

#[test]
fn a_wrong_link_tells_nothing_before_and_after() {
    in_an_empty_world(async |world| {
        let link = print_link(world).await.expect("a link");
        let mut stranger = Browser::before(&world.identity);
        let before = stranger.get("/setup/wrong").await;
        stranger.get("/sign-in").await;
        let sent = stranger.post("/setup/wrong", &person("eve")).await;
        let mut browser = Browser::before(&world.identity);
        browser.get(&link).await;
        browser.post(&link, &person("ada")).await;
        let after = stranger.get("/setup/wrong").await;
        for answer in [&before, &sent, &after] {
            assert_does_not_work(answer);
            assert_eq!(answer.text(), before.text());
        }
    });
}

/// Runs `test` on each database with nobody in it.
#[expect(clippy::needless_pass_by_value, reason = "a test hands over a closure")]
fn in_an_empty_world(test: impl AsyncFn(&EmptyWorld)) {
    for database in databases() {
        block_on(async {
            let world = EmptyWorld::on(database).await;
            test(&world).await;
            world.close().await;
        });
    }
}

/// The path of the link that a start of the server prints.
async fn print_link(world: &EmptyWorld) -> Option<String> {
    let server = world.identity.caller(Actor::System, Door::Worker);
    let link = world.identity.write(&server, async |op| setup::issue_link(op).await).await;
    link.expect("the server may").map(|token| format!("/setup/{}", token.expose()))
}

async fn everybody(world: &EmptyWorld) -> Vec<Account> {
    let operator = world.identity.caller(Actor::Operator, Door::CommandLine);
    let read = world.identity.read(&operator, async |op| {
        let ids = accounts::matching_ids(op, &accounts::Filter::default(), None, 10).await?;
        accounts::find_many(op, &ids).await
    });
    read.await.expect("the operator may")
}

fn person(username: &'static str) -> [(&'static str, &'static str); 6] {
    let email = if username == "ada" { "ada@example.com" } else { "eve@example.com" };
    [
        ("first_name", "Ada"),
        ("last_name", "First"),
        ("username", username),
        ("email", email),
        ("password", PASSWORD),
        ("password_repeat", PASSWORD),
    ]
}

fn assert_does_not_work(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("This set-up link does not work"));
}
