//! Definitions that change while accounts have values.

use identity::accounts;
use identity::attributes::{self, Definition, Kind, Preview, State, Values};
use identity::{Error, Result};
use testkit::{World, on_each_database};

use super::{
    change, code, codes, create, entered, indexed, joined, keys, labelled, made, of_kind, redefine, somebody, tend,
};

async fn preview(world: &World, attribute: &attributes::Attribute, definition: Definition) -> Preview {
    attributes::preview(&world.identity, &world.operator(), attribute.id, definition).await.unwrap()
}

on_each_database! {
    async fn es_201_a_preview_tells_what_a_definition_would_mean(world: World) {
        let code = made(&world, "code", Definition { is_multi: true, ..labelled("Code") }).await;
        for (name, values) in [("ann", vec!["A1"]), ("bob", vec!["a1", "B2"]), ("cid", vec!["lower"]), ("dan", vec![])] {
            joined(&world, name, [("code", values)].into_iter().collect()).await;
        }
        let cast = 5;
        let strict = Definition { is_required: true, is_unique: true, pattern: "[A-Z][0-9]".into(), ..labelled("Code") };
        let found = preview(&world, &code, strict).await;
        assert_eq!(
            found,
            Preview { with_value: 3, missing: 1 + cast, violating: 2, sharing: 2, of_another_kind: 0 },
            "two values of bob are too many, and one is not of the pattern; ann and he share one"
        );
        let number = Definition { is_multi: true, ..of_kind(Kind::Number) };
        assert_eq!(preview(&world, &code, number).await.of_another_kind, 3);
        let anything = preview(&world, &code, labelled("Code")).await;
        assert_eq!(anything, Preview { with_value: 3, violating: 1, ..Preview::default() });
        assert_eq!(indexed(&world).await, 0, "nothing is written");
    }

    async fn es_201_what_would_break_values_is_refused_with_a_number(world: World) {
        let room = made(&world, "room", labelled("Room")).await;
        let ann = joined(&world, "ann", entered(&[("room", "12")])).await;
        joined(&world, "bob", entered(&[("room", "12")])).await;
        let cid = joined(&world, "cid", entered(&[("room", "12b")])).await;
        let unique = || Definition { is_unique: true, ..labelled("Room") };
        let refused = redefine(&world, &room, unique()).await.unwrap_err();
        assert_eq!(refused.code(), "values_shared");
        assert!(refused.to_string().starts_with("2 users have "), "{refused}");
        let number = || Definition { ..of_kind(Kind::Number) };
        let refused = redefine(&world, &room, number()).await.unwrap_err();
        assert_eq!(refused.code(), "values_of_another_kind");
        assert!(refused.to_string().starts_with("1 user has "), "{refused}");

        change(&world, ann.id, entered(&[("room", "13")])).await.unwrap();
        change(&world, cid.id, entered(&[("room", "14")])).await.unwrap();
        redefine(&world, &room, unique()).await.unwrap();
        tend(&world).await;
        assert_eq!(codes(change(&world, ann.id, entered(&[("room", "12")])).await)[0].1, "VALUE_TAKEN");
        redefine(&world, &room, Definition { is_unique: true, ..number() }).await.unwrap();
        assert_eq!(codes(change(&world, ann.id, entered(&[("room", "x")])).await)[0].1, "BAD_NUMBER");
    }

    async fn es_201_the_index_follows_the_definition(world: World) {
        let room = made(&world, "room", labelled("Room")).await;
        for number in 0..30 {
            joined(&world, &format!("p{number}x"), entered(&[("room", &format!("Room {number}"))])).await;
        }
        assert_eq!(indexed(&world).await, 0);
        let searchable = redefine(&world, &room, Definition { is_searchable: true, ..labelled("Room") }).await.unwrap();
        assert_eq!((searchable.state, searchable.can_be_searched()), (State::Indexing, false));
        // Whoever comes or changes meanwhile is known at once.
        let late = joined(&world, "late", entered(&[("room", "Late")])).await;
        change(&world, late.id, entered(&[("room", "Later")])).await.unwrap();
        assert_eq!(indexed(&world).await, 1);
        assert!(tend(&world).await >= 31);
        assert_eq!(indexed(&world).await, 31);
        assert_eq!(tend(&world).await, 0, "then there is nothing to do");
        redefine(&world, &room, labelled("Room")).await.unwrap();
        tend(&world).await;
        assert_eq!(indexed(&world).await, 0);
    }

    async fn es_201_doubles_of_the_last_moment_stay_until_they_are_changed(world: World) {
        let room = made(&world, "room", Definition { is_searchable: true, ..labelled("Room") }).await;
        let ann = joined(&world, "ann", entered(&[("room", "1")])).await;
        redefine(&world, &room, Definition { is_unique: true, ..labelled("Room") }).await.unwrap();
        // The index still says nothing of uniqueness, so that this one slips in.
        let bob = joined(&world, "bob", entered(&[("room", "1")])).await;
        tend(&world).await;
        assert_eq!(indexed(&world).await, 2);
        let owner_stays = change(&world, ann.id, entered(&[("room", "1 ")])).await;
        assert!(owner_stays.is_ok() && change(&world, bob.id, entered(&[("room", "1")])).await.is_ok(), "nothing changes");
        assert_eq!(codes(world.create(somebody("cid", entered(&[("room", "1")]))).await)[0].1, "VALUE_TAKEN");
    }

    async fn es_201_a_deleted_attribute_takes_its_values_along(world: World) {
        let room = made(&world, "room", Definition { is_searchable: true, ..labelled("Room") }).await;
        made(&world, "note", labelled("Note")).await;
        let ann = joined(&world, "ann", entered(&[("room", "1"), ("note", "stays")])).await;
        let delete = async || {
            let id = room.id;
            world.identity.write(&world.sophia().await, async |op| attributes::delete(op, id, None).await).await
        };
        delete().await.unwrap();
        assert_eq!(keys(&world).await, ["note"]);
        assert_eq!(codes(change(&world, ann.id, entered(&[("room", "2")])).await)[0].1, "UNKNOWN_ATTRIBUTE");
        assert_eq!(code(create(&world, &world.operator(), "room", labelled("Again")).await), "attribute_going");
        assert!(matches!(delete().await, Err(Error::NotFound)));
        tend(&world).await;
        assert_eq!(world.account(ann.id).await.custom, entered(&[("note", "stays")]));
        assert_eq!(indexed(&world).await, 0);
        create(&world, &world.operator(), "room", labelled("Again")).await.unwrap();
        assert!(world.account(ann.id).await.custom.get("room").is_empty(), "the former values don't come back");
    }

    async fn es_201_a_definition_that_changes_between_form_and_save_is_told_by_field(world: World) {
        let room = made(&world, "room", labelled("Room")).await;
        let form = somebody("ann", entered(&[("room", "12b")]));
        redefine(&world, &room, Definition { pattern: "[0-9]+".into(), help: "Digits only".into(), ..labelled("Room") })
            .await
            .unwrap();
        let answer: Result<_> = world.create(form).await;
        let Err(Error::Invalid(problems)) = answer else { panic!("{answer:?}") };
        assert_eq!(problems.len(), 1);
        let told = [&problems[0].field, &problems[0].code, &problems[0].message];
        assert_eq!(told, ["custom.room", "BAD_FORMAT", "Digits only"]);
    }

    async fn es_201_accounts_may_change_while_they_are_brought_in_step(world: World) {
        let room = made(&world, "room", labelled("Room")).await;
        let new: Vec<_> =
            (0..2_500).map(|number| somebody(&format!("p{number}x"), entered(&[("room", &format!("{number}"))]))).collect();
        let ids: Vec<_> = world
            .identity
            .write(&world.operator(), async |op| accounts::create_many(op, new).await)
            .await
            .unwrap()
            .into_iter()
            .map(|made| made.unwrap().id)
            .collect();
        redefine(&world, &room, Definition { is_searchable: true, is_unique: true, ..labelled("Room") }).await.unwrap();
        let identity = world.identity.clone();
        let tending = tokio::spawn(async move { accounts::tend_attributes(&identity).await });
        for id in ids.iter().step_by(250) {
            change(&world, *id, Values::default()).await.unwrap();
            change(&world, *id, entered(&[("room", &format!("new {id}"))])).await.unwrap();
        }
        tending.await.unwrap().unwrap();
        tend(&world).await;
        assert_eq!(indexed(&world).await, 2_500, "each once");
        assert_eq!(codes(change(&world, ids[0], entered(&[("room", "2499")])).await)[0].1, "VALUE_TAKEN");
    }
}
