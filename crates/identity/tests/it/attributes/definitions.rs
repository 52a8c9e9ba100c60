//! Defining attributes.

use std::time::Duration;

use identity::access::Denial;
use identity::attributes::{self, Attribute, Choice, Definition, Direction, Kind, MAX_ATTRIBUTES, State};
use identity::{Caller, Error, Result};
use testkit::{World, on_each_database};

use super::{code, codes, create, keys, labelled, made, of_kind};

async fn find(world: &World, attribute: &Attribute) -> Result<Attribute> {
    let id = attribute.id;
    world.identity.read(&world.operator(), async |op| attributes::find(op, id).await).await
}

async fn update(world: &World, caller: &Caller, attribute: &Attribute, definition: Definition) -> Result<Attribute> {
    attributes::update(&world.identity, caller, attribute.id, Some(attribute.version), definition).await
}

async fn rearrange(world: &World, caller: &Caller, attribute: &Attribute, direction: Direction) -> Result<()> {
    let id = attribute.id;
    world.identity.write(caller, async |op| attributes::rearrange(op, id, direction).await).await
}

async fn delete(world: &World, caller: &Caller, attribute: &Attribute) -> Result<()> {
    let (id, version) = (attribute.id, Some(attribute.version));
    world.identity.write(caller, async |op| attributes::delete(op, id, version).await).await
}

fn is_denied<T>(answer: &Result<T>) -> bool {
    matches!(answer, Err(Error::Denied(Denial::Role)))
}

