//! Administrator roles: the form of a user, the list of administrators, and what a role opens.

use std::time::Duration;

use axum::http::StatusCode;
use base::AccountId;
use identity::access::{Role, Roles};
use identity::settings;
use testkit::{PASSWORD, World};

use crate::browser::{Answer, Browser, between, in_a_world};

const LIST: &str = "/console/administrators";

fn roles_of(id: AccountId) -> String {
    format!("/console/users/{id}/roles")
}

/// Ticks exactly these boxes of the form and sends it, as the page gives it.
async fn save(browser: &mut Browser, id: AccountId, roles: Roles) -> Answer {
    let page = browser.get(&roles_of(id)).await;
    let version = between(&page.body, "name=\"version\" value=\"", "\"").expect("a form").to_owned();
    send(browser, id, &version, roles).await
}

async fn send(browser: &mut Browser, id: AccountId, version: &str, roles: Roles) -> Answer {
    let mut fields = vec![("version", version)];
    fields.extend(roles.iter().map(|role| ("role", role.code())));
    browser.post(&roles_of(id), &fields).await
}

/// The codes of the boxes of a form, and whether each is ticked.
fn boxes(page: &Answer) -> Vec<(&str, bool)> {
    let inputs = page.body.split("<input type=\"checkbox\"").skip(1);
    let inputs = inputs.filter(|input| between(input, "name=\"", "\"") == Some("role"));
    let value = |input| between(input, "value=\"", "\"").expect("a value");
    inputs.map(|input| (value(input), between(input, "", ">").expect("an end").contains(" checked"))).collect()
}

