//! Settings: chosen together or not at all, by whoever may, recorded with what they were.

use identity::settings::{self, Change, Definition, Kind, Page, Preset, Settings};
use identity::{Caller, Error, Operation, Result};
use serde_json::{Map, Value as Json, json};
use testkit::{World, on_each_database};

async fn present(world: &World) -> Settings {
    world.identity.read(&world.operator(), async |op| settings::load(op).await).await.unwrap()
}

async fn save(world: &World, caller: &Caller, wanted: Json, seen: Json) -> Result<Vec<Change>> {
    let (wanted, seen) = (map(&wanted), map(&seen));
    world.identity.write(caller, async |op| settings::save(op, &wanted, &seen).await).await
}

fn map(json: &Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap()
}

async fn sylvia(world: &World) -> Caller {
    world.caller(world.cast.sylvia).await
}

fn fields(refused: Result<Vec<Change>>) -> Vec<String> {
    match refused {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

on_each_database! {
    async fn e_a_form_is_saved_as_a_whole_and_each_change_is_recorded_with_what_was_before(world: World) {
        let sylvia = sylvia(&world).await;
        let wanted = json!({ "lock_minutes": 10, "lock_factor": 2, "username_reserved": ["root", "root", "boss"] });
        let changes = save(&world, &sylvia, wanted, json!({})).await.unwrap();
        assert_eq!(changes.len(), 2, "what stays as it was is no change");
        let now = present(&world).await;
        assert_eq!((now.lock_minutes, now.username_reserved), (10, vec!["root".to_owned(), "boss".to_owned()]));
        let entries = world.audited("setting_changed").await;
        assert_eq!(entries.len(), 2);
        assert!(entries.contains(&json!({ "key": "lock_minutes", "before": 5, "after": 10 })), "{entries:?}");
        assert!(entries.iter().any(|entry| entry["key"] == "username_reserved"), "{entries:?}");
        let read = async |op: &mut Operation<'_>| settings::last_change(op, Page::Lockout).await;
        let last = world.identity.read(&sylvia, read).await.unwrap().unwrap();
        assert_eq!((last.at, last.by.as_deref()), (world.clock.now(), Some("sylvia")));
        let read = async |op: &mut Operation<'_>| settings::last_change(op, Page::Sessions).await;
        assert!(world.identity.read(&sylvia, read).await.unwrap().is_none());
    }

    async fn e_one_value_out_of_range_leaves_everything_as_it_was(world: World) {
        let sylvia = sylvia(&world).await;
        let wanted = json!({ "lock_minutes": 10, "lock_factor": 11, "contact_email": "nobody", "unheard_of": 1 });
        let mut refused = fields(save(&world, &sylvia, wanted, json!({})).await);
        refused.sort();
        assert_eq!(refused, ["contact_email", "key", "lock_factor"]);
        assert_eq!(present(&world).await, Settings::default());
        assert!(world.audited("setting_changed").await.is_empty());
    }

    async fn e_values_that_do_not_go_together_are_refused_where_the_second_stands(world: World) {
        let sylvia = sylvia(&world).await;
        for (wanted, field) in [
            (json!({ "username_min_length": 70 }), "username_max_length"),
            (json!({ "username_pattern": "[a-z]+" }), "username_pattern_hint"),
            (json!({ "session_idle_minutes": 1_440, "session_absolute_hours": 1 }), "session_absolute_hours"),
            (json!({ "lock_minutes": 90 }), "lock_max_minutes"),
            (json!({ "contact_enabled": true }), "contact_email"),
            (json!({ "password_max_age_days": 3, "password_min_age_hours": 72, "password_expiry_warning_days": 0 }), "password_max_age_days"),
            (json!({ "password_max_age_days": 7 }), "password_expiry_warning_days"),
            (json!({ "inactivity_lock_days": 14 }), "inactivity_warning_days"),
            (json!({ "registration_domains_allowed": ["a.example"], "registration_domains_denied": ["a.example"] }), "registration_domains_denied"),
        ] {
            assert_eq!(fields(save(&world, &sylvia, wanted, json!({})).await), [field]);
        }
    }

    async fn e_nobody_overwrites_what_they_did_not_see(world: World) {
        let (sylvia, sophia) = (sylvia(&world).await, world.sophia().await);
        let seen = json!({ "lock_minutes": 5, "lock_factor": 2 });
        save(&world, &sophia, json!({ "lock_minutes": 7 }), seen.clone()).await.unwrap();
        let late = save(&world, &sylvia, json!({ "lock_minutes": 9, "lock_factor": 3 }), seen.clone()).await;
        assert!(matches!(late, Err(Error::Stale)));
        let now = present(&world).await;
        assert_eq!((now.lock_minutes, now.lock_factor), (7, 2));
        let differing = settings::differences(&now, &map(&seen));
        assert_eq!(differing.iter().map(|change| change.definition.key).collect::<Vec<_>>(), ["lock_minutes"]);
        save(&world, &sylvia, json!({ "lock_factor": 3 }), json!({ "lock_minutes": 7, "lock_factor": 2 })).await.unwrap();
    }

    async fn e_of_two_who_save_at_once_one_is_told(world: World) {
        let (sylvia, sophia) = (sylvia(&world).await, world.sophia().await);
        let seen = json!({ "lock_minutes": 5 });
        let (one, other) = tokio::join!(
            save(&world, &sylvia, json!({ "lock_minutes": 6 }), seen.clone()),
            save(&world, &sophia, json!({ "lock_minutes": 7 }), seen.clone()),
        );
        let answers = [&one, &other];
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        assert!(answers.iter().any(|answer| matches!(answer, Err(Error::Stale))), "{answers:?}");
        assert_eq!(world.audited("setting_changed").await.len(), 1);
    }

    async fn g7_only_system_and_super_administrators_change_settings_and_what_loosens_is_for_the_latter(world: World) {
        let wanted = json!({ "lock_minutes": 6 });
        for id in [world.cast.amy, world.cast.uma, world.cast.sam] {
            let caller = world.caller(id).await;
            assert!(matches!(save(&world, &caller, wanted.clone(), json!({})).await, Err(Error::Denied(_))));
            let reset = async |op: &mut Operation<'_>| settings::reset(op, &["lock_minutes"]).await;
            assert!(matches!(world.identity.write(&caller, reset).await, Err(Error::Denied(_))));
        }
        let (sylvia, sophia) = (sylvia(&world).await, world.sophia().await);
        for (key, loose) in [("password_block_common", false), ("allow_mailing_permanent_passwords", true)] {
            let refused = save(&world, &sylvia, json!({ "lock_minutes": 6, key: loose }), json!({})).await;
            assert!(matches!(refused, Err(Error::Denied(_))), "{key}");
            assert_eq!(present(&world).await.lock_minutes, 5, "nothing of it was saved");
            save(&world, &sophia, json!({ key: loose }), json!({})).await.unwrap();
            save(&world, &sylvia, json!({ key: !loose }), json!({})).await.unwrap();
        }
        assert_eq!(present(&world).await, Settings::default());
    }

    async fn a_reset_follows_the_defaults_again(world: World) {
        let sylvia = sylvia(&world).await;
        save(&world, &sylvia, json!({ "lock_minutes": 6, "lock_factor": 3, "user_page_size": 50 }), json!({})).await.unwrap();
        let reset = async |op: &mut Operation<'_>| settings::reset(op, &["lock_minutes", "lock_factor", "lock_max_minutes"]).await;
        let changes = world.identity.write(&sylvia, reset).await.unwrap();
        assert_eq!(changes.len(), 2);
        assert_eq!(present(&world).await, Settings { user_page_size: 50, ..Settings::default() });
        assert_eq!(world.audited("setting_changed").await.len(), 5);
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let kept = tx.all("select key from settings", &[], |row| row.get::<String>(0)).await.unwrap();
        assert_eq!(kept, ["user_page_size"], "a default that a later version changes holds here too");
    }

    async fn es_e5_a_preset_is_chosen_and_left_again(world: World) {
        let sylvia = sylvia(&world).await;
        for preset in [Preset::Hardened, Preset::Compatible] {
            let wanted = Json::Object(preset.values());
            let changes = save(&world, &sylvia, wanted, json!({})).await.unwrap();
            assert_eq!(changes.len(), Preset::Hardened.deviations().count());
            assert!(preset.is_chosen(&present(&world).await));
        }
        assert_eq!(present(&world).await, Settings::default());
    }
}

/// The page of the manual that ends with a list of all settings. `UPDATE_EXPECT=1` writes the list anew.
const MANUAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/manual/policies.md");

#[test]
fn the_manual_lists_every_setting_as_it_is_declared() {
    let page = std::fs::read_to_string(MANUAL).expect("the page is read");
    let (text, _) = page.split_once("\n## Every setting\n").expect("it has a list");
    let whole = format!("{text}\n## Every setting\n{}", list_of_settings());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(MANUAL, &whole).expect("the page is written");
    }
    let page = std::fs::read_to_string(MANUAL).expect("the page is read");
    assert_eq!(page, whole, "run with UPDATE_EXPECT=1 and look at what changed");
}

fn list_of_settings() -> String {
    let of_page = |page: Page| {
        let head = format!("\n### {}\n\n| Setting | Key | Values | Default |\n|---|---|---|---|\n", page.title());
        std::iter::once(head).chain(page.definitions().map(line_of)).collect::<String>()
    };
    Page::ALL.into_iter().map(of_page).collect()
}

fn line_of(definition: &'static Definition) -> String {
    let help = if definition.help.is_empty() { String::new() } else { format!(". {}", definition.help) };
    let later = if definition.awaits.is_some() { " ¹" } else { "" };
    let values = values_of(definition);
    let default = definition.in_words(&definition.standard());
    format!("| {}{help}{later} | `{}` | {values} | {default} |\n", definition.label, definition.key)
}

fn values_of(definition: &Definition) -> String {
    match definition.kind {
        Kind::Switch => "on, off".into(),
        Kind::Number { .. } => definition.range(),
        Kind::OneOf(all) | Kind::AnyOf(all) => {
            all.iter().map(|(code, _)| format!("`{code}`")).collect::<Vec<_>>().join(" ")
        }
        Kind::List(_) => "a list".into(),
        Kind::Word | Kind::Text { .. } => "a text".into(),
        Kind::Characters => "characters".into(),
        Kind::Address => "an email address".into(),
        Kind::Pattern => "a regular expression".into(),
    }
}
