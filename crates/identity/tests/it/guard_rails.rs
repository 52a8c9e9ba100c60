//! The guard rails around administration, each by its number, over every door of the core; with them the holes that
//! other products had.

use std::time::Duration;

use base::{AccountId, Change, GroupId, Secret};
use identity::access::{Denial, Role, Roles};
use identity::accounts::{self, AccountChange, LockTerms, Outcome, Proof, TypedPassword};
use identity::bulk_changes::{self, Begun, BulkVerb};
use identity::groups::{self, GroupProfile};
use identity::imports::{self, Batch, Choices, ImportFile, Mode, Next};
use identity::one_time_links::Way;
use identity::{Caller, Error, Operation, Result, memberships, settings};
use serde_json::json;
use testkit::{World, on_each_database};

pub(crate) fn denial<T: std::fmt::Debug>(what: &str, answer: Result<T>) -> Denial {
    match answer {
        Err(Error::Denied(denial)) => denial,
        other => panic!("{what} is not denied: {other:?}"),
    }
}

fn typed() -> TypedPassword {
    let password = || Secret::new("quince harbor velvet 93 moss");
    TypedPassword { password: password(), repeated: password(), temporary: false }
}

fn email(text: &str) -> AccountChange {
    AccountChange { email: Change::Set(text.into()), ..AccountChange::default() }
}

/// Whether a link still gives an account a password.
async fn is_redeemed(world: &World, token: Secret) -> bool {
    accounts::choose_password(&world.identity, &world.stranger(), &Proof::Link(token), typed()).await.is_ok()
}

pub(crate) async fn a_group(world: &World, is_protected: bool) -> GroupId {
    let name = if is_protected { "Guarded" } else { "Open" };
    let profile = GroupProfile { name: name.into(), is_protected, ..GroupProfile::default() };
    world.identity.write(&world.operator(), async |op| groups::create(op, profile).await).await.unwrap().id
}

/// What `caller` is answered to everything that changes one account, by name.
pub(crate) async fn every_way(
    world: &World,
    caller: &Caller,
    id: AccountId,
    group: GroupId,
) -> Vec<(&'static str, Denial)> {
    let (core, terms) = (&world.identity, LockTerms::default());
    let name = AccountChange { last_name: Change::Set("Taken".into()), ..AccountChange::default() };
    let username = AccountChange { username: Change::Set("taken1".into()), ..AccountChange::default() };
    vec![
        ("names", denial("names", core.write(caller, async |op| accounts::update(op, id, None, name).await).await)),
        (
            "username",
            denial("username", core.write(caller, async |op| accounts::update(op, id, None, username).await).await),
        ),
        (
            "email",
            denial(
                "email",
                core.write(caller, async |op| accounts::update(op, id, None, email("taken@example.net")).await).await,
            ),
        ),
        ("password", denial("password", accounts::set_password(core, caller, id, typed()).await)),
        ("disable", denial("disable", core.write(caller, async |op| accounts::disable(op, id, None).await).await)),
        ("enable", denial("enable", core.write(caller, async |op| accounts::enable(op, id).await).await)),
        ("lock", denial("lock", core.write(caller, async |op| accounts::lock(op, id, &terms).await).await)),
        ("unlock", denial("unlock", core.write(caller, async |op| accounts::unlock(op, id).await).await)),
        ("delete", denial("delete", core.write(caller, async |op| accounts::delete(op, id).await).await)),
        ("sessions", denial("sessions", core.read(caller, async |op| accounts::sessions_of(op, id).await).await)),
        (
            "end sessions",
            denial("end sessions", core.write(caller, async |op| accounts::end_sessions(op, id).await).await),
        ),
        ("join", in_bulk(world, caller, &BulkVerb::Join(vec![group]), id).await),
        ("leave", in_bulk(world, caller, &BulkVerb::Leave(group), id).await),
        ("disable many", in_bulk(world, caller, &BulkVerb::Disable, id).await),
        ("enable many", in_bulk(world, caller, &BulkVerb::Enable, id).await),
        ("lock many", in_bulk(world, caller, &BulkVerb::Lock(LockTerms::default()), id).await),
        ("unlock many", in_bulk(world, caller, &BulkVerb::Unlock, id).await),
        ("delete many", in_bulk(world, caller, &BulkVerb::Delete, id).await),
    ]
}

