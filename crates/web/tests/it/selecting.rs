//! Going from the list to a user and back, and choosing users on it.

use std::collections::HashSet;

use axum::http::StatusCode;
use identity::accounts::Status;
use testkit::{PASSWORD, World};

use crate::browser::{Answer, Browser, between, in_a_world};

const LIST: &str = "/console/users";

#[test]
fn es_35_filter_and_order_survive_opening_a_user_and_are_dropped_at_sign_out() {
    in_a_world(async |world| {
        let list = "/console/users?last=a&sort=username&dir=desc";
        let mut browser = Browser::of(world, "uma").await;
        let before = browser.get(list).await;
        assert_eq!(browser.get(&links(&before)[0].0).await.status, StatusCode::OK);
        // The browser's Back asks for the same address; a journey presses it.
        let after = browser.get(list).await;
        assert_eq!(after.usernames(), before.usernames());
        assert!(after.body.contains("(reset)") && after.body.contains("aria-sort=\"descending\""));
        assert_eq!(browser.post("/sign-out", &[]).await.location(), "/sign-in", "without the way back");
        let mut place = browser.sign_in("uma", PASSWORD).await.location().to_owned();
        let mut page = browser.get(&place).await;
        while page.status == StatusCode::SEE_OTHER {
            page.location().clone_into(&mut place);
            page = browser.get(&place).await;
        }
        assert_eq!(place, LIST);
        assert!(!page.body.contains("(reset)"));
        assert!(page.text().contains("sorted by last name, then first name, username"));
    });
}

#[test]
fn es_36_the_box_of_the_heading_stands_for_the_rows_of_the_page() {
    in_a_world(async |world| {
        sixty(world).await;
        let mut browser = Browser::of(world, "uma").await;
        let page = browser.get("/console/users?last=sixty").await;
        assert_eq!(page.body.matches("class=\"pagecheck\"").count(), 1);
        assert_eq!(page.body.matches("class=\"rowcheck\"").count(), 25);
        let rows: Vec<_> = values(&page, "name=\"on_page\"");
        assert_eq!(rows, values(&page, "name=\"id\""), "the page names its rows for browsers without script");
        let mut fields: Vec<(&str, &str)> = rows.iter().map(|id| ("on_page", id.as_str())).collect();
        fields.extend([("do", "disable"), ("return", "/console/users?last=sixty")]);
        let unticked = browser.post("/console/users/bulk", &fields).await;
        assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY, "the rows are only named, not chosen");
        fields.push(("page_all", "1"));
        assert_eq!(browser.post("/console/users/bulk", &fields).await.location(), "/console/users?last=sixty");
        let disabled = browser.get("/console/users?last=sixty&status=disabled&size=100").await;
        assert_eq!(disabled.usernames().len(), 25);
        for id in rows {
            let id = id.parse().expect("an identifier");
            assert_eq!(world.account(id).await.status(), Status::Disabled);
        }
    });
}

#[test]
fn es_43_no_link_carries_the_selection_to_another_page_order_or_filter() {
    in_a_world(async |world| {
        sixty(world).await;
        let mut browser = Browser::of(world, "uma").await;
        for selected in ["all", "page"] {
            let page = browser.get(&format!("/console/users?last=sixty&select={selected}")).await;
            assert_eq!(checked(&page), 25, "{selected}");
            let hrefs = values_of(&page, "href=\"");
            let elsewhere = hrefs.iter().filter(|href| href.starts_with(LIST) && href.contains("select="));
            let elsewhere: HashSet<_> = elsewhere.collect();
            // Those that are about selecting itself: all that match, only this page.
            assert!(elsewhere.iter().all(|href| !href.contains("page=") && !href.contains("sort=")), "{elsewhere:?}");
            assert!(elsewhere.len() <= 1, "{elsewhere:?}");
        }
        for path in ["/console/users?last=sixty&page=2", "/console/users?last=sixty", "/console/users?sort=email"] {
            assert_eq!(checked(&browser.get(path).await), 0, "{path}");
        }
    });
}

