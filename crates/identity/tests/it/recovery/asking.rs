//! What people ask for who can't sign in: one fixture for each state of an account, and how often they may.

use std::net::IpAddr;
use std::time::Duration;

use identity::accounts::{self, AccountChange, LockReason, PasswordState, Proof, TypedName};
use identity::addresses::EmailAddress;
use identity::messages::Template;
use identity::one_time_links::Way;
use identity::{Caller, Error};
use serde_json::json;
use testkit::{PASSWORD, World, on_each_database};

use super::{
    NEW, ask_for_link, ask_for_username, choose, codes, force_reset, is_let_in, lock, newcomer, redeem, sign_in,
};

/// What became of each request, the oldest first.
async fn answers(world: &World) -> Vec<String> {
    let told = world.audited("recovery_requested").await;
    told.iter().map(|details| details["answer"].as_str().unwrap().to_owned()).collect()
}

/// What one request for the username brings: the messages with where they go.
async fn username_brings(world: &World, address: &str) -> Vec<(Template, String)> {
    let before = world.letters().await.len();
    ask_for_username(world, address).await;
    since(world, before).await
}

/// The same of a link.
async fn link_brings(world: &World, name: &str) -> Vec<(Template, String)> {
    let before = world.letters().await.len();
    ask_for_link(world, name).await;
    since(world, before).await
}

async fn since(world: &World, before: usize) -> Vec<(Template, String)> {
    world.letters().await.split_off(before).into_iter().map(|letter| (letter.template, letter.address)).collect()
}

fn one(template: Template, address: &str) -> Vec<(Template, String)> {
    vec![(template, address.to_owned())]
}

/// A stranger at an address of a network.
fn at(world: &World, address: &str) -> Caller {
    Caller { address: Some(address.parse::<IpAddr>().unwrap()), ..world.stranger() }
}

async fn ask_as(world: &World, caller: &Caller, name: &str) {
    let name = TypedName::parse(name).unwrap();
    world.identity.write(caller, async |op| accounts::request_password_change(op, &name).await).await.unwrap();
}

