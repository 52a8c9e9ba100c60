//! The password policy where passwords are set: rules, history, age, and what administrators may type.

use std::time::Duration;

use base::{AccountId, Secret};
use identity::accounts::{self, MustChange, NewAccount, PasswordState, TypedPassword};
use identity::imports::{self, Choices, ImportFile, Next, Passwords};
use identity::messages::Template;
use identity::sign_in::{self, Resumed, SignIn};
use identity::{Error, Result, housekeeping, organizations, settings};
use serde_json::{Map, Value as Json, json};
use store::params;
use testkit::{PASSWORD, World, on_each_database};

/// `Password1!`, hashed elsewhere.
const COMMON: &str = "{SSHA}WN4LorvbjYgoc3InMrbXG0dSQChzYWx0MTIzNA==";
const FIRST: &str = "umbrella 88 violet canyon";
const SECOND: &str = "seldom rings the copper tram";
const THIRD: &str = "nine herons over malmö bay";

fn typed(password: &str, temporary: bool) -> TypedPassword {
    TypedPassword { password: Secret::new(password), repeated: Secret::new(password), temporary }
}

async fn choose(world: &World, wanted: Json) {
    let wanted = wanted.as_object().cloned().unwrap();
    let operator = world.operator();
    let write = world.identity.write(&operator, async |op| settings::save(op, &wanted, &Map::new()).await);
    write.await.unwrap();
}

async fn set(world: &World, id: AccountId, password: &str) -> Result<()> {
    accounts::set_password(&world.identity, &world.uma().await, id, typed(password, false)).await.map(drop)
}

async fn sign_in(world: &World, name: &str, password: &str) -> Option<Resumed> {
    let answer = sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(password), None).await;
    let SignIn::Granted { session, .. } = answer.unwrap() else { return None };
    sign_in::resume(&world.identity, &world.stranger(), &session.token).await.unwrap()
}

async fn change(world: &World, person: &Resumed, password: &str) -> Result<()> {
    let typed = typed(password, false);
    sign_in::change_required_password(&world.identity, &world.stranger(), person, typed).await.map(drop)
}

fn code(refused: Result<()>) -> String {
    match refused {
        Err(Error::Invalid(problems)) => problems[0].code.clone(),
        other => panic!("not refused: {other:?}"),
    }
}

