//! What people do with their own account: their password and their address.

use std::time::Duration;

use base::{Change, Secret};
use identity::accounts::{self, Account, AccountChange, LinkFound, NewEmail, TypedPassword, look_at_link};
use identity::messages::Template;
use identity::one_time_links::{Purpose, Standing};
use identity::sign_in::{self, ChangedPassword, PasswordChange, Resumed, SignIn};
use identity::{Error, Result, settings};
use serde_json::{Value as Json, json};
use testkit::{PASSWORD, World, on_each_database};

/// Another password than that of the cast, which follows the rules.
const NEW: &str = "velvet harbor saddle 31 moth";
/// Another address of Amy's.
const OTHER: &str = "amy@elsewhere.example";

async fn session(world: &World, name: &str) -> Resumed {
    let answer = sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(PASSWORD), None).await;
    let SignIn::Granted { session, .. } = answer.unwrap() else { panic!("{name} is not signed in") };
    resumed(world, &session.token).await.expect("the session goes on")
}

async fn resumed(world: &World, token: &Secret) -> Option<Resumed> {
    sign_in::resume(&world.identity, &world.stranger(), token).await.unwrap()
}

async fn is_let_in(world: &World, name: &str, password: &str) -> bool {
    let answer = sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(password), None).await;
    matches!(answer.unwrap(), SignIn::Granted { .. })
}

fn caller(world: &World, session: &Resumed) -> identity::Caller {
    identity::Caller { actor: session.actor(), ..world.stranger() }
}

async fn change(
    world: &World,
    session: &Resumed,
    current: &str,
    new: &str,
    ends_others: bool,
) -> Result<ChangedPassword> {
    let typed = TypedPassword { password: Secret::new(new), repeated: Secret::new(new), temporary: false };
    let change = PasswordChange { current: Secret::new(current), typed, ends_others };
    sign_in::change_password(&world.identity, &caller(world, session), session, change).await
}

async fn wants(world: &World, session: &Resumed, email: &str) -> Result<Account> {
    asks(world, session, PASSWORD, email, email).await
}

async fn asks(world: &World, session: &Resumed, current: &str, email: &str, repeated: &str) -> Result<Account> {
    let wanted = NewEmail { email: email.into(), repeated: repeated.into() };
    sign_in::change_email(&world.identity, &caller(world, session), session, Secret::new(current), &wanted).await
}

async fn confirm(world: &World, token: &Secret) -> Result<Account> {
    world.identity.write(&world.stranger(), async |op| accounts::confirm_email(op, token).await).await
}

async fn look(world: &World, token: &Secret) -> LinkFound {
    let stranger = world.stranger();
    let look = world.identity.read(&stranger, async |op| look_at_link(op, &[Purpose::ConfirmEmail], token).await);
    look.await.unwrap()
}

async fn choose(world: &World, key: &str, value: Json) {
    world.identity.write(&world.operator(), async |op| settings::choose(op, key, value).await).await.unwrap();
}

async fn give_email(world: &World, id: base::AccountId, email: &str) {
    let change = AccountChange { email: Change::Set(email.into()), ..AccountChange::default() };
    world.identity.write(&world.sophia().await, async |op| accounts::update(op, id, None, change).await).await.unwrap();
}

fn codes<T: std::fmt::Debug>(answer: Result<T>) -> Vec<String> {
    match answer {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|problem| problem.code).collect(),
        Err(error) => vec![error.code().to_owned()],
        Ok(done) => panic!("it was done: {done:?}"),
    }
}

