//! The list: orders, pages, filters, figures.

use std::collections::HashSet;
use std::time::Duration;

use base::{AccountId, text};
use identity::access::Role;
use identity::accounts::{
    self, Account, Column, Filter, ListQuery, NewAccount, Page, PageRequest, RoleFilter, Sort, Start, Status,
    StatusFilter, Total,
};
use testkit::{World, on_each_database};

async fn page(world: &World, query: ListQuery) -> Page {
    let caller = world.uma().await;
    world.identity.read(&caller, async |op| accounts::list(op, world.identity.anchors(), &query).await).await.unwrap()
}

async fn usernames(world: &World, filter: Filter) -> Vec<String> {
    let found = page(world, ListQuery { filter, size: 500, ..ListQuery::default() }).await;
    assert_eq!(found.total, Total::Exact(found.accounts.len() as u64));
    found.accounts.into_iter().map(|account| account.username).collect()
}

fn by_number(number: u64) -> PageRequest {
    PageRequest { number, start: Start::Number }
}

/// Sixty people who share names, statuses and times in every way that a secondary order must decide.
async fn many(world: &World) -> Vec<Account> {
    let firsts = ["Al", "al", "Ål", "Bo", "", "Ámy"];
    let lasts = ["Ng", "ng", "Öz", "", "Zed"];
    let mut new = Vec::new();
    for (i, first) in firsts.iter().enumerate() {
        for (j, last) in lasts.iter().enumerate() {
            for k in 0..2 {
                new.push(NewAccount {
                    username: format!("user{}{j}{i}", 9 - k),
                    first_name: (*first).into(),
                    last_name: (*last).into(),
                    email: if (i + j) % 3 == 0 { String::new() } else { format!("{}mail{i}{j}@example.com", 9 - k) },
                    enabled: (i + j + k) % 3 != 0,
                    complete: false,
                    ..NewAccount::default()
                });
            }
        }
    }
    let mut made = Vec::new();
    for some in new.chunks(7) {
        let some = some.to_vec();
        let answers = world.identity.write(&world.operator(), async |op| accounts::create_many(op, some).await).await;
        made.extend(answers.unwrap().into_iter().map(|account| account.unwrap().id));
        world.clock.advance(Duration::from_mins(1));
    }
    page(world, ListQuery { size: 500, ..ListQuery::default() }).await.accounts
}

/// The order that the specification wants, computed without a database.
fn expected(mut accounts: Vec<Account>, sort: Sort) -> Vec<AccountId> {
    let key = |account: &Account, column: Column| -> Vec<u8> {
        let number = |n: i64| n.to_be_bytes().to_vec();
        match column {
            Column::LastName => text::sort_key(&account.last_name),
            Column::FirstName => text::sort_key(&account.first_name),
            Column::Username => text::sort_key(&account.username),
            Column::Email => text::sort_key(account.email.as_deref().unwrap_or_default()),
            Column::Status => number(account.status().rank()),
            Column::LastSignIn => number(account.last_sign_in_at.map_or(0, base::Timestamp::as_millis)),
            Column::Created => number(account.created_at.as_millis()),
        }
    };
    accounts.sort_by(|a, b| {
        let first = key(a, sort.column).cmp(&key(b, sort.column));
        let first = if sort.descending { first.reverse() } else { first };
        let rest = sort.column.secondary().iter().map(|column| key(a, *column).cmp(&key(b, *column)));
        rest.fold(first, std::cmp::Ordering::then).then(a.id.cmp(&b.id))
    });
    accounts.into_iter().map(|account| account.id).collect()
}

fn ids(page: &Page) -> Vec<AccountId> {
    page.accounts.iter().map(|account| account.id).collect()
}

