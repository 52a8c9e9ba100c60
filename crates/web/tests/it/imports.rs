//! The import wizard, step by step, as a browser without scripts goes it.

use axum::http::StatusCode;
use identity::access::Role;
use identity::imports::{self, Choices, ImportFile, Next};
use identity::{accounts, drafts, jobs};
use testkit::World;

use crate::browser::{Answer, Browser, between, in_a_world};

const LIST: &str = "/console/imports";
const PEOPLE: &str = "username,given_name,surname,mail,room,password\n\
    bea,Bea,Ng,bea@example.com,B2,plum tunnel\n\
    cal,Cal,Ng,not-an-address,A1,orchid lantern\n\
    amy,Amy,Adams,amy@example.com,A2,\n";

/// What the form of the second step sends when nothing is changed.
const OPTIONS: [(&str, &str); 10] = [
    ("delimiter", "comma"),
    ("encoding", "UTF-8"),
    ("quote", "double"),
    ("has_header", "1"),
    ("skip_lines", "0"),
    ("status", "enabled"),
    ("passwords", "none"),
    ("on_error", "skip"),
    ("list_separator", "semicolon"),
    ("trim", "1"),
];
const MERGE: [(&str, &str); 3] = [("match_by", "username"), ("mode", "create"), ("notify", "nobody")];

async fn upload(browser: &mut Browser, text: &str) -> String {
    browser.get(&format!("{LIST}/new")).await;
    let answer = browser.upload(LIST, "people.csv", text.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    answer.location().strip_suffix("/2").expect("the second step").to_owned()
}

/// What the selects of a page have chosen.
fn chosen(page: &Answer) -> Vec<(&str, &str)> {
    let selects = page.body.split("<select").skip(1).filter_map(|rest| rest.split_once("</select>"));
    selects
        .map(|(select, _)| {
            let name = between(select, "name=\"", "\"").expect("a name");
            let option = select.split("<option ").find(|option| option.contains(" selected"));
            (name, option.and_then(|option| between(option, "value=\"", "\"")).unwrap_or_default())
        })
        .collect()
}

/// Sends a form and expects to be led on.
async fn go_on(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.words());
    answer.location().to_owned()
}

/// Goes from the second step to the review, changing nothing.
async fn to_review(browser: &mut Browser, import: &str) -> Answer {
    let place = go_on(browser, &format!("{import}/2"), &OPTIONS).await;
    let page = browser.get(&place).await;
    let fields: Vec<_> = chosen(&page).into_iter().filter(|(name, _)| name.starts_with("map")).collect();
    let place = go_on(browser, &place, &fields).await;
    let place = go_on(browser, &place, &MERGE).await;
    let page = browser.get(&place).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.words());
    page
}

async fn start(browser: &mut Browser, import: &str, review: &Answer) -> Answer {
    let value = |name: &str| {
        between(&review.body, &format!("name=\"{name}\" value=\""), "\"").expect("a hidden field").to_owned()
    };
    let fields = [("mark", value("mark")), ("faulty", value("faulty")), ("part", "1".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(&format!("{import}/5"), &fields).await
}

/// Does what the worker of a server does.
async fn work(world: &World) {
    let identity = &world.identity;
    while let Some(job) = jobs::take(identity).await.expect("jobs are looked for") {
        let done = jobs::carry_out(identity, &job, async |progress| match job.kind.as_str() {
            drafts::CHECK_JOB => drafts::carry_out_check(identity, &job, progress).await,
            imports::UNDO_JOB => imports::carry_out_undo(identity, &job, progress).await,
            _ => drafts::carry_out(identity, &job, progress).await,
        });
        let done = done.await;
        done.expect("the job is carried out");
    }
}

async fn total(world: &World) -> u64 {
    world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.expect("figures").total
}

fn kept_files(world: &World) -> usize {
    std::fs::read_dir(world.files()).map_or(0, |entries| entries.count().saturating_sub(1))
}

#[test]
fn es_47_the_list_of_users_leads_to_the_wizard() {
    in_a_world(async |world| {
        for name in ["uma", "sophia"] {
            let mut browser = Browser::of(world, name).await;
            assert!(browser.get("/console/users").await.body.contains("href=\"/console/imports/new\""), "{name}");
            assert!(browser.get(LIST).await.words().contains("Nothing imported yet"));
        }
    });
}

#[test]
fn es_71_the_six_steps_come_in_order_and_none_can_be_skipped() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let page = uma.get(&format!("{import}/2")).await;
        let steps = between(&page.body, "<ol class=\"steps\">", "</ol>").expect("the steps");
        let places = ["Upload", "Options", "Map columns", "Merge &amp; notify", "Review", "Execute"]
            .map(|name| steps.find(name).unwrap_or_else(|| steps.find(&name.replace("&amp;", "&#38;")).expect(name)));
        assert!(places.is_sorted());
        for step in 3..=6 {
            let answer = uma.get(&format!("{import}/{step}")).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, &*format!("{import}/2")), "{step}");
        }
        assert_eq!(uma.post(&format!("{import}/5"), &[("mark", "x")]).await.location(), format!("{import}/2"));
        let place = go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        assert_eq!(place, format!("{import}/3"));
        assert_eq!(uma.get(&format!("{import}/5")).await.location(), place);
        assert_eq!(uma.get(&import).await.location(), place);
        assert_eq!(uma.get(&format!("{import}/1")).await.status, StatusCode::OK);
        assert_eq!(uma.get(&format!("{import}/7")).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn es_72_somebody_elses_draft_is_not_there() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        to_review(&mut uma, &import).await;
        world.join("Ursula", "User", Some(Role::UserAdministrator)).await;
        let mut other = Browser::of(world, "ursula").await;
        other.get(LIST).await;
        assert!(!other.get(LIST).await.body.contains("people.csv"));
        for step in 1..=6 {
            assert_eq!(other.get(&format!("{import}/{step}")).await.status, StatusCode::NOT_FOUND, "{step}");
        }
        other.get(&format!("{LIST}/new")).await;
        for (step, fields) in
            [("2", &OPTIONS[..]), ("3", &[]), ("4", &MERGE), ("5", &[]), ("cancel", &[]), ("stop", &[])]
        {
            assert_eq!(other.post(&format!("{import}/{step}"), fields).await.status, StatusCode::NOT_FOUND, "{step}");
        }
        let mut sophia = Browser::of(world, "sophia").await;
        for step in 1..=5 {
            let page = sophia.get(&format!("{import}/{step}")).await;
            assert_eq!(page.status, StatusCode::OK, "{step}");
            assert!(page.words().contains("Somebody else prepares this import") && !page.body.contains("/cancel\""));
        }
        let answer = sophia.post(&format!("{import}/4"), &MERGE).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
    });
}

