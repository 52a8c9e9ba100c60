//! Values of accounts: made, changed, unique, gone.

use base::{Change, Secret};
use identity::accounts::{self, AccountChange, Applicant, Registered, TypedPassword};
use identity::attributes::{Access, Definition, Kind, Values};
use identity::{Error, Operation, Result, settings};
use serde_json::json;
use testkit::{PASSWORD, on_each_database};

use super::{change, codes, entered, indexed, joined, labelled, made, of_kind, somebody};

fn one(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

on_each_database! {
    async fn es_201_and_es_120_values_are_kept_in_one_form_and_a_required_one_must_be_there(world: World) {
        made(&world, "department", Definition { is_required: true, ..of_kind(Kind::Choice) }).await;
        made(&world, "born", of_kind(Kind::Date)).await;
        made(&world, "level", Definition { default: vec!["basic".into()], ..labelled("Level") }).await;
        let uma = world.uma().await;
        let create = async |custom| world.create_as(&uma, somebody("ann", custom)).await;
        assert_eq!(codes(create(Values::default()).await), one("custom.department", "REQUIRED_MISSING"));
        assert_eq!(codes(create(entered(&[("department", " ")])).await), one("custom.department", "REQUIRED_MISSING"));
        let wrong = create(entered(&[("department", "Nursing"), ("born", "soon")])).await;
        assert_eq!(codes(wrong).len(), 2, "each field with its problem");
        let gone = create(entered(&[("department", "CMP"), ("gone", "x")])).await;
        assert_eq!(codes(gone), one("custom.gone", "UNKNOWN_ATTRIBUTE"));

        let ann = create(entered(&[("department", "computing"), ("born", "")])).await.unwrap();
        let kept = entered(&[("department", "CMP"), ("level", "basic")]);
        assert_eq!(ann.custom, kept);
        assert_eq!(world.account(ann.id).await.custom, kept, "as it comes back from the database");
    }

    async fn es_201_changes_of_values_are_told_and_what_is_so_already_is_not_written(world: World) {
        made(&world, "level", labelled("Level")).await;
        made(&world, "rooms", Definition { is_multi: true, ..labelled("Rooms") }).await;
        let ann = joined(&world, "ann", entered(&[("level", "basic")])).await;
        let both: Values = [("level", vec!["high"]), ("rooms", vec!["A 1", "B 2"])].into_iter().collect();
        let changed = change(&world, ann.id, both.clone()).await.unwrap();
        assert_eq!((changed.version, &changed.custom), (ann.version + 1, &both));
        let same = change(&world, ann.id, both.clone()).await.unwrap();
        assert_eq!(same.version, changed.version);
        let kept = change(&world, ann.id, entered(&[("level", "")])).await.unwrap();
        assert_eq!(kept.custom, [("rooms", vec!["A 1", "B 2"])].into_iter().collect());
        let told = world.audited("account_updated").await;
        assert_eq!(told.len(), 2);
        let first = json!({
            "custom.level": { "before": "basic", "after": "high" },
            "custom.rooms": { "before": null, "after": "A 1, B 2" },
        });
        let second = json!({ "custom.level": { "before": "high", "after": null } });
        assert!(told.contains(&first) && told.contains(&second), "{told:?}");
    }

    async fn es_201_accounts_without_a_required_value_stay_valid_until_they_are_changed(world: World) {
        let note = made(&world, "note", labelled("Note")).await;
        let ann = joined(&world, "ann", Values::default()).await;
        let bob = joined(&world, "bob", entered(&[("note", "a very long note")])).await;
        let strict = Definition { is_required: true, max_length: Some(4), ..labelled("Note") };
        super::redefine(&world, &note, strict).await.unwrap();

        let rename = async |id, custom| {
            let change = AccountChange { first_name: Change::Set("Other".into()), custom, ..AccountChange::default() };
            world.identity.write(&world.uma().await, async |op| accounts::update(op, id, None, change).await).await
        };
        assert_eq!(world.account(ann.id).await, ann, "nothing happened to it");
        assert_eq!(codes(rename(ann.id, Values::default()).await), one("custom.note", "REQUIRED_MISSING"));
        assert!(rename(ann.id, entered(&[("note", "abc")])).await.is_ok());
        let kept = rename(bob.id, Values::default()).await.unwrap();
        assert_eq!(kept.custom.get("note"), ["a very long note"], "what is not entered is not held against the rule");
        let again = change(&world, bob.id, entered(&[("note", "a very long note!")])).await;
        assert_eq!(codes(again), one("custom.note", "TOO_LONG"));
    }

    async fn es_201_administrators_change_what_is_theirs_to_change(world: World) {
        made(&world, "own", Definition { in_console: Access::ReadOnly, ..labelled("Own") }).await;
        let ann = joined(&world, "ann", Values::default()).await;
        assert_eq!(codes(change(&world, ann.id, entered(&[("own", "x")])).await), one("custom.own", "NOT_EDITABLE"));
    }

    async fn es_201_nobody_has_a_value_that_somebody_else_has_alone(world: World) {
        let staff = made(&world, "staff_no", Definition { is_unique: true, ..labelled("Staff number") }).await;
        let ann = joined(&world, "ann", entered(&[("staff_no", "A1")])).await;
        let bob = joined(&world, "bob", Values::default()).await;
        let taken = one("custom.staff_no", "VALUE_TAKEN");
        assert_eq!(codes(world.create(somebody("cid", entered(&[("staff_no", " a1 ")]))).await), taken);
        assert_eq!(codes(change(&world, bob.id, entered(&[("staff_no", "a1")])).await), taken);
        let respelled = change(&world, ann.id, entered(&[("staff_no", "a1")])).await.unwrap();
        assert_eq!(respelled.custom.get("staff_no"), ["a1"], "one's own in another spelling");
        change(&world, ann.id, entered(&[("staff_no", "")])).await.unwrap();
        change(&world, bob.id, entered(&[("staff_no", "A1")])).await.unwrap();
        assert_eq!(codes(change(&world, ann.id, entered(&[("staff_no", "A1")])).await), taken);
        world.identity.write(&world.sophia().await, async |op| accounts::delete(op, bob.id).await).await.unwrap();
        assert_eq!(indexed(&world).await, 0, "it went with its account");
        change(&world, ann.id, entered(&[("staff_no", "A1")])).await.unwrap();
        assert!(staff.definition.is_unique);

        // In one batch.
        let two = vec![somebody("dan", entered(&[("staff_no", "B")])), somebody("eve", entered(&[("staff_no", "b")]))];
        let made = world.identity.write(&world.operator(), async |op| accounts::create_many(op, two).await).await.unwrap();
        assert!(made[0].is_ok());
        assert_eq!(made[1].as_ref().unwrap_err()[0].code, "VALUE_TAKEN");
    }

    async fn es_201_of_two_who_want_a_unique_value_at_once_one_gets_it(world: World) {
        made(&world, "staff_no", Definition { is_unique: true, is_searchable: true, ..labelled("Staff number") }).await;
        let ann = joined(&world, "ann", Values::default()).await;
        for round in 0..5 {
            let value = format!("A{round}");
            let tasks: Vec<_> = (0..4)
                .map(|number| {
                    let (identity, operator) = (world.identity.clone(), world.operator());
                    let new = somebody(&format!("p{round}x{number}"), entered(&[("staff_no", &value)]));
                    tokio::spawn(async move {
                        identity.write(&operator, async |op| accounts::create(op, new).await.map(drop)).await
                    })
                })
                .collect();
            let mut wins = usize::from(change(&world, ann.id, entered(&[("staff_no", &value)])).await.is_ok());
            for task in tasks {
                match task.await.unwrap() {
                    Ok(()) => wins += 1,
                    Err(Error::Invalid(problems)) => assert_eq!(problems[0].code, "VALUE_TAKEN"),
                    Err(other) => panic!("{other:?}"),
                }
            }
            assert_eq!(wins, 1);
        }
    }

    async fn es_201_and_es_156_who_registers_is_asked_for_what_is_asked_at_registration(world: World) {
        made(&world, "reason", Definition { is_required: true, is_asked_at_registration: true, ..labelled("Reason") }).await;
        made(&world, "staff_no", Definition { is_required: true, ..labelled("Staff number") }).await;
        let choose = async |op: &mut Operation<'_>| settings::choose(op, "registration", json!(true)).await;
        world.identity.write(&world.operator(), choose).await.unwrap();
        let register = async |custom: Values| -> Result<Registered> {
            let applicant = Applicant {
                username: "newcomer".into(),
                first_name: "New".into(),
                last_name: "Comer".into(),
                email: "new@partner.example".into(),
                custom,
            };
            let typed = TypedPassword { password: Secret::new(PASSWORD), repeated: Secret::new(PASSWORD), temporary: false };
            accounts::register_with_password(&world.identity, &world.stranger(), &applicant, typed).await
        };
        assert_eq!(codes(register(Values::default()).await), one("custom.reason", "REQUIRED_MISSING"));
        let made = register(entered(&[("reason", "Research"), ("staff_no", "1")])).await.unwrap();
        let Registered::Made { account, .. } = made else { panic!("it is made") };
        assert_eq!(account.custom, entered(&[("reason", "Research")]), "nothing else can be set that way (ES-169)");
    }

    async fn es_201_one_of_10_000_choices_is_chosen_in_a_moment(world: World) {
        let lines: Vec<_> = (0..10_000).map(|number| format!("Choice {number} | C{number}")).collect();
        let choices = identity::attributes::Choice::from_lines(&lines.join("\n"));
        made(&world, "many", Definition { is_searchable: true, choices, ..of_kind(Kind::Choice) }).await;
        let new: Vec<_> = (0..1_000)
            .map(|number| somebody(&format!("p{number}x"), entered(&[("many", &format!("choice {}", number * 10))])))
            .collect();
        let made = world.identity.write(&world.operator(), async |op| accounts::create_many(op, new).await).await.unwrap();
        let last = made.last().unwrap().as_ref().unwrap();
        assert_eq!(last.custom.get("many"), ["C9990"]);
        assert_eq!(indexed(&world).await, 1_000);
    }
}
