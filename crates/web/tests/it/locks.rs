//! Locking, unlocking and signing out users in the console, and what they read when they try to sign in.

use axum::http::StatusCode;
use base::AccountId;
use testkit::{PASSWORD, Situation, World};

use crate::browser::{Answer, Browser, in_a_world};

fn profile(id: AccountId) -> String {
    format!("/console/users/{id}")
}

async fn lock(browser: &mut Browser, id: AccountId, fields: &[(&str, &str)]) -> Answer {
    browser.get(&format!("{}/danger?open=lock", profile(id))).await;
    browser.post(&format!("{}/lock", profile(id)), fields).await
}

async fn attempt(world: &World, name: &str, password: &str) -> Answer {
    Browser::new(world).sign_in(name, password).await
}

#[test]
fn an_administrator_locks_with_a_reason_and_the_profile_says_since_when_by_whom_why_and_what_ends_it() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let amy = world.cast.amy;
        let mut amys = Browser::of(world, "amy").await;
        let danger = uma.get(&format!("{}/danger", profile(amy))).await;
        assert!(danger.text().contains("the open session ends"), "{}", danger.text());
        let fields = [("lock_note", "Lost <her> phone"), ("lock_until", "2026-11-23T10:30"), ("lock_confirmed", "1")];
        let answer = lock(&mut uma, amy, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let page = uma.get(answer.location()).await;
        let text = page.text();
        assert!(text.contains("This account is locked since 22 Nov 2026, 10:00 UTC by Uma User: Lost"), "{text}");
        assert!(page.body.contains("Lost &#60;her&#62; phone"), "escaped");
        assert!(text.contains("It unlocks by itself at 23 Nov 2026, 10:30 UTC."), "{text}");
        assert!(text.contains("1 user locked"), "{text}");
        assert_eq!(amys.get("/").await.location(), "/sign-in", "her session is over");
        assert!(
            attempt(world, "amy", PASSWORD).await.words().contains("This account is locked. Contact an administrator.")
        );
        let list = uma.get("/console/users?status=locked").await;
        assert_eq!(list.usernames(), ["amy"]);
        let danger = uma.get(&format!("{}/danger", profile(amy))).await.words();
        assert!(danger.contains("Unlock user Locked by Uma User: Lost") && !danger.contains("Lock user"), "{danger}");
        let activity = uma.get(&format!("{}/activity", profile(amy))).await.text();
        assert!(activity.contains("Account locked"), "{activity}");
        let answer = uma.post(&format!("{}/unlock", profile(amy)), &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("Tick the box to confirm that the account should be unlocked"));
        let answer = uma.post(&format!("{}/unlock", profile(amy)), &[("unlock_confirmed", "1")]).await;
        assert!(uma.get(answer.location()).await.text().contains("1 user unlocked"));
        assert_eq!(attempt(world, "amy", PASSWORD).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn a_lock_without_confirmation_or_with_a_bad_time_keeps_what_was_typed() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let amy = world.cast.amy;
        let answer = lock(&mut uma, amy, &[("lock_note", "kept"), ("lock_until", "soon")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for message in ["Tick the box to confirm that the account should be locked", "Enter a day and a time, as"] {
            assert!(answer.text().contains(message), "{}", answer.text());
        }
        assert!(answer.body.contains(">kept</textarea>"));
        let past = [("lock_until", "2026-11-22T09:59"), ("lock_confirmed", "1")];
        let answer = lock(&mut uma, amy, &past).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("Enter a time that is still to come"));
        let long = "x".repeat(501);
        let answer = lock(&mut uma, amy, &[("lock_note", &long), ("lock_confirmed", "1")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!world.account(amy).await.state.is_locked(world.clock.now()));
    });
}

#[test]
fn g1_and_g3_nobody_locks_themselves_and_no_administrator_is_locked_by_a_lesser_one() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let confirmed = [("lock_confirmed", "1")];
        for id in [world.cast.uma, world.cast.sam, world.cast.sophia] {
            assert_eq!(lock(&mut uma, id, &confirmed).await.status, StatusCode::FORBIDDEN);
            let ended = uma.post(&format!("{}/sessions/end", profile(id)), &[]).await;
            assert_eq!(
                ended.status == StatusCode::FORBIDDEN,
                id != world.cast.uma || ended.status == StatusCode::FORBIDDEN
            );
            assert!(!world.account(id).await.state.is_locked(world.clock.now()));
        }
    });
}

