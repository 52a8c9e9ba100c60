//! Holes that other products had, each with the rule that it teaches, by the name of who had it. That an address is not
//! proved by the old one's proof (CVE-2023-0105) is in `recovery/verifying.rs`; what forged forms try, in the tests of the
//! doors.

use base::Change;
use identity::access::{Denial, Permission, Role, Roles, Target, decide};
use identity::accounts::{self, AccountChange, PasswordChoice, TypedPassword};
use identity::attributes::{self, Definition, NewAttribute};
use identity::exports::Column;
use identity::groups::{self, GroupProfile};
use identity::imports::{self, Batch, Choices, Field, ImportFile, Mode, Next, prepare};
use identity::messages::{self, Language, Template, Text};
use identity::one_time_links::Way;
use identity::{Caller, Error, Operation, Result, memberships};
use testkit::{World, on_each_database};

use crate::guard_rails::{a_group, denial, every_way, import};

/// What nobody reads or maps, as it is called in databases and interfaces.
const SECRETS: [&str; 12] = [
    "password_hash",
    "password",
    "hash",
    "token",
    "token_hash",
    "code",
    "code_hash",
    "totp_secret",
    "session_token",
    "passwords.hash",
    "accounts.password_hash",
    "one_time_links.token_hash",
];

/// Every way to give, ask for or take away what somebody signs in with; what `caller` is answered to each.
async fn every_credential(world: &World, caller: &Caller, id: base::AccountId) -> Vec<(&'static str, Denial)> {
    let core = &world.identity;
    let password = || base::Secret::new("quince harbor velvet 93 moss");
    let typed = TypedPassword { password: password(), repeated: password(), temporary: false };
    let sent = PasswordChoice::Typed { typed: typed.clone(), send: true };
    let link = Way::EmailLink;
    vec![
        ("set", denial("set", accounts::set_password(core, caller, id, typed).await)),
        ("send", denial("send", accounts::give_password(core, caller, id, sent).await)),
        ("random", denial("random", accounts::give_password(core, caller, id, PasswordChoice::Random).await)),
        ("reset", denial("reset", core.write(caller, async |op| accounts::force_reset(op, id, link).await).await)),
        ("invite", denial("invite", core.write(caller, async |op| accounts::invite(op, id, link).await).await)),
        ("unlock", denial("unlock", core.write(caller, async |op| accounts::unlock(op, id).await).await)),
        ("sessions", denial("sessions", core.write(caller, async |op| accounts::end_sessions(op, id).await).await)),
    ]
}

async fn set_roles(world: &World, caller: &Caller, id: base::AccountId, roles: Roles) -> Result<accounts::Account> {
    world.identity.write(caller, async |op| accounts::set_roles(op, id, None, roles).await).await
}

/// Mattermost CVE-2026-6739: whoever managed users patched what the roles may.
#[test]
fn mattermost_cve_2026_6739_roles_are_compiled_in() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/migrations");
    let mut tables = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap().to_lowercase();
        for line in text.lines().filter(|line| line.starts_with("create table")) {
            // Nothing of what a role may is kept where somebody could change it.
            assert!(!line.contains("permission") && !line.contains("create table roles"), "{line}");
            tables += 1;
        }
    }
    assert!(tables > 10);
}