#[test]
fn es_46_both_names_lead_to_the_same_user() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        let page = browser.get(LIST).await;
        let links = links(&page);
        assert_eq!(links.len(), 5);
        for (last, first) in links {
            assert_eq!(last, first);
            assert_eq!(browser.get(&last).await.status, StatusCode::OK);
        }
    });
}

#[test]
fn es_47_user_and_super_administrators_are_offered_to_create_a_user() {
    in_a_world(async |world| {
        for username in ["uma", "sophia"] {
            let mut browser = Browser::of(world, username).await;
            let page = browser.get(LIST).await;
            assert!(page.body.contains("href=\"/console/users/new\""), "{username}");
            assert_eq!(browser.get("/console/users/new").await.status, StatusCode::OK, "{username}");
        }
        for username in ["sam", "sylvia", "amy"] {
            let start = Browser::of(world, username).await.get("/").await;
            assert!(!start.body.contains("/console/users/new"), "{username}");
        }
    });
}

#[test]
fn whoever_is_alone_is_shown_how_to_add_people() {
    in_a_world(async |world| {
        let mut sophia = Browser::of(world, "sophia").await;
        assert!(!sophia.get(LIST).await.body.contains("Nobody else yet"));
        let others = [world.cast.uma, world.cast.sam, world.cast.sylvia, world.cast.amy].map(|id| id.to_string());
        let mut fields: Vec<(&str, &str)> = others.iter().map(|id| ("id", id.as_str())).collect();
        fields.extend([("answer", "1"), ("confirmed", "1")]);
        assert_eq!(sophia.post("/console/users/bulk/delete", &fields).await.location(), LIST);
        assert!(sophia.get(LIST).await.body.contains("Nobody else yet"));
        assert!(!sophia.get("/console/users?q=sophia").await.body.contains("Nobody else yet"));
    });
}

#[test]
fn the_question_before_deleting_says_which_administrators_are_among_them() {
    in_a_world(async |world| {
        let (sam, uma, amy) = (world.cast.sam.to_string(), world.cast.uma.to_string(), world.cast.amy.to_string());
        let mut sophia = Browser::of(world, "sophia").await;
        sophia.get(LIST).await;
        let one = sophia.post("/console/users/bulk/delete", &[("id", &sam), ("id", &amy)]).await;
        assert!(
            one.text().contains("1 of them is an administrator.Sam Sso has the SSO administrator role."),
            "{}",
            one.text()
        );
        assert!(one.body.contains("<span>Adams, Amy</span>"));
        let two = sophia.post("/console/users/bulk/delete", &[("id", &sam), ("id", &uma)]).await;
        assert!(two.body.contains("2 of them are administrators."));
    });
}

/// Sixty accounts named Sixty.
async fn sixty(world: &World) {
    let names: Vec<_> = (0..60).map(|number| format!("sixty{number:02}")).collect();
    let rows: Vec<_> = names.iter().map(|name| ("One", "Sixty", name.as_str())).collect();
    world.people(&rows).await;
}

/// Where the last and the first name of each row lead.
fn links(page: &Answer) -> Vec<(String, String)> {
    let rows = page.body.split("<tr role=\"row\">").skip(2);
    let pair = |row: &str| {
        let last = between(row, "class=\"name s-a\"><a href=\"", "\"").expect("a last name").to_owned();
        let first = between(row, "class=\"name s-hide\"><a href=\"", "\"").expect("a first name").to_owned();
        (last, first)
    };
    rows.map(pair).collect()
}

/// How many rows are ticked.
fn checked(page: &Answer) -> usize {
    let boxes = page.body.split("class=\"rowcheck\"").skip(1).filter_map(|part| part.split('>').next());
    boxes.filter(|attributes| attributes.contains(" checked")).count()
}

/// The values of the inputs that have this attribute.
fn values(page: &Answer, attribute: &str) -> Vec<String> {
    let inputs = page.body.split(attribute).skip(1);
    inputs.filter_map(|rest| between(rest, "value=\"", "\"")).map(str::to_owned).collect()
}

/// Every value of an attribute of the page.
fn values_of(page: &Answer, attribute: &str) -> Vec<String> {
    page.body.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}
