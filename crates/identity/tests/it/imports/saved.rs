//! Mappings that are kept under a name (ES-91).

use identity::access::Denial;
use identity::imports::{self, Choices, Field, UsernameFrom};
use identity::{Error, Result};
use testkit::{World, on_each_database};

use super::import;

async fn save(world: &World, name: &str, choices: &Choices) -> Result<()> {
    world.identity.write(&world.uma().await, async |op| imports::save_mapping(op, name, choices).await).await
}

async fn names(world: &World) -> Vec<String> {
    let list = world.identity.read(&world.sophia().await, async |op| imports::saved_mappings(op).await).await.unwrap();
    list.into_iter().map(|mapping| mapping.name).collect()
}

on_each_database! {
    async fn es_91_a_mapping_is_kept_used_again_and_forgotten(world: World) {
        let choices = Choices {
            columns: vec![("Login".into(), Some(Field::Username)), ("Room".into(), None)],
            constants: vec![(Field::LastName, "Ng".into())],
            username_from: Some(UsernameFrom::Pattern),
            username_pattern: "{first_name}".into(),
            translations: vec![("Room".into(), vec![("a".into(), "b".into())])],
            create_disabled: true,
            ..Choices::default()
        };
        save(&world, " Monthly HR export ", &choices).await.unwrap();
        save(&world, "MONTHLY hr export", &choices).await.unwrap();
        save(&world, "Students", &Choices::default()).await.unwrap();
        assert_eq!(names(&world).await, ["MONTHLY hr export", "Students"], "one of the same name is replaced");
        let file = import("LOGIN,room,extra\nzoe,B2,x\n", Choices::default());
        let uma = world.uma().await;
        let apply = async |name: &str| {
            let work = async |op: &mut identity::Operation<'_>| {
                imports::apply_mapping(op, name, file.columns(), Choices::default()).await
            };
            world.identity.read(&uma, work).await
        };
        let applied = apply("monthly hr export").await.unwrap();
        assert_eq!(applied.notices, Vec::<String>::new());
        let expected = Choices { create_disabled: false, ..choices };
        assert_eq!(applied.choices, expected, "what new users are like is no mapping");
        assert!(matches!(apply("nothing").await, Err(Error::NotFound)));
        let delete = async |name: &str| {
            world.identity.write(&uma, async |op| imports::delete_mapping(op, name).await).await
        };
        delete("students").await.unwrap();
        assert!(matches!(delete("students").await, Err(Error::NotFound)));
        assert_eq!(names(&world).await, ["MONTHLY hr export"]);
    }

    async fn es_91_a_mapping_needs_a_name_and_the_right_to_import(world: World) {
        for name in [" ", "a\u{202e}b", &"n".repeat(101)] {
            let refused = save(&world, name, &Choices::default()).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{name}: {refused:?}");
        }
        let amy = world.caller(world.cast.amy).await;
        let refused = world.identity.read(&amy, async |op| imports::saved_mappings(op).await).await;
        assert!(matches!(refused, Err(Error::Denied(Denial::Role))));
    }
}