#[test]
fn es_73_back_keeps_what_was_entered_and_cancel_removes_everything() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let mut options = OPTIONS;
        options[5] = ("status", "disabled");
        go_on(&mut uma, &format!("{import}/2"), &options).await;
        let page = uma.get(&format!("{import}/2")).await;
        assert!(chosen(&page).contains(&("status", "disabled")), "{:?}", chosen(&page));
        assert!(uma.get(LIST).await.words().contains("Draft, step 3"));
        assert_eq!(kept_files(world), 1);
        assert_eq!(go_on(&mut uma, &format!("{import}/cancel"), &[]).await, LIST);
        assert_eq!(uma.get(&format!("{import}/2")).await.status, StatusCode::NOT_FOUND);
        assert_eq!((kept_files(world), total(world).await), (0, 5));
    });
}

#[test]
fn es_76_unfit_files_are_refused_with_a_reason_and_nothing_is_stored() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        uma.get(&format!("{LIST}/new")).await;
        let cases: [(&[u8], &str); 4] = [
            (b"", "file is empty"),
            (b"username,email\n", "only column names and no rows"),
            (b"PK\x03\x04\x14\x00\x06\x00", "Excel workbook or ZIP archive"),
            (b"a\x00b\x00\n", "NUL"),
        ];
        for (bytes, reason) in cases {
            let answer = uma.upload(LIST, "x.csv", bytes).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
            assert!(answer.words().contains(reason), "{reason}: {}", answer.words());
            assert_eq!(kept_files(world), 0);
        }
        assert_eq!(uma.upload(LIST, "", b"a").await.status, StatusCode::UNPROCESSABLE_ENTITY, "no file chosen");
        let answer = uma.post(LIST, &[("csv", "people.csv")]).await;
        assert!(answer.words().contains("Choose a CSV file"));
        let mut amy = Browser::of(world, "amy").await;
        amy.get("/reauth").await;
        assert_eq!(amy.upload(LIST, "x.csv", PEOPLE.as_bytes()).await.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn es_45_a_file_without_the_token_of_a_form_is_not_taken() {
    in_a_world(async |world| {
        let mut stranger = Browser::new(world);
        stranger.get("/sign-in").await;
        let mut stale = Browser::of(world, "uma").await;
        stale.forget_token();
        assert_eq!(stale.upload(LIST, "x.csv", PEOPLE.as_bytes()).await.status, StatusCode::FORBIDDEN);
        assert_eq!(kept_files(world), 0);
        let answer = stranger.upload(LIST, "x.csv", PEOPLE.as_bytes()).await;
        assert_eq!(answer.location().split('?').next(), Some("/sign-in"));
    });
}

#[test]
fn es_78_the_template_imports_without_a_look_at_the_mapping() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let template = uma.get(&format!("{LIST}/template.csv")).await;
        assert!(template.header("content-disposition").starts_with("attachment"));
        let filled = format!("{}bea,Bea,Ng,bea@example.com,,,active\r\n", template.body);
        let import = upload(&mut uma, &filled).await;
        let review = to_review(&mut uma, &import).await;
        assert!(review.words().contains("Create 1 "), "{}", review.words());
        let example = uma.get(&format!("{LIST}/example.csv")).await.body;
        let import = upload(&mut uma, &example).await;
        assert!(to_review(&mut uma, &import).await.words().contains("Create 3 "));
    });
}

