//! Settings and policies: forms, presets, and what they change elsewhere.

use axum::http::StatusCode;
use identity::settings::{self, Kind, Page, Preset, Settings};
use testkit::World;

use crate::browser::{Answer, Browser, between, in_a_world};

const USERNAME_POLICY: &str = "/console/policies/username";
const PASSWORD_POLICY: &str = "/console/policies/password";
const LOCKOUT: &str = "/console/policies/lockout";

async fn present(world: &World) -> Settings {
    world.identity.read(&world.operator(), async |op| settings::load(op).await).await.expect("settings are read")
}

/// What the form of `page` sends while it shows `settings`, with `changed` in the fields that are named.
fn sent<'a>(page: Page, settings: &Settings, changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
    let mut fields = Vec::new();
    for definition in page.definitions() {
        let text = match changed.iter().find(|(key, _)| *key == definition.key) {
            Some((_, text)) => (*text).to_owned(),
            None => definition.text_of(&settings.value_of(definition.key)),
        };
        match definition.kind {
            Kind::Switch if text != "true" => {}
            Kind::AnyOf(_) => fields.extend(text.split(' ').map(|code| (definition.key, code.to_owned()))),
            _ => fields.push((definition.key, text)),
        }
    }
    fields
}

/// Opens a page of settings, and sends its form with `changed`.
async fn save(browser: &mut Browser, world: &World, path: &str, page: Page, changed: &[(&str, &str)]) -> Answer {
    let shown = browser.get(path).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.words());
    send(browser, world, path, page, changed, &hidden(&shown, "seen")).await
}

async fn send(
    browser: &mut Browser,
    world: &World,
    path: &str,
    page: Page,
    changed: &[(&str, &str)],
    seen: &str,
) -> Answer {
    let fields = sent(page, &present(world).await, changed);
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(key, text)| (*key, text.as_str())).collect();
    fields.push(("seen", seen));
    fields.extend(changed.iter().filter(|(key, _)| *key == "accepted"));
    browser.post(path, &fields).await
}

/// The value of a hidden field, as a browser sends it.
fn hidden(page: &Answer, name: &str) -> String {
    let value = between(&page.body, &format!("name=\"{name}\" value=\""), "\"").unwrap_or_default();
    value.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#38;", "&").replace("&amp;", "&")
}

#[test]
fn e_each_page_shows_each_of_its_settings_with_its_words() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        for page in Page::ALL {
            let path = match page {
                Page::System => "/console/settings".to_owned(),
                Page::Messages => "/console/settings/messages".to_owned(),
                policy => format!("/console/policies/{}", policy.code()),
            };
            let shown = sylvia.get(&path).await;
            assert_eq!(shown.status, StatusCode::OK);
            let words = shown.words();
            for definition in page.definitions() {
                assert!(shown.body.contains(&format!(" name=\"{}\"", definition.key)), "{path}: {}", definition.key);
                assert!(words.contains(definition.label), "{path}: {}", definition.label);
            }
            assert!(!words.contains("There is a problem") && !shown.body.contains("note--warn"), "{path}");
        }
        assert_eq!(sylvia.get("/console/policies/system").await.status, StatusCode::NOT_FOUND);
        assert_eq!(sylvia.get("/console/policies/presets/strict").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn e_a_page_that_is_saved_unchanged_changes_nothing() {
    in_a_world(async |world| {
        let mut sophia = Browser::of(world, "sophia").await;
        for page in Page::ALL.into_iter().filter(|page| page.is_policy()) {
            let path = format!("/console/policies/{}", page.code());
            let answer = save(&mut sophia, world, &path, page, &[]).await;
            assert_eq!(
                (answer.status, answer.location()),
                (StatusCode::SEE_OTHER, path.as_str()),
                "{}",
                answer.words()
            );
            assert!(sophia.get(&path).await.words().contains("it was so already"));
        }
        assert_eq!(present(world).await, Settings::default());
        assert!(world.audited("setting_changed").await.is_empty());
    });
}

#[test]
fn e_a_policy_is_saved_and_says_who_did() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let answer = save(
            &mut sylvia,
            world,
            LOCKOUT,
            Page::Lockout,
            &[("lock_minutes", "10"), ("inactivity_warning_days", "30, 7")],
        )
        .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
        let shown = sylvia.get(LOCKOUT).await;
        assert!(shown.words().contains("Settings saved") && shown.text().contains("by sylvia"), "{}", shown.words());
        let now = present(world).await;
        assert_eq!((now.lock_minutes, now.inactivity_warning_days), (10, vec![30, 7]));
    });
}

