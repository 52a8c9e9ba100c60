//! Changes of very many accounts, and the jobs that carry them out.

use std::time::Duration;

use base::{AccountId, BulkChangeId, GroupId, Random};
use identity::access::{Denial, Role};
use identity::accounts::{self, Filter, Outcome, Status};
use identity::bulk_changes::{self, Begun, BulkVerb, Standing};
use identity::groups::{self, GroupProfile};
use identity::jobs::{self, Job, LEASE, State};
use identity::{Caller, Error, Identity, Operation, Options, Result, audit, housekeeping, memberships};
use store::{Db, Dialect, params};
use testkit::{World, on_each_database};

const MANY: usize = 1_230;

async fn crowd(world: &World, count: usize) -> Vec<AccountId> {
    let names: Vec<String> = (0..count).map(|number| format!("person{number}")).collect();
    let rows: Vec<_> = names.iter().map(|name| ("Some", "Body", name.as_str())).collect();
    world.people(&rows).await.into_iter().map(|account| account.id).collect()
}

async fn a_group(world: &World, name: &str, is_protected: bool) -> GroupId {
    let profile = GroupProfile { name: name.into(), description: String::new(), is_protected };
    world.identity.write(&world.sophia().await, async |op| groups::create(op, profile).await).await.unwrap().id
}

async fn rename(world: &World, group: GroupId, name: &str) {
    let profile = GroupProfile { name: name.into(), ..GroupProfile::default() };
    let update = async |op: &mut Operation<'_>| groups::update(op, group, None, profile).await;
    world.identity.write(&world.sophia().await, update).await.unwrap();
}

async fn delete_group(world: &World, group: GroupId) {
    let delete = async |op: &mut Operation<'_>| memberships::delete_group(op, group).await;
    world.identity.write(&world.sophia().await, delete).await.unwrap();
}

async fn members(world: &World, group: GroupId) -> u64 {
    world.identity.read(&world.operator(), async |op| groups::find(op, group).await).await.unwrap().members
}

async fn change(world: &World, caller: &Caller, verb: &BulkVerb, ids: &[AccountId]) -> Result<Begun> {
    bulk_changes::change_many(&world.identity, caller, verb, ids).await
}

/// Starts a change that is a job.
async fn started(world: &World, caller: &Caller, verb: &BulkVerb, ids: &[AccountId]) -> BulkChangeId {
    match change(world, caller, verb, ids).await.unwrap() {
        Begun::AsJob(id) => id,
        Begun::AtOnce(applied) => panic!("it was done at once: {applied:?}"),
    }
}

async fn carry_out(identity: &Identity, job: &Job) -> Result<()> {
    jobs::carry_out(identity, job, async |progress| bulk_changes::carry_out(identity, job, progress).await).await
}

/// Does what a server's worker does until nothing is left.
async fn work(identity: &Identity) {
    while let Some(job) = jobs::take(identity).await.unwrap() {
        carry_out(identity, &job).await.unwrap();
    }
}

async fn standing(world: &World, id: BulkChangeId) -> Standing {
    world.identity.read(&world.sophia().await, async |op| bulk_changes::standing(op, id).await).await.unwrap()
}

fn state(standing: &Standing) -> State {
    standing.job.as_ref().expect("a job").state
}

fn number(standing: &Standing, outcome: Outcome) -> u64 {
    standing.outcomes.iter().find(|(known, _)| *known == outcome).map_or(0, |(_, number)| *number)
}

fn words(standing: &Standing) -> &str {
    standing.job.as_ref().and_then(|job| job.message.as_deref()).expect("words")
}

