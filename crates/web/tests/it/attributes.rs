//! User attributes: their list, their order, their rules.

use axum::http::StatusCode;
use identity::attributes::{self, Attribute};
use testkit::World;

use crate::browser::{Answer, Browser, between, in_a_world};

const LIST: &str = "/console/attributes";

/// What the form of a new attribute sends, but for what a test is about.
const BLANK: [(&str, &str); 3] = [("kind", "text"), ("in_console", "editable"), ("in_my_account", "hidden")];

fn with<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    BLANK.iter().chain(fields).copied().collect()
}

pub(crate) async fn all(world: &World) -> Vec<Attribute> {
    let read = world.identity.read(&world.operator(), async |op| attributes::list(op).await).await;
    read.expect("attributes are listed").iter().cloned().collect()
}

/// Adds an attribute by the form.
async fn add(browser: &mut Browser, fields: &[(&str, &str)]) {
    browser.get(&format!("{LIST}/new")).await;
    let answer = browser.post(LIST, &with(fields)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
}

async fn add_department(browser: &mut Browser, world: &World) -> (Attribute, String) {
    add(browser, &[("label", "Department"), ("key", "department")]).await;
    let attribute = all(world).await.pop().expect("it was added");
    let href = format!("{LIST}/{}", attribute.id);
    (attribute, href)
}

fn labels(page: &Answer) -> Vec<&str> {
    let rows = page.body.split("<th scope=\"row\"").skip(1);
    rows.map(|row| between(row, "<a href=\"", "</a>").and_then(|link| link.split('>').nth(1)).unwrap_or("")).collect()
}

#[test]
fn es_201_system_administrators_define_and_user_administrators_read() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        assert!(sylvia.get("/console/policies").await.body.contains(&format!("href=\"{LIST}\"")));
        let empty = sylvia.get(LIST).await;
        assert!(empty.text().contains("No attributes of your own yet") && empty.text().contains("Built in"));
        let (_, href) = add_department(&mut sylvia, world).await;
        let list = sylvia.get(LIST).await;
        assert!(list.words().contains("Attribute added") && list.body.contains(&format!("{href}/delete")));
        assert_eq!(labels(&list), ["", "", "", "", "Department"]);

        let mut uma = Browser::of(world, "uma").await;
        let read = uma.get(LIST).await;
        assert!(read.words().contains("Department") && !read.body.contains(&href) && !read.body.contains("/move"));
        for path in [format!("{LIST}/new"), href.clone(), format!("{href}/delete")] {
            assert_eq!(uma.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        uma.get("/reauth").await;
        for path in [LIST.to_owned(), href.clone(), format!("{href}/move"), format!("{href}/delete")] {
            let fields = with(&[("label", "X"), ("direction", "up"), ("confirmed", "1")]);
            assert_eq!(uma.post(&path, &fields).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(all(world).await.len(), 1);
    });
}

#[test]
fn es_201_every_bad_field_is_named_beside_it_and_above_the_form() {
    in_a_world(async |world| {
        let mut sophia = Browser::of(world, "sophia").await;
        sophia.get(&format!("{LIST}/new")).await;
        let wrong = with(&[
            ("key", "Bad Key"),
            ("kind", "text"),
            ("pattern", "("),
            ("min_length", "many"),
            ("labels", "Abteilung"),
            ("oidc_claim", "sub"),
        ]);
        let answer = sophia.post(LIST, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["min_length", "labels"] {
            assert!(answer.body.contains(&format!("<a href=\"#{field}\">")), "{field} in the summary");
            assert!(answer.body.contains(&format!("id=\"{field}-err\"")), "{field} beside it");
        }
        let wrong: Vec<_> = wrong.into_iter().filter(|(name, _)| !["min_length", "labels"].contains(name)).collect();
        let answer = sophia.post(LIST, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["key", "label", "pattern", "oidc_claim"] {
            assert!(answer.body.contains(&format!("<a href=\"#{field}\">")), "{field} in the summary");
            assert!(answer.body.contains(&format!("id=\"{field}-err\"")), "{field} beside it");
        }
        assert!(answer.body.contains("value=\"Bad Key\"") && answer.body.contains("<title>Error: "));
        let nothing = sophia.post(LIST, &[]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nothing.body.contains("<a href=\"#kind\">") && nothing.body.contains("<a href=\"#in_console\">"));
        assert_eq!(all(world).await, []);
    });
}

#[test]
fn es_201_what_is_saved_stands_in_the_form_again() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let fields = [
            ("label", "Department"),
            ("key", "department"),
            ("labels", "de: Abteilung\r\nfr: Service"),
            ("help", "Where you work"),
            ("kind", "choice"),
            ("choices", "Computing | CMP\r\nLaw | LAW"),
            ("default", "CMP\r\nLAW"),
            ("multi", "1"),
            ("required", "1"),
            ("searchable", "1"),
            ("listed", "1"),
            ("at_registration", "1"),
            ("in_my_account", "read_only"),
            ("oidc_claim", "department"),
            ("saml_attribute", "urn:oid:2.5.4.11"),
        ];
        add(&mut sylvia, &fields).await;
        let before = all(world).await.remove(0);
        let page = sylvia.get(&format!("{LIST}/{}", before.id)).await;
        for shown in [
            "Computing | CMP\nLaw | LAW</textarea>",
            "de: Abteilung\nfr: Service</textarea>",
            "CMP\nLAW</textarea>",
            "value=\"Where you work\"",
            "<option value=\"choice\" selected>",
            "<option value=\"read_only\" selected>",
            "name=\"multi\" value=\"1\" checked",
            "name=\"required\" value=\"1\" checked",
            "value=\"urn:oid:2.5.4.11\"",
            "value=\"department\" readonly",
        ] {
            assert!(page.body.contains(shown), "{shown}");
        }
        let again: Vec<_> = fields.into_iter().chain([("version", "1"), ("key", "another")]).collect();
        let saved = sylvia.post(&format!("{LIST}/{}", before.id), &with(&again)).await;
        assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, LIST), "{}", saved.words());
        assert_eq!(all(world).await, [before], "the key stays, and nothing differs");
    });
}

