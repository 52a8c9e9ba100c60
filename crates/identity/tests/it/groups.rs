//! Groups: who makes and changes them, who is in them, and what a protected one protects.

use std::time::Duration;

use base::{AccountId, GroupId};
use identity::access::{Denial, Role};
use identity::accounts::{
    self, AccountChange, BulkReport, Column, Filter, ListQuery, Outcome, PageRequest, Sort, Start, Total,
};
use identity::groups::{self, Group, GroupColumn, GroupPage, GroupProfile, GroupQuery, GroupSort, GroupStart};
use identity::memberships;
use identity::{Caller, Error, Operation, Result, audit};
use testkit::{World, on_each_database};

fn profile(name: &str) -> GroupProfile {
    GroupProfile { name: name.into(), ..GroupProfile::default() }
}

fn guarded(name: &str) -> GroupProfile {
    GroupProfile { is_protected: true, ..profile(name) }
}

async fn create(world: &World, caller: &Caller, profile: GroupProfile) -> Result<Group> {
    world.identity.write(caller, async |op| groups::create(op, profile).await).await
}

/// A group that a super administrator made.
async fn made(world: &World, profile: GroupProfile) -> GroupId {
    create(world, &world.sophia().await, profile).await.unwrap().id
}

async fn update(
    world: &World,
    caller: &Caller,
    id: GroupId,
    version: Option<i64>,
    profile: GroupProfile,
) -> Result<Group> {
    world.identity.write(caller, async |op| groups::update(op, id, version, profile).await).await
}

async fn group(world: &World, id: GroupId) -> Result<Group> {
    world.identity.read(&world.operator(), async |op| groups::find(op, id).await).await
}

/// What became of each, in the order they were named.
fn outcomes(report: BulkReport, ids: &[AccountId]) -> Vec<Outcome> {
    assert_eq!(report.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
    report.into_iter().map(|(_, outcome)| outcome).collect()
}

async fn add(world: &World, caller: &Caller, group: GroupId, ids: &[AccountId]) -> Result<Vec<Outcome>> {
    let report = world.identity.write(caller, async |op| memberships::add_members(op, group, ids).await).await?;
    Ok(outcomes(report, ids))
}

async fn take_out(world: &World, caller: &Caller, group: GroupId, ids: &[AccountId]) -> Result<Vec<Outcome>> {
    let report = world.identity.write(caller, async |op| memberships::remove_members(op, group, ids).await).await?;
    Ok(outcomes(report, ids))
}

async fn join(
    world: &World,
    caller: &Caller,
    account: AccountId,
    wanted: &[GroupId],
) -> Result<Vec<(GroupId, Outcome)>> {
    let join = async |op: &mut Operation<'_>| memberships::add_to_groups(op, account, wanted).await;
    Ok(in_order(world.identity.write(caller, join).await?, wanted))
}

/// The outcomes in the order of `wanted`.
fn in_order(mut outcomes: Vec<(GroupId, Outcome)>, wanted: &[GroupId]) -> Vec<(GroupId, Outcome)> {
    assert_eq!(outcomes.len(), wanted.len());
    outcomes.sort_by_key(|(group, _)| wanted.iter().position(|other| other == group));
    outcomes
}

async fn names_of(world: &World, account: AccountId) -> Vec<String> {
    let read = async |op: &mut Operation<'_>| memberships::groups_of(op, account).await;
    let found = world.identity.read(&world.operator(), read).await.unwrap();
    found.into_iter().map(|membership| membership.group.name).collect()
}

async fn listed(world: &World, query: GroupQuery) -> (Vec<String>, u64) {
    let read = async |op: &mut Operation<'_>| groups::list(op, &query).await;
    let page = world.identity.read(&world.operator(), read).await.unwrap();
    (page.groups.into_iter().map(|group| group.name).collect(), page.total)
}

/// Usernames of the accounts that a list shows, and how many there are in all.
async fn members(world: &World, query: &ListQuery) -> (Vec<String>, Total) {
    let list = async |op: &mut Operation<'_>| accounts::list(op, world.identity.anchors(), query).await;
    let page = world.identity.read(&world.operator(), list).await.unwrap();
    (page.accounts.into_iter().map(|account| account.username).collect(), page.total)
}

fn of(group: GroupId) -> ListQuery {
    ListQuery { filter: Filter { group: Some(group), ..Filter::default() }, size: 500, ..ListQuery::default() }
}

/// The names of what happened to an account lately, the latest first.
async fn history(world: &World, id: AccountId) -> Vec<audit::Entry> {
    let read = async |op: &mut Operation<'_>| audit::history(op, id, true, None, 500).await;
    world.identity.read(&world.sophia().await, read).await.unwrap()
}

/// `count` people: `person0`, `person1`, …
async fn crowd(world: &World, count: usize) -> Vec<AccountId> {
    let names: Vec<String> = (0..count).map(|number| format!("person{number}")).collect();
    let rows: Vec<_> = names.iter().map(|name| ("Some", "Body", name.as_str())).collect();
    world.people(&rows).await.into_iter().map(|account| account.id).collect()
}

fn denial<T: std::fmt::Debug>(answer: Result<T>) -> Denial {
    match answer {
        Err(Error::Denied(denial)) => denial,
        other => panic!("not denied: {other:?}"),
    }
}

fn codes<T: std::fmt::Debug>(answer: Result<T>) -> Vec<(String, String)> {
    match answer {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|one| (one.field, one.code)).collect(),
        other => panic!("not invalid: {other:?}"),
    }
}

