//! Values that come and go in files.

use identity::accounts;
use identity::attributes::{self, Access, Definition, Kind};
use identity::exports::{self, Format, Request};
use identity::imports::{
    self, Batch, Blank, Choices, Import, ImportFile, ListSeparator, Mode, Next, Outcome, RowReport,
};
use identity::{Error, Result};
use testkit::{World, on_each_database};
use wire::csv::{Guard, Style};

use super::{entered, joined, labelled, made, of_kind, redefine};

async fn prepare(world: &World, text: &str, choices: Choices) -> Result<Import> {
    let list = async |op: &mut identity::Operation<'_>| attributes::list(op).await;
    let known = world.identity.read(&world.operator(), list).await.unwrap();
    let file = ImportFile::from_bytes("people.csv", text.as_bytes().to_vec()).unwrap().with_attributes(known);
    imports::prepare(file, choices)
}

async fn run(world: &World, import: &Import) -> Vec<RowReport> {
    let mut rows = Vec::new();
    imports::run(&world.identity, &world.uma().await, import, &mut |batch: &Batch| {
        rows.extend(batch.rows.iter().cloned());
        Ok(Next::GoOn)
    })
    .await
    .unwrap();
    rows
}

async fn rehearse(world: &World, import: &Import) -> Vec<RowReport> {
    let mut rows = Vec::new();
    imports::dry_run(&world.identity, &world.uma().await, import, &mut |batch: &Batch| {
        rows.extend(batch.rows.iter().cloned());
        Ok(Next::GoOn)
    })
    .await
    .unwrap();
    rows
}

/// Rehearses and runs an import; both tell the same. Answers outcomes, and fields and codes of problems.
async fn both(world: &World, import: &Import) -> Vec<(Outcome, Vec<(String, String)>)> {
    let told = |rows: Vec<RowReport>| -> Vec<_> {
        let problems = |row: &RowReport| {
            row.problems.iter().map(|problem| (problem.field.clone(), problem.code.clone())).collect::<Vec<_>>()
        };
        rows.into_iter().map(|row| (row.outcome, problems(&row))).collect()
    };
    let rehearsed = told(rehearse(world, import).await);
    let done = told(run(world, import).await);
    assert_eq!(rehearsed, done);
    done
}

async fn exported(world: &World, request: Request) -> Result<String> {
    let mut file = Vec::new();
    exports::export(&world.identity, &world.uma().await, request, &mut file).await?;
    Ok(String::from_utf8(file).unwrap())
}

fn updating() -> Choices {
    Choices { mode: Mode::CreateAndUpdate, ..Choices::default() }
}

fn ok(outcome: Outcome) -> (Outcome, Vec<(String, String)>) {
    (outcome, Vec::new())
}