#[test]
fn es_79_the_dialect_is_detected_and_the_preview_follows_what_is_chosen() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        uma.get(&format!("{LIST}/new")).await;
        let bytes =
            b"username;first name;last name;email\nbea;Bea;M\xfcller;bea@example.com\ncal;Ren\xe9;Ng;cal@example.com\n";
        let answer = uma.upload(LIST, "latin.csv", bytes).await;
        let options = answer.location().to_owned();
        let page = uma.get(&options).await;
        let found = chosen(&page);
        assert!(
            found.contains(&("delimiter", "semicolon")) && found.contains(&("encoding", "windows-1252")),
            "{found:?}"
        );
        assert!(page.body.contains("<td role=\"cell\" class=\"nowrap\">Müller</td>"));
        let preview = options.replace("/2", "/preview");
        let with = |encoding| {
            let mut fields = OPTIONS;
            fields[0] = ("delimiter", "semicolon");
            fields[1] = ("encoding", encoding);
            fields
        };
        let broken = uma.post(&preview, &with("UTF-8")).await;
        assert_eq!(broken.status, StatusCode::OK);
        assert!(!broken.body.contains("Müller") && broken.words().contains("holds bytes that are not UTF-8"));
        assert!(uma.post(&preview, &with("windows-1252")).await.body.contains("Müller"));
        // A preview keeps nothing.
        assert!(chosen(&uma.get(&options).await).contains(&("encoding", "windows-1252")));
        let wrong = uma.post(&options, &with("nonsense")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for (place, value) in [(0, "x"), (2, "x"), (4, "-1"), (5, "x"), (6, "invite"), (7, "x"), (8, "x")] {
            let mut fields = OPTIONS;
            fields[place].1 = value;
            let answer = uma.post(&options, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            assert!(answer.body.contains("aria-invalid=\"true\""), "{fields:?}");
        }
    });
}

#[test]
fn es_80_new_users_can_be_disabled() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, "username,first name,last name,email\nbea,Bea,Ng,bea@example.com\n").await;
        let mut options = OPTIONS;
        options[5] = ("status", "disabled");
        go_on(&mut uma, &format!("{import}/2"), &options).await;
        let page = uma.get(&format!("{import}/3")).await;
        let fields: Vec<_> = chosen(&page).into_iter().filter(|(name, _)| name.starts_with("map")).collect();
        go_on(&mut uma, &format!("{import}/3"), &fields).await;
        go_on(&mut uma, &format!("{import}/4"), &MERGE).await;
        let review = uma.get(&format!("{import}/5")).await;
        assert!(review.words().contains("Disabled. No password for now."));
        start(&mut uma, &import, &review).await;
        work(world).await;
        let found =
            world.identity.read(&world.operator(), async |op| accounts::find_by_username(op, "bea").await).await;
        assert!(!found.expect("bea is there").state.enabled);
    });
}

#[test]
fn es_87_columns_map_themselves_beside_samples() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        let page = uma.get(&format!("{import}/3")).await;
        let fields: Vec<_> = chosen(&page).into_iter().map(|(_, field)| field).collect();
        assert_eq!(fields, ["username", "first_name", "last_name", "email", "", ""]);
        assert!(page.body.contains("bea, cal, amy") && page.body.contains("Matched by name"));
        assert!(page.body.contains("••••") && !page.body.contains("plum tunnel"), "es_99: passwords are hidden");
    });
}

#[test]
fn es_88_and_es_89_what_must_be_mapped_and_what_cannot_be() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        let path = format!("{import}/3");
        uma.get(&path).await;
        let all = [("map0", "username"), ("map1", "first_name"), ("map2", "last_name"), ("map3", "email")];
        let without = uma.post(&path, &all[..3]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.words().contains("Choose the column that holds the email"));
        for forged in ["roles", "is_admin", "id", "created_at", "custom"] {
            let mut fields = all.to_vec();
            fields.push(("map4", forged));
            let answer = uma.post(&path, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{forged}");
            assert!(!answer.body.contains(&format!("<option value=\"{forged}\"")), "{forged} is offered");
        }
        let twice = uma.post(&path, &[all[0], all[1], all[2], all[3], ("map4", "email")]).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            twice.body.contains("id=\"map4\" name=\"map4\" aria-label=\"User field for column room\" aria-invalid")
        );
        // A value for everybody stands in for a column; usernames are made of addresses.
        let constant =
            [("map3", "email"), ("map1", "first_name"), ("constant_last_name", "Ng"), ("username_from", "local")];
        go_on(&mut uma, &path, &constant).await;
        let page = uma.get(&path).await;
        assert!(page.body.contains("name=\"constant_last_name\" value=\"Ng\""));
        // Whoever only changes people need map no more than what finds them.
        go_on(&mut uma, &path, &[("map0", "username"), ("only_updates", "1")]).await;
        assert!(uma.get(&format!("{import}/4")).await.body.contains("value=\"update\" checked"));
    });
}

