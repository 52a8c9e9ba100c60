//! The queue of registrations that wait for approval.

use axum::http::StatusCode;
use identity::accounts::{Account, Status};
use testkit::World;

use crate::browser::{Browser, in_a_world};

async fn status(world: &World, account: &Account) -> Status {
    world.account(account.id).await.status()
}

const QUEUE: &str = "/console/registrations";
const DECIDE: &str = "/console/users/bulk/decide";

#[test]
fn es_106_and_es_108_the_queue_shows_who_waits_since_when_and_what_they_answered() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let nobody = uma.get(QUEUE).await.text();
        assert!(
            nobody.contains("Nobody waits for approval") && nobody.contains("Registration is switched off"),
            "{nobody}"
        );
        world.confirmed("Joost").await;
        world.clock.advance(std::time::Duration::from_mins(20));
        let account = world.confirmed("Ishita").await;
        world.registered("Wren").await;
        world.alter(account.id, "mobile = '+31205550142'").await;
        let page = uma.get(QUEUE).await;
        let text = page.text();
        assert!(
            text.find("Joost Banerjee").unwrap() < text.find("Ishita Banerjee").unwrap(),
            "the longest waits first"
        );
        for seen in
            ["ishita@partner.example", "Verified", "partner.example", "22 Nov 2026, 10:20 UTC", "Mobile: +31205550142"]
        {
            assert!(text.contains(seen), "{seen} in {text}");
        }
        assert!(!text.contains("Wren Banerjee") && text.contains("1 more did not confirm"), "{text}");
        assert!(text.contains("2 waiting for approval"), "the menu counts them: {text}");
        let other_way = uma.get(&format!("{QUEUE}?dir=desc")).await.text();
        assert!(other_way.find("Ishita Banerjee").unwrap() < other_way.find("Joost Banerjee").unwrap());
        let one = uma.get(&format!("{QUEUE}?q=joost")).await.text();
        assert!(one.contains("Joost Banerjee") && !one.contains("Ishita Banerjee"), "{one}");
        assert!(uma.get(&format!("{QUEUE}?q=zzyzx")).await.text().contains("No registrations match “zzyzx”"));
    });
}

#[test]
fn es_108_several_are_approved_after_a_question() {
    in_a_world(async |world| {
        let (ishita, joost) = (world.confirmed("Ishita").await, world.confirmed("Joost").await);
        let ids = [ishita.id.to_string(), joost.id.to_string()];
        let mut uma = Browser::of(world, "uma").await;
        uma.get(QUEUE).await;
        let mut chosen = vec![("id", ids[0].as_str()), ("id", &ids[1]), ("return", QUEUE), ("do", "approve")];
        let question = uma.post(DECIDE, &chosen).await;
        assert!(question.text().contains("Approve 2 registrations?"), "{}", question.text());
        assert_eq!(status(world, &ishita).await, Status::PendingApproval);
        chosen.push(("answer", "1"));
        let done = uma.post(DECIDE, &chosen).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, QUEUE));
        let page = uma.get(QUEUE).await.text();
        assert!(page.contains("2 registrations approved") && page.contains("Nobody waits for approval"), "{page}");
        assert!(!page.contains("waiting for approval"), "the menu counts nobody: {page}");
        for account in [&ishita, &joost] {
            assert_eq!(status(world, account).await, Status::Enabled);
        }
        // Once more, from a page that is out of date.
        let result = uma.post(DECIDE, &chosen).await.text();
        assert!(
            result.contains("0 users approved, 2 skipped") && result.contains("no registration that waits"),
            "{result}"
        );
        assert!(result.contains("Back to registrations"), "{result}");
    });
}

#[test]
fn es_110_all_that_match_are_rejected_after_a_tick_and_the_reason_is_kept() {
    in_a_world(async |world| {
        let ishita = world.confirmed("Ishita").await;
        for name in ["Joost", "Wren"] {
            world.confirmed(name).await;
        }
        let mut uma = Browser::of(world, "uma").await;
        uma.get(QUEUE).await;
        let narrowed = format!("{QUEUE}?email=partner.example");
        let mut chosen = vec![("scope", "all"), ("matching", "3"), ("return", narrowed.as_str()), ("do", "reject")];
        assert!(uma.post(DECIDE, &chosen).await.text().contains("Reject 3 registrations?"));
        chosen.extend([("answer", "1"), ("reason", "Not one of ours")]);
        let unticked = uma.post(DECIDE, &chosen).await;
        assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unticked.body.contains("Tick the box") && unticked.body.contains("Not one of ours</textarea>"));
        chosen.push(("reject_confirmed", "1"));
        // Somebody else came meanwhile, whom the administrator has not seen.
        let late = world.confirmed("Late").await;
        let asked_anew = uma.post(DECIDE, &chosen).await;
        assert!(asked_anew.text().contains("The list changed meanwhile"), "{}", asked_anew.text());
        assert_eq!(status(world, &late).await, Status::PendingApproval);
        chosen[1] = ("matching", "4");
        assert_eq!(uma.post(DECIDE, &chosen).await.location(), narrowed);
        assert!(uma.get(&narrowed).await.text().contains("4 registrations rejected"));
        assert!(world.find(ishita.id).await.is_err() && world.find(late.id).await.is_err());
        // Nobody but those who waited was meant by "all".
        assert!(world.find(world.cast.amy).await.is_ok());
    });
}
