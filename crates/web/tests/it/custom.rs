//! The attributes of users: in forms, in the list, in files.

use axum::http::StatusCode;
use identity::accounts::{self, NewAccount};
use identity::attributes::{self, Access, Attribute, Choice, Definition, Kind, NewAttribute, Values};
use testkit::{PASSWORD, World};

use crate::browser::{Answer, Browser, between, in_a_world};
use crate::imports::{OPTIONS, upload};

const USERS: &str = "/console/users";

async fn define(world: &World, key: &str, definition: Definition) -> Attribute {
    let new = NewAttribute { key: key.into(), definition };
    let made = world.identity.write(&world.operator(), async |op| attributes::create(op, new).await).await;
    let made = made.expect("an attribute is made");
    tend(world).await;
    world.identity.read(&world.operator(), async |op| attributes::find(op, made.id).await).await.expect("it is there")
}

/// Does what the worker of a server does.
async fn tend(world: &World) {
    accounts::tend_attributes(&world.identity).await.expect("attributes are tended");
}

fn of_kind(label: &str, kind: Kind) -> Definition {
    Definition { label: label.into(), kind, ..Definition::default() }
}

fn department() -> Definition {
    let choices = Choice::from_lines("Computing | CMP\nLaw | LAW");
    Definition { choices, is_searchable: true, is_listed: true, ..of_kind("Department", Kind::Choice) }
}

async fn amy_has(world: &World, values: &[(&str, &str)]) {
    let amy = world.cast.amy;
    let custom: Values = values.iter().map(|(key, value)| (*key, vec![*value])).collect();
    let change = accounts::AccountChange { custom, ..accounts::AccountChange::default() };
    let saved = world.identity.write(&world.operator(), async |op| accounts::update(op, amy, None, change).await).await;
    saved.expect("the values are saved");
}

async fn amy(world: &World) -> Values {
    world.account(world.cast.amy).await.custom
}

fn profile(world: &World) -> String {
    format!("{USERS}/{}", world.cast.amy)
}

/// Sends the form of Amy's profile with these values of attributes.
async fn save(browser: &mut Browser, world: &World, fields: &[(&str, &str)]) -> Answer {
    let href = profile(world);
    let page = browser.get(&href).await;
    let version = between(&page.body, "name=\"version\" value=\"", "\"").expect("a form").to_owned();
    let built_in = [
        ("version", version.as_str()),
        ("first_name", "Amy"),
        ("last_name", "Adams"),
        ("username", "amy"),
        ("email", "amy@example.com"),
    ];
    let all: Vec<_> = built_in.into_iter().chain(fields.iter().copied()).collect();
    browser.post(&href, &all).await
}

fn new_user<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let built_in = [
        ("first_name", "Bea"),
        ("last_name", "Ng"),
        ("username", "bea"),
        ("email", "bea@example.com"),
        ("password_choice", "typed"),
        ("password", PASSWORD),
        ("password_repeat", PASSWORD),
        ("status", "enabled"),
    ];
    built_in.into_iter().chain(fields.iter().copied()).collect()
}