#[test]
fn es_92_to_96_merging_is_chosen_and_nobody_is_mailed() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, "username,first name,last name,email\namy,Amelia,Adams,amy@example.com\n").await;
        to_review(&mut uma, &import).await;
        let path = format!("{import}/4");
        let page = uma.get(&path).await;
        assert!(page.words().contains("sends no mail yet") && page.body.contains("value=\"create\" checked"));
        let cases: [(&[(&str, &str)], &str); 4] = [
            (&[("match_by", "external_id"), MERGE[1], MERGE[2]], "No column is mapped to external id"),
            (&[MERGE[0], ("mode", "append"), MERGE[2]], "Choose what happens"),
            (&[MERGE[0], MERGE[1], ("notify", "created")], "sends no mail yet"),
            (&[MERGE[0], MERGE[1], MERGE[2], ("only_empty", "1"), ("clear_blank", "1")], "not both"),
        ];
        for (fields, reason) in cases {
            let answer = uma.post(&path, fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
            assert!(answer.words().contains(reason), "{reason}: {}", answer.words());
        }
        go_on(&mut uma, &path, &[MERGE[0], ("mode", "create-update"), MERGE[2]]).await;
        let review = uma.get(&format!("{import}/5")).await;
        assert!(review.words().contains("Update 1 "), "{}", review.words());
        assert_eq!(start(&mut uma, &import, &review).await.status, StatusCode::SEE_OTHER);
        work(world).await;
        assert_eq!(world.account(world.cast.amy).await.first_name, "Amelia");
    });
}

#[test]
fn es_97_to_99_the_review_shows_everything_but_passwords() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let review = to_review(&mut uma, &import).await;
        let text = review.words();
        for words in [
            "people.csv, 3 rows",
            "UTF-8, comma",
            "Enabled.",
            "surname → Last name",
            "Ignored: room, password",
            "0 emails",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        for step in 1..=4 {
            assert!(review.body.contains(&format!("<a href=\"{import}/{step}\">Change")), "{step}");
        }
        assert!(text.contains("Create 1 Update 0 Unchanged 0 Skip 1 Errors 1"), "{text}");
        assert!(text.contains("Enter an email address"), "{text}");
        assert!(text.contains("After this import there are 6 users"), "{text}");
        let problems = uma.get(&format!("{import}/problems.csv")).await;
        assert_eq!(problems.status, StatusCode::OK);
        for page in [&review, &problems] {
            assert!(!page.body.contains("plum tunnel") && !page.body.contains("orchid lantern"));
        }
        assert_eq!(total(world).await, 5, "es_74");
        // Leaving out faulty rows wants a yes.
        let mark = between(&review.body, "name=\"mark\" value=\"", "\"").expect("a mark").to_owned();
        let answer = uma.post(&format!("{import}/5"), &[("mark", &mark), ("faulty", "1")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = uma.post(&format!("{import}/5"), &[("mark", "old"), ("faulty", "1"), ("part", "1")]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.words().contains("changed meanwhile"));
    });
}

#[test]
fn es_100_to_102_an_import_is_started_watched_and_told_of() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let review = to_review(&mut uma, &import).await;
        let answer = start(&mut uma, &import, &review).await;
        assert_eq!(answer.location(), format!("{import}/6"));
        let page = uma.get(&format!("{import}/6")).await;
        assert!(
            page.words().contains("Import in progress") && page.body.contains(&format!("hx-get=\"{import}/progress\""))
        );
        assert!(uma.get_fragment(&format!("{import}/progress")).await.body.starts_with("<div id=\"progress\""));
        for step in 1..=5 {
            assert_eq!(uma.get(&format!("{import}/{step}")).await.location(), format!("{import}/6"), "{step}");
        }
        work(world).await;
        let moved = uma.get_fragment(&format!("{import}/progress")).await;
        assert_eq!((moved.status, moved.header("hx-redirect")), (StatusCode::NO_CONTENT, &*format!("{import}/6")));
        let done = uma.get(&format!("{import}/6")).await;
        let text = done.words();
        assert!(text.contains("Import finished") && text.contains("by Uma User"), "{text}");
        assert!(text.contains("2 bea Created"), "{text}");
        assert!(text.contains("3 cal Failed email: Enter an email address"), "{text}");
        let failed = uma.get(&format!("{import}/6?outcome=failed")).await;
        assert!(failed.words().contains("1–1 of 1 rows") && !failed.words().contains("bea Created"));
        let report = uma.get(&format!("{import}/report.csv")).await.body;
        assert!(report.contains("CREATED") && report.contains("SKIPPED"), "{report}");
        let rows = uma.get(&format!("{import}/failed.csv")).await.body;
        assert!(rows.contains("not-an-address") && !rows.contains("orchid"), "{rows}");
        assert_eq!(kept_files(world), 3, "es_77: the upload is gone");
        // Put right, it imports, and only what failed.
        let import = upload(&mut uma, &rows.replace("not-an-address", "cal@example.com")).await;
        let review = to_review(&mut uma, &import).await;
        assert!(review.words().contains("Rows 1 Create 1"), "{}", review.words());
        let list = uma.get(LIST).await.words();
        assert!(list.contains("Uma User") && list.contains("Finished 1 0 1"), "{list}");
        assert_eq!(uma.post(&format!("{import}/stop"), &[]).await.status, StatusCode::NOT_FOUND, "it was not started");
    });
}

