//! Every order, every filter and every way of the list, tried against each other on each database: whatever statement is
//! made of their parts, each database carries it out, and all ways find the same.

use base::{AccountId, GroupId, Timestamp};
use store::{Db, Dialect, Tx};
use testkit::databases;

use super::filter::{Filter, RoleFilter, ValueFilter};
use super::list::conditions;
use super::search::{Lead, Search};
use super::sort::{Column, Place, Sort};
use super::status::StatusFilter;
use super::{NewAccount, create_many, grant_role};
use crate::access::{Actor, Role};
use crate::attributes::{self, Definition, Kind, NewAttribute, Values};
use crate::groups::{self, GroupProfile};
use crate::{Door, Identity, Options};

/// More than there are.
const ALL: u32 = 100;

/// People who share values and people who don't, as the orders tell them apart.
async fn people(identity: &Identity) -> (Vec<AccountId>, GroupId) {
    let person = |username: &str, first: &str, last: &str, email: &str, enabled| NewAccount {
        username: username.into(),
        first_name: first.into(),
        last_name: last.into(),
        email: email.into(),
        enabled,
        complete: false,
        ..NewAccount::default()
    };
    let mut all = vec![
        person("annika", "Annika", "Andersson", "annika@example.com", true),
        person("hannah", "Hannah", "Andersson", "hannah@example.com", false),
        person("per_cent", "100%", "O\'Hara\\", "per_cent@example.com", true),
        person("nameless", "", "", "", true),
        person("nobody", "", "", "", false),
    ];
    let operator = identity.caller(Actor::Operator, Door::CommandLine);
    for (key, kind, is_multi) in
        [("note", Kind::Text, true), ("room", Kind::Text, false), ("floor", Kind::Number, true)]
    {
        let definition = Definition { label: key.into(), kind, is_multi, is_searchable: true, ..Definition::default() };
        let new = NewAttribute { key: key.into(), definition };
        identity.write(&operator, async |op| attributes::create(op, new).await).await.expect("it is added");
    }
    let values = |note: &[&str], room: &str, floor: &[&str]| -> Values {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        [("note", texts(note)), ("room", texts(&[room])), ("floor", texts(floor))].into_iter().collect()
    };
    all[0].custom = values(&["Anna Livia", "annals"], "B 12", &["1", "-2"]);
    all[1].custom = values(&["ANNA"], "b 1%_2", &["1"]);
    all[2].custom = values(&["10% \"off\" _", "nobody"], "C 12", &[]);
    all[4].custom = values(&[], "B 123", &["01.0", "2"]);
    let made = identity.write(&operator, async |op| create_many(op, all).await).await.expect("they join");
    let ids: Vec<_> = made.into_iter().map(|made| made.expect("each of them").id).collect();
    let sophia = ids[0];
    identity
        .write(&operator, async |op| grant_role(op, sophia, Role::SuperAdministrator).await)
        .await
        .expect("somebody is in charge");
    let profile = GroupProfile { name: "Some of them".into(), ..GroupProfile::default() };
    let some = [ids[0], ids[3], ids[4]];
    let group = identity
        .write(&operator, async |op| {
            let group = groups::create(op, profile).await?.id;
            let (organization, now) = (op.organization(), op.now);
            groups::put_members(&mut op.tx, organization, group, &some, now).await?;
            Ok(group)
        })
        .await;
    (ids, group.expect("some are in a group"))
}

fn sorts() -> impl Iterator<Item = Sort> {
    Column::ALL.into_iter().flat_map(|column| [false, true].map(|descending| Sort { column, descending }))
}

/// No text, text that the text index knows, text too short for it, both, text with signs that mean something to a
/// database, text in each field.
fn texts() -> Vec<Filter> {
    let quick = |quick: &str| Filter { quick: quick.into(), ..Filter::default() };
    vec![
        Filter::default(),
        quick("anna"),
        quick("an"),
        quick("annika an"),
        quick("0% o\'h \\ \" * ("),
        Filter { last_name: "anders".into(), first_name: "a".into(), ..Filter::default() },
        Filter { username: "per_c".into(), email: "example".into(), ..Filter::default() },
    ]
}

