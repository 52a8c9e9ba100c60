//! The username policy where accounts are made and changed.

use base::Change;
use identity::accounts::{self, AccountChange, Applicant, NewAccount, TypedPassword};
use identity::sign_in::{self, SignIn};
use identity::{Error, Result, settings};
use serde_json::{Map, Value as Json, json};
use testkit::{PASSWORD, World, on_each_database};

async fn choose(world: &World, wanted: Json) {
    let wanted = wanted.as_object().cloned().unwrap();
    let operator = world.operator();
    let write = world.identity.write(&operator, async |op| settings::save(op, &wanted, &Map::new()).await);
    write.await.unwrap();
}

async fn create(world: &World, username: &str) -> Result<accounts::Account> {
    let new = NewAccount {
        username: username.into(),
        first_name: "Ina".into(),
        last_name: "Berg".into(),
        email: format!("ina{}@example.com", username.len()),
        ..NewAccount::default()
    };
    world.create_as(&world.uma().await, new).await
}

async fn register(world: &World, username: &str, email: &str) -> Result<accounts::Registered> {
    let applicant = Applicant {
        username: username.into(),
        first_name: "Ina".into(),
        last_name: "Berg".into(),
        email: email.into(),
        ..Applicant::default()
    };
    let password = || base::Secret::new(PASSWORD);
    let typed = TypedPassword { password: password(), repeated: password(), temporary: false };
    accounts::register_with_password(&world.identity, &world.stranger(), &applicant, typed).await
}

fn problem<T: std::fmt::Debug>(refused: Result<T>) -> (String, String) {
    match refused {
        Err(Error::Invalid(problems)) => (problems[0].code.clone(), problems[0].message.clone()),
        other => panic!("not refused: {other:?}"),
    }
}

on_each_database! {
    async fn es_118_and_es_159_a_policy_that_is_chosen_holds_at_once_in_its_own_words(world: World) {
        assert!(create(&world, "2-ina").await.is_ok());
        choose(&world, json!({
            "username_min_length": 4, "username_max_length": 8, "username_first": "letter", "username_signs": ["."],
            "username_pattern": ".*[0-9]", "username_pattern_hint": "Ends with a digit."
        })).await;
        for (name, message) in [
            ("in1", "Enter at least 4 characters."),
            ("1na2", "Begin with a letter."),
            ("in-a1", "Use only letters a–z, digits and dots, not '-'."),
            ("ina.berg", "Ends with a digit."),
            ("ina.berg1", "Enter at most 8 characters."),
        ] {
            assert_eq!(problem(create(&world, name).await).1, message, "{name}");
        }
        assert!(create(&world, "ina.b1").await.is_ok());
        assert!(create(&world, "ina.berg@example.com").await.is_ok(), "an address is a username beside the policy");
        choose(&world, json!({ "email_as_username": false })).await;
        assert_eq!(problem(create(&world, "ina@example.org").await).0, "TOO_LONG");
    }

    async fn a_tighter_policy_leaves_existing_usernames_valid(world: World) {
        choose(&world, json!({ "username_min_length": 6 })).await;
        let stranger = world.stranger();
        let password = base::Secret::new(PASSWORD);
        let signed_in = sign_in::with_password(&world.identity, &stranger, "amy", password, None).await.unwrap();
        assert!(matches!(signed_in, SignIn::Granted { .. }));
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let change = |username: &str| AccountChange {
            username: Change::Set(username.to_owned()),
            first_name: Change::Set("Amelia".into()),
            ..AccountChange::default()
        };
        let update = async |name: &str| world.identity.write(&uma, async |op| accounts::update(op, amy, None, change(name)).await).await;
        assert_eq!(update("amy").await.unwrap().first_name, "Amelia", "a form that sends it along changes nothing about it");
        assert_eq!(problem(update("amya").await).1, "Enter at least 6 characters.");
    }

    async fn reserved_names_and_domains_hold_for_who_registers_and_not_for_administrators(world: World) {
        choose(&world, json!({
            "registration": true,
            "username_reserved": ["help desk", "Boss"],
            "registration_domains_allowed": ["partner.example"],
            "registration_domains_denied": ["old.partner.example"]
        })).await;
        assert_eq!(problem(register(&world, "bOSS", "i@partner.example").await).0, "USERNAME_RESERVED");
        for address in ["i@example.com", "i@notpartner.example", "i@old.partner.example", "i@mail.old.partner.example"] {
            assert_eq!(problem(register(&world, "ina", address).await).0, "EMAIL_DOMAIN", "{address}");
        }
        assert!(register(&world, "ina", "i@PARTNER.example").await.is_ok());
        assert!(register(&world, "ida", "i@lab.partner.example").await.is_ok());
        assert!(create(&world, "boss").await.is_ok());
    }
}
