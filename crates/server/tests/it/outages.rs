//! A PostgreSQL that goes away under those who work on it, and returns; several of them.

use std::process::Stdio;
use std::thread;

use throwaway::{Postgres, find_programs, free_port};

use crate::interruptions::{PEOPLE, assert_complete, write_people};
use crate::place::{Place, Said, wait_until};
use crate::visitor::{Visitor, new_user};

/// A PostgreSQL of one's own where the tests are to use PostgreSQL; a word about it where they are not, or can't.
pub(crate) fn own_postgres(settings: &[&str], files: &[(&str, &str)]) -> Option<Postgres> {
    if std::env::var_os("REEVE_TEST_POSTGRES").is_none_or(|url| url.is_empty()) {
        eprintln!("PostgreSQL is left out: REEVE_TEST_POSTGRES is not set");
        return None;
    }
    if find_programs().is_none() {
        eprintln!("left out: PostgreSQL's programs are not on this machine, so none can be stopped and started");
        return None;
    }
    Some(Postgres::start(settings, files).expect("PostgreSQL starts"))
}

/// A folder whose server uses the database at `url`.
pub(crate) fn place_on(url: &str) -> Place {
    let place = Place::new();
    place.write("reeve.toml", &format!("database = \"{url}\"\n"));
    place
}

#[test]
fn while_it_is_away_people_are_told_and_when_it_returns_the_first_of_them_is_served() {
    let Some(mut postgres) = own_postgres(&[], &[]) else { return };
    let place = place_on(&postgres.url());
    let server = place.serve(&[]);
    let mut sophia = Visitor::sophia(&place, &server);
    // As many connections as there are requests at once: all of them will be dead.
    thread::scope(|scope| {
        for mut visitor in vec![sophia.clone(); 8] {
            scope.spawn(move || assert_eq!(visitor.get("/console/users").status, 200));
        }
    });

    postgres.stop();
    for _ in 0..3 {
        let page = sophia.get("/console/users");
        assert_eq!((page.status, page.header("retry-after")), (503, Some("5")), "{}", page.head);
        assert!(page.text().contains("Not available at the moment"), "{}", page.text());
    }
    let json = server.get_with("/sign-in", "Accept: application/json\r\n");
    assert_eq!((json.status, json.header("retry-after")), (503, Some("5")), "{}", json.head);
    let object: serde_json::Value = serde_json::from_slice(&json.body).expect("JSON");
    assert_eq!(object["code"], "unavailable");
    let changed = sophia.post("/console/users", &new_user("nora"));
    assert_eq!(changed.status, 503, "{}", changed.text());
    let ready = server.get("/readyz");
    assert_eq!((ready.status, ready.text()), (503, "the database does not answer\n".into()));
    assert_eq!(server.get("/healthz").status, 200);

    postgres.go_on().expect("it starts again");
    assert_eq!(sophia.get("/console/users").status, 200, "the first request");
    assert_eq!(server.get("/readyz").status, 200);

    // Gone and back before anybody asks: each connection of the pool is dead, and nobody sees it.
    postgres.stop();
    postgres.go_on().expect("it starts again");
    for _ in 0..8 {
        assert_eq!(sophia.get("/console/users").status, 200);
    }
    assert_eq!(sophia.create_user("nora").status, 303);

    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("panicked") && !log.contains("defect"), "{log}");
    assert!(log.contains("Connection refused"), "the log says why: {log}");
}

#[test]
fn an_import_that_loses_its_database_says_so_and_goes_on_with_every_row_once() {
    let Some(mut postgres) = own_postgres(&[], &[]) else { return };
    let place = place_on(&postgres.url());
    write_people(&place);
    assert_eq!(place.run(&["migrate"]).code, Some(0));
    let mut command = place.command(&["import", "people.csv"]);
    let child = command.stdout(Stdio::null()).spawn().expect("it starts");
    wait_until(|| !["", "0"].contains(&postgres.says("select count(*) from accounts").as_str()));
    postgres.stop();
    let said = Said::from(child.wait_with_output().expect("it ends"));
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.starts_with("reeve: the import stopped after "), "{said:?}");
    assert!(said.err.ends_with("the same command goes on from there.\n"), "{said:?}");

    let away = place.run(&["import", "people.csv"]);
    assert_eq!(away.code, Some(1), "{away:?}");
    assert!(away.err.contains("Connection refused"), "{away:?}");

    postgres.go_on().expect("it starts again");
    let some: usize = postgres.says("select count(*) from accounts").parse().expect("a number");
    assert!(some > 0 && some < PEOPLE, "{some} were imported before");
    let said = place.run(&["import", "people.csv", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_complete(&place);
}

#[test]
fn of_several_hosts_the_one_is_taken_that_answers_and_takes_changes() {
    let Some(copy) = own_postgres(&["default_transaction_read_only=on"], &[]) else { return };
    let Some(postgres) = own_postgres(&[], &[]) else { return };
    let dead = free_port().expect("a port");
    let url = |ports: [u16; 2], attributes: &str| {
        let [first, second] = ports;
        format!("postgres://reeve@127.0.0.1:{first},127.0.0.1:{second}/postgres{attributes}")
    };
    let migrate = |url: &str| place_on(url).run(&["migrate"]);

    let said = migrate(&url([dead, postgres.port()], ""));
    assert_eq!(said.code, Some(0), "{said:?}");
    let said = migrate(&url([copy.port(), postgres.port()], "?target_session_attrs=read-write"));
    assert_eq!(said.code, Some(0), "{said:?}");

    let said = migrate(&url([copy.port(), postgres.port()], ""));
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("read-only transaction"), "{said:?}");
    let said = migrate(&url([dead, copy.port()], "?target_session_attrs=read-write"));
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("database does not allow writes"), "{said:?}");
    let said = migrate(&url([dead, dead], ""));
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("Connection refused"), "{said:?}");
}