async fn in_bulk(world: &World, caller: &Caller, verb: &BulkVerb, id: AccountId) -> Denial {
    match bulk_changes::change_many(&world.identity, caller, verb, &[id]).await.unwrap() {
        Begun::AtOnce(applied) => match applied.report.as_slice() {
            [(_, Outcome::Denied(denial))] => *denial,
            other => panic!("{verb:?} is not denied: {other:?}"),
        },
        Begun::AsJob(id) => panic!("one account takes no job: {id}"),
    }
}

/// Imports a file; answers the outcome and the codes of each row.
pub(crate) async fn import(world: &World, caller: &Caller, text: &str) -> Vec<String> {
    let file = ImportFile::from_bytes("people.csv", text.as_bytes().to_vec()).unwrap();
    let choices = Choices { mode: Mode::CreateAndUpdate, ..Choices::default() };
    let prepared = imports::prepare(file, choices).unwrap();
    let mut told = Vec::new();
    let mut note = |batch: &Batch| {
        let line = |row: &imports::RowReport| {
            let codes: Vec<_> = row.problems.iter().map(|problem| problem.code.as_str()).collect();
            format!("{} {}", row.outcome.code(), codes.join(" ")).trim().to_owned()
        };
        told.extend(batch.rows.iter().map(line));
        Ok(Next::GoOn)
    };
    imports::run(&world.identity, caller, &prepared, &mut note).await.unwrap();
    told
}

