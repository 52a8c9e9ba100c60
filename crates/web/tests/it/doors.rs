//! Every route of the table, tried by everyone.

use std::fmt::Write;

use axum::http::{Method, StatusCode};
use identity::attributes::{self, Definition, NewAttribute};
use identity::groups::{self, GroupProfile, GroupQuery};
use testkit::World;
use web::routes::{Route, TABLE, Who};

use crate::browser::{Browser, in_a_world};

/// The answers that a reviewer has agreed to. `UPDATE_EXPECT=1` writes them anew.
const MATRIX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/door_matrix.txt");

/// Nobody, and the cast: no role, other roles, the role, all of them.
const VISITORS: [Option<&str>; 6] = [None, Some("amy"), Some("sam"), Some("sylvia"), Some("uma"), Some("sophia")];

#[test]
fn es_1_every_route_answers_everyone_as_the_matrix_says() {
    in_a_world(async |world| {
        let mut columns = Vec::new();
        for visitor in VISITORS {
            columns.push(answers_to(world, visitor).await);
        }
        let mut matrix = format!("{:<42}", "");
        for visitor in VISITORS {
            // Writing to a String can't fail.
            let _ = write!(matrix, "{:<26}", visitor.unwrap_or("a stranger"));
        }
        for (index, route) in TABLE.iter().enumerate() {
            let _ = write!(matrix, "\n{:<5}{:<37}", route.method, route.path);
            for column in &columns {
                let _ = write!(matrix, "{:<26}", column[index]);
            }
        }
        let lines: Vec<_> = matrix.lines().map(str::trim_end).collect();
        let matrix = lines.join("\n") + "\n";
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(MATRIX, &matrix).expect("the matrix can be written");
        }
        let agreed = std::fs::read_to_string(MATRIX).unwrap_or_default();
        assert_eq!(agreed, matrix, "run with UPDATE_EXPECT=1 and look at what changed");
    });
}

#[test]
fn the_table_keeps_to_who_may() {
    in_a_world(async |world| {
        for visitor in VISITORS {
            let answers = answers_to(world, visitor).await;
            for (route, answer) in TABLE.iter().zip(answers) {
                let may = match route.who {
                    Who::Anyone => true,
                    Who::SignedIn => visitor.is_some(),
                    Who::Administrators => !matches!(visitor, None | Some("amy")),
                    Who::UserAdministrators => matches!(visitor, Some("uma" | "sophia")),
                    Who::UserOrSystemAdministrators => matches!(visitor, Some("sylvia" | "uma" | "sophia")),
                    Who::SystemAdministrators => matches!(visitor, Some("sylvia" | "sophia")),
                    Who::SuperAdministrators => visitor == Some("sophia"),
                };
                let is_kept_out = answer == "403" || (visitor.is_none() && answer == "303 /sign-in");
                let leads_to_sign_in = route.path == "/" || route.path == "/sign-out";
                assert!(
                    is_kept_out != may || leads_to_sign_in,
                    "{visitor:?} {} {}: {answer}",
                    route.method,
                    route.path
                );
            }
        }
    });
}