/// Every status alone, none and all; every kind of role; the group; every date.
fn others(group: GroupId) -> Vec<Filter> {
    let role = |role| Filter { role: Some(role), ..Filter::default() };
    let mut all: Vec<_> =
        StatusFilter::ALL.into_iter().map(|status| Filter { statuses: vec![status], ..Filter::default() }).collect();
    all.push(Filter { statuses: StatusFilter::ALL.to_vec(), ..Filter::default() });
    all.extend([role(RoleFilter::Any), role(RoleFilter::None)]);
    all.extend(Role::ALL.map(|one| role(RoleFilter::Role(one))));
    all.push(Filter { group: Some(group), ..Filter::default() });
    all.push(Filter { group: Some(group), statuses: StatusFilter::ALL.to_vec(), ..Filter::default() });
    let (long_ago, never) = (Timestamp::from_millis(0), Timestamp::from_millis(i64::MAX / 2));
    all.push(Filter { created_from: Some(long_ago), ..Filter::default() });
    all.push(Filter { created_before: Some(never), ..Filter::default() });
    all.push(Filter { unused_since: Some(never), ..Filter::default() });
    all.push(Filter {
        statuses: StatusFilter::ALL.to_vec(),
        role: Some(RoleFilter::Any),
        created_from: Some(long_ago),
        created_before: Some(never),
        ..Filter::default()
    });
    all
}

/// Both together.
fn both(text: &Filter, other: &Filter) -> Filter {
    Filter {
        quick: text.quick.clone(),
        last_name: text.last_name.clone(),
        first_name: text.first_name.clone(),
        username: text.username.clone(),
        email: text.email.clone(),
        ..other.clone()
    }
}

/// Finds what lies beyond a place in every way there is; all find the same.
async fn find_alike(tx: &mut Tx, search: &Search<'_>, from: Option<&Place>, backwards: bool) -> Vec<AccountId> {
    let about = (search.filter, search.sort, backwards);
    let walked = search.walk(tx, Lead::Order, from, backwards, 0, ALL).await.unwrap();
    let by_text = search.walk(tx, Lead::OrderAndText, from, backwards, 0, ALL).await.unwrap();
    assert_eq!(by_text, walked, "the order and the text index: {about:?}");
    let gathered = search.gather(tx, from, backwards, 0, ALL).await.unwrap();
    assert_eq!(gathered, walked, "gathered: {about:?}");
    let soon = u32::try_from(walked.len()).unwrap();
    if soon > 0 {
        let a_little = search.walk_a_little(tx, from, backwards, soon).await.unwrap();
        assert_eq!(a_little.as_deref(), Some(walked.as_slice()), "walked a little: {about:?}");
    }
    walked
}

/// Looks past the end, which is counted stretch by stretch.
async fn find_nobody(tx: &mut Tx, search: &Search<'_>) {
    for lead in [Lead::Order, Lead::OrderAndText] {
        assert_eq!(search.walk(tx, lead, None, false, 50, ALL).await.unwrap(), [], "{:?}", search.filter);
    }
    assert_eq!(search.gather(tx, None, false, 50, ALL).await.unwrap(), [], "{:?}", search.filter);
}

/// Everybody who matches in the order of creation, two at a time.
async fn in_steps(tx: &mut Tx, search: &Search<'_>) -> Vec<AccountId> {
    let (mut ids, mut after) = (Vec::new(), 0);
    loop {
        let some = search.by_creation(tx, after, 2).await.unwrap();
        let Some((last, _)) = some.last() else { return ids };
        assert!(some.len() <= 2 && *last > after);
        after = *last;
        ids.extend(some.into_iter().map(|(_, id)| id));
    }
}

/// The same, in one order.
fn sorted(mut ids: Vec<AccountId>) -> Vec<AccountId> {
    ids.sort_unstable();
    ids
}

/// How many statements of different wording were carried out: PostgreSQL keeps each prepared; SQLite doesn't tell.
async fn different_statements(tx: &mut Tx) -> i64 {
    match tx.dialect() {
        Dialect::Sqlite => i64::MAX,
        Dialect::Postgres => {
            tx.one("select count(*) from pg_prepared_statements", &[], |row| row.get(0)).await.unwrap()
        }
    }
}

/// Runs `test` on each database, in a transaction that sees the people.
#[expect(clippy::needless_pass_by_value, reason = "a test hands over a closure")]
fn on_each(test: impl AsyncFn(&mut Tx, &Identity, &[AccountId], GroupId)) {
    for database in databases() {
        testkit::block_on(async {
            let database = database();
            database.create().await;
            let db = Db::open(database.url(), store::Options { connections: 2 }).expect("the database opens");
            let options = Options { hashing_threads: Some(1), ..Options::default() };
            db.migrate(&options.clock).await.expect("it gets its schema");
            let identity = Identity::open(db, options).await.expect("the core opens");
            let (ids, group) = people(&identity).await;
            let mut tx = identity.db().begin_read().await.expect("it can be read");
            test(&mut tx, &identity, &ids, group).await;
            drop(tx);
            drop(identity);
            database.drop_now().await;
        });
    }
}

fn search<'a>(identity: &Identity, filter: &'a Filter, sort: Sort) -> Search<'a> {
    let operator = identity.caller(Actor::Operator, Door::CommandLine);
    let (organization, now) = (operator.organization, identity.clock().now());
    Search { filter, conditions: &[], sort, organization, now }
}