#[test]
fn es_201_attributes_move_up_and_down() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        for (label, key) in [("One", "one"), ("Two", "two"), ("Three", "three")] {
            add(&mut sylvia, &[("label", label), ("key", key)]).await;
        }
        let three = format!("{LIST}/{}/move", all(world).await[2].id);
        sylvia.get(LIST).await;
        let moved = sylvia.post(&three, &[("direction", "up")]).await;
        assert_eq!(moved.location(), LIST);
        assert_eq!(labels(&sylvia.get(LIST).await)[4..], ["One", "Three", "Two"]);
        let list = sylvia.get(LIST).await;
        assert!(list.text().contains("Move Three up"));
        let ends = list.body.matches(" disabled>").count();
        assert_eq!(ends, 2, "the first can't go up, the last can't go down");
        assert_eq!(sylvia.post(&three, &[("direction", "sideways")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn es_201_whoever_saves_second_is_told_and_can_replace_it() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let (_, href) = add_department(&mut sylvia, world).await;
        sylvia.get(&href).await;
        sylvia.post(&href, &with(&[("label", "Unit"), ("version", "1")])).await;
        let answer = sylvia.post(&href, &with(&[("label", "Faculty"), ("version", "1")])).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(
            answer.text().contains("it is “Unit” of the type Text now") && answer.body.contains("value=\"Faculty\"")
        );
        let version = between(&answer.body, "name=\"version\" value=\"", "\"").expect("a version").to_owned();
        sylvia.post(&href, &with(&[("label", "Faculty"), ("version", &version)])).await;
        assert_eq!(all(world).await[0].definition.label, "Faculty");
    });
}

#[test]
fn es_201_deleting_an_attribute_is_confirmed() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let (_, href) = add_department(&mut sylvia, world).await;
        let delete = format!("{href}/delete");
        assert!(sylvia.get(&delete).await.text().contains("No user has a value."));
        let answer = sylvia.post(&delete, &[("version", "1")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("<a href=\"#confirmed\">"));
        let stale = sylvia.post(&delete, &[("version", "7"), ("confirmed", "1")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert_eq!(all(world).await.len(), 1);
        let done = sylvia.post(&delete, &[("version", "1"), ("confirmed", "1")]).await;
        assert_eq!(done.location(), LIST);
        assert_eq!(all(world).await, []);
        assert_eq!(sylvia.get(&href).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn es_201_10_000_choices_can_be_typed_and_saved_again() {
    in_a_world(async |world| {
        let mut sylvia = Browser::of(world, "sylvia").await;
        let lines: Vec<_> = (0..10_000).map(|n| format!("Faculty of things number {n} | C{n}")).collect();
        let lines = lines.join("\r\n");
        add(&mut sylvia, &[("label", "Faculty"), ("key", "faculty"), ("kind", "choice"), ("choices", &lines)]).await;
        assert_eq!(all(world).await[0].definition.choices.len(), 10_000);
        let elsewhere = sylvia.post("/console/groups", &[("name", &lines)]).await;
        assert_eq!(elsewhere.status, StatusCode::PAYLOAD_TOO_LARGE, "other forms stay short");
    });
}