on_each_database! {
    async fn es_201_and_es_90_values_are_imported_and_the_same_file_changes_nothing(world: World) {
        made(&world, "department", Definition { is_required: true, ..of_kind(Kind::Choice) }).await;
        made(&world, "rooms", Definition { is_multi: true, is_searchable: true, ..labelled("Rooms") }).await;
        made(&world, "staff_no", Definition { is_unique: true, ..labelled("Staff number") }).await;
        let text = "username,Choice,custom.rooms,Staff number\n\
                    ann,computing,A 1; B 2 ;;A 1,1\n\
                    bob,LAW,,2\n\
                    cid,,C 3,3\n\
                    dan,Nursing,C 3,4\n\
                    eve,Law,,1\n";
        let import = prepare(&world, text, updating()).await.unwrap();
        let mapped: Vec<_> = import.columns().iter().map(|column| column.attribute.clone()).collect();
        assert_eq!(mapped, [None, Some("department".into()), Some("rooms".into()), Some("staff_no".into())]);
        let wrong = |field: &str, code: &str| (Outcome::Failed, vec![(field.to_owned(), code.to_owned())]);
        let expected = [
            ok(Outcome::Created),
            ok(Outcome::Created),
            wrong("custom.department", "REQUIRED_MISSING"),
            wrong("custom.department", "BAD_CHOICE"),
            wrong("custom.staff_no", "DUP_IN_FILE"),
        ];
        assert_eq!(both(&world, &import).await, expected);
        let find = async |op: &mut identity::Operation<'_>| accounts::find_by_username(op, "ann").await;
        let ann = world.identity.read(&world.operator(), find).await.unwrap();
        let kept = [("department", vec!["CMP"]), ("rooms", vec!["A 1", "B 2"]), ("staff_no", vec!["1"])];
        assert_eq!(ann.custom, kept.into_iter().collect());

        let again: Vec<_> = run(&world, &import).await.into_iter().map(|row| row.outcome).take(2).collect();
        assert_eq!(again, [Outcome::Unchanged; 2]);
        let import_of_others = prepare(&world, "username,Choice,staff_no\nzoe,LAW,1\n", updating()).await.unwrap();
        assert_eq!(both(&world, &import_of_others).await, [wrong("custom.staff_no", "VALUE_TAKEN")]);
        let other = "username,rooms,department\nann,A 1|C 3,\n";
        let changing = Choices { list_separator: ListSeparator::Pipe, ..updating() };
        let import = prepare(&world, other, changing).await.unwrap();
        assert_eq!(both(&world, &import).await, [ok(Outcome::Updated)]);
        let changed = world.account(ann.id).await;
        assert_eq!(changed.custom.get("rooms"), ["A 1", "C 3"]);
        assert_eq!(changed.custom.get("department"), ["CMP"], "a blank cell keeps the value");
        let clearing = Choices { blank: Blank::Clear, ..updating() };
        let import = prepare(&world, "username,rooms,department\nann,,CMP\n", clearing).await.unwrap();
        assert_eq!(both(&world, &import).await, [ok(Outcome::Updated)]);
        assert!(world.account(ann.id).await.custom.get("rooms").is_empty());
    }

    async fn es_201_a_mapping_to_what_is_gone_is_refused_and_fails_the_rows_of_a_running_import(world: World) {
        let room = made(&world, "room", labelled("Room")).await;
        let text = "username,Room\nann,1\nbob,2\n";
        let choices = Choices { attributes: vec![("Room".into(), "room".into())], ..Choices::default() };
        let import = prepare(&world, text, choices.clone()).await.unwrap();
        let id = room.id;
        world.identity.write(&world.operator(), async |op| attributes::delete(op, id, None).await).await.unwrap();
        let Err(Error::Invalid(problems)) = prepare(&world, text, choices).await else { panic!("it is refused") };
        assert_eq!((problems[0].field.as_str(), problems[0].code.as_str()), ("custom.room", "UNKNOWN_ATTRIBUTE"));
        let failed = (Outcome::Failed, vec![("custom.room".to_owned(), "UNKNOWN_ATTRIBUTE".to_owned())]);
        assert_eq!(both(&world, &import).await, [failed.clone(), failed]);
    }

    async fn es_201_a_value_that_is_required_while_an_import_runs_fails_rows_and_loses_nothing(world: World) {
        let room = made(&world, "room", labelled("Room")).await;
        joined(&world, "ann", entered(&[])).await;
        let text = "username,room\nann,\nbob,\ncid,3\n";
        let import = prepare(&world, text, updating()).await.unwrap();
        redefine(&world, &room, Definition { is_required: true, ..labelled("Room") }).await.unwrap();
        let missing = (Outcome::Failed, vec![("custom.room".to_owned(), "REQUIRED_MISSING".to_owned())]);
        assert_eq!(both(&world, &import).await, [ok(Outcome::Unchanged), missing, ok(Outcome::Created)]);
        let Err(Error::Invalid(problems)) = prepare(&world, "username\ndan\n", updating()).await else {
            panic!("it is refused")
        };
        assert_eq!(problems[0].code, "NOT_MAPPED");
    }

    async fn es_201_values_are_exported_and_imported_again_change_nothing(world: World) {
        let hidden = Definition { in_console: Access::Hidden, ..labelled("Secret") };
        for (key, definition) in [
            ("rooms", Definition { is_multi: true, ..labelled("Rooms") }),
            ("member", of_kind(Kind::Boolean)),
            ("size", of_kind(Kind::Number)),
            ("secret", hidden),
        ] {
            made(&world, key, definition).await;
        }
        let custom = [("rooms", vec!["=1+1", "B 2"]), ("member", vec!["yes"]), ("size", vec!["1.50"])].into_iter().collect();
        joined(&world, "ann", custom).await;
        joined(&world, "bob", entered(&[("size", "12345678901234567890.123")])).await;
        for guard in [Guard::Spreadsheet, Guard::Exact] {
            let format = Format::Csv(Style { guard, ..Style::default() });
            let text = exported(&world, Request { format, ..Request::default() }).await.unwrap();
            assert!(text.lines().next().unwrap().contains(",custom.rooms,custom.member,custom.size"), "{text}");
            assert!(text.contains("=1+1;B 2,true,1.5") && !text.contains("secret"), "{text}");
            let import = prepare(&world, &text, updating()).await.unwrap();
            let outcomes: Vec<_> = run(&world, &import).await.into_iter().map(|row| row.outcome).collect();
            assert!(outcomes.len() > 2 && outcomes.iter().all(|outcome| *outcome == Outcome::Unchanged), "{outcomes:?}");
        }
        let columns = vec![exports::Column::Username];
        let objects = Request { columns, format: Format::NdJson, ..Request::default() };
        let text = exported(&world, objects).await.unwrap();
        let ann = r#"{"custom.member":true,"custom.rooms":["=1+1","B 2"],"custom.size":1.5,"username":"ann"}"#;
        let bob = r#"{"custom.member":null,"custom.rooms":[],"custom.size":"12345678901234567890.123","username":"bob"}"#;
        assert!(text.contains(ann) && text.contains(bob), "{text}");
        let only = |keys: &[&str]| Request {
            columns: Vec::new(),
            attributes: Some(keys.iter().map(|key| (*key).to_owned()).collect()),
            ..Request::default()
        };
        let text = exported(&world, only(&["size", "member"])).await.unwrap();
        assert!(text.trim_start_matches('\u{feff}').starts_with("custom.member,custom.size,spreadsheet_guard"), "{text}");
        for gone in ["secret", "gone"] {
            let Err(Error::Invalid(problems)) = exported(&world, only(&[gone])).await else { panic!("{gone}") };
            assert_eq!(problems[0].code, "UNKNOWN_ATTRIBUTE");
        }
        let logged = world.audited("export_started").await;
        assert!(logged.iter().any(|details| details["columns"] == serde_json::json!(["custom.member", "custom.size"])));
    }
}
