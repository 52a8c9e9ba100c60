//! Which operation sends which message (the catalogue D, and the column Mail of the transition table B.4).

use std::time::Duration;

use base::{AccountId, Change};
use identity::access::{Role, Roles};
use identity::accounts::{self, AccountChange, Decision, NewAccount};
use identity::messages::Template;
use identity::{Error, Identity, settings};
use serde_json::{Value as Json, json};
use testkit::{PASSWORD, World, on_each_database};

async fn choose(world: &World, key: &str, value: Json) {
    let operator = world.operator();
    world.identity.write(&operator, async |op| settings::choose(op, key, value).await).await.unwrap();
}

/// How many messages of each template wait.
async fn count(world: &World, template: Template) -> usize {
    world.queued(template).await.len()
}

async fn decide(identity: &Identity, caller: &identity::Caller, decision: Decision, id: AccountId) {
    let write = identity.write(caller, async |op| match decision {
        Decision::Approve => accounts::approve(op, id).await.map(drop),
        Decision::Activate => accounts::activate(op, id).await.map(drop),
        Decision::Reject => accounts::reject(op, id, "We do not know you.").await,
    });
    write.await.unwrap();
}

on_each_database! {
    async fn t4_who_registers_gets_a_link_that_works_and_is_built_from_the_public_url(world: World) {
        let (account, link) = world.registered("Ishita").await;
        assert_eq!(world.queued(Template::ConfirmRegistration).await, ["ishita@partner.example"]);
        let letter = world.message(Template::ConfirmRegistration).await;
        assert!(letter.plain.contains("https://sso.example.com/confirm/"), "{}", letter.plain);
        let token = letter.token();
        assert_eq!(token, link);
        let stranger = world.stranger();
        let confirmed = world.identity.write(&stranger, async |op| accounts::confirm_registration(op, &token).await);
        assert_eq!(confirmed.await.unwrap().id, account.id);
    }

    async fn t4_the_owner_of_an_address_hears_that_somebody_registers_with_it_and_nobody_else_does(world: World) {
        choose(&world, "registration", json!(true)).await;
        let applicant = accounts::Applicant {
            username: "newcomer".into(),
            first_name: "New".into(),
            last_name: "Comer".into(),
            email: "amy@example.com".into(),
            ..accounts::Applicant::default()
        };
        let register = async || {
            let secret = || base::Secret::new(PASSWORD);
            let typed = accounts::TypedPassword { password: secret(), repeated: secret(), temporary: false };
            accounts::register_with_password(&world.identity, &world.stranger(), &applicant, typed).await
        };
        register().await.unwrap();
        register().await.unwrap();
        assert_eq!(world.queued(Template::AlreadyRegistered).await, ["amy@example.com"], "once an hour");
        assert_eq!(count(&world, Template::ConfirmRegistration).await, 0);
        let message = world.message(Template::AlreadyRegistered).await;
        assert!(message.plain.contains("https://sso.example.com/change-password\n"), "{}", message.plain);
        world.clock.advance(Duration::from_hours(1));
        register().await.unwrap();
        assert_eq!(count(&world, Template::AlreadyRegistered).await, 2);
        choose(&world, "mail_already_registered", json!(false)).await;
        world.clock.advance(Duration::from_hours(1));
        register().await.unwrap();
        assert_eq!(count(&world, Template::AlreadyRegistered).await, 2);
    }

    async fn t5_without_approval_a_confirmed_registration_is_told_to_be_active(world: World) {
        choose(&world, "registration_approval", json!(false)).await;
        world.confirmed("Ishita").await;
        assert_eq!(world.queued(Template::AccountActive).await, ["ishita@partner.example"]);
        assert_eq!(count(&world, Template::AwaitingApproval).await, 0);
        assert_eq!(count(&world, Template::RegistrationToReview).await, 0);
    }

    async fn t6_with_approval_the_registrant_and_the_administrators_are_told(world: World) {
        choose(&world, "registration_notice", json!("each")).await;
        world.confirmed("Ishita").await;
        world.confirmed("Bela").await;
        assert_eq!(world.queued(Template::AwaitingApproval).await, ["ishita@partner.example", "bela@partner.example"]);
        assert_eq!(world.queued(Template::RegistrationToReview).await, ["uma@example.com", "uma@example.com"]);
        let message = world.message(Template::RegistrationToReview).await;
        assert!(message.plain.starts_with("Hello,\n\n2 registrations wait"), "{}", message.plain);
        choose(&world, "registration_notice_to", json!(["desk@example.com", "boss@example.com"])).await;
        world.confirmed("Cleo").await;
        assert_eq!(world.queued(Template::RegistrationToReview).await[2..], ["desk@example.com", "boss@example.com"]);
    }

    async fn r7_administrators_are_told_once_an_hour_how_many_wait_by_then(world: World) {
        choose(&world, "registration_notice", json!("hourly")).await;
        for name in ["Ishita", "Bela", "Cleo"] {
            world.confirmed(name).await;
            world.clock.advance(Duration::from_mins(5));
        }
        assert_eq!(world.queued(Template::RegistrationToReview).await, ["uma@example.com"]);
        assert!(world.message(Template::RegistrationToReview).await.plain.contains("3 registrations wait"));
        let all = world.outbox().await;
        let due = all.iter().find(|listed| listed.template == Some(Template::RegistrationToReview)).unwrap().due_at;
        assert_eq!(due.to_string(), "2026-11-22T11:00:00.000Z");
    }

    async fn t8_t9_and_t10_a_decision_is_told_and_a_rejection_outlives_the_account(world: World) {
        let uma = world.uma().await;
        let approved = world.confirmed("Ishita").await;
        decide(&world.identity, &uma, Decision::Approve, approved.id).await;
        let (activated, _) = world.registered("Bela").await;
        decide(&world.identity, &uma, Decision::Activate, activated.id).await;
        assert_eq!(world.queued(Template::RegistrationApproved).await, ["ishita@partner.example", "bela@partner.example"]);
        let rejected = world.confirmed("Cleo").await;
        decide(&world.identity, &uma, Decision::Reject, rejected.id).await;
        assert!(matches!(world.find(rejected.id).await, Err(Error::NotFound)));
        // ES-110, ES-111: to the address that it had; what else was queued went with the account.
        assert_eq!(world.queued(Template::RegistrationRejected).await, ["cleo@partner.example"]);
        let message = world.message(Template::RegistrationRejected).await;
        assert!(message.plain.starts_with("Hello Cleo,") && message.plain.contains("We do not know you."), "{}", message.plain);
        assert!(!world.queued(Template::AwaitingApproval).await.contains(&"cleo@partner.example".to_owned()));
    }

    async fn es_111_neither_the_mail_nor_the_deletion_happens_without_the_other(world: World) {
        let rejected = world.confirmed("Cleo").await;
        let uma = world.uma().await;
        let failed = world.identity.write(&uma, async |op| {
            accounts::reject(op, rejected.id, "").await?;
            Err::<(), _>(Error::conflict("undone", "The transaction fails."))
        });
        failed.await.unwrap_err();
        assert_eq!(count(&world, Template::RegistrationRejected).await, 0);
        assert!(world.find(rejected.id).await.is_ok());
    }

    async fn t12_t13_and_t33_switching_and_deleting_are_told_when_the_settings_say_so(world: World) {
        let uma = world.uma().await;
        let switch = async |id, enable| {
            let write = world.identity.write(&uma, async |op| {
                if enable { accounts::enable(op, id).await } else { accounts::disable(op, id, Some("You left.")).await }
            });
            write.await.unwrap();
        };
        let templates = [Template::AccountDisabled, Template::AccountEnabled, Template::AccountDeleted];
        let nora = world.join("Nora", "New", None).await;
        switch(nora, false).await;
        switch(nora, true).await;
        world.identity.write(&uma, async |op| accounts::delete(op, nora).await).await.unwrap();
        for template in templates {
            assert_eq!(count(&world, template).await, 0, "{template:?} is off by default");
        }
        for key in ["mail_account_disabled", "mail_account_enabled", "mail_account_deleted"] {
            choose(&world, key, json!(true)).await;
        }
        let nora = world.join("Nora", "New", None).await;
        switch(nora, false).await;
        assert!(world.message(Template::AccountDisabled).await.plain.contains("You left."));
        switch(nora, false).await;
        switch(nora, true).await;
        assert_eq!((count(&world, templates[0]).await, count(&world, templates[1]).await), (1, 1), "told when it changed");
        world.identity.write(&uma, async |op| accounts::delete(op, nora).await).await.unwrap();
        assert_eq!(world.queued(Template::AccountDeleted).await, ["nora@example.com"]);
        assert_eq!(count(&world, Template::AccountDisabled).await, 0, "what waited went with the account");
        // Who has no address is not waited for.
        let silent = world.create(NewAccount { username: "silent".into(), complete: false, ..NewAccount::default() }).await.unwrap();
        switch(silent.id, false).await;
    }

    async fn es_115_the_username_is_mailed_and_nothing_that_signs_in(world: World) {
        super::send_username(&world).await;
        assert_eq!(world.queued(Template::Username).await, ["amy@example.com"]);
        let message = world.message(Template::Username).await;
        assert!(message.plain.contains("Username: amy\n"), "{}", message.plain);
        let addresses: Vec<&str> = message.plain.split_whitespace().filter(|word| word.starts_with("http")).collect();
        assert_eq!(addresses, ["https://sso.example.com/sign-in"]);
        assert_eq!(world.audited("username_sent").await.len(), 1);
        let silent = world.create(NewAccount { username: "silent".into(), complete: false, ..NewAccount::default() }).await.unwrap();
        let uma = world.uma().await;
        let sent = world.identity.write(&uma, async |op| accounts::send_username(op, silent.id).await).await;
        assert_eq!(super::codes(sent), ["email NO_ADDRESS"]);
        let sylvia = world.caller(world.cast.sylvia).await;
        let amy = world.cast.amy;
        let sent = world.identity.write(&sylvia, async |op| accounts::send_username(op, amy).await).await;
        assert!(matches!(sent, Err(Error::Denied(_))));
    }

    async fn es_144_and_g11_roles_are_told_to_their_owner_when_wanted_and_to_super_administrators_always(world: World) {
        let sophia = world.sophia().await;
        let before = count(&world, Template::SecurityAlert).await;
        let amy = world.cast.amy;
        let give = |roles: Roles, tell: bool| {
            let (identity, sophia) = (world.identity.clone(), sophia.clone());
            async move {
                let write = identity.write(&sophia, async |op| {
                    if tell {
                        accounts::set_roles_and_tell(op, amy, None, roles).await
                    } else {
                        accounts::set_roles(op, amy, None, roles).await
                    }
                });
                write.await.unwrap();
            }
        };
        give(Roles::NONE.with(Role::UserAdministrator), false).await;
        assert_eq!(count(&world, Template::PrivilegesChanged).await, 0);
        assert_eq!(count(&world, Template::SecurityAlert).await, before + 1);
        give(Roles::NONE.with(Role::SystemAdministrator), true).await;
        assert_eq!(world.queued(Template::PrivilegesChanged).await, ["amy@example.com"]);
        let message = world.message(Template::PrivilegesChanged).await;
        assert!(message.plain.contains("Until now: User administrator\nFrom now on: System administrator\n"), "{}", message.plain);
        assert_eq!(count(&world, Template::SecurityAlert).await, before + 3, "one role taken, one given");
        // Nothing changes, nothing is told.
        give(Roles::NONE.with(Role::SystemAdministrator), true).await;
        assert_eq!(count(&world, Template::PrivilegesChanged).await, 1);
        assert!(world.queued(Template::SecurityAlert).await.iter().all(|address| address == "sophia@example.com"));
    }

    async fn t30_and_g11_both_addresses_hear_of_a_change_and_super_administrators_of_one_of_theirs(world: World) {
        let uma = world.uma().await;
        let change = |email: &str| AccountChange { email: Change::Set(email.to_owned()), ..AccountChange::default() };
        let amy = world.cast.amy;
        let update = world.identity.write(&uma, async |op| accounts::update(op, amy, None, change("new@example.org")).await);
        update.await.unwrap();
        assert_eq!(world.queued(Template::EmailChanged).await, ["amy@example.com", "new@example.org"]);
        assert!(world.message(Template::EmailChanged).await.plain.contains("to n•••@example.org."));
        let before = count(&world, Template::SecurityAlert).await;
        let (sophia, id) = (world.sophia().await, world.cast.sophia);
        let update = world.identity.write(&sophia, async |op| accounts::update(op, id, None, change("boss@example.org")).await);
        update.await.unwrap();
        assert_eq!(count(&world, Template::SecurityAlert).await, before + 1);
    }

    async fn a_message_needs_a_transaction_that_lasts(world: World) {
        let uma = world.uma().await;
        let amy = world.cast.amy;
        let failed = world.identity.write(&uma, async |op| {
            accounts::send_username(op, amy).await?;
            Err::<(), _>(Error::Stale)
        });
        failed.await.unwrap_err();
        assert_eq!(count(&world, Template::Username).await, 0);
        let all = world.identity.read(&world.operator(), async |op| accounts::messages_of(op, amy, 9).await).await.unwrap();
        assert!(all.is_empty());
    }
}