on_each_database! {
    async fn packetfence_1474_a_user_administrator_gives_no_administrator_a_password(world: World) {
        let uma = world.uma().await;
        for id in [world.cast.sophia, world.cast.sam, world.cast.sylvia] {
            for (what, denial) in every_credential(&world, &uma, id).await {
                assert_eq!(denial, Denial::Protected, "{what}");
            }
        }
        assert!(world.letters().await.is_empty(), "nothing is mailed either");
    }

    async fn libki_120_and_tyk_5_6_lesser_administrators_neither_delete_nor_reset_a_super_administrator(world: World) {
        world.join("Second", "Super", Some(Role::SuperAdministrator)).await;
        let (sophia, group) = (world.cast.sophia, a_group(&world, false).await);
        for caller in [world.uma().await, world.caller(world.cast.sam).await, world.caller(world.cast.sylvia).await] {
            for (what, denial) in every_credential(&world, &caller, sophia).await {
                assert!(matches!(denial, Denial::Protected | Denial::Role), "{what}: {denial:?}");
            }
            let delete = world.identity.write(&caller, async |op| accounts::delete(op, sophia).await).await;
            assert!(matches!(denial("delete", delete), Denial::Protected | Denial::Role));
        }
        every_way(&world, &world.uma().await, sophia, group).await;
        assert!(world.account(sophia).await.roles.has(Role::SuperAdministrator));
    }

    async fn keycloak_27669_and_cve_2026_17526_nobody_becomes_somebody_else(world: World) {
        // There is no such right; the doors are asked in `forged.rs`.
        for permission in Permission::ALL {
            for word in ["impersonat", "act_as", "become", "switch_user", "login_as"] {
                assert!(!permission.code().contains(word), "{}", permission.code());
            }
        }
        // Nor does whoever supports users come to the session of an administrator.
        let uma = world.uma().await;
        let sessions = world.identity.read(&uma, async |op| accounts::sessions_of(op, world.cast.sophia).await).await;
        assert_eq!(denial("sessions", sessions), Denial::Protected);
    }

    async fn cve_2026_94001_taking_a_credential_is_guarded_as_giving_it(world: World) {
        let targets = [world.cast.amy, world.cast.sam, world.cast.uma, world.cast.sophia];
        for id in [world.cast.sam, world.cast.sylvia, world.cast.amy] {
            let caller = world.caller(id).await;
            for target in targets {
                let answers = every_credential(&world, &caller, target).await;
                assert!(answers.iter().all(|(_, denial)| *denial == answers[0].1), "{answers:?}");
            }
        }
    }

    async fn cve_2026_9099_a_user_administrator_comes_to_nobody_by_a_protected_group(world: World) {
        let (uma, amy, guarded) = (world.uma().await, world.cast.amy, a_group(&world, true).await);
        let add = async |op: &mut Operation<'_>| memberships::add_members(op, guarded, &[amy]).await;
        world.identity.write(&world.operator(), add).await.unwrap();
        let (core, open) = (&world.identity, GroupProfile { name: "Open".into(), ..GroupProfile::default() });
        for answer in [
            core.write(&uma, async |op| groups::update(op, guarded, None, open.clone()).await.map(drop)).await,
            core.write(&uma, async |op| memberships::remove_members(op, guarded, &[amy]).await.map(drop)).await,
            core.write(&uma, async |op| memberships::delete_group(op, guarded).await).await,
        ] {
            let denial = denial("the group", answer);
            assert!(matches!(denial, Denial::ProtectedGroup | Denial::Protected), "{denial:?}");
        }
        for (what, denial) in every_credential(&world, &uma, amy).await {
            assert_eq!(denial, Denial::Protected, "{what}");
        }
    }

    async fn foreman_cve_2026_5136_a_group_carries_no_right(world: World) {
        let (amy, guarded, now) = (world.cast.amy, a_group(&world, true).await, world.clock.now());
        let other = Target::Account { id: world.cast.uma, protected: false };
        let may = |caller: &Caller| -> Vec<&str> {
            let all = Permission::ALL.iter().filter(|permission| decide(&caller.actor, **permission, other, now).is_ok());
            all.map(|permission| permission.code()).collect()
        };
        let before = may(&world.caller(amy).await);
        let add = async |op: &mut Operation<'_>| memberships::add_members(op, guarded, &[amy]).await;
        world.identity.write(&world.operator(), add).await.unwrap();
        assert!(world.account(amy).await.roles.is_empty());
        assert_eq!(may(&world.caller(amy).await), before);
    }

    async fn cve_2026_16105_nobody_but_a_super_administrator_strips_another(world: World) {
        for caller in [world.uma().await, world.caller(world.cast.sam).await, world.caller(world.cast.sylvia).await] {
            for target in [world.cast.sophia, world.cast.sam, world.cast.sylvia, world.cast.uma] {
                let before = world.account(target).await.roles;
                assert_eq!(denial("roles", set_roles(&world, &caller, target, Roles::NONE).await), Denial::Role);
                assert_eq!(world.account(target).await.roles, before);
            }
        }
    }

    async fn solidus_421_a_changed_address_brings_no_link_of_a_higher_administrator(world: World) {
        let uma = world.uma().await;
        for id in [world.cast.sam, world.cast.sophia] {
            let change = AccountChange { email: Change::Set("mine@evil.example".into()), ..AccountChange::default() };
            let changed = world.identity.write(&uma, async |op| accounts::update(op, id, None, change).await).await;
            assert_eq!(denial("email", changed), Denial::Protected);
            let reset = world.identity.write(&uma, async |op| accounts::force_reset(op, id, Way::EmailLink).await).await;
            assert_eq!(denial("reset", reset), Denial::Protected);
        }
        assert!(world.outbox().await.iter().all(|listed| listed.address != "mine@evil.example"));
    }

    async fn eventra_13584_peers_are_kept_from_each_other(world: World) {
        let (uma, group) = (world.uma().await, a_group(&world, false).await);
        let peer = world.join("Peer", "Admin", Some(Role::UserAdministrator)).await;
        for (what, denial) in every_way(&world, &uma, peer, group).await {
            assert_eq!(denial, Denial::Protected, "{what}");
        }
        for (what, denial) in every_credential(&world, &uma, peer).await {
            assert_eq!(denial, Denial::Protected, "{what}");
        }
    }

    async fn pingvin_share_667_snikket_130_phpservermon_687_ocis_804_and_tacticalrmm_73_the_last_one_stays(world: World) {
        let (me, sophia) = (world.cast.sophia, world.sophia().await);
        let own = world.identity.write(&sophia, async |op| accounts::delete(op, me).await).await;
        assert_eq!(denial("one's own", own), Denial::Yourself);
        let last = world.identity.write(&world.operator(), async |op| accounts::delete(op, me).await).await;
        assert_eq!(denial("the last", last), Denial::LastSuperAdministrator);
        let take = async |op: &mut Operation<'_>| accounts::revoke_role(op, me, Role::SuperAdministrator).await;
        let demoted = world.identity.write(&world.operator(), take).await;
        assert_eq!(denial("the last role", demoted), Denial::LastSuperAdministrator);
        assert!(world.account(me).await.roles.has(Role::SuperAdministrator));
    }

    async fn casdoor_user_upload_a_file_sets_no_more_than_its_fields_and_each_row_is_told_of(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let before = world.account(amy).await;
        let told = import(
            &world,
            &uma,
            "username,email,first_name,last_name,is_admin,roles,created_at,mfa_secret\n\
             amy,amy@example.com,Amy,Adams,1,super_administrator,1970-01-01,x\n\
             zed,zed@example.com,Zed,Zero,1,super_administrator,1970-01-01,x\n\
             sophia,s@evil.example,S,S,0,,1970-01-01,x\n",
        ).await;
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0] == "UNCHANGED" && told[1] == "CREATED" && told[2].starts_with("FAILED TARGET_PROTECTED"), "{told:?}");
        assert_eq!(world.account(amy).await, before);
        let name = world.identity.read(&uma, async |op| accounts::find_by_username(op, "zed").await).await.unwrap();
        assert!(name.roles.is_empty() && name.created_at == world.clock.now());
    }

    async fn keycloak_cve_2026_4629_and_g8_no_attribute_is_a_secret_or_a_right(world: World) {
        let sylvia = world.caller(world.cast.sylvia).await;
        for key in ["password_hash", "password", "role", "roles", "administrator_roles", "groups", "passwords.hash"] {
            let new = NewAttribute { key: key.into(), definition: Definition { label: "X".into(), ..Definition::default() } };
            let made = world.identity.write(&sylvia, async |op| attributes::create(op, new).await).await;
            assert!(matches!(made, Err(Error::Invalid(_))), "{key}: {made:?}");
        }
    }

    async fn g8_no_column_mapping_or_template_reads_a_secret(world: World) {
        for name in SECRETS {
            assert_eq!(Column::from_code(name), None, "{name}");
        }
        let (sylvia, uma) = (world.caller(world.cast.sylvia).await, world.uma().await);
        for name in SECRETS {
            for variable in [name.to_owned(), format!("custom.{name}"), format!("account.{name}")] {
                let text = Text { subject: "x".into(), plain: format!("{{{{ {variable} }}}}"), ..Text::default() };
                let save = world.identity.write(&sylvia, async |op| messages::save_template(op, Template::AccountLocked, Language::ENGLISH, &text).await);
                assert!(matches!(save.await, Err(Error::Invalid(_))), "{variable}");
            }
        }
        // A file may bring a hash for a new account (F.7); what else is secret is no field of one.
        for name in SECRETS.into_iter().filter(|name| !["password", "password_hash"].contains(name)) {
            assert!(Field::from_code(name).is_none(), "{name}");
        }
        for key in SECRETS {
            let file = ImportFile::from_bytes("people.csv", b"username,x\namy,1\n".to_vec()).unwrap();
            let choices =
                Choices { attributes: vec![("x".into(), key.into())], mode: Mode::CreateAndUpdate, ..Choices::default() };
            let Ok(prepared) = prepare(file, choices) else { continue };
            let run = imports::run(&world.identity, &uma, &prepared, &mut |_: &Batch| Ok(Next::GoOn)).await;
            assert!(matches!(run, Err(Error::Invalid(_))), "{key}: {run:?}");
        }
    }
}