#[test]
fn es_201_each_kind_has_its_own_field() {
    in_a_world(async |world| {
        let kinds = [
            (Kind::Text, "text", "type=\"text\" id=\"custom.text\""),
            (Kind::LongText, "long", "<textarea class=\"textarea\" id=\"custom.long\""),
            (Kind::Number, "number", "type=\"text\" id=\"custom.number\""),
            (Kind::Boolean, "boolean", "<select id=\"custom.boolean\""),
            (Kind::Date, "date", "type=\"date\" id=\"custom.date\""),
            (Kind::Phone, "phone", "type=\"tel\" id=\"custom.phone\""),
            (Kind::Email, "mail", "type=\"email\" id=\"custom.mail\""),
            (Kind::Url, "url", "type=\"url\" id=\"custom.url\""),
        ];
        for (kind, key, _) in kinds {
            define(world, key, Definition { help: "Some help".into(), ..of_kind(key, kind) }).await;
        }
        define(world, "one", department()).await;
        define(world, "several", Definition { is_multi: true, ..department() }).await;
        let many: Vec<_> = (0..60).map(|n| format!("Choice {n} | C{n}")).collect();
        let many = Choice::from_lines(&many.join("\n"));
        define(world, "many", Definition { choices: many, ..department() }).await;
        let mut uma = Browser::of(world, "uma").await;
        for path in [format!("{USERS}/new"), profile(world)] {
            let page = uma.get(&path).await;
            let rest = [
                "<select id=\"custom.one\"",
                "type=\"checkbox\" id=\"custom.several\" name=\"custom.several\" value=\"CMP\"",
                "list=\"custom.many-choices\"",
                "<datalist id=\"custom.many-choices\"><option value=\"Choice 0\">",
                "id=\"custom.text-hint\">Some help",
            ];
            for wanted in kinds.into_iter().map(|(_, _, wanted)| wanted).chain(rest) {
                assert!(page.body.contains(wanted), "{path}: {wanted}");
            }
        }
    });
}

#[test]
fn es_201_values_are_entered_seen_changed_and_cleared() {
    in_a_world(async |world| {
        define(world, "department", department()).await;
        define(world, "languages", Definition { is_multi: true, ..of_kind("Languages", Kind::Text) }).await;
        define(world, "note", of_kind("Note", Kind::LongText)).await;
        let mut uma = Browser::of(world, "uma").await;
        let sent = [("custom.department", "LAW"), ("custom.languages", "English\r\nDutch"), ("custom.note", "a\r\nb")];
        assert_eq!(save(&mut uma, world, &sent).await.status, StatusCode::SEE_OTHER);
        let has = amy(world).await;
        assert_eq!(has.get("department"), ["LAW"]);
        assert_eq!(has.get("languages"), ["English", "Dutch"]);
        assert_eq!(has.get("note"), ["a\nb"]);
        let page = uma.get(&profile(world)).await;
        assert!(page.body.contains("<option value=\"LAW\" selected>Law"));
        assert!(page.body.contains("English\nDutch</textarea>") && page.body.contains(">a\nb</textarea>"));
        assert!(
            uma.get(&format!("{}.json", profile(world))).await.body.contains("\"languages\":[\"English\",\"Dutch\"]")
        );
        let partly = [("custom.department", ""), ("custom.note", "c")];
        assert_eq!(save(&mut uma, world, &partly).await.status, StatusCode::SEE_OTHER);
        let has = amy(world).await;
        assert!(has.get("department").is_empty());
        assert_eq!(
            (has.get("languages").len(), has.get("note")),
            (2, &["c".to_owned()][..]),
            "what isn't named is kept"
        );
        let activity = uma.get(&format!("{}/activity", profile(world))).await.words();
        assert!(activity.contains("Note: a b → c"), "{activity}");
    });
}

#[test]
fn es_201_ticked_choices_are_the_values_and_none_ticked_is_none() {
    in_a_world(async |world| {
        define(world, "areas", Definition { is_multi: true, ..department() }).await;
        let mut uma = Browser::of(world, "uma").await;
        let both = [("custom.areas", ""), ("custom.areas", "CMP"), ("custom.areas", "LAW")];
        save(&mut uma, world, &both).await;
        assert_eq!(amy(world).await.get("areas"), ["CMP", "LAW"]);
        assert_eq!(uma.get(&profile(world)).await.body.matches(" checked").count(), 2);
        save(&mut uma, world, &[("custom.areas", "")]).await;
        assert!(amy(world).await.get("areas").is_empty());
    });
}