/// Where the menu at the side leads.
fn menu(page: &Answer) -> Vec<&str> {
    let menu = between(&page.body, "<nav class=\"nav\"", "</nav>").expect("a menu");
    menu.split("<a href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

async fn held(world: &World, id: AccountId) -> Roles {
    world.account(id).await.roles
}

fn one(role: Role) -> Roles {
    Roles::NONE.with(role)
}

#[test]
fn es_142_only_a_super_administrator_sees_or_changes_roles() {
    in_a_world(async |world| {
        let amy = world.cast.amy;
        let mine = format!("{LIST}/{amy}/grant");
        for name in ["uma", "sam", "sylvia", "amy"] {
            let mut browser = Browser::of(world, name).await;
            for path in [roles_of(amy), LIST.to_owned(), format!("{LIST}?username=amy"), mine.clone()] {
                assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN, "{name} {path}");
            }
            browser.get("/reauth").await;
            for role in ["user_administrator", "super_administrator"] {
                let answer = browser.post(&roles_of(amy), &[("version", "1"), ("role", role)]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {role}");
            }
            for (path, id) in [("grant", amy), ("revoke", world.cast.sophia)] {
                let answer = browser.post(&format!("{LIST}/{id}/{path}"), &[("confirmed", "1")]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {path}");
            }
            assert!(held(world, amy).await.is_empty());
        }
        let profile = format!("/console/users/{amy}");
        let uma = Browser::of(world, "uma").await.get(&profile).await;
        assert!(!uma.body.contains("/roles\"") && !uma.body.contains(LIST));
        let sophia = Browser::of(world, "sophia").await.get(&profile).await;
        assert!(sophia.body.contains(&format!("href=\"{}\"", roles_of(amy))) && menu(&sophia).contains(&LIST));
    });
}

#[test]
fn es_143_each_combination_of_roles_opens_exactly_its_menus() {
    in_a_world(async |world| {
        let id = world.cast.amy;
        let (mut sophia, mut amy) = (Browser::of(world, "sophia").await, Browser::of(world, "amy").await);
        for subset in 0..8 {
            let chosen = Role::KINDS.into_iter().enumerate().filter(|(index, _)| subset >> index & 1 == 1);
            let roles: Roles = chosen.map(|(_, role)| role).collect();
            assert_eq!(save(&mut sophia, id, roles).await.location(), roles_of(id));
            let form = sophia.get(&roles_of(id)).await;
            assert_eq!(boxes(&form), Role::KINDS.map(|role| (role.code(), roles.has(role))));

            let start = amy.get("/").await;
            let console = amy.get("/console").await;
            if roles.is_empty() {
                assert_eq!((start.location(), console.status), ("/account", StatusCode::FORBIDDEN));
                continue;
            }
            assert_eq!(start.location(), "/console");
            let people: &[&str] = &["/console/users", "/console/registrations", "/console/groups", "/console/imports"];
            let opened: Vec<&str> = [
                (roles.has(Role::UserAdministrator), people),
                (roles.has(Role::SystemAdministrator), &["/console/policies"]),
                (roles.has(Role::UserAdministrator) || roles.has(Role::SystemAdministrator), &["/console/attributes"]),
                (
                    roles.has(Role::SystemAdministrator),
                    &["/console/templates", "/console/outbox", "/console/sending", "/console/settings"],
                ),
            ]
            .into_iter()
            .filter(|(is_open, _)| *is_open)
            .flat_map(|(_, pages)| pages.iter().copied())
            .collect();
            let page = if opened.is_empty() { console } else { amy.get(console.location()).await };
            assert_eq!((page.status, menu(&page)), (StatusCode::OK, opened.clone()));
            if opened.is_empty() {
                let names: Vec<_> = roles.iter().map(|role| role.to_string()).collect();
                assert!(page.text().contains(&format!("Your role: {}. This version", names.join(", "))));
            }
            if !roles.has(Role::UserAdministrator) {
                assert_eq!(amy.get("/console/users").await.status, StatusCode::FORBIDDEN);
            }
        }
    });
}

#[test]
fn es_145_a_role_works_and_ends_at_the_next_click() {
    in_a_world(async |world| {
        let id = world.cast.amy;
        let (mut sophia, mut amy) = (Browser::of(world, "sophia").await, Browser::of(world, "amy").await);
        assert_eq!(amy.get("/console/users").await.status, StatusCode::FORBIDDEN);
        save(&mut sophia, id, one(Role::UserAdministrator)).await;
        assert_eq!(amy.get("/console/users").await.status, StatusCode::OK);
        save(&mut sophia, id, Roles::NONE).await;
        assert_eq!(amy.get("/console/users").await.status, StatusCode::FORBIDDEN);
        assert_eq!(amy.post("/console/users/bulk", &[("do", "disable")]).await.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn es_146_an_account_that_is_not_active_gets_no_role() {
    in_a_world(async |world| {
        let waiting = world.confirmed("Wanda").await.id;
        let mut sophia = Browser::of(world, "sophia").await;
        for path in [roles_of(waiting), format!("{LIST}/{waiting}/grant")] {
            let page = sophia.get(&path).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains("Only an active account can be an administrator") && boxes(&page).is_empty());
        }
        let version = world.account(waiting).await.version.to_string();
        let refused = send(&mut sophia, waiting, &version, one(Role::SsoAdministrator)).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("Only an active account can be an administrator"));
        let refused = sophia.post(&format!("{LIST}/{waiting}/grant"), &[("confirmed", "1")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(held(world, waiting).await.is_empty());
    });
}

#[test]
fn es_146_an_old_sign_in_is_asked_for_the_password_and_the_choice_comes_back() {
    in_a_world(async |world| {
        let amy = world.cast.amy;
        let mut sophia = Browser::of(world, "sophia").await;
        world.clock.advance(Duration::from_mins(11));
        let wanted = one(Role::SsoAdministrator).with(Role::SystemAdministrator);
        let asked = save(&mut sophia, amy, wanted).await;
        assert!(asked.location().starts_with("/reauth?return="), "{}", asked.location());
        assert!(held(world, amy).await.is_empty());

        let form = sophia.get(asked.location()).await;
        let back = between(&form.body, "name=\"return\" value=\"", "\"").expect("a way back").replace("&#38;", "&");
        let wrong = sophia.post("/reauth", &[("password", "wrong"), ("return", &back)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = sophia.post("/reauth", &[("password", PASSWORD), ("return", &back)]).await;
        let form = sophia.get(right.location()).await;
        assert!(form.body.contains("Nothing is saved yet"));
        assert_eq!(boxes(&form), Role::KINDS.map(|role| (role.code(), wanted.has(role))));
        assert!(held(world, amy).await.is_empty(), "looking saves nothing");
        let version = between(&form.body, "name=\"version\" value=\"", "\"").expect("a form").to_owned();
        send(&mut sophia, amy, &version, wanted).await;
        assert_eq!(held(world, amy).await, wanted);
        assert!(sophia.get(&roles_of(amy)).await.body.contains("Roles saved"));
    });
}

#[test]
fn es_147_the_form_has_exactly_three_boxes() {
    in_a_world(async |world| {
        let mut sophia = Browser::of(world, "sophia").await;
        for id in [world.cast.amy, world.cast.sophia] {
            let before = held(world, id).await;
            let form = sophia.get(&roles_of(id)).await;
            let codes: Vec<_> = boxes(&form).into_iter().map(|(code, _)| code).collect();
            assert_eq!(codes, ["user_administrator", "sso_administrator", "system_administrator"]);
            for forged in ["super_administrator", "emperor"] {
                let answer = sophia.post(&roles_of(id), &[("version", "1"), ("role", forged)]).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{forged}");
            }
            assert_eq!(held(world, id).await, before);
        }
    });
}

#[test]
fn roles_that_somebody_else_set_meanwhile_are_shown_before_they_are_overwritten() {
    in_a_world(async |world| {
        let amy = world.cast.amy;
        let mut sophia = Browser::of(world, "sophia").await;
        let seen = world.account(amy).await.version.to_string();
        save(&mut sophia, amy, one(Role::UserAdministrator)).await;
        let late = send(&mut sophia, amy, &seen, one(Role::SsoAdministrator)).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("This user was changed meanwhile") && late.body.contains("<title>Error: "));
        assert_eq!(boxes(&late), Role::KINDS.map(|role| (role.code(), role == Role::UserAdministrator)));
        assert_eq!(held(world, amy).await, one(Role::UserAdministrator));
    });
}

#[test]
fn es_147_super_administrators_are_made_and_unmade_on_a_page_of_their_own() {
    in_a_world(async |world| {
        let amy = world.cast.amy;
        let mut sophia = Browser::of(world, "sophia").await;
        let list = sophia.get(LIST).await;
        for (name, role) in [("uma", "User administrator"), ("sam", "SSO administrator"), ("sylvia", "System")] {
            assert!(list.body.contains(&format!(">{name}<")) && list.body.contains(role), "{name}");
        }
        assert!(!list.body.contains(">amy<"));
        let unknown = sophia.get(&format!("{LIST}?username=nobody")).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unknown.body.contains("Enter the username of somebody") && unknown.body.contains("value=\"nobody\""));
        let question = sophia.get(&format!("{LIST}?username=AMY")).await.location().to_owned();
        assert_eq!(question, format!("{LIST}/{amy}/grant"));
        assert!(sophia.get(&question).await.body.contains("Make Amy Adams super administrator?"));
        assert_eq!(sophia.post(&question, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(held(world, amy).await.is_empty());
        assert_eq!(sophia.post(&question, &[("confirmed", "1")]).await.location(), LIST);
        assert_eq!(held(world, amy).await, one(Role::SuperAdministrator));
        let list = sophia.get(LIST).await;
        assert!(list.body.contains(">amy<") && list.body.contains("Roles saved"));
        assert!(sophia.get(&question).await.body.contains("This user is super administrator already."));

        let mut amys = Browser::of(world, "amy").await;
        let question = format!("{LIST}/{amy}/revoke");
        assert!(amys.get(&question).await.body.contains("This is your own account"));
        assert_eq!(amys.post(&question, &[("confirmed", "1")]).await.location(), "/");
        assert!(amys.get("/account").await.body.contains("Roles saved"));
        assert_eq!(amys.get(LIST).await.status, StatusCode::FORBIDDEN);
        assert!(held(world, amy).await.is_empty());
    });
}

#[test]
fn es_147_the_last_super_administrator_stays_and_is_told_why() {
    in_a_world(async |world| {
        let id = world.cast.sophia;
        let mut sophia = Browser::of(world, "sophia").await;
        let question = format!("{LIST}/{id}/revoke");
        sophia.get(&question).await;
        let refused = sophia.post(&question, &[("confirmed", "1")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.body.contains("Make someone else super administrator first"));
        assert!(held(world, id).await.has(Role::SuperAdministrator));
    });
}

#[test]
fn es_146_making_a_super_administrator_takes_the_password_too() {
    in_a_world(async |world| {
        let mut sophia = Browser::of(world, "sophia").await;
        world.clock.advance(Duration::from_mins(11));
        for (id, verb) in [(world.cast.amy, "grant"), (world.cast.sophia, "revoke")] {
            let question = format!("{LIST}/{id}/{verb}");
            sophia.get(&question).await;
            let before = held(world, id).await;
            let asked = sophia.post(&question, &[("confirmed", "1")]).await;
            let back = format!("{question}?unsaved=1");
            let query = form_urlencoded::byte_serialize(back.as_bytes()).collect::<String>();
            assert_eq!(asked.location(), format!("/reauth?return={query}"));
            assert_eq!(held(world, id).await, before);
            assert!(sophia.get(&back).await.body.contains("Nothing is changed yet."));
        }
    });
}

#[test]
fn many_administrators_are_shown_page_by_page() {
    in_a_world(async |world| {
        let five = async |op: &mut identity::Operation<'_>| settings::choose(op, "user_page_size", 5.into()).await;
        world.identity.write(&world.operator(), five).await.expect("a setting");
        world.join("Zoe", "Zander", Some(Role::SsoAdministrator)).await;
        world.join("Yan", "Young", Some(Role::SsoAdministrator)).await;
        let mut sophia = Browser::of(world, "sophia").await;
        let first = sophia.get(LIST).await;
        assert!(first.body.contains("1–5") && first.body.contains("of 6 administrators"));
        assert!(first.body.contains(&format!("href=\"{LIST}?page=2\"")) && !first.body.contains("Zoe Zander"));
        let second = sophia.get(&format!("{LIST}?page=2")).await;
        assert!(second.body.contains("Zoe Zander") && !second.body.contains("Yan Young"));
        let fragment = sophia.get_fragment(&format!("{LIST}?page=2")).await;
        assert!(fragment.body.contains("Zoe Zander") && !fragment.body.contains("<html"));
    });
}
