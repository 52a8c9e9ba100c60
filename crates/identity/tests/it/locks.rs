//! Locks: set and ended by administrators, by failed sign-ins and by the clock.

use std::time::Duration;

use base::{AccountId, Secret, Timestamp};
use identity::access::{Denial, Role};
use identity::accounts::{
    self, Account, Filter, ListQuery, LockReason, LockTerms, Outcome, StatusFilter, TypedPassword, Why,
};
use identity::bulk_changes::{self, Begun, BulkVerb};
use identity::sign_in::{self, Gate, Resumed, SignIn};
use identity::{Caller, Error, Operation, Result, audit, jobs, settings};
use serde_json::{Value as Json, json};
use store::params;
use testkit::{PASSWORD, World, on_each_database};

fn terms(note: &str, until: Option<Timestamp>) -> LockTerms {
    LockTerms { note: (!note.is_empty()).then(|| note.to_owned()), until }
}

async fn lock(world: &World, caller: &Caller, id: AccountId, terms: &LockTerms) -> Result<Account> {
    world.identity.write(caller, async |op| accounts::lock(op, id, terms).await).await
}

async fn unlock(world: &World, caller: &Caller, id: AccountId) -> Result<Account> {
    world.identity.write(caller, async |op| accounts::unlock(op, id).await).await
}

async fn try_password(world: &World, name: &str, password: &str) -> SignIn {
    sign_in::with_password(&world.identity, &world.stranger(), name, Secret::new(password), None).await.unwrap()
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

async fn fail(world: &World, name: &str, times: usize) {
    for _ in 0..times {
        try_password(world, name, "wrong").await;
    }
}

/// The templates of what was queued for an account, the oldest first.
async fn queued(world: &World, id: AccountId) -> Vec<String> {
    let mut tx = world.identity.db().begin_read().await.unwrap();
    let sql = "select template from outbox where account_id = $1 order by id";
    tx.all(sql, params![id], |row| row.get(0)).await.unwrap()
}

async fn events(world: &World, id: AccountId, event: &str) -> Vec<audit::Entry> {
    let read = async |op: &mut Operation<'_>| audit::history(op, id, true, None, 500).await;
    let all = world.identity.read(&world.operator(), read).await.unwrap();
    all.into_iter().filter(|entry| entry.event == event).collect()
}

async fn reasons(world: &World, id: AccountId) -> Vec<accounts::Obstacle> {
    let account = world.account(id).await;
    world.identity.read(&world.uma().await, async |op| accounts::obstacles_of(op, &account).await).await.unwrap()
}

async fn choose(world: &World, key: &str, value: Json) {
    world.identity.write(&world.operator(), async |op| settings::choose(op, key, value).await).await.unwrap();
}

async fn locked(world: &World) -> (u64, Vec<String>) {
    let filter = Filter { statuses: vec![StatusFilter::Locked], ..Filter::default() };
    let query = ListQuery { filter, size: 50, count_all: true, ..ListQuery::default() };
    let identity = &world.identity;
    let read = async |op: &mut Operation<'_>| {
        let summary = accounts::summary(op).await?;
        Ok((summary.locked, accounts::list(op, identity.anchors(), &query).await?))
    };
    let (count, page) = identity.read(&world.uma().await, read).await.unwrap();
    (count, page.accounts.into_iter().map(|account| account.username).collect())
}

fn denial<T: std::fmt::Debug>(answer: Result<T>) -> Denial {
    match answer {
        Err(Error::Denied(denial)) => denial,
        other => panic!("not denied: {other:?}"),
    }
}