#[test]
fn es_103_imports_of_the_command_line_are_listed_too() {
    in_a_world(async |world| {
        let text = "username,first name,last name,email\nbea,Bea,Ng,bea@example.com\n";
        let file = ImportFile::from_bytes("nightly.csv", text.into()).expect("a file");
        let import = imports::prepare(file, Choices::default()).expect("it is in order");
        let report = imports::run(&world.identity, &world.operator(), &import, &mut |_| Ok(Next::GoOn)).await;
        let id = report.expect("it runs").import.expect("it has an identifier");
        let mut uma = Browser::of(world, "uma").await;
        let list = uma.get(LIST).await.words();
        assert!(
            list.contains("nightly.csv") && list.contains("Command line") && list.contains("Finished 1 0 0"),
            "{list}"
        );
        let page = uma.get(&format!("{LIST}/{id}")).await;
        let page = uma.get(page.location()).await.words();
        assert!(page.contains("Import finished") && page.contains("There is no report by row"), "{page}");
    });
}

#[test]
fn a_whole_import_is_undone_from_its_page_and_the_list() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let review = to_review(&mut uma, &import).await;
        start(&mut uma, &import, &review).await;
        let undo = format!("{import}/undo");
        assert_eq!(uma.get(&undo).await.status, StatusCode::NOT_FOUND, "no server has begun it");
        work(world).await;
        for place in [&format!("{import}/6"), LIST] {
            assert!(uma.get(place).await.body.contains(&format!("href=\"{undo}\"")), "{place}");
        }
        let page = uma.get(&undo).await;
        assert!(page.words().contains("1 user that the import created: deleted for ever"), "{}", page.words());
        let answer = uma.post(&undo, &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.words().contains("Tick the box to confirm"));
        assert_eq!(go_on(&mut uma, &undo, &[("confirmed", "1")]).await, undo);
        let page = uma.get(&undo).await;
        assert!(page.words().contains("0 of 1 users") && page.body.contains("http-equiv=\"refresh\""));
        let fragment = uma.get_fragment(&format!("{undo}/progress")).await;
        assert!(fragment.body.starts_with("<div id=\"progress\""));
        assert!(uma.get(LIST).await.words().contains("Being undone"));
        work(world).await;
        let moved = uma.get_fragment(&format!("{undo}/progress")).await;
        assert_eq!(moved.header("hx-redirect"), undo);
        let done = uma.get(&undo).await.words();
        assert!(done.contains("Import undone") && done.contains("1 user undone. Nobody had to stay"), "{done}");
        assert_eq!(total(world).await, 5);
        let page = uma.get(&format!("{import}/6")).await;
        assert!(page.words().contains("This import was undone") && !page.body.contains("Undo this import"));
        assert!(uma.get(LIST).await.words().contains("Undone"));
        assert_eq!(uma.post(&undo, &[("confirmed", "1")]).await.status, StatusCode::CONFLICT);
    });
}

#[test]
fn undoing_tells_who_stays_and_asks_for_the_password_before_it_deletes_many() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let people = (0..12).map(|n| format!("p{n},Pat,Ng,p{n}@example.com")).collect::<Vec<_>>().join("\n");
        let import = upload(&mut uma, &format!("username,first_name,last_name,email\n{people}")).await;
        let review = to_review(&mut uma, &import).await;
        start(&mut uma, &import, &review).await;
        work(world).await;
        world.execute("update accounts set version = version + 1 where username = 'p3'", &[]).await;
        world.clock.advance(std::time::Duration::from_mins(11));
        let undo = format!("{import}/undo");
        uma.get(&undo).await;
        let place = go_on(&mut uma, &undo, &[("confirmed", "1")]).await;
        assert!(place.starts_with("/reauth?return="), "{place}");
        assert_eq!(total(world).await, 17);
        uma.get(&place).await;
        let back =
            uma.post("/reauth", &[("password", testkit::PASSWORD), ("return", &format!("{undo}?unsaved=1"))]).await;
        assert_eq!(back.location(), format!("{undo}?unsaved=1"), "{}", back.words());
        assert!(uma.get(back.location()).await.words().contains("Nothing is changed yet"));
        assert_eq!(go_on(&mut uma, &undo, &[("confirmed", "1")]).await, undo);
        work(world).await;
        let done = uma.get(&undo).await.words();
        assert!(done.contains("11 users undone. 1 user had to stay"), "{done}");
        assert!(done.contains("p3 Created Somebody changed this user after the import."), "{done}");
        assert_eq!(total(world).await, 6);
    });
}

