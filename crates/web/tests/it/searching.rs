//! The search of the whole console.

use axum::http::StatusCode;
use identity::groups::{self, GroupProfile};

use crate::browser::{Browser, in_a_world};

#[test]
fn users_are_found_by_name_username_and_address_a_handful_with_a_way_to_all() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        for q in ["adams", "AMY", "amy@example", "ad amy"] {
            let page = browser.get(&format!("/console/search?q={}", q.replace(' ', "+"))).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains(&format!("href=\"/console/users/{}\" data-hit", world.cast.amy)), "{q}");
            assert!(
                page.body.contains("<b>Amy Adams</b>") && page.body.contains("amy · amy@example.com"),
                "{}",
                page.body
            );
            assert!(!page.text().contains("that match"), "{q}: {}", page.text());
        }
        let names: Vec<_> = (0..7).map(|number| format!("seven{number}")).collect();
        let rows: Vec<_> = names.iter().map(|name| ("One", "Seven", name.as_str())).collect();
        world.people(&rows).await;
        let page = browser.get("/console/search?q=seven").await;
        assert_eq!(page.body.matches("One Seven").count(), 5);
        assert!(page.body.contains("href=\"/console/users?q=seven\" data-hit"), "{}", page.body);
        assert!(page.text().contains("All 7 users that match"), "{}", page.text());
    });
}

#[test]
fn groups_are_found_by_their_names_a_handful_with_a_way_to_all() {
    in_a_world(async |world| {
        let mut names = vec!["Amy's <friends>".to_owned()];
        names.extend((0..7).map(|number| format!("Choir {number}")));
        for name in names {
            let profile = GroupProfile { name, description: "Sings".into(), is_protected: false };
            let make = async |op: &mut identity::Operation<'_>| groups::create(op, profile).await;
            world.identity.write(&world.uma().await, make).await.expect("a group is made");
        }
        let mut uma = Browser::of(world, "uma").await;
        let page = uma.get("/console/search?q=AMY").await;
        assert!(
            page.body.contains("Amy&#39;s &#60;friends&#62;") && page.text().contains("Sings · 0 members"),
            "{}",
            page.body
        );
        assert!(page.text().contains("Users Amy Adams") && page.text().contains("Groups Amy"), "{}", page.text());
        let page = uma.get("/console/search?q=choir").await;
        assert_eq!(page.body.matches("<b>Choir ").count(), 5);
        assert!(page.body.contains("href=\"/console/groups?q=choir\" data-hit"), "{}", page.body);
        assert!(page.text().contains("All 7 groups that match"), "{}", page.text());
        for blind in ["sam", "sylvia"] {
            let page = Browser::of(world, blind).await.get("/console/search?q=choir").await;
            assert!(page.text().contains("Nothing matches “choir”"), "{blind}: {}", page.text());
        }
        assert!(world.audited("refused").await.is_empty(), "nobody asked for what they may not see");
    });
}

#[test]
fn es_143_nobody_finds_what_their_roles_do_not_show() {
    in_a_world(async |world| {
        for blind in ["sam", "sylvia"] {
            let mut browser = Browser::of(world, blind).await;
            for q in ["amy", "create", "admin"] {
                let page = browser.get(&format!("/console/search?q={q}")).await;
                assert_eq!(page.status, StatusCode::OK);
                assert!(page.text().contains(&format!("Nothing matches “{q}”")), "{blind} {q}: {}", page.text());
                assert!(!page.body.contains("data-hit"));
            }
        }
        let found = async |person: &str| Browser::of(world, person).await.get("/console/search?q=admin").await.body;
        assert!(!found("uma").await.contains("href=\"/console/administrators\" data-hit"));
        assert!(found("sophia").await.contains("href=\"/console/administrators\" data-hit"));
        let plain = Browser::of(world, "amy").await.get("/console/search?q=amy").await;
        assert_eq!(plain.status, StatusCode::FORBIDDEN);
        assert!(!plain.body.contains("amy@example.com"));
        assert!(world.audited("refused").await.is_empty(), "nobody asked for what they may not see");
    });
}

#[test]
fn pages_are_found_by_their_words() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        let page = browser.get("/console/search?q=new+user").await;
        assert!(page.body.contains("href=\"/console/users/new\" data-hit"), "{}", page.body);
        let page = browser.get_fragment("/console/search?q=spreadsheet").await;
        assert!(page.body.contains("href=\"/console/users/export\" data-hit"), "{}", page.body);
        assert!(!page.body.contains("<html"), "a fragment is no page");
    });
}

#[test]
fn nothing_typed_and_nothing_found_say_what_can_be_found() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        for blank in ["/console/search", "/console/search?q=", "/console/search?q=++"] {
            let page = uma.get(blank).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.text().contains("Users are found by name, username or email"), "{}", page.text());
        }
        let page = uma.get("/console/search?q=%3Cb%3Ezzyzx").await;
        assert!(page.body.contains("Nothing matches “&#60;b&#62;zzyzx”"), "{}", page.body);
        assert_eq!(uma.get(&format!("/console/search?q={}", "x".repeat(2_000))).await.status, StatusCode::OK);
        let sam = Browser::of(world, "sam").await.get("/console/search").await;
        assert!(sam.text().contains("Type the name of a page."), "{}", sam.text());
    });
}

#[test]
fn the_field_in_the_top_bar_leads_to_the_search_for_every_administrator() {
    in_a_world(async |world| {
        for (person, page) in [("uma", "/console/users"), ("sam", "/console"), ("sylvia", "/console/attributes")] {
            let page = Browser::of(world, person).await.get(page).await;
            assert!(page.body.contains("action=\"/console/search\""), "{person}");
        }
        let plain = Browser::of(world, "amy").await.get("/console").await;
        assert!(!plain.body.contains("/console/search"), "{}", plain.body);
    });
}