/// Lets a first server deal with some of a job about `people`, and go away in the middle of it; answers how many it
/// dealt with. PostgreSQL does several things at once, so there it waits before its last piece for somebody.
async fn begun_and_left(world: &World, id: BulkChangeId, people: &[AccountId]) -> u64 {
    let job = jobs::take(&world.identity).await.unwrap().expect("a job");
    let before = standing(world, id).await;
    let mut tx = world.identity.db().begin_read().await.unwrap();
    let mut enough = 1;
    let is_postgres = tx.dialect() == Dialect::Postgres;
    if is_postgres {
        tx = world.identity.db().begin_write().await.unwrap();
        let sql = "select id from accounts where id = $1 for update";
        tx.all(sql, params![*people.iter().max().unwrap()], |row| row.id::<AccountId>(0)).await.unwrap();
        enough = before.total - before.total % (500 / before.groups.len().max(1)) as u64;
    }
    let halfway = async {
        while standing(world, id).await.done < enough {
            if is_postgres {
                tokio::time::sleep(Duration::from_millis(5)).await;
            } else {
                tokio::task::yield_now().await;
            }
        }
    };
    tokio::select! {
        biased;
        () = halfway => {}
        ended = carry_out(&world.identity, &job) => panic!("it ended before anybody saw it: {ended:?}"),
    }
    drop(tx);
    standing(world, id).await.done
}

/// A second core on the same database, as another process has.
async fn another(world: &World) -> Identity {
    let db = Db::open(world.database_url(), store::Options { connections: 4 }).unwrap();
    let options = Options {
        clock: world.clock.clone(),
        random: Random::seeded(9),
        hashing_threads: Some(1),
        files: Some(world.files()),
        ..Options::default()
    };
    Identity::open(db, options).await.unwrap()
}

