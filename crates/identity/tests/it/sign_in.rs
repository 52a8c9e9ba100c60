//! Signing in, sessions, set-up.

use std::net::IpAddr;
use std::time::Duration;

use base::Secret;
use identity::access::Role;
use identity::accounts::{self, NewAccount, TypedPassword};
use identity::sign_in::{self, Resumed, SignIn};
use identity::{Caller, Error, audit, setup};
use testkit::{PASSWORD, World, on_each_database};

fn typed(password: &str, temporary: bool) -> TypedPassword {
    TypedPassword { password: Secret::new(password), repeated: Secret::new(password), temporary }
}

async fn try_password(world: &World, name: &str, password: &str) -> SignIn {
    sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(password), Some("test")).await.unwrap()
}

async fn signed_in(world: &World, name: &str) -> Secret {
    match try_password(world, name, PASSWORD).await {
        SignIn::Granted { session, .. } => session.token,
        other => panic!("{name} is not signed in: {other:?}"),
    }
}

async fn resumed(world: &World, token: &Secret) -> Option<Resumed> {
    sign_in::resume(&world.identity, &world.stranger(), token).await.unwrap()
}

async fn new_person(world: &World, name: &str, password: TypedPassword) -> identity::Result<accounts::Account> {
    let new = NewAccount {
        username: name.into(),
        first_name: name.into(),
        last_name: "Test".into(),
        email: format!("{name}@example.com"),
        ..NewAccount::default()
    };
    accounts::create_with_password(&world.identity, &world.uma().await, new, password).await
}