#[test]
fn es_201_a_bad_value_is_named_beside_its_field_and_above_the_form() {
    in_a_world(async |world| {
        define(world, "born", Definition { is_required: true, ..of_kind("Date of birth", Kind::Date) }).await;
        define(world, "site", of_kind("Site", Kind::Url)).await;
        let mut uma = Browser::of(world, "uma").await;
        uma.get(&format!("{USERS}/new")).await;
        for (fields, wrong) in [
            (&[("custom.born", "soon"), ("custom.site", "javascript:1")][..], &["custom.born", "custom.site"][..]),
            (&[("custom.born", ""), ("custom.site", "")], &["custom.born"]),
        ] {
            let answer = uma.post(USERS, &new_user(fields)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.words());
            for field in wrong {
                assert!(answer.body.contains(&format!("<a href=\"#{field}\">")), "{field}: {}", answer.words());
                assert!(answer.body.contains(&format!("id=\"{field}-err\"")), "{field}");
            }
        }
        let made = uma.post(USERS, &new_user(&[("custom.born", "1990-01-31")])).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.words());
        let refused = save(&mut uma, world, &[("custom.born", "1990-02-30")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("value=\"1990-02-30\"") && refused.body.contains("<a href=\"#custom.born\">"));
    });
}

#[test]
fn es_201_who_may_see_and_change_an_attribute_is_heeded() {
    in_a_world(async |world| {
        let seen = define(world, "seen", of_kind("Seen", Kind::Text)).await;
        let hidden = define(world, "hidden", of_kind("Hidden one", Kind::Text)).await;
        amy_has(world, &[("seen", "look"), ("hidden", "nobody")]).await;
        for (attribute, in_console) in [(seen, Access::ReadOnly), (hidden, Access::Hidden)] {
            let definition = Definition { in_console, ..attribute.definition };
            let saved = attributes::update(&world.identity, &world.operator(), attribute.id, None, definition).await;
            saved.expect("the definition is saved");
        }
        let mut uma = Browser::of(world, "uma").await;
        let page = uma.get(&profile(world)).await;
        assert!(page.body.contains("id=\"custom.seen\" value=\"look\" readonly"));
        let own = profile(world);
        for path in
            [own.clone(), format!("{own}.json"), format!("{own}/activity"), format!("{USERS}/new"), USERS.into()]
        {
            let page = uma.get(&path).await;
            assert!(!page.body.contains("nobody") && !page.body.contains("Hidden one"), "{path}");
        }
        for key in ["custom.seen", "custom.hidden", "custom.unknown"] {
            let answer = save(&mut uma, world, &[(key, "forged")]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{key}");
        }
        assert_eq!(
            (amy(world).await.get("seen"), amy(world).await.get("hidden")),
            (&["look".into()][..], &["nobody".into()][..])
        );
    });
}

#[test]
fn es_201_values_that_broke_a_new_rule_stay_until_they_are_changed() {
    in_a_world(async |world| {
        let note = define(world, "note", of_kind("Note", Kind::Text)).await;
        amy_has(world, &[("note", "much too long")]).await;
        let mut sylvia = Browser::of(world, "sylvia").await;
        let href = format!("/console/attributes/{}", note.id);
        sylvia.get(&href).await;
        let rule = [
            ("label", "Note"),
            ("kind", "text"),
            ("max_length", "5"),
            ("required", "1"),
            ("in_console", "editable"),
            ("in_my_account", "hidden"),
            ("version", "1"),
        ];
        let asked = sylvia.post(&href, &rule).await;
        let words = asked.words();
        assert_eq!(asked.status, StatusCode::OK);
        assert!(words.contains("Nothing is saved yet."), "{words}");
        assert!(words.contains("1 user has a value that breaks the new rules, and keeps it until it is changed."));
        assert!(words.contains("4 users have no value, and are asked for one at the next change."), "{words}");
        let mark = between(&asked.body, "name=\"accepted\" value=\"", "\"").expect("a mark").to_owned();
        let accepted: Vec<_> = rule.into_iter().chain([("accepted", mark.as_str())]).collect();
        assert_eq!(sylvia.post(&href, &accepted).await.location(), "/console/attributes");
        assert!(sylvia.get(&href).await.text().contains("1 user with a value"));
        let deletion = sylvia.get(&format!("{href}/delete")).await;
        assert!(deletion.text().contains("1 user with a value lose"), "{}", deletion.text());

        let mut uma = Browser::of(world, "uma").await;
        assert_eq!(save(&mut uma, world, &[("custom.note", "much too long"), ("mobile", "7")]).await.status, 303);
        assert_eq!(amy(world).await.get("note"), ["much too long"]);
        assert_eq!(save(&mut uma, world, &[("custom.note", "another")]).await.status, 422);
    });
}

#[test]
fn es_201_a_kind_that_values_can_not_become_is_refused() {
    in_a_world(async |world| {
        let note = define(world, "note", of_kind("Note", Kind::Text)).await;
        amy_has(world, &[("note", "words")]).await;
        let mut sylvia = Browser::of(world, "sylvia").await;
        let href = format!("/console/attributes/{}", note.id);
        sylvia.get(&href).await;
        let number = [
            ("label", "Note"),
            ("kind", "number"),
            ("in_console", "editable"),
            ("in_my_account", "hidden"),
            ("version", "1"),
        ];
        let refused = sylvia.post(&href, &number).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("<a href=\"#kind\">") && refused.body.contains("id=\"kind-err\""));
    });
}