on_each_database! {
    /// pingvin-share #667, snikket-web-portal #130, phpservermon #687, ocis #804: one's own account could be removed.
    async fn g1_nobody_disables_locks_or_deletes_themselves_by_any_way(world: World) {
        let sophia = world.sophia().await;
        let (me, group) = (world.cast.sophia, a_group(&world, false).await);
        world.join("Second", "Super", Some(Role::SuperAdministrator)).await;
        let terms = LockTerms::default();
        let core = &world.identity;
        for answer in [
            core.write(&sophia, async |op| accounts::disable(op, me, None).await.map(drop)).await,
            core.write(&sophia, async |op| accounts::lock(op, me, &terms).await.map(drop)).await,
            core.write(&sophia, async |op| accounts::unlock(op, me).await.map(drop)).await,
            core.write(&sophia, async |op| accounts::delete(op, me).await).await,
        ] {
            assert_eq!(denial("oneself", answer), Denial::Yourself);
        }
        for verb in [BulkVerb::Disable, BulkVerb::Lock(terms.clone()), BulkVerb::Delete] {
            assert_eq!(in_bulk(&world, &sophia, &verb, me).await, Denial::Yourself);
        }
        assert_eq!(import(&world, &sophia, "username,status\nsophia,disabled\n").await, ["FAILED TARGET_PROTECTED"]);
        assert!(world.account(me).await.state.enabled);
        let _ = group;
    }

    /// MantisBT PR #689, tacticalrmm #73: who can't sign in was counted as in charge.
    async fn g2_the_last_super_administrator_who_can_sign_in_stays_by_every_way(world: World) {
        let (operator, sophia) = (world.operator(), world.cast.sophia);
        let core = &world.identity;
        // Others who hold the role and can't sign in don't count: without a password, disabled, locked.
        let nobody = world.person("Nobody", "Yet").await.id;
        let (off, shut) = (world.join("Off", "Line", None).await, world.join("Shut", "Out", None).await);
        for id in [nobody, off, shut] {
            core.write(&operator, async |op| accounts::grant_role(op, id, Role::SuperAdministrator).await).await.unwrap();
        }
        core.write(&operator, async |op| accounts::disable(op, off, None).await).await.unwrap();
        core.write(&operator, async |op| accounts::lock(op, shut, &LockTerms::default()).await).await.unwrap();
        let terms = LockTerms::default();
        for answer in [
            core.write(&operator, async |op| accounts::disable(op, sophia, None).await.map(drop)).await,
            core.write(&operator, async |op| accounts::lock(op, sophia, &terms).await.map(drop)).await,
            core.write(&operator, async |op| accounts::delete(op, sophia).await).await,
            core.write(&operator, async |op| accounts::revoke_role(op, sophia, Role::SuperAdministrator).await.map(drop)).await,
        ] {
            assert_eq!(denial("the last one", answer), Denial::LastSuperAdministrator);
        }
        for verb in [BulkVerb::Disable, BulkVerb::Lock(terms.clone()), BulkVerb::Delete] {
            assert_eq!(in_bulk(&world, &operator, &verb, sophia).await, Denial::LastSuperAdministrator);
        }
        assert_eq!(import(&world, &operator, "username,status\nsophia,disabled\n").await, ["FAILED TARGET_PROTECTED"]);
        core.write(&operator, async |op| accounts::unlock(op, shut).await).await.unwrap();
        core.write(&operator, async |op| accounts::lock(op, sophia, &terms).await).await.unwrap();
        assert_eq!(in_bulk(&world, &operator, &BulkVerb::Disable, shut).await, Denial::LastSuperAdministrator);
    }

    /// PacketFence #1474, Libki #120, Keycloak #27669, Eventra #13584; CVE-2026-94001, CVE-2026-9099, CVE-2026-97177.
    async fn g3_a_user_administrator_changes_no_protected_account_by_any_way(world: World) {
        let uma = world.uma().await;
        let (open, guarded) = (a_group(&world, false).await, a_group(&world, true).await);
        let member = world.join("Guarded", "Member", None).await;
        let add = async |op: &mut Operation<'_>| memberships::add_members(op, guarded, &[member]).await;
        world.identity.write(&world.operator(), add).await.unwrap();
        let peer = world.join("Peer", "Admin", Some(Role::UserAdministrator)).await;
        for id in [world.cast.sophia, world.cast.sam, world.cast.sylvia, peer, member] {
            let before = world.account(id).await;
            for (what, denial) in every_way(&world, &uma, id, open).await {
                assert_eq!(denial, Denial::Protected, "{what}");
            }
            let lines = format!("username,email,status,last_name\n{},x@example.net,disabled,Taken\n", before.username);
            let told = import(&world, &uma, &lines).await;
            assert!(told[0].starts_with("FAILED TARGET_PROTECTED"), "{told:?}");
            assert_eq!(world.account(id).await, before);
        }
    }

    /// Solidus PR #421: a lesser administrator changed the address of a higher one, and then had a password mailed.
    async fn g4_an_email_address_is_guarded_as_a_password_is(world: World) {
        for id in [world.cast.uma, world.cast.sylvia] {
            let (caller, sam) = (world.caller(id).await, world.cast.sam);
            let change = world.identity.write(&caller, async |op| accounts::update(op, sam, None, email("x@example.net")).await);
            let answer = denial("email", change.await);
            assert_eq!(answer, if id == world.cast.uma { Denial::Protected } else { Denial::Role });
            let password = denial("password", accounts::set_password(&world.identity, &caller, sam, typed()).await);
            assert_eq!(answer, password);
        }
    }

    /// Foreman CVE-2026-5136, CVE Services #1757, authentik #13376, casdoor `user_upload.go`: a role came by a group, by a
    /// nested field, or by a column of a file.
    async fn g5_nobody_comes_to_a_role_by_a_group_or_by_a_file(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let guarded = a_group(&world, true).await;
        let join = async |op: &mut Operation<'_>| memberships::add_members(op, guarded, &[amy, world.cast.uma]).await;
        assert_eq!(denial("a protected group", world.identity.write(&uma, join).await), Denial::ProtectedGroup);
        for column in ["roles", "role", "is_admin", "super_administrator", "admin", "lifecycle", "locked", "password_hash_x"] {
            let text = format!("username,last_name,{column}\namy,Changed {column},super_administrator\n");
            let file = ImportFile::from_bytes("people.csv", text.into_bytes()).unwrap();
            let choices = Choices { mode: Mode::CreateAndUpdate, ..Choices::default() };
            if let Ok(prepared) = imports::prepare(file, choices) {
                imports::run(&world.identity, &uma, &prepared, &mut |_: &Batch| Ok(Next::GoOn)).await.unwrap();
            }
            let account = world.account(amy).await;
            assert!(account.roles.is_empty() && account.state.enabled && account.state.locks.is_empty(), "{column}");
        }
        let herself = world.caller(amy).await;
        let everything: Roles = Role::ALL.into_iter().collect();
        for caller in [&uma, &herself] {
            let raise = world.identity.write(caller, async |op| accounts::set_roles(op, amy, None, everything).await).await;
            assert_eq!(denial("roles", raise), Denial::Role);
        }
    }

    /// Keycloak CVE-2026-16105: roles of other administrators could be stripped; Mattermost CVE-2026-6739.
    async fn g6_taking_a_role_is_guarded_as_giving_it(world: World) {
        let callers = [world.uma().await, world.caller(world.cast.sam).await, world.caller(world.cast.sylvia).await];
        for caller in &callers {
            for (id, role) in [(world.cast.sylvia, Role::SystemAdministrator), (world.cast.sophia, Role::SuperAdministrator)] {
                let take = world.identity.write(caller, async |op| accounts::revoke_role(op, id, role).await).await;
                assert_eq!(denial("a role", take), Denial::Role);
                assert!(world.account(id).await.roles.has(role));
            }
        }
    }

    async fn g3_a_link_that_was_handed_over_before_a_promotion_opens_nothing_after_it(world: World) {
        let (uma, sophia) = (world.uma().await, world.sophia().await);
        for role in [Role::SystemAdministrator, Role::SuperAdministrator] {
            let id = world.person(&format!("Ned{role:?}"), "Test").await.id;
            let sent = world.identity.write(&uma, async |op| accounts::invite(op, id, Way::HandOver).await).await.unwrap();
            world.identity.write(&sophia, async |op| accounts::grant_role(op, id, role).await).await.unwrap();
            assert!(!is_redeemed(&world, sent.token.unwrap()).await, "{role:?}");
        }
        let id = world.person("Nell", "Test").await.id;
        let sent = world.identity.write(&uma, async |op| accounts::invite(op, id, Way::HandOver).await).await.unwrap();
        let group = a_group(&world, true).await;
        world.identity.write(&sophia, async |op| memberships::add_members(op, group, &[id]).await).await.unwrap();
        assert!(!is_redeemed(&world, sent.token.unwrap()).await, "a protected group");
    }

    async fn g7_settings_have_floors_that_nobody_goes_below(world: World) {
        let sylvia = world.caller(world.cast.sylvia).await;
        for (key, value) in [
            ("password_min_length", json!(7)),
            ("reset_link_hours", json!(25)),
            ("change_request_minutes", json!(1_441)),
            ("verification_link_hours", json!(25)),
            ("code_digits", json!(5)),
            ("code_tries", json!(11)),
            ("session_absolute_hours", json!(721)),
            ("lock_after_failures", json!(101)),
        ] {
            let chosen = world.identity.write(&sylvia, async |op| settings::choose(op, key, value.clone()).await).await;
            assert_eq!(chosen.unwrap_err().code(), "invalid", "{key}");
        }
        let mail = denial("the mail server", world.identity.read(&sylvia, async |op| {
            op.allow(identity::access::Permission::ManagePrivilegeTemplates, identity::access::Target::Organization).map(drop)
        }).await);
        assert_eq!(mail, Denial::Role);
    }

    async fn g10_what_changes_who_is_in_power_asks_for_the_password_again(world: World) {
        let (sophia, amy) = (world.sophia().await, world.cast.amy);
        world.clock.advance(Duration::from_mins(11));
        let core = &world.identity;
        let grant = core.write(&sophia, async |op| accounts::grant_role(op, amy, Role::UserAdministrator).await).await;
        assert_eq!(denial("a role", grant), Denial::StepUpRequired);
        let revoke = core.write(&sophia, async |op| accounts::revoke_role(op, world.cast.uma, Role::UserAdministrator).await).await;
        assert_eq!(denial("a role", revoke), Denial::StepUpRequired);
        let names: Vec<String> = (0..10).map(|number| format!("person{number}")).collect();
        let rows: Vec<_> = names.iter().map(|name| ("Some", "Body", name.as_str())).collect();
        let ids: Vec<_> = world.people(&rows).await.into_iter().map(|account| account.id).collect();
        let delete = core.write(&sophia, async |op| accounts::delete_many(op, &ids).await).await;
        assert_eq!(denial("deleting ten", delete), Denial::StepUpRequired);
    }
}