on_each_database! {
    async fn es_201_system_administrators_define_attributes_and_user_administrators_read_them(world: World) {
        let sylvia = world.caller(world.cast.sylvia).await;
        let note = create(&world, &sylvia, "note", labelled(" Note ")).await.unwrap();
        assert_eq!((note.version, note.definition.label.as_str(), note.state), (1, "Note", State::Ready));
        let noted = update(&world, &sylvia, &note, labelled("Remark")).await.unwrap();
        assert_eq!(find(&world, &note).await.unwrap(), noted);
        assert_eq!(noted.version, 2);

        for id in [world.cast.uma, world.cast.sam, world.cast.amy] {
            let caller = world.caller(id).await;
            assert!(is_denied(&create(&world, &caller, "other", labelled("Other")).await));
            assert!(is_denied(&update(&world, &caller, &noted, labelled("Other")).await));
            assert!(is_denied(&rearrange(&world, &caller, &noted, Direction::Up).await));
            assert!(is_denied(&delete(&world, &caller, &noted).await));
            let list = world.identity.read(&caller, async |op| attributes::list(op).await).await;
            assert_eq!(list.is_ok(), id == world.cast.uma);
        }
        delete(&world, &sylvia, &noted).await.unwrap();
        assert_eq!(keys(&world).await, [""; 0]);
        assert!(matches!(find(&world, &note).await, Err(Error::NotFound)));
        assert!(matches!(delete(&world, &sylvia, &noted).await, Err(Error::NotFound)));
    }

    async fn es_201_a_key_is_unique_and_every_broken_rule_is_named(world: World) {
        let operator = world.operator();
        made(&world, "note", Definition { oidc_claim: "note".into(), ..labelled("Note") }).await;
        let again = Definition { oidc_claim: "note".into(), ..labelled("Note") };
        let expected = [("oidc_claim", "NAME_TAKEN"), ("key", "KEY_TAKEN")];
        assert_eq!(codes(create(&world, &operator, "note", again).await), expected.map(|(f, c)| (f.into(), c.into())));
        let wrong = Definition { pattern: "(".into(), ..labelled("") };
        let fields: Vec<_> = codes(create(&world, &operator, "Note", wrong).await).into_iter().map(|one| one.0).collect();
        assert_eq!(fields, ["key", "label", "pattern"]);
    }

    async fn es_201_the_one_who_saves_an_older_definition_is_told(world: World) {
        let sophia = world.sophia().await;
        let note = made(&world, "note", labelled("Note")).await;
        update(&world, &sophia, &note, labelled("First")).await.unwrap();
        assert!(matches!(update(&world, &sophia, &note, labelled("Second")).await, Err(Error::Stale)));
        assert!(matches!(delete(&world, &sophia, &note).await, Err(Error::Stale)));
        let (id, version) = (note.id, None);
        let forced = attributes::update(&world.identity, &sophia, id, version, labelled("Third")).await.unwrap();
        assert_eq!((forced.version, forced.definition.label.as_str()), (3, "Third"));
        let same = update(&world, &sophia, &forced, labelled("Third")).await.unwrap();
        assert_eq!(same, forced, "what is so already is not written again");
    }

    async fn es_201_attributes_stand_in_the_order_that_was_chosen(world: World) {
        let operator = world.operator();
        let mut all = Vec::new();
        for key in ["one", "two", "three"] {
            all.push(made(&world, key, labelled(key)).await);
        }
        rearrange(&world, &operator, &all[2], Direction::Up).await.unwrap();
        assert_eq!(keys(&world).await, ["one", "three", "two"]);
        rearrange(&world, &operator, &all[0], Direction::Up).await.unwrap();
        rearrange(&world, &operator, &all[1], Direction::Down).await.unwrap();
        assert_eq!(keys(&world).await, ["one", "three", "two"], "at an end nothing happens");
        rearrange(&world, &operator, &all[0], Direction::Down).await.unwrap();
        assert_eq!(keys(&world).await, ["three", "one", "two"]);
    }

    async fn es_201_there_is_a_limit_of_attributes_and_of_nothing_else(world: World) {
        let operator = world.operator();
        for number in 0..MAX_ATTRIBUTES {
            made(&world, &format!("a{number}"), labelled("A")).await;
        }
        assert_eq!(code(create(&world, &operator, "more", labelled("More")).await), "too_many_attributes");
    }

    async fn es_201_10_000_choices_are_kept_and_found(world: World) {
        let lines: Vec<_> = (0..10_000).map(|number| format!("Choice {number} | C{number}")).collect();
        let definition = Definition { choices: Choice::from_lines(&lines.join("\n")), ..of_kind(Kind::Choice) };
        let many = made(&world, "many", definition).await;
        let found = find(&world, &many).await.unwrap();
        assert_eq!(found, many);
        assert_eq!(found.definition.choices.len(), 10_000);
        assert_eq!(found.definition.choice("C9999").map(|choice| choice.label.as_str()), Some("Choice 9999"));
    }

    async fn es_201_two_who_add_the_same_key_at_once_are_told_apart(world: World) {
        let one = {
            let identity = world.identity.clone();
            let operator = world.operator();
            async move {
                let new = attributes::NewAttribute { key: "note".into(), definition: labelled("One") };
                identity.write(&operator, async |op| attributes::create(op, new).await).await
            }
        };
        let operator = world.operator();
        let (one, other) = tokio::join!(tokio::spawn(one), create(&world, &operator, "note", labelled("Other")));
        let made = [one.unwrap(), other].into_iter().flatten().count();
        assert_eq!((made, keys(&world).await), (1, vec!["note".to_owned()]));
    }

    async fn es_201_what_happens_to_definitions_is_in_the_audit_log(world: World) {
        let sophia = world.sophia().await;
        let note = create(&world, &sophia, "note", labelled("Note")).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
        let other = create(&world, &sophia, "other", labelled("Other")).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
        update(&world, &sophia, &note, labelled("Remark")).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
        rearrange(&world, &sophia, &other, Direction::Up).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
        delete(&world, &sophia, &other).await.unwrap();
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let sql = "select event, target_name from audit_events where target_kind = 'attribute' order by id";
        let read = tx.all(sql, &[], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)));
        let told = read.await.unwrap();
        let expected = [
            ("attribute_created", "note"),
            ("attribute_created", "other"),
            ("attribute_updated", "note"),
            ("attribute_moved", "other"),
            ("attribute_deleted", "other"),
        ];
        assert_eq!(told, expected.map(|(event, key)| (event.to_owned(), key.to_owned())));
        let updated = world.audited("attribute_updated").await;
        assert_eq!(updated[0]["before"]["label"], "Note");
        assert_eq!(updated[0]["after"]["label"], "Remark");
    }
}

#[test]
fn es_201_a_key_is_no_name_of_a_column_of_imports_and_exports() {
    let imported = identity::imports::Field::ALL.iter().map(|field| field.code());
    for name in imported.chain(identity::exports::Column::ALL.iter().map(|column| column.code())) {
        assert!(attributes::is_reserved(name), "{name}");
    }
}
