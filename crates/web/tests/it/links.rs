//! Passwords by an administrator, and the pages that links and codes lead to.

use axum::http::{Method, StatusCode};
use identity::accounts::PasswordState;
use identity::messages::Template;
use testkit::{PASSWORD, World};

use crate::browser::{Browser, in_a_world};

const NEW: &str = "velvet harbor saddle 31 moth";

fn typed(password: &str) -> [(&str, &str); 2] {
    [("password", password), ("password_repeat", password)]
}

async fn creates(world: &World, choice: &[(&str, &str)]) -> crate::browser::Answer {
    let mut uma = Browser::of(world, "uma").await;
    uma.get("/console/users/new").await;
    let mut fields = vec![
        ("first_name", "Marijke"),
        ("last_name", "Achterberg"),
        ("username", "machterberg"),
        ("email", "marijke@example.com"),
        ("status", "enabled"),
    ];
    fields.extend_from_slice(choice);
    uma.post("/console/users", &fields).await
}

#[test]
fn es_65_an_invited_user_opens_the_link_sets_a_password_and_signs_in() {
    in_a_world(async |world| {
        let answer = creates(world, &[("password_choice", "invite"), ("way", "email_link")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let letter = world.last_letter().await;
        assert_eq!(letter.template, Template::Invitation);
        let page = format!("/invitation/{}", letter.token().expose());
        let mut visitor = Browser::new(world);
        // What reads mails before people do changes nothing (ES-165).
        for _ in 0..10 {
            assert_eq!(visitor.send(Method::HEAD, &page, &[], String::new()).await.status, StatusCode::OK);
            let shown = visitor.get(&page).await;
            assert!(shown.text().contains("Welcome, Marijke") && shown.text().contains("Use at least 15 characters."));
            assert!(shown.header("cache-control").contains("no-store"));
        }
        let short = visitor.post(&page, &typed("short")).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(short.body.contains("<title>Error: ") && short.body.contains("id=\"password-err\""));
        let empty = visitor.post(&page, &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let set = visitor.post(&page, &typed(NEW)).await;
        assert!(set.status == StatusCode::OK && set.text().contains("You can sign in now."), "{}", set.text());
        assert!(visitor.cookie("reeve-session").is_none(), "nobody is signed in by it");
        assert_eq!(visitor.sign_in("machterberg", NEW).await.status, StatusCode::SEE_OTHER);
        let again = Browser::new(world).get(&page).await;
        assert!(again.status == StatusCode::GONE && again.text().contains("It was used already."), "{}", again.text());
    });
}

#[test]
fn es_62_a_random_password_is_mailed_and_leads_to_the_change_form() {
    in_a_world(async |world| {
        let answer = creates(world, &[("password_choice", "random")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let secret = world.last_letter().await.secret();
        assert!(!answer.body.contains(secret.expose()));
        let mut visitor = Browser::new(world);
        visitor.sign_in("machterberg", secret.expose()).await;
        assert_eq!(visitor.get("/console").await.location().split('?').next(), Some("/set-password"));
    });
}

#[test]
fn a_link_to_hand_over_is_shown_once() {
    in_a_world(async |world| {
        let answer = creates(world, &[("password_choice", "invite"), ("way", "hand_over")]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let link = crate::browser::between(&answer.body, "https://sso.example.com", "<").expect("the link");
        assert!(world.letters().await.is_empty(), "nothing is sent");
        let mut visitor = Browser::new(world);
        visitor.get(link).await;
        assert_eq!(visitor.post(link, &typed(NEW)).await.status, StatusCode::OK);
        assert_eq!(visitor.sign_in("machterberg", NEW).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn es_127_to_es_134_a_password_is_set_by_the_form_and_what_is_wrong_is_named() {
    in_a_world(async |world| {
        let path = format!("/console/users/{}/password", world.cast.amy);
        let mut uma = Browser::of(world, "uma").await;
        let page = uma.get(&path).await;
        assert!(page.text().contains("Reset password for Amy Adams"), "{}", page.text());
        assert!(uma.get_fragment(&path).await.body.contains("<dialog"));
        let mut fields = vec![("password_choice", "set")];
        fields.extend(typed("short"));
        assert_eq!(uma.post(&path, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(uma.post(&path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let no_way = uma.post(&path, &[("password_choice", "invite"), ("way", "sms_code")]).await;
        assert_eq!(no_way.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(no_way.text().contains("This user has no mobile number"), "{}", no_way.text());
        fields.truncate(1);
        fields.extend(typed("Abc1"));
        fields.extend([("send", "1")]);
        assert_eq!(uma.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
        let account = world.account(world.cast.amy).await;
        assert!(matches!(account.state.password, PasswordState::Temporary { .. }), "what is mailed becomes temporary");
        let profile = uma.get(&format!("/console/users/{}", world.cast.amy)).await;
        assert!(profile.text().contains("It is temporary, because it is sent by email"), "{}", profile.text());
    });
}

#[test]
fn t22_a_reset_by_link_and_by_code() {
    in_a_world(async |world| {
        let path = format!("/console/users/{}/password", world.cast.amy);
        let mut uma = Browser::of(world, "uma").await;
        for (way, password) in [("email_link", NEW), ("email_code", "orchid meadow 52 lantern fox")] {
            uma.get(&path).await;
            let asked = uma.post(&path, &[("password_choice", "invite"), ("way", way)]).await;
            assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
            let profile = uma.get(&format!("/console/users/{}", world.cast.amy)).await;
            assert!(profile.text().contains("was asked to set a new password"), "{}", profile.text());
            let letter = world.last_letter().await;
            let mut visitor = Browser::new(world);
            let set = if way == "email_link" {
                let page = format!("/reset-password/{}", letter.token().expose());
                visitor.get(&page).await;
                visitor.post(&page, &typed(password)).await
            } else {
                visitor.get("/password-code").await;
                let secret = letter.secret();
                let with = |name, code| [vec![("identifier", name), ("code", code)], typed(password).to_vec()].concat();
                let unknown = visitor.post("/password-code", &with("nobody", secret.expose())).await;
                let wrong = visitor.post("/password-code", &with("amy", "1")).await;
                for refused in [&unknown, &wrong] {
                    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
                    assert!(refused.text().contains("This code does not work."), "{}", refused.text());
                }
                visitor.post("/password-code", &with("amy", secret.expose())).await
            };
            assert!(set.text().contains("Your password is changed"), "{}", set.text());
            assert_eq!(visitor.sign_in("amy", password).await.status, StatusCode::SEE_OTHER);
        }
    });
}

#[test]
fn es_114_a_link_that_was_replaced_says_so_and_one_that_ended_gets_another() {
    in_a_world(async |world| {
        let (account, old) = world.registered("Wren").await;
        let old = format!("/confirm/{}", old.expose());
        let mut uma = Browser::of(world, "uma").await;
        let profile = format!("/console/users/{}", account.id);
        assert!(uma.get(&profile).await.body.contains("Send confirmation email"));
        let resend = format!("{profile}/resend");
        assert_eq!(uma.post(&resend, &[("scenario", "SELF_SIGN_UP")]).await.status, StatusCode::SEE_OTHER);
        for wrong in ["", "UNKNOWN"] {
            assert_eq!(uma.post(&resend, &[("scenario", wrong)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(uma.post(&resend, &[("scenario", "ASK_PASSWORD")]).await.status, StatusCode::CONFLICT);
        let mut visitor = Browser::new(world);
        let newer = visitor.get(&old).await;
        assert_eq!(newer.status, StatusCode::GONE);
        assert!(newer.text().contains("A newer message was sent since."), "{}", newer.text());
        let page = format!("/confirm/{}", world.last_letter().await.token().expose());
        world.clock.advance(std::time::Duration::from_hours(24));
        let ended = visitor.get(&page).await;
        assert!(ended.text().contains("It was valid until") && ended.body.contains("Send a new link"));
        let token = page.rsplit('/').next().unwrap_or_default().to_owned();
        let told = visitor.post("/new-link", &[("token", &token)]).await;
        let made_up = visitor.post("/new-link", &[("token", "made-up")]).await;
        assert_eq!((told.status, told.text()), (made_up.status, made_up.text()));
        let page = format!("/confirm/{}", world.last_letter().await.token().expose());
        visitor.get(&page).await;
        let confirmed = visitor.post(&page, &[]).await;
        assert!(confirmed.text().contains("An administrator now looks at your registration."), "{}", confirmed.text());
    });
}

#[test]
fn t31_an_address_is_verified_by_a_button_and_not_by_opening_the_link() {
    in_a_world(async |world| {
        let profile = format!("/console/users/{}", world.cast.amy);
        let mut uma = Browser::of(world, "uma").await;
        assert!(uma.get(&profile).await.body.contains("Send verification email"));
        uma.post(&format!("{profile}/resend"), &[("scenario", "EMAIL_VERIFICATION")]).await;
        let page = format!("/verify-email/{}", world.last_letter().await.token().expose());
        let mut visitor = Browser::new(world);
        visitor.get(&page).await;
        assert!(world.account(world.cast.amy).await.state.email.verified_at.is_none());
        assert!(visitor.post(&page, &[]).await.text().contains("Your email is verified"));
        assert!(world.account(world.cast.amy).await.state.email.verified_at.is_some());
        assert_eq!(Browser::new(world).sign_in("amy", PASSWORD).await.status, StatusCode::SEE_OTHER);
    });
}
