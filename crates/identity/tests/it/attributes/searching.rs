//! Lists narrowed by what attributes hold.

use identity::Result;
use identity::accounts::{self, Filter, ListQuery, Page, Total, ValueFilter};
use identity::attributes::{Attribute, Definition, Kind, Values};
use testkit::{World, on_each_database};

use super::{code, entered, joined, labelled, made, of_kind, redefine, tend};

async fn page(world: &World, custom: Vec<ValueFilter>) -> Result<Page> {
    let query = ListQuery { filter: Filter { custom, ..Filter::default() }, size: 100, ..ListQuery::default() };
    let list = async |op: &mut identity::Operation<'_>| accounts::list(op, world.identity.anchors(), &query).await;
    world.identity.read(&world.uma().await, list).await
}

async fn found(world: &World, custom: Vec<ValueFilter>) -> Vec<String> {
    let page = page(world, custom).await.unwrap();
    assert_eq!(page.total, Total::Exact(page.accounts.len() as u64));
    let mut names: Vec<_> = page.accounts.into_iter().map(|account| account.username).collect();
    names.sort_unstable();
    names
}

fn holds(attribute: &Attribute, wanted: &str) -> ValueFilter {
    ValueFilter { attribute: attribute.id, wanted: wanted.into() }
}

on_each_database! {
    async fn es_201_accounts_are_found_by_what_searchable_attributes_hold(world: World) {
        let searchable = |kind| Definition { is_searchable: true, ..of_kind(kind) };
        let department = made(&world, "department", searchable(Kind::Choice)).await;
        let staff = made(&world, "staff_no", searchable(Kind::Text)).await;
        let born = made(&world, "born", searchable(Kind::Date)).await;
        let member = made(&world, "member", searchable(Kind::Boolean)).await;
        let law = ("department", "LAW");
        joined(&world, "ann", entered(&[law, ("staff_no", "A-1234"), ("born", "2000-01-31"), ("member", "yes")])).await;
        let bob = joined(&world, "bob", entered(&[law, ("staff_no", "B-1235"), ("member", "no")])).await;
        joined(&world, "cid", entered(&[("department", "CMP"), ("staff_no", "é-99")])).await;
        joined(&world, "dan", Values::default()).await;
        for (custom, expected) in [
            (vec![holds(&department, "LAW")], vec!["ann", "bob"]),
            (vec![holds(&department, "LA")], vec![]),
            (vec![holds(&staff, "123")], vec!["ann", "bob"]),
            (vec![holds(&staff, "É-9")], vec!["cid"]),
            (vec![holds(&staff, "3")], vec!["ann", "bob"]),
            (vec![holds(&born, "2000-01-31")], vec!["ann"]),
            (vec![holds(&member, "true")], vec!["ann"]),
            (vec![holds(&department, "LAW"), holds(&staff, "35")], vec!["bob"]),
        ] {
            assert_eq!(found(&world, custom.clone()).await, expected, "{custom:?}");
        }
        super::change(&world, bob.id, entered(&[("department", "CMP")])).await.unwrap();
        assert_eq!(found(&world, vec![holds(&department, "LAW")]).await, ["ann"]);
        assert_eq!(found(&world, vec![holds(&department, "CMP")]).await, ["bob", "cid"]);
        world.identity.write(&world.sophia().await, async |op| accounts::delete(op, bob.id).await).await.unwrap();
        assert_eq!(found(&world, vec![holds(&staff, "123")]).await, ["ann"]);
    }

    async fn es_201_a_list_is_not_narrowed_by_what_can_not_be_searched(world: World) {
        let room = made(&world, "room", labelled("Room")).await;
        joined(&world, "ann", entered(&[("room", "Room 1")])).await;
        let wanted = vec![holds(&room, "room")];
        assert_eq!(code(page(&world, wanted.clone()).await), "attribute_not_searchable");
        redefine(&world, &room, Definition { is_searchable: true, ..labelled("Room") }).await.unwrap();
        assert_eq!(code(page(&world, wanted.clone()).await), "attribute_not_searchable", "not yet");
        tend(&world).await;
        assert_eq!(found(&world, wanted.clone()).await, ["ann"]);
        // Of a kind that is asked for whole values, the same values are found otherwise.
        let choices = identity::attributes::Choice::from_lines("Room 1\nRoom 2");
        let choice = Definition { is_searchable: true, choices, kind: Kind::Choice, ..labelled("Room") };
        redefine(&world, &room, choice).await.unwrap();
        tend(&world).await;
        assert_eq!(found(&world, wanted.clone()).await, [""; 0]);
        assert_eq!(found(&world, vec![holds(&room, "Room 1")]).await, ["ann"]);
    }
}