#[test]
fn es_83_everybody_joins_a_group_and_a_column_names_more() {
    in_a_world(async |world| {
        let mut sophia = Browser::of(world, "sophia").await;
        for (name, protected) in [("Library borrowers", ""), ("Board", "1")] {
            sophia.get("/console/groups/new").await;
            let fields = [("name", name), ("description", ""), ("protected", protected)];
            let made = sophia.post("/console/groups", &fields[..if protected.is_empty() { 2 } else { 3 }]).await;
            assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.words());
        }
        let mut uma = Browser::of(world, "uma").await;
        let text = "username,first_name,last_name,email,groups\n\
            bea,Bea,Ng,bea@example.com,research;law\n\
            cal,Cal,Ng,cal@example.com,board\n";
        let import = upload(&mut uma, text).await;
        let mut options: Vec<_> = OPTIONS.into();
        options.push(("groups", "Library borrowers"));
        let place = go_on(&mut uma, &format!("{import}/2"), &options).await;
        let page = uma.get(&place).await;
        assert!(chosen(&page).contains(&("map4", "")) && page.words().contains("map it to groups"));
        let mut fields: Vec<_> = chosen(&page).into_iter().filter(|(name, _)| name.starts_with("map")).collect();
        fields[4].1 = "groups";
        let place = go_on(&mut uma, &place, &fields).await;
        let review = go_on(&mut uma, &place, &MERGE).await;
        let page = uma.get(&review).await.words();
        assert!(page.contains("There is no group") && page.contains("research"), "{page}");
        let mut merge: Vec<_> = MERGE.into();
        merge.push(("create_groups", "1"));
        let page = go_on(&mut uma, &place, &merge).await;
        let page = uma.get(&page).await;
        let words = page.words();
        assert!(
            words.contains("Library borrowers, and those of the column. Groups that do not exist are created."),
            "{words}"
        );
        assert!(
            words.contains("Create 1 ") && words.contains("Only a super administrator can add users to the group"),
            "{words}"
        );
        start(&mut uma, &import, &page).await;
        work(world).await;
        let groups = uma.get("/console/groups").await.words();
        assert!(groups.contains("research") && groups.contains("law"), "{groups}");
        let options = uma.get(&format!("{import}/2")).await;
        assert_eq!(options.status, StatusCode::SEE_OTHER, "it was started");
        // A group that is not there is told of before anything is checked.
        let import = upload(&mut uma, "username,first_name,last_name,email\ndan,Dan,Ng,dan@example.com\n").await;
        let mut options: Vec<_> = OPTIONS.into();
        options.push(("groups", "Nowhere; Library borrowers"));
        go_on(&mut uma, &format!("{import}/2"), &options).await;
        assert!(uma.get(&format!("{import}/2")).await.body.contains("value=\"Nowhere; Library borrowers\""));
        let page = uma.get(&format!("{import}/3")).await;
        let fields: Vec<_> = chosen(&page).into_iter().filter(|(name, _)| name.starts_with("map")).collect();
        go_on(&mut uma, &format!("{import}/3"), &fields).await;
        let refused = uma.post(&format!("{import}/4"), &MERGE).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.words().contains("Nowhere"), "{}", refused.words());
    });
}

#[test]
fn es_98_a_long_file_is_checked_while_the_page_may_be_left() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let people = (0..5_001).map(|n| format!("p{n},Pat,Ng,p{n}@example.com")).collect::<Vec<_>>().join("\n");
        let import = upload(&mut uma, &format!("username,first_name,last_name,email\n{people}\n")).await;
        let page = to_review(&mut uma, &import).await;
        assert!(
            page.words().contains("0 of 5,001 rows") && page.body.contains("http-equiv=\"refresh\""),
            "{}",
            page.words()
        );
        let fragment = uma.get_fragment(&format!("{import}/check")).await;
        assert!(fragment.body.starts_with("<div id=\"progress\""));
        assert_eq!(uma.get(&format!("{import}/check")).await.location(), format!("{import}/5"));
        work(world).await;
        let moved = uma.get_fragment(&format!("{import}/check")).await;
        assert_eq!(moved.header("hx-redirect"), format!("{import}/5"));
        let review = uma.get(&format!("{import}/5")).await;
        assert!(review.words().contains("Create 5,001 ") && review.body.contains("Check again"), "{}", review.words());
        // Without the review of these settings there is nothing to start.
        go_on(&mut uma, &format!("{import}/check"), &[]).await;
        assert!(!uma.get(&format!("{import}/5")).await.body.contains("Start import"));
        work(world).await;
        let review = uma.get(&format!("{import}/5")).await;
        assert_eq!(start(&mut uma, &import, &review).await.location(), format!("{import}/6"));
        work(world).await;
        assert_eq!(total(world).await, 5 + 5_001);
    });
}

