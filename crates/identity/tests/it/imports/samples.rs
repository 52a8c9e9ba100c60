//! The files that other programs export, and what people do to them.

use std::fs;
use std::path::PathBuf;

use identity::Error;
use identity::imports::{self, Choices, Field, ImportFile, UsernameFrom};
use testkit::{World, on_each_database};

use super::{Done, account, import, rehearse, run};

fn sample(name: &str) -> identity::Result<ImportFile> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../wire/tests/samples").join(name);
    ImportFile::at(&path)
}

fn manifest() -> serde_json::Map<String, serde_json::Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../wire/tests/samples/manifest.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the manifest is there")).expect("the manifest is JSON")
}

async fn rehearsed(world: &World, name: &str) -> Done {
    let import = imports::prepare(sample(name).expect(name), Choices::default()).expect(name);
    rehearse(world, &import).await
}

on_each_database! {
    async fn every_sample_is_understood_as_the_manifest_says(world: World) {
        for (name, expected) in manifest() {
            let users = expected["users"].as_u64();
            let settled = sample(&name).and_then(|file| imports::prepare(file, Choices::default()));
            let done = match settled {
                Ok(import) => rehearse(&world, &import).await,
                // A file that is refused as a whole says why.
                Err(Error::Invalid(problems)) => {
                    assert!(expected.get("must").is_some() || users == Some(0), "{name}: {problems:?}");
                    continue;
                }
                Err(error) => panic!("{name}: {error}"),
            };
            if expected.get("must").is_some() {
                assert!(done.report.totals.failed > 0, "{name} must say what is wrong: {:?}", done.lines());
            } else {
                assert_eq!(done.report.totals.failed, 0, "{name}: {:?}", done.lines());
            }
            if let Some(users) = users {
                assert_eq!(done.report.totals.created, users, "{name}: {:?}", done.lines());
                let good = done.rows.iter().filter(|row| row.problems.is_empty());
                assert!(good.clone().all(|row| !row.username.is_empty()), "{name}: somebody has no name");
            }
        }
    }

    async fn a_directory_export_says_who_is_disabled(world: World) {
        let choices = Choices::default();
        run(&world, &imports::prepare(sample("ad-csvde.csv").unwrap(), choices).unwrap()).await;
        let kwame = account(&world, "kwame.nguyen0").await.unwrap();
        assert!(!kwame.state.enabled);
        assert_eq!((kwame.last_name.as_str(), kwame.external_id.as_deref()), ("Nguyễn", Some("10000")));
        assert!(account(&world, "maria.obrien2").await.unwrap().state.enabled);
    }

    async fn a_german_hr_export_needs_no_mapping(world: World) {
        let import = imports::prepare(sample("personio-de.csv").unwrap(), Choices::default()).unwrap();
        assert_eq!(import.username_from(), Some(UsernameFrom::Email));
        run(&world, &import).await;
        let jose = account(&world, "jose.odegard7@example.com").await.unwrap();
        assert_eq!((jose.first_name.as_str(), jose.last_name.as_str()), ("José", "Ødegård"));
        assert!(!jose.state.enabled);
    }

    async fn a_worker_without_work_mail_gets_the_personal_one(world: World) {
        let done = rehearsed(&world, "adp-hr.csv").await;
        assert_eq!(done.rows[5].email, "renee.thorsson5@example.net");
        assert_eq!(done.rows[5].username, "renee.thorsson5@example.net");
    }

    async fn stars_are_never_a_password(world: World) {
        let choices = Choices { passwords: identity::imports::Passwords::PlainTemporary, ..Choices::default() };
        run(&world, &imports::prepare(sample("google-workspace-users.csv").unwrap(), choices).unwrap()).await;
        let mary = account(&world, "mary.smithjr1@example.com").await.unwrap();
        assert_eq!(mary.state.password, identity::accounts::PasswordState::None);
    }

    async fn es_79_columns_without_names_are_guessed(world: World) {
        let file = sample("nasty-no-header.csv").unwrap();
        let import = imports::prepare(file, Choices::default()).unwrap();
        let fields: Vec<_> = import.columns().iter().map(|column| column.field).collect();
        let expected = [Field::Username, Field::FirstName, Field::LastName, Field::Email].map(Some);
        assert_eq!(fields[..4], expected);
        assert!(import.notices().iter().any(|notice| notice.code == "NO_HEADER"));
        assert_eq!(rehearse(&world, &import).await.rows[0].last_name, "Nguyễn");
    }

    async fn the_same_user_twice_is_told_by_line(world: World) {
        let done = rehearsed(&world, "nasty-duplicate-users.csv").await;
        let failed: Vec<_> = done.rows.iter().filter(|row| !row.problems.is_empty()).collect();
        assert_eq!(failed.len(), 2);
        assert_eq!((failed[0].line, failed[1].line), (14, 15));
        assert!(failed[0].problems.iter().all(|problem| problem.code == "DUP_IN_FILE" && problem.message.starts_with("Line 2 ")));
        assert!(failed[1].problems.iter().all(|problem| problem.message.starts_with("Line 3 ")));
    }

    async fn two_columns_of_one_name_are_asked_about(world: World) {
        let Err(Error::Invalid(problems)) = imports::prepare(sample("nasty-duplicate-headers.csv").unwrap(), Choices::default())
        else { panic!("it must ask") };
        assert_eq!(problems.len(), 1);
        assert!(problems[0].message.contains("\"email\", \"email (2)\""), "{}", problems[0].message);
        let choices = Choices { columns: vec![("email (2)".into(), Some(Field::Email))], ..Choices::default() };
        let import = imports::prepare(sample("nasty-duplicate-headers.csv").unwrap(), choices).unwrap();
        assert_eq!(rehearse(&world, &import).await.rows[0].email, "kwame.nguyen0@example.net");
    }

    async fn ragged_and_undecodable_rows_fail_alone(world: World) {
        assert_eq!(rehearsed(&world, "nasty-ragged.csv").await.counts(), [("CREATED", 4), ("FAILED", 8)].into());
        let done = rehearsed(&world, "nasty-bad-utf8.csv").await;
        assert_eq!(done.counts(), [("CREATED", 8), ("FAILED", 5)].into());
        assert!(done.rows.iter().flat_map(|row| &row.problems).all(|problem| problem.code == "DECODE"));
    }

    async fn formulas_are_kept_as_text(world: World) {
        run(&world, &import("username,first_name,last_name\nu11,=cmd|' /C calc'!A0,+1+1\n", Choices::default())).await;
        let kept = account(&world, "u11").await.unwrap();
        assert_eq!((kept.first_name.as_str(), kept.last_name.as_str()), ("=cmd|' /C calc'!A0", "+1+1"));
    }
}