on_each_database! {
    async fn t14_a_lock_keeps_people_out_ends_what_is_open_and_says_why(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let token = signed_in(&world, "amy").await;
        let until = world.clock.now().plus(Duration::from_hours(2));
        let version = world.account(amy).await.version;
        let account = lock(&world, &uma, amy, &terms("  Lost her phone ", Some(until))).await.unwrap();
        assert!(account.version > version, "whoever edits an older version is told so");
        assert_eq!(account.modified_at, world.clock.now());
        let held = account.state.lock(LockReason::Admin, world.clock.now()).unwrap().clone();
        assert_eq!((held.note.as_deref(), held.held_by.as_deref()), (Some("Lost her phone"), Some("Uma User")));
        assert_eq!((held.since, held.until), (world.clock.now(), Some(until)));
        assert!(resumed(&world, &token).await.is_none(), "the session ends in the same transaction");
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Shut { gate: Gate::LockedByAdministrator, .. }));
        assert!(matches!(try_password(&world, "amy", "wrong").await, SignIn::Refused));
        let told = events(&world, amy, "account_locked").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].actor_name, "Uma User");
        assert_eq!(told[0].details["note"], json!("Lost her phone"));
        assert_eq!(told[0].details["until"], json!(until.to_string()));
        assert_eq!(queued(&world, amy).await, ["account_locked"], "M9");
        assert_eq!(locked(&world).await, (1, vec!["amy".to_owned()]));
        let why = reasons(&world, amy).await;
        assert_eq!(why.len(), 1);
        assert_eq!((why[0].why, why[0].ends_at), (Why::LockedByAdministrator, Some(until)));
        assert_eq!((why[0].by.as_deref(), why[0].note.as_deref()), (Some("Uma User"), Some("Lost her phone")));
    }

    async fn t15_unlocking_lets_in_again_and_forgets_the_failures(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        lock(&world, &uma, amy, &terms("", None)).await.unwrap();
        fail(&world, "amy", 10).await;
        fail(&world, "amy@example.com", 9).await;
        assert_eq!(world.account(amy).await.state.locks.len(), 2);
        unlock(&world, &uma, amy).await.unwrap();
        assert!(world.account(amy).await.state.locks.is_empty());
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Granted { .. }), "the name is free too");
        assert!(matches!(try_password(&world, "amy@example.com", "wrong").await, SignIn::Refused), "and counted anew");
        assert!(matches!(try_password(&world, "amy@example.com", PASSWORD).await, SignIn::Granted { .. }));
        let told = events(&world, amy, "account_unlocked").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].details["reasons"], json!(["admin", "failed_attempts"]));
        assert!(queued(&world, amy).await.contains(&"account_unlocked".to_owned()), "M10");
        let version = world.account(amy).await.version;
        unlock(&world, &uma, amy).await.unwrap();
        assert_eq!(world.account(amy).await.version, version, "unlocking twice changes nothing");
        assert_eq!(events(&world, amy, "account_unlocked").await.len(), 1);
    }

    async fn m9_and_m10_are_settings_and_need_an_address(world: World) {
        let uma = world.uma().await;
        choose(&world, "mail_account_locked", json!(false)).await;
        choose(&world, "mail_account_unlocked", json!(false)).await;
        lock(&world, &uma, world.cast.amy, &terms("", None)).await.unwrap();
        unlock(&world, &uma, world.cast.amy).await.unwrap();
        assert!(queued(&world, world.cast.amy).await.is_empty());
        choose(&world, "mail_account_locked", json!(true)).await;
        let nomad = world.person("Nomad", "Less").await;
        world.execute("update accounts set email = null where id = $1", params![nomad.id]).await;
        lock(&world, &uma, nomad.id, &terms("", None)).await.unwrap();
        assert!(world.account(nomad.id).await.state.is_locked(world.clock.now()));
        assert!(queued(&world, nomad.id).await.is_empty());
    }

    async fn a_lock_ends_by_itself_when_its_time_is_over(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let until = world.clock.now().plus(Duration::from_mins(30));
        lock(&world, &uma, amy, &terms("", Some(until))).await.unwrap();
        world.clock.advance(Duration::from_mins(29));
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Shut { gate: Gate::LockedByAdministrator, .. }));
        world.clock.advance(Duration::from_mins(1));
        assert!(reasons(&world, amy).await.is_empty());
        assert_eq!(locked(&world).await.0, 0);
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Granted { .. }));
        let again = lock(&world, &uma, amy, &terms("again", None)).await.unwrap();
        assert_eq!(again.state.locks.len(), 1, "in the place of the one that is over");
        assert_eq!(again.state.locks[0].note.as_deref(), Some("again"));
    }

    async fn locking_again_leaves_the_first_lock_as_it_is(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let first = lock(&world, &uma, amy, &terms("first", None)).await.unwrap();
        let second = lock(&world, &world.sophia().await, amy, &terms("second", None)).await.unwrap();
        assert_eq!(first, second);
        assert_eq!(events(&world, amy, "account_locked").await.len(), 1);
    }

    async fn what_is_no_lock_is_refused_with_what_to_do(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let problem = |answer: Result<Account>| match answer {
            Err(Error::Invalid(problems)) => (problems[0].field.clone(), problems[0].code.clone()),
            other => panic!("{other:?}"),
        };
        let past = lock(&world, &uma, amy, &terms("", Some(world.clock.now()))).await;
        assert_eq!(problem(past), ("until".into(), "PAST".into()));
        let long = lock(&world, &uma, amy, &terms(&"x".repeat(501), None)).await;
        assert_eq!(problem(long), ("note".into(), "TOO_LONG".into()));
        let hidden = lock(&world, &uma, amy, &terms("a\u{7}b", None)).await;
        assert_eq!(problem(hidden).0, "note");
        let waiting = world.confirmed("Wanda").await.id;
        assert_eq!(lock(&world, &uma, waiting, &terms("", None)).await.unwrap_err().code(), "pending");
        world.identity.write(&uma, async |op| accounts::disable(op, amy, None).await).await.unwrap();
        assert_eq!(lock(&world, &uma, amy, &terms("", None)).await.unwrap_err().code(), "disabled", "ES-106");
        assert!(world.account(amy).await.state.locks.is_empty());
        assert_eq!(lock(&world, &uma, world.identity.random().id(world.clock.now()), &terms("", None)).await.unwrap_err().code(), "not_found");
    }

    async fn es_139_enabling_leaves_locks_and_disabled_outranks_locked(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        lock(&world, &uma, amy, &terms("first", None)).await.unwrap();
        // The log tells events of one instant in no order.
        world.clock.advance(Duration::from_secs(1));
        world.identity.write(&uma, async |op| accounts::disable(op, amy, Some("left")).await).await.unwrap();
        let why: Vec<_> = reasons(&world, amy).await.into_iter().map(|obstacle| obstacle.why).collect();
        assert_eq!(why, [Why::Disabled, Why::LockedByAdministrator]);
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Shut { gate: Gate::Disabled, .. }));
        unlock(&world, &uma, amy).await.unwrap();
        assert_eq!(reasons(&world, amy).await[0].note.as_deref(), Some("left"));
        lock(&world, &uma, amy, &terms("", None)).await.unwrap_err();
        world.identity.write(&uma, async |op| accounts::enable(op, amy).await).await.unwrap();
        lock(&world, &uma, amy, &terms("", None)).await.unwrap();
        world.identity.write(&uma, async |op| accounts::disable(op, amy, None).await).await.unwrap();
        world.identity.write(&uma, async |op| accounts::enable(op, amy).await).await.unwrap();
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Shut { gate: Gate::LockedByAdministrator, .. }));
    }

    async fn t16_too_many_failures_lock_the_account_and_its_sessions_go_on(world: World) {
        let amy = world.cast.amy;
        let token = signed_in(&world, "amy").await;
        let version = world.account(amy).await.version;
        fail(&world, "amy", 9).await;
        assert!(world.account(amy).await.state.locks.is_empty());
        let tenth = try_password(&world, "amy", "wrong").await;
        let until = world.clock.now().plus(Duration::from_mins(5));
        assert!(matches!(tenth, SignIn::Blocked { until: told } if told == until), "{tenth:?}");
        let account = world.account(amy).await;
        let held = account.state.lock(LockReason::FailedAttempts, world.clock.now()).unwrap();
        assert_eq!((held.until, held.note.as_deref()), (Some(until), Some("10 failed sign-ins")));
        assert_eq!(account.version, version, "a stranger must not make an administrator's form stale");
        assert!(resumed(&world, &token).await.is_some(), "she is authentic");
        let why = reasons(&world, amy).await;
        assert_eq!((why[0].why, why[0].ends_at), (Why::LockedByFailures, Some(until)));
        // By her other name, which nobody guessed at: the right password looks wrong.
        assert!(matches!(try_password(&world, "amy@example.com", PASSWORD).await, SignIn::Refused));
        assert!(matches!(try_password(&world, "amy@example.com", "wrong").await, SignIn::Refused));
        assert_eq!(events(&world, amy, "sign_in_blocked").await.len(), 1);
    }

    async fn t16_each_lock_lasts_longer_up_to_the_most(world: World) {
        let amy = world.cast.amy;
        for minutes in [5, 10, 20, 40, 60, 60] {
            fail(&world, "amy", 10).await;
            let account = world.account(amy).await;
            let held = account.state.lock(LockReason::FailedAttempts, world.clock.now()).unwrap();
            assert_eq!(held.until, Some(world.clock.now().plus(Duration::from_mins(minutes))));
            world.clock.advance(Duration::from_mins(minutes));
        }
    }

    async fn t17_a_lock_for_failures_is_over_when_its_time_is(world: World) {
        let amy = world.cast.amy;
        fail(&world, "amy", 10).await;
        world.clock.advance(Duration::from_mins(5));
        assert!(reasons(&world, amy).await.is_empty());
        assert!(matches!(try_password(&world, "amy", PASSWORD).await, SignIn::Granted { .. }));
        identity::housekeeping::sweep(&world.identity).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
        identity::housekeeping::sweep(&world.identity).await.unwrap();
        assert!(world.account(amy).await.state.locks.is_empty(), "its row is swept up");
    }

    async fn s6_the_owner_is_told_of_the_first_lock_within_an_hour(world: World) {
        let amy = world.cast.amy;
        fail(&world, "amy", 10).await;
        assert_eq!(queued(&world, amy).await, ["too_many_attempts"]);
        world.clock.advance(Duration::from_mins(6));
        fail(&world, "amy", 10).await;
        assert_eq!(queued(&world, amy).await.len(), 1, "not again within the hour");
        world.clock.advance(Duration::from_hours(1));
        fail(&world, "amy", 10).await;
        assert_eq!(queued(&world, amy).await.len(), 2);
        choose(&world, "mail_too_many_attempts", json!(false)).await;
        world.clock.advance(Duration::from_hours(2));
        fail(&world, "amy", 10).await;
        assert_eq!(queued(&world, amy).await.len(), 2, "a setting");
    }

    async fn es_134_a_new_password_ends_a_lock_for_failures_and_leaves_an_administrators(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        lock(&world, &uma, amy, &terms("kept", None)).await.unwrap();
        fail(&world, "amy", 10).await;
        let typed = TypedPassword { password: Secret::new("quince harbor velvet 93 moss"), repeated: Secret::new("quince harbor velvet 93 moss"), temporary: false };
        accounts::set_password(&world.identity, &uma, amy, typed).await.unwrap();
        let account = world.account(amy).await;
        assert_eq!(account.state.locks.iter().map(|lock| lock.reason).collect::<Vec<_>>(), [LockReason::Admin]);
        unlock(&world, &uma, amy).await.unwrap();
        assert!(matches!(try_password(&world, "amy", "quince harbor velvet 93 moss").await, SignIn::Granted { .. }));
    }

    async fn many_are_locked_at_once_each_with_its_own_outcome(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let bob = world.join("Bob", "Ng", None).await;
        let (off, waiting) = (world.join("Off", "Line", None).await, world.confirmed("Wanda").await.id);
        world.identity.write(&uma, async |op| accounts::disable(op, off, None).await).await.unwrap();
        lock(&world, &uma, bob, &terms("before", None)).await.unwrap();
        let gone = world.identity.random().id(world.clock.now());
        let ids = [amy, bob, off, waiting, gone, world.cast.uma, world.cast.sam, amy];
        let terms = terms("exam week", None);
        let report = world.identity.write(&uma, async |op| accounts::lock_many(op, &ids, &terms).await).await.unwrap();
        let outcomes: Vec<_> = report.iter().map(|(_, outcome)| *outcome).collect();
        assert_eq!(outcomes, [
            Outcome::Done, Outcome::Unchanged, Outcome::Disabled, Outcome::Pending, Outcome::Gone,
            Outcome::Denied(Denial::Yourself), Outcome::Denied(Denial::Protected),
        ]);
        assert_eq!(events(&world, amy, "account_locked").await[0].details["bulk"], json!(true), "ES-44");
        let report = world.identity.write(&uma, async |op| accounts::unlock_many(op, &[amy, bob, off]).await).await.unwrap();
        let outcomes: Vec<_> = report.iter().map(|(_, outcome)| *outcome).collect();
        assert_eq!(outcomes, [Outcome::Done, Outcome::Done, Outcome::Unchanged]);
    }

    async fn very_many_are_locked_by_a_job_with_the_terms_of_its_start(world: World) {
        let uma = world.uma().await;
        let names: Vec<String> = (0..230).map(|number| format!("person{number}")).collect();
        let rows: Vec<_> = names.iter().map(|name| ("Some", "Body", name.as_str())).collect();
        let ids: Vec<_> = world.people(&rows).await.into_iter().map(|account| account.id).collect();
        let until = world.clock.now().plus(Duration::from_hours(1));
        let past = BulkVerb::Lock(terms("", Some(world.clock.now())));
        assert_eq!(bulk_changes::change_many(&world.identity, &uma, &past, &ids).await.unwrap_err().code(), "invalid");
        let verb = BulkVerb::Lock(terms("exam week", Some(until)));
        let Begun::AsJob(id) = bulk_changes::change_many(&world.identity, &uma, &verb, &ids).await.unwrap() else {
            panic!("so many take a job");
        };
        let job = jobs::take(&world.identity).await.unwrap().unwrap();
        let work = async |progress: &jobs::Progress| bulk_changes::carry_out(&world.identity, &job, progress).await;
        jobs::carry_out(&world.identity, &job, work).await.unwrap();
        let standing = world.identity.read(&uma, async |op| bulk_changes::standing(op, id).await).await.unwrap();
        assert_eq!(standing.outcomes, [(Outcome::Done, 230)]);
        assert_eq!(standing.verb, verb);
        let account = world.account(ids[229]).await;
        let held = account.state.lock(LockReason::Admin, world.clock.now()).unwrap();
        assert_eq!((held.note.as_deref(), held.until), (Some("exam week"), Some(until)));
        assert_eq!(locked(&world).await.0, 230);
    }

    async fn sessions_of_somebody_else_are_listed_and_ended(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let (first, second) = (signed_in(&world, "amy").await, signed_in(&world, "amy").await);
        let list = async |op: &mut Operation<'_>| accounts::sessions_of(op, amy).await;
        let sessions = world.identity.read(&uma, list).await.unwrap();
        assert_eq!(sessions.len(), 2);
        let one = resumed(&world, &first).await.unwrap().session.id;
        world.identity.write(&uma, async |op| accounts::end_session(op, amy, one).await).await.unwrap();
        assert!(resumed(&world, &first).await.is_none());
        assert!(resumed(&world, &second).await.is_some());
        let again = world.identity.write(&uma, async |op| accounts::end_session(op, amy, one).await).await;
        assert_eq!(again.unwrap_err().code(), "not_found");
        let other = world.join("Bob", "Ng", None).await;
        let session = resumed(&world, &second).await.unwrap().session.id;
        let crossed = world.identity.write(&uma, async |op| accounts::end_session(op, other, session).await).await;
        assert_eq!(crossed.unwrap_err().code(), "not_found", "a session is ended by the account that it belongs to");
        assert_eq!(world.identity.write(&uma, async |op| accounts::end_sessions(op, amy).await).await.unwrap(), 1);
        assert!(resumed(&world, &second).await.is_none());
        assert_eq!(world.identity.write(&uma, async |op| accounts::end_sessions(op, amy).await).await.unwrap(), 0);
        assert_eq!(events(&world, amy, "sessions_ended").await.len(), 2);
        let sam = world.cast.sam;
        let protected = world.identity.write(&uma, async |op| accounts::end_sessions(op, sam).await).await;
        assert_eq!(denial(protected), Denial::Protected);
        let looked = world.identity.read(&uma, async |op| accounts::sessions_of(op, sam).await).await;
        assert_eq!(denial(looked), Denial::Protected, "where an administrator is signed in from is not for everybody");
    }

    async fn g2_two_super_administrators_who_lock_each_other_leave_one(world: World) {
        let first = world.cast.sophia;
        let second = world.join("Second", "Super", Some(Role::SuperAdministrator)).await;
        for _ in 0..5 {
            let mut tasks = Vec::new();
            for (caller, whom) in [(world.caller(first).await, second), (world.caller(second).await, first)] {
                let identity = world.identity.clone();
                tasks.push(tokio::spawn(async move {
                    let terms = LockTerms::default();
                    identity.write(&caller, async |op| accounts::lock(op, whom, &terms).await).await
                }));
            }
            let mut refused = Vec::new();
            for task in tasks {
                refused.extend(task.await.unwrap().err());
            }
            assert!(matches!(refused.as_slice(), [Error::Denied(Denial::LastSuperAdministrator)]), "{refused:?}");
            for id in [first, second] {
                unlock(&world, &world.operator(), id).await.unwrap();
            }
        }
    }
}