#[test]
fn es_88_usernames_by_a_pattern_and_values_that_mean_others() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let text = "given,family,mail,state\nJané,Doe,jane@example.com,in service\nJane,Doe,jane2@example.com,left\n";
        let import = upload(&mut uma, text).await;
        go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        let path = format!("{import}/3");
        uma.get(&path).await;
        let fields = |pattern, values| {
            [
                ("map0", "first_name"),
                ("map1", "last_name"),
                ("map2", "email"),
                ("map3", "status"),
                ("username_from", "pattern"),
                ("username_pattern", pattern),
                ("values3", values),
            ]
        };
        for (pattern, values, expected) in [
            ("{role}", "", "nothing called {role}"),
            ("{first_name}.{last_name}", "in service", "Write “in service” with an equals sign"),
        ] {
            let answer = uma.post(&path, &fields(pattern, values)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{expected}");
            assert!(answer.words().contains(expected), "{expected}: {}", answer.words());
        }
        let place =
            go_on(&mut uma, &path, &fields("{first_name}.{last_name}", "in service = active\r\nleft = inactive")).await;
        let page = uma.get(&path).await;
        assert!(page.body.contains("in service = active") && page.words().contains("2 translated"), "{}", page.words());
        let page = uma.get(&place).await;
        assert!(chosen(&page).contains(&("match_by", "email")), "made names tell nobody apart");
        let merge = [("match_by", "email"), MERGE[1], MERGE[2]];
        let review = go_on(&mut uma, &place, &merge).await;
        let review = uma.get(&review).await;
        let words = review.words();
        assert!(words.contains("Create 2 ") && words.contains("2 of state translated"), "{words}");
        start(&mut uma, &import, &review).await;
        work(world).await;
        let done = uma.get(&format!("{import}/6")).await.words();
        assert!(done.contains("2 jane.doe Created") && done.contains("3 jane.doe2 Created"), "{done}");
    });
}

#[test]
fn es_91_a_mapping_is_kept_and_offered_for_the_next_file() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let text = "a,b,c,d\nbea,Bea,Ng,bea@example.com\n";
        let import = upload(&mut uma, text).await;
        go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        let page = uma.get(&format!("{import}/3")).await;
        assert!(!page.body.contains("name=\"saved\""));
        let columns = [("map0", "username"), ("map1", "first_name"), ("map2", "last_name"), ("map3", "email")];
        let long = "n".repeat(101);
        let mut fields = columns.to_vec();
        fields.push(("save_as", &long));
        let refused = uma.post(&format!("{import}/3"), &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.words().contains("at most 100 characters"), "{}", refused.words());
        fields[4].1 = "Monthly";
        go_on(&mut uma, &format!("{import}/3"), &fields).await;
        // A colleague has a file with one column more and one less.
        world.join("Ursula", "User", Some(Role::UserAdministrator)).await;
        let mut other = Browser::of(world, "ursula").await;
        let import = upload(&mut other, "A,B,C,extra\ncal,Cal,Ng,x\n").await;
        go_on(&mut other, &format!("{import}/2"), &OPTIONS).await;
        assert!(other.get(&format!("{import}/3")).await.body.contains("<option value=\"Monthly\">"));
        let page = other.post(&format!("{import}/mapping/use"), &[("saved", "Monthly")]).await;
        assert_eq!(page.status, StatusCode::OK);
        let found = chosen(&page);
        let expected = [("map0", "username"), ("map1", "first_name"), ("map2", "last_name")];
        assert!(expected.iter().all(|one| found.contains(one)), "{found:?}");
        assert!(page.words().contains("the column “d”, which this file lacks"), "{}", page.words());
        assert!(chosen(&other.get(&format!("{import}/3")).await).contains(&("map1", "first_name")), "it is kept");
        go_on(&mut other, &format!("{import}/mapping/delete"), &[("saved", "Monthly")]).await;
        assert!(!other.get(&format!("{import}/3")).await.body.contains("name=\"saved\""));
    });
}

#[test]
fn es_75_a_delimited_file_leads_to_the_second_step() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        for text in [PEOPLE.to_owned(), PEOPLE.replace(',', ";"), PEOPLE.replace(',', "\t"), PEOPLE.replace(',', "|")] {
            let import = upload(&mut uma, &text).await;
            let page = uma.get(&format!("{import}/2")).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains("given_name") && page.body.contains("not-an-address"), "{}", page.words());
        }
    });
}