#[test]
fn es_201_the_list_is_narrowed_by_an_attribute_and_shows_it() {
    in_a_world(async |world| {
        let department = define(world, "department", department()).await;
        let born = define(world, "born", of_kind("Born", Kind::Date)).await;
        amy_has(world, &[("department", "LAW")]).await;
        let mut uma = Browser::of(world, "uma").await;
        let advanced = uma.get(&format!("{USERS}?advanced=1")).await;
        assert!(advanced.body.contains(&format!("<select id=\"custom.{}\"", department.id)));
        assert!(!advanced.body.contains(&format!("custom.{}", born.id)), "what isn't searchable isn't offered");
        assert!(advanced.body.contains(">Department</th>") && advanced.body.contains("soft\">Law</td>"));
        let narrowed = format!("{USERS}?custom.{}=LAW", department.id);
        for address in [narrowed.clone(), format!("{USERS}?custom.{}=law", department.id)] {
            let page = uma.get(&address).await;
            assert_eq!(page.usernames(), ["amy"], "{address}");
            assert!(page.words().contains("Department: Law"), "{}", page.words());
        }
        let page = uma.get(&narrowed).await;
        assert!(page.body.contains("<span class=\"vh\">Remove filter: Department: Law"));
        let export = between(&page.body, "href=\"/console/users/export", "\"").expect("an export").to_owned();
        assert!(export.contains(&format!("custom.{}=LAW", department.id)), "{export}");
        assert_eq!(uma.get(&format!("{USERS}?custom.{}=CMP", department.id)).await.usernames(), [""; 0]);
        let gone = uma.get(&format!("{USERS}?custom.{}=2000-01-01&custom.nothing=1", born.id)).await;
        assert_eq!(
            (gone.status, gone.usernames().len()),
            (StatusCode::OK, 5),
            "what can't be searched narrows nothing"
        );
    });
}

#[test]
fn es_201_whoever_saves_a_profile_second_sees_both_versions_of_its_attributes() {
    in_a_world(async |world| {
        define(world, "department", department()).await;
        define(world, "languages", Definition { is_multi: true, ..of_kind("Languages", Kind::Text) }).await;
        amy_has(world, &[("department", "LAW")]).await;
        let mut uma = Browser::of(world, "uma").await;
        let href = profile(world);
        uma.get(&href).await;
        let typed = [
            ("version", "1"),
            ("first_name", "Amy"),
            ("last_name", "Adams"),
            ("username", "amy"),
            ("email", "amy@example.com"),
            ("custom.department", "CMP"),
            ("custom.languages", "Dutch\r\nEnglish"),
        ];
        let answer = uma.post(&href, &typed).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.words().contains("Computing Law"), "{}", answer.words());
        for hidden in ["name=\"custom.department\" value=\"CMP\"", "name=\"custom.languages\" value=\"English\""] {
            assert!(answer.body.contains(hidden), "{hidden}");
        }
    });
}

