//! The button of a refusal that sends once more what is in the way.

use axum::http::StatusCode;
use testkit::{PASSWORD, Situation};

use crate::browser::{Browser, between, in_a_world};

/// The token that the form of a page bears.
fn proof(body: &str) -> Option<&str> {
    let form = between(body, "action=\"/send-again\"", "</form>")?;
    between(form, "name=\"token\" value=\"", "\"")
}

#[test]
fn b_3_and_t7_a_refusal_offers_to_send_it_again_and_says_that_it_is_on_its_way() {
    in_a_world(async |world| {
        world.bring(Situation::EmailUnverified).await;
        let mut browser = Browser::new(world);
        let refused = browser.sign_in("amy", PASSWORD).await;
        assert_eq!(refused.status, StatusCode::OK);
        let token = proof(&refused.body).expect("there is a button").to_owned();
        let sent = browser.post("/send-again", &[("token", &token)]).await;
        let text = sent.text();
        assert!(
            sent.status == StatusCode::OK && text.contains("A new link is on its way to amy@example.com."),
            "{text}"
        );
        assert_eq!(world.sent().await.len(), 2);
        assert_eq!(proof(&sent.body), Some(token.as_str()), "it can be pressed again");
        let stranger = Browser::new(world).sign_in("amy", "wrong").await;
        assert_eq!(proof(&stranger.body), None);
        let over = browser.post("/send-again", &[("token", "unknown")]).await;
        assert!(
            over.status == StatusCode::GONE && over.text().contains("we need your password again"),
            "{}",
            over.text()
        );
    });
}

#[test]
fn b_3_whoever_must_verify_a_number_is_asked_for_the_code_at_once() {
    in_a_world(async |world| {
        world.bring(Situation::MobileUnverified).await;
        let mut browser = Browser::new(world);
        let refused = browser.sign_in("amy", PASSWORD).await;
        assert_eq!(refused.status, StatusCode::OK);
        assert!(refused.body.contains("action=\"/verify-mobile\"") && refused.body.contains("value=\"amy\""));
        let token = proof(&refused.body).expect("there is a button").to_owned();
        let sent = browser.post("/send-again", &[("token", &token)]).await;
        assert!(sent.text().contains("A new code is on its way to ••• 0142."), "{}", sent.text());
        let code = world.last_letter().await.secret();
        let fields = [("identifier", "amy"), ("code", code.expose())];
        assert!(browser.post("/verify-mobile", &fields).await.text().contains("Your mobile number is verified"));
        assert_eq!(browser.sign_in("amy", PASSWORD).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn b_3_only_what_can_be_sent_has_a_button() {
    for situation in Situation::ALL {
        in_a_world(async |world| {
            world.bring(situation).await;
            let answer = Browser::new(world).sign_in("amy", PASSWORD).await;
            let has_button = proof(&answer.body).is_some();
            let expected = [Situation::PendingActivation, Situation::EmailUnverified, Situation::MobileUnverified];
            assert_eq!(has_button, expected.contains(&situation), "{situation:?}");
        });
    }
}
