//! Users as a file.

use axum::http::StatusCode;
use identity::accounts::NewAccount;
use identity::imports::{self, Batch, Choices, ImportFile, Mode, Next, Outcome};
use serde_json::json;
use testkit::World;
use tokio::task::yield_now;

use crate::browser::{Browser, in_a_world};

const EXPORT: &str = "/console/users/export";
/// How often an entry of the audit log is looked for that another task writes.
const LOOKS: usize = 100_000;

/// The answer to the form: everybody, for a spreadsheet, the username and the first name.
const EVERYBODY: [(&str, &str); 5] =
    [("answer", "1"), ("whom", "everybody"), ("format", "csv"), ("column", "username"), ("column", "first_name")];

#[test]
fn f_6_a_file_for_spreadsheets_is_downloaded_and_imports_again_as_it_is() {
    in_a_world(async |world| {
        let new =
            NewAccount { username: "evil".into(), first_name: "=1+1".into(), complete: false, ..NewAccount::default() };
        world.create(new).await.expect("somebody with a formula for a name");
        let mut browser = Browser::of(world, "uma").await;
        browser.get(EXPORT).await;
        let file = browser.post(EXPORT, &EVERYBODY).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.body);
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"users-2026-11-22.csv\"");
        assert_eq!(file.header("cache-control"), "no-store");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(file.body.starts_with("\u{feff}username,first_name,spreadsheet_guard\r\n"), "{}", file.body);
        assert!(file.body.ends_with("evil,'=1+1,on\r\n"), "{}", file.body);
        assert_eq!(imported(world, &file.body).await, [Outcome::Unchanged; 6]);
    });
}

#[test]
fn f_6_other_formats_are_exact() {
    in_a_world(async |world| {
        let new =
            NewAccount { username: "evil".into(), first_name: "=1+1".into(), complete: false, ..NewAccount::default() };
        world.create(new).await.expect("somebody with a formula for a name");
        let mut browser = Browser::of(world, "uma").await;
        browser.get(EXPORT).await;
        let mut fields = EVERYBODY;
        fields[2] = ("format", "csv_exact");
        let file = browser.post(EXPORT, &fields).await;
        assert!(
            file.body.starts_with("username,first_name\r\n") && file.body.ends_with("evil,=1+1\r\n"),
            "{}",
            file.body
        );
        fields[2] = ("format", "ndjson");
        let file = browser.post(EXPORT, &fields).await;
        assert_eq!(file.header("content-type"), "application/x-ndjson");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"users-2026-11-22.ndjson\"");
        assert!(file.body.ends_with("{\"first_name\":\"=1+1\",\"username\":\"evil\"}\n"), "{}", file.body);
    });
}

#[test]
fn the_list_leads_to_the_export_of_what_it_shows() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        let link = "href=\"/console/users/export?username=am&#38;sort=email\"";
        for page in [
            browser.get("/console/users?username=am&sort=email&select=page").await,
            browser.get_fragment("/console/users?username=am&sort=email").await,
        ] {
            assert!(page.body.contains(link), "{}", page.body);
        }
        let question = browser.get("/console/users/export?username=am&sort=email").await;
        assert!(
            question.body.contains("Those that match the filter</span><span class=\"hint\">2 users"),
            "{}",
            question.body
        );
        assert!(question.body.contains("Everybody</span><span class=\"hint\">5 users"), "{}", question.body);
        let mut fields = EVERYBODY.to_vec();
        fields[1] = ("whom", "matching");
        fields.push(("return", "/console/users?username=am&sort=email"));
        let file = browser.post(EXPORT, &fields).await;
        assert_eq!(usernames(&file.body), ["sam", "amy"]);
        let filter = json!({ "username": "am" });
        assert_eq!(world.audited("accounts_exported").await[0]["filter"], filter);
    });
}