fn messages(refused: Result<()>) -> Vec<String> {
    match refused {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|problem| problem.message).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

async fn remembered(world: &World, id: AccountId) -> i64 {
    let mut tx = world.identity.db().begin_read().await.unwrap();
    let sql = "select count(*) from password_history where account_id = $1";
    tx.one(sql, params![id], |row| row.get(0)).await.unwrap()
}

on_each_database! {
    async fn es_127_the_rules_that_are_chosen_hold_at_once_in_the_words_of_the_hint(world: World) {
        choose(&world, json!({
            "password_min_length": 20, "password_require_digit": 2, "password_forbidden_chars": "%",
            "password_context_words": ["harbour"]
        })).await;
        let settings = world.identity.read(&world.operator(), async |op| settings::load(op).await).await.unwrap();
        let hint = accounts::password_help(&settings);
        let refused = messages(set(&world, world.cast.amy, "harbour % tram").await);
        assert_eq!(refused.len(), 4, "{refused:?}");
        assert!(refused.iter().all(|message| hint.contains(message)), "{refused:?} {hint:?}");
        assert!(set(&world, world.cast.amy, "umbrella 88 violet canyon").await.is_ok());
    }

    async fn es_127_the_name_of_the_organization_is_easy_to_guess(world: World) {
        let operator = world.operator();
        let rename = world.identity.write(&operator, async |op| organizations::rename(op, "Aldermoor College").await);
        rename.await.unwrap();
        assert_eq!(code(set(&world, world.cast.amy, "seldom aldermoor rings").await), "PASSWORD_POLICY");
    }

    async fn a_tighter_policy_leaves_stored_passwords_valid(world: World) {
        choose(&world, json!({ "password_min_length": 64, "password_require_upper": 4 })).await;
        let amy = sign_in(&world, "amy", PASSWORD).await.expect("she is let in");
        assert!(!amy.must_change_password);
    }

    async fn es_127_the_last_passwords_cannot_be_used_again(world: World) {
        choose(&world, json!({ "password_history_depth": 3 })).await;
        let amy = world.cast.amy;
        assert_eq!(code(set(&world, amy, PASSWORD).await), "PASSWORD_USED", "the present one is the last");
        set(&world, amy, FIRST).await.unwrap();
        set(&world, amy, SECOND).await.unwrap();
        for used in [PASSWORD, FIRST, SECOND] {
            assert_eq!(code(set(&world, amy, used).await), "PASSWORD_USED");
        }
        set(&world, amy, THIRD).await.unwrap();
        assert_eq!(remembered(&world, amy).await, 3, "no more than are asked for");
        set(&world, amy, PASSWORD).await.expect("it is long ago");
        choose(&world, json!({ "password_history_depth": 0 })).await;
        set(&world, amy, PASSWORD).await.expect("nothing is compared any more");
        assert_eq!(remembered(&world, amy).await, 0);
    }

    async fn es_58_and_es_59_temporary_passwords_are_neither_remembered_nor_held_against_the_history(world: World) {
        choose(&world, json!({ "password_history_depth": 2 })).await;
        let (amy, uma) = (world.cast.amy, world.uma().await);
        accounts::set_password(&world.identity, &uma, amy, typed("Abc1", true)).await.unwrap();
        accounts::set_password(&world.identity, &uma, amy, typed("Abc1", true)).await.expect("temporary ones may repeat");
        assert_eq!(remembered(&world, amy).await, 1, "only the permanent one");
        let person = sign_in(&world, "amy", "Abc1").await.unwrap();
        assert_eq!(code(change(&world, &person, "Abc1").await), "PASSWORD_POLICY");
        assert_eq!(code(change(&world, &person, PASSWORD).await), "PASSWORD_USED", "the one before the temporary one counts");
        change(&world, &person, FIRST).await.unwrap();
    }

    async fn es_137_a_temporary_password_that_follows_the_rules_is_refused_all_the_same(world: World) {
        choose(&world, json!({ "password_history_depth": 0 })).await;
        let uma = world.uma().await;
        accounts::set_password(&world.identity, &uma, world.cast.amy, typed(FIRST, true)).await.unwrap();
        let person = sign_in(&world, "amy", FIRST).await.unwrap();
        assert_eq!(code(change(&world, &person, FIRST).await), "PASSWORD_SAME");
    }

    async fn e3_a_temporary_password_has_a_length_where_the_organization_wants_one(world: World) {
        let uma = world.uma().await;
        let temporary = async |password: &str| {
            accounts::set_password(&world.identity, &uma, world.cast.amy, typed(password, true)).await.map(drop)
        };
        temporary("Abc1").await.unwrap();
        choose(&world, json!({ "temporary_password_min_length": 8 })).await;
        assert_eq!(messages(temporary("Abc1").await), ["Use at least 8 characters."]);
        temporary("Abc12345").await.unwrap();
        assert_eq!(messages(temporary(&"x".repeat(257)).await), ["Use at most 256 characters."]);
    }

    async fn e3_a_password_that_is_too_old_opens_only_the_form_to_change_it(world: World) {
        choose(&world, json!({ "password_max_age_days": 30, "password_history_depth": 0 })).await;
        world.clock.advance(Duration::from_hours(30 * 24 - 1));
        assert!(!sign_in(&world, "amy", PASSWORD).await.unwrap().must_change_password);
        world.clock.advance(Duration::from_hours(1));
        let person = sign_in(&world, "amy", PASSWORD).await.unwrap();
        assert!(person.must_change_password && person.actor().person().is_none());
        assert_eq!(world.account(world.cast.amy).await.state.must_change, MustChange::Expired);
        assert_eq!(world.audited("password_expired").await.len(), 1);
        assert_eq!(code(change(&world, &person, PASSWORD).await), "PASSWORD_USED", "it must be another one");
        change(&world, &person, FIRST).await.unwrap();
        assert!(!sign_in(&world, "amy", FIRST).await.unwrap().must_change_password);
        assert_eq!(world.account(world.cast.amy).await.state.must_change, MustChange::No);
    }

    async fn e3_administrators_type_no_passwords_where_the_organization_does_not_want_it(world: World) {
        choose(&world, json!({ "admin_may_choose_passwords": false })).await;
        let uma = world.uma().await;
        for temporary in [true, false] {
            let refused = accounts::set_password(&world.identity, &uma, world.cast.amy, typed(FIRST, temporary)).await;
            assert_eq!(refused.expect_err("typed").code(), "passwords_not_chosen");
        }
        let new = NewAccount { username: "ina".into(), first_name: "Ina".into(), last_name: "Berg".into(), email: "ina@example.com".into(), ..NewAccount::default() };
        let refused = accounts::create_with_password(&world.identity, &uma, new.clone(), typed(FIRST, false)).await;
        assert_eq!(refused.expect_err("typed").code(), "passwords_not_chosen");
        let operator = world.operator();
        let made = accounts::create_with_password(&world.identity, &operator, new, typed(FIRST, false)).await.unwrap();
        assert_eq!(made.state.password, PasswordState::Permanent, "whoever commands the machine may");
    }

    async fn of_two_passwords_that_are_set_at_once_the_second_is_told(world: World) {
        let (one, other) = tokio::join!(set(&world, world.cast.amy, FIRST), set(&world, world.cast.amy, SECOND));
        let answers = [one, other];
        let done = answers.iter().filter(|answer| answer.is_ok()).count();
        assert!(done >= 1, "{answers:?}");
        assert!(answers.iter().all(|answer| matches!(answer, Ok(()) | Err(Error::Stale))), "{answers:?}");
    }

    async fn s7_who_can_sign_in_is_told_once_that_a_password_will_soon_be_too_old(world: World) {
        choose(&world, json!({ "password_max_age_days": 30, "password_expiry_warning_days": 7 })).await;
        let told = async || {
            housekeeping::sweep(&world.identity).await.unwrap();
            let mut all = world.queued(Template::ChooseNewPassword).await;
            all.sort();
            all
        };
        let disabled = world.cast.amy;
        let day = Duration::from_hours(24);
        world.clock.advance(Duration::from_hours(23 * 24 - 1));
        let abel = world.join("Abel", "Test", None).await;
        set(&world, abel, FIRST).await.unwrap();
        assert!(told().await.is_empty(), "nobody's is so old");
        let uma = world.uma().await;
        world.identity.write(&uma, async |op| accounts::disable(op, disabled, None).await).await.unwrap();
        world.clock.advance(Duration::from_hours(1));
        let first = told().await;
        assert!(first.contains(&"uma@example.com".to_owned()), "{first:?}");
        assert!(!first.contains(&"amy@example.com".to_owned()), "she can't sign in");
        assert!(!first.contains(&"abel@example.com".to_owned()), "his is a new one");
        assert!(world.message(Template::ChooseNewPassword).await.plain.contains("7 more days"));
        assert_eq!(told().await, first, "once");
        world.clock.advance(day * 22);
        let at_last = told().await;
        assert!(!at_last.contains(&"abel@example.com".to_owned()));
        world.clock.advance(day);
        assert!(told().await.contains(&"abel@example.com".to_owned()), "when his turn has come");
    }

    async fn s7_those_who_cannot_sign_in_keep_nobody_else_from_being_told(world: World) {
        choose(&world, json!({ "password_max_age_days": 30, "password_expiry_warning_days": 7 })).await;
        let names: Vec<String> = (0..230).map(|number| format!("person{number}")).collect();
        let rows: Vec<_> = names.iter().map(|name| ("Some", "Body", name.as_str())).collect();
        world.people(&rows).await;
        // Older than everybody's, so that whole batches are passed over.
        let sql = "insert into passwords (account_id, organization_id, hash, set_at, rules_unknown, age_told)
                   select a.id, a.organization_id, p.hash, p.set_at - 1000, p.rules_unknown, p.age_told
                   from accounts a, passwords p where p.account_id = $1 and a.password_state = 'none'";
        world.execute(sql, params![world.cast.amy]).await;
        world.clock.advance(Duration::from_hours(24 * 24));
        assert!(housekeeping::sweep(&world.identity).await.unwrap() >= 230);
        let told = world.queued(Template::ChooseNewPassword).await;
        assert!(told.contains(&"amy@example.com".to_owned()), "{told:?}");
        assert!(!told.iter().any(|address| address.starts_with("person")), "{told:?}");
        assert_eq!(housekeeping::sweep(&world.identity).await.unwrap(), 0, "everybody was looked at");
    }

    async fn t34_an_imported_password_that_everybody_tries_must_be_changed_at_the_first_sign_in(world: World) {
        let text = "username,email,password_hash\nzoe,zoe@example.com,HASH\n";
        let file = ImportFile::from_bytes("people.csv", text.replace("HASH", COMMON).into()).unwrap();
        let choices = Choices { passwords: Passwords::Hashed, ..Choices::default() };
        let import = imports::prepare(file, choices).unwrap();
        imports::run(&world.identity, &world.operator(), &import, &mut |_| Ok(Next::GoOn)).await.unwrap();
        let person = sign_in(&world, "zoe", "Password1!").await.unwrap();
        assert!(person.must_change_password && person.actor().person().is_none(), "it opens the form to change it");
        assert_eq!(world.queued(Template::ChooseNewPassword).await, ["zoe@example.com"]);
        assert_eq!(world.audited("password_compromised").await.len(), 1);
        let person = sign_in(&world, "zoe", "Password1!").await.unwrap();
        assert_eq!(world.queued(Template::ChooseNewPassword).await.len(), 1, "she is told once");
        change(&world, &person, FIRST).await.unwrap();
        assert!(!sign_in(&world, "zoe", FIRST).await.unwrap().must_change_password);
    }

    async fn t34_a_password_that_follows_the_rules_of_its_day_stays_as_it_is(world: World) {
        choose(&world, json!({ "password_min_length": 8, "password_block_common": false })).await;
        set(&world, world.cast.amy, "Password1!").await.unwrap();
        choose(&world, json!({ "password_block_common": true })).await;
        assert!(!sign_in(&world, "amy", "Password1!").await.unwrap().must_change_password);
    }
}
