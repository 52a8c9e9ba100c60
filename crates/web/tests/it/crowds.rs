//! More people at once than can be served.

use axum::http::StatusCode;
use testkit::PASSWORD;
use tokio::task::JoinSet;

use crate::browser::{Browser, in_a_world};

/// The two threads of a world that hash passwords have one sign-in each at work, and a hundred waiting.
const MOST: usize = 102;

#[test]
fn whoever_finds_too_many_signing_in_is_asked_to_come_back_and_the_others_get_in() {
    in_a_world(async |world| {
        let mut browsers = Vec::new();
        for _ in 0..MOST + 30 {
            let mut browser = Browser::new(world);
            browser.get("/sign-in").await;
            browsers.push(browser);
        }
        let mut crowd = JoinSet::new();
        for mut browser in browsers {
            crowd
                .spawn(async move { browser.post("/sign-in", &[("identifier", "uma"), ("password", PASSWORD)]).await });
        }
        let (mut inside, mut outside) = (0, 0);
        while let Some(answer) = crowd.join_next().await {
            let answer = answer.expect("nobody panics");
            match answer.status {
                StatusCode::SEE_OTHER => inside += 1,
                StatusCode::SERVICE_UNAVAILABLE => {
                    outside += 1;
                    assert_eq!(answer.header("retry-after"), "5", "{}", answer.body);
                    assert!(answer.body.contains("Not available at the moment"), "{}", answer.body);
                }
                other => panic!("{other}: {}", answer.body),
            }
        }
        assert!(inside >= 100 && outside > 0, "{inside} got in, {outside} didn't");
        Browser::of(world, "uma").await;
    });
}