#[test]
fn es_45_nothing_is_changed_without_the_token_of_a_form() {
    in_a_world(async |world| {
        let mut sophia = Browser::of(world, "sophia").await;
        for route in TABLE.iter().filter(|route| route.method == "POST") {
            let path = address(world, route).await;
            let answer = sophia.send(Method::POST, &path, &[("sec-fetch-site", "same-origin")], "a=b".into()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
    });
}

#[test]
fn es_45_a_get_never_changes_anything() {
    in_a_world(async |world| {
        let mut sophia = Browser::of(world, "sophia").await;
        for path in ["enable", "disable", "lock", "unlock", "sessions/end"] {
            let path = format!("/console/users/{}/{path}", world.cast.amy);
            assert_eq!(sophia.get(&path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        }
        assert_eq!(sophia.get("/console/users/bulk/delete").await.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(sophia.get("/sign-out").await.status, StatusCode::METHOD_NOT_ALLOWED);
    });
}

#[test]
fn es_135_whoever_must_choose_a_password_reaches_nothing_but_the_form_and_the_way_out() {
    in_a_world(async |world| {
        let far = world.clock.now().plus(std::time::Duration::from_hours(24)).as_millis();
        let temporary = format!("password_state = 'temporary', temporary_until = {far}");
        for state in [temporary.as_str(), "must_change = 'expired'", "must_change = 'compromised'"] {
            let sophia = world.cast.sophia;
            world.alter(sophia, state).await;
            let mut browser = Browser::of(world, "sophia").await;
            assert_eq!(browser.get("/set-password").await.status, StatusCode::OK);
            let ours = ["/set-password"];
            for route in TABLE.iter().filter(|route| route.who != Who::Anyone && !ours.contains(&route.path)) {
                let path = address(world, route).await;
                let answer =
                    if route.method == "GET" { browser.get(&path).await } else { browser.post(&path, &[]).await };
                let led_to = answer.location().split('?').next().unwrap_or_default();
                let expected = (StatusCode::SEE_OTHER, "/set-password");
                assert_eq!((answer.status, led_to), expected, "{state}: {} {path}", route.method);
            }
            assert_eq!(browser.post("/sign-out", &[]).await.location(), "/sign-in");
            world.alter(sophia, "password_state = 'permanent', temporary_until = null, must_change = 'no'").await;
        }
    });
}

/// What each route answers to one visitor who sends an all but empty form.
async fn answers_to(world: &World, visitor: Option<&str>) -> Vec<String> {
    let mut answers = Vec::new();
    let mut browser = knock(world, visitor).await;
    for route in TABLE {
        let path = address(world, route).await;
        let answer = if route.method == "GET" {
            browser.get(&path).await
        } else {
            browser.post(&path, &[("do", "disable")]).await
        };
        let location = answer.location().split('?').next().unwrap_or_default();
        let profile = world.cast.amy.to_string();
        let location = location.replace(&profile, "{id}").replace(&a_group(world).await, "{group}");
        let location = location.replace(&an_attribute(world).await, "{field}");
        let location = location.replace(&a_message(world).await, "{message}");
        answers.push(format!("{} {location}", answer.status.as_u16()).trim().to_owned());
        if route.path == "/sign-out" {
            browser = knock(world, visitor).await;
        }
    }
    answers
}

/// The visitor's browser, with a token for its forms.
async fn knock(world: &World, visitor: Option<&str>) -> Browser {
    let mut browser = match visitor {
        Some(username) => Browser::of(world, username).await,
        None => Browser::new(world),
    };
    browser.get("/nowhere").await;
    browser.get(if visitor.is_some() { "/reauth" } else { "/sign-in" }).await;
    browser
}

async fn address(world: &World, route: &Route) -> String {
    let path = route.path.replace("{id}", &world.cast.amy.to_string()).replace("{token}", "unknown");
    let path = path.replace("{change}", &world.cast.amy.to_string());
    let path = path.replace("{template}", "username").replace("{message}", &a_message(world).await);
    let path = path.replace("{group}", &a_group(world).await);
    let path = path.replace("{policy}", "password").replace("{preset}", "hardened");
    path.replace("{field}", &an_attribute(world).await)
}

/// The first message; everybody in the cast who got a role made one.
async fn a_message(world: &World) -> String {
    world.outbox().await.first().expect("there is one").id.to_string()
}

/// The one group; made when it is first asked for.
async fn a_group(world: &World) -> String {
    let list = async |op: &mut identity::Operation<'_>| groups::list(op, &GroupQuery::default()).await;
    let found = world.identity.read(&world.operator(), list).await.expect("groups are listed");
    if let Some(group) = found.groups.first() {
        return group.id.to_string();
    }
    let profile = GroupProfile { name: "Everybody".into(), ..GroupProfile::default() };
    let made = world.identity.write(&world.operator(), async |op| groups::create(op, profile).await).await;
    made.expect("a group is made").id.to_string()
}

/// The one attribute; made when it is first asked for.
async fn an_attribute(world: &World) -> String {
    let list = async |op: &mut identity::Operation<'_>| attributes::list(op).await;
    let found = world.identity.read(&world.operator(), list).await.expect("attributes are listed");
    if let Some(attribute) = found.iter().next() {
        return attribute.id.to_string();
    }
    let definition = Definition { label: "Department".into(), ..Definition::default() };
    let new = NewAttribute { key: "department".into(), definition };
    let made = world.identity.write(&world.operator(), async |op| attributes::create(op, new).await).await;
    made.expect("an attribute is made").id.to_string()
}