on_each_database! {
    async fn a_few_are_changed_at_once_and_very_many_by_a_job(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, 201).await;
        let report = match change(&world, &uma, &BulkVerb::Disable, &people[..200]).await.unwrap() {
            Begun::AtOnce(applied) => applied.report,
            Begun::AsJob(id) => panic!("a job: {id}"),
        };
        assert!(report.iter().all(|(_, outcome)| *outcome == Outcome::Done) && report.len() == 200);
        let id = started(&world, &uma, &BulkVerb::Disable, &people).await;
        let before = standing(&world, id).await;
        assert_eq!((state(&before), before.done, before.total, before.started_by.as_str()), (State::Queued, 0, 201, "Uma User"));
        let waiting = world.identity.read(&uma, async |op| bulk_changes::under_way(op).await).await.unwrap();
        assert_eq!(waiting.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
        work(&world.identity).await;
        let after = standing(&world, id).await;
        assert_eq!(state(&after), State::Done);
        assert_eq!((number(&after, Outcome::Done), number(&after, Outcome::Unchanged)), (1, 200));
        assert_eq!(world.account(people[200]).await.status(), Status::Disabled);
        assert!(world.identity.read(&uma, async |op| bulk_changes::under_way(op).await).await.unwrap().is_empty());
        // Memberships count each by themselves.
        let mut wanted = Vec::new();
        for n in 0..6 {
            wanted.push(a_group(&world, &format!("Group {n}"), false).await);
        }
        assert!(matches!(change(&world, &uma, &BulkVerb::Join(wanted.clone()), &people[..83]).await, Ok(Begun::AtOnce(_))));
        assert!(matches!(change(&world, &uma, &BulkVerb::Join(wanted), &people[..84]).await, Ok(Begun::AsJob(_))));
    }

    async fn es_41_and_es_44_each_account_has_its_outcome_and_its_event(world: World) {
        let uma = world.uma().await;
        let mut people = crowd(&world, MANY).await;
        let waiting = world.confirmed("Wanda").await.id;
        let gone: AccountId = world.identity.random().id(world.clock.now());
        let off = people[7];
        world.identity.write(&uma, async |op| accounts::disable(op, off, None).await).await.unwrap();
        people.extend([waiting, gone, world.cast.uma, world.cast.sam, world.cast.sophia]);
        let id = started(&world, &uma, &BulkVerb::Disable, &people).await;
        work(&world.identity).await;
        let after = standing(&world, id).await;
        let told = |outcome| number(&after, outcome);
        assert_eq!((told(Outcome::Done), told(Outcome::Unchanged), told(Outcome::Gone)), (MANY as u64 - 1, 1, 1));
        let denied = (told(Outcome::Denied(Denial::Yourself)), told(Outcome::Denied(Denial::Protected)));
        assert_eq!((told(Outcome::Pending), denied), (1, (1, 2)));
        let mut named: Vec<_> = after.named.iter().map(|(outcome, name)| (outcome.code(), name.as_str())).collect();
        named.sort_unstable();
        assert_eq!(named[2..], [("protected", "Sophia Super"), ("yourself", "Uma User")], "{named:?}");
        assert_eq!(named.len(), 4);
        let disabled = world.audited("account_disabled").await;
        assert_eq!(disabled.len(), MANY);
        assert_eq!(disabled.iter().filter(|details| details["bulk"] == true).count(), MANY - 1);
        let read = async |op: &mut Operation<'_>| audit::history(op, people[0], false, None, 1).await;
        let entry = world.identity.read(&uma, read).await.unwrap().remove(0);
        assert_eq!((entry.actor_name.as_str(), entry.door.as_str()), ("Uma User", "console"));
        assert_eq!(entry.request.to_string(), id.to_string(), "the entry leads back to the change");
    }

    async fn es_42_whoever_was_not_chosen_at_the_start_stays_out_of_it(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, MANY).await;
        let disabled = Filter { statuses: vec![accounts::StatusFilter::Status(Status::Disabled)], ..Filter::default() };
        for some in people[..MANY - 10].chunks(200) {
            change(&world, &uma, &BulkVerb::Disable, some).await.unwrap();
        }
        let matching = async |op: &mut Operation<'_>| accounts::matching_ids(op, &disabled, None, 9_999).await;
        let chosen = world.identity.read(&uma, matching).await.unwrap();
        let id = started(&world, &uma, &BulkVerb::Delete, &chosen).await;
        // Meanwhile one of them is wanted again, and somebody else is disabled.
        world.identity.write(&uma, async |op| accounts::enable(op, chosen[3]).await).await.unwrap();
        world.identity.write(&uma, async |op| accounts::disable(op, people[MANY - 1], None).await).await.unwrap();
        world.identity.write(&uma, async |op| accounts::delete(op, chosen[4]).await).await.unwrap();
        work(&world.identity).await;
        let after = standing(&world, id).await;
        assert_eq!((number(&after, Outcome::Done), number(&after, Outcome::Gone)), (MANY as u64 - 11, 1));
        assert!(world.find(people[MANY - 1]).await.is_ok(), "nobody confirmed to delete them");
    }

    async fn a_job_whose_server_died_goes_on_and_nobody_comes_twice(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, MANY).await;
        let staff = a_group(&world, "Staff", false).await;
        let id = started(&world, &uma, &BulkVerb::Join(vec![staff]), &people).await;
        let before = begun_and_left(&world, id, &people).await;
        assert!(before < MANY as u64);
        let second = another(&world).await;
        assert!(jobs::take(&second).await.unwrap().is_none(), "the lease has not run out");
        world.clock.advance(LEASE);
        work(&second).await;
        let after = standing(&world, id).await;
        assert_eq!((state(&after), after.done, number(&after, Outcome::Done)), (State::Done, MANY as u64, MANY as u64));
        assert_eq!(members(&world, staff).await, MANY as u64);
        assert_eq!(world.audited("group_joined").await.len(), MANY, "one event each");
        drop(second);
    }

    async fn two_servers_at_one_job_share_it_and_nobody_comes_twice(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, MANY).await;
        let staff = a_group(&world, "Staff", false).await;
        let id = started(&world, &uma, &BulkVerb::Join(vec![staff]), &people).await;
        let job = jobs::take(&world.identity).await.unwrap().expect("a job");
        // The first was held up for so long that another took the job.
        world.clock.advance(LEASE);
        let second = another(&world).await;
        let again = jobs::take(&second).await.unwrap().expect("the job");
        let (late, right) = tokio::join!(carry_out(&world.identity, &job), carry_out(&second, &again));
        assert!(matches!(late, Err(Error::Conflict { code: "lease_lost", .. })), "{late:?}");
        right.unwrap();
        let after = standing(&world, id).await;
        assert_eq!((state(&after), number(&after, Outcome::Done), after.outcomes.len()), (State::Done, MANY as u64, 1));
        assert_eq!((members(&world, staff).await, world.audited("group_joined").await.len()), (MANY as u64, MANY));
        drop(second);
    }

    async fn two_jobs_about_the_same_people_are_both_told_the_truth(world: World) {
        let (uma, sophia) = (world.uma().await, world.sophia().await);
        let people = crowd(&world, MANY).await;
        let staff = a_group(&world, "Staff", false).await;
        let verb = BulkVerb::Join(vec![staff]);
        let (one, other) = (started(&world, &uma, &verb, &people).await, started(&world, &sophia, &verb, &people).await);
        let (first, second) = (jobs::take(&world.identity).await.unwrap().unwrap(), jobs::take(&world.identity).await.unwrap().unwrap());
        let (first, second) = tokio::join!(carry_out(&world.identity, &first), carry_out(&world.identity, &second));
        first.unwrap();
        second.unwrap();
        let (one, other) = (standing(&world, one).await, standing(&world, other).await);
        assert_eq!(number(&one, Outcome::Done) + number(&other, Outcome::Done), MANY as u64);
        assert_eq!(number(&one, Outcome::Unchanged) + number(&other, Outcome::Unchanged), MANY as u64);
        assert_eq!(members(&world, staff).await, MANY as u64);
    }

    async fn stopping_keeps_what_is_done_and_says_who_was_not_reached(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, MANY).await;
        let staff = a_group(&world, "Staff", false).await;
        let id = started(&world, &uma, &BulkVerb::Join(vec![staff]), &people).await;
        let ursula = world.join("Ursula", "User", Some(Role::UserAdministrator)).await;
        let other = world.caller(ursula).await;
        let refused = bulk_changes::stop(&world.identity, &other, id).await;
        assert!(matches!(refused, Err(Error::Conflict { code: "not_yours", .. })), "{refused:?}");
        let before = begun_and_left(&world, id, &people).await;
        bulk_changes::stop(&world.identity, &uma, id).await.unwrap();
        world.clock.advance(LEASE);
        work(&world.identity).await;
        let after = standing(&world, id).await;
        assert_eq!((state(&after), after.done), (State::Stopped, before));
        assert_eq!(number(&after, Outcome::NotReached), MANY as u64 - before);
        assert_eq!(members(&world, staff).await, before);
        bulk_changes::stop(&world.identity, &uma, id).await.unwrap();
        assert_eq!(state(&standing(&world, id).await), State::Stopped, "one that is over stays as it is");
    }

    async fn a_job_has_the_rights_that_its_starter_has_now(world: World) {
        let (uma, sophia) = (world.uma().await, world.sophia().await);
        let people = crowd(&world, MANY).await;
        let ended_because = async |id| {
            work(&world.identity).await;
            let after = standing(&world, id).await;
            assert_eq!((state(&after), number(&after, Outcome::NotReached)), (State::Failed, MANY as u64 - after.done));
            assert!(words(&after).contains("may not do it any more"), "{after:?}");
            after.done
        };
        let id = started(&world, &uma, &BulkVerb::Disable, &people).await;
        let done = begun_and_left(&world, id, &people).await;
        world.identity.write(&sophia, async |op| accounts::revoke_role(op, world.cast.uma, Role::UserAdministrator).await).await.unwrap();
        world.clock.advance(LEASE);
        assert_eq!(ended_because(id).await, done);
        world.identity.write(&sophia, async |op| accounts::grant_role(op, world.cast.uma, Role::UserAdministrator).await).await.unwrap();
        let id = started(&world, &world.uma().await, &BulkVerb::Enable, &people).await;
        world.identity.write(&sophia, async |op| accounts::disable(op, world.cast.uma, None).await).await.unwrap();
        assert_eq!(ended_because(id).await, 0);
        // Whoever is deleted takes their job along; what was done stays.
        world.identity.write(&sophia, async |op| accounts::enable(op, world.cast.uma).await).await.unwrap();
        let id = started(&world, &world.uma().await, &BulkVerb::Enable, &people).await;
        world.identity.write(&sophia, async |op| accounts::delete(op, world.cast.uma).await).await.unwrap();
        work(&world.identity).await;
        let after = standing(&world, id).await;
        assert!(after.is_over() && after.job.is_none());
        assert_eq!(number(&after, Outcome::NotReached), MANY as u64);
    }

    async fn only_whoever_may_do_it_starts_sees_and_stops_it(world: World) {
        let people = crowd(&world, 300).await;
        let staff = a_group(&world, "Staff", false).await;
        let id = started(&world, &world.uma().await, &BulkVerb::Join(vec![staff]), &people).await;
        for account in [world.cast.amy, world.cast.sam, world.cast.sylvia] {
            let caller = world.caller(account).await;
            for verb in [BulkVerb::Enable, BulkVerb::Disable, BulkVerb::Delete, BulkVerb::Join(vec![staff]), BulkVerb::Leave(staff)] {
                assert!(matches!(change(&world, &caller, &verb, &people).await, Err(Error::Denied(Denial::Role))), "{verb:?}");
            }
            let look = world.identity.read(&caller, async |op| bulk_changes::standing(op, id).await).await;
            assert!(matches!(look, Err(Error::Denied(Denial::Role))));
            assert!(matches!(bulk_changes::stop(&world.identity, &caller, id).await, Err(Error::Denied(Denial::Role))));
            let list = world.identity.read(&caller, async |op| bulk_changes::under_way(op).await).await;
            assert!(matches!(list, Err(Error::Denied(Denial::Role))));
        }
        let unknown: BulkChangeId = world.identity.random().id(world.clock.now());
        let look = world.identity.read(&world.uma().await, async |op| bulk_changes::standing(op, unknown).await).await;
        assert!(matches!(look, Err(Error::NotFound)));
        let nobody = change(&world, &world.operator(), &BulkVerb::Enable, &people).await;
        assert!(matches!(nobody, Err(Error::Conflict { code: "no_account", .. })));
    }

    async fn deleting_very_many_asks_for_the_password_and_the_switch_of_disabling_is_asked_first(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, 300).await;
        world.clock.advance(Duration::from_mins(11));
        let late = change(&world, &uma, &BulkVerb::Delete, &people).await;
        assert!(matches!(late, Err(Error::Denied(Denial::StepUpRequired))), "{late:?}");
        // The job itself is not asked again: it goes on for hours when it must.
        let id = started(&world, &world.uma().await, &BulkVerb::Delete, &people).await;
        world.clock.advance(Duration::from_mins(30));
        work(&world.identity).await;
        assert_eq!(number(&standing(&world, id).await, Outcome::Done), 300);
        let off = async |op: &mut Operation<'_>| identity::settings::choose(op, "account_disabling", serde_json::json!(false)).await;
        world.identity.write(&world.operator(), off).await.unwrap();
        let refused = change(&world, &world.uma().await, &BulkVerb::Disable, &people).await;
        assert!(matches!(refused, Err(Error::Conflict { code: "account_disabling_off", .. })), "{refused:?}");
    }

    async fn a_group_that_is_renamed_meanwhile_is_filled_under_its_new_name(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, MANY).await;
        let staff = a_group(&world, "Staff", false).await;
        let id = started(&world, &uma, &BulkVerb::Join(vec![staff]), &people).await;
        begun_and_left(&world, id, &people).await;
        rename(&world, staff, "People").await;
        world.clock.advance(LEASE);
        work(&world.identity).await;
        let after = standing(&world, id).await;
        assert_eq!((state(&after), number(&after, Outcome::Done)), (State::Done, MANY as u64));
        assert_eq!(after.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["People"]);
        assert_eq!(members(&world, staff).await, MANY as u64);
    }

    async fn a_group_that_is_deleted_meanwhile_ends_the_change_with_a_word(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, MANY).await;
        let staff = a_group(&world, "Staff", false).await;
        let id = started(&world, &uma, &BulkVerb::Join(vec![staff]), &people).await;
        let done = begun_and_left(&world, id, &people).await;
        delete_group(&world, staff).await;
        world.clock.advance(LEASE);
        work(&world.identity).await;
        let after = standing(&world, id).await;
        assert_eq!((state(&after), after.done, number(&after, Outcome::NotReached)), (State::Failed, done, MANY as u64 - done));
        assert!(words(&after).contains("deleted or protected meanwhile"), "{after:?}");
        assert_eq!(after.groups[0].name, "Staff", "it is still called by its name");
        // Leaving it is answered alike.
        let gone = change(&world, &uma, &BulkVerb::Leave(staff), &people).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    }

    async fn es_155_groups_that_are_refused_are_told_and_the_others_filled(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, 400).await;
        let (staff, club) = (a_group(&world, "Staff", false).await, a_group(&world, "Club", false).await);
        let vault = a_group(&world, "Vault", true).await;
        let id = started(&world, &uma, &BulkVerb::Join(vec![vault, staff, club]), &people).await;
        begun_and_left(&world, id, &people).await;
        delete_group(&world, club).await;
        world.clock.advance(LEASE);
        work(&world.identity).await;
        let after = standing(&world, id).await;
        assert_eq!((state(&after), number(&after, Outcome::Done)), (State::Done, 400));
        let refused = |name: &str| after.groups.iter().find(|group| group.name == name).and_then(|group| group.refused);
        assert_eq!((refused("Staff"), refused("Club")), (None, Some(Outcome::Gone)));
        assert_eq!(refused("Vault"), Some(Outcome::Denied(Denial::ProtectedGroup)));
        assert_eq!((members(&world, staff).await, members(&world, vault).await), (400, 0));
        // When every group is refused there is nothing to wait for.
        match change(&world, &uma, &BulkVerb::Join(vec![vault, club]), &people).await.unwrap() {
            Begun::AtOnce(applied) => assert_eq!((applied.report.len(), applied.refused.len()), (0, 2)),
            Begun::AsJob(id) => panic!("a job: {id}"),
        }
    }

    async fn es_200_all_members_leave_by_a_job_and_the_number_is_right(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, MANY).await;
        let staff = a_group(&world, "Staff", false).await;
        let id = started(&world, &uma, &BulkVerb::Join(vec![staff]), &people[..MANY - 30]).await;
        work(&world.identity).await;
        assert_eq!(number(&standing(&world, id).await, Outcome::Done), MANY as u64 - 30);
        let id = started(&world, &uma, &BulkVerb::Leave(staff), &people[25..]).await;
        work(&world.identity).await;
        let after = standing(&world, id).await;
        assert_eq!((number(&after, Outcome::Done), number(&after, Outcome::Unchanged)), (MANY as u64 - 55, 30));
        assert_eq!(members(&world, staff).await, 25);
    }

    async fn what_is_not_needed_any_more_is_swept(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, 300).await;
        let stopped = started(&world, &uma, &BulkVerb::Disable, &people).await;
        bulk_changes::stop(&world.identity, &uma, stopped).await.unwrap();
        work(&world.identity).await;
        let waiting = started(&world, &uma, &BulkVerb::Disable, &people).await;
        housekeeping::sweep(&world.identity).await.unwrap();
        let pieces = async |id: BulkChangeId| {
            let mut tx = world.identity.db().begin_read().await.unwrap();
            let sql = "select count(*) from bulk_change_pieces where change_id = $1";
            tx.one(sql, params![id], |row| row.get::<i64>(0)).await.unwrap()
        };
        assert_eq!((pieces(stopped).await, pieces(waiting).await), (0, 1));
        assert_eq!(number(&standing(&world, stopped).await, Outcome::NotReached), 300, "how it ended is told still");
        world.clock.advance(Duration::from_hours(91 * 24));
        work(&world.identity).await;
        housekeeping::sweep(&world.identity).await.unwrap();
        let look = world.identity.read(&uma, async |op| bulk_changes::standing(op, stopped).await).await;
        assert!(matches!(look, Err(Error::NotFound)));
    }
}