#[test]
fn whoever_is_ticked_is_exported_and_nobody_else() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/console/users").await;
        let (amy, sam) = (world.cast.amy.to_string(), world.cast.sam.to_string());
        let ticked = [("do", "export"), ("id", &amy), ("id", &sam), ("return", "/console/users?sort=email")];
        let question = browser.post(EXPORT, &ticked).await;
        assert_eq!(question.status, StatusCode::OK);
        assert!(question.text().contains("The file will hold 2 users that you selected."), "{}", question.text());
        assert!(question.body.contains("href=\"/console/users?sort=email\">Back to users"));
        let mut fields = EVERYBODY.to_vec();
        fields[1] = ("whom", "chosen");
        fields.extend([("id", amy.as_str()), ("id", sam.as_str())]);
        let file = browser.post(EXPORT, &fields).await;
        assert_eq!(usernames(&file.body), ["amy", "sam"]);
        assert_eq!(world.audited("accounts_exported").await[0]["chosen"], json!(2));
    });
}

#[test]
fn all_that_match_are_exported_when_they_were_all_chosen() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/console/users").await;
        let all = [("do", "export"), ("scope", "all"), ("matching", "2"), ("return", "/console/users?username=am")];
        let question = browser.post(EXPORT, &all).await;
        assert!(
            question.body.contains("Those that match the filter</span><span class=\"hint\">2 users"),
            "{}",
            question.body
        );
        assert!(question.body.contains("value=\"matching\" checked"), "{}", question.body);
    });
}

#[test]
fn an_export_of_nobody_of_nothing_or_as_nothing_is_refused() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get(EXPORT).await;
        let nobody = browser.post(EXPORT, &[("do", "export")]).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.text().contains("Choose at least one user."));
        browser.get(EXPORT).await;
        for (left_out, words) in [
            ("whom", "Choose which users to export"),
            ("format", "Choose a format"),
            ("column", "Choose at least one column"),
        ] {
            let fields: Vec<_> = EVERYBODY.into_iter().filter(|(name, _)| *name != left_out).collect();
            let answer = browser.post(EXPORT, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{left_out}");
            assert!(answer.text().contains(words), "{left_out}: {}", answer.text());
            assert!(answer.body.contains("<title>Error: "), "{left_out}");
            assert_eq!(
                answer.body.contains("value=\"username\" checked"),
                left_out != "column",
                "what was chosen stays"
            );
            assert!(!answer.body.contains("value=\"email\" checked"), "{left_out}");
        }
        assert!(world.audited("export_started").await.is_empty());
    });
}

#[test]
fn a_browser_that_goes_away_ends_the_export_and_the_audit_log_knows() {
    in_a_world(async |world| {
        let names: Vec<_> = (0..4_000).map(|number| format!("person{number}")).collect();
        let rows: Vec<_> = names.iter().map(|name| ("A", "Person", name.as_str())).collect();
        world.people(&rows).await;
        let mut browser = Browser::of(world, "uma").await;
        browser.get(EXPORT).await;
        assert_eq!(browser.post_and_leave(EXPORT, &EVERYBODY).await, StatusCode::OK);
        assert_eq!(world.audited("export_started").await.len(), 1);
        let mut ended = Vec::new();
        for _ in 0..LOOKS {
            ended = world.audited("accounts_exported").await;
            if !ended.is_empty() {
                break;
            }
            yield_now().await;
        }
        assert_eq!((ended.len(), &ended[0]["whole"]), (1, &json!(false)), "{ended:?}");
    });
}

fn usernames(file: &str) -> Vec<&str> {
    file.lines().skip(1).filter_map(|line| line.split(',').next()).collect()
}

/// The outcome of each row when the file is imported over the accounts that are there.
async fn imported(world: &World, text: &str) -> Vec<Outcome> {
    let file = ImportFile::from_bytes("users.csv", text.as_bytes().to_vec()).expect("a file");
    let choices = Choices { mode: Mode::CreateAndUpdate, ..Choices::default() };
    let import = imports::prepare(file, choices).expect("nothing stands in the way");
    let mut outcomes = Vec::new();
    imports::run(&world.identity, &world.operator(), &import, &mut |batch: &Batch| {
        outcomes.extend(batch.rows.iter().map(|row| row.outcome));
        Ok(Next::GoOn)
    })
    .await
    .expect("it is imported");
    outcomes
}
