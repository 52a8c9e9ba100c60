//! What people sign in with is called as the organization chose.

use axum::http::StatusCode;
use base::Secret;
use identity::accounts::{NewAccount, TypedPassword, create_with_password, set_password};
use identity::groups::{self, GroupProfile};
use identity::settings;
use serde_json::json;
use testkit::{PASSWORD, World};

use crate::browser::{Answer, Browser, between, in_a_world};
use crate::imports::{OPTIONS, upload};

/// Chooses words that no page would say by itself.
async fn call_them(world: &World, username: &str, password: &str) {
    for (key, word) in [("word_for_username", username), ("word_for_password", password)] {
        let value = json!(word);
        let chosen = world.identity.write(&world.operator(), async |op| settings::choose(op, key, value).await).await;
        chosen.expect("the operator may choose");
    }
}

/// Everything of a page that is read or read out, in small letters; without the columns of sample files.
fn heard(answer: &Answer) -> String {
    let mut page = answer.body.clone();
    for tag in ["pre", "code"] {
        while let Some(inner) = between(&page, &format!("<{tag}"), &format!("</{tag}>")).map(str::to_owned) {
            page = page.replacen(&format!("<{tag}{inner}</{tag}>"), "", 1);
        }
    }
    let mut heard = String::new();
    for name in ["aria-label", "placeholder", "title"] {
        for rest in page.split(&format!(" {name}=\"")).skip(1) {
            heard.push_str(rest.split('"').next().unwrap_or_default());
            heard.push('\n');
        }
    }
    let page = Answer { status: answer.status, headers: answer.headers.clone(), body: page };
    (heard + &page.words()).to_lowercase()
}

#[track_caller]
fn assert_follows(path: &str, answer: &Answer) {
    assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
    let heard = heard(answer);
    for old in ["username", "password"] {
        let place = heard.find(old).map(|at| heard.get(at.saturating_sub(60)..at + 40).unwrap_or(&heard));
        assert_eq!(place, None, "{path} says {old}");
    }
}

#[test]
fn es_202_strangers_read_the_words_that_were_chosen() {
    in_a_world(async |world| {
        call_them(world, "Login ID", "Passphrase").await;
        let mut browser = Browser::new(world);
        let page = browser.get("/sign-in").await;
        assert!(page.body.contains(">Login ID or email</label>") && page.body.contains(">Passphrase</label>"));
        assert!(page.body.contains("aria-label=\"Show passphrase\""));
        assert_follows("/sign-in", &page);
        let wrong = browser.sign_in("uma", "wrong").await;
        assert!(wrong.text().contains("Login ID or passphrase is wrong."), "{}", wrong.text());
        assert_follows("a wrong sign-in", &wrong);
    });
}

