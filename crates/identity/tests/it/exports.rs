//! Accounts as files.

use identity::accounts::{Filter, NewAccount};
use identity::exports::{self, Format, Request};
use identity::imports::{self, Batch, Choices, ImportFile, Mode, Next, Outcome};
use identity::{Error, access::Denial};
use testkit::{World, on_each_database};
use wire::csv::{Guard, Style};

async fn exported(world: &World, request: &Request) -> String {
    let mut sink = Vec::new();
    exports::export(&world.identity, &world.uma().await, request, &mut sink).await.unwrap();
    String::from_utf8(sink).unwrap()
}

async fn peculiar(world: &World) {
    for (username, first, last, external) in [
        ("zoe1", "=1+1", "'=x", "-7"),
        ("zoe2", "", "a,\"b\"", "007"),
        ("zoe3", "@x", "", ""),
        ("zoe4", "＝x", "''+", "x"),
    ] {
        let new = NewAccount {
            username: username.into(),
            first_name: first.into(),
            last_name: last.into(),
            mobile: "+49 170".into(),
            external_id: external.into(),
            enabled: username != "zoe2",
            complete: false,
            ..NewAccount::default()
        };
        world.create(new).await.unwrap();
    }
}

/// The outcome of each row when the file is imported over the accounts that are there.
async fn imported(world: &World, text: &str) -> Vec<Outcome> {
    let file = ImportFile::from_bytes("export.csv", text.as_bytes().to_vec()).unwrap();
    let choices = Choices { mode: Mode::CreateAndUpdate, ..Choices::default() };
    let import = imports::prepare(file, choices).unwrap();
    let mut outcomes = Vec::new();
    imports::run(&world.identity, &world.uma().await, &import, &mut |batch: &Batch| {
        outcomes.extend(batch.rows.iter().map(|row| row.outcome));
        Ok(Next::GoOn)
    })
    .await
    .unwrap();
    outcomes
}

on_each_database! {
    async fn f_6_what_is_exported_and_imported_again_changes_nothing(world: World) {
        peculiar(&world).await;
        for guard in [Guard::Spreadsheet, Guard::Exact] {
            let format = Format::Csv(Style { guard, ..Style::default() });
            let text = exported(&world, &Request { format, ..Request::default() }).await;
            assert_eq!(text.contains("'=1+1"), guard == Guard::Spreadsheet);
            assert_eq!(imported(&world, &text).await, [Outcome::Unchanged; 9], "{text}");
        }
    }

    async fn an_export_is_narrowed_like_the_list(world: World) {
        let filter = Filter { username: "am".into(), ..Filter::default() };
        let text = exported(&world, &Request { filter, ..Request::default() }).await;
        let usernames: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        assert_eq!(usernames, ["amy", "sam"]);
    }

    async fn json_has_an_object_on_each_line_and_no_secret(world: World) {
        let text = exported(&world, &Request { format: Format::NdJson, ..Request::default() }).await;
        let objects: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(objects.len(), 5);
        assert_eq!(objects[0]["email"], "amy@example.com");
        assert!(!text.contains("argon2") && !text.contains("password"));
    }

    async fn thousands_are_exported_each_once(world: World) {
        let new = (0..2_345).map(|n| NewAccount { username: format!("p{n}x"), complete: false, ..NewAccount::default() });
        let new: Vec<_> = new.collect();
        world.identity.write(&world.operator(), async |op| identity::accounts::create_many(op, new).await).await.unwrap();
        let text = exported(&world, &Request::default()).await;
        let names: std::collections::HashSet<&str> = text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        assert_eq!((names.len(), text.lines().count()), (2_350, 2_351));
    }

    async fn only_those_who_manage_people_export(world: World) {
        let sam = world.caller(world.cast.sam).await;
        let mut sink = Vec::new();
        let refused = exports::export(&world.identity, &sam, &Request::default(), &mut sink).await;
        assert!(matches!(refused, Err(Error::Denied(Denial::Role))));
        assert!(sink.is_empty());
    }
}
