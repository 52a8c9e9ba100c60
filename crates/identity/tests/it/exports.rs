//! Accounts as files.

use std::io;
use std::pin::Pin;

use base::{AccountId, Change};
use identity::access::{Denial, Role};
use identity::accounts::{self, AccountChange, Filter, NewAccount, StatusFilter};
use identity::exports::{self, Column, Format, Request, Sink, Whom};
use identity::groups::{self, GroupProfile};
use identity::imports::{self, Batch, Choices, ImportFile, Mode, Next, Outcome};
use identity::{Caller, Error, Result, memberships};
use serde_json::json;
use testkit::{World, on_each_database};
use wire::csv::{Guard, Style};

async fn exported(world: &World, request: Request) -> String {
    let mut sink = Vec::new();
    exports::export(&world.identity, &world.uma().await, request, &mut sink).await.unwrap();
    String::from_utf8(sink).unwrap()
}

/// Keeps what it takes, and does something once when the first piece with accounts came.
struct Eventful<'a> {
    text: String,
    pieces: usize,
    deed: Pin<Box<dyn Future<Output = io::Result<()>> + Send + 'a>>,
}

impl Sink for Eventful<'_> {
    async fn take(&mut self, piece: Vec<u8>) -> io::Result<()> {
        self.text.push_str(&String::from_utf8(piece).unwrap());
        self.pieces += 1;
        if self.pieces == 2 { self.deed.as_mut().await } else { Ok(()) }
    }
}

/// As [`exported`], with something done meanwhile.
async fn exported_while(world: &World, deed: impl Future<Output = io::Result<()>> + Send) -> Result<String> {
    let mut sink = Eventful { text: String::new(), pieces: 0, deed: Box::pin(deed) };
    exports::export(&world.identity, &world.uma().await, Request::default(), &mut sink).await?;
    Ok(sink.text)
}

fn matching(filter: Filter) -> Request {
    Request { whom: Whom::Matching(filter), ..Request::default() }
}