#[test]
fn several_are_locked_after_a_question_and_unlocked_at_once() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let (amy, bob) = (world.cast.amy.to_string(), world.join("Bob", "Ng", None).await.to_string());
        uma.get("/console/users").await;
        let chosen = [("id", amy.as_str()), ("id", bob.as_str()), ("return", "/console/users")];
        let question = uma.post("/console/users/bulk/lock", &chosen).await;
        assert_eq!(question.status, StatusCode::OK);
        assert!(question.text().contains("Lock 2 users?"));
        let mut answer = chosen.to_vec();
        answer.extend([("answer", "1"), ("lock_note", "exam week")]);
        let refused = uma.post("/console/users/bulk/lock", &answer).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.push(("lock_confirmed", "1"));
        let done = uma.post("/console/users/bulk/lock", &answer).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/console/users"));
        assert!(uma.get(done.location()).await.text().contains("2 users locked"));
        assert!(uma.get(&profile(world.cast.amy)).await.text().contains("by Uma User: exam week."));
        let own = world.cast.uma.to_string();
        let chosen = [("id", amy.as_str()), ("id", own.as_str()), ("do", "unlock"), ("return", "/console/users")];
        let result = uma.post("/console/users/bulk", &chosen).await.text();
        assert!(result.contains("1 user unlocked, 1 skipped"), "{result}");
        assert!(result.contains("You cannot do this to your own account"), "{result}");
    });
}

#[test]
fn sessions_are_shown_with_browser_and_address_and_ended_one_or_all() {
    in_a_world(async |world| {
        let amy = world.cast.amy;
        let mut uma = Browser::of(world, "uma").await;
        let path = format!("{}/sessions", profile(amy));
        assert!(uma.get(&path).await.text().contains("No open sessions"));
        let (mut first, mut second) = (Browser::of(world, "amy").await, Browser::of(world, "amy").await);
        let page = uma.get(&path).await;
        assert!(page.text().contains("2 sessions open"), "{}", page.text());
        assert!(page.text().contains("Unknown browser"), "{}", page.text());
        let session =
            crate::browser::between(&page.body, "name=\"session\" value=\"", "\"").expect("a session").to_owned();
        let ended = uma.post(&format!("{path}/end"), &[("session", &session)]).await;
        assert_eq!((ended.status, ended.location()), (StatusCode::SEE_OTHER, path.as_str()));
        let page = uma.get(&path).await.text();
        assert!(page.contains("1 session open") && page.contains("1 session ended"), "{page}");
        let again = uma.post(&format!("{path}/end"), &[("session", &session)]).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        uma.get(&path).await;
        uma.post(&format!("{path}/end"), &[]).await;
        for browser in [&mut first, &mut second] {
            assert_eq!(browser.get("/").await.location(), "/sign-in");
        }
        assert_eq!(uma.get(&format!("{}/sessions", profile(world.cast.sam))).await.status, StatusCode::FORBIDDEN);
    });
}

/// What a person reads on the page that comes back: without what they typed, and without the token of the form.
fn refusal(answer: &Answer) -> (StatusCode, String) {
    (answer.status, answer.text())
}