#[test]
fn es_86_columns_come_in_any_order_and_may_be_ignored() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, "x,d,c,b,a\nsecret,bea@example.com,Ng,Bea,bea\n").await;
        go_on(&mut uma, &format!("{import}/2"), &OPTIONS).await;
        uma.get(&format!("{import}/3")).await;
        let fields =
            [("map0", ""), ("map1", "email"), ("map2", "last_name"), ("map3", "first_name"), ("map4", "username")];
        let place = go_on(&mut uma, &format!("{import}/3"), &fields).await;
        let page = uma.get(&format!("{import}/3")).await;
        assert!(page.words().contains("All required fields have a column"), "{}", page.words());
        let place = go_on(&mut uma, &place, &MERGE).await;
        let review = uma.get(&place).await;
        start(&mut uma, &import, &review).await;
        work(world).await;
        let operator = world.operator();
        let found = world.identity.read(&operator, async |op| accounts::find_by_username(op, "bea").await).await;
        let bea = found.expect("bea is there");
        assert_eq!((bea.first_name.as_str(), bea.last_name.as_str()), ("Bea", "Ng"));
        assert_eq!(bea.email.as_deref(), Some("bea@example.com"));
    });
}

#[test]
fn es_96_nobody_is_mailed_and_the_review_says_so() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let import = upload(&mut uma, PEOPLE).await;
        let review = to_review(&mut uma, &import).await;
        assert!(review.words().contains("Nobody: this server sends no mail yet. 0 emails."), "{}", review.words());
        for notify in ["created", "updated", ""] {
            let refused = uma.post(&format!("{import}/4"), &[MERGE[0], MERGE[1], ("notify", notify)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{notify}");
        }
    });
}

/// What became of a sample in the wizard: refused, or reviewed with so many to create and so many errors.
async fn reviewed(uma: &mut Browser, name: &str, bytes: &[u8]) -> Result<(u64, u64), String> {
    uma.get(&format!("{LIST}/new")).await;
    let answer = uma.upload(LIST, name, bytes).await;
    if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
        return Err(answer.words());
    }
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}: {}", answer.words());
    let import = answer.location().strip_suffix("/2").expect("the second step").to_owned();
    let found = steps(uma, name, &import).await;
    go_on(uma, &format!("{import}/cancel"), &[]).await;
    found
}

/// Goes through the steps with what the pages propose; where new users lack a field, only existing ones are changed.
async fn steps(uma: &mut Browser, name: &str, import: &str) -> Result<(u64, u64), String> {
    let page = uma.get(&format!("{import}/2")).await;
    assert_eq!(page.status, StatusCode::OK, "{name}");
    let owned = |page: &Answer| -> Vec<(String, String)> {
        chosen(page).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let mut options = owned(&page);
    options.push(("skip_lines".into(), between(&page.body, "name=\"skip_lines\" value=\"", "\"").expect(name).into()));
    options.push(("trim".into(), "1".into()));
    if page.body.contains("name=\"has_header\" value=\"1\" checked") {
        options.push(("has_header".into(), "1".into()));
    }
    let fields: Vec<_> = options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = uma.post(&format!("{import}/2"), &fields).await;
    if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
        return Err(answer.words());
    }
    let page = uma.get(&format!("{import}/3")).await;
    let mut columns = owned(&page);
    columns.retain(|(name, _)| name.starts_with("map"));
    let mut fields: Vec<_> = columns.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = uma.post(&format!("{import}/3"), &fields).await;
    if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
        let asked = answer.words();
        assert!(asked.contains("Choose the column") || asked.contains("Say which one"), "{name}: {asked}");
        fields.push(("only_updates", "1"));
        let answer = uma.post(&format!("{import}/3"), &fields).await;
        return Err(if answer.status == StatusCode::SEE_OTHER { asked } else { answer.words() });
    }
    let place = go_on(uma, &format!("{import}/4"), &MERGE).await;
    let review = uma.get(&place).await;
    assert_eq!(review.status, StatusCode::OK, "{name}: {}", review.words());
    let figure = |label: &str| -> u64 {
        let rest = review.body.split_once(label).unwrap_or_else(|| panic!("{name} has no {label}")).1;
        between(rest, "<dd>", "</dd>").expect(name).replace(',', "").parse().expect(name)
    };
    Ok((figure("Create</dt>"), figure("Errors</dt>")))
}

#[test]
fn every_sample_of_other_programs_gives_a_sensible_review() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../wire/tests/samples");
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("the manifest is there");
    let manifest: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&manifest).expect("it is JSON");
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        let (mut whole, mut asked) = (0, Vec::new());
        for (name, expected) in &manifest {
            let bytes = std::fs::read(folder.join(name)).expect(name);
            let must_tell = expected.get("must").is_some();
            match reviewed(&mut uma, name, &bytes).await {
                Ok((created, failed)) if must_tell => assert!(failed > 0, "{name}: {created} created, {failed} failed"),
                Ok((created, failed)) => {
                    assert_eq!((Some(created), failed), (expected["users"].as_u64(), 0), "{name}");
                    whole += 1;
                }
                // Why it is refused, or what is to be chosen, stands on the page.
                Err(words) => {
                    assert!(words.contains("There is a problem"), "{name}: {words}");
                    asked.push(name.as_str());
                }
            }
        }
        assert!(
            whole * 2 > manifest.len(),
            "{whole} of {} were understood at once; asked about {asked:?}",
            manifest.len()
        );
    });
}
