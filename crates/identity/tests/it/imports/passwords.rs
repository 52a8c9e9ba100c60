//! Passwords from files.

use base::Secret;
use identity::accounts::PasswordState;
use identity::imports::{Choices, Mode, Notify, Passwords};
use identity::messages::Template;
use identity::sign_in::{self, SignIn};
use testkit::{World, on_each_database};

use super::{account, both};

const PASSWORD: &str = "correct horse battery";
const BCRYPT: &str = "$2y$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";
const SSHA: &str = "{SSHA}yw7XxdLZpEyjj4GFVmdqLQ5RxpH7777/";

fn passwords(passwords: Passwords) -> Choices {
    Choices { passwords, ..Choices::default() }
}

async fn signs_in(world: &World, name: &str, password: &str) -> bool {
    let answer = sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(password), None).await;
    matches!(answer, Ok(SignIn::Granted { .. }))
}

on_each_database! {
    async fn es_81_and_t3_a_plain_password_is_temporary_unless_told_otherwise(world: World) {
        let text = "username,password\nzoe1,short\nzoe2,\n";
        assert_eq!(both(&world, text, passwords(Passwords::PlainTemporary)).await.lines(), ["2 CREATED", "3 CREATED"]);
        assert!(matches!(account(&world, "zoe1").await.unwrap().state.password, PasswordState::Temporary { .. }));
        assert_eq!(account(&world, "zoe2").await.unwrap().state.password, PasswordState::None);
    }

    async fn a_password_to_stay_follows_the_rules(world: World) {
        let text = "username,password\nzoe1,short\nzoe2,\" plum tunnel lantern 47 \"\n";
        let done = both(&world, text, passwords(Passwords::PlainPermanent)).await;
        assert_eq!(done.lines(), ["2 FAILED PASSWORD_POLICY", "3 CREATED"]);
        assert!(signs_in(&world, "zoe2", " plum tunnel lantern 47 ").await, "blanks belong to a password");
        assert!(!signs_in(&world, "zoe2", "plum tunnel lantern 47").await);
    }

    async fn es_82_only_weak_passwords_are_to_be_changed_when_that_is_chosen(world: World) {
        let text = "username,password\nzoe1,short\nzoe2,plum tunnel lantern 47\n";
        assert_eq!(both(&world, text, passwords(Passwords::PlainUnlessWeak)).await.lines(), ["2 CREATED", "3 CREATED"]);
        let state = async |name| account(&world, name).await.unwrap().state.password;
        assert!(matches!(state("zoe1").await, PasswordState::Temporary { .. }));
        assert_eq!(state("zoe2").await, PasswordState::Permanent);
        assert!(signs_in(&world, "zoe2", "plum tunnel lantern 47").await);
    }

    async fn f_7_imported_hashes_sign_in_and_are_renewed(world: World) {
        let text = format!(
            "username,password_hash\nzoe1,{BCRYPT}\nzoe2,{SSHA}\nzoe3,5f4dcc3b5aa765d61d8327deb882cf99\nzoe4,\"$2y$31${}\"\nzoe5,\n",
            &BCRYPT[7..]
        );
        let done = both(&world, &text, passwords(Passwords::Hashed)).await;
        assert_eq!(done.lines(), ["2 CREATED", "3 CREATED", "4 FAILED HASH_UNSUPPORTED", "5 FAILED HASH_TOO_COSTLY", "6 CREATED"]);
        for name in ["zoe1", "zoe2"] {
            assert!(!signs_in(&world, name, "wrong horse").await);
            assert!(signs_in(&world, name, PASSWORD).await, "{name}");
            // The second time by the renewed hash.
            assert!(signs_in(&world, name, PASSWORD).await, "{name}");
            let events = world.identity.read(&world.sophia().await, async |op| {
                let id = identity::accounts::find_by_username(op, name).await?.id;
                identity::audit::history(op, id, false, None, 100).await
            }).await.unwrap();
            assert_eq!(events.iter().filter(|entry| entry.event == "password_rehashed").count(), 1, "{name}");
        }
    }

    async fn passwords_of_people_who_exist_are_left_alone(world: World) {
        let choices = Choices { mode: Mode::CreateAndUpdate, ..passwords(Passwords::PlainPermanent) };
        assert_eq!(both(&world, "username,password\namy,short\n", choices).await.lines(), ["2 UNCHANGED"]);
        assert!(signs_in(&world, "amy", testkit::PASSWORD).await);
    }

    async fn es_81_and_es_96_passwords_made_by_chance_are_mailed_and_open_the_change_form(world: World) {
        let text = "username,email\nzoe1,zoe1@example.com\nzoe2,\nzoe3,zoe3@example.com\n";
        let done = both(&world, text, passwords(Passwords::Random)).await;
        assert_eq!(done.lines(), ["2 CREATED", "3 FAILED NO_ADDRESS", "4 CREATED"]);
        let mut told = world.queued(Template::AccountSummary).await;
        told.sort();
        assert_eq!(told, ["zoe1@example.com", "zoe3@example.com"]);
        assert!(matches!(account(&world, "zoe1").await.unwrap().state.password, PasswordState::Temporary { .. }));
        let letters = world.letters().await;
        let passwords: Vec<_> = letters.iter().filter(|letter| letter.template == Template::AccountSummary).collect();
        assert_ne!(passwords[0].secret(), passwords[1].secret(), "each has its own");
        for letter in passwords {
            let name = letter.address.split('@').next().unwrap();
            assert!(signs_in(&world, name, letter.secret().expose()).await, "{name}");
        }
        // Whoever exists keeps theirs, and is told nothing.
        let again = Choices { mode: Mode::CreateAndUpdate, ..self::passwords(Passwords::Random) };
        assert_eq!(both(&world, text, again).await.lines()[0], "2 UNCHANGED");
        assert_eq!(world.queued(Template::AccountSummary).await.len(), 2);
    }

    async fn es_96_nobody_new_people_or_also_those_that_are_changed_are_told(world: World) {
        let told = async || world.queued(Template::AccountSummary).await;
        let text = "username,email\nzoe1,zoe1@example.com\nzoe2,\n";
        both(&world, text, Choices::default()).await;
        assert!(told().await.is_empty(), "nobody, unless somebody wants it");
        let created = Choices { notify: Notify::Created, mode: Mode::CreateAndUpdate, ..Choices::default() };
        both(&world, "username,first_name,email\nzoe1,Zoe,zoe1@example.com\nzoe3,Zoe,zoe3@example.com\nzoe4,Zoe,\n", created).await;
        assert_eq!(told().await, ["zoe3@example.com"]);
        let all = Choices { notify: Notify::CreatedAndUpdated, mode: Mode::CreateAndUpdate, ..Choices::default() };
        let text = "username,first_name,email\nzoe1,Zoe,zoe1@example.com\nzoe3,Chloe,zoe3@example.com\nzoe5,Zoe,zoe5@example.com\n";
        assert_eq!(both(&world, text, all.clone()).await.lines(), ["2 UNCHANGED", "3 UPDATED", "4 CREATED"]);
        let mut last = told().await.split_off(1);
        last.sort();
        assert_eq!(last, ["zoe3@example.com", "zoe5@example.com"], "whose account stays as it is hears nothing");
        assert_eq!((all.mails(3, 2), Choices::default().mails(3, 2)), (5, 0));
    }
}