const DONE: Outcome = Outcome::Done;

on_each_database! {
    async fn es_200_user_administrators_create_change_and_delete_groups_and_others_do_not(world: World) {
        let uma = world.uma().await;
        let staff = create(&world, &uma, profile("Staff")).await.unwrap();
        assert_eq!((staff.version, staff.members, staff.is_protected), (1, 0, false));
        world.clock.advance(Duration::from_mins(1));
        let changed = GroupProfile { description: "Who works here".into(), ..profile("All staff") };
        let changed = update(&world, &uma, staff.id, Some(1), changed).await.unwrap();
        assert_eq!(group(&world, staff.id).await.unwrap(), changed);
        assert_eq!((changed.version, changed.description.as_str()), (2, "Who works here"));
        assert!(changed.modified_at > changed.created_at);
        let same = update(&world, &uma, staff.id, Some(2), GroupProfile::of(&changed)).await.unwrap();
        assert_eq!(same, changed, "what is so already is not written again");

        for id in [world.cast.amy, world.cast.sam, world.cast.sylvia] {
            let caller = world.caller(id).await;
            assert_eq!(denial(create(&world, &caller, profile("Others")).await), Denial::Role);
            assert_eq!(denial(update(&world, &caller, staff.id, None, profile("Mine")).await), Denial::Role);
            assert_eq!(denial(add(&world, &caller, staff.id, &[world.cast.amy]).await), Denial::Role);
            assert_eq!(denial(join(&world, &caller, world.cast.amy, &[staff.id]).await), Denial::Role);
            let delete = async |op: &mut Operation<'_>| memberships::delete_group(op, staff.id).await;
            assert_eq!(denial(world.identity.write(&caller, delete).await), Denial::Role);
            let read = async |op: &mut Operation<'_>| groups::list(op, &GroupQuery::default()).await;
            assert_eq!(denial(world.identity.read(&caller, read).await), Denial::Role);
            // Whether a group exists is not for them to know either.
            let unknown = world.identity.random().id(world.clock.now());
            assert_eq!(denial(update(&world, &caller, unknown, None, profile("Mine")).await), Denial::Role);
        }
        assert_eq!(group(&world, staff.id).await.unwrap(), changed);
    }

    async fn es_200_a_name_is_unique_whatever_its_case_and_free_again_after_its_group(world: World) {
        let uma = world.uma().await;
        let staff = create(&world, &uma, profile("Straße")).await.unwrap().id;
        let taken = [("name".to_owned(), "GROUP_TAKEN".to_owned())];
        assert_eq!(codes(create(&world, &uma, profile("STRASSE")).await), taken);
        let other = create(&world, &uma, profile("Other")).await.unwrap().id;
        assert_eq!(codes(update(&world, &uma, other, None, profile(" straße ")).await), taken);
        assert_eq!(codes(create(&world, &uma, profile("  ")).await)[0].1, "REQUIRED_MISSING");
        update(&world, &uma, staff, None, profile("STRASSE")).await.unwrap();
        world.identity.write(&uma, async |op| memberships::delete_group(op, staff).await).await.unwrap();
        create(&world, &uma, profile("straße")).await.unwrap();
        assert!(matches!(group(&world, staff).await, Err(Error::NotFound)));
    }

    async fn es_200_a_group_is_not_saved_over_what_somebody_else_saved_meanwhile(world: World) {
        let (uma, sophia) = (world.uma().await, world.sophia().await);
        let staff = create(&world, &uma, profile("Staff")).await.unwrap();
        update(&world, &sophia, staff.id, Some(staff.version), profile("People")).await.unwrap();
        let late = update(&world, &uma, staff.id, Some(staff.version), profile("Persons")).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        assert_eq!(group(&world, staff.id).await.unwrap().name, "People");
        // Who comes and goes is no change of the profile.
        let version = group(&world, staff.id).await.unwrap().version;
        add(&world, &uma, staff.id, &[world.cast.amy]).await.unwrap();
        update(&world, &uma, staff.id, Some(version), profile("Persons")).await.unwrap();
    }

    async fn es_200_the_list_is_searched_sorted_and_paged(world: World) {
        let uma = world.uma().await;
        for name in ["Zebra", "ábel", "Abacus", "law faculty", "Law library"] {
            create(&world, &uma, profile(name)).await.unwrap();
        }
        let query = GroupQuery { size: 500, number: 1, ..GroupQuery::default() };
        let (names, total) = listed(&world, query.clone()).await;
        assert_eq!((names, total), (["Abacus", "ábel", "law faculty", "Law library", "Zebra"].map(str::to_owned).into(), 5));
        let (names, total) = listed(&world, GroupQuery { quick: "LAW li".into(), ..query.clone() }).await;
        assert_eq!((names, total), (vec!["Law library".to_owned()], 1));
        let (names, total) = listed(&world, GroupQuery { size: 2, number: 2, ..query.clone() }).await;
        assert_eq!((names, total), (vec!["law faculty".to_owned(), "Law library".to_owned()], 5));
        let (names, _) = listed(&world, GroupQuery { size: 2, number: 99, ..query.clone() }).await;
        assert_eq!(names, ["Zebra"], "past the end is the last page");
        let zebra = {
            let read = async |op: &mut Operation<'_>| groups::list(op, &GroupQuery { quick: "zebra".into(), ..GroupQuery::default() }).await;
            world.identity.read(&uma, read).await.unwrap().groups[0].id
        };
        add(&world, &uma, zebra, &[world.cast.amy]).await.unwrap();
        let sort = GroupSort { column: GroupColumn::Members, descending: true };
        let (names, _) = listed(&world, GroupQuery { sort, ..query.clone() }).await;
        assert_eq!(names, ["Zebra", "Abacus", "ábel", "law faculty", "Law library"], "equals stay upwards");
        let sort = GroupSort { column: GroupColumn::Name, descending: true };
        let (names, _) = listed(&world, GroupQuery { sort, quick: "%".into(), ..query }).await;
        assert_eq!(names, [""; 0], "no sign stands for others");
    }

    async fn es_200_walking_the_pages_meets_every_group_once_in_every_order_both_ways(world: World) {
        let uma = world.uma().await;
        let people = crowd(&world, 3).await;
        let mut made = Vec::new();
        for number in 0..57 {
            // Many share a size, and some an order of names but for their case and accents.
            let name = format!("{} {}", ["group", "Group", "gróup"][number % 3], number * 7 % 57);
            let id = create(&world, &uma, profile(&name)).await.unwrap().id;
            add(&world, &uma, id, &people[..number % 4]).await.unwrap();
            made.push(id);
        }
        let page = async |query: &GroupQuery| {
            world.identity.read(&uma, async |op| groups::list(op, query).await).await.unwrap()
        };
        let ids = |page: &GroupPage| page.groups.iter().map(|group| group.id).collect::<Vec<_>>();
        for (column, descending, quick) in [
            (GroupColumn::Name, false, ""),
            (GroupColumn::Name, true, "group"),
            (GroupColumn::Members, false, "ROUP"),
            (GroupColumn::Members, true, ""),
        ] {
            let sort = GroupSort { column, descending };
            let list = GroupQuery { sort, quick: quick.into(), size: 500, number: 1, ..GroupQuery::default() };
            let all = ids(&page(&list).await);
            let mut unique = all.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), all.len());
            let mut query = GroupQuery { size: 10, ..list };
            let mut met = ids(&page(&query).await);
            while met.len() < all.len() {
                let after = GroupQuery { number: query.number + 1, start: GroupStart::After(*met.last().unwrap()), ..query.clone() };
                let next = page(&after).await;
                assert_eq!(ids(&next), ids(&page(&GroupQuery { start: GroupStart::Number, ..after.clone() }).await));
                let back = GroupQuery { number: query.number, start: GroupStart::Before(next.groups[0].id), ..query.clone() };
                assert_eq!(ids(&page(&back).await), met[met.len() - 10..], "{sort:?} back to page {}", query.number);
                met.extend(ids(&next));
                query = after;
            }
            assert_eq!(met, all, "{sort:?}");
        }
        // Who was added or deleted meanwhile moves nobody to another page.
        let query = GroupQuery { size: 10, number: 2, ..GroupQuery::default() };
        let first = page(&GroupQuery { number: 1, ..query.clone() }).await;
        let second = ids(&page(&query).await);
        create(&world, &uma, profile("Abacus")).await.unwrap();
        let start = GroupStart::After(first.groups[9].id);
        assert_eq!(ids(&page(&GroupQuery { start, ..query.clone() }).await), second);
        // What is gone marks no place any more; the number does.
        let gone = first.groups[9].id;
        world.identity.write(&uma, async |op| memberships::delete_group(op, gone).await).await.unwrap();
        assert_eq!(page(&GroupQuery { start, ..query.clone() }).await.groups, page(&query).await.groups);
        // What lies before the place fills no page: it is the first one.
        let before = GroupQuery { number: 1, start: GroupStart::Before(first.groups[3].id), ..query };
        assert_eq!(page(&before).await.groups.len(), 10);
    }

    async fn es_200_deleting_a_group_keeps_its_members(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let staff = made(&world, profile("Staff")).await;
        let people = crowd(&world, 3).await;
        add(&world, &uma, staff, &people).await.unwrap();
        let before = world.account(people[0]).await;
        let untouched = world.account(amy).await;
        world.clock.advance(Duration::from_mins(1));
        world.identity.write(&uma, async |op| memberships::delete_group(op, staff).await).await.unwrap();
        for id in people {
            assert_eq!(names_of(&world, id).await, [""; 0]);
            assert!(world.account(id).await.modified_at > before.modified_at);
        }
        assert_eq!(world.account(amy).await, untouched);
        assert!(matches!(group(&world, staff).await, Err(Error::NotFound)));
        assert_eq!(members(&world, &of(staff)).await, (vec![], Total::Exact(0)));
    }

    async fn es_105_coming_and_going_moves_last_modified_and_is_recorded_once(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let staff = made(&world, profile("Staff")).await;
        let before = world.account(amy).await;
        world.clock.advance(Duration::from_mins(1));
        assert_eq!(add(&world, &uma, staff, &[amy]).await.unwrap(), [DONE]);
        let joined = world.account(amy).await;
        assert_eq!((joined.modified_at, joined.version), (world.clock.now(), before.version + 1));
        world.clock.advance(Duration::from_mins(1));
        assert_eq!(add(&world, &uma, staff, &[amy]).await.unwrap(), [Outcome::Unchanged]);
        assert_eq!(world.account(amy).await, joined, "who is in it already is not written again");
        assert_eq!(take_out(&world, &uma, staff, &[amy]).await.unwrap(), [DONE]);
        assert_eq!(take_out(&world, &uma, staff, &[amy]).await.unwrap(), [Outcome::Unchanged]);
        assert_eq!(world.account(amy).await.modified_at, world.clock.now());
        let entries = history(&world, amy).await;
        let told: Vec<_> = entries.iter().filter(|entry| entry.event.starts_with("group_")).collect();
        let events: Vec<_> = told.iter().map(|entry| entry.event.as_str()).collect();
        assert_eq!(events, ["group_left", "group_joined"]);
        assert_eq!((told[1].actor_name.as_str(), told[1].details["group"].as_str()), ("Uma User", Some("Staff")));
    }

    async fn es_153_an_account_joins_several_groups_and_those_it_is_not_in_are_listed(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let all = [made(&world, profile("C")).await, made(&world, profile("A")).await, made(&world, profile("B")).await];
        join(&world, &uma, amy, &all[..1]).await.unwrap();
        let missing = GroupQuery { without: Some(amy), size: 500, number: 1, ..GroupQuery::default() };
        assert_eq!(listed(&world, missing.clone()).await, (vec!["A".to_owned(), "B".to_owned()], 2));
        let outcomes = join(&world, &uma, amy, &all[1..]).await.unwrap();
        assert_eq!(outcomes, [(all[1], DONE), (all[2], DONE)]);
        assert_eq!(names_of(&world, amy).await, ["A", "B", "C"]);
        assert_eq!(listed(&world, missing).await, (vec![], 0));
        for id in all {
            assert_eq!(group(&world, id).await.unwrap().members, 1);
        }
    }

    async fn es_155_what_is_there_stays_and_unknown_or_protected_groups_are_refused_by_themselves(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let (staff, club) = (made(&world, profile("Staff")).await, made(&world, profile("Club")).await);
        let vault = made(&world, guarded("Vault")).await;
        join(&world, &uma, amy, &[staff]).await.unwrap();
        let unknown: GroupId = world.identity.random().id(world.clock.now());
        let outcomes = join(&world, &uma, amy, &[staff, unknown, vault, club]).await.unwrap();
        let refused = Outcome::Denied(Denial::ProtectedGroup);
        assert_eq!(outcomes, [(staff, Outcome::Unchanged), (unknown, Outcome::Gone), (vault, refused), (club, DONE)]);
        assert_eq!(names_of(&world, amy).await, ["Club", "Staff"]);
        assert_eq!(group(&world, vault).await.unwrap().members, 0);
        let nobody: AccountId = world.identity.random().id(world.clock.now());
        assert!(matches!(join(&world, &uma, nobody, &[staff]).await, Err(Error::NotFound)));
    }

    async fn the_groups_of_an_account_are_set_to_exactly_these(world: World) {
        let (uma, amy) = (world.uma().await, world.cast.amy);
        let [a, b, c] = [made(&world, profile("A")).await, made(&world, profile("B")).await, made(&world, profile("C")).await];
        join(&world, &uma, amy, &[a, b]).await.unwrap();
        let version = world.account(amy).await.version;
        let set = async |op: &mut Operation<'_>| memberships::set_groups_of(op, amy, Some(version), &[b, c]).await;
        assert_eq!(in_order(world.identity.write(&uma, set).await.unwrap(), &[a, c]), [(a, DONE), (c, DONE)]);
        assert_eq!(names_of(&world, amy).await, ["B", "C"]);
        let again = world.identity.write(&uma, set).await;
        assert!(matches!(again, Err(Error::Stale)), "{again:?}");
    }

    async fn only_a_super_administrator_protects_a_group_and_changes_a_protected_one(world: World) {
        let (uma, sophia) = (world.uma().await, world.sophia().await);
        let staff = create(&world, &uma, profile("Staff")).await.unwrap();
        assert_eq!(denial(create(&world, &uma, guarded("Vault")).await), Denial::Role);
        assert_eq!(denial(update(&world, &uma, staff.id, None, guarded("Staff")).await), Denial::Role);
        update(&world, &sophia, staff.id, None, guarded("Staff")).await.unwrap();
        add(&world, &sophia, staff.id, &[world.cast.amy]).await.unwrap();
        let refused = Denial::ProtectedGroup;
        assert_eq!(denial(update(&world, &uma, staff.id, None, guarded("Mine")).await), refused);
        assert_eq!(denial(update(&world, &uma, staff.id, None, profile("Staff")).await), refused, "nor unprotects it");
        let bob = world.person("Bob", "Ng").await.id;
        assert_eq!(denial(add(&world, &uma, staff.id, &[bob]).await), refused);
        assert_eq!(denial(take_out(&world, &uma, staff.id, &[world.cast.amy]).await), refused);
        let delete = async |op: &mut Operation<'_>| memberships::delete_group(op, staff.id).await;
        assert_eq!(denial(world.identity.write(&uma, delete).await), refused);
        update(&world, &sophia, staff.id, None, profile("Staff")).await.unwrap();
        assert_eq!(take_out(&world, &uma, staff.id, &[world.cast.amy]).await.unwrap(), [DONE]);
    }

    async fn g3_members_of_a_protected_group_are_protected_like_administrators(world: World) {
        let (uma, sophia, amy) = (world.uma().await, world.sophia().await, world.cast.amy);
        let (vault, staff) = (made(&world, guarded("Vault")).await, made(&world, profile("Staff")).await);
        assert!(!world.account(amy).await.is_protected());
        add(&world, &sophia, vault, &[amy]).await.unwrap();
        let before = world.account(amy).await;
        assert!(before.is_protected() && before.roles.is_empty());
        let rename = || AccountChange { last_name: base::Change::Set("Other".into()), ..AccountChange::default() };
        let renamed = world.identity.write(&uma, async |op| accounts::update(op, amy, None, rename()).await).await;
        assert_eq!(denial(renamed), Denial::Protected);
        let disabled = world.identity.write(&uma, async |op| accounts::disable(op, amy, None).await).await;
        assert_eq!(denial(disabled), Denial::Protected);
        let deleted = world.identity.write(&uma, async |op| accounts::delete(op, amy).await).await;
        assert_eq!(denial(deleted), Denial::Protected);
        assert_eq!(denial(join(&world, &uma, amy, &[staff]).await), Denial::Protected);
        assert_eq!(add(&world, &uma, staff, &[amy]).await.unwrap(), [Outcome::Denied(Denial::Protected)]);
        assert_eq!(world.account(amy).await, before);
        // In a list, one by one and under lock: it is told alike.
        let found = world.identity.read(&uma, async |op| accounts::find_many(op, &[amy]).await).await.unwrap();
        assert!(found[0].in_protected_group);
        take_out(&world, &sophia, vault, &[amy]).await.unwrap();
        assert!(!world.account(amy).await.is_protected());
        world.identity.write(&uma, async |op| accounts::update(op, amy, None, rename()).await).await.unwrap();
    }

    async fn an_administrator_is_put_into_a_group_by_super_administrators_only(world: World) {
        let (uma, sophia) = (world.uma().await, world.sophia().await);
        let staff = made(&world, profile("Staff")).await;
        let everybody = [world.cast.amy, world.cast.sam, world.cast.uma];
        let refused = Outcome::Denied(Denial::Protected);
        assert_eq!(add(&world, &uma, staff, &everybody).await.unwrap(), [DONE, refused, refused]);
        assert_eq!(add(&world, &sophia, staff, &everybody).await.unwrap(), [Outcome::Unchanged, DONE, DONE]);
        assert_eq!(group(&world, staff).await.unwrap().members, 3);
        assert_eq!(world.account(world.cast.sam).await.roles, [Role::SsoAdministrator].into_iter().collect());
    }

    async fn very_many_join_and_leave_at_once_and_the_number_is_right(world: World) {
        let uma = world.uma().await;
        let staff = made(&world, profile("Staff")).await;
        let people = crowd(&world, 1_203).await;
        let gone: AccountId = world.identity.random().id(world.clock.now());
        add(&world, &uma, staff, &people[..5]).await.unwrap();
        let mut all = people.clone();
        all.push(gone);
        let outcomes = add(&world, &uma, staff, &all).await.unwrap();
        let count = |wanted: Outcome| outcomes.iter().filter(|outcome| **outcome == wanted).count();
        assert_eq!((count(DONE), count(Outcome::Unchanged), count(Outcome::Gone)), (1_198, 5, 1));
        assert_eq!(group(&world, staff).await.unwrap().members, 1_203);
        assert_eq!(members(&world, &of(staff)).await.1, Total::Exact(1_203));
        take_out(&world, &uma, staff, &people[3..]).await.unwrap();
        assert_eq!(group(&world, staff).await.unwrap().members, 3);
        assert_eq!(members(&world, &of(staff)).await.0.len(), 3);
    }

    async fn two_who_add_the_same_people_at_once_count_them_once(world: World) {
        let (uma, sophia) = (world.uma().await, world.sophia().await);
        let staff = made(&world, profile("Staff")).await;
        let people = crowd(&world, 40).await;
        let (one, other) = tokio::join!(add(&world, &uma, staff, &people), add(&world, &sophia, staff, &people));
        let done = |outcomes: Vec<Outcome>| outcomes.into_iter().filter(|outcome| *outcome == DONE).count();
        assert_eq!(done(one.unwrap()) + done(other.unwrap()), 40);
        assert_eq!(group(&world, staff).await.unwrap().members, 40);
        assert_eq!(members(&world, &of(staff)).await.0.len(), 40);
    }

    async fn whoever_is_deleted_or_rejected_is_counted_out_of_their_groups(world: World) {
        let sophia = world.sophia().await;
        let (staff, club) = (made(&world, profile("Staff")).await, made(&world, profile("Club")).await);
        let people = crowd(&world, 5).await;
        let (one, waiting) = (people[0], world.confirmed("Wanda").await.id);
        add(&world, &sophia, staff, &people).await.unwrap();
        add(&world, &sophia, staff, &[waiting]).await.unwrap();
        add(&world, &sophia, club, &people[..2]).await.unwrap();
        world.identity.write(&sophia, async |op| accounts::delete(op, one).await).await.unwrap();
        assert_eq!((group(&world, staff).await.unwrap().members, group(&world, club).await.unwrap().members), (5, 1));
        world.identity.write(&sophia, async |op| accounts::delete_many(op, &people[..4]).await).await.unwrap();
        assert_eq!((group(&world, staff).await.unwrap().members, group(&world, club).await.unwrap().members), (2, 0));
        world.identity.write(&sophia, async |op| accounts::reject(op, waiting, "").await).await.unwrap();
        assert_eq!(group(&world, staff).await.unwrap().members, 1);
        assert_eq!(members(&world, &of(staff)).await, (vec!["person4".to_owned()], Total::Exact(1)));
    }

    async fn es_31_members_are_listed_in_every_order_page_by_page_and_searched(world: World) {
        let uma = world.uma().await;
        let staff = made(&world, profile("Staff")).await;
        let rows = [("Bo", "Ng", "xx2"), ("Al", "Ng", "xx9"), ("Al", "Ng", "xx1"), ("Cy", "Abel", "xx5"), ("Di", "Zed", "xx0")];
        let ids: Vec<_> = world.people(&rows).await.into_iter().map(|account| account.id).collect();
        add(&world, &uma, staff, &ids[..4]).await.unwrap();
        let all = of(staff);
        assert_eq!(members(&world, &all).await, (["xx5", "xx1", "xx9", "xx2"].map(str::to_owned).into(), Total::Exact(4)));
        let sort = Sort { column: Column::Username, descending: true };
        assert_eq!(members(&world, &ListQuery { sort, ..all.clone() }).await.0, ["xx9", "xx5", "xx2", "xx1"]);
        let second = PageRequest { number: 2, start: Start::After(ids[2]) };
        let page = ListQuery { size: 2, page: second, ..all.clone() };
        assert_eq!(members(&world, &page).await, (vec!["xx9".to_owned(), "xx2".to_owned()], Total::Exact(4)));
        for (quick, expected) in [("al", vec!["xx1", "xx9"]), ("abel", vec!["xx5"]), ("zed", vec![]), ("x", vec!["xx5", "xx1", "xx9", "xx2"])] {
            let query = ListQuery { filter: Filter { quick: quick.into(), ..all.filter.clone() }, ..all.clone() };
            assert_eq!(members(&world, &query).await.0, expected, "{quick}");
        }
        let matching = async |op: &mut Operation<'_>| accounts::matching_ids(op, &all.filter, None, 3).await;
        assert_eq!(world.identity.read(&uma, matching).await.unwrap(), [ids[3], ids[2], ids[1]]);
    }
}
