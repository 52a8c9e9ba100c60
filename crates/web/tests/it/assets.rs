//! Style, script and pictures.

use axum::http::{Method, StatusCode};

use crate::browser::{Browser, between, in_a_world};

#[test]
fn an_asset_is_kept_for_ever_and_asked_for_once() {
    in_a_world(async |world| {
        let mut browser = Browser::new(world);
        let page = browser.get("/sign-in").await;
        let style = between(&page.body, "rel=\"stylesheet\" href=\"", "\"").expect("a page has a style").to_owned();
        let answer = browser.send(Method::GET, &style, &[("accept-encoding", "gzip, br")], String::new()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-encoding"), "gzip");
        assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        let etag = answer.header("etag").to_owned();
        let again = browser.send(Method::GET, &style, &[("if-none-match", &etag)], String::new()).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        assert!(again.body.is_empty());
    });
}

#[test]
fn every_asset_that_a_page_names_is_there() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "sophia").await;
        for page in ["/sign-in", "/console/users", "/console/users/new"] {
            let body = browser.get(page).await.body;
            for part in body.split("\"/assets/").skip(1) {
                let file = part.split(['"', '#']).next().expect("it was split there");
                let answer = browser.get(&format!("/assets/{file}")).await;
                assert_eq!(answer.status, StatusCode::OK, "{file} on {page}");
            }
        }
        let icons = between(&browser.get("/console/users").await.body, "/assets/icons.", ".svg").map(str::to_owned);
        let sprite = browser.get(&format!("/assets/icons.{}.svg", icons.expect("icons are used"))).await.body;
        for page in ["/console/users", "/console/users/new"] {
            for part in browser.get(page).await.body.split(".svg#").skip(1) {
                let name = part.split('"').next().expect("it was split there");
                assert!(sprite.contains(&format!("id=\"{name}\"")), "{name} on {page}");
            }
        }
    });
}

#[test]
fn every_answer_forbids_what_a_page_does_not_need() {
    in_a_world(async |world| {
        let mut browser = Browser::new(world);
        for path in ["/sign-in", "/nowhere", "/assets/nothing.css", "/console/users"] {
            let answer = browser.get(path).await;
            assert!(
                answer.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"),
                "{path}"
            );
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(answer.header("strict-transport-security"), "", "{path} is not served over TLS here");
        }
        let page = browser.get("/sign-in").await.body;
        for forbidden in [" style=\"", " onclick", "javascript:", "data:", "<script>"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    });
}