#[test]
fn es_202_a_temporary_password_is_replaced_in_the_words_that_were_chosen() {
    in_a_world(async |world| {
        call_them(world, "Login ID", "PIN").await;
        let secret = || Secret::new("temporary one");
        let typed = TypedPassword { password: secret(), repeated: secret(), temporary: true };
        let set = set_password(&world.identity, &world.operator(), world.cast.amy, typed).await;
        set.expect("a temporary password is set");
        let mut browser = Browser::new(world);
        browser.sign_in("amy", "temporary one").await;
        let page = browser.get("/set-password").await;
        assert!(page.text().contains("Choose a new PIN"), "{}", page.text());
        assert_follows("/set-password", &page);
        for (password, repeated) in [("", ""), ("short", "other"), ("temporary one", "temporary one")] {
            let fields = [("password", password), ("password_repeat", repeated)];
            let refused = browser.post("/set-password", &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_follows("/set-password", &refused);
        }
    });
}

#[test]
fn es_202_the_console_says_the_words_that_were_chosen_and_no_others() {
    in_a_world(async |world| {
        call_them(world, "Login ID", "PIN").await;
        let somebody = world.cast.amy;
        let waiting = world.confirmed("Asha").await.id;
        let profile = GroupProfile { name: "Staff".into(), ..GroupProfile::default() };
        let made = world.identity.write(&world.operator(), async |op| groups::create(op, profile).await).await;
        let group = made.expect("a group is made").id;
        let mut sophia = Browser::of(world, "sophia").await;
        sophia.get("/reauth").await;
        sophia.post("/reauth", &[("password", "wrong")]).await;
        for path in [
            "/reauth",
            "/console/users",
            "/console/users?advanced=1",
            "/console/users?username=x&status=pending_first_password&email=y",
            "/console/users?sort=username",
            "/console/users/new",
            "/console/users/export",
            "/console/search",
            "/console/search?q=zzzz",
            "/console/administrators",
            "/console/administrators?username=nobody",
            "/console/groups/new",
            "/console/imports",
            "/console/imports/new",
        ] {
            assert_follows(path, &sophia.get(path).await);
        }
        for page in ["", "?edit=1", "/groups", "/roles", "/activity", "/danger", "/delete", "/approve", "/reject"] {
            for account in [somebody, waiting, world.cast.sophia] {
                let path = format!("/console/users/{account}{page}");
                assert_follows(&path, &sophia.get(&path).await);
            }
        }
        for page in ["", "?q=zzzz", "/add", "/settings"] {
            let path = format!("/console/groups/{group}{page}");
            assert_follows(&path, &sophia.get(&path).await);
        }
        let list = sophia.get("/console/users").await.words();
        assert!(list.contains("Login ID") && list.contains("First PIN"), "{list}");
        assert!(sophia.get("/console/users?username=x").await.words().contains("Login ID contains “x”"));
    });
}

#[test]
fn es_202_refusals_say_the_words_that_were_chosen() {
    in_a_world(async |world| {
        call_them(world, "Account name", "PIN").await;
        let mut uma = Browser::of(world, "uma").await;
        uma.get("/console/users/new").await;
        let nothing = uma.post("/console/users", &[("password_choice", "typed"), ("status", "enabled")]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nothing.text().contains("Enter an account name") && nothing.text().contains("Enter a PIN"));
        assert_follows("nothing", &nothing);
        let amy = format!("/console/users/{}", world.cast.amy);
        uma.get(&amy).await;
        let renamed = [("version", "1"), ("username", "uma"), ("first_name", "A"), ("last_name", "B"), ("email", "")];
        let taken = uma.post(&amy, &renamed).await;
        assert_follows("a name that is taken", &taken);
        let stale = uma.post(&amy, &[("version", "0"), ("username", "amy2")]).await;
        assert_follows("a stale profile", &stale);
        let untyped = uma.post(&format!("{amy}/delete"), &[("confirm_username", "x")]).await;
        assert_follows("a deletion", &untyped);
        for choice in ["invite", "", "random"] {
            assert_follows(choice, &uma.post("/console/users", &[("password_choice", choice)]).await);
        }
    });
}

#[test]
fn es_202_the_import_wizard_says_the_words_that_were_chosen() {
    in_a_world(async |world| {
        call_them(world, "Login ID", "PIN").await;
        let mut uma = Browser::of(world, "uma").await;
        let file = "login,given,family,mail,secret\nbea,Bea,Ng,bea@example.com,plum tunnel\ncal,Cal,Ng,no-address,x\n";
        let import = upload(&mut uma, file).await;
        let options: Vec<_> = OPTIONS.into_iter().filter(|(name, _)| *name != "passwords").collect();
        assert_follows("/2", &uma.get(&format!("{import}/2")).await);
        assert_follows("options without a choice", &uma.post(&format!("{import}/2"), &options).await);
        let chosen: Vec<_> = options.iter().copied().chain([("passwords", "permanent")]).collect();
        assert_eq!(uma.post(&format!("{import}/2"), &chosen).await.status, StatusCode::SEE_OTHER);
        let map = uma.get(&format!("{import}/3")).await;
        assert!(map.body.contains(">Login ID</option>") && map.body.contains(">PIN</option>"));
        assert_follows("/3", &map);
        assert_follows("nothing mapped", &uma.post(&format!("{import}/3"), &[]).await);
        let columns = [
            ("map0", "username"),
            ("map1", "first_name"),
            ("map2", "last_name"),
            ("map3", "email"),
            ("map4", "password"),
        ];
        let on = uma.post(&format!("{import}/3"), &columns).await;
        assert_eq!(on.status, StatusCode::SEE_OTHER, "{}", on.words());
        assert_follows("/4", &uma.get(&format!("{import}/4")).await);
        let unmapped = [("match_by", "external_id"), ("mode", "create"), ("notify", "nobody")];
        assert_follows("no key", &uma.post(&format!("{import}/4"), &unmapped).await);
        let merge = [("match_by", "username"), ("mode", "create"), ("notify", "nobody")];
        uma.post(&format!("{import}/4"), &merge).await;
        let review = uma.get(&format!("{import}/5")).await;
        assert!(review.words().contains("Found by Login ID."), "{}", review.words());
        assert_follows("/5", &review);
    });
}

#[test]
fn es_202_a_new_user_is_made_under_any_words() {
    in_a_world(async |world| {
        call_them(world, "Kennung", "Kennwort").await;
        let new = NewAccount {
            username: "bea".into(),
            first_name: "Bea".into(),
            last_name: "Ng".into(),
            email: "bea@example.com".into(),
            ..NewAccount::default()
        };
        let typed = |repeated| TypedPassword {
            password: Secret::new(PASSWORD),
            repeated: Secret::new(repeated),
            temporary: false,
        };
        let operator = world.operator();
        let refused = create_with_password(&world.identity, &operator, new.clone(), typed("other")).await;
        assert_eq!(refused.unwrap_err().to_string(), "password_repeat: Enter the same kennwort twice.");
        create_with_password(&world.identity, &operator, new, typed(PASSWORD)).await.expect("the account is made");
    });
}