on_each_database! {
    async fn es_190_and_t27_a_password_of_ones_own_is_changed_with_the_present_one(world: World) {
        let amy = session(&world, "amy").await;
        let changed = change(&world, &amy, PASSWORD, NEW, true).await.unwrap();
        let goes_on = resumed(&world, &changed.token).await.expect("the session goes on, with a new token");
        assert_eq!(goes_on.session.id, amy.session.id);
        assert_eq!(world.queued(Template::PasswordChanged).await, ["amy@example.com"], "S4");
        assert!(!world.message(Template::PasswordChanged).await.plain.contains("by an administrator"));
        assert_eq!(world.audited("password_set").await.last(), Some(&json!({ "temporary": false })));
        assert!(!is_let_in(&world, "amy", PASSWORD).await);
        assert!(is_let_in(&world, "amy", NEW).await);
    }

    async fn es_190_other_sessions_end_only_when_that_is_wanted(world: World) {
        let (amy, there) = (session(&world, "amy").await, session(&world, "amy").await);
        let count = async || {
            let (uma, id) = (world.uma().await, world.cast.amy);
            world.identity.read(&uma, async |op| accounts::session_count(op, id).await).await.unwrap()
        };
        change(&world, &amy, PASSWORD, NEW, false).await.unwrap();
        assert_eq!(count().await, 2);
        change(&world, &there, NEW, "quince harbor velvet 93 moss", true).await.unwrap();
        assert_eq!(count().await, 1);
    }

    async fn es_190_a_wrong_present_password_is_refused_and_counts_as_a_failure(world: World) {
        let amy = session(&world, "amy").await;
        for _ in 0..10 {
            let answer = change(&world, &amy, "not this one", NEW, true).await;
            let Err(Error::Invalid(problems)) = answer else { panic!("{answer:?}") };
            assert_eq!((problems[0].field.as_str(), problems[0].code.as_str()), ("current_password", "WRONG"));
        }
        assert_eq!(codes(change(&world, &amy, PASSWORD, NEW, true).await), ["throttled"], "even with the right one");
        assert_eq!(codes(wants(&world, &amy, OTHER).await), ["throttled"], "and whatever else asks for it");
        assert_eq!(world.audited("sign_in_refused").await.len(), 10);
        assert!(is_let_in(&world, "amy", PASSWORD).await, "a stolen session locks nobody out");
        world.clock.advance(Duration::from_mins(6));
        change(&world, &amy, PASSWORD, NEW, true).await.unwrap();
    }

    async fn es_190_the_new_password_follows_the_rules_and_the_history(world: World) {
        choose(&world, "password_history_depth", json!(2)).await;
        let amy = session(&world, "amy").await;
        assert_eq!(codes(change(&world, &amy, PASSWORD, "short", true).await), ["PASSWORD_POLICY"]);
        assert_eq!(codes(change(&world, &amy, PASSWORD, PASSWORD, true).await), ["PASSWORD_USED"]);
        let typed = TypedPassword { password: Secret::new(NEW), repeated: Secret::new("other"), temporary: false };
        let twice = PasswordChange { current: Secret::new(PASSWORD), typed, ends_others: true };
        let answer = sign_in::change_password(&world.identity, &caller(&world, &amy), &amy, twice).await;
        assert_eq!(codes(answer), ["PASSWORD_REPEAT"]);
        change(&world, &amy, PASSWORD, NEW, true).await.unwrap();
        assert_eq!(codes(change(&world, &amy, NEW, PASSWORD, true).await), ["PASSWORD_USED"]);
        assert_eq!(world.queued(Template::PasswordChanged).await.len(), 1, "what is refused is not told");
    }

    async fn es_190_a_password_is_kept_as_long_as_the_organization_wants(world: World) {
        choose(&world, "password_min_age_hours", json!(24)).await;
        let amy = session(&world, "amy").await;
        assert_eq!(codes(change(&world, &amy, PASSWORD, NEW, true).await), ["PASSWORD_AGE"]);
        world.clock.advance(Duration::from_hours(24));
        change(&world, &amy, PASSWORD, NEW, true).await.unwrap();
        assert_eq!(codes(change(&world, &amy, NEW, PASSWORD, true).await), ["PASSWORD_AGE"]);
    }

    async fn es_190_of_two_changes_at_once_one_is_made(world: World) {
        let amy = session(&world, "amy").await;
        let (one, other) = tokio::join!(
            change(&world, &amy, PASSWORD, NEW, true),
            change(&world, &amy, PASSWORD, "quince harbor velvet 93 moss", true),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    }

    async fn g11_super_administrators_hear_when_one_of_them_changes_password_or_address(world: World) {
        let sophia = session(&world, "sophia").await;
        let before = world.queued(Template::SecurityAlert).await.len();
        wants(&world, &sophia, "boss@elsewhere.example").await.unwrap();
        assert_eq!(world.queued(Template::SecurityAlert).await.len(), before, "nothing has changed yet");
        confirm(&world, &world.message(Template::ConfirmEmail).await.token()).await.unwrap();
        assert_eq!(world.queued(Template::SecurityAlert).await.len(), before + 1);
        change(&world, &sophia, PASSWORD, NEW, true).await.unwrap();
        assert_eq!(world.queued(Template::SecurityAlert).await.len(), before + 2);
    }

    async fn es_191_and_t28_another_address_waits_and_the_present_one_stays_in_force(world: World) {
        let amy = session(&world, "amy").await;
        let account = wants(&world, &amy, OTHER).await.unwrap();
        assert_eq!((account.email.as_deref(), account.pending_email.as_deref()), (Some("amy@example.com"), Some(OTHER)));
        assert!(account.state.email.change_pending);
        assert_eq!(world.queued(Template::ConfirmEmail).await, [OTHER], "S3");
        assert_eq!(world.queued(Template::EmailChanged).await, ["amy@example.com"], "S5");
        let told = world.message(Template::EmailChanged).await.plain;
        assert!(told.contains("a•••@elsewhere.example") && !told.contains(OTHER), "{told}");
        assert!(world.message(Template::ConfirmEmail).await.plain.contains("a•••@example.com"));
        assert_eq!(world.audited("email_change_requested").await, [json!({ "email": OTHER })]);
        // Before it is confirmed, messages go to the old address and only that one signs in.
        let (uma, id) = (world.uma().await, world.cast.amy);
        world.identity.write(&uma, async |op| accounts::send_username(op, id).await).await.unwrap();
        assert_eq!(world.queued(Template::Username).await, ["amy@example.com"]);
        assert!(!is_let_in(&world, OTHER, PASSWORD).await);
        assert!(is_let_in(&world, "amy@example.com", PASSWORD).await);
    }

    async fn es_191_an_address_is_valid_another_one_and_repeated_and_takes_the_password(world: World) {
        let amy = session(&world, "amy").await;
        let long = format!("{}@{}.example.com", "a".repeat(60), "b".repeat(57));
        assert_eq!(codes(wants(&world, &amy, "").await), ["REQUIRED_MISSING"]);
        assert_eq!(codes(wants(&world, &amy, "amy").await), ["BAD_EMAIL"]);
        assert_eq!(codes(wants(&world, &amy, &long).await), ["TOO_LONG"]);
        assert_eq!(codes(wants(&world, &amy, "AMY@example.com").await), ["EMAIL_SAME"]);
        assert_eq!(codes(asks(&world, &amy, PASSWORD, OTHER, "amy@else.example").await), ["EMAIL_REPEAT"]);
        assert_eq!(codes(asks(&world, &amy, "not this one", OTHER, OTHER).await), ["WRONG"]);
        choose(&world, "registration_domains_denied", json!(["elsewhere.example"])).await;
        assert_eq!(codes(wants(&world, &amy, OTHER).await), ["EMAIL_DOMAIN"]);
        assert!(world.letters().await.is_empty());
        assert_eq!(world.account(world.cast.amy).await.pending_email, None);
    }

    async fn es_191_and_es_167_an_address_of_somebody_else_gets_the_same_answer_and_no_link(world: World) {
        let (amy, sam) = (session(&world, "amy").await, session(&world, "sam").await);
        let free = wants(&world, &sam, OTHER).await.unwrap();
        let taken = wants(&world, &amy, "uma@example.com").await.unwrap();
        assert_eq!(free.state.email, taken.state.email);
        assert_eq!(taken.pending_email.as_deref(), Some("uma@example.com"));
        assert_eq!(world.queued(Template::ConfirmEmail).await, [OTHER], "nobody gets a link to take an address over");
        assert_eq!(world.queued(Template::AlreadyRegistered).await, ["uma@example.com"], "R6");
        assert_eq!(world.queued(Template::EmailChanged).await, ["sam@example.com", "amy@example.com"], "S5");
        // Both may ask equally often.
        for session in [&amy, &sam] {
            let caller = caller(&world, session);
            let again = async || world.identity.write(&caller, async |op| accounts::resend_email_change(op).await).await;
            for _ in 0..4 {
                again().await.unwrap();
            }
            assert_eq!(codes(again().await), ["throttled"]);
        }
        choose(&world, "reveal_duplicate_email", json!(true)).await;
        world.clock.advance(Duration::from_hours(2));
        let (amy, id) = (session(&world, "amy").await, world.cast.amy);
        assert_eq!(codes(wants(&world, &amy, "uma@example.com").await), ["EMAIL_TAKEN"]);
        assert_eq!(world.account(id).await.email.as_deref(), Some("amy@example.com"));
    }

    async fn es_191_and_t29_a_confirmed_address_is_in_force_and_proved(world: World) {
        let amy = session(&world, "amy").await;
        wants(&world, &amy, OTHER).await.unwrap();
        let token = world.message(Template::ConfirmEmail).await.token();
        for _ in 0..3 {
            assert!(matches!(look(&world, &token).await, LinkFound::Works { .. }), "looking uses nothing up (ES-165)");
        }
        let reset = async |op: &mut identity::Operation<'_>| {
            accounts::resend(op, world.cast.amy, accounts::Scenario::from_code("EMAIL_VERIFICATION").unwrap()).await
        };
        world.identity.write(&world.uma().await, reset).await.unwrap();
        let verify = world.message(Template::VerifyEmail).await.token();
        let account = confirm(&world, &token).await.unwrap();
        assert_eq!((account.email.as_deref(), account.pending_email), (Some(OTHER), None));
        assert!(account.state.email.verified_at.is_some() && !account.state.email.change_pending);
        assert_eq!(world.queued(Template::EmailChanged).await, ["amy@example.com"; 2], "S5, to the former one only");
        let entry = json!({ "before": "amy@example.com", "after": OTHER });
        assert_eq!(world.audited("email_change_confirmed").await, [entry]);
        assert_eq!(codes(confirm(&world, &token).await), ["not_found"], "it works once");
        let (stranger, id) = (world.stranger(), world.cast.amy);
        let proves = world.identity.write(&stranger, async |op| accounts::verify_email(op, &verify).await).await;
        assert_eq!(codes(proves), ["not_found"], "what was sent to the former address proves nothing");
        // The former address is free again, and signs nobody in.
        assert!(is_let_in(&world, OTHER, PASSWORD).await);
        give_email(&world, world.cast.sam, "amy@example.com").await;
        assert_eq!(world.account(id).await.email.as_deref(), Some(OTHER));
    }

    async fn t29_of_two_who_confirm_at_once_one_does(world: World) {
        let amy = session(&world, "amy").await;
        wants(&world, &amy, OTHER).await.unwrap();
        let token = world.message(Template::ConfirmEmail).await.token();
        let (one, other) = tokio::join!(confirm(&world, &token), confirm(&world, &token));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert_eq!(world.audited("email_change_confirmed").await.len(), 1);
        assert_eq!(world.queued(Template::EmailChanged).await.len(), 2);
    }

    async fn t29_of_two_who_wait_for_the_same_address_the_first_gets_it(world: World) {
        let (amy, sam) = (session(&world, "amy").await, session(&world, "sam").await);
        wants(&world, &amy, OTHER).await.unwrap();
        let first = world.message(Template::ConfirmEmail).await.token();
        wants(&world, &sam, OTHER).await.unwrap();
        let second = world.message(Template::ConfirmEmail).await.token();
        let (one, other) = tokio::join!(confirm(&world, &first), confirm(&world, &second));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let late = if one.is_ok() { other } else { one };
        assert_eq!(codes(late), ["email_taken"]);
    }

    async fn t29_an_address_that_somebody_else_took_meanwhile_is_a_conflict(world: World) {
        let amy = session(&world, "amy").await;
        wants(&world, &amy, OTHER).await.unwrap();
        let token = world.message(Template::ConfirmEmail).await.token();
        give_email(&world, world.cast.sam, OTHER).await;
        assert_eq!(codes(confirm(&world, &token).await), ["email_taken"]);
        assert_eq!(world.account(world.cast.amy).await.email.as_deref(), Some("amy@example.com"));
    }

    async fn es_191_asking_again_retires_the_old_link_and_withdrawing_the_last(world: World) {
        let amy = session(&world, "amy").await;
        wants(&world, &amy, OTHER).await.unwrap();
        let first = world.message(Template::ConfirmEmail).await.token();
        wants(&world, &amy, "amy@third.example").await.unwrap();
        let second = world.message(Template::ConfirmEmail).await.token();
        assert_eq!(codes(confirm(&world, &first).await), ["not_found"]);
        assert!(matches!(look(&world, &first).await, LinkFound::Over { standing: Standing::Newer, .. }));
        let own = caller(&world, &amy);
        world.identity.write(&own, async |op| accounts::resend_email_change(op).await).await.unwrap();
        let third = world.message(Template::ConfirmEmail).await;
        assert_eq!(third.address, "amy@third.example");
        assert_eq!(codes(confirm(&world, &second).await), ["not_found"]);
        for _ in 0..2 {
            world.identity.write(&own, async |op| accounts::keep_email(op).await).await.unwrap();
        }
        assert_eq!(world.audited("email_change_withdrawn").await.len(), 1);
        assert_eq!(world.account(world.cast.amy).await.pending_email, None);
        assert_eq!(codes(confirm(&world, &third.token()).await), ["not_found"]);
        assert!(matches!(look(&world, &third.token()).await, LinkFound::Over { standing: Standing::Ended, .. }));
        let again = world.identity.write(&own, async |op| accounts::resend_email_change(op).await).await;
        assert_eq!(codes(again), ["not_waiting"]);
        wants(&world, &amy, OTHER).await.unwrap();
        world.clock.advance(Duration::from_hours(25));
        let late = world.message(Template::ConfirmEmail).await.token();
        assert_eq!(codes(confirm(&world, &late).await), ["not_found"], "its time is over");
    }

    async fn es_191_what_shuts_an_account_or_gives_it_to_somebody_else_ends_the_change(world: World) {
        let (sophia, id) = (world.sophia().await, world.cast.amy);
        choose(&world, "password_history_depth", json!(0)).await;
        for deed in ["disable", "lock", "update", "password", "own password"] {
            let session = session(&world, "amy").await;
            wants(&world, &session, OTHER).await.unwrap();
            let token = world.message(Template::ConfirmEmail).await.token();
            match deed {
                "disable" => drop(world.identity.write(&sophia, async |op| accounts::disable(op, id, None).await).await.unwrap()),
                "lock" => {
                    let terms = accounts::LockTerms::default();
                    world.identity.write(&sophia, async |op| accounts::lock(op, id, &terms).await).await.unwrap();
                }
                "update" => give_email(&world, id, "amy@given.example").await,
                "password" => {
                    let typed = TypedPassword { password: Secret::new(NEW), repeated: Secret::new(NEW), temporary: false };
                    accounts::set_password(&world.identity, &sophia, id, typed).await.unwrap();
                }
                _ => drop(change(&world, &session, PASSWORD, NEW, true).await.unwrap()),
            }
            assert_eq!(world.account(id).await.pending_email, None, "{deed}");
            assert!(!world.account(id).await.state.email.change_pending, "{deed}");
            assert_eq!(codes(confirm(&world, &token).await), ["not_found"], "{deed}");
            world.identity.write(&sophia, async |op| accounts::enable(op, id).await).await.unwrap();
            world.identity.write(&sophia, async |op| accounts::unlock(op, id).await).await.unwrap();
            let typed = TypedPassword { password: Secret::new(PASSWORD), repeated: Secret::new(PASSWORD), temporary: false };
            accounts::set_password(&world.identity, &sophia, id, typed).await.unwrap();
            world.clock.advance(Duration::from_hours(2));
        }
    }

    async fn es_191_a_link_outlives_no_account(world: World) {
        let amy = session(&world, "amy").await;
        wants(&world, &amy, OTHER).await.unwrap();
        let token = world.message(Template::ConfirmEmail).await.token();
        let (uma, id) = (world.uma().await, world.cast.amy);
        world.identity.write(&uma, async |op| accounts::delete(op, id).await).await.unwrap();
        assert_eq!(codes(confirm(&world, &token).await), ["not_found"]);
        assert!(matches!(look(&world, &token).await, LinkFound::Unknown));
    }

    async fn nobody_but_a_signed_in_person_has_an_account_of_their_own(world: World) {
        for caller in [world.stranger(), world.operator()] {
            let kept = world.identity.write(&caller, async |op| accounts::keep_email(op).await).await;
            assert_eq!(codes(kept), ["sign_in_required"]);
        }
    }
}