/// Runs `test` for each of `situations`, each in a world of its own on each database.
async fn in_each(
    situations: impl Iterator<Item = (Situation, &'static str)>,
    test: impl AsyncFn(&World, Situation, &str),
) {
    for (situation, expected) in situations {
        for database in testkit::databases() {
            let world = World::on(database).await;
            world.bring(situation).await;
            test(&world, situation, expected).await;
            world.close().await;
        }
    }
}

/// Each situation of table B.3, with what the right password is answered: a sentence, a place, or nothing else than the
/// wrong one.
const ANSWERS: [(Situation, &str); 17] = [
    (Situation::Unknown, ""),
    (Situation::Enabled, "/"),
    (Situation::PendingActivation, "Confirm your email first."),
    (Situation::PendingApproval, "This registration waits for approval."),
    (Situation::Disabled, "This account is disabled."),
    (Situation::Locked, "This account is locked."),
    (Situation::FailedAttempts, ""),
    (Situation::Inactive, "This account was not used for a long time."),
    (Situation::NoPassword, ""),
    (Situation::Temporary, "/set-password"),
    (Situation::TemporaryExpired, ""),
    (Situation::ResetRequired, "A new password is required."),
    (Situation::PasswordExpired, "/set-password"),
    (Situation::PasswordCompromised, "/set-password"),
    (Situation::EmailUnverified, "Verify your email address first."),
    (Situation::MobileUnverified, "Verify your mobile number first."),
    (Situation::Several, "This registration waits for approval."),
];

#[test]
fn b_3_every_situation_is_answered_as_the_table_says() {
    testkit::block_on(in_each(ANSWERS.into_iter(), async |world, situation, expected| {
        let baseline = refusal(&attempt(world, "stranger", "wrong").await);
        assert_eq!(baseline.0, StatusCode::OK);
        assert!(baseline.1.contains("Username or password is wrong."), "{}", baseline.1);
        let name = if situation == Situation::Unknown { "nobody" } else { "amy" };
        let wrong = refusal(&attempt(world, name, "wrong").await);
        assert_eq!(wrong, baseline, "{situation:?}: a wrong password");
        let mut browser = Browser::new(world);
        let right = browser.sign_in(name, PASSWORD).await;
        match expected {
            "" => assert_eq!(refusal(&right), baseline, "{situation:?}: the right password looks wrong"),
            place if place.starts_with('/') => {
                assert_eq!(right.status, StatusCode::SEE_OTHER, "{situation:?}");
                let led_to = browser.get("/").await;
                let led_to = if led_to.status == StatusCode::SEE_OTHER { led_to.location() } else { "/" };
                assert!(led_to.starts_with(place), "{situation:?}: {led_to}");
            }
            sentence => {
                assert_eq!(right.status, StatusCode::OK, "{situation:?}");
                assert!(right.text().contains(sentence), "{situation:?}: {}", right.text());
                assert!(!right.text().contains("secret suspicion"), "the note is for administrators");
            }
        }
    }));
}

#[test]
fn b_3_where_the_organization_wants_it_no_refusal_says_why() {
    let told = ANSWERS.into_iter().filter(|(_, expected)| !expected.is_empty() && !expected.starts_with('/'));
    testkit::block_on(in_each(told, async |world, situation, _| {
        world.insist("login_always_generic").await;
        let baseline = refusal(&attempt(world, "stranger", "wrong").await);
        assert_eq!(refusal(&attempt(world, "amy", PASSWORD).await), baseline, "{situation:?}");
    }));
    in_a_world(async |world| {
        world.insist("login_always_generic").await;
        let baseline = refusal(&attempt(world, "stranger", "wrong").await);
        for _ in 0..12 {
            assert_eq!(refusal(&attempt(world, "amy", "wrong").await), baseline, "nor that there were too many");
        }
    });
}

#[test]
fn b_3_a_name_that_was_tried_too_often_gets_one_page_whether_or_not_it_is_somebodys() {
    in_a_world(async |world| {
        let mut pages = Vec::new();
        for name in ["amy", "nobody"] {
            for _ in 0..9 {
                assert!(attempt(world, name, "wrong").await.text().contains("is wrong"));
            }
            for password in ["wrong", "wrong", PASSWORD] {
                pages.push(refusal(&attempt(world, name, password).await));
            }
        }
        assert!(pages[0].1.contains("You can try again in 5 minutes"), "{}", pages[0].1);
        assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
        let mut uma = Browser::of(world, "uma").await;
        let banner = uma.get(&profile(world.cast.amy)).await.text();
        assert!(banner.contains("10 failed sign-ins. It unlocks by itself at 22 Nov 2026, 10:05 UTC."), "{banner}");
    });
}