on_each_database! {
    async fn es_188_a_name_or_an_address_signs_in_and_everything_else_is_refused_alike(world: World) {
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Granted { .. }));
        assert!(matches!(try_password(&world, "AMY@Example.COM ", PASSWORD).await, SignIn::Granted { .. }));
        assert!(matches!(try_password(&world, "amy", "wrong").await, SignIn::Refused));
        assert!(matches!(try_password(&world, "nobody", PASSWORD).await, SignIn::Refused));
        assert!(matches!(try_password(&world, "", "").await, SignIn::Refused));
    }

    async fn es_138_and_es_139_a_disabled_account_is_kept_out_and_an_enabled_one_let_in_again(world: World) {
        let token = signed_in(&world, "amy").await;
        assert!(resumed(&world, &token).await.is_some());
        let (caller, amy) = (world.uma().await, world.cast.amy);
        world.identity.write(&caller, async |op| accounts::disable(op, amy, Some("on leave")).await).await.unwrap();
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Shut { gate: sign_in::Gate::Disabled, .. }));
        assert!(matches!(try_password(&world, "amy", "wrong").await, SignIn::Refused));
        world.identity.write(&caller, async |op| accounts::enable(op, amy).await).await.unwrap();
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Granted { .. }));
    }

    async fn es_140_sessions_end_with_the_account_and_enabling_does_not_revive_them(world: World) {
        let token = signed_in(&world, "amy").await;
        let (caller, amy) = (world.uma().await, world.cast.amy);
        world.identity.write(&caller, async |op| accounts::disable_many(op, &[amy]).await).await.unwrap();
        assert!(resumed(&world, &token).await.is_none());
        world.identity.write(&caller, async |op| accounts::enable(op, amy).await).await.unwrap();
        assert!(resumed(&world, &token).await.is_none());
        let token = signed_in(&world, "amy").await;
        world.identity.write(&caller, async |op| accounts::delete(op, amy).await).await.unwrap();
        assert!(resumed(&world, &token).await.is_none());
    }

    async fn es_145_and_g9_a_role_that_is_taken_is_gone_at_the_next_request(world: World) {
        let token = signed_in(&world, "uma").await;
        assert!(resumed(&world, &token).await.unwrap().actor().has(Role::UserAdministrator));
        let caller = world.sophia().await;
        let uma = world.cast.uma;
        world.identity.write(&caller, async |op| accounts::revoke_role(op, uma, Role::UserAdministrator).await).await.unwrap();
        assert!(!resumed(&world, &token).await.unwrap().actor().has(Role::UserAdministrator));
    }

    async fn a_session_ends_when_it_is_idle_and_when_it_is_old(world: World) {
        let token = signed_in(&world, "amy").await;
        for _ in 0..24 {
            world.clock.advance(Duration::from_mins(29));
            assert!(resumed(&world, &token).await.is_some());
        }
        world.clock.advance(Duration::from_mins(29));
        assert!(resumed(&world, &token).await.is_none(), "twelve hours are the most");
        let token = signed_in(&world, "amy").await;
        world.clock.advance(Duration::from_mins(31));
        assert!(resumed(&world, &token).await.is_none(), "half an hour without a request");
    }

    async fn too_many_failures_lock_a_name_known_or_not_and_the_right_password_looks_wrong_then(world: World) {
        for name in ["amy", "nobody"] {
            for _ in 0..9 {
                assert!(matches!(try_password(&world, name, "wrong").await, SignIn::Refused));
            }
            assert!(matches!(try_password(&world, name, "wrong").await, SignIn::Blocked { .. }));
            assert!(matches!(try_password(&world, name, PASSWORD).await, SignIn::Blocked { .. }));
        }
        world.clock.advance(Duration::from_secs(5 * 60 + 1));
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Granted { .. }));
    }

    async fn a_network_that_tries_many_names_is_slowed_down(world: World) {
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        let caller = Caller { address: Some(address), ..world.stranger() };
        for n in 0..60 {
            let name = format!("name{n}");
            sign_in::with_password(&world.identity, &caller, &name, Secret::new("x"), None).await.unwrap();
        }
        let refused = sign_in::with_password(&world.identity, &caller, "amy", Secret::new(PASSWORD), None).await.unwrap();
        assert!(matches!(refused, SignIn::Blocked { .. }));
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Granted { .. }), "others are not kept out");
    }

    async fn es_57_es_135_and_es_137_a_temporary_password_opens_only_the_change_form(world: World) {
        new_person(&world, "tom", typed("Abc1", true)).await.unwrap();
        let SignIn::Granted { session, .. } = try_password(&world, "tom", "Abc1").await else { panic!("not signed in") };
        let tom = resumed(&world, &session.token).await.unwrap();
        assert!(tom.must_change_password);
        assert!(tom.actor().person().is_none(), "nothing else may be done");
        let change = async |password: &str| {
            sign_in::change_required_password(&world.identity, &world.stranger(), &tom, typed(password, false)).await
        };
        assert!(matches!(change("Abc1").await, Err(Error::Invalid(_))));
        assert!(matches!(change("short").await, Err(Error::Invalid(_))));
        let changed = change("umbrella 88 violet canyon").await.unwrap();
        assert!(resumed(&world, &session.token).await.is_none(), "the token is a new one");
        assert!(!resumed(&world, &changed.token).await.unwrap().must_change_password);
        assert!(matches!(try_password(&world, "tom", "Abc1").await, SignIn::Refused));
        assert!(matches!(try_password(&world, "tom", "umbrella 88 violet canyon").await, SignIn::Granted { .. }));
    }

    async fn es_136_a_temporary_password_ends_after_72_hours_and_looks_wrong_then(world: World) {
        new_person(&world, "tom", typed("Abc1", true)).await.unwrap();
        world.clock.advance(Duration::from_hours(73));
        assert!(matches!(try_password(&world, "tom", "Abc1").await, SignIn::Refused));
    }

    async fn es_58_and_es_69_a_permanent_password_follows_the_rules_and_every_bad_field_is_named(world: World) {
        let Err(Error::Invalid(problems)) = new_person(&world, "x", typed("Abc1", false)).await else { panic!("made") };
        let mut fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        fields.dedup();
        assert_eq!(fields, ["username", "password"]);
    }

    async fn g12_the_set_up_link_works_once_and_never_again_once_somebody_is_in_charge(world: World) {
        // The cast has a super administrator, so the link is closed (CVE-2023-46249), even when she is gone.
        let issued = world.identity.write(&world.operator(), async |op| setup::issue_link(op).await).await.unwrap();
        assert!(issued.is_none());
        assert!(matches!(try_password(&world, "admin", "password").await, SignIn::Refused));
    }

    async fn es_134_a_password_set_by_an_administrator_ends_the_sessions(world: World) {
        let token = signed_in(&world, "amy").await;
        let caller = world.uma().await;
        accounts::set_password(&world.identity, &caller, world.cast.amy, typed("umbrella 88 violet canyon", false)).await.unwrap();
        assert!(resumed(&world, &token).await.is_none());
        assert!(matches!(try_password(&world, "amy", "umbrella 88 violet canyon").await, SignIn::Granted { .. }));
        let refused = accounts::set_password(&world.identity, &caller, world.cast.sam, typed("umbrella 88 violet canyon", false)).await;
        assert!(matches!(refused, Err(Error::Denied(_))), "an administrator's password is for a super administrator");
    }

    async fn reauthentication_renews_the_session(world: World) {
        let token = signed_in(&world, "amy").await;
        let amy = resumed(&world, &token).await.unwrap();
        let wrong = sign_in::reauthenticate(&world.identity, &world.stranger(), &amy, Secret::new("no")).await;
        assert!(matches!(wrong, Err(Error::Invalid(_))));
        world.clock.advance(Duration::from_mins(1));
        let renewed = sign_in::reauthenticate(&world.identity, &world.stranger(), &amy, Secret::new(PASSWORD)).await.unwrap();
        assert!(resumed(&world, &token).await.is_none());
        assert_eq!(resumed(&world, &renewed).await.unwrap().session.authenticated_at, world.clock.now());
    }

    async fn what_happened_to_an_account_is_told_with_actor_door_and_reason(world: World) {
        try_password(&world, "amy", "wrong").await;
        let (caller, amy) = (world.uma().await, world.cast.amy);
        world.identity.write(&caller, async |op| accounts::disable(op, amy, Some("on leave")).await).await.unwrap();
        let entries = world.identity.read(&caller, async |op| audit::history(op, amy, false, None, 50).await).await.unwrap();
        let disabled = entries.iter().find(|entry| entry.event == "account_disabled").unwrap();
        assert_eq!((disabled.actor_name.as_str(), disabled.door.as_str()), ("Uma User", "console"));
        assert_eq!(disabled.details["note"], "on leave");
        assert!(entries.iter().any(|entry| entry.event == "sign_in_refused" && entry.details["reason"] == "wrong_password"));
        let everything = format!("{entries:?}");
        assert!(!everything.contains(PASSWORD) && !everything.contains("argon2"));
    }
}