#[test]
fn in_every_order_from_every_place_all_ways_find_the_same() {
    on_each(async |tx, identity, ids, group| {
        let everything = others(group).pop().unwrap();
        let of_group = Filter { group: Some(group), ..Filter::default() };
        for sort in sorts() {
            for text in texts() {
                for filter in [text.clone(), both(&text, &everything), both(&text, &of_group)] {
                    let search = search(identity, &filter, sort);
                    let whole = find_alike(tx, &search, None, false).await;
                    let mut back = find_alike(tx, &search, None, true).await;
                    back.reverse();
                    assert_eq!(back, whole, "the way back: {filter:?} {sort:?}");
                    assert_eq!(search.count(tx, 1_000).await.unwrap(), i64::try_from(whole.len()).unwrap());
                    find_nobody(tx, &search).await;
                    // From one who has values of their own, and from one who shares them with others.
                    for id in [&ids[0], &ids[3]].into_iter().filter(|_| filter == text) {
                        let place = search.place_of(tx, *id).await.unwrap().unwrap();
                        let after = find_alike(tx, &search, Some(&place), false).await;
                        let before = find_alike(tx, &search, Some(&place), true).await;
                        let itself = whole.contains(id);
                        assert_eq!(
                            after.len() + before.len() + usize::from(itself),
                            whole.len(),
                            "{filter:?} {sort:?}"
                        );
                    }
                }
            }
            let all = Filter::default();
            assert_eq!(search(identity, &all, sort).every(tx, 2).await.unwrap().len(), ids.len().div_ceil(2));
        }
        let different = different_statements(tx).await;
        assert!(different > 1_500, "only {different} different statements were tried");
    });
}

#[test]
fn es_201_whatever_attributes_hold_all_ways_find_the_same() {
    on_each(async |tx, identity, ids, group| {
        let operator = identity.caller(Actor::Operator, Door::CommandLine);
        let all = identity.read(&operator, async |op| attributes::list(op).await).await.unwrap();
        let holds =
            |key: &str, wanted: &str| ValueFilter { attribute: all.get(key).unwrap().id, wanted: wanted.into() };
        let narrowings = [
            (vec![holds("note", " ANNA ")], 2),
            (vec![holds("note", "an")], 2),
            (vec![holds("note", "0% \"o")], 1),
            (vec![holds("room", "b 12")], 2),
            (vec![holds("room", "%_")], 1),
            (vec![holds("floor", "1")], 3),
            (vec![holds("floor", "-2")], 1),
            (vec![holds("floor", "1"), holds("note", "anna")], 2),
            (vec![holds("room", "12"), holds("floor", "2"), holds("room", "b")], 1),
            (vec![holds("note", "nothing of this")], 0),
        ];
        for (custom, expected) in narrowings {
            let alone = Filter { custom: custom.clone(), ..Filter::default() };
            let conditions = identity.read(&operator, async |op| conditions(op, &alone).await).await.unwrap();
            for text in texts() {
                for other in
                    [Filter::default(), others(group).pop().unwrap(), Filter { group: Some(group), ..alone.clone() }]
                {
                    let filter = Filter { custom: custom.clone(), ..both(&text, &other) };
                    for sort in [Sort::default(), Sort { column: Column::Status, descending: true }] {
                        let search = Search { conditions: &conditions, ..search(identity, &filter, sort) };
                        let whole = find_alike(tx, &search, None, false).await;
                        let mut back = find_alike(tx, &search, None, true).await;
                        back.reverse();
                        assert_eq!(back, whole, "the way back: {filter:?}");
                        assert_eq!(search.count(tx, 1_000).await.unwrap(), i64::try_from(whole.len()).unwrap());
                        assert_eq!(sorted(in_steps(tx, &search).await), sorted(whole.clone()), "in steps: {filter:?}");
                        find_nobody(tx, &search).await;
                        assert!(whole.iter().all(|id| ids.contains(id)));
                        if filter == alone {
                            assert_eq!(whole.len(), expected, "{filter:?}");
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn whatever_a_list_is_narrowed_to_all_ways_find_the_same() {
    on_each(async |tx, identity, ids, group| {
        let mut found = 0;
        for text in texts() {
            for other in others(group) {
                let filter = both(&text, &other);
                let search = search(identity, &filter, Sort::default());
                let whole = find_alike(tx, &search, None, false).await;
                assert_eq!(search.count(tx, 1_000).await.unwrap(), i64::try_from(whole.len()).unwrap());
                assert_eq!(sorted(in_steps(tx, &search).await), sorted(whole.clone()), "in steps: {filter:?}");
                found += whole.len();
            }
        }
        assert!(found > 10 * ids.len(), "only {found} were found in all");
        let different = different_statements(tx).await;
        assert!(different > 300, "only {different} different statements were tried");
    });
}