#[test]
fn e_what_is_wrong_stands_beside_its_field_and_nothing_is_saved() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let changed = [("lock_minutes", "2000"), ("lock_factor", "two"), ("lock_max_minutes", "120")];
        let answer = save(&mut sylvia, world, LOCKOUT, Page::Lockout, &changed).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for (key, words) in [("lock_minutes", "from 1 to 1440"), ("lock_factor", "from 1 to 10")] {
            let error = between(&answer.body, &format!("id=\"{key}-err\""), "</p>").expect(key);
            assert!(error.contains(words), "{error}");
            assert!(answer.body.contains(&format!("<a href=\"#{key}\">")), "{key}");
        }
        assert!(answer.body.contains("value=\"two\"") && answer.body.contains("value=\"120\""), "what was typed stays");
        assert_eq!(present(world).await, Settings::default());
    });
}

#[test]
fn es_127_what_speaks_against_a_standard_is_asked_first() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let raised = [("password_require_digit", "1")];
        let asked = save(&mut sylvia, world, PASSWORD_POLICY, Page::Password, &raised).await;
        assert_eq!(asked.status, StatusCode::OK);
        assert!(asked.words().contains("Nothing is saved yet") && asked.words().contains("NIST"));
        assert_eq!(present(world).await, Settings::default());
        let accepted = hidden(&asked, "accepted");
        let again = [("password_require_digit", "1"), ("accepted", accepted.as_str())];
        let answer = send(&mut sylvia, world, PASSWORD_POLICY, Page::Password, &again, &hidden(&asked, "seen")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
        assert_eq!(present(world).await.password_rules.require_digit, 1);
        assert!(sylvia.get(PASSWORD_POLICY).await.body.contains("id=\"password_require_digit-warning\""));
    });
}

#[test]
fn e_of_two_who_have_the_page_open_the_second_is_told_what_the_first_saved() {
    in_a_world(async |world| {
        let (mut sylvia, mut sophia) = (Browser::of(world, "sylvia").await, Browser::of(world, "sophia").await);
        let seen = hidden(&sylvia.get(LOCKOUT).await, "seen");
        save(&mut sophia, world, LOCKOUT, Page::Lockout, &[("lock_minutes", "7")]).await;
        let late = send(&mut sylvia, world, LOCKOUT, Page::Lockout, &[("lock_minutes", "9")], &seen).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.words().contains("First lock lasts: was 5 minutes, is 7 minutes now"), "{}", late.words());
        assert!(late.body.contains("value=\"9\""), "what was typed stays");
        assert_eq!(present(world).await.lock_minutes, 7);
        let answer =
            send(&mut sylvia, world, LOCKOUT, Page::Lockout, &[("lock_minutes", "9")], &hidden(&late, "seen")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(present(world).await.lock_minutes, 9);
    });
}

#[test]
fn g7_what_loosens_is_closed_to_system_administrators() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let shown = sylvia.get(PASSWORD_POLICY).await;
        let field = between(&shown.body, "name=\"password_block_common\"", ">").expect("the field is shown");
        assert!(field.contains("disabled"), "{field}");
        let off = [("password_block_common", "false"), ("accepted", "password_block_common")];
        save(&mut sylvia, world, PASSWORD_POLICY, Page::Password, &off).await;
        assert!(present(world).await.password_rules.block_common, "a closed field is not read");
        let mut sophia = Browser::of(world, "sophia").await;
        save(&mut sophia, world, PASSWORD_POLICY, Page::Password, &off).await;
        assert!(!present(world).await.password_rules.block_common);
        save(&mut sylvia, world, PASSWORD_POLICY, Page::Password, &[("password_block_common", "true")]).await;
        assert!(present(world).await.password_rules.block_common, "anybody in charge may tighten it again");
    });
}

#[test]
fn es_e5_a_preset_is_looked_at_before_it_is_chosen() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let path = "/console/policies/presets/hardened";
        assert!(sylvia.get("/console/policies").await.words().contains("In force"));
        let preview = sylvia.get(path).await;
        for words in ["Sign out after no activity for", "30 minutes", "15 minutes", "Administrators may type passwords"]
        {
            assert!(preview.words().contains(words), "{words}");
        }
        let rows = preview.body.matches("<th scope=\"row\"").count();
        assert_eq!(rows, Preset::Hardened.deviations().count());
        assert_eq!(present(world).await, Settings::default(), "looking changes nothing");

        let answer = sylvia.post(path, &[("seen", &hidden(&preview, "seen"))]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/console/policies"));
        assert!(Preset::Hardened.is_chosen(&present(world).await));
        assert!(sylvia.get(path).await.words().contains("Nothing would change"));

        let late = sylvia.post("/console/policies/presets/compatible", &[("seen", &hidden(&preview, "seen"))]).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "what was seen is not so any more");
        assert!(late.words().contains("15 minutes"));
        let unseen = sylvia.post("/console/policies/presets/compatible", &[]).await;
        assert_eq!(unseen.status, StatusCode::CONFLICT, "nobody agrees to what they did not see");
    });
}