on_each_database! {
    async fn es_13_to_es_25_every_order_is_total_however_it_is_walked(world: World) {
        let everyone = many(&world).await;
        for column in Column::ALL {
            for descending in [false, true] {
                let sort = Sort { column, descending };
                let order = expected(everyone.clone(), sort);
                let size = 7;
                let query = |page| ListQuery { sort, size, page, ..ListQuery::default() };
                let (mut by_numbers, mut forwards) = (Vec::new(), Vec::new());
                let mut start = Start::Number;
                let last = page(&world, query(by_number(1))).await.last.unwrap();
                for number in 1..=last {
                    by_numbers.extend(ids(&page(&world, query(by_number(number))).await));
                    let next = page(&world, query(PageRequest { number, start })).await;
                    assert_eq!(next.has_next, number < last);
                    forwards.extend(ids(&next));
                    start = Start::After(*forwards.last().unwrap());
                }
                assert_eq!(by_numbers, order, "{sort:?} by number");
                assert_eq!(forwards, order, "{sort:?} forwards");
                let mut start = Start::Before(order[(usize::try_from(last).unwrap() - 1) * 7]);
                for number in (1..last).rev() {
                    let found = ids(&page(&world, query(PageRequest { number, start })).await);
                    let from = (usize::try_from(number).unwrap() - 1) * 7;
                    assert_eq!(found, order[from..from + 7], "{sort:?} backwards to {number}");
                    start = Start::Before(found[0]);
                }
            }
        }
    }

    async fn es_22_order_ignores_case_and_heeds_accents(world: World) {
        world.people(&[("A", "Zed", "zed1"), ("A", "Ábel", "abel3"), ("A", "abel", "abel1"), ("A", "Abel", "abel2")]).await;
        assert_eq!(
            usernames(&world, Filter { first_name: "a".into(), username: "e".into(), ..Filter::default() }).await,
            ["abel1", "abel2", "abel3", "zed1"],
        );
    }

    async fn es_27_to_es_34_text_stands_anywhere_whatever_its_case(world: World) {
        world.people(&[
            ("Lee", "Al", "lee_x"), ("Bo", "Straße", "bo.strasse"), ("José", "Ng%", "jose"), ("Jose", "N_g", "joxe"),
        ]).await;
        let first = |text: &str| Filter { first_name: text.into(), ..Filter::default() };
        assert_eq!(usernames(&world, first("L")).await, usernames(&world, first("l")).await);
        assert_eq!(usernames(&world, first("jos")).await, ["joxe", "jose"]);
        assert_eq!(usernames(&world, first("josé")).await, ["jose"]);
        let last = |text: &str| Filter { last_name: text.into(), ..Filter::default() };
        assert_eq!(usernames(&world, last("STRASSE")).await, ["bo.strasse"]);
        assert_eq!(usernames(&world, last("%")).await, ["jose"]);
        assert_eq!(usernames(&world, last("n_g")).await, ["joxe"]);
        assert_eq!(usernames(&world, Filter { username: "e_x".into(), ..Filter::default() }).await, ["lee_x"]);
        assert_eq!(usernames(&world, Filter { email: "SE@EXAMPLE".into(), ..Filter::default() }).await, ["jose", "bo.strasse"]);
        assert_eq!(usernames(&world, Filter { quick: " bo  STRASSE ".into(), ..Filter::default() }).await, ["bo.strasse"]);
        assert_eq!(usernames(&world, Filter { quick: "zzzz".into(), ..Filter::default() }).await, [""; 0]);
        for hostile in ["'", "\"", "\\", "*", "\" OR \"", "a\" AND \"b", "%%%", "___", "💥💥💥", "'; drop table accounts; --"] {
            assert_eq!(usernames(&world, Filter { quick: hostile.replace(' ', ""), ..Filter::default() }).await, [""; 0], "{hostile}");
        }
    }

    async fn es_31_and_es_32_each_criterion_narrows_and_all_must_hold(world: World) {
        let off = world.person("Off", "Switched").await;
        let caller = world.uma().await;
        world.identity.write(&caller, async |op| accounts::disable(op, off.id, None).await).await.unwrap();
        let status = |statuses: &[StatusFilter]| Filter { statuses: statuses.to_vec(), ..Filter::default() };
        assert_eq!(usernames(&world, status(&[StatusFilter::Status(Status::Disabled)])).await, ["off"]);
        let both = status(&[StatusFilter::Status(Status::Disabled), StatusFilter::Locked]);
        assert_eq!(usernames(&world, both).await, ["off"]);
        for nobody in [StatusFilter::Locked, StatusFilter::PendingPasswordReset, StatusFilter::PendingFirstPassword,
            StatusFilter::PendingEmailVerification, StatusFilter::PendingMobileVerification,
            StatusFilter::Status(Status::PendingActivation), StatusFilter::Status(Status::PendingApproval)] {
            assert_eq!(usernames(&world, status(&[nobody])).await, [""; 0], "{nobody}");
        }
        let role = |role| Filter { role: Some(role), ..Filter::default() };
        assert_eq!(usernames(&world, role(RoleFilter::Role(Role::UserAdministrator))).await, ["uma"]);
        assert_eq!(usernames(&world, role(RoleFilter::Any)).await, ["sam", "sophia", "sylvia", "uma"]);
        assert_eq!(usernames(&world, role(RoleFilter::None)).await, ["amy", "off"]);
        let enabled_off = Filter { last_name: "switched".into(), ..status(&[StatusFilter::Status(Status::Enabled)]) };
        assert_eq!(usernames(&world, enabled_off).await, [""; 0]);
        let now = world.clock.now();
        assert_eq!(usernames(&world, Filter { created_from: Some(now.plus(Duration::from_secs(1))), ..Filter::default() }).await, [""; 0]);
        assert_eq!(usernames(&world, Filter { unused_since: Some(now), quick: "off".into(), ..Filter::default() }).await, ["off"]);
    }

    async fn es_11_a_page_past_the_end_is_the_last_page(world: World) {
        for number in [999, u64::MAX, 1_000_000_000_000_000_000] {
            let found = page(&world, ListQuery { size: 3, page: by_number(number), ..ListQuery::default() }).await;
            assert_eq!((found.number, found.accounts.len()), (2, 2));
        }
        let none = Filter { quick: "nobody".into(), ..Filter::default() };
        let found = page(&world, ListQuery { size: 3, filter: none, page: by_number(7), ..ListQuery::default() }).await;
        assert_eq!((found.number, found.accounts.len(), found.last), (1, 0, Some(1)));
    }

    async fn the_next_page_misses_nobody_when_somebody_before_it_goes(world: World) {
        let query = |page| ListQuery { size: 2, page, ..ListQuery::default() };
        let first = page(&world, query(by_number(1))).await;
        let caller = world.sophia().await;
        world.identity.write(&caller, async |op| accounts::delete(op, first.accounts[0].id).await).await.unwrap();
        let second = page(&world, query(PageRequest { number: 2, start: Start::After(first.accounts[1].id) })).await;
        assert_eq!(second.accounts[0].username, "sophia");
        // An account that is gone marks no place; the number does.
        let gone = Start::After(first.accounts[0].id);
        assert_eq!(page(&world, query(PageRequest { number: 1, start: gone })).await.accounts.len(), 2);
    }

    async fn far_pages_of_a_long_list_are_exact(world: World) {
        let new: Vec<_> = (0..3_100).map(|n| NewAccount {
            username: format!("u{n:05}"), last_name: format!("L{:03}", n % 200), enabled: n % 10 != 0,
            complete: false, ..NewAccount::default()
        }).collect();
        world.identity.write(&world.operator(), async |op| accounts::create_many(op, new).await).await.unwrap();
        for sort in Column::ALL.iter().flat_map(|column| [false, true].map(|descending| Sort { column: *column, descending })) {
            let mut seen = HashSet::new();
            let mut all = Vec::new();
            for number in 1..=7 {
                let found = page(&world, ListQuery { sort, size: 500, page: by_number(number), ..ListQuery::default() }).await;
                all.extend(found.accounts);
            }
            let order: Vec<_> = all.iter().map(|account| account.id).collect();
            assert!(order.iter().all(|id| seen.insert(*id)), "{sort:?} repeats somebody");
            assert_eq!(order.len(), 3_105);
            assert_eq!(order, expected(all, sort), "{sort:?}");
        }
        // One more account moves the remembered places.
        world.person("Zzz", "AAAA").await;
        let found = page(&world, ListQuery { size: 100, page: by_number(29), ..ListQuery::default() }).await;
        let before = page(&world, ListQuery { size: 100, page: PageRequest { number: 28, start: Start::Before(found.accounts[0].id) }, ..ListQuery::default() }).await;
        let by_its_number = page(&world, ListQuery { size: 100, page: by_number(28), ..ListQuery::default() }).await;
        assert_eq!(ids(&before), ids(&by_its_number));
        // A frequent text is met on the way; a frequent one at the far end is found all the same.
        let frequent = Filter { username: "u0".into(), ..Filter::default() };
        let found = page(&world, ListQuery { size: 10, filter: frequent, ..ListQuery::default() }).await;
        assert_eq!((found.total, found.accounts.len()), (Total::Exact(3_100), 10));
        let enabled = Filter { statuses: vec![StatusFilter::Status(Status::Disabled)], ..Filter::default() };
        assert_eq!(page(&world, ListQuery { size: 10, filter: enabled, ..ListQuery::default() }).await.total, Total::Exact(310));
    }

    async fn es_54_the_figures_add_up_and_ignore_the_filter(world: World) {
        let caller = world.uma().await;
        let made = world.people(&[("A", "A", "aaa"), ("B", "B", "bbb"), ("C", "C", "ccc")]).await;
        let some: Vec<_> = made.iter().map(|account| account.id).collect();
        world.identity.write(&caller, async |op| accounts::disable_many(op, &some).await).await.unwrap();
        world.identity.write(&caller, async |op| accounts::delete_many(op, &some[..1]).await).await.unwrap();
        world.identity.write(&caller, async |op| accounts::enable(op, some[1]).await).await.unwrap();
        let figures = world.identity.read(&caller, async |op| accounts::summary(op).await).await.unwrap();
        assert_eq!((figures.total, figures.enabled, figures.disabled), (7, 6, 1));
        assert_eq!(figures.total, Status::ALL.iter().map(|status| figures.of(*status)).sum::<u64>());
    }

    async fn es_1_the_list_is_for_user_administrators(world: World) {
        for (who, may) in [(world.cast.sophia, true), (world.cast.uma, true), (world.cast.sam, false), (world.cast.sylvia, false), (world.cast.amy, false)] {
            let caller = world.caller(who).await;
            let listed = world.identity.read(&caller, async |op| accounts::list(op, world.identity.anchors(), &ListQuery::default()).await).await;
            assert_eq!(listed.is_ok(), may);
        }
    }
}