fn first_cells(text: &str) -> Vec<&str> {
    text.lines().skip(1).filter_map(|line| line.split(',').next()).collect()
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

/// More than are read at once.
async fn thousands(world: &World) {
    let new = (0..2_345).map(|n| NewAccount { username: format!("p{n}x"), complete: false, ..NewAccount::default() });
    let new: Vec<_> = new.collect();
    world.identity.write(&world.operator(), async |op| accounts::create_many(op, new).await).await.unwrap();
}

/// Everybody, in the order of creation.
async fn everybody(world: &World) -> Vec<AccountId> {
    let columns = vec![Column::AccountId];
    let text = exported(world, Request { columns, ..Request::default() }).await;
    first_cells(&text).into_iter().map(|id| id.parse().unwrap()).collect()
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
    async fn f_6_the_members_of_a_group_are_exported_and_nobody_else(world: World) {
        let (sophia, amy) = (world.sophia().await, world.cast.amy);
        let gather = async |op: &mut identity::Operation<'_>| {
            let group = groups::create(op, GroupProfile { name: "Staff".into(), ..GroupProfile::default() }).await?.id;
            memberships::add_members(op, group, &[amy]).await?;
            Ok(group)
        };
        let group = world.identity.write(&sophia, gather).await.unwrap();
        let text = exported(&world, matching(Filter { group: Some(group), ..Filter::default() })).await;
        assert_eq!(first_cells(&text), ["amy"]);
        assert_eq!(world.audited("accounts_exported").await[0]["filter"]["group"], json!(group));
        let others = Filter { group: Some(group), quick: "uma".into(), ..Filter::default() };
        assert_eq!(first_cells(&exported(&world, matching(others)).await), [""; 0]);
    }

    async fn f_6_what_is_exported_and_imported_again_changes_nothing(world: World) {
        peculiar(&world).await;
        for guard in [Guard::Spreadsheet, Guard::Exact] {
            let format = Format::Csv(Style { guard, ..Style::default() });
            let text = exported(&world, Request { format, ..Request::default() }).await;
            assert_eq!(text.contains("'=1+1"), guard == Guard::Spreadsheet);
            assert_eq!(imported(&world, &text).await, [Outcome::Unchanged; 9], "{text}");
        }
    }

    async fn f_6_some_columns_of_it_can_be_imported_again_too(world: World) {
        peculiar(&world).await;
        let columns = vec![Column::LastName, Column::Username, Column::FirstName];
        let text = exported(&world, Request { columns, ..Request::default() }).await;
        let head = text.lines().next().unwrap();
        assert_eq!(head, "\u{feff}username,first_name,last_name,spreadsheet_guard", "in the order of all columns");
        assert_eq!(imported(&world, &text).await, [Outcome::Unchanged; 9], "{text}");
    }

    async fn an_export_is_narrowed_like_the_list_and_comes_in_the_order_of_creation(world: World) {
        let text = exported(&world, matching(Filter { username: "am".into(), ..Filter::default() })).await;
        assert_eq!(first_cells(&text), ["sam", "amy"]);
    }

    async fn whoever_was_chosen_is_exported_and_who_is_gone_is_left_out(world: World) {
        let bob = world.person("Bob", "Brown").await.id;
        world.identity.write(&world.uma().await, async |op| accounts::delete(op, bob).await).await.unwrap();
        let whom = Whom::Chosen(vec![world.cast.uma, bob, world.cast.amy]);
        let text = exported(&world, Request { whom, ..Request::default() }).await;
        assert_eq!(first_cells(&text), ["uma", "amy"]);
        let all = everybody(&world).await;
        let text = exported(&world, Request { whom: Whom::Chosen(all), ..Request::default() }).await;
        assert_eq!(first_cells(&text), ["sophia", "uma", "sam", "sylvia", "amy"]);
    }

    async fn json_has_an_object_on_each_line_and_no_secret(world: World) {
        let text = exported(&world, Request { format: Format::NdJson, ..Request::default() }).await;
        let objects: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(objects.len(), 5);
        assert_eq!(objects[4]["email"], "amy@example.com");
        assert_eq!(objects[0]["administrator_roles"], json!(["super_administrator"]));
        assert_eq!(objects[4]["mobile"], json!(null));
        assert!(!text.contains("argon2") && !text.contains("password"));
        let columns = vec![Column::Username];
        let text = exported(&world, Request { format: Format::NdJson, columns, ..Request::default() }).await;
        assert_eq!(text.lines().last(), Some("{\"username\":\"amy\"}"));
    }

    async fn thousands_are_exported_each_once(world: World) {
        thousands(&world).await;
        let text = exported(&world, Request::default()).await;
        let names: std::collections::HashSet<&str> = first_cells(&text).into_iter().collect();
        assert_eq!((names.len(), text.lines().count()), (2_350, 2_351));
    }

    async fn who_is_renamed_meanwhile_is_exported_once_and_who_is_deleted_at_most_once(world: World) {
        thousands(&world).await;
        let all = everybody(&world).await;
        let (operator, identity) = (world.operator(), world.identity.clone());
        let text = exported_while(&world, async {
            for (id, name) in [(all[10], "zzz"), (all[2_000], "aaa")] {
                let change = AccountChange { last_name: Change::Set(name.into()), ..AccountChange::default() };
                identity.write(&operator, async |op| accounts::update(op, id, None, change).await).await.unwrap();
            }
            // The last one of the first piece: what comes after must be found without it.
            identity.write(&operator, async |op| accounts::delete(op, all[999]).await).await.unwrap();
            Ok(())
        });
        let text = Box::pin(text).await.unwrap();
        let mut names = first_cells(&text);
        names.sort_unstable();
        names.dedup();
        assert_eq!((names.len(), text.lines().count()), (2_350, 2_351), "each once");
        assert!(text.contains(",aaa,"), "as it was when its piece was read");
    }

    async fn the_audit_log_knows_what_was_exported(world: World) {
        let filter = Filter { username: "am".into(), statuses: vec![StatusFilter::ALL[0]], ..Filter::default() };
        let columns = vec![Column::Username, Column::Email];
        let whom = Whom::Matching(filter);
        exported(&world, Request { whom, columns, format: Format::NdJson, ..Request::default() }).await;
        let wanted = json!({
            "filter": { "username": "am", "statuses": [StatusFilter::ALL[0].code()] },
            "columns": ["username", "email"],
            "format": "ndjson",
        });
        let begun = world.audited("export_started").await;
        assert_eq!(begun, std::slice::from_ref(&wanted));
        let mut ended = wanted;
        ended["accounts"] = json!(2);
        ended["whole"] = json!(true);
        assert_eq!(world.audited("accounts_exported").await, [ended]);
    }

    async fn an_export_that_is_cut_off_is_in_the_audit_log_too(world: World) {
        thousands(&world).await;
        let gone = exported_while(&world, async { Err(io::Error::other("the browser has gone")) });
        assert!(matches!(gone.await, Err(Error::Unavailable(_))));
        let ended = world.audited("accounts_exported").await;
        assert_eq!((ended.len(), &ended[0]["accounts"], &ended[0]["whole"]), (1, &json!(1_000), &json!(false)));
        assert_eq!(ended[0]["guarded"], json!(true));
    }

    async fn who_loses_the_role_or_the_account_meanwhile_gets_no_more(world: World) {
        thousands(&world).await;
        let (identity, uma) = (world.identity.clone(), world.cast.uma);
        let (operator, sophia) = (world.operator(), world.sophia().await);
        let role = Role::UserAdministrator;
        let revoked = exported_while(&world, async {
            identity.write(&operator, async |op| accounts::revoke_role(op, uma, role).await).await.unwrap();
            Ok(())
        });
        assert!(matches!(Box::pin(revoked).await, Err(Error::Denied(Denial::Role))));
        identity.write(&operator, async |op| accounts::grant_role(op, uma, role).await).await.unwrap();
        let disabled = exported_while(&world, async {
            identity.write(&sophia, async |op| accounts::disable(op, uma, None).await).await.unwrap();
            Ok(())
        });
        assert!(matches!(Box::pin(disabled).await, Err(Error::Denied(Denial::Role))));
        let ended = world.audited("accounts_exported").await;
        let told: Vec<_> = ended.iter().map(|entry| (&entry["accounts"], &entry["whole"])).collect();
        assert_eq!(told, [(&json!(1_000), &json!(false)), (&json!(1_000), &json!(false))]);
    }

    async fn an_export_needs_a_column(world: World) {
        let request = Request { columns: Vec::new(), ..Request::default() };
        let refused = exports::begin(&world.identity, &world.uma().await, request).await;
        assert!(matches!(refused.err(), Some(Error::Invalid(problems)) if problems[0].code == "COLUMN_REQUIRED"));
        assert!(world.audited("export_started").await.is_empty());
    }

    async fn only_those_who_manage_people_export(world: World) {
        let refused = async |caller: Caller| {
            let mut sink = Vec::new();
            let answer = exports::export(&world.identity, &caller, Request::default(), &mut sink).await;
            assert!(sink.is_empty());
            answer.err()
        };
        for id in [world.cast.sam, world.cast.sylvia, world.cast.amy] {
            assert!(matches!(refused(world.caller(id).await).await, Some(Error::Denied(Denial::Role))));
        }
        assert!(matches!(refused(world.stranger()).await, Some(Error::Denied(Denial::SignInRequired))));
        assert!(world.audited("export_started").await.is_empty());
    }
}