#[test]
fn e_a_page_gets_its_defaults_again_after_a_look_at_them() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        save(&mut sylvia, world, LOCKOUT, Page::Lockout, &[("lock_minutes", "7"), ("account_disabling", "false")])
            .await;
        let preview = sylvia.get(&format!("{LOCKOUT}/reset")).await;
        assert!(preview.words().contains("7 minutes") && preview.words().contains("5 minutes"), "{}", preview.words());
        let answer = sylvia.post(&format!("{LOCKOUT}/reset"), &[("seen", &hidden(&preview, "seen"))]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, LOCKOUT));
        assert_eq!(present(world).await, Settings::default());
    });
}

#[test]
fn es_127_and_es_159_a_tighter_policy_shows_in_the_hint_and_in_the_error_of_another_administrator() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        save(&mut sylvia, world, PASSWORD_POLICY, Page::Password, &[("password_min_length", "24")]).await;
        let path = "/console/policies/username";
        save(&mut sylvia, world, path, Page::Username, &[("username_min_length", "5"), ("username_signs", ".")]).await;
        assert!(sylvia.get(path).await.words().contains("5–64 letters a–z, digits or dots"));

        let mut uma = Browser::of(world, "uma").await;
        assert_eq!(uma.get(PASSWORD_POLICY).await.status, StatusCode::FORBIDDEN, "she reads hints only");
        let form = uma.get("/console/users/new").await;
        let (rule, hint) = ("Use at least 24 characters", "5–64 letters a–z, digits or dots, or an email address");
        assert!(form.words().contains(rule) && form.words().contains(hint), "{}", form.words());
        let short = "violet tram seldom";
        let refused = uma
            .post(
                "/console/users",
                &[
                    ("first_name", "Ina"),
                    ("last_name", "Berg"),
                    ("username", "in-a"),
                    ("email", "ina@example.com"),
                    ("email_repeat", "ina@example.com"),
                    ("password_choice", "typed"),
                    ("status", "enabled"),
                    ("password", short),
                    ("password_repeat", short),
                ],
            )
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let error = between(&refused.body, "id=\"password-err\"", "</p>").expect("the password is refused");
        assert!(error.contains(rule), "{error}");
        let error = between(&refused.body, "id=\"username-err\"", "</p>").expect("the username is refused");
        assert!(error.contains("Enter at least 5 characters"), "{error}");
    });
}

#[test]
fn e_something_is_tried_by_the_policy_as_it_stands_in_the_form_and_nothing_is_saved() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let page = sylvia.get(USERNAME_POLICY).await;
        assert!(page.words().contains("Try it") && page.words().contains("People see this next to the field"));
        let path = format!("{USERNAME_POLICY}/try");
        // Without scripts it is the policy that is in force.
        let answer = sylvia.post(&path, &[("tried", "ida.bellweather")]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains("okline") && answer.body.contains("value=\"ida.bellweather\""));
        let answer = sylvia.post(&path, &[("tried", "no blanks")]).await;
        assert!(!answer.body.contains("okline") && answer.body.contains("class=\"err\""));
        // With them it is what stands in the form.
        let mut form = sent(Page::Username, &present(world).await, &[("username_max_length", "8")]);
        let seen = hidden(&page, "seen");
        form.extend([("tried", "ida.bellweather".to_owned()), ("seen", seen)]);
        let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let answer = sylvia.post_fragment(&path, &form).await;
        assert!(
            answer.body.starts_with("<div id=\"verdict\"") && answer.body.contains("3–8 letters"),
            "{}",
            answer.body
        );
        assert!(answer.body.contains("class=\"err\""), "{}", answer.body);
        assert_eq!(present(world).await, Settings::default(), "trying saves nothing");

        let path = format!("{PASSWORD_POLICY}/try");
        let answer = sylvia.post(&path, &[("tried", "password1234567")]).await;
        assert!(answer.body.contains("class=\"err\"") && !answer.body.contains("password1234567"), "it is not shown");
        assert!(sylvia.post(&path, &[("tried", testkit::PASSWORD)]).await.body.contains("okline"));
        assert_eq!(sylvia.post(&format!("{LOCKOUT}/try"), &[]).await.status, StatusCode::NOT_FOUND);
        let mut uma = Browser::of(world, "uma").await;
        assert_eq!(uma.post(&path, &[("tried", "x")]).await.status, StatusCode::FORBIDDEN);
    });
}