#[test]
fn es_201_files_carry_attributes_out_and_in() {
    in_a_world(async |world| {
        define(world, "department", department()).await;
        amy_has(world, &[("department", "LAW")]).await;
        define(world, "staff_no", Definition { is_required: true, ..of_kind("Staff number", Kind::Text) }).await;
        let mut uma = Browser::of(world, "uma").await;
        let question = uma.get("/console/users/export").await;
        assert!(question.body.contains("value=\"custom.department\" checked"));
        let answer = [
            ("answer", "1"),
            ("whom", "everybody"),
            ("format", "csv_exact"),
            ("column", "username"),
            ("column", "custom.department"),
        ];
        let file = uma.post("/console/users/export", &answer).await;
        assert!(
            file.body.starts_with("username,custom.department\r\n") && file.body.contains("amy,LAW\r\n"),
            "{}",
            file.body
        );
        let none = [answer[0], answer[1], answer[2], answer[3]];
        uma.get("/console/users/export").await;
        assert!(uma.post("/console/users/export", &none).await.body.starts_with("username\r\n"));

        let rows = "login,given,family,mail,Department,where\nbea,Bea,Ng,bea@example.com,Law,x\n";
        let import = upload(&mut uma, rows).await;
        let on = uma.post(&format!("{import}/2"), &OPTIONS).await;
        assert_eq!(on.status, StatusCode::SEE_OTHER, "{}", on.words());
        let map = uma.get(&format!("{import}/3")).await;
        assert!(map.body.contains("<option value=\"custom.department\" selected>Department</option>"), "{}", map.body);
        assert!(map.body.contains("<option value=\"custom.staff_no\">Staff number</option>"));
        let columns = [
            ("map0", "username"),
            ("map1", "first_name"),
            ("map2", "last_name"),
            ("map3", "email"),
            ("map4", "custom.department"),
            ("map5", ""),
        ];
        let missing = uma.post(&format!("{import}/3"), &columns).await;
        assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(missing.body.contains("<a href=\"#constant_custom.staff_no\">"), "{}", missing.words());
        let chosen: Vec<_> = columns.into_iter().chain([("constant_custom.staff_no", "S-1")]).collect();
        let on = uma.post(&format!("{import}/3"), &chosen).await;
        assert_eq!(on.status, StatusCode::SEE_OTHER, "{}", on.words());
        let kept = uma.get(&format!("{import}/3")).await;
        assert!(kept.body.contains("name=\"constant_custom.staff_no\" value=\"S-1\""));
        let merge = [("match_by", "username"), ("mode", "create"), ("notify", "nobody")];
        uma.post(&format!("{import}/4"), &merge).await;
        let review = uma.get(&format!("{import}/5")).await.words();
        assert!(
            review.contains("Department → Department") && review.contains("Staff number is always “S-1”"),
            "{review}"
        );
    });
}

#[test]
fn es_201_a_new_user_begins_with_the_defaults() {
    in_a_world(async |world| {
        define(world, "department", Definition { default: vec!["LAW".into()], ..department() }).await;
        let mut uma = Browser::of(world, "uma").await;
        let form = uma.get(&format!("{USERS}/new")).await;
        assert!(form.body.contains("<option value=\"LAW\" selected>"));
        let made = uma.post(USERS, &new_user(&[("custom.department", "")])).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.words());
        let find = async |op: &mut identity::Operation<'_>| accounts::find_by_username(op, "bea").await;
        let bea = world.identity.read(&world.operator(), find).await.expect("bea is there");
        assert!(bea.custom.get("department").is_empty(), "whoever clears the field wants none");
        let unsaid = NewAccount { username: "cal".into(), complete: false, ..NewAccount::default() };
        assert_eq!(world.create(unsaid).await.expect("cal is made").custom.get("department"), ["LAW"]);
    });
}