on_each_database! {
    async fn es_170_the_username_goes_to_the_address_of_the_account_as_it_is_kept(world: World) {
        assert_eq!(username_brings(&world, " AMY@Example.COM ").await, one(Template::UsernameRecovery, "amy@example.com"));
        let letter = world.last_letter().await;
        assert!(letter.plain.contains("Username: amy\n"), "{}", letter.plain);
        assert_eq!(username_brings(&world, "nobody@example.com").await, []);
        // A username that looks like an address is no address.
        let mut ida = super::wanted("ida@other.example");
        ida.email = "ida@example.com".into();
        world.create(ida).await.unwrap();
        assert_eq!(username_brings(&world, "ida@other.example").await, []);
        assert_eq!(username_brings(&world, "ida@example.com").await, one(Template::UsernameRecovery, "ida@example.com"));
        assert_eq!(answers(&world).await, ["username_sent", "no_account", "no_account", "username_sent"]);
    }

    async fn es_172_enabled_and_disabled_accounts_get_the_username(world: World) {
        let amy = world.cast.amy;
        world.alter(amy, "enabled = false").await;
        assert_eq!(username_brings(&world, "amy@example.com").await, one(Template::UsernameRecovery, "amy@example.com"));
        world.alter(amy, "enabled = true").await;
        lock(&world, amy, "admin").await;
        assert_eq!(username_brings(&world, "amy@example.com").await, one(Template::UsernameRecovery, "amy@example.com"));
        newcomer(&world, "Nina").await;
        assert_eq!(username_brings(&world, "nina@example.com").await, one(Template::UsernameRecovery, "nina@example.com"));
    }

    async fn es_172_a_registration_that_is_not_confirmed_gets_the_confirmation_again(world: World) {
        let (wren, old) = world.registered("Wren").await;
        let email = wren.email.unwrap();
        assert_eq!(username_brings(&world, &email).await, one(Template::ConfirmRegistration, &email));
        let token = world.last_letter().await.token();
        let stranger = world.stranger();
        let first = world.identity.write(&stranger, async |op| accounts::confirm_registration(op, &old).await).await;
        assert_eq!(codes(first), ["not_found"], "only the newest link works");
        world.identity.write(&stranger, async |op| accounts::confirm_registration(op, &token).await).await.unwrap();
    }

    async fn es_172_a_registration_that_waits_for_approval_is_told_so(world: World) {
        let email = world.confirmed("Wren").await.email.unwrap();
        assert_eq!(username_brings(&world, &email).await, one(Template::AwaitingApproval, &email));
        assert_eq!(answers(&world).await, ["pending_approval"]);
    }

    async fn es_173_the_fourth_request_within_an_hour_is_absorbed_and_another_hour_begins_anew(world: World) {
        for _ in 0..3 {
            assert_eq!(username_brings(&world, "amy@example.com").await.len(), 1);
        }
        assert_eq!(username_brings(&world, "AMY@example.com").await, []);
        assert_eq!(link_brings(&world, "amy").await, [], "by whichever name she is meant, and whatever is asked for");
        world.clock.advance(Duration::from_mins(59));
        assert_eq!(link_brings(&world, "amy").await, [], "absorbed requests make nobody wait longer");
        world.clock.advance(Duration::from_mins(1));
        assert_eq!(link_brings(&world, "amy").await.len(), 1);
        assert_eq!(answers(&world).await[3..], ["too_many", "too_many", "too_many", "link_sent"]);
    }

    async fn es_173_requests_count_whether_or_not_there_is_an_account(world: World) {
        choose(&world, "mail_no_account", json!(true)).await;
        for _ in 0..3 {
            assert_eq!(username_brings(&world, "new@example.com").await, one(Template::NoAccount, "new@example.com"));
        }
        assert_eq!(username_brings(&world, "new@example.com").await, []);
        // Somebody gets the address: what was asked before counts for them.
        newcomer(&world, "New").await;
        assert_eq!(username_brings(&world, "new@example.com").await, []);
        assert_eq!(link_brings(&world, "new").await.len(), 1, "another name of theirs was not asked for yet");
    }

    async fn es_173_a_network_asks_ten_times_an_hour_for_whomever(world: World) {
        let (here, beside) = (at(&world, "2001:db8:0:1::1"), at(&world, "2001:db8:0:1:ffff::2"));
        for n in 0..5 {
            ask_as(&world, &here, &format!("nobody{n}")).await;
            ask_as(&world, &beside, &format!("stranger{n}")).await;
        }
        ask_as(&world, &here, "amy").await;
        ask_as(&world, &beside, "amy").await;
        assert_eq!(world.letters().await.len(), 0);
        ask_as(&world, &at(&world, "2001:db8:0:2::1"), "amy").await;
        assert_eq!(world.letters().await.len(), 1, "another network may");
        choose(&world, "recoveries_per_hour_network", json!(13)).await;
        ask_as(&world, &here, "uma").await;
        assert_eq!(world.letters().await.len(), 2);
    }

    async fn es_173_of_ten_requests_at_once_three_are_answered(world: World) {
        let mut tasks = Vec::new();
        for n in 0..10 {
            let (identity, caller) = (world.identity.clone(), world.stranger());
            tasks.push(tokio::spawn(async move {
                if n % 2 == 0 {
                    let name = TypedName::parse("amy").unwrap();
                    identity.write(&caller, async |op| accounts::request_password_change(op, &name).await).await
                } else {
                    let address = EmailAddress::parse("amy@example.com").unwrap();
                    identity.write(&caller, async |op| accounts::request_username(op, &address).await).await
                }
            }));
        }
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(world.letters().await.len(), 3);
        assert_eq!(answers(&world).await.iter().filter(|answer| *answer == "too_many").count(), 7);
    }

    async fn es_174_and_t24_the_link_goes_to_the_address_of_the_account_whatever_was_typed(world: World) {
        let caller = at(&world, "192.0.2.17");
        for typed in ["amy", " AMY ", "amy@EXAMPLE.com"] {
            ask_as(&world, &caller, typed).await;
            let letter = world.last_letter().await;
            assert_eq!((letter.template, letter.address.as_str()), (Template::ChangePassword, "amy@example.com"), "{typed}");
            assert!(letter.plain.contains("The request came from 192.0.2.17."), "{}", letter.plain);
        }
    }

    async fn es_175_the_link_works_as_long_as_the_setting_says(world: World) {
        choose(&world, "change_request_minutes", json!(30)).await;
        ask_for_link(&world, "amy").await;
        let first = Proof::Link(world.last_letter().await.token());
        world.clock.advance(Duration::from_mins(31));
        assert_eq!(codes(redeem(&world, &first, NEW).await), ["not_found"]);
        ask_for_link(&world, "amy").await;
        let second = Proof::Link(world.last_letter().await.token());
        world.clock.advance(Duration::from_mins(29));
        redeem(&world, &second, NEW).await.unwrap();
    }

    async fn es_177_nothing_that_the_door_learns_differs(world: World) {
        let (_, _) = world.registered("Wren").await;
        world.alter(world.cast.uma, "enabled = false").await;
        for name in ["amy", "uma", "sophia", "wren", "nobody", "nobody@example.com"] {
            // Each is `()`: there is nothing to tell apart.
            ask_for_link(&world, name).await;
        }
        let expected = ["link_sent", "account_disabled", "super_administrator", "confirmation_sent", "no_account", "no_account"];
        assert_eq!(answers(&world).await, expected, "the audit log knows");
    }

    async fn es_178_a_link_that_was_asked_for_works_once_and_only_the_newest_does(world: World) {
        ask_for_link(&world, "amy").await;
        let first = Proof::Link(world.last_letter().await.token());
        ask_for_link(&world, "amy").await;
        let second = Proof::Link(world.last_letter().await.token());
        assert_eq!(codes(redeem(&world, &first, NEW).await), ["not_found"]);
        redeem(&world, &second, NEW).await.unwrap();
        assert_eq!(codes(redeem(&world, &second, "another velvet harbor 7").await), ["not_found"]);
        assert!(is_let_in(&world, "amy", NEW).await && !is_let_in(&world, "amy", PASSWORD).await);
        ask_for_link(&world, "amy").await;
        let third = Proof::Link(world.last_letter().await.token());
        let change = AccountChange { email: base::Change::Set("a@new.example".into()), ..AccountChange::default() };
        let (uma, amy) = (world.uma().await, world.cast.amy);
        world.identity.write(&uma, async |op| accounts::update(op, amy, None, change).await).await.unwrap();
        assert_eq!(codes(redeem(&world, &third, "another velvet harbor 7").await), ["not_found"]);
    }

    async fn es_181_an_account_locked_after_failures_gets_a_link_that_ends_the_lock(world: World) {
        for _ in 0..10 {
            sign_in(&world, "amy", "wrong").await;
        }
        let warning = world.last_letter().await;
        assert_eq!(warning.template, Template::TooManyAttempts);
        assert!(warning.plain.contains("Forgot password?"), "{}", warning.plain);
        assert!(!is_let_in(&world, "amy", PASSWORD).await);
        assert_eq!(link_brings(&world, "amy").await, one(Template::ChangePassword, "amy@example.com"));
        redeem(&world, &Proof::Link(world.last_letter().await.token()), NEW).await.unwrap();
        assert!(is_let_in(&world, "amy", NEW).await);
    }

    async fn es_181_an_account_that_nobody_used_gets_a_link_that_ends_the_lock(world: World) {
        let amy = world.cast.amy;
        lock(&world, amy, "inactivity").await;
        assert_eq!(link_brings(&world, "amy").await, one(Template::ChangePassword, "amy@example.com"));
        redeem(&world, &Proof::Link(world.last_letter().await.token()), NEW).await.unwrap();
        let now = world.identity.clock().now();
        assert_eq!(world.account(amy).await.state.lock(LockReason::Inactivity, now), None);
        assert!(is_let_in(&world, "amy", NEW).await);
    }

    async fn es_181_an_administrators_lock_and_a_disabled_account_are_told_and_get_no_link(world: World) {
        choose(&world, "contact_email", json!("help@example.com")).await;
        choose(&world, "contact_enabled", json!(true)).await;
        let amy = world.cast.amy;
        lock(&world, amy, "admin").await;
        assert_eq!(link_brings(&world, "amy").await, one(Template::CannotChangePassword, "amy@example.com"));
        let letter = world.last_letter().await.plain;
        assert!(letter.contains("An administrator locked the account") && letter.contains("help@example.com"), "{letter}");
        assert!(!letter.contains("://"), "nothing to open: {letter}");
        world.alter(amy, "enabled = false").await;
        assert_eq!(link_brings(&world, "amy").await, one(Template::CannotChangePassword, "amy@example.com"));
        assert!(world.last_letter().await.plain.contains("The account is disabled."));
        choose(&world, "mail_cannot_change_password", json!(false)).await;
        assert_eq!(link_brings(&world, "amy").await, []);
        assert_eq!(answers(&world).await, ["account_locked", "account_disabled", "account_disabled"]);
    }

    async fn es_181_registrations_get_the_confirmation_or_are_told_to_wait(world: World) {
        let (wren, _) = world.registered("Wren").await;
        let email = wren.email.unwrap();
        assert_eq!(link_brings(&world, "wren").await, one(Template::ConfirmRegistration, &email));
        let token = world.last_letter().await.token();
        let stranger = world.stranger();
        world.identity.write(&stranger, async |op| accounts::confirm_registration(op, &token).await).await.unwrap();
        assert_eq!(link_brings(&world, "wren").await, one(Template::CannotChangePassword, &email));
        assert!(world.last_letter().await.plain.contains("has not approved your registration yet"));
    }

    async fn es_181_who_has_no_password_gets_the_link_that_sets_the_first(world: World) {
        let nina = newcomer(&world, "Nina").await;
        assert_eq!(link_brings(&world, "nina").await, one(Template::Invitation, "nina@example.com"));
        let letter = world.last_letter().await;
        assert!(letter.plain.contains("https://sso.example.com/invitation/"), "{}", letter.plain);
        redeem(&world, &Proof::Link(letter.token()), NEW).await.unwrap();
        assert_eq!(world.account(nina).await.state.password, PasswordState::Permanent);
        assert!(is_let_in(&world, "nina", NEW).await);
    }

    async fn es_181_a_temporary_password_and_a_forced_reset_end_with_the_link(world: World) {
        let amy = world.cast.amy;
        world.alter(amy, "password_state = 'temporary', temporary_until = 1").await;
        assert!(!is_let_in(&world, "amy", PASSWORD).await);
        assert_eq!(link_brings(&world, "amy").await, one(Template::ChangePassword, "amy@example.com"));
        redeem(&world, &Proof::Link(world.last_letter().await.token()), NEW).await.unwrap();
        assert!(is_let_in(&world, "amy", NEW).await);
        force_reset(&world, amy, Way::EmailCode).await.unwrap();
        assert_eq!(link_brings(&world, "amy").await, one(Template::ChangePassword, "amy@example.com"));
        redeem(&world, &Proof::Link(world.last_letter().await.token()), "another velvet harbor 7").await.unwrap();
        assert!(is_let_in(&world, "amy", "another velvet harbor 7").await);
    }

    async fn g7_nothing_is_mailed_to_a_super_administrator_who_asks_for_a_link(world: World) {
        for name in ["sophia", "sophia@example.com"] {
            assert_eq!(link_brings(&world, name).await, []);
        }
        world.forget_password(world.cast.sophia).await;
        assert_eq!(link_brings(&world, "sophia").await, []);
        assert_eq!(answers(&world).await, ["super_administrator"; 3]);
        // The username opens nothing.
        world.clock.advance(Duration::from_hours(1));
        assert_eq!(username_brings(&world, "sophia@example.com").await, one(Template::UsernameRecovery, "sophia@example.com"));
    }

    async fn an_address_without_an_account_is_told_only_if_the_setting_says_so(world: World) {
        assert_eq!(link_brings(&world, "nobody@example.com").await, []);
        choose(&world, "mail_no_account", json!(true)).await;
        assert_eq!(link_brings(&world, "nobody@example.com").await, one(Template::NoAccount, "nobody@example.com"));
        assert_eq!(link_brings(&world, "nobody").await, [], "a name is no address");
        assert_eq!(username_brings(&world, "nobody.else@example.com").await, one(Template::NoAccount, "nobody.else@example.com"));
    }

    async fn who_has_no_address_gets_nothing_and_the_log_says_why(world: World) {
        let nora = world.join("Nora", "Test", None).await;
        world.alter(nora, "email = null").await;
        assert_eq!(link_brings(&world, "nora").await, []);
        world.alter(nora, "enabled = false").await;
        assert_eq!(link_brings(&world, "nora").await, []);
        assert_eq!(answers(&world).await, ["no_address", "account_disabled"]);
    }

    async fn what_is_switched_off_is_not_there(world: World) {
        choose(&world, "recover_username", json!(false)).await;
        choose(&world, "change_password_request", json!(false)).await;
        let stranger = world.stranger();
        let address = EmailAddress::parse("amy@example.com").unwrap();
        let name = TypedName::parse("amy").unwrap();
        let username = world.identity.write(&stranger, async |op| accounts::request_username(op, &address).await).await;
        let link = world.identity.write(&stranger, async |op| accounts::request_password_change(op, &name).await).await;
        assert!(matches!((username, link), (Err(Error::NotFound), Err(Error::NotFound))));
        assert_eq!(world.letters().await.len(), 0);
        for _ in 0..10 {
            sign_in(&world, "amy", "wrong").await;
        }
        assert!(!world.last_letter().await.plain.contains("Forgot"), "nor is it promised");
    }
}
